//! What an object is: an entry, or something that holds entries.

use super::super::field::Field;
use super::super::value::{Data, Value};

/// How a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a LogEntry: it has a payload of that, or nothing that is not of LogEntry.
    LogEntry,
    /// As some other object: LogEntry's names at its top count as such, all others form the `jsonPayload`.
    Flattened,
    /// As a line of text.
    Text,
}

/// The fields of which a LogEntry has at most one.
pub(super) const PAYLOADS: [Field; 3] = [Field::TextPayload, Field::JsonPayload, Field::ProtoPayload];

/// Fields that hardly anything but an entry has.
pub(super) const MARKS: [Field; 6] =
    [Field::TextPayload, Field::JsonPayload, Field::ProtoPayload, Field::HttpRequest, Field::InsertId, Field::LogName];

/// Whether an object has a payload of LogEntry's: then it is an entry, whatever else it holds.
pub(in super::super) fn has_payload(value: Value<'_>) -> bool {
    has(value, |key, value| is_one_of(key, &PAYLOADS) && !matches!(value.data(), Data::Null))
}

/// Whether an element of a list is an entry so surely that what holds the list is none, whatever else that is.
pub(in super::super) fn stands_for_entry(value: Value<'_>) -> bool {
    has(value, |key, _| is_one_of(key, &MARKS) && !is_one_of(key, &[Field::HttpRequest]))
}

/// Whether an object has a field that hardly anything but an entry has.
pub(in super::super) fn is_marked(value: Value<'_>) -> bool {
    has(value, |key, _| is_one_of(key, &MARKS))
}

/// Whether an object looks like a record of some log.
pub(in super::super) fn is_record(value: Value<'_>) -> bool {
    const KEYS: [&str; 6] = ["message", "msg", "severity", "level", "messageId", "message_id"];
    has(value, |key, _| KEYS.contains(&key) || is_one_of(key, &MARKS))
}

fn is_one_of(key: &str, fields: &[Field]) -> bool {
    Field::from_name(key).is_some_and(|field| fields.contains(&field))
}

fn has(value: Value<'_>, accept: impl Fn(&str, Value<'_>) -> bool) -> bool {
    let Data::Map(mut map) = value.data() else { return false };
    map.any(|(key, value)| accept(key, value))
}

/// What a value is, for people.
pub(super) fn kind(value: Value<'_>) -> &'static str {
    match value.data() {
        Data::Null => "null",
        Data::Bool(_) => "true or false",
        Data::Number(_) => "a number",
        Data::Text(_) => "a text",
        Data::List(_) => "a list",
        Data::Map(_) => "an object",
    }
}
