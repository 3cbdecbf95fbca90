//! What is known of one record of a batch without walking its nodes again.

mod fields;
mod foreign;
mod shape;

use super::content;
use super::export;
use super::field::Field;
use super::form::{Form, Usual};
use super::severity::LogSeverity;
use super::span::Spot;
use super::tape::{Bone, Number, Tape};
use super::time::Timestamp;
use super::value::{Data, Value};
use crate::id::{MIX, hash_parts, hash64};
use fields::{fits, instant, severity_of, wrong_type};

pub use shape::Shape;
pub(super) use shape::{has_payload, is_marked, is_record, stands_for_entry};

/// The places and the values of one record's fixed fields.
#[derive(Clone, Debug)]
pub struct Head {
    /// The record's first node, unless it is of a known form.
    pub(crate) root: u32,
    /// Where in the tape it is, if it is of one.
    pub(crate) spot: Spot,
    pub(crate) shape: Shape,
    pub(super) severity: LogSeverity,
    pub(super) timestamp: Option<Timestamp>,
    slots: Slots,
    identity: Option<u64>,
    pub(super) content: u32,
    /// Whether something hints at an entry that a sink has put into this, see [`super::export`].
    pub(super) may_be_export: bool,
    /// The form of the record among those that its batch knows; [`Head::NO_FORM`] where it is of none.
    pub(crate) form: u32,
}

/// Where the fields' values are, counted from the record's first node; 0 stands for none. Heads of one form have this in common.
type Slots = [u32; Field::ALL.len()];

/// What the heads of LogEntries of one form have in common.
#[derive(Clone, Debug)]
pub(super) struct HeadForm {
    slots: Slots,
    /// Which values the fields are that are texts; [`NO_VALUE`] for others.
    texts: [u16; Field::ALL.len()],
}

/// The number of no value.
const NO_VALUE: u16 = u16::MAX;

impl HeadForm {
    /// The value that is a field, if that is a text.
    #[inline]
    pub(super) fn text_of(&self, field: Field) -> Option<usize> {
        self.texts.get(field as usize).filter(|value| **value != NO_VALUE).map(|value| usize::from(*value))
    }
}

/// Why a record is no entry: it is no object, or a field is not of its type.
#[derive(Debug)]
pub(super) enum Wrong {
    /// What it is instead of an object.
    Kind(&'static str),
    /// The field, and what was expected there.
    Type(&'static str, &'static str),
}

impl Head {
    /// The number of no form.
    pub(crate) const NO_FORM: u32 = u32::MAX;

    /// The head of a LogEntry of a form at a spot of a tape, before it is read.
    #[inline]
    pub(super) fn unread(number: u32, form: &Form, spot: Spot) -> Self {
        Self { slots: form.head().slots, form: number, spot, ..Self::empty(0, Shape::LogEntry) }
    }

    /// Reads what the form does not tell; nothing where the severity or the time is not what it must be. `usual` tells of the
    /// values that are usual.
    pub(super) fn read<'u>(
        &mut self,
        (tape, form): (&Tape<'_>, &Form),
        usual: impl Fn(usize) -> Option<&'u Usual>,
    ) -> Option<()> {
        let (own, record) = (form.head(), tape.of_form(form, self.spot));
        let usual = |field| usual(own.text_of(field)?);
        match usual(Field::Severity) {
            Some(usual) => self.severity = usual.severity,
            None => self.read_severity(record).ok()?,
        }
        let spot = self.spot;
        let text = |field| tape.text_of(spot, own.text_of(field)?);
        match text(Field::Timestamp) {
            Some(text) => self.timestamp = Some(Timestamp::parse(text)?),
            None => self.read_time(record).ok()?,
        }
        self.finish(record, text(Field::InsertId), usual(Field::LogName).map(|usual| usual.hash));
        if self.identity.is_some() {
            self.content = content::hash_of_form(self, tape.at(spot).0, text(Field::ReceiveTimestamp));
        }
        Some(())
    }

