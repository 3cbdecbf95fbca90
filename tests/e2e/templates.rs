//! The templates of captures, and of each record.

mod support;

use std::fs;
use std::path::Path;

use serde_json::Value;
use support::{Run, gardener, run_in};

/// Entries of any severity, some of them duplicates, one broken.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let entry = |n: usize, severity: &str, message: String| {
        format!(
            "{{\"severity\":\"{severity}\",\"insertId\":\"{n}\",\"timestamp\":\"2025-09-14T04:00:{n:02}Z\",\"jsonPayload\":{{\"message\":\"{message}\"}}}}"
        )
    };
    let mut lines: Vec<String> =
        (0..20).map(|n| entry(n, "INFO", format!("order {n} for ada{n}@example.com placed"))).collect();
    lines.extend((20..23).map(|n| entry(n, "ERROR", format!("connection to 10.0.0.{n}:5432 failed"))));
    lines.push(lines[3].clone());
    lines.insert(5, "{\"broken".to_owned());
    fs::write(folder.path().join("c.jsonl"), lines.join("\n") + "\n").unwrap();
    folder
}

fn templates(folder: &Path, arguments: &[&str]) -> Run {
    run_in(folder, &[&["templates", "--rules", "default"], arguments].concat())
}

fn json(run: &Run) -> Value {
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn every_record_is_counted_once_whatever_its_severity() {
    let folder = folder();
    let found = json(&templates(folder.path(), &["--format", "json", "c.jsonl"]));
    assert_eq!(found["schema"], "gardener/templates/v1");
    let entries = &found["entries"];
    for (name, count) in [("read", 25), ("malformed", 1), ("duplicate", 1), ("outside_window", 0), ("of_templates", 23)]
    {
        assert_eq!(entries[name], count, "{name}: {entries}");
    }
    let all = found["templates"].as_array().unwrap();
    assert_eq!((all.len(), &all[0]["count"], &all[1]["count"]), (2, &20.into(), &3.into()));
    assert_eq!(all[1]["template"], "connection to <*> failed");
    assert_eq!(all[1]["log_severities"], serde_json::json!({ "ERROR": 3 }));
    assert_eq!(all[0]["first_seen"], "2025-09-14T04:00:00Z");
    let example = all[0]["example"]["text"].as_str().unwrap();
    assert!(example.contains("***@example.com"), "{example}");
    let window = json(&templates(
        folder.path(),
        &["--format", "json", "--since", "2025-09-14T04:00:20Z", "--until", "2025-09-14T04:00:22Z", "c.jsonl"],
    ));
    assert_eq!((&window["entries"]["outside_window"], &window["entries"]["of_templates"]), (&21.into(), &2.into()));
    let table = templates(folder.path(), &["c.jsonl"]);
    assert!(table.stdout.starts_with("2 templates of 23 entries\n"), "{}", table.stdout);
    assert!(
        table.stdout.ends_with("25 read = 1 malformed + 1 duplicate + 0 outside the window + 23 of templates\n"),
        "{}",
        table.stdout
    );
    let csv = templates(folder.path(), &["--format", "csv", "c.jsonl"]).stdout;
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[test]
fn each_record_has_a_line_in_the_order_of_the_input() {
    let folder = folder();
    let tsv = templates(folder.path(), &["--each", "c.jsonl"]);
    assert_eq!(tsv.code, 0, "{}", tsv.stderr);
    let rows: Vec<Vec<&str>> = tsv.stdout.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), 25);
    for (row, line) in rows.iter().zip(1..) {
        assert_eq!((row.len(), row[0], row[1]), (4, "c.jsonl", line.to_string().as_str()));
        assert_eq!(row[2].is_empty(), line == 6, "only what cannot be read has no template: {row:?}");
    }
    assert_eq!((rows[24][2], rows[24][3]), (rows[3][2], rows[3][3]), "a second delivery");
    let lines = templates(folder.path(), &["--each", "--format", "json", "--since", "2025-09-14T04:00:22Z", "c.jsonl"]);
    let last: Vec<Value> = lines.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((last.len(), &last[1]["record"], &last[1]["line"]), (2, &24.into(), &24.into()), "{}", lines.stdout);
    assert_eq!(last[0]["id"], Value::Null);
    let csv = templates(folder.path(), &["--each", "--format", "csv", "c.jsonl"]).stdout;
    assert!(csv.starts_with("capture,line,record,id,template\r\n") && csv.lines().count() == 26, "{csv}");
    let file = templates(folder.path(), &["--each", "c.jsonl", "-o", "out.tsv"]);
    assert_eq!((file.code, file.stdout.as_str()), (0, ""));
    assert_eq!(fs::read_to_string(folder.path().join("out.tsv")).unwrap(), tsv.stdout);
    let piped = gardener()
        .current_dir(folder.path())
        .args(["templates", "--each", "-"])
        .write_stdin(fs::read(folder.path().join("c.jsonl")).unwrap())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(piped.stdout).unwrap(), tsv.stdout.replace("c.jsonl", "-"));
}

