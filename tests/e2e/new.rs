//! `gardener new`: definitions drafted from entries, and to be filled in.

mod support;

use std::path::Path;

use serde_json::{Value, json};
use support::{report_in, root, run, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\nextends: default\n";
const OWN: &str = "- id: pool\n  title: Pool\n  match: message:\"no connection left in the pool\"\n  severity: P3\n";

/// A folder with a pack and a capture of four entries: two timeouts of one kind, one of the pool, one routine.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", OWN)]);
    let entry = |at: u32, severity: &str, message: &str| {
        json!({
            "severity": severity, "timestamp": format!("2025-09-14T04:5{at}:00Z"), "insertId": at.to_string(),
            "resource": { "type": "cloud_run_revision", "labels": { "revision_name": "shop-00017" } },
            "jsonPayload": { "message": message }
        })
    };
    let lines = [
        entry(1, "INFO", "cart opened"),
        entry(2, "ERROR", "checkout timed out after 30.5s (order 4711) for ada@example.com, token=s3cretvalue"),
        entry(3, "ERROR", "checkout timed out after 7s (order 4712) for bob@example.com"),
        entry(4, "ERROR", "no connection left in the pool"),
    ];
    std::fs::write(folder.path().join("logs.jsonl"), lines.map(|line| format!("{line}\n")).concat()).unwrap();
    folder
}

