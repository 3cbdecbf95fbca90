//! Entries that somebody has written by hand and that are hardly what was meant: in examples, and in cases.
//!
//! Captures are taken as they are: there, a key that nobody knows is payload. What is written to try a rule is not, for an
//! entry that is not the one that was meant tries nothing.

use serde_json::{Map, Value};

use crate::diagnostic::nearest;
use crate::entry::{Batch, Field, FieldPath, LogSeverity, Root};

/// Letters of a name from which on one that differs in a single letter is taken for a slip.
const LETTERS: usize = 5;

/// What is odd about an entry.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Oddity {
    /// What it is: `the log severity …`.
    pub(crate) message: String,
    /// What to write instead.
    pub(crate) help: String,
}

/// What is odd about an entry whose message stands at one of these paths.
pub(crate) fn oddities(record: &Value, message: &[FieldPath]) -> Vec<Oddity> {
    let Value::Object(fields) = record else { return Vec::new() };
    let mut odd: Vec<Oddity> = severity(fields).into_iter().collect();
    odd.extend(misfits(record, fields));
    odd.extend(fields.keys().filter_map(|key| misspelt(key, fields, message)));
    odd
}

/// A log severity that is none: it counts as `DEFAULT`, as in captures.
fn severity(fields: &Map<String, Value>) -> Option<Oddity> {
    let name = fields.get("severity")?.as_str()?;
    if LogSeverity::from_foreign(name).is_some() {
        return None;
    }
    let near = nearest(name, LogSeverity::ALL.map(LogSeverity::name));
    Some(Oddity {
        message: format!("the log severity `{name}` is none and counts as `DEFAULT`"),
        help: near.map_or_else(
            || "the severities are those of Cloud Logging, `DEFAULT` to `EMERGENCY`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        ),
    })
}

/// Fields of a log entry whose values are none of theirs, so that they are payload.
fn misfits(record: &Value, fields: &Map<String, Value>) -> Vec<Oddity> {
    let text = record.to_string();
    let (mut batch, mut malformed) = (Batch::new(), Vec::new());
    batch.push_json(&text, &mut malformed);
    // What is no entry at all, or several, is told by whoever reads it.
    let [head] = batch.heads() else { return Vec::new() };
    let is_misfit = |(key, value): &(&String, &Value)| {
        let Some(field) = Field::from_name(key) else { return false };
        // Stack traces are called a trace too.
        let is_told = field == Field::Trace || (field == Field::Severity && value.is_string());
        !is_told && !value.is_null() && head.slot(field).is_none()
    };
    let odd = fields.iter().filter(is_misfit).map(|(key, _)| Oddity {
        message: format!("`{key}` is not what a log entry has there, and counts as payload"),
        help: match key.as_str() {
            "timestamp" => "write a time such as `2025-09-14T04:54:36Z`".to_owned(),
            _ => format!("correct it; if it is payload, write it as `jsonPayload: {{ {key}: … }}`"),
        },
    });
    odd.collect()
}

/// A key that is a letter away from a name that means something there.
fn misspelt(key: &str, fields: &Map<String, Value>, message: &[FieldPath]) -> Option<Oddity> {
    let is_meant = |key: &str| Field::from_name(key).is_some() || Field::from_special_key(key).is_some();
    let of_payload = message.iter().filter(|path| path.root() == Root::Field(Field::JsonPayload));
    let messages: Vec<&str> = of_payload.filter_map(|path| Some(path.segments().first()?.name())).collect();
    // `Timestamp` is a name that loggers give it, and is read.
    if is_meant(key) || messages.contains(&key) || key == "Timestamp" {
        return None;
    }
    let is_there = |name: &str| fields.keys().any(|key| key == name || same_field(key, name));
    let names = Field::ALL.map(Field::name).into_iter().chain(messages.iter().copied());
    let meant = names.filter(|name| !is_there(name)).find(|name| is_a_letter_away(key, name))?;
    Some(Oddity {
        message: format!("`{key}` is no field of a log entry, and counts as payload"),
        help: format!("did you mean `{meant}`? if not, write it as `jsonPayload: {{ {key}: … }}`"),
    })
}

fn same_field(key: &str, name: &str) -> bool {
    Field::from_name(key).is_some_and(|field| field.name() == name)
}

/// Whether two names differ in one letter, or only in their style.
fn is_a_letter_away(key: &str, name: &str) -> bool {
    let letters = |name: &str| name.replace(['_', '-'], "").to_lowercase();
    let (key, name) = (letters(key), letters(name));
    name.chars().count() >= LETTERS && strsim::osa_distance(&key, &name) <= 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(record: &Value) -> Vec<String> {
        let message = [FieldPath::parse("jsonPayload.message").unwrap(), FieldPath::parse("textPayload").unwrap()];
        oddities(record, &message).into_iter().map(|odd| format!("{}; {}", odd.message, odd.help)).collect()
    }

    #[test]
    fn slips_are_told_with_what_was_meant() {
        let both = told(&json!({ "sevrity": "WARNING", "mesage": "x" }));
        assert_eq!(both.len(), 2, "{both:?}");
        for (record, part) in [
            (json!({ "sevrity": "WARNING", "message": "x" }), "did you mean `severity`?"),
            (json!({ "severity": "WARNING", "mesage": "x" }), "did you mean `message`?"),
            (json!({ "severity": "WARNIN", "message": "x" }), "did you mean `WARNING`?"),
            (json!({ "Severity": "WARNING", "message": "x" }), "did you mean `severity`?"),
            (json!({ "textpayload": "x" }), "did you mean `textPayload`?"),
            (json!({ "timestamp": "yesterday", "message": "x" }), "write a time such as"),
            (json!({ "labels": "zone-a", "message": "x" }), "`jsonPayload: { labels: … }`"),
            (json!({ "severity": true, "message": "x" }), "`severity` is not what"),
            (json!({ "labls": { "zone": "a" }, "textPayload": "x" }), "did you mean `labels`?"),
        ] {
            let told = told(&record);
            assert_eq!(told.len(), 1, "{record}: {told:?}");
            assert!(told[0].contains(part), "{told:?}");
        }
    }

    #[test]
    fn entries_as_they_stand_in_captures_are_not_odd() {
        for record in [
            json!({ "severity": "warn", "message": "x", "timestamp": "2025-09-14T04:54:36Z", "labels": { "a": "b" } }),
            json!({ "severity": 400, "textPayload": "x", "log_name": "projects/p/logs/a", "insertId": "1" }),
            json!({ "severity": "400", "trace": "at a\n at b", "message": "x", "Timestamp": "2025-09-14T04:54:36Z" }),
            json!({ "message": "x", "labels": { "a": "b" }, "label": "mine", "user": "u", "text": "t" }),
            json!({ "jsonPayload": { "mesage": "x", "sevrity": 1 } }),
            json!({ "timestamp": { "seconds": 1, "nanos": 0 }, "textPayload": "x", "labels": null }),
        ] {
            assert_eq!(told(&record), Vec::<String>::new(), "{record}");
        }
    }
}
