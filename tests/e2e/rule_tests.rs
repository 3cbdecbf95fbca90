//! `gardener test`: cases, examples, filters, exit codes, and that nothing is ever silently untested.

mod support;

use std::path::Path;

use support::{Run, gardener, root, run, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: mine\n";
const CLUSTERS: &str = "\
- id: pool
  title: Pool ran dry
  match: message:\"pool exhausted\"
  severity: P3
  capture: { waiting: '(\\d+) waiting' }
  examples:
    match: [\"pool exhausted, 3 waiting\", pool exhausted]
    no_match: [the pool is open]
- id: queue
  title: Queue grows
  match: message:\"queue length\"
  severity: P4
";
const POLICY: &str = "\
fn severity(cluster) {
    if cluster.has_metric(\"waiting\") && cluster.metrics.waiting.max >= 5 {
        cluster.raise_to(\"P1\", `${cluster.metrics.waiting.max} wait`);
    }
}
";
const CASE: &str = "\
- name: five wait
  now: 2025-09-14T05:00:00Z
  entries: [\"pool exhausted, 5 waiting\"]
  expect: { id: pool, severity: P1 }
";

/// A pack with these cases in `tests/a.yaml`.
fn pack(folder: &Path, cases: &str) -> String {
    let files = [
        ("gardener.yaml", MANIFEST),
        ("clusters/a.yaml", CLUSTERS),
        ("policy/p.rhai", POLICY),
        ("tests/a.yaml", cases),
    ];
    write_pack(folder, &files)
}

/// Tests such a pack.
fn tested(cases: &str, arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), cases);
    run_in(folder.path(), &[&["test", "--rules", &pack], arguments].concat())
}

#[test]
fn the_shipped_packs_pass_their_tests() {
    for (pack, least) in [("rules/default", 30), ("rules/netra-staging", 18)] {
        let output = gardener().env("CI", "true").args(["test", "--rules", pack]).output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
        let summary = stdout.lines().last().unwrap();
        let passed: usize = summary.split(' ').next().unwrap().parse().unwrap();
        assert!(passed >= least && summary.contains(" passed; ") && summary.ends_with(" examples hold"), "{summary}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        let snapshots = std::fs::read_dir(root().join(pack).join("tests/snapshots")).unwrap();
        let names: Vec<String> = snapshots.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        assert!(names.len() >= 2 && names.iter().all(|name| name.ends_with(".snap")), "{names:?}");
    }
}

#[test]
fn captures_that_stand_in_two_places_are_the_same() {
    for (copy, original) in [
        ("rules/netra-staging/tests/captures/netra-2025-09-14.jsonl", "tests/captures/netra-2025-09-14.jsonl"),
        ("rules/default/tests/captures/gke.jsonl", "tests/captures/gke.jsonl"),
    ] {
        let read = |path: &str| std::fs::read(root().join(path)).unwrap();
        assert!(read(copy) == read(original), "{copy} is not {original}");
    }
}

#[test]
fn a_case_that_passes_is_a_line_and_a_zero() {
    let run = tested(CASE, &[]);
    assert_eq!(run.stdout, "✓ a.yaml::five wait\n✓ 3 examples of 1 definition\n\n1 passed; 3 examples hold\n");
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let quiet = tested(CASE, &["-q"]);
    assert_eq!((quiet.code, quiet.stdout.as_str(), quiet.stderr.as_str()), (0, "", ""));
    let verbose = tested(CASE, &["-v"]);
    assert!(verbose.stdout.contains("✓ examples::pool (3 examples)"), "{}", verbose.stdout);
    assert!(verbose.stderr.contains("ms  a.yaml::five wait") && !verbose.stdout.contains("ms"), "{}", verbose.stderr);
}

#[test]
fn a_failure_shows_expected_and_actual_with_the_lines_that_decided() {
    let run = tested(&CASE.replace("severity: P1", "severity: P3"), &[]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    for expected in [
        "✗ a.yaml::five wait",
        "error[expectation-failed]: the severity of `pool` is `P1`, expected `P3`",
        "pack/tests/a.yaml:4:33",
        "^^ it is `P1`",
        "pack/clusters/a.yaml:1:7",
        "declares P3",
        "pack/policy/p.rhai:3:9",
        "cluster.raise_to(\"P1\"",
        "P3 → P1: 5.0 wait",
        "0 passed, 1 failed; 3 examples hold",
    ] {
        assert!(run.stdout.contains(expected), "{expected} is not in\n{}", run.stdout);
    }
}

#[test]
fn the_nearest_cluster_is_named_where_one_did_not_come() {
    let case = CASE.replace("pool exhausted, 5 waiting", "queue length 7").replace(", severity: P1", "");
    let run = tested(&case, &[]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("there is no cluster `pool`"), "{}", run.stdout);
    assert!(run.stdout.contains("there are: `queue` (1 entry)"), "{}", run.stdout);
}

#[test]
fn an_example_that_does_not_hold_is_a_failed_test() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), CASE);
    write_pack(folder.path(), &[("clusters/a.yaml", &CLUSTERS.replace("the pool is open", "pool exhausted too"))]);
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(run.code, 4);
    assert!(run.stdout.contains("✗ examples::pool (1 of 3 examples)"), "{}", run.stdout);
    assert!(run.stdout.contains("`pool` matches this example"), "{}", run.stdout);
    assert!(run.stdout.contains("1 passed; 2 examples hold, 1 does not"), "{}", run.stdout);
}

