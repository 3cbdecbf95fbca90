//! The object `issue` of policy scripts: the issue that a cluster has, or has not, and what is decided about it.

use std::sync::{Arc, Mutex, PoisonError};

use rhai::{Dynamic, Engine, EvalAltResult, Map, NativeCallContext};

use super::cluster::{SEVERITIES, SEVERITY_OR_NONE, place};
use super::decision::cut;
use super::memory::{list, texts, time, whole};
use crate::entry::Timestamp;
use crate::issue::{Found, FoundBy, IssueState, Listing, Standing};
use crate::report::{ActionKind, Rejected};
use crate::script::{ArgumentWords, Kind, MethodWords, ObjectWords, PropertyWords};
use crate::severity::Severity;

/// Rejected actions that are kept.
const REJECTED: usize = 20;

/// What a script sees of an issue, and what it has decided so far. Copies are the same issue.
#[derive(Clone)]
pub(super) struct Handle {
    facts: Arc<Map>,
    can: Can,
    choice: Arc<Mutex<Choice>>,
}

/// What can be done at all.
#[derive(Clone, Copy)]
struct Can {
    write: bool,
    reopen: bool,
    is_there: bool,
    is_locked: bool,
}

/// What a script has decided.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// The action, why, and where.
    pub taken: Option<(ActionKind, String, String)>,
    /// What it thought of and did not do.
    pub rejected: Vec<Rejected>,
}

/// What policy is told of a cluster's issue.
#[derive(Clone, Debug)]
pub struct IssueFacts<'f> {
    /// How it was found, and what is known of it.
    pub found: &'f Found,
    /// Its title, as far as that is known.
    pub title: String,
    /// Its address, as far as that is known.
    pub url: Option<String>,
    /// The severity that it says, or was last made to say.
    pub says: Option<Severity>,
    /// Whether that is known to be the program's own word.
    pub is_own_word: bool,
    /// Why the definition wants no issue, if it wants none.
    pub never: Option<String>,
    /// The least urgent severity that is worth a new issue.
    pub file_from: Severity,
}

const PROPERTIES: [(&str, Kind, &str); 22] = [
    ("exists", Kind::Boolean, "Whether there is one, open or not, as far as is known"),
    ("number", Kind::Integer, "Its number; 0 where there is none"),
    ("title", Kind::Text, "Its title; empty where it is not known"),
    ("url", Kind::Text, "Its address; empty where it is not known"),
    (
        "state",
        Kind::OneOf(&[
            "none",
            "open",
            "completed",
            "not_planned",
            "duplicate",
            "deleted",
            "transferred",
            "unreadable",
            "believed",
            "missing",
        ]),
        "`none`, `open`, `completed`, `not_planned`, `duplicate`, `deleted`, `transferred`, `unreadable`; `believed` where \
         the tracker was not asked, `missing` where it does not list it",
    ),
    ("is_open", Kind::Boolean, "Whether it is open, or believed to be"),
    ("is_locked", Kind::Boolean, "Whether nobody may write to it"),
    ("is_ours", Kind::Boolean, "Whether the program itself has written it"),
    ("is_pinned", Kind::Boolean, "Whether the definition names it"),
    (
        "found_by",
        Kind::OneOf(&["pinned", "history", "marker", "nothing"]),
        "How it was found: `pinned`, `history`, `marker`, or `nothing`",
    ),
    ("labels", Kind::ListOf(&Kind::Text), "Its labels"),
    ("severity", SEVERITY_OR_NONE, "The severity that it says, or was last made to say; empty where that is not known"),
    ("is_severity_ours", Kind::Boolean, "Whether the program is known to have made it say so"),
    ("closed_at", Kind::Text, "When it was closed; empty where it was not, or that is not known"),
    ("updated_at", Kind::Text, "When it was last changed; empty where that is not known"),
    (
        "duplicate_of",
        Kind::Integer,
        "The issue that it was closed as a duplicate of, where that could not be followed; else 0",
    ),
    ("followed", Kind::ListOf(&Kind::Integer), "The duplicates that led to it"),
    ("others", Kind::ListOf(&Kind::Integer), "Other open issues of the program about the same cluster"),
    ("moved_to", Kind::Text, "Where it has moved; empty where it has not, or that is not known"),
    ("never", Kind::Text, "Why the definition wants no issue (`file: never`); empty where it does not say so"),
    ("file_from", SEVERITIES, "The least urgent severity that is worth a new issue, from the manifest"),
    (
        "may_create",
        Kind::Boolean,
        "Whether a new one cannot be a duplicate: false where the list of issues is not whole",
    ),
];

