//! Examples as the records that they stand for.

use serde_json::{Map, Value};

use crate::entry::{FieldPath, LogSeverity, Root};
use crate::pack::decode::{At, OneOrMany};
use crate::pack::model::Example;
use crate::pack::raw::{Example as Written, ExampleKeys};

/// The examples of a definition.
pub(super) fn examples(keys: Option<&At<ExampleKeys>>) -> Vec<Example> {
    let Some(keys) = keys else { return Vec::new() };
    let of = |list: &Option<At<OneOrMany<Written>>>, matches: bool| -> Vec<Example> {
        let all = list.iter().flat_map(|list| &list.value.0);
        all.map(|written| Example {
            span: written.span,
            matches,
            is_message: matches!(written.value, Written::Message(_)),
            written: written.value.clone(),
        })
        .collect()
    };
    let mut all = of(&keys.value.matching, true);
    all.append(&mut of(&keys.value.no_match, false));
    all
}

/// The entries that an example stands for, as JSON: itself, or its message with each severity at each usual place.
pub(crate) fn records(example: &Written, message: &[FieldPath]) -> Vec<String> {
    let text = match example {
        Written::Entry(entry) => return vec![entry.to_string()],
        Written::Message(text) => text,
    };
    let mut places = vec![first_place(message), vec!["textPayload".to_owned()]];
    places.dedup();
    let at = |place: &Vec<String>| LogSeverity::ALL.map(|severity| record(place, text, severity).to_string());
    places.iter().flat_map(at).collect()
}

/// The entry with this message, where the pack looks for messages first.
pub(crate) fn of_message(text: &str, severity: LogSeverity, message: &[FieldPath]) -> Value {
    record(&first_place(message), text, severity)
}

fn first_place(message: &[FieldPath]) -> Vec<String> {
    let first = message.iter().find_map(|path| match path.root() {
        Root::Field(field) => {
            let below = path.segments().iter().map(|segment| segment.name().to_owned());
            Some(std::iter::once(field.name().to_owned()).chain(below).collect::<Vec<_>>())
        }
        Root::Message => None,
    });
    first.unwrap_or_else(|| vec!["textPayload".to_owned()])
}

fn record(place: &[String], text: &str, severity: LogSeverity) -> Value {
    let value = Value::String(text.to_owned());
    let mut record =
        place.iter().rev().fold(value, |value, name| Value::Object(Map::from_iter([(name.clone(), value)])));
    if let Value::Object(fields) = &mut record {
        fields.entry("severity").or_insert_with(|| Value::String(severity.name().to_owned()));
    }
    record
}
