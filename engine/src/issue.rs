//! Issues as values: what the tracker says of them.
//!
//! Nothing here asks a tracker. What a run is handed may be all issues, some of them, or none.

mod block;
mod find;
mod marker;
mod title;

use serde::{Deserialize, Serialize};

use crate::entry::Timestamp;
use crate::severity::Severity;

pub use block::{Block, block, replaced, without_comments};
pub use find::{Found, FoundBy, IssueIndex, Standing};
pub use marker::{Marker, Part};
pub use title::with_severity;

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
    /// When it was opened.
    pub created_at: Option<Timestamp>,
    /// Where it is now, if it has moved to another repository that may be written to. Its `number` is still the one by
    /// which it is known.
    pub moved_to: Option<IssuePlace>,
    /// Its comments, as far as they have been read: only of issues that are to be written to.
    pub comments: Vec<KnownComment>,
}

/// Where an issue is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssuePlace {
    /// `owner/name`.
    pub repository: String,
    /// Its number there.
    pub number: u64,
}

/// A comment, as the tracker has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownComment {
    /// Its id.
    pub id: u64,
    /// Its text.
    pub body: String,
    /// Whether the program itself has written it.
    pub is_ours: bool,
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

impl IssueState {
    /// Its name, as scripts see it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Completed { .. } => "completed",
            Self::NotPlanned { .. } => "not_planned",
            Self::Duplicate { .. } => "duplicate",
            Self::Deleted => "deleted",
            Self::Transferred { .. } => "transferred",
            Self::Unreadable => "unreadable",
        }
    }

    /// When it was closed, where it was and that is known.
    #[must_use]
    pub fn closed_at(&self) -> Option<Timestamp> {
        match self {
            Self::Completed { at } | Self::NotPlanned { at } | Self::Duplicate { at, .. } => *at,
            Self::Open | Self::Deleted | Self::Transferred { .. } | Self::Unreadable => None,
        }
    }
}

impl KnownIssue {
    /// An open issue of this number and title, of which nothing else is known.
    #[must_use]
    pub fn open(number: u64, title: &str) -> Self {
        Self {
            number,
            title: title.to_owned(),
            body: String::new(),
            labels: Vec::new(),
            state: IssueState::Open,
            url: None,
            is_ours: false,
            is_locked: false,
            updated_at: None,
            created_at: None,
            moved_to: None,
            comments: Vec::new(),
        }
    }

    /// The severity that it says: by a label, else by its title.
    #[must_use]
    pub fn severity(&self) -> Option<Severity> {
        self.severities().next()
    }

    /// All severities that it says, by labels and by its title; more than one where a person has changed only one of them.
    pub fn severities(&self) -> impl Iterator<Item = Severity> {
        let labels = self.labels.iter().filter_map(|label| Severity::of_label(label));
        labels.chain(title::severity(&self.title))
    }
}

/// The `owner/name` of an issue's address, such as `https://github.com/owner/name/issues/5`.
///
/// ```
/// use gardener_engine::issue::repository_of;
/// assert_eq!(repository_of("https://github.com/acme/shop/issues/5").as_deref(), Some("acme/shop"));
/// assert_eq!(repository_of("https://example.com/5"), None);
/// ```
#[must_use]
pub fn repository_of(url: &str) -> Option<String> {
    let mut parts = url.rsplit('/');
    let (_number, kind) = (parts.next()?, parts.next()?);
    let (name, owner) = (parts.next()?, parts.next()?);
    (kind == "issues" && !name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
}

#[cfg(test)]
mod tests;