const REASON: ArgumentWords = ArgumentWords { name: "reason", allowed: None, names: None };
const ACTION: ArgumentWords = ArgumentWords { name: "action", allowed: Some(is_action), names: None };

fn is_action(text: &str) -> Result<(), String> {
    let names = ActionKind::ALL.map(ActionKind::name).join(", ");
    ActionKind::from_name(text).map(|_| ()).ok_or_else(|| format!("`{text}` is no action; expected one of {names}"))
}

const fn decides(name: &'static str, doc: &'static str) -> MethodWords {
    MethodWords { name, arguments: &[REASON], kind: Kind::Any, doc }
}

const METHODS: [MethodWords; 7] = [
    decides("create", "Decides for a new issue"),
    decides("update", "Decides that the latest occurrences are added to it"),
    decides("escalate", "Decides that it is made to say the cluster's severity, which is more urgent"),
    decides("deescalate", "Decides that it is made to say the cluster's severity, which is less urgent"),
    decides("reopen", "Decides that it is opened again"),
    decides("none", "Decides that nothing is done"),
    MethodWords {
        name: "reject",
        arguments: &[ACTION, REASON],
        kind: Kind::Any,
        doc: "Notes an action that was thought of, and why it is not taken",
    },
];

/// The object in words.
pub(super) fn words() -> ObjectWords {
    let properties = PROPERTIES.iter().map(|(name, kind, doc)| PropertyWords { name, kind: *kind, doc }).collect();
    let doc = "The issue of a cluster, or that there is none. Of several decisions the last one stands";
    ObjectWords { name: "Issue", doc, properties, methods: METHODS.to_vec() }
}

impl Handle {
    pub(super) fn new(facts: &IssueFacts<'_>) -> Self {
        let found = facts.found;
        let known = found.known();
        let can = Can {
            write: found.is_writable(),
            reopen: known.is_some_and(|issue| issue.state.closed_at().is_some() || is_closed(&issue.state)),
            is_there: found.number.is_some(),
            is_locked: known.is_some_and(|issue| issue.is_locked),
        };
        Self { facts: Arc::new(values(facts)), can, choice: Arc::default() }
    }

    /// What was decided.
    pub(super) fn choice(&self) -> Choice {
        self.choice.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Why an action cannot be carried out on this issue, whoever wants it.
    fn obstacle(&self, kind: ActionKind) -> Option<&'static str> {
        let Can { write, reopen, is_there, is_locked } = self.can;
        match kind {
            ActionKind::None | ActionKind::Create => None,
            _ if !is_there => Some("there is no issue: ask `issue.exists` first"),
            _ if is_locked => Some("the issue is locked: ask `issue.is_locked` first"),
            ActionKind::Reopen if !reopen => Some("the issue is not closed: ask `issue.state` first"),
            ActionKind::Update | ActionKind::Escalate | ActionKind::Deescalate if !write => {
                Some("the issue is not open: ask `issue.is_open` first")
            }
            _ => None,
        }
    }

