//! Plain text: a line is a record, and so are lines that belong together, such as a stack trace.

mod shape;
mod trace;

use self::trace::{Trace, Verdict};
use super::Limits;
use super::chunk::Builder;

/// The most lines in a record; further ones form the next record.
const MAX_LINES: usize = 1_000;

/// The most bytes in a record of more than one line.
const MAX_JOINED: usize = 256 << 10;

/// The most blank lines in a row within a record.
const MAX_BLANKS: usize = 8;

/// The most lines that are held back because they may be more of a message.
const MAX_PERHAPS: usize = 20;

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
    /// Lines behind it, with their numbers, which may be more of its message.
    perhaps: Vec<(u64, Vec<u8>)>,
}

impl Text {
    pub(super) fn new(limits: Limits) -> Self {
        let (trace, record, blanks) = (Trace::new(), Vec::new(), Vec::new());
        Self { limits, trace, record, line: 0, lines: 0, blanks, gap: 0, perhaps: Vec::new() }
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
        self.settle(self.trace.confirms_at_end(false), out);
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
        if self.lines == 0 {
            return self.begin(number, line);
        }
        let gap = self.gap > 0;
        let has_room = |perhaps: &Vec<_>| perhaps.len() < MAX_PERHAPS && line.len() <= MAX_JOINED / MAX_PERHAPS;
        if !self.perhaps.is_empty() {
            let are_part = self.trace.confirms(line);
            if !are_part && self.trace.may_go_on_with(line, gap) && has_room(&self.perhaps) {
                return self.perhaps.push((number, line.to_vec()));
            }
            self.settle(are_part, out);
        }
        let first = (self.lines == 1).then_some(self.record.as_slice());
        match self.trace.goes_on_with(line, gap, first) {
            Verdict::Perhaps if has_room(&self.perhaps) => self.perhaps.push((number, line.to_vec())),
            Verdict::Yes if self.append(line) => {}
            // The trace goes on, in a record of its own.
            Verdict::Yes => {
                self.hand_on(out);
                self.start(number, line);
            }
            Verdict::Perhaps => {
                self.hand_on(out);
                self.begin(number, line);
            }
            Verdict::No(begun) => {
                self.hand_on(out);
                self.trace.begin_as(line, begun);
                self.start(number, line);
            }
        }
    }

    /// Begins a record with this line.
    fn begin(&mut self, number: u64, line: &[u8]) {
        self.trace.begin(line);
        self.start(number, line);
    }

    fn start(&mut self, number: u64, line: &[u8]) {
        self.line = number;
        self.lines = 1;
        self.record.extend_from_slice(line);
    }

    /// Takes a line, and blank ones in front of it, into the record; false if that would be too long.
    fn append(&mut self, line: &[u8]) -> bool {
        let bytes = self.record.len() + self.blanks.len() + line.len() + 1;
        if self.lines + self.gap >= MAX_LINES || bytes > MAX_JOINED.min(self.limits.record) {
            return false;
        }
        self.lines += self.gap + 1;
        self.gap = 0;
        self.record.append(&mut self.blanks);
        self.record.push(b'\n');
        self.record.extend_from_slice(line);
        true
    }

    /// Makes lines that may belong to the record a part of it, or records of their own.
    fn settle(&mut self, are_part: bool, out: &mut Builder) {
        for (number, line) in std::mem::take(&mut self.perhaps) {
            if !(are_part && self.append(&line)) {
                self.hand_on(out);
                self.begin(number, &line);
            }
        }
    }

    /// Hands on the record, if there is one, for nothing follows that could be a part of it.
    pub(super) fn finish(&mut self, out: &mut Builder) {
        self.settle(self.trace.confirms_at_end(false), out);
        self.hand_on(out);
    }

    /// The same, where a record follows that is no text.
    pub(super) fn finish_before_json(&mut self, out: &mut Builder) {
        self.settle(self.trace.confirms_at_end(true), out);
        self.hand_on(out);
    }

    fn hand_on(&mut self, out: &mut Builder) {
        if self.lines > 0 {
            out.text(self.line, &self.record);
        }
        self.record.clear();
        self.blanks.clear();
        (self.lines, self.gap) = (0, 0);
    }
}
