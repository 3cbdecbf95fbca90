//! Cases of a pack in memory, run without threads and files.

use std::fmt::Write;

use super::*;
use crate::classify::Classifier;
use crate::clusters::Clusters;
use crate::diagnostic::Diagnostic;
use crate::entry::Batch;
use crate::pack::tests::{Shelf, sandbox, shown};
use crate::pack::{Loaded, check};
use crate::report::Report;
use crate::triage::{Frame, Triage, triage};

mod memory;
mod restraint;

const PACK: &str = include_str!("tests/pack.txt");

/// The pack with these cases in `tests/a.yaml`, or with these files.
fn suite(cases: &str) -> (Loaded, Suite) {
    let files = if cases.starts_with("== ") { cases.to_owned() } else { format!("== tests/a.yaml\n{cases}") };
    let shelf = Shelf::of(&format!("{PACK}{files}"));
    let mut loaded = check(&shelf, "main", &sandbox());
    assert_eq!(shown(&loaded), "", "the pack of these tests is right");
    let suite = load(&shelf, "main", &mut loaded);
    (loaded, suite)
}

/// Runs a case; captures are not read.
fn run(loaded: &Loaded, case: &Case) -> (Report, Vec<Diagnostic>) {
    let pack = loaded.pack.as_ref().unwrap();
    let (sandbox, classifier) = (sandbox(), Classifier::new(pack));
    let mut clusters = Clusters::new(&classifier, &sandbox);
    let text = case.own_entries(pack).unwrap_or_default();
    let (mut batch, mut malformed) = (Batch::new(), Vec::new());
    for line in text.lines() {
        batch.push_json(line, &mut malformed);
    }
    let read = batch.len() as u64;
    let is_within = |time: Option<Timestamp>| {
        time.is_none_or(|time| case.since.is_none_or(|s| time >= s) && case.until.is_none_or(|u| time < u))
    };
    batch.retain(|head| is_within(head.timestamp()));
    let outside_window = read - batch.len() as u64;
    clusters.add(&pack.redactor.batch(batch));
    let frame = Frame {
        now: case.now,
        since: case.since,
        until: case.until,
        captures: vec!["entries".to_owned()],
        read,
        malformed: 0,
        duplicate: 0,
        outside_window,
        quotes: Vec::new(),
        notes: Vec::new(),
    };
    let Triage { report, failures, .. } = triage(pack, &sandbox, &clusters, &case.memory, frame);
    (report, failures)
}

fn judged(loaded: &Loaded, case: &Case) -> Vec<Diagnostic> {
    let (report, failures) = run(loaded, case);
    let ran = Ran { report: &report, failures: &failures, pack: &[], allows_nothing: false };
    judge(&Classifier::new(loaded.pack.as_ref().unwrap()), &loaded.sources, case, &ran)
}

/// The parts of a text, each behind a line `=== name`.
fn parts(text: &str) -> Vec<(&str, &str)> {
    text.split("=== ").filter_map(|part| part.split_once('\n')).collect()
}

