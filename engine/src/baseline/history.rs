//! Earlier runs as plain values: what a store keeps, and what a fixture of a rule test is made of.

use std::collections::BTreeMap;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ActionKind, SeverityBy, Window};
use crate::severity::Severity;

/// Earlier runs, and what people have laid down meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The runs, in any order.
    pub runs: Vec<PastRun>,
    /// Severities that people have laid down beside any run (`gardener history lock`), by the cluster's fingerprint.
    pub locks: BTreeMap<Fingerprint, Lock>,
}

/// A severity that a person has laid down: policy does not change it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// Which.
    pub severity: Severity,
    /// Who, and why, in words.
    pub reason: String,
}

/// One earlier run.
#[derive(Clone, Debug, PartialEq)]
pub struct PastRun {
    /// When it ran: its `now`.
    pub at: Timestamp,
    /// The time that it looked at. Where an end is not known, only the hours in which entries were seen are.
    pub window: Window,
    /// The values of each field of deploys that its entries carried, clustered or not.
    pub deploys: BTreeMap<String, Vec<PastDeploy>>,
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
    /// Its title, for lists of what has gone quiet.
    pub title: String,
    /// How many entries.
    pub count: u64,
    /// Entries an hour over the run's window.
    pub rate_per_hour: f64,
    /// The earliest entry.
    pub first_seen: Option<Timestamp>,
    /// The latest entry.
    pub last_seen: Option<Timestamp>,
    /// Entries by the beginning of their hour (UTC); hours without an entry are left out. Where it is empty, `count` is
    /// taken to be spread evenly over the run's window.
    pub hourly: BTreeMap<Timestamp, u64>,
    /// What it was judged to be.
    pub severity: Severity,
    /// Who or what set that severity.
    pub severity_by: SeverityBy,
    /// Why, in words; the name of the person where a person set it.
    pub severity_reason: Option<String>,
    /// The numbers captured.
    pub metrics: BTreeMap<String, PastMetric>,
    /// The values counted.
    pub facets: BTreeMap<String, PastFacet>,
    /// The values of each field of deploys.
    pub deploys: BTreeMap<String, Vec<PastDeploy>>,
    /// What became of its issue.
    pub action: Option<ActionKind>,
    /// The number of its issue.
    pub issue: Option<u64>,
    /// The severity that its issue was last made to say, by title and label. Where the issue says another one now, a
    /// person has changed it.
    pub issue_severity: Option<Severity>,
}

/// A metric as an earlier run saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PastMetric {
    /// How many numbers.
    pub count: u64,
    /// The value of the latest entry.
    pub last: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
    /// The mean.
    pub mean: f64,
}

/// A facet as an earlier run saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastFacet {
    /// Its values, most frequent first.
    pub values: Vec<String>,
    /// Whether there were more than are listed: then a value that is not listed may have been there all the same.
    pub is_cut: bool,
}

/// A value of a field of deploys, as an earlier run saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastDeploy {
    /// The value.
    pub value: String,
    /// How many entries carried it.
    pub count: u64,
    /// The earliest of them.
    pub first_seen: Option<Timestamp>,
    /// The latest of them.
    pub last_seen: Option<Timestamp>,
}

impl PastMetric {
    /// A metric that was read once.
    #[must_use]
    pub fn of(value: f64) -> Self {
        Self { count: 1, last: value, min: value, max: value, mean: value }
    }
}

impl PastCluster {
    /// A cluster of which nothing is known but that it was there, and how severe it was.
    #[must_use]
    pub fn new(fingerprint: Fingerprint, id: &str, severity: Severity) -> Self {
        Self {
            fingerprint,
            id: id.to_owned(),
            group: BTreeMap::new(),
            title: String::new(),
            count: 0,
            rate_per_hour: 0.0,
            first_seen: None,
            last_seen: None,
            hourly: BTreeMap::new(),
            severity,
            severity_by: SeverityBy::Definition,
            severity_reason: None,
            metrics: BTreeMap::new(),
            facets: BTreeMap::new(),
            deploys: BTreeMap::new(),
            action: None,
            issue: None,
            issue_severity: None,
        }
    }
}
