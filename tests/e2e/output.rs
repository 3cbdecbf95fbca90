//! Where output goes, what it may hold, and what happens where it cannot go.

mod support;

use std::fs;
use std::process::{Command, Stdio};

use support::{gardener, run, run_in, write_pack};

const CAPTURE: &str = "tests/captures/netra-2025-09-14.jsonl";
const ESCAPES: [char; 4] = ['\u{1b}', '\u{7}', '\u{9b}', '\u{202e}'];

#[test]
fn the_environment_decides_on_color_where_the_flag_does_not() {
    let table = ["analyze", "-q", "--format", "table", CAPTURE];
    let has_color = |variables: &[(&str, &str)], more: &[&str]| {
        let output = gardener().args(table).args(more).envs(variables.iter().copied()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().contains('\u{1b}')
    };
    assert!(!has_color(&[], &[]), "a pipe has no colour");
    assert!(has_color(&[("CLICOLOR_FORCE", "1")], &[]));
    assert!(!has_color(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], &[]));
    assert!(!has_color(&[("CLICOLOR_FORCE", "1")], &["--color", "never"]));
    assert!(has_color(&[("NO_COLOR", "1")], &["--color", "always"]));
}

#[test]
fn a_file_has_color_only_where_the_flag_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table.txt");
    let written = |more: &[&str]| {
        let mut command = gardener();
        command.args(["analyze", "-q", "--format", "table", "-o"]).arg(&path).arg(CAPTURE).args(more);
        assert_eq!(command.env("CLICOLOR_FORCE", "1").output().unwrap().status.code(), Some(0));
        fs::read_to_string(&path).unwrap()
    };
    assert!(!written(&[]).contains('\u{1b}'), "whatever the terminal likes");
    assert!(written(&["--color", "always"]).contains('\u{1b}'));
}

#[test]
fn color_reaches_help_and_errors_of_the_command_line_too() {
    for arguments in [["--color", "always", "chek"], ["--color=always", "analyze", "--fomat"]] {
        let colored = gardener().args(arguments).output().unwrap();
        assert_eq!(colored.status.code(), Some(2));
        assert!(String::from_utf8(colored.stderr).unwrap().contains('\u{1b}'), "{arguments:?}");
    }
    assert!(!run(&["chek"]).stderr.contains('\u{1b}'));
    assert!(run(&["--color", "always", "--help"]).stdout.contains('\u{1b}'));
    assert!(!run(&["--help"]).stdout.contains('\u{1b}'));
}

#[test]
fn the_program_goes_by_its_own_name() {
    assert!(run(&["--help"]).stdout.contains("Usage: gardener [OPTIONS]"));
    assert!(run(&["analyze", "--no-such"]).stderr.contains("Usage: gardener analyze"));
}

#[test]
fn an_output_that_cannot_be_is_refused_before_anything_is_read() {
    let folder = tempfile::tempdir().unwrap();
    for (out, expected) in [("no/such/out.md", "mkdir -p no/such"), (".", "is a directory")] {
        let run = run_in(folder.path(), &["analyze", "-o", out, "not-there.jsonl"]);
        assert_eq!((run.code, run.stdout.as_str()), (6, ""));
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert!(!run.stderr.contains("not-there"), "{}", run.stderr);
    }
}

#[test]
fn a_capture_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.jsonl");
    let capture = "{\"severity\":\"ERROR\",\"textPayload\":\"boom\"}\n";
    fs::write(&path, capture).unwrap();
    let run = run_in(folder.path(), &["analyze", "a.jsonl", "-o", "./a.jsonl"]);
    assert_eq!(run.code, 2);
    assert_eq!(fs::read_to_string(&path).unwrap(), capture);
}

#[test]
fn a_dash_is_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.jsonl"), "{\"severity\":\"ERROR\",\"textPayload\":\"boom\"}\n").unwrap();
    let arguments = ["analyze", "-q", "--now", "2025-09-14T05:00:00Z", "a.jsonl"];
    let plain = run_in(folder.path(), &arguments);
    let dashed = run_in(folder.path(), &[&arguments[..], &["-o", "-"]].concat());
    assert_eq!((dashed.code, dashed.stdout), (0, plain.stdout));
    assert!(!folder.path().join("-").exists());
}

#[test]
fn a_failed_run_leaves_the_output_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.md");
    fs::write(&out, "yesterday's").unwrap();
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    let run = run_in(folder.path(), &["analyze", "-o", "out.md", "empty.jsonl"]);
    assert_eq!(run.code, 6);
    assert_eq!(fs::read_to_string(&out).unwrap(), "yesterday's");
}

