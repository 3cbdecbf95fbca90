//! Mutes and symptoms, from a pack to what its user sees and to the exit code.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{Run, assert_conserved, run_in, write_pack};

const MANIFEST: &str = "version: 1
name: shop
mutes:
  - { cluster: old-queue, group: { labels.provider: acme }, until: 2026-01-31, reason: acme is moving, owner: payments }
  - { match: 'labels.tenant=\"load\"', until: 2026-01-25, reason: load test, owner: platform }
  - { cluster: database, until: 2026-01-10, reason: past, owner: them }
suppress:
  - { cause: database, symptoms: [requests], equal: resource.labels.service_name }
";
const CLUSTERS: &str = "- { id: queue, was: [old-queue], title: Queue grows, match: 'message:\"queue length\"', group_by: labels.provider, severity: P0 }
- { id: database, title: Database is down, match: 'message:\"database is down\"', facets: resource.labels.service_name, severity: P2 }
- { id: requests, title: Requests fail, match: 'message:\"request failed\"', facets: resource.labels.service_name, severity: P1 }
";
const QUEUE: &str = r#"{"timestamp":"2026-01-20T10:00:00Z","severity":"ERROR","textPayload":"queue length 900","labels":{"provider":"acme"}}
"#;
const DATABASE: &str = r#"{"timestamp":"2026-01-20T10:01:00Z","severity":"ERROR","textPayload":"database is down","resource":{"labels":{"service_name":"checkout"}}}
"#;
const REQUESTS: &str = r#"{"timestamp":"2026-01-20T10:02:00Z","severity":"ERROR","textPayload":"request failed","resource":{"labels":{"service_name":"checkout"}}}
{"timestamp":"2026-01-20T10:03:00Z","severity":"ERROR","textPayload":"request failed","labels":{"tenant":"load"},"resource":{"labels":{"service_name":"checkout"}}}
"#;

/// A folder with the pack, and a capture of these entries.
fn folder(entries: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)]);
    std::fs::write(folder.path().join("logs.jsonl"), entries.concat()).unwrap();
    folder
}

fn analyze(folder: &Path, more: &[&str]) -> Run {
    let always = ["analyze", "--rules", "pack", "--now", "2026-01-20T12:00:00Z", "logs.jsonl"];
    run_in(folder, &[&always, more].concat())
}