fn read(folder: &Path, path: &str) -> String {
    std::fs::read_to_string(folder.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_draft_is_printed_with_what_else_it_matches() {
    let folder = folder();
    let drafted = run_in(folder.path(), &["new", "--from-entry", "logs.jsonl:2", "--rules", "pack"]);
    assert_eq!(drafted.code, 0, "{}", drafted.stderr);
    for expected in [
        "- id: checkout-timed-out\n",
        "  match: severity>=WARNING AND message:\"checkout timed out\"\n",
        "    duration_s: 'after (\\d+(?:\\.\\d+)?)s'\n",
        "  facets: [resource.labels.revision_name]\n",
        "  severity: P3",
        "***@example.com",
    ] {
        assert!(drafted.stdout.contains(expected), "{expected} is not in {}", drafted.stdout);
    }
    assert!(!drafted.stdout.contains("s3cret") && !drafted.stdout.contains("ada@"), "{}", drafted.stdout);
    for expected in [
        "record 2 of logs.jsonl",
        "2 of the 4 entries",
        "2 that no definition has",
        "pack/clusters/checkout-timed-out.yaml",
    ] {
        assert!(drafted.stderr.contains(expected), "{expected} is not in {}", drafted.stderr);
    }
    assert!(!folder.path().join("pack/clusters/checkout-timed-out.yaml").exists());
    let by_line = run_in(folder.path(), &["new", "-q", "--from-entry", "logs.jsonl:L3", "--rules", "pack"]);
    assert!(by_line.stdout.contains("after 7s") && by_line.stderr.is_empty(), "{}{}", by_line.stdout, by_line.stderr);
}

#[test]
fn what_is_written_is_right_at_once() {
    let folder = folder();
    let arguments = ["new", "slow-checkout", "--from-entry", "logs.jsonl:2", "--write", "--rules", "pack"];
    let written = run_in(folder.path(), &arguments);
    assert_eq!(written.code, 0, "{}", written.stderr);
    let paths =
        "pack/clusters/slow-checkout.yaml\npack/tests/slow-checkout.yaml\npack/tests/captures/slow-checkout.jsonl\n";
    assert!(written.stdout.starts_with(paths), "{}", written.stdout);
    assert!(written.stdout.contains("✓ slow-checkout.yaml::slow-checkout takes its entry"), "{}", written.stdout);
    assert!(written.stderr.contains("0 errors, 0 warnings"), "{}", written.stderr);
    let checked = run_in(folder.path(), &["check", "--rules", "pack", "--deny-warnings"]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    let report = report_in(folder.path(), &["--rules", "pack", "logs.jsonl"]);
    let cluster =
        report["clusters"].as_array().unwrap().iter().find(|cluster| cluster["id"] == "slow-checkout").unwrap();
    assert_eq!((&cluster["count"], &cluster["metrics"]["duration_s"]["max"]), (&json!(2), &json!(30.5)));
    // Of the fixture the entry is taken, and no near miss.
    let fixture = read(folder.path(), "pack/tests/captures/slow-checkout.jsonl");
    assert!(fixture.lines().count() > 1 && !fixture.contains("s3cret") && !fixture.contains("ada@"), "{fixture}");
    let report = report_in(folder.path(), &["--rules", "pack", "pack/tests/captures/slow-checkout.jsonl"]);
    let cluster =
        report["clusters"].as_array().unwrap().iter().find(|cluster| cluster["id"] == "slow-checkout").unwrap();
    assert_eq!(cluster["count"], 1);
    let case = read(folder.path(), "pack/tests/slow-checkout.yaml");
    assert!(case.contains("captures: captures/slow-checkout.jsonl") && case.contains("last: 30.5"), "{case}");
}

#[test]
fn nothing_is_overwritten_and_an_id_is_given_once() {
    let folder = folder();
    let before = read(folder.path(), "pack/clusters/a.yaml");
    for (arguments, expected) in [
        (vec!["new", "pool", "--write"], "pack/clusters/a.yaml:1:7"),
        (vec!["new", "--id", "pool", "--from-entry", "logs.jsonl:2"], "such as `pool-2`"),
        (vec!["new", "container-memory-limit"], "override: true"),
        (vec!["new", "a", "--write"], "`pack/clusters/a.yaml` is there already"),
        (vec!["new", "Check out"], "write `check-out`"),
        (vec!["new", "../../x"], "cannot be the id"),
    ] {
        let all = [arguments.as_slice(), &["--rules", "pack"]].concat();
        let refused = run_in(folder.path(), &all);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{arguments:?}: {}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{arguments:?}: {}", refused.stderr);
    }
    assert_eq!(read(folder.path(), "pack/clusters/a.yaml"), before);
    assert_eq!(std::fs::read_dir(folder.path().join("pack")).unwrap().count(), 2);
}

#[test]
fn an_entry_that_a_definition_has_is_drafted_to_come_before_it() {
    let folder = folder();
    let drafted =
        run_in(folder.path(), &["new", "empty-pool", "--from-entry", "logs.jsonl:4", "--write", "--rules", "pack"]);
    assert!(drafted.stderr.contains("belongs to `pool` now"), "{}", drafted.stderr);
    let file = read(folder.path(), "pack/clusters/empty-pool.yaml");
    assert!(file.contains("priority: 1") && file.contains("# before `pool`"), "{file}");
    let report = report_in(folder.path(), &["--rules", "pack", "logs.jsonl"]);
    let ids: Vec<&Value> = report["clusters"].as_array().unwrap().iter().map(|cluster| &cluster["id"]).collect();
    assert!(ids.contains(&&json!("empty-pool")) && !ids.contains(&&json!("pool")), "{ids:?}");
}

#[test]
fn what_cannot_be_drafted_from_is_said() {
    let folder = folder();
    std::fs::write(
        folder.path().join("values.jsonl"),
        "{\"severity\":\"ERROR\",\"textPayload\":\"4711 10.0.0.1\"}\n{\"sev\n",
    )
    .unwrap();
    for (operand, code, expected) in [
        ("logs.jsonl", 2, "`logs.jsonl:17`"),
        ("logs.jsonl:9", 2, "4 records"),
        ("logs.jsonl:0", 2, "counted from 1"),
        ("none.jsonl:1", 6, "none.jsonl"),
        ("values.jsonl:1", 2, "no words that a query"),
        ("values.jsonl:2", 6, "cannot be read"),
    ] {
        let refused = run_in(folder.path(), &["new", "--from-entry", operand, "--rules", "pack"]);
        assert_eq!((refused.code, refused.stdout.as_str()), (code, ""), "{operand}: {}", refused.stderr);
        assert!(refused.stderr.contains(expected), "{operand}: {}", refused.stderr);
    }
    let nothing = run_in(folder.path(), &["new"]);
    assert_eq!(nothing.code, 2, "{}", nothing.stderr);
    let built_in = run_in(folder.path(), &["new", "x", "--write", "--rules", "default"]);
    assert!(built_in.code == 2 && built_in.stderr.contains("gardener init"), "{}", built_in.stderr);
}

#[test]
fn an_entry_may_be_piped_in() {
    let output = support::gardener()
        .args(["new", "--from-entry", "-:2"])
        .write_stdin("starting\nERROR payment provider answered 502 after 12 s\n")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("payment provider answered"), "{text}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_definition_to_be_filled_in_loads() {
    let folder = folder();
    let written = run_in(folder.path(), &["new", "card-declined", "--write", "--rules", "pack"]);
    assert_eq!(
        (written.code, written.stdout.as_str()),
        (0, "pack/clusters/card-declined.yaml\n"),
        "{}",
        written.stderr
    );
    assert!(written.stderr.contains("0 errors, 0 warnings"), "{}", written.stderr);
}

#[test]
fn every_entry_of_the_captures_gives_a_definition_that_loads_or_none() {
    // Drafts of many kinds of entries in one pack, each in its own file.
    let folder = tempfile::tempdir().unwrap();
    let manifest = MANIFEST.replace("extends: default\n", "");
    let pack = write_pack(folder.path(), &[("gardener.yaml", &manifest), ("clusters/a.yaml", OWN)]);
    let mut drafts = 0;
    for (capture, numbers) in
        [("gke.jsonl", 1..=8), ("audit.jsonl", 1..=4), ("requests.jsonl", 1..=4), ("plain-text.log", 1..=4)]
    {
        for number in numbers {
            let operand = format!("{}:{number}", root().join("tests/captures").join(capture).display());
            let drafted =
                run(&["new", "-q", "--from-entry", &operand, "--id", &format!("draft-{drafts}"), "--rules", &pack]);
            match drafted.code {
                0 => std::fs::create_dir_all(folder.path().join("pack/clusters"))
                    .and_then(|()| {
                        std::fs::write(folder.path().join(format!("pack/clusters/{drafts}.yaml")), drafted.stdout)
                    })
                    .unwrap(),
                2 | 6 => continue,
                code => panic!("{operand}: {code}: {}", drafted.stderr),
            }
            drafts += 1;
        }
    }
    assert!(drafts > 10, "{drafts}");
    let checked = run_in(folder.path(), &["check", "--rules", &pack, "--format", "json"]);
    let found: Vec<Value> = serde_json::from_str(&checked.stdout).unwrap();
    // That drafts of the same kind of entry shadow each other is all that may be odd.
    let others: Vec<&Value> = found
        .iter()
        .filter(|problem| problem["code"] != "unreachable-definition" && problem["code"] != "shadowed-example")
        .collect();
    assert!(others.is_empty(), "{others:#?}");
}
