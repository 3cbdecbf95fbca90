//! Paths to fields, as the parser meets them: words and quoted names without white space between.

use std::ops::Range;

use super::Parser;
use crate::diagnostic::Problem;
use crate::query::codes;
use crate::query::lexer::{TokenKind, tokens};
use crate::query::syntax::{Name, Path};
use crate::query::text::decode;

impl Parser<'_> {
    /// Takes the words and quoted names that one path is made of; says where they are.
    pub(super) fn chain(&mut self) -> Range<usize> {
        let Some(first) = self.next() else { return 0..0 };
        let mut range = first.range;
        while let Some(token) = self.peek() {
            let joins = match token.kind {
                TokenKind::Quoted { closed: true } => self.slice(&range).ends_with('.'),
                TokenKind::Word => self.slice(&range).ends_with('"') && self.slice(&token.range).starts_with('.'),
                _ => false,
            };
            if token.range.start != range.end || !joins {
                break;
            }
            range.end = token.range.end;
            self.at += 1;
        }
        range
    }

    /// The names of a chain.
    pub(super) fn path(&mut self, chain: &Range<usize>) -> Option<Path> {
        let (names, wrong) = names(self.slice(chain), chain.start);
        if let Some(range) = wrong {
            let problem = Problem::new(&codes::BAD_PATH, range, "the path has an empty name in it");
            self.problems.push(problem.label("expected a name between the dots"));
            return None;
        }
        Some(Path { names, range: chain.clone() })
    }
}

/// The names of a path that begins at `start`, or where one is empty.
pub(super) fn names(text: &str, start: usize) -> (Vec<Name>, Option<Range<usize>>) {
    let mut names = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or("");
        let length = match rest.chars().next() {
            Some('"' | '\'') => tokens(rest).first().map_or(rest.len(), |token| {
                let inner = rest.get(1..token.range.end.saturating_sub(1)).unwrap_or("");
                names.push((decode(inner, true).text, start + at..start + token.range.end + at));
                token.range.end
            }),
            _ => {
                let length = rest.find('.').unwrap_or(rest.len());
                names.push((rest.get(..length).unwrap_or("").to_owned(), start + at..start + at + length));
                length
            }
        };
        at += length;
        if !text.get(at..).is_some_and(|rest| rest.starts_with('.')) {
            break;
        }
        at += 1;
    }
    let empty = names.iter().find(|(name, _)| name.is_empty()).map(|(_, range)| range.clone());
    let wrong = empty.map(|range| if range.is_empty() { dot_around(text, start, range.start) } else { range });
    (names, wrong)
}

/// The dot beside an empty name, so that the range shows something.
fn dot_around(text: &str, start: usize, at: usize) -> Range<usize> {
    let is_behind = text.get(at - start..).is_some_and(|rest| rest.starts_with('.'));
    if is_behind { at..at + 1 } else { at.saturating_sub(1).max(start)..at }
}
