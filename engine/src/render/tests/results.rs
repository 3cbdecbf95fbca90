//! The worklog of a run whose plan was carried out.

use super::*;
use crate::report::{Action, ActionKind, Issue, Outcome, ResultKind};

fn outcome(result: ResultKind, detail: &str, number: Option<u64>) -> Option<Box<Outcome>> {
    let url = number.map(|number| format!("https://github.com/netra-systems/netra-apex/issues/{number}"));
    Some(Box::new(Outcome { result, detail: detail.to_owned(), number, url }))
}

/// The example, its plan carried out: the users' cluster has no issue.
fn done() -> Report {
    let mut report = fixture::example();
    let results = [
        "Issue escalated from P1 to P0. Added the latest log data.",
        "Issue escalated from P3 to P2.",
        "Added 8 new occurrences.",
        "",
        "Added 19 new occurrences.",
    ];
    for (cluster, detail) in report.clusters.iter_mut().zip(results) {
        let number = cluster.action.issue.as_ref().and_then(|issue| issue.number);
        let kind = if cluster.action.kind == ActionKind::None { ResultKind::Nothing } else { ResultKind::Done };
        cluster.action.result = outcome(kind, detail, number);
    }
    for (at, from, to) in [(0, Severity::P1, Severity::P0), (1, Severity::P3, Severity::P2)] {
        (report.clusters[at].action.from, report.clusters[at].action.to) = (Some(from), Some(to));
    }
    report.clusters[0].action.links = vec![889, 807];
    report
}

/// From where a heading begins, to the end.
fn from<'d>(document: &'d str, heading: &str) -> &'d str {
    &document[document.find(heading).unwrap()..]
}

#[test]
fn what_was_done_is_said_as_people_said_it() {
    let text = worklog(&done(), &Template::DEFAULT).unwrap();
    insta::assert_snapshot!(from(&text, "## GitHub Issue Processing Results"));
}

#[test]
fn what_could_not_be_done_is_said_with_its_reason() {
    let mut report = done();
    let create = Action {
        kind: ActionKind::Create,
        reason: "No issue is about it.".to_owned(),
        issue: Some(Issue { number: None, title: "GCP-x | P2 | *New*".to_owned(), url: None }),
        ..Action::none()
    };
    report.clusters[1].action =
        Action { result: outcome(ResultKind::Done, "Created as #901.", Some(901)), ..create.clone() };
    report.clusters[1].follow_up = Some("look at it".to_owned());
    report.clusters[2].action.result =
        outcome(ResultKind::Deferred, "The tracker asks to wait for 50 minutes.", Some(889));
    report.clusters[3].action = Action { result: outcome(ResultKind::Unknown, "No answer came.", None), ..create };
    report.clusters[4].action.result = outcome(ResultKind::Refused, "The issue is locked by @octocat.", Some(169));
    report.totals = Totals { clusters: 5, created: 2, updated: 2, escalated: 1, ..Totals::default() };
    let text = worklog(&report, &Template::DEFAULT).unwrap();
    insta::assert_snapshot!(from(&text, "## GitHub Issue Processing Results"));
    let mut one = done();
    one.clusters.truncate(1);
    for (kind, said) in [
        (ResultKind::AlreadyDone, "### ✅ CLUSTER 1 (P0)"),
        (ResultKind::Nothing, "**Action:** NOTHING TO WRITE"),
        (ResultKind::Changed, "### ⚠️ CLUSTER 1 (P0)"),
    ] {
        one.clusters[0].action.result = outcome(kind, "detail", Some(838));
        assert!(worklog(&one, &Template::DEFAULT).unwrap().contains(said), "{said}");
    }
}

#[test]
fn a_result_is_json_only_where_there_is_one() {
    let value = |report: &Report| serde_json::from_str::<serde_json::Value>(&json(report)).unwrap();
    assert_eq!(value(&fixture::example())["clusters"][0]["action"].get("result"), None);
    let result = &value(&done())["clusters"][0]["action"]["result"];
    assert_eq!((&result["result"], &result["number"]), (&"done".into(), &838.into()));
}
