//! Reports of `check` and `test` for other programs, and `--watch`.

mod support;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

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

#[test]
fn watching_checks_again_on_every_save() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", RIGHT)]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
        .current_dir(folder.path())
        .args(["check", "--rules", "pack", "--watch"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (send, lines) = mpsc::channel();
    let stderr = BufReader::new(child.stderr.take().unwrap());
    std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    // Everything up to the line that says that it waits; long, because other tests may take the cores.
    let round = || {
        let mut said = String::new();
        while !said.contains("watching for changes") {
            said.push_str(&lines.recv_timeout(Duration::from_secs(60)).expect("it says something"));
            said.push('\n');
        }
        said
    };
    assert!(round().contains("0 errors"));
    write_pack(folder.path(), &[("clusters/a.yaml", WRONG)]);
    let said = round();
    assert!(said.contains("changed: pack/clusters/a.yaml") && !said.contains("0 errors"), "{said}");
    write_pack(folder.path(), &[("clusters/a.yaml", RIGHT)]);
    assert!(round().contains("0 errors"));
    child.kill().unwrap();
    child.wait().unwrap();
}
