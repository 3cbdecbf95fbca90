//! Captures of every shape: the same entries give the same clusters, and every record is in one bucket.

mod support;

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};
use support::{assert_conserved, number, report_in, run_in};

fn entries() -> Vec<Value> {
    (0..40)
        .map(|n| {
            let payload = match n % 4 {
                0 => json!({"textPayload": format!("disk {n} failed\nTraceback (most recent call last):\n  File \"a.py\", line 1\nOSError: [Errno 28] No space left on device")}),
                1 => json!({"jsonPayload": {"message": format!("odd \"thing\" {n} \u{1f511} {{}}[]"), "nested": [{"a": [1, 2, {"b": null}]}]}}),
                2 => json!({"httpRequest": {"requestMethod": "GET", "requestUrl": "/x", "status": 503, "latency": "1.5s"}}),
                _ => json!({"protoPayload": {"@type": "type.googleapis.com/google.cloud.audit.AuditLog", "status": {"code": 7, "message": "permission denied"}}}),
            };
            let mut entry = json!({
                "insertId": format!("id-{n}"), "logName": "projects/p/logs/l", "severity": "ERROR",
                "timestamp": format!("2025-09-14T04:{n:02}:00.123456789Z"), "resource": {"type": "t", "labels": {}},
            });
            entry.as_object_mut().unwrap().extend(payload.as_object().unwrap().clone());
            entry
        })
        .collect()
}

/// The report without what must differ: the names of the captures.
fn comparable(folder: &Path, name: &str) -> Value {
    let mut report = report_in(folder, &[name]);
    assert_conserved(&report);
    report["source"]["captures"] = Value::Null;
    report
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_form_of_a_capture_gives_the_same_report() {
    let folder = tempfile::tempdir().unwrap();
    let entries = entries();
    let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    let half = |range: std::ops::Range<usize>| entries[range].to_vec();
    let wrapper =
        json!({"status": "ok", "pages": [{"page": 1, "entries": half(0..15)}, {"data": {"logs": half(15..40)}}]});
    let snake = lines
        .replace("\"insertId\"", "\"insert_id\"")
        .replace("\"logName\"", "\"log_name\"")
        .replace("\"textPayload\"", "\"text_payload\"")
        .replace("\"jsonPayload\"", "\"json_payload\"")
        .replace("\"httpRequest\"", "\"http_request\"")
        .replace("\"requestMethod\"", "\"request_method\"")
        .replace("\"requestUrl\"", "\"request_url\"")
        .replace("\"protoPayload\"", "\"proto_payload\"");
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("lines.jsonl", lines.clone().into_bytes()),
        ("crlf.jsonl", lines.replace('\n', "\r\n").into_bytes()),
        ("bom.jsonl", [b"\xef\xbb\xbf".as_slice(), lines.as_bytes()].concat()),
        ("array.json", serde_json::to_vec_pretty(&entries).unwrap()),
        ("array-on-one-line.json", serde_json::to_vec(&entries).unwrap()),
        ("wrapper.json", serde_json::to_vec_pretty(&wrapper).unwrap()),
        ("wrapper-on-one-line.json", serde_json::to_vec(&wrapper).unwrap()),
        ("concatenated.json", entries.iter().flat_map(|entry| serde_json::to_vec_pretty(entry).unwrap()).collect()),
        ("lines.jsonl.gz", gzip(lines.as_bytes())),
        ("lines.jsonl.zst", zstd(lines.as_bytes())),
        ("array.json.gz", gzip(&serde_json::to_vec_pretty(&entries).unwrap())),
        ("array.json.zst", zstd(&serde_json::to_vec_pretty(&entries).unwrap())),
    ];
    for (name, bytes) in &forms {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let expected = comparable(folder.path(), "lines.jsonl");
    assert_eq!(number(&expected, &["entries", "clustered"]), 40);
    for (name, _) in &forms {
        assert_eq!(comparable(folder.path(), name), expected, "{name}");
    }
    std::fs::write(folder.path().join("snake.jsonl"), snake).unwrap();
    let snake = comparable(folder.path(), "snake.jsonl");
    for (ours, theirs) in expected["clusters"].as_array().unwrap().iter().zip(snake["clusters"].as_array().unwrap()) {
        assert_eq!((&ours["id"], &ours["count"]), (&theirs["id"], &theirs["count"]));
    }
}

#[test]
fn duplicates_count_once_and_the_window_cuts() {
    let folder = tempfile::tempdir().unwrap();
    let lines: String = entries().iter().map(|entry| format!("{entry}\n")).collect();
    std::fs::write(folder.path().join("a.jsonl"), &lines).unwrap();
    std::fs::write(folder.path().join("b.jsonl"), &lines).unwrap();
    let report = report_in(
        folder.path(),
        &["a.jsonl", "b.jsonl", "--since", "2025-09-14T04:10:00Z", "--until", "2025-09-14T04:30:00Z"],
    );
    assert_conserved(&report);
    assert_eq!(number(&report, &["entries", "read"]), 80);
    assert_eq!(number(&report, &["entries", "duplicate"]), 40);
    assert_eq!(number(&report, &["entries", "outside_window"]), 20);
    assert_eq!(report["window"]["from"], "2025-09-14T04:10:00Z");
}

#[test]
fn malformed_records_are_counted_and_quoted_and_stop_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let good = entries().iter().map(|entry| format!("{entry}\n")).collect::<Vec<_>>();
    let mut bytes = Vec::new();
    bytes.extend(good[0].as_bytes());
    bytes.extend(b"{\"textPayload\":\"cut in the mid\n");
    bytes.extend(good[1].as_bytes());
    bytes.extend(b"{\"textPayload\":\"\xff\xfe not utf-8\"}\n");
    bytes.extend(good[2].as_bytes());
    bytes.extend(format!("{{\"jsonPayload\":{}1{}}}\n", "[".repeat(100_000), "]".repeat(100_000)).as_bytes());
    bytes.extend(b"{\"textPayload\":\"x\",\"severity\":[]}\n");
    bytes.extend(b"{\"textPayload\":\"");
    bytes.extend(vec![b'x'; 20 << 20]);
    bytes.extend(b"\"}\n");
    bytes.extend(b"{\"password\":\"hunter2\", \"token\": \"hunter3\" broken\n");
    bytes.extend(good[3].as_bytes());
    std::fs::write(folder.path().join("mixed.jsonl"), bytes).unwrap();
    let report = report_in(folder.path(), &["mixed.jsonl"]);
    assert_conserved(&report);
    assert_eq!(number(&report, &["entries", "malformed"]), 6);
    assert_eq!(number(&report, &["entries", "read"]), 10);
    let lines: Vec<u64> =
        report["malformed"].as_array().unwrap().iter().map(|quote| number(quote, &["line"])).collect();
    assert_eq!(lines, [2, 4, 6, 7, 8, 9]);
    assert!(!report.to_string().contains("hunter"));
    let strict = run_in(folder.path(), &["analyze", "--strict", "mixed.jsonl"]);
    assert_eq!(strict.code, 6, "{}", strict.stderr);
    assert!(strict.stderr.contains("mixed.jsonl:2"), "{}", strict.stderr);
}

