//! When a cluster's rate turned, whatever it turned with, so that a deploy is only blamed for what came about with it.
//!
//! The time that was looked at is cut where two rates explain it best, and each part again (binary segmentation: Scott and
//! Knott 1974) for as long as the likelihood ratio says that the cut is no accident. Each turn is then looked for once more
//! between its neighbours. Clusters come in bursts, so the ratio is divided by a dispersion, here that of hours next to each
//! other: a turn tells in one such pair only, wherever it is.

use super::super::HOUR;
use super::bins::{Bin, Side, surprise};
use super::{float, real};
use crate::baseline::watched::Watched;

/// The chance below which a turn is no accident, and a time is not the one of a turn.
const CHANCE: f64 = 0.05;
/// The chance below which a run is not one of a rate: each run is held against it.
const CHANCE_OF_RUN: f64 = 0.01;
/// The least factor between the rate before a deploy and the one that is there now.
const FACTOR: f64 = 2.0;

/// The rates of a cluster, one after the other.
#[derive(Debug)]
pub(super) struct Regimes<'b> {
    bins: &'b [Bin],
    watched: &'b Watched,
    /// The bins that are the first of another rate.
    turns: Vec<usize>,
    /// How much more the counts vary than they would if entries came one by one.
    dispersion: f64,
}

/// A turn, and what the rates before and behind it are, in entries a second.
#[derive(Clone, Copy, Debug)]
struct Turn {
    /// The first bin of the rate before it, of the one behind it, and the end of that.
    bins: (usize, usize, usize),
    /// The end of the last bin before it, and the beginning of the first one behind it.
    between: (i64, i64),
    before: f64,
    after: f64,
}

impl<'b> Regimes<'b> {
    /// The regimes of these bins.
    pub(super) fn of(bins: &'b [Bin], watched: &'b Watched) -> Self {
        let dispersion = dispersion(bins);
        let limit = (2.0 * real(bins.len() as u64) / CHANCE).ln();
        let mut turns = Vec::new();
        let mut parts = vec![(0, bins.len())];
        while let Some((start, end)) = parts.pop() {
            let best = best(bins, (start, end)).filter(|(_, surprise)| surprise / dispersion > limit);
            if let Some((turn, _)) = best {
                turns.push(turn);
                parts.extend([(start, turn), (turn, end)]);
            }
        }
        turns.sort_unstable();
        // The best cut of three rates is hardly ever beside a turn, but it may be.
        for at in 0..turns.len() {
            let start = at.checked_sub(1).and_then(|before| turns.get(before)).copied().unwrap_or(0);
            let end = turns.get(at + 1).copied().unwrap_or(bins.len());
            if let (Some(turn), Some((best, _))) = (turns.get_mut(at), best(bins, (start, end))) {
                *turn = best;
            }
        }
        Self { bins, watched, turns, dispersion }
    }

    /// The turns with the rates at their sides.
    fn turns(&self) -> impl Iterator<Item = Turn> {
        let starts = [0].into_iter().chain(self.turns.iter().copied());
        let ends = self.turns.iter().copied().skip(1).chain([self.bins.len()]);
        starts.zip(&self.turns).zip(ends).filter_map(|((start, turn), end)| {
            let (before, after) = (self.bins.get(start..*turn)?, self.bins.get(*turn..end)?);
            let between = (before.last()?.to, after.first()?.from);
            let bins = (start, *turn, end);
            Some(Turn { bins, between, before: Side::of(before.iter()).rate(), after: Side::of(after.iter()).rate() })
        })
    }

    /// If the rate rose, or fell, about this time: the entries an hour since, where it turned once more later.
    ///
    pub(super) fn rate_since(&self, at: i64, is_rise: bool) -> Option<Option<f64>> {
        let is_near = |turn: &Turn| (turn.after > turn.before) == is_rise && self.is_near(turn, at);
        let mut turns = self.turns().skip_while(|turn| !is_near(turn));
        turns.next()?;
        let later = turns.map(|turn| turn.between.0).find(|end| *end > at);
        // What came again, however rarely, is not gone.
        let rate = later.and_then(|end| self.rate(|bin| bin.from >= at && bin.to <= end));
        Some(rate.filter(|rate| *rate > 0.0).map(|rate| rate * float(HOUR)))
    }

