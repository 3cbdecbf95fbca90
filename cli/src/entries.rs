//! Entries of captures one by one, each with its place: for what looks at single entries and need not be fast.

pub(crate) mod find;
pub(crate) mod operand;

use gardener_engine::entry::{Batch, Entry, FieldPath};
use gardener_engine::redact::Redactor;

use crate::source::{Capture, CaptureReader, Content, InputError};

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
    mut visit: impl FnMut(&Place, Record<'_>) -> bool,
) -> Vec<InputError> {
    let names: Vec<String> = captures.iter().map(|capture| capture.name.clone()).collect();
    let mut errors = Vec::new();
    let (mut current, mut number) = (usize::MAX, 0);
    for chunk in CaptureReader::open(captures) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        if chunk.capture != current {
            (current, number) = (chunk.capture, 0);
        }
        for record in chunk.records() {
            let mut batch = Batch::new();
            let mut malformed = Vec::new();
            match &record.content {
                Content::Json(text) => batch.push_json(text, &mut malformed),
                Content::Text(text) => batch.push_text(text),
                Content::Broken { .. } => {}
            }
            let mut place = |line| {
                number += 1;
                Place { capture: names.get(current).cloned().unwrap_or_default(), number, line }
            };
            let redacted = redactor.batch(batch);
            for (at, entry) in redacted.entries(message).enumerate() {
                if !visit(&place(record.line), Record::Entry { raw: record.content.clone(), at, entry: &entry }) {
                    return errors;
                }
            }
            let (bytes, broken) = match &record.content {
                Content::Json(text) | Content::Text(text) => (text.as_bytes(), None),
                Content::Broken { reason, bytes } => (*bytes, Some(reason.as_str())),
            };
            for reason in malformed.iter().map(|malformed| malformed.reason.as_str()).chain(broken) {
                let quote = redactor.quote(bytes, QUOTE_LENGTH).into_string();
                if !visit(&place(record.line), Record::Malformed { reason, quote }) {
                    return errors;
                }
            }
        }
    }
    errors
}
