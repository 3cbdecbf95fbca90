//! A parsed record as one flat list of nodes.
//!
//! A tree of maps would allocate for each of its nodes. Here all the nodes of a batch lie in one vector that is used again,
//! and text that has no escapes is borrowed from the input. Of a record of a known form it has only where its values are: its
//! keys, and how they are nested, are in its [`Form`].

use std::borrow::Cow;

use super::form::Form;
use super::span::{Span, Spot};
use super::value::{Data, Value};

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
    /// The number that a few digits are.
    pub(super) fn of_digits(digits: &str) -> Self {
        Self::Unsigned(digits.bytes().fold(0, |sum, digit| sum * 10 + u64::from(digit & 0xf)))
    }

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
    /// The values of the records of known forms.
    pub(crate) spans: Vec<Span>,
    /// These records, as they are written.
    pub(crate) records: Vec<&'a str>,
}

impl<'a> Tape<'a> {
    /// The value whose node is at `at`; null if there is none.
    #[must_use]
    pub fn value(&self, at: u32) -> Value<'_> {
        Value::on_tape(self, at)
    }

    /// The record of a form that is at a spot.
    #[inline]
    pub(super) fn of_form<'t>(&'t self, form: &'t Form, spot: Spot) -> Value<'t> {
        Value::of_form(form, self, spot)
    }

    /// The record at a spot, and its values with all behind them.
    pub(super) fn at(&self, spot: Spot) -> (&str, &[Span]) {
        let record = self.records.get(spot.record as usize).copied().unwrap_or_default();
        (record, self.spans.get(spot.spans as usize..).unwrap_or_default())
    }

    /// The value of a number of the record at a spot.
    #[inline]
    pub(crate) fn span(&self, spot: Spot, number: usize) -> Option<Span> {
        self.spans.get(spot.spans as usize + number).copied()
    }

    /// What is written of a value of the record at a spot, if that is no node.
    #[inline]
    fn written(&self, spot: Spot, span: Span) -> Option<&'a str> {
        self.records.get(spot.record as usize).and_then(|record| span.text(record))
    }

    /// The text of the value of a number of the record at a spot, which is one.
    #[inline]
    pub(crate) fn text_of(&self, spot: Spot, number: usize) -> Option<&str> {
        let span = self.span(spot, number)?;
        self.written(spot, span).or_else(|| self.text_of_node(span))
    }

    /// The text of a value that is a node.
    #[cold]
    pub(super) fn text_of_node(&self, span: Span) -> Option<&str> {
        match self.nodes.get(span.node()?) {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// What a text of the record at a spot is.
    #[inline]
    pub(super) fn text(&self, spot: Spot, number: u32) -> Data<'_> {
        self.text_of(spot, number as usize).map_or(Data::Null, Data::Text)
    }

    /// The same of a number.
    pub(super) fn number(&self, spot: Spot, number: u32) -> Data<'_> {
        let Some(span) = self.span(spot, number as usize) else { return Data::Null };
        self.written(spot, span).map_or_else(|| self.node(span), |digits| Data::Number(Number::of_digits(digits)))
    }

    /// What a value is that is a node.
    #[cold]
    fn node(&self, span: Span) -> Data<'_> {
        match span.node().and_then(|at| self.nodes.get(at)) {
            Some(Node::Text(text)) => Data::Text(text),
            Some(Node::Number(number)) => Data::Number(*number),
            _ => Data::Null,
        }
    }

    /// The same value as a node.
    pub(crate) fn to_node(&self, spot: Spot, number: u32, is_number: bool) -> Node<'a> {
        let Some(span) = self.span(spot, number as usize) else { return Node::Null };
        match self.written(spot, span) {
            Some(digits) if is_number => Node::Number(Number::of_digits(digits)),
            Some(text) => Node::Text(Cow::Borrowed(text)),
            None => span.node().and_then(|at| self.nodes.get(at)).cloned().unwrap_or(Node::Null),
        }
    }

    /// The index that the next node will have.
    pub(crate) fn next(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)
    }

    /// Where the next record of a known form will be.
    pub(super) fn spot(&self) -> Spot {
        let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
        Spot { spans: number(self.spans.len()), record: number(self.records.len()) }
    }

    /// Takes away all nodes from one on, and all records of known forms from a spot on.
    pub(super) fn cut(&mut self, node: u32, spot: Spot) {
        self.nodes.truncate(node as usize);
        self.spans.truncate(spot.spans as usize);
        self.records.truncate(spot.record as usize);
    }

    pub(crate) fn push(&mut self, node: Node<'a>) {
        self.nodes.push(node);
    }

    /// Adds a value of a record of a known form, as a node where it is no span; nothing where there is none.
    #[inline]
    pub(super) fn push_value(&mut self, span: Option<Span>, node: impl FnOnce() -> Option<Node<'a>>) -> Option<()> {
        let span = match span {
            Some(span) => span,
            None => {
                let at = self.next();
                self.nodes.push(node()?);
                Span::of_node(at)
            }
        };
        self.spans.push(span);
        Some(())
    }

    /// Says that the list or map at `at` ends here.
    pub(crate) fn close(&mut self, at: u32) {
        let next = self.next();
        if let Some(Node::List { end } | Node::Map { end }) = self.nodes.get_mut(at as usize) {
            *end = next;
        }
    }
}

/// What remains of a node of a record when its values are taken out.
#[derive(Clone, Debug)]
pub(crate) enum Bone {
    Null,
    Bool(bool),
    Key(Box<str>),
    /// The value of this number, a text.
    Text(u32),
    /// The value of this number, a number.
    Number(u32),
    List {
        end: u32,
    },
    Map {
        end: u32,
    },
}
