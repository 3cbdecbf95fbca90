//! The values of a field and how often each occurs.

use std::borrow::Cow;

use super::kept::{Kept, Merge, Place};
use super::stats::{FacetStats, FacetValue};
use crate::entry::{Text, Timestamp};
use crate::id::hash64;

/// Values kept of one facet; a facet with more is a bad facet, and is shown as such.
const VALUES: usize = 256;
/// Values kept of a field that is read in very many entries, or of very many clusters. Nobody deploys more often than that in one
/// window: a field with more is no revision.
const FEW: usize = 64;
/// Characters kept of one value.
const VALUE_LENGTH: usize = 200;

/// A value to be counted, with its hash: worked out once, however many count it.
#[derive(Clone, Debug)]
pub struct Hashed<'e> {
    text: Text<'e>,
    hash: u64,
}

impl<'e> Hashed<'e> {
    /// This value.
    #[must_use]
    #[inline]
    pub fn of(text: impl Into<Cow<'e, str>>) -> Self {
        let text = text.into();
        Self { hash: hash64(text.as_bytes()), text: Text::Found(text) }
    }

    /// A text of which the hash is known.
    #[inline]
    pub(crate) fn known((text, hash): (Text<'e>, u64)) -> Self {
        Self { text, hash }
    }

    /// Whether it is the empty one.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }
}

/// The values of one facet while they grow.
#[derive(Clone, Debug)]
pub(super) struct FacetTally {
    values: Kept<Box<str>, Occurrences>,
    total: u64,
}

/// How often something occurred, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Occurrences {
    pub(super) count: u64,
    pub(crate) first: Option<Timestamp>,
    pub(crate) last: Option<Timestamp>,
}

impl Occurrences {
    #[inline]
    pub(crate) fn add(&mut self, time: Option<Timestamp>) {
        self.count += 1;
        let Some(now) = time else { return };
        // By far the most are neither the first nor the last.
        if let (Some(first), Some(last)) = (self.first, self.last)
            && first.seconds() < now.seconds()
            && now.seconds() < last.seconds()
        {
            return;
        }
        if self.last.is_none_or(|last| last < now) {
            self.last = time;
        }
        if self.first.is_none_or(|first| now < first) {
            self.first = time;
        }
    }
}

impl Merge for Occurrences {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.first = match (self.first, other.first) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.last = self.last.max(other.last);
    }
}

impl Default for FacetTally {
    fn default() -> Self {
        Self::new(VALUES)
    }
}

impl FacetTally {
    /// Nothing yet, of a field of which so many values are kept.
    pub(super) fn new(values: usize) -> Self {
        Self { values: Kept::new(values), total: 0 }
    }

    /// Counts a value that was seen at `time`.
    #[inline]
    pub(super) fn add(&mut self, value: &Hashed<'_>, time: Option<Timestamp>) {
        self.total += 1;
        match self.values.place(value.hash, || shortened(value.text.as_str()).into()) {
            Place::Kept((_, seen)) | Place::Rest(seen) => seen.add(time),
        }
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn stats(&self) -> FacetStats {
        let value = |(value, seen): &(Box<str>, Occurrences)| FacetValue {
            value: value.to_string(),
            count: seen.count,
            first_seen: seen.first,
            last_seen: seen.last,
        };
        let mut values: Vec<FacetValue> = self.values.iter().map(value).collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        FacetStats {
            values,
            distinct: self.values.distinct(),
            other: self.values.rest().map_or(0, |seen| seen.count),
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

/// The values of a field of which only a few are kept.
#[derive(Clone, Debug)]
pub(super) struct FewValues(pub(super) FacetTally);

impl Default for FewValues {
    fn default() -> Self {
        Self(FacetTally::new(FEW))
    }
}

impl Merge for FewValues {
    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

/// Whether a value that is kept is only the beginning of what was counted.
#[must_use]
pub fn is_cut(value: &str) -> bool {
    value.char_indices().nth(VALUE_LENGTH).is_some()
}

/// The beginning of a value, with `…` where something was cut.
pub(super) fn shortened(value: &str) -> String {
    match value.char_indices().nth(VALUE_LENGTH) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or("")),
        None => value.to_owned(),
    }
}