    fn decide(
        &self,
        context: &NativeCallContext<'_>,
        kind: ActionKind,
        reason: &str,
    ) -> Result<(), Box<EvalAltResult>> {
        if reason.trim().is_empty() {
            return Err(format!("`{}` needs a reason", kind.name()).into());
        }
        if let Some(obstacle) = self.obstacle(kind) {
            return Err(obstacle.into());
        }
        let mut choice = self.choice.lock().unwrap_or_else(PoisonError::into_inner);
        choice.taken = Some((kind, cut(reason.to_owned()), place(context)));
        Ok(())
    }

    fn reject(&self, action: &str, reason: &str) -> Result<(), Box<EvalAltResult>> {
        is_action(action)?;
        let mut choice = self.choice.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kind) = ActionKind::from_name(action).filter(|_| choice.rejected.len() < REJECTED) {
            choice.rejected.push(Rejected { kind, reason: cut(reason.to_owned()) });
        }
        Ok(())
    }
}

fn is_closed(state: &IssueState) -> bool {
    matches!(state, IssueState::Completed { .. } | IssueState::NotPlanned { .. } | IssueState::Duplicate { .. })
}

fn values(facts: &IssueFacts<'_>) -> Map {
    let found = facts.found;
    let known = found.known();
    let numbers = |numbers: &[u64]| list(numbers.iter().map(|number| whole(*number)));
    let at = |time_of: fn(&crate::issue::KnownIssue) -> Option<Timestamp>| time(known.and_then(time_of));
    let duplicate_of = match known.map(|issue| &issue.state) {
        Some(IssueState::Duplicate { of: Some(of), .. }) => *of,
        _ => 0,
    };
    let moved_to = match known.map(|issue| &issue.state) {
        Some(IssueState::Transferred { to: Some(to) }) => to.clone(),
        _ => String::new(),
    };
    let found_by = match found.by {
        FoundBy::Nothing => "nothing",
        FoundBy::Pinned => "pinned",
        FoundBy::History => "history",
        FoundBy::Marker => "marker",
    };
    let is_open = found.standing == Standing::Believed || known.is_some_and(|issue| issue.state == IssueState::Open);
    let values: [(&str, Dynamic); 22] = [
        ("exists", found.number.is_some().into()),
        ("number", whole(found.number.unwrap_or(0))),
        ("title", facts.title.clone().into()),
        ("url", facts.url.clone().unwrap_or_default().into()),
        ("state", found.state().into()),
        ("is_open", is_open.into()),
        ("is_locked", known.is_some_and(|issue| issue.is_locked).into()),
        ("is_ours", known.is_some_and(|issue| issue.is_ours).into()),
        ("is_pinned", (found.by == FoundBy::Pinned).into()),
        ("found_by", found_by.into()),
        ("labels", texts(known.map(|issue| issue.labels.clone()).unwrap_or_default())),
        ("severity", facts.says.map_or("", Severity::name).into()),
        ("is_severity_ours", facts.is_own_word.into()),
        ("closed_at", at(|issue| issue.state.closed_at())),
        ("updated_at", at(|issue| issue.updated_at)),
        ("duplicate_of", whole(duplicate_of)),
        ("followed", numbers(&found.followed)),
        ("others", numbers(&found.others)),
        ("moved_to", moved_to.into()),
        ("never", facts.never.clone().unwrap_or_default().into()),
        ("file_from", facts.file_from.name().into()),
        ("may_create", (found.listing != Listing::Partial).into()),
    ];
    values.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// Makes the object known to an engine.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Handle>("Issue");
    for (name, _, _) in PROPERTIES {
        engine.register_get(name, move |issue: &mut Handle| issue.facts.get(name).cloned().unwrap_or_default());
    }
    for kind in ActionKind::ALL {
        engine.register_fn(kind.name(), move |context: NativeCallContext<'_>, issue: &mut Handle, reason: &str| {
            issue.decide(&context, kind, reason)
        });
    }
    engine.register_fn("reject", |issue: &mut Handle, action: &str, reason: &str| issue.reject(action, reason));
}
