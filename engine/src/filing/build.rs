//! From a report to the plan: which requests carry out what was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::brake::RollUp;
use super::{Plan, PlannedIssue, PlannedRun, SCHEMA, Step, Write};
use crate::baseline::PastRun;
use crate::entry::Timestamp;
use crate::id::{Fingerprint, hash_parts};
use crate::issue::{
    Block, IssuePlace, IssueState, Issues, KnownIssue, Listing, Marker, Part, block, replaced, repository_of,
    with_severity,
};
use crate::pack::{Definition, IssueReference, Pack};
use crate::render::{Document, IssueText, IssueTexts, issue_title};
use crate::report::{ActionKind, Cluster, Origin, Report};
use crate::severity::Severity;

/// What a plan is made of.
#[derive(Clone, Copy, Debug)]
pub struct Decided<'d> {
    /// The rules.
    pub pack: &'d Pack,
    /// The run, judged, with what [`brake`](super::brake) has taken back.
    pub report: &'d Report,
    /// The issues as the tracker has them. Those that are to be written to have their comments.
    pub issues: &'d Issues,
    /// The numbers of issues whose comments could not be read: nothing is written to these.
    pub unread: &'d BTreeSet<u64>,
    /// What the brake has gathered into one issue.
    pub roll_up: Option<&'d RollUp>,
}

/// The plan that carries out what was decided. It is a function of its inputs: the same run over the same issues gives the same
/// plan, and over issues that say it all already one that writes nothing.
#[must_use]
pub fn plan(decided: Decided<'_>) -> Plan {
    let Decided { pack, report, issues, roll_up, .. } = decided;
    let texts = IssueTexts::new(pack, report);
    let maker = Maker { of: decided, texts, known: issues.known.iter().map(|issue| (issue.number, issue)).collect() };
    let mut steps: Vec<Step> = report.clusters.iter().map(|cluster| maker.step(cluster)).collect();
    share(&mut steps);
    let duplicates: Vec<Step> =
        (report.clusters.iter().zip(&steps)).flat_map(|(cluster, step)| maker.duplicates(cluster, step)).collect();
    steps.extend(duplicates);
    steps.extend(maker.roll_up(roll_up));
    let mut notes = Vec::new();
    if issues.listing == Listing::Partial {
        notes.push("the list of issues is not whole: nothing is created".to_owned());
    }
    notes.extend(roll_up.map(|roll_up| roll_up.why.clone()));
    Plan {
        schema: SCHEMA.to_owned(),
        generated: report.generated,
        pack: pack.name.clone(),
        digest: pack.digest.clone(),
        repository: pack.issue.repository.clone(),
        steps,
        notes,
        run: PlannedRun { entries: report.entries, totals: report.totals, past: PastRun::of(report) },
    }
}

/// Of clusters that share an issue the most severe one, which comes first, says what it is called, how it is labelled, and whether
/// it is open; the others only tell of their latest occurrences.
fn share(steps: &mut [Step]) {
    let mut shared = BTreeSet::new();
    for step in steps {
        let number = step.issue.as_ref().map(|issue| issue.known_as);
        if number.is_none_or(|number| shared.insert(number)) {
            continue;
        }
        let before = step.writes.len();
        step.writes.retain(|write| match write {
            Write::Comment { body } => Block::find(body).is_some_and(|at| at.marker.part == Part::Latest),
            Write::EditComment { .. } => true,
            Write::Create { .. } | Write::Edit { .. } | Write::AddLabels { .. } | Write::RemoveLabel { .. } => false,
        });
        if step.writes.len() < before {
            step.notes.push("the issue says what a more severe cluster makes it say".to_owned());
        }
    }
}

pub(super) struct Maker<'d> {
    pub(super) of: Decided<'d>,
    texts: IssueTexts<'d>,
    known: BTreeMap<u64, &'d KnownIssue>,
}

