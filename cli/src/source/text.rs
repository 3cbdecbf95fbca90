//! Plain text: a line is a record, and so are lines that belong together, such as a stack trace.

mod shape;
mod trace;

use memchr::memchr;

use self::trace::Trace;
use super::Limits;
use super::chunk::{Builder, Chunk, too_long};
use super::input::{Ending, Input};
use super::lines::{is_object, skip_line};

/// The most lines in a record; further ones form the next record.
const MAX_LINES: usize = 1_000;

/// The most bytes in a record of more than one line.
const MAX_JOINED: usize = 256 << 10;

/// The most blank lines in a row within a record.
const MAX_BLANKS: usize = 8;

/// Joins lines to records.
pub(super) struct Text {
    capture: usize,
    limits: Limits,
    trace: Trace,
    /// The record that further lines may belong to, with `\n` between its lines.
    record: Vec<u8>,
    /// The line where it begins, and how many it has; none if there is no record.
    line: u64,
    lines: usize,
    /// Blank lines behind it, which belong to it if what follows does.
    blanks: Vec<u8>,
    gap: usize,
    /// Bytes at the front of the window that hold no line end.
    searched: usize,
    done: bool,
}

impl Text {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self {
            capture,
            limits,
            trace: Trace::new(),
            record: Vec::new(),
            line: 0,
            lines: 0,
            blanks: Vec::new(),
            gap: 0,
            searched: 0,
            done: false,
        }
    }

    /// The next records. What may go on stays back for the chunk after it.
    pub(super) fn next(&mut self, input: &mut Input) -> Option<Chunk> {
        let mut out = Builder::new(self.capture);
        while !self.done && out.byte_len() < self.limits.chunk {
            self.step(input, &mut out);
        }
        out.finish()
    }

    fn step(&mut self, input: &mut Input, out: &mut Builder) {
        let bytes = input.bytes();
        let found = memchr(b'\n', bytes.get(self.searched..).unwrap_or_default());
        let length = match found {
            Some(at) => self.searched + at,
            None => bytes.len(),
        };
        if length > self.limits.record {
            self.searched = 0;
            self.finish_record(out);
            out.broken(input.line(), input.bytes(), too_long(self.limits.record));
            return skip_line(input);
        }
        if found.is_none() {
            self.searched = length;
            if input.fill() {
                return;
            }
            self.done = true;
        }
        self.searched = 0;
        let line = bytes_of_line(input.bytes(), length);
        if line.trim_ascii().is_empty() {
            if found.is_some() {
                self.blank(line, out);
            }
        } else {
            self.line(input.line(), line, out);
        }
        input.consume(length + 1);
        if self.done {
            self.finish_record(out);
            if let Some(Ending::Damaged(reason)) = input.ending() {
                out.broken(input.line(), &[], reason.clone());
            }
        }
    }

    fn blank(&mut self, line: &[u8], out: &mut Builder) {
        if self.lines == 0 {
            return;
        }
        if self.gap >= MAX_BLANKS || !self.trace.bridges_gaps() {
            return self.finish_record(out);
        }
        self.gap += 1;
        self.blanks.push(b'\n');
        self.blanks.extend_from_slice(line.get(..MAX_JOINED).unwrap_or(line));
    }

    fn line(&mut self, number: u64, line: &[u8], out: &mut Builder) {
        let trimmed = line.trim_ascii();
        if trimmed.first() == Some(&b'{') && is_object(trimmed) {
            self.finish_record(out);
            return out.json(number, trimmed);
        }
        if self.lines > 0 && self.trace.goes_on_with(line, self.gap > 0) {
            let bytes = self.record.len() + self.blanks.len() + line.len() + 1;
            if self.lines + self.gap < MAX_LINES && bytes <= MAX_JOINED.min(self.limits.record) {
                self.lines += self.gap + 1;
                self.gap = 0;
                self.record.append(&mut self.blanks);
                self.record.push(b'\n');
                self.record.extend_from_slice(line);
                return;
            }
            // The trace goes on, in a record of its own.
            self.finish_record(out);
        } else {
            self.finish_record(out);
            self.trace.begin(line);
        }
        self.line = number;
        self.lines = 1;
        self.record.extend_from_slice(line);
    }

    fn finish_record(&mut self, out: &mut Builder) {
        if self.lines > 0 {
            out.text(self.line, &self.record);
        }
        self.record.clear();
        self.blanks.clear();
        (self.lines, self.gap) = (0, 0);
    }
}

/// The line at the front, without its end.
fn bytes_of_line(bytes: &[u8], length: usize) -> &[u8] {
    let line = bytes.get(..length).unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line)
}
