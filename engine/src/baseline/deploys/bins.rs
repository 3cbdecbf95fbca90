//! A cluster's entries in small spans of time, none of which need be cut in two by a deploy.

use super::super::{Baseline, HOUR};
use super::Watched;
use super::{float, real};

/// A span of time and the entries in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bin {
    /// Its beginning in seconds.
    pub(super) from: i64,
    /// Its end.
    pub(super) to: i64,
    /// Seconds of it that were looked at.
    pub(super) seconds: f64,
    /// Entries in them.
    pub(super) count: f64,
}

/// Entries, and the seconds in which they came.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Side {
    pub(super) count: f64,
    pub(super) seconds: f64,
}

impl Side {
    pub(super) fn of<'b>(bins: impl Iterator<Item = &'b Bin>) -> Self {
        bins.fold(Self::default(), |sum, bin| Self { count: sum.count + bin.count, seconds: sum.seconds + bin.seconds })
    }

    pub(super) fn rate(self) -> f64 {
        self.count / self.seconds
    }
}

/// The entries of all hours that were looked at, the earliest first. The hours of this run in which a deploy falls are taken
/// as finely as its entries were counted; of earlier runs nothing finer than hours is known.
pub(super) fn bins(baseline: &Baseline, watched: &Watched, cuts: &[(i64, &str)]) -> Vec<Bin> {
    let own = baseline.now.window.from.map_or(i64::MAX, |from| from.seconds());
    let mut bins = Vec::new();
    let mut push = |from: i64, to: i64, count: u64| {
        let seconds = watched.between(from, to);
        if seconds > 0 {
            bins.push(Bin { from, to, seconds: float(seconds), count: real(count) });
        }
    };
    for (hour, count) in baseline.hours() {
        let (from, to) = (hour * HOUR, (hour + 1) * HOUR);
        let is_cut = cuts.iter().any(|(at, _)| from.max(own) < *at && *at < to);
        let fine = if is_cut { fine(baseline, from.max(own), to) } else { Vec::new() };
        if fine.is_empty() {
            push(from, to, *count);
            continue;
        }
        // What earlier runs counted of this hour.
        let later: u64 = fine.iter().map(|(_, _, count)| *count).sum();
        push(from, own.max(from), count.saturating_sub(later));
        fine.into_iter().for_each(|(from, to, count)| push(from, to, count));
    }
    bins
}

/// This run's entries between two times, in the buckets of its timeline; nothing where they are no finer than hours.
fn fine(baseline: &Baseline, from: i64, to: i64) -> Vec<(i64, i64, u64)> {
    let timeline = &baseline.now.timeline;
    let width = i64::try_from(timeline.bucket_seconds).unwrap_or(i64::MAX);
    let Some(start) = timeline.start.filter(|_| (1..HOUR).contains(&width)) else { return Vec::new() };
    let buckets = from.div_euclid(width)..=(to - 1).div_euclid(width);
    let buckets = buckets.map(|bucket| {
        let at = usize::try_from(bucket - start.seconds().div_euclid(width)).ok();
        let count = at.and_then(|at| timeline.counts.get(at)).copied().unwrap_or(0);
        ((bucket * width).max(from), ((bucket + 1) * width).min(to), count)
    });
    buckets.collect()
}

/// Entries an hour since a time.
pub(super) fn rate(bins: &[Bin], since: i64) -> f64 {
    let (mut count, mut seconds) = (0.0, 0.0);
    for bin in bins.iter().filter(|bin| bin.to > since) {
        count += bin.count;
        seconds += if bin.from < since { bin.seconds.min(float(bin.to - since)) } else { bin.seconds };
    }
    if seconds > 0.0 { count / seconds * float(HOUR) } else { 0.0 }
}

/// The likelihood ratio of two rates and of one.
pub(super) fn surprise(before: Side, after: Side) -> f64 {
    let (count, seconds) = (before.count + after.count, before.seconds + after.seconds);
    let part = |side: Side| {
        let expected = count * side.seconds / seconds;
        if side.count > 0.0 { side.count * (side.count / expected).ln() } else { 0.0 }
    };
    part(before) + part(after)
}
