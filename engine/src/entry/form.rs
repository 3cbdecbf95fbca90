//! Forms of records: their keys, how these are nested, and of what kind each value is.
//!
//! A program writes its records in a few forms, thousands of each. Once a form is known, a record of it is read by
//! comparing what stands between its values with what stood there before, which is faster than any parser: no key is read
//! again, and what follows from keys alone (where the message is, which values their keys say are secret) is known. The
//! comparison is of all bytes but those of the values, so that what is read this way is what the parser reads.
//!
//! What is not of a known form is left to the parser, and its form is learnt.

mod learn;

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memchr2;

use super::head::{Head, HeadForm};
use super::json;
use super::tape::{Node, Number, Tape};

/// Forms that are known at a time.
const FORMS: usize = 256;
/// Steps of all forms together.
const STEPS: usize = 1 << 13;
/// Bytes of the text of all steps together.
const STEP_BYTES: usize = 1 << 18;
/// Ways to go on from one step.
const BRANCHES: usize = 8;
/// Records of no known form, after which all forms are forgotten if there is no room for more.
const PATIENCE: u32 = 1 << 13;
/// Digits of the numbers that are read here.
const DIGITS: usize = 18;

/// What records of one form have in common. It never changes, so that whoever holds one may keep what follows from it.
#[derive(Debug)]
pub(crate) struct Form {
    /// The lists and maps, by their nodes, and behind which node each ends, all counted from the record's first.
    ends: Vec<(u32, u32)>,
    /// What follows for the head; nothing where that depends on more than the form.
    head: Option<HeadForm>,
}

/// A node that stands between two values.
#[derive(Clone, Copy, Debug)]
enum Item {
    Null,
    Bool(bool),
    List,
    Map,
    /// Stands there in the text between the values.
    Key {
        from: u32,
        to: u32,
    },
}

/// The forms that are known, as a tree: the texts between two values lead from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    steps: Vec<Step>,
    first: Vec<u32>,
    step_bytes: usize,
    misses: u32,
    known: Arc<Vec<Arc<Form>>>,
}

/// What stands between the end of one value and the beginning of the next.
#[derive(Clone, Debug)]
struct Step {
    text: Box<[u8]>,
    /// The nodes that the text stands for.
    items: Box<[Item]>,
    then: Then,
    next: Vec<u32>,
}

/// What follows behind a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    /// The inside of a string, up to its closing quote.
    Text,
    Number,
    /// Nothing: the record is over, and of this form.
    End(u32),
}

/// A record that was read.
pub(super) struct Read {
    /// Where its first node is.
    pub(super) root: u32,
    /// What is known of it, if that follows from its form and its values are as they must be.
    pub(super) head: Option<Head>,
}

impl Forms {
    /// The known forms, by [`Head`]'s numbers.
    pub(super) fn known(&self) -> &Arc<Vec<Arc<Form>>> {
        &self.known
    }

    /// The same, or none where there was no room for many records. Heads tell of forms by their numbers, so that this is not
    /// done before all heads of a batch are made.
    pub(super) fn refreshed(self) -> Self {
        if self.misses < PATIENCE { self } else { Self::default() }
    }

    /// Reads a record onto the end of a tape, if it is of a known form; else leaves the tape as it was.
    pub(super) fn read<'a>(&self, text: &'a str, tape: &mut Tape<'a>) -> Option<Read> {
        let root = tape.next();
        let read = self.follow(text, tape).and_then(|number| {
            let form = self.known.get(number as usize)?;
            form.close(root, tape);
            let head = form.head.as_ref().map(|head| Head::of_form(head, number, root, tape));
            (!matches!(head, Some(None))).then(|| Read { root, head: head.flatten() })
        });
        if read.is_none() {
            tape.nodes.truncate(root as usize);
        }
        read
    }

    /// Puts the nodes of a record onto a tape as long as they are of a known form; gives its number.
    fn follow<'a>(&self, text: &'a str, tape: &mut Tape<'a>) -> Option<u32> {
        // Control characters are no part of JSON's strings; the parser says so. Elsewhere they are space.
        let may_be_broken = has_control(text.as_bytes());
        let mut at = 0;
        let mut next = &self.first;
        loop {
            let (step, rest) = next.iter().find_map(|number| {
                let step = self.steps.get(*number as usize)?;
                Some((step, step.follows(text.as_bytes().get(at..)?)?))
            })?;
            for item in &step.items {
                tape.nodes.push(item.node(text, at)?);
            }
            at += step.text.len();
            let (node, length) = match step.then {
                Then::Text => string(text, at, rest)?,
                Then::Number => {
                    let length = rest.iter().position(|b| !is_of_number(*b))?;
                    (number(text.get(at..at + length)?)?, length)
                }
                Then::End(form) => return Some(form),
            };
            if may_be_broken && rest.get(..length).is_none_or(has_control) {
                return None;
            }
            tape.nodes.push(node);
            at += length;
            next = &step.next;
        }
    }
}

