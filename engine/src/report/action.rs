//! What is to become of a cluster's issue.

use serde::{Deserialize, Serialize};

use super::outcome::Outcome;
use crate::severity::Severity;

/// What is to become of a cluster's issue.
#[derive(Clone, Debug, Serialize)]
pub struct Action {
    /// Which action.
    pub kind: ActionKind,
    /// Why.
    pub reason: String,
    /// The issue it is about; nothing where there is none yet.
    pub issue: Option<Issue>,
    /// The severity that the issue says before it, as far as that is known.
    pub from: Option<Severity>,
    /// The severity that it is to say.
    pub to: Option<Severity>,
    /// What else was thought of, and why it was not done.
    pub rejected: Vec<Rejected>,
    /// The numbers of the issues of related clusters.
    pub links: Vec<u64>,
    /// Where it was decided: a place in a script; nothing where the program had to decide, because there was no policy or
    /// it failed.
    pub by: Option<String>,
    /// Whether the severity that the issue says before it is one that the program has written; not part of the contract.
    #[serde(skip)]
    pub is_own_word: bool,
    /// What became of it, where it was carried out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Box<Outcome>>,
}

/// An action on an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ActionKind {
    /// A new issue.
    Create,
    /// The latest occurrences are added to it.
    Update,
    /// Its severity rises.
    Escalate,
    /// Its severity falls.
    Deescalate,
    /// It is opened again.
    Reopen,
    /// Nothing.
    None,
}

impl ActionKind {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Create, Self::Update, Self::Escalate, Self::Deescalate, Self::Reopen, Self::None];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Escalate => "escalate",
            Self::Deescalate => "deescalate",
            Self::Reopen => "reopen",
            Self::None => "none",
        }
    }

    /// The action of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// An action that was thought of and not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// Which.
    pub kind: ActionKind,
    /// Why not.
    pub reason: String,
}

/// An issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Issue {
    /// Its number; nothing before it is created.
    pub number: Option<u64>,
    /// Its title, as it is to be.
    pub title: String,
    /// Its address.
    pub url: Option<String>,
}

impl Action {
    /// Nothing, before anybody has decided.
    #[must_use]
    pub fn none() -> Self {
        Self {
            kind: ActionKind::None,
            reason: String::new(),
            issue: None,
            from: None,
            to: None,
            rejected: Vec::new(),
            links: Vec::new(),
            by: None,
            is_own_word: false,
            result: None,
        }
    }
}
