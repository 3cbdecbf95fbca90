//! Clusters that rise together, and by what that is known: a cause and its symptoms, found without anybody having named them.
//!
//! Three things tell: entries written in the same requests (`traces`), edges at the same moment (`edges`), and one
//! revision that has both while others have neither (`revision`). Each is held against what clusters would have in common
//! that know nothing of each other, for all pairs of a run together, so that a run of any size tells of a relation that is
//! none once in a hundred times. All of it is a function of what was counted, which does not depend on the order of entries.

mod chance;
mod edges;
mod revision;
mod traces;

use std::collections::BTreeMap;

use crate::report::{Began, EdgeKind, Evidence, SharedEdge, Window};
use crate::tally::{FacetStats, ListMap, Stats, Traces};

/// Related clusters of one cluster at most.
pub const RELATED: usize = 10;

/// The places of two clusters, the lesser first.
type Pair = (usize, usize);

/// When a cluster began or jumped, and by how many seconds it may have been later.
type Onset = (f64, f64);

/// What is known of all entries of a run.
#[derive(Clone, Copy, Debug)]
pub struct Run<'r> {
    /// The time that was looked at.
    pub window: Window,
    /// The traces of all entries.
    pub traces: &'r Traces,
    /// The values of fields of deploys of all entries.
    pub deploys: &'r ListMap<String, FacetStats>,
}

/// A cluster that another one rises with.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its place among the clusters.
    pub to: usize,
    /// Which of both began first.
    pub began: Began,
    /// When it began, or jumped, in seconds since 1970.
    pub onset: Option<f64>,
    /// By what it is known.
    pub evidence: Evidence,
}

/// For each of these clusters those that it rises with, the strongest evidence first: what several things tell, then what
/// shares most traces, then what began first.
#[must_use]
pub fn related(clusters: &[&Stats], run: &Run<'_>) -> Vec<Vec<Relation>> {
    let mut found: BTreeMap<Pair, Evidence> = BTreeMap::new();
    for (pair, shared) in traces::pairs(clusters, run.traces) {
        found.entry(pair).or_default().traces = Some(shared);
    }
    let edges = edges::edges(clusters, run.window);
    for set in edges::sets(&edges, run.window) {
        for (nth, a) in set.iter().enumerate() {
            for b in set.iter().skip(nth + 1) {
                let evidence = found.entry(pair(a.cluster, b.cluster)).or_default();
                let (own, other) = if a.cluster < b.cluster { (a.kind, b.kind) } else { (b.kind, a.kind) };
                let apart = ((b.at - a.at) * 1000.0).round() / 1000.0;
                evidence.edge = Some(SharedEdge { own, other, apart_seconds: apart, clusters: set.len() as u64 });
            }
        }
    }
    for (revision, members) in revision::sets(clusters, run.deploys) {
        for (nth, a) in members.iter().enumerate() {
            for b in members.iter().skip(nth + 1) {
                found.entry(pair(*a, *b)).or_default().revision.get_or_insert_with(|| revision.clone());
            }
        }
    }
    let first = |stats: &&Stats| Some((stats.first_seen?.as_seconds(), 0.0));
    let mut onsets: Vec<Option<Onset>> = clusters.iter().map(first).collect();
    for edge in edges.iter().filter(|edge| edge.kind == EdgeKind::Jumps) {
        if let Some(onset) = onsets.get_mut(edge.cluster) {
            *onset = Some((edge.at, edge.within));
        }
    }
    listed(found, &onsets)
}

fn pair(a: usize, b: usize) -> Pair {
    (a.min(b), a.max(b))
}

/// The relations of each cluster, in their order, the first few.
fn listed(found: BTreeMap<Pair, Evidence>, onsets: &[Option<Onset>]) -> Vec<Vec<Relation>> {
    let mut lists: Vec<Vec<Relation>> = vec![Vec::new(); onsets.len()];
    for ((a, b), evidence) in found {
        for (own, to, evidence) in [(a, b, evidence.clone()), (b, a, evidence.reversed())] {
            let onset = |at: usize| onsets.get(at).copied().flatten();
            let began = match onset(own).zip(onset(to)) {
                Some(((own, _), (to, within))) if to + within < own => Began::Before,
                Some(((own, within), (to, _))) if own + within < to => Began::After,
                _ => Began::Together,
            };
            if let Some(list) = lists.get_mut(own) {
                list.push(Relation { to, began, onset: onset(to).map(|(at, _)| at), evidence });
            }
        }
    }
    for list in &mut lists {
        let onset = |relation: &Relation| relation.onset.unwrap_or(f64::MAX);
        list.sort_by(|a, b| {
            let strength = |it: &Relation| (it.evidence.kinds(), it.evidence.traces.as_ref().map(|it| it.shared));
            strength(b).cmp(&strength(a)).then(onset(a).total_cmp(&onset(b))).then(a.to.cmp(&b.to))
        });
        list.truncate(RELATED);
    }
    lists
}

#[cfg(test)]
mod tests;
