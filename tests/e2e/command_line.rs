//! The command line: streams, exit codes, help, wrong usage, output files.

mod support;

use std::io::Write;
use std::process::Stdio;

use support::{gardener, run, run_in, write_pack};

const CAPTURE: &str = "tests/captures/netra-2025-09-14.jsonl";

#[test]
fn help_has_examples_and_goes_to_standard_output() {
    for arguments in [
        vec!["--help"],
        vec!["analyze", "--help"],
        vec!["check", "--help"],
        vec!["explain-code", "--help"],
        vec!["man", "--help"],
    ] {
        let run = run(&arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        if arguments.len() > 1 {
            assert!(run.stdout.contains("Example"), "{arguments:?}");
        }
    }
    assert_eq!(run(&["--version"]).code, 0);
}

#[test]
fn wrong_usage_is_exit_code_2_and_says_what_was_expected() {
    for (arguments, expected) in [
        (vec!["frobnicate"], "unrecognized subcommand"),
        (vec!["analyze", "--fomat", "json"], "--format"),
        (vec!["analyze", "--format", "xml", CAPTURE], "worklog"),
        (vec!["analyze", "--fail-on", "P9", CAPTURE], "P0, P1, P2, P3, P4 or P5"),
        (vec!["analyze", "--now", "yesterday", CAPTURE], "2025-09-14T04:55:00Z"),
        (vec!["analyze", "--since", "6y", CAPTURE], "6h"),
        (vec!["analyze", "--jobs", "0", CAPTURE], "1..=256"),
        (vec!["analyze", "--since", "2025-09-14", "--until", "2025-09-13", CAPTURE], "the window is empty"),
        (vec!["explain-code", "unknown-kye"], "unknown-key"),
    ] {
        let run = run(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert!(run.stderr.contains(expected), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn results_are_on_standard_output_and_all_else_on_standard_error() {
    let json = run(&["analyze", "--format", "json", CAPTURE]);
    assert!(serde_json::from_str::<serde_json::Value>(&json.stdout).is_ok());
    assert!(json.stderr.contains("read 100 = "), "{}", json.stderr);
    let quiet = run(&["analyze", "-q", CAPTURE]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
}

#[test]
fn standard_input_is_read_by_dash_and_by_nothing() {
    let capture = std::fs::read(support::root().join(CAPTURE)).unwrap();
    for arguments in [vec!["analyze", "-q", "-"], vec!["analyze", "-q"]] {
        let output = gardener().args(&arguments).write_stdin(capture.clone()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(String::from_utf8(output.stdout).unwrap().contains("Entries Analyzed:** 100"));
    }
}

#[test]
fn color_is_for_terminals_unless_asked_for() {
    let plain = run(&["analyze", "-q", "--format", "table", CAPTURE]);
    assert!(!plain.stdout.contains('\u{1b}'));
    let colored = run(&["analyze", "-q", "--format", "table", "--color", "always", CAPTURE]);
    assert!(colored.stdout.contains('\u{1b}'));
    let never = gardener().args(["analyze", "-q", "--format", "table", "--color", "never", CAPTURE]).output().unwrap();
    assert!(!String::from_utf8(never.stdout).unwrap().contains('\u{1b}'));
}

#[test]
fn an_output_file_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("worklog.md");
    let to = |path: &std::path::Path| run(&["analyze", "-q", "-o", path.to_str().unwrap(), CAPTURE]);
    let written = to(&out);
    assert_eq!((written.code, written.stdout.as_str()), (0, ""), "{}", written.stderr);
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("# GCP Log Gardener Worklog"));
    let nowhere = to(&folder.path().join("no/such/folder.md"));
    assert_eq!(nowhere.code, 6);
    assert!(nowhere.stderr.contains("cannot be written"), "{}", nowhere.stderr);
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["worklog.md"], "nothing else is left behind");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

#[test]
fn a_pack_that_is_none_says_so() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [["check", "--rules", "nowhere"], ["check", "--rules", "."]] {
        let run = run_in(folder.path(), &arguments);
        assert_eq!(run.code, 3, "{arguments:?}");
        assert!(run.stdout.contains("help:"), "{}", run.stdout);
    }
    let built_in = run_in(folder.path(), &["check"]);
    assert_eq!(built_in.code, 0, "{}{}", built_in.stdout, built_in.stderr);
}

#[test]
fn the_nearest_pack_upward_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = "- id: mine\n  title: Mine\n  match: message:\"mine\"\n  severity: P2\n";
    write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: up\n"), ("clusters/a.yaml", cluster)]);
    let below = folder.path().join("pack/deep/er");
    std::fs::create_dir_all(&below).unwrap();
    std::fs::write(below.join("c.jsonl"), "{\"textPayload\":\"mine\"}\n").unwrap();
    let report = support::report_in(&below, &["c.jsonl"]);
    assert_eq!(report["pack"]["name"], "up");
    assert_eq!(report["clusters"][0]["id"], "mine");
}

#[test]
fn check_speaks_to_people_programs_and_github() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = "- id: mine\n  title: Mine\n  match: message:\"mine\n  severity: P2\n";
    let pack = write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: up\n"), ("clusters/a.yaml", cluster)]);
    let text = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(text.code, 3);
    assert!(text.stdout.contains("clusters/a.yaml:3:"), "{}", text.stdout);
    let json = run_in(folder.path(), &["check", "--rules", &pack, "--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(list[0]["line"], 3);
    assert_eq!(list[0]["level"], "error");
    let github = run_in(folder.path(), &["check", "--rules", &pack, "--format", "github"]);
    assert!(github.stdout.starts_with("::error file="), "{}", github.stdout);
    assert_eq!(github.stdout.lines().count(), list.as_array().unwrap().len());
}

#[test]
fn completions_and_manual_pages_are_there() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(run(&["completions", shell]).stdout.contains("analyze"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(run(&["man", "--out", folder.path().to_str().unwrap()]).code, 0);
    assert!(folder.path().join("gardener-analyze.1").is_file());
    assert!(run(&["man"]).stdout.contains(".TH gardener"));
}

#[test]
fn hostile_log_text_stays_text_on_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let mut file = std::fs::File::create(folder.path().join("evil.jsonl")).unwrap();
    let evil = "boom \\u001b[31m\\u001b]0;owned\\u0007 \\u202e @everyone #1 ```\\n# heading\\n<script>alert(1)</script> [x](javascript:1)";
    writeln!(file, "{{\"severity\":\"ERROR\",\"textPayload\":\"{evil}\"}}").unwrap();
    writeln!(file, "{{\"severity\":\"ERROR\",\"textPayload\":\"{evil}").unwrap();
    for format in ["worklog", "json", "table"] {
        let run = run_in(folder.path(), &["analyze", "--format", format, "evil.jsonl"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for output in [&run.stdout, &run.stderr] {
            assert!(!output.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{format}: {output}");
        }
    }
}
