//! Runs that remember those before them, in a file and on a server.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Run, gardener, root, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\nservice: web\n";
const CLUSTERS: &str = "- id: queue
  title: Queue grows
  match: message:\"queue length\"
  capture: { length: 'queue length (\\d+)' }
  severity: P3
- id: payment
  title: Payments fail
  match: message:\"payment failed\"
  severity: P2
";

/// Runs a test with a pack in a folder and a history, which is a file the first time, and on a server the second.
fn each(test: impl Fn(&Path, &str)) {
    let server = postgres::server().map(postgres::Server::database);
    for history in [Some("history.db".to_owned()), server].into_iter().flatten() {
        let folder = tempfile::tempdir().unwrap();
        write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/shop.yaml", CLUSTERS)]);
        test(folder.path(), &history);
    }
}

/// Writes a capture of entries: their minutes and messages.
fn capture(folder: &Path, name: &str, entries: &[(&str, &str)]) {
    let lines = entries.iter().enumerate().map(|(n, (minute, message))| {
        format!(r#"{{"severity":"ERROR","insertId":"{name}-{n}","timestamp":"2025-06-02T{minute}:00Z","jsonPayload":{{"message":"{message}"}}}}"#)
    });
    fs::write(folder.join(name), lines.collect::<Vec<_>>().join("\n")).unwrap();
}

fn analyze(folder: &Path, history: &str, now: &str, more: &[&str]) -> Run {
    let now = format!("2025-06-02T{now}:00Z");
    let mut all = vec!["analyze", "--rules", "pack", "--history", history, "--now", &now];
    all.extend(more);
    let run = run_in(folder, &all);
    assert!(!run.stderr.contains(postgres::PASSWORD) && !run.stdout.contains(postgres::PASSWORD), "{}", run.stderr);
    run
}

fn report(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

fn trend<'r>(report: &'r Value, id: &str) -> &'r Value {
    let clusters = report["clusters"].as_array().unwrap();
    &clusters.iter().find(|cluster| cluster["id"] == id).unwrap_or_else(|| panic!("no {id}: {clusters:?}"))["trend"]
}

#[test]
fn a_run_is_told_of_those_before_it() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &[("04:10", "queue length 5"), ("04:20", "payment failed")]);
        capture(folder, "2.jsonl", &[("05:10", "queue length 7"), ("05:11", "queue length 9")]);
        let json = ["--format", "json"];
        let first = analyze(folder, history, "05:00", &[&json[..], &["1.jsonl"]].concat());
        assert_eq!(trend(&report(&first), "queue"), &Value::Null);
        assert!(first.stderr.contains("after 0 earlier runs"), "{}", first.stderr);
        let second = analyze(folder, history, "06:00", &[&json[..], &["2.jsonl"]].concat());
        let told = report(&second);
        assert_eq!(trend(&told, "queue")["counts"], serde_json::json!([1, 2]));
        assert_eq!(trend(&told, "queue")["metrics"]["length"]["last"], 9.0);
        assert_eq!(trend(&told, "queue")["first_ever_seen"], "2025-06-02T04:10:00Z");
        // Done again, they say the same, byte by byte.
        for _ in 0..2 {
            assert_eq!(analyze(folder, history, "05:00", &[&json[..], &["1.jsonl"]].concat()).stdout, first.stdout);
            assert_eq!(analyze(folder, history, "06:00", &[&json[..], &["2.jsonl"]].concat()).stdout, second.stdout);
        }
        // Without recording, the next is told nothing of it.
        let more = [&json[..], &["--no-record", "2.jsonl"]].concat();
        let looked = analyze(folder, history, "07:00", &more);
        assert!(!looked.stderr.contains("recorded"), "{}", looked.stderr);
        assert_eq!(trend(&report(&looked), "queue")["counts"], serde_json::json!([1, 2, 2]));
        assert_eq!(analyze(folder, history, "07:00", &more).stdout, looked.stdout);
        // What explains clusters is told the same.
        let arguments =
            ["explain", "--rules", "pack", "--history", history, "--now", "2025-06-02T07:00:00Z", "2.jsonl"];
        let explained = run_in(folder, &arguments);
        assert!(explained.stdout.contains("ongoing"), "{}{}", explained.stdout, explained.stderr);
    });
}

