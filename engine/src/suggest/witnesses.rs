//! A few whole entries of each cluster that a definition is wanted for.

use super::make::Look;
use super::owner::{Owner, Owners};
use crate::classify::Scratch;
use crate::draft::record;
use crate::entry::Entry;
use crate::redact::RedactedBatch;
use crate::tally::rank;

/// Entries kept of a cluster.
const ENTRIES: usize = 6;

/// The entries of least hash of some clusters, as JSON: which they are does not depend on the order in which they came.
#[derive(Debug)]
pub(super) struct Witnesses<'o> {
    owners: &'o Owners<'o>,
    targets: &'o [usize],
    scratch: Scratch,
    skeleton: String,
    of: Vec<Vec<(u64, String)>>,
}

impl Look for Witnesses<'_> {
    fn look(&mut self, batch: &RedactedBatch<'_>) {
        for entry in batch.entries(&self.owners.classifier.pack().message) {
            let owner = self.owners.owner(&entry, &mut self.scratch, &mut self.skeleton);
            let place = self.targets.iter().position(|target| owner == Owner::Cluster(*target));
            if let Some(kept) = place.and_then(|at| self.of.get_mut(at)) {
                keep(kept, &entry);
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.of.iter_mut().zip(other.of) {
            ours.extend(theirs);
            ours.sort();
            ours.dedup();
            ours.truncate(ENTRIES);
        }
    }
}

impl<'o> Witnesses<'o> {
    /// None yet, of the clusters at these places of the report.
    #[must_use]
    pub(super) fn new(owners: &'o Owners<'o>, targets: &'o [usize]) -> Self {
        let scratch = owners.classifier.scratch();
        Self { owners, targets, scratch, skeleton: String::new(), of: vec![Vec::new(); targets.len()] }
    }

    /// The records of each cluster, in the order of the clusters.
    #[must_use]
    pub(super) fn records(self) -> Vec<Vec<String>> {
        self.of.into_iter().map(|kept| kept.into_iter().map(|(_, record)| record).collect()).collect()
    }
}

fn keep(kept: &mut Vec<(u64, String)>, entry: &Entry<'_>) {
    let rank = rank(entry);
    if kept.len() >= ENTRIES && kept.last().is_some_and(|(last, _)| rank > *last) {
        return;
    }
    let new = (rank, record::whole(entry).to_string());
    if let Err(at) = kept.binary_search(&new) {
        kept.insert(at, new);
        kept.truncate(ENTRIES);
    }
}
