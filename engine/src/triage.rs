//! From gathered clusters to the report: every cluster judged, its issue decided, all in one order.

mod deploys;
mod gathered;
mod related;
mod restraint;
mod trend;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::baseline::{Recall, Sighting};
use crate::clusters::Clusters;
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::judge::{self, Subject};
use crate::mute::Mutes;
use crate::pack::Pack;
use crate::plan::{self, IssueIndex, Memory};
use crate::report::{
    ActionKind, Cluster, Conservation, IgnoredCount, MalformedQuote, Origin, PackIdentity, QuietCluster, Relations,
    Report, Restraint, SCHEMA, SeverityLegend, Source, Totals, Window,
};
use crate::script::{Failure, Sandbox};
use crate::severity::Severity;
use crate::tally::{FacetStats, ListMap, Stats, width_for};
use crate::template::Templates;
use gathered::Gathered;

pub use wanted::{Wanted, wanted};

/// Buckets of a report's timelines at most.
const BUCKETS: i64 = 48;
/// Clusters that have gone quiet and are listed.
const QUIET: usize = 50;
/// Seconds for which going quiet is news.
const QUIET_NEWS: i64 = 14 * 86_400;

/// What a run knows beside the clusters.
#[derive(Clone, Debug)]
pub struct Frame {
    /// The run's `now`.
    pub now: Timestamp,
    /// The beginning of the window that was asked for.
    pub since: Option<Timestamp>,
    /// Its end, excluded.
    pub until: Option<Timestamp>,
    /// The captures read.
    pub captures: Vec<String>,
    /// Records read.
    pub read: u64,
    /// Of these, malformed.
    pub malformed: u64,
    /// Of these, seen before.
    pub duplicate: u64,
    /// Of these, outside of the window.
    pub outside_window: u64,
    /// The first malformed records.
    pub quotes: Vec<MalformedQuote>,
    /// Remarks on the reading.
    pub notes: Vec<String>,
}

#[cfg(test)]
impl Frame {
    /// That of a run at a time over so many records, all of them good.
    pub(crate) fn of_records(now: &str, records: usize) -> Self {
        Self {
            now: Timestamp::parse(now).unwrap(),
            since: None,
            until: None,
            captures: Vec::new(),
            read: records as u64,
            malformed: 0,
            duplicate: 0,
            outside_window: 0,
            quotes: Vec::new(),
            notes: Vec::new(),
        }
    }
}

/// A run's report, and what failed in scripts on the way to it.
#[derive(Debug)]
pub struct Triage {
    /// The report.
    pub report: Report,
    /// Failures of policy, each at its place in a script.
    pub failures: Vec<Diagnostic>,
}

/// Judges every cluster, with what memory knows of it, and puts the report together.
#[must_use]
pub fn triage<'p>(pack: &'p Pack, sandbox: &Sandbox, clusters: &Clusters<'p>, memory: &Memory, frame: Frame) -> Triage {
    triage_with(pack, sandbox, (clusters, &clusters.templates(&memory.history.templates())), memory, frame)
}

