//! Reads captures one after the other, into chunks.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::chunk::{Builder, Chunk};
use super::input::{Ending, Input};
use super::layout::is_yaml;
use super::lines::Lines;
use super::messages::Messages;
use super::mixed::Mixed;
use super::spare::Spare;
use super::unpack::{Bytes, Counted, unpacked};
use super::yaml::Yaml;
use super::{Capture, InputError, LIMITS, Layout, Limits, Place, shown_error};

/// Records in a chunk, however small they are.
const MAX_RECORDS: usize = 1 << 14;

/// Reads captures in their order. One that cannot be read gives an error, and the next one follows.
///
/// ```
/// use gardener_cli::source::{CaptureReader, resolve};
/// # let directory = tempfile::tempdir()?;
/// # let path = directory.path().join("capture.jsonl").to_string_lossy().into_owned();
/// std::fs::write(&path, "{\"severity\":\"ERROR\"}\n\n{\"severity\":\"INFO\"}\n")?;
/// let chunks: Vec<_> = CaptureReader::open(resolve(&[path]).unwrap()).collect();
/// assert_eq!(chunks.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct CaptureReader {
    captures: Vec<Capture>,
    next: usize,
    open: Option<Open>,
    consumed: Arc<AtomicU64>,
    limits: Limits,
    refuses_damage: bool,
    spare: Spare,
}

/// The capture that is being read.
struct Open {
    index: usize,
    input: Input<'static>,
    cutter: Cutter,
}

/// Cuts an input into chunks.
enum Cutter {
    Records(Box<Records>),
    Yaml(Yaml),
    Messages(Messages),
    /// Nothing to read any more.
    Nothing,
}

/// Cuts lines as long as that is all there is to do, and records where there is more.
struct Records {
    capture: usize,
    limits: Limits,
    lines: Lines,
    mixed: Mixed,
}

impl Records {
    fn new(capture: usize, limits: Limits) -> Self {
        Self { capture, limits, lines: Lines::new(capture, limits), mixed: Mixed::new(limits) }
    }

    fn next(&mut self, input: &mut Input<'_>) -> Option<Chunk> {
        let mut out = Builder::new(self.capture);
        while !self.mixed.is_done() && out.byte_len() < self.limits.chunk && out.len() < MAX_RECORDS {
            if self.mixed.is_between() && self.lines.are_ahead(input) {
                self.mixed.end_text(&mut out);
                if out.len() > 0 {
                    break;
                }
                if let Some(chunk) = self.lines.next(input) {
                    self.mixed.pass_object();
                    return Some(chunk);
                }
            }
            if out.has_no_room() {
                out.take_room(input.empty_room());
            }
            self.mixed.step(input, &mut out);
        }
        out.finish()
    }
}

impl Open {
    fn new(index: usize, bytes: Bytes, layout: Layout, limits: Limits, spare: Spare) -> Result<Self, String> {
        let mut input = Input::new(unpacked(bytes)?, limits.chunk, spare);
        while input.bytes().len() < limits.sniff && input.fill() {}
        let head = input.bytes().get(..limits.sniff).unwrap_or(input.bytes());
        let cutter = if layout == Layout::Messages {
            Cutter::Messages(Messages::new(index, limits))
        } else if is_yaml(head) {
            Cutter::Yaml(Yaml::new(index, limits))
        } else {
            Cutter::Records(Box::new(Records::new(index, limits)))
        };
        Ok(Self { index, input, cutter })
    }

    fn next(&mut self, refuses_damage: bool) -> Option<Result<Chunk, (String, bool)>> {
        let chunk = match &mut self.cutter {
            Cutter::Records(records) => records.next(&mut self.input),
            Cutter::Yaml(yaml) => yaml.next(&mut self.input),
            Cutter::Messages(messages) => messages.next(&mut self.input),
            Cutter::Nothing => return None,
        };
        if let Some(chunk) = chunk {
            return Some(Ok(chunk));
        }
        let (reason, is_remote) = match self.input.ending().cloned() {
            Some(Ending::Failed(reason, is_remote)) => (reason, is_remote),
            Some(Ending::Damaged(reason)) if refuses_damage => (reason, false),
            _ => return None,
        };
        self.cutter = Cutter::Nothing;
        let reason = match self.input.offset() {
            0 if is_remote => reason,
            _ => format!("it could not be read beyond line {}: {reason}", self.input.line()),
        };
        Some(Err((reason, is_remote)))
    }
}

impl CaptureReader {
    /// A reader of these captures. None is opened before its turn.
    #[must_use]
    pub fn open(captures: Vec<Capture>) -> Self {
        Self {
            captures,
            next: 0,
            open: None,
            consumed: Arc::default(),
            limits: LIMITS,
            refuses_damage: false,
            spare: Spare::default(),
        }
    }

    /// The same, for captures that have to be whole: one that is packed and damaged gives an error behind what could be read.
    /// Otherwise the damage counts as a record that cannot be read.
    #[must_use]
    pub fn refusing_damage(self) -> Self {
        Self { refuses_damage: true, ..self }
    }

    /// Where the room of chunks that were read can be left, for the next ones.
    #[must_use]
    pub(crate) fn spare(&self) -> Spare {
        self.spare.clone()
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
        let capture = Capture { name: "test".to_owned(), size: None, place: Place::Stdin, layout: Layout::Found };
        let open = Open::new(0, bytes, Layout::Found, limits, Spare::default()).ok();
        Self { next: 1, open, limits, ..Self::open(vec![capture]) }
    }

    fn error(&self, index: usize, reason: String, is_remote: bool) -> InputError {
        let capture = self.captures.get(index).map(|capture| capture.name.clone()).unwrap_or_default();
        InputError { capture, reason, is_remote }
    }

    fn open_next(&mut self) -> Option<Result<Open, InputError>> {
        let index = self.next;
        let capture = self.captures.get(index)?;
        self.next += 1;
        let bytes: Bytes = match &capture.place {
            Place::Stdin => Box::new(io::stdin()),
            Place::Held(bytes) => Box::new(io::Cursor::new(Arc::clone(bytes))),
            Place::Object(object) => Box::new(object.download()),
            Place::File(path) => match File::open(path) {
                Ok(file) => Box::new(file),
                Err(error) => return Some(Err(self.error(index, shown_error(&error), false))),
            },
        };
        let counted = Counted { bytes, count: self.consumed() };
        Some(
            Open::new(index, Box::new(counted), capture.layout, self.limits, self.spare.clone())
                .map_err(|reason| self.error(index, reason, false)),
        )
    }
}

impl Iterator for CaptureReader {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(open) = &mut self.open {
                match open.next(self.refuses_damage) {
                    Some(Ok(chunk)) => return Some(Ok(chunk)),
                    Some(Err((reason, is_remote))) => {
                        let index = open.index;
                        return Some(Err(self.error(index, reason, is_remote)));
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
