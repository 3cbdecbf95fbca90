//! Colours in text: the escape sequences that terminals take (ECMA-48, "CSI"), as they are or as other programs write them
//! down. A secret behind one, or with one inside, is a secret all the same.
//!
//! A text with colours is looked at twice: without them (`password␛[0m=hunter2` is `password=hunter2`), and with a blank for
//! each (`ok␛[32mghp_…` is no one word). What is found in either is taken out of the text itself.

use super::ascii::{at, part, run};

/// How the byte ESC is written: itself, its C1 form in UTF-8, and what loggers, JSON, C and syslog make of it. `[` follows.
const ESCAPES: [&[u8]; 9] = [b"\x1b", b"\xc2\x9b", b"x1b", b"x1B", b"u001b", b"u001B", b"033", b"e", b"^["];
/// The longest sequence that is taken for one.
const LONGEST: usize = 24;

/// A text as it looks without its colours.
pub(super) struct Plain {
    pub(super) text: Vec<u8>,
    /// For each of its bytes the place in the text itself.
    places: Vec<usize>,
}

impl Plain {
    /// Where a piece of the plain text stands in the text itself.
    pub(super) fn range(&self, start: usize, end: usize) -> (usize, usize) {
        let first = self.places.get(start).copied().unwrap_or(0);
        let last = end.checked_sub(1).and_then(|last| self.places.get(last)).map_or(first, |last| last + 1);
        (first, last)
    }
}

/// The text with nothing, and with a blank, for each of its colours; nothing if it has none.
///
/// The blank is a form feed, which ends words and begins no value: with a space, `password␛[0m"` would look like SQL.
pub(super) fn plain(text: &[u8]) -> Option<[Plain; 2]> {
    let first = next(text, 0)?;
    let view = |stand_in: &[u8]| {
        let mut plain = Plain { text: Vec::with_capacity(text.len()), places: Vec::with_capacity(text.len()) };
        let mut from = 0;
        let mut found = Some(first);
        while let Some((start, end)) = found {
            plain.push(part(text, from, start), from..start);
            plain.push(stand_in, start..start + 1);
            from = end;
            found = next(text, end);
        }
        plain.push(part(text, from, text.len()), from..text.len());
        plain
    };
    Some([view(b""), view(b"\x0c")])
}

impl Plain {
    fn push(&mut self, bytes: &[u8], places: std::ops::Range<usize>) {
        self.text.extend_from_slice(bytes);
        self.places.extend(places.take(bytes.len()));
    }
}

/// Whether the bracket at a place is that of a sequence, if no sequence comes before it.
pub(super) fn is_at(text: &[u8], bracket: usize) -> bool {
    sequence(text, 0, bracket).is_some()
}

/// The next sequence from a place on.
fn next(text: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut place = from;
    loop {
        let bracket = place + memchr::memchr(b'[', text.get(place..)?)?;
        if let Some(found) = sequence(text, from, bracket) {
            return Some(found);
        }
        place = bracket + 1;
    }
}

/// The sequence whose bracket is at a place, if it is one that begins at `from` or behind it.
fn sequence(text: &[u8], from: usize, bracket: usize) -> Option<(usize, usize)> {
    let end = end(text, bracket)?;
    let start = start(text, from, bracket);
    // Without its ESC only a colour is told from a bracket of the text: `[32m`, but not `[1]` or `[0K`.
    let is_one = start < bracket || at(text, end - 1) == b'm' && at(text, bracket + 1).is_ascii_digit();
    is_one.then_some((start, end))
}

/// The end of a sequence whose bracket is at a place: parameters, then a letter.
fn end(text: &[u8], bracket: usize) -> Option<usize> {
    let last =
        run(part(text, 0, bracket + LONGEST), bracket + 1, |b| b.is_ascii_digit() || matches!(b, b';' | b':' | b'?'));
    at(text, last).is_ascii_alphabetic().then_some(last + 1)
}

/// Where a sequence begins whose bracket is at a place: at its ESC, with all its backslashes.
fn start(text: &[u8], from: usize, bracket: usize) -> usize {
    let before = part(text, from, bracket);
    let Some(escape) = ESCAPES.iter().find(|escape| before.ends_with(escape)) else { return bracket };
    let begin = bracket - escape.len();
    if matches!(escape, [0x1b | 0xc2 | b'^', ..]) {
        return begin;
    }
    let slashes = super::ascii::run_back(text, begin, (begin - from).min(16), |b| b == b'\\');
    match slashes < begin {
        true => slashes,
        false if *escape == b"033" && begin > from && at(text, begin - 1) == b'#' => begin - 1,
        false => bracket,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(text: &str) -> Option<(String, String)> {
        let [none, spaced] = plain(text.as_bytes())?;
        Some((String::from_utf8(none.text).unwrap(), String::from_utf8(spaced.text).unwrap()))
    }

    #[test]
    fn sequences_are_seen_however_they_are_written() {
        for escape in ["\u{1b}", "\\x1b", "\\u001b", "\\\\u001B", "\\033", "\\e", "#033", "^[", "\u{9b}"] {
            for code in ["32m", "0m", "m", "38;5;12m", "38:2::1:2:3m", "0K", "2J", "?25l"] {
                let text = format!("a{escape}[{code}b");
                assert_eq!(views(&text), Some(("ab".to_owned(), "a\u{c}b".to_owned())), "{text:?}");
            }
        }
        assert_eq!(views("a[32mb[0mc"), Some(("abc".to_owned(), "a\u{c}b\u{c}c".to_owned())));
        for text in ["list[0]", "a [INFO] b", "[1m", "x[12", "m[a]", "[m]"] {
            assert!(views(text).is_none() || text == "[1m", "{text}");
        }
    }

    #[test]
    fn pieces_are_found_again_in_the_text() {
        let text = b"p\x1b[1mw\x1b[0m=x";
        let [none, spaced] = plain(text).unwrap();
        assert_eq!(none.text, b"pw=x");
        assert_eq!(none.range(0, 2), (0, 6));
        assert_eq!(none.range(3, 4), (11, 12));
        assert_eq!(spaced.text, b"p\x0cw\x0c=x");
        assert_eq!(spaced.range(5, 6), (11, 12));
    }
}