fn report(folder: &Path) -> Value {
    let run = analyze(folder, &["--format", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_conserved(&report);
    report
}

fn cluster<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["clusters"].as_array().unwrap().iter().find(|cluster| cluster["id"] == id).unwrap()
}

#[test]
fn what_is_muted_never_ends_a_pipeline_and_is_in_every_output() {
    let folder = folder(&[QUEUE]);
    let muted = analyze(folder.path(), &["--fail-on", "P0"]);
    assert_eq!(muted.code, 0, "{}", muted.stderr);
    for part in [
        "## Muted Clusters",
        "muted until 2026-01-31 00:00:00 UTC by payments: acme is moving (`gardener.yaml:4`)",
        "without the mute: create, no issue is known for it",
    ] {
        assert!(muted.stdout.contains(part), "{part}\n{}", muted.stdout);
    }
    assert!(muted.stderr.contains("1 cluster: 1 P0 (1 muted)"), "{}", muted.stderr);
    let report = report(folder.path());
    let queue = cluster(&report, "queue");
    let expected = serde_json::json!({
        "until": "2026-01-31T00:00:00Z", "reason": "acme is moving", "owner": "payments", "place": "gardener.yaml:4",
    });
    assert_eq!((&queue["muted"], &queue["severity"]), (&expected, &Value::from("P0")));
    assert_eq!(queue["action"]["kind"], "none");
    assert_eq!(queue["action"]["rejected"][0]["kind"], "create");
    let table = analyze(folder.path(), &["--format", "table"]).stdout;
    assert!(table.contains("⊘ Queue grows") && table.contains("⊘ muted: no action"), "{table}");
    // The same cluster on the day on which the mute has ended.
    let later = ["analyze", "--rules", "pack", "--now", "2026-01-31", "--fail-on", "P0", "logs.jsonl"];
    assert_eq!(run_in(folder.path(), &later).code, 1);
}

#[test]
fn a_symptom_has_no_issue_of_its_own_and_counts_all_the_same() {
    let folder = folder(&[DATABASE, REQUESTS]);
    let run = analyze(folder.path(), &["--fail-on", "P1"]);
    assert_eq!(run.code, 1, "the symptom is P1: {}", run.stderr);
    assert!(run.stderr.contains("2 clusters: 1 P1, 1 P2 (1 as symptoms of others)"), "{}", run.stderr);
    let issues = run.stdout.split("## GitHub Issue Processing Results").nth(1).unwrap();
    assert!(
        issues.contains("CLUSTER 2 (P2): Database is down") && issues.contains("- P1: CLUSTER 1: Requests fail"),
        "{issues}"
    );
    assert!(!issues.contains("### 🟢 CLUSTER 1"), "{issues}");
    let report = report(folder.path());
    let (requests, database) = (cluster(&report, "requests"), cluster(&report, "database"));
    assert_eq!(requests["symptom_of"]["id"], "database");
    assert_eq!(requests["symptom_of"]["fingerprint"], database["fingerprint"]);
    assert_eq!(requests["symptom_of"]["place"], "gardener.yaml:8");
    assert_eq!(requests["action"]["reason"], "symptom of database");
    assert_eq!(database["symptoms"][0]["fingerprint"], requests["fingerprint"]);
    assert_eq!(database["symptoms"][0]["severity"], "P1");
    assert_eq!(database["action"]["kind"], "create");
    // Half of it is of a load test: that is told, and mutes nothing.
    let part = &requests["partly_muted"][0];
    assert_eq!((&part["entries"], &part["owner"]), (&Value::from(1), &Value::from("platform")));
    assert_eq!(requests["muted"], Value::Null);
}

#[test]
fn mutes_that_are_over_or_for_nothing_are_told() {
    let folder = folder(&[DATABASE]);
    let run = analyze(folder.path(), &[]);
    assert_eq!(run.code, 0);
    let over = "warning: the mute of `database`, by them, ended on 2026-01-10T00:00:00Z (gardener.yaml:6)\n";
    assert!(run.stderr.contains(over), "{}", run.stderr);
    let notes = run.stdout.split("### Notes").nth(1).unwrap();
    assert!(notes.contains("ended on 2026-01-10T00:00:00Z, and what it muted is there: renew it"), "{notes}");
    assert!(notes.contains("the mute of \\`queue\\` (labels.provider=acme), by payments until"), "{notes}");
    assert!(notes.matches("matched nothing in this run").count() == 2, "{notes}");
    assert_eq!(analyze(folder.path(), &["-q"]).stderr, "");
}

#[test]
fn check_warns_of_mutes_by_its_clock() {
    let folder = folder(&[]);
    let check = |more: &[&str]| run_in(folder.path(), &[&["check", "--rules", "pack"], more].concat());
    let now = check(&["--now", "2026-01-20"]);
    assert_eq!(now.code, 0, "{}", now.stdout);
    for part in [
        "warning[mute-expired]: the mute of `database` ended on",
        "gardener.yaml:6:33",
        "over, at 2026-01-20T00:00:00Z",
    ] {
        assert!(now.stdout.contains(part), "{part}\n{}", now.stdout);
    }
    assert_eq!(check(&["--now", "2026-01-20", "--deny-warnings"]).code, 3);
    assert_eq!(check(&["--now", "2026-01-09", "--deny-warnings"]).code, 0);
    assert!(check(&["--now", "2024-06-01"]).stdout.matches("warning[mute-far-off]").count() == 3);
    // By the clock of this machine all of them are over, once and for all.
    assert_eq!(check(&[]).stdout.matches("warning[mute-expired]").count(), 3);
    assert_eq!(check(&["--now", "soon"]).code, 2);
}

#[test]
fn explanations_name_the_lines_that_hold_back() {
    let folder = folder(&[QUEUE, DATABASE, REQUESTS]);
    let run = run_in(folder.path(), &["explain", "--rules", "pack", "--now", "2026-01-20T12:00:00Z", "logs.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let unbroken = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "muted until 2026-01-31T00:00:00Z by payments: acme is moving (pack/gardener.yaml:4)",
        "symptom of database: P2 Database is down (pack/gardener.yaml:8)",
        "1 of 2 entries are muted by platform until 2026-01-25T00:00:00Z: load test | (pack/gardener.yaml:5)",
        "symptoms | `- P1 Requests fail (requests, 2 entries)",
    ] {
        assert!(unbroken.contains(part), "{part}\n{}", run.stdout);
    }
}

#[test]
fn a_new_mute_is_a_change_that_diff_shows() {
    let folder = folder(&[QUEUE]);
    let head = MANIFEST.replace("until: 2026-01-31", "until: 2026-01-01");
    let before = write_pack(&folder.path().join("before"), &[("gardener.yaml", &head), ("clusters/a.yaml", CLUSTERS)]);
    let asked = [
        "diff",
        "--base",
        before.as_str(),
        "--rules",
        "pack",
        "--now",
        "2026-01-20T12:00:00Z",
        "--format",
        "json",
        "logs.jsonl",
    ];
    let run = run_in(folder.path(), &asked);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let diff: Value = serde_json::from_str(&run.stdout).unwrap();
    let changes = diff["clusters"][0]["changes"].as_array().unwrap();
    let muted = changes.iter().find(|change| change["field"] == "muted").unwrap();
    assert_eq!(muted["after"], "muted until 2026-01-31T00:00:00Z by payments: acme is moving");
    assert_eq!((&muted["code"], &muted["before"]), (&Value::from("action-changed"), &Value::Null));
}

/// However many threads share the work, what is muted in part is the same.
#[test]
fn reports_are_the_same_for_any_number_of_threads() {
    let many: String = (0..4000)
        .map(|n| {
            let tenant = if n % 3 == 0 { "load" } else { "other" };
            format!(
                "{{\"timestamp\":\"2026-01-20T10:{:02}:{:02}Z\",\"insertId\":\"i{n}\",\"severity\":\"ERROR\",\"textPayload\":\"{} {n} of some length\",\"labels\":{{\"provider\":\"p{}\",\"tenant\":\"{tenant}\"}}}}\n",
                n / 60 % 60, n % 60, ["queue length", "request failed", "odd matter"][(n + n / 100) % 3], n % 7
            )
        })
        .collect();
    let folder = folder(&[&many]);
    let of = |jobs: &str| analyze(folder.path(), &["--format", "json", "--jobs", jobs]).stdout;
    let one = of("1");
    assert!(one.contains("\"entries\": "), "something is muted in part");
    for jobs in ["2", "5"] {
        assert_eq!(of(jobs), one, "{jobs} threads");
    }
}
