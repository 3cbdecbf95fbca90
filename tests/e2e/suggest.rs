//! Definitions for clusters that none knows.

mod support;

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::{Run, gardener, report_in, run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: shop\nextends: default\n";
const OWN: &str = "- { id: pool, title: Pool, match: 'message:\"no connection left\"', severity: P3 }\n";

fn entry(n: usize, severity: &str, message: &str) -> String {
    let record = json!({
        "severity": severity, "timestamp": format!("2025-09-14T04:{:02}:{:02}Z", n / 60, n % 60), "insertId": n.to_string(),
        "resource": { "type": "cloud_run_revision", "labels": { "service_name": "shop" } },
        "jsonPayload": { "message": message }
    });
    format!("{record}\n")
}

/// Three unknown clusters, of which two share their words, and entries of a definition and of none.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", OWN)]);
    let lines = (0..9)
        .map(|n| entry(n, "ERROR", &format!("reserve stock for basket {n}17 gave up after {n}.5s, token=s3cretvalue")))
        .chain((10..14).map(|n| entry(n, "WARNING", &format!("stock of shelf {n} is low"))))
        .chain((20..22).map(|n| entry(n, "WARNING", &format!("stock of shelf {n} is low again"))))
        .chain((30..35).map(|n| entry(n, "INFO", &format!("basket {n} opened"))))
        .chain((40..42).map(|n| entry(n, "ERROR", &format!("no connection left in pool {n}"))));
    fs::write(folder.path().join("logs.jsonl"), lines.collect::<String>()).unwrap();
    folder
}

fn suggest(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["suggest", "--rules", "pack", "--now", "2025-09-14T05:00:00Z"], arguments].concat())
}

