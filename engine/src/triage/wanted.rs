//! Which issues a run has to look up before it judges.

use std::collections::{BTreeMap, BTreeSet};

use super::gathered::of_templates;
use crate::baseline::History;
use crate::clusters::Clusters;
use crate::id::Fingerprint;
use crate::issue::{IssuePlace, repository_of};
use crate::pack::{IssueReference, Pack};

/// Issues that are looked up although no cluster of the run needs them: a list that lacks them is not whole.
const CANARIES: usize = 5;

/// Which issues a run has to look up before it judges.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The identities of its clusters, former ones included.
    pub fingerprints: BTreeSet<Fingerprint>,
    /// Numbers that definitions name and earlier runs recorded for these clusters, and the latest few of other clusters.
    pub numbers: BTreeSet<u64>,
    /// Where issues are that definitions name in another repository, by their numbers.
    pub elsewhere: BTreeMap<u64, IssuePlace>,
}

/// The issues that the clusters of a run may have.
#[must_use]
pub fn wanted(pack: &Pack, clusters: &Clusters<'_>, history: &History) -> Wanted {
    let mut wanted = Wanted::default();
    for (at, group, _) in clusters.of_definitions() {
        let Some(definition) = pack.definitions.get(at) else { continue };
        wanted.fingerprints.extend(definition.fingerprints(&pack.name, &group));
        let IssueReference::Pinned { number, url, .. } = &definition.issue else { continue };
        let named = url.as_deref().and_then(repository_of);
        match named.filter(|named| Some(named) != pack.issue.repository.as_ref()) {
            Some(repository) => {
                wanted.elsewhere.insert(*number, IssuePlace { repository, number: *number });
            }
            None => {
                wanted.numbers.insert(*number);
            }
        }
    }
    wanted.fingerprints.extend(of_templates(pack, clusters, &clusters.templates(&history.templates())));
    let (mut others, mut latest) = (BTreeSet::new(), history.runs.iter().collect::<Vec<_>>());
    latest.sort_by_key(|run| std::cmp::Reverse(run.at));
    for cluster in latest.into_iter().flat_map(|run| &run.clusters) {
        let Some(number) = cluster.issue else { continue };
        if wanted.fingerprints.contains(&cluster.fingerprint) {
            wanted.numbers.insert(number);
        } else if others.len() < CANARIES {
            others.insert(number);
        }
    }
    wanted.numbers.extend(others);
    wanted
}
