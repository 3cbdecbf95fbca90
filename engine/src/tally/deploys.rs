//! What entries were written by: the values of the fields that stand for deploys, and when each was seen.

use super::facet::{FewValues, Hashed};
use super::kept::{Merge, merge_each};
use super::list::ListMap;
use super::stats::FacetStats;
use crate::entry::{Entry, FieldPath, Timestamp};
use crate::pack::DEPLOY_FIELDS;

/// The values of an entry's fields, read once and counted twice: for the run, and for the entry's cluster.
#[derive(Debug, Default)]
pub struct Deployed<'e> {
    values: [Option<Hashed<'e>>; DEPLOY_FIELDS],
    /// Behind so many fields there are no values.
    count: usize,
    time: Option<Timestamp>,
}

impl<'e> Deployed<'e> {
    /// What an entry says.
    #[must_use]
    pub fn of(entry: &Entry<'e>, fields: &[FieldPath]) -> Self {
        let mut deployed = Self::at(entry.timestamp());
        for (at, field) in fields.iter().enumerate() {
            deployed.set(at, entry.text_at(field).map(Hashed::of));
        }
        deployed
    }

    /// Nothing yet, of an entry of this time.
    #[inline]
    pub(crate) fn at(time: Option<Timestamp>) -> Self {
        // Each by itself: a list that is copied from somewhere takes longer.
        Self { values: std::array::from_fn(|_| None), count: 0, time }
    }

    /// Takes the value of the field of a place.
    #[inline]
    pub(crate) fn set(&mut self, at: usize, value: Option<Hashed<'e>>) {
        let Some(value) = value.filter(|value| !value.is_empty()) else { return };
        if let Some(slot) = self.values.get_mut(at) {
            *slot = Some(value);
            self.count = self.count.max(at + 1);
        }
    }

    /// The value of a field, by its place among them.
    pub(crate) fn value(&self, at: usize) -> Option<&Hashed<'e>> {
        self.values.get(at)?.as_ref()
    }
}

/// The values of all fields while they grow.
#[derive(Clone, Debug, Default)]
pub struct DeployTally {
    fields: Vec<FewValues>,
}

impl DeployTally {
    /// Counts what one entry says.
    #[inline]
    pub fn add(&mut self, deployed: &Deployed<'_>) {
        let values = deployed.values.get(..deployed.count).unwrap_or_default();
        for (at, value) in values.iter().enumerate() {
            let Some(value) = value else { continue };
            if let Some(FewValues(tally)) = super::at_or_new(&mut self.fields, at) {
                tally.add(value, deployed.time);
            }
        }
    }

    /// What it has come to, by the names of the fields. A field that no entry has is left out.
    #[must_use]
    pub fn stats(&self, fields: &[String]) -> ListMap<String, FacetStats> {
        let all = fields.iter().zip(&self.fields).filter(|(_, FewValues(tally))| tally.total() > 0);
        all.map(|(name, FewValues(tally))| (name.clone(), tally.stats())).collect()
    }
}

impl Merge for DeployTally {
    fn merge(&mut self, other: Self) {
        merge_each(&mut self.fields, other.fields);
    }
}
