//! Which issue a cluster has.

use std::collections::{BTreeMap, BTreeSet};

use super::{Block, IssueState, Issues, KnownIssue, Listing, Marker};
use crate::id::Fingerprint;
use crate::severity::Severity;

/// Duplicates that are followed, one after the other.
const FOLLOWED: usize = 8;

/// The issues that a run knows of, so laid out that each cluster finds its own.
#[derive(Debug)]
pub struct IssueIndex<'i> {
    by_number: BTreeMap<u64, &'i KnownIssue>,
    by_fingerprint: BTreeMap<Fingerprint, BTreeSet<u64>>,
    listing: Listing,
}

/// How an issue was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FoundBy {
    /// It was not.
    Nothing,
    /// The definition is pinned to it.
    Pinned,
    /// An earlier run recorded its number.
    History,
    /// It says so itself, and the program is its author.
    Marker,
}

/// What is known of an issue that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// There is none.
    None,
    /// Its number is known, and the tracker was not asked.
    Believed,
    /// Its number is known, and the tracker does not list it.
    Missing,
    /// The tracker has it so.
    Known(Box<KnownIssue>),
}

/// The issue of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// How it was found.
    pub by: FoundBy,
    /// Its number.
    pub number: Option<u64>,
    /// What is known of it.
    pub standing: Standing,
    /// The numbers of the duplicates that led to it, first the one that was found.
    pub followed: Vec<u64>,
    /// Other open issues that say they are about the same cluster: duplicates of it.
    pub others: Vec<u64>,
    /// How far the tracker was asked.
    pub listing: Listing,
}

impl<'i> IssueIndex<'i> {
    /// The index of these issues.
    #[must_use]
    pub fn new(issues: &'i Issues) -> Self {
        let mut index = Self { by_number: BTreeMap::new(), by_fingerprint: BTreeMap::new(), listing: issues.listing };
        for issue in &issues.known {
            index.by_number.insert(issue.number, issue);
            if issue.is_ours {
                for marker in Marker::find(&issue.body) {
                    index.by_fingerprint.entry(marker.fingerprint).or_default().insert(issue.number);
                }
            }
        }
        index
    }

    /// The issue of a cluster with any of these identities: the one that its definition is pinned to, else the one that
    /// history recorded, else one that says so itself. A duplicate leads to what it is a duplicate of.
    #[must_use]
    pub fn find(&self, pinned: Option<u64>, recorded: Option<u64>, fingerprints: &[Fingerprint]) -> Found {
        let marked = self.marked(fingerprints);
        let named = pinned.map(|number| (number, FoundBy::Pinned));
        let named = named.or_else(|| recorded.map(|number| (number, FoundBy::History)));
        // What history recorded may have been renumbered by a move; what marks itself is there.
        let named = named
            .filter(|(number, by)| *by == FoundBy::Pinned || self.by_number.contains_key(number) || marked.is_empty());
        let first = named.or_else(|| marked.first().map(|number| (*number, FoundBy::Marker)));
        let Some((mut number, by)) = first else { return Found::none(self.listing) };
        let mut followed = Vec::new();
        while let Some(IssueState::Duplicate { of: Some(next), .. }) = self.by_number.get(&number).map(|i| &i.state) {
            if followed.len() >= FOLLOWED || followed.contains(next) || !self.by_number.contains_key(next) {
                break;
            }
            followed.push(number);
            number = *next;
        }
        let standing = match (self.by_number.get(&number), self.listing) {
            (Some(issue), _) => Standing::Known(Box::new((*issue).clone())),
            (None, Listing::NotAsked) => Standing::Believed,
            (None, Listing::Complete | Listing::Partial) => Standing::Missing,
        };
        let is_open = |other: &u64| self.by_number.get(other).is_some_and(|issue| issue.state == IssueState::Open);
        let others = marked.into_iter().filter(|other| *other != number && is_open(other)).collect();
        Found { by, number: Some(number), standing, followed, others, listing: self.listing }
    }

    /// The issues that say they are about the cluster: open ones first, of these the oldest; then closed ones, of these the
    /// latest closed.
    fn marked(&self, fingerprints: &[Fingerprint]) -> Vec<u64> {
        let numbers: BTreeSet<u64> =
            fingerprints.iter().filter_map(|print| self.by_fingerprint.get(print)).flatten().copied().collect();
        let mut issues: Vec<&KnownIssue> =
            numbers.iter().filter_map(|number| self.by_number.get(number).copied()).collect();
        let closed = |issue: &KnownIssue| std::cmp::Reverse(issue.state.closed_at());
        issues.sort_by_key(|issue| (issue.state != IssueState::Open, closed(issue), issue.number));
        issues.into_iter().map(|issue| issue.number).collect()
    }
}

impl Found {
    /// No issue.
    #[must_use]
    pub fn none(listing: Listing) -> Self {
        let (followed, others) = (Vec::new(), Vec::new());
        Self { by: FoundBy::Nothing, number: None, standing: Standing::None, followed, others, listing }
    }

    /// The issue as the tracker has it.
    #[must_use]
    pub fn known(&self) -> Option<&KnownIssue> {
        match &self.standing {
            Standing::Known(issue) => Some(issue),
            Standing::None | Standing::Believed | Standing::Missing => None,
        }
    }

    /// Its state as scripts see it: `none`, `believed`, `missing`, or that of the tracker.
    #[must_use]
    pub fn state(&self) -> &'static str {
        match &self.standing {
            Standing::None => "none",
            Standing::Believed => "believed",
            Standing::Missing => "missing",
            Standing::Known(issue) => issue.state.name(),
        }
    }

    /// Whether it may be written to as it is: it is open, or believed to be, and not locked.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        match &self.standing {
            Standing::Believed => true,
            Standing::Known(issue) => issue.state == IssueState::Open && !issue.is_locked,
            Standing::None | Standing::Missing => false,
        }
    }

    /// The severity that a person has given it since `written` was: nothing where it still says that, or nothing is known. What
    /// our own part of its text says is no person's word either: a run that was interrupted is not recorded, but has written it.
    #[must_use]
    pub fn changed_to(&self, written: Option<Severity>) -> Option<Severity> {
        let (issue, written) = (self.known()?, written?);
        let ours = issue.is_ours.then(|| Block::find(&issue.body)?.marker.severity).flatten();
        issue.severities().find(|severity| *severity != written && Some(*severity) != ours)
    }
}
