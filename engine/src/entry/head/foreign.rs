//! Severities and times as records have them that are no LogEntries.

use super::super::severity::LogSeverity;
use super::super::tape::{Data, Value};
use super::super::time::Timestamp;
use super::fields::{self, severity_of_number};

/// The severity of a flattened entry: that of its field, or else of its level.
pub(super) fn severity(record: Value<'_>, field: Option<Value<'_>>) -> LogSeverity {
    let names = ["level", "levelname", "log_level", "loglevel", "log.level", "lvl"];
    let found = field.and_then(level).or_else(|| {
        names.iter().find_map(|name| record.get(|key| key == *name)?.as_text().and_then(LogSeverity::from_foreign))
    });
    found.unwrap_or_default()
}

/// A severity by its name or its number.
pub(super) fn level(value: Value<'_>) -> Option<LogSeverity> {
    match value.data() {
        Data::Text(text) => LogSeverity::from_foreign(text),
        Data::Number(number) => severity_of_number(number),
        _ => None,
    }
}

/// The time of a flattened entry: that of its field, or else of a name that loggers give it.
pub(super) fn timestamp(record: Value<'_>, field: Option<Value<'_>>) -> Option<Timestamp> {
    let names = ["time", "ts", "@timestamp", "eventTime", "datetime"];
    field.and_then(instant).or_else(|| names.iter().find_map(|name| record.get(|key| key == *name).and_then(instant)))
}

/// An instant, in any form that is understood.
pub(super) fn instant(value: Value<'_>) -> Option<Timestamp> {
    fields::instant(value)
}
