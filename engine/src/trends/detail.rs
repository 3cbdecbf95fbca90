//! One cluster, run by run.

use std::collections::BTreeMap;

use super::{Detail, FacetRun, RunTrend, SeenTrend, StateChange};
use crate::baseline::{Baseline, Recall};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::MetricTrend;

/// What the latest runs, so many at most, saw of a cluster.
pub(super) fn detail(recall: &Recall, fingerprints: &[Fingerprint], most: usize) -> Detail {
    let standings = recall.standings(fingerprints, usize::MAX);
    let mut seen: BTreeMap<Timestamp, &Baseline> =
        standings.iter().map(|standing| (standing.now().at, standing)).collect();
    let left_out = recall.runs().count().saturating_sub(most);
    let mut runs = Vec::new();
    for run in recall.runs().skip(left_out) {
        let standing = seen.get(&run.at).copied();
        runs.push(RunTrend { at: run.at, window: run.window, seen: standing.map(of) });
    }
    if let Some(first) = runs.first() {
        seen = seen.split_off(&first.at);
    }
    let facets = seen.values().filter(|standing| !standing.is_empty()).flat_map(|standing| {
        let at = standing.now().at;
        // What stayed away now and then is no change that anybody wants to read of.
        standing.facet_changes().into_iter().map(move |change| FacetRun { at, change })
    });
    Detail {
        states: states(&runs),
        facets: facets.collect(),
        metrics: metrics(&standings),
        runs,
        runs_left_out: left_out as u64,
    }
}

fn of(standing: &Baseline) -> SeenTrend {
    let cluster = &standing.now().cluster;
    SeenTrend {
        id: cluster.id.clone(),
        count: cluster.count,
        rate_per_hour: cluster.rate_per_hour,
        first_seen: cluster.first_seen,
        last_seen: cluster.last_seen,
        severity: cluster.severity,
        severity_by: cluster.severity_by,
        severity_reason: cluster.severity_reason.clone(),
        state: standing.state(),
        metrics: cluster.metrics.iter().map(|(name, metric)| (name.clone(), metric.last)).collect(),
        action: cluster.action,
        issue: cluster.issue,
    }
}

/// Where one state gave way to another.
fn states(runs: &[RunTrend]) -> Vec<StateChange> {
    let mut changes: Vec<StateChange> = Vec::new();
    for (at, seen) in runs.iter().filter_map(|run| Some((run.at, run.seen.as_ref()?))) {
        if changes.last().is_none_or(|last| last.state != seen.state) {
            changes.push(StateChange { at, state: seen.state });
        }
    }
    changes
}

/// Each number, up to the latest run that read it.
fn metrics(standings: &[Baseline]) -> BTreeMap<String, MetricTrend> {
    let mut trends = BTreeMap::new();
    for standing in standings.iter().rev() {
        for name in standing.now().cluster.metrics.keys() {
            if !trends.contains_key(name)
                && let Some(trend) = standing.metric_trend(name)
            {
                trends.insert(name.clone(), trend);
            }
        }
    }
    trends
}
