//! The values of a field and how often each occurs.

use super::kept::{Kept, Merge, Place};
use super::stats::{FacetStats, FacetValue};
use crate::id::hash64;

/// Values kept of one facet; a facet with more is a bad facet, and is shown as such.
const VALUES: usize = 256;
/// Characters kept of one value.
const VALUE_LENGTH: usize = 200;

/// The values of one facet while they grow.
#[derive(Clone, Debug)]
pub(super) struct FacetTally {
    values: Kept<Box<str>, u64>,
    total: u64,
}

impl Default for FacetTally {
    fn default() -> Self {
        Self { values: Kept::new(VALUES), total: 0 }
    }
}

impl FacetTally {
    pub(super) fn add(&mut self, value: &str) {
        self.total += 1;
        match self.values.place(hash64(value.as_bytes()), || shortened(value).into()) {
            Place::Kept((_, count)) | Place::Rest(count) => *count += 1,
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn stats(&self) -> FacetStats {
        let mut values: Vec<FacetValue> =
            self.values.iter().map(|(value, count)| FacetValue { value: value.to_string(), count: *count }).collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        FacetStats {
            values,
            distinct: self.values.distinct(),
            other: self.values.rest().copied().unwrap_or(0),
            exact: self.values.rest().is_none(),
        }
    }
}

impl Merge for FacetTally {
    fn merge(&mut self, other: Self) {
        self.total += other.total;
        self.values.merge(other.values);
    }
}

/// The beginning of a value, with `…` where something was cut.
pub(super) fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or("")),
        None => value.to_owned(),
    }
}
