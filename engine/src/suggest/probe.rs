//! Every entry held against the terms of clusters: which of them entries of others have, too.

use std::slice;

use serde_json::Value;

use super::Target;
use super::make::Look;
use super::owner::{Owner, Owners};
use super::terms::Term;
use crate::classify::{Candidates, Prefilter, Scratch};
use crate::draft::record;
use crate::entry::Entry;
use crate::id::hash_parts;
use crate::redact::RedactedBatch;
use crate::tally::{Kept, Merge, Place, rank};

/// Sets of terms that are kept of the entries of others.
const SETS: usize = 4_096;
/// Bytes of an entry that is kept as an example.
const EXAMPLE: usize = 4_096;

/// Which terms entries have. Merges in any order to the same.
#[derive(Debug)]
pub(super) struct Probe<'o> {
    owners: &'o Owners<'o>,
    targets: &'o [Target<'o>],
    /// Which clusters' first telling term an entry may have.
    prefilter: &'o Prefilter<'o>,
    candidates: Candidates,
    scratch: Scratch,
    skeleton: String,
    of: Vec<Probed>,
}

/// What was found of the terms of one cluster.
#[derive(Clone, Debug)]
pub(super) struct Probed {
    /// The terms that all entries of the cluster have, a bit each.
    pub(super) always: u64,
    /// Entries of the cluster.
    pub(super) count: u64,
    /// Entries of others that have the first telling term: which terms they have, and whose they are.
    pub(super) others: Kept<(u64, Owner), Met>,
}

/// Entries of others that have the same terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    pub(super) count: u64,
    /// That of least hash, as JSON, if it is short.
    pub(super) example: Option<(u64, String)>,
}

impl Merge for Met {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.example = match (self.example.take(), other.example) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
    }
}

/// The first telling term.
fn first(terms: &[Term]) -> Option<&Term> {
    terms.iter().find(|term| term.is_telling())
}

impl Look for Probe<'_> {
    fn look(&mut self, batch: &RedactedBatch<'_>) {
        for entry in batch.entries(&self.owners.classifier.pack().message) {
            self.entry(&entry);
        }
    }

    fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.of.iter_mut().zip(other.of) {
            ours.always &= theirs.always;
            ours.count += theirs.count;
            ours.others.merge(theirs.others);
        }
    }
}

impl<'o> Probe<'o> {
    /// Nothing yet.
    #[must_use]
    pub(super) fn new(owners: &'o Owners<'o>, targets: &'o [Target<'o>], prefilter: &'o Primaries<'o>) -> Self {
        let new = || Probed { always: u64::MAX, count: 0, others: Kept::new(SETS) };
        Self {
            owners,
            targets,
            prefilter: &prefilter.0,
            candidates: prefilter.0.room(),
            scratch: owners.classifier.scratch(),
            skeleton: String::new(),
            of: std::iter::repeat_with(new).take(targets.len()).collect(),
        }
    }

    fn entry(&mut self, entry: &Entry<'_>) {
        let owner = self.owners.owner(entry, &mut self.scratch, &mut self.skeleton);
        self.prefilter.candidates(entry, &mut self.candidates);
        let own = self.targets.iter().position(|target| owner == Owner::Cluster(target.at));
        for at in self.prefilter.of(&self.candidates).filter(|at| Some(*at) != own).chain(own) {
            let (Some(target), Some(probed)) = (self.targets.get(at), self.of.get_mut(at)) else { continue };
            if Some(at) == own {
                probed.always &= mask(&target.terms, entry);
                probed.count += 1;
            } else if first(&target.terms).is_some_and(|term| term.query.matches(entry)) {
                probed.meet(mask(&target.terms, entry), owner, entry);
            }
        }
    }

    /// What was found, in the order of the targets.
    #[must_use]
    pub(super) fn found(self) -> Vec<Probed> {
        self.of
    }
}

/// What picks the clusters that an entry is held against: the first telling term of each.
#[derive(Debug)]
pub(super) struct Primaries<'t>(Prefilter<'t>);

impl<'t> Primaries<'t> {
    /// Those of the targets as they are.
    #[must_use]
    pub(super) fn of(targets: &'t [Target<'_>]) -> Self {
        let queries =
            targets.iter().map(|target| first(&target.terms).map_or(&[][..], |term| slice::from_ref(&term.query)));
        Self(Prefilter::new(queries))
    }
}

impl Probed {
    fn meet(&mut self, mask: u64, owner: Owner, entry: &Entry<'_>) {
        let (kind, at) = match owner {
            Owner::Cluster(at) => (0_u64, at),
            Owner::Definition(at) => (1, at),
            Owner::Other => (2, 0),
            Owner::Routine => (3, 0),
        };
        let hash = hash_parts(&[&mask.to_le_bytes(), &kind.to_le_bytes(), &(at as u64).to_le_bytes()]);
        let met = match self.others.place(hash, || (mask, owner)) {
            Place::Kept((_, met)) | Place::Rest(met) => met,
        };
        met.count += 1;
        let rank = rank(entry);
        if met.example.as_ref().is_none_or(|(least, _)| rank <= *least) {
            let record = short(record::whole(entry));
            met.merge(Met { count: 0, example: record.map(|record| (rank, record)) });
        }
    }
}

fn short(record: Value) -> Option<String> {
    Some(record.to_string()).filter(|text| text.len() <= EXAMPLE)
}

/// The terms that an entry has, a bit each.
fn mask(terms: &[Term], entry: &Entry<'_>) -> u64 {
    let bits = terms.iter().enumerate().filter(|(_, term)| term.query.matches(entry)).map(|(at, _)| 1_u64 << at);
    bits.fold(0, |mask, bit| mask | bit)
}
