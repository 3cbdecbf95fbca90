//! What the scenarios have in common: runs of `gardener apply`, and looks at the repository.

use std::time::Duration;

use super::github::{Issue, LOGIN, World};
use super::scenario::{Running, Scenario};
use super::support::Run;

/// The run's time; the emulator's issues begin five minutes later.
pub const NOW: &str = "2025-09-14T04:55:00Z";
pub const SHOP: &str = "acme/shop";
/// What creates an issue.
pub const ISSUES: &str = "/repos/acme/shop/issues";
/// What comments on one.
pub const COMMENTS: &str = "/repos/acme/shop/issues/*/comments";

/// Definitions of many kinds of clusters, `k0` to `k9` and so on.
pub fn kinds(count: usize) -> String {
    let kind = |n| format!("- id: k{n}\n  title: Kind {n}\n  match: message:\"kind-{n}-\"\n  severity: P2\n");
    (0..count).map(kind).collect()
}

/// A line of a capture.
pub fn entry(id: &str, time: &str, message: &str) -> String {
    let payload = serde_json::json!({ "message": message });
    serde_json::json!({ "severity": "ERROR", "insertId": id, "timestamp": time, "jsonPayload": payload }).to_string()
}

/// The arguments of a run that writes.
pub fn arguments<'a>(now: &'a str, capture: &'a str) -> Vec<&'a str> {
    vec!["apply", "--yes", "--rules", "pack", "--interval", "0s", "--now", now, capture]
}

/// Makes a plan, and carries it out.
#[track_caller]
pub fn apply(scenario: &Scenario, now: &str, capture: &str) -> Run {
    scenario.run(&arguments(now, capture))
}

/// The same with further arguments.
#[track_caller]
pub fn apply_with(scenario: &Scenario, now: &str, capture: &str, more: &[&str]) -> Run {
    start_with(scenario, now, capture, more).end()
}

/// Starts such a run, and does not wait for it.
pub fn start_with<'s>(scenario: &'s Scenario, now: &str, capture: &str, more: &[&str]) -> Running<'s> {
    let mut all = arguments(now, capture);
    all.extend(more);
    scenario.start(&all)
}

/// The same, of a run that must succeed.
#[track_caller]
pub fn applied(scenario: &Scenario, now: &str, capture: &str) -> Run {
    let run = apply(scenario, now, capture);
    assert_eq!(run.code, 0, "{}\n{}", run.stderr, lines(scenario));
    run
}

/// What was asked, for messages.
pub fn lines(scenario: &Scenario) -> String {
    scenario.github.with(|world| world.lines().join("\n"))
}

/// How many requests were to change something so far.
pub fn writes(scenario: &Scenario) -> usize {
    scenario.github.with(|world| world.writes().len())
}

/// How many requests there were of this method and path.
pub fn count_of(scenario: &Scenario, method: &str, path: &str) -> usize {
    scenario.github.with(|world| world.count_of(method, path))
}

/// An issue of the shop.
pub fn issue(scenario: &Scenario, number: u64) -> Issue {
    scenario.github.with(|world| world.repo(SHOP).issue(number).clone())
}

/// The issues that the program has opened.
pub fn ours(scenario: &Scenario) -> Vec<Issue> {
    of_login(scenario, LOGIN)
}

/// The issues that a login has opened.
pub fn of_login(scenario: &Scenario, login: &str) -> Vec<Issue> {
    scenario.github.with(|world| world.repo(SHOP).by(login).into_iter().cloned().collect())
}

/// Number and title of each.
pub fn titles(scenario: &Scenario) -> Vec<(u64, String)> {
    ours(scenario).into_iter().map(|issue| (issue.number, issue.title)).collect()
}

/// The comments of an issue that the program has made.
pub fn comments(scenario: &Scenario, number: u64) -> Vec<String> {
    let all = issue(scenario, number).comments;
    all.into_iter().filter(|comment| comment.user == LOGIN).map(|comment| comment.body).collect()
}

/// What people see in the end.
#[derive(Debug, PartialEq, Eq)]
pub struct Seen {
    pub number: u64,
    pub title: String,
    pub labels: Vec<String>,
    pub open: bool,
    pub body: String,
    pub comments: Vec<String>,
}

/// The issues of the shop as people see them, whoever wrote them.
pub fn seen(scenario: &Scenario) -> Vec<Seen> {
    let see = |issue: &Issue| {
        let mut labels = issue.labels.clone();
        labels.sort();
        Seen {
            number: issue.number,
            title: issue.title.clone(),
            labels,
            open: issue.open,
            body: issue.body.clone().unwrap_or_default(),
            comments: issue.comments.iter().map(|comment| comment.body.clone()).collect(),
        }
    };
    scenario.github.with(|world| world.repo(SHOP).all().into_iter().map(see).collect())
}

/// Changes something as people do.
pub fn people(scenario: &Scenario, act: impl FnOnce(&mut World)) {
    scenario.github.with(act);
}

/// Asserts that every request was right, that writes came one at a time, and that nothing relied on the search.
#[track_caller]
pub fn assert_clean(scenario: &Scenario) {
    scenario.github.assert_clean(Duration::ZERO);
    assert_eq!(scenario.github.with(|world| world.searches), 0, "{}", lines(scenario));
}

/// The shipped policy of issues.
const ACTION: &str = include_str!("../../../rules/default/policy/action.rhai");

/// A pack with the shipped policy of issues, in which three entries of a cluster make it P0, and a history.
pub fn escalating() -> Scenario {
    let mut scenario = Scenario::new();
    scenario.pack(
        "gardener.yaml",
        "version: 1\nname: shop\nservice: web\nissue: { repository: acme/shop, also: [acme/other] }\n",
    );
    scenario.pack("policy/action.rhai", ACTION);
    scenario.pack(
        "policy/mine.rhai",
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n",
    );
    scenario.keep_history();
    scenario
}

/// A capture of so many failed payments in an hour of the day.
pub fn payments(scenario: &Scenario, hour: usize, count: usize) -> String {
    let (name, minute) = (format!("payments-{hour}-{count}.jsonl"), format!("2025-09-14T{hour:02}:10"));
    scenario.capture(&name, &minute, "payment failed", count)
}

/// Five to the next hour.
pub fn at(hour: usize) -> String {
    format!("2025-09-14T{hour:02}:55:00Z")
}

/// Lets the issues' clock be in an hour of the day, for people act in it.
pub fn set_clock(scenario: &Scenario, hour: usize) {
    people(scenario, |world| world.set_now(&format!("2025-09-14T{hour:02}:58:00Z")));
}
