//! Statistics of clusters that merge in any order to the same bytes.
//!
//! A [`Tally`] is a commutative monoid: whether the entries of a capture are counted by one thread or by many, in their
//! order or in any other, [`Tally::stats`] comes to the same value. Nothing in it depends on what came first, and every
//! part of it is bounded:
//!
//! - sums of numbers are kept in fixed point, because adding floats depends on their order;
//! - facets and groups beyond a cap keep those whose *hash* is least (`kept`), not those that came first;
//! - the timeline becomes coarser by itself (`timeline`);
//! - samples are the latest entry and those whose hash is least (`samples`).

mod deploys;
mod facet;
mod kept;
mod list;
mod metric;
mod samples;
mod stats;
mod timeline;
mod traces;

use std::borrow::Cow;

pub use deploys::{DeployTally, Deployed};
pub use facet::{Hashed, is_cut};
pub use kept::{Kept, Merge, Place};
pub use list::ListMap;
pub use samples::{Sample, rank, sample_of};
pub use stats::{FacetStats, FacetValue, MetricStats, Stats, Timeline};
pub use timeline::{WIDTHS, width_for};
pub use traces::{TraceTally, Traces, share};

use crate::entry::{Entry, LogSeverity, Timestamp};
pub(crate) use facet::Occurrences;
use facet::{FacetTally, FewValues};
use metric::MetricTally;
use samples::Samples;
use timeline::TimelineTally;

/// Characters kept of a value by which clusters are told apart.
pub const GROUP_VALUE: usize = 200;

/// A value by which clusters are told apart, as it is kept.
#[must_use]
pub fn group_value(value: &str) -> String {
    group_text(Cow::Borrowed(value)).into_owned()
}

/// The same where it may stay where it is.
pub(crate) fn group_text(value: Cow<'_, str>) -> Cow<'_, str> {
    // By far the most values have fewer bytes than that.
    if value.len() <= GROUP_VALUE {
        return value;
    }
    let end = value.char_indices().nth(GROUP_VALUE).map_or(value.len(), |(end, _)| end);
    match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..end).unwrap_or(text)),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    }
}

/// The statistics of one cluster while they grow.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    seen: Occurrences,
    severities: [u64; 9],
    timeline: TimelineTally,
    facets: Vec<FacetTally>,
    few: Vec<FewValues>,
    metrics: Vec<MetricTally>,
    deploys: DeployTally,
    traces: TraceTally,
    samples: Samples,
}

impl Tally {
    /// Counts one entry, with the numbers of the definition's captures, in its order; nothing stands for a number that the entry
    /// does not have. The values of its facets are counted by [`Tally::add_facet`].
    pub fn add(&mut self, entry: &Entry<'_>, metrics: impl IntoIterator<Item = Option<f64>>) {
        let time = entry.timestamp();
        self.seen.add(time);
        if let Some(count) = self.severities.get_mut(entry.severity().index()) {
            *count += 1;
        }
        if let Some(time) = time {
            self.timeline.add(time);
        }
        let rank = rank(entry);
        for (at, number) in metrics.into_iter().enumerate() {
            let Some(number) = number else { continue };
            if let Some(tally) = at_or_new(&mut self.metrics, at) {
                tally.add(number, time, rank);
            }
        }
        self.samples.add(entry, time, rank);
    }

    /// Counts the value of one facet of an entry of this time.
    pub fn add_facet(&mut self, facet: usize, value: &Hashed<'_>, time: Option<Timestamp>) {
        if let Some(tally) = at_or_new(&mut self.facets, facet) {
            tally.add(value, time);
        }
    }

    /// Counts the values of fields of the same entry of which only a few are kept.
    pub fn add_few<'v, 'e: 'v>(
        &mut self,
        entry: &Entry<'_>,
        values: impl IntoIterator<Item = Option<Cow<'v, Hashed<'e>>>>,
    ) {
        for (at, value) in values.into_iter().enumerate() {
            let Some(value) = value else { continue };
            if let Some(FewValues(tally)) = at_or_new(&mut self.few, at) {
                tally.add(&value, entry.timestamp());
            }
        }
    }

    /// What these fields have come to, by their names.
    #[must_use]
    pub fn few(&self, names: &[String]) -> ListMap<String, FacetStats> {
        let all = names.iter().zip(&self.few).filter(|(_, FewValues(tally))| tally.total() > 0);
        all.map(|(name, FewValues(tally))| (name.clone(), tally.stats())).collect()
    }

    /// Counts what the same entry says of deploys.
    pub fn add_deployed(&mut self, deployed: &Deployed<'_>) {
        self.deploys.add(deployed);
    }

    /// Adds what its entries say of deploys to what others do.
    pub fn add_deploys_to(&self, all: &mut DeployTally) {
        all.merge(self.deploys.clone());
    }

    /// Counts the same entry's trace, by its hash.
    pub fn add_trace(&mut self, hash: u64) {
        self.traces.add(hash);
    }

    /// How many entries were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.seen.count
    }

    /// What it has come to, its facets, its metrics and its fields of deploys by these names.
    #[must_use]
    pub fn stats(&self, facets: &[&str], metrics: &[&str], deploys: &[String]) -> Stats {
        let named = |tallies: &[FacetTally]| -> ListMap<String, FacetStats> {
            facets
                .iter()
                .zip(tallies)
                .filter(|(_, tally)| tally.total() > 0)
                .map(|(n, t)| ((*n).to_owned(), t.stats()))
                .collect()
        };
        let severities = LogSeverity::ALL.into_iter().zip(self.severities).filter(|(_, count)| *count > 0);
        Stats {
            count: self.seen.count,
            first_seen: self.seen.first,
            last_seen: self.seen.last,
            log_severities: severities.collect(),
            timeline: self.timeline.stats(),
            facets: named(&self.facets),
            metrics: metrics
                .iter()
                .zip(&self.metrics)
                .filter_map(|(name, tally)| Some(((*name).to_owned(), tally.stats()?)))
                .collect(),
            deploys: self.deploys.stats(deploys),
            traces: self.traces.traces(),
            samples: self.samples.list(),
        }
    }
}

/// The element at a place, the list being filled up to it.
#[inline]
fn at_or_new<T: Default>(list: &mut Vec<T>, at: usize) -> Option<&mut T> {
    if list.len() <= at {
        list.resize_with(at + 1, T::default);
    }
    list.get_mut(at)
}

impl Merge for Tally {
    fn merge(&mut self, other: Self) {
        self.seen.merge(other.seen);
        for (sum, count) in self.severities.iter_mut().zip(other.severities) {
            *sum += count;
        }
        self.timeline.merge(other.timeline);
        kept::merge_each(&mut self.facets, other.facets);
        kept::merge_each(&mut self.few, other.few);
        kept::merge_each(&mut self.metrics, other.metrics);
        self.deploys.merge(other.deploys);
        self.traces.merge(other.traces);
        self.samples.merge(other.samples);
    }
}

#[cfg(test)]
mod tests;
