//! Windows that begin where the last one ended.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Run, assert_conserved, number, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\nhistory: { overlap: 10m }\n";
const CLUSTERS: &str = "- { id: payment, title: Payments fail, match: 'message:\"payment failed\"', severity: P2 }\n";

fn each(test: impl Fn(&Path, &str)) {
    let server = postgres::server().map(postgres::Server::database);
    for history in [Some("history.db".to_owned()), server].into_iter().flatten() {
        let folder = tempfile::tempdir().unwrap();
        write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/shop.yaml", CLUSTERS)]);
        test(folder.path(), &history);
    }
}

/// An entry of a time; those of whole minutes have an insertId, others none.
fn line(time: &str) -> String {
    let id = if time.ends_with(":00") { format!(r#""insertId":"i{time}","#) } else { String::new() };
    format!(
        r#"{{{id}"severity":"ERROR","timestamp":"2025-06-02T{time}Z","jsonPayload":{{"message":"payment failed"}}}}"#
    )
}

fn capture(folder: &Path, name: &str, times: &[&str]) {
    let lines: Vec<String> = times.iter().map(|time| line(time)).collect();
    fs::write(folder.join(name), lines.join("\n")).unwrap();
}

fn analyze(folder: &Path, history: &str, now: &str, more: &[&str]) -> Run {
    let now = format!("2025-06-02T{now}Z");
    let mut all = vec!["analyze", "--rules", "pack", "--format", "json", "--history", history, "--now", &now];
    all.extend(more);
    run_in(folder, &all)
}

fn report(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report = serde_json::from_str(&run.stdout).unwrap();
    assert_conserved(&report);
    report
}

/// Counted, duplicate, outside the window.
fn counts(report: &Value) -> (u64, u64, u64) {
    let of = |name: &str| number(report, &["entries", name]);
    (of("clustered"), of("duplicate"), of("outside_window"))
}

fn window(report: &Value) -> (&str, &str) {
    (report["window"]["from"].as_str().unwrap(), report["window"]["to"].as_str().unwrap())
}

#[test]
fn hourly_captures_that_overlap_are_counted_once_with_a_repeat_and_a_gap() {
    each(|folder, history| {
        // A line that was written twice, and an entry a nanosecond before the edge.
        let first = ["04:00:00", "04:52:00", "04:55:30", "04:55:30", "04:59:59.999999999"];
        capture(folder, "1.jsonl", &first);
        // The overlap once more, with a third line like the two, and one with an insertId that came late.
        let overlap = ["04:45:00", "04:52:00", "04:55:30", "04:55:30", "04:55:30", "04:57:00", "04:59:59.999999999"];
        let second = [&overlap[..], &["05:00:00", "05:00:00.000000001", "05:30:00", "05:59:00"]].concat();
        capture(folder, "2.jsonl", &second);
        // Nobody ran at seven. This one is late for 05:59:30, and has what was written after it began.
        let third = ["05:59:00", "05:59:30", "06:10:00", "07:20:00", "07:20:00", "08:00:00"];
        capture(folder, "3.jsonl", &third);

        let run = |now: &str, capture: &str| analyze(folder, history, now, &["--since", "last", capture]);
        let one = run("05:00:00", "1.jsonl");
        let told = report(&one);
        assert_eq!((counts(&told), window(&told)), ((5, 0, 0), ("2025-06-02T04:00:00Z", "2025-06-02T05:00:00Z")));
        assert!(
            told["notes"][0].as_str().unwrap().contains("this one begins with the first entry"),
            "{}",
            told["notes"]
        );

        let two = run("06:00:00", "2.jsonl");
        let told = report(&two);
        assert_eq!((counts(&told), window(&told)), ((6, 4, 1), ("2025-06-02T05:00:00Z", "2025-06-02T06:00:00Z")));
        let late = "2 entries from before the window that came late are counted here, and nowhere else";
        assert_eq!(told["notes"], serde_json::json!([late]));
        // Done again, with any number of threads, it says the same.
        for jobs in ["1", "3"] {
            let again = analyze(folder, history, "06:00:00", &["--jobs", jobs, "--since", "last", "2.jsonl"]);
            assert_eq!(again.stdout, two.stdout);
        }

        let told = report(&run("08:00:00", "3.jsonl"));
        assert_eq!((counts(&told), window(&told)), ((3, 2, 1), ("2025-06-02T06:00:00Z", "2025-06-02T08:00:00Z")));
        assert_eq!(told["clusters"][0]["trend"]["counts"], serde_json::json!([5, 6, 3]));
        // What was left out is the next one's.
        let told = report(&run("09:00:00", "3.jsonl"));
        assert_eq!(counts(&told), (1, 1, 4));
    });
}

#[test]
fn who_looks_by_the_way_does_not_move_the_end() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &["04:00:00", "04:59:00"]);
        capture(folder, "2.jsonl", &["04:59:00", "05:10:00", "05:30:00"]);
        // A run with a window of its own begins the chain, for nothing else does.
        report(&analyze(folder, history, "05:00:00", &["1.jsonl"]));
        let told = report(&analyze(folder, history, "05:20:00", &["--since", "last", "2.jsonl"]));
        assert_eq!((counts(&told), window(&told).0), ((1, 1, 1), "2025-06-02T04:59:00.000000001Z"));
        report(&analyze(folder, history, "05:40:00", &["2.jsonl"]));
        report(&analyze(folder, history, "05:41:00", &["--since", "last", "--no-record", "2.jsonl"]));
        let told = report(&analyze(folder, history, "06:00:00", &["--since", "last", "2.jsonl"]));
        assert_eq!((counts(&told), window(&told).0), ((1, 1, 1), "2025-06-02T05:20:00Z"));
    });
}

