//! What is to be written to a tracker, as a value: the plan.
//!
//! A [`Plan`] holds every text that may be written, so that it can be read before it is carried out, and nothing that is not in
//! it is written. Each [`Step`] names what it expects to find, for the tracker may have changed since the plan was made.

mod beside;
mod brake;
mod build;
mod change;
mod known;
mod markdown;
mod roll_up;

use serde::{Deserialize, Serialize};

use crate::baseline::PastRun;
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::issue::{Block, IssuePlace};
use crate::report::{ActionKind, Conservation, Rejected, Report, Totals};
use crate::severity::Severity;

pub use crate::report::{Outcome, ResultKind};
pub use beside::duplicate_of;
pub use brake::{RollUp, brake};
pub use build::{Decided, plan};
pub use markdown::{markdown, results};

/// The schema of plan files.
pub const SCHEMA: &str = "gardener/plan/v1";

/// What is to become of the issues of a run's clusters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// [`SCHEMA`].
    pub schema: String,
    /// The run's `now`.
    pub generated: Timestamp,
    /// The pack's name.
    pub pack: String,
    /// The pack's digest.
    pub digest: String,
    /// `owner/name`; nothing where the pack names none, and then nothing can be carried out.
    pub repository: Option<String>,
    /// One for every cluster, in the report's order, and for issues that are no cluster's own: duplicates, the roll-up.
    pub steps: Vec<Step>,
    /// What is odd about the plan as a whole, for people: a brake that has been put on, a listing that is not whole.
    pub notes: Vec<String>,
    /// What the history is to remember of the run, once the plan is carried out.
    pub run: PlannedRun,
}

/// What the history is to remember of the run that a plan was made by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedRun {
    /// Where its records went.
    pub entries: Conservation,
    /// Its clusters, and what is to become of their issues.
    pub totals: Totals,
    /// What the next runs are told of it.
    pub past: PastRun,
}

/// What is to become of one issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The unique key of what it writes, 16 hexadecimal digits: it stands in the markers of all that it writes, so that a write
    /// whose answer was lost is recognised. It is made of the pack's name, the fingerprint, the run's `now` and the kind.
    pub key: String,
    /// The cluster.
    pub fingerprint: Fingerprint,
    /// The cluster's former fingerprints, under which its issue may have been filed.
    pub formerly: Vec<Fingerprint>,
    /// The definition's or template's id.
    pub id: String,
    /// The cluster's title, for people.
    pub title: String,
    /// Its severity in this run.
    pub severity: Severity,
    /// What was decided.
    pub kind: ActionKind,
    /// Why.
    pub reason: String,
    /// What else was thought of, and why it is not done.
    #[serde(default)]
    pub rejected: Vec<Rejected>,
    /// Where it was decided: a place in a script.
    pub by: Option<String>,
    /// The severity that the issue says before it.
    pub from: Option<Severity>,
    /// The severity that it is to say.
    pub to: Option<Severity>,
    /// The issue; nothing where it is yet to be created, or there is none.
    pub issue: Option<PlannedIssue>,
    /// The issue that this one is closed as a duplicate of, where that is what the step does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<u64>,
    /// What is written, in this order. Empty where nothing is to be done, also because the issue says it all already.
    pub writes: Vec<Write>,
    /// Remarks for people: that somebody has edited the text, that a text was cut.
    pub notes: Vec<String>,
}

impl Step {
    /// Whether a fingerprint is its cluster's, or was.
    #[must_use]
    pub fn is_about(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint == *fingerprint || self.formerly.contains(fingerprint)
    }

    /// Whether its texts are those that the plan was made with: whoever carries it out again must recognise what it has written.
    #[must_use]
    pub fn is_as_made(&self) -> bool {
        let is_ours = |body: &str, is_new: bool| {
            Block::find(body).is_some_and(|at| {
                let has_key = !is_new || at.marker.key.as_deref() == Some(self.key.as_str());
                at.is_intact && has_key && self.is_about(&at.marker.fingerprint)
            })
        };
        self.writes.iter().all(|write| match write {
            Write::Create { body, .. } | Write::Comment { body } => is_ours(body, true),
            Write::EditComment { body, .. } | Write::Edit { body: Some(body), .. } => is_ours(body, false),
            Write::Edit { .. } | Write::AddLabels { .. } | Write::RemoveLabel { .. } => true,
        })
    }

    /// The number by which the history knows the issue: that in the pack's repository, also where the issue has moved. It is that of
    /// the issue that was created where there was none.
    #[must_use]
    pub fn number(&self, outcome: &Outcome) -> Option<u64> {
        self.issue.as_ref().map(|issue| issue.known_as).or(outcome.number)
    }
}

/// The issue of a step, as the plan found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedIssue {
    /// Where it is.
    #[serde(flatten)]
    pub place: IssuePlace,
    /// The number by which the pack or the history knows it: another one where it has moved.
    pub known_as: u64,
    /// Its address for people.
    pub url: Option<String>,
    /// Its title then.
    pub title: String,
    /// Whether it was open.
    pub is_open: bool,
    /// When it had last been changed.
    pub updated_at: Option<Timestamp>,
    /// The hash of the marked block of its text; nothing where it had none.
    pub block: Option<String>,
}

/// One request that changes something. All but `Create` and `Comment` come to the same when they are done twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Write {
    /// A new issue. Its body holds a marker with the step's key.
    Create {
        /// Its title.
        title: String,
        /// Its text.
        body: String,
        /// Its labels.
        labels: Vec<String>,
    },
    /// Other fields of the issue, in one request. What is not named stays.
    Edit {
        /// Its new title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// Its new text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
        /// Whether it is opened or closed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<NewState>,
    },
    /// Labels are added; those that it has stay.
    AddLabels {
        /// Their names.
        labels: Vec<String>,
    },
    /// A label is taken off.
    RemoveLabel {
        /// Its name.
        label: String,
    },
    /// A new comment. Its text holds a marker with the step's key.
    Comment {
        /// Its text.
        body: String,
    },
    /// The text of a comment of ours is replaced.
    EditComment {
        /// Its id.
        id: u64,
        /// The hash of its marked block as the plan found it.
        block: String,
        /// Its new text.
        body: String,
    },
}

/// What state an issue is brought into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewState {
    /// It is opened again.
    Open,
    /// It is closed as a duplicate.
    Duplicate,
    /// It is closed as done.
    Completed,
}

/// Notes in a report what became of its plan, so that the worklog says what was done.
pub fn tell(report: &mut Report, plan: &Plan, outcomes: &[Outcome]) {
    // Steps behind those of the clusters are about no cluster of their own.
    for ((cluster, step), outcome) in report.clusters.iter_mut().zip(&plan.steps).zip(outcomes) {
        let action = &mut cluster.action;
        if let (Some(issue), None) = (&mut action.issue, &step.issue) {
            issue.number = issue.number.or(outcome.number);
        }
        if let (Some(issue), Some(url)) = (&mut action.issue, &outcome.url) {
            issue.url = Some(url.clone());
        }
        if step.kind != ActionKind::None {
            action.result = Some(Box::new(outcome.clone()));
        }
    }
}
