//! What rises with a cluster, and by what that is known.

use crate::render::number::counted;
use crate::render::tree::{Role, Tree};
use crate::report::Cluster;

/// The clusters, each with its evidence; the one that began first is marked.
pub(super) fn tree(cluster: &Cluster) -> Option<Tree> {
    let relations = &cluster.relations;
    let cause = relations.likely_cause.as_ref().map(|cause| &cause.fingerprint);
    let each = relations.related_by.iter().map(|related| {
        let name = &related.cluster;
        let entries = counted(name.count, "entry", Some("entries"));
        let likely = if cause == Some(&name.fingerprint) { ", the likely cause" } else { "" };
        Tree::new(Role::Severity(name.severity), name.severity.name())
            .with(Role::Plain, &format!(" {} ({}, {entries}{likely})", name.title, name.words()))
            .below(Tree::new(Role::Plain, &related.text))
    });
    (!relations.related_by.is_empty()).then(|| Tree::new(Role::Strong, "rises with").all_below(each))
}
