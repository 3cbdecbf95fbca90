//! Earlier runs as plain values: what a store keeps, and what a fixture of a rule test is made of.
//!
//! They are written as JSON. What an older version did not write yet is read as nothing, and what a newer one wrote beside it
//! is passed over; what must be there is only what tells a cluster from others, and how severe it is.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ActionKind, SeverityBy, Window};
use crate::severity::Severity;
use crate::tally::ListMap;

/// Earlier runs, and what people have laid down meanwhile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The runs, in any order.
    pub runs: Vec<PastRun>,
    /// Severities that people have laid down beside any run (`gardener history lock`), by the cluster's fingerprint.
    pub locks: BTreeMap<Fingerprint, Lock>,
}

/// A severity that a person has laid down: policy does not change it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lock {
    /// Which.
    pub severity: Severity,
    /// Who, and why, in words.
    pub reason: String,
}

/// One earlier run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastRun {
    /// When it ran: its `now`.
    pub at: Timestamp,
    /// The time that it looked at. Where an end is not known, only the hours in which entries were seen are.
    #[serde(default)]
    pub window: Window,
    /// The values of each field of deploys that its entries carried, clustered or not.
    #[serde(default, skip_serializing_if = "ListMap::is_empty")]
    pub deploys: ListMap<String, Vec<PastDeploy>>,
    /// What it found.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<PastCluster>,
}

/// A cluster as an earlier run saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PastCluster {
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// The definition's id, or the template's.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub group: BTreeMap<String, String>,
    /// Its title, for lists of what has gone quiet.
    #[serde(default)]
    pub title: String,
    /// The template of its messages, where it was mined: what it covers in later runs is the same cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// How many entries.
    #[serde(default)]
    pub count: u64,
    /// Entries an hour over the run's window.
    #[serde(default, deserialize_with = "number")]
    pub rate_per_hour: f64,
    /// The earliest entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// The earliest entry that any run had seen by then, so that it is known for longer than the runs are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_ever_seen: Option<Timestamp>,
    /// The latest entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen: Option<Timestamp>,
    /// Entries by the beginning of their hour (UTC); hours without an entry are left out. Where it is empty, `count` is
    /// taken to be spread evenly over the run's window.
    #[serde(default, skip_serializing_if = "ListMap::is_empty")]
    pub hourly: ListMap<Timestamp, u64>,
    /// What it was judged to be.
    pub severity: Severity,
    /// Who or what set that severity.
    #[serde(default)]
    pub severity_by: SeverityBy,
    /// Why, in words; the name of the person where a person set it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_reason: Option<String>,
    /// The numbers captured.
    #[serde(default, skip_serializing_if = "ListMap::is_empty")]
    pub metrics: ListMap<String, PastMetric>,
    /// The values counted.
    #[serde(default, skip_serializing_if = "ListMap::is_empty")]
    pub facets: ListMap<String, PastFacet>,
    /// The values of each field of deploys.
    #[serde(default, skip_serializing_if = "ListMap::is_empty")]
    pub deploys: ListMap<String, Vec<PastDeploy>>,
    /// What became of its issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<ActionKind>,
    /// The number of its issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<u64>,
    /// The severity that its issue was last made to say, by title and label. Where the issue says another one now, a
    /// person has changed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_severity: Option<Severity>,
    /// Whether the program itself has made it say that, rather than found it there.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub is_issue_severity_ours: bool,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_yes(yes: &bool) -> bool {
    *yes
}

/// A metric as an earlier run saw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PastMetric {
    /// How many numbers.
    pub count: u64,
    /// The value of the latest entry.
    #[serde(deserialize_with = "number")]
    pub last: f64,
    /// The least.
    #[serde(deserialize_with = "number")]
    pub min: f64,
    /// The greatest.
    #[serde(deserialize_with = "number")]
    pub max: f64,
    /// The mean.
    #[serde(deserialize_with = "number")]
    pub mean: f64,
}

/// A facet as an earlier run saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PastFacet {
    /// Its values, most frequent first.
    pub values: Vec<String>,
    /// Whether there were more than are listed: then a value that is not listed may have been there all the same.
    pub is_cut: bool,
}

/// A number; JSON has none that is not finite, and writes `null` for it.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// A value of a field of deploys, as an earlier run saw it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PastDeploy {
    /// The value.
    pub value: String,
    /// How many entries carried it.
    pub count: u64,
    /// The earliest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen: Option<Timestamp>,
    /// The latest of them.
    #[serde(skip_serializing_if = "Option::is_none")]
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
            template: None,
            count: 0,
            rate_per_hour: 0.0,
            first_seen: None,
            first_ever_seen: None,
            last_seen: None,
            hourly: ListMap::default(),
            severity,
            severity_by: SeverityBy::Definition,
            severity_reason: None,
            metrics: ListMap::default(),
            facets: ListMap::default(),
            deploys: ListMap::default(),
            action: None,
            issue: None,
            issue_severity: None,
            is_issue_severity_ours: true,
        }
    }
}
