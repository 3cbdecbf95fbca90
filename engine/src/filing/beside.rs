//! Steps that are about no cluster of their own: duplicates that are closed, the roll-up.

use super::brake::RollUp;
use super::build::{Maker, marker};
use super::{NewState, PlannedIssue, Step, Write};
use crate::id::hash_parts;
use crate::issue::{Block, IssueState, KnownIssue, Listing, Marker, Part, block, replaced};
use crate::render::issue_title;
use crate::report::{ActionKind, Cluster};

impl Maker<'_> {
    /// Other open issues of ours about the same cluster are closed as duplicates of the one that stays.
    pub(super) fn duplicates(&self, cluster: &Cluster, step: &Step) -> Vec<Step> {
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
    pub(super) fn roll_up(&self, roll_up: &RollUp) -> Step {
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
}
