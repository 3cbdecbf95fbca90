//! What became of an action on an issue when it was carried out.

use serde::{Deserialize, Serialize};

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Which.
    pub result: ResultKind,
    /// In words: what was written, or why it was not.
    pub detail: String,
    /// The number, also of one that was created.
    pub number: Option<u64>,
    /// Its address.
    pub url: Option<String>,
}

/// What became of a step, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResultKind {
    /// All of it is written.
    Done,
    /// It was written already: by a run before, or by one at the same time.
    AlreadyDone,
    /// There was nothing to write.
    Nothing,
    /// The issue is no longer what the plan found: another plan is needed.
    Changed,
    /// It is not allowed, or not possible: locked, gone, a permission that is missing.
    Refused,
    /// There was no time left, or the tracker asked to wait for longer: the same plan can be carried out later.
    Deferred,
    /// It is not known whether it was written; the next run finds out.
    Unknown,
}

impl ResultKind {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Done, Self::AlreadyDone, Self::Nothing, Self::Changed, Self::Refused, Self::Deferred, Self::Unknown];

    /// It in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AlreadyDone => "done already",
            Self::Nothing => "nothing to write",
            Self::Changed => "changed since",
            Self::Refused => "not possible",
            Self::Deferred => "deferred",
            Self::Unknown => "outcome unknown",
        }
    }

    /// A mark for it.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::Done | Self::AlreadyDone => "✅",
            Self::Nothing => "🟢",
            Self::Deferred => "⏳",
            Self::Changed | Self::Refused | Self::Unknown => "⚠️",
        }
    }
}
