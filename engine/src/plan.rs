//! What is to become of a cluster's issue.
//!
//! Policy decides, by `action(cluster, issue)`; [`decided`] finds the issue, asks policy, and writes down what it said. Only
//! where there is no policy, or it fails, the program decides by itself, and as little as it can.

mod fallback;
mod restraint;

use std::sync::Arc;

use crate::baseline::{Baseline, History, Lock};
use crate::id::Fingerprint;
use crate::judge::{self, Choice, IssueFacts, Subject, Verdict, phrase_values};
use crate::pack::{Definition, IssueReference, Pack};
use crate::report::{Action, ActionKind, Issue};
use crate::script::Sandbox;
use crate::severity::Severity;

pub use crate::issue::{Found, IssueIndex, IssueState, Issues, KnownIssue, Listing, Marker};

/// What a run remembers and looks up, beside the entries.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What earlier runs saw. It is shared with the scripts that look into it.
    pub history: Arc<History>,
    /// The issues that there are.
    pub issues: Issues,
    /// Whether the mutes of the pack are left out: what a person wants quiet tonight is no part of what rules decide.
    pub without_mutes: bool,
}

/// The issue of a cluster with these identities.
#[must_use]
pub fn find(
    index: &IssueIndex<'_>,
    definition: Option<&Definition>,
    baseline: &Baseline,
    fingerprints: &[Fingerprint],
) -> Found {
    match definition.map(|definition| &definition.issue) {
        Some(IssueReference::Pinned { number, .. }) => index.find(Some(*number), baseline.issue(), fingerprints),
        _ => index.find(None, baseline.issue(), fingerprints),
    }
}

/// What finding the issue tells a cluster's memory: that it was closed as done, and that a person has changed its severity. What was
/// written into it for other clusters (`for_others`) is no person's word.
#[must_use]
pub fn with_issue(baseline: Baseline, found: &Found, for_others: &[Severity]) -> Baseline {
    let closed_at = match found.known().map(|issue| &issue.state) {
        Some(IssueState::Completed { at }) => *at,
        _ => None,
    };
    let changed = found.changed_to(baseline.issue_severity()).filter(|severity| !for_others.contains(severity));
    let lock =
        changed.zip(found.number).map(|(severity, number)| Lock { severity, reason: format!("in issue #{number}") });
    baseline.closed(closed_at).locked(lock)
}

/// The action on a cluster's issue. A policy that fails is told in the verdict.
#[must_use]
pub fn decided(pack: &Pack, sandbox: &Sandbox, subject: &Subject<'_>, verdict: &mut Verdict, found: &Found) -> Action {
    let facts = facts(pack, subject, verdict, found);
    let failures = verdict.failures.len();
    let choice = judge::action(pack, sandbox, subject, verdict, &facts);
    let has_failed = verdict.failures.len() > failures;
    let Choice { taken, rejected } = choice.unwrap_or_default();
    let (kind, reason, by) = match taken {
        Some((kind, reason, by)) => (kind, reason, Some(by)),
        None => {
            let (kind, reason) = fallback::action(&facts, verdict, has_failed);
            (kind, reason, None)
        }
    };
    let (kind, reason, by, rejected) = restraint::held((kind, reason, by), rejected, &subject.restraint);
    let says = facts.says;
    let to = match kind {
        ActionKind::Create | ActionKind::Escalate | ActionKind::Deescalate => Some(verdict.severity),
        // What a person may have written is raised, never lowered.
        ActionKind::Reopen if facts.is_own_word => Some(verdict.severity),
        ActionKind::Reopen => Some(says.map_or(verdict.severity, |says| says.min(verdict.severity))),
        ActionKind::Update | ActionKind::None => says,
    };
    let issue = issue(pack, subject, verdict, &facts, (kind, to));
    Action {
        kind,
        reason,
        issue,
        from: says,
        to,
        rejected,
        links: Vec::new(),
        by,
        is_own_word: facts.is_own_word,
        result: None,
    }
}

/// What policy is told of the issue.
fn facts<'f>(pack: &Pack, subject: &Subject<'_>, verdict: &Verdict, found: &'f Found) -> IssueFacts<'f> {
    let reference = subject.definition.map(|definition| &definition.issue);
    let (mut title, mut url, mut never) = (None, None, None);
    match reference {
        Some(IssueReference::Pinned { title: named, url: at, .. }) => (title, url) = (named.clone(), at.clone()),
        Some(IssueReference::Never { reason }) => {
            let values = phrase_values(subject, verdict);
            never = Some(reason.render(&values).unwrap_or_else(|_| reason.source().to_owned()));
        }
        Some(IssueReference::Found) | None => {}
    }
    let known = found.known();
    let written = subject.baseline.issue_severity();
    let judged = || subject.baseline.previous().map(|seen| seen.cluster.severity);
    IssueFacts {
        found,
        title: known.map(|issue| issue.title.clone()).or(title).unwrap_or_default(),
        url: known
            .and_then(|issue| issue.url.clone())
            .or(url)
            .or_else(|| found.number.and_then(|number| address(pack, number))),
        says: found.number.and(known.and_then(KnownIssue::severity).or(written).or_else(judged)),
        is_own_word: subject.baseline.is_issue_severity_ours() && found.changed_to(written).is_none(),
        never,
        file_from: pack.issue.file_from,
    }
}

/// The issue of the report: as it is to be after the action.
fn issue(
    pack: &Pack,
    subject: &Subject<'_>,
    verdict: &Verdict,
    facts: &IssueFacts<'_>,
    (kind, to): (ActionKind, Option<Severity>),
) -> Option<Issue> {
    if kind == ActionKind::Create {
        let values = phrase_values(subject, verdict);
        let title = pack.issue.title.render(&values).unwrap_or_else(|_| verdict.title.clone());
        return Some(Issue { number: None, title, url: None });
    }
    let number = facts.found.number?;
    let title = if facts.title.is_empty() { verdict.title.clone() } else { facts.title.clone() };
    let is_renamed = matches!(kind, ActionKind::Escalate | ActionKind::Deescalate | ActionKind::Reopen);
    let title = match to.filter(|_| is_renamed) {
        Some(severity) => crate::issue::with_severity(&title, severity),
        None => title,
    };
    Some(Issue { number: Some(number), title, url: facts.url.clone() })
}

fn address(pack: &Pack, number: u64) -> Option<String> {
    let repository = pack.issue.repository.as_ref()?;
    Some(format!("{}/{repository}/issues/{number}", pack.issue.url.trim_end_matches('/')))
}
