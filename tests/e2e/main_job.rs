//! The main job, on the capture in the repository: what the hand-written worklog found must come out.

mod support;

use std::io::Write;
use std::path::Path;

use serde_json::Value;
use support::{assert_conserved, number, report_in, root, run, run_in};

const CAPTURE: &str = "tests/captures/netra-2025-09-14.jsonl";
const PACK: [&str; 2] = ["--rules", "rules/netra-staging"];

fn report() -> Value {
    report_in(&root(), &[PACK[0], PACK[1], CAPTURE])
}

fn cluster<'r>(report: &'r Value, id: &str) -> &'r Value {
    report["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .find(|cluster| cluster["id"] == id)
        .unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn the_five_clusters_come_out_as_the_hand_written_worklog_has_them() {
    let report = report();
    assert_conserved(&report);
    assert_eq!(number(&report, &["entries", "read"]), 100);
    assert_eq!(number(&report, &["entries", "routine"]), 63);
    let found: Vec<(String, String, u64, String, String)> = report["clusters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cluster| {
            let text = |name: &str| cluster[name].as_str().unwrap().to_owned();
            (text("id"), text("severity"), number(cluster, &["count"]), text("frequency"), text("kind"))
        })
        .collect();
    let expected = [
        ("golden-path-auth", "P0", 1, "Low", "Critical Security/Business"),
        ("buffer-utilization", "P2", 1, "Low", "Performance"),
        ("ssot-websocket-duplication", "P3", 8, "Medium", "Architecture/Performance"),
        ("user-auto-creation", "P4", 8, "Medium", "Operational/Expected Behavior"),
        ("session-middleware", "P5", 19, "High", "Configuration/Infrastructure"),
    ];
    let expected = expected.map(|(id, severity, count, frequency, kind)| {
        (id.to_owned(), severity.to_owned(), count, frequency.to_owned(), kind.to_owned())
    });
    assert_eq!(found, expected);
    let level = |id: &str| cluster(&report, id)["impact"]["business"]["level"].as_str().unwrap().to_owned();
    assert_eq!(level("golden-path-auth"), "high");
    assert_eq!(level("buffer-utilization"), "medium");
    assert_eq!(level("session-middleware"), "low");
    assert_eq!(cluster(&report, "buffer-utilization")["metrics"]["utilization"]["max"], 92.1);
}

#[test]
fn actions_point_at_the_issues_of_the_worklog() {
    let report = report();
    for (id, issue) in [
        ("golden-path-auth", 838),
        ("buffer-utilization", 807),
        ("ssot-websocket-duplication", 889),
        ("session-middleware", 169),
    ] {
        assert_eq!(number(cluster(&report, id), &["action", "issue", "number"]), issue, "{id}");
    }
    assert_eq!(cluster(&report, "user-auto-creation")["action"]["kind"], "none");
    assert_eq!(number(&report, &["totals", "clusters"]), 5);
}

#[test]
fn no_secret_of_the_capture_is_in_any_output() {
    let capture = std::fs::read_to_string(root().join(CAPTURE)).unwrap();
    let addresses: Vec<&str> = capture
        .split(|c: char| c.is_whitespace() || c == '"')
        .filter(|word| word.contains("@netrasystems.ai") && !word.starts_with('@'))
        .collect();
    assert!(!addresses.is_empty(), "the capture holds addresses to be redacted");
    for format in ["worklog", "json", "table"] {
        let run = run(&["analyze", PACK[0], PACK[1], "--format", format, CAPTURE]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        for output in [&run.stdout, &run.stderr] {
            assert!(!output.contains("eyJ"), "a token is in the {format}");
            for address in &addresses {
                assert!(!output.contains(address), "{address} is in the {format}");
            }
        }
    }
    let worklog = run(&["analyze", PACK[0], PACK[1], CAPTURE]).stdout;
    assert!(worklog.contains("***@netrasystems.ai from JWT=REDACTED"), "{worklog}");
}

/// Writes the capture's lines into a folder under one name, so that only their order and form differ.
fn written(folder: &Path, name: &str, lines: &[&str]) {
    let mut file = std::fs::File::create(folder.join(name)).unwrap();
    for line in lines {
        writeln!(file, "{line}").unwrap();
    }
}

#[test]
fn the_same_entries_in_any_order_give_the_same_bytes() {
    let capture = std::fs::read_to_string(root().join(CAPTURE)).unwrap();
    let lines: Vec<&str> = capture.lines().collect();
    let pack = root().join("rules/netra-staging");
    let pack = pack.to_str().unwrap();
    let mut outputs: Vec<Vec<String>> = Vec::new();
    for turn in [0, 1, 7, 37, 73] {
        let folder = tempfile::tempdir().unwrap();
        let mut shuffled: Vec<&str> = lines.iter().cycle().skip(turn).take(lines.len()).copied().collect();
        if turn % 2 == 1 {
            shuffled.reverse();
            let middle = shuffled.len() / 2;
            shuffled[..middle].sort_unstable();
        }
        written(folder.path(), "capture.jsonl", &shuffled);
        let outputs_of = |format: &str, jobs: &str| {
            let arguments = [
                "analyze",
                "--rules",
                pack,
                "--now",
                "2025-09-14T04:55:00Z",
                "--format",
                format,
                "--jobs",
                jobs,
                "capture.jsonl",
            ];
            let run = run_in(folder.path(), &arguments);
            assert_eq!(run.code, 0, "{}", run.stderr);
            run.stdout
        };
        outputs.push(vec![outputs_of("worklog", "1"), outputs_of("json", "4"), outputs_of("table", "2")]);
    }
    for output in &outputs[1..] {
        assert_eq!(output, &outputs[0]);
    }
}

#[test]
fn the_worklog_is_what_it_was() {
    let run = run(&["analyze", PACK[0], PACK[1], "--now", "2025-09-14T04:55:00Z", CAPTURE]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    // The digest of the pack changes with every comment in it.
    let (before, after) = run.stdout.split_once("(xxh3:").unwrap();
    let worklog = format!("{before}(xxh3:…{}", after.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    insta::assert_snapshot!("netra_worklog", worklog);
}

#[test]
fn fail_on_gives_exit_code_1_and_the_report_all_the_same() {
    let failing = run(&["analyze", PACK[0], PACK[1], "--fail-on", "P1", CAPTURE]);
    assert_eq!(failing.code, 1, "{}", failing.stderr);
    assert!(failing.stdout.contains("Golden Path"));
    let capture = std::fs::read_to_string(root().join(CAPTURE)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let harmless: Vec<&str> = capture.lines().filter(|line| line.contains("\"INFO\"")).collect();
    written(folder.path(), "calm.jsonl", &harmless);
    let calm = folder.path().join("calm.jsonl");
    let passing = run(&["analyze", PACK[0], PACK[1], "--fail-on", "P1", calm.to_str().unwrap()]);
    assert_eq!(passing.code, 0, "{}", passing.stderr);
}
