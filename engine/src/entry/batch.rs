//! Records of one piece of input, parsed and not yet redacted.

use std::borrow::Cow;
use std::sync::Arc;

use super::Timestamp;
use super::export::{self, Export};
use super::field::Field;
use super::form::{Form, Forms, Read};
use super::head::{Head, Shape, Wrong};
use super::tape::{Node, Tape};
use super::value::Value;
use super::{content, json, records, text};

/// Levels of nesting in a record beyond which it is malformed. Cloud Logging itself refuses far fewer.
pub const MAX_NESTING: u32 = 100;

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Why, in a few words.
    pub reason: String,
}

/// Parsed records that borrow from the text they were read from.
///
/// Raw: hand it to [`crate::redact::Redactor::batch`] to look into its entries.
///
/// ```
/// use gardener_engine::entry::Batch;
/// let mut batch = Batch::new();
/// let mut malformed = Vec::new();
/// batch.push_json(r#"{"severity":"ERROR","textPayload":"boom"}"#, &mut malformed);
/// batch.push_json(r#"{"severity":"ERROR","textPayl"#, &mut malformed);
/// assert_eq!((batch.len(), malformed.len()), (1, 1));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Batch<'a> {
    pub(crate) tape: Tape<'a>,
    pub(crate) heads: Vec<Head>,
    forms: Forms,
    /// The forms that heads tell of by their numbers, once the batch learns no more.
    known: Arc<Vec<Arc<Form>>>,
}

impl<'a> Batch<'a> {
    /// No records yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// No records yet, with room for about those of so many bytes of JSON.
    #[must_use]
    pub fn with_room_for(bytes: usize) -> Self {
        // An entry of Cloud Logging takes some seven hundred bytes, and a value some forty.
        let count = bytes / 512;
        let tape =
            Tape { nodes: Vec::new(), spans: Vec::with_capacity(bytes / 32), records: Vec::with_capacity(count) };
        Self { tape, heads: Vec::with_capacity(count), ..Self::default() }
    }

    /// The same, knowing the forms that another batch has met.
    #[must_use]
    pub fn knowing(forms: Forms, bytes: usize) -> Self {
        let mut batch = Self { forms, ..Self::with_room_for(bytes) };
        batch.tape.nodes.reserve(batch.forms.nodes);
        batch
    }

    /// The forms of records that it has met, for the next batch, which then need not learn them again.
    pub fn take_forms(&mut self) -> Forms {
        self.known = Arc::clone(self.forms.known());
        self.forms.nodes = self.tape.nodes.len();
        std::mem::take(&mut self.forms).refreshed()
    }

    /// How many forms it knows.
    #[cfg(test)]
    pub(super) fn known_forms(&self) -> usize {
        self.forms.known().len()
    }

    /// The form of an entry, if it is one that is known.
    pub(crate) fn form(&self, head: &Head) -> Option<&Arc<Form>> {
        self.all_forms().get(head.form as usize)
    }

    /// The forms that heads tell of by their numbers.
    pub(crate) fn all_forms(&self) -> &Arc<Vec<Arc<Form>>> {
        if self.known.is_empty() { self.forms.known() } else { &self.known }
    }