/// The same, with templates that are given.
#[must_use]
pub fn triage_with<'p>(
    pack: &'p Pack,
    sandbox: &Sandbox,
    (clusters, templates): (&Clusters<'p>, &Templates),
    memory: &Memory,
    frame: Frame,
) -> Triage {
    let window = window(&frame, clusters.span());
    let fields = pack.deploy_fields();
    let deployed = clusters.deploys(&fields);
    let mut run = Run {
        pack,
        sandbox,
        recall: Recall::new(&memory.history, frame.now).with_deploys(&fields, &deployed, window),
        issues: IssueIndex::new(&memory.issues),
        // Only of issues that the tracker was asked for is it known what they say.
        written: if memory.issues.known.is_empty() { BTreeMap::new() } else { memory.history.written() },
        when: (window, frame.now),
        seen: BTreeSet::new(),
        failures: Vec::new(),
    };
    let mut mutes = if memory.without_mutes { Mutes::none(frame.now) } else { Mutes::new(pack, frame.now) };
    let gathered = gathered::gathered(pack, clusters, templates, &fields);
    let ignored = ignored(pack, clusters, gathered.ignored);
    run.seen.extend(gathered.unseen);
    let judged = run.clusters(clusters, gathered.clusters, &deployed, &mut mutes);
    let quiet = run.quiet();
    let deploys = deploys::of_run(&run.recall, &deployed, window, &judged);
    let mut notes = frame.notes;
    notes.extend(deploys::vague(&deployed));
    notes.extend(mutes.remarks());
    let mut failures = run.failures;
    crate::diagnostic::sort(&mut failures);
    let entries = Conservation {
        read: frame.read,
        malformed: frame.malformed,
        duplicate: frame.duplicate,
        outside_window: frame.outside_window,
        ignored: ignored.iter().map(|ignored| ignored.count).sum(),
        clustered: judged.iter().map(|cluster| cluster.count).sum(),
        routine: clusters.routine(),
    };
    let report = Report {
        schema: SCHEMA,
        generated: frame.now,
        pack: PackIdentity { name: pack.name.clone(), digest: pack.digest.clone() },
        window,
        source: Source {
            project: pack.project.clone(),
            service: pack.service.clone(),
            captures: frame.captures.iter().map(|name| pack.redactor.text(name).into_string()).collect(),
        },
        entries,
        totals: totals(&judged),
        clusters: judged.into(),
        quiet,
        deploys,
        severities: legend(pack),
        malformed: frame
            .quotes
            .into_iter()
            .map(|quote| MalformedQuote { file: pack.redactor.text(&quote.file).into_string(), ..quote })
            .collect(),
        ignored,
        redactions: clusters.redactions().clone(),
        notes,
    };
    Triage { report, failures }
}

/// The window asked for; where an end of it was not, the first or last entry's time.
fn window(frame: &Frame, span: Option<(Timestamp, Timestamp)>) -> Window {
    Window { from: frame.since.or(span.map(|(first, _)| first)), to: frame.until.or(span.map(|(_, last)| last)) }
}

/// The same statistics with the timeline in the buckets that all clusters of the report share.
fn shown(mut stats: Stats, window: Window) -> Stats {
    if let (Some(from), Some(to)) = (window.from, window.to)
        && stats.timeline.bucket_seconds > 0
    {
        let own = i64::try_from(stats.timeline.bucket_seconds).unwrap_or(i64::MAX);
        let width = width_for(to.seconds().saturating_sub(from.seconds()), BUCKETS).max(own);
        // The end that was asked for is excluded, so nothing falls into a bucket that begins there.
        let to = if to > from && to.nanos() == 0 && stats.last_seen.is_some_and(|last| last < to) {
            to.plus_seconds(-1)
        } else {
            to
        };
        stats.timeline = stats.timeline.rebucket(width, from, to);
    }
    stats
}

/// What judging all clusters of a run needs, and what comes of it beside them.
struct Run<'r> {
    pack: &'r Pack,
    sandbox: &'r Sandbox,
    recall: Recall,
    issues: IssueIndex<'r>,
    /// The severities that issues were made to say, for which cluster.
    written: BTreeMap<u64, BTreeMap<Fingerprint, Severity>>,
    when: (Window, Timestamp),
    /// The identities of the clusters that this run sees.
    seen: BTreeSet<Fingerprint>,
    failures: Vec<Diagnostic>,
}

