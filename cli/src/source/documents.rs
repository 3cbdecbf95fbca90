//! JSON documents: lists of records, objects that wrap lists of records, records one behind the other.
//!
//! Lists are entered, and each object in them is a record. An object that stands alone is handed on as it is, for whoever
//! reads it knows what it wraps; only one that is too large for that, or broken somewhere, is entered to find
//! the records in it.

mod boundary;
mod nature;
mod recover;
mod scan;

use memchr::memrchr;

use self::boundary::Style;
use self::nature::{Nature, first_key, nature};
use self::scan::is_space;
pub(super) use self::scan::{Scan, Step};
use super::Limits;
use super::chunk::{Builder, Chunk, too_long};
use super::input::Input;

/// Lists and objects that are entered, one in the other.
const MAX_OPEN: usize = 64;

/// Records in a chunk, however small they are.
const MAX_RECORDS: usize = 1 << 14;

/// Cuts records out of JSON documents.
#[derive(Debug)]
pub(super) struct Documents {
    capture: usize,
    limits: Limits,
    /// What was entered.
    open: Vec<Level>,
    scan: Scan,
    /// The white space in front of the window on its line, if there is nothing else.
    indent: Option<usize>,
    style: Style,
    /// Bytes that may still be looked at a second time. More come with all that is read, so that the work stays in
    /// proportion to it however a capture is broken.
    patience: usize,
    /// Something was broken, so that brackets may be left over or missing.
    lost: bool,
    /// A record was reported that breaks off at the end.
    told: bool,
    done: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Whether its elements are records.
    List { records: bool },
    /// Whether a value is next, and not a key.
    Object { value: bool },
}