#[test]
fn nothing_read_is_an_error_unless_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("empty.jsonl"), "").unwrap();
    assert_eq!(run_in(folder.path(), &["analyze", "empty.jsonl"]).code, 6);
    assert_eq!(run_in(folder.path(), &["analyze", "--allow-empty", "empty.jsonl"]).code, 0);
    let missing = run_in(folder.path(), &["analyze", "gone.jsonl", "also-gone.jsonl"]);
    assert_eq!(missing.code, 6);
    assert!(missing.stderr.contains("gone.jsonl") && missing.stderr.contains("also-gone.jsonl"), "{}", missing.stderr);
}

#[test]
fn a_capture_that_is_missing_does_not_keep_the_report_on_the_others() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.jsonl"), "{\"severity\":\"ERROR\",\"message\":\"disk failed\"}\n").unwrap();
    let run = run_in(folder.path(), &["analyze", "--format", "json", "gone.jsonl", "a.jsonl"]);
    assert_eq!(run.code, 6);
    assert!(run.stderr.contains("gone.jsonl") && run.stderr.contains("covers what could be read"), "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(number(&report, &["entries", "clustered"]), 1);
}

#[test]
fn a_window_says_what_it_cannot_leave_out() {
    let folder = tempfile::tempdir().unwrap();
    let text = "ERROR disk failed\n2025-09-14T04:00:00Z ERROR disk failed\n2025-09-13T04:00:00Z ERROR disk failed\n";
    std::fs::write(folder.path().join("app.log"), text).unwrap();
    let report = report_in(folder.path(), &["app.log", "--since", "1h30m"]);
    assert_conserved(&report);
    let counts = ["clustered", "outside_window"].map(|name| number(&report, &["entries", name]));
    assert_eq!(counts, [2, 1]);
    assert!(report["notes"].to_string().contains("does not leave out an entry without a time"), "{}", report["notes"]);
    assert!(!report_in(folder.path(), &["app.log"]).to_string().contains("without a time"));
}

#[test]
fn a_trace_over_several_lines_of_text_is_one_entry() {
    let folder = tempfile::tempdir().unwrap();
    let text = "2025-09-14 04:00:00 INFO up\n2025-09-14 04:00:01 ERROR request failed\nTraceback (most recent call last):\n  File \"a.py\", line 3, in f\n    g()\nValueError: bad\n2025-09-14 04:00:02 INFO on\n";
    std::fs::write(folder.path().join("app.log"), text).unwrap();
    let report = report_in(folder.path(), &["app.log"]);
    assert_conserved(&report);
    assert!(report.to_string().contains("ValueError: bad"));
    assert_eq!(number(&report, &["entries", "clustered"]), 1, "with the line that logs it");
    assert_eq!(number(&report, &["entries", "routine"]), 2);
}

