//! Learning the form of a record that the parser has read.

use std::sync::Arc;

use super::super::head::Head;
use super::super::tape::{Node, Tape};
use super::{BRANCHES, FORMS, Form, Forms, Item, Place, STEP_BYTES, STEPS, Step, Then, is_of_number, string_end};

/// Nodes that a record of a form may have.
const NODES: usize = 512;

impl Forms {
    /// Learns the form of the record whose nodes begin at `root` and end the tape. `head` is what is known of it, where that
    /// follows from its form but for the severity and the time.
    pub(in crate::entry) fn learn(&mut self, text: &str, tape: &Tape<'_>, root: u32, head: Option<&Head>) {
        if self.known.len() >= FORMS || self.steps.len() >= STEPS || self.step_bytes >= STEP_BYTES {
            self.misses = self.misses.saturating_add(1);
            return;
        }
        let nodes = tape.nodes.get(root as usize..).unwrap_or_default();
        if nodes.len() > NODES {
            return;
        }
        let Some(steps) = taken_apart(text, nodes) else { return };
        let Ok(number) = u32::try_from(self.known.len()) else { return };
        if self.add(&steps, text, number) {
            let ends = (0..).zip(nodes).filter_map(|(at, node)| match node {
                Node::List { end } | Node::Map { end } => Some((at, end.saturating_sub(root))),
                _ => None,
            });
            let values = values(&steps);
            let form = Form { ends: ends.collect(), head: head.map(|head| head.form(&values)), values };
            Arc::make_mut(&mut self.known).push(Arc::new(form));
        }
    }

    /// Adds the way to a form; says whether there was room for it, and it was not there yet.
    fn add(&mut self, steps: &[Part], text: &str, form: u32) -> bool {
        let mut at: Option<u32> = None;
        for Part { from, to, items, then } in steps {
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
            self.step_bytes += text.len();
            self.steps.push(Step { text: text.into(), items: items.as_slice().into(), then, next: Vec::new(), place: Place::default() });
            at = Some(number);
        }
        // Where all steps were known, so is the form; its last step leads to that.
        at.is_some_and(|at| self.steps.get(at as usize).is_some_and(|step| step.then == Then::End(form)))
    }
}

/// A piece of a record's text between two of its values.
struct Part {
    from: usize,
    to: usize,
    items: Vec<Item>,
    then: Then,
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
                let (length, has_escapes) = string_end(bytes.get(at + 1..)?)?;
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
                at += bytes.get(at..)?.iter().position(|b| !is_of_number(*b))?;
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
