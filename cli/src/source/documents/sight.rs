//! Whether an object is an entry, or wraps some, told from as much of it as there is.
//!
//! The rules are those by which an entry is read from an object that is whole (`gardener_engine::entry`).

use gardener_engine::entry::Field;
use memchr::memchr2;

use super::scan::is_space;

/// What was seen of an object, by the names of its keys and of those below it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// It has a payload of LogEntry's.
    payload: bool,
    /// It has a key that hardly anything but an entry has.
    marked: bool,
    /// It has a key that records of any kind have.
    record: bool,
    /// An element of a list below it is surely an entry.
    entries: bool,
    /// Something below it looks like a record.
    records: bool,
}

/// What a key tells of the object it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Payload,
    /// LogEntry's identity.
    Identity,
    Request,
    Record,
    Other,
}

impl Sight {
    /// An object that was not looked at.
    pub(super) const UNKNOWN: Self = Self { payload: true, marked: true, record: true, entries: false, records: false };

    /// What the object is that `bytes` begin with. They may break off, or be wrong from some place on.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut sight = Self::default();
        let mut keys = Keys::of(bytes);
        while let Some((depth, is_element, key)) = keys.next() {
            match (depth, key) {
                (_, Key::Other) => {}
                (1, Key::Payload) => {
                    sight.payload |= !keys.is_null();
                    sight.marked = true;
                    sight.record = true;
                    if sight.payload {
                        break;
                    }
                }
                (1, key) => {
                    sight.record = true;
                    sight.marked |= key != Key::Record;
                }
                (_, key) => {
                    sight.entries |= is_element && matches!(key, Key::Payload | Key::Identity);
                    sight.records |= is_element || key != Key::Record;
                }
            }
        }
        sight
    }

    /// Whether it holds records, and is none itself.
    pub(super) fn is_wrapper(self) -> bool {
        !self.payload && (self.entries || self.records && !self.record)
    }

    /// Whether it is an entry, as far as can be seen.
    pub(super) fn is_entry(self) -> bool {
        self.marked && !self.is_wrapper()
    }

    /// Whether it is a record of some kind, as far as can be seen.
    pub(super) fn is_record(self) -> bool {
        self.record && !self.is_wrapper()
    }

    /// Whether records are below it.
    pub(super) fn has_records(self) -> bool {
        self.entries || self.records
    }
}

/// Whether an element of the list that `bytes` begin with looks like a record: then all of them are.
pub(super) fn is_list_of_records(bytes: &[u8]) -> bool {
    let mut keys = Keys::of(bytes);
    while let Some((depth, is_element, key)) = keys.next() {
        if depth == 2 && is_element && key != Key::Other {
            return true;
        }
    }
    false
}

/// The keys of a value and of what is below it.
struct Keys<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The open brackets.
    open: Vec<Open>,
    key_next: bool,
}

/// One open bracket.
#[derive(Clone, Copy)]
struct Open {
    object: bool,
    /// Whether it is an element of a list.
    element: bool,
}

impl<'b> Keys<'b> {
    fn of(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, open: Vec::new(), key_next: false }
    }

    /// The next key: how many brackets are open around it, whether its object is an element of a list, and what it tells.
    fn next(&mut self) -> Option<(usize, bool, Key)> {
        while let Some(byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' | b'[' => {
                    let object = *byte == b'{';
                    self.open.push(Open { object, element: self.open.last().is_some_and(|open| !open.object) });
                    self.key_next = object;
                }
                b'}' | b']' => {
                    self.open.pop();
                    if self.open.is_empty() {
                        return None;
                    }
                }
                b',' => self.key_next = self.open.last().is_some_and(|open| open.object),
                b'"' => {
                    let start = self.at;
                    let end = string_end(self.bytes, start)?;
                    self.at = end + 1;
                    if std::mem::take(&mut self.key_next) {
                        let key = self.bytes.get(start..end).unwrap_or_default();
                        let is_element = self.open.last().is_some_and(|open| open.element);
                        return Some((self.open.len(), is_element, told(key)));
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// Whether the value of the key is null.
    fn is_null(&self) -> bool {
        let mut ahead = self.bytes.get(self.at..).unwrap_or_default().iter();
        let is_part = |byte: &&u8| !is_space(**byte) && **byte != b':';
        ahead.find(is_part) == Some(&b'n')
    }
}

fn told(key: &[u8]) -> Key {
    use Field as F;
    if matches!(key, b"message" | b"msg" | b"severity" | b"level" | b"messageId" | b"message_id") {
        return Key::Record;
    }
    match std::str::from_utf8(key).ok().and_then(Field::from_name) {
        Some(F::TextPayload | F::JsonPayload | F::ProtoPayload) => Key::Payload,
        Some(F::InsertId | F::LogName) => Key::Identity,
        Some(F::HttpRequest) => Key::Request,
        _ => Key::Other,
    }
}

/// Where the string ends whose first byte behind the quote is at `start`: the place of its closing quote.
fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    loop {
        let found = at + memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes.get(found) == Some(&b'"') {
            return Some(found);
        }
        at = found + 2;
    }
}

/// The first key of the object that `bytes` begin with, in its quotes.
pub(super) fn first_key(bytes: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 128;
    let inside = bytes.strip_prefix(b"{")?.trim_ascii_start();
    if inside.first() != Some(&b'"') {
        return None;
    }
    let head = inside.get(..LONGEST).unwrap_or(inside);
    inside.get(..=string_end(head, 1)?)
}
