//! Forms of records: their keys, how these are nested, and of what kind each value is.
//!
//! A program writes its records in a few forms, thousands of each. Once a form is known, a record of it is read by
//! comparing what stands between its values with what stood there before, which is faster than any parser: no key is read
//! again, and what follows from keys alone (where the message is, which values their keys say are secret) is known. The
//! comparison is of all bytes but those of the values, so that what is read this way is what the parser reads.
//!
//! Of a LogEntry of a known form only its values are put on the tape. Of other records all is, for what they are does not
//! follow from their form alone.
//!
//! What is not of a known form is left to the parser, and its form is learnt.

mod escape;
mod learn;
mod tree;
mod usual;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::head::{Head, HeadForm};
use super::json;
use super::tape::{Bone, Node, Tape};
use tree::Tree;
pub(crate) use usual::UNUSUAL;
pub(super) use usual::Usuals;

/// Forms of one kind that are known at a time.
const FORMS: usize = 256;
/// Records of no known form, after which all forms are forgotten if there is no room for more.
const PATIENCE: u32 = 1 << 13;

/// What LogEntries of one form have in common. It never changes, so that whoever holds one may keep what follows from it.
#[derive(Debug)]
pub(crate) struct Form {
    bones: Vec<Bone>,
    /// Its texts and numbers, by their nodes, counted from the record's first.
    values: Vec<u32>,
    head: HeadForm,
}

/// The forms that are known.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    /// The ways to those of LogEntries.
    entries: Tree,
    /// The ways to those of other records.
    others: Tree,
    misses: u32,
    known: Arc<Vec<Arc<Form>>>,
    /// Of each form of other records the lists and maps, by their nodes, and behind which node each ends, all counted from
    /// the record's first.
    ends: Vec<Box<[(u32, u32)]>>,
    usuals: Usuals,
}

/// A record that was read.
pub(super) enum Read {
    /// A LogEntry: what is known of it.
    Entry(Head),
    /// Another one: where its first node is.
    Other(u32),
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
        // Control characters are no part of JSON's strings; the parser says so. Elsewhere they are space.
        let may_be_broken = has_control(text.as_bytes());
        let (root, usual) = (tape.next(), tape.usual.len());
        let entry = self.entries.follow::<false>(text, may_be_broken, &mut self.usuals, tape);
        if let Some(head) = entry.and_then(|number| self.head(number, (root, usual), tape)) {
            return Some(Read::Entry(head));
        }
        tape.cut(root, usual);
        let other = self.others.follow::<true>(text, may_be_broken, &mut self.usuals, tape);
        if let Some(ends) = other.and_then(|number| self.ends.get(number as usize)) {
            close(ends, root, tape);
            return Some(Read::Other(root));
        }
        tape.cut(root, usual);
        None
    }

    /// What is known of a LogEntry of the form of a number; nothing where its severity or its time is not what it must be.
    fn head(&self, number: u32, (root, usual): (u32, usize), tape: &Tape<'_>) -> Option<Head> {
        let form = self.known.get(number as usize)?;
        let usuals = (u32::try_from(usual).ok()?, tape.usual.get(usual..)?, &self.usuals);
        Head::of_form(&form.head, (number, root), tape.of_form(form, root), usuals)
    }
}

impl Form {
    /// Its nodes.
    pub(crate) fn bones(&self) -> &[Bone] {
        &self.bones
    }

    /// How many values there are.
    pub(crate) fn count(&self) -> usize {
        self.values.len()
    }

    /// Which of the values are those of some nodes, which are counted from the record's first.
    pub(crate) fn values(&self, nodes: Range<u32>) -> Range<usize> {
        let before = |end: u32| self.values.partition_point(|value| *value < end);
        before(nodes.start)..before(nodes.end)
    }

    /// Puts all nodes of the record whose values begin at `root` onto the end of a tape; gives the place of the first.
    pub(super) fn unfold(&self, root: u32, tape: &mut Tape<'_>) -> u32 {
        let first = tape.next();
        for bone in &self.bones {
            let node = match bone {
                Bone::Null => Node::Null,
                Bone::Bool(value) => Node::Bool(*value),
                Bone::Key(key) => Node::Text(Cow::Owned(key.to_string())),
                Bone::Value(number) => tape.nodes.get((root + number) as usize).cloned().unwrap_or(Node::Null),
                Bone::List { end } => Node::List { end: first + end },
                Bone::Map { end } => Node::Map { end: first + end },
            };
            tape.push(node);
        }
        first
    }
}

/// Says of the lists and maps of the record at `root` where they end.
fn close(ends: &[(u32, u32)], root: u32, tape: &mut Tape<'_>) {
    for (at, behind) in ends {
        if let Some(Node::List { end } | Node::Map { end }) = tape.nodes.get_mut((root + at) as usize) {
            *end = root + behind;
        }
    }
}

/// Whether there is a control character in it. All bytes are looked at: that takes less time than to stop at one.
fn has_control(text: &[u8]) -> bool {
    text.iter().fold(u8::MAX, |least, byte| least.min(*byte)) < b' '
}

fn parsed(text: &str) -> Option<Node<'_>> {
    let mut tape = Tape { nodes: Vec::with_capacity(1), usual: Vec::new() };
    json::parse(text, &mut tape).ok()?;
    tape.nodes.pop().filter(|_| tape.nodes.is_empty())
}

#[cfg(test)]
mod tests;