    /// The same head of the same record at the front of a tape.
    pub(super) fn moved_to_front(&self) -> Self {
        Self { root: 0, spot: Spot::default(), ..self.clone() }
    }

    /// What heads of LogEntries of the same form, which has these bones, have in common with this one.
    pub(super) fn form(&self, bones: &[Bone]) -> HeadForm {
        let text = |field| match bones.get(self.slot(field)? as usize)? {
            Bone::Text(value) => u16::try_from(*value).ok(),
            _ => None,
        };
        HeadForm { slots: self.slots, texts: Field::ALL.map(|field| text(field).unwrap_or(NO_VALUE)) }
    }

    /// Finds the fields of the object at `root`. Those of a LogEntry must be of their types; in a flattened entry, what is
    /// not of its field's type is payload, for the names are its author's.
    pub(super) fn of(tape: &Tape<'_>, root: u32) -> Result<Self, Wrong> {
        let value = tape.value(root);
        let Data::Map(map) = value.data() else { return Err(Wrong::Kind(shape::kind(value))) };
        let mut head = Self::empty(root, Shape::LogEntry);
        let mut has_others = false;
        let mut wrong = None;
        for (key, value) in map {
            let Some(field) = Field::from_name(key) else {
                has_others = true;
                head.may_be_export |= export::is_hint(key, value);
                continue;
            };
            if matches!(value.data(), Data::Null) {
                continue;
            }
            head.may_be_export |= export::is_odd(field, key, value);
            if let Some(expected) = wrong_type(field, value) {
                wrong = Some((field, expected));
            }
            head.set(field, value.index() - root);
        }
        let is_log_entry =
            head.has_payload() || !has_others && shape::MARKS.iter().any(|field| head.slot(*field).is_some());
        if !is_log_entry {
            head.flatten(value);
            return Ok(head);
        }
        if let Some((field, expected)) = wrong {
            return Err(Wrong::Type(field.name(), expected));
        }
        head.read_severity(value)?;
        head.read_time(value)?;
        head.finish(value, None, None);
        Ok(head)
    }

    /// Reads the severity of a LogEntry.
    fn read_severity(&mut self, record: Value<'_>) -> Result<(), Wrong> {
        if let Some(at) = self.slot(Field::Severity) {
            let wrong = Wrong::Type("severity", "a name such as `ERROR`, or a number");
            self.severity = severity_of(record.behind(at)).ok_or(wrong)?;
        }
        Ok(())
    }

    /// Reads the time of a LogEntry.
    fn read_time(&mut self, record: Value<'_>) -> Result<(), Wrong> {
        if let Some(at) = self.slot(Field::Timestamp) {
            let wrong = Wrong::Type("timestamp", "an RFC 3339 time such as `2025-09-14T04:54:36Z`");
            self.timestamp = Some(instant(record.behind(at)).ok_or(wrong)?);
        }
        Ok(())
    }

    /// Whether the entry has a payload of LogEntry's.
    pub(super) fn has_payload(&self) -> bool {
        shape::PAYLOADS.iter().any(|field| self.slot(*field).is_some())
    }

    /// Takes the object for a flattened entry.
    fn flatten(&mut self, value: Value<'_>) {
        self.shape = Shape::Flattened;
        let Data::Map(map) = value.data() else { return };
        let names = Field::ALL.map(|field| (field, self.slot(field)));
        self.slots = [0; Field::ALL.len()];
        // A special key means its field even where that field's own name is there too, which then is payload.
        let root = self.root;
        let special = map.filter_map(|(key, value)| Some((Field::from_special_key(key)?, value.index() - root)));
        for (field, at) in names.into_iter().filter_map(|(field, at)| Some((field, at?))).chain(special) {
            if fits(field, value.behind(at)) {
                self.set(field, at);
            }
        }
        self.severity = foreign::severity(value, self.slot(Field::Severity).map(|at| value.behind(at)));
        self.timestamp = foreign::timestamp(value, self.slot(Field::Timestamp).map(|at| value.behind(at)));
        self.finish(value, None, None);
    }