#[test]
fn a_run_that_could_not_read_all_is_not_recorded() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &[("04:10", "queue length 5")]);
        let part = analyze(folder, history, "05:00", &["1.jsonl", "missing.jsonl"]);
        assert_eq!(part.code, 6);
        assert!(part.stdout.contains("Queue grows"), "the worklog is written all the same");
        assert!(part.stderr.contains("this run is not recorded in the history"), "{}", part.stderr);
        let next = analyze(folder, history, "06:00", &["--format", "json", "1.jsonl"]);
        assert_eq!(trend(&report(&next), "queue"), &Value::Null);
        let findings = analyze(folder, history, "07:00", &["--fail-on", "P3", "1.jsonl"]);
        assert_eq!((findings.code, findings.stderr.contains("after 1 earlier run")), (1, true), "{}", findings.stderr);
    });
}

#[test]
fn only_who_wants_a_history_gets_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_pack(folder, &[("gardener.yaml", MANIFEST), ("clusters/shop.yaml", CLUSTERS)]);
    capture(folder, "1.jsonl", &[("04:10", "queue length 5")]);
    let files = |folder: &Path| {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    };
    let alone = |arguments: &[&str]| {
        let run = gardener().current_dir(folder).env_remove("GARDENER_HISTORY").args(arguments).output().unwrap();
        assert!(run.status.success());
        String::from_utf8(run.stderr).unwrap()
    };
    let bare = ["analyze", "--rules", "pack", "1.jsonl"];
    alone(&bare);
    assert_eq!(files(folder), ["1.jsonl", "pack"]);
    assert_eq!(files(&folder.join("pack")), ["clusters", "gardener.yaml"]);
    // Who looks makes none either.
    alone(&[&bare[..], &["--no-record", "--history", "h/history.db"]].concat());
    assert_eq!(files(folder), ["1.jsonl", "pack"]);
    // A directory for it, here or beside the pack, is a wish.
    fs::create_dir(folder.join(".gardener")).unwrap();
    assert!(alone(&bare).contains("history: .gardener/history.db, begun with this run"));
    assert_eq!(files(&folder.join(".gardener")), ["history.db"], "and nothing beside it stays open");
    fs::create_dir(folder.join("pack/.gardener")).unwrap();
    let beside = alone(&bare);
    assert!(beside.contains("history: pack/.gardener/history.db"), "{beside}");
    // The environment goes before that, and the command line before the environment.
    let with = |arguments: &[&str]| {
        let run = gardener().current_dir(folder).env("GARDENER_HISTORY", "env.db").args(arguments).output().unwrap();
        String::from_utf8(run.stderr).unwrap()
    };
    assert!(with(&bare).contains("history: env.db, begun"));
    assert!(with(&[&bare[..], &["--history", "sqlite:flag.db"]].concat()).contains("history: flag.db, begun"));
    assert!(!with(&[&bare[..], &["--history", "none"]].concat()).contains("history"));
    assert_eq!(alone(&[&bare[..], &["-q"]].concat()), "");
}

