//! What editors can tell of a definition beside the types of its keys: which of them need each other, and how names look.

use serde_json::{Map, Value, json};

/// Ids: what `gardener check` takes for one.
const ID: &str = "^[a-z0-9][a-z0-9._-]{0,127}$";
/// Names of captures.
const CAPTURE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// Adds to the schema of a record what is true of that record alone.
pub(super) fn add(record: &str, schema: &mut Map<String, Value>) {
    if record != "definition" {
        return;
    }
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        set(
            properties,
            "id",
            json!({ "pattern": ID, "patternErrorMessage": "ids are small letters, digits, ., _ and -" }),
        );
        set(properties, "match", json!({ "minItems": 1 }));
        set(properties, "capture", json!({ "propertyNames": { "pattern": CAPTURE } }));
    }
    let has = |key: &str, value: bool| json!({ "properties": { key: { "const": value } }, "required": [key] });
    let is_ignored = has("ignore", true);
    // What changes a definition of the base, or switches it off, need not be whole.
    let is_part = json!({ "anyOf": [has("override", true), has("enabled", false)] });
    schema.insert(
        "allOf".to_owned(),
        json!([
            { "if": { "not": is_part }, "then": { "required": ["match"] } },
            { "if": { "not": { "anyOf": [is_part, is_ignored] } }, "then": { "required": ["title", "severity"] } },
            { "if": { "allOf": [{ "not": is_part }, is_ignored] }, "then": { "required": ["reason"] } }
        ]),
    );
}

fn set(properties: &mut Map<String, Value>, key: &str, more: Value) {
    if let (Some(Value::Object(property)), Value::Object(more)) = (properties.get_mut(key), more) {
        property.extend(more);
    }
}