#[test]
fn a_run_that_could_not_read_all_leaves_its_window_to_the_next() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &["04:00:00"]);
        capture(folder, "2.jsonl", &["04:00:00", "05:10:00"]);
        report(&analyze(folder, history, "05:00:00", &["--since", "last", "1.jsonl"]));
        let failed = analyze(folder, history, "06:00:00", &["--since", "last", "2.jsonl", "missing.jsonl"]);
        assert_eq!(failed.code, 6, "{}", failed.stderr);
        let told = report(&analyze(folder, history, "07:00:00", &["--since", "last", "2.jsonl"]));
        assert_eq!((counts(&told), window(&told).0), ((1, 0, 1), "2025-06-02T05:00:00Z"));
    });
}

#[test]
fn what_cannot_be_is_said() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &["04:00:00"]);
        let last = ["--since", "last", "1.jsonl"];
        for (history, part) in [("none", "needs a history"), (history, "")] {
            let run = analyze(folder, history, "05:00:00", &last);
            assert_eq!(run.code, if part.is_empty() { 0 } else { 2 }, "{}", run.stderr);
            assert!(run.stderr.contains(part), "{}", run.stderr);
        }
        let nothing =
            analyze(folder, history, "05:30:00", &["--until", "2025-06-02T05:00:00Z", "--since", "last", "1.jsonl"]);
        assert_eq!((nothing.code, nothing.stdout.as_str()), (2, ""));
        assert!(nothing.stderr.contains("nothing is left to read"), "{}", nothing.stderr);
        assert!(nothing.stderr.contains("--now 2025-06-02T05:00:00Z"), "{}", nothing.stderr);
        // Out of the order of their times, they would count what others have counted.
        report(&analyze(folder, history, "07:00:00", &last));
        let output = folder.join("out.json");
        let between = [&last[..], &["-o", output.to_str().unwrap()]].concat();
        let refused = analyze(folder, history, "06:00:00", &between);
        assert_eq!(refused.code, if history.contains("://") { 7 } else { 6 }, "{}", refused.stderr);
        assert!(refused.stderr.contains("the run of 2025-06-02T07:00:00Z has read up to"), "{}", refused.stderr);
        assert!(!output.exists(), "what others have told of is not told again");
        for command in ["explain", "shadow"] {
            let run = run_in(folder, &[command, "--rules", "pack", "--since", "last", "1.jsonl"]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        }
    });
}

#[test]
fn what_is_yet_to_come_is_not_taken_as_read() {
    each(|folder, history| {
        capture(folder, "1.jsonl", &["03:10:00", "03:50:00"]);
        capture(folder, "2.jsonl", &["03:50:00", "04:30:00"]);
        capture(folder, "3.jsonl", &["04:30:00", "05:10:00"]);
        let next_day = ["--until", "2025-06-03T00:00:00Z"];
        // The chain begins at a run with a window of its own.
        report(&analyze(folder, history, "04:00:00", &[&next_day[..], &["1.jsonl"]].concat()));
        let last = ["--since", "last"];
        let told = report(&analyze(folder, history, "05:00:00", &[&last[..], &next_day, &["2.jsonl"]].concat()));
        assert_eq!((counts(&told), window(&told)), ((1, 1, 0), ("2025-06-02T04:00:00Z", "2025-06-02T05:00:00Z")));
        assert!(told["notes"][0].as_str().unwrap().contains("the window ends now"), "{}", told["notes"]);
        let told = report(&analyze(folder, history, "05:20:00", &[&last[..], &["3.jsonl"]].concat()));
        assert_eq!((counts(&told), window(&told).0), ((1, 0, 1), "2025-06-02T05:00:00Z"));
        // Nor do later runs take the first to have looked at the whole day.
        let known = run_in(folder, &["history", "--rules", "pack", "--history", history, "--format", "csv", "payment"]);
        assert!(known.stdout.contains("2025-06-02T03:10:00Z,2025-06-02T04:00:00Z"), "{}", known.stdout);
    });
}

