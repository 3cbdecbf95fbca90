//! What a change of rules changes in decisions over the same entries, `gardener/diff/v1`.
//!
//! One pass over the entries counts them with both packs and notes each that goes elsewhere ([`Gathering`]); the two reports
//! that come of it and these moves are then compared ([`compare()`]). All text in it is redacted by both packs, and none of it
//! is neutralised for any output.

pub mod codes;
mod compare;
mod fields;
mod findings;
mod flows;
mod landing;
mod moves;
mod parts;
mod places;
mod untried;

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use crate::diagnostic::{self, Code};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{Conservation, Origin, PackIdentity};
use crate::severity::Severity;
use crate::witness::Specimen;

pub use compare::{Side, compare};
pub use findings::Finding;
pub use landing::{Bucket, Landing};
pub use moves::{Gathering, Moves};

/// The version of the diff's shape.
pub const SCHEMA: &str = "gardener/diff/v1";

/// What changes from the base to the head.
#[derive(Clone, Debug, Serialize)]
pub struct Diff {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The `now` of both runs.
    pub generated: Timestamp,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
    /// The rules that are compared with.
    pub base: SideSummary,
    /// The rules that are looked at.
    pub head: SideSummary,
    /// Whether any decision changed.
    pub changed: bool,
    /// How many changes there are of each code.
    pub totals: BTreeMap<&'static str, u64>,
    /// Clusters lost, gained, renamed and changed, in this order; each by severity, count, id and group.
    pub clusters: Vec<ClusterChange>,
    /// Entries that went from one bucket to another.
    pub buckets: Vec<BucketMove>,
    /// Entries that went elsewhere, most first.
    pub moves: Vec<Move>,
    /// Entries that went elsewhere in more ways than are kept.
    pub other_moves: u64,
    /// Redactions that take out more or less.
    pub redactions: Vec<RedactionChange>,
    /// Parts of the rules that are new, gone or changed, and of which these captures say nothing: definitions that no entry got
    /// to on either side, policy, redactions and templates that made no difference.
    pub untried: Vec<Untried>,
}

/// One side.
#[derive(Clone, Debug, Serialize)]
pub struct SideSummary {
    /// The rules as people name them: a directory, or a revision with a path.
    pub rules: String,
    /// The pack.
    pub pack: PackIdentity,
    /// Every record read, in exactly one bucket.
    pub entries: Conservation,
    /// How many clusters.
    pub clusters: u64,
    /// Remarks on the run.
    pub notes: Vec<String>,
}

/// What happened to a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// It is no longer there.
    Lost,
    /// It was not there.
    Gained,
    /// It has another identity.
    Renamed,
    /// It is judged or described otherwise.
    Changed,
}

/// A cluster that is not what it was.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterChange {
    /// What happened to it.
    pub what: What,
    /// What it was; nothing where it was not.
    pub before: Option<ClusterState>,
    /// What it is; nothing where it is not.
    pub after: Option<ClusterState>,
    /// What else changed in it.
    pub changes: Vec<FieldChange>,
    /// Where entries that are new in it were, most first.
    pub from: Vec<Flow>,
    /// Where entries that are no longer in it are, most first.
    pub to: Vec<Flow>,
    /// What to do about it, where that is known.
    pub advice: Option<String>,
    /// Where its definition stands; nothing for a mined template.
    pub place: Option<Place>,
}

/// A cluster on one side.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterState {
    /// The definition's id, or the template's.
    pub id: String,
    /// The values that tell it from other clusters of its definition.
    pub group: BTreeMap<String, String>,
    /// Its stable identity.
    pub fingerprint: Fingerprint,
    /// Where it comes from.
    pub origin: Origin,
    /// Its title.
    pub title: String,
    /// The verdict.
    pub severity: Severity,
    /// Why this severity.
    pub reasons: Vec<String>,
    /// How many entries.
    pub count: u64,
}

/// One thing that changed in a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// What kind of change.
    #[serde(serialize_with = "id_of")]
    pub code: &'static Code,
    /// What changed, such as `severity` or `impact.business`.
    pub field: String,
    /// What it was, in words; nothing where there was nothing.
    pub before: Option<String>,
    /// What it is.
    pub after: Option<String>,
}

/// Entries that come from somewhere, or went there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Where.
    pub place: Landing,
    /// How many.
    pub count: u64,
}

/// Entries that went from one bucket to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BucketMove {
    /// Where they were.
    pub from: Bucket,
    /// Where they are.
    pub to: Bucket,
    /// How many.
    pub count: u64,
}

/// Entries that went elsewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// What kind of change.
    #[serde(serialize_with = "id_of")]
    pub code: &'static Code,
    /// Where they were.
    pub from: Landing,
    /// The severity of that cluster; nothing where they were in none.
    pub severity_before: Option<Severity>,
    /// Where they are.
    pub to: Landing,
    /// The severity of that cluster.
    pub severity_after: Option<Severity>,
    /// How many.
    pub count: u64,
    /// One of them.
    pub sample: Option<Specimen>,
    /// Where the definition stands that takes them now; or the one that does no longer.
    pub place: Option<Place>,
}

/// A redaction that takes out more or less.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RedactionChange {
    /// What kind of change.
    #[serde(serialize_with = "id_of")]
    pub code: &'static Code,
    /// The redaction.
    pub name: String,
    /// How much it took out.
    pub before: u64,
    /// How much it takes out.
    pub after: u64,
    /// Whether it was on and is no longer: then it takes out nothing of any entry, also of those that are not in the captures.
    pub is_gone: bool,
}

/// A part of the rules that changed, and of which these entries show nothing.
#[derive(Clone, Debug, Serialize)]
pub struct Untried {
    /// What kind of part it is.
    pub part: Part,
    /// A definition's id, a redaction's name, or a file's path in the pack.
    pub id: String,
    /// `new`, `gone` or `changed`.
    pub what: &'static str,
    /// Where it stands.
    pub place: Option<Place>,
}

/// A kind of part of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// A cluster definition that no entry gets to.
    Definition,
    /// A file of policy: nothing that it decides came out otherwise. Without earlier runs much of policy has nothing to decide.
    Policy,
    /// A redaction that takes out as much as before.
    Redaction,
    /// A template. What it makes of a report is not compared.
    Template,
}

/// A place in a file of one of the packs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// `base` or `head`.
    pub side: &'static str,
    /// The file, as people shall see it, and the line.
    #[serde(flatten)]
    pub at: diagnostic::Place,
}

fn id_of<S: Serializer>(code: &&'static Code, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(code.id)
}

#[cfg(test)]
mod tests;
