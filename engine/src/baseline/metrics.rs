//! What the numbers of a cluster have done from run to run.

use super::{Baseline, PastMetric};
use crate::entry::Timestamp;
use crate::report::MetricTrend;

/// Runs before a worsening whose median is what it is held against.
const BEFORE: usize = 7;
/// Seconds for which the best level of a metric is remembered: what creeps up for longer than that is slower than a week.
const REMEMBERED: f64 = 7.0 * 86_400.0;
/// Runs of a trend that are shown.
const SHOWN: usize = 48;

/// A metric in one run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// When it ran.
    pub at: Timestamp,
    /// What it read.
    pub metric: PastMetric,
}

/// Which way of a metric is the worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// More is worse.
    Up,
    /// Less is worse.
    Down,
}

impl Direction {
    /// The direction that is called so: `up` or `down`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "up" => Some(Self::Up),
            "down" => Some(Self::Down),
            _ => None,
        }
    }
}

/// A metric that has become worse and has not come back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Worsening {
    /// What it was before.
    pub from: f64,
    /// What it is in this run.
    pub to: f64,
    /// The first run of those that made it worse.
    pub since: Timestamp,
    /// Runs that have read it since, this one included.
    pub runs: u64,
}

impl Baseline {
    /// The metric in each run that read it, oldest first, this run last if it did.
    #[must_use]
    pub fn readings(&self, metric: &str) -> Vec<Reading> {
        let earlier = self
            .seen()
            .filter_map(|seen| Some(Reading { at: seen.run.at, metric: *seen.cluster.metrics.get(metric)? }));
        let now = self.now.cluster.metrics.get(metric).map(|metric| Reading { at: self.now.at, metric: *metric });
        earlier.chain(now).filter(|reading| reading.metric.last.is_finite()).collect()
    }

    /// What the metric has done; nothing where this run has not read it.
    #[must_use]
    pub fn metric_trend(&self, metric: &str) -> Option<MetricTrend> {
        let last = self.now.cluster.metrics.get(metric)?.last;
        let readings = self.readings(metric);
        let mut values: Vec<f64> = readings.iter().map(|reading| reading.metric.last).collect();
        let change = values.len().checked_sub(2).and_then(|at| values.get(at)).map(|before| tidy(last - before));
        values.drain(..values.len().saturating_sub(SHOWN));
        Some(MetricTrend { values, last, change, slope_per_day: slope(&readings) })
    }

    /// Whether the metric has become worse, and how.
    ///
    /// Of each run the worst value counts: the greatest where more is worse, the least where less is. It has become worse
    /// when `runs` runs in a row are worse by at least `by` than the median of up to seven runs before them, or than the best
    /// median of any seven in a row of the week before them, so that what creeps is seen as well; and it stays so until as many
    /// in a row have come back by at least half of it. So a metric that only trembles does not flap.
    #[must_use]
    pub fn worsening(&self, metric: &str, direction: Direction, by: f64, runs: usize) -> Option<Worsening> {
        self.now.cluster.metrics.get(metric)?;
        let runs = runs.max(1);
        let worst = |reading: &Reading| match direction {
            Direction::Up => reading.metric.max,
            Direction::Down => reading.metric.min,
        };
        let readings = self.readings(metric);
        let values: Vec<f64> = readings.iter().map(worst).collect();
        let by_how_much = |value: f64, than: f64| match direction {
            Direction::Up => tidy(value - than),
            Direction::Down => tidy(than - value),
        };
        let levels = levels(&values);
        let (mut on, mut back): (Option<(usize, f64)>, usize) = (None, 0);
        for (at, value) in values.iter().enumerate() {
            if let Some((_, from)) = on {
                back = if by_how_much(*value, from) <= by / 2.0 { back + 1 } else { 0 };
                if back >= runs {
                    on = None;
                }
                continue;
            }
            let Some(first) = (at + 1).checked_sub(runs) else { continue };
            let (earlier, latest) = values.split_at(first);
            let latest_levels = levels.get(..(first + 1).saturating_sub(BEFORE)).unwrap_or(&[]);
            let remembered = latest_levels.iter().zip(&readings).rev().take_while(|(_, reading)| {
                readings.get(first).is_some_and(|now| now.at.seconds_since(reading.at) <= REMEMBERED)
            });
            let best = remembered.map(|(level, _)| *level).reduce(|best, level| match direction {
                Direction::Up => best.min(level),
                Direction::Down => best.max(level),
            });
            let before = median(earlier.get(first.saturating_sub(BEFORE)..).unwrap_or(&[]));
            let is_worse = |from: &f64| {
                latest.iter().take(runs).all(|value| by_how_much(*value, *from) >= by.max(f64::MIN_POSITIVE))
            };
            if let Some(from) = before.into_iter().chain(best).find(is_worse) {
                (on, back) = (Some((first, from)), 0);
            }
        }
        let (first, from) = on?;
        let since = readings.get(first)?.at;
        Some(Worsening { from, to: *values.last()?, since, runs: (values.len() - first) as u64 })
    }
}

/// What remains of a number when the error of binary fractions is taken off: 92.1 − 91.2 is 0.9.
fn tidy(number: f64) -> f64 {
    let rounded = (number * 1e9).round() / 1e9;
    if rounded.is_finite() { rounded } else { number }
}

/// The median of each seven values in a row, by the place of the first of them.
fn levels(values: &[f64]) -> Vec<f64> {
    values.windows(BEFORE).filter_map(median).collect()
}

fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = if sorted.len().is_multiple_of(2) { *sorted.get(sorted.len() / 2 - 1)? } else { upper };
    Some(tidy(f64::midpoint(lower, upper)))
}

/// The slope of the straight line of least squares.
fn slope(readings: &[Reading]) -> Option<f64> {
    let first = readings.first()?.at;
    let points: Vec<(f64, f64)> =
        readings.iter().map(|reading| (reading.at.seconds_since(first) / 86_400.0, reading.metric.last)).collect();
    let number = points.iter().fold(0.0, |sum, _| sum + 1.0);
    let (x_mean, y_mean) = points.iter().fold((0.0, 0.0), |(x, y), point| (x + point.0 / number, y + point.1 / number));
    let (mut product, mut square) = (0.0, 0.0);
    for (x, y) in &points {
        product += (x - x_mean) * (y - y_mean);
        square += (x - x_mean).powi(2);
    }
    (square > 0.0).then(|| tidy(product / square))
}
