//! Entries by the hour, put together from runs whose windows may overlap, leave gaps, or cut hours in two.

use std::collections::BTreeMap;

use super::{Baseline, HOUR, PastCluster};
use crate::entry::Timestamp;
use crate::report::Window;

/// Seconds that are looked back: a week to learn from, and a week to follow what went on in it.
const REACH: i64 = 15 * 86_400;

/// Entries by hour, counted from 1970, of every hour that a run has looked at.
pub(super) type Hours = BTreeMap<i64, u64>;

/// The hours of all earlier runs and of this one.
pub(super) fn hours(baseline: &Baseline) -> Hours {
    let end = baseline.now.window.to.unwrap_or(baseline.now.at).seconds();
    let (from, to) = ((end - REACH).div_euclid(HOUR), end.div_euclid(HOUR));
    let mut joined = Joined { hours: Hours::new(), looked_until: i64::MIN, from, to };
    let mut seen = baseline.seen.iter().zip(baseline.seen()).peekable();
    for (place, run) in baseline.runs().enumerate() {
        let cluster = seen.next_if(|((at, _), _)| *at == place).map(|(_, seen)| seen.cluster);
        joined.add(run.window, run.at, cluster);
    }
    joined.add(baseline.now.window, baseline.now.at, Some(&baseline.now.cluster));
    joined.hours
}

struct Joined {
    hours: Hours,
    /// The end of the latest window, in seconds.
    looked_until: i64,
    /// The first hour that is of interest.
    from: i64,
    /// The last.
    to: i64,
}

impl Joined {
    fn add(&mut self, window: Window, at: Timestamp, cluster: Option<&PastCluster>) {
        let counted = cluster.map(|cluster| of_cluster(cluster, window, at)).unwrap_or_default();
        let (from, to) = match (window.from, window.to) {
            (Some(from), Some(to)) if from <= to => (from.seconds(), to.seconds()),
            _ => return self.without_window(&counted),
        };
        // Two windows that only touch have no entry in common, so the two parts of an hour that they cut add up. Where they
        // overlap, each has counted what they share, and the one that saw more of the hour is nearer the truth.
        let is_apart = from >= self.looked_until;
        let last = (to - 1).max(from).div_euclid(HOUR).min(self.to);
        for hour in from.div_euclid(HOUR).max(self.from)..=last {
            let count = counted.get(&hour).copied().unwrap_or(0);
            let known = self.hours.entry(hour).or_default();
            *known = if is_apart { known.saturating_add(count) } else { (*known).max(count) };
        }
        self.looked_until = self.looked_until.max(to);
    }

    fn without_window(&mut self, counted: &Hours) {
        for (hour, count) in counted.iter().filter(|(hour, _)| (self.from..=self.to).contains(hour)) {
            let known = self.hours.entry(*hour).or_default();
            *known = (*known).max(*count);
        }
    }
}

/// The hours of one run's cluster. Where it did not write them down, they are even over its window, or all in one.
fn of_cluster(cluster: &PastCluster, window: Window, at: Timestamp) -> Hours {
    if !cluster.hourly.is_empty() {
        let mut hours = Hours::new();
        for (start, count) in &cluster.hourly {
            *hours.entry(start.seconds().div_euclid(HOUR)).or_default() += *count;
        }
        return hours;
    }
    let one = || Hours::from([(cluster.last_seen.unwrap_or(at).seconds().div_euclid(HOUR), cluster.count)]);
    let (Some(from), Some(to)) = (window.from, window.to) else { return one() };
    let first = from.seconds().div_euclid(HOUR);
    let last = (to.seconds() - 1).max(from.seconds()).div_euclid(HOUR);
    let parts = u64::try_from(last - first + 1).unwrap_or(1).max(1);
    if parts > 10_000 {
        return one();
    }
    let share = |part: u64| cluster.count.saturating_mul(part) / parts;
    (first..=last).zip(0..).map(|(hour, part)| (hour, share(part + 1) - share(part))).collect()
}