fn found(folder: &Path, arguments: &[&str]) -> Value {
    let run = suggest(folder, &[&["--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_largest_clusters_come_with_what_their_queries_match() {
    let folder = folder();
    let run = suggest(folder.path(), &["logs.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for expected in [
        ": 9 entries, 2025-09-14T04:00:00Z to 2025-09-14T04:00:08Z\n# the query matches 9 entries of these captures: exactly the cluster's\n- id: reserve-stock-basket-gave\n",
        "  was: 'template:reserve stock for basket <*> gave up after <*>, token=<*>'\n",
        "after (\\d+(?:\\.\\d+)?)s'",
        "  facets: [resource.labels.service_name]\n",
        "logged as ERROR\n",
        "- \"stock of shelf ",
        "is low again",
    ] {
        assert!(run.stdout.contains(expected), "no {expected} in {}", run.stdout);
    }
    assert!(!run.stdout.contains("s3cret"), "{}", run.stdout);
    assert_eq!(
        run.stderr,
        "read 22 = 0 malformed + 0 duplicate + 0 outside the window + 0 ignored + 17 clustered + 5 routine\n4 clusters: 2 P3, 2 P4\n3 definitions, whose queries match exactly their clusters' entries\n"
    );
    let made = found(folder.path(), &["logs.jsonl"]);
    assert_eq!(made["schema"], "gardener/suggest/v1");
    let all = made["suggestions"].as_array().unwrap();
    let counts: Vec<&Value> = all.iter().map(|it| &it["count"]).collect();
    assert_eq!(counts, [9, 4, 2]);
    assert!(all.iter().all(|it| it["is_exact"] == true && it["matched"] == it["count"]));
    let low = all.iter().find(|it| it["count"] == 4).unwrap();
    assert!(low["match"].as_str().unwrap().contains("=~"), "words do not tell it from the other: {low}");
    let few = found(folder.path(), &["--top", "1", "logs.jsonl"]);
    assert_eq!((few["suggestions"].as_array().unwrap().len(), &few["left_out"]), (1, &2.into()));
    assert_eq!(found(folder.path(), &["--min-count", "4", "logs.jsonl"])["left_out"], 1);
    let id = low["cluster"].as_str().unwrap();
    assert_eq!(found(folder.path(), &["--cluster", id, "logs.jsonl"])["suggestions"][0]["cluster"], id);
    let jobs = |jobs: &str| suggest(folder.path(), &["--jobs", jobs, "logs.jsonl"]).stdout;
    assert_eq!(jobs("1"), jobs("4"));
    let bytes = fs::read(folder.path().join("logs.jsonl")).unwrap();
    let mut command = gardener();
    let piped = command.current_dir(folder.path()).args(["suggest", "--rules", "pack", "-q"]).write_stdin(bytes);
    assert_eq!(String::from_utf8(piped.output().unwrap().stdout).unwrap(), run.stdout);
}

#[test]
fn what_is_written_keeps_history_and_leaves_nothing_unknown() {
    let folder = folder();
    let history = ["--rules", "pack", "--history", "history.db"];
    let analyze = |now: &str| {
        let arguments =
            [&["analyze", "-q", "--format", "json", "--now", now, "logs.jsonl"], history.as_slice()].concat();
        let run = run_in(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str::<Value>(&run.stdout).unwrap()
    };
    analyze("2025-09-14T05:00:00Z");
    let written = suggest(folder.path(), &["--write", "logs.jsonl"]);
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    let paths: Vec<&str> = written.stdout.lines().filter(|line| line.starts_with("pack/clusters/")).collect();
    assert_eq!(paths.len(), 3, "{}", written.stdout);
    let checked = run_in(folder.path(), &["check", "--rules", "pack", "--deny-warnings"]);
    assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    let report = analyze("2025-09-14T05:30:00Z");
    let clusters = report["clusters"].as_array().unwrap();
    assert!(clusters.iter().all(|cluster| cluster["origin"] == "rule"), "{clusters:#?}");
    let stock = clusters.iter().find(|it| it["id"] == "reserve-stock-basket-gave").unwrap();
    assert_eq!((&stock["count"], &stock["trend"]["runs_seen"]), (&9.into(), &1.into()), "{stock:#}");
    assert_eq!(report["quiet"].as_array().unwrap().len(), 0, "none is taken for gone");
    let again = suggest(folder.path(), &["--write", "logs.jsonl"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, ""), "{}", again.stderr);
    assert!(again.stderr.contains("nothing is unknown: every entry of WARNING or above has a definition"));
    assert!(suggest(folder.path(), &["-q", "logs.jsonl"]).stdout.starts_with("# nothing is unknown"));
    let log = run_in(folder.path(), &[&["history", "reserve-stock-basket-gave"], history.as_slice()].concat());
    assert!(log.stdout.contains("in 2 of 2 runs"), "{}", log.stdout);
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder();
    fs::write(folder.path().join("pack/clusters/reserve-stock-basket-gave.yaml"), "[]\n").unwrap();
    let written = suggest(folder.path(), &["--top", "1", "--write", "logs.jsonl"]);
    assert_eq!(written.code, 0, "{}", written.stderr);
    assert!(written.stdout.starts_with("pack/clusters/reserve-stock-basket-gave-2.yaml\n"), "{}", written.stdout);
    assert_eq!(fs::read_to_string(folder.path().join("pack/clusters/reserve-stock-basket-gave.yaml")).unwrap(), "[]\n");
    let report = report_in(folder.path(), &["--rules", "pack", "logs.jsonl"]);
    let ids: Vec<&str> = report["clusters"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert!(ids.contains(&"reserve-stock-basket-gave-2"), "{ids:?}");
}

#[test]
fn hostile_messages_make_files_that_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    write_pack(folder.path(), &[("gardener.yaml", MANIFEST)]);
    let messages = [
        "it's \"quoted\": {key: [1, 2]} # and - more",
        "C:\\path (.*+?)[]|^$ refused \\d+ \\",
        "bell \u{7} and \u{1b}[31mred\u{1b}[0m and \u{202e}tfel refused",
        "{{ title }} ${x} %s @channel #12 <b>bold</b>",
        "*** &anchor !!tag | > : refused",
        "база данных недоступна 17",
    ];
    let long = format!("endless recursion {}", "in frame of some function ".repeat(3_000));
    let all = messages.iter().copied().chain([long.as_str()]).enumerate();
    fs::write(folder.path().join("logs.jsonl"), all.map(|(n, it)| entry(n, "ERROR", it)).collect::<String>()).unwrap();
    let written = suggest(folder.path(), &["--write", "logs.jsonl"]);
    assert_eq!(written.code, 0, "{}{}", written.stdout, written.stderr);
    assert!(!written.stdout.contains('\u{1b}') && !written.stderr.contains('\u{1b}'));
    for file in fs::read_dir(folder.path().join("pack/clusters")).unwrap() {
        let text = fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(text.len() < 8_000 && !text.contains(['\u{7}', '\u{1b}', '\u{202e}']), "{text}");
    }
    let report = report_in(folder.path(), &["--rules", "pack", "logs.jsonl"]);
    let clusters = report["clusters"].as_array().unwrap();
    assert!(clusters.iter().all(|cluster| cluster["origin"] == "rule" && cluster["count"] == 1), "{clusters:#?}");
}

#[test]
fn what_cannot_be_is_said() {
    let folder = folder();
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    for (arguments, code, said) in [
        (vec!["--cluster", "template-00000000", "logs.jsonl"], 2, "no cluster `template-00000000`"),
        (vec!["--cluster", "pool", "logs.jsonl"], 2, "has a definition already"),
        (vec!["--top", "0", "logs.jsonl"], 2, "--top"),
        (vec!["missing.jsonl"], 6, "missing.jsonl"),
        (vec!["empty.jsonl"], 6, "no entries"),
        (vec!["--write", "-o", "x.yaml", "logs.jsonl"], 2, "cannot be used with"),
    ] {
        let run = suggest(folder.path(), &arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    let own = run_in(folder.path(), &["suggest", "--rules", "default", "--write", "logs.jsonl"]);
    assert_eq!(own.code, 2, "{}", own.stderr);
    assert!(own.stderr.contains("built-in pack cannot be written to"));
    assert_eq!(suggest(folder.path(), &["--allow-empty", "empty.jsonl"]).code, 0);
}
