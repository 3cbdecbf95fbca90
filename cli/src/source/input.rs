//! The bytes of one capture, unpacked, through a window that moves over them.

use std::io::{ErrorKind, Read};

use memchr::memchr_iter;

use super::shown_error;
use super::spare::Spare;
use super::unpack::{Bytes, is_of_place, is_of_server};

/// The window. What was consumed is gone; what was not is [`Input::bytes`].
pub(super) struct Input<'r> {
    reader: Box<dyn Read + Send + 'r>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    step: usize,
    line: u64,
    offset: u64,
    ending: Option<Ending>,
    /// Where the next window comes from.
    spare: Spare,
}

/// How the bytes of a capture came to their end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// All were read.
    Whole,
    /// What follows is packed in a way that cannot be unpacked.
    Damaged(String),
    /// They could not be read from where they lie; whether that is a server.
    Failed(String, bool),
}

impl<'r> Input<'r> {
    /// Reads so many bytes at a time if it can.
    pub(super) fn new(reader: Bytes, step: usize, spare: Spare) -> Self {
        Self { spare, ..Self::at_line(reader, step, 1) }
    }

    /// Bytes that begin at a line of this number.
    pub(super) fn at_line(reader: Box<dyn Read + Send + 'r>, step: usize, line: u64) -> Self {
        let step = step.max(1);
        let spare = Spare::default();
        Self { reader, buffer: Vec::new(), start: 0, end: 0, step, line, offset: 0, ending: None, spare }
    }

    /// Room that is used again, for about as many bytes as are read at a time.
    pub(super) fn empty_room(&self) -> Vec<u8> {
        self.spare.empty(self.step + self.step / 8)
    }

    /// What is in the window.
    pub(super) fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The line on which the first byte of the window stands.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// How many bytes were consumed.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// How the input ended, once it has.
    pub(super) fn ending(&self) -> Option<&Ending> {
        self.ending.as_ref()
    }

    /// Reads more into the window; false if there is no more.
    pub(super) fn fill(&mut self) -> bool {
        if self.ending.is_some() {
            return false;
        }
        self.make_room();
        let until = self.buffer.len().min(self.end + self.step);
        let room = self.buffer.get_mut(self.end..until).unwrap_or_default();
        let ending = loop {
            match self.reader.read(room) {
                Ok(0) => break Ending::Whole,
                Ok(count) => {
                    self.end = (self.end + count).min(self.buffer.len());
                    return true;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                // Unpackers report damage in errors of their own.
                Err(error) if is_of_place(&error) => break Ending::Failed(shown_error(&error), is_of_server(&error)),
                Err(error) => break Ending::Damaged(error.to_string()),
            }
        };
        self.ending = Some(ending);
        false
    }

    fn make_room(&mut self) {
        if self.buffer.len() - self.end >= self.step {
            return;
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.buffer.len() - self.end < self.step {
            // By half of it, so that a record that comes in small pieces is not moved once a piece.
            let more = self.step.max(self.buffer.len() / 2);
            let size = self.end.saturating_add(more);
            match self.buffer.is_empty() {
                // Fresh zeros take memory only where something is read into them: most captures of a case are small.
                true => self.buffer = vec![0; size],
                false => self.buffer.resize(size, 0),
            }
        }
    }

    /// Moves the start of the window forward.
    pub(super) fn consume(&mut self, count: usize) {
        let gone = self.bytes().get(..count).unwrap_or(self.bytes());
        let (count, lines) = (gone.len(), memchr_iter(b'\n', gone).count());
        self.pass(count, lines);
    }

    /// Moves the start of the window behind its first line, which is known to have so many bytes.
    pub(super) fn consume_line(&mut self, length: usize) {
        let ends = self.bytes().get(length) == Some(&b'\n');
        self.pass(self.bytes().len().min(length + 1), usize::from(ends));
    }

    fn pass(&mut self, count: usize, lines: usize) {
        self.line += lines as u64;
        self.offset += count as u64;
        self.start = self.start.saturating_add(count).min(self.end);
    }

    /// Moves the first bytes of the window, in which so many lines end, out of it, without copying them where next to nothing is
    /// left behind them, as is usual: so that the next window need not be larger than others.
    pub(super) fn take(&mut self, count: usize, lines: usize) -> Vec<u8> {
        let cut = self.start.saturating_add(count).min(self.end);
        let rest = self.buffer.get(cut..self.end).unwrap_or_default();
        if rest.len() > (cut - self.start).min(self.step / 8) {
            let bytes = self.bytes().get(..count).unwrap_or(self.bytes());
            let mut taken = self.spare.empty(bytes.len());
            taken.extend_from_slice(bytes);
            self.pass(taken.len(), lines);
            return taken;
        }
        let ahead = if self.ending.is_some() { 0 } else { self.step };
        let mut next = self.spare.room(rest.len() + ahead);
        if let Some(front) = next.get_mut(..rest.len()) {
            front.copy_from_slice(rest);
        }
        let kept = rest.len();
        let mut taken = std::mem::replace(&mut self.buffer, next);
        taken.truncate(cut);
        taken.drain(..self.start);
        (self.start, self.end) = (0, kept);
        self.line += lines as u64;
        self.offset += taken.len() as u64;
        taken
    }
}
