//! `gardener profile`: the same counts in every run, as the run that it measures has them.

mod support;

use serde_json::Value;
use support::{number, report_in, root, run, run_in, write_pack};

const CAPTURE: &str = "tests/captures/netra-2025-09-14.jsonl";

fn profile(arguments: &[&str]) -> Value {
    let mut all = vec!["profile", "--format", "json"];
    all.extend(arguments);
    let run = run(&all);
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// The numbers that may not differ between runs: of each definition and function by its name.
fn counts(profile: &Value) -> Vec<String> {
    let definitions = profile["definitions"].as_array().unwrap().iter().map(|d| {
        let numbers = ["candidates", "evaluations", "matches", "wins"].map(|name| number(d, &[name]));
        format!("{} {numbers:?} {} {}:{}", d["id"], d["is_unfiltered"], d["file"], d["line"])
    });
    let functions =
        profile["functions"].as_array().unwrap().iter().map(|f| format!("{} {} {}", f["name"], f["calls"], f["line"]));
    let mut counts: Vec<String> = definitions.chain(functions).collect();
    counts.sort();
    counts
}

#[test]
fn counts_are_those_of_the_run_and_the_same_each_time() {
    let arguments = ["--rules", "rules/netra-staging", CAPTURE];
    let (first, second) = (profile(&arguments), profile(&arguments));
    assert_eq!(counts(&first), counts(&second));
    assert_eq!(first["schema"], "gardener/profile/v1");

    let report = report_in(&root(), &arguments);
    assert_eq!(number(&first, &["entries"]), number(&report, &["entries", "read"]));
    for definition in first["definitions"].as_array().unwrap() {
        let [candidates, evaluations, matches, wins] =
            ["candidates", "evaluations", "matches", "wins"].map(|name| number(definition, &[name]));
        assert!(candidates >= evaluations && candidates >= matches && matches >= wins, "{definition}");
        let of = |list: &str| report[list].as_array().unwrap().iter().filter(|c| c["id"] == definition["id"]);
        let counted: u64 = of("clusters").map(|cluster| number(cluster, &["count"])).sum();
        if counted > 0 {
            assert_eq!(wins, counted, "{definition}");
        }
    }
    let won: u64 = first["definitions"].as_array().unwrap().iter().map(|d| number(d, &["wins"])).sum();
    let entries = |name: &str| number(&report, &["entries", name]);
    let templates: u64 = report["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|cluster| cluster["origin"] == "template")
        .map(|cluster| number(cluster, &["count"]))
        .sum();
    assert_eq!(won + templates, entries("clustered") + entries("ignored"));

    let names: Vec<&str> =
        first["parts"].as_array().unwrap().iter().map(|part| part["name"].as_str().unwrap()).collect();
    for part in ["reading", "parsing", "redaction", "prefilter", "queries", "templates", "judging"] {
        assert!(names.contains(&part), "{part}");
    }
    let sum: u64 = first["parts"].as_array().unwrap().iter().map(|part| number(part, &["nanoseconds"])).sum();
    assert!(sum > 0 && sum == number(&first, &["nanoseconds"]));
    let function = first["functions"].as_array().unwrap().iter().find(|f| f["name"] == "golden_path_auth").unwrap();
    assert_eq!(number(function, &["calls"]), 1);
    assert_eq!(function["file"], "rules/netra-staging/policy/escalations.rhai");
    assert!(number(function, &["nanoseconds"]) >= number(function, &["own_nanoseconds"]));
}

#[test]
fn a_table_shows_the_slowest_and_no_more_than_asked() {
    let run = run(&["profile", "--rules", "rules/netra-staging", "--limit", "3", CAPTURE]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.starts_with("netra-staging at work on 100 entries: "), "{}", run.stdout);
    for heading in ["PART", "DEFINITION", "FUNCTION"] {
        assert!(run.stdout.contains(&format!("\n{heading}  ")), "{}", run.stdout);
    }
    let definitions = run.stdout.split("\nDEFINITION").nth(1).unwrap().split("\nand ").next().unwrap();
    assert_eq!(definitions.lines().count(), 4, "{}", run.stdout);
    assert!(run.stdout.contains("more definitions: see --limit"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 100), "{}", run.stdout);
    assert_eq!(run.stderr, "");

    let all = profile(&["--rules", "rules/netra-staging", "--limit", "3", CAPTURE]);
    assert_eq!((all["definitions"].as_array().unwrap().len(), all["functions"].as_array().unwrap().len()), (3, 3));
    let share = |d: &Value| number(d, &["query_nanoseconds"]) + number(d, &["count_nanoseconds"]);
    let times: Vec<u64> = all["definitions"].as_array().unwrap().iter().map(share).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

#[test]
fn nothing_to_measure_is_no_profile() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    let empty = run_in(folder.path(), &["profile", "empty.jsonl"]);
    assert_eq!(empty.code, 6);
    assert!(empty.stderr.contains("there are no entries in empty.jsonl"), "{}", empty.stderr);
    assert!(empty.stderr.contains("--allow-empty"), "{}", empty.stderr);
    assert_eq!(run_in(folder.path(), &["profile", "--allow-empty", "empty.jsonl"]).code, 0);
    assert_eq!(run_in(folder.path(), &["profile", "missing.jsonl"]).code, 6);
    assert_eq!(run_in(folder.path(), &["profile", "--limit", "0", "empty.jsonl"]).code, 2);
    let broken = write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: Broken Name\n")]);
    assert_eq!(run_in(folder.path(), &["profile", "--rules", &broken, "empty.jsonl"]).code, 3);
}

#[test]
fn what_fails_in_scripts_and_records_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let pack = write_pack(
        folder.path(),
        &[
            ("gardener.yaml", "version: 1\nname: mine\n"),
            ("clusters/a.yaml", "- { id: a, title: A, match: 'message:\"pool\"', severity: P3 }\n"),
            ("policy/p.rhai", "fn severity(cluster) { deep(cluster.count) }\nfn deep(n) { if n > 0 { [1][n] } }\n"),
        ],
    );
    let entry = r#"{"severity":"ERROR","textPayload":"pool"}"#;
    std::fs::write(folder.path().join("c.jsonl"), format!("{entry}\nnot json{{\n{entry}\n")).unwrap();
    let run = run_in(folder.path(), &["profile", "--rules", &pack, "c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("a policy function failed"), "{}", run.stderr);
    assert!(run.stderr.contains("p.rhai:2:"), "{}", run.stderr);
    // A call that fails took its time all the same.
    let deep = run.stdout.lines().find(|line| line.starts_with("deep ")).unwrap();
    assert_eq!(deep.split_whitespace().nth(1), Some("1"), "{deep}");
}
