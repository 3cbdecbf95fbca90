//! Which definitions stand in whose way, on real entries, `gardener/shadow/v1`.
//!
//! An entry belongs to the first definition that matches. So a definition can be right by itself, pass its examples, and
//! never get an entry, because another one comes first. Here all definitions are held against each entry, whichever gets it.

mod overlaps;
mod standings;

use serde::Serialize;

use crate::diagnostic::Place;
use crate::report::PackIdentity;
use crate::witness::Specimen;

pub use overlaps::Overlaps;
pub use standings::shadows;

/// The version of the report's shape.
pub const SCHEMA: &str = "gardener/shadow/v1";

/// What each definition matched and won.
#[derive(Clone, Debug, Serialize)]
pub struct Shadows {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The pack.
    pub pack: PackIdentity,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
    /// Every record read, in exactly one bucket.
    pub entries: Counted,
    /// Every definition: by its fate, in the order of [`Fate`], then by entries lost to others, entries matched and place.
    pub definitions: Vec<Standing>,
    /// Pairs of definitions that match the same entries, most first.
    pub overlaps: Vec<Pair>,
    /// Entries of pairs beyond those that are kept.
    pub other_overlaps: u64,
    /// Remarks on the reading.
    pub notes: Vec<String>,
}

/// Every record read is counted in exactly one of the other buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// All records.
    pub read: u64,
    /// Those that cannot be read.
    pub malformed: u64,
    /// Those that were seen before.
    pub duplicate: u64,
    /// Those outside of the window.
    pub outside_window: u64,
    /// Those that a definition got, also to ignore them.
    pub matched: u64,
    /// Those that no definition matches.
    pub unmatched: u64,
}

/// How a definition fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It matched and never won: definitions of its own pack or of one that it builds on always came first.
    Shadowed,
    /// It matched and never won, because it is to come last: its priority is negative, and theirs is greater.
    Yields,
    /// It matched and never won, because a pack that builds on its own takes its entries: what packs are for.
    Overridden,
    /// It won some or all of what it matched.
    Wins,
    /// It matched nothing.
    Unmatched,
}

/// What one definition matched and won.
#[derive(Clone, Debug, Serialize)]
pub struct Standing {
    /// Its id.
    pub id: String,
    /// How it fared.
    pub fate: Fate,
    /// The pack it comes from.
    pub pack: String,
    /// Whether that is the pack itself and not one it builds on.
    pub is_own: bool,
    /// Whether it ignores what it gets.
    pub ignores: bool,
    /// Its priority.
    pub priority: i64,
    /// Its place in the order in which definitions are considered, from 1.
    pub position: u64,
    /// Entries that its queries hold for.
    pub matched: u64,
    /// Entries that it got.
    pub won: u64,
    /// Who got the others, most first.
    pub beaten_by: Vec<Taker>,
    /// Entries that went to more takers than are told.
    pub other_takers: u64,
    /// What to do about it, where it never wins and should.
    pub help: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// A definition that got entries which another one matches too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taker {
    /// Its id.
    pub id: String,
    /// Whether it ignores them.
    pub ignores: bool,
    /// Whether it is of a pack that builds on the other's.
    pub overrides: bool,
    /// Its priority.
    pub priority: i64,
    /// How many.
    pub count: u64,
}

/// Two definitions that match the same entries.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The one that is considered first.
    pub first: String,
    /// The other.
    pub second: String,
    /// Entries that both match.
    pub both: u64,
    /// Of these, those that the first got.
    pub won_by_first: u64,
    /// Their share of what the first matches, 0 to 1.
    pub share_of_first: f64,
    /// Their share of what the second matches.
    pub share_of_second: f64,
    /// Whether the first is of the pack itself.
    pub first_is_own: bool,
    /// Whether the second is.
    pub second_is_own: bool,
    /// One of them.
    pub sample: Option<Specimen>,
}

#[cfg(test)]
mod tests;