#[test]
fn a_case_or_pack_that_is_wrong_is_told_at_its_place_by_check_too() {
    let folder = tempfile::tempdir().unwrap();
    let pack = pack(folder.path(), &CASE.replace("id: pool", "id: pol").replace("now:", "nwo:"));
    let test = run_in(folder.path(), &["test", "--rules", &pack]);
    let check = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!((test.code, check.code), (3, 3));
    for shown in [&test.stderr, &check.stdout] {
        for expected in
            ["pack/tests/a.yaml:2:3", "did you mean `now`?", "pack/tests/a.yaml:4:17", "did you mean `pool`?"]
        {
            assert!(shown.contains(expected), "{expected} is not in\n{shown}");
        }
    }
    // A run has nothing to do with the cases, and is not kept from its work by them.
    std::fs::write(folder.path().join("c.jsonl"), "{\"textPayload\":\"pool exhausted\"}\n").unwrap();
    assert_eq!(run_in(folder.path(), &["analyze", "--rules", &pack, "c.jsonl"]).code, 0);
    write_pack(folder.path(), &[("tests/a.yaml", CASE)]);
    let right = run_in(folder.path(), &["check", "--rules", &pack]);
    assert_eq!(right.code, 0, "{}", right.stdout);
    assert!(right.stderr.contains("with 2 definitions and 1 case"), "{}", right.stderr);
}

#[test]
fn no_pack_is_no_silent_zero() {
    let folder = tempfile::tempdir().unwrap();
    let run = run_in(folder.path(), &["test"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("there is no pack to test") && run.stderr.contains("--rules DIR"), "{}", run.stderr);
    let built_in = run_in(folder.path(), &["test", "--rules", "default", "--allow-empty"]);
    assert_eq!(built_in.code, 2);
    assert!(built_in.stderr.contains("not part of the program"), "{}", built_in.stderr);
}

#[test]
fn no_cases_are_no_silent_zero() {
    let folder = tempfile::tempdir().unwrap();
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)]);
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""));
    assert!(run.stderr.contains("has no cases") && run.stderr.contains("--allow-empty"), "{}", run.stderr);
    let allowed = run_in(folder.path(), &["test", "--rules", &pack, "--allow-empty"]);
    assert_eq!((allowed.code, allowed.stdout.lines().last()), (0, Some("0 passed; 3 examples hold")));
    write_pack(folder.path(), &[("tests/a.yaml", "# to be written\n")]);
    assert_eq!(run_in(folder.path(), &["test", "--rules", &pack, "--allow-empty"]).code, 3);
}

#[test]
fn no_entries_are_no_silent_zero() {
    let folder = tempfile::tempdir().unwrap();
    let case = "- name: empty\n  now: 2025-09-14T05:00:00Z\n  captures: captures/empty.jsonl\n  absent: [pool]\n";
    let pack = pack(folder.path(), case);
    write_pack(folder.path(), &[("tests/captures/empty.jsonl", "\n")]);
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(run.code, 4, "{}", run.stdout);
    assert!(
        run.stdout.contains("the case read no entries") && run.stdout.contains("nothing is in here"),
        "{}",
        run.stdout
    );
    assert_eq!(run_in(folder.path(), &["test", "--rules", &pack, "--allow-empty"]).code, 0);
    let without = tested("- { name: x, now: 2025-09-14, absent: [pool] }\n", &[]);
    assert_eq!(without.code, 3);
    assert!(without.stderr.contains("neither `captures` nor `entries`"), "{}", without.stderr);
}

