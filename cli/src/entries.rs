//! Entries of captures one by one, each with its place: for what looks at single entries and need not be fast.

pub(crate) mod find;
pub(crate) mod operand;

use gardener_engine::entry::{Batch, Entry, FieldPath, Malformed};
use gardener_engine::redact::Redactor;

use crate::source::{Again, Capture, CaptureReader, Content, InputError, Take};

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The capture, as people named it.
    pub(crate) capture: String,
    /// The record's number in its capture, from 1; what cannot be read counts too.
    pub(crate) number: u64,
    /// The line where it begins, from 1.
    pub(crate) line: u64,
}

/// A record that was found.
pub(crate) enum Record<'r> {
    /// An entry: as it was written, and redacted.
    Entry {
        /// The record that holds it, raw: never to be shown.
        raw: Content<'r>,
        /// The entry's place in that record, from 0: more than one where the record is a list or a wrapper.
        at: usize,
        /// The entry, redacted.
        entry: &'r Entry<'r>,
    },
    /// Something that cannot be read.
    Malformed {
        /// Why.
        reason: &'r str,
        /// Its beginning, redacted.
        quote: String,
    },
}

/// Characters of a quote.
const QUOTE_LENGTH: usize = 160;

/// Shows every record of the captures, in their order, until `visit` answers false. Captures that cannot be read to their
/// end are told.
pub(crate) fn for_each(
    captures: Vec<Capture>,
    redactor: &Redactor,
    message: &[FieldPath],
    visit: impl FnMut(&Place, Record<'_>) -> bool,
) -> Vec<InputError> {
    let names: Vec<String> = captures.iter().map(|capture| capture.name.clone()).collect();
    let mut errors = Vec::new();
    let mut visitor = Visitor { redactor, message, visit, capture: "", number: 0, stops: false };
    let mut current = usize::MAX;
    for chunk in CaptureReader::open(captures) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if chunk.capture != current {
            current = chunk.capture;
            (visitor.capture, visitor.number) = (names.get(current).map_or("", String::as_str), 0);
        }
        chunk.read(&Again::default(), &mut visitor);
        if visitor.stops {
            break;
        }
    }
    errors
}

/// Shows records one by one.
struct Visitor<'v, V> {
    redactor: &'v Redactor,
    message: &'v [FieldPath],
    visit: V,
    capture: &'v str,
    number: u64,
    /// Whether enough was shown.
    stops: bool,
}

impl<V: FnMut(&Place, Record<'_>) -> bool> Visitor<'_, V> {
    fn show(&mut self, line: u64, record: Record<'_>) {
        self.number += 1;
        if !self.stops {
            let place = Place { capture: self.capture.to_owned(), number: self.number, line };
            self.stops = !(self.visit)(&place, record);
        }
    }

    fn entries(&mut self, line: u64, raw: Content<'_>, batch: Batch<'_>) {
        let redacted = self.redactor.batch(batch);
        let message = self.message;
        for (at, entry) in redacted.entries(message).enumerate() {
            self.show(line, Record::Entry { raw, at, entry: &entry });
        }
    }
}

impl<'c, V: FnMut(&Place, Record<'_>) -> bool> Take<'c> for Visitor<'_, V> {
    fn json(&mut self, line: u64, text: &'c str) -> Result<(), Malformed> {
        let mut batch = Batch::new();
        batch.push_whole_json(text)?;
        self.entries(line, Content::Json(text), batch);
        Ok(())
    }

    fn text(&mut self, line: u64, text: &'c str) {
        let mut batch = Batch::new();
        batch.push_text(text);
        self.entries(line, Content::Text(text), batch);
    }

    fn malformed(&mut self, line: u64, reason: &str, bytes: &'c [u8]) {
        let quote = self.redactor.quote(bytes, QUOTE_LENGTH).into_string();
        self.show(line, Record::Malformed { reason, quote });
    }
}
