//! Whose an entry is: the cluster that it is counted in, or none.

use std::collections::BTreeMap;

use crate::classify::{Class, Classifier, Scratch};
use crate::entry::Entry;
use crate::id::hash64;
use crate::report::Report;
use crate::template;

/// Whose an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    /// Of a cluster that no definition knows, by its place in the report.
    Cluster(usize),
    /// Of the definition at this place among the pack's.
    Definition(usize),
    /// Of a cluster for kinds beyond those that are kept.
    Other,
    /// Nobody's: below the attention floor.
    Routine,
}

/// Tells whose entries are, as a report has them.
#[derive(Debug)]
pub(super) struct Owners<'r> {
    pub(super) classifier: &'r Classifier<'r>,
    report: &'r Report,
    of: BTreeMap<u64, usize>,
}

impl<'r> Owners<'r> {
    /// As a report has them that was made with the same pack.
    #[must_use]
    pub(super) fn new(classifier: &'r Classifier<'r>, report: &'r Report) -> Self {
        let mut of = BTreeMap::new();
        for (at, cluster) in report.clusters.iter().enumerate() {
            of.extend(cluster.mined.iter().flat_map(|mined| mined.skeletons.iter().map(|skeleton| (*skeleton, at))));
        }
        Self { classifier, report, of }
    }

    pub(super) fn owner(&self, entry: &Entry<'_>, scratch: &mut Scratch, skeleton: &mut String) -> Owner {
        match self.classifier.class(entry, scratch) {
            Class::Definition(at) => Owner::Definition(at),
            Class::Routine => Owner::Routine,
            Class::Template => {
                template::of_entry(entry, skeleton);
                self.of.get(&hash64(skeleton.as_bytes())).map_or(Owner::Other, |at| Owner::Cluster(*at))
            }
        }
    }

    /// The name of an owner: an id, or what its entries are.
    pub(super) fn name(&self, owner: Owner) -> String {
        match owner {
            Owner::Cluster(at) => self.report.clusters.get(at).map(|cluster| cluster.id.clone()).unwrap_or_default(),
            Owner::Definition(at) => {
                self.classifier.pack().definitions.get(at).map(|it| it.id.clone()).unwrap_or_default()
            }
            Owner::Other => crate::clusters::OTHER.to_owned(),
            Owner::Routine => "routine".to_owned(),
        }
    }
}
