//! A copy of an entry that outlives its batch, made fast: many are made of which few are looked at.

use std::borrow::Cow;
use std::sync::Arc;

use super::Entry;
use super::form::Form;
use super::head::Head;
use super::span::Span;
use super::tape::{Node, Number, Tape};
use super::value::{Data, Value};

/// Bytes of text up to which an entry is copied.
const LONGEST: u32 = 1 << 16;
/// Nodes up to which it is.
const NODES: u32 = 1 << 12;

/// A copy of a redacted entry: all its text in one piece, and its nodes on the tape, which say where in it theirs is.
#[derive(Clone, Debug)]
pub(crate) struct EntryCopy {
    text: String,
    nodes: Vec<Flat>,
    head: Head,
    form: Option<Arc<Form>>,
    /// The node on the tape that is the message.
    message: Option<u32>,
}

/// A node whose text is elsewhere. Lists and maps end so many nodes behind the first.
#[derive(Clone, Copy, Debug)]
enum Flat {
    Null,
    Bool(bool),
    Number(Number),
    Text { from: u32, to: u32 },
    List { end: u32 },
    Map { end: u32 },
}

/// A copy that is being made.
struct Copying {
    text: String,
    message: Option<u32>,
    own_message: Option<*const str>,
}

impl Copying {
    fn text(&mut self, at: u32, own: &str) -> Option<Flat> {
        if self.own_message == Some(std::ptr::from_ref(own)) {
            self.message = Some(at);
        }
        let from = u32::try_from(self.text.len()).ok()?;
        self.text.push_str(own);
        let to = u32::try_from(self.text.len()).ok().filter(|to| *to <= LONGEST)?;
        Some(Flat::Text { from, to })
    }

    /// The node of a value of a record whose first node is `first`.
    fn node(&mut self, at: u32, value: Value<'_>, first: u32) -> Option<Flat> {
        Some(match value.data() {
            Data::Null => Flat::Null,
            Data::Bool(value) => Flat::Bool(value),
            Data::Number(number) => Flat::Number(number),
            Data::List(_) => Flat::List { end: value.end().checked_sub(first)? },
            Data::Map(_) => Flat::Map { end: value.end().checked_sub(first)? },
            Data::Text(own) => return self.text(at, own),
        })
    }
}

impl EntryCopy {
    /// Copies an entry, into the room of a copy that nobody needs any more; nothing where it is too large for that.
    pub(crate) fn of(entry: &Entry<'_>, room: Option<Self>) -> Option<Self> {
        let (first, form) = (entry.root(), entry.form.cloned());
        let own = form.as_ref().map(|form| form.value_nodes());
        let count = match own {
            Some(values) => u32::try_from(values.len()).ok()?,
            None => first.end().checked_sub(first.index())?,
        };
        if count > NODES {
            return None;
        }
        let is_new = room.is_none();
        let (mut text, mut flat) = room.map_or_else(Default::default, |room| (room.text, room.nodes));
        text.clear();
        flat.clear();
        flat.reserve_exact(count as usize);
        let mut copying = Copying { text, message: None, own_message: entry.message.map(std::ptr::from_ref) };
        for at in 0..count {
            // By far the most values of a record of a known form are pieces of it.
            let piece = if own.is_some() { entry.written_text(at as usize) } else { None };
            flat.push(match piece {
                Some(piece) => copying.text(at, piece)?,
                None => {
                    let node = first.behind(own.map_or(Some(at), |values| values.get(at as usize).copied())?);
                    copying.node(at, node, first.index())?
                }
            });
        }
        let Copying { mut text, message, .. } = copying;
        if message.is_some() != entry.message.is_some() {
            return None;
        }
        if is_new {
            // Most copies are of clusters with but one entry, of which there are many.
            text.shrink_to_fit();
        }
        Some(Self { text, nodes: flat, head: entry.head.moved_to_front(), form, message })
    }

    /// Shows the entry.
    pub(crate) fn show<R>(&self, with: impl FnOnce(&Entry<'_>) -> R) -> R {
        let text = |from: u32, to: u32| self.text.get(from as usize..to as usize).unwrap_or("");
        let node = |flat: &Flat| match *flat {
            Flat::Null => Node::Null,
            Flat::Bool(value) => Node::Bool(value),
            Flat::Number(number) => Node::Number(number),
            Flat::Text { from, to } => Node::Text(Cow::Borrowed(text(from, to))),
            Flat::List { end } => Node::List { end },
            Flat::Map { end } => Node::Map { end },
        };
        let nodes: Vec<Node<'_>> = self.nodes.iter().map(node).collect();
        let spans = (0..).map(Span::of_node).take(nodes.len()).collect();
        let tape = Tape { nodes, spans, records: Vec::new() };
        let message = self.message.and_then(|at| tape.value(at).as_text());
        let form = self.form.as_ref();
        with(&Entry { message, ..Entry::bare(&tape, &self.head, form) })
    }
}
