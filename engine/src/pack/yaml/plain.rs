//! Files that hold nothing but mappings, lists and scalars, as packs do: read in one go from the parser's events.
//!
//! `serde_yaml` reads all of YAML, and hands every value and both of its places through serde, which takes twice as long as
//! parsing. Here is only what cannot be meant in two ways: whatever else a file holds (an alias, a tag, a number in an
//! unusual notation, an error) makes it none of these, and it is read by all rules. A property test holds both against each other.

use std::borrow::Cow;

use serde_yaml::granit_parser::{Event, Options, Parser, ScalarStyle, Span as Marked, StrInput};

use super::{Item, Items, Kind, Node, Tree, trimmed};
use crate::diagnostic::Span;

/// Levels of nesting: fewer than may be, so that what is too deep is never decided here.
const MAX_DEPTH: usize = super::MAX_DEPTH / 2;
/// Values and keys, likewise.
const MAX_NODES: usize = super::MAX_NODES / 4;

/// The file, if it is such a one; of others nothing is told.
pub(super) fn read(tree: &mut Tree<'_>) -> Option<Node> {
    let told = tree.diagnostics.len();
    let mut options = Options::default();
    options.set_emit_comments(false);
    let events = Events { parser: Parser::with_options(StrInput::new(tree.text), options), left: MAX_NODES };
    let node = events.document(tree);
    if node.is_none() {
        tree.diagnostics.truncate(told);
    }
    node
}

struct Events<'t> {
    parser: Parser<'t, StrInput<'t>>,
    /// Values and keys that may still come.
    left: usize,
}

impl<'t> Events<'t> {
    fn next(&mut self) -> Option<(Event<'t>, Marked)> {
        self.parser.next_event()?.ok()
    }

    /// The only document, if it is a collection.
    fn document(mut self, tree: &mut Tree<'_>) -> Option<Node> {
        let (Event::StreamStart, _) = self.next()? else { return None };
        let (Event::DocumentStart(_, None), _) = self.next()? else { return None };
        let first = self.next()?;
        if matches!(first.0, Event::Scalar(..)) {
            return None;
        }
        let node = self.node(first, tree, MAX_DEPTH)?;
        let (Event::DocumentEnd, _) = self.next()? else { return None };
        matches!(self.next()?.0, Event::StreamEnd).then_some(node)
    }

    /// The value that begins with an event, which may hold so many levels of others.
    fn node(&mut self, (event, marked): (Event<'t>, Marked), tree: &mut Tree<'_>, depth: usize) -> Option<Node> {
        self.left = self.left.checked_sub(1)?;
        let span = place(&marked, tree)?;
        match event {
            Event::Scalar(text, style, 0, None) => Some(tree.scalar(span, kind(text, style)?)),
            Event::SequenceStart(_, 0, None) => {
                tree.begin(span);
                let mut elements = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd, _) => return Some(tree.collection(span, Kind::List(elements))),
                        first => elements.push(self.node(first, tree, depth.checked_sub(1)?)?),
                    }
                }
            }
            Event::MappingStart(_, 0, None) => {
                tree.begin(span);
                let mut items = Items::default();
                loop {
                    let (key, key_span) = match self.next()? {
                        (Event::MappingEnd, _) => return Some(tree.collection(span, Kind::Map(items.all))),
                        (Event::Scalar(text, style, 0, None), marked) => (name(text, style)?, place(&marked, tree)?),
                        _ => return None,
                    };
                    let first = self.next()?;
                    let value = self.node(first, tree, depth.checked_sub(1)?)?;
                    items.add(tree, Item { key, key_span, value });
                }
            }
            _ => None,
        }
    }
}

fn place(marked: &Marked, tree: &Tree<'_>) -> Option<Span> {
    let (start, end) = (marked.start.byte_offset()?, marked.end.byte_offset()?);
    Some(Span::new(tree.file, trimmed(start..end, tree.text)))
}

/// A key: all are texts but those that say nothing, and that which merges.
fn name(text: Cow<'_, str>, style: ScalarStyle) -> Option<String> {
    let is_special = style == ScalarStyle::Plain && (is_null(&text) || text == "<<");
    (!is_special).then(|| text.into_owned())
}

fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// What a scalar is.
fn kind(text: Cow<'_, str>, style: ScalarStyle) -> Option<Kind> {
    if style != ScalarStyle::Plain {
        return Some(Kind::Text(text.into_owned()));
    }
    Some(match &*text {
        text if is_null(text) => Kind::Null,
        "true" | "True" | "TRUE" => Kind::Bool(true),
        "false" | "False" | "FALSE" => Kind::Bool(false),
        text if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) => number(text)?,
        _ => Kind::Text(text.into_owned()),
    })
}

/// What a plain scalar is that begins as numbers do; nothing where it is one in an unusual notation, or may be.
fn number(text: &str) -> Option<Kind> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let is_unusual = text.starts_with('+')
        || unsigned.contains('_')
        || ["0x", "0o", "0b", ".inf", ".nan"].iter().any(|begin| begins_with(unsigned, begin));
    if is_unusual {
        return None;
    }
    let is_whole = unsigned == "0" || unsigned.starts_with(|c| matches!(c, '1'..='9'));
    if is_whole && unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().map(Kind::Int);
    }
    match text.parse::<f64>() {
        Ok(value) => (value.is_finite() && !unsigned.starts_with(char::is_alphabetic)).then_some(Kind::Float(value)),
        // `2026-09-20`, `30s`, `.NET`, `-` and what else begins so.
        Err(_) => Some(Kind::Text(text.to_owned())),
    }
}

fn begins_with(text: &str, begin: &str) -> bool {
    text.get(..begin.len()).is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

#[cfg(test)]
mod tests;
