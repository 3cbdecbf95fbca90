//! `gardener test --coverage`: what no case reaches is told at its place, and `--min-coverage` is a gate.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Run, number, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\nextends: ../base\n";
const CLUSTERS: &str = r#"- id: pool
  title: Pool ran dry
  match: message:"pool exhausted"
  severity: P3
  capture: { waiting: '(\d+) waiting' }
  examples: { match: ["pool exhausted, 3 waiting"], no_match: ["pool filled", "pools"] }
- id: queue
  title: Queue grows
  match: message:"queue length"
  severity: P4
  script: |
    fn severity(cluster) {
        if cluster.count > 1 {
            cluster.raise_to("P1", "more than one");
        }
    }
- id: noise
  match: message:"all is well"
  ignore: true
  reason: it is
"#;
const POLICY: &str = r#"fn severity(cluster) {
    if cluster.has_metric("waiting") && cluster.metrics.waiting.max > 100.0 {
        cluster.raise_to("P0", "too many wait");
    }
}
"#;
const CASES: &str = r#"- name: a pool
  now: 2025-09-14T04:55:00Z
  entries:
    - { severity: ERROR, message: "pool exhausted, 7 waiting" }
  expect: { id: pool, severity: P3 }

- name: a queue
  now: 2025-09-14T04:55:00Z
  entries:
    - { severity: ERROR, message: "queue length 7" }
  expect: { id: queue, severity: P4 }
"#;

/// A pack that builds on another one, with these cases.
fn pack(folder: &Path, cases: &str) -> String {
    write_pack(
        folder,
        &[
            ("../base/gardener.yaml", "version: 1\nname: base\n"),
            ("../base/clusters/b.yaml", "- { id: of-the-base, title: B, match: 'message:\"base\"', severity: P2 }\n"),
            ("gardener.yaml", MANIFEST),
            ("clusters/a.yaml", CLUSTERS),
            ("policy/mine.rhai", POLICY),
            ("tests/a.yaml", cases),
        ],
    )
}

fn test(folder: &Path, arguments: &[&str]) -> Run {
    let mut all = vec!["test", "--rules", "pack"];
    all.extend(arguments);
    run_in(folder, &all)
}

fn json(folder: &Path, arguments: &[&str]) -> (Run, Value) {
    let run = test(folder, &[&["--coverage-json", "c.json"], arguments].concat());
    let text = std::fs::read_to_string(folder.join("c.json")).unwrap();
    (run, serde_json::from_str(&text).unwrap())
}

