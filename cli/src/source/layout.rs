//! What a line is, from how it begins.

/// Lines that are looked at to find YAML.
const MAX_LINES: usize = 100;

/// Prefixes of a line, one behind the other: a pod, a time, a stream, a flag.
const MAX_PREFIXES: usize = 4;

/// Lines behind a bracket that stands alone which are looked at to see what it begins.
const MEMBERS: usize = 8;

/// Whether JSON begins at the front of `bytes`: an object with a key or without any, a list of objects or lists. Braces and
/// brackets that mean something else (`{main} started`, `[Sun Dec 04`, `[12]`) begin lines of text. A mistake near the front
/// does not make text of JSON.
pub(super) fn begins_json(bytes: &[u8]) -> bool {
    let Some((bracket, behind)) = bytes.split_first() else { return false };
    let inside = behind.trim_ascii_start();
    let is_alone = behind.trim_ascii_end().is_empty()
        || behind.iter().take_while(|byte| byte.is_ascii_whitespace()).any(|byte| *byte == b'\n');
    let is_json = match (bracket, inside.first()) {
        (b'{' | b'[', None) | (b'{', Some(b'"')) => true,
        (b'[', Some(b'"')) => begins_member(inside),
        (b'{', Some(b'}')) | (b'[', Some(b']')) => {
            let line = inside.split(|byte| *byte == b'\n').next().unwrap_or_default();
            let rest = line.get(1..).unwrap_or_default().trim_ascii_start();
            matches!(rest.first(), None | Some(b',' | b'{' | b'[' | b']' | b'}' | b'"' | b':'))
        }
        (_, Some(b'{' | b'[')) => begins_json(inside),
        (b'{', Some(_)) => {
            let name = inside.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
            inside.get(name..).unwrap_or_default().starts_with(b"\":")
        }
        _ => false,
    };
    is_json || is_alone && matches!(bracket, b'{' | b'[') && has_member(inside)
}

/// Whether one of the first lines is a member of an object.
fn has_member(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').take(MEMBERS).any(|line| {
        let start = line.iter().position(|byte| *byte == b'"' || byte.is_ascii_alphanumeric());
        start.and_then(|start| line.get(start..)).is_some_and(begins_member)
    })
}

/// Whether a line, without the space around it, has the looks of a whole JSON object.
pub(super) fn looks_like_object(line: &[u8]) -> bool {
    match line {
        [b'{', inside @ .., b'}'] => matches!(inside.trim_ascii_start().first(), None | Some(b'"')),
        _ => false,
    }
}

/// Whether a line is a whole JSON object, with nothing around it but space.
pub(super) fn is_object(line: &[u8]) -> bool {
    looks_like_object(line) && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// The whole JSON object behind what tools put in front of the lines of containers: `web-1  | {…}` (Compose),
/// `[pod/web-7/web] {…}` (`kubectl logs --prefix`), `2025-09-14T04:54:36Z {…}` (`--timestamps`), and
/// `2025-09-14T04:54:36Z stderr F {…}` (container runtimes).
pub(super) fn object_behind_prefix(line: &[u8]) -> Option<&[u8]> {
    if !line.ends_with(b"}") {
        return None;
    }
    let mut rest = line;
    for _ in 0..MAX_PREFIXES {
        rest = behind_prefix(rest)?.trim_ascii_start();
        if rest.first() == Some(&b'{') {
            return is_object(rest).then_some(rest);
        }
    }
    None
}

/// What stands behind one prefix.
fn behind_prefix(line: &[u8]) -> Option<&[u8]> {
    let word = line.iter().position(|byte| *byte == b' ')?;
    let (word, rest) = line.split_at_checked(word)?;
    let rest = rest.trim_ascii_start();
    if let Some(rest) = rest.strip_prefix(b"| ") {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        return word.iter().all(is_name).then_some(rest);
    }
    let is_time = word.len() >= 19
        && matches!(word, [b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'-', ..])
        && word.contains(&b'T');
    let is_pod = word.starts_with(b"[pod/") && word.ends_with(b"]");
    let is_stream = matches!(word, b"stdout" | b"stderr" | b"F");
    (is_time || is_pod || is_stream).then_some(rest)
}

/// Whether a line begins as a member of an object does: `"name": …`.
pub(super) fn begins_member(line: &[u8]) -> bool {
    let Some(name) = line.strip_prefix(b"\"") else { return false };
    let end = name.iter().position(|byte| matches!(byte, b'"' | b'\\'));
    let behind = end.and_then(|end| name.get(end..)).and_then(|behind| behind.strip_prefix(b"\""));
    behind.is_some_and(|behind| behind.trim_ascii_start().starts_with(b":"))
}

/// Whether a key ends on the line at the front, in front of any bracket.
pub(super) fn has_key(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'{' | b'[')).unwrap_or(bytes.len());
    bytes.get(..end).unwrap_or_default().windows(2).any(|pair| pair == b"\":")
}

/// Whether a line, without the space around it, consists of brackets that are closed.
pub(super) fn is_closing(line: &[u8]) -> bool {
    !line.is_empty() && line.iter().all(|byte| matches!(byte, b']' | b'}' | b',' | b' '))
}

/// Whether the line at the front can be no part of JSON that goes on over many lines.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    match line.first() {
        None | Some(b' ' | b'\t' | b'\r' | b'}' | b']' | b'"' | b',' | b':') => false,
        Some(b'{' | b'[') => !begins_json(bytes),
        Some(_) => {
            let value = line.trim_ascii_end();
            let value = value.strip_suffix(b",").unwrap_or(value);
            let is_number = || value.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
            !matches!(value, b"true" | b"false" | b"null") && !is_number() && !has_key(value)
        }
    }
}

/// Whether a capture that begins so is the YAML that gcloud writes when it is not told otherwise.
pub(super) fn is_yaml(head: &[u8]) -> bool {
    const KEYS: [&str; 17] = [
        "errorGroups:",
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
        "sourceLocation:",
        "spanId:",
        "split:",
        "textPayload:",
        "timestamp:",
        "trace:",
    ];
    let lines: Vec<&[u8]> = head
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .take(MAX_LINES)
        .collect();
    let names_field = |line: &[u8]| KEYS.iter().any(|key| line.starts_with(key.as_bytes()));
    match lines.as_slice() {
        [b"---", next, ..] => names_field(next),
        // A line of text may well begin with one of these words; three lines in a row hardly do.
        [first, ..] => names_field(first) && lines.iter().filter(|line| names_field(line)).count() >= 3,
        [] => false,
    }
}
