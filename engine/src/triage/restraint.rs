//! What holds the actions of a run's clusters back, found before any of them is judged: policy may ask for it.

use std::collections::BTreeMap;

use super::gathered::Gathered;
use crate::clusters::rest_group;
use crate::id::Fingerprint;
use crate::mute::Mutes;
use crate::pack::Pack;
use crate::report::{Cause, Cluster, ClusterName, Restraint};
use crate::severity::Severity;
use crate::suppress::{Side, symptoms};

/// What holds each of these clusters back, in their order. Titles and severities of other clusters come later, by [`name`].
pub(super) fn restraints(pack: &Pack, gathered: &[Gathered<'_>], mutes: &mut Mutes<'_>) -> Vec<Restraint> {
    let mut found: Vec<Restraint> = gathered
        .iter()
        .map(|cluster| {
            let counted = (cluster.stats.count, &cluster.muted);
            let (muted, partly_muted) = mutes.of_cluster(&cluster.id, &cluster.group, counted);
            Restraint { muted: muted.map(Box::new), partly_muted, ..Restraint::default() }
        })
        .collect();
    // What stands for many groups has the values of none.
    let (rest, none) = (rest_group(), BTreeMap::new());
    let sides: Vec<Side<'_>> = gathered
        .iter()
        .map(|cluster| Side {
            id: &cluster.id,
            group: if cluster.group == rest { &none } else { &cluster.group },
            stats: &cluster.stats,
        })
        .collect();
    for (at, symptom) in symptoms(&pack.suppressions, &sides).into_iter().enumerate() {
        let Some(symptom) = symptom else { continue };
        if let (Some(own), Some(cause)) = (found.get_mut(at), gathered.get(symptom.of)) {
            own.symptom_of = Some(Box::new(Cause { cluster: unnamed(cause), place: symptom.by.place.clone() }));
        }
        if let (Some(cause), Some(own)) = (found.get_mut(symptom.of), gathered.get(at)) {
            cause.symptoms.push(unnamed(own));
        }
    }
    found
}

/// A cluster before it is judged.
pub(super) fn unnamed(cluster: &Gathered<'_>) -> ClusterName {
    ClusterName {
        id: cluster.id.clone(),
        group: cluster.group.clone(),
        fingerprint: cluster.fingerprint(),
        title: String::new(),
        severity: Severity::P5,
        count: cluster.stats.count,
    }
}

/// Gives causes, symptoms and related clusters the titles and severities that they were judged to have, worst symptom first.
pub(super) fn name(clusters: &mut [Cluster]) {
    let named: BTreeMap<Fingerprint, (String, Severity)> =
        clusters.iter().map(|c| (c.fingerprint.clone(), (c.title.clone(), c.severity))).collect();
    let fill = |name: &mut ClusterName| {
        if let Some((title, severity)) = named.get(&name.fingerprint) {
            (name.title, name.severity) = (title.clone(), *severity);
        }
    };
    for cluster in clusters {
        super::related::names(&mut cluster.relations).for_each(fill);
        let restraint = &mut cluster.restraint;
        restraint.symptom_of.iter_mut().for_each(|cause| fill(&mut cause.cluster));
        restraint.symptoms.iter_mut().for_each(fill);
        let order = |a: &ClusterName| (a.severity, std::cmp::Reverse(a.count));
        restraint.symptoms.sort_by(|a, b| (order(a), &a.id, &a.group).cmp(&(order(b), &b.id, &b.group)));
    }
}
