//! Numbers read out of entries.

use std::collections::BTreeMap;

use super::kept::Merge;
use super::stats::MetricStats;
use crate::entry::Timestamp;

/// Digits kept behind the point in sums: a float's sum depends on the order of its terms, a whole number's does not.
const SCALE: f64 = 1e9;
/// Greater numbers than this cannot be summed so; they are counted at this value.
const LIMIT: f64 = 1e18;

/// A metric while it grows.
#[derive(Clone, Debug, Default)]
pub(super) struct MetricTally {
    count: u64,
    min: Option<f64>,
    max: Option<f64>,
    sum: i128,
    last: Option<(Option<Timestamp>, u64, f64)>,
    sketch: Sketch,
}

impl MetricTally {
    /// Counts a number that was seen at `time`, in the entry of that rank (which tells entries of one instant apart).
    pub(super) fn add(&mut self, number: f64, time: Option<Timestamp>, rank: u64) {
        if !number.is_finite() {
            return;
        }
        // Minus zero is zero, so that which of the two is shown does not depend on the order.
        let number = number.clamp(-LIMIT, LIMIT) + 0.0;
        self.count += 1;
        self.min = Some(self.min.map_or(number, |min| min.min(number)));
        self.max = Some(self.max.map_or(number, |max| max.max(number)));
        self.sum += rounded(number * SCALE);
        self.take_last((time, rank, number));
        self.sketch.add(bucket(number));
    }

    fn take_last(&mut self, candidate: (Option<Timestamp>, u64, f64)) {
        let key = |(time, rank, number): (Option<Timestamp>, u64, f64)| (time, rank, number.to_bits());
        if self.last.is_none_or(|last| key(candidate) > key(last)) {
            self.last = Some(candidate);
        }
    }

    /// What it has come to; nothing where no number was seen.
    #[expect(clippy::cast_precision_loss, reason = "shown to people")]
    pub(super) fn stats(&self) -> Option<MetricStats> {
        let (min, max, (_, _, last)) = (self.min?, self.max?, self.last?);
        let sum = self.sum as f64 / SCALE;
        let counts = self.sketch.counts();
        let quantile = |per_cent: u64| self.quantile(&counts, per_cent).clamp(min, max);
        Some(MetricStats {
            count: self.count,
            min,
            max,
            sum,
            mean: (sum / self.count as f64).clamp(min, max),
            last,
            p50: quantile(50),
            p90: quantile(90),
            p99: quantile(99),
        })
    }

    /// The number at a rank (nearest-rank definition), to the width of its bucket.
    fn quantile(&self, counts: &BTreeMap<i32, u64>, per_cent: u64) -> f64 {
        let rank = (self.count * per_cent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in counts {
            seen += count;
            if seen >= rank {
                return middle(*bucket);
            }
        }
        0.0
    }
}

/// Numbers by their buckets.
#[derive(Clone, Debug, Default)]
struct Sketch {
    far: BTreeMap<i32, u64>,
    /// Once there are some, those of the buckets from one on, as the most are: all of a metric are often of one size.
    near: Option<Box<Near>>,
}

#[derive(Clone, Debug)]
struct Near {
    first: i32,
    counts: [u64; NEAR],
}

/// Buckets that are looked up by their numbers: the numbers from half to twice as large as one.
const NEAR: usize = 128;
/// Buckets from which on some are looked up so; of most clusters of unknown kinds there are but one or two entries.
const SOME: usize = 8;

impl Sketch {
    #[inline]
    fn add(&mut self, bucket: i32) {
        let near = self.near.as_mut().and_then(|near| {
            let at = usize::try_from(bucket.wrapping_sub(near.first)).ok()?;
            near.counts.get_mut(at)
        });
        match near {
            Some(count) => *count += 1,
            None => self.add_far(bucket),
        }
    }