impl Maker<'_> {
    fn step(&self, cluster: &Cluster) -> Step {
        let action = &cluster.action;
        let issue = action.issue.as_ref().and_then(|issue| self.known.get(&issue.number?)).copied();
        let key = key(&self.of.pack.name, cluster);
        let mut step = Step {
            key,
            fingerprint: cluster.fingerprint.clone(),
            formerly: self.formerly(cluster),
            id: cluster.id.clone(),
            title: cluster.title.clone(),
            severity: cluster.severity,
            kind: action.kind,
            reason: action.reason.clone(),
            rejected: action.rejected.clone(),
            by: action.by.clone(),
            from: action.from,
            to: action.to,
            issue: issue.map(|issue| self.planned(issue)).or_else(|| self.believed(cluster)),
            duplicate_of: None,
            writes: Vec::new(),
            notes: Vec::new(),
        };
        match (action.kind, issue) {
            (ActionKind::None, _) => {}
            (ActionKind::Create, _) => self.create(cluster, &mut step),
            (_, Some(issue)) => self.change(cluster, issue, &mut step),
            (_, None) => step.notes.push("not written: what the issue says is not known".to_owned()),
        }
        step
    }

    fn create(&self, cluster: &Cluster, step: &mut Step) {
        if self.of.issues.listing == Listing::Partial {
            step.notes.push("not created: the list of issues is not whole, and it might be a duplicate".to_owned());
            return;
        }
        if let Some(unmarked) = self.unmarked(cluster) {
            step.notes.push(format!(
                "not created: issue #{unmarked} is open, ours, and of the same title, but somebody has taken our marker out of its \
                 text; name it in the definition (`issue: {{ number: {unmarked} }}`), or give it another title"
            ));
            return;
        }
        let settings = &self.of.pack.issue;
        let marker = Marker { severity: Some(cluster.severity), ..marker(step, Part::Issue, cluster.last_seen) };
        let body = self.text(cluster, IssueText::Body, step);
        let title = cluster.action.issue.as_ref().map_or(cluster.title.as_str(), |issue| issue.title.as_str());
        let mut labels = vec![settings.tracking_label().to_owned()];
        labels.extend(settings.labels.iter().chain(&settings.label_of(cluster.severity).map(str::to_owned)).cloned());
        let mut seen = BTreeSet::new();
        labels.retain(|label| seen.insert(label.to_lowercase()));
        step.writes.push(Write::Create { title: issue_title(title), body: block(&marker, &body), labels });
    }

    /// An open issue of ours that would be the cluster's by its title, whatever severity that says, and says nothing by itself.
    fn unmarked(&self, cluster: &Cluster) -> Option<u64> {
        let named = |title: &str| with_severity(&issue_title(title), Severity::P5);
        let title = named(&cluster.action.issue.as_ref()?.title);
        let is_it = |issue: &&&KnownIssue| {
            issue.is_ours
                && issue.state == IssueState::Open
                && Marker::find(&issue.body).is_empty()
                && named(&issue.title) == title
        };
        self.known.values().find(is_it).map(|issue| issue.number)
    }

    pub(super) fn text(&self, cluster: &Cluster, which: IssueText, step: &mut Step) -> String {
        let Document { text, notes } = self.texts.text(cluster, which);
        step.notes.extend(notes);
        text
    }

    /// The issue's text with another one in the place of our part of it, as its marker says (`marked`); nothing where it is the
    /// same, or somebody has edited it.
    pub(super) fn rewritten(
        &self,
        step: &mut Step,
        issue: &KnownIssue,
        (text, marked): (&str, impl FnOnce(Marker) -> Marker),
    ) -> Option<String> {
        let ours = Block::find(&issue.body).filter(|at| issue.is_ours && step.is_about(&at.marker.fingerprint))?;
        if !ours.is_intact {
            step.notes.push("somebody has edited our part of the issue's text: it is left alone".to_owned());
            return None;
        }
        let new = block(&marked(ours.marker.clone()), text);
        let is_same = Block::find(&new).is_some_and(|new| new.hash == ours.hash && new.marker == ours.marker);
        (!is_same).then(|| replaced(&issue.body, &ours, &new))
    }

    pub(super) fn planned(&self, issue: &KnownIssue) -> PlannedIssue {
        let here = || IssuePlace {
            repository: self.of.pack.issue.repository.clone().unwrap_or_default(),
            number: issue.number,
        };
        PlannedIssue {
            place: issue.moved_to.clone().unwrap_or_else(here),
            known_as: issue.number,
            url: issue.url.clone(),
            title: issue.title.clone(),
            is_open: issue.state == IssueState::Open,
            updated_at: issue.updated_at,
            block: Block::find(&issue.body).filter(|_| issue.is_ours).map(|at| at.hash),
        }
    }

    /// An issue that the tracker was not asked for.
    fn believed(&self, cluster: &Cluster) -> Option<PlannedIssue> {
        let issue = cluster.action.issue.as_ref()?;
        let number = issue.number?;
        let repository = self.of.pack.issue.repository.clone().unwrap_or_default();
        Some(PlannedIssue {
            place: IssuePlace { repository, number },
            known_as: number,
            url: issue.url.clone(),
            title: issue.title.clone(),
            is_open: true,
            updated_at: None,
            block: None,
        })
    }

    fn definition(&self, cluster: &Cluster) -> Option<&Definition> {
        let is_it = |definition: &&Definition| definition.id == cluster.id;
        self.of.pack.definitions.iter().find(is_it).filter(|_| cluster.origin == Origin::Rule)
    }

    fn formerly(&self, cluster: &Cluster) -> Vec<Fingerprint> {
        let all = self.definition(cluster).map(|it| it.fingerprints(&self.of.pack.name, &cluster.group));
        all.into_iter().flatten().skip(1).collect()
    }

    /// Whether the issue is where the definition says that it is: a number of another repository is not that of this one.
    pub(super) fn is_pinned_here(&self, cluster: &Cluster, issue: &KnownIssue) -> bool {
        let Some(IssueReference::Pinned { url: Some(url), .. }) = self.definition(cluster).map(|it| &it.issue) else {
            return true;
        };
        let elsewhere = repository_of(url);
        let own = self.of.pack.issue.repository.as_deref();
        issue.moved_to.is_some() || elsewhere.is_none_or(|named| Some(named.as_str()) == own)
    }
}

