//! The types of LogEntry's fields.

use super::super::field::Field;
use super::super::severity::LogSeverity;
use super::super::tape::Number;
use super::super::time::Timestamp;
use super::super::value::{Data, Value};
use super::foreign;

/// What was expected of a LogEntry's field, if its value is not of its type. Severities and times are looked at where they
/// are read.
#[inline]
pub(super) fn wrong_type(field: Field, value: Value<'_>) -> Option<&'static str> {
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
        F::Severity | F::Timestamp | F::Metadata | F::TraceSampled | F::ApphubDestination | F::ApphubSource => {
            (true, "")
        }
    };
    (!fits).then_some(expected)
}

/// Whether a value under a field's name in a flattened entry is that field, and not something of the author's own.
pub(super) fn fits(field: Field, value: Value<'_>) -> bool {
    use Field as F;
    let data = value.data();
    match field {
        F::Severity => foreign::level(value).is_some(),
        F::Timestamp => foreign::instant(value).is_some(),
        // Stack traces are often called a trace too; the name of one has no white space.
        F::Trace => matches!(data, Data::Text(text) if !text.contains(char::is_whitespace)),
        F::TraceSampled => matches!(data, Data::Bool(_)),
        F::Metadata | F::ApphubDestination | F::ApphubSource => matches!(data, Data::Map(_)),
        F::TextPayload | F::JsonPayload | F::ProtoPayload => false,
        _ => wrong_type(field, value).is_none(),
    }
}

/// The severity of a LogEntry's field; one with a name that Cloud Logging does not know is `DEFAULT`.
pub(super) fn severity_of(value: Value<'_>) -> Option<LogSeverity> {
    match value.data() {
        Data::Text(text) => Some(LogSeverity::from_foreign(text).unwrap_or_default()),
        Data::Number(number) => severity_of_number(number),
        _ => None,
    }
}

/// The severity of a number of LogEntry's enum.
pub(super) fn severity_of_number(number: Number) -> Option<LogSeverity> {
    let number = number.as_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts of floats saturate")]
    (number >= 0.0).then(|| LogSeverity::from_number(number as u64))
}

/// An instant as text, or as the object `{seconds, nanos}` that proto libraries write.
pub(super) fn instant(value: Value<'_>) -> Option<Timestamp> {
    match value.data() {
        Data::Text(text) => Timestamp::parse(text),
        Data::Map(_) => {
            let part = |name: &str| value.get(|key| key == name).map_or(Some(0), whole);
            value.get(|key| key == "seconds")?;
            Timestamp::from_unix(part("seconds")?, u32::try_from(part("nanos")?).ok()?)
        }
        _ => None,
    }
}

/// A whole number, which may be written as text.
pub(super) fn whole(value: Value<'_>) -> Option<i64> {
    match value.data() {
        Data::Number(Number::Unsigned(n)) => i64::try_from(n).ok(),
        Data::Number(Number::Signed(n)) => Some(n),
        Data::Text(text) => text.parse().ok(),
        _ => None,
    }
}