#[test]
fn a_history_that_cannot_be_used_is_said_before_anything_is_read() {
    let captured = root().join("tests/captures/gke.jsonl");
    let captured = captured.to_str().unwrap();
    for (history, code, part) in [
        ("postgress://u:s3cret@h/d", 2, "did you mean `postgres://`?"),
        ("postgres://u:s3cret@127.0.0.1:1/d", 7, "`postgres://u:***@127.0.0.1:1/d` cannot be reached"),
        ("postgres://u:s3cret@127.0.0.1:1/d?sslmode=never", 2, "sslmode"),
        (captured, 6, "is no history"),
        ("/no/such/history.db", 6, "mkdir -p"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let run = run_in(folder.path(), &["analyze", "--history", history, captured]);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{}", run.stderr);
        assert!(run.stderr.contains(part) && run.stderr.contains("help: "), "{}", run.stderr);
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
}

/// The history that a later run is told of, and its worklog.
fn state(folder: &Path, history: &str, name: &str) -> String {
    let run = analyze(folder, history, "23:00", &["--no-record", "--format", "json", name]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run.stdout
}

/// Killed at many moments and then done again, runs end as if nobody had killed them.
#[test]
fn killed_runs_that_are_done_again_leave_no_trace() {
    each(|folder, history| {
        for hour in 4..7_u32 {
            let entries: Vec<(String, String)> = (0..3000)
                .map(|n| (format!("{hour:02}:{:02}", n % 60), format!("queue length {}", n * hour % 977)))
                .chain([(format!("{hour:02}:59"), "payment failed".to_owned())])
                .collect();
            let entries: Vec<(&str, &str)> = entries.iter().map(|(m, text)| (m.as_str(), text.as_str())).collect();
            capture(folder, &format!("{hour}.jsonl"), &entries);
        }
        let fresh = |name: &str| match postgres::server() {
            Some(server) if history.contains("://") => server.database(),
            _ => folder.join(name).to_str().unwrap().to_owned(),
        };
        let (whole, killed) = (fresh("whole.db"), fresh("killed.db"));
        let arguments = |history: &str, hour: u32, out: &str| {
            let now = format!("2025-06-02T{:02}:00:00Z", hour + 1);
            let capture = format!("{hour}.jsonl");
            let fixed = ["analyze", "--rules", "pack", "-q", "-o", out, "--history", history, "--now", &now];
            [&fixed[..], &["--since", "last", &capture]].concat().into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let program = gardener().get_program().to_owned();
        for hour in 4..7 {
            assert!(gardener().current_dir(folder).args(arguments(&whole, hour, "whole.md")).status_ok());
            let mut kills = 0;
            for delay in 1..12_u32 {
                let status = std::process::Command::new("timeout")
                    .args(["-s", "KILL", &format!("{:.3}", f64::from(delay) * 0.037)])
                    .arg(&program)
                    .args(arguments(&killed, hour, "killed.md"))
                    .current_dir(folder)
                    .output()
                    .unwrap()
                    .status;
                kills += u32::from(!status.success());
                let written = fs::read_to_string(folder.join("killed.md")).unwrap_or_default();
                assert!(written.is_empty() || written.ends_with('\n'), "half a worklog");
            }
            assert!(kills > 0, "nothing was killed");
            assert!(gardener().current_dir(folder).args(arguments(&killed, hour, "killed.md")).status_ok());
            assert_eq!(
                fs::read_to_string(folder.join("whole.md")).unwrap(),
                fs::read_to_string(folder.join("killed.md")).unwrap()
            );
        }
        assert_eq!(state(folder, &whole, "6.jsonl"), state(folder, &killed, "6.jsonl"));
    });
}

trait StatusOk {
    fn status_ok(&mut self) -> bool;
}

impl StatusOk for assert_cmd::Command {
    fn status_ok(&mut self) -> bool {
        let output = self.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        true
    }
}

/// Many runners share one history.
#[test]
fn runs_of_many_processes_at_once_are_all_recorded() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &[("04:10", "queue length 5")]);
        std::thread::scope(|threads| {
            for n in 0..6 {
                threads.spawn(move || {
                    let run = analyze(folder, history, &format!("05:0{n}"), &["1.jsonl"]);
                    assert_eq!(run.code, 0, "{}", run.stderr);
                });
            }
        });
        let run = analyze(folder, history, "06:00", &["--format", "json", "1.jsonl"]);
        assert_eq!(trend(&report(&run), "queue")["runs_known"], 6);
    });
}

/// A cluster that no definition knows keeps its history when its template becomes more general, and when a day shows only one of
/// its names.
#[test]
fn a_template_that_generalises_keeps_its_history() {
    each(|folder, history| {
        let names = ["bob", "carol", "dave"].map(|name| format!("login of {name} from 10.0.0.2 failed"));
        let days = [
            ("1.jsonl", vec![("04:10", "login of alice from 10.0.0.1 failed")]),
            ("2.jsonl", names.iter().map(|message| ("05:10", message.as_str())).collect()),
            ("3.jsonl", vec![("06:10", "login of erin from 10.0.0.3 failed")]),
        ];
        let mut told = Vec::new();
        for (hour, (name, entries)) in (5..).zip(&days) {
            capture(folder, name, entries);
            told.push(report(&analyze(folder, history, &format!("0{hour}:30"), &["--format", "json", name])));
        }
        let cluster = |at: usize| {
            let clusters = told[at]["clusters"].as_array().unwrap();
            assert_eq!(clusters.len(), 1, "{clusters:?}");
            clusters[0].clone()
        };
        assert_eq!(cluster(0)["pattern"], "login of alice from <*> failed");
        assert_eq!(cluster(1)["pattern"], "login of <*> from <*> failed");
        assert_eq!(cluster(1)["trend"]["counts"], serde_json::json!([1, 3]));
        assert_eq!(cluster(2)["fingerprint"], cluster(1)["fingerprint"]);
        assert_eq!(cluster(2)["trend"]["counts"], serde_json::json!([1, 3, 1]));
        assert_eq!(cluster(2)["trend"]["first_ever_seen"], "2025-06-02T04:10:00Z");
    });
}
