//! Counts by time, in UTC buckets of equal width that becomes coarser as more time is covered.

use std::collections::BTreeMap;

use super::kept::Merge;
use super::stats::Timeline;
use crate::entry::Timestamp;

/// The widths of buckets in seconds: a minute to centuries, each a multiple of the one before, so that coarser buckets are
/// sums of finer ones.
pub const WIDTHS: [i64; 11] =
    [60, 300, 900, 3600, 21_600, 86_400, 864_000, 8_640_000, 86_400_000, 864_000_000, 8_640_000_000];

/// Buckets that are kept at most. With more, the next width is taken: the least width at which the entries fill no more
/// than these, which does not depend on their order.
const BUCKETS: usize = 1_500;

/// The least width at which `seconds` need at most `buckets` buckets.
#[must_use]
pub fn width_for(seconds: i64, buckets: i64) -> i64 {
    WIDTHS.into_iter().find(|width| seconds / width < buckets).unwrap_or(8_640_000_000)
}

/// A timeline while it grows.
#[derive(Clone, Debug, Default)]
pub(super) struct TimelineTally {
    /// Which of [`WIDTHS`].
    level: usize,
    /// By the number of the bucket since 1970.
    buckets: BTreeMap<i64, u64>,
}

impl TimelineTally {
    fn width(&self) -> i64 {
        WIDTHS.get(self.level).copied().unwrap_or(8_640_000_000)
    }

    pub(super) fn add(&mut self, time: Timestamp) {
        *self.buckets.entry(time.seconds().div_euclid(self.width())).or_default() += 1;
        while self.buckets.len() > BUCKETS {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        let old = self.width();
        self.level += 1;
        let new = self.width();
        let mut buckets = BTreeMap::new();
        for (bucket, count) in &self.buckets {
            *buckets.entry((bucket * old).div_euclid(new)).or_default() += count;
        }
        self.buckets = buckets;
    }

    pub(super) fn stats(&self) -> Timeline {
        let (Some((first, _)), Some((last, _))) = (self.buckets.first_key_value(), self.buckets.last_key_value())
        else {
            return Timeline::default();
        };
        // Sparse and far apart: only as many buckets as a list can well hold.
        let mut shown = self.clone();
        if last - first >= 10_000 {
            shown.coarsen();
            return shown.stats();
        }
        Timeline {
            bucket_seconds: u64::try_from(self.width()).unwrap_or(0),
            start: Timestamp::from_unix(first * self.width(), 0).or_else(|| Timestamp::from_unix(-62_135_596_800, 0)),
            counts: (*first..=*last).map(|bucket| self.buckets.get(&bucket).copied().unwrap_or(0)).collect(),
        }
    }
}

impl Merge for TimelineTally {
    fn merge(&mut self, mut other: Self) {
        while self.level < other.level {
            self.coarsen();
        }
        while other.level < self.level {
            other.coarsen();
        }
        for (bucket, count) in other.buckets {
            *self.buckets.entry(bucket).or_default() += count;
        }
        while self.buckets.len() > BUCKETS {
            self.coarsen();
        }
    }
}

/// Seconds of an hour.
const HOUR: i64 = 3600;

impl Timeline {
    /// The same counts by the beginning of their hour, hours without any left out; nothing where buckets are wider than an
    /// hour.
    #[must_use]
    pub fn hourly(&self) -> BTreeMap<Timestamp, u64> {
        let own = i64::try_from(self.bucket_seconds).unwrap_or(i64::MAX);
        let mut hours = BTreeMap::new();
        let Some(start) = self.start.filter(|_| (1..=HOUR).contains(&own)) else { return hours };
        for (at, count) in (0..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            let hour = (start.seconds() + at * own).div_euclid(HOUR) * HOUR;
            if let Some(hour) = Timestamp::from_unix(hour, 0) {
                *hours.entry(hour).or_default() += *count;
            }
        }
        hours
    }

    /// The same counts in wider buckets of `width` seconds (one of [`WIDTHS`]) from the one that holds `from` to the one
    /// that holds `to`. Counts outside fall into the first or the last.
    #[must_use]
    pub fn rebucket(&self, width: i64, from: Timestamp, to: Timestamp) -> Self {
        let width = width.max(1);
        let (first, last) = (from.seconds().div_euclid(width), to.seconds().div_euclid(width));
        let length = usize::try_from(last - first + 1).unwrap_or(1).min(10_000);
        let mut counts = vec![0; length];
        let start = self.start.map_or(0, Timestamp::seconds);
        let own = i64::try_from(self.bucket_seconds).unwrap_or(0);
        for (at, count) in (0..).zip(&self.counts) {
            let bucket = (start + at * own).div_euclid(width).clamp(first, last) - first;
            if let Some(slot) = usize::try_from(bucket).ok().and_then(|bucket| counts.get_mut(bucket)) {
                *slot += count;
            }
        }
        let start = Timestamp::from_unix(first * width, 0).or_else(|| Timestamp::from_unix(-62_135_596_800, 0));
        Self { bucket_seconds: u64::try_from(width).unwrap_or(0), start, counts }
    }
}