    /// Whether a turn may have been at this time: it is at most an hour away, or what came in between is so little, by the
    /// pace of the cluster, that it might be chance.
    fn is_near(&self, turn: &Turn, at: i64) -> bool {
        let (end, start) = turn.between;
        let apart = self.watched.between(at.min(end), end) + self.watched.between(start, at.max(start));
        if apart <= HOUR {
            return true;
        }
        let (first, middle, last) = turn.bins;
        // The bin that the time is in may be on either side.
        let behind = self.bins.partition_point(|bin| bin.from < at);
        let within = self.bins.partition_point(|bin| bin.to <= at);
        let of_cut = |cut: usize| {
            let (before, after) = (self.bins.get(first..cut)?, self.bins.get(cut..last)?);
            let is_cut = !before.is_empty() && !after.is_empty();
            is_cut.then(|| surprise(Side::of(before.iter()), Side::of(after.iter())))
        };
        let own = [within, behind].into_iter().filter_map(of_cut).reduce(f64::max);
        let best = of_cut(middle);
        own.zip(best).is_some_and(|(own, best)| (best - own) / self.dispersion <= -CHANCE.ln())
    }

    /// Whether the cluster is still as it was since a change from one hourly rate to another: since it last turned, and in the
    /// run that began at a time.
    pub(super) fn is_so_still(&self, own: i64, began: i64, (before, after): (f64, f64)) -> bool {
        let is_rise = after > before;
        // Whether a rate is no longer far from the one before.
        let is_back = |rate: f64| if is_rise { rate < before * FACTOR } else { rate * FACTOR > before };
        let last = self.turns().last();
        if last.is_some_and(|turn| turn.between.1 > began && is_back(turn.after * float(HOUR))) {
            return false;
        }
        // An hour of which this run saw the most.
        let is_own = |bin: &&Bin| bin.from >= began && i64::midpoint(bin.from, bin.to) >= own;
        let now = Side::of(self.bins.iter().filter(is_own));
        if now.seconds <= 0.0 {
            return true;
        }
        let expected = after * now.seconds / float(HOUR);
        // The chance of so many, or so few, is at most `e^(−S)` (Chernoff).
        let part = if now.count > 0.0 { now.count * (now.count / expected).ln() } else { 0.0 };
        let is_other = (part - now.count + expected) / self.dispersion > -CHANCE_OF_RUN.ln();
        !(is_other && is_back(now.rate() * float(HOUR)))
    }

    fn rate(&self, is_meant: impl Fn(&Bin) -> bool) -> Option<f64> {
        let side = Side::of(self.bins.iter().filter(|bin| is_meant(bin)));
        (side.seconds > 0.0).then(|| side.rate())
    }
}

/// The first bin behind the cut that explains these bins best, and the surprise of it.
fn best(bins: &[Bin], (start, end): (usize, usize)) -> Option<(usize, f64)> {
    let part = bins.get(start..end)?;
    let all = Side::of(part.iter());
    let mut before = Side::default();
    let mut best: Option<(usize, f64)> = None;
    for (at, bin) in (start + 1..end).zip(part) {
        before = Side { count: before.count + bin.count, seconds: before.seconds + bin.seconds };
        let after = Side { count: all.count - before.count, seconds: all.seconds - before.seconds };
        let surprise = surprise(before, after);
        if best.is_none_or(|(_, greatest)| surprise > greatest) {
            best = Some((at, surprise));
        }
    }
    best
}

/// How much more the counts of bins next to each other differ than they would if entries came one by one.
fn dispersion(bins: &[Bin]) -> f64 {
    let (mut squares, mut pairs) = (0.0, 0.0);
    for pair in bins.windows(2) {
        let [a, b] = pair else { continue };
        if a.count + b.count > 0.0 {
            squares +=
                (a.count * b.seconds - b.count * a.seconds).powi(2) / (a.seconds * b.seconds * (a.count + b.count));
            pairs += 1.0;
        }
    }
    if pairs > 0.0 { (squares / pairs).max(1.0_f64) } else { 1.0 }
}
