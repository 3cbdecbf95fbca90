//! What scripts may say of memory and of issues, and what `gardener check` says where they say it wrongly.

mod support;

use support::{report_in, root, run, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\nextends: default\n";
const CLUSTERS: &str = "- id: queue
  title: Queue grows
  match: message:\"queue length\"
  capture: { length: 'queue length (\\d+)' }
  facets: [labels.line]
  severity: P3
  policy: { severity: queue, action: by_hands }
- id: other
  title: Other
  match: message:\"other\"
  severity: P3
  policy: { action: queue }
";
/// Nearly right: each line has one mistake.
const POLICY: &str = r#"import "policy/escalation" as escalation;

fn queue(cluster) {
    if cluster.days_sen > 2 { cluster.escalate("x"); }
    if cluster.previous.cuont > 2 { cluster.escalate("x"); }
    if cluster.previous?.metrics.lenght.last > 2.0 { cluster.escalate("x"); }
    if cluster.forecast.limt > 2.0 { cluster.escalate("x"); }
    if cluster.run_back(1).severty == "P1" { cluster.escalate("x"); }
    if cluster.worsening("lenght", "up", 1.0, 1) != () { cluster.escalate("x"); }
    if cluster.worsening("length", "upwards", 1.0, 1) != () { cluster.escalate("x"); }
    if cluster.worsening("length", "up", 1.0) != () { cluster.escalate("x"); }
    if cluster.gained("labels.lines").len() > 0 { cluster.escalate("x"); }
    if cluster.seen_after("yesterday", 1) { cluster.escalate("x"); }
    for change in cluster.changes { cluster.note(change.txt); }
    escalation::persistance(cluster, 2, "x");
}

fn by_hand(cluster, issue) {
    if issue.exsts { issue.update("x"); }
    if issue.state() == "open" { issue.escalat("x"); }
    issue.reject("creat", "x");
    issue.create();
    issue.severity = "P1";
}

fn action(cluster) { }
"#;

#[test]
fn check_finds_what_is_misspelt() {
    let folder = tempfile::tempdir().unwrap();
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS), ("policy/p.rhai", POLICY)];
    write_pack(folder.path(), &files);
    let checked = run_in(folder.path(), &["check", "--rules", "pack"]);
    assert_eq!(checked.code, 3, "{}{}", checked.stdout, checked.stderr);
    insta::assert_snapshot!(checked.stdout);
}

#[test]
fn check_finds_functions_for_actions_that_are_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "fn queue(cluster) { }\nfn by_hand(cluster, issue) { issue.none(\"x\"); }\n";
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS), ("policy/p.rhai", policy)]);
    let checked = run_in(folder.path(), &["check", "--rules", "pack"]);
    assert_eq!(checked.code, 3, "{}{}", checked.stdout, checked.stderr);
    insta::assert_snapshot!(checked.stdout);
}

#[test]
fn the_report_says_what_was_decided_by_whom_and_what_was_not() {
    let report = report_in(&root(), &["--rules", "rules/netra-staging", "tests/captures/netra-2025-09-14.jsonl"]);
    for cluster in report["clusters"].as_array().unwrap() {
        let action = &cluster["action"];
        assert!(action["by"].as_str().unwrap().starts_with("policy/action.rhai:"), "{action}");
        assert!(!action["reason"].as_str().unwrap().is_empty(), "{action}");
        assert_eq!(cluster["trend"], serde_json::Value::Null, "there is no history");
        assert!(["definition", "policy"].contains(&cluster["severity_by"].as_str().unwrap()));
    }
    let totals = |name: &str| report["totals"][name].as_u64().unwrap();
    let sum: u64 = ["created", "updated", "escalated", "reopened", "none"].into_iter().map(totals).sum();
    assert_eq!(totals("clusters"), sum);
    assert_eq!(report["quiet"].as_array().map(Vec::len), Some(0));
}

/// Before there is a history every question about it has an answer, and none of them raises anything.
#[test]
fn without_history_every_question_has_an_answer() {
    let policy = r#"
fn severity(cluster) {
    let c = cluster;
    c.note(`${c.state} ${c.is_new} ${c.has_history} ${c.runs_seen} ${c.runs_known} ${c.runs_missed} ${c.days_seen} ${c.days_in_a_row}`);
    c.note(`${c.previous == ()} ${c.previous?.count == ()} ${c.run_back(1) == ()} ${c.forecast == ()} ${c.is_escalating} ${c.is_locked}`);
    c.note(`${c.counts} ${c.rates} ${c.changes} ${c.has_news} ${c.is_all_news} [${c.quiet_since}] ${c.first_ever_seen}`);
    c.note(`[${c.last_severity}${c.last_severity_by}${c.last_action}] ${c.last_issue} ${c.persists(1)} ${c.moved("labels.line")}`);
    c.note(`${c.worsening("length", "up", 1, 1) == ()} ${c.trend("length").last} ${c.readings("length").len()} ${c.gained("labels.line")} ${c.lost("labels.line")} ${c.seen_after("", 1)}`);
}
"#;
    let folder = tempfile::tempdir().unwrap();
    let clusters = CLUSTERS
        .replace("  policy: { severity: queue, action: by_hands }\n", "")
        .replace("  policy: { action: queue }\n", "");
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", clusters.as_str()), ("policy/p.rhai", policy)];
    let pack = write_pack(folder.path(), &files);
    let line = r#"{"severity":"ERROR","timestamp":"2025-09-14T04:00:00Z","labels":{"line":"7"},"jsonPayload":{"message":"queue length 5"}}"#;
    std::fs::write(folder.path().join("c.jsonl"), line).unwrap();
    let report = report_in(folder.path(), &["--rules", &pack, "c.jsonl"]);
    let cluster = &report["clusters"][0];
    assert_eq!(cluster["policy_failed"], false, "{cluster}");
    let reasons: Vec<&str> =
        cluster["reasons"].as_array().unwrap().iter().map(|reason| reason.as_str().unwrap()).collect();
    let expected = [
        "declared P3 by queue",
        "new true false 0 0 0 0 1 (policy/p.rhai:4)",
        "true true true true false false (policy/p.rhai:5)",
        "[1] [1.0] [] true false [] 2025-09-14T04:00:00Z (policy/p.rhai:6)",
        "[] 0 false  (policy/p.rhai:7)",
        "true 5.0 1 [] [] true (policy/p.rhai:8)",
    ];
    assert_eq!(reasons, expected);
}

#[test]
fn the_shipped_packs_have_nothing_to_be_told() {
    for rules in ["default", "rules/netra-staging"] {
        let checked = run(&["check", "--rules", rules]);
        assert_eq!(checked.code, 0, "{}", checked.stdout);
        assert!(!checked.stdout.contains("warning["), "{}", checked.stdout);
    }
}
