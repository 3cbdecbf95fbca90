//! Texts in YAML, in the style that reads best and always means what it says: log text is written by strangers.

use std::fmt::Write;

use crate::render::neutral::is_hidden;

/// A text as YAML, where a line has nothing behind it.
#[must_use]
pub fn text(content: &str) -> String {
    if is_plain(content) { content.to_owned() } else { quoted(content) }
}

/// A text as YAML, between the brackets of a list or mapping on one line, or as a key.
#[must_use]
pub fn word(content: &str) -> String {
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if is_plain(content) && content.chars().all(is_word) { content.to_owned() } else { quoted(content) }
}

/// A text in quotation marks: single ones, in which only they themselves are doubled, unless something must be escaped.
pub(super) fn quoted(content: &str) -> String {
    if content.chars().any(needs_escape) {
        return escaped(content);
    }
    if content.contains('\'') && !content.contains(['"', '\\']) {
        return format!("\"{content}\"");
    }
    format!("'{}'", content.replace('\'', "''"))
}

/// A text in double quotation marks, what cannot be seen written as escapes.
pub(super) fn escaped(content: &str) -> String {
    let mut out = String::with_capacity(content.len() + 2);
    out.push('"');
    for c in content.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if needs_escape(c) => {
                let code = u32::from(c);
                // Writing into a String cannot fail.
                let _ = match code {
                    0..=0xff => write!(out, "\\x{code:02x}"),
                    0x100..=0xffff => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn needs_escape(c: char) -> bool {
    c.is_control() || is_hidden(c)
}

/// Whether a text means itself where it stands without quotation marks.
fn is_plain(content: &str) -> bool {
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    content.starts_with(|c: char| c.is_ascii_alphabetic())
        && !content.ends_with([' ', ':'])
        && !content.contains(": ")
        && !content.contains(" #")
        && !content.chars().any(needs_escape)
        && !words.contains(&content.to_lowercase().as_str())
        && content.parse::<f64>().is_err()
}

/// JSON on one line, which is YAML as well: of what JSON leaves as it is, what cannot be seen is escaped.
pub(super) fn json(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::String(content) => word(content),
        Value::Array(elements) => format!("[{}]", elements.iter().map(json).collect::<Vec<_>>().join(", ")),
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let items: Vec<String> = map.iter().map(|(key, value)| format!("{}: {}", word(key), json(value))).collect();
            format!("{{ {} }}", items.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(yaml: &str) -> Result<serde_json::Value, String> {
        let options = serde_yaml::options! { strict_booleans: true };
        serde_yaml::from_str_with_options(yaml, options).map_err(|error| error.to_string())
    }

    #[test]
    fn texts_are_written_as_people_would() {
        for (content, expected) in [
            ("severity>=WARNING AND message:\"timed out\"", "severity>=WARNING AND message:\"timed out\""),
            (r"after (\d+)s", r"after (\d+)s"),
            (r"(\d+) retries", r"'(\d+) retries'"),
            ("it's: so", "\"it's: so\""),
            ("a: b", "'a: b'"),
            ("yes", "'yes'"),
            ("1.5", "'1.5'"),
            ("", "''"),
            ("two\nlines", "\"two\\nlines\""),
            ("\u{1b}[31m\u{202e}\u{e0041}", "\"\\x1b[31m\\u202e\\U000e0041\""),
        ] {
            assert_eq!(text(content), expected);
        }
        assert_eq!(word("labels.\"k8s-pod/app\""), "'labels.\"k8s-pod/app\"'");
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(content in ".{0,40}", lines in "[-\\x00-\\x7f\u{80}-\u{a0}\u{feff}é: #'\"\\\\{}\\[\\]\n]{0,30}") {
            for content in [content, lines] {
                for yaml in [
                    format!("- a: {}\n  b: 1\n", text(&content)),
                    format!("- a: {}\n  b: 1\n", quoted(&content)),
                    format!("- a: {}\n  b: 1\n", escaped(&content)),
                    format!("- {{ a: {}, b: 1 }}\n", word(&content)),
                ] {
                    let value = read(&yaml);
                    prop_assert_eq!(value.as_ref().map(|value| value[0]["a"].as_str()), Ok(Some(content.as_str())), "{}", yaml);
                }
                let key = read(&format!("{}: 1\n", word(&content))).unwrap();
                prop_assert_eq!(&key[&content], 1);
            }
        }
    }
}