#[test]
fn what_cannot_be_read_is_told_with_its_place_and_the_reason() {
    let folder = folder();
    for arguments in [
        vec!["c.jsonl"],
        vec!["--format", "csv", "c.jsonl"],
        vec!["--format", "json", "c.jsonl"],
        vec!["--each", "c.jsonl"],
        vec!["--each", "--format", "csv", "c.jsonl"],
        vec!["--each", "--format", "json", "c.jsonl"],
    ] {
        let run = templates(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!((lines.len(), lines[0]), (2, "1 record could not be read:"), "{arguments:?}: {}", run.stderr);
        assert!(lines[1].starts_with("  c.jsonl:6: ") && lines[1].ends_with(": {\"broken"), "{}", run.stderr);
        assert_eq!(templates(folder.path(), &[&["-q"], arguments.as_slice()].concat()).stderr, "", "{arguments:?}");
    }
    // The first of many, on any number of threads; and nothing in them reaches the terminal that moves its cursor.
    let many = |front: &str| format!("{{\"message\":\"x\"}}\n{front}\u{1b}[2Jada@example.com\n").repeat(7);
    fs::write(folder.path().join("d.jsonl"), many("{\"a\": ")).unwrap();
    fs::write(folder.path().join("e.jsonl"), many("{\"b\": ")).unwrap();
    let told = |form: &[&str], jobs: &str| {
        templates(folder.path(), &[form, &["--jobs", jobs, "d.jsonl", "e.jsonl"]].concat()).stderr
    };
    let all = told(&["--each"], "1");
    assert!(all.starts_with("14 records could not be read:\n  d.jsonl:2: "), "{all}");
    assert!(all.ends_with("\n  and 9 more\n") && all.lines().count() == 7, "{all}");
    assert!(!all.contains('\u{1b}') && !all.contains("ada@"), "{all}");
    assert_eq!(
        [told(&["--each"], "3"), told(&["--format", "csv"], "1"), told(&["--format", "csv"], "2")],
        [(); 3].map(|()| all.clone())
    );
}

#[test]
fn each_line_is_a_message_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut text: Vec<u8> = b"  started 5\r\nTraceback (most recent call last):\n  File \"a.py\", line 3\nValueError: bad id 17\n\n{\"severity\":\"ERROR\"}\n[1,\n".to_vec();
    text.extend(b"caf\xe9 7 closed\n    at frame 12\nlast without end");
    fs::write(folder.path().join("a.log"), &text).unwrap();
    let rows = |arguments: &[&str]| {
        let run = templates(folder.path(), &[&["--lines", "--each", "a.log"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let all = rows(&[]);
    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.len(), 10, "{all}");
    for (line, number) in lines.iter().zip(1..) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells[1], number.to_string());
        assert!(cells[2].starts_with("template-") && !cells[3].is_empty(), "{line}");
    }
    assert!(lines[7].contains("caf\u{fffd} <*> closed"), "{}", lines[7]);
    assert!(
        !templates(folder.path(), &["--each", "a.log"]).stdout.lines().count().eq(&10),
        "text is joined without it"
    );
    let long = "x".repeat((4 << 20) + 10) + "\nshort 5\n";
    fs::write(folder.path().join("a.log"), long).unwrap();
    let all = rows(&[]);
    let cells: Vec<&str> = all.lines().map(|line| line.split('\t').nth(2).unwrap()).collect();
    assert!(cells.len() == 2 && cells[0].is_empty() && !cells[1].is_empty(), "{all}");
}

#[test]
fn order_and_threads_change_neither_templates_nor_ids() {
    let folder = tempfile::tempdir().unwrap();
    let names = ["ada", "bob", "eve", "mallory"];
    let lines: Vec<String> = (0..40_000)
        .map(|n| format!("login of {} from host {} {}", names[n % 4], n % 97, ["failed", "passed", "timed out"][n % 3]))
        .collect();
    fs::write(folder.path().join("a.log"), lines.join("\n")).unwrap();
    let reversed: Vec<&str> = lines.iter().rev().map(String::as_str).collect();
    fs::write(folder.path().join("b.log"), reversed.join("\n")).unwrap();
    let each = |file: &str, jobs: &str| templates(folder.path(), &["--lines", "--each", "--jobs", jobs, file]).stdout;
    let ids =
        |out: &str| -> Vec<String> { out.lines().map(|line| line.split('\t').nth(2).unwrap().to_owned()).collect() };
    let (one, many) = (each("a.log", "1"), each("a.log", "5"));
    assert!(one == many, "threads play a part");
    let mut other = ids(&each("b.log", "3"));
    other.reverse();
    assert!(ids(&one) == other, "order plays a part");
    let list = |file: &str| {
        let found = json(&templates(folder.path(), &["--lines", "--format", "json", "--jobs", "2", file]));
        let all = found["templates"].as_array().unwrap().iter();
        all.map(|it| (it["id"].clone(), it["template"].clone(), it["count"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(list("a.log"), list("b.log"));
    assert_eq!(list("a.log").len(), 3);
}

#[test]
fn what_cannot_be_is_said() {
    let folder = folder();
    fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    for (arguments, code, said) in [
        (vec!["--format", "tsv", "c.jsonl"], 2, "add --each"),
        (vec!["--each", "--format", "table", "c.jsonl"], 2, "take tsv"),
        (vec!["missing.jsonl"], 6, "missing.jsonl"),
        (vec!["empty.jsonl"], 6, "no entries"),
        (vec!["--each", "empty.jsonl"], 6, "no entries"),
        (vec!["--strict", "c.jsonl"], 6, "c.jsonl:6"),
        (vec!["--each", "--strict", "c.jsonl"], 6, "c.jsonl:6"),
        (vec!["c.jsonl", "missing.jsonl"], 6, "missing.jsonl"),
        (vec!["--each", "-o", "nowhere/x.tsv", "c.jsonl"], 6, "no directory"),
    ] {
        let run = templates(folder.path(), &arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
    for arguments in [["--allow-empty", "empty.jsonl"].as_slice(), &["--each", "--allow-empty", "empty.jsonl"]] {
        assert_eq!(templates(folder.path(), arguments).code, 0);
    }
}
