//! Whether a cluster's rate escalates: whether it goes beyond what its last week lets one expect.
//!
//! The limit is that of Sentry's "escalating issues" (`generate_issue_forecast` in getsentry/sentry,
//! `src/sentry/issues/escalating/escalating_issues_alg.py`). Of the 168 hourly counts of the last seven days, with their
//! mean `avg`, standard deviation `σ` (of a sample) and coefficient of variation `cv = σ / avg`, it is the larger of
//!
//! - `bursty = max · clamp(5·e^(−0.65·cv), 2, 5)`: a cluster that comes in bursts may do so again, and
//! - `spike = weighted_avg + avg · clamp((avg + 5σ) / avg, 5, 8)`: hours of the same weekday count double in `weighted_avg`.
//!
//! In the first week of a cluster it is `10 · max`.
//!
//! Sentry makes its forecast once a week, and so an escalation does not become its own excuse. Here it is made for each hour
//! from the hours before it, so that no state is needed, and the hours of an escalation are set aside: they count as
//! ordinary neither for the limit nor for the end. An escalation ends when three hours in a row are no higher than the
//! highest ordinary hour before it began, so that it does not flap; or after a week, when it has become the new ordinary.
//! Until then its limit, its beginning and the most that came are those of the escalation, also in a run that is calm.
//!
//! A window that begins within an hour halves what an hour holds, so the rate over the window counts for the hour that it
//! begins in as well: in the run's own, and in those of earlier runs, so that what it began lasts.

use std::collections::{BTreeMap, VecDeque};

use super::hours::Hours;
use super::{Baseline, HOUR, PastCluster};
use crate::entry::Timestamp;
use crate::report::{Forecast, Window};

/// Hours of a week.
const WEEK: i64 = 168;
/// Hours of the week that must have been looked at; with fewer, the mean says little, and it is as in the first week.
const LEAST: usize = 84;
/// Ordinary hours in a row that end an escalation.
const CALM: u32 = 3;

/// The forecast of a cluster that was seen before.
pub(super) fn forecast(baseline: &Baseline) -> Option<Forecast> {
    if baseline.is_empty() {
        return None;
    }
    let hours = baseline.hours();
    let now = &baseline.now;
    let start = first_hour(now.window, &now.cluster, now.at);
    let rates = rates(baseline);
    let course = Course::of(hours, &rates, start);
    let (limit, usual) = course.limit?;
    let own = || hours.range(start..).map(|(hour, entries)| height(*hour, *entries, &rates)).fold(0.0, f64::max);
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    Some(Forecast {
        limit: tenth(limit),
        peak: tenth(course.escalation.map_or_else(own, |(_, peak)| peak)),
        usual,
        is_escalating: course.escalation.is_some(),
        since: course.escalation.and_then(|(hour, _)| Timestamp::from_unix(hour.saturating_mul(HOUR), 0)),
    })
}

/// The hour in which a run's own entries begin.
fn first_hour(window: Window, cluster: &PastCluster, at: Timestamp) -> i64 {
    window.from.or(cluster.first_seen).unwrap_or(at).seconds().div_euclid(HOUR)
}

/// Entries an hour over the windows of all runs, by the hour that each begins in.
fn rates(baseline: &Baseline) -> BTreeMap<i64, f64> {
    let mut rates = BTreeMap::new();
    let now = &baseline.now;
    let earlier = baseline.seen().map(|seen| (seen.run.window, seen.cluster, seen.run.at));
    for (window, cluster, at) in earlier.chain([(now.window, &now.cluster, now.at)]) {
        let rate: &mut f64 = rates.entry(first_hour(window, cluster, at)).or_default();
        *rate = rate.max(cluster.rate_per_hour);
    }
    rates
}

/// What an hour is held against its limit with.
fn height(hour: i64, entries: u64, rates: &BTreeMap<i64, f64>) -> f64 {
    rates.get(&hour).copied().unwrap_or(0.0).max(count(entries))
}