impl Step {
    /// What stands behind this step, if a text begins with it and goes on with a value of its kind.
    #[inline]
    fn follows<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let rest = text.strip_prefix(&*self.text)?;
        let fits = match self.then {
            Then::Text => true,
            Then::Number => rest.first().copied().is_some_and(is_of_number),
            Then::End(_) => rest.is_empty(),
        };
        fits.then_some(rest)
    }
}

impl Item {
    /// Its node; the text between the values begins at `at`.
    #[inline]
    fn node(self, text: &str, at: usize) -> Option<Node<'_>> {
        Some(match self {
            Self::Key { from, to } => Node::Text(Cow::Borrowed(text.get(at + from as usize..at + to as usize)?)),
            Self::Map => Node::Map { end: 0 },
            Self::List => Node::List { end: 0 },
            Self::Null => Node::Null,
            Self::Bool(value) => Node::Bool(value),
        })
    }
}

/// Whether there is a control character in it. All bytes are looked at: that takes less time than to stop at one.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < b' '
}

fn is_of_number(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// The place of the quote that ends a string, looked for from an escape in it on.
fn end_of_text(text: &[u8], mut escape: usize) -> Option<usize> {
    loop {
        let from = escape + 2;
        let found = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text.get(found) == Some(&b'"') {
            return Some(found);
        }
        escape = found;
    }
}

impl Form {
    /// Says of the lists and maps of the record at `root` where they end.
    fn close(&self, root: u32, tape: &mut Tape<'_>) {
        for (at, behind) in &self.ends {
            if let Some(Node::List { end } | Node::Map { end }) = tape.nodes.get_mut((root + at) as usize) {
                *end = root + behind;
            }
        }
    }
}

/// The string whose inside begins a rest of a record, at a place in it, and how long it is there.
#[inline]
fn string<'a>(text: &'a str, at: usize, rest: &[u8]) -> Option<(Node<'a>, usize)> {
    let end = memchr2(b'"', b'\\', rest)?;
    if rest.get(end) == Some(&b'"') {
        return Some((Node::Text(Cow::Borrowed(text.get(at..at + end)?)), end));
    }
    let end = end_of_text(rest, end)?;
    Some((escaped(text.get(at.checked_sub(1)?..=at + end)?)?, end))
}

/// A string with escapes, as the parser reads it.
fn escaped(text: &str) -> Option<Node<'_>> {
    parsed(text).filter(|node| matches!(node, Node::Text(_)))
}

/// A number: short whole ones are read here, others by the parser.
fn number(text: &str) -> Option<Node<'_>> {
    let is_short = text.len() <= DIGITS && (text.len() == 1 || !text.starts_with('0'));
    if is_short && text.bytes().all(|b| b.is_ascii_digit()) {
        let value = text.bytes().fold(0, |sum, b| sum * 10 + u64::from(b - b'0'));
        return Some(Node::Number(Number::Unsigned(value)));
    }
    parsed(text).filter(|node| matches!(node, Node::Number(_)))
}

fn parsed(text: &str) -> Option<Node<'_>> {
    let mut tape = Tape { nodes: Vec::with_capacity(1) };
    json::parse(text, &mut tape).ok()?;
    tape.nodes.pop().filter(|_| tape.nodes.is_empty())
}

#[cfg(test)]
mod tests;