    /// The whole record of an entry.
    pub(crate) fn record(&self, head: &Head) -> Value<'_> {
        match self.form(head) {
            Some(form) => self.tape.of_form(form, head.spot),
            None => self.tape.value(head.root),
        }
    }

    /// Puts all nodes of some entries of known forms onto the tape, which then are of none: for who would change their keys.
    pub(crate) fn unfold(&mut self, is_one: impl Fn(&Head) -> bool) {
        let forms = Arc::clone(self.all_forms());
        for head in &mut self.heads {
            if let Some(form) = forms.get(head.form as usize).filter(|_| is_one(head)) {
                (head.root, head.form) = (form.unfold(head.spot, &mut self.tape), Head::NO_FORM);
            }
        }
    }

    /// How many entries it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// What is known of each entry.
    #[must_use]
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// What the same entry has in any other reading: its [`Head::identity`], or where it has none, a hash of all that it says
    /// but for when it was received. Entries that say the same are told apart by nothing then.
    #[must_use]
    pub fn key(&self, head: &Head) -> u64 {
        head.identity().unwrap_or_else(|| content::key(self.record(head), head))
    }

    /// When an entry was received, as whoever received it has written it down.
    #[must_use]
    pub fn received(&self, head: &Head) -> Option<Timestamp> {
        let at = head.slot(Field::ReceiveTimestamp)?;
        Timestamp::parse(self.record(head).behind(at).as_text()?)
    }

    /// Keeps only the entries for which `keep` answers true, asked in their order.
    pub fn retain(&mut self, keep: impl FnMut(&Head) -> bool) {
        self.heads.retain(keep);
    }

    /// Reads one record of JSON. An object that is no entry but holds some, at any depth, gives those; each counts as a
    /// record of its own.
    ///
    /// Every record that cannot be read adds one to `malformed`, so that records read are the growth of both.
    pub fn push_json(&mut self, text: &'a str, malformed: &mut Vec<Malformed>) {
        match self.parse(text) {
            Ok(root) => {
                for root in self.records(root) {
                    if let Err(wrong) = self.push_head(root) {
                        malformed.push(wrong);
                    }
                }
            }
            Err(wrong) => malformed.push(wrong),
        }
    }

    /// Reads one record of JSON as [`Batch::push_json`] does, if all that it holds can be read, and else nothing of it: then
    /// the caller may look where in it the mistake is.
    ///
    /// # Errors
    /// Why the first thing that cannot be read cannot be.
    pub fn push_whole_json(&mut self, text: &'a str) -> Result<(), Malformed> {
        let before = (self.tape.nodes.len(), self.heads.len());
        let root = match self.forms.read(text, &mut self.tape, &mut self.heads) {
            Some(Read::Entry) => return Ok(()),
            Some(Read::Other(root)) => root,
            None => self.parse_new(text)?,
        };
        let pushed = match Head::of(&self.tape, root) {
            // By far the most records are entries of their own, for which no list is needed.
            Ok(head) if !head.may_be_export && (head.has_payload() || !records::wraps(self.tape.value(root))) => {
                self.push(head, Some(text));
                Ok(())
            }
            _ => self.records(root).into_iter().try_for_each(|root| self.push_head(root)),
        };
        if pushed.is_err() {
            self.tape.nodes.truncate(before.0);
            self.heads.truncate(before.1);
        }
        pushed
    }

    /// Puts a record of no known form onto the tape, and learns its form; gives its place.
    fn parse_new(&mut self, text: &'a str) -> Result<u32, Malformed> {
        let root = self.parse(text)?;
        let head = Head::of(&self.tape, root).ok().filter(|head| head.shape == Shape::LogEntry && !head.may_be_export);
        let head = head.filter(|head| head.has_payload() || !records::wraps(self.tape.value(root)));
        self.forms.learn(text, &self.tape, root, head.as_ref());
        Ok(root)
    }

    /// Puts one JSON value onto the tape; gives its place.
    fn parse(&mut self, text: &'a str) -> Result<u32, Malformed> {
        let root = self.tape.next();
        let parsed = json::parse(text, &mut self.tape);
        parsed.map(|()| root).map_err(|error| {
            self.tape.nodes.truncate(root as usize);
            Malformed { reason: reason(text, &error) }
        })
    }

    fn records(&self, root: u32) -> Vec<u32> {
        let mut records = Vec::new();
        records::collect(self.tape.value(root), &mut records);
        records
    }

    /// Takes the object at `root` for an entry.
    fn push_head(&mut self, root: u32) -> Result<(), Malformed> {
        let head = Head::of(&self.tape, root);
        let head = match head {
            Ok(head) if !head.may_be_export => Ok(head),
            Err(Wrong::Kind(_)) => head,
            _ => match self.exported(root)? {
                Some(made) => made,
                None => head,
            },
        };
        let head = head.map_err(|wrong| Malformed {
            reason: match wrong {
                Wrong::Kind(kind) => format!("it is {kind}, and not an object"),
                Wrong::Type(field, expected) => format!("`{field}` is not {expected}"),
            },
        })?;
        self.push(head, None);
        Ok(())
    }

    /// The entry that a sink has put into the object at `root`, which it takes the place of; nothing where there is none.
    #[cold]
    fn exported(&mut self, root: u32) -> Result<Option<Result<Head, Wrong>>, Malformed> {
        let Some(export) = export::unpacked(self.tape.value(root)) else { return Ok(None) };
        let Export { entry, delivery } = export.map_err(|reason| Malformed { reason })?;
        let made = self.tape.next();
        json::put(entry, &mut self.tape).map_err(|error| Malformed { reason: reason("{", &error) })?;
        // What it was made of is of no use to anybody any more, and need not be redacted.
        if let Some(Node::Map { end }) = self.tape.nodes.get(root as usize) {
            let end = *end as usize;
            self.tape.nodes.get_mut(root as usize..end).unwrap_or_default().fill(Node::Null);
        }
        Ok(Some(Head::of(&self.tape, made).map(|mut head| {
            delivery.iter().for_each(|delivery| head.know_by(delivery));
            head
        })))
    }

    /// Takes up an entry; `text` is all that was written of it, if that is known.
    fn push(&mut self, mut head: Head, text: Option<&str>) {
        if head.identity().is_some() {
            head.content = content::hash(self.record(&head), &head, text);
        }
        self.heads.push(head);
    }

    /// Reads one record of plain text, which may have several lines (a stack trace).
    pub fn push_text(&mut self, line: &'a str) {
        let root = self.tape.next();
        let (severity, timestamp) = text::guess(line);
        self.tape.push(Node::Map { end: root });
        if severity != super::LogSeverity::Default {
            self.tape.push(Node::Text(Cow::Borrowed("severity")));
            self.tape.push(Node::Text(Cow::Borrowed(severity.name())));
        }
        if let Some(timestamp) = timestamp {
            self.tape.push(Node::Text(Cow::Borrowed("timestamp")));
            self.tape.push(Node::Text(Cow::Owned(timestamp.to_string())));
        }
        self.tape.push(Node::Text(Cow::Borrowed("textPayload")));
        let text_at = self.tape.next();
        self.tape.push(Node::Text(Cow::Borrowed(line)));
        self.tape.close(root);
        self.heads.push(Head::of_text(root, text_at, severity, timestamp));
    }
}

/// The parser's error in our words, with the place in the record.
fn reason(text: &str, error: &str) -> String {
    let first = error.lines().next().unwrap_or(error);

    if first.contains("nested") || first.contains("recursion") || first.contains("depth") {
        format!("it is nested more than {MAX_NESTING} levels deep")
    } else if first.starts_with("EOF") || first.starts_with("Eof") {
        "it ends in the middle of a JSON value".to_owned()
    } else if first.starts_with("trailing") || first.contains("railing characters") {
        "there is something behind the end of its JSON value".to_owned()
    } else if text.trim_start().starts_with(['{', '[']) {
        let place = first.rfind(" at line").map_or("", |at| first.get(at..).unwrap_or(""));
        let column = place.rsplit("column ").next().and_then(|n| n.trim_end_matches('.').parse::<u64>().ok());
        column.map_or_else(|| "it is not valid JSON".to_owned(), |n| format!("it is not valid JSON at character {n}"))
    } else {
        "it is not JSON".to_owned()
    }
}
