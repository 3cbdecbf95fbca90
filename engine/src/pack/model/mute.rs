//! What holds back the actions on issues: mutes, for a time and by a person; suppressions, for good and by the pack.

use std::collections::BTreeMap;

use crate::diagnostic::Span;
use crate::entry::Timestamp;
use crate::query::Query;

/// That a person wants no action for some clusters, until a time.
#[derive(Debug)]
pub struct Mute {
    /// What it is about.
    pub target: MuteTarget,
    /// When it ends; it holds before.
    pub until: Timestamp,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it stands in its pack: `gardener.yaml:12`, the name of a base pack before it.
    pub place: String,
    /// Where it stands.
    pub span: Span,
    /// Where its end stands.
    pub until_span: Span,
}

/// What a mute is about.
#[derive(Debug)]
pub enum MuteTarget {
    /// The clusters of a definition, or of a template.
    Cluster {
        /// Its id as it is now.
        id: String,
        /// The values that the cluster's group must have; none for all of them.
        group: BTreeMap<String, String>,
    },
    /// Entries that any of these matches.
    Entries(Vec<Query>),
}

/// That clusters are symptoms of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// The ids of the definitions (or templates) that are the cause.
    pub causes: Vec<String>,
    /// The ids of those that are symptoms of it.
    pub symptoms: Vec<String>,
    /// The group values and facets that must be equal.
    pub equal: Vec<String>,
    /// By how many seconds a symptom may come before its cause, or after it.
    pub within: i64,
    /// Where it stands in its pack: `gardener.yaml:12`, the name of a base pack before it.
    pub place: String,
    /// Where it stands.
    pub span: Span,
}
