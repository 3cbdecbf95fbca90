//! What an issue says already.

use std::collections::BTreeSet;

use super::Step;
use crate::entry::Timestamp;
use crate::issue::{Block, KnownComment, KnownIssue, Marker, Part};

/// What our own texts in an issue say about a cluster.
pub(super) struct Told<'i> {
    /// The newest entry that any of them tells of.
    pub(super) seen: Option<Timestamp>,
    /// The keys of the writes that made them.
    pub(super) keys: BTreeSet<String>,
    /// The comment on the latest occurrences, where nobody else has edited it.
    pub(super) latest: Option<(&'i KnownComment, Block)>,
    /// Whether there is only one that somebody has edited.
    pub(super) is_latest_edited: bool,
}

/// What our own texts in an issue say about the cluster of a step. What strangers write is not believed, whatever markers it
/// holds.
pub(super) fn told<'i>(issue: &'i KnownIssue, step: &Step) -> Told<'i> {
    let is_about = |marker: &Marker| step.is_about(&marker.fingerprint);
    let mut told = Told { seen: None, keys: BTreeSet::new(), latest: None, is_latest_edited: false };
    let body = issue.is_ours.then_some(issue.body.as_str());
    let comments = issue.comments.iter().filter(|comment| comment.is_ours);
    for text in body.into_iter().chain(comments.clone().map(|comment| comment.body.as_str())) {
        for marker in Marker::find(text).into_iter().filter(|marker| is_about(marker)) {
            told.seen = told.seen.max(marker.seen);
            told.keys.extend(marker.key);
        }
    }
    for comment in comments {
        let at = Block::find(&comment.body).filter(|at| at.marker.part == Part::Latest && is_about(&at.marker));
        match at {
            Some(at) if at.is_intact => told.latest = Some((comment, at)),
            Some(_) => told.is_latest_edited = true,
            None => {}
        }
    }
    told.is_latest_edited &= told.latest.is_none();
    told
}
