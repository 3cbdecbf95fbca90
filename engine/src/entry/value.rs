//! Values of records, wherever their nodes are.

use std::borrow::Cow;

use super::form::Form;
use super::path::Segment;
use super::span::Spot;
use super::tape::{Bone, Node, Number, Tape};

/// Where nodes are.
#[derive(Clone, Copy, Debug)]
enum Nodes<'t> {
    /// All of them on a tape.
    Tape(&'t [Node<'t>]),
    /// Those of one record: its values are at a spot of a tape, and all else in its form.
    Form(&'t Form, &'t Tape<'t>, Spot),
}

/// A value in a tape.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    nodes: Nodes<'t>,
    at: usize,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names are JSON's")]
pub enum Data<'t> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'t str),
    List(List<'t>),
    Map(Map<'t>),
}

impl<'t> Data<'t> {
    /// The text of a scalar: numbers and booleans are written out.
    pub(super) fn scalar_text(self) -> Option<Cow<'t, str>> {
        match self {
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::Number(number) => Some(Cow::Owned(number.to_string())),
            Self::Bool(yes) => Some(Cow::Borrowed(if yes { "true" } else { "false" })),
            Self::Null | Self::List(_) | Self::Map(_) => None,
        }
    }
}

impl<'t> Nodes<'t> {
    /// What the value is whose node is at a place.
    #[inline]
    fn data(self, at: usize) -> Data<'t> {
        let within = |end: &u32| (self, at + 1, *end as usize);
        let node = match self {
            Nodes::Tape(nodes) => nodes.get(at),
            Nodes::Form(form, tape, spot) => {
                return match form.bones().get(at) {
                    Some(Bone::Text(number)) => tape.text(spot, *number),
                    Some(Bone::Number(number)) => tape.number(spot, *number),
                    Some(Bone::Key(key)) => Data::Text(key),
                    Some(Bone::Bool(b)) => Data::Bool(*b),
                    Some(Bone::List { end }) => Data::List(List::of(within(end))),
                    Some(Bone::Map { end }) => Data::Map(Map::of(within(end))),
                    Some(Bone::Null) | None => Data::Null,
                };
            }
        };
        match node {
            None | Some(Node::Null) => Data::Null,
            Some(Node::Bool(b)) => Data::Bool(*b),
            Some(Node::Number(n)) => Data::Number(*n),
            Some(Node::Text(text)) => Data::Text(text),
            Some(Node::List { end }) => Data::List(List::of(within(end))),
            Some(Node::Map { end }) => Data::Map(Map::of(within(end))),
        }
    }

    /// The key or the text at a place.
    #[inline]
    fn text(self, at: usize) -> Option<&'t str> {
        match self {
            Nodes::Tape(nodes) => match nodes.get(at) {
                Some(Node::Text(text)) => Some(text),
                _ => None,
            },
            Nodes::Form(form, tape, spot) => match form.bones().get(at) {
                Some(Bone::Key(key)) => Some(key),
                Some(Bone::Text(number)) => tape.text_of(spot, *number as usize),
                // Where a number was redacted there is a text.
                Some(Bone::Number(number)) => tape.text_of_node(tape.span(spot, *number as usize)?),
                _ => None,
            },
        }
    }

    /// The place behind the value at a place.
    #[inline]
    fn after(self, at: usize) -> usize {
        let end = match self {
            Nodes::Tape(nodes) => match nodes.get(at) {
                Some(Node::List { end } | Node::Map { end }) => *end as usize,
                _ => 0,
            },
            // What is a value of its own there is a text or a number.
            Nodes::Form(form, ..) => match form.bones().get(at) {
                Some(Bone::List { end } | Bone::Map { end }) => *end as usize,
                _ => 0,
            },
        };
        end.max(at + 1)
    }
}

impl<'t> Value<'t> {
    /// The value whose node is at a place of a tape.
    #[inline]
    pub(super) fn on_tape(tape: &'t Tape<'t>, at: u32) -> Self {
        Self { nodes: Nodes::Tape(&tape.nodes), at: at as usize }
    }

    /// The record of a form at a spot of a tape.
    #[inline]
    pub(super) fn of_form(form: &'t Form, tape: &'t Tape<'t>, spot: Spot) -> Self {
        Self { nodes: Nodes::Form(form, tape, spot), at: 0 }
    }

