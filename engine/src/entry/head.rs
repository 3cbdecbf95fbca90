//! What is known of one record of a batch without walking its nodes again.

use super::field::Field;
use super::severity::LogSeverity;
use super::tape::{Data, Number, Tape, Value};
use super::time::Timestamp;
use crate::id::hash_parts;

/// How a record was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// As a LogEntry.
    LogEntry,
    /// As some other object: LogEntry's names at its top count as such, all others form the `jsonPayload`.
    Flattened,
    /// As a line of text.
    Text,
}

/// The places and the values of one record's fixed fields.
#[derive(Clone, Debug)]
pub struct Head {
    pub(crate) root: u32,
    pub(crate) shape: Shape,
    pub(super) severity: LogSeverity,
    pub(super) timestamp: Option<Timestamp>,
    slots: [u32; Field::ALL.len()],
    identity: Option<u64>,
}

/// A field of a record that is not of its type: `severity` expected something else.
#[derive(Debug)]
pub(super) struct WrongType {
    pub(super) field: &'static str,
    pub(super) expected: &'static str,
}

/// Keys that mark an object as a LogEntry, whatever else it holds.
const MARKS: [Field; 6] =
    [Field::TextPayload, Field::JsonPayload, Field::ProtoPayload, Field::HttpRequest, Field::InsertId, Field::LogName];

/// Whether an object is a LogEntry.
pub(super) fn is_log_entry(value: Value<'_>) -> bool {
    has_key(value, |key| Field::from_name(key).is_some_and(|field| MARKS.contains(&field)))
}

/// Whether an object that is no LogEntry looks like a log record all the same.
pub(super) fn is_log_like(value: Value<'_>) -> bool {
    has_key(value, |key| matches!(key, "message" | "msg" | "severity" | "level"))
}

fn has_key(value: Value<'_>, accept: impl Fn(&str) -> bool) -> bool {
    let Data::Map(mut map) = value.data() else { return false };
    map.any(|(key, _)| accept(key))
}

impl Head {
    /// Finds the fields of the object at `root`, and checks their types.
    pub(super) fn of(tape: &Tape<'_>, root: u32) -> Result<Self, WrongType> {
        let value = tape.value(root);
        let shape = if is_log_entry(value) { Shape::LogEntry } else { Shape::Flattened };
        let mut head = Self {
            root,
            shape,
            severity: LogSeverity::Default,
            timestamp: None,
            slots: [0; Field::ALL.len()],
            identity: None,
        };
        let Data::Map(map) = value.data() else {
            return Err(WrongType { field: "record", expected: "an object" });
        };
        for (key, value) in map {
            let Some(field) = Field::from_name(key) else { continue };
            if matches!(value.data(), Data::Null) {
                continue;
            }
            if shape == Shape::LogEntry {
                check_type(field, value)?;
            }
            if let Some(slot) = head.slots.get_mut(field as usize) {
                *slot = value.index();
            }
        }
        head.severity = head.find_severity(tape)?;
        head.timestamp = head.find_timestamp(tape)?;
        head.identity = head.find_identity(tape);
        Ok(head)
    }

    /// A line of text, whose object is at `root`.
    pub(super) fn of_text(root: u32, text_at: u32, severity: LogSeverity, timestamp: Option<Timestamp>) -> Self {
        let mut slots = [0; Field::ALL.len()];
        if let Some(slot) = slots.get_mut(Field::TextPayload as usize) {
            *slot = text_at;
        }
        Self { root, shape: Shape::Text, severity, timestamp, slots, identity: None }
    }

    /// Where a field's value is.
    pub(super) fn slot(&self, field: Field) -> Option<u32> {
        self.slots.get(field as usize).copied().filter(|at| *at != 0)
    }

    /// A hash of (logName, timestamp, insertId), the identity of an entry in Cloud Logging; nothing where it has no
    /// insertId, for then two equal entries may be two events.
    #[must_use]
    pub fn identity(&self) -> Option<u64> {
        self.identity
    }

