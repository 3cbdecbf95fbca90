//! A run as one value, `gardener/report/v1`: what every output is a function of.
//!
//! The names of these fields are the contract of the JSON report and do not change within v1. All text in it is redacted;
//! none of it is neutralised for any output, which is [`crate::render`]'s work.

mod action;
pub mod codes;
mod deploys;
mod memory;
mod outcome;
mod reason;
mod related;
mod restraint;
mod shared;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::pack::{BusinessLevel, Horizon};
use crate::severity::Severity;
use crate::tally::{FacetStats, ListMap, MetricStats, Sample, Timeline};

pub use action::{Action, ActionKind, Issue, Rejected};
pub use deploys::{ClusterDeploy, Deploy, DeployKind};
pub(crate) use reason::split_reason;

pub use memory::{FacetChange, Forecast, MetricTrend, Previous, QuietCluster, SeverityBy, State, Trend};
pub use outcome::{Outcome, ResultKind};
pub use related::{Began, EdgeKind, Evidence, RelatedCluster, Relations, SharedEdge, SharedRevision, SharedTraces};
pub use restraint::{Cause, ClusterName, Muted, PartlyMuted, Restraint};
pub use shared::Shared;

/// The version of the report's shape.
pub const SCHEMA: &str = "gardener/report/v1";

/// A run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The run's `now`.
    pub generated: Timestamp,
    /// The rules that judged.
    pub pack: PackIdentity,
    /// The time that was looked at.
    pub window: Window,
    /// Where the entries came from.
    pub source: Source,
    /// Every record read, in exactly one bucket.
    pub entries: Conservation,
    /// By severity, then count (most first), then id, then group.
    pub clusters: Shared<Cluster>,
    /// Sums.
    pub totals: Totals,
    /// Clusters that history knows and that are silent now for too long for that to be chance.
    pub quiet: Vec<QuietCluster>,
    /// What the entries of the window were written by, as far as the pack names fields of deploys: by field, oldest first.
    pub deploys: Vec<Deploy>,
    /// How the worklog shows severities, P0 first.
    pub severities: Vec<SeverityLegend>,
    /// Records that could not be read: the first few, in order of place.
    pub malformed: Vec<MalformedQuote>,
    /// What definitions ignored, and templates that the pack ignores, by id.
    pub ignored: Vec<IgnoredCount>,
    /// Secrets and personal data taken out, by the name of the redaction.
    pub redactions: BTreeMap<String, u64>,
    /// Remarks on the run itself: scripts that failed, limits that were reached.
    pub notes: Vec<String>,
}

/// Which pack.
#[derive(Clone, Debug, Serialize)]
pub struct PackIdentity {
    /// Its name.
    pub name: String,
    /// A hash of its files.
    pub digest: String,
}

/// The time that was looked at: as asked for, else from the first entry to the last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Window {
    /// Its beginning, included.
    pub from: Option<Timestamp>,
    /// Its end; excluded where it was asked for, included where it is the last entry's time.
    pub to: Option<Timestamp>,
}

/// Where the entries came from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// The Google Cloud project.
    pub project: Option<String>,
    /// The service.
    pub service: Option<String>,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
}

/// Every record read is counted in exactly one of the other buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conservation {
    /// Records read.
    pub read: u64,
    /// Could not be read as entries.
    pub malformed: u64,
    /// Seen before: same logName, timestamp and insertId.
    pub duplicate: u64,
    /// Before or behind the window that was asked for.
    pub outside_window: u64,
    /// Matched by a definition with `ignore: true`, or of a template that the pack ignores.
    pub ignored: u64,
    /// In one of the clusters.
    pub clustered: u64,
    /// Below the attention floor and matched by no definition.
    pub routine: u64,
}

impl Conservation {
    /// Whether the buckets add up to what was read.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.read
            == self.malformed + self.duplicate + self.outside_window + self.ignored + self.clustered + self.routine
    }
}

/// Where a cluster comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A cluster definition.
    Rule,
    /// A mined template.
    Template,
}

/// What a mined cluster was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mined {
    /// The hashes of its entries' skeletons.
    pub skeletons: BTreeSet<u64>,
    /// Whether its template is one of messages, which may become more general.
    pub is_of_messages: bool,
    /// Templates that earlier runs have found and that have become its own.
    pub former: Vec<String>,
}

