//! Which requests the entries of a cluster belong to: a sample of their traces that is the same in any order.
//!
//! Of the hashes of all traces the least are kept, a *bottom-k sketch* (Broder, "On the resemblance and containment of
//! documents", 1997; Cohen and Kaplan, "Summarizing data using bottom-k sketches", 2007). Two sketches are both whole up to
//! the lesser of their greatest hashes: what is there is a sample of both sets by one coin, so that what they share can be
//! counted in it.

use super::kept::Merge;

/// Hashes kept of one cluster.
const KEPT: usize = 128;

/// The traces of a cluster, or of a run, while they grow.
#[derive(Clone, Debug, Default)]
pub struct TraceTally {
    /// The least hashes, in their order.
    least: Vec<u64>,
    is_cut: bool,
}

impl TraceTally {
    /// Counts the trace with this hash. Once the sketch is full, most cost one comparison.
    #[inline]
    pub fn add(&mut self, hash: u64) {
        if self.least.get(KEPT - 1).is_some_and(|greatest| hash > *greatest) {
            self.is_cut = true;
        } else {
            self.take(hash);
        }
    }

    fn take(&mut self, hash: u64) {
        if let Err(at) = self.least.binary_search(&hash) {
            self.least.insert(at, hash);
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.least.len() > KEPT {
            self.least.truncate(KEPT);
            self.is_cut = true;
        }
    }

    /// What it has come to.
    #[must_use]
    pub fn traces(&self) -> Traces {
        Traces { least: self.least.clone(), is_whole: !self.is_cut }
    }
}

impl Merge for TraceTally {
    fn merge(&mut self, other: Self) {
        self.is_cut |= other.is_cut;
        if self.least.is_empty() {
            self.least = other.least;
            return;
        }
        self.least.extend(other.least);
        self.least.sort_unstable();
        self.least.dedup();
        self.cut();
    }
}

/// The traces of a cluster, or of a run: the least of their hashes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    least: Vec<u64>,
    is_whole: bool,
}

impl Traces {
    /// The hashes that are kept, in their order.
    #[must_use]
    pub fn least(&self) -> &[u64] {
        &self.least
    }

    /// Up to which hash all are kept.
    #[must_use]
    pub fn bound(&self) -> u64 {
        if self.is_whole { u64::MAX } else { self.least.last().copied().unwrap_or(u64::MAX) }
    }

    /// The hashes up to a bound.
    #[must_use]
    pub fn up_to(&self, bound: u64) -> &[u64] {
        self.least.get(..self.least.partition_point(|hash| *hash <= bound)).unwrap_or(&[])
    }

    /// How many traces there are with a hash up to a bound: counted where all of these are kept, else estimated.
    ///
    /// The estimate is `(k − 1) / h` for the greatest hash `h` kept, as a share of all (Bar-Yossef and others, "Counting
    /// distinct elements in a data stream", 2002).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    pub fn count_up_to(&self, bound: u64) -> f64 {
        if self.is_whole || bound <= self.bound() {
            return self.up_to(bound).len() as f64;
        }
        (self.least.len().saturating_sub(1)) as f64 / share(self.bound()) * share(bound)
    }
}

/// The share of all hashes that are at most this.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
pub fn share(bound: u64) -> f64 {
    (bound as f64 + 1.0) / (u64::MAX as f64 + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::hash64;

    fn sketch(numbers: impl IntoIterator<Item = u64>) -> TraceTally {
        let mut tally = TraceTally::default();
        numbers.into_iter().for_each(|number| tally.add(hash64(&number.to_le_bytes())));
        tally
    }

    #[test]
    fn any_order_and_any_split_come_to_the_same() {
        for count in [0, 1, KEPT as u64, KEPT as u64 + 1, 5_000] {
            let whole = sketch(0..count).traces();
            assert_eq!(sketch((0..count).rev().chain(0..count)).traces(), whole);
            for shards in [2, 3, 7] {
                let mut merged = TraceTally::default();
                for shard in (0..shards).rev() {
                    merged.merge(sketch((0..count).filter(|number| number % shards == shard)));
                }
                assert_eq!(merged.traces(), whole, "{count} traces in {shards} shards");
            }
            assert_eq!(whole.is_whole, count <= KEPT as u64);
        }
    }

    #[test]
    fn traces_are_counted_while_all_are_kept_and_then_estimated() {
        assert_eq!(sketch(0..100).traces().count_up_to(u64::MAX), 100.0);
        let estimate = sketch(0..20_000).traces().count_up_to(u64::MAX);
        assert!((15_000.0..25_000.0).contains(&estimate), "{estimate}");
    }
}
