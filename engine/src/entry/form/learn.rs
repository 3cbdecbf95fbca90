//! Learning the form of a record that the parser has read.

use std::sync::Arc;

use super::super::head::Head;
use super::super::tape::{Bone, Node, Tape};
use super::tree::{Item, Part, Then};
use super::{FORMS, Form, Forms, number, string};

/// Nodes that a record of a form may have.
const NODES: usize = 512;

impl Forms {
    /// Learns the form of the record whose nodes begin at `root` and end the tape. `head` is what is known of it, where that
    /// follows from its form but for the severity and the time.
    pub(in crate::entry) fn learn(&mut self, text: &str, tape: &Tape<'_>, root: u32, head: Option<&Head>) {
        let (tree, count) =
            if head.is_some() { (&mut self.entries, self.known.len()) } else { (&mut self.others, self.ends.len()) };
        if count >= FORMS || !tree.has_room() {
            self.misses = self.misses.saturating_add(1);
            return;
        }
        let nodes = tape.nodes.get(root as usize..).unwrap_or_default();
        let parts = if nodes.len() <= NODES { taken_apart(text, nodes) } else { None };
        let (Some(parts), Ok(number)) = (parts, u32::try_from(count)) else { return };
        if !tree.add(&parts, text, number) {
            return;
        }
        match head {
            Some(head) => {
                let values = values(&parts);
                let bones = bones(nodes, root, &values);
                let form = Form { head: head.form(&bones), bones, values };
                Arc::make_mut(&mut self.known).push(Arc::new(form));
            }
            None => self.ends.push(ends(nodes, root).collect()),
        }
    }
}

/// Of the nodes of a record that begins at `root` the lists and maps, each with where it ends.
fn ends(nodes: &[Node<'_>], root: u32) -> impl Iterator<Item = (u32, u32)> {
    (0..).zip(nodes).filter_map(move |(at, node)| match node {
        Node::List { end } | Node::Map { end } => Some((at, end.saturating_sub(root))),
        _ => None,
    })
}

/// The nodes of a record that begins at `root`, without its values.
fn bones(nodes: &[Node<'_>], root: u32, values: &[u32]) -> Vec<Bone> {
    let mut numbers = 0..;
    let mut values = values.iter().copied().peekable();
    let bones = (0..).zip(nodes).map(|(at, node)| match node {
        Node::Text(_) if values.next_if_eq(&at).is_some() => Bone::Text(numbers.next().unwrap_or_default()),
        Node::Number(_) if values.next_if_eq(&at).is_some() => Bone::Number(numbers.next().unwrap_or_default()),
        Node::Null | Node::Number(_) => Bone::Null,
        Node::Bool(value) => Bone::Bool(*value),
        Node::Text(key) => Bone::Key(key.as_ref().into()),
        Node::List { end } => Bone::List { end: end.saturating_sub(root) },
        Node::Map { end } => Bone::Map { end: end.saturating_sub(root) },
    });
    bones.collect()
}

/// Where the values are that stand behind pieces, by their nodes.
fn values(parts: &[Part]) -> Vec<u32> {
    let mut at = 0;
    let all = parts.iter().filter_map(|part| {
        let value = at + part.items.len();
        at = value + 1;
        (!matches!(part.then, Then::End(_))).then(|| u32::try_from(value).ok())?
    });
    all.collect()
}

/// The pieces of a record's text between its values. Nothing where a key has escapes in it, or the nodes are not those of the text.
fn taken_apart(text: &str, nodes: &[Node<'_>]) -> Option<Vec<Part>> {
    let bytes = text.as_bytes();
    let (mut items, mut steps) = (Vec::new(), Vec::new());
    // Where the piece begins that is being looked at: behind the value before it.
    let mut start = 0;
    let mut at = 0;
    let mut nodes = nodes.iter();
    while let Some(b) = bytes.get(at) {
        let node = match b {
            b'"' | b'{' | b'[' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => nodes.next()?,
            _ => {
                at += 1;
                continue;
            }
        };
        let item = match (b, node) {
            (b'"', Node::Text(_)) => {
                let (length, has_escapes) = string::end(bytes.get(at + 1..)?)?;
                let end = at + 1 + length;
                let is_key = bytes.get(end + 1..)?.trim_ascii_start().first() == Some(&b':');
                let from = at + 1;
                at = end + 1;
                if is_key {
                    let place = |at: usize| u32::try_from(at.checked_sub(start)?).ok();
                    if has_escapes {
                        return None;
                    }
                    Item::Key { from: place(from)?, to: place(end)? }
                } else {
                    steps.push(Part { from: start, to: from, items: std::mem::take(&mut items), then: Then::Text });
                    start = end;
                    continue;
                }
            }
            (b'-' | b'0'..=b'9', Node::Number(_)) => {
                steps.push(Part { from: start, to: at, items: std::mem::take(&mut items), then: Then::Number });
                at += number::end(bytes.get(at..)?)?;
                start = at;
                continue;
            }
            (b'{', Node::Map { .. }) => {
                at += 1;
                Item::Map
            }
            (b'[', Node::List { .. }) => {
                at += 1;
                Item::List
            }
            (b't' | b'f', Node::Bool(value)) => {
                at += if *value { 4 } else { 5 };
                Item::Bool(*value)
            }
            (b'n', Node::Null) => {
                at += 4;
                Item::Null
            }
            _ => return None,
        };
        items.push(item);
    }
    steps.push(Part { from: start, to: bytes.len(), items, then: Then::End(0) });
    nodes.next().is_none().then_some(steps)
}
