//! Entries as sinks hand them on that do not write LogEntries as they are: in messages of Pub/Sub, and as rows of BigQuery and of Log
//! Analytics.
//!
//! By far the most records are none of these. What hints at one is seen while the keys of a record are looked at anyway; only
//! then more is looked at, and a LogEntry is made of it.

mod message;
mod row;

use serde_json::Value as Json;

use super::field::Field;
use super::value::{Data, Value};

/// An entry that was made of what a sink has written.
#[derive(Debug)]
pub(super) struct Export {
    /// The entry, as LogEntry has it.
    pub(super) entry: Json,
    /// What its delivery is known by, for entries that are known by nothing.
    pub(super) delivery: Option<String>,
}

/// Whether a key at the top of a record that is none of LogEntry's hints at an export.
#[inline]
pub(super) fn is_hint(key: &str, value: Value<'_>) -> bool {
    match key {
        "message" => matches!(value.data(), Data::Map(_)),
        "data" => matches!(value.data(), Data::Map(_) | Data::Text(_)),
        "log_id" | "severity_number" => true,
        _ => row::payload_of(key).is_some(),
    }
}

/// Whether a value of LogEntry's own hints at an export: a protocol buffer whose kind Log Analytics has put around it.
#[inline]
pub(super) fn is_odd(field: Field, key: &str, value: Value<'_>) -> bool {
    field == Field::ProtoPayload && key == "proto_payload" && row::has_kind(value)
}

/// The entry that an object stands for; nothing where it is no export.
///
/// # Errors
/// Why there is none to be had of a message of Pub/Sub, as a sentence whose subject is the record.
pub(super) fn unpacked(value: Value<'_>) -> Option<Result<Export, String>> {
    if let Some(message) = message::unpacked(value) {
        return Some(message);
    }
    row::entry(value).map(|entry| Ok(Export { entry, delivery: None }))
}

/// The JSON object that a text is.
fn object(text: &str) -> Option<Json> {
    super::json::owned(text).ok().filter(Json::is_object)
}
