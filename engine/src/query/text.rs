//! Texts in quotation marks: their escapes, read and written.

use std::fmt::Write as _;
use std::ops::Range;

/// A text of a query as it is meant, and where its characters come from.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) text: String,
    /// Escapes that are none, relative to the text between the marks, and what was expected there.
    pub(super) wrong: Vec<(Range<usize>, String)>,
    /// Backspaces written as `\b`.
    pub(super) backspaces: Vec<Range<usize>>,
    /// For each piece that is not one to one: where it begins in `text` and in the source.
    steps: Vec<(usize, usize)>,
}

impl Decoded {
    /// Where in the source, counted from the first character between the marks, the byte `at` of the text comes from.
    pub(super) fn source(&self, at: usize) -> usize {
        let before = self.steps.partition_point(|(decoded, _)| *decoded <= at);
        let (decoded, source) = before.checked_sub(1).and_then(|last| self.steps.get(last)).copied().unwrap_or((0, 0));
        source + (at - decoded)
    }
}

/// Reads the escapes of the text between two quotation marks.
///
/// In a regular expression what is no escape of the text stays, backslash and all, for the expression to read.
pub(super) fn decode(inner: &str, is_regex: bool) -> Decoded {
    let mut decoded = Decoded::default();
    let mut at = 0;
    while let Some(rest) = inner.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(slash) = rest.find('\\') else {
            decoded.text.push_str(rest);
            break;
        };
        decoded.text.push_str(rest.get(..slash).unwrap_or(""));
        at += slash;
        let rest = rest.get(slash..).unwrap_or("");
        decoded.steps.push((decoded.text.len(), at));
        let length = match escape(rest) {
            Ok((c, length)) => {
                if rest.starts_with("\\b") {
                    decoded.backspaces.push(at..at + length);
                }
                decoded.text.push(c);
                length
            }
            Err((length, expected)) => {
                if !is_regex {
                    decoded.wrong.push((at..at + length, expected.to_owned()));
                }
                let kept = rest.chars().take(2).map(char::len_utf8).sum();
                decoded.text.push_str(rest.get(..kept).unwrap_or(""));
                kept
            }
        };
        at += length;
        decoded.steps.push((decoded.text.len(), at));
    }
    decoded
}

/// The character of an escape and its length in bytes; for what is none, the length and what was expected.
fn escape(rest: &str) -> Result<(char, usize), (usize, &'static str)> {
    let second = rest.chars().nth(1);
    let simple = |c| Ok((c, 2));
    match second {
        Some(c @ ('"' | '\'' | '\\')) => simple(c),
        Some('n') => simple('\n'),
        Some('r') => simple('\r'),
        Some('t') => simple('\t'),
        Some('a') => simple('\u{7}'),
        Some('b') => simple('\u{8}'),
        Some('f') => simple('\u{c}'),
        Some('v') => simple('\u{b}'),
        Some('x') => hexadecimal(rest, 2, "two hexadecimal digits"),
        Some('u') => hexadecimal(rest, 4, "four hexadecimal digits of a character"),
        Some('U') => hexadecimal(rest, 8, "eight hexadecimal digits of a character"),
        Some('0'..='7') => {
            let digits = rest.bytes().skip(1).take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
            let number = rest.get(1..=digits).and_then(|digits| u32::from_str_radix(digits, 8).ok());
            number.and_then(char::from_u32).map(|c| (c, 1 + digits)).ok_or((1 + digits, "an octal number"))
        }
        Some(other) => Err((1 + other.len_utf8(), "an escape; write `\\\\` for a backslash")),
        None => Err((1, "an escape; write `\\\\` for a backslash")),
    }
}

fn hexadecimal(rest: &str, digits: usize, expected: &'static str) -> Result<(char, usize), (usize, &'static str)> {
    rest.get(2..2 + digits)
        .filter(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))
        .and_then(|text| u32::from_str_radix(text, 16).ok())
        .and_then(char::from_u32)
        .map(|c| (c, 2 + digits))
        .ok_or((2, expected))
}

/// The text in double quotes, so that reading it gives the same again.
pub(crate) fn quote(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if u32::from(c) < 0x20 || c == '\u{7f}' => {
                let _ = write!(quoted, "\\x{:02x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
