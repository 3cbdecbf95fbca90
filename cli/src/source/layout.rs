//! How the records of a capture are laid out, found from its first bytes.

use super::documents::{Scan, Step};
use super::lines::is_object;

/// Lines that are looked at.
const MAX_LINES: usize = 100;

/// Lines in front of a JSON document that may be something else, such as the warnings of the tool that wrote it.
const MAX_PREFACE: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// One JSON value a line.
    Lines,
    /// JSON values that take many lines, or lines that hold many records.
    Documents,
    /// Anything else.
    Text,
    /// The YAML that gcloud writes when it is not told otherwise.
    Yaml,
}

/// Finds the layout. `whole` says that there is no more than `head`.
pub(super) fn sniff(head: &[u8], whole: bool) -> Layout {
    let lines = lines(head, whole);
    if is_yaml(&lines) {
        return Layout::Yaml;
    }
    let objects = lines.iter().filter(|line| is_object(line)).count();
    if objects < lines.len() && reads_as_documents(head) {
        return Layout::Documents;
    }
    // A broken line here and there, the first one too, does not make it something else.
    if objects > 0 && objects * 2 >= lines.len() {
        return Layout::Lines;
    }
    let start = head.trim_ascii_start();
    let first = lines.first().copied().unwrap_or(start);
    if begins_object(start) && !is_object(first) {
        let broken = lines.iter().filter(|line| begins_object(line) && !goes_on(line)).count();
        if broken > 1 && broken * 2 > lines.len() {
            return Layout::Lines;
        }
        return if looks_like_json(&lines) { Layout::Documents } else { Layout::Text };
    }
    if begins_list(start) {
        return if looks_like_json(&lines) { Layout::Documents } else { Layout::Text };
    }
    let body = lines.iter().take(MAX_PREFACE).position(|line| line.starts_with(b"["));
    let behind = body.and_then(|at| lines.get(at..)).unwrap_or_default();
    if let [bracket, next, ..] = behind
        && (*bracket == b"[" && next.starts_with(b"{") || begins_list(bracket) && !is_object(next))
        && looks_like_json(behind)
    {
        return Layout::Documents;
    }
    Layout::Text
}

/// The first lines that are not blank, without the space around them; a last line without an end only if there is no more.
fn lines(head: &[u8], whole: bool) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').collect();
    if !whole {
        lines.pop();
    }
    lines.into_iter().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(MAX_LINES).collect()
}

/// An object with a key, or without any, and not a brace that means something else.
fn begins_object(text: &[u8]) -> bool {
    let Some((b'{', behind)) = text.split_first() else { return false };
    matches!(behind.trim_ascii_start().first(), None | Some(b'"' | b'}'))
}

/// A list of objects or lists: `[Sun Dec 04` and `[12]` begin lines of text.
fn begins_list(text: &[u8]) -> bool {
    let Some((b'[', behind)) = text.split_first() else { return false };
    let behind = behind.trim_ascii_start();
    match behind.first() {
        None | Some(b']' | b'[') => true,
        Some(b'{') => begins_object(behind),
        _ => false,
    }
}

/// Whether lists and objects follow each other, and nothing is wrong as far as can be seen.
fn reads_as_documents(head: &[u8]) -> bool {
    let mut scan = Scan::new(head.len());
    let mut rest = head;
    loop {
        let between = rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count();
        rest = rest.get(between..).unwrap_or_default();
        if !matches!(rest.first(), Some(b'{' | b'[')) {
            return rest.is_empty();
        }
        scan.restart();
        match scan.run(rest) {
            Step::Done(end) => rest = rest.get(end..).unwrap_or_default(),
            Step::More => return true,
            Step::Bad(..) => return false,
        }
    }
}

/// Whether a line of JSON is but a part of a value or of a list.
fn goes_on(line: &[u8]) -> bool {
    matches!(line.last(), Some(b',' | b'[' | b'{'))
}

/// Whether most lines begin as lines of JSON do.
fn looks_like_json(lines: &[&[u8]]) -> bool {
    let like = |line: &&&[u8]| matches!(line.first(), Some(b'{' | b'}' | b'[' | b']' | b'"' | b','));
    let numbers = |line: &&&[u8]| line.last() == Some(&b',') && line.iter().all(|byte| !matches!(byte, b' ' | b'='));
    lines.iter().filter(|line| like(line) || numbers(line)).count() * 2 >= lines.len()
}

fn is_yaml(lines: &[&[u8]]) -> bool {
    const KEYS: [&str; 12] = [
        "insertId:",
        "httpRequest:",
        "jsonPayload:",
        "labels:",
        "logName:",
        "operation:",
        "protoPayload:",
        "receiveTimestamp:",
        "resource:",
        "severity:",
        "textPayload:",
        "timestamp:",
    ];
    let names_field = |line: &[u8]| KEYS.iter().any(|key| line.starts_with(key.as_bytes()));
    match lines {
        [b"---", next, ..] => names_field(next),
        // A line of text may well begin with one of these words; three lines in a row hardly do.
        [first, ..] => names_field(first) && lines.iter().filter(|line| names_field(line)).count() >= 3,
        [] => false,
    }
}
