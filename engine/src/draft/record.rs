//! Records as JSON, and changes to them.

use serde_json::{Map, Value};

use crate::entry::{Entry, Field, FieldPath, Root, Shape};

/// The names that lead to what a path means in a whole LogEntry.
pub(super) fn names(path: &FieldPath) -> Vec<String> {
    let root = match path.root() {
        Root::Field(field) => field.name(),
        Root::Message => "message",
    };
    std::iter::once(root.to_owned()).chain(path.segments().iter().map(|segment| segment.name().to_owned())).collect()
}

/// Puts a value into a record, making the objects that lead there. A key in the other style of names is the same key.
pub(super) fn set(record: &mut Value, names: &[String], value: Value) {
    let Some((first, rest)) = names.split_first() else {
        *record = value;
        return;
    };
    if !record.is_object() {
        *record = Value::Object(Map::new());
    }
    let Value::Object(map) = record else { return };
    let field = Field::from_name(first);
    let known = map.keys().find(|key| *key == first || (field.is_some() && Field::from_name(key) == field)).cloned();
    set(map.entry(known.unwrap_or_else(|| first.clone())).or_insert(Value::Null), rest, value);
}

/// The whole record of an entry, redacted, as one line of a capture holds it.
pub(crate) fn whole(entry: &Entry<'_>) -> Value {
    entry.root().to_json()
}

/// The same record with another value at a path.
pub(super) fn changed(entry: &Entry<'_>, names: &[String], value: Value) -> Value {
    let mut record = whole(entry);
    let is_flat =
        entry.shape() == Shape::Flattened && names.first().is_some_and(|name| name == Field::JsonPayload.name());
    set(&mut record, if is_flat { names.get(1..).unwrap_or(&[]) } else { names }, value);
    // Two records of one identity would be one entry.
    if let Value::Object(map) = &mut record {
        map.shift_remove("insertId");
        map.shift_remove("insert_id");
    }
    record
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn path(text: &str) -> Vec<String> {
        names(&FieldPath::parse(text).unwrap())
    }

    #[test]
    fn values_are_put_where_a_path_leads() {
        let mut record = json!({ "http_request": { "status": 500 }, "jsonPayload": "text" });
        set(&mut record, &path("httpRequest.status"), json!(200));
        set(&mut record, &path("jsonPayload.error.message"), json!("x"));
        set(&mut record, &path("resource.type"), json!("gce_instance"));
        assert_eq!(
            record,
            json!({
                "http_request": { "status": 200 }, "jsonPayload": { "error": { "message": "x" } },
                "resource": { "type": "gce_instance" }
            })
        );
    }
}
