//! From gathered clusters to the report: every cluster judged, its issue decided, all in one order.

use std::collections::BTreeMap;

use crate::clusters::{Clusters, OTHER};
use crate::diagnostic::Diagnostic;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::judge::{self, Subject, Verdict};
use crate::pack::{Definition, FacetKey, Pack};
use crate::plan::{self, Memory};
use crate::report::{
    ActionKind, Cluster, Conservation, IgnoredCount, MalformedQuote, Origin, PackIdentity, Report, SCHEMA,
    SeverityLegend, Source, Totals, Window,
};
use crate::script::Sandbox;
use crate::severity::Severity;
use crate::tally::{Stats, Tally, width_for};
use crate::template;

/// Buckets of a report's timelines at most.
const BUCKETS: i64 = 48;

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
pub fn triage(pack: &Pack, sandbox: &Sandbox, clusters: &Clusters<'_>, memory: &Memory, frame: Frame) -> Triage {
    let window = window(&frame, clusters.span());
    let mut judged = Vec::new();
    let mut failures = Vec::new();
    for (at, group, tally) in clusters.of_definitions() {
        let Some(definition) = pack.definitions.get(at) else { continue };
        let subject = of_definition(pack, definition, group, tally, memory, (window, frame.now));
        let mut verdict = judge::verdict(pack, sandbox, &subject);
        for (failure, entries) in clusters.failures_of(at) {
            judge::group_failed(pack, failure, entries, &mut verdict);
        }
        judged.push(cluster(pack, subject, verdict, &mut failures));
    }
    for (text, tally) in clusters.of_templates() {
        let subject = of_template(pack, text, tally, memory, (window, frame.now));
        let verdict = judge::verdict(pack, sandbox, &subject);
        judged.push(cluster(pack, subject, verdict, &mut failures));
    }
    judged.sort_by(|a, b| (a.severity, b.count, &a.id, &a.group).cmp(&(b.severity, a.count, &b.id, &b.group)));
    crate::diagnostic::sort(&mut failures);
    let entries = Conservation {
        read: frame.read,
        malformed: frame.malformed,
        duplicate: frame.duplicate,
        outside_window: frame.outside_window,
        ignored: clusters.ignored().iter().sum(),
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
        clusters: judged,
        severities: legend(pack),
        malformed: frame
            .quotes
            .into_iter()
            .map(|quote| MalformedQuote { file: pack.redactor.text(&quote.file).into_string(), ..quote })
            .collect(),
        ignored: ignored(pack, clusters),
        redactions: clusters.redactions().clone(),
        notes: frame.notes,
    };
    Triage { report, failures }
}

/// The window asked for; where an end of it was not, the first or last entry's time.
fn window(frame: &Frame, span: Option<(Timestamp, Timestamp)>) -> Window {
    Window { from: frame.since.or(span.map(|(first, _)| first)), to: frame.until.or(span.map(|(_, last)| last)) }
}

fn of_definition<'p>(
    pack: &'p Pack,
    definition: &'p Definition,
    group: BTreeMap<String, String>,
    tally: &Tally,
    memory: &Memory,
    (window, now): (Window, Timestamp),
) -> Subject<'p> {
    let facets: Vec<String> = definition.facets.iter().map(FacetKey::name).collect();
    let facets: Vec<&str> = facets.iter().map(String::as_str).collect();
    let metrics: Vec<&str> = definition.captures.iter().map(|capture| capture.name.as_str()).collect();
    let identity: Vec<(&str, &str)> = group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let ids = std::iter::once(&definition.id).chain(&definition.was);
    let fingerprints: Vec<Fingerprint> = ids.map(|id| Fingerprint::new(&pack.name, id, &identity)).collect();
    let baseline = memory.history.baseline(&fingerprints);
    Subject {
        definition: Some(definition),
        id: definition.id.clone(),
        fingerprint: Fingerprint::new(&pack.name, &definition.id, &identity),
        title: String::new(),
        pattern: definition.queries.iter().map(|query| query.text().trim()).collect::<Vec<_>>().join(" | "),
        stats: shown(tally.stats(&facets, &metrics), window),
        group,
        window,
        now,
        baseline,
    }
}

fn of_template<'p>(
    pack: &'p Pack,
    text: Option<&str>,
    tally: &Tally,
    memory: &Memory,
    (window, now): (Window, Timestamp),
) -> Subject<'p> {
    let text = text.unwrap_or(OTHER);
    let fingerprint = Fingerprint::new(&pack.name, &format!("template:{text}"), &[]);
    let baseline = memory.history.baseline(std::slice::from_ref(&fingerprint));
    Subject {
        definition: None,
        id: template::id(text),
        fingerprint,
        title: if text == OTHER { "Messages of too many kinds".to_owned() } else { template::title(text) },
        pattern: text.to_owned(),
        stats: shown(tally.stats(&[], &[]), window),
        group: BTreeMap::new(),
        window,
        now,
        baseline,
    }
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

fn cluster(pack: &Pack, subject: Subject<'_>, verdict: Verdict, failures: &mut Vec<Diagnostic>) -> Cluster {
    let action = plan::action(pack, &subject, &verdict);
    let Verdict { title, pattern, kind, category, severity, declared, reasons, impact, recommendation, .. } = verdict;
    failures.extend(verdict.failures);
    let stats = subject.stats;
    let log_severity = stats.log_severities.last_key_value().map_or("DEFAULT", |(severity, _)| severity.name());
    Cluster {
        id: subject.id,
        group: subject.group,
        fingerprint: subject.fingerprint,
        origin: if subject.definition.is_some() { Origin::Rule } else { Origin::Template },
        title,
        kind,
        category,
        pattern,
        severity,
        declared_severity: declared,
        reasons,
        count: stats.count,
        frequency: verdict.frequency,
        rate_per_hour: verdict.rate_per_hour,
        first_seen: stats.first_seen,
        last_seen: stats.last_seen,
        timeline: stats.timeline,
        log_severities: stats.log_severities.iter().map(|(severity, count)| (severity.name(), *count)).collect(),
        facets: stats.facets,
        metrics: stats.metrics,
        impact,
        samples: stats.samples,
        trend: None,
        action,
        recommendation,
        follow_up: verdict.follow_up,
        related: verdict.related,
        log_severity,
        policy_failed: verdict.policy_failed,
    }
}

fn totals(clusters: &[Cluster]) -> Totals {
    let of = |kind: ActionKind| clusters.iter().filter(|cluster| cluster.action.kind == kind).count() as u64;
    Totals {
        clusters: clusters.len() as u64,
        created: of(ActionKind::Create),
        updated: of(ActionKind::Update),
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

fn ignored(pack: &Pack, clusters: &Clusters<'_>) -> Vec<IgnoredCount> {
    let counts = pack.definitions.iter().zip(clusters.ignored());
    let mut ignored: Vec<IgnoredCount> = counts
        .filter(|(_, count)| **count > 0)
        .filter_map(|(definition, count)| {
            let reason = definition.ignore.as_ref()?.reason.clone();
            Some(IgnoredCount { id: definition.id.clone(), reason, count: *count })
        })
        .collect();
    ignored.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)));
    ignored
}
