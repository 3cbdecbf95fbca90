//! Log entries, read from JSON (or a line of text) without copying what need not be copied.
//!
//! Records are parsed into a [`Batch`]: one flat tape of nodes that borrow from the text they were read from. A batch is raw
//! until [`crate::redact`] has gone over it; only then does it hand out an [`Entry`], so whatever holds an entry holds
//! redacted text.
//!
//! The fields are those of
//! [LogEntry](https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry), in the names of its JSON (`camelCase`)
//! or of its proto (`snake_case`). An object that is no LogEntry and holds none becomes a *flattened* entry: LogEntry's
//! names at the top count as such where their values are of the fields' types, all others form its `jsonPayload`.
//! What sinks make of LogEntries (messages of Pub/Sub, rows of BigQuery) is read as the LogEntry that it was (`export`).

use std::borrow::Cow;
use std::sync::Arc;

mod batch;
mod content;
mod copy;
mod crash;
mod export;
mod field;
mod form;
mod head;
mod json;
mod moment;
mod path;
mod places;
mod records;
mod severity;
mod span;
mod tape;
mod text;
mod time;
mod value;
mod walk;

pub use batch::{Batch, MAX_NESTING, Malformed};
pub(crate) use copy::EntryCopy;
pub use field::Field;
pub use form::Forms;
pub(crate) use form::{Form, UNUSUAL};
pub use head::{Head, Shape};
pub use path::{FieldPath, PathError, Root, Segment};
pub(crate) use places::{FirstOf, Led, Places, Text};
pub use severity::LogSeverity;
pub(crate) use span::{Span, Spot};
pub(crate) use tape::Bone;
pub use tape::{Node, Number, Tape};
pub use time::Timestamp;
pub use value::{Data, List, Map, Value};

/// One log entry whose text has been redacted.
///
/// Made only from a batch that the redactor has gone over.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'b> {
    tape: &'b Tape<'b>,
    head: &'b Head,
    message: Option<&'b str>,
    /// The number of the usual value that is the message.
    usual_message: u16,
    form: Option<&'b Arc<Form>>,
    /// The record and its values, if it is of a known form.
    record: &'b str,
    values: &'b [Span],
}

impl<'b> Entry<'b> {
    /// The entry of `head` in `batch`, whose message is the first of `message` that holds text.
    ///
    /// The caller answers for the batch having been redacted.
    pub(crate) fn new(batch: &'b Batch<'b>, head: &'b Head, message: &[FieldPath]) -> Self {
        let mut entry = Self::bare(&batch.tape, head, batch.form(head));
        entry.message = message.iter().find_map(|path| entry.first_text(path));
        entry
    }

    /// The same for an entry of a form, if it is of one.
    #[inline(always)]
    pub(crate) fn of_form(
        (tape, head, form): (&'b Tape<'b>, &'b Head, Option<&'b Arc<Form>>),
        message: &mut FirstOf,
    ) -> Self {
        let mut entry = Self::bare(tape, head, form);
        if let Some((text, usual)) = message.text(&entry) {
            (entry.message, entry.usual_message) = (Some(text), usual);
        }
        entry
    }

    /// The same without a message.
    #[inline]
    fn bare(tape: &'b Tape<'b>, head: &'b Head, form: Option<&'b Arc<Form>>) -> Self {
        let (record, values) = form.map_or_else(Default::default, |_| tape.at(head.spot));
        Self { tape, head, message: None, usual_message: UNUSUAL, form, record, values }
    }

    /// The value of a number in a record of a known form, a text; with the number by which it is known if it comes again and
    /// again. That stands for the same value wherever the form is the same.
    #[inline]
    pub(crate) fn text_of(&self, value: usize) -> Option<(&'b str, u16)> {
        let span = *self.values.get(value)?;
        let text = span.text(self.record).or_else(|| self.tape.text_of_node(span))?;
        Some((text, span.usual))
    }

    /// The number by which the message is known if it comes again and again.
    pub(crate) fn usual_message(&self) -> u16 {
        self.usual_message
    }

    /// The form of the record and its number among those of its batch, if it is of one.
    pub(crate) fn form(&self) -> Option<(usize, &'b Arc<Form>)> {
        self.form.map(|form| (self.head.form as usize, form))
    }

    /// Whether it was a record of plain text: then it has its text, its log severity and its time, as far as these were found, and
    /// nothing else.
    pub(crate) fn is_text(&self) -> bool {
        self.head.shape == Shape::Text
    }

    /// The log severity; `DEFAULT` where the entry has none.
    #[must_use]
    pub fn severity(&self) -> LogSeverity {
        self.head.severity
    }

