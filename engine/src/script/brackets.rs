//! Brackets that are never closed. The parser notices only where the script ends, which tells nobody anything.

/// An opening bracket.
struct Open {
    at: usize,
    bracket: u8,
    /// Blanks before the first word of its line.
    indent: usize,
}

/// The bracket that is most likely never closed, if one is not: one that is closed by a bracket further to the left, or else
/// the last that is still open.
pub(super) fn unclosed(text: &str) -> Option<usize> {
    let mut open: Vec<Open> = Vec::new();
    let mut suspect = None;
    let mut at = 0;
    let mut line = 0;
    while let Some(byte) = text.as_bytes().get(at).copied() {
        let rest = text.get(at..).unwrap_or("");
        match byte {
            b'\n' => line = at + 1,
            b'/' if rest.starts_with("//") => at += rest.find('\n').unwrap_or(rest.len()) - 1,
            b'/' if rest.starts_with("/*") => at += rest.find("*/").map_or(rest.len() - 1, |end| end + 1),
            b'"' | b'`' | b'\'' => at += quoted(rest, byte) - 1,
            b'(' | b'[' | b'{' => open.push(Open { at, bracket: byte, indent: indent(text, line) }),
            b')' | b']' | b'}' => {
                let closed = open.pop()?;
                let is_first = text.get(line..at).is_some_and(|before| before.trim().is_empty());
                if suspect.is_none() && closed.bracket == b'{' && is_first && indent(text, line) < closed.indent {
                    suspect = Some(closed.at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    let last = open.pop()?;
    Some(suspect.unwrap_or(last.at))
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
}
