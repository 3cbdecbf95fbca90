//! Reports of `check`, `test` and `diff` for other programs.

mod support;

use std::path::Path;

use serde_json::Value;
use support::{run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\n";
const RIGHT: &str = "- id: boom\n  title: Boom\n  match: message:\"boom\"\n  severity: P3\n";
const WRONG: &str = "- id: boom\n  title: Boom\n  match: serverity>=ERROR\n  severity: P9\n  tittle: x\n";
const CASES: &str = "- name: it goes off\n  now: 2025-09-14T04:55:00Z\n  entries: [\"boom <&> 1\"]\n  expect:\n    - { id: boom, severity: P1 }\n- name: it is one\n  now: 2025-09-14T04:55:00Z\n  entries: [\"boom\"]\n  expect:\n    - { id: boom, count: 1 }\n";

#[test]
fn check_writes_several_reports_at_once() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", WRONG)]);
    let reports = ["junit=j.xml", "sarif=s.json", "github=g.txt", "json=c.json", "text=t.txt"];
    let mut arguments = vec!["check", "--rules", "pack"];
    reports.iter().for_each(|report| arguments.extend(["--report", report]));
    let run = run_in(folder.path(), &arguments);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let json: Value = serde_json::from_str(&read("c.json")).unwrap();
    let problems = json.as_array().unwrap().len();
    assert!(problems >= 3, "{json}");
    let sarif: Value = serde_json::from_str(&read("s.json")).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), problems);
    let region = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(region["artifactLocation"]["uri"], "pack/clusters/a.yaml");
    assert!(region["region"]["startLine"].as_u64().unwrap() >= 3);
    assert_eq!(
        read("g.txt").lines().filter(|line| line.starts_with("::error file=pack/clusters/a.yaml,line=")).count(),
        problems
    );
    let junit = read("j.xml");
    assert!(junit.contains("tests=\"2\" failures=\"1\""), "{junit}");
    assert_eq!(read("t.txt"), run.stdout, "the text of a report is what is shown, without colour");
}

#[test]
fn test_tells_what_failed() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("tests/boom.yaml", CASES)]);
    let arguments =
        ["test", "--rules", "pack", "--report", "junit=-", "--report", "json=t.json", "--report", "github=g.txt"];
    let run = run_in(folder.path(), &arguments);
    assert_eq!(run.code, 4, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.starts_with("<?xml"), "the report takes standard output alone: {}", run.stdout);
    assert!(
        run.stdout.contains("tests=\"2\" failures=\"1\"") && run.stdout.contains("type=\"expectation-failed\""),
        "{}",
        run.stdout
    );
    let json: Value = serde_json::from_str(&std::fs::read_to_string(folder.path().join("t.json")).unwrap()).unwrap();
    assert_eq!((&json["totals"]["passed"], &json["totals"]["failed"]), (&1.into(), &1.into()));
    assert_eq!((&json["tests"][0]["status"], &json["tests"][1]["status"]), (&"failed".into(), &"passed".into()));
    assert_eq!(json["tests"][0]["findings"][0]["line"], 5);
    let annotations = std::fs::read_to_string(folder.path().join("g.txt")).unwrap();
    assert!(annotations.starts_with("::error file=pack/tests/boom.yaml,line=5,"), "{annotations}");
}

#[test]
fn reports_that_cannot_be_written_are_told_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT)]);
    for (report, code, what) in [
        ("junitt=x", 2, "did you mean `junit`"),
        ("junit", 2, "expected FORMAT=FILE"),
        ("junit=none/x.xml", 6, "there is no directory `none`"),
        ("sarif=pack", 6, "it is a directory"),
    ] {
        let run = run_in(folder.path(), &["check", "--rules", "pack", "--report", report]);
        assert_eq!(run.code, code, "{report}: {}", run.stderr);
        assert!(run.stderr.contains(what) && run.stdout.is_empty(), "{report}: {}", run.stderr);
    }
    let twice = run_in(folder.path(), &["check", "--rules", "pack", "--report", "json=-", "--report", "sarif=-"]);
    assert_eq!(twice.code, 2, "{}", twice.stderr);
}

/// A pack in a folder, its reports in four formats, and the command that writes them.
fn reported(folder: &Path, command: &[&str]) -> (i32, String, String, String, Value) {
    let reports =
        ["--report", "junit=j.xml", "--report", "sarif=s.json", "--report", "github=g.txt", "--report", "json=r.json"];
    let run = run_in(folder, &[command, &reports].concat());
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (run.code, read("j.xml"), read("s.json"), read("g.txt"), serde_json::from_str(&read("r.json")).unwrap())
}

