//! What holds back the action on a cluster's issue: a mute, or that it is a symptom of another cluster.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::severity::Severity;

/// What holds back the action on a cluster's issue, and what is held back because of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Restraint {
    /// The mute that holds for it.
    pub muted: Option<Box<Muted>>,
    /// Mutes that hold for some of its entries only, and so not for it.
    pub partly_muted: Vec<PartlyMuted>,
    /// The cluster that it is a symptom of: the first cause, where that one is a symptom itself.
    pub symptom_of: Option<Box<Cause>>,
    /// Its symptoms.
    pub symptoms: Vec<ClusterName>,
}

/// A mute that holds for a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Muted {
    /// When it ends.
    pub until: Timestamp,
    /// Why it is there.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it stands: `gardener.yaml:12`.
    pub place: String,
}

/// A mute that holds for some entries of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartlyMuted {
    /// How many.
    pub entries: u64,
    /// The mute.
    #[serde(flatten)]
    pub by: Muted,
}

/// The cause of a symptom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cause {
    /// The cluster.
    #[serde(flatten)]
    pub cluster: ClusterName,
    /// Where the pack says so: `gardener.yaml:30`. Of a chain, where it says what is nearest to the symptom.
    pub place: String,
}

/// Another cluster of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClusterName {
    /// Its id.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// Its title.
    pub title: String,
    /// Its severity.
    pub severity: Severity,
    /// How many entries it has.
    pub count: u64,
}

impl Restraint {
    /// Why no action is taken, and where the pack says so; nothing where nothing speaks against one.
    #[must_use]
    pub fn reason(&self) -> Option<(String, &str)> {
        if let Some(muted) = &self.muted {
            return Some((muted.words(), &muted.place));
        }
        let cause = self.symptom_of.as_ref()?;
        Some((format!("symptom of {}", cause.cluster.words()), &cause.place))
    }
}

impl Muted {
    /// `muted until 2026-01-31T00:00:00Z by payments: the new queue is on its way`
    #[must_use]
    pub fn words(&self) -> String {
        format!("muted until {} by {}: {}", self.until, self.owner, self.reason)
    }
}

impl PartlyMuted {
    /// `3 of 8 entries are muted by payments until 2026-01-31T00:00:00Z: the new queue is on its way`
    #[must_use]
    pub fn words(&self, count: u64) -> String {
        let are = if count == 1 { "entry is" } else { "entries are" };
        let Muted { until, reason, owner, .. } = &self.by;
        format!("{} of {count} {are} muted by {owner} until {until}: {reason}", self.entries)
    }
}

impl ClusterName {
    /// `postgres-connection (host=db-1)`
    #[must_use]
    pub fn words(&self) -> String {
        let group: Vec<String> = self.group.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if group.is_empty() { self.id.clone() } else { format!("{} ({})", self.id, group.join(", ")) }
    }
}
