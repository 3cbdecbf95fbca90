//! Deploys as a dimension of time.

use serde::Serialize;

use crate::entry::Timestamp;

/// A value of one of the fields that stand for deploys, as the entries of the window carry it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Deploy {
    /// The field.
    pub field: String,
    /// What people call it: `revision` for `resource.labels.revision_name`.
    pub label: String,
    /// Its value.
    pub value: String,
    /// How many entries carry it, routine and ignored ones among them.
    pub count: u64,
    /// The earliest of them.
    pub first_seen: Option<Timestamp>,
    /// The latest of them.
    pub last_seen: Option<Timestamp>,
    /// Whether it began in this window.
    pub is_new: bool,
    /// When it began: its earliest entry in any run, where there had been another value before, and where it would have been
    /// seen before, had it been there.
    pub began: Option<Timestamp>,
    /// Clusters that began with it.
    pub clusters_began: u64,
    /// Clusters whose rate rose with it.
    pub clusters_rose: u64,
    /// Clusters whose rate fell with it.
    pub clusters_fell: u64,
}

/// The deploy that a cluster began with, or that changed its rate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClusterDeploy {
    /// What happened.
    pub kind: DeployKind,
    /// In words: `since revision api-00611-cr5, first seen 4 minutes after it began`.
    pub text: String,
    /// The field that tells of it.
    pub field: String,
    /// Its value.
    pub value: String,
    /// When that value began.
    pub began: Timestamp,
    /// Seconds from there to the cluster's first entry, where it began with it and nobody had looked away in between.
    pub after_seconds: Option<f64>,
    /// Entries an hour before.
    pub rate_before: f64,
    /// Entries an hour since.
    pub rate_after: f64,
}

/// What happened to a cluster with a deploy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DeployKind {
    /// It began.
    Began,
    /// Its rate rose.
    RateRose,
    /// Its rate fell.
    RateFell,
}

impl DeployKind {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Began => "began",
            Self::RateRose => "rate_rose",
            Self::RateFell => "rate_fell",
        }
    }
}