pub(super) fn marker(step: &Step, part: Part, seen: Option<Timestamp>) -> Marker {
    Marker { fingerprint: step.fingerprint.clone(), key: Some(step.key.clone()), part, seen, severity: None }
}

/// The key of what is written about a cluster. It is the same for the same entries, whenever they are looked at: who was killed
/// between two writes finds the first again.
fn key(pack: &str, cluster: &Cluster) -> String {
    let action = &cluster.action;
    key_of(pack, cluster, action.kind, (action.from, action.to))
}

/// The key that the creation of its issue has had, if it was filed for these entries.
pub(super) fn created_key(pack: &str, cluster: &Cluster) -> String {
    key_of(pack, cluster, ActionKind::Create, (None, Some(cluster.severity)))
}

fn key_of(pack: &str, cluster: &Cluster, kind: ActionKind, (from, to): (Option<Severity>, Option<Severity>)) -> String {
    let of = |severity: Option<Severity>| severity.map_or("", Severity::name);
    let seen = cluster.last_seen.map(|seen| seen.to_string()).unwrap_or_default();
    let count = if cluster.last_seen.is_none() { cluster.count.to_string() } else { String::new() };
    let parts = [pack, cluster.fingerprint.as_str(), kind.name(), of(from), of(to), &seen, &count];
    format!("{:016x}", hash_parts(&parts.map(str::as_bytes)))
}
