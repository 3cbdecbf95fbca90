//! Lines that are a message each, whatever they look like: for captures that are said to be so.

use memchr::memchr_iter;

use super::Limits;
use super::chunk::{Builder, Chunk, too_long};
use super::input::{Ending, Input};

/// Lines in a chunk, however short they are.
const MAX_LINES: usize = 1 << 14;

/// Cuts an input into its lines, each of which is a record: blank ones too, so that what is made of the lines can be put beside
/// them. Bytes that are no UTF-8 are replaced, for a message with one in it is a message all the same.
#[derive(Debug)]
pub(super) struct Messages {
    capture: usize,
    limits: Limits,
    is_done: bool,
}

impl Messages {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self { capture, limits, is_done: false }
    }

    /// The next lines.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> Option<Chunk> {
        let mut out = Builder::new(self.capture);
        while out.len() == 0 && !self.is_done {
            if self.whole_lines(input, &mut out) || input.bytes().len() <= self.limits.record && input.fill() {
                continue;
            }
            self.last_or_long(input, &mut out);
        }
        out.finish()
    }

    /// The lines that end within the window, if any do.
    fn whole_lines(&self, input: &mut Input<'_>, out: &mut Builder) -> bool {
        let bytes = input.bytes();
        let mut start = 0;
        for (end, number) in memchr_iter(b'\n', bytes).zip(input.line()..).take(MAX_LINES) {
            self.line(number, bytes.get(start..end).unwrap_or_default(), out);
            start = end + 1;
            if out.byte_len() >= self.limits.chunk {
                break;
            }
        }
        input.consume(start);
        start > 0
    }

    /// A line without an end: the last one, or one that is too long to be read.
    fn last_or_long(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let number = input.line();
        let bytes = input.bytes();
        if bytes.len() > self.limits.record {
            out.broken(number, bytes, too_long(self.limits.record));
            Self::skip_line(input);
        } else if !bytes.is_empty() {
            self.line(number, bytes, out);
            input.consume(bytes.len());
        }
        if input.bytes().is_empty() && !input.fill() {
            if let Some(Ending::Damaged(reason)) = input.ending() {
                out.broken(input.line(), &[], reason.clone());
            }
            self.is_done = true;
        }
    }

    fn line(&self, number: u64, line: &[u8], out: &mut Builder) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > self.limits.record {
            out.broken(number, line, too_long(self.limits.record));
        } else {
            out.text(number, String::from_utf8_lossy(line).as_bytes());
        }
    }

    fn skip_line(input: &mut Input<'_>) {
        loop {
            let bytes = input.bytes();
            match memchr::memchr(b'\n', bytes) {
                Some(end) => return input.consume(end + 1),
                None => input.consume(bytes.len()),
            }
            if !input.fill() {
                return;
            }
        }
    }
}
