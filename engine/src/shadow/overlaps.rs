//! Which definitions match which entries, counted.

use crate::classify::{Classifier, Scratch};
use crate::entry::{Batch, Entry};
use crate::id::hash_parts;
use crate::tally::{Kept, Merge, Place};
use crate::witness::{self, Seat, Witness};

/// Pairs of definitions that are kept; entries of others are only counted.
const PAIRS: usize = 20_000;

/// What definitions match, gathered from entries. Merges in any order to the same.
#[derive(Debug)]
pub struct Overlaps<'p> {
    classifier: &'p Classifier<'p>,
    scratch: Scratch,
    found: Vec<usize>,
    matched: Vec<u64>,
    won: Vec<u64>,
    unmatched: u64,
    /// By the places of both definitions, the one that is considered first before the other.
    pairs: Kept<(usize, usize), Overlap>,
}

/// Entries that two definitions match.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlap {
    pub(super) both: u64,
    pub(super) won: u64,
    pub(super) witness: Witness,
}

impl Merge for Overlap {
    fn merge(&mut self, other: Self) {
        self.both += other.both;
        self.won += other.won;
        self.witness.merge(other.witness);
    }
}

impl<'p> Overlaps<'p> {
    /// Nothing yet.
    #[must_use]
    pub fn new(classifier: &'p Classifier<'p>) -> Self {
        let definitions = classifier.pack().definitions.len();
        Self {
            classifier,
            scratch: classifier.scratch(),
            found: Vec::new(),
            matched: vec![0; definitions],
            won: vec![0; definitions],
            unmatched: 0,
            pairs: Kept::new(PAIRS),
        }
    }

    /// Holds every entry of a batch against all definitions. `capture` is the place of its capture among those that are
    /// read, and `numbers` are those of the entries in it.
    pub fn add(&mut self, batch: Batch<'_>, capture: usize, numbers: &[u64]) {
        let pack = self.classifier.pack();
        let batch = pack.redactor.batch(batch);
        for (entry, number) in batch.entries(&pack.message).zip(numbers) {
            self.add_entry(&entry, Seat { capture, number: *number });
        }
    }

    fn add_entry(&mut self, entry: &Entry<'_>, seat: Seat) {
        self.classifier.all(entry, &mut self.scratch, &mut self.found);
        let Some(winner) = self.found.first() else {
            self.unmatched += 1;
            return;
        };
        bump(&mut self.won, *winner);
        for (place, second) in self.found.iter().enumerate() {
            bump(&mut self.matched, *second);
            for first in self.found.iter().take(place) {
                let hash = hash_parts(&[&first.to_le_bytes(), &second.to_le_bytes()]);
                match self.pairs.place(hash, || (*first, *second)) {
                    Place::Kept((_, overlap)) => {
                        overlap.both += 1;
                        overlap.won += u64::from(first == winner);
                        overlap.witness.consider(entry, seat, || witness::text(entry));
                    }
                    Place::Rest(overlap) => overlap.both += 1,
                }
            }
        }
    }

    /// Takes up what another worker has gathered with the same pack.
    pub fn merge(&mut self, other: Self) {
        for (ours, theirs) in [(&mut self.matched, other.matched), (&mut self.won, other.won)] {
            ours.iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        }
        self.unmatched += other.unmatched;
        self.pairs.merge(other.pairs);
    }

    /// Entries that the definition at a place matched, and those that it got.
    pub(super) fn counts(&self, at: usize) -> (u64, u64) {
        let count = |counts: &[u64]| counts.get(at).copied().unwrap_or(0);
        (count(&self.matched), count(&self.won))
    }

    /// Entries that some definition got, and those that none did.
    pub(super) fn sums(&self) -> (u64, u64) {
        (self.won.iter().sum(), self.unmatched)
    }

    /// The pairs that are kept, by the places of their definitions.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &((usize, usize), Overlap)> {
        self.pairs.iter()
    }

    /// Entries of pairs that are not kept.
    pub(super) fn others(&self) -> u64 {
        self.pairs.rest().map_or(0, |rest| rest.both)
    }
}

fn bump(counts: &mut [u64], at: usize) {
    if let Some(count) = counts.get_mut(at) {
        *count += 1;
    }
}
