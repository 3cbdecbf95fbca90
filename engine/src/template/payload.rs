//! Payloads: the stack traces that lie in them, and which keys they have where nothing else is known of them.

use crate::entry::{Data, Entry, Field, Value};

use super::WILDCARD;
use super::trace::Trace;

/// Keys that loggers write traces under: those of [Error Reporting](https://cloud.google.com/error-reporting/docs/formatting-error-messages),
/// of [ECS](https://www.elastic.co/guide/en/ecs/current/ecs-error.html), of
/// [OpenTelemetry](https://opentelemetry.io/docs/specs/semconv/exceptions/exceptions-logs/), of logback, log4j, winston, pino, structlog,
/// Serilog, Monolog.
const TRACES: [&str; 20] = [
    "stack_trace",
    "stacktrace",
    "stackTrace",
    "stack",
    "exception",
    "error",
    "err",
    "exc_info",
    "exc_text",
    "traceback",
    "backtrace",
    "throwable",
    "thrown",
    "extendedStackTrace",
    "exception.stacktrace",
    "error.stack_trace",
    "error.stack",
    "Exception",
    "StackTrace",
    "trace",
];
/// Keys that the type of an exception may stand under, beside a trace without one.
const TYPES: [&str; 10] = [
    "exception.type",
    "error.type",
    "error.kind",
    "error.class",
    "type",
    "class",
    "kind",
    "name",
    "class_name",
    "exceptionClass",
];
/// How deep traces are looked for.
const DEPTH: usize = 3;
/// Frames of a list that are looked at.
const LISTED: usize = 200;
/// Keys of a payload that are told, and those that are looked at.
const KEYS: usize = 12;
const KEYS_SEEN: usize = 200;

/// Appends the signature of the stack trace that an entry holds, in its message or in its payload; says whether it holds one.
pub(super) fn write_trace(entry: &Entry<'_>, template: &mut String) -> bool {
    if let Some(trace) = entry.message().and_then(Trace::find) {
        trace.write(template);
        return true;
    }
    entry.field(Field::JsonPayload).is_some_and(|payload| write_below(payload, DEPTH, template))
}

/// Traces that do not say what was thrown count only as part of a message: many loggers write where a line was logged.
fn write_below(value: Value<'_>, depth: usize, template: &mut String) -> bool {
    let Data::Map(map) = value.data() else { return false };
    let mut below = map.filter(|(key, _)| TRACES.contains(key));
    depth > 0
        && below.any(|(_, found)| match found.data() {
            Data::Text(text) => write_text(value, text, template),
            Data::List(list) => {
                let lines: Vec<&str> = list.take(LISTED).filter_map(|line| line.as_text()).collect();
                !lines.is_empty() && write_text(value, &lines.join("\n"), template)
            }
            _ => write_below(found, depth - 1, template),
        })
}

/// A trace that stands in `holder`, which may say what was thrown.
fn write_text(holder: Value<'_>, text: &str, template: &mut String) -> bool {
    let Some(trace) = Trace::find(text) else { return false };
    if trace.has_type() {
        trace.write(template);
        return true;
    }
    let Some(name) = TYPES.iter().find_map(|name| holder.get(|key| key == *name)?.as_text()) else { return false };
    let headed = format!("{name}\n{text}");
    let trace = Trace::find(&headed).filter(Trace::has_type);
    if let Some(trace) = &trace {
        trace.write(template);
    }
    trace.is_some()
}

/// Whether a key is an id: some payloads are maps by them.
fn is_value(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 || digits > 0 && digits == key.len() || key.len() >= 32 || key.contains(['@', '*'])
}

/// Appends `payload with a, b`: the keys that a payload has, in whatever order they stand; `no payload` where it has none.
pub(super) fn write_keys(entry: &Entry<'_>, template: &mut String) {
    let payload = [Field::JsonPayload, Field::ProtoPayload].into_iter().find_map(|field| entry.field(field));
    let masked = |key| if is_value(key) { WILDCARD } else { key };
    let mut keys: Vec<&str> = match payload.map(|payload| payload.data()) {
        Some(Data::Map(map)) => {
            let is_own = |key, value| Field::from_name(key).is_none() && entry.is_of_payload(value);
            map.filter(|(key, value)| is_own(key, *value)).map(|(key, _)| masked(key)).take(KEYS_SEEN).collect()
        }
        _ => Vec::new(),
    };
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() {
        return template.push_str("no payload");
    }
    let more = keys.len().saturating_sub(KEYS);
    keys.truncate(KEYS);
    template.push_str("payload with ");
    template.push_str(&keys.join(", "));
    if more > 0 {
        template.push_str(&format!(" and {more} more"));
    }
}
