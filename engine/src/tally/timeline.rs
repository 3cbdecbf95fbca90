//! Counts by time, in UTC buckets of equal width that becomes coarser as more time is covered.

use super::kept::Merge;
use super::list::ListMap;
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
    /// The numbers of the buckets since 1970, in their order, with their counts.
    buckets: Vec<(i64, u64)>,
    /// Which of them was counted last: most entries are of the same time as the one before.
    last: usize,
}

impl TimelineTally {
    fn width(&self) -> i64 {
        WIDTHS.get(self.level).copied().unwrap_or(8_640_000_000)
    }

    #[inline]
    pub(super) fn add(&mut self, time: Timestamp) {
        let width = self.width();
        if let Some((bucket, count)) = self.buckets.get_mut(self.last)
            && (0..width).contains(&(time.seconds() - *bucket * width))
        {
            *count += 1;
            return;
        }
        self.add_to(time.seconds().div_euclid(width), 1);
        self.keep_bounded();
    }

    fn add_to(&mut self, bucket: i64, more: u64) {
        match self.buckets.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
            Ok(at) => {
                self.last = at;
                if let Some((_, count)) = self.buckets.get_mut(at) {
                    *count += more;
                }
            }
            Err(at) => {
                self.last = at;
                self.buckets.insert(at, (bucket, more));
            }
        }
    }

    fn keep_bounded(&mut self) {
        while self.buckets.len() > BUCKETS {
            self.coarsen();
        }
    }

    fn coarsen(&mut self) {
        let old = self.width();
        self.level += 1;
        let new = self.width();
        self.buckets.iter_mut().for_each(|(bucket, _)| *bucket = (*bucket * old).div_euclid(new));
        self.buckets.dedup_by(|(bucket, more), (kept, count)| {
            let is_same = bucket == kept;
            *count += if is_same { *more } else { 0 };
            is_same
        });
    }

    pub(super) fn stats(&self) -> Timeline {
        let (Some((first, _)), Some((last, _))) = (self.buckets.first(), self.buckets.last()) else {
            return Timeline::default();
        };
        // Sparse and far apart: only as many buckets as a list can well hold.
        let mut shown = self.clone();
        if last - first >= 10_000 {
            shown.coarsen();
            return shown.stats();
        }
        let mut buckets = self.buckets.iter().peekable();
        let mut count_of = |at| buckets.next_if(|(bucket, _)| *bucket == at).map_or(0, |(_, count)| *count);
        Timeline {
            bucket_seconds: u64::try_from(self.width()).unwrap_or(0),
            start: Timestamp::from_unix(first * self.width(), 0).or_else(|| Timestamp::from_unix(-62_135_596_800, 0)),
            counts: (*first..=*last).map(&mut count_of).collect(),
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
        other.buckets.into_iter().for_each(|(bucket, count)| self.add_to(bucket, count));
        self.keep_bounded();
    }
}

/// Seconds of an hour.
const HOUR: i64 = 3600;

impl Timeline {
    /// The same counts by the beginning of their hour, hours without any left out; nothing where buckets are wider than an
    /// hour.
    #[must_use]
    pub fn hourly(&self) -> ListMap<Timestamp, u64> {
        let own = i64::try_from(self.bucket_seconds).unwrap_or(i64::MAX);
        let mut hours: Vec<(Timestamp, u64)> = Vec::new();
        let Some(start) = self.start.filter(|_| (1..=HOUR).contains(&own)) else { return ListMap::default() };
        for (at, count) in (0..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            let hour = (start.seconds() + at * own).div_euclid(HOUR) * HOUR;
            let Some(hour) = Timestamp::from_unix(hour, 0) else { continue };
            match hours.last_mut().filter(|(last, _)| *last == hour) {
                Some((_, sum)) => *sum += *count,
                None => hours.push((hour, *count)),
            }
        }
        hours.into_iter().collect()
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