#[test]
fn every_mistake_in_a_case_is_told_at_its_place() {
    let mut out = String::new();
    let parts = parts(include_str!("tests/broken.txt"));
    assert!(parts.len() >= 25, "{} parts", parts.len());
    for (name, text) in parts {
        let (loaded, _) = suite(text);
        assert!(!loaded.diagnostics.is_empty(), "nothing is told of `{name}`");
        writeln!(out, "=== {name}\n{}", shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!("broken", out);
}

#[test]
fn cases_that_are_right_pass() {
    let (loaded, suite) = suite(include_str!("tests/passing.yaml"));
    assert_eq!(shown(&loaded), "");
    assert!(suite.cases.len() >= 10);
    for case in &suite.cases {
        let failures = judged(&loaded, case);
        assert!(failures.is_empty(), "{}: {failures:#?}", case.name);
    }
}

#[test]
fn every_failure_shows_expected_and_actual_and_what_decided() {
    let (mut loaded, suite) = suite(include_str!("tests/failing.yaml"));
    assert_eq!(shown(&loaded), "");
    let mut out = String::new();
    for case in &suite.cases {
        let failures = judged(&loaded, case);
        assert!(!failures.is_empty(), "{} passes", case.name);
        loaded.diagnostics = failures;
        writeln!(out, "=== {}\n{}", case.id(), shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!("failing", out);
}

/// What the keys that a case may have do not say twice: a case with all of them is in `passing.yaml`.
#[test]
fn every_key_of_a_case_is_documented_and_tried() {
    let tried =
        [include_str!("tests/passing.yaml"), include_str!("tests/memory.yaml"), include_str!("tests/restraint.yaml")]
            .concat();
    for shape in crate::pack::shapes().iter().filter(|shape| shape.place.starts_with("tests/")) {
        for key in &shape.keys {
            assert!(key.docs.len() > 4 && key.docs.ends_with(['.', '`']), "{}: {}", key.name, key.docs);
            let is_tried = tried.contains(&format!("{}:", key.name));
            assert!(is_tried || key.name == "captures" || key.name == "closed_at", "`{}` of {}", key.name, shape.place);
        }
    }
}

#[test]
fn a_decision_says_what_is_decided_and_nothing_else() {
    let (loaded, suite) = suite(include_str!("tests/passing.yaml"));
    let (report, _) = run(&loaded, &suite.cases[0]);
    let decision = decision(&report);
    insta::assert_snapshot!("decision", decision.text);
    for (lines, cluster) in decision.clusters.iter().zip(&report.clusters) {
        let first = decision.text.lines().nth(lines.start).unwrap();
        assert_eq!(first, format!("  - id: {}", cluster.id));
    }
    assert_eq!(decision.clusters.iter().map(|lines| lines.end).max().unwrap(), decision.text.lines().count());
}

#[test]
fn a_remark_above_a_script_does_not_change_a_decision() {
    let cases = include_str!("tests/passing.yaml");
    let text = |pack: &str| {
        let shelf = Shelf::of(&format!("{pack}== tests/a.yaml\n{cases}"));
        let mut loaded = check(&shelf, "main", &sandbox());
        let suite = load(&shelf, "main", &mut loaded);
        decision(&run(&loaded, &suite.cases[0]).0).text
    };
    let moved = PACK.replace("== policy/p.rhai\n", "== policy/p.rhai\n// A remark.\n\n");
    assert_ne!(moved, PACK);
    assert_eq!(text(&moved), text(PACK));
}

#[test]
fn cases_are_known_by_file_and_name_and_find_their_definitions() {
    let (_, suite) = suite(
        "== tests/b.yaml\n{ name: Two, now: 2025-09-14, entries: [x], absent: [pool, noise] }\n== tests/a.yaml\n- { name: One!, now: 2025-09-14, entries: [x], expect: { like: x }, snapshot: both }\n",
    );
    let ids: Vec<String> = suite.cases.iter().map(Case::id).collect();
    assert_eq!(ids, ["a.yaml::One!", "b.yaml::Two"]);
    assert_eq!(suite.cases[0].stem(), "a__one");
    assert_eq!(suite.cases[0].snapshots(), [SnapshotKind::Decision, SnapshotKind::Worklog]);
    assert_eq!(suite.cases[1].definitions(), ["pool", "noise"]);
    assert!(suite.cases[1].snapshots().is_empty());
}

#[test]
fn repeated_entries_have_their_times() {
    let (loaded, suite) = suite(
        "- name: x\n  now: 2025-09-14T05:00:00Z\n  entries:\n    - { repeat: 3, every: 10m, entry: hello }\n    - { repeat: 2, entry: bye }\n  counts: { read: 5 }\n",
    );
    let text = suite.cases[0].own_entries(loaded.pack.as_ref().unwrap()).unwrap();
    let times: Vec<Option<&str>> = text.lines().map(|line| line.split("\"timestamp\":\"").nth(1)?.get(..20)).collect();
    assert_eq!(
        times,
        [Some("2025-09-14T04:39:59Z"), Some("2025-09-14T04:49:59Z"), Some("2025-09-14T04:59:59Z"), None, None]
    );
}

#[test]
fn names_of_cases_are_checked_where_the_pack_has_errors_too() {
    let text = format!(
        "{}== tests/a.yaml\n- {{ name: x, now: 2025-09-14, entries: [a], expect: {{ id: pool }} }}\n",
        PACK.replace("- id: pool\n", "- id: pond\n")
    );
    let text = text.replace("related: [slow]", "related: [slow, gone]").replace("  was: [dry-pool]\n", "");
    let shelf = Shelf::of(&text);
    let mut loaded = check(&shelf, "main", &sandbox());
    let _ = load(&shelf, "main", &mut loaded);
    let told = shown(&loaded);
    assert!(told.contains("tests/a.yaml:1:59: there is no definition `pool`"), "{told}");
    assert!(told.contains("list `was: [gone]` in the definition that it is now"), "{told}");
}
