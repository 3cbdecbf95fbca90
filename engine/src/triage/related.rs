//! What rises with each cluster of a run, found before any of them is judged: policy may ask for it.

use super::gathered::Gathered;
use super::restraint::unnamed;
use crate::related::{Run, related};
use crate::report::{Began, ClusterName, RelatedCluster, Relations};
use crate::tally::Stats;

/// What rises with each of these clusters, in their order. Titles and severities of other clusters come later.
pub(super) fn relations(gathered: &[Gathered<'_>], run: &Run<'_>) -> Vec<Relations> {
    let stats: Vec<&Stats> = gathered.iter().map(|cluster| &cluster.stats).collect();
    let lists = related(&stats, run).into_iter();
    lists
        .map(|list| {
            let named = list.into_iter().filter_map(|relation| {
                let cluster = unnamed(gathered.get(relation.to)?);
                let text = relation.evidence.words(relation.began);
                let onset = relation.onset.unwrap_or(f64::MAX);
                Some((onset, RelatedCluster { cluster, began: relation.began, evidence: relation.evidence, text }))
            });
            let named: Vec<_> = named.collect();
            let earlier = named.iter().filter(|(_, it)| it.began == Began::Before);
            let likely_cause = earlier.min_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, it)| Box::new(it.cluster.clone()));
            Relations { related_by: named.into_iter().map(|(_, it)| it).collect(), likely_cause }
        })
        .collect()
}

/// All other clusters that these relations name.
pub(super) fn names(relations: &mut Relations) -> impl Iterator<Item = &mut ClusterName> {
    relations.related_by.iter_mut().map(|it| &mut it.cluster).chain(relations.likely_cause.as_deref_mut())
}
