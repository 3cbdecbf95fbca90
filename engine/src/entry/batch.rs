//! Records of one piece of input, parsed and not yet redacted.

use std::borrow::Cow;

use serde::de::DeserializeSeed;

use super::head::{Head, is_log_entry, is_log_like};
use super::json::Onto;
use super::tape::{Data, Node, Tape, Value};
use super::text;

/// Levels of nesting in a record beyond which it is malformed. Cloud Logging itself refuses far fewer.
pub const MAX_NESTING: u32 = 100;

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Why, in a few words.
    pub reason: String,
}

/// Parsed records that borrow from the text they were read from.
///
/// Raw: hand it to [`crate::redact::Redactor::batch`] to look into its entries.
///
/// ```
/// use gardener_engine::entry::Batch;
/// let mut batch = Batch::new();
/// let mut malformed = Vec::new();
/// batch.push_json(r#"{"severity":"ERROR","textPayload":"boom"}"#, &mut malformed);
/// batch.push_json(r#"{"severity":"ERROR","textPayl"#, &mut malformed);
/// assert_eq!((batch.len(), malformed.len()), (1, 1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Batch<'a> {
    pub(crate) tape: Tape<'a>,
    pub(crate) heads: Vec<Head>,
}

impl<'a> Batch<'a> {
    /// No records yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// What is known of each entry.
    #[must_use]
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Keeps only the entries for which `keep` answers true, asked in their order.
    pub fn retain(&mut self, keep: impl FnMut(&Head) -> bool) {
        self.heads.retain(keep);
    }

    /// Reads one record of JSON. An object that is no entry but holds some, at any depth, gives those; each counts as a
    /// record of its own.
    ///
    /// Every record that cannot be read adds one to `malformed`, so that records read are the growth of both.
    pub fn push_json(&mut self, text: &'a str, malformed: &mut Vec<Malformed>) {
        let root = self.tape.next();
        let mut json = sonic_rs::Deserializer::from_str(text);
        let onto = Onto { tape: &mut self.tape, levels: MAX_NESTING };
        let parsed = onto.deserialize(&mut json).and_then(|()| json.end());
        if let Err(error) = parsed {
            self.tape.nodes.truncate(root as usize);
            malformed.push(Malformed { reason: reason(text, &error.to_string()) });
            return;
        }
        let mut roots = Vec::new();
        let value = self.tape.value(root);
        match value.data() {
            Data::Map(_) if is_log_entry(value) || is_log_like(value) => roots.push(root),
            Data::Map(_) => {
                if !records_within(value, &mut roots) {
                    roots.push(root);
                }
            }
            Data::List(list) => roots.extend(list.map(|element| element.index())),
            _ => roots.push(root),
        }
        for root in roots {
            match Head::of(&self.tape, root) {
                Ok(head) => self.heads.push(head),
                Err(wrong) => {
                    malformed.push(Malformed { reason: format!("`{}` is not {}", wrong.field, wrong.expected) });
                }
            }
        }
    }

    /// Reads one record of plain text, which may have several lines (a stack trace).
    pub fn push_text(&mut self, line: &'a str) {
        let root = self.tape.next();
        let (severity, timestamp) = text::guess(line);
        self.tape.push(Node::Map { end: root });
        if severity != super::LogSeverity::Default {
            self.tape.push(Node::Text(Cow::Borrowed("severity")));
            self.tape.push(Node::Text(Cow::Borrowed(severity.name())));
        }
        if let Some(timestamp) = timestamp {
            self.tape.push(Node::Text(Cow::Borrowed("timestamp")));
            self.tape.push(Node::Text(Cow::Owned(timestamp.to_string())));
        }
        self.tape.push(Node::Text(Cow::Borrowed("textPayload")));
        let text_at = self.tape.next();
        self.tape.push(Node::Text(Cow::Borrowed(line)));
        self.tape.close(root);
        self.heads.push(Head::of_text(root, text_at, severity, timestamp));
    }
}

/// Collects the records that a wrapper holds, at any depth; says whether it is a wrapper at all.
///
/// A list is a list of records if any element is an entry or looks like one; then all its elements are records. An empty
/// list named `entries` is one as well, so that an empty answer of the API is not taken for an entry.
fn records_within(value: Value<'_>, roots: &mut Vec<u32>) -> bool {
    let mut found = false;
    match value.data() {
        Data::Map(map) => {
            for (key, value) in map {
                if is_log_entry(value) {
                    roots.push(value.index());
                    found = true;
                } else {
                    found |= records_within(value, roots);
                    found |=
                        key == "entries" && list_of(value).next().is_none() && matches!(value.data(), Data::List(_));
                }
            }
        }
        Data::List(mut list) => {
            if list.any(|element| is_log_entry(element) || is_log_like(element)) {
                roots.extend(list_of(value).map(|element| element.index()));
                return true;
            }
            for element in list_of(value) {
                found |= records_within(element, roots);
            }
        }
        _ => {}
    }
    found
}

fn list_of(value: Value<'_>) -> impl Iterator<Item = Value<'_>> {
    match value.data() {
        Data::List(list) => Some(list),
        _ => None,
    }
    .into_iter()
    .flatten()
}

/// The parser's error in our words, with the place in the record.
fn reason(text: &str, error: &str) -> String {
    let first = error.lines().next().unwrap_or(error);

    if first.contains("nested") || first.contains("recursion") || first.contains("depth") {
        format!("it is nested more than {MAX_NESTING} levels deep")
    } else if first.starts_with("EOF") || first.starts_with("Eof") {
        "it ends in the middle of a JSON value".to_owned()
    } else if first.starts_with("trailing") || first.contains("railing characters") {
        "there is something behind the end of its JSON value".to_owned()
    } else if text.trim_start().starts_with(['{', '[']) {
        let place = first.rfind(" at line").map_or("", |at| first.get(at..).unwrap_or(""));
        let column = place.rsplit("column ").next().and_then(|n| n.trim_end_matches('.').parse::<u64>().ok());
        column.map_or_else(|| "it is not valid JSON".to_owned(), |n| format!("it is not valid JSON at character {n}"))
    } else {
        "it is not JSON".to_owned()
    }
}
