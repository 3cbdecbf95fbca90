//! What JSON Schema (draft 7) says of a value, as far as our schemas use it: a validator of all of it costs minutes to build.
//! A keyword that is not known here fails the test, so that nothing passes because it was not looked at.

use serde_json::{Map, Value};

/// A schema.
pub struct Schema(Value);

/// Keywords that say something to people and nothing of values.
const REMARKS: [&str; 7] =
    ["$schema", "$comment", "title", "description", "markdownDescription", "patternErrorMessage", "definitions"];

impl Schema {
    /// The schema, every keyword of which must be known.
    pub fn new(schema: Value) -> Self {
        assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
        Self(schema)
    }

    /// What is wrong with a value; empty if nothing is.
    pub fn problems(&self, value: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        self.check(&self.0, value, "", &mut problems);
        problems
    }

    fn accepts(&self, schema: &Value, value: &Value, at: &str) -> bool {
        let mut problems = Vec::new();
        self.check(schema, value, at, &mut problems);
        problems.is_empty()
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
        let schema = schema.as_object().unwrap_or_else(|| panic!("{schema} is no schema"));
        if let Some(reference) = schema.get("$ref") {
            // In draft 7 what stands beside a reference counts for nothing.
            let name = reference.as_str().unwrap().strip_prefix("#/definitions/").unwrap();
            let definition = self.0["definitions"].get(name).unwrap_or_else(|| panic!("there is no {name}"));
            return self.check(definition, value, at, problems);
        }
        for (keyword, expected) in schema {
            let is_right = match (keyword.as_str(), value) {
                ("type", _) => many(expected).iter().any(|name| is_of(value, name.as_str().unwrap())),
                ("enum", _) => expected.as_array().unwrap().contains(value),
                ("minimum", Value::Number(number)) => number.as_f64().unwrap() >= expected.as_f64().unwrap(),
                ("pattern", Value::String(text)) => {
                    regex::Regex::new(expected.as_str().unwrap()).unwrap().is_match(text)
                }
                ("const", _) => value == expected,
                ("minItems", Value::Array(items)) => items.len() as u64 >= expected.as_u64().unwrap(),
                ("propertyNames", Value::Object(map)) => {
                    map.keys().all(|key| self.accepts(expected, &Value::String(key.clone()), at))
                }
                ("not", _) => !self.accepts(expected, value, at),
                ("allOf", _) => expected.as_array().unwrap().iter().all(|schema| self.accepts(schema, value, at)),
                ("if", _) => !self.accepts(expected, value, at) || self.accepts(&schema["then"], value, at),
                ("then", _) => true,
                ("required", Value::Object(map)) => {
                    expected.as_array().unwrap().iter().all(|key| map.contains_key(key.as_str().unwrap()))
                }
                ("anyOf", _) => expected.as_array().unwrap().iter().any(|schema| self.accepts(schema, value, at)),
                ("items", Value::Array(items)) => {
                    for (index, item) in items.iter().enumerate() {
                        self.check(expected, item, &format!("{at}/{index}"), problems);
                    }
                    true
                }
                ("properties", Value::Object(map)) => {
                    for (key, value) in map.iter().filter(|(key, _)| expected.get(key).is_some()) {
                        self.check(&expected[key], value, &format!("{at}/{key}"), problems);
                    }
                    true
                }
                ("additionalProperties", Value::Object(map)) => self.others(schema, expected, map, at, problems),
                (
                    "minimum"
                    | "pattern"
                    | "required"
                    | "items"
                    | "properties"
                    | "additionalProperties"
                    | "minItems"
                    | "propertyNames",
                    _,
                ) => true,
                (remark, _) => {
                    assert!(REMARKS.contains(&remark), "the keyword `{remark}` is not known here");
                    true
                }
            };
            if !is_right {
                problems.push(format!("{at}: `{keyword}` is {expected}, and the value {value}"));
            }
        }
    }

    /// Keys that `properties` does not name.
    fn others(
        &self,
        schema: &Map<String, Value>,
        expected: &Value,
        map: &Map<String, Value>,
        at: &str,
        problems: &mut Vec<String>,
    ) -> bool {
        let named = schema.get("properties").and_then(Value::as_object);
        let mut others = map.iter().filter(|(key, _)| named.is_none_or(|named| !named.contains_key(*key)));
        if expected == &Value::Bool(false) {
            return others.next().is_none();
        }
        others.for_each(|(key, value)| self.check(expected, value, &format!("{at}/{key}"), problems));
        true
    }
}

fn many(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

fn is_of(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_i64().is_some(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("`{other}` is no type"),
    }
}
