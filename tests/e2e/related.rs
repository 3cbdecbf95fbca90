//! What rises together, and what a pack says of mined clusters, from a capture to every output.

mod support;

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;
use support::{Run, assert_conserved, run_in, write_pack};

const MANIFEST: &str = "version: 1
name: shop
unknown:
  templates:
    - { like: 'cache miss for key 17', ignore: the cache fills itself }
    - { like: 'shelf 3 is empty', title: A shelf is empty, severity: P2, split_by: labels.hall }
    - { like: 'row 5 of the ledger is odd', same_as: ledger }
";
const CLUSTERS: &str =
    "- { id: ledger, title: The ledger is broken, match: 'message:\"ledger is broken\"', severity: P1 }\n";

fn entry(capture: &mut String, second: u32, severity: &str, message: &str, more: &str) {
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let time = format!("2026-01-20T{hour:02}:{minute:02}:{second:02}Z");
    writeln!(
        capture,
        r#"{{"timestamp":"{time}","severity":"{severity}","insertId":"{}","textPayload":"{message}"{more}}}"#,
        capture.len()
    )
    .unwrap();
}

/// A day of healthy requests and of warnings; at ten o'clock an index is lost, and requests fail for ten minutes.
fn day() -> String {
    let mut capture = String::new();
    for request in 0..2_000 {
        let trace = format!(r#","trace":"projects/p/traces/{request}""#);
        entry(&mut capture, request * 43, "INFO", "served", &trace);
    }
    for nth in 0..300 {
        entry(&mut capture, nth * 287, "WARNING", "the queue is long", "");
    }
    entry(&mut capture, 36_000, "ERROR", "the index of prices is gone", "");
    for nth in 0..40 {
        let trace = format!(r#","trace":"projects/p/traces/failed-{nth}""#);
        entry(&mut capture, 36_002 + nth * 14, "ERROR", "no price for the basket", &trace);
        entry(&mut capture, 36_002 + nth * 14, "ERROR", "checkout was aborted", &trace);
    }
    capture
}

fn folder(capture: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)]);
    std::fs::write(folder.path().join("logs.jsonl"), capture).unwrap();
    folder
}

fn run(folder: &Path, command: &str, more: &[&str]) -> Run {
    let run = run_in(folder, &[&[command, "--rules", "pack", "--now", "2026-01-21"], more].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

fn report(folder: &Path) -> Value {
    let report = serde_json::from_str(&run(folder, "analyze", &["logs.jsonl", "--format", "json"]).stdout).unwrap();
    assert_conserved(&report);
    report
}

fn cluster<'r>(report: &'r Value, title: &str) -> &'r Value {
    let clusters = report["clusters"].as_array().unwrap();
    clusters.iter().find(|cluster| cluster["title"] == title).unwrap_or_else(|| panic!("no {title} in {report:#}"))
}

#[test]
fn a_cause_and_its_symptoms_are_in_every_output() {
    let folder = folder(&day());
    let report = report(folder.path());
    let failed = cluster(&report, "no price for the basket");
    let cause = cluster(&report, "the index of prices is gone");
    assert_eq!(failed["likely_cause"]["fingerprint"], cause["fingerprint"]);
    let related = failed["related_by"].as_array().unwrap();
    let aborted = related.iter().find(|other| other["title"] == "checkout was aborted").unwrap();
    assert_eq!(aborted["traces"], serde_json::json!({ "shared": 40, "own": 40, "other": 40, "is_exact": true }));
    let of_cause = related.iter().find(|other| other["fingerprint"] == cause["fingerprint"]).unwrap();
    assert_eq!((&of_cause["began"], &of_cause["edge"]["apart_seconds"]), (&Value::from("before"), &Value::from(2.0)));
    assert_eq!(cluster(&report, "the queue is long")["related_by"], serde_json::json!([]));
    assert_eq!(cause["likely_cause"], Value::Null);
    let worklog = run(folder.path(), "analyze", &["logs.jsonl"]).stdout;
    for part in ["**Likely Cause:** CLUSTER", "**Rises With:**", "the index of prices is gone: begins 2 s before"] {
        assert!(worklog.contains(part), "{part}\n{worklog}");
    }
    let explained = run(folder.path(), "explain", &["logs.jsonl"]).stdout;
    assert!(explained.contains("rises with") && explained.contains("the likely cause"), "{explained}");
}

#[test]
fn a_pack_ignores_splits_and_merges_what_it_has_no_definition_for() {
    let mut capture = String::new();
    for nth in 0..4 {
        entry(&mut capture, nth, "WARNING", &format!("cache miss for key {nth}"), "");
        let hall = format!(r#","labels":{{"hall":"{}"}}"#, ["north", "south"][nth as usize % 2]);
        entry(&mut capture, nth, "WARNING", &format!("shelf {nth} is empty"), &hall);
        entry(&mut capture, nth, "WARNING", &format!("row {nth} of the ledger is odd"), "");
    }
    let folder = folder(&capture);
    let report = report(folder.path());
    assert_eq!((&report["entries"]["ignored"], &report["entries"]["clustered"]), (&4.into(), &8.into()));
    assert_eq!(report["ignored"][0]["reason"], "the cache fills itself");
    assert_eq!(cluster(&report, "The ledger is broken")["count"], 4);
    let halls = report["clusters"].as_array().unwrap().iter().filter(|cluster| cluster["title"] == "A shelf is empty");
    let halls: Vec<&str> = halls.map(|cluster| cluster["group"]["labels.hall"].as_str().unwrap()).collect();
    assert_eq!(halls, ["north", "south"]);
    let of_record = |record: &str| run(folder.path(), "explain", &[record]).stdout;
    let ignored = of_record("logs.jsonl:1");
    assert!(ignored.contains("the cache fills itself") && ignored.contains("gardener.yaml:5"), "{ignored}");
    assert!(of_record("logs.jsonl:2").contains("labels.hall=north"));
    assert!(of_record("logs.jsonl:3").contains("The ledger is broken (ledger"));
    let of_hall = run(folder.path(), "explain", &["logs.jsonl"]).stdout;
    assert!(of_hall.contains("records logs.jsonl:2, logs.jsonl:8"), "{of_hall}");
}

#[test]
fn a_rule_that_means_nothing_is_an_error_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = MANIFEST.replace("same_as: ledger", "same_as: legder");
    write_pack(folder.path(), &[("gardener.yaml", &manifest), ("clusters/a.yaml", CLUSTERS)]);
    let run = run_in(folder.path(), &["check", "--rules", "pack"]);
    assert_eq!(run.code, 3);
    let all = run.stdout + &run.stderr;
    assert!(all.contains("gardener.yaml:7") && all.contains("did you mean `ledger`?"), "{all}");
}
