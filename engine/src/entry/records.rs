//! Which objects of a JSON value are records: itself, the elements of a list, or what an object wraps.
//!
//! An object wraps records where it holds a list of them at any depth, as saved answers of the API and pages of them do. If
//! elements of such a list are surely entries, whatever stands beside the list (a message, a severity) tells of the list;
//! if they only look like records, an object that looks like one itself stays one. What has a payload of LogEntry's is an
//! entry, and never looked into.
//!
//! `gardener`'s reader of large and of broken documents judges by the same rules, from bytes.

use super::head::{has_payload, is_marked, is_record, stands_for_entry};
use super::value::{Data, Value};

/// Collects the places of the records that a value is or holds.
pub(super) fn collect(value: Value<'_>, found: &mut Vec<u32>) {
    match value.data() {
        Data::List(list) => list.for_each(|element| collect(element, found)),
        Data::Map(_) if is_wrapper(value) => within(value, found),
        _ => found.push(value.index()),
    }
}

/// Whether an object holds records and is none itself.
fn is_wrapper(value: Value<'_>) -> bool {
    !has_payload(value) && wraps(value)
}

/// Whether an object that has no payload of LogEntry's holds records and is none itself.
pub(super) fn wraps(value: Value<'_>) -> bool {
    any_element(value, &stands_for_entry) || !is_record(value) && holds_records(value)
}

/// Whether a list at or below a value has an element of this kind.
fn any_element(value: Value<'_>, is: &impl Fn(Value<'_>) -> bool) -> bool {
    match value.data() {
        Data::Map(mut map) => map.any(|(_, value)| any_element(value, is)),
        Data::List(mut list) => list.any(|element| is(element) || any_element(element, is)),
        _ => false,
    }
}

/// Whether records are below an object, or a list where they would be: an empty answer is no entry.
fn holds_records(value: Value<'_>) -> bool {
    match value.data() {
        Data::Map(mut map) => map.any(|(key, value)| match value.data() {
            Data::List(mut list) => key == "entries" && list.next().is_none() || holds_records(value),
            Data::Map(_) => is_marked(value) || holds_records(value),
            _ => false,
        }),
        Data::List(mut list) => list.any(|element| is_record(element) || holds_records(element)),
        _ => false,
    }
}

/// Collects the records below a value that is none.
fn within(value: Value<'_>, found: &mut Vec<u32>) {
    match value.data() {
        Data::Map(map) => {
            map.for_each(|(_, value)| if is_marked(value) { collect(value, found) } else { within(value, found) })
        }
        // If one element is a record, all are.
        Data::List(list) if list.into_iter().any(is_record) => collect(value, found),
        Data::List(list) => list.for_each(|element| within(element, found)),
        _ => {}
    }
}
