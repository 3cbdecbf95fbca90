//! A stretch of a capture that holds whole records.

use memchr::memchr;

use super::{MAX_QUOTE, shown_size};

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
    /// One record a line; the number of the first line, and the longest line that counts as a record.
    Lines {
        first: u64,
        longest: usize,
    },
    Spans(Vec<Span>),
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

/// One record, as it stands in its capture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'c> {
    /// The line of the unpacked capture where it begins; the first is 1.
    pub line: u64,
    /// What it holds.
    pub content: Content<'c>,
}

/// What a record holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content<'c> {
    /// A JSON value, or what stands in the place of one; not checked yet. Not blank.
    Json(&'c str),
    /// A line of text, or a few that belong together, such as a stack trace.
    Text(&'c str),
    /// Something that is no record, though it stands in the place of one.
    Broken {
        /// Why, as a sentence whose subject is the record, such as `it is longer than 4 MiB`.
        reason: String,
        /// Its bytes, as they were found; only the first of them if there are many. May be empty.
        bytes: &'c [u8],
    },
}

impl Chunk {
    /// Whole lines, the first of which has the number `first`; longer ones than `longest` are broken.
    pub(super) fn lines(capture: usize, bytes: Vec<u8>, first: u64, longest: usize) -> Self {
        Self { capture, bytes, form: Form::Lines { first, longest } }
    }

    /// Bytes of the unpacked capture that the records of this chunk take.
    #[must_use]
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// The records, in their order. Lines that are blank are none.
    #[must_use]
    pub fn records(&self) -> Records<'_> {
        Records(match &self.form {
            Form::Lines { first, longest } => Walk::Lines { rest: &self.bytes, line: *first, longest: *longest },
            Form::Spans(spans) => Walk::Spans { bytes: &self.bytes, spans: spans.iter() },
        })
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

/// The records of a [`Chunk`].
#[derive(Clone, Debug)]
pub struct Records<'c>(Walk<'c>);

#[derive(Clone, Debug)]
enum Walk<'c> {
    Lines { rest: &'c [u8], line: u64, longest: usize },
    Spans { bytes: &'c [u8], spans: std::slice::Iter<'c, Span> },
}

impl<'c> Iterator for Records<'c> {
    type Item = Record<'c>;

    fn next(&mut self) -> Option<Record<'c>> {
        match &mut self.0 {
            Walk::Lines { rest, line, longest } => loop {
                if rest.is_empty() {
                    return None;
                }
                let (bytes, behind) = match memchr(b'\n', rest).and_then(|at| rest.split_at_checked(at)) {
                    Some((bytes, behind)) => (bytes, behind.get(1..).unwrap_or_default()),
                    None => (*rest, [].as_slice()),
                };
                let number = *line;
                *rest = behind;
                *line += 1;
                if bytes.len() > *longest {
                    let content = Content::Broken { reason: too_long(*longest), bytes: quoted(bytes) };
                    return Some(Record { line: number, content });
                }
                let bytes = bytes.trim_ascii();
                if !bytes.is_empty() {
                    return Some(Record { line: number, content: checked(bytes, Content::Json) });
                }
            },
            Walk::Spans { bytes, spans } => {
                let span = spans.next()?;
                let bytes = bytes.get(span.start..span.end).unwrap_or_default();
                let content = match &span.kind {
                    SpanKind::Json => checked(bytes, Content::Json),
                    SpanKind::Text => checked(bytes, Content::Text),
                    SpanKind::Broken(reason) => Content::Broken { reason: reason.clone(), bytes },
                };
                Some(Record { line: span.line, content })
            }
        }
    }
}

fn checked<'c>(bytes: &'c [u8], content: impl Fn(&'c str) -> Content<'c>) -> Content<'c> {
    match std::str::from_utf8(bytes) {
        Ok(text) => content(text),
        Err(error) => Content::Broken {
            reason: format!("it is not valid UTF-8 at byte {}", error.valid_up_to().saturating_add(1)),
            bytes,
        },
    }
}

/// Why a record beyond the limit is not read.
pub(super) fn too_long(longest: usize) -> String {
    format!("it is longer than {}", shown_size(longest))
}

fn quoted(bytes: &[u8]) -> &[u8] {
    bytes.get(..MAX_QUOTE).unwrap_or(bytes)
}