    /// When the event happened, if the entry says so.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.head.timestamp
    }

    /// The message as the pack defines it, if the entry has one.
    #[must_use]
    pub fn message(&self) -> Option<&'b str> {
        self.message
    }

    /// A hash of (logName, timestamp, insertId) as they were before redaction; nothing where it has no insertId.
    #[must_use]
    pub fn identity(&self) -> Option<u64> {
        self.head.identity()
    }

    /// A hash of what it says, as it was before redaction; see [`Head::content`].
    #[must_use]
    pub fn content(&self) -> u32 {
        self.head.content()
    }

    /// How the record was written.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.head.shape
    }

    /// The whole record.
    #[must_use]
    pub fn root(&self) -> Value<'b> {
        match self.form {
            Some(form) => self.tape.of_form(form, self.head.spot),
            None => self.tape.value(self.head.root),
        }
    }

    /// One of LogEntry's own fields. For `jsonPayload` of a flattened entry this is the whole record.
    #[must_use]
    pub fn field(&self, field: Field) -> Option<Value<'b>> {
        if field == Field::JsonPayload && self.head.shape == Shape::Flattened {
            return Some(self.root());
        }
        self.head.slot(field).map(|at| self.root().behind(at))
    }

    /// The text of one of LogEntry's own fields.
    #[inline]
    pub(crate) fn field_text(&self, field: Field) -> Option<&'b str> {
        match self.form.and_then(|form| form.text_of(field)) {
            Some(value) => self.text_of(value).map(|(text, _)| text),
            None => self.field(field)?.as_text(),
        }
    }

    /// Calls `holds` with each value that `path` leads to, until one answers true; says whether one did.
    ///
    /// A path through a list leads to each of its elements. [`Root::Message`] leads nowhere: use [`Entry::message`].
    #[inline(always)]
    pub fn any(&self, path: &FieldPath, holds: &mut dyn FnMut(Value<'b>) -> bool) -> bool {
        let Root::Field(field) = path.root() else { return false };
        if field == Field::JsonPayload && self.head.shape == Shape::Flattened {
            return self.any_of_flat_payload(path, holds);
        }
        self.field(field).is_some_and(|value| value.any(path.segments(), holds))
    }

    /// The same below the payload of a flattened entry, which is the whole record without its fields.
    #[cold]
    fn any_of_flat_payload(&self, path: &FieldPath, holds: &mut dyn FnMut(Value<'b>) -> bool) -> bool {
        let (root, steps) = (self.root(), path.segments());
        match root.step(steps) {
            Some((value, rest)) if rest.len() == steps.len() || self.is_of_payload(value) => value.any(rest, holds),
            None if steps.is_empty() => holds(root),
            _ => false,
        }
    }

    /// Whether a value at the top of a record is of its payload: in a flattened entry, whatever is no field of LogEntry.
    #[must_use]
    pub fn is_of_payload(&self, value: Value<'_>) -> bool {
        self.head.shape != Shape::Flattened || !self.head.is_field(value.index() - self.root().index())
    }

    /// The first value that `path` leads to.
    #[must_use]
    pub fn first(&self, path: &FieldPath) -> Option<Value<'b>> {
        let mut found = None;
        self.any(path, &mut |value| {
            found = Some(value);
            true
        });
        found
    }

    /// The first non-empty text that `path` leads to; for `message`, the message.
    #[must_use]
    pub fn first_text(&self, path: &FieldPath) -> Option<&'b str> {
        if path.root() == Root::Message {
            return self.message;
        }
        let mut found = None;
        self.any(path, &mut |value| {
            if let Data::Text(text) = value.data()
                && !text.is_empty()
            {
                found = Some(text);
            }
            found.is_some()
        });
        found
    }

    /// The first scalar that `path` leads to, as text: numbers and booleans are written out, the log severity by its name.
    #[must_use]
    pub fn text_at(&self, path: &FieldPath) -> Option<Cow<'b, str>> {
        match path.root() {
            Root::Message => return self.message.map(Cow::Borrowed),
            Root::Field(Field::Severity) => return Some(Cow::Borrowed(self.severity().name())),
            Root::Field(_) => {}
        }
        let mut found = None;
        self.any(path, &mut |value| {
            found = value.data().scalar_text();
            found.is_some()
        });
        found
    }

    /// Every text in the record, keys left out, with the number of the usual value that it is.
    #[inline]
    pub(crate) fn each_text(&self, with: &mut impl FnMut(&'b str, u16)) {
        let Some(form) = self.form else {
            self.any_text(&mut |text| {
                with(text, UNUSUAL);
                false
            });
            return;
        };
        let texts = form.bones().iter().filter_map(|bone| match bone {
            Bone::Text(number) => self.text_of(*number as usize),
            // Where a number was redacted there is a text, which is no usual value.
            Bone::Number(number) => Some((self.tape.text_of_node(*self.values.get(*number as usize)?)?, UNUSUAL)),
            _ => None,
        });
        texts.for_each(|(text, usual)| with(text, usual));
    }

    /// Every text in the record, keys left out, until one answers true; says whether one did.
    pub fn any_text(&self, holds: &mut dyn FnMut(&'b str) -> bool) -> bool {
        self.root().any_text(holds)
    }
}

#[cfg(test)]
mod tests;