#[test]
fn what_can_no_longer_be_said_again_does_not_replace_what_was_said() {
    each(|folder, history| {
        let times: Vec<String> = (0..60).map(|minute| format!("04:{minute:02}:30")).collect();
        capture(folder, "1.jsonl", &times.iter().map(String::as_str).collect::<Vec<_>>());
        let run =
            |minute: u32| analyze(folder, history, &format!("04:{minute:02}:00"), &["--since", "last", "1.jsonl"]);
        for minute in 1..=52 {
            report(&run(minute));
        }
        let known = |name: &str| {
            let all =
                ["history", "--rules", "pack", "--history", history, "--format", "csv", "payment", "--runs", "60"];
            let shown = run_in(folder, &all).stdout;
            shown.lines().find(|line| line.starts_with(name)).map(str::to_owned).unwrap()
        };
        // What the runs of two days back have counted is known, and so they say the same.
        let before = known("2025-06-02T04:06:00Z");
        let again = run(6);
        assert_eq!((again.code, again.stderr.contains("is recorded already")), (0, false), "{}", again.stderr);
        assert_eq!(known("2025-06-02T04:06:00Z"), before);
        let before = known("2025-06-02T04:03:00Z");
        fs::write(folder.join("1.jsonl"), line("04:02:10")).unwrap();
        let again = run(3);
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert!(again.stderr.contains("the history keeps what it said then"), "{}", again.stderr);
        let told = report(&again);
        assert!(told["notes"][0].as_str().unwrap().contains("is no longer known"), "{}", told["notes"]);
        assert_eq!(known("2025-06-02T04:03:00Z"), before);
    });
}

#[test]
fn a_hole_in_the_captures_is_not_taken_for_silence() {
    each(|folder, history| {
        let every = |hours: std::ops::Range<u32>| -> Vec<String> {
            hours.flat_map(|hour| (0..60).step_by(5).map(move |minute| format!("{hour:02}:{minute:02}:00"))).collect()
        };
        let written = |name: &str, times: &[String]| {
            capture(folder, name, &times.iter().map(String::as_str).collect::<Vec<_>>());
        };
        written("1.jsonl", &every(0..2));
        // From two to ten nobody ran, and this one reads back an hour and a half.
        written("2.jsonl", &every(9..11)[6..]);
        written("3.jsonl", &every(10..12)[6..]);
        let run = |now: &str, name: &str| report(&analyze(folder, history, now, &["--since", "last", name]));
        run("02:00:00", "1.jsonl");
        let told = run("11:00:00", "2.jsonl");
        assert_eq!(window(&told), ("2025-06-02T09:30:00Z", "2025-06-02T11:00:00Z"));
        let note = told["notes"][0].as_str().unwrap();
        assert!(note.contains("nothing between 2025-06-02T02:00:00Z and 2025-06-02T09:30:00Z"), "{note}");
        assert_eq!(told["clusters"][0]["rate_per_hour"], 12.0);
        // Nor do those that come after it take it for that.
        let told = run("12:00:00", "3.jsonl");
        assert_eq!((window(&told).0, &told["notes"]), ("2025-06-02T11:00:00Z", &serde_json::json!([])));
        assert_eq!(told["clusters"][0]["trend"]["state"], "ongoing");
        assert_eq!(told["clusters"][0]["trend"]["counts"], serde_json::json!([24, 18, 12]));
        let known = run_in(folder, &["history", "--rules", "pack", "--history", history, "--format", "csv", "payment"]);
        assert!(known.stdout.contains("2025-06-02T09:30:00Z,2025-06-02T11:00:00Z"), "{}", known.stdout);
        // Done again with captures that reach back further, the run takes its own place.
        written("2.jsonl", &every(1..11));
        let again = analyze(folder, history, "11:00:00", &["--since", "last", "2.jsonl"]);
        let told = report(&again);
        assert_eq!((counts(&told).0, window(&told).0), (108, "2025-06-02T02:00:00Z"));
        // An hour in which there was nothing at all.
        fs::write(folder.join("4.jsonl"), "").unwrap();
        let told = report(&analyze(folder, history, "13:00:00", &["--since", "last", "--allow-empty", "4.jsonl"]));
        assert_eq!(window(&told), ("2025-06-02T12:00:00Z", "2025-06-02T13:00:00Z"));
        assert!(told["notes"][0].as_str().unwrap().contains("all of it is taken as silence"), "{}", told["notes"]);
    });
}
