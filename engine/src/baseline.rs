//! What earlier runs knew: the history of all clusters, and of it the part that concerns one, its baseline.
//!
//! A history is a value. Where it is stored, and how far back it goes, is the program's business.

use std::collections::BTreeSet;

mod history;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::Window;

pub use history::{History, Lock, PastCluster, PastFacet, PastMetric, PastRun, SeverityBy};

/// Seconds of a day.
const DAY: i64 = 86_400;

impl History {
    /// What is known of a cluster that has any of these identities: its own, and those of its former ids.
    #[must_use]
    pub fn baseline(&self, fingerprints: &[Fingerprint]) -> Baseline {
        let seen = |run: &PastRun| {
            let cluster = run.clusters.iter().find(|cluster| fingerprints.contains(&cluster.fingerprint))?;
            Some(Sighting { at: run.at, window: run.window, cluster: cluster.clone() })
        };
        let mut runs: Vec<&PastRun> = self.runs.iter().collect();
        runs.sort_by_key(|run| run.at);
        Baseline { sightings: runs.into_iter().filter_map(seen).collect(), runs: self.runs.len() as u64 }
    }
}

/// The memory of one cluster; empty where nothing is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// The runs that saw it, oldest first.
    pub sightings: Vec<Sighting>,
    /// Runs that history knows, whether they saw it or not.
    pub runs: u64,
}

/// A run that saw the cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// When it ran.
    pub at: Timestamp,
    /// The time that it looked at.
    pub window: Window,
    /// What it saw.
    pub cluster: PastCluster,
}

impl Baseline {
    /// Whether it was never seen before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.sightings.is_empty()
    }

    /// Runs that saw it before this one.
    #[must_use]
    pub fn runs_seen(&self) -> u64 {
        self.sightings.len() as u64
    }

    /// Days (UTC) of the runs that saw it before this one.
    #[must_use]
    pub fn days_seen(&self) -> u64 {
        let days = self.sightings.iter().map(|sighting| sighting.at.seconds().div_euclid(DAY));
        days.collect::<BTreeSet<i64>>().len() as u64
    }

    /// The latest run that saw it.
    #[must_use]
    pub fn previous(&self) -> Option<&Sighting> {
        self.sightings.last()
    }

    /// The number of its issue, as the latest run that knew one has it.
    #[must_use]
    pub fn issue(&self) -> Option<u64> {
        self.sightings.iter().rev().find_map(|sighting| sighting.cluster.issue)
    }
}
