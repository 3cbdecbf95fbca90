//! Policy is data: a definition, a severity, a function, a template changes what comes out, and nothing is compiled.

mod support;

use serde_json::json;
use support::{report_in, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\n";
const CLUSTER: &str = "- id: pool\n  title: Pool ran dry\n  match: message:\"pool exhausted\"\n  severity: P3\n  capture: { waiting: '(\\d+) waiting' }\n  facets: [labels.host]\n";

fn capture(folder: &std::path::Path) {
    let lines: String = (0..6)
        .map(|n| {
            let entry = json!({
                "severity": "ERROR", "timestamp": format!("2025-09-14T04:0{n}:00Z"), "insertId": n.to_string(),
                "labels": {"host": format!("h{}", n % 2)}, "jsonPayload": {"message": format!("pool exhausted, {n} waiting")},
            });
            format!("{entry}\n")
        })
        .collect();
    std::fs::write(folder.join("capture.jsonl"), lines).unwrap();
}

#[test]
fn a_definition_a_severity_and_a_policy_function_are_edits_of_the_pack() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTER)]);
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    assert_eq!(report["clusters"][0]["id"], "pool");
    assert_eq!(report["clusters"][0]["severity"], "P3");
    assert_eq!(report["clusters"][0]["metrics"]["waiting"]["max"], 5.0);

    write_pack(folder.path(), &[("clusters/a.yaml", &CLUSTER.replace("P3", "P1"))]);
    assert_eq!(report_in(folder.path(), &["--rules", &pack, "capture.jsonl"])["clusters"][0]["severity"], "P1");

    let policy = "fn severity(cluster) {\n    if cluster.metrics.waiting.max >= 5 {\n        cluster.raise_to(\"P0\", \"five wait\");\n    }\n}\n";
    write_pack(folder.path(), &[("policy/mine.rhai", policy)]);
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    assert_eq!(report["clusters"][0]["severity"], "P0");
    assert!(report["clusters"][0]["reasons"].to_string().contains("five wait"));

    write_pack(
        folder.path(),
        &[("templates/worklog.md.j2", "{% for c in clusters %}{{ c.id }}={{ c.count }}{% endfor %}\n")],
    );
    let run = run_in(folder.path(), &["analyze", "--rules", &pack, "capture.jsonl"]);
    assert_eq!(run.stdout.trim(), "pool=6", "{}", run.stderr);
}

#[test]
fn a_group_function_splits_a_cluster() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let cluster = format!("{CLUSTER}  policy: {{ group: by_host }}\n");
    let policy = "fn by_host(entry) { #{ host: entry.field(\"labels.host\") } }\n";
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", cluster.as_str()), ("policy/p.rhai", policy)];
    let pack = write_pack(folder.path(), &files);
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    let groups: Vec<&str> =
        report["clusters"].as_array().unwrap().iter().map(|c| c["group"]["host"].as_str().unwrap()).collect();
    assert_eq!(groups, ["h0", "h1"]);
}

#[test]
fn a_runaway_script_leaves_the_declared_severity_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let policy = "fn severity(cluster) {\n    loop { }\n}\n";
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTER), ("policy/p.rhai", policy)];
    let pack = write_pack(folder.path(), &files);
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    assert_eq!(report["clusters"][0]["severity"], "P3");
    assert_eq!(report["clusters"][0]["policy_failed"], true);
    let run = run_in(folder.path(), &["analyze", "--rules", &pack, "capture.jsonl"]);
    assert!(run.stderr.contains("policy/p.rhai:2"), "{}", run.stderr);
}

#[test]
fn a_broken_pack_is_exit_code_3_with_every_problem_at_its_place() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let cluster = "- id: pool\n  titel: x\n  match: serverity>=ERROR\n  severity: P9\n";
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", cluster)]);
    for arguments in [vec!["check", "--rules", &pack], vec!["analyze", "--rules", &pack, "capture.jsonl"]] {
        let run = run_in(folder.path(), &arguments);
        assert_eq!(run.code, 3, "{}", run.stderr);
        let shown = format!("{}{}", run.stdout, run.stderr);
        for expected in
            ["clusters/a.yaml:2:3", "title", "clusters/a.yaml:3:10", "severity", "clusters/a.yaml:4:13", "P9"]
        {
            assert!(shown.contains(expected), "{expected} is not in {shown}");
        }
    }
}

