//! A parsed record as one flat list of nodes.
//!
//! A tree of maps would allocate for each of its nodes. Here all the nodes of a batch lie in one vector that is used again,
//! and text that has no escapes is borrowed from the input.

use std::borrow::Cow;

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
        Value { nodes: &self.nodes, at: at as usize }
    }

    /// The index that the next node will have.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
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

/// A value in a tape.
#[derive(Clone, Copy, Debug)]
pub struct Value<'t> {
    nodes: &'t [Node<'t>],
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

impl<'t> Value<'t> {
    /// The index of its node in the tape.
    pub(crate) fn index(&self) -> u32 {
        u32::try_from(self.at).unwrap_or(u32::MAX)
    }

    /// The index behind its last node.
    pub(crate) fn end(&self) -> u32 {
        u32::try_from(after(self.nodes, self.at)).unwrap_or(u32::MAX)
    }

    /// Another value of the same tape.
    pub(crate) fn at(&self, at: u32) -> Value<'t> {
        Value { nodes: self.nodes, at: at as usize }
    }

    /// What it is.
    #[must_use]
    pub fn data(&self) -> Data<'t> {
        match self.nodes.get(self.at) {
            None | Some(Node::Null) => Data::Null,
            Some(Node::Bool(b)) => Data::Bool(*b),
            Some(Node::Number(n)) => Data::Number(*n),
            Some(Node::Text(text)) => Data::Text(text),
            Some(Node::List { end }) => Data::List(List { nodes: self.nodes, at: self.at + 1, end: *end as usize }),
            Some(Node::Map { end }) => Data::Map(Map { nodes: self.nodes, at: self.at + 1, end: *end as usize }),
        }
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
    nodes: &'t [Node<'t>],
    at: usize,
    end: usize,
}

/// The keys and values of a map in the order of the record, an iterator.
#[derive(Clone, Copy, Debug)]
pub struct Map<'t> {
    nodes: &'t [Node<'t>],
    at: usize,
    end: usize,
}

fn after(nodes: &[Node<'_>], at: usize) -> usize {
    match nodes.get(at) {
        Some(Node::List { end } | Node::Map { end }) => (*end as usize).max(at + 1),
        _ => at + 1,
    }
}

impl<'t> Iterator for List<'t> {
    type Item = Value<'t>;

    fn next(&mut self) -> Option<Value<'t>> {
        if self.at >= self.end {
            return None;
        }
        let value = Value { nodes: self.nodes, at: self.at };
        self.at = after(self.nodes, self.at);
        Some(value)
    }
}

impl<'t> Iterator for Map<'t> {
    type Item = (&'t str, Value<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let Some(Node::Text(key)) = self.nodes.get(self.at) else { return None };
        let value = Value { nodes: self.nodes, at: self.at + 1 };
        self.at = after(self.nodes, self.at + 1);
        Some((key, value))
    }
}
