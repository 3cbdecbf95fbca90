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
    items: Vec<Item>,
    /// What follows for the head; nothing where that depends on more than the form.
    head: Option<HeadForm>,
}

/// A node of a record of a form.
#[derive(Clone, Copy, Debug)]
enum Item {
    Null,
    Bool(bool),
    /// Ends so many nodes behind the record's first.
    List(u32),
    Map(u32),
    /// Stands so far behind the end of the value before it.
    Key {
        from: u32,
        to: u32,
    },
    Value,
}

/// The forms that are known, as a tree: the texts between two values lead from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    steps: Vec<Step>,
    first: Vec<u32>,
    step_bytes: usize,
    misses: u32,
    known: Arc<Vec<Arc<Form>>>,
    /// Used again for each record.
    values: Vec<Span>,
}

/// What stands between the end of one value and the beginning of the next.
#[derive(Clone, Debug)]
struct Step {
    text: Box<[u8]>,
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

/// Where a value stands in a record.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: usize,
    to: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Text,
    /// A string with escapes in it.
    Escaped,
    Number,
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
    pub(super) fn read<'a>(&mut self, text: &'a str, tape: &mut Tape<'a>) -> Option<Read> {
        let number = self.follow(text.as_bytes())?;
        // Control characters are no part of JSON's strings; the parser says so. Elsewhere they are space.
        let is_value = |value: &Span| text.as_bytes().get(value.from..value.to).is_some_and(has_control);
        if has_control(text.as_bytes()) && self.values.iter().any(is_value) {
            return None;
        }
        let form = self.known.get(number as usize)?;
        let root = tape.next();
        let is_put = form.put(text, &self.values, root, tape).is_some();
        let head = form.head.as_ref().map(|head| Head::of_form(head, number, root, tape));
        if !is_put || matches!(head, Some(None)) {
            tape.nodes.truncate(root as usize);
            return None;
        }
        Some(Read { root, head: head.flatten() })
    }

    /// The form of a record, if it is known, and where its values are.
    fn follow(&mut self, text: &[u8]) -> Option<u32> {
        self.values.clear();
        let mut at = 0;
        let mut next = &self.first;
        loop {
            let (step, value) = next.iter().find_map(|number| {
                let step = self.steps.get(*number as usize)?;
                Some((step, step.value(text, at)?))
            })?;
            if let Then::End(form) = step.then {
                return Some(form);
            }
            self.values.push(value);
            at = value.to;
            next = &step.next;
        }
    }
}

impl Step {
    /// The value behind this step, if the text goes on with it at a place.
    #[inline]
    fn value(&self, text: &[u8], at: usize) -> Option<Span> {
        let rest = text.get(at..)?.strip_prefix(&*self.text)?;
        let from = at + self.text.len();
        match self.then {
            Then::Text => {
                let end = memchr2(b'"', b'\\', rest)?;
                let is_plain = rest.get(end) == Some(&b'"');
                let (length, kind) =
                    if is_plain { (end, Kind::Text) } else { (end_of_text(rest, end)?, Kind::Escaped) };
                Some(Span { from, to: from + length, kind })
            }
            Then::Number => {
                let length = rest.iter().position(|b| !is_of_number(*b))?;
                (length > 0).then_some(Span { from, to: from + length, kind: Kind::Number })
            }
            Then::End(_) => rest.is_empty().then_some(Span { from, to: from, kind: Kind::Text }),
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
    /// Puts a record of this form onto a tape; nothing where a value is not what it seemed, and then a part of it.
    fn put<'a>(&self, text: &'a str, values: &[Span], root: u32, tape: &mut Tape<'a>) -> Option<()> {
        let mut values = values.iter();
        let mut end = 0;
        tape.nodes.reserve(self.items.len());
        for item in &self.items {
            let node = match *item {
                Item::Key { from, to } => Node::Text(Cow::Borrowed(text.get(end + from as usize..end + to as usize)?)),
                Item::Value => {
                    let value = values.next()?;
                    end = value.to;
                    match value.kind {
                        Kind::Text => Node::Text(Cow::Borrowed(text.get(value.from..value.to)?)),
                        Kind::Escaped => escaped(text.get(value.from.checked_sub(1)?..=value.to)?)?,
                        Kind::Number => number(text.get(value.from..value.to)?)?,
                    }
                }
                Item::Map(end) => Node::Map { end: root + end },
                Item::List(end) => Node::List { end: root + end },
                Item::Null => Node::Null,
                Item::Bool(value) => Node::Bool(value),
            };
            tape.nodes.push(node);
        }
        Some(())
    }
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
