//! What a report says of deploys.

use std::collections::BTreeMap;

use crate::baseline::{PastCluster, Quiet, Recall, Sighting};
use crate::entry::Timestamp;
use crate::report::{Cluster, ClusterDeploy, Deploy, DeployKind, Window};
use crate::severity::Severity;
use crate::tally::{FacetStats, ListMap, Timeline};

/// The deploys of a run, each with how many clusters it did something to.
pub(super) fn of_run(
    recall: &Recall,
    now: &ListMap<String, FacetStats>,
    window: Window,
    clusters: &[Cluster],
) -> Vec<Deploy> {
    let mut deploys = recall.deploys(now, window);
    for told in clusters.iter().filter_map(|cluster| cluster.deploy.as_ref()) {
        let own = deploys.iter_mut().find(|deploy| deploy.field == told.field && deploy.value == told.value);
        let Some(deploy) = own else { continue };
        *match told.kind {
            DeployKind::Began => &mut deploy.clusters_began,
            DeployKind::RateRose => &mut deploy.clusters_rose,
            DeployKind::RateFell => &mut deploy.clusters_fell,
        } += 1;
    }
    deploys
}

/// Fields that cannot stand for deploys, in words.
pub(super) fn vague(now: &ListMap<String, FacetStats>) -> impl Iterator<Item = String> {
    let vague = now.iter().filter(|(_, values)| !values.exact);
    vague.map(|(field, values)| {
        format!(
            "the field {field} of deploys has about {} values in this window: too many for a revision",
            values.distinct
        )
    })
}

/// The deploy that a silent cluster has gone with.
pub(super) fn gone(recall: &Recall, quiet: &Quiet<'_>, (window, at): (Window, Timestamp)) -> Option<ClusterDeploy> {
    let cluster = PastCluster::new(quiet.fingerprint.clone(), "", Severity::P5);
    let nothing = Sighting { at, window, cluster, values: BTreeMap::new(), timeline: Timeline::default() };
    let baseline = recall.baseline(std::slice::from_ref(quiet.fingerprint), nothing);
    baseline.deploy().filter(|deploy| deploy.kind == DeployKind::RateFell).cloned()
}