#[test]
fn what_no_case_reaches_is_told_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), CASES);
    let run = test(folder.path(), &["--coverage"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for text in [
        "coverage of mine by 2 cases with entries",
        // Definitions.
        "  pack/clusters/a.yaml:17: noise (ignores)\n",
        // A script in a file, and one in a definition, each at the line of its file, with what stands there.
        "  pack/policy/mine.rhai:2: the condition never holds\n    2 │     if cluster.has_metric",
        "  pack/clusters/a.yaml:13: the condition never holds\n    13 │         if cluster.count > 1 {\n",
        "  P0: given in pack/policy/mine.rhai:3\n",
        "  P1: given in pack/clusters/a.yaml:14\n",
        "\n(inherited)        0   1    0.0 %\n",
    ] {
        assert!(run.stdout.contains(text), "{text}\n---\n{}", run.stdout);
    }
    for text in ["a.yaml:1: pool", "queue is", "P3:", "P4: declared", "of-the-base"] {
        assert!(!run.stdout.contains(text), "{text}\n---\n{}", run.stdout);
    }
    let plain = test(folder.path(), &[]);
    assert!(run.stdout.starts_with(&plain.stdout), "{}", run.stdout);
}

#[test]
fn more_cases_reach_more_until_there_is_nothing_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    let more = r#"
- name: everything else
  now: 2025-09-14T04:55:00Z
  entries:
    - { severity: ERROR, message: "pool exhausted, 700 waiting" }
    - { severity: ERROR, message: "queue length 7" }
    - { severity: ERROR, message: "queue length 8" }
    - { severity: ERROR, message: "all is well" }
    - { severity: ERROR, message: "what is this" }
  expect:
    - { id: pool, severity: P0 }
    - { id: queue, severity: P1 }
"#;
    pack(folder.path(), CASES);
    let (_, before) = json(folder.path(), &[]);
    let more = format!("{CASES}{more}");
    pack(folder.path(), &more);
    let (run, after) = json(folder.path(), &[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for part in ["definitions", "functions", "statements", "branches"] {
        assert!(number(&before, &["parts", part, "covered"]) <= number(&after, &["parts", part, "covered"]));
        let [covered, all] = ["covered", "all"].map(|name| number(&after, &["parts", part, name]));
        assert!(covered <= all && all > 0, "{part}");
    }
    assert_eq!(after["total"]["percent"], 100.0, "{after}");
    assert!(before["total"]["percent"].as_f64().unwrap() < 100.0);
    let scripts = after["scripts"].as_array().unwrap();
    assert!(!scripts.is_empty() && scripts.iter().all(|script| script["never_run"].as_array().unwrap().is_empty()));
    let shown = test(folder.path(), &["--coverage", "--min-coverage", "100"]);
    assert_eq!(shown.code, 0, "{}{}", shown.stdout, shown.stderr);
    assert!(!shown.stdout.contains("no case makes"), "{}", shown.stdout);
}

#[test]
fn coverage_is_the_same_however_many_threads_work() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), CASES);
    let read = || std::fs::read(folder.path().join("c.json")).unwrap();
    json(folder.path(), &["--jobs", "1"]);
    let one = read();
    for _ in 0..3 {
        json(folder.path(), &["--jobs", "4"]);
        assert_eq!(read(), one);
    }
}

#[test]
fn a_minimum_that_is_not_reached_ends_with_4() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), CASES);
    let (_, coverage) = json(folder.path(), &[]);
    let percent = coverage["total"]["percent"].as_f64().unwrap();
    let reached = test(folder.path(), &["--min-coverage", &format!("{percent}")]);
    assert_eq!(reached.code, 0, "{}{}", reached.stdout, reached.stderr);
    assert!(reached.stdout.contains(&format!("coverage: {percent:.1} % (")), "{}", reached.stdout);

    let missed = test(folder.path(), &["--min-coverage", &format!("{}", percent + 0.1)]);
    assert_eq!(missed.code, 4);
    let [covered, all] = ["covered", "all"].map(|name| number(&coverage, &["total", name]));
    let message = format!("the cases reach {percent:.1} % of the pack ({covered} of {all} parts), which is less than");
    assert!(missed.stderr.contains(&message), "{}", missed.stderr);
    assert!(missed.stderr.contains("--coverage shows what no case reaches"), "{}", missed.stderr);
    let quiet = test(folder.path(), &["-q", "--min-coverage", "100"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (4, ""));
    assert!(quiet.stderr.contains("which is less than 100 %"), "{}", quiet.stderr);

    for text in ["101", "-1", "eighty", "1.234", ""] {
        let wrong = test(folder.path(), &[&format!("--min-coverage={text}")]);
        assert_eq!(wrong.code, 2, "{text}");
        assert!(wrong.stderr.contains("expected a percentage from 0 to 100"), "{}", wrong.stderr);
    }
    assert_eq!(test(folder.path(), &["--coverage", "--list"]).code, 2);
}

#[test]
fn failures_are_shown_all_the_same() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), &CASES.replace("severity: P4", "severity: P1"));
    let run = test(folder.path(), &["--coverage", "--min-coverage", "1"]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("✗ a.yaml::a queue"), "{}", run.stdout);
    assert!(run.stdout.contains("expectation-failed"), "{}", run.stdout);
    assert!(run.stdout.contains("\ncoverage of mine by 2 cases"), "{}", run.stdout);
}

