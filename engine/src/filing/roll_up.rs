//! The one issue that stands for all that the brake has held back.

use super::brake::{self, RollUp};
use super::build::{Maker, marker};
use super::{NewState, Step, Write};
use crate::id::hash_parts;
use crate::issue::{IssueState, KnownIssue, Listing, Marker, Part, block};
use crate::render::issue_title;
use crate::report::ActionKind;
use crate::severity::Severity;

impl Maker<'_> {
    /// The step about the roll-up: what is held back is listed in it, and where nothing is any more, it is closed.
    pub(super) fn roll_up(&self, roll_up: Option<&RollUp>) -> Option<Step> {
        let issue = self.rolled_up();
        if let Some(roll_up) = roll_up {
            return Some(self.listed(roll_up, issue));
        }
        // Where nothing may be created, nothing is held back by the brake either.
        let is_whole = self.of.issues.listing == Listing::Complete;
        let open = issue.filter(|issue| is_whole && issue.state == IssueState::Open && !issue.is_locked);
        open.map(|issue| self.emptied(issue))
    }

    /// The roll-up that there is: an open one, else the one that was closed last.
    fn rolled_up(&self) -> Option<&KnownIssue> {
        let own = brake::fingerprint(self.of.pack);
        let is_it = |issue: &&KnownIssue| {
            issue.is_ours && Marker::find(&issue.body).iter().any(|marker| marker.fingerprint == own)
        };
        let found = self.of.issues.known.iter().filter(is_it);
        found.min_by_key(|issue| {
            (issue.state != IssueState::Open, std::cmp::Reverse(issue.state.closed_at()), issue.number)
        })
    }

    fn step_of(&self, kind: ActionKind, title: &str, severity: Severity, reason: &str) -> Step {
        let fingerprint = brake::fingerprint(self.of.pack);
        let parts = [fingerprint.as_str(), "roll-up"];
        Step {
            key: format!("{:016x}", hash_parts(&parts.map(str::as_bytes))),
            fingerprint,
            formerly: Vec::new(),
            id: "roll-up".to_owned(),
            title: title.to_owned(),
            severity,
            kind,
            reason: reason.to_owned(),
            rejected: Vec::new(),
            by: None,
            from: None,
            to: None,
            issue: None,
            duplicate_of: None,
            writes: Vec::new(),
            notes: Vec::new(),
        }
    }

    fn listed(&self, roll_up: &RollUp, issue: Option<&KnownIssue>) -> Step {
        let of = |kind, reason: &str| self.step_of(kind, &roll_up.title, roll_up.severity, reason);
        let Some(issue) = issue else {
            let mut step = of(ActionKind::Create, &roll_up.why);
            step.notes.extend(roll_up.document.notes.iter().cloned());
            if self.of.issues.listing != Listing::Partial {
                let body = block(&marker(&step, Part::RollUp, None), &roll_up.document.text);
                let labels = vec![self.of.pack.issue.tracking_label().to_owned()];
                step.writes.push(Write::Create { title: issue_title(&roll_up.title), body, labels });
            }
            return step;
        };
        let number = issue.number;
        let (kind, reason) = match &issue.state {
            _ if issue.is_locked => (ActionKind::None, format!("issue #{number} is locked, so nobody may write to it")),
            IssueState::Open => (ActionKind::Update, roll_up.why.clone()),
            IssueState::Completed { .. } => (ActionKind::Reopen, roll_up.why.clone()),
            _ => (ActionKind::None, format!("people have closed issue #{number}: {}", roll_up.why)),
        };
        let mut step = of(kind, &reason);
        step.issue = Some(self.planned(issue));
        step.notes.extend(roll_up.document.notes.iter().cloned());
        if kind != ActionKind::None {
            let body = self.rewritten(&mut step, issue, (&roll_up.document.text, |marker| marker));
            let state = (kind == ActionKind::Reopen).then_some(NewState::Open);
            if body.is_some() || state.is_some() {
                step.writes.push(Write::Edit { title: None, body, state });
            }
        }
        step
    }

    /// Nothing is held back any more.
    fn emptied(&self, issue: &KnownIssue) -> Step {
        let reason = "nothing is held back any more";
        let mut step = self.step_of(ActionKind::Update, &issue.title, Severity::P5, reason);
        step.issue = Some(self.planned(issue));
        let body = self.rewritten(&mut step, issue, ("Nothing is held back any more.", |marker| marker));
        step.writes.push(Write::Edit { title: None, body, state: Some(NewState::Completed) });
        step
    }
}
