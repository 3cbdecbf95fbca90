//! What sinks write: shards in Cloud Storage, in directories and in buckets; messages of Pub/Sub; rows of BigQuery.

#![allow(clippy::duplicate_mod, reason = "both servers speak HTTP by one module")]

#[path = "sinks/buckets.rs"]
mod buckets;
#[path = "support/gcp/mod.rs"]
mod gcp;
#[path = "support/gcs/mod.rs"]
mod gcs;
#[path = "sinks/messages.rs"]
mod messages;
#[path = "sinks/shards.rs"]
mod shards;
mod support;

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

/// An entry at a minute of 2026-01-13.
fn entry(hour: u32, minute: u32, text: &str) -> Value {
    json!({
        "logName": "projects/shop/logs/run.googleapis.com%2Fstderr",
        "timestamp": format!("2026-01-13T{hour:02}:{minute:02}:00.123456Z"),
        "receiveTimestamp": format!("2026-01-13T{hour:02}:{minute:02}:01Z"),
        "insertId": format!("{hour}-{minute}-{text}"),
        "severity": "ERROR",
        "resource": { "type": "cloud_run_revision", "labels": { "service_name": "shop" } },
        "jsonPayload": { "message": text },
    })
}

fn lines(entries: &[Value]) -> Vec<u8> {
    entries.iter().map(|entry| format!("{entry}\n")).collect::<String>().into_bytes()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The name of a shard.
fn shard(hour: u32, kind: &str) -> String {
    format!("run.googleapis.com/stderr/2026/01/13/{hour:02}:00:00_{hour:02}:59:59_{kind}.json")
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, bytes).unwrap();
}

/// The report of captures in a folder.
fn report(folder: &Path, arguments: &[&str]) -> Value {
    let run = support::run_in(folder, &[&["analyze", "--format", "json"], arguments].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Where entries went: read, malformed, duplicate, outside of the window.
fn counts(report: &Value) -> [u64; 4] {
    support::assert_conserved(report);
    ["read", "malformed", "duplicate", "outside_window"].map(|name| support::number(report, &["entries", name]))
}
