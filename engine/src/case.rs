//! Rule tests: entries, and what must come of them.
//!
//! [`load`] reads the files `tests/*.yaml` of a pack. Whoever runs a [`Case`] reads its captures and its own entries as it
//! would read any others, with the case's `now`, window and [`Memory`]; [`judge`] then holds what came of it against what
//! is expected, and every difference is a diagnostic at its place in the case. [`decision`] is what a snapshot shows of a run.

mod check;
pub mod codes;
mod compare;
mod decision;
mod empty;
mod input;
mod memory;
mod name;
mod read;
mod restraint;
mod yaml_text;

use crate::diagnostic::Span;
use crate::entry::Timestamp;
use crate::pack::raw::case::{CaseKeys, SnapshotChoice};
use crate::plan::Memory;

pub use compare::{Ran, is_unread, judge, places};
pub use decision::{Decision, decision, steady};
pub use read::{Suite, load};

/// Entries that a case may write itself, repetitions counted.
const MAX_ENTRIES: u64 = 100_000;

/// A case that can be run.
#[derive(Debug)]
pub struct Case {
    /// Its file's name, `auth.yaml`.
    pub file: String,
    /// Its name.
    pub name: String,
    /// Why it is there.
    pub description: Option<String>,
    /// Where its name stands.
    pub span: Span,
    /// The time of its run.
    pub now: Timestamp,
    /// The beginning of its window, included.
    pub since: Option<Timestamp>,
    /// The end of its window, excluded.
    pub until: Option<Timestamp>,
    /// The captures that it reads.
    pub captures: Vec<CaptureFile>,
    /// What its run remembers and looks up.
    pub memory: Memory,
    keys: CaseKeys,
}

/// A capture that a case reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureFile {
    /// Its path in the pack, `tests/captures/a.jsonl`.
    pub path: String,
    /// As the case has it.
    pub written: String,
    /// Where the case names it.
    pub span: Span,
}

/// What a snapshot can show of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnapshotKind {
    /// What policy decided, as YAML.
    Decision,
    /// The worklog.
    Worklog,
}

impl SnapshotKind {
    /// Its word: `decision` or `worklog`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Worklog => "worklog",
        }
    }
}

impl Case {
    /// What people call it: `auth.yaml::wrong passwords are noise`.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}::{}", self.file, self.name)
    }

    /// What the files of its snapshots begin with: `auth__wrong-passwords-are-noise`.
    #[must_use]
    pub fn stem(&self) -> String {
        name::stem(&self.file, &self.name)
    }

    /// The snapshots that it asks for.
    #[must_use]
    pub fn snapshots(&self) -> &'static [SnapshotKind] {
        match self.keys.snapshot.as_ref().map_or(SnapshotChoice::None, |choice| choice.value) {
            SnapshotChoice::None => &[],
            SnapshotChoice::Decision => &[SnapshotKind::Decision],
            SnapshotChoice::Worklog => &[SnapshotKind::Worklog],
            SnapshotChoice::Both => &[SnapshotKind::Decision, SnapshotKind::Worklog],
        }
    }

    /// Whether it is about what comes of entries, and not only about near misses and the pack itself.
    #[must_use]
    pub fn has_run(&self) -> bool {
        self.keys.captures.is_some() || self.keys.entries.is_some()
    }

    /// Whether it says what earlier runs saw.
    pub(crate) fn has_history(&self) -> bool {
        self.keys.history.is_some()
    }

    /// The ids of definitions that it names.
    #[must_use]
    pub fn definitions(&self) -> Vec<&str> {
        let keys = &self.keys;
        let clusters = keys.expect.iter().flat_map(|list| &list.value.0);
        let expected = clusters.filter_map(|cluster| Some(cluster.value.id.as_ref()?.value.as_str()));
        let absent = keys.absent.iter().flat_map(|list| &list.value.0).map(|id| id.value.as_str());
        let ignored = keys.ignored.iter().flat_map(|values| &values.value.0).map(|(id, _)| id.value.as_str());
        let quiet = keys.quiet.iter().flat_map(|list| &list.value.0).map(|id| id.value.as_str());
        expected.chain(absent).chain(ignored).chain(quiet).collect()
    }
}

#[cfg(test)]
mod tests;