#[test]
fn a_filter_that_selects_nothing_is_no_silent_zero() {
    let run = tested(CASE, &["five wiat"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("did you mean `five wait`?"), "{}", run.stderr);
    assert_eq!(tested(CASE, &["five", "nothing"]).code, 2, "each filter must select something");
    assert_eq!(tested(CASE, &["--list", "nothing"]).code, 2);
    assert_eq!(tested(CASE, &["nothing", "--allow-empty"]).code, 0);
    let pattern = tested(CASE, &["[a"]);
    assert_eq!(pattern.code, 2);
    assert!(pattern.stderr.contains("the pattern `[a` is wrong"), "{}", pattern.stderr);
}

#[test]
fn filters_go_by_case_by_definition_and_by_pattern() {
    let cases = format!(
        "{CASE}- name: a queue\n  now: 2025-09-14T05:00:00Z\n  entries: [queue length 7]\n  expect: {{ id: queue }}\n"
    );
    let names = |filters: &[&str]| {
        let run = tested(&cases, &[&["--list"], filters].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), ["a.yaml::five wait", "a.yaml::a queue", "examples::pool"]);
    assert_eq!(names(&["FIVE"]), ["a.yaml::five wait"]);
    assert_eq!(names(&["a__five-wait"]), ["a.yaml::five wait"]);
    assert_eq!(names(&["pool"]), ["a.yaml::five wait", "examples::pool"]);
    assert_eq!(names(&["a.yaml::a*"]), ["a.yaml::a queue"]);
    assert_eq!(names(&["examples::*"]), ["examples::pool"]);
    assert_eq!(names(&["queue", "five"]), ["a.yaml::five wait", "a.yaml::a queue"]);
    let run = tested(&cases, &["queue"]);
    assert_eq!(run.stdout, "✓ a.yaml::a queue\n\n1 passed\n");
}

#[test]
fn captures_are_read_as_they_are_by_an_analysis() {
    let folder = tempfile::tempdir().unwrap();
    let case = "- name: packed\n  now: 2025-09-14T05:00:00Z\n  since: 1h\n  captures: [captures/a.jsonl.gz, captures/b.log]\n  entries: [pool exhausted]\n  \
        expect: { id: pool, count: 2 }\n  counts: { read: 5, malformed: 1, duplicate: 1, outside_window: 1, clustered: 2 }\n";
    let pack = pack(folder.path(), case);
    let captures = folder.path().join("pack/tests/captures");
    std::fs::create_dir_all(&captures).unwrap();
    let entry = |time: &str, id: &str| {
        format!("{{\"timestamp\":\"{time}\",\"insertId\":\"{id}\",\"textPayload\":\"pool exhausted\"}}\n")
    };
    let lines = [
        entry("2025-09-14T04:30:00Z", "1"),
        entry("2025-09-14T04:30:00Z", "1"),
        entry("2025-09-14T03:30:00Z", "2"),
        "{\"broken\n".to_owned(),
    ];
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, lines.concat().as_bytes()).unwrap();
    std::fs::write(captures.join("a.jsonl.gz"), packed.finish().unwrap()).unwrap();
    std::fs::write(captures.join("b.log"), "").unwrap();
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

#[cfg(unix)]
#[test]
fn captures_lead_nowhere_outside_of_the_pack() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("outside.jsonl"), "{\"textPayload\":\"pool exhausted\"}\n").unwrap();
    let pack =
        pack(folder.path(), &CASE.replace("entries: [\"pool exhausted, 5 waiting\"]", "captures: captures/link.jsonl"));
    std::fs::create_dir_all(folder.path().join("pack/tests/captures")).unwrap();
    std::os::unix::fs::symlink("../../../outside.jsonl", folder.path().join("pack/tests/captures/link.jsonl")).unwrap();
    let run = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(run.code, 6, "{}", run.stdout);
    assert!(run.stdout.contains("leads out of the pack"), "{}", run.stdout);
    write_pack(
        folder.path(),
        &[("tests/a.yaml", &CASE.replace("entries:", "captures: ../../outside.jsonl\n  entries:"))],
    );
    let refused = run_in(folder.path(), &["test", "--rules", &pack]);
    assert_eq!(refused.code, 3);
    assert!(refused.stderr.contains("is not below the pack's `tests`"), "{}", refused.stderr);
}

#[test]
fn results_do_not_depend_on_how_many_cases_run_at_once() {
    let one = run(&["test", "--rules", "rules/default", "--jobs", "1", "-v"]);
    let many = run(&["test", "--rules", "rules/default", "--jobs", "8", "-v"]);
    assert_eq!((one.code, one.stdout), (many.code, many.stdout));
}

#[test]
fn names_and_log_text_are_harmless_on_the_terminal() {
    let case = "- name: \"x\\u202e\"\n  now: 2025-09-14T05:00:00Z\n  entries: [\"queue length \\e]0;evil\\a 7\"]\n  exact: true\n  expect: { id: pool }\n  snapshot: both\n";
    for arguments in [&[][..], &["--list"], &["-v"]] {
        let run = tested(case, arguments);
        for text in [&run.stdout, &run.stderr] {
            assert!(!text.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{text:?}");
        }
    }
}
