//! Clusters whose entries were written in the same requests.

use super::Pair;
use super::chance::{CHANCE, ln_chance_of_shared};
use crate::report::SharedTraces;
use crate::tally::{Stats, Traces, share};

/// The least number of traces of the samples that both must have.
const LEAST: usize = 3;
/// A trace that is in more clusters than this relates none of them.
const HOLDERS: usize = 50;
/// Pairs of clusters that are looked at, one for each trace that they share.
const SHARED: usize = 2_000_000;

/// The pairs of clusters that share more traces than chance would give them: at least [`LEAST`], half of those of the
/// smaller side, and so many that by Fisher's test the chance of it, for any pair of the run, is below [`CHANCE`].
pub(super) fn pairs(clusters: &[&Stats], all: &Traces) -> Vec<(Pair, SharedTraces)> {
    let traced = clusters.iter().filter(|stats| stats.traces.least().len() >= LEAST).count();
    if traced < 2 {
        return Vec::new();
    }
    #[expect(clippy::cast_precision_loss, reason = "clusters are few")]
    let limit = CHANCE.ln() - (traced as f64 * (traced as f64 - 1.0) / 2.0).ln();
    let candidates = candidates(clusters).into_iter();
    let found = candidates.filter_map(|(a, b)| {
        let (own, other) = (clusters.get(a)?, clusters.get(b)?);
        Some(((a, b), shared(&own.traces, &other.traces, all, limit)?))
    });
    found.collect()
}

/// The pairs with [`LEAST`] traces of the samples in common.
fn candidates(clusters: &[&Stats]) -> Vec<Pair> {
    let mut held: Vec<(u64, usize)> = Vec::new();
    for (at, stats) in clusters.iter().enumerate() {
        held.extend(stats.traces.least().iter().map(|hash| (*hash, at)));
    }
    held.sort_unstable();
    let mut pairs: Vec<Pair> = Vec::new();
    for holders in held.chunk_by(|a, b| a.0 == b.0).filter(|holders| (2..=HOLDERS).contains(&holders.len())) {
        if pairs.len() > SHARED {
            break;
        }
        for (nth, (_, a)) in holders.iter().enumerate() {
            pairs.extend(holders.iter().skip(nth + 1).map(|(_, b)| (*a, *b)));
        }
    }
    pairs.sort_unstable();
    pairs.chunk_by(|a, b| a == b).filter(|same| same.len() >= LEAST).filter_map(|same| same.first().copied()).collect()
}

/// What two clusters share, where that is no chance.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "samples are small, and the rest are estimates"
)]
fn shared(own: &Traces, other: &Traces, all: &Traces, limit: f64) -> Option<SharedTraces> {
    let bound = own.bound().min(other.bound());
    let (a, b) = (own.up_to(bound), other.up_to(bound));
    let common = a.iter().filter(|hash| b.binary_search(hash).is_ok()).count();
    if common < LEAST || 2 * common < a.len().min(b.len()) {
        return None;
    }
    let population = all.count_up_to(bound).round().max((a.len() + b.len() - common) as f64);
    if ln_chance_of_shared(population, a.len() as f64, b.len() as f64, common as f64) > limit {
        return None;
    }
    let estimated = |traces: &Traces| traces.count_up_to(u64::MAX).round() as u64;
    Some(SharedTraces {
        shared: (common as f64 / share(bound)).round() as u64,
        own: estimated(own),
        other: estimated(other),
        is_exact: bound == u64::MAX,
    })
}
