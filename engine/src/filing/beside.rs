//! Duplicates of an issue, which are closed.

use super::build::Maker;
use super::{NewState, PlannedIssue, Step, Write};
use crate::id::{Fingerprint, hash_parts};
use crate::issue::{IssueState, KnownIssue, Marker, Part, block};
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
        let mut duplicate = Step {
            key: key(&cluster.fingerprint, issue.number),
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
        let comment = Write::Comment { body: duplicate_of(&cluster.fingerprint, issue.number, &kept) };
        let close = Write::Edit { title: None, body: None, state: Some(NewState::Duplicate) };
        duplicate.writes = vec![comment, close];
        duplicate
    }
}

/// The comment by which an issue about a cluster is closed as a duplicate of another. It says so in GitHub's own words, and always by
/// the same key: whoever closes the issue, and however often that is tried, says it once.
#[must_use]
pub fn duplicate_of(fingerprint: &Fingerprint, number: u64, kept: &str) -> String {
    let marker = Marker { key: Some(key(fingerprint, number)), part: Part::Event, ..Marker::new(fingerprint.clone()) };
    block(&marker, &format!("Duplicate of {kept}"))
}

fn key(fingerprint: &Fingerprint, number: u64) -> String {
    let number = number.to_string();
    let parts = [fingerprint.as_str(), "duplicate", &number];
    format!("{:016x}", hash_parts(&parts.map(str::as_bytes)))
}
