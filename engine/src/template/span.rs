//! How far values reach that are told by what stands before them. All lengths are in bytes, 0 where there is no such value.

use super::tokens::{SPACE, class, is_break};

/// Bytes of a value within which quotes and brackets must close.
const SPAN: usize = 256;
/// The longest IPv6 address in brackets, with a zone.
const ADDRESS: usize = 64;

/// The value behind a `=`: to white space, a comma, or a bracket that it did not open; quotes and brackets of its own are taken whole.
pub(super) fn value(text: &[u8]) -> usize {
    let limit = text.len().min(SPAN);
    let (mut at, mut depth) = (angled(text), 0_u32);
    while at < limit
        && let Some(byte) = text.get(at).copied()
    {
        match byte {
            b'"' | b'\'' => match closing(text, at) {
                Some(end) => at = end,
                None if depth == 0 => return at,
                None => {}
            },
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b')' | b']' | b'}' => return at,
            b',' | b';' | b'|' | b'<' | b'>' if depth == 0 => return at,
            _ if depth == 0 && class(byte) == SPACE => return at,
            _ => {}
        }
        at += 1;
    }
    // What does not close is a value to its first break.
    if depth == 0 && at == text.len() { at } else { word(text) }
}

/// `<alice@example.com>` and `<>`: what is in angle brackets at the beginning, without white space.
fn angled(text: &[u8]) -> usize {
    let Some(b'<') = text.first() else { return 0 };
    let end = text.iter().take(SPAN).position(|byte| *byte == b'>' || class(*byte) == SPACE);
    end.filter(|end| text.get(*end) == Some(&b'>')).map_or(0, |end| end + 1)
}

/// The word at the beginning, if a list goes on or ends behind it: `mode: auto, level: none)`.
pub(super) fn listed(text: &[u8]) -> usize {
    let length = word(text);
    if matches!(text.get(length), Some(b',' | b';' | b')' | b']' | b'}')) { length } else { 0 }
}

/// The word at the beginning.
pub(super) fn word(text: &[u8]) -> usize {
    text.iter().position(|byte| is_break(*byte)).unwrap_or(text.len())
}

/// The word that a text ends with.
pub(super) fn last_word(text: &str) -> &str {
    let from = text.bytes().rposition(|byte| !byte.is_ascii_alphabetic()).map_or(0, |at| at + 1);
    text.get(from..).unwrap_or("")
}

/// Whether brackets with nothing in them stand at the beginning.
pub(super) fn is_empty_pair(text: &[u8]) -> bool {
    matches!(text, [b'[', b']', ..] | [b'{', b'}', ..])
}

/// What is quoted at the beginning, its quotes included; nothing where a `:` or `=` makes it a name.
pub(super) fn quoted(text: &[u8]) -> usize {
    let Some(end) = closing(text, 0) else { return 0 };
    let is_end = |byte: &u8| *byte != b':' && *byte != b'=' && !byte.is_ascii_alphanumeric();
    // `'a': 1` has a name, `"a": it failed` a value: after a name of JSON no word follows.
    if text.get(end + 1).is_none_or(is_end) { end + 1 } else { 0 }
}

/// Where the quote that opens at a place closes.
fn closing(text: &[u8], open: usize) -> Option<usize> {
    let quote = text.get(open)?;
    let mut at = open + 1;
    while at < open + SPAN {
        match text.get(at)? {
            b'\\' => at += 1,
            byte if byte == quote => return Some(at),
            _ => {}
        }
        at += 1;
    }
    None
}

/// An IPv6 address that no digit begins: in brackets, or one that begins with `::`.
pub(super) fn ipv6(text: &[u8]) -> usize {
    let is_part = |byte: &u8| byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.');
    let inner = match text {
        [b'[', inner @ ..] => inner,
        [b':', b':', ..] => text,
        _ => return 0,
    };
    let length = inner.iter().take(ADDRESS).take_while(|byte| is_part(byte)).count();
    let colons = inner.iter().take(length).filter(|byte| **byte == b':').count();
    match (inner.len() == text.len(), inner.get(length)) {
        (_, _) if colons < 2 => 0,
        (false, Some(b']')) => length + 2,
        (true, next) if length > 2 && next.is_none_or(|byte| is_break(*byte)) => length,
        _ => 0,
    }
}
