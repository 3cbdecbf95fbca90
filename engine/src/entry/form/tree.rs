//! Forms as a tree: the texts between two values lead from one to the next.

use std::borrow::Cow;

use memchr::memchr2;

use super::super::tape::{Node, Number, Tape};
use super::usual::{Place, UNUSUAL, Usuals};
use super::{escape, has_control, parsed};

/// Steps of all forms of a tree together.
pub(super) const STEPS: usize = 1 << 13;
/// Bytes of the text of all steps together.
const STEP_BYTES: usize = 1 << 18;
/// Ways to go on from one step.
const BRANCHES: usize = 8;
/// Digits of the numbers that are read here.
const DIGITS: usize = 18;

/// The ways to forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) steps: Vec<Step>,
    first: Vec<u32>,
    bytes: usize,
}

/// What stands between the end of one value and the beginning of the next.
#[derive(Clone, Debug)]
pub(super) struct Step {
    text: Box<[u8]>,
    /// The nodes that the text stands for.
    items: Box<[Item]>,
    then: Then,
    next: Vec<u32>,
    /// What is known of the values that stand behind it.
    place: Place,
}

/// A node that stands between two values.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item {
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

/// What follows behind a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The inside of a string, up to its closing quote.
    Text,
    Number,
    /// Nothing: the record is over, and of this form.
    End(u32),
}

/// A piece of a record's text between two of its values.
pub(super) struct Part {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) items: Vec<Item>,
    pub(super) then: Then,
}

impl Tree {
    /// Whether there is room for more forms.
    pub(super) fn has_room(&self) -> bool {
        self.steps.len() < STEPS && self.bytes < STEP_BYTES
    }

    /// Puts a record onto a tape as long as it is of a known form; gives its number. Of `ALL`, these are all of its nodes, of
    /// which lists and maps do not know yet where they end; else its values, with the numbers of usual ones.
    pub(super) fn follow<'a, const ALL: bool>(
        &mut self,
        text: &'a str,
        may_be_broken: bool,
        usuals: &mut Usuals,
        tape: &mut Tape<'a>,
    ) -> Option<u32> {
        let (mut at, mut before) = (0, None::<usize>);
        loop {
            let next = match before {
                Some(before) => &self.steps.get(before)?.next,
                None => &self.first,
            };
            let here = text.as_bytes().get(at..)?;
            let does_follow = |number: &usize| self.steps.get(*number).is_some_and(|step| step.follows(here));
            let number = next.iter().map(|number| *number as usize).find(does_follow)?;
            let step = self.steps.get_mut(number)?;
            if ALL {
                tape.nodes.extend(step.items.iter().map(|item| item.node(text, at)));
            }
            at += step.text.len();
            let length = match step.then {
                Then::Text if ALL => read_text(text, at, tape)?,
                Then::Text => step.place.read(text, at, usuals, tape)?,
                Then::Number => read_number(text, at, tape)?,
                Then::End(form) => return Some(form),
            };
            if !ALL && step.then == Then::Number {
                tape.usual.push(UNUSUAL);
            }
            if may_be_broken && text.as_bytes().get(at..at + length).is_none_or(has_control) {
                return None;
            }
            at += length;
            before = Some(number);
        }
    }

    /// Adds the way to a form; says whether there was room for it, and it was not there yet.
    pub(super) fn add(&mut self, parts: &[Part], text: &str, form: u32) -> bool {
        let mut at: Option<u32> = None;
        for Part { from, to, items, then } in parts {
            let text = text.as_bytes().get(*from..*to).unwrap_or_default();
            let then = if matches!(then, Then::End(_)) { Then::End(form) } else { *then };
            let next = match at.and_then(|at| self.steps.get(at as usize)) {
                Some(step) => &step.next,
                None => &self.first,
            };
            let known = next.iter().copied().find(|number| {
                self.steps.get(*number as usize).is_some_and(|step| {
                    &*step.text == text
                        && (step.then == then || matches!((step.then, then), (Then::End(_), Then::End(_))))
                })
            });
            if known.is_some() {
                at = known;
                continue;
            }
            if next.len() >= BRANCHES {
                return false;
            }
            let Ok(number) = u32::try_from(self.steps.len()) else { return false };
            match at.and_then(|at| self.steps.get_mut(at as usize)) {
                Some(step) => step.next.push(number),
                None => self.first.push(number),
            }
            self.bytes += text.len();
            let items = items.as_slice().into();
            self.steps.push(Step { text: text.into(), items, then, next: Vec::new(), place: Place::default() });
            at = Some(number);
        }
        // Where all steps were known, so is the form; its last step leads to that.
        at.is_some_and(|at| self.steps.get(at as usize).is_some_and(|step| step.then == Then::End(form)))
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

pub(super) fn is_of_number(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'.' | b'e' | b'E')
}

/// How long the string is whose inside some bytes begin with, and whether it has escapes.
#[inline]
pub(super) fn string_end(text: &[u8]) -> Option<(usize, bool)> {
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

/// Reads the string whose inside begins at a place of a record, onto the end of a tape; says how long it is as it is written.
fn read_text<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let (length, has_escapes) = string_end(text.as_bytes().get(at..)?)?;
    tape.nodes.push(text_node(text, (at, length), has_escapes)?);
    Some(length)
}

/// The node of the string whose inside is at a place of a record and so long.
#[inline]
pub(super) fn text_node(text: &str, (at, length): (usize, usize), has_escapes: bool) -> Option<Node<'_>> {
    if has_escapes {
        return escape::string(text.get(at.checked_sub(1)?..=at + length)?);
    }
    Some(Node::Text(Cow::Borrowed(text.get(at..at + length)?)))
}

/// Reads the number that begins at a place of a record, onto the end of a tape; says how long it is.
fn read_number<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let length = text.as_bytes().get(at..)?.iter().position(|b| !is_of_number(*b))?;
    tape.nodes.push(number(text.get(at..at + length)?)?);
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
