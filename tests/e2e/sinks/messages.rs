//! Messages of Pub/Sub and rows of BigQuery.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::*;

fn push(entry: &Value, id: u32) -> Value {
    let data = BASE64_STANDARD.encode(entry.to_string());
    json!({
        "message": { "attributes": { "logging.googleapis.com/timestamp": entry["timestamp"] }, "data": data, "messageId": id.to_string(),
            "message_id": id.to_string(), "publishTime": "2026-01-13T08:00:00.5Z" },
        "subscription": "projects/shop/subscriptions/logs",
    })
}

#[test]
fn pushes_are_read_one_a_line_and_in_lists_and_what_comes_again_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let entries: Vec<Value> = (0..30).map(|minute| entry(8, minute, "payment failed")).collect();
    let pushes: Vec<Value> = (0..).zip(&entries).map(|(id, entry)| push(entry, id)).collect();
    let again = push(&entries[3], 3);
    write(folder.path(), "push.jsonl", &lines(&[&pushes[..], &[again]].concat()));
    write(folder.path(), "list.json", serde_json::to_string_pretty(&pushes).unwrap().as_bytes());
    let pulled: Vec<Value> =
        pushes.iter().map(|push| json!({ "ackId": "a", "message": { "data": push["message"]["data"] } })).collect();
    write(folder.path(), "pulled.json", json!({ "receivedMessages": pulled }).to_string().as_bytes());
    write(folder.path(), "pulled-of-gcloud.json", serde_json::to_string_pretty(&pulled).unwrap().as_bytes());
    let plain: Vec<Value> = pushes.iter().map(|push| push["message"].clone()).collect();
    write(folder.path(), "plain.jsonl", &lines(&plain));
    write(folder.path(), "messages.json", json!({ "messages": plain }).to_string().as_bytes());
    write(folder.path(), "entries.jsonl", &lines(&entries));

    let expected = report(folder.path(), &["entries.jsonl"]);
    let of = |name: &str| {
        let report = report(folder.path(), &[name]);
        assert_eq!(report["clusters"], expected["clusters"], "{name}");
        counts(&report)
    };
    assert_eq!(of("push.jsonl"), [31, 0, 1, 0]);
    for name in ["list.json", "pulled.json", "pulled-of-gcloud.json", "plain.jsonl", "messages.json"] {
        assert_eq!(of(name), [30, 0, 0, 0], "{name}");
    }
    let all = ["entries.jsonl", "push.jsonl", "list.json", "pulled.json", "plain.jsonl"];
    assert_eq!(counts(&report(folder.path(), &all)), [151, 0, 121, 0]);
}

#[test]
fn a_message_that_cannot_be_read_is_malformed_with_its_reason_and_loses_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut pushes: Vec<Value> = (0..5).map(|minute| push(&entry(8, minute, "boom"), minute)).collect();
    pushes[1]["message"]["data"] = "%%%".into();
    pushes[3]["message"]["data"] = BASE64_STANDARD.encode("password=hunter2 and no entry").into();
    write(folder.path(), "push.jsonl", &lines(&pushes));
    write(folder.path(), "list.json", serde_json::to_string_pretty(&pushes).unwrap().as_bytes());
    write(folder.path(), "pulled.json", json!({ "receivedMessages": pushes }).to_string().as_bytes());
    for name in ["push.jsonl", "list.json", "pulled.json"] {
        let report = report(folder.path(), &[name]);
        assert_eq!(counts(&report), [5, 2, 0, 0], "{name}");
        let mut reasons: Vec<&str> =
            report["malformed"].as_array().unwrap().iter().map(|quote| quote["reason"].as_str().unwrap()).collect();
        reasons.sort_unstable_by_key(|reason| reason.len());
        assert_eq!(
            reasons,
            [
                "the `data` of its Pub/Sub message is not valid Base64",
                "the `data` of its Pub/Sub message holds no log entry, for it is no JSON object"
            ],
            "{name}"
        );
    }
}

#[test]
fn what_is_in_a_message_is_redacted_and_explained_as_if_it_stood_alone() {
    let folder = tempfile::tempdir().unwrap();
    let secret = entry(8, 1, "login of anna@example.com failed: password=hunter2");
    write(folder.path(), "push.jsonl", &lines(&[push(&secret, 1)]));
    for arguments in [&["analyze", "--format", "json", "push.jsonl"][..], &["explain", "push.jsonl:1"]] {
        let run = support::run_in(folder.path(), arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("login of"), "{}", run.stdout);
        assert!(!run.stdout.contains("hunter2") && !run.stdout.contains("anna@"), "{}", run.stdout);
        let data = BASE64_STANDARD.encode(secret.to_string());
        assert!(!run.stdout.contains(&data[..40]), "{}", run.stdout);
    }
}

/// The same entry as rows of different tables and tools.
fn rows(entry: &Value) -> Vec<(&'static str, Value)> {
    let resource = &entry["resource"];
    let labels = json!([{ "key": "service_name", "value": "shop" }]);
    let time = entry["timestamp"].as_str().unwrap().replace('T', " ").replace('Z', " UTC");
    let analytics = |labels: Value, payload: Value, time: Value| {
        json!({
            "insert_id": entry["insertId"], "log_name": entry["logName"], "log_id": "run.googleapis.com/stderr", "timestamp": time,
            "receive_timestamp": time, "severity": "ERROR", "severity_number": 500, "json_payload": payload, "text_payload": null,
            "proto_payload": null, "resource": { "type": resource["type"], "labels": labels }, "labels": "{\"a\":\"b\"}",
            "http_request": null, "trace": null, "split": null,
        })
    };
    let text = Value::from(entry["jsonPayload"].to_string());
    let mut sink = entry.clone();
    let seconds = 1_768_262_400_u64 + 8 * 3600 + 60;
    sink["timestamp"] = format!("{seconds}.123456").into();
    sink["receiveTimestamp"] = format!("{seconds}.5").into();
    sink["textPayload"] = Value::Null;
    vec![
        ("bq extract", analytics(resource["labels"].clone(), entry["jsonPayload"].clone(), time.clone().into())),
        ("bq query", analytics(resource["labels"].to_string().into(), text.clone(), time.replace(" UTC", "").into())),
        ("pairs", analytics(labels, text.clone(), (seconds * 1_000_000 + 123_456).into())),
        ("a table of a sink", sink),
    ]
}

#[test]
fn rows_of_bigquery_are_the_entries_that_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let entry = entry(8, 1, "payment failed");
    write(folder.path(), "entry.jsonl", &lines(std::slice::from_ref(&entry)));
    let expected = report(folder.path(), &["entry.jsonl"]);
    let known = |report: &Value| {
        let cluster = &report["clusters"][0];
        json!([cluster["fingerprint"], cluster["count"], cluster["first"], cluster["facets"]])
    };
    for (name, row) in rows(&entry) {
        write(folder.path(), "row.jsonl", &lines(std::slice::from_ref(&row)));
        write(folder.path(), "row.json", serde_json::to_string_pretty(&[row]).unwrap().as_bytes());
        for file in ["row.jsonl", "row.json"] {
            let report = report(folder.path(), &[file]);
            assert_eq!(counts(&report), [1, 0, 0, 0], "{name}");
            assert_eq!(known(&report), known(&expected), "{name}");
        }
        assert_eq!(counts(&report(folder.path(), &["entry.jsonl", "row.json"])), [2, 0, 1, 0], "{name}");
    }
}