    /// The index of its node in the tape, or in its record if that is of a known form.
    pub(crate) fn index(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    /// The index behind its last node.
    pub(crate) fn end(&self) -> u32 {
        u32::try_from(self.nodes.after(self.at)).unwrap_or(u32::MAX)
    }

    /// The value so many nodes behind this one.
    #[inline]
    pub(crate) fn behind(&self, count: u32) -> Value<'t> {
        Value { nodes: self.nodes, at: self.at + count as usize }
    }

    /// What it is.
    #[must_use]
    #[inline]
    pub fn data(&self) -> Data<'t> {
        self.nodes.data(self.at)
    }

    /// Its text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&'t str> {
        self.nodes.text(self.at)
    }

    /// The value of a key that `is_key` accepts; the last one where a record has it twice, as most parsers take it.
    pub fn get(&self, is_key: impl Fn(&str) -> bool) -> Option<Value<'t>> {
        let Data::Map(Map { nodes, mut at, end }) = self.data() else { return None };
        let mut found = None;
        while at < end {
            let Some(key) = nodes.text(at) else { break };
            if is_key(key) {
                found = Some(Value { nodes, at: at + 1 });
            }
            at = nodes.after(at + 1);
        }
        found
    }

    /// Calls `holds` with each value that the steps lead to from here, until one answers true. A list leads to each of its
    /// elements; under a `google.protobuf.Any` the step `value` may be left out.
    pub fn any(&self, steps: &[Segment], holds: &mut dyn FnMut(Value<'t>) -> bool) -> bool {
        if steps.is_empty() {
            return holds(*self);
        }
        match self.data() {
            Data::Map(_) => self.step(steps).is_some_and(|(value, rest)| value.any(rest, holds)),
            Data::List(mut list) => list.any(|element| element.any(steps, holds)),
            _ => false,
        }
    }

    /// What the first of some steps leads to in a map, with the steps that are left: all of them where it was left out.
    pub(super) fn step<'s>(&self, steps: &'s [Segment]) -> Option<(Value<'t>, &'s [Segment])> {
        let (step, rest) = steps.split_first()?;
        self.get(|key| step.matches(key)).map(|value| (value, rest)).or_else(|| {
            self.get(|key| key == "@type")?;
            self.get(|key| key == "value").map(|value| (value, steps))
        })
    }

    /// Every text at or below it, keys left out, until one answers true; says whether one did.
    pub fn any_text(&self, holds: &mut dyn FnMut(&'t str) -> bool) -> bool {
        match self.data() {
            Data::Text(text) => holds(text),
            Data::List(mut list) => list.any(|element| element.any_text(holds)),
            Data::Map(mut map) => map.any(|(_, value)| value.any_text(holds)),
            _ => false,
        }
    }

    /// The same as JSON, with keys in the order of the record.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self.data() {
            Data::Null => serde_json::Value::Null,
            Data::Bool(b) => b.into(),
            Data::Number(Number::Unsigned(n)) => n.into(),
            Data::Number(Number::Signed(n)) => n.into(),
            Data::Number(Number::Float(n)) => n.into(),
            Data::Text(text) => text.into(),
            Data::List(list) => list.map(|element| element.to_json()).collect(),
            Data::Map(map) => map.map(|(key, value)| (key.to_owned(), value.to_json())).collect(),
        }
    }
}

/// The elements of a list, an iterator.
#[derive(Clone, Copy, Debug)]
pub struct List<'t> {
    nodes: Nodes<'t>,
    at: usize,
    end: usize,
}

/// The keys and values of a map in the order of the record, an iterator.
#[derive(Clone, Copy, Debug)]
pub struct Map<'t> {
    nodes: Nodes<'t>,
    at: usize,
    end: usize,
}

impl<'t> List<'t> {
    fn of((nodes, at, end): (Nodes<'t>, usize, usize)) -> Self {
        Self { nodes, at, end }
    }
}

impl<'t> Map<'t> {
    fn of((nodes, at, end): (Nodes<'t>, usize, usize)) -> Self {
        Self { nodes, at, end }
    }
}

impl<'t> Iterator for List<'t> {
    type Item = Value<'t>;

    #[inline]
    fn next(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = Value { nodes: self.nodes, at: self.at };
        self.at = self.nodes.after(self.at);
        Some(value)
    }
}

impl<'t> Iterator for Map<'t> {
    type Item = (&'t str, Value<'t>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let key = self.nodes.text(self.at)?;
        let value = Value { nodes: self.nodes, at: self.at + 1 };
        self.at = self.nodes.after(self.at + 1);
        Some((key, value))
    }
}
