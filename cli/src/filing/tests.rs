//! Plans carried out against a tracker in memory that loses answers, refuses, lags behind and dies.

mod cases;
mod faults;
mod people;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gardener_engine::baseline::History;
use gardener_engine::entry::Timestamp;
use gardener_engine::filing::{Outcome, Plan, ResultKind};
use gardener_engine::issue::Issues;
use gardener_engine::plan::Memory as Knowledge;
use gardener_engine::report::Report;

use super::{Job, NoLog, Summary, Target, carry_out, planned, survey};
use crate::analysis::tests::{Bench, at};
use crate::store::Run;
use crate::tracker::client::FakeClock;
use crate::tracker::memory::{Memory, REPOSITORY};
use crate::tracker::{Client, Clock, Limits, RemoteIssue, Request};

const DEFINITIONS: &str = "- id: queue\n  title: Queue grows\n  category: shop\n  match: message:\"queue\"\n  severity: P2\n- id: disk\n  title: Disk is full\n  category: shop\n  match: message:\"disk\"\n  severity: P3\n";
/// Who we are.
const BOT: &str = "gardener-bot";

/// A shop, its rules, and its issues.
struct Shop {
    bench: Bench,
    tracker: Memory,
    history: RefCell<History>,
    clock: FakeClock,
}

/// What one run came to.
struct Ran {
    report: Report,
    plan: Plan,
    summary: Summary,
    /// Whether the list of issues was believed.
    issues: Issues,
}

impl Ran {
    fn results(&self) -> Vec<ResultKind> {
        self.summary.outcomes.iter().map(|outcome| outcome.result).collect()
    }

    fn outcome(&self, id: &str) -> &Outcome {
        let place = self.plan.steps.iter().position(|step| step.id == id).unwrap();
        &self.summary.outcomes[place]
    }
}

impl Shop {
    fn new() -> Self {
        Self::with(DEFINITIONS, "")
    }

    fn with(definitions: &str, policy: &str) -> Self {
        let mut bench = Bench::with(definitions, policy);
        bench.pack.issue.repository = Some(REPOSITORY.to_owned());
        let tracker = Memory::new(BOT);
        tracker.set_now(at("2026-01-20T10:00:00Z"));
        Self { bench, tracker, history: RefCell::default(), clock: FakeClock::default() }
    }

    fn client(&self, tracker: &Memory) -> Client<'_> {
        let limits = Limits { deadline: Duration::from_secs(600), interval: Duration::from_secs(1) };
        Client::new(tracker.clone(), self.clock.clone(), limits, |_| {})
    }

    fn target(&self) -> Target {
        Target::of(&self.bench.pack.issue, REPOSITORY)
    }

    /// Reads messages, one a minute up to `now`, plans, and writes nothing.
    fn plan(&self, tracker: &Memory, messages: &[&str], now: &str) -> (Report, Plan, Issues) {
        let now = at(now);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.jsonl");
        let count = i64::try_from(messages.len()).unwrap();
        let lines: Vec<String> = (0_i64..)
            .zip(messages)
            .map(|(minute, message)| {
                let time = now.plus_seconds(60 * (minute - count));
                serde_json::json!({"severity": "ERROR", "message": message, "timestamp": time.to_string()}).to_string()
            })
            .collect();
        std::fs::write(&path, lines.join("\n")).unwrap();
        let (mut client, target) = (self.client(tracker), self.target());
        let mut found = None;
        let window = (Some(now.plus_seconds(-3600)), Some(now));
        let (mut report, failures) = self.bench.looked_up(&path, window, now, |gathered| {
            let history = self.history.borrow().clone();
            let survey = survey(&mut client, &target, &gathered.wanted(&history)).unwrap();
            let issues = survey.issues.clone();
            found = Some(survey);
            Knowledge { history: history.into(), issues, ..Knowledge::default() }
        });
        assert!(failures.is_empty(), "{failures:?}");
        let mut survey = found.unwrap();
        let plan = planned(&self.bench.pack, &mut report, Some((&mut survey, &mut client, &target)));
        (report, plan, survey.issues)
    }

    /// Carries a plan out.
    fn apply(&self, tracker: &Memory, plan: &Plan) -> Summary {
        let (mut client, target) = (self.client(tracker), self.target());
        let job = Job {
            client: &mut client,
            target: &target,
            author: BOT,
            log: &mut NoLog,
            may_create: true,
            creates_labels: true,
        };
        carry_out(job, plan, &mut |_, _| {})
    }

    /// Plans, carries out, and keeps it in mind.
    fn run(&self, messages: &[&str], now: &str) -> Ran {
        let ran = self.forgetful(messages, now);
        if !ran.summary.is_partial() {
            let run = Run::of_plan(&ran.plan).carried_out(&ran.plan, &ran.summary.outcomes);
            self.history.borrow_mut().runs.push(run.past);
        }
        ran
    }

    /// Plans and carries out with the history lost.
    fn forgetful(&self, messages: &[&str], now: &str) -> Ran {
        self.tracker.set_now(at(now));
        let (report, plan, issues) = self.plan(&self.tracker, messages, now);
        let summary = self.apply(&self.tracker, &plan);
        Ran { report, plan, summary, issues }
    }

    fn ours(&self) -> Vec<RemoteIssue> {
        self.tracker.issues().into_iter().filter(|issue| issue.author.as_deref() == Some(BOT)).collect()
    }

    fn forget(&self) {
        *self.history.borrow_mut() = History::default();
    }
}

fn creates(request: &Request) -> bool {
    matches!(request, Request::Create(_))
}

fn comments(request: &Request) -> bool {
    matches!(request, Request::Comment(..))
}

/// How many things were made: issues and comments.
fn made(tracker: &Memory) -> usize {
    tracker.written().iter().filter(|request| request.makes_anew()).count()
}

fn later(time: &str, minutes: i64) -> String {
    at(time).plus_seconds(60 * minutes).to_string()
}

fn time(text: &str) -> Timestamp {
    at(text)
}
