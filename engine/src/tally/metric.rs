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
    sketch: BTreeMap<i32, u64>,
}

impl MetricTally {
    /// Counts a number that was seen at `time`, in the entry of that rank (which tells entries of one instant apart).
    #[expect(clippy::cast_possible_truncation, reason = "the number is within LIMIT")]
    pub(super) fn add(&mut self, number: f64, time: Option<Timestamp>, rank: u64) {
        if !number.is_finite() {
            return;
        }
        // Minus zero is zero, so that which of the two is shown does not depend on the order.
        let number = number.clamp(-LIMIT, LIMIT) + 0.0;
        self.count += 1;
        self.min = Some(self.min.map_or(number, |min| min.min(number)));
        self.max = Some(self.max.map_or(number, |max| max.max(number)));
        self.sum += (number * SCALE).round() as i128;
        self.take_last((time, rank, number));
        *self.sketch.entry(bucket(number)).or_default() += 1;
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
        let quantile = |per_cent: u64| self.quantile(per_cent).clamp(min, max);
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
    fn quantile(&self, per_cent: u64) -> f64 {
        let rank = (self.count * per_cent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.sketch {
            seen += count;
            if seen >= rank {
                return middle(*bucket);
            }
        }
        0.0
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
        for (bucket, count) in other.sketch {
            *self.sketch.entry(bucket).or_default() += count;
        }
    }
}

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
