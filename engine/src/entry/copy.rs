//! A copy of an entry that outlives its batch, made fast: many are made of which few are looked at.

use std::borrow::Cow;
use std::sync::Arc;

use super::Entry;
use super::form::Form;
use super::head::Head;
use super::span::Span;
use super::tape::{Node, Number, Tape};
use super::value::Data;

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
        let own_message = entry.message.map(std::ptr::from_ref);
        let (mut message, mut from) = (None, 0);
        for at in 0..count {
            let node = first.behind(own.map_or(Some(at), |values| values.get(at as usize).copied())?);
            flat.push(match node.data() {
                Data::Null => Flat::Null,
                Data::Bool(value) => Flat::Bool(value),
                Data::Number(number) => Flat::Number(number),
                Data::List(_) => Flat::List { end: node.end().checked_sub(first.index())? },
                Data::Map(_) => Flat::Map { end: node.end().checked_sub(first.index())? },
                Data::Text(own) => {
                    if own_message == Some(std::ptr::from_ref(own)) {
                        message = Some(at);
                    }
                    text.push_str(own);
                    let to = u32::try_from(text.len()).ok().filter(|to| *to <= LONGEST)?;
                    let piece = Flat::Text { from, to };
                    from = to;
                    piece
                }
            });
        }
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
