//! Forms as a tree: the texts between two values lead from one to the next.

use std::borrow::Cow;

use super::super::span::Span;
use super::super::tape::{Node, Tape};
use super::ahead::{Aheads, Met};
use super::usual::{Place, UNUSUAL, Usuals};
use super::{escape, number, string};

/// Steps of all forms of a tree together.
pub(super) const STEPS: usize = 1 << 13;
/// Bytes of the text of all steps together.
const STEP_BYTES: usize = 1 << 18;
/// Ways to go on from one step.
const BRANCHES: usize = 8;

/// The ways to forms.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) steps: Vec<Step>,
    first: Vec<u32>,
    bytes: usize,
    /// What usually stands behind the values.
    aheads: Aheads,
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

    /// How many bytes are known to stand behind values, and how many of them with values in them.
    #[cfg(test)]
    pub(super) fn known_aheads(&self) -> (usize, usize) {
        self.aheads.known()
    }

    /// Puts the values of a record onto a tape, with the numbers of usual ones, if it is of a known form; gives its number.
    pub(super) fn follow<'a>(&mut self, text: &'a str, usuals: &mut Usuals, tape: &mut Tape<'a>) -> Option<u32> {
        let first = tape.spans.len();
        let (mut number, mut at) = self.next(None, text, 0)?;
        loop {
            let step = self.steps.get_mut(number)?;
            let (length, usual) = match step.then {
                Then::Text => step.place.read(text, at, usuals, tape)?,
                Then::Number => (number::read_value(text, at, tape)?, UNUSUAL),
                Then::End(form) => {
                    if self.aheads.is_wanting() {
                        self.learn_aheads(text, tape.spans.get(first..)?);
                    }
                    return Some(form);
                }
            };
            at += length;
            let Self { aheads, steps, .. } = &mut *self;
            let goes_on = |step: usize, at: usize| match (steps.get(step), text.as_bytes().get(at..)) {
                (Some(step), Some(rest)) => step.then.is_at(rest),
                _ => false,
            };
            (number, at) = match aheads.read((number, usual), (text, at), tape, goes_on) {
                Some(next) => next,
                None => self.next(Some(number), text, at)?,
            };
        }
    }

    /// Puts all nodes of a record onto a tape if it is of a known form; gives its number. Lists and maps do not know yet where
    /// they end.
    pub(super) fn follow_whole<'a>(&self, text: &'a str, tape: &mut Tape<'a>) -> Option<u32> {
        let (mut before, mut at) = (None, 0);
        loop {
            let (number, behind) = self.next(before, text, at)?;
            let step = self.steps.get(number)?;
            tape.nodes.extend(step.items.iter().map(|item| item.node(text, at)));
            let length = match step.then {
                Then::Text => read_text(text, behind, tape)?,
                Then::Number => number::read(text, behind, tape)?,
                Then::End(form) => return Some(form),
            };
            (before, at) = (Some(number), behind + length);
        }
    }

    /// The step that a record goes on with at a place, and the place behind it.
    #[inline]
    fn next(&self, before: Option<usize>, text: &str, at: usize) -> Option<(usize, usize)> {
        let next = match before {
            Some(before) => &self.steps.get(before)?.next,
            None => &self.first,
        };
        let here = text.as_bytes().get(at..)?;
        let of = |number: &u32| Some((*number as usize, at + self.steps.get(*number as usize)?.length_at(here)?));
        next.iter().find_map(of)
    }

    /// Learns what usually stands behind values of a record, which has these values.
    #[cold]
    fn learn_aheads(&mut self, text: &str, spans: &[Span]) -> Option<()> {
        let mut values = Vec::with_capacity(spans.len());
        let (mut step, mut from) = self.next(None, text, 0)?;
        for span in spans {
            let rest = text.as_bytes().get(from..)?;
            let length = match self.steps.get(step)?.then {
                Then::Text => string::end(rest)?.0,
                Then::Number => number::end(rest)?,
                Then::End(_) => return None,
            };
            values.push(Met { step, from, to: from + length, number: span.usual });
            (step, from) = self.next(Some(step), text, from + length)?;
        }
        self.aheads.learn(text, &values, step);
        Some(())
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
    /// How long its text is, if some bytes begin with it and go on with a value of its kind.
    #[inline]
    fn length_at(&self, bytes: &[u8]) -> Option<usize> {
        let rest = bytes.strip_prefix(&*self.text)?;
        self.then.is_at(rest).then_some(self.text.len())
    }
}

impl Then {
    /// Whether some bytes, those behind a step, begin with what follows it.
    #[inline]
    fn is_at(self, bytes: &[u8]) -> bool {
        match self {
            Self::Text => true,
            Self::Number => bytes.first().copied().is_some_and(number::is_part),
            Self::End(_) => bytes.is_empty(),
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

/// Reads the string whose inside begins at a place of a record, onto the end of a tape; says how long it is as it is written.
fn read_text<'a>(text: &'a str, at: usize, tape: &mut Tape<'a>) -> Option<usize> {
    let (length, has_escapes) = string::end(text.as_bytes().get(at..)?)?;
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
