//! Policy at run time: what functions decide, and what becomes of those that fail or run away.

mod support;

use serde_json::Value;
use support::{report_in, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\nservice: checkout\nattention: EMERGENCY\n";
const CLUSTER: &str = "- id: boom\n  title: Boom\n  match: message:\"boom\"\n  severity: P3\n  capture: { n: 'n=(\\d+)' }\n  impact: { business: { level: high, text: customers wait } }\n";

/// The report on six entries with this cluster definition, policy and manifest.
fn judged(manifest: &str, cluster: &str, policy: &str) -> (Value, String) {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = (0..6)
        .map(|n| {
            let severity = if n < 2 { "WARNING" } else { "ERROR" };
            format!("{{\"severity\":\"{severity}\",\"timestamp\":\"2025-09-14T04:0{n}:00Z\",\"textPayload\":\"boom n={n}\"}}\n")
        })
        .collect();
    std::fs::write(folder.path().join("c.jsonl"), lines).unwrap();
    let files = [("gardener.yaml", manifest), ("clusters/a.yaml", cluster), ("policy/p.rhai", policy)];
    let pack = write_pack(folder.path(), &files);
    let run = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let arguments = ["analyze", "--format", "json", "--now", "2025-09-14T04:55:00Z", "--rules", &pack, "c.jsonl"];
    let run = run_in(folder.path(), &arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.len() < 200_000, "a report of {} bytes", run.stdout.len());
    (report_in(folder.path(), &["--rules", &pack, "c.jsonl"]), run.stderr)
}

fn first(policy: &str) -> Value {
    judged(MANIFEST, CLUSTER, policy).0["clusters"][0].clone()
}

#[test]
fn a_group_function_that_fails_is_told_at_its_place_and_its_clusters_are_marked() {
    let by_name = format!("{CLUSTER}  policy: {{ group: g }}\n");
    for (body, what) in [
        ("loop { }", "it ran for more than"),
        ("1.5", "`g` returned number, not a text"),
        ("let x = entry.field(\"jsonPayload.nope\"); x.len()", "there is no function"),
        ("throw entry.message;", "boom n="),
    ] {
        let (report, stderr) = judged(MANIFEST, &by_name, &format!("fn g(entry) {{\n    {body}\n}}\n"));
        let cluster = &report["clusters"][0];
        assert_eq!(cluster["policy_failed"], true, "{body}");
        assert_eq!(cluster["count"], 6, "{body}: nothing is lost");
        let reasons = cluster["reasons"].to_string();
        assert!(
            reasons.contains("`group(entry)` failed for") && reasons.contains("(policy/p.rhai:"),
            "{body}: {reasons}"
        );
        assert!(stderr.contains("warning[policy-failed]") && stderr.contains(what), "{body}: {stderr}");
        assert!(stderr.contains("policy/p.rhai:2:") || stderr.contains("policy/p.rhai:1:"), "{body}: {stderr}");
    }
}

#[test]
fn a_group_function_of_the_pack_is_for_all_definitions_that_have_none() {
    let policy = "fn group(entry) { entry.severity }\nfn other(entry) { \"one\" }\n";
    let (report, _) = judged(MANIFEST, CLUSTER, policy);
    let groups: Vec<_> = report["clusters"].as_array().unwrap().iter().map(|c| c["group"]["group"].clone()).collect();
    assert_eq!(groups, ["ERROR", "WARNING"]);
    let (report, _) = judged(MANIFEST, &format!("{CLUSTER}  policy: {{ group: other }}\n"), policy);
    assert_eq!(report["clusters"][0]["group"]["group"], "one");
}

#[test]
fn a_pack_sets_its_own_limit_of_operations() {
    let policy = "fn severity(cluster) {\n    let n = 0;\n    while n < 5000 { n += 1; }\n    \"P1\"\n}\n";
    assert_eq!(first(policy)["severity"], "P1");
    let (report, stderr) = judged(&format!("{MANIFEST}policy: {{ max_operations: 1000 }}\n"), CLUSTER, policy);
    assert_eq!(report["clusters"][0]["severity"], "P3");
    assert!(stderr.contains("it ran for more than 1000 steps"), "{stderr}");
    let longer = policy.replace("5000", "100000");
    assert_eq!(first(&longer)["severity"], "P3");
    let (report, _) = judged(&format!("{MANIFEST}policy: {{ max_operations: 5000000 }}\n"), CLUSTER, &longer);
    assert_eq!(report["clusters"][0]["severity"], "P1");
}

#[test]
fn reasons_are_bounded() {
    let cluster = first(
        "fn severity(cluster) {\n    let s = \"\";\n    s.pad(60000, \"a\");\n    for i in 0..1000 { cluster.note(\"\" + i + s); }\n}\n",
    );
    let reasons = cluster["reasons"].as_array().unwrap();
    assert!(reasons.len() < 60, "{}", reasons.len());
    assert!(reasons.iter().all(|reason| reason.as_str().unwrap().chars().count() < 600));
    // A script that makes many large texts ends for its steps, and says so.
    assert!(cluster["policy_failed"] == true || reasons.last().unwrap().as_str().unwrap().contains("more reasons"));
    let cluster = first("fn severity(cluster) {\n    for i in 0..1000 { cluster.note(`remark ${i}`); }\n}\n");
    assert_eq!(cluster["reasons"].as_array().unwrap().last().unwrap(), "950 more reasons are not shown");
}

#[test]
fn natives_that_are_long_at_work_count_as_steps() {
    for body in [
        "let s = \"\"; s.pad(60000, \"a\"); let t = \"\"; t.pad(30000, \"a\"); t += \"b\"; loop { s.contains(t); }",
        "let a = []; a.pad(10000, 1); loop { a.sort(); }",
    ] {
        let cluster = first(&format!("fn severity(cluster) {{ {body} }}\n"));
        assert_eq!((&cluster["severity"], &cluster["policy_failed"]), (&"P3".into(), &true.into()), "{body}");
    }
}

#[test]
fn what_an_impact_leaves_out_stays_as_it_is_declared() {
    let impact = |map: &str| first(&format!("fn impact(cluster) {{ {map} }}\n"))["impact"].clone();
    let changed = impact("#{ business: #{ text: \"nobody can pay\" } }");
    assert_eq!(
        (&changed["business"]["level"], &changed["business"]["text"]),
        (&"high".into(), &"nobody can pay".into())
    );
    let changed = impact("#{ business: #{ level: \"low\" }, technical: \"slow\" }");
    assert_eq!(
        (&changed["business"]["level"], &changed["business"]["text"]),
        (&"low".into(), &"customers wait".into())
    );
    assert_eq!(changed["technical"], "slow");
    let failed = first("fn impact(cluster) { #{ technical: \"slow\", business: #{ level: \"huge\" } } }\n");
    assert_eq!(failed["policy_failed"], true);
    assert_eq!(failed["impact"]["technical"], Value::Null, "a map with a mistake in it changes nothing");
}

#[test]
fn log_severities_that_no_entry_has_are_zero() {
    let policy = "fn severity(cluster) {\n    if cluster.log_severities.CRITICAL == 0 && cluster.log_severities[\"ERROR\"] == 4 { \"P2\" } else { \"P5\" }\n}\n";
    assert_eq!(first(policy)["severity"], "P2");
}
