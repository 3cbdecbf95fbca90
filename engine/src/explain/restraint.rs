//! What holds the action on a cluster's issue back, with the places that say so.

use super::{Explainer, Reason};
use crate::report::Cluster;

impl Explainer<'_> {
    /// The mutes of a cluster, also those of some of its entries, and what it is a symptom of.
    pub(super) fn held_back(&self, cluster: &Cluster) -> Vec<Reason> {
        let restraint = &cluster.restraint;
        let muted = restraint.muted.iter().map(|muted| (muted.words(), muted.place.as_str()));
        let parts = restraint.partly_muted.iter().map(|part| (part.words(cluster.count), part.by.place.as_str()));
        let cause = restraint.symptom_of.iter().map(|cause| {
            let text =
                format!("symptom of {}: {} {}", cause.cluster.words(), cause.cluster.severity, cause.cluster.title);
            (text, cause.place.as_str())
        });
        muted
            .chain(parts)
            .chain(cause)
            .map(|(text, place)| Reason { text, place: self.restraint_place(place) })
            .collect()
    }

    /// The place in a file of a mute or a suppression, as reports name it.
    pub(super) fn restraint_place(&self, place: &str) -> Option<super::Place> {
        self.pack.restraint_span(place).map(|span| self.place(span))
    }
}