/// The report on a capture with these bytes.
fn report_on(bytes: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("capture"), bytes).unwrap();
    let report = report_in(folder.path(), &["capture"]);
    assert_conserved(&report);
    report
}

#[test]
fn one_bad_entry_takes_no_other_with_it() {
    let entry = |n: usize| format!(r#"{{"severity":"ERROR","logName":"l","insertId":"{n}","textPayload":"x"}}"#);
    let mut elements: Vec<Vec<u8>> = (0..20).map(|n| entry(n).into_bytes()).collect();
    elements.insert(10, b"{\"severity\":\"ERROR\",\"textPayload\":\"a\xffb\"}".to_vec());
    for (front, between, back, line) in [
        (r#"{"severity":"P1","message":"m","entries":["#, ",", "]}", 1),
        ("{\"level\":\"info\",\"data\":{\"logs\":[\n", ",\n", "\n]}}", 12),
        ("[\n", ",\n", "\n]", 12),
        ("", "\n", "\n", 11),
    ] {
        let report = report_on(&[front.as_bytes(), &elements.join(between.as_bytes()), back.as_bytes()].concat());
        let counts = ["read", "malformed", "clustered"].map(|name| number(&report, &["entries", name]));
        assert_eq!((counts, report["malformed"][0]["line"].as_u64().unwrap()), ([21, 1, 20], line), "{front}");
    }
}

#[test]
fn flattened_entries_keep_their_message_whatever_stands_beside_it() {
    for beside in [
        r#""insertId":"a1""#,
        r#""logName":"projects/p/logs/l""#,
        r#""httpRequest":{"status":500}"#,
        r#""textPayload":null"#,
        r#""timestamp":1757822400123"#,
        r#""timestamp":"2025-09-14 04:00:00,123""#,
        r#""httpRequest":"GET /""#,
    ] {
        let report = report_on(
            format!(r#"{{{beside},"severity":"CRITICAL","message":"boom","context":{{"name":"x"}}}}"#).as_bytes(),
        );
        assert_eq!(number(&report, &["entries", "clustered"]), 1, "{beside}");
        assert_eq!(report["clusters"][0]["samples"][0]["message"], "boom", "{beside}");
    }
}

#[test]
fn text_among_json_is_text() {
    let line = "{\"severity\":\"INFO\",\"message\":\"x\"}\n";
    let trace = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nValueError: boom\n";
    let report = report_on(format!("starting\n{}{trace}{line}{{\"severity\":\n", line.repeat(4)).as_bytes());
    let counts = ["read", "malformed", "clustered", "routine"].map(|name| number(&report, &["entries", name]));
    assert_eq!(counts, [8, 1, 1, 6]);
    assert!(report["clusters"][0]["samples"][0]["textPayload"].as_str().is_none_or(|text| text.ends_with("boom")));
    assert!(report.to_string().contains("ValueError: boom"));
}

#[test]
fn deliveries_that_differ_give_the_same_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let delivery = |id: usize, text: &str, received: &str| {
        json!({"logName": "l", "insertId": id.to_string(), "severity": "ERROR", "timestamp": "2025-09-14T04:00:00Z",
               "receiveTimestamp": received, "textPayload": text})
        .to_string()
    };
    let mut lines: Vec<String> = (0..50).map(|id| delivery(id, "disk failed", "2025-09-14T04:00:01Z")).collect();
    lines.extend((0..20).map(|id| delivery(id, "network failed", "2025-09-14T04:00:02Z")));
    lines.extend((30..40).map(|id| delivery(id, "disk failed", "2025-09-14T04:00:03Z")));
    let worklog = |lines: &[String], more: &[&str]| {
        std::fs::write(folder.path().join("a.jsonl"), lines.join("\n")).unwrap();
        let report = report_in(folder.path(), &["a.jsonl"]);
        assert_conserved(&report);
        assert_eq!(number(&report, &["entries", "duplicate"]), 30);
        let mut arguments = vec!["analyze", "-q", "--now", "2025-09-14T04:55:00Z", "a.jsonl"];
        arguments.extend(more);
        run_in(folder.path(), &arguments).stdout
    };
    let expected = worklog(&lines, &[]);
    assert!(!expected.contains("read twice"), "{expected}");
    for turn in [0, 1, 25, 60] {
        lines.rotate_left(turn);
        lines.reverse();
        assert_eq!(worklog(&lines, &["--jobs", "1"]), expected);
        assert_eq!(worklog(&lines, &["--jobs", "4"]), expected);
    }
    // Of what is piped in, it is said that it depends on the order.
    let piped = |lines: &[String]| {
        let mut command = support::gardener();
        command.args(["analyze", "-q", "-"]).write_stdin(lines.join("\n"));
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let told = piped(&lines).contains("read twice");
    lines.reverse();
    assert!(told || piped(&lines).contains("read twice"));
}