    /// When the event happened, if the record says so.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    fn find_severity(&self, tape: &Tape<'_>) -> Result<LogSeverity, WrongType> {
        let wrong = WrongType { field: "severity", expected: "a name such as `ERROR`, or a number" };
        let value = self.slot(Field::Severity).map(|at| tape.value(at));
        match value.map(|value| value.data()) {
            Some(Data::Text(text)) => Ok(LogSeverity::from_foreign(text).unwrap_or_default()),
            Some(Data::Number(Number::Unsigned(number))) => Ok(LogSeverity::from_number(number)),
            Some(Data::Number(_)) if self.shape == Shape::Flattened => Ok(LogSeverity::Default),
            Some(_) => Err(wrong),
            None if self.shape == Shape::Flattened => {
                let names = ["level", "levelname", "log_level", "loglevel", "log.level", "lvl"];
                let text = names.iter().find_map(|name| tape.value(self.root).get(|key| key == *name)?.as_text());
                Ok(text.and_then(LogSeverity::from_foreign).unwrap_or_default())
            }
            None => Ok(LogSeverity::Default),
        }
    }

    fn find_timestamp(&self, tape: &Tape<'_>) -> Result<Option<Timestamp>, WrongType> {
        if let Some(at) = self.slot(Field::Timestamp) {
            let wrong = WrongType { field: "timestamp", expected: "an RFC 3339 time such as `2025-09-14T04:54:36Z`" };
            return instant(tape.value(at)).ok_or(wrong).map(Some);
        }
        if self.shape == Shape::Flattened {
            let names = ["time", "ts", "@timestamp", "eventTime", "datetime"];
            return Ok(names.iter().find_map(|name| instant(tape.value(self.root).get(|key| key == *name)?)));
        }
        Ok(None)
    }

    fn find_identity(&self, tape: &Tape<'_>) -> Option<u64> {
        let text = |field| self.slot(field).and_then(|at| tape.value(at).as_text());
        let insert_id = text(Field::InsertId).filter(|id| !id.is_empty())?;
        let nanos = self.timestamp.map_or(i128::MIN, Timestamp::as_nanos).to_le_bytes();
        Some(hash_parts(&[text(Field::LogName).unwrap_or("").as_bytes(), &nanos, insert_id.as_bytes()]))
    }
}

fn check_type(field: Field, value: Value<'_>) -> Result<(), WrongType> {
    use Field as F;
    let data = value.data();
    let (fits, expected) = match field {
        F::LogName | F::Trace | F::SpanId | F::TextPayload | F::ReceiveTimestamp => {
            (matches!(data, Data::Text(_)), "text")
        }
        F::InsertId => (matches!(data, Data::Text(_) | Data::Number(_)), "text"),
        F::HttpRequest
        | F::Labels
        | F::Operation
        | F::SourceLocation
        | F::Split
        | F::JsonPayload
        | F::ProtoPayload
        | F::Resource => (matches!(data, Data::Map(_)), "an object"),
        F::ErrorGroups => (matches!(data, Data::List(_)), "a list"),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(WrongType { field: field.name(), expected }) }
}

/// An instant as text, or as the object `{seconds, nanos}` that proto libraries write.
fn instant(value: Value<'_>) -> Option<Timestamp> {
    match value.data() {
        Data::Text(text) => Timestamp::parse(text),
        Data::Map(_) => {
            let part = |name: &str| match value.get(|key| key == name).map(|value| value.data()) {
                None => Some(0),
                Some(Data::Number(Number::Unsigned(n))) => i64::try_from(n).ok(),
                Some(Data::Number(Number::Signed(n))) => Some(n),
                Some(Data::Text(text)) => text.parse().ok(),
                Some(_) => None,
            };
            value.get(|key| key == "seconds")?;
            Timestamp::from_unix(part("seconds")?, u32::try_from(part("nanos")?).ok()?)
        }
        _ => None,
    }
}