    fn add_far(&mut self, bucket: i32) {
        *self.far.entry(bucket).or_default() += 1;
        if self.near.is_none() && self.far.len() >= SOME {
            let middle = self.far.keys().nth(SOME / 2).copied().unwrap_or(bucket);
            let half = i32::try_from(NEAR / 2).unwrap_or(0);
            self.near = Some(Box::new(Near { first: middle.saturating_sub(half), counts: [0; NEAR] }));
        }
    }

    /// The buckets in their order, with their counts.
    fn counts(&self) -> BTreeMap<i32, u64> {
        let mut all = self.far.clone();
        if let Some(near) = &self.near {
            for (bucket, count) in
                (0..).map(|at| near.first.wrapping_add(at)).zip(near.counts).filter(|(_, count)| *count > 0)
            {
                *all.entry(bucket).or_default() += count;
            }
        }
        all
    }
}

impl Merge for Sketch {
    fn merge(&mut self, other: Self) {
        for (bucket, count) in other.counts() {
            *self.far.entry(bucket).or_default() += count;
        }
    }
}

impl Merge for MetricTally {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.min = match (self.min, other.min) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.max = match (self.max, other.max) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        self.sum += other.sum;
        if let Some(last) = other.last {
            self.take_last(last);
        }
        self.sketch.merge(other.sketch);
    }
}

/// The whole number nearest to one that is not too large for that; of two as near the one farther from zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "only numbers without fractions lose digits"
)]
fn rounded(number: f64) -> i128 {
    if number.abs() >= WHOLE_FROM {
        return number as i128;
    }
    // Neither the library's rounding nor wide whole numbers are needed for what by far the most numbers are.
    let whole = number as i64;
    let rest = number - whole as f64;
    i128::from(whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5))
}

/// 2^52: from there on numbers have no fractions.
const WHOLE_FROM: f64 = 4_503_599_627_370_496.0;

/// The bucket of a number: its sign, its power of two and the six bits after it, so that a bucket is 1/64 of its power of
/// two wide and its middle is at most 0.8 % off. Unlike a logarithm this is the same on every machine. What is nearer to
/// zero than 2^-40 is zero.
fn bucket(number: f64) -> i32 {
    let magnitude = number.abs();
    if magnitude < ZERO_BELOW {
        return 0;
    }
    let steps = |x: f64| i32::try_from(x.to_bits() >> 46).unwrap_or(i32::MAX);
    let index = steps(magnitude) - steps(ZERO_BELOW) + 1;
    if number < 0.0 { -index } else { index }
}

/// 2^-40.
const ZERO_BELOW: f64 = 9.094_947_017_729_282e-13;

fn middle(bucket: i32) -> f64 {
    if bucket == 0 {
        return 0.0;
    }
    let steps = u64::from(bucket.unsigned_abs() - 1) + (ZERO_BELOW.to_bits() >> 46);
    let (low, high) = (f64::from_bits(steps << 46), f64::from_bits((steps + 1) << 46));
    let middle = f64::midpoint(low, high);
    if bucket < 0 { -middle } else { middle }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        #[expect(clippy::cast_possible_truncation, reason = "they are not too large")]
        fn numbers_are_rounded_as_the_library_does(
            number in prop_oneof![-1e4..1e4_f64, -1e27..1e27_f64, (-4_000_000_i32..4_000_000).prop_map(|n| f64::from(n) / 2.0)],
        ) {
            let number: f64 = number;
            for number in [number, number.next_up(), number.next_down()] {
                prop_assert_eq!(rounded(number), number.round() as i128, "{}", number);
            }
        }

        #[test]
        fn a_sketch_counts_every_bucket(
            buckets in prop::collection::vec(prop_oneof![-300_i32..300, any::<i32>()], 0..300),
            shards in 1_usize..4,
        ) {
            let mut sketches = vec![Sketch::default(); shards];
            let mut counts = BTreeMap::new();
            for (at, bucket) in buckets.into_iter().enumerate() {
                sketches[at % shards].add(bucket);
                *counts.entry(bucket).or_default() += 1;
            }
            let mut all = Sketch::default();
            sketches.into_iter().for_each(|sketch| all.merge(sketch));
            prop_assert_eq!(all.counts(), counts);
        }
    }
}
