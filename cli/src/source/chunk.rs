//! A stretch of a capture that holds whole records.

use std::cell::OnceCell;

use super::layout::looks_like_object;
use super::mixed::Mixed;
use super::{Limits, MAX_QUOTE, shown_size};
use gardener_engine::entry::Malformed;

/// Some records of one capture, with their bytes.
#[derive(Debug)]
pub struct Chunk {
    /// Which capture it is from: its place in the list that was given to the reader.
    pub capture: usize,
    bytes: Vec<u8>,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Lines(Lined),
    Spans(Vec<Span>),
}

/// Where lines are. What they are is found out where they are read.
#[derive(Debug)]
pub(super) struct Lined {
    /// The number of the first.
    pub(super) first: u64,
    /// Where each ends.
    pub(super) ends: Vec<usize>,
    pub(super) limits: Limits,
}

#[derive(Debug)]
struct Span {
    line: u64,
    start: usize,
    end: usize,
    kind: SpanKind,
}

#[derive(Debug)]
enum SpanKind {
    Json,
    Text,
    Broken(String),
}

/// A record as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content<'c> {
    /// A JSON value.
    Json(&'c str),
    /// A line of text, or a few that belong together.
    Text(&'c str),
}

/// What reads the records of a [`Chunk`].
pub trait Take<'c> {
    /// Takes a record of JSON that begins at a line of the unpacked capture, the first of which is 1. It may also be a value
    /// that is no object, or something that stands in the place of one.
    ///
    /// # Errors
    /// If it cannot be read, or not all that it holds. Then nothing of it may be kept: what can be read of it comes again by
    /// itself, and what cannot to [`Take::malformed`].
    fn json(&mut self, line: u64, text: &'c str) -> Result<(), Malformed>;

    /// Takes a line of text, or a few that belong together, such as a stack trace.
    fn text(&mut self, line: u64, text: &'c str);

    /// Takes something that cannot be read: why, as a sentence whose subject is the record, such as `it is longer than 4 MiB`,
    /// and its bytes, as they were found; only the first of them if there are many. They may be none.
    fn malformed(&mut self, line: u64, reason: &str, bytes: &'c [u8]);
}

/// Keeps what had to be read again for as long as records borrow from it.
#[derive(Debug, Default)]
pub struct Again(OnceCell<Box<(Chunk, Again)>>);

impl Again {
    fn keep(&self, chunk: Chunk) -> &(Chunk, Self) {
        self.0.get_or_init(|| Box::new((chunk, Self::default())))
    }
}

impl Drop for Again {
    /// One after the other: there may be more of them than a stack is deep.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut kept) = next {
            next = kept.1.0.take();
        }
    }
}

impl Chunk {
    /// Whole lines, which begin and end between two records.
    pub(super) fn lines(capture: usize, bytes: Vec<u8>, lines: Lined) -> Self {
        Self { capture, bytes, form: Form::Lines(lines) }
    }

    /// Bytes of the unpacked capture that the records of this chunk take.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Its bytes, once nobody needs its records any more.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Hands the records to `to`, in their order.
    pub fn read<'c>(&'c self, again: &'c Again, to: &mut impl Take<'c>) {
        match &self.form {
            Form::Lines(lines) => self.read_lines(lines, again, to),
            Form::Spans(spans) => spans.iter().for_each(|span| self.read_span(span, to)),
        }
    }

    /// Lines that are whole objects are taken at once. Where one is not, it is found out with more care what stands there.
    fn read_lines<'c>(&'c self, lines: &Lined, again: &'c Again, to: &mut impl Take<'c>) {
        let (mut start, mut again) = (0, again);
        let mut mixed = None;
        for (end, number) in lines.ends.iter().zip(lines.first..) {
            // A stretch that was read again may have taken more than one line.
            let Some(line) = self.bytes.get(start..*end) else { continue };
            let body = line.trim_ascii();
            let is_taken = body.is_empty()
                || line.len() <= lines.limits.record
                    && looks_like_object(body)
                    && simdutf8::basic::from_utf8(body).is_ok_and(|text| to.json(number, text).is_ok());
            if is_taken {
                start = end + 1;
                continue;
            }
            let rest = self.bytes.get(start..).unwrap_or_default();
            let mixed = mixed.get_or_insert_with(|| Mixed::new(lines.limits));
            let (chunk, length) = mixed.stretch(self.capture, rest, number);
            start += length;
            if let Some(chunk) = chunk {
                let kept = again.keep(chunk);
                kept.0.read(&kept.1, to);
                again = &kept.1;
            }
        }
    }

    fn read_span<'c>(&'c self, span: &'c Span, to: &mut impl Take<'c>) {
        let bytes = self.bytes.get(span.start..span.end).unwrap_or_default();
        if let SpanKind::Broken(reason) = &span.kind {
            return to.malformed(span.line, reason, bytes);
        }
        match simdutf8::compat::from_utf8(bytes) {
            Ok(text) if matches!(span.kind, SpanKind::Text) => to.text(span.line, text),
            Ok(text) => {
                if let Err(Malformed { reason }) = to.json(span.line, text) {
                    to.malformed(span.line, &reason, bytes);
                }
            }
            Err(error) => {
                let reason = format!("it is not valid UTF-8 at byte {}", error.valid_up_to().saturating_add(1));
                to.malformed(span.line, &reason, bytes);
            }
        }
    }
}

/// Collects the records of a chunk one by one.
#[derive(Debug)]
pub(super) struct Builder {
    capture: usize,
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

impl Builder {
    pub(super) fn new(capture: usize) -> Self {
        Self { capture, bytes: Vec::new(), spans: Vec::new() }
    }

    /// Whether nothing was added and it has no room yet.
    pub(super) fn has_no_room(&self) -> bool {
        self.bytes.capacity() == 0
    }

    /// Takes room for what will be added to it, as long as nothing was.
    pub(super) fn take_room(&mut self, room: Vec<u8>) {
        self.bytes = room;
    }

    /// Bytes of the records that were added.
    pub(super) fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Records that were added.
    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn json(&mut self, line: u64, bytes: &[u8]) {
        self.push(line, bytes, SpanKind::Json);
    }

    pub(super) fn text(&mut self, line: u64, bytes: &[u8]) {
        self.push(line, bytes, SpanKind::Text);
    }

    /// A record that cannot be read; of its bytes the first are kept.
    pub(super) fn broken(&mut self, line: u64, bytes: &[u8], reason: String) {
        self.push(line, quoted(bytes), SpanKind::Broken(reason));
    }

    fn push(&mut self, line: u64, bytes: &[u8], kind: SpanKind) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        self.spans.push(Span { line, start, end: self.bytes.len(), kind });
    }

    /// The chunk, if it has any records.
    pub(super) fn finish(self) -> Option<Chunk> {
        let Self { capture, bytes, spans } = self;
        if spans.is_empty() { None } else { Some(Chunk { capture, bytes, form: Form::Spans(spans) }) }
    }
}

/// Why a record beyond the limit is not read.
pub(super) fn too_long(longest: usize) -> String {
    format!("it is longer than {}", shown_size(longest))
}

fn quoted(bytes: &[u8]) -> &[u8] {
    bytes.get(..MAX_QUOTE).unwrap_or(bytes)
}
