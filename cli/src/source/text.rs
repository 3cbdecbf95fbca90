//! Plain text: a line is a record, and so are lines that belong together, such as a stack trace.

mod shape;
mod trace;

use self::trace::Trace;
use super::Limits;
use super::chunk::Builder;

/// The most lines in a record; further ones form the next record.
const MAX_LINES: usize = 1_000;

/// The most bytes in a record of more than one line.
const MAX_JOINED: usize = 256 << 10;

/// The most blank lines in a row within a record.
const MAX_BLANKS: usize = 8;

/// Joins lines to records.
#[derive(Debug)]
pub(super) struct Text {
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
}

impl Text {
    pub(super) fn new(limits: Limits) -> Self {
        let (trace, record, blanks) = (Trace::new(), Vec::new(), Vec::new());
        Self { limits, trace, record, line: 0, lines: 0, blanks, gap: 0 }
    }

    /// Whether there is a record that further lines may belong to.
    pub(super) fn is_open(&self) -> bool {
        self.lines > 0
    }

    /// Takes a blank line.
    pub(super) fn blank(&mut self, line: &[u8], out: &mut Builder) {
        if self.lines == 0 {
            return;
        }
        if self.gap >= MAX_BLANKS || !self.trace.bridges_gaps() {
            return self.finish(out);
        }
        self.gap += 1;
        self.blanks.push(b'\n');
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.blanks.extend_from_slice(line.get(..MAX_JOINED).unwrap_or(line));
    }

    /// Takes the line of this number, without its end.
    pub(super) fn line(&mut self, number: u64, line: &[u8], out: &mut Builder) {
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
            self.finish(out);
        } else {
            self.finish(out);
            self.trace.begin(line);
        }
        self.line = number;
        self.lines = 1;
        self.record.extend_from_slice(line);
    }

    /// Hands on the record, if there is one.
    pub(super) fn finish(&mut self, out: &mut Builder) {
        if self.lines > 0 {
            out.text(self.line, &self.record);
        }
        self.record.clear();
        self.blanks.clear();
        (self.lines, self.gap) = (0, 0);
    }
}