#[test]
fn of_a_gate_and_a_snapshot_the_gate_is_worse() {
    let folder = tempfile::tempdir().unwrap();
    let cases = CASES.replace("  expect: { id: pool, severity: P3 }\n", "  snapshot: decision\n");
    pack(folder.path(), &cases);
    assert_eq!(test(folder.path(), &["--min-coverage", "1"]).code, 5);
    assert_eq!(test(folder.path(), &["--min-coverage", "100"]).code, 4);
}

#[test]
fn without_a_case_there_is_no_coverage() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), CASES);
    for arguments in [
        ["--coverage", "examples::pool"].as_slice(),
        &["--min-coverage", "0", "examples::pool"],
        &["--coverage-json", "c.json", "examples::pool"],
    ] {
        let run = test(folder.path(), arguments);
        assert_eq!(run.code, 4, "{arguments:?}");
        assert!(run.stderr.contains("no case was run, so nothing is known of coverage"), "{}", run.stderr);
    }
    assert!(!folder.path().join("c.json").exists());
    std::fs::remove_dir_all(folder.path().join("pack/tests")).unwrap();
    assert_eq!(test(folder.path(), &["--coverage", "--allow-empty"]).code, 4);
    assert_eq!(test(folder.path(), &["--allow-empty"]).code, 0);
}

#[test]
fn a_pack_of_nothing_but_inherited_rules_has_nothing_to_compare() {
    let folder = tempfile::tempdir().unwrap();
    let cases = "- name: of the base\n  now: 2025-09-14T04:55:00Z\n  entries: [{ severity: ERROR, message: base }]\n  expect: { id: of-the-base }\n";
    pack(folder.path(), cases);
    std::fs::remove_dir_all(folder.path().join("pack/clusters")).unwrap();
    std::fs::remove_dir_all(folder.path().join("pack/policy")).unwrap();
    let shown = test(folder.path(), &["--coverage"]);
    assert_eq!(shown.code, 0, "{}{}", shown.stdout, shown.stderr);
    assert!(shown.stdout.contains("\nall                0   0        –\n"), "{}", shown.stdout);
    assert!(shown.stdout.contains("\n(inherited)        1   1  100.0 %\n"), "{}", shown.stdout);
    let gate = test(folder.path(), &["--min-coverage", "0"]);
    assert_eq!(gate.code, 4);
    assert!(gate.stderr.contains("no definitions and no scripts of its own"), "{}", gate.stderr);
}

#[test]
fn the_shipped_packs_decide_the_same_with_notes_in_their_scripts() {
    for rules in ["rules/default", "rules/netra-staging"] {
        let test = |arguments: &[&str]| {
            // Where CI is set, nothing is written.
            let output = support::gardener()
                .env("CI", "true")
                .args(["test", "--rules", rules])
                .args(arguments)
                .output()
                .unwrap();
            (output.status.code(), String::from_utf8(output.stdout).unwrap())
        };
        let (plain_code, plain) = test(&[]);
        let (code, noted) = test(&["--coverage"]);
        assert_eq!(code, plain_code, "{rules}");
        let coverage = noted.strip_prefix(&plain).unwrap_or_else(|| panic!("{rules}: {plain}\n---\n{noted}"));
        assert!(coverage.starts_with("\ncoverage of "), "{coverage}");
    }
}

#[test]
fn hostile_text_of_scripts_cannot_move_the_cursor() {
    let folder = tempfile::tempdir().unwrap();
    pack(folder.path(), CASES);
    let script = "fn severity(cluster) {}\nfn other(n) {\n    \"\u{1b}[2J\u{202e}x\" + n\n}\n";
    write_pack(folder.path(), &[("policy/mine.rhai", script)]);
    let run = test(folder.path(), &["--coverage", "--coverage-json", "c.json"]);
    assert!(run.stdout.contains("`other` is never called"), "{}", run.stdout);
    let json = std::fs::read_to_string(folder.path().join("c.json")).unwrap();
    for text in [run.stdout, json] {
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
}
