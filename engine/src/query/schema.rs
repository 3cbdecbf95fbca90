//! The types of LogEntry's fields, as
//! [its reference](https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry) gives them.

use super::codes;
use super::syntax::Path;
use crate::diagnostic::{Problem, nearest};
use crate::entry::{Field, FieldPath, PathError, Root};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Integer,
    Boolean,
    Duration,
    Timestamp,
    Severity,
    /// Other fields.
    Object,
    /// Whatever its author put there: payloads and labels.
    Free,
}

type Fields = &'static [(&'static str, Type)];

const HTTP_REQUEST: Fields = &[
    ("requestMethod", Type::Text),
    ("requestUrl", Type::Text),
    ("requestSize", Type::Integer),
    ("status", Type::Integer),
    ("responseSize", Type::Integer),
    ("userAgent", Type::Text),
    ("remoteIp", Type::Text),
    ("serverIp", Type::Text),
    ("referer", Type::Text),
    ("latency", Type::Duration),
    ("cacheLookup", Type::Boolean),
    ("cacheHit", Type::Boolean),
    ("cacheValidatedWithOriginServer", Type::Boolean),
    ("cacheFillBytes", Type::Integer),
    ("protocol", Type::Text),
];
const OPERATION: Fields =
    &[("id", Type::Text), ("producer", Type::Text), ("first", Type::Boolean), ("last", Type::Boolean)];
const SOURCE_LOCATION: Fields = &[("file", Type::Text), ("line", Type::Integer), ("function", Type::Text)];
const SPLIT: Fields = &[("uid", Type::Text), ("index", Type::Integer), ("totalSplits", Type::Integer)];
const RESOURCE: Fields = &[("type", Type::Text), ("labels", Type::Object)];
const ERROR_GROUPS: Fields = &[("id", Type::Text)];
const METADATA: Fields = &[("systemLabels", Type::Object), ("userLabels", Type::Object)];

/// What a field of LogEntry holds, and the fields below it if it has its own.
fn of_field(field: Field) -> (Type, Option<Fields>) {
    match field {
        Field::Severity => (Type::Severity, None),
        Field::Timestamp | Field::ReceiveTimestamp => (Type::Timestamp, None),
        Field::TraceSampled => (Type::Boolean, None),
        Field::LogName | Field::InsertId | Field::Trace | Field::SpanId | Field::TextPayload => (Type::Text, None),
        Field::HttpRequest => (Type::Object, Some(HTTP_REQUEST)),
        Field::Operation => (Type::Object, Some(OPERATION)),
        Field::SourceLocation => (Type::Object, Some(SOURCE_LOCATION)),
        Field::Split => (Type::Object, Some(SPLIT)),
        Field::Resource => (Type::Object, Some(RESOURCE)),
        Field::ErrorGroups => (Type::Object, Some(ERROR_GROUPS)),
        Field::Metadata => (Type::Object, Some(METADATA)),
        Field::Labels | Field::ApphubDestination | Field::ApphubSource | Field::JsonPayload | Field::ProtoPayload => {
            (Type::Object, None)
        }
    }
}

/// The path as the entry takes it, and what it holds.
pub(super) fn resolve(path: &Path) -> Result<(FieldPath, Type), Problem> {
    let names: Vec<&str> = path.names.iter().map(|(name, _)| name.as_str()).collect();
    let field_path = FieldPath::from_names(&names).map_err(|error| unknown_root(path, &error))?;
    let Root::Field(field) = field_path.root() else { return Ok((field_path, Type::Text)) };
    let (own, below) = of_field(field);
    let Some(((first, range), rest)) = path.names.get(1..).and_then(<[_]>::split_first) else {
        return Ok((field_path, own));
    };
    if own != Type::Object {
        return Err(Problem::new(
            &codes::UNKNOWN_FIELD,
            range.clone(),
            format!("`{}` has no fields below it", field.name()),
        )
        .label("expected no further name"));
    }
    let Some(below) = below else { return Ok((field_path, Type::Free)) };
    let known = below.iter().find(|(name, _)| {
        field_path.segments().first().is_some_and(|segment| segment.matches(name)) || name.eq_ignore_ascii_case(first)
    });
    let Some((name, kind)) = known else {
        let problem =
            Problem::new(&codes::UNKNOWN_FIELD, range.clone(), format!("`{}` has no field `{first}`", field.name()));
        let names = below.iter().map(|(name, _)| *name);
        return Err(match nearest(first, names.clone()) {
            Some(near) => problem.help(format!("did you mean `{}.{near}`?", field.name())),
            None => problem.help(format!("its fields are `{}`", names.collect::<Vec<_>>().join("`, `"))),
        });
    };
    match (kind, rest.first()) {
        (kind, None) => Ok((field_path, *kind)),
        (Type::Object, Some(_)) => Ok((field_path, Type::Free)),
        (_, Some((_, range))) => {
            let message = format!("`{}.{name}` has no fields below it", field.name());
            Err(Problem::new(&codes::UNKNOWN_FIELD, range.clone(), message).label("expected no further name"))
        }
    }
}

fn unknown_root(path: &Path, error: &PathError) -> Problem {
    let (name, range) = path.names.first().cloned().unwrap_or_default();
    let PathError::UnknownRoot { nearest, .. } = error else {
        return Problem::new(&codes::BAD_PATH, path.range.clone(), error.to_string());
    };
    let help = match nearest {
        _ if name.eq_ignore_ascii_case("message") => {
            "`message` in small letters and alone is the entry's message; a field of the payload is `jsonPayload.…`"
                .to_owned()
        }
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("what an application logs is below `jsonPayload`: `jsonPayload.{path}`"),
    };
    Problem::new(&codes::UNKNOWN_FIELD, range, format!("`{name}` is no field of a log entry"))
        .label("expected a field such as `severity`, `labels` or `jsonPayload`")
        .help(help)
}

/// Whether the field is one of LogEntry's own that an entry without it has all the same, with its type's default value.
///
/// Payloads and labels are missing where they are absent; so is what is in a list. An entry without a time has none:
/// Cloud Logging would have given it one that is not known here.
pub(super) fn is_defaulted(path: &FieldPath, kind: Type) -> bool {
    !matches!(path.root(), Root::Message | Root::Field(Field::ErrorGroups))
        && !matches!(kind, Type::Object | Type::Free | Type::Timestamp)
}
