//! What earlier runs knew: the history of all clusters, and of it the part that concerns one, its baseline.
//!
//! A history is a value. Where it is stored, and how far back it goes, is the program's business.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ActionKind, Window};
use crate::severity::Severity;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Earlier runs, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    runs: Vec<PastRun>,
}

/// One earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRun {
    /// When it ran: its `now`.
    pub at: Timestamp,
    /// The time that it looked at.
    pub window: Window,
    /// What it found.
    pub clusters: Vec<PastCluster>,
}

/// A cluster as an earlier run saw it.
#[derive(Clone, Debug, PartialEq)]
pub struct PastCluster {
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// The definition's id, or the template's.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// How many entries.
    pub count: u64,
    /// Entries an hour.
    pub rate_per_hour: f64,
    /// The earliest entry.
    pub first_seen: Option<Timestamp>,
    /// The latest entry.
    pub last_seen: Option<Timestamp>,
    /// What it was judged to be.
    pub severity: Severity,
    /// Who or what set that severity.
    pub severity_by: SeverityBy,
    /// The numbers captured.
    pub metrics: BTreeMap<String, PastMetric>,
    /// The values counted, most frequent first.
    pub facets: BTreeMap<String, Vec<String>>,
    /// What became of its issue.
    pub action: Option<ActionKind>,
    /// The number of its issue.
    pub issue: Option<u64>,
}

/// Who or what set a severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum SeverityBy {
    /// The definition or policy.
    #[default]
    Policy,
    /// A person, in the issue or by `gardener history lock`: policy does not change it any more.
    Person,
}

/// A metric as an earlier run saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PastMetric {
    /// The value of the latest entry.
    pub last: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The mean.
    pub mean: f64,
}

impl History {
    /// The history that these runs make, in whatever order they come.
    #[must_use]
    pub fn new(mut runs: Vec<PastRun>) -> Self {
        runs.sort_by_key(|run| run.at);
        Self { runs }
    }

    /// The runs, oldest first.
    #[must_use]
    pub fn runs(&self) -> &[PastRun] {
        &self.runs
    }

    /// What is known of a cluster that has any of these identities: its own, and those of its former ids.
    #[must_use]
    pub fn baseline(&self, fingerprints: &[Fingerprint]) -> Baseline {
        let seen = |run: &PastRun| {
            let cluster = run.clusters.iter().find(|cluster| fingerprints.contains(&cluster.fingerprint))?;
            Some(Sighting { at: run.at, window: run.window, cluster: cluster.clone() })
        };
        Baseline { sightings: self.runs.iter().filter_map(seen).collect(), runs: self.runs.len() as u64 }
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
