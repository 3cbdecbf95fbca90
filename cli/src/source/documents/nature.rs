//! Whether an object is an entry, or wraps some, told from as much of it as there is.

use gardener_engine::entry::Field;
use memchr::memchr2;

/// What an object is, by the names of its keys. The same rules as those by which an entry is read from an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nature {
    /// It has a key that only entries have.
    Entry,
    /// It has a key that records of other kinds have.
    Record,
    /// Entries are below it.
    Wrapper,
    Other,
}

/// Keys that records of other kinds have.
const RECORD: [&[u8]; 4] = [b"message", b"msg", b"severity", b"level"];

/// One open bracket.
#[derive(Clone, Copy)]
struct Open {
    object: bool,
    /// Whether it is an element of a list.
    element: bool,
}

/// What the object that `bytes` begin with is. They may break off, or be wrong from some place on.
pub(super) fn nature(bytes: &[u8]) -> Nature {
    let mut open: Vec<Open> = Vec::new();
    let mut key_next = false;
    let mut found = Nature::Other;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' | b'[' => {
                let object = *byte == b'{';
                open.push(Open { object, element: open.last().is_some_and(|open| !open.object) });
                key_next = object;
            }
            b'}' | b']' => {
                open.pop();
                if open.is_empty() {
                    break;
                }
            }
            b',' => key_next = open.last().is_some_and(|open| open.object),
            b'"' => {
                let Some(end) = string_end(bytes, at) else { break };
                if key_next {
                    key_next = false;
                    let key = bytes.get(at..end).unwrap_or_default();
                    match told(key, open.last(), open.len()) {
                        Some(Nature::Entry) => return Nature::Entry,
                        Some(Nature::Wrapper) if found == Nature::Record => {}
                        Some(nature) => found = nature,
                        None => {}
                    }
                }
                at = end + 1;
            }
            _ => {}
        }
    }
    found
}

/// What a key tells about the outermost object.
fn told(key: &[u8], open: Option<&Open>, depth: usize) -> Option<Nature> {
    let entry = is_mark(key);
    let record = RECORD.contains(&key);
    let element = open.is_some_and(|open| open.element);
    match depth {
        1 if entry => Some(Nature::Entry),
        1 if record => Some(Nature::Record),
        2.. if entry || record && element => Some(Nature::Wrapper),
        _ => None,
    }
}

fn is_mark(key: &[u8]) -> bool {
    use Field as F;
    let field = std::str::from_utf8(key).ok().and_then(Field::from_name);
    matches!(field, Some(F::TextPayload | F::JsonPayload | F::ProtoPayload | F::HttpRequest | F::InsertId | F::LogName))
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