impl Documents {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self {
            capture,
            limits,
            open: Vec::new(),
            scan: Scan::new(limits.record),
            indent: Some(0),
            style: Style::default(),
            patience: limits.record.saturating_mul(8),
            lost: false,
            told: false,
            done: false,
        }
    }

    /// The next records.
    pub(super) fn next(&mut self, input: &mut Input) -> Option<Chunk> {
        let mut out = Builder::new(self.capture);
        while !self.done && out.byte_len() < self.limits.chunk && out.len() < MAX_RECORDS {
            self.step(input, &mut out);
        }
        out.finish()
    }

    fn step(&mut self, input: &mut Input, out: &mut Builder) {
        if !self.skip_space(input) {
            self.done = true;
            return self.end(input, out);
        }
        let byte = input.bytes().first().copied().unwrap_or_default();
        let deepest = self.open.len() >= MAX_OPEN;
        match (byte, self.open.last_mut()) {
            (b',', _) => self.advance(input, 1),
            (b':', Some(Level::Object { value })) if !*value => {
                *value = true;
                self.advance(input, 1);
            }
            (b']', Some(Level::List { .. })) | (b'}', Some(Level::Object { .. })) => {
                self.open.pop();
                self.advance(input, 1);
                self.value_ended();
            }
            (b']' | b'}', _) if self.lost => self.advance(input, 1),
            (b'[', _) if !deepest => {
                let records = !matches!(self.open.last(), Some(Level::List { records: false } | Level::Object { .. }));
                self.open.push(Level::List { records });
                self.advance(input, 1);
            }
            (b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', _) => self.value(input, out),
            _ => self.fail(input, out, 0, "a record"),
        }
    }

    /// Skips white space; false at the end.
    fn skip_space(&mut self, input: &mut Input) -> bool {
        loop {
            let bytes = input.bytes();
            let found = bytes.iter().position(|byte| !is_space(*byte));
            let count = found.unwrap_or(bytes.len());
            if count > 0 {
                let space = bytes.get(..count).unwrap_or_default();
                self.indent = match memrchr(b'\n', space) {
                    Some(at) => Some(count - at - 1),
                    None => self.indent.map(|indent| indent.saturating_add(count)),
                };
                input.consume(count);
            }
            if found.is_some() {
                return true;
            }
            if !input.fill() {
                return false;
            }
        }
    }

    fn advance(&mut self, input: &mut Input, count: usize) {
        input.consume(count);
        self.indent = None;
        self.patience =
            self.patience.saturating_add(count.saturating_mul(2)).min(self.limits.record.saturating_mul(64));
    }

    fn value_ended(&mut self) {
        if let Some(Level::Object { value }) = self.open.last_mut() {
            *value = false;
        }
    }

    /// A whole value, from its first byte on.
    fn value(&mut self, input: &mut Input, out: &mut Builder) {
        let first = input.bytes().first().copied().unwrap_or_default();
        let key = first == b'"' && self.open.last() == Some(&Level::Object { value: false });
        let record = matches!(self.open.last(), None | Some(Level::List { records: true }));
        if !record && first != b'{' {
            // Keys, and what stands beside the lists of records.
            self.scan.restart();
            self.pass_rest(input);
            if !key {
                self.value_ended();
            }
            return;
        }
        if first == b'{' {
            self.style.indent = self.indent;
        }
        self.scan.restart();
        let mut scanned = 0;
        let length = loop {
            let bytes = input.bytes();
            // No further, so that it does not depend on how much was read at once what becomes of a value.
            let seen = bytes.len().min(self.limits.record + 1);
            match self.scan.run(bytes.get(scanned..seen).unwrap_or_default()) {
                Step::Done(count) => break scanned + count,
                Step::Bad(count, expected) => return self.fail(input, out, scanned + count, expected),
                Step::More => {
                    scanned = seen;
                    if scanned > self.limits.record {
                        return self.too_long(input, out, scanned);
                    }
                    if !input.fill() {
                        if self.scan.may_end() {
                            break scanned;
                        }
                        return self.fail(input, out, scanned, "the rest of it");
                    }
                }
            }
        };
        if length > self.limits.record && self.enter_wrapper(input, length) {
            return;
        }
        self.record(input, out, length);
    }

    /// A whole value is there: hands it on if it is a record, or holds some.
    fn record(&mut self, input: &mut Input, out: &mut Builder, length: usize) {
        let bytes = input.bytes().get(..length).unwrap_or_default();
        let wanted = match self.open.last() {
            None | Some(Level::List { records: true }) => true,
            Some(level) => {
                let nature = nature(bytes);
                let element = matches!(level, Level::List { .. });
                if element && matches!(nature, Nature::Entry | Nature::Record) {
                    self.open.pop();
                    self.open.push(Level::List { records: true });
                }
                self.lost || matches!(nature, Nature::Entry | Nature::Wrapper) || element && nature == Nature::Record
            }
        };
        if wanted {
            if let Some(key) = first_key(bytes) {
                self.style.key.clear();
                self.style.key.extend_from_slice(key);
            }
            if length > self.limits.record {
                out.broken(input.line(), bytes, too_long(self.limits.record));
            } else {
                out.json(input.line(), bytes);
            }
        }
        self.advance(input, length);
        self.value_ended();
    }

    /// A value that goes on beyond the limit is entered if it wraps records, and passed over if not.
    fn too_long(&mut self, input: &mut Input, out: &mut Builder, length: usize) {
        if self.enter_wrapper(input, length) {
            return;
        }
        if let Some(at) = self.alike_within(input, length) {
            // A bracket that is missing makes the records behind it look like parts of this one.
            self.report(input, out, at, "it is not closed before the next record begins".to_owned());
            return self.go_on_at(input, at);
        }
        out.broken(input.line(), input.bytes(), too_long(self.limits.record));
        self.advance(input, length);
        self.pass_rest(input);
        self.value_ended();
    }

    /// Passes over the rest of a value of which the window begins with a part that was not yet scanned.
    fn pass_rest(&mut self, input: &mut Input) {
        loop {
            match self.scan.run(input.bytes()) {
                Step::Done(count) => return self.advance(input, count),
                Step::Bad(count, _) => {
                    self.lost = true;
                    return self.resync(input, count);
                }
                Step::More => {
                    self.advance(input, input.bytes().len());
                    if !input.fill() {
                        self.lost |= !self.scan.may_end();
                        return;
                    }
                }
            }
        }
    }
}
