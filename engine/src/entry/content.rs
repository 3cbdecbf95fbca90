//! What tells two deliveries of one entry apart.

use std::ops::Range;

use super::field::Field;
use super::head::Head;
use super::value::{Data, Value};
use crate::id::hash64;

/// A hash of what an entry says; `text` is all that was written of it, if that is known. When it was received does not count,
/// unless its time is that.
pub(super) fn hash(record: Value<'_>, head: &Head, text: Option<&str>) -> u32 {
    match text {
        Some(text) => hash_around(text, received(head).and_then(|at| place(text, record.behind(at).as_text()?))),
        None => upper(key(record, head)),
    }
}

/// The same of a record of a known form, given its receiveTimestamp, if it has one that is a text.
pub(super) fn hash_of_form(head: &Head, text: &str, received: Option<&str>) -> u32 {
    let received = received.filter(|_| head.slot(Field::Timestamp).is_some());
    hash_around(text, received.and_then(|value| place(text, value)))
}

/// A hash of a text without a part of it.
fn hash_around(text: &str, part: Option<Range<usize>>) -> u32 {
    let part = part.unwrap_or(text.len()..text.len());
    let (before, behind) = (text.get(..part.start).unwrap_or(text), text.get(part.end..).unwrap_or_default());
    upper(hash64(before.as_bytes()).rotate_left(1) ^ hash64(behind.as_bytes()))
}

fn upper(hash: u64) -> u32 {
    u32::try_from(hash >> 32).unwrap_or_default()
}

/// A hash of all that an entry says but for when it was received, whatever it was written in.
pub(super) fn key(record: Value<'_>, head: &Head) -> u64 {
    let mut said = String::new();
    say(record, received(head).map(|at| record.behind(at).index()), &mut said);
    hash64(said.as_bytes())
}

/// Where it says when it was received, unless that is its time.
fn received(head: &Head) -> Option<u32> {
    head.slot(Field::ReceiveTimestamp).filter(|_| head.slot(Field::Timestamp).is_some())
}

/// Where in a text a value is that was borrowed from it.
pub(super) fn place(text: &str, value: &str) -> Option<Range<usize>> {
    let at = (value.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?;
    Some(at..at + value.len()).filter(|part| part.end <= text.len())
}

/// Writes a value out, without the one at `left_out`.
fn say(value: Value<'_>, left_out: Option<u32>, said: &mut String) {
    if Some(value.index()) == left_out {
        return;
    }
    match value.data() {
        Data::Map(map) => {
            for (key, value) in map {
                said.push('{');
                said.push_str(key);
                said.push(':');
                say(value, left_out, said);
            }
            said.push('}');
        }
        Data::List(list) => {
            for element in list {
                said.push('[');
                say(element, left_out, said);
            }
            said.push(']');
        }
        _ => said.push_str(&value.to_json().to_string()),
    }
}
