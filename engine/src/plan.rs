//! What is to become of a cluster's issue, as far as the pack alone can say.

mod possible;

use crate::baseline::History;
use crate::entry::Timestamp;
use crate::judge::{Subject, Verdict, phrase_values};
use crate::pack::{IssueReference, Pack};
use crate::report::{Action, ActionKind, Issue};

pub(crate) use possible::named;
pub use possible::possible;

/// What a run remembers and looks up, beside the entries.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What earlier runs saw.
    pub history: History,
    /// The issues that there are.
    pub issues: Vec<KnownIssue>,
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
    /// Whether nobody may write to it.
    pub is_locked: bool,
    /// When it was last changed.
    pub updated_at: Option<Timestamp>,
}

/// Whether an issue is open, and how it was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    },
}

/// The action on a cluster's issue: an update of the issue that the definition is pinned to, none where the definition
/// wants none or the cluster is not urgent enough, else a new issue.
#[must_use]
pub fn action(pack: &Pack, subject: &Subject<'_>, verdict: &Verdict) -> Action {
    let reference = subject.definition.map(|definition| &definition.issue);
    match reference {
        Some(IssueReference::Pinned { number, title, url }) => Action {
            kind: ActionKind::Update,
            reason: format!("the definition is pinned to issue #{number}"),
            issue: Some(Issue {
                number: Some(*number),
                title: title.clone().unwrap_or_else(|| verdict.title.clone()),
                url: url.clone().or_else(|| address(pack, *number)),
            }),
        },
        Some(IssueReference::Never { reason }) => {
            let reason = reason.render(&phrase_values(subject, verdict)).unwrap_or_else(|_| reason.source().to_owned());
            Action { kind: ActionKind::None, reason, issue: None }
        }
        Some(IssueReference::Found) | None if verdict.severity > pack.issue.file_from => {
            let reason = format!(
                "{} is less urgent than {}, from which issues are filed",
                verdict.severity, pack.issue.file_from
            );
            Action { kind: ActionKind::None, reason, issue: None }
        }
        Some(IssueReference::Found) | None => {
            let values = phrase_values(subject, verdict);
            let title = pack.issue.title.render(&values).unwrap_or_else(|_| verdict.title.clone());
            let reason = "the definition names no issue, and there is no history that knows one".to_owned();
            Action { kind: ActionKind::Create, reason, issue: Some(Issue { number: None, title, url: None }) }
        }
    }
}

fn address(pack: &Pack, number: u64) -> Option<String> {
    let repository = pack.issue.repository.as_ref()?;
    Some(format!("{}/{repository}/issues/{number}", pack.issue.url.trim_end_matches('/')))
}
