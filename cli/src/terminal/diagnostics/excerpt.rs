//! The one line of a file that a diagnostic shows.

use std::ops::Range;

use gardener_engine::diagnostic::Span;

use crate::terminal::clean;

/// Characters shown before what is meant, of it, and behind it, in a line that is longer than all of these together.
const BEFORE: usize = 60;
const MEANT: usize = 100;
const BEHIND: usize = 60;

/// A line with its hidden characters shown, and what is meant in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The line, or the part of a long line around what is meant.
    pub(super) text: String,
    /// What is meant, in bytes of `text`.
    pub(super) range: Range<usize>,
}

impl Excerpt {
    /// The line in which a span begins. A span of many lines would hide what is meant; it is cut at the end of its first.
    pub(super) fn of(text: &str, span: Span) -> Self {
        let start = floor(text, span.range().start);
        let end = floor(text, span.range().end).max(start);
        let (before, rest) = text.split_at(start);
        let before = before.rsplit('\n').next().unwrap_or("");
        let line_end = rest.find('\n').unwrap_or(rest.len());
        let (meant, behind) = rest.split_at(line_end.min(end - start));
        let behind = behind.split('\n').next().unwrap_or("").trim_end_matches('\r');
        Self::from_parts(before, meant.trim_end_matches('\r'), behind)
    }

    fn from_parts(before: &str, meant: &str, behind: &str) -> Self {
        let is_long = [before, meant, behind].into_iter().map(str::len).sum::<usize>() > BEFORE + MEANT + BEHIND;
        let (before, meant, behind) = match is_long {
            true => (last(before, BEFORE), first(meant, MEANT), first(behind, BEHIND)),
            false => (before.to_owned(), meant.to_owned(), behind.to_owned()),
        };
        let mut text = clean(&before);
        let start = text.len();
        text.push_str(&clean(&meant));
        let end = text.len();
        text.push_str(&clean(&behind));
        Self { text, range: start..end }
    }
}

/// The last boundary of a character at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn first(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((cut, _)) => format!("{}…", text.get(..cut).unwrap_or("")),
        None => text.to_owned(),
    }
}

fn last(text: &str, characters: usize) -> String {
    let kept = text.chars().rev().take(characters).map(char::len_utf8).sum::<usize>();
    match text.get(text.len() - kept..) {
        Some(tail) if tail.len() < text.len() => format!("…{tail}"),
        _ => text.to_owned(),
    }
}
