//! Severities and times as records have them that are no LogEntries.

use super::super::moment;
use super::super::severity::LogSeverity;
use super::super::tape::Number;
use super::super::time::Timestamp;
use super::super::value::{Data, Value};
use super::fields::{self, severity_of_number, whole};

/// Keys of a level, in small letters and without what stands between their words.
const LEVELS: [&str; 6] = ["level", "levelname", "loglevel", "lvl", "severitytext", "@l"];

/// Keys of a time.
const TIMES: [&str; 8] = ["time", "ts", "@timestamp", "eventTime", "datetime", "asctime", "Timestamp", "@t"];

/// The severity of a flattened entry: that of its field, or else of its level.
pub(super) fn severity(record: Value<'_>, field: Option<Value<'_>>) -> LogSeverity {
    let nested = || record.get(|key| key == "log").and_then(|log| log.get(|key| key == "level")).and_then(of_level);
    field.and_then(level).or_else(|| named_level(record)).or_else(nested).unwrap_or_default()
}

fn named_level(record: Value<'_>) -> Option<LogSeverity> {
    let Data::Map(map) = record.data() else { return None };
    let place = |key: &str| LEVELS.iter().position(|name| is_name(key, name));
    let levels = map.filter_map(|(key, value)| Some((place(key)?, of_level(value)?)));
    levels.min_by_key(|(place, _)| *place).map(|(_, severity)| severity)
}

/// Whether a key is a name, whatever the style it is written in: `log.level`, `LOG_LEVEL`, `logLevel`.
fn is_name(key: &str, name: &str) -> bool {
    let letters = key.bytes().filter(|byte| !matches!(byte, b'.' | b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
    key.len() <= name.len() + 2 && letters.eq(name.bytes())
}

/// A severity by its name or its number.
pub(super) fn level(value: Value<'_>) -> Option<LogSeverity> {
    match value.data() {
        Data::Text(text) => LogSeverity::from_foreign(text),
        Data::Number(number) => severity_of_number(number),
        _ => None,
    }
}

/// The severity of a level, whose numbers are not those of LogEntry.
fn of_level(value: Value<'_>) -> Option<LogSeverity> {
    let number = match value.data() {
        Data::Number(Number::Unsigned(number)) => number,
        Data::Text(text) => match text.parse() {
            Ok(number) => number,
            Err(_) => return LogSeverity::from_foreign(text),
        },
        _ => return None,
    };
    Some(LogSeverity::from_level(number))
}

/// The time of a flattened entry: that of its field, or else of a name that loggers give it.
pub(super) fn timestamp(record: Value<'_>, field: Option<Value<'_>>) -> Option<Timestamp> {
    let named = |name: &&str| record.get(|key| key == *name).and_then(instant);
    field.and_then(instant).or_else(|| TIMES.iter().find_map(named)).or_else(|| {
        let part = |name: &str| record.get(|key| key == name).map(whole);
        Timestamp::from_unix(
            part("timestampSeconds")??,
            u32::try_from(part("timestampNanos").unwrap_or(Some(0))?).ok()?,
        )
    })
}

/// An instant, in any form that is known.
pub(super) fn instant(value: Value<'_>) -> Option<Timestamp> {
    match value.data() {
        Data::Text(text) => moment::of_text(text),
        Data::Number(number) => moment::of_number(number),
        _ => fields::instant(value),
    }
}