/// What went on hour by hour.
#[derive(Debug, Default)]
struct Course {
    /// The ordinary hours of the last week, from the first in which it was seen.
    ordinary: VecDeque<(i64, u64)>,
    /// The first hour in which it was seen, or was again after a week without it.
    began: i64,
    ongoing: Option<Escalation>,
    /// The limit and the highest ordinary hour that the last hour was held against.
    limit: Option<(f64, u64)>,
    /// The hour in which an escalation began that lasts, or began, in the run's own hours, and the most entries of an hour
    /// since.
    escalation: Option<(i64, f64)>,
}

#[derive(Debug)]
struct Escalation {
    since: i64,
    limit: f64,
    usual: u64,
    peak: f64,
    calm: u32,
    hours: Vec<(i64, u64)>,
}

impl Course {
    /// Follows all hours; those from `start` on are the run's own.
    fn of(hours: &Hours, rates: &BTreeMap<i64, f64>, start: i64) -> Self {
        let mut course = Self::default();
        for (hour, entries) in hours {
            course.step(*hour, *entries, height(*hour, *entries, rates));
            if let Some(escalation) = course.ongoing.as_ref().filter(|_| *hour >= start) {
                course.escalation = Some((escalation.since, escalation.peak));
                course.limit = Some((escalation.limit, escalation.usual));
            }
        }
        course
    }

    fn step(&mut self, hour: i64, entries: u64, height: f64) {
        while self.ordinary.front().is_some_and(|(first, _)| *first < hour - WEEK) {
            self.ordinary.pop_front();
        }
        if let Some(mut escalation) = self.ongoing.take() {
            escalation.calm = if entries <= escalation.usual { escalation.calm + 1 } else { 0 };
            if hour - escalation.since >= WEEK {
                self.ordinary.extend(escalation.hours);
            } else if escalation.calm >= CALM {
                // The calm hours before this one, which is about to be held against them.
                let calm = escalation.hours.len().saturating_sub(CALM as usize - 1);
                self.ordinary.extend(escalation.hours.drain(calm..));
            } else {
                escalation.hours.push((hour, entries));
                escalation.peak = escalation.peak.max(height);
                self.ongoing = Some(escalation);
                return;
            }
        }
        let usual = self.ordinary.iter().map(|(_, entries)| *entries).max().unwrap_or(0);
        let limit = limit(&self.ordinary, usual, self.began, hour);
        // Before its first entry there is nothing that it could be held against.
        if usual == 0 {
            self.ordinary.clear();
            self.began = hour;
            self.limit = None;
        } else if self.escalation.is_none() {
            self.limit = Some((limit, usual));
        }
        if usual > 0 && height > limit {
            let hours = vec![(hour, entries)];
            self.ongoing = Some(Escalation { since: hour, limit, usual, peak: height, calm: 0, hours });
        } else {
            self.ordinary.push_back((hour, entries));
        }
    }
}

/// The entries beyond which the hour would not be ordinary.
fn limit(ordinary: &VecDeque<(i64, u64)>, max: u64, began: i64, hour: i64) -> f64 {
    let max = count(max);
    if hour - began < WEEK || ordinary.len() < LEAST {
        return 10.0 * max;
    }
    let known = count(ordinary.len() as u64);
    let average = ordinary.iter().map(|(_, entries)| count(*entries)).sum::<f64>() / known;
    if average <= 0.0 {
        return 10.0 * max;
    }
    let squares: f64 = ordinary.iter().map(|(_, entries)| (count(*entries) - average).powi(2)).sum();
    let deviation = (squares / (known - 1.0)).sqrt();
    let bursty = max * (5.0 * (-0.65 * deviation / average).exp()).clamp(2.0, 5.0);
    let (mut weighted, mut weights) = (0.0, 0.0);
    for (other, entries) in ordinary {
        let weight = if weekday(*other) == weekday(hour) { 2.0 } else { 1.0 };
        weighted += weight * count(*entries);
        weights += weight;
    }
    let spike = weighted / weights + average * ((average + 5.0 * deviation) / average).clamp(5.0, 8.0);
    bursty.max(spike)
}

fn weekday(hour: i64) -> i64 {
    hour.div_euclid(24).rem_euclid(7)
}

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn count(entries: u64) -> f64 {
    entries as f64
}

#[cfg(test)]
mod tests;
