//! Clusters that begin, or jump, at the same moment.
//!
//! A cluster has an *edge* where something began within the window: its first entry, where a constant rate would have shown
//! one long before or all of it lies close together; else the beginning of the one stretch in which its rate was a multiple
//! of what it was outside. What is there all the time has none.
//!
//! Were `n` edges spread over a window of `W` seconds without regard to each other, some `k` of them would lie within `w`
//! seconds with a chance of at most `C(n, k) · k · (w / W)^(k − 1)`: the expected number of such sets, as the first of them
//! can be any and the others follow it (Naus, "The distribution of the size of the maximum cluster of points on a line",
//! 1965; the bound is Markov's). A set is told of where that is below 1 in 100 for all sizes together, the one of size `k`
//! being given `1 / (k·(k − 1))` of it, which add up to one. A set of single entries is none: nothing rises in it.

use super::chance::{CHANCE, ln_choose};
use crate::report::{EdgeKind, Window};
use crate::tally::Stats;

/// Seconds between the first and the last edge of a set at most.
const SPAN: f64 = 120.0;
/// Clusters of a set at most.
const MEMBERS: usize = 30;
/// The chance below which a cluster would have shown itself before its first entry, were its rate constant.
const LATE: f64 = 0.001;
/// The share of the window in which a cluster lies close together.
const CLOSE: f64 = 0.1;
/// How much above its mean over the window a rate is for a stretch to be raised.
const RAISED: f64 = 3.0;
/// How much greater the rate of such a stretch must be than that outside of it.
const FACTOR: f64 = 4.0;
/// The chance below which a raised stretch is no accident of a constant rate.
const RAISED_BY_CHANCE: f64 = 1e-4;
/// Buckets of a timeline, in seconds, from which an edge can be read.
const WIDEST: u64 = 300;
/// The chance below which one more edge near a set belongs to it.
const ONE_MORE: f64 = 0.05;

/// Where a cluster begins or jumps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    /// The cluster.
    pub(super) cluster: usize,
    /// Seconds since 1970.
    pub(super) at: f64,
    /// Seconds by which it may be later.
    pub(super) within: f64,
    /// Whether it is all that there is of the cluster: then nothing rises.
    pub(super) is_single: bool,
    pub(super) kind: EdgeKind,
}

/// The edges of clusters, in the order of time.
pub(super) fn edges(clusters: &[&Stats], window: Window) -> Vec<Edge> {
    let (Some(from), Some(to)) = (window.from, window.to) else { return Vec::new() };
    let (start, length) = (from.as_seconds(), to.seconds_since(from));
    let found = clusters.iter().enumerate().filter_map(|(cluster, stats)| {
        let (first, last) = (stats.first_seen?.as_seconds(), stats.last_seen?.as_seconds());
        let edge =
            |at: f64, within: f64, kind: EdgeKind| Edge { cluster, at, within, is_single: stats.count == 1, kind };
        let (before, all) = ((first - start).max(0.0), float(stats.count));
        let is_late = all * (1.0 - (before / length).min(1.0)).ln() <= LATE.ln();
        if length >= SPAN / 2.0 && (is_late || last - first <= CLOSE * length) {
            return Some(edge(first, 1.0, EdgeKind::Begins));
        }
        let (at, within) = jump(stats, length)?;
        Some(edge(at, within, EdgeKind::Jumps))
    });
    let mut edges: Vec<Edge> = found.collect();
    edges.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.cluster.cmp(&b.cluster)));
    edges
}

