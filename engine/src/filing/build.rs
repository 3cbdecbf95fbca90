//! From a report to the plan: which requests carry out what was decided.

use std::collections::{BTreeMap, BTreeSet};

use super::brake::RollUp;
use super::{NewState, Plan, PlannedIssue, PlannedRun, SCHEMA, Step, Write, known};
use crate::baseline::PastRun;
use crate::entry::Timestamp;
use crate::id::{Fingerprint, hash_parts};
use crate::issue::{
    Block, IssuePlace, IssueState, Issues, KnownComment, KnownIssue, Listing, Marker, Part, block, replaced,
    repository_of,
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
    let duplicates: Vec<Step> =
        (report.clusters.iter().zip(&steps)).flat_map(|(cluster, step)| maker.duplicates(cluster, step)).collect();
    steps.extend(duplicates);
    steps.extend(roll_up.map(|roll_up| maker.roll_up(roll_up)));
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

struct Maker<'d> {
    of: Decided<'d>,
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

    /// What is written to an issue that exists: first what happened, as a comment of its own; then what the issue says; last
    /// the comment that always tells of the latest occurrences.
    fn change(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        if self.of.unread.contains(&issue.number) {
            step.notes.push("not written: the issue's comments could not be read".to_owned());
            return;
        }
        if !self.is_pinned_here(cluster, issue) {
            step.notes.push("not written: the definition names an issue of another repository".to_owned());
            return;
        }
        let is_turn = matches!(step.kind, ActionKind::Escalate | ActionKind::Deescalate | ActionKind::Reopen);
        let told = known::told(issue, &cluster.fingerprint, &step.formerly);
        // Who was killed behind the comment on a turn has not brought that on the latest occurrences up to date.
        let is_behind = |(_, at): &(&KnownComment, Block)| at.marker.seen < cluster.last_seen;
        let is_news =
            cluster.last_seen.is_none() || told.seen < cluster.last_seen || told.latest.as_ref().is_some_and(is_behind);
        if is_turn {
            if !told.keys.contains(&step.key) {
                let text = self.text(cluster, IssueText::Event, step);
                let marker = marker(step, Part::Event, cluster.last_seen);
                step.writes.push(Write::Comment { body: block(&marker, &text) });
            }
            self.edit(cluster, issue, step);
            self.relabel(cluster, issue, step);
        } else if !is_news {
            step.notes.push("the issue tells of all these entries already".to_owned());
            return;
        }
        self.latest(cluster, (&told, is_turn), step);
    }

    /// The comment that always tells of the latest occurrences. One that somebody has edited is left alone, and so is the
    /// issue that has none yet where a comment of its own has just told of a turn.
    fn latest(&self, cluster: &Cluster, (told, is_turn): (&known::Told<'_>, bool), step: &mut Step) {
        let text = self.text(cluster, IssueText::Latest, step);
        let marker = marker(step, Part::Latest, cluster.last_seen);
        let body = block(&marker, &text);
        if told.is_latest_edited {
            step.notes.push("somebody has edited our comment on the latest occurrences: it is left alone".to_owned());
        }
        match &told.latest {
            Some((comment, at)) => {
                let new = Block::find(&body).map(|new| new.hash);
                if new.as_deref() != Some(at.hash.as_str()) {
                    let body = replaced(&comment.body, at, &body);
                    step.writes.push(Write::EditComment { id: comment.id, block: at.hash.clone(), body });
                }
            }
            None if is_turn => {}
            None => step.writes.push(Write::Comment { body }),
        }
    }

    /// Title, text and state, in one request.
    fn edit(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        let planned = cluster.action.issue.as_ref().map(|planned| &planned.title);
        let title = planned.filter(|title| **title != issue.title).cloned();
        let ours = Block::find(&issue.body).filter(|at| issue.is_ours && step.is_about(&at.marker.fingerprint));
        let body = match ours {
            Some(at) if at.is_intact => {
                let text = self.text(cluster, IssueText::Body, step);
                let severity = Some(cluster.action.to.unwrap_or(cluster.severity));
                let new = block(&Marker { severity, ..at.marker.clone() }, &text);
                let is_same = Block::find(&new).is_some_and(|new| new.hash == at.hash && new.marker == at.marker);
                (!is_same).then(|| replaced(&issue.body, &at, &new))
            }
            Some(_) => {
                step.notes.push("somebody has edited our part of the issue's text: it is left alone".to_owned());
                None
            }
            None => None,
        };
        let state = (step.kind == ActionKind::Reopen && issue.state != IssueState::Open).then_some(NewState::Open);
        if title.is_some() || body.is_some() || state.is_some() {
            step.writes.push(Write::Edit { title, body, state });
        }
    }

    /// The label of the new severity takes the place of that of the old one. No other label is touched, and none is put back.
    fn relabel(&self, cluster: &Cluster, issue: &KnownIssue, step: &mut Step) {
        let settings = &self.of.pack.issue;
        let to = cluster.action.to.unwrap_or(cluster.severity);
        let Some(new) = settings.label_of(to) else { return };
        let has = |label: &str| issue.labels.iter().any(|own| own.eq_ignore_ascii_case(label));
        if !has(new) {
            step.writes.push(Write::AddLabels { labels: vec![new.to_owned()] });
        }
        let others = Severity::ALL.into_iter().filter(|severity| *severity != to);
        for old in others.filter_map(|severity| settings.label_of(severity)).filter(|old| has(old) && *old != new) {
            step.writes.push(Write::RemoveLabel { label: old.to_owned() });
        }
    }

    /// Other open issues of ours about the same cluster are closed as duplicates of the one that stays.
    fn duplicates(&self, cluster: &Cluster, step: &Step) -> Vec<Step> {
        let Some(stays) = step.issue.as_ref().filter(|issue| issue.is_open) else { return Vec::new() };
        let is_other = |issue: &&KnownIssue| {
            issue.number != stays.place.number
                && issue.is_ours
                && issue.moved_to.is_none()
                && issue.state == IssueState::Open
                && !issue.is_locked
                && Marker::find(&issue.body).iter().any(|marker| step.is_about(&marker.fingerprint))
        };
        let others = self.of.issues.known.iter().filter(is_other);
        others.map(|issue| self.duplicate(cluster, step, (issue, stays))).collect()
    }

    fn duplicate(&self, cluster: &Cluster, step: &Step, (issue, stays): (&KnownIssue, &PlannedIssue)) -> Step {
        let kept = &stays.place;
        let is_here = self.of.pack.issue.repository.as_ref() == Some(&kept.repository);
        let kept = if is_here { format!("#{}", kept.number) } else { format!("{}#{}", kept.repository, kept.number) };
        let number = issue.number.to_string();
        let parts = [cluster.fingerprint.as_str(), "duplicate", &number].map(str::as_bytes);
        let mut duplicate = Step {
            key: format!("{:016x}", hash_parts(&parts)),
            kind: ActionKind::Update,
            reason: format!("closed as a duplicate: {kept} is about the same cluster"),
            rejected: Vec::new(),
            by: None,
            from: None,
            to: None,
            duplicate_of: Some(stays.known_as),
            ..step.clone()
        };
        duplicate.issue = Some(self.planned(issue));
        duplicate.notes.clear();
        let text = format!("Duplicate of {kept}");
        let marker = marker(&duplicate, Part::Event, None);
        let comment = Write::Comment { body: block(&marker, &text) };
        let close = Write::Edit { title: None, body: None, state: Some(NewState::Duplicate) };
        duplicate.writes = vec![comment, close];
        duplicate
    }

    /// The one issue that stands for all that the brake has held back.
    fn roll_up(&self, roll_up: &RollUp) -> Step {
        let pack = self.of.pack;
        let found = self.of.issues.known.iter().filter(|issue| {
            issue.is_ours
                && issue.state == IssueState::Open
                && Marker::find(&issue.body).iter().any(|marker| marker.fingerprint == roll_up.fingerprint)
        });
        let issue = found.min_by_key(|issue| issue.number);
        let now = self.of.report.generated.to_string();
        let parts = [pack.name.as_str(), roll_up.fingerprint.as_str(), &now];
        let mut step = Step {
            key: format!("{:016x}", hash_parts(&parts.map(str::as_bytes))),
            fingerprint: roll_up.fingerprint.clone(),
            formerly: Vec::new(),
            id: "roll-up".to_owned(),
            title: roll_up.title.clone(),
            severity: roll_up.severity,
            kind: if issue.is_some() { ActionKind::Update } else { ActionKind::Create },
            reason: roll_up.why.clone(),
            rejected: Vec::new(),
            by: None,
            from: None,
            to: None,
            issue: issue.map(|issue| self.planned(issue)),
            duplicate_of: None,
            writes: Vec::new(),
            notes: roll_up.document.notes.clone(),
        };
        let text = &roll_up.document.text;
        match issue.map(|issue| (issue, Block::find(&issue.body))) {
            None if self.of.issues.listing == Listing::Partial => {}
            None => {
                let body = block(&marker(&step, Part::RollUp, None), text);
                let labels = vec![pack.issue.tracking_label().to_owned()];
                step.writes.push(Write::Create { title: issue_title(&roll_up.title), body, labels });
            }
            Some((issue, Some(at))) if at.is_intact => {
                let new = block(&at.marker, text);
                if Block::find(&new).is_some_and(|new| new.hash != at.hash) {
                    let body = Some(replaced(&issue.body, &at, &new));
                    step.writes.push(Write::Edit { title: None, body, state: None });
                }
            }
            Some(_) => step.notes.push("somebody has edited our part of the issue's text: it is left alone".to_owned()),
        }
        step
    }

    fn text(&self, cluster: &Cluster, which: IssueText, step: &mut Step) -> String {
        let Document { text, notes } = self.texts.text(cluster, which);
        step.notes.extend(notes);
        text
    }

    fn planned(&self, issue: &KnownIssue) -> PlannedIssue {
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
        let group: Vec<(&str, &str)> = cluster.group.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let was = self.definition(cluster).map_or(&[][..], |definition| &definition.was);
        was.iter().map(|id| Fingerprint::new(&self.of.pack.name, id, &group)).collect()
    }

    /// Whether the issue is where the definition says that it is: a number of another repository is not that of this one.
    fn is_pinned_here(&self, cluster: &Cluster, issue: &KnownIssue) -> bool {
        let Some(IssueReference::Pinned { url: Some(url), .. }) = self.definition(cluster).map(|it| &it.issue) else {
            return true;
        };
        let elsewhere = repository_of(url);
        let own = self.of.pack.issue.repository.as_deref();
        issue.moved_to.is_some() || elsewhere.is_none_or(|named| Some(named.as_str()) == own)
    }
}

impl Step {
    fn is_about(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint == *fingerprint || self.formerly.contains(fingerprint)
    }
}

fn marker(step: &Step, part: Part, seen: Option<Timestamp>) -> Marker {
    Marker { fingerprint: step.fingerprint.clone(), key: Some(step.key.clone()), part, seen, severity: None }
}

/// The key of what is written about a cluster. It is the same for the same entries, whenever they are looked at: who was killed
/// between two writes finds the first again.
fn key(pack: &str, cluster: &Cluster) -> String {
    let action = &cluster.action;
    let of = |severity: Option<Severity>| severity.map_or("", Severity::name);
    let seen = cluster.last_seen.map(|seen| seen.to_string()).unwrap_or_default();
    let count = if cluster.last_seen.is_none() { cluster.count.to_string() } else { String::new() };
    let parts = [pack, cluster.fingerprint.as_str(), action.kind.name(), of(action.from), of(action.to), &seen, &count];
    format!("{:016x}", hash_parts(&parts.map(str::as_bytes)))
}