impl Run<'_> {
    /// Every cluster, judged, in the order of the report.
    fn clusters(
        &mut self,
        clusters: &Clusters<'_>,
        gathered: Vec<Gathered<'_>>,
        deployed: &ListMap<String, FacetStats>,
        mutes: &mut Mutes<'_>,
    ) -> Vec<Cluster> {
        let restraints = restraint::restraints(self.pack, &gathered, mutes);
        let traces = clusters.traces();
        let all = crate::related::Run { window: self.when.0, traces: &traces, deploys: deployed };
        let relations = related::relations(&gathered, &all);
        let mut judged = Vec::with_capacity(gathered.len());
        for (gathered, beside) in gathered.into_iter().zip(restraints.into_iter().zip(relations)) {
            let failures = gathered.at.map(|at| clusters.failures_of(at)).unwrap_or_default();
            judged.push(self.cluster(gathered, beside, &failures));
        }
        restraint::name(&mut judged);
        trend::link(&mut judged, &self.pack.definitions);
        // In place: sorting them otherwise makes copies of up to 8 MB.
        judged.sort_unstable_by(|a, b| {
            let is_mined = |cluster: &Cluster| cluster.origin == Origin::Template;
            (a.severity, b.count, &a.id, &a.group, is_mined(a)).cmp(&(
                b.severity,
                a.count,
                &b.id,
                &b.group,
                is_mined(b),
            ))
        });
        judged
    }

    fn cluster(
        &mut self,
        gathered: Gathered<'_>,
        (restraint, relations): (Restraint, Relations),
        failures: &[(&Failure, u64)],
    ) -> Cluster {
        let fingerprint = gathered.fingerprint();
        let Gathered { definition, rule, id, group, fingerprints, title, pattern, stats, facets, mined, .. } = gathered;
        let (window, now) = self.when;
        let hourly = stats.timeline.hourly();
        let rate = judge::rate(stats.count, window);
        let sighting = Sighting::of(fingerprint.clone(), &stats, hourly.clone(), rate, self.when);
        let baseline = self.recall.baseline(&fingerprints, sighting);
        let found = plan::find(&self.issues, definition, &baseline, &fingerprints);
        let others = found.number.and_then(|number| self.written.get(&number)).into_iter().flatten();
        let others: Vec<Severity> =
            others.filter(|(print, _)| !fingerprints.contains(print)).map(|(_, severity)| *severity).collect();
        let baseline = Arc::new(plan::with_issue(baseline, &found, &others));
        self.seen.extend(fingerprints);
        let stats = shown(stats, window);
        let (restraint, relations) = (Arc::new(restraint), Arc::new(relations));
        let subject = Subject {
            definition,
            rule,
            id,
            group,
            fingerprint,
            title,
            pattern,
            stats,
            facets,
            window,
            now,
            baseline,
            restraint,
            relations,
        };
        let mut verdict = judge::verdict(self.pack, self.sandbox, &subject);
        for (failure, entries) in failures {
            judge::group_failed(self.pack, failure, *entries, &mut verdict);
        }
        let action = plan::decided(self.pack, self.sandbox, &subject, &mut verdict, &found);
        self.failures.append(&mut verdict.failures);
        Cluster { hourly, action, mined, ..trend::cluster(subject, verdict) }
    }

    /// Clusters that are silent, worst first.
    fn quiet(&self) -> Vec<QuietCluster> {
        let silent = self.recall.quiet(&self.seen, self.when, QUIET_NEWS);
        let mut quiet: Vec<QuietCluster> = silent
            .iter()
            .map(|quiet| QuietCluster {
                id: quiet.last.cluster.id.clone(),
                group: quiet.last.cluster.group.clone(),
                fingerprint: quiet.fingerprint.clone(),
                title: quiet.last.cluster.title.clone(),
                severity: quiet.last.cluster.severity,
                quiet_since: quiet.since,
                deploy: deploys::gone(&self.recall, quiet, self.when),
                issue: quiet.last.cluster.issue,
            })
            .collect();
        quiet.sort_by(|a, b| (a.severity, &a.id, &a.group).cmp(&(b.severity, &b.id, &b.group)));
        quiet.truncate(QUIET);
        quiet
    }
}

fn totals(clusters: &[Cluster]) -> Totals {
    let of = |kind: ActionKind| clusters.iter().filter(|cluster| cluster.action.kind == kind).count() as u64;
    Totals {
        clusters: clusters.len() as u64,
        created: of(ActionKind::Create),
        updated: of(ActionKind::Update) + of(ActionKind::Deescalate),
        escalated: of(ActionKind::Escalate),
        reopened: of(ActionKind::Reopen),
        none: of(ActionKind::None),
    }
}

fn legend(pack: &Pack) -> Vec<SeverityLegend> {
    let styles = Severity::ALL.into_iter().zip(&pack.severities);
    styles
        .map(|(severity, style)| SeverityLegend {
            severity,
            label: style.label.clone(),
            mark: style.mark.clone(),
            horizon: style.horizon,
        })
        .collect()
}

fn ignored(pack: &Pack, clusters: &Clusters<'_>, of_templates: Vec<IgnoredCount>) -> Vec<IgnoredCount> {
    let counts = pack.definitions.iter().zip(clusters.ignored());
    let mut ignored: Vec<IgnoredCount> = counts
        .filter(|(_, count)| **count > 0)
        .filter_map(|(definition, count)| {
            let reason = definition.ignore.as_ref()?.reason.clone();
            Some(IgnoredCount { id: definition.id.clone(), reason, count: *count, ..IgnoredCount::default() })
        })
        .chain(of_templates)
        .collect();
    ignored.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    ignored
}

#[cfg(test)]
mod tests;
