//! Examples as the records that they stand for.

use crate::entry::{FieldPath, LogSeverity, Root};
use crate::pack::decode::{At, OneOrMany};
use crate::pack::model::Example;
use crate::pack::raw::{Example as Written, ExampleKeys};

/// The examples of a definition.
pub(super) fn examples(keys: Option<&At<ExampleKeys>>, message: &[FieldPath]) -> Vec<Example> {
    let Some(keys) = keys else { return Vec::new() };
    let of = |list: &Option<At<OneOrMany<Written>>>, matches: bool| -> Vec<Example> {
        let all = list.iter().flat_map(|list| &list.value.0);
        all.map(|written| Example {
            span: written.span,
            matches,
            is_message: matches!(written.value, Written::Message(_)),
            records: records(&written.value, message),
        })
        .collect()
    };
    [of(&keys.value.matching, true), of(&keys.value.no_match, false)].concat()
}

/// The entries that an example stands for, as JSON: itself, or its message with each severity at each usual place.
pub(crate) fn records(example: &Written, message: &[FieldPath]) -> Vec<String> {
    use serde_json::{Map, Value};
    let text = match example {
        Written::Entry(entry) => return vec![entry.to_string()],
        Written::Message(text) => text,
    };
    let first = message.iter().find_map(|path| match path.root() {
        Root::Field(field) => {
            let below = path.segments().iter().map(|segment| segment.name().to_owned());
            Some(std::iter::once(field.name().to_owned()).chain(below).collect::<Vec<_>>())
        }
        Root::Message => None,
    });
    let mut places: Vec<Vec<String>> = first.into_iter().chain([vec!["textPayload".to_owned()]]).collect();
    places.dedup();
    let mut records = Vec::new();
    for place in places {
        let value = place
            .iter()
            .rev()
            .fold(Value::String(text.clone()), |value, name| Value::Object(Map::from_iter([(name.clone(), value)])));
        for severity in LogSeverity::ALL {
            let mut record = value.clone();
            if let Value::Object(fields) = &mut record {
                fields.entry("severity").or_insert_with(|| Value::String(severity.name().to_owned()));
            }
            records.push(record.to_string());
        }
    }
    records
}
