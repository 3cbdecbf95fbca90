//! Rows of BigQuery: of the tables that sinks write (<https://cloud.google.com/logging/docs/export/bigquery>), in LogEntry's names, and of
//! Log Analytics (<https://cloud.google.com/logging/docs/analyze/examples#schema>), in snake_case. What LogEntry has as objects may be
//! JSON in a text there, maps may be lists of keys and values, and times as BigQuery's tools write them.

use serde_json::{Map, Value as Json};

use super::super::field::Field;
use super::super::head::has_payload;
use super::super::json::owned;
use super::super::moment;
use super::super::time::Timestamp;
use super::super::value::{Data, Value};
use super::object;

/// What the payload of an audit log is.
const AUDIT_LOG: &str = "type.googleapis.com/google.cloud.audit.AuditLog";
/// Structs in which Log Analytics keeps the payloads whose kind it knows.
const KINDS: [&str; 2] = ["audit_log", "request_log"];
/// Columns that tell a row from what applications write.
const OF_ROWS: [&str; 5] = ["log_name", "insert_id", "receive_timestamp", "logName", "insertId"];
/// What a sink writes as JSON in a text below an audit log: a name, and `Json` behind it.
const AS_TEXT: &str = "Json";

/// The payload that a column with the name of a type holds: `protopayload_auditlog`, `jsonpayload_v1beta1_actionlog`.
pub(super) fn payload_of(column: &str) -> Option<Field> {
    let is = |prefix: &str| column.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    match () {
        () if is("jsonpayload_") => Some(Field::JsonPayload),
        () if is("protopayload_") => Some(Field::ProtoPayload),
        () => None,
    }
}

/// Whether Log Analytics has put the kind of a payload around it.
pub(super) fn has_kind(payload: Value<'_>) -> bool {
    payload.get(|key| KINDS.contains(&key)).is_some()
}

/// The entry that a row is; nothing where it is an entry already as far as can be told, or no row.
pub(super) fn entry(row: Value<'_>) -> Option<Json> {
    let Data::Map(columns) = row.data() else { return None };
    let is_named = row.get(|key| OF_ROWS.contains(&key)).is_some();
    let has_payload = has_payload(row) || row.get(|key| payload_of(key).is_some()).is_some();
    if !is_named && !has_payload {
        return None;
    }
    let mut entry = Map::new();
    let mut is_changed = false;
    let mut number = None;
    // Every row has every column of its table.
    for (column, value) in columns.filter(|(_, value)| !matches!(value.data(), Data::Null)) {
        if is_named && matches!(column, "log_id" | "severity_number") {
            // The one is the end of the log's name, the other the severity's number.
            number = if column == "severity_number" { Some(value.to_json()) } else { number };
            is_changed = true;
            continue;
        }
        let made = match (Field::from_name(column), payload_of(column)) {
            (Some(field), _) => converted(field, value).map(|made| (column, made)),
            (None, Some(field)) => typed(column, field, value).map(|made| (field.name(), made)),
            (None, None) => None,
        };
        is_changed |= made.is_some();
        let (name, value) = made.unwrap_or_else(|| (column, value.to_json()));
        entry.insert(name.to_owned(), value);
    }
    if let Some(number) = number {
        entry.entry("severity").or_insert(number);
    }
    is_changed.then_some(Json::Object(entry))
}

/// What a column of LogEntry's name is in a LogEntry; nothing where it is that already, or cannot be.
fn converted(field: Field, value: Value<'_>) -> Option<Json> {
    use Field as F;
    match (field, value.data()) {
        (F::Labels, _) => labels(value),
        (F::Resource, _) => resource(value),
        (F::Timestamp | F::ReceiveTimestamp, _) => time(value),
        (F::ProtoPayload, Data::Map(_)) => kind(value),
        (
            F::JsonPayload
            | F::ProtoPayload
            | F::HttpRequest
            | F::Operation
            | F::SourceLocation
            | F::Split
            | F::ApphubDestination
            | F::ApphubSource
            | F::Metadata,
            Data::Text(text),
        ) => object(text),
        (F::ErrorGroups, Data::Text(text)) => owned(text).ok().filter(Json::is_array),
        (F::TraceSampled, Data::Text(text)) => text.parse::<bool>().ok().map(Json::Bool),
        _ => None,
    }
}

