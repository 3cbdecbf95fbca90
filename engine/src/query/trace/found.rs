//! What an entry has where a test looks.

use std::ops::Range;

use serde::Serialize;

use crate::entry::{Data, Entry, Field, FieldPath, Root, Value};

/// Values that are kept of a path that leads to several.
const VALUES: usize = 3;
/// Characters that are kept of a value.
const LENGTH: usize = 160;
/// Keys or elements that are kept of an object or a list.
const ELEMENTS: usize = 6;

/// What an entry has at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// The path, as queries write it.
    pub path: String,
    /// The first values there; none where the entry has none.
    pub values: Vec<FoundValue>,
    /// How many more there are.
    pub more: usize,
}

/// A value, cut to a bounded length.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FoundValue {
    /// What kind of value.
    pub kind: FoundKind,
    /// The value as text; of a long one the part that matters.
    pub text: String,
}

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoundKind {
    /// Text.
    Text,
    /// A number, a truth value, a time or a log severity.
    Plain,
    /// A JSON null.
    Null,
    /// An object; its text is its keys.
    Object,
    /// A list; its text is its elements.
    List,
}

/// What the entry has at `path`; `focus` says which part of a text matters.
pub(super) fn at(entry: &Entry<'_>, path: &FieldPath, focus: &dyn Fn(&str) -> Option<Range<usize>>) -> Found {
    let mut found = Found { path: path.to_string(), values: Vec::new(), more: 0 };
    let is_whole = path.segments().is_empty();
    match path.root() {
        Root::Message => {
            found.values.extend(entry.message().map(|text| of_text(text, focus)));
        }
        Root::Field(Field::Severity) => found.values.push(plain(entry.severity().name())),
        Root::Field(Field::Timestamp) if is_whole => {
            found.values.extend(entry.timestamp().map(|time| plain(&time.to_string())));
        }
        Root::Field(_) => {
            entry.any(path, &mut |value| {
                if found.values.len() < VALUES {
                    found.values.push(of_value(value, focus));
                } else {
                    found.more += 1;
                }
                false
            });
        }
    }
    found
}

/// Whether a text at or below a path, or any text of the entry, is one that `holds` accepts.
pub(super) fn any_text(entry: &Entry<'_>, path: Option<&FieldPath>, holds: &mut dyn FnMut(&str) -> bool) -> bool {
    match path {
        None => entry.any_text(&mut |text| holds(text)),
        Some(path) if path.root() == Root::Message => entry.message().is_some_and(holds),
        Some(path) => entry.any(path, &mut |value| value.any_text(&mut |text| holds(text))),
    }
}

fn plain(text: &str) -> FoundValue {
    FoundValue { kind: FoundKind::Plain, text: text.to_owned() }
}

fn of_text(text: &str, focus: &dyn Fn(&str) -> Option<Range<usize>>) -> FoundValue {
    FoundValue { kind: FoundKind::Text, text: excerpt(text, focus(text), LENGTH) }
}

fn of_value(value: Value<'_>, focus: &dyn Fn(&str) -> Option<Range<usize>>) -> FoundValue {
    let listed = |all: Vec<String>, count: usize| {
        let more = if count > ELEMENTS { ", …" } else { "" };
        excerpt(&format!("{}{more}", all.join(", ")), None, LENGTH)
    };
    match value.data() {
        Data::Null => FoundValue { kind: FoundKind::Null, text: "null".to_owned() },
        Data::Bool(boolean) => plain(if boolean { "true" } else { "false" }),
        Data::Number(number) => plain(&number.to_string()),
        Data::Text(text) => of_text(text, focus),
        Data::Map(map) => {
            let keys = map.take(ELEMENTS).map(|(key, _)| excerpt(key, None, LENGTH)).collect();
            FoundValue { kind: FoundKind::Object, text: listed(keys, map.count()) }
        }
        Data::List(list) => {
            let elements = list.take(ELEMENTS).map(|element| match element.data() {
                Data::Map(_) => "{…}".to_owned(),
                Data::List(_) => "[…]".to_owned(),
                Data::Text(text) => format!("\"{}\"", excerpt(text, None, LENGTH)),
                _ => of_value(element, &|_| None).text,
            });
            FoundValue { kind: FoundKind::List, text: listed(elements.collect(), list.count()) }
        }
    }
}

/// So many characters of a text at most: those around `focus`, else its beginning. `…` stands for what is left out.
pub(crate) fn excerpt(text: &str, focus: Option<Range<usize>>, length: usize) -> String {
    let cut = |from: usize| -> (String, bool) {
        let rest = text.get(from..).unwrap_or("");
        match rest.char_indices().nth(length) {
            Some((end, _)) => (rest.get(..end).unwrap_or("").to_owned(), true),
            None => (rest.to_owned(), false),
        }
    };
    let (start, is_cut) = cut(0);
    let focus = focus.unwrap_or(0..0);
    if !is_cut || focus.end <= start.len() * 3 / 4 {
        return if is_cut { start + "…" } else { start };
    }
    // A quarter of the room stands before what matters.
    let before = text.get(..focus.start).unwrap_or("");
    let from = before.char_indices().rev().nth(length / 4).map_or(0, |(at, _)| at);
    let (part, is_cut) = cut(from);
    format!("{}{part}{}", if from > 0 { "…" } else { "" }, if is_cut { "…" } else { "" })
}