/// One cluster, judged.
#[derive(Clone, Debug, Serialize)]
pub struct Cluster {
    /// The definition's id, or `template-` and the start of the template's hash.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// Where it comes from.
    pub origin: Origin,
    /// Its title.
    pub title: String,
    /// What kind of trouble.
    pub kind: Option<String>,
    /// The category that issue titles name.
    pub category: Option<String>,
    /// What is seen: in words where the definition says so, else the template or the query.
    pub pattern: String,
    /// The verdict.
    pub severity: Severity,
    /// What the definition declares; nothing for mined templates.
    pub declared_severity: Option<Severity>,
    /// Why this severity.
    pub reasons: Vec<String>,
    /// Who or what set it in the end.
    pub severity_by: SeverityBy,
    /// The words of whoever moved it from what is declared, without the place in a script.
    #[serde(skip)]
    pub severity_reason: Option<String>,
    /// How many entries.
    pub count: u64,
    /// High, Medium or Low.
    pub frequency: &'static str,
    /// Entries an hour over the window (over an hour where the window is shorter).
    pub rate_per_hour: f64,
    /// The earliest entry.
    pub first_seen: Option<Timestamp>,
    /// The latest entry.
    pub last_seen: Option<Timestamp>,
    /// Entries by time, in the same buckets for all clusters of a report.
    pub timeline: Timeline,
    /// Entries by the beginning of their hour, for history.
    #[serde(skip)]
    pub hourly: ListMap<Timestamp, u64>,
    /// How it was mined; nothing for that of a definition, unless templates belong to it.
    #[serde(skip)]
    pub mined: Option<Mined>,
    /// Entries by log severity.
    pub log_severities: ListMap<&'static str, u64>,
    /// The values counted.
    pub facets: ListMap<String, FacetStats>,
    /// The values of the pack's fields of deploys, whether the definition counts them or not.
    pub deploys: ListMap<String, FacetStats>,
    /// The deploy that it began with, or that changed its rate.
    pub deploy: Option<Box<ClusterDeploy>>,
    /// The numbers captured.
    pub metrics: ListMap<String, MetricStats>,
    /// What it does.
    pub impact: Impact,
    /// A few entries.
    pub samples: Vec<Sample>,
    /// What history says; nothing without history.
    pub trend: Option<Box<Trend>>,
    /// What holds its action back: a mute, or that it is a symptom.
    #[serde(flatten)]
    pub restraint: Restraint,
    /// What rises with it.
    #[serde(flatten)]
    pub relations: Relations,
    /// What is to become of its issue.
    pub action: Action,
    /// What to do about it.
    pub recommendation: Option<Recommendation>,
    /// What to follow up.
    pub follow_up: Option<String>,
    /// Ids of clusters that belong to the same trouble.
    pub related: Vec<String>,
    /// The name of the log severity of its worst entry.
    pub log_severity: &'static str,
    /// That a script failed on it and the declared values stand.
    pub policy_failed: bool,
}

/// What a cluster does.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Impact {
    /// To the business.
    pub business: Option<BusinessImpact>,
    /// Technically.
    pub technical: Option<String>,
    /// The policy function that changed what is declared, with its place; not part of the contract.
    #[serde(skip)]
    pub by: Option<String>,
}

/// What a cluster does to the business.
#[derive(Clone, Debug, Serialize)]
pub struct BusinessImpact {
    /// How bad.
    pub level: BusinessLevel,
    /// Why.
    pub text: Option<String>,
}

/// What to do about a cluster.
#[derive(Clone, Debug, Serialize)]
pub struct Recommendation {
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub text: Option<String>,
    /// When.
    pub horizon: Horizon,
}

/// Sums over clusters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// All of them.
    pub clusters: u64,
    /// With the action `create`.
    pub created: u64,
    /// With the action `update`, and with `deescalate`, which updates an issue as well.
    pub updated: u64,
    /// With the action `escalate`.
    pub escalated: u64,
    /// With the action `reopen`.
    pub reopened: u64,
    /// With the action `none`.
    pub none: u64,
}

impl Totals {
    /// The same with issues that are not created after all.
    #[must_use]
    pub fn held_back(self, count: u64) -> Self {
        Self { created: self.created.saturating_sub(count), none: self.none + count, ..self }
    }
}

/// How a severity is shown.
#[derive(Clone, Debug, Serialize)]
pub struct SeverityLegend {
    /// Which.
    pub severity: Severity,
    /// One word for it.
    pub label: String,
    /// A mark before headings.
    pub mark: String,
    /// When to act.
    pub horizon: Horizon,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct MalformedQuote {
    /// The file.
    pub file: String,
    /// The line on which it begins, from 1.
    pub line: u64,
    /// Why it could not be read.
    pub reason: String,
    /// Its beginning, redacted and shortened.
    pub quote: String,
}

/// What one definition ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct IgnoredCount {
    /// The definition, or the template.
    pub id: String,
    /// Why.
    pub reason: String,
    /// How many entries.
    pub count: u64,
    /// Where the pack says that a template is ignored; nothing for a definition.
    #[serde(skip)]
    pub place: Option<String>,
    /// The hashes of the skeletons of a template that is ignored.
    #[serde(skip)]
    pub skeletons: BTreeSet<u64>,
}
