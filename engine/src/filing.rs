//! What is to be written to a tracker, as a value: the plan.
//!
//! A [`Plan`] holds every text that may be written, so that it can be read before it is carried out, and nothing that is not in
//! it is written. Each [`Step`] names what it expects to find, for the tracker may have changed since the plan was made.

use serde::{Deserialize, Serialize};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::issue::IssuePlace;
use crate::report::ActionKind;
pub use crate::report::{Outcome, ResultKind};
use crate::severity::Severity;

/// The schema of plan files.
pub const SCHEMA: &str = "gardener/plan/v1";

/// What is to become of the issues of a run's clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Further repositories to which issues may have moved.
    pub also: Vec<String>,
    /// Whether the repository may be one that everybody can read.
    pub allow_public: bool,
    /// Whether labels that the repository lacks are to be made.
    pub create_labels: bool,
    /// One for every cluster, in the report's order, and for issues that are no cluster's own: duplicates, the roll-up.
    pub steps: Vec<Step>,
    /// What is odd about the plan as a whole, for people: a brake that has been put on, a listing that is not whole.
    pub notes: Vec<String>,
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
    /// The severity that the issue says before it.
    pub from: Option<Severity>,
    /// The severity that it is to say.
    pub to: Option<Severity>,
    /// The issue; nothing where it is yet to be created, or there is none.
    pub issue: Option<PlannedIssue>,
    /// What is written, in this order. Empty where nothing is to be done, also because the issue says it all already.
    pub writes: Vec<Write>,
    /// Remarks for people: that somebody has edited the text, that a text was cut.
    pub notes: Vec<String>,
}

/// The issue of a step, as the plan found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedIssue {
    /// Where it is.
    #[serde(flatten)]
    pub place: IssuePlace,
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
}
