//! Issues as values: what the tracker says of them.
//!
//! Nothing here asks a tracker. What a run is handed may be all issues, some of them, or none.

use crate::entry::Timestamp;

/// The issues that a run knows of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issues {
    /// Those that were looked up or listed, in any order.
    pub known: Vec<KnownIssue>,
    /// How far the tracker was asked.
    pub listing: Listing,
}

/// How far the tracker was asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listing {
    /// Not at all: an issue that a definition or history names is believed to be there, in the state in which it was left.
    #[default]
    NotAsked,
    /// All issues were listed: one that is not among them is not there.
    Complete,
    /// It was asked, but its answer cannot be the whole: nothing is created on the strength of it.
    Partial,
}

/// An issue as the tracker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownIssue {
    /// Its number.
    pub number: u64,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// Its labels.
    pub labels: Vec<String>,
    /// Whether it is open.
    pub state: IssueState,
    /// Its address.
    pub url: Option<String>,
    /// Whether the program itself has written it: only then a marker in its text is believed.
    pub is_ours: bool,
    /// Whether nobody may write to it.
    pub is_locked: bool,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// Whether an issue is open, and what else became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IssueState {
    /// It is.
    Open,
    /// It was closed as done.
    Completed {
        /// When.
        at: Option<Timestamp>,
    },
    /// It was closed because nobody is going to do it.
    NotPlanned {
        /// When.
        at: Option<Timestamp>,
    },
    /// It was closed as a duplicate.
    Duplicate {
        /// The issue that it is a duplicate of, where that is known.
        of: Option<u64>,
        /// When.
        at: Option<Timestamp>,
    },
    /// It is gone for good (GitHub answers 410).
    Deleted,
    /// It has moved to another repository (GitHub answers 301).
    Transferred {
        /// Its address there, where that is known.
        to: Option<String>,
    },
    /// It cannot be seen (GitHub answers 404): permission is missing, which is not the same as being gone.
    Unreadable,
}
