//! Carrying a plan out, one step after the other.

use gardener_engine::filing::{Outcome, Plan, ResultKind, Step, Write};
use gardener_engine::issue::{IssuePlace, Marker};

use super::log::ActionLog;
use super::recent::Recent;
use super::survey::{Target, is_author};
use crate::error::Failure;
use crate::tracker::{Client, Kind, RemoteIssue, Trouble};

/// What carrying a plan out needs.
pub(crate) struct Job<'j, 'c> {
    pub(crate) client: &'j mut Client<'c>,
    pub(crate) target: &'j Target,
    /// Who writes.
    pub(crate) author: &'j str,
    pub(crate) log: &'j mut dyn ActionLog,
    /// Whether the list of issues is whole, so that something may be created.
    pub(crate) may_create: bool,
    /// Whether labels that the repository lacks are made.
    pub(crate) creates_labels: bool,
}

/// What came of a plan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Summary {
    /// One for each step, in the plan's order.
    pub(crate) outcomes: Vec<Outcome>,
    /// What was odd, for people.
    pub(crate) notes: Vec<String>,
}

impl Summary {
    /// Whether something was left that the same plan, or another one, has to do.
    pub(crate) fn is_partial(&self) -> bool {
        let is_left = |result| matches!(result, ResultKind::Changed | ResultKind::Deferred | ResultKind::Unknown);
        self.outcomes.iter().any(|outcome| is_left(outcome.result))
    }

    /// Whether something could not be done.
    pub(crate) fn is_refused(&self) -> bool {
        self.outcomes.iter().any(|outcome| outcome.result == ResultKind::Refused)
    }
}

/// Carries a plan out. `told` hears of every step when it is over.
pub(crate) fn carry_out(job: Job<'_, '_>, plan: &Plan, told: &mut dyn FnMut(&Step, &Outcome)) -> Summary {
    let mut executor = Executor { job, stop: None, recent: None, labels: None, summary: Summary::default() };
    for step in &plan.steps {
        let outcome = executor.step(step);
        told(step, &outcome);
        executor.summary.outcomes.push(outcome);
    }
    executor.summary
}

/// Carrying out under way.
pub(super) struct Executor<'j, 'c> {
    pub(super) job: Job<'j, 'c>,
    /// Why nothing more is written.
    stop: Option<String>,
    /// The newest issues, from before the first creation on.
    pub(super) recent: Option<Recent>,
    /// The labels that the repository has, once they were asked for.
    pub(super) labels: Option<Vec<String>>,
    summary: Summary,
}

/// How a step ends early.
pub(super) enum End {
    /// In this.
    With(Outcome),
    /// By trouble with the tracker.
    Trouble(Trouble),
    /// By a history that fails: nothing is written that is not written down before.
    Log(Failure),
}

impl From<Trouble> for End {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        Self::Log(failure)
    }
}

impl From<Outcome> for End {
    fn from(outcome: Outcome) -> Self {
        Self::With(outcome)
    }
}

impl Executor<'_, '_> {
    fn step(&mut self, step: &Step) -> Outcome {
        if step.writes.is_empty() {
            let detail = step.notes.first().unwrap_or(&step.reason).clone();
            return ended(step, ResultKind::Nothing, detail);
        }
        if let Some(stop) = &self.stop {
            return ended(step, ResultKind::Deferred, stop.clone());
        }
        let came = self.begin(step).and_then(|()| match step.writes.as_slice() {
            [Write::Create { title, body, labels }] => self.create(step, (title, body, labels)),
            writes => self.change(step, writes),
        });
        match came {
            Ok(outcome) | Err(End::With(outcome)) => outcome,
            Err(End::Log(failure)) => {
                let told = format!("the history does not take what is to be written down first: {failure}");
                ended(step, ResultKind::Deferred, self.stop.insert(told).clone())
            }
            Err(End::Trouble(trouble)) => {
                let (result, detail) = self.troubled(&trouble);
                ended(step, result, detail)
            }
        }
    }

    fn begin(&mut self, step: &Step) -> Result<(), End> {
        if !self.job.log.is_ours()? {
            let told = "another run has taken over: it does what is left".to_owned();
            self.halt(told.clone());
            return Err(ended(step, ResultKind::Deferred, told).into());
        }
        Ok(())
    }

    /// What trouble makes of a step, and of those behind it.
    fn troubled(&mut self, trouble: &Trouble) -> (ResultKind, String) {
        let detail = trouble.to_string();
        match trouble.kind {
            Kind::Unauthorized | Kind::Unreachable | Kind::Deferred => {
                self.halt(detail.clone());
                (ResultKind::Deferred, detail)
            }
            Kind::Limited { .. } => (ResultKind::Deferred, detail),
            Kind::Forbidden | Kind::Locked | Kind::Invalid => (ResultKind::Refused, detail),
            Kind::NotFound => (ResultKind::Refused, format!("it cannot be seen: is a permission missing? ({detail})")),
            Kind::Gone => (ResultKind::Refused, format!("it was deleted ({detail})")),
            Kind::Moved => (ResultKind::Changed, format!("it has moved ({detail})")),
            // Reads only: a write of unknown outcome is looked into where it is done.
            Kind::Failed | Kind::NoAnswer => (ResultKind::Deferred, detail),
        }
    }

    pub(super) fn note(&mut self, note: String) {
        self.summary.notes.push(note);
    }

    /// Nothing more is written.
    pub(super) fn halt(&mut self, why: String) {
        self.stop = Some(why);
    }

    pub(super) fn is_ours(&self, issue: &RemoteIssue) -> bool {
        is_author(issue.author.as_deref(), self.job.author)
    }

    /// Whether an issue is one of ours about the cluster of a step.
    pub(super) fn is_about(&self, issue: &RemoteIssue, step: &Step) -> bool {
        let is_it = |marker: &Marker| step.is_about(&marker.fingerprint);
        self.is_ours(issue) && !issue.is_pull_request && Marker::find(&issue.body).iter().any(is_it)
    }
}

/// How a step of an issue ends.
pub(super) fn ended(step: &Step, result: ResultKind, detail: impl Into<String>) -> Outcome {
    let at = step.issue.as_ref();
    Outcome {
        result,
        detail: detail.into(),
        number: at.map(|issue| issue.place.number),
        url: at.and_then(|issue| issue.url.clone()),
    }
}

/// How a step ends on an issue that the tracker has told of.
pub(super) fn on(issue: &RemoteIssue, result: ResultKind, detail: impl Into<String>) -> Outcome {
    Outcome { result, detail: detail.into(), number: Some(issue.number), url: issue.url.clone() }
}

/// Whether an issue is where a step says.
pub(super) fn is_at(issue: &RemoteIssue, place: &IssuePlace) -> bool {
    let is_same = |there: &String| there.eq_ignore_ascii_case(&place.repository);
    issue.number == place.number && issue.repository.as_ref().is_none_or(is_same)
}