/// An object out of JSON in a text, or out of a list of keys and values.
fn labels(value: Value<'_>) -> Option<Json> {
    match value.data() {
        Data::Text(text) => object(text),
        Data::List(mut list) => {
            let pair = |pair: Value<'_>| {
                let key = pair.get(|key| key == "key")?.as_text()?.to_owned();
                Some((key, pair.get(|key| key == "value").map_or(Json::Null, |value| value.to_json())))
            };
            list.try_fold(Map::new(), |mut labels, element| {
                let (key, value) = pair(element)?;
                labels.insert(key, value);
                Some(labels)
            })
            .map(Json::Object)
        }
        _ => None,
    }
}

/// The resource, whose labels are such an object too.
fn resource(value: Value<'_>) -> Option<Json> {
    match value.data() {
        Data::Text(text) => object(text),
        Data::Map(map) => {
            let made = value.get(|key| key == "labels").and_then(labels)?;
            let mut resource: Map<String, Json> = map.map(|(key, value)| (key.to_owned(), value.to_json())).collect();
            resource.insert("labels".to_owned(), made);
            Some(Json::Object(resource))
        }
        _ => None,
    }
}

/// A time as its text in RFC 3339: of seconds, milliseconds or microseconds since 1970, of an object that a client of BigQuery has
/// made of it. What is a time already is left alone.
fn time(value: Value<'_>) -> Option<Json> {
    let time = match value.data() {
        Data::Text(text) if Timestamp::parse(text).is_some() => return None,
        Data::Text(text) => moment::of_text(text),
        Data::Number(number) => moment::of_number(number),
        Data::Map(_) => value.get(|key| key == "value").and_then(|value| Timestamp::parse(value.as_text()?)),
        _ => None,
    };
    time.map(|time| Json::String(time.to_string()))
}

/// A payload of Log Analytics out of what its kind is put around.
fn kind(payload: Value<'_>) -> Option<Json> {
    let known = KINDS
        .iter()
        .find_map(|kind| payload.get(|key| key == *kind).filter(|part| matches!(part.data(), Data::Map(_))));
    let Data::Map(parts) = known?.data() else { return None };
    let kind = payload.get(|key| key == "type").and_then(|kind| kind.as_text()).unwrap_or(AUDIT_LOG);
    let kind = ("@type".to_owned(), Json::String(kind.to_owned()));
    let parts = parts.filter(|(_, value)| !matches!(value.data(), Data::Null));
    Some(Json::Object(
        std::iter::once(kind).chain(parts.map(|(key, value)| (key.to_owned(), value.to_json()))).collect(),
    ))
}

/// A payload out of a column with the name of its type.
fn typed(column: &str, field: Field, value: Value<'_>) -> Option<Json> {
    let Data::Map(parts) = value.data() else { return None };
    let mut payload = Map::new();
    if field == Field::ProtoPayload && column.to_ascii_lowercase().ends_with("_auditlog") {
        payload.insert("@type".to_owned(), Json::String(AUDIT_LOG.to_owned()));
    }
    for (key, value) in parts.filter(|(_, value)| !matches!(value.data(), Data::Null)) {
        let part = key.strip_suffix(AS_TEXT).filter(|name| !name.is_empty());
        let part = part.and_then(|name| Some((name, owned(value.as_text()?).ok()?)));
        let (key, value) = part.unwrap_or_else(|| (key, value.to_json()));
        payload.insert(key.to_owned(), value);
    }
    Some(Json::Object(payload))
}
