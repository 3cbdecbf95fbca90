//! Numbers of records of known forms.

use super::super::span::Span;
use super::super::tape::{Node, Number, Tape};
use super::parsed;
use super::usual::UNUSUAL;

/// Digits of the numbers that are read here.
const DIGITS: usize = 18;

/// Whether a byte may be one of a number.
pub(super) fn is_part(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// Reads the number that begins at a place of a record, onto the end of a tape; says how long it is.
pub(super) fn read<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let length = end(text.as_bytes().get(at..)?)?;
    tape.nodes.push(node(text.get(at..at + length)?)?);
    Some(length)
}

/// How long the number is that some bytes begin with.
pub(super) fn end(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| !is_part(*b))
}

/// Reads the number that begins at a place of a record, as a value; says how long it is.
pub(super) fn read_value<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let length = end(text.as_bytes().get(at..)?)?;
    let written = text.get(at..at + length)?;
    let span = Span::new(at, length, UNUSUAL).filter(|_| is_plain(written));
    tape.push_value(span, || node(written))?;
    Some(length)
}

/// Whether a number is a short whole one.
fn is_plain(text: &str) -> bool {
    let is_short = text.len() <= DIGITS && (text.len() == 1 || !text.starts_with('0'));
    is_short && !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// A number: short whole ones are read here, others by the parser.
fn node(text: &str) -> Option<Node<'_>> {
    if is_plain(text) {
        return Some(Node::Number(Number::of_digits(text)));
    }
    parsed(text).filter(|node| matches!(node, Node::Number(_)))
}
