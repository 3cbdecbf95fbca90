//! A parsed record as one flat list of nodes.
//!
//! A tree of maps would allocate for each of its nodes. Here all the nodes of a batch lie in one vector that is used again,
//! and text that has no escapes is borrowed from the input. Of a record of a known form only the values are there: its keys,
//! and how they are nested, are in its [`Form`].

use std::borrow::Cow;

use super::form::Form;
use super::path::Segment;

/// A number of JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number that is not negative.
    Unsigned(u64),
    /// A negative whole number.
    Signed(i64),
    /// Any other number.
    Float(f64),
}

impl Number {
    /// Its value; large whole numbers lose digits.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "Logging's own numbers in payloads are doubles")]
    pub fn as_f64(self) -> f64 {
        match self {
            Self::Unsigned(n) => n as f64,
            Self::Signed(n) => n as f64,
            Self::Float(n) => n,
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unsigned(n) => write!(f, "{n}"),
            Self::Signed(n) => write!(f, "{n}"),
            Self::Float(n) => write!(f, "{n}"),
        }
    }
}

/// One node. The children of a list or map follow it; `end` is the index after the last of them. In a map, each key is a
/// text node before its value.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names are JSON's")]
pub enum Node<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    List { end: u32 },
    Map { end: u32 },
}

/// The nodes of the records of a batch.
#[derive(Clone, Debug, Default)]
pub struct Tape<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    /// The numbers by which usual values are known, for each text and number of the records of a known form.
    pub(crate) usual: Vec<u16>,
}

impl<'a> Tape<'a> {
    /// The value whose node is at `at`; null if there is none.
    #[must_use]
    pub fn value(&self, at: u32) -> Value<'_> {
        Value { nodes: Nodes::Tape(&self.nodes), at: at as usize }
    }

    /// The record of a form whose values begin at `root`.
    pub(super) fn of_form<'t>(&'t self, form: &'t Form, root: u32) -> Value<'t> {
        Value { nodes: Nodes::Form(form, self.nodes.get(root as usize..).unwrap_or_default()), at: 0 }
    }

    /// The index that the next node will have.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Takes away all nodes from one on, and all numbers from one on.
    pub(super) fn cut(&mut self, root: u32, usual: usize) {
        self.nodes.truncate(root as usize);
        self.usual.truncate(usual);
    }

    pub(crate) fn push(&mut self, node: Node<'a>) {
        self.nodes.push(node);
    }

    /// Says that the list or map at `at` ends here.
    pub(crate) fn close(&mut self, at: u32) {
        let next = self.next();
        if let Some(Node::List { end } | Node::Map { end }) = self.nodes.get_mut(at as usize) {
            *end = next;
        }
    }
}

/// Where nodes are.
#[derive(Clone, Copy, Debug)]
enum Nodes<'t> {
    /// All of them on a tape.
    Tape(&'t [Node<'t>]),
    /// Those of one record: its values on a tape, from the first one on, and all else in its form.
    Form(&'t Form, &'t [Node<'t>]),
}

/// What remains of a node of a record when its values are taken out.
#[derive(Clone, Debug)]
pub(crate) enum Bone {
    Null,
    Bool(bool),
    Key(Box<str>),
    /// A text or a number: the value of this number.
    Value(u32),
    List {
        end: u32,
    },
    Map {
        end: u32,
    },
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

impl<'t> Nodes<'t> {
    /// What the value is whose node is at a place.
    #[inline]
    fn data(self, at: usize) -> Data<'t> {
        let within = |end: &u32| (self, at + 1, *end as usize);
        let node = match self {
            Nodes::Tape(nodes) => nodes.get(at),
            Nodes::Form(form, values) => match form.bones().get(at) {
                Some(Bone::Value(number)) => values.get(*number as usize),
                Some(Bone::Key(key)) => return Data::Text(key),
                Some(Bone::Bool(b)) => return Data::Bool(*b),
                Some(Bone::List { end }) => return Data::List(List::of(within(end))),
                Some(Bone::Map { end }) => return Data::Map(Map::of(within(end))),
                Some(Bone::Null) | None => None,
            },
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

    /// The place behind the value at a place.
    fn after(self, at: usize) -> usize {
        match self.data(at) {
            Data::List(List { end, .. }) | Data::Map(Map { end, .. }) => end.max(at + 1),
            _ => at + 1,
        }
    }
}

impl<'t> Value<'t> {
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
        match self.data() {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a key that `is_key` accepts; the last one where a record has it twice, as most parsers take it.
    pub fn get(&self, is_key: impl Fn(&str) -> bool) -> Option<Value<'t>> {
        match self.data() {
            Data::Map(map) => map.filter(|(key, _)| is_key(key)).last().map(|(_, value)| value),
            _ => None,
        }
    }

    /// Calls `holds` with each value that the steps lead to from here, until one answers true. A list leads to each of its
    /// elements; under a `google.protobuf.Any` the step `value` may be left out.
    pub fn any(&self, steps: &[Segment], holds: &mut dyn FnMut(Value<'t>) -> bool) -> bool {
        let Some((step, rest)) = steps.split_first() else { return holds(*self) };
        match self.data() {
            Data::Map(_) => {
                let next = self.get(|key| step.matches(key)).map(|value| (value, rest)).or_else(|| {
                    self.get(|key| key == "@type")?;
                    self.get(|key| key == "value").map(|value| (value, steps))
                });
                next.is_some_and(|(value, rest)| value.any(rest, holds))
            }
            Data::List(mut list) => list.any(|element| element.any(steps, holds)),
            _ => false,
        }
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

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let Data::Text(key) = self.nodes.data(self.at) else { return None };
        let value = Value { nodes: self.nodes, at: self.at + 1 };
        self.at = self.nodes.after(self.at + 1);
        Some((key, value))
    }
}