#[test]
fn no_report_stays_behind_of_a_run_that_has_no_result() {
    let folder = tempfile::tempdir().unwrap();
    let right = CASES.replace("severity: P1", "severity: P3");
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("tests/boom.yaml", &right)]);
    std::fs::write(folder.path().join("c.jsonl"), "{\"severity\":\"ERROR\",\"message\":\"boom\"}\n").unwrap();
    let test = ["test", "--rules", "pack"];
    let diff = ["diff", "--rules", "pack", "--base", "pack", "c.jsonl"];
    for green in [&test[..], &diff] {
        let (code, junit, ..) = reported(folder.path(), green);
        assert!(code == 0 && junit.contains("failures=\"0\""), "{junit}");
    }
    let (code, junit, sarif, github, json) = reported(folder.path(), &[&test[..], &["nosuch"]].concat());
    assert_eq!((code, &json["schema"]), (2, &"gardener/failure/v1".into()));
    for text in [&junit, &sarif, &github] {
        assert!(text.contains("no case and no definition with examples is called `nosuch`"), "{text}");
    }
    write_pack(folder.path(), &[("clusters/a.yaml", WRONG)]);
    for command in [&test[..], &diff] {
        let (code, junit, sarif, github, json) = reported(folder.path(), command);
        assert_eq!((code, &json["exit_code"]), (3, &3.into()), "{command:?}");
        for text in [&junit, &sarif, &github] {
            assert!(text.contains("unknown-severity") && text.contains("no-result"), "{text}");
        }
        assert!(!junit.contains("failures=\"0\" errors"), "{junit}");
        assert!(json["diagnostics"].as_array().unwrap().len() >= 3, "{json}");
    }
}

#[test]
fn reports_show_what_changed_in_a_snapshot_and_where_that_was_decided() {
    let folder = tempfile::tempdir().unwrap();
    let cases = "- name: it\n  now: 2025-09-14T04:55:00Z\n  entries: [\"boom\"]\n  snapshot: decision\n";
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("tests/boom.yaml", cases)]);
    assert_eq!(run_in(folder.path(), &["test", "--rules", "pack", "--accept"]).code, 0);
    write_pack(folder.path(), &[("clusters/a.yaml", &RIGHT.replace("P3", "P1"))]);
    let (code, junit, sarif, github, _) = reported(folder.path(), &["test", "--rules", "pack"]);
    assert_eq!(code, 5);
    for text in [&junit, &sarif, &github] {
        for part in ["-    severity: P3", "+    severity: P1", "pack/clusters/a.yaml:1:7: declares P1"] {
            assert!(text.contains(part), "no `{part}` in {text}");
        }
    }
}

#[test]
fn a_diff_reports_the_reasons_of_both_sides() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "fn severity(cluster) {\n    cluster.raise_to(\"P1\", \"it is loud\");\n}\n";
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT)]);
    std::fs::rename(&pack, folder.path().join("base")).unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("policy/p.rhai", policy)]);
    std::fs::write(folder.path().join("c.jsonl"), "{\"severity\":\"ERROR\",\"message\":\"boom\"}\n").unwrap();
    let (code, junit, _, github, _) =
        reported(folder.path(), &["diff", "--rules", "pack", "--base", "base", "c.jsonl"]);
    assert_eq!(code, 1);
    for text in [&junit, &github] {
        assert!(text.contains("before: declared P3") && text.contains("it is loud (policy/p.rhai:2)"), "{text}");
    }
}

#[test]
fn files_are_named_from_the_top_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", WRONG), ("tests/boom.yaml", CASES)]);
    std::fs::create_dir_all(folder.path().join("app")).unwrap();
    let annotated = |from: &str, rules: &str| {
        let mut command = support::gardener();
        let here = folder.path().join(from);
        let output =
            command.current_dir(here).env("GITHUB_WORKSPACE", folder.path()).args(["check", "--format", "github"]);
        String::from_utf8(output.args(["--rules", rules]).output().unwrap().stdout).unwrap()
    };
    let expected = annotated("", "pack");
    assert!(expected.starts_with("::error file=pack/clusters/a.yaml,line="), "{expected}");
    assert_eq!(annotated("pack", "."), expected);
    assert_eq!(annotated("app", "../pack"), expected);
}

#[test]
fn no_file_is_written_twice() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT), ("tests/boom.yaml", CASES)]);
    std::fs::write(folder.path().join("there"), "").unwrap();
    std::os::unix::fs::symlink("there", folder.path().join("link")).unwrap();
    let test = ["test", "--rules", "pack"];
    for arguments in [
        &["--report", "junit=x", "--report", "json=x"][..],
        &["--report", "junit=x", "--report", "json=pack/../x"],
        &["--report", "junit=there", "--report", "json=link"],
        &["--report", "json=x", "--coverage-json", "x"],
    ] {
        let run = run_in(folder.path(), &[&test[..], arguments].concat());
        assert!(run.code == 2 && run.stderr.contains("is to be written twice"), "{arguments:?}: {}", run.stderr);
    }
    std::fs::write(folder.path().join("c.jsonl"), "{\"message\":\"boom\"}\n").unwrap();
    let diff = ["diff", "--rules", "pack", "--base", "pack", "c.jsonl", "-o", "same", "--report", "junit=same"];
    assert_eq!(run_in(folder.path(), &diff).code, 2);
    let folder_named = run_in(folder.path(), &[&test[..], &["--report", "junit=pack"]].concat());
    assert!(folder_named.stderr.contains("`--report FORMAT=FILE`"), "{}", folder_named.stderr);
}
