//! Forms of records: their keys, how these are nested, and of what kind each value is.
//!
//! A program writes its records in a few forms, thousands of each. Once a form is known, a record of it is read by
//! comparing what stands between its values with what stood there before, which is faster than any parser: no key is read
//! again, and what follows from keys alone (where the message is, which values their keys say are secret) is known. The
//! comparison is of all bytes but those of the values, so that what is read this way is what the parser reads.
//!
//! What is not of a known form is left to the parser, and its form is learnt.

mod escape;
mod learn;
mod usual;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use memchr::memchr2;

use super::head::{Head, HeadForm};
use super::json;
use super::tape::{Node, Number, Tape};
pub(crate) use usual::UNUSUAL;
pub(super) use usual::Usuals;
use usual::Place;

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
    /// Its texts and numbers, by their nodes, counted from the record's first.
    values: Vec<u32>,
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
    usuals: Usuals,
}

/// What stands between the end of one value and the beginning of the next.
#[derive(Clone, Debug)]
struct Step {
    text: Box<[u8]>,
    /// The nodes that the text stands for.
    items: Box<[Item]>,
    then: Then,
    next: Vec<u32>,
    /// What is known of the values that stand behind it.
    place: Place,
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
        if self.misses.max(self.usuals.refused) < PATIENCE { self } else { Self::default() }
    }

    /// Reads a record onto the end of a tape, if it is of a known form; else leaves the tape as it was.
    pub(super) fn read<'a>(&mut self, text: &'a str, tape: &mut Tape<'a>) -> Option<Read> {
        let (root, usual) = (tape.next(), tape.usual.len());
        let read = self.follow(text, tape).and_then(|number| {
            let form = self.known.get(number as usize)?;
            form.close(root, tape);
            let usual = u32::try_from(usual).ok()?;
            let head = form.head.as_ref().map(|head| Head::of_form(head, (number, usual), root, tape, &self.usuals));
            (!matches!(head, Some(None))).then(|| Read { root, head: head.flatten() })
        });
        if read.as_ref().is_none_or(|read| read.head.is_none()) {
            tape.usual.truncate(usual);
        }
        if read.is_none() {
            tape.nodes.truncate(root as usize);
        }
        read
    }

    /// Puts the nodes of a record onto a tape as long as they are of a known form; gives its number.
    fn follow<'a>(&mut self, text: &'a str, tape: &mut Tape<'a>) -> Option<u32> {
        // Control characters are no part of JSON's strings; the parser says so. Elsewhere they are space.
        let may_be_broken = has_control(text.as_bytes());
        let (mut at, mut before) = (0, None::<usize>);
        loop {
            let next = match before {
                Some(before) => &self.steps.get(before)?.next,
                None => &self.first,
            };
            let here = text.as_bytes().get(at..)?;
            let number = next.iter().map(|number| *number as usize).find(|number| {
                self.steps.get(*number).is_some_and(|step| step.follows(here))
            })?;
            let step = self.steps.get_mut(number)?;
            tape.nodes.extend(step.items.iter().map(|item| item.node(text, at)));
            at += step.text.len();
            let length = match step.then {
                Then::Text => step.place.read(text, at, &mut self.usuals, tape)?,
                Then::Number => read_number(text, at, tape)?,
                Then::End(form) => return Some(form),
            };
            if may_be_broken && text.as_bytes().get(at..at + length).is_none_or(has_control) {
                return None;
            }
            at += length;
            before = Some(number);
        }
    }
}

impl Step {
    /// Whether a text begins with this step, and goes on with a value of its kind.
    #[inline]
    fn follows(&self, text: &[u8]) -> bool {
        let Some(rest) = text.strip_prefix(&*self.text) else { return false };
        match self.then {
            Then::Text => true,
            Then::Number => rest.first().copied().is_some_and(is_of_number),
            Then::End(_) => rest.is_empty(),
        }
    }
}

impl Item {
    /// Its node; the text between the values begins at `at`.
    #[inline]
    fn node(self, text: &str, at: usize) -> Node<'_> {
        match self {
            // The same bytes stood there in the record that the form was learnt of.
            Self::Key { from, to } => {
                Node::Text(Cow::Borrowed(text.get(at + from as usize..at + to as usize).unwrap_or_default()))
            }
            Self::Map => Node::Map { end: 0 },
            Self::List => Node::List { end: 0 },
            Self::Null => Node::Null,
            Self::Bool(value) => Node::Bool(value),
        }
    }
}

/// Whether there is a control character in it. All bytes are looked at: that takes less time than to stop at one.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < b' '
}

fn is_of_number(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// How long the string is whose inside some bytes begin with, and whether it has escapes.
#[inline]
fn string_end(text: &[u8]) -> Option<(usize, bool)> {
    let first = memchr2(b'"', b'\\', text)?;
    if text.get(first) == Some(&b'"') {
        return Some((first, false));
    }
    let mut escape = first;
    loop {
        let from = escape + 2;
        escape = from + memchr2(b'"', b'\\', text.get(from..)?)?;
        if text.get(escape) == Some(&b'"') {
            return Some((escape, true));
        }
    }
}

impl Form {
    /// Which of the values are those of some nodes, which are counted from the record's first.
    pub(crate) fn values(&self, nodes: Range<u32>) -> Range<usize> {
        let before = |end: u32| self.values.partition_point(|value| *value < end);
        before(nodes.start)..before(nodes.end)
    }

    /// Says of the lists and maps of the record at `root` where they end.
    fn close(&self, root: u32, tape: &mut Tape<'_>) {
        for (at, behind) in &self.ends {
            if let Some(Node::List { end } | Node::Map { end }) = tape.nodes.get_mut((root + at) as usize) {
                *end = root + behind;
            }
        }
    }
}

/// Reads the number that begins at a place of a record, onto the end of a tape; says how long it is.
fn read_number<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let length = text.as_bytes().get(at..)?.iter().position(|b| !is_of_number(*b))?;
    tape.nodes.push(number(text.get(at..at + length)?)?);
    tape.usual.push(UNUSUAL);
    Some(length)
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
    let mut tape = Tape { nodes: Vec::with_capacity(1), usual: Vec::new() };
    json::parse(text, &mut tape).ok()?;
    tape.nodes.pop().filter(|_| tape.nodes.is_empty())
}

#[cfg(test)]
mod tests;
