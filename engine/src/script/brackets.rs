//! Brackets that are never closed. The parser notices only where the script ends, which tells nobody anything.

use std::ops::Range;

/// An opening bracket.
struct Open {
    at: usize,
    bracket: u8,
    /// Where the statement begins that it belongs to.
    statement: usize,
    /// Blanks before the first word of its line.
    indent: usize,
}

/// The bracket that is most likely never closed, if one is not: one that is closed by a bracket further to the left, or else
/// the last that is still open.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    let (open, suspect) = scan(text)?;
    let last = open.last()?;
    Some(suspect.unwrap_or(last.at))
}

/// The condition in whose block a place stands: of the nearest `if`, without that word; of an `else` that word.
pub(super) fn guard(text: &str, at: usize) -> Option<Range<usize>> {
    let (open, _) = scan(text.get(..at)?)?;
    open.iter().rev().filter(|open| open.bracket == b'{').find_map(|open| {
        let (start, before) = (open.statement, text.get(..open.at)?.trim_end());
        let header = before.get(start..)?;
        let is_word = |at: usize, word: &str| {
            let is_name = |c: char| c.is_alphanumeric() || c == '_';
            !header.get(..at).is_some_and(|head| head.ends_with(is_name))
                && !header.get(at + word.len()..).is_some_and(|rest| rest.starts_with(is_name))
        };
        let (word, skipped) = match header.match_indices("if").filter(|(at, word)| is_word(*at, word)).last() {
            Some((at, word)) => (at + word.len(), true),
            None => (header.match_indices("else").find(|(at, word)| is_word(*at, word))?.0, false),
        };
        let condition = header.get(word..)?;
        let blank = if skipped { condition.len() - condition.trim_start().len() } else { 0 };
        Some(start + word + blank..before.len())
    })
}

/// The brackets that are open at the end of a text, and the first of those that were closed further to the left. Nothing where
/// more are closed than were opened.
fn scan(text: &str) -> Option<(Vec<Open>, Option<usize>)> {
    let mut open: Vec<Open> = Vec::new();
    let mut suspect = None;
    let mut statement = 0;
    let mut at = 0;
    let mut line = 0;
    while let Some(byte) = text.as_bytes().get(at).copied() {
        let rest = text.get(at..).unwrap_or("");
        match byte {
            b'\n' => line = at + 1,
            b'/' if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()) - 1,
            b'/' if rest.starts_with("/*") => at += rest.find("*/").map_or(rest.len() - 1, |end| end + 1),
            b'"' | b'`' | b'\'' => at += quoted(rest, byte) - 1,
            b'(' | b'[' | b'{' => open.push(Open { at, bracket: byte, statement, indent: indent(text, line) }),
            b')' | b']' | b'}' => {
                let closed = open.pop()?;
                let is_first = text.get(line..at).is_some_and(|before| before.trim().is_empty());
                if suspect.is_none() && closed.bracket == b'{' && is_first && indent(text, line) < closed.indent {
                    suspect = Some(closed.at);
                }
            }
            _ => {}
        }
        if matches!(byte, b';' | b'{' | b'}') {
            statement = at + 1;
        }
        at += 1;
    }
    Some((open, suspect))
}

fn indent(text: &str, line: usize) -> usize {
    text.get(line..).map_or(0, |rest| rest.len() - rest.trim_start_matches([' ', '\t']).len())
}

/// How long a text in quotes is that begins here; one byte where it is never closed.
fn quoted(rest: &str, quote: u8) -> usize {
    let mut is_escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        if byte == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = byte == b'\\' && !is_escaped;
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bracket_that_is_meant_is_found() {
        for (text, expected) in [
            ("fn f() {\n    if x {\n        1;\n}\n", Some("{\n        1;")),
            ("fn f() {\n    if x {\n        1;\n    }\n", Some("{\n    if x")),
            ("fn f() {\n    g(1, [2, 3);\n}\n", Some("{\n    g")),
            ("fn f() { g( }", Some("{ g( }")),
            ("fn f() { \"{\" + '{' } // {\n/* { */", None),
            ("fn f() { }", None),
            ("fn f() { } }", None),
        ] {
            let found = unclosed(text).map(|at| &text[at..]);
            assert_eq!(
                found.map(|rest| rest.starts_with(expected.unwrap_or("-"))),
                expected.map(|_| true),
                "{text}: {found:?}"
            );
        }
    }

    #[test]
    fn the_condition_around_a_place_is_found() {
        let text = "fn a(c) {\n  // if { \n  let x = \"{\";\n  if c.count > 3 && c.kind == \"}\" {\n    c.note(1);\n  } else if ready { c.note(2) } else { for i in 1..2 { c.note(3) } }\n  c.note(4);\n}";
        let of = |what: &str| guard(text, text.find(what).unwrap()).map(|range| &text[range]);
        assert_eq!(of("c.note(1)"), Some("c.count > 3 && c.kind == \"}\""));
        assert_eq!(of("c.note(2)"), Some("ready"));
        assert_eq!(of("c.note(3)"), Some("else"));
        assert_eq!(of("c.note(4)"), None);
    }
}
