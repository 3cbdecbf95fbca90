//! Forms of records: their keys, how these are nested, and of what kind each value is.
//!
//! A program writes its records in a few forms, thousands of each. Once a form is known, a record of it is read by
//! comparing what stands between its values with what stood there before, which is faster than any parser: no key is read
//! again, and what follows from keys alone (where the message is, which values their keys say are secret) is known. The
//! comparison is of all bytes but those of the values, so that what is read this way is what the parser reads.
//!
//! Of a LogEntry of a known form only where its values are is put on the tape. Of other records all nodes are, for what they are
//! does not follow from their form alone.
//!
//! What is not of a known form is left to the parser, and its form is learnt.

mod ahead;
mod escape;
mod learn;
mod number;
mod string;
mod tree;
mod usual;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::field::Field;
use super::head::{Head, HeadForm};
use super::json;
use super::span::Spot;
use super::tape::{Bone, Node, Tape};
use tree::Tree;
pub(crate) use usual::UNUSUAL;
pub(super) use usual::Usual;
use usual::Usuals;

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
    /// How many nodes the last batch had.
    pub(super) nodes: usize,
}

/// A record that was read.
pub(super) enum Read {
    /// A LogEntry, which has its head now.
    Entry,
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

    /// Reads a record onto the end of a tape, if it is of a known form; else leaves all as it was. A LogEntry's head is added.
    pub(super) fn read<'a>(&mut self, text: &'a str, tape: &mut Tape<'a>, heads: &mut Vec<Head>) -> Option<Read> {
        let (root, spot) = (tape.next(), tape.spot());
        tape.records.push(text);
        let entry = self.entries.follow(text, &mut self.usuals, tape);
        if entry.and_then(|number| self.head(number, spot, tape, heads)).is_some() {
            return Some(Read::Entry);
        }
        tape.cut(root, spot);
        let other = self.others.follow_whole(text, tape);
        if let Some(ends) = other.and_then(|number| self.ends.get(number as usize)) {
            close(ends, root, tape);
            return Some(Read::Other(root));
        }
        tape.cut(root, spot);
        None
    }

    /// Adds the head of a LogEntry of the form of a number; nothing where its severity or its time is not what it must be.
    fn head(&self, number: u32, spot: Spot, tape: &Tape<'_>, heads: &mut Vec<Head>) -> Option<()> {
        let form = self.known.get(number as usize)?;
        let usual = |value: usize| self.usuals.get(tape.span(spot, value)?.usual);
        // It is written where it stays: it is large, and this is done for each record.
        heads.push(Head::unread(number, form, spot));
        let read = heads.last_mut().and_then(|head| head.read((tape, form), usual));
        if read.is_none() {
            heads.pop();
        }
        read
    }
}

impl Form {
    /// Its nodes.
    pub(crate) fn bones(&self) -> &[Bone] {
        &self.bones
    }

    /// Which of the values are those of some nodes, which are counted from the record's first.
    pub(crate) fn values(&self, nodes: Range<u32>) -> Range<usize> {
        let before = |end: u32| self.values.partition_point(|value| *value < end);
        before(nodes.start)..before(nodes.end)
    }

    /// What heads of its records have in common.
    pub(super) fn head(&self) -> &HeadForm {
        &self.head
    }

    /// The value that is a field of LogEntry's, and a text.
    #[inline]
    pub(crate) fn text_of(&self, field: Field) -> Option<usize> {
        self.head.text_of(field)
    }

    /// The nodes of its values, counted from the record's first.
    pub(crate) fn value_nodes(&self) -> &[u32] {
        &self.values
    }

    /// Puts all nodes of the record at a spot onto the end of a tape; gives the place of the first.
    pub(super) fn unfold(&self, spot: Spot, tape: &mut Tape<'_>) -> u32 {
        let first = tape.next();
        for bone in &self.bones {
            let node = match bone {
                Bone::Null => Node::Null,
                Bone::Bool(value) => Node::Bool(*value),
                Bone::Key(key) => Node::Text(Cow::Owned(key.to_string())),
                Bone::Text(number) => tape.to_node(spot, *number, false),
                Bone::Number(number) => tape.to_node(spot, *number, true),
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

fn parsed(text: &str) -> Option<Node<'_>> {
    let mut tape = Tape { nodes: Vec::with_capacity(1), ..Tape::default() };
    json::parse(text, &mut tape).ok()?;
    tape.nodes.pop().filter(|_| tape.nodes.is_empty())
}

#[cfg(test)]
mod tests;
