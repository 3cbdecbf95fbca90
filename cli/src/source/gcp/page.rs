//! A page of entries, as Cloud Logging sends it. The JSON of an entry is handed on as it is, on one line.

use std::borrow::Cow;
use std::ops::Range;

use gardener_engine::entry::Timestamp;
use gardener_engine::id::hash_parts;
use serde::Deserialize;
use serde_json::value::RawValue;

/// A page.
#[derive(Debug, Deserialize)]
pub(super) struct Page<'b> {
    #[serde(borrow, default)]
    pub(super) entries: Vec<&'b RawValue>,
    #[serde(rename = "nextPageToken", default)]
    next: Option<String>,
}

/// What two deliveries of one entry have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key(u64, u64);

/// What is looked at of an entry.
#[derive(Debug)]
pub(super) struct Head {
    /// Nothing where the entry does not say which it is.
    pub(super) key: Option<Key>,
    pub(super) timestamp: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Written<'b> {
    #[serde(borrow, rename = "logName", default)]
    log: Option<Cow<'b, str>>,
    #[serde(borrow, rename = "insertId", default)]
    insert: Option<Cow<'b, str>>,
    #[serde(borrow, default)]
    timestamp: Option<Cow<'b, str>>,
}

impl<'b> Page<'b> {
    /// Reads an answer; an error says what is wrong with it.
    pub(super) fn parse(body: &'b [u8]) -> Result<Self, String> {
        // serde takes a list for an object without keys.
        let is_object = |text: &[u8]| text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{');
        if !is_object(body) {
            return Err("it is no JSON object".to_owned());
        }
        let page: Self = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        match page.entries.iter().all(|entry| is_object(entry.get().as_bytes())) {
            true => Ok(page),
            false => Err("what stands for an entry is no object".to_owned()),
        }
    }

    /// The token of the page behind it. A page without entries may have one.
    pub(super) fn next(&self) -> Option<&str> {
        self.next.as_deref().filter(|token| !token.is_empty())
    }
}

impl Head {
    /// That of an entry.
    pub(super) fn of(entry: &str) -> Self {
        let Ok(Written { log, insert, timestamp }) = serde_json::from_str(entry) else {
            return Self { key: None, timestamp: None };
        };
        let time = timestamp.as_deref().and_then(Timestamp::parse);
        let key = insert.filter(|insert| !insert.is_empty()).map(|insert| {
            let log = log.as_deref().unwrap_or_default().as_bytes();
            let nanos = time.map(|time| time.as_nanos().to_le_bytes());
            let time = match &nanos {
                Some(nanos) => nanos.as_slice(),
                None => timestamp.as_deref().unwrap_or_default().as_bytes(),
            };
            // Two hashes of 64 bits, for an entry that is taken for another one is lost.
            let insert = insert.as_bytes();
            Key(hash_parts(&[log, time, insert]), hash_parts(&[insert, log, time]))
        });
        Self { key, timestamp: time }
    }
}

/// Where an entry stands in the answer that it was read from.
pub(super) fn place(answer: &[u8], entry: &RawValue) -> Range<usize> {
    let text = entry.get();
    let at = (text.as_ptr() as usize).saturating_sub(answer.as_ptr() as usize);
    at..at + text.len()
}

/// The entries at these places, in their order, each on one line: the server breaks and indents what it sends. They are moved together in
/// the answer itself, for a page may be large: no line is longer than the entry and what is behind it, which is a comma at least.
pub(super) fn lines(mut answer: Vec<u8>, entries: &[Range<usize>]) -> Vec<u8> {
    let mut length = 0;
    let mut put = |answer: &mut Vec<u8>, byte: u8| {
        if let Some(place) = answer.get_mut(length) {
            *place = byte;
            length += 1;
        }
    };
    for entry in entries {
        let (mut in_text, mut escaped) = (false, false);
        for at in entry.clone() {
            let Some(byte) = answer.get(at).copied() else { break };
            if in_text {
                in_text = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            } else if matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                continue;
            } else {
                in_text = byte == b'"';
            }
            put(&mut answer, byte);
        }
        put(&mut answer, b'\n');
    }
    answer.truncate(length);
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_handed_on_byte_for_byte_on_one_line() {
        let body = b"{\n  \"entries\": [\n    {\n      \"insertId\": \"a\",\n      \"jsonPayload\": { \"x\": 1.50e3, \"t\": \"a  b\\\" \\\\\" }\n    }\n  ],\n  \"nextPageToken\": \"t\"\n}";
        let page = Page::parse(body).unwrap();
        assert_eq!(page.next(), Some("t"));
        let places: Vec<_> = page.entries.iter().map(|entry| place(body, entry)).collect();
        let written = String::from_utf8(lines(body.to_vec(), &places)).unwrap();
        assert_eq!(written, "{\"insertId\":\"a\",\"jsonPayload\":{\"x\":1.50e3,\"t\":\"a  b\\\" \\\\\"}}\n");
    }

    #[test]
    fn entries_that_are_left_out_leave_no_trace() {
        let body = br#"{"entries":[{"a":1},{"b":"] , }"},{},{"c":3}]}"#;
        let page = Page::parse(body).unwrap();
        let places: Vec<_> = [1, 2, 3].iter().map(|at: &usize| place(body, page.entries[*at])).collect();
        assert_eq!(lines(body.to_vec(), &places), b"{\"b\":\"] , }\"}\n{}\n{\"c\":3}\n");
        assert_eq!(lines(body.to_vec(), &[]), b"");
    }

    #[test]
    fn pages_may_lack_everything() {
        assert!(Page::parse(b"{}").unwrap().entries.is_empty());
        assert_eq!(Page::parse(br#"{"nextPageToken":""}"#).unwrap().next(), None);
        assert_eq!(Page::parse(br#"{"entries":[],"nextPageToken":"x"}"#).unwrap().next(), Some("x"));
        for broken in [&b"{\"entries\":[{\"a\":1}"[..], b"<html>", b"[]", b"", b"{\"entries\":[1]}"] {
            assert!(Page::parse(broken).is_err());
        }
    }

    #[test]
    fn an_entry_is_one_by_its_log_its_time_and_its_id() {
        let key = |log: &str, time: &str, id: &str| {
            Head::of(&format!(r#"{{"logName":"{log}","timestamp":"{time}","insertId":"{id}"}}"#)).key
        };
        let one = key("l", "2025-09-14T04:00:00.500Z", "a");
        assert!(one.is_some());
        assert_eq!(one, key("l", "2025-09-14T04:00:00.5Z", "a"), "the same time, written otherwise");
        assert_ne!(one, key("m", "2025-09-14T04:00:00.5Z", "a"));
        assert_ne!(one, key("l", "2025-09-14T04:00:00.6Z", "a"));
        assert_ne!(one, key("l", "2025-09-14T04:00:00.5Z", "b"));
        assert_eq!(key("l", "2025-09-14T04:00:00.5Z", ""), None, "without an id none is known for a duplicate");
    }
}