    /// What follows from the fields; of these the text of the insertId may be known, and the hash of the name of the log.
    fn finish(&mut self, value: Value<'_>, id: Option<&str>, log_name: Option<u64>) {
        self.identity = self.find_identity(value, id, log_name);
        if self.timestamp.is_none() {
            self.timestamp = self.slot(Field::ReceiveTimestamp).and_then(|at| instant(value.behind(at)));
        }
    }

    /// A line of text, whose object is at `root`.
    pub(super) fn of_text(root: u32, text_at: u32, severity: LogSeverity, timestamp: Option<Timestamp>) -> Self {
        let mut head = Self { severity, timestamp, ..Self::empty(root, Shape::Text) };
        head.set(Field::TextPayload, text_at - root);
        head
    }

    fn empty(root: u32, shape: Shape) -> Self {
        let slots = [0; Field::ALL.len()];
        Self {
            root,
            shape,
            severity: LogSeverity::Default,
            timestamp: None,
            slots,
            identity: None,
            content: 0,
            may_be_export: false,
            form: Self::NO_FORM,
            spot: Spot::default(),
        }
    }

    fn set(&mut self, field: Field, at: u32) {
        if let Some(slot) = self.slots.get_mut(field as usize) {
            *slot = at;
        }
    }

    /// Where a field's value is, counted from the record's first node.
    pub(crate) fn slot(&self, field: Field) -> Option<u32> {
        self.slots.get(field as usize).copied().filter(|at| *at != 0)
    }

    /// Whether the value at a place, counted in the same way, is that of a field, and so none of a flattened entry's payload.
    pub(crate) fn is_field(&self, at: u32) -> bool {
        at > 0 && self.slots.contains(&at)
    }

    /// A hash of (logName, timestamp, insertId), the identity of an entry in Cloud Logging; nothing where it has no
    /// insertId, for then two equal entries may be two events.
    #[must_use]
    pub fn identity(&self) -> Option<u64> {
        self.identity
    }

    /// Takes the delivery of an entry for what it is known by, where it is known by nothing of its own.
    pub(super) fn know_by(&mut self, delivery: &str) {
        self.identity.get_or_insert(hash_parts(&[b"delivery", delivery.as_bytes()]));
    }

    /// A hash of what the entry says, as it was written, but for when it was received: deliveries of one entry that do not
    /// differ in it are the same. It tells nothing where there is no [`Head::identity`].
    #[must_use]
    pub fn content(&self) -> u32 {
        self.content
    }

    /// When the event happened, or else when the entry was received, if the record says so.
    #[must_use]
    pub fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    fn find_identity(&self, value: Value<'_>, id: Option<&str>, log_name: Option<u64>) -> Option<u64> {
        let data = |field| self.slot(field).map(|at| value.behind(at).data());
        let id = match id.map(Data::Text).or_else(|| data(Field::InsertId))? {
            Data::Text(id) if !id.is_empty() => hash64(id.as_bytes()),
            Data::Number(id) => hash64(Number::to_string(&id).as_bytes()),
            _ => return None,
        };
        let name = log_name.unwrap_or_else(|| match data(Field::LogName) {
            Some(Data::Text(name)) => hash64(name.as_bytes()),
            _ => 0,
        });
        let (seconds, nanos) = self.timestamp.map_or((i64::MIN, 0), |time| (time.seconds(), time.nanos()));
        Some([name, seconds.cast_unsigned(), nanos.into()].into_iter().fold(id, mixed))
    }
}

/// A hash that depends on another and on its place.
fn mixed(hash: u64, other: u64) -> u64 {
    let product = (hash.rotate_left(29) ^ other).wrapping_mul(MIX);
    product ^ (product >> 32)
}
