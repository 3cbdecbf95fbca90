//! A copy of an entry that outlives its batch, made fast: many are made of which few are looked at.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::Entry;
use super::content;
use super::form::Form;
use super::head::Head;
use super::span::Span;
use super::tape::{Node, Number, Tape};
use super::value::{Data, Value};

/// Bytes of text up to which an entry is copied.
const LONGEST: u32 = 1 << 16;
/// Nodes up to which it is.
const NODES: u32 = 1 << 12;

/// A copy of a redacted entry: all its text in one piece, and what says where in it the texts are.
#[derive(Clone, Debug)]
pub(crate) struct EntryCopy {
    /// Of an entry of a known form what is written between its values is here, too: to leave it out takes longer.
    text: String,
    /// Its nodes on the tape; of an entry of a known form those that are no pieces of the record.
    nodes: Vec<Flat>,
    /// The values of an entry of a known form.
    spans: Vec<Span>,
    head: Head,
    form: Option<Arc<Form>>,
    /// What is the message: the number of a value if the form is known, else of a node on the tape.
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
        let (is_new, head) = (room.is_none(), entry.head.moved_to_front());
        let (mut text, mut nodes, mut spans) =
            room.map_or_else(Default::default, |room| (room.text, room.nodes, room.spans));
        text.clear();
        nodes.clear();
        spans.clear();
        let mut copy = Self { text, nodes, spans, head, form: entry.form.cloned(), message: None };
        match entry.form {
            Some(form) => copy.take_values(form, entry)?,
            None => copy.take_nodes(entry)?,
        }
        if copy.text.len() > LONGEST as usize || copy.message.is_some() != entry.message.is_some() {
            return None;
        }
        if is_new {
            // Most copies are of clusters with but one entry, of which there are many.
            copy.text.shrink_to_fit();
            copy.nodes.shrink_to_fit();
        }
        Some(copy)
    }

    /// Takes up the values of an entry of a form: of the record as long pieces as there are without a value that is not as it is
    /// written there. What was redacted is none that is: of that nothing is kept. Where there is more between the values than in them
    /// (long keys, flags, blanks), each is a piece of its own, for thousands of copies may be kept.
    fn take_values(&mut self, form: &Form, entry: &Entry<'_>) -> Option<()> {
        let (root, record) = (entry.root(), entry.record);
        let values = entry.values.get(..form.value_nodes().len()).filter(|values| values.len() <= NODES as usize)?;
        self.spans.reserve_exact(values.len());
        let is_dense =
            record.len() <= (2 * values.iter().filter_map(|value| value.length()).sum::<usize>()).min(LONGEST as usize);
        if is_dense && values.iter().all(|value| value.node().is_none()) {
            return self.take_record(values, entry);
        }
        let message = place_of_message(entry);
        let (mut from, mut to) = (0, 0);
        for (at, value) in (0..).zip(values) {
            let Some(length) = value.length() else {
                self.text.push_str(record.get(from..to)?);
                (from, to) = (0, 0);
                let node = root.behind(*form.value_nodes().get(at as usize)?);
                self.spans.push(Span::of_node(u32::try_from(self.nodes.len()).ok()?));
                self.take(at, node, entry)?;
                continue;
            };
            let begin = value.from();
            // Values are in the order of the record.
            if begin < to {
                return None;
            }
            if from == to || !is_dense {
                self.text.push_str(record.get(from..to)?);
                from = begin;
            }
            to = begin + length;
            if message.as_ref().is_some_and(|place| *place == (begin..to)) {
                self.message = Some(at);
            }
            self.spans.push(Span::new(self.text.len() + begin - from, length, value.usual)?);
        }
        self.text.push_str(record.get(from..to)?);
        Some(())
    }

    /// The same where all values are as they are written.
    fn take_record(&mut self, values: &[Span], entry: &Entry<'_>) -> Option<()> {
        if let Some(place) = place_of_message(entry) {
            let is_message = |value: &Span| value.from() == place.start && value.length() == Some(place.len());
            self.message = values.iter().position(is_message).and_then(|at| u32::try_from(at).ok());
        }
        self.text.push_str(entry.record);
        self.spans.extend_from_slice(values);
        Some(())
    }

    /// Takes up the nodes of an entry of no known form.
    fn take_nodes(&mut self, entry: &Entry<'_>) -> Option<()> {
        let first = entry.root();
        let count = first.end().checked_sub(first.index()).filter(|count| *count <= NODES)?;
        self.nodes.reserve_exact(count as usize);
        (0..count).try_for_each(|at| self.take(at, first.behind(at), entry))
    }

    /// Takes up a node, the value or the node of a number.
    fn take(&mut self, number: u32, node: Value<'_>, entry: &Entry<'_>) -> Option<()> {
        let first = entry.root().index();
        self.nodes.push(match node.data() {
            Data::Null => Flat::Null,
            Data::Bool(value) => Flat::Bool(value),
            Data::Number(number) => Flat::Number(number),
            Data::List(_) => Flat::List { end: node.end().checked_sub(first)? },
            Data::Map(_) => Flat::Map { end: node.end().checked_sub(first)? },
            Data::Text(own) => {
                if entry.message.is_some_and(|message| std::ptr::eq(message, own)) {
                    self.message = Some(number);
                }
                let from = u32::try_from(self.text.len()).ok()?;
                self.text.push_str(own);
                let to = u32::try_from(self.text.len()).ok().filter(|to| *to <= LONGEST)?;
                Flat::Text { from, to }
            }
        });
        Some(())
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
        let (tape, form) = (Tape { nodes, spans: self.spans.clone(), records: vec![&self.text] }, self.form.as_ref());
        let message = self.message.and_then(|at| match form {
            Some(_) => tape.text_of(self.head.spot, at as usize),
            None => tape.value(at).as_text(),
        });
        with(&Entry { message, ..Entry::bare(&tape, &self.head, form) })
    }
}

