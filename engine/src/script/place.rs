//! Places in scripts: from Rhai's lines and columns to bytes.

use std::ops::Range;

use rhai::Position;

/// The byte range of the word that begins at a position (of one character where no word begins there).
///
/// Rhai counts columns in characters. A position that is none gives the first line.
pub(super) fn range_at(text: &str, position: Position) -> Range<usize> {
    offset_of(text, position).map_or_else(|| first_line(text), |at| word_at(text, at))
}

/// The byte at a position; nothing where the position is none.
pub(super) fn offset_of(text: &str, position: Position) -> Option<usize> {
    let line = position.line()?;
    let mut start = 0;
    for _ in 1..line {
        let Some(end) = text.get(start..).and_then(|rest| rest.find('\n')) else { return Some(last_word(text)) };
        start += end + 1;
    }
    let rest = text.get(start..).unwrap_or("");
    let column = position.position().unwrap_or(1).saturating_sub(1);
    let line = rest.split('\n').next().unwrap_or("");
    let at = line.char_indices().nth(column).map_or(line.len(), |(at, _)| at);
    Some(start + at)
}

/// The word at a byte: an identifier, a number, a text in quotes, a run of signs, or one character.
pub(super) fn word_at(text: &str, at: usize) -> Range<usize> {
    let at = at.min(text.len());
    let rest = text.get(at..).unwrap_or("");
    let Some(first) = rest.chars().next() else {
        let at = last_word(text);
        return at..text.len().min(at + text.get(at..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8));
    };
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let length = if is_name(first) {
        rest.find(|c| !is_name(c)).unwrap_or(rest.len())
    } else if first == '"' || first == '`' {
        quoted(rest, first)
    } else if "+-*/%<>=!&|?:.".contains(first) {
        rest.find(|c: char| !"+-*/%<>=!&|?:.".contains(c)).unwrap_or(rest.len())
    } else {
        first.len_utf8()
    };
    at..at + length
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == '\n' {
            return at;
        }
        if c == quote && !is_escaped {
            return at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    rest.len()
}

/// Where a script ends for a reader: the last character that is not space.
fn last_word(text: &str) -> usize {
    text.trim_end().char_indices().next_back().map_or(0, |(at, _)| at)
}

fn first_line(text: &str) -> Range<usize> {
    0..text.find('\n').unwrap_or(text.len())
}

/// The name in the definition of a function whose body begins at a position.
pub(super) fn name_of_function(text: &str, name: &str, body: Position) -> Range<usize> {
    let end = offset_of(text, body).unwrap_or(0);
    let head = text.get(..end).unwrap_or("");
    let mut before = head;
    while let Some(at) = before.rfind("fn ") {
        let after = head.get(at + 3..).unwrap_or("");
        let start = at + 3 + (after.len() - after.trim_start().len());
        let found = word_at(text, start);
        if text.get(found.clone()) == Some(name) {
            return found;
        }
        before = head.get(..at).unwrap_or("");
    }
    word_at(text, end)
}

/// A place for people, `policy/severity.rhai:12`: the file and the line.
///
/// An inline script's name is that of its file with the definition's id; its lines are those of the file.
pub(crate) fn shown(name: &str, line: Option<usize>) -> String {
    let file = match name.rsplit_once('#') {
        Some((file, _)) if !name.ends_with(".rhai") => file,
        _ => name,
    };
    line.map_or_else(|| file.to_owned(), |line| format!("{file}:{line}"))
}

/// The line of a byte, from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|b| *b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_characters() {
        let text = "let é = 1;\n  x\n";
        assert_eq!(&text[range_at(text, Position::new(1, 7))], "=");
        assert_eq!(&text[range_at(text, Position::new(2, 3))], "x");
        assert_eq!(&text[range_at(text, Position::new(9, 9))], "x");
        assert_eq!(range_at("", Position::new(1, 1)), 0..0);
        assert_eq!(range_at("", Position::NONE), 0..0);
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(word_at(r#"a("x\"y", 2)"#, 2), 2..8);
        assert_eq!(word_at("abc_1+2", 0), 0..5);
        assert_eq!(word_at("a >= b", 2), 2..4);
        assert_eq!(word_at("é", 0), 0..2);
        assert_eq!(word_at("\"never closed", 0), 0..13);
    }
}
