//! Where the entries of clusters came from, and where they went.

use std::collections::BTreeMap;

use super::Flow;
use super::landing::{Bucket, Landing};
use super::moves::Moves;
use crate::report::{Cluster, Origin};

/// Where the entries of each place came from and went, most first.
pub(super) struct Flows<'m> {
    from: BTreeMap<&'m Landing, Vec<(&'m Landing, u64)>>,
    to: BTreeMap<&'m Landing, Vec<(&'m Landing, u64)>>,
}

impl<'m> Flows<'m> {
    pub(super) fn new(moves: &'m Moves) -> Self {
        let mut flows = Self { from: BTreeMap::new(), to: BTreeMap::new() };
        for ((from, to), moved) in moves.pairs() {
            flows.from.entry(to).or_default().push((from, moved.count));
            flows.to.entry(from).or_default().push((to, moved.count));
        }
        for list in flows.from.values_mut().chain(flows.to.values_mut()) {
            list.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        }
        flows
    }

    /// From where entries came to a cluster of the head.
    pub(super) fn into(&self, cluster: &Cluster) -> Vec<Flow> {
        told(self.from.get(&landing(cluster)))
    }

    /// Where entries of a cluster of the base went.
    pub(super) fn out_of(&self, cluster: &Cluster) -> Vec<Flow> {
        told(self.to.get(&landing(cluster)))
    }
}

fn told(list: Option<&Vec<(&Landing, u64)>>) -> Vec<Flow> {
    list.into_iter().flatten().map(|(place, count)| Flow { place: (*place).clone(), count: *count }).collect()
}

pub(super) fn landing(cluster: &Cluster) -> Landing {
    Landing {
        bucket: Bucket::Clustered,
        id: Some(cluster.id.clone()),
        group: cluster.group.clone(),
        template: template_of(cluster).map(str::to_owned),
    }
}

pub(super) fn template_of(cluster: &Cluster) -> Option<&str> {
    (cluster.origin == Origin::Template).then_some(cluster.pattern.as_str())
}