/// A reader that goes away early must not change what the exit code says of the findings.
#[test]
fn the_exit_code_says_what_was_found_though_nobody_reads_on() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
        .args(["analyze", "-q", "--fail-on", "P5", "--rules", "rules/netra-staging", CAPTURE])
        .current_dir(support::root())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    let full = || fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gardener-under-test"))
        .args(["completions", "bash"])
        .stdout(full())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(6));
    assert!(String::from_utf8_lossy(&output.stderr).contains("standard output cannot be written"));
    let file = run(&["analyze", "-q", "-o", "/dev/full", CAPTURE]);
    assert_eq!(file.code, 6, "{}", file.stderr);
}

#[test]
fn every_operand_that_cannot_be_read_is_named() {
    let run = run(&["analyze", "nowhere.jsonl", "neither/*.json", CAPTURE]);
    assert_eq!(run.code, 6);
    assert!(run.stdout.contains("**Total Log Entries Analyzed:** 100"), "what can be read is reported: {}", run.stdout);
    let errors = run.stderr.lines().filter(|line| line.starts_with("error: ")).count();
    assert_eq!(errors, 2, "{}", run.stderr);
}

#[test]
fn verbose_tells_which_rules_and_how_long_without_touching_results() {
    let now = ["--now", "2025-09-14T05:00:00Z"];
    let usual = run(&[&["analyze", CAPTURE], &now[..]].concat());
    let verbose = run(&[&["analyze", "-v", CAPTURE], &now[..]].concat());
    assert_eq!(usual.stdout, verbose.stdout);
    assert!(verbose.stderr.contains("rules: ") && verbose.stderr.contains("took "), "{}", verbose.stderr);
    assert!(!usual.stderr.contains("took "), "{}", usual.stderr);
    assert_eq!(run(&["analyze", "-q", "-v", CAPTURE]).code, 2);
}

#[test]
fn hostile_text_in_a_pack_stays_text_wherever_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let cluster =
        "- id: \"x\\u001b[31m\"\n  titel: \u{202e}\u{9b}31m evil\n  match: message:\"a\u{202e}\n  severity: P9\n";
    let pack = write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: up\n"), ("clusters/a.yaml", cluster)]);
    for format in ["text", "json", "github"] {
        let run = run_in(folder.path(), &["check", "--rules", &pack, "--format", format]);
        assert_eq!(run.code, 3, "{format}");
        assert!(!run.stdout.contains(ESCAPES) && !run.stderr.contains(ESCAPES), "{format}: {}", run.stdout);
    }
    for arguments in [["analyze", "\u{1b}]0;x\u{7}.jsonl"], ["explain-code", "\u{1b}[31m"], ["\u{1b}[31m", "x"]] {
        let run = run_in(folder.path(), &arguments);
        assert!(run.code == 2 || run.code == 6, "{arguments:?}");
        assert!(!run.stderr.contains(ESCAPES), "{:?}", run.stderr);
    }
}

#[test]
fn warnings_pass_unless_they_are_denied() {
    let folder = tempfile::tempdir().unwrap();
    let cluster = "- id: mine\n  title: Mine\n  match: message:\"mine\"\n  severity: P2\n";
    let files = [("gardener.yaml", "version: 1\nname: up\n"), ("clusters/a.yaml", cluster), ("clusters/b.txt", "x")];
    let pack = write_pack(folder.path(), &files);
    let checked = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(checked.stdout.starts_with("warning["), "{}", checked.stdout);
    assert!(checked.stderr.contains("0 errors, 1 warning in "), "{}", checked.stderr);
    assert_eq!(run_in(folder.path(), &["check", "--rules", &pack, "--deny-warnings"]).code, 3);
    fs::write(folder.path().join("c.jsonl"), "{\"textPayload\":\"mine\"}\n").unwrap();
    let told = run_in(folder.path(), &["analyze", "--rules", &pack, "c.jsonl"]);
    assert_eq!(told.code, 0);
    assert!(told.stderr.contains("1 warning in the pack"), "{}", told.stderr);
}

#[test]
fn nothing_is_read_from_a_pack_that_is_no_ordinary_file() {
    let folder = tempfile::tempdir().unwrap();
    let pack = write_pack(folder.path(), &[("gardener.yaml", "version: 1\nname: up\n"), ("clusters/a.yaml", "[]")]);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("/dev/zero", folder.path().join("pack/clusters/zero.yaml")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("pack/clusters/s.yaml")).unwrap();
        let run = run_in(folder.path(), &["check", "--rules", &pack]);
        assert_eq!(run.code, 3);
        assert!(run.stdout.contains("`clusters/s.yaml` cannot be read: it is no ordinary file"), "{}", run.stdout);
        assert!(
            run.stdout.contains("`clusters/zero.yaml` cannot be read: it is a link that leads out"),
            "{}",
            run.stdout
        );
    }
}