/// Where in the record of an entry its message is, unless it is not as it is written there.
fn place_of_message(entry: &Entry<'_>) -> Option<Range<usize>> {
    content::place(entry.record, entry.message?)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::entry::{Batch, FieldPath};
    use crate::redact::Redactor;

    fn text() -> impl Strategy<Value = String> {
        let texts = ["", "plain", "größe", "a \"b\"\n", "password=hunter2 and more", "mail to bob@example.com", "12"];
        prop::sample::select(texts.to_vec()).prop_map(str::to_owned)
    }

    fn number() -> impl Strategy<Value = serde_json::Value> {
        prop_oneof![
            any::<u32>().prop_map(Into::into),
            any::<i32>().prop_map(Into::into),
            (-9.0..9.0).prop_map(|n: f64| n.into())
        ]
    }

    proptest! {
        #[test]
        fn a_copy_is_shown_as_its_entry_and_keeps_no_secret_and_no_more_than_twice_its_values(
            records in prop::collection::vec((text(), text(), number(), any::<(bool, bool)>()), 1..30),
        ) {
            let flags = serde_json::Map::from_iter((0..9).map(|n| (format!("is it so in case {n}"), true.into())));
            let written = records.iter().cycle().take(3 * records.len()).map(|(a, b, n, (has_map, has_flags))| {
                let inner = if *has_map { json!({ "x": b, "y": [n, a], "z": null }) } else { json!(b) };
                let mut payload = if *has_flags { flags.clone() } else { serde_json::Map::new() };
                payload.extend([("message".to_owned(), json!(a)), ("inner".to_owned(), inner), ("n".to_owned(), n.clone())]);
                json!({ "insertId": b, "severity": "ERROR", "jsonPayload": payload }).to_string()
            });
            let written: Vec<String> = written.collect();
            let mut batch = Batch::new();
            written.iter().for_each(|record| batch.push_whole_json(record).unwrap());
            let batch = Redactor::default().batch(batch);
            let message = ["jsonPayload.message", "jsonPayload.inner"].map(|path| FieldPath::parse(path).unwrap());
            let mut room = None;
            for entry in batch.entries(&message) {
                let copy = EntryCopy::of(&entry, room.take()).unwrap();
                copy.show(|shown| {
                    assert_eq!(shown.root().to_json(), entry.root().to_json());
                    assert_eq!((shown.message(), shown.severity()), (entry.message(), entry.severity()));
                });
                prop_assert!(!copy.text.contains("hunter2") && !copy.text.contains("bob@"), "{}", copy.text);
                let values = entry.values.iter().take(copy.spans.len()).filter_map(|value| value.length()).sum::<usize>();
                let others = copy.nodes.iter().map(|node| if let Flat::Text { from, to } = node { to - from } else { 0 });
                let others = others.sum::<u32>() as usize;
                prop_assert!(copy.form.is_none() || copy.text.len() <= 2 * values + others, "{}", copy.text);
                room = Some(copy);
            }
        }
    }
}
