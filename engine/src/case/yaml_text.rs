//! A value as YAML of one line a value, so that differences show at a glance.
//!
//! Written here and not by a crate, because snapshots must not change when a crate does. Everything that is not plainly a
//! text stands in double quotes, which YAML reads as JSON does; what cannot be seen is escaped.

use serde_json::{Map, Value};

use crate::entry::Timestamp;
use crate::render::{neutral::is_hidden, pretty};

/// Writes the items of a mapping, each on a line of its own at this depth.
pub(super) fn mapping(map: &Map<String, Value>, depth: usize, out: &mut String) {
    for (key, value) in map {
        indent(depth, out);
        item(key, value, depth, out);
    }
}

/// Writes the elements of a list, each behind a hyphen at this depth.
pub(super) fn list(elements: &[Value], depth: usize, out: &mut String) {
    for element in elements {
        indent(depth, out);
        out.push_str("- ");
        match element {
            Value::Object(map) if !map.is_empty() => {
                for (at, (key, value)) in map.iter().enumerate() {
                    if at > 0 {
                        indent(depth + 1, out);
                    }
                    item(key, value, depth + 1, out);
                }
            }
            other => {
                out.push_str(&scalar(other));
                out.push('\n');
            }
        }
    }
}

fn item(key: &str, value: &Value, depth: usize, out: &mut String) {
    out.push_str(&text(key));
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push_str(":\n");
            mapping(map, depth + 1, out);
        }
        Value::Array(elements) if !elements.is_empty() => {
            out.push_str(":\n");
            list(elements, depth + 1, out);
        }
        other => {
            out.push_str(": ");
            out.push_str(&scalar(other));
            out.push('\n');
        }
    }
}

fn indent(depth: usize, out: &mut String) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(content) => text(content),
        // Whole numbers are written as such.
        Value::Number(number) => match number.as_f64() {
            Some(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n}"),
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

/// A text, in quotes unless it is plain.
fn text(content: &str) -> String {
    if is_plain(content) { content.to_owned() } else { pretty(content).unwrap_or_default() }
}

/// Whether a text means itself where it stands without quotes.
fn is_plain(content: &str) -> bool {
    let Some(first) = content.chars().next() else { return false };
    if first.is_ascii_digit() {
        return Timestamp::parse(content).is_some_and(|time| time.to_string() == content);
    }
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    (first.is_alphabetic() || matches!(first, '_' | '/'))
        && !content.ends_with([' ', ':'])
        && !content.contains(": ")
        && !content.contains(" #")
        && !content.chars().any(|c| is_hidden(c) || c.is_control() || c == '\u{feff}')
        && !words.contains(&content.to_lowercase().as_str())
        && content.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::diagnostic::Sources;
    use crate::pack::yaml::{Kind, Node, parse};

    fn written(value: &Value) -> String {
        let mut out = String::new();
        mapping(value.as_object().unwrap(), 0, &mut out);
        out
    }

    fn json_of(node: &Node) -> Value {
        match &node.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => json!(value),
            Kind::Int(value) => json!(value),
            Kind::Float(value) => json!(value),
            Kind::Text(text) => json!(text),
            Kind::List(elements) => elements.iter().map(json_of).collect(),
            Kind::Map(items) => Value::Object(items.iter().map(|i| (i.key.clone(), json_of(&i.value))).collect()),
        }
    }

    fn read(text: &str) -> Value {
        let mut sources = Sources::new();
        let file = sources.add("a.yaml", text);
        let mut problems = Vec::new();
        let node = parse(&sources, file, &mut problems).unwrap();
        assert!(problems.is_empty(), "{problems:?}\n{text}");
        json_of(&node)
    }

    #[test]
    fn each_value_has_a_line() {
        let value = json!({
            "id": "a-b", "at": "2025-09-14T04:55:00Z", "n": 92.1, "whole": 3.0, "empty": {}, "none": [],
            "list": ["declared P1 by a", "P1 → P0: it is: so", {"value": "x", "count": 2}],
            "map": {"labels.line": {"1706": 8}},
        });
        insta::assert_snapshot!(written(&value), @r#"
        id: a-b
        at: 2025-09-14T04:55:00Z
        "n": 92.1
        whole: 3
        empty: {}
        none: []
        list:
          - declared P1 by a
          - "P1 → P0: it is: so"
          - value: x
            count: 2
        map:
          labels.line:
            "1706": 8
        "#);
    }

    #[test]
    fn what_is_written_reads_as_it_was() {
        let texts = [
            "",
            " ",
            "no",
            "Null",
            "1e5",
            "0x1f",
            "-",
            "- a",
            "a: b",
            "a #b",
            "a:",
            "[x]",
            "{x",
            "*x",
            "&x",
            "!x",
            "|",
            ">",
            "%",
            "@x",
            "`x",
            "'x'",
            "\"x\"",
            "x\ny",
            "tab\there",
            "\u{1b}[31mred",
            "\u{202e}bidi",
            "é",
            "日本",
            "~",
            "?",
            "2025-09-14",
            "NaN",
            "inf",
            ".5",
            "a\u{a0}b",
            "\u{85}",
            "\u{2028}",
        ];
        let value = Value::Object(texts.iter().map(|text| ((*text).to_owned(), json!([text, {"k": text}]))).collect());
        let text = written(&value);
        assert_eq!(read(&text), value, "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
    }
}
