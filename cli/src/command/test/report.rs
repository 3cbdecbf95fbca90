//! What came of rule tests, for other programs.

use gardener_engine::case::codes;
use gardener_engine::diagnostic::Diagnostic;
use gardener_engine::render;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::Failure;
use crate::findings::{Check, Detail, Finding, Findings, Place};
use crate::reports::{ReportFiles, Reported};
use crate::rule_tests::change::places;
use crate::rule_tests::snapshot_store::Comparison;
use crate::rule_tests::{CaseResult, ExampleResult, Results, Status};
use crate::terminal::difference::{self, Drawn};
use crate::terminal::test_results::Canvas;

/// The version of the JSON's shape.
const SCHEMA: &str = "gardener/test/v1";
/// Lines that are told of a snapshot that differs.
const LINES: usize = 40;

/// Writes the files that were asked for.
pub(super) fn write(
    context: &Context,
    files: &ReportFiles,
    results: &Results,
    canvas: &Canvas<'_>,
) -> Result<(), Failure> {
    let parts = [
        canvas.lines(results, true),
        canvas.failures(results),
        canvas.differences(results, true),
        format!("\n{}", canvas.summary(results)),
    ];
    let findings = findings(results, canvas);
    let json = json_of(results, &findings);
    files.write(context, &Reported { text: &parts.concat(), json: &json, findings: &findings })
}

/// A check for each case, and one for each definition with examples.
fn findings(results: &Results, canvas: &Canvas<'_>) -> Findings {
    let cases = results.cases.iter().map(|case| case_check(case, canvas));
    let examples = results.examples.iter().map(|example| example_check(example, canvas));
    Findings { command: super::COMMAND, checks: cases.chain(examples).collect() }
}

fn case_check(case: &CaseResult, canvas: &Canvas<'_>) -> Check {
    let place = Place::of(case.span, canvas.sources);
    let (suite, name) = case.name.split_once("::").unwrap_or(("", &case.name));
    let mut findings: Vec<Finding> = case.failures.iter().map(|failure| finding(failure, canvas)).collect();
    findings.extend(case.unreadable.iter().map(|error| Finding {
        code: &codes::CASE_UNREADABLE,
        message: error.to_string(),
        details: Vec::new(),
        place: Some(place.clone()),
    }));
    findings.extend(case.snapshots.iter().filter(|snapshot| snapshot.is_differing()).map(|snapshot| Finding {
        code: &codes::SNAPSHOT_DIFFERS,
        message: format!("the {} of `{name}` {}", snapshot.kind.name(), snapshot.what()),
        details: difference(case, snapshot, canvas),
        place: Some(place.clone()),
    }));
    Check {
        suite: suite.to_owned(),
        name: name.to_owned(),
        file: Some(place.file.clone()),
        has_passed: case.status == Status::Passed,
        findings,
    }
}

/// Where it was decided, and line by line what changed, as it is shown to people.
fn difference(case: &CaseResult, snapshot: &Comparison, canvas: &Canvas<'_>) -> Vec<Detail> {
    let mut details: Vec<Detail> = places(canvas.pack, case, snapshot)
        .into_iter()
        .map(|(span, what)| Detail::Place(Place::of(span, canvas.sources), what))
        .collect();
    let new = snapshot.new.contents.trim_end();
    let lines = difference::text(snapshot.old.as_deref(), new, Drawn { most: LINES, is_colored: false, width: None });
    details.extend(lines.lines().map(|line| Detail::Text(line.to_owned())));
    details.push(Detail::Text(format!("see {}", snapshot.shown)));
    details.push(Detail::Text("help: `gardener test --review` shows it".to_owned()));
    details
}

fn example_check(example: &ExampleResult, canvas: &Canvas<'_>) -> Check {
    let (suite, name) = example.name.split_once("::").unwrap_or(("", &example.name));
    Check {
        suite: suite.to_owned(),
        name: name.to_owned(),
        file: None,
        has_passed: example.failures.is_empty(),
        findings: example.failures.iter().map(|failure| finding(failure, canvas)).collect(),
    }
}

fn finding(failure: &Diagnostic, canvas: &Canvas<'_>) -> Finding {
    Finding::of_diagnostic(failure, canvas.sources)
}

/// `gardener/test/v1`: each case and each definition with examples, with what was found in it.
fn json_of(results: &Results, findings: &Findings) -> String {
    let statuses = results.cases.iter().map(|case| match case.status {
        Status::Passed => "passed",
        Status::Differs => "differs",
        Status::Failed => "failed",
        Status::Unreadable => "unreadable",
    });
    let of_examples =
        results.examples.iter().map(|example| if example.failures.is_empty() { "passed" } else { "failed" });
    let tests: Vec<Value> =
        findings.checks.iter().zip(statuses.chain(of_examples)).map(|(check, status)| test(check, status)).collect();
    let count = |status| results.count(status);
    let value = json!({
        "schema": SCHEMA,
        "totals": {
            "passed": count(Status::Passed), "failed": count(Status::Failed), "differ": count(Status::Differs),
            "unreadable": count(Status::Unreadable), "failed_examples": results.failed_examples(),
        },
        "tests": tests,
    });
    format!("{}\n", render::pretty(&value).unwrap_or_default())
}

fn test(check: &Check, status: &str) -> Value {
    let found: Vec<Value> = check
        .findings
        .iter()
        .map(|finding| {
            let start = finding.place.as_ref().map(|place| place.start);
            json!({
                "code": finding.code.id, "message": finding.message, "details": finding.details.iter().map(Detail::to_string).collect::<Vec<_>>(),
                "file": finding.place.as_ref().map(|place| &place.file),
                "line": start.map(|(line, _)| line), "column": start.map(|(_, column)| column),
            })
        })
        .collect();
    json!({ "file": check.suite, "name": check.name, "status": status, "findings": found })
}
