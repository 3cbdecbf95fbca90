//! What a history says of its clusters, `gardener/history/v1`: all of them in a line each, or one of them run by run.
//!
//! Nothing is worked out here that a run does not work out as well: each earlier run is put in the place of the present one
//! ([`crate::baseline`]), and asked. Silence counts up to the end of the latest run, for nobody has looked since.

mod detail;
mod find;
mod series;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::baseline::Lock;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ActionKind, FacetChange, MetricTrend, SeverityBy, State, Window};
use crate::severity::Severity;

pub use find::Named;
pub use series::{Known, Scope, Series};

/// The version of the shape.
pub const SCHEMA: &str = "gardener/history/v1";

/// What a history says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trends {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Whose runs they are.
    #[serde(flatten)]
    pub scope: Scope,
    /// Runs that it knows.
    pub runs_known: u64,
    /// The first of them.
    pub first_run: Option<Timestamp>,
    /// The last of them.
    pub last_run: Option<Timestamp>,
    /// Clusters that they saw, whether they are listed or not.
    pub clusters_known: u64,
    /// Those that were asked for: by severity, then those seen last first.
    pub clusters: Vec<ClusterTrend>,
    /// Severities laid down for clusters that no run saw which is still kept.
    pub other_locks: Vec<OtherLock>,
}

/// A severity laid down for a cluster that no run saw which is still kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherLock {
    /// The identity of the cluster.
    pub fingerprint: Fingerprint,
    /// What was laid down.
    #[serde(flatten)]
    pub lock: Lock,
}

/// A cluster, after the latest run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterTrend {
    /// The definition's id, or the template's.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// Identities that it had under former ids, as far as runs saw them.
    pub former: Vec<Fingerprint>,
    /// Its title.
    pub title: String,
    /// What it is: as laid down by a person, else as judged by the latest run that saw it.
    pub severity: Severity,
    /// Who or what set that.
    pub severity_by: SeverityBy,
    /// Why.
    pub severity_reason: Option<String>,
    /// Whether it is laid down by `gardener history lock`.
    pub is_locked: bool,
    /// Where it stands.
    pub state: State,
    /// Since when it is quiet; where it is back, since when it had been.
    pub quiet_since: Option<Timestamp>,
    /// Runs that saw it.
    pub runs_seen: u64,
    /// Runs since the latest that saw it.
    pub runs_missed: u64,
    /// Days on which it was seen.
    pub days_seen: u64,
    /// The earliest entry that any run saw.
    pub first_ever_seen: Option<Timestamp>,
    /// The latest entry.
    pub last_seen: Option<Timestamp>,
    /// The latest run that saw it.
    pub last_run: Timestamp,
    /// Entries in that run.
    pub count: u64,
    /// Entries an hour in that run.
    pub rate_per_hour: f64,
    /// Entries of each run, oldest first, up to the latest; 0 where a run did not see it.
    pub counts: Vec<u64>,
    /// Entries an hour of each of these runs.
    pub rates: Vec<f64>,
    /// The number of its issue.
    pub issue: Option<u64>,
    /// What the latest run that saw it did with its issue, or would have done.
    pub action: Option<ActionKind>,
    /// Run by run, where one cluster was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<Detail>,
}

/// A cluster, run by run.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Detail {
    /// The runs, oldest first.
    pub runs: Vec<RunTrend>,
    /// Earlier runs that are left out.
    pub runs_left_out: u64,
    /// What its numbers have done, up to the latest run that read them.
    pub metrics: BTreeMap<String, MetricTrend>,
    /// The states that it went through, each with the run that found it so first.
    pub states: Vec<StateChange>,
    /// Values of facets that came and went, with the run that found it so.
    pub facets: Vec<FacetRun>,
}

/// What one run saw of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunTrend {
    /// When it ran.
    pub at: Timestamp,
    /// The time that it looked at.
    pub window: Window,
    /// What it saw; nothing where it did not see the cluster.
    pub seen: Option<SeenTrend>,
}

/// What a run that saw a cluster made of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeenTrend {
    /// The id that the cluster had then.
    pub id: String,
    /// How many entries.
    pub count: u64,
    /// Entries an hour.
    pub rate_per_hour: f64,
    /// The earliest of them.
    pub first_seen: Option<Timestamp>,
    /// The latest of them.
    pub last_seen: Option<Timestamp>,
    /// What it judged.
    pub severity: Severity,
    /// Who or what set that.
    pub severity_by: SeverityBy,
    /// Why.
    pub severity_reason: Option<String>,
    /// Where the cluster stood, as far as the runs before it tell.
    pub state: State,
    /// The latest value of each number captured.
    pub metrics: BTreeMap<String, f64>,
    /// What became of its issue, or would have become.
    pub action: Option<ActionKind>,
    /// The number of its issue.
    pub issue: Option<u64>,
}

/// A state, and the run that found it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct StateChange {
    /// When that ran.
    pub at: Timestamp,
    /// The state.
    pub state: State,
}

/// How the values of a facet differ from what earlier runs knew, and the run that found it so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetRun {
    /// When that ran.
    pub at: Timestamp,
    /// The difference.
    #[serde(flatten)]
    pub change: FacetChange,
}

#[cfg(test)]
mod tests;
