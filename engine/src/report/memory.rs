//! What history says of a cluster.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ClusterDeploy;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::severity::Severity;

/// What history says of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trend {
    /// In words.
    pub text: String,
    /// Where it stands.
    pub state: State,
    /// Earlier runs that saw it.
    pub runs_seen: u64,
    /// Earlier runs that history knows, whether they saw it or not.
    pub runs_known: u64,
    /// Days on which earlier runs saw it.
    pub days_seen: u64,
    /// Days in a row on which it was seen, up to this run's.
    pub days_in_a_row: u64,
    /// The earliest entry that any run saw.
    pub first_ever_seen: Option<Timestamp>,
    /// Since when it is quiet; where it is back, since when it had been.
    pub quiet_since: Option<Timestamp>,
    /// The latest run that saw it.
    pub previous: Option<Previous>,
    /// Entries of each run, the oldest first and this one last: at most the latest 48.
    pub counts: Vec<u64>,
    /// Entries an hour of each of these runs.
    pub rates: Vec<f64>,
    /// What its numbers have done.
    pub metrics: BTreeMap<String, MetricTrend>,
    /// The facets whose values have come or gone.
    pub facets: Vec<FacetChange>,
    /// How its rate compares with what was to be expected; nothing where it was never seen before.
    pub forecast: Option<Forecast>,
}

/// The latest run that saw a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Previous {
    /// When it ran.
    pub at: Timestamp,
    /// How many entries it saw.
    pub count: u64,
    /// Entries an hour.
    pub rate_per_hour: f64,
    /// What it judged.
    pub severity: Severity,
    /// Who or what set that.
    pub severity_by: SeverityBy,
    /// The number of the issue.
    pub issue: Option<u64>,
}

/// Where a cluster stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// No earlier run saw it.
    New,
    /// It goes on as before.
    Ongoing,
    /// It is back: it had been quiet, or its issue had been closed as done.
    Regressed,
    /// Its rate goes beyond what was to be expected.
    Escalating,
    /// It has been silent for too long for that to be chance.
    Quiet,
}

impl State {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Ongoing => "ongoing",
            Self::Regressed => "regressed",
            Self::Escalating => "escalating",
            Self::Quiet => "quiet",
        }
    }
}

/// Who or what set a severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SeverityBy {
    /// The definition: what it declares.
    #[default]
    Definition,
    /// Policy, which moved it from there.
    Policy,
    /// A person, in the issue or by `gardener history lock`: policy does not change it any more.
    Person,
}

impl SeverityBy {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Policy => "policy",
            Self::Person => "person",
        }
    }
}

/// A metric over the runs that read it, this one last.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetricTrend {
    /// The latest value of each run, oldest first: at most 48.
    pub values: Vec<f64>,
    /// The last of them.
    pub last: f64,
    /// By how much it differs from the one before; nothing where there is none.
    pub change: Option<f64>,
    /// By how much it changes in a day, as a straight line through the values has it; nothing without two times.
    pub slope_per_day: Option<f64>,
}

/// How the values of a facet differ from what earlier runs knew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FacetChange {
    /// The facet.
    pub facet: String,
    /// Values that no earlier run saw.
    pub gained: Vec<String>,
    /// Values of the latest earlier run that are gone: not seen any more, or not since a new one was.
    pub lost: Vec<String>,
    /// In words: `118 → 137`, `staging → staging + active-dev`.
    pub text: String,
}

/// What was to be expected of a cluster's hours, and what came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// The entries of an hour beyond which it escalates: as it was when an escalation began, else as it is for the run's
    /// last hour.
    pub limit: f64,
    /// The most entries of an hour: since the escalation began, else in this run.
    pub peak: f64,
    /// The most entries of an ordinary hour before.
    pub usual: u64,
    /// Whether it goes beyond the limit in this run, or has not yet come back from beyond it.
    pub is_escalating: bool,
    /// The beginning of the hour in which that began.
    pub since: Option<Timestamp>,
}

impl Forecast {
    /// In words: `escalating since 2025-09-14 03:00 UTC: up to 377 entries an hour, where at most 90 were to be expected`.
    #[must_use]
    pub fn text(&self) -> String {
        let Self { limit, peak, .. } = self;
        let since = self.since.map(|at| at.to_string());
        let since = since.as_deref().and_then(|at| Some((at.get(..10)?, at.get(11..16)?)));
        match since {
            Some((day, time)) => format!(
                "escalating since {day} {time} UTC: up to {peak} entries an hour, where at most {limit} were to be expected"
            ),
            None => format!("up to {peak} entries an hour, where at most {limit} were to be expected"),
        }
    }
}

/// A cluster that history knows and this run did not see, silent for too long for that to be chance.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuietCluster {
    /// The definition's id, or the template's.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// Its title when it was last seen.
    pub title: String,
    /// Its severity when it was last seen.
    pub severity: Severity,
    /// Its latest entry.
    pub quiet_since: Timestamp,
    /// The deploy that it has gone with.
    pub deploy: Option<ClusterDeploy>,
    /// The number of its issue.
    pub issue: Option<u64>,
}