#[test]
fn reasons_of_a_definitions_script_name_the_line_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let script = "  script: |\n    fn severity(cluster) {\n        cluster.raise_to(\"P1\", \"it is late\");\n        cluster.note(1 / 0);\n    }\n";
    let cluster = format!("{CLUSTER}{script}");
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", cluster.as_str())];
    let pack = write_pack(folder.path(), &files);
    let line = |of: &str| cluster.lines().position(|line| line.contains(of)).unwrap() + 1;
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    let reasons = report["clusters"][0]["reasons"].to_string();
    assert!(reasons.contains(&format!("(clusters/a.yaml:{})", line("1 / 0"))), "{reasons}");

    let cluster = cluster.replace("        cluster.note(1 / 0);\n", "");
    write_pack(folder.path(), &[("clusters/a.yaml", cluster.as_str())]);
    let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
    let reasons = report["clusters"][0]["reasons"].to_string();
    assert!(reasons.contains(&format!("P3 → P1: it is late (clusters/a.yaml:{})", line("raise_to"))), "{reasons}");
}

#[test]
fn a_template_is_tried_before_it_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let template = "# {{ dat }}\n{% for c in clusters %}{{ c.cuont }} {{ c.title|uper }}{% endfor %}\n";
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTER), ("templates/worklog.md.j2", template)];
    let pack = write_pack(folder.path(), &files);
    let run = run_in(folder.path(), &["check", "--format", "json", "--rules", &pack]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let problems: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let found: Vec<_> = (problems.as_array().unwrap().iter())
        .map(|p| (p["code"].as_str().unwrap(), p["line"].as_u64().unwrap(), p["column"].as_u64().unwrap()))
        .collect();
    assert_eq!(found, [("bad-template", 1, 6), ("bad-template", 2, 29), ("bad-template", 2, 49)]);
    assert!(run.stdout.contains("did you mean `count`?"));

    let titel = "{% extends \"default/worklog.md.j2\" %}\n{% block titel %}x{% endblock %}\n";
    write_pack(folder.path(), &[("templates/worklog.md.j2", titel)]);
    let run = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("template-never-shown") && run.stdout.contains("did you mean `title`?"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_template_that_fails_in_a_run_does_not_cost_the_worklog() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    // Right for the report that templates are tried on, and wrong for this one.
    let template =
        "{% for c in clusters %}{% if c.count > 5 %}{{ c.title }}{{ (c.title|length) / 0 }}{% endif %}{% endfor %}\n";
    let files = [("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTER), ("templates/worklog.md.j2", template)];
    let pack = write_pack(folder.path(), &files);
    let run = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let run = run_in(folder.path(), &["analyze", "--rules", &pack, "capture.jsonl"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stdout.contains("CLUSTER 1: Pool ran dry"), "{}", run.stdout);
    assert!(run.stdout.contains("This is the default worklog, for the pack's template failed"), "{}", run.stdout);
    assert!(run.stderr.contains("error[bad-template]") && run.stderr.contains("worklog.md.j2:1:"), "{}", run.stderr);
}

#[test]
fn a_title_has_no_hole_where_a_definition_has_no_category() {
    let folder = tempfile::tempdir().unwrap();
    capture(folder.path());
    let files = [("gardener.yaml", "version: 1\nname: mine\nextends: default\n"), ("clusters/a.yaml", CLUSTER)];
    let pack = write_pack(folder.path(), &files);
    let title = || {
        let report = report_in(folder.path(), &["--rules", &pack, "capture.jsonl"]);
        report["clusters"][0]["action"]["issue"]["title"].as_str().unwrap().to_owned()
    };
    assert_eq!(title(), "GCP-general | P3 | Pool ran dry");
    write_pack(
        folder.path(),
        &[("gardener.yaml", "version: 1\nname: mine\nextends: default\nissue: { category: payments }\n")],
    );
    assert_eq!(title(), "GCP-payments | P3 | Pool ran dry");
    write_pack(folder.path(), &[("clusters/a.yaml", &format!("{CLUSTER}  category: pools\n"))]);
    assert_eq!(title(), "GCP-pools | P3 | Pool ran dry");
}
