//! Reads captures one after the other, into chunks.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use memchr::memchr;

use super::chunk::Chunk;
use super::documents::Documents;
use super::input::{Ending, Input};
use super::layout::{Layout, sniff};
use super::lines::Lines;
use super::text::Text;
use super::unpack::{Bytes, Counted, unpacked};
use super::{Capture, InputError, LIMITS, Limits, Place, shown_error};

const YAML: &str = "this looks like the YAML that gcloud writes; use `gcloud logging read --format=json`";

/// Reads captures in their order. One that cannot be read gives an error, and the next one follows.
///
/// ```
/// use gardener_cli::source::{CaptureReader, Content, resolve};
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("capture.jsonl").to_string_lossy().into_owned();
/// std::fs::write(&path, "{\"severity\":\"ERROR\"}\n\n{\"severity\":\"INFO\"}\n")?;
/// let mut lines = Vec::new();
/// for chunk in CaptureReader::open(resolve(&[path]).unwrap()) {
///     for record in chunk?.records() {
///         lines.push((record.line, matches!(record.content, Content::Json(_))));
///     }
/// }
/// assert_eq!(lines, [(1, true), (3, true)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CaptureReader {
    captures: Vec<Capture>,
    next: usize,
    open: Option<Open>,
    consumed: Arc<AtomicU64>,
    limits: Limits,
}

/// The capture that is being read.
struct Open {
    index: usize,
    input: Input,
    cutter: Cutter,
}

/// Cuts an input into chunks, according to its layout.
enum Cutter {
    Lines(Lines),
    Documents(Documents),
    Text(Box<Text>),
    /// Nothing to read; why, unless it has been said.
    Refused(Option<String>),
}

impl Open {
    fn new(index: usize, bytes: Bytes, limits: Limits) -> Result<Self, String> {
        let mut input = Input::new(unpacked(bytes)?, limits.chunk);
        let head = loop {
            let head = head(input.bytes(), &limits);
            if head.is_some() || !input.fill() {
                break head;
            }
        };
        let layout = match head {
            Some(length) => sniff(input.bytes().get(..length).unwrap_or_default(), false),
            None => sniff(input.bytes(), true),
        };
        let cutter = match layout {
            Layout::Yaml => Cutter::Refused(Some(YAML.to_owned())),
            Layout::Documents => Cutter::Documents(Documents::new(index, limits)),
            Layout::Lines => Cutter::Lines(Lines::new(index, limits)),
            Layout::Text => Cutter::Text(Box::new(Text::new(index, limits))),
        };
        Ok(Self { index, input, cutter })
    }

    fn next(&mut self) -> Option<Result<Chunk, String>> {
        let chunk = match &mut self.cutter {
            Cutter::Lines(lines) => lines.next(&mut self.input),
            Cutter::Documents(documents) => documents.next(&mut self.input),
            Cutter::Text(text) => text.next(&mut self.input),
            Cutter::Refused(reason) => return reason.take().map(Err),
        };
        if let Some(chunk) = chunk {
            return Some(Ok(chunk));
        }
        let Some(Ending::Failed(reason)) = self.input.ending().cloned() else { return None };
        self.cutter = Cutter::Refused(None);
        Some(Err(format!("it could not be read beyond line {}: {reason}", self.input.line())))
    }
}

/// How many of the first bytes tell the layout, once there are enough: some lines, or the first one if it is long.
/// This does not depend on how many bytes there are.
fn head(bytes: &[u8], limits: &Limits) -> Option<usize> {
    let first = bytes.get(..limits.sniff)?;
    if memchr(b'\n', first).is_some() {
        return Some(first.len());
    }
    let long = bytes.get(..=limits.record);
    let end = memchr(b'\n', long.unwrap_or(bytes)).map(|at| at + 1);
    end.or(long.map(<[u8]>::len)).map(|length| length.max(first.len()))
}

impl CaptureReader {
    /// A reader of these captures. None is opened before its turn.
    #[must_use]
    pub fn open(captures: Vec<Capture>) -> Self {
        Self { captures, next: 0, open: None, consumed: Arc::default(), limits: LIMITS }
    }

    /// The captures it reads; [`Chunk::capture`] is a place in them.
    #[must_use]
    pub fn captures(&self) -> &[Capture] {
        &self.captures
    }

    /// The bytes that were read so far, packed if they are packed; goes up to [`CaptureReader::size`].
    #[must_use]
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// The bytes of all captures, if all are files.
    #[must_use]
    pub fn size(&self) -> Option<u64> {
        self.captures.iter().try_fold(0_u64, |sum, capture| Some(sum.saturating_add(capture.size?)))
    }
}

impl CaptureReader {
    /// A reader of bytes that lie nowhere.
    #[cfg(test)]
    pub(super) fn of(bytes: Bytes, limits: Limits) -> Self {
        let capture = Capture { name: "test".to_owned(), size: None, place: Place::Stdin };
        let open = Open::new(0, bytes, limits).ok();
        Self { captures: vec![capture], next: 1, open, consumed: Arc::default(), limits }
    }

    fn error(&self, index: usize, reason: String) -> InputError {
        let capture = self.captures.get(index).map(|capture| capture.name.clone()).unwrap_or_default();
        InputError { capture, reason }
    }

    fn open_next(&mut self) -> Option<Result<Open, InputError>> {
        let index = self.next;
        let capture = self.captures.get(index)?;
        self.next += 1;
        let bytes: Bytes = match &capture.place {
            Place::Stdin => Box::new(io::stdin()),
            Place::Held(bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
            Place::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(error) => return Some(Err(self.error(index, shown_error(&error)))),
            },
        };
        let counted = Counted { bytes, count: self.consumed() };
        Some(Open::new(index, Box::new(counted), self.limits).map_err(|reason| self.error(index, reason)))
    }
}

impl Iterator for CaptureReader {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(open) = &mut self.open {
                match open.next() {
                    Some(Ok(chunk)) => return Some(Ok(chunk)),
                    Some(Err(reason)) => {
                        let index = open.index;
                        return Some(Err(self.error(index, reason)));
                    }
                    None => self.open = None,
                }
            }
            match self.open_next()? {
                Ok(open) => self.open = Some(open),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