/// When the stretch begins in which a cluster's rate is raised, and the width of a bucket.
///
/// The stretch is that of the greatest sum of what each bucket is above [`RAISED`] times the mean, found in one pass (Bentley,
/// "Algorithm design techniques", 1984). It counts by the likelihood ratio against a constant rate (Kulldorff, "A spatial scan
/// statistic", 1997), for as many stretches as there are.
fn jump(stats: &Stats, length: f64) -> Option<(f64, f64)> {
    let timeline = &stats.timeline;
    if timeline.bucket_seconds == 0 || timeline.bucket_seconds > WIDEST {
        return None;
    }
    let width = float(timeline.bucket_seconds);
    let buckets = (length / width).ceil().max(float(timeline.counts.len() as u64));
    let all = float(stats.count);
    let (mut sum, mut from, mut best) = (0.0, 0, (0.0, 0, 0));
    for (at, count) in timeline.counts.iter().enumerate() {
        if sum <= 0.0 {
            (sum, from) = (0.0, at);
        }
        sum += float(*count) - RAISED * all / buckets;
        if sum > best.0 {
            best = (sum, from, at + 1);
        }
    }
    let (_, from, to) = best;
    let inside = float(timeline.counts.get(from..to)?.iter().sum());
    let part = float((to - from) as u64) / buckets;
    let outside = all - inside;
    let is_raised = part < 1.0 && inside / part >= FACTOR * outside / (1.0 - part);
    let against = |count: f64, part: f64| if count > 0.0 { count * (count / (all * part)).ln() } else { 0.0 };
    let surprise = against(inside, part) + against(outside, 1.0 - part);
    // Before it, something has to have been seen: else it begins, and that it does was asked already.
    let is_jump = from > 0 && is_raised && surprise > (buckets * buckets / RAISED_BY_CHANCE).ln();
    let start = timeline.start?.as_seconds();
    is_jump.then(|| (start + width * float(from as u64), width))
}

/// Sets of edges that lie closer together than chance would put them, disjoint.
pub(super) fn sets(edges: &[Edge], window: Window) -> Vec<&[Edge]> {
    let (Some(from), Some(to)) = (window.from, window.to) else { return Vec::new() };
    let (length, all) = (to.seconds_since(from), float(edges.len() as u64));
    let mut found: Vec<(f64, usize, usize)> = Vec::new();
    for first in 0..edges.len() {
        for size in 2..=MEMBERS {
            let Some(span) = edges.get(first..first + size).and_then(span) else { break };
            let members = float(size as u64);
            let chance = ln_choose(all, members) + members.ln() + (members - 1.0) * (span / length).min(1.0).ln();
            let chance = chance + (members * (members - 1.0)).ln();
            let rises = edges.get(first..first + size).is_some_and(|set| set.iter().any(|edge| !edge.is_single));
            if rises && chance <= CHANCE.ln() {
                found.push((chance, first, first + size));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken = vec![false; edges.len()];
    let mut sets = Vec::new();
    for (_, mut first, mut end) in found {
        if taken.get(first..end).is_none_or(|taken| taken.contains(&true)) {
            continue;
        }
        // What follows so closely that one more by chance would be a rare thing belongs to it.
        let is_near = |a: usize, b: usize| {
            let gap = edges.get(a..=b).and_then(span);
            gap.is_some_and(|gap| 2.0 * all * gap / length <= ONE_MORE)
        };
        let is_free = |at: usize| taken.get(at) == Some(&false);
        let fits = |first: usize, end: usize| end - first <= MEMBERS && edges.get(first..end).and_then(span).is_some();
        while is_free(end) && is_near(end - 1, end) && fits(first, end + 1) {
            end += 1;
        }
        while first > 0 && is_free(first - 1) && is_near(first - 1, first) && fits(first - 1, end) {
            first -= 1;
        }
        taken.iter_mut().take(end).skip(first).for_each(|taken| *taken = true);
        sets.extend(edges.get(first..end));
    }
    sets
}

/// The seconds within which these edges lie, at least one; nothing where these are too many.
fn span(edges: &[Edge]) -> Option<f64> {
    let (first, last) = (edges.first()?, edges.last()?);
    let within = edges.iter().map(|edge| edge.within).fold(1.0, f64::max);
    (last.at - first.at <= SPAN).then_some(last.at - first.at + within)
}

#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn float(count: u64) -> f64 {
    count as f64
}
