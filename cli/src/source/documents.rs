//! JSON documents: lists of records, objects that wrap lists of records, values that go on over many lines.
//!
//! Lists are entered, and so are objects that wrap records: each record is handed on by itself, with the line where it
//! begins, so that one that is broken takes no other with it.

mod boundary;
mod recover;
mod scan;
mod sight;

use memchr::{memchr, memrchr};

use self::boundary::{ANYWHERE, CONTEXT, Style};
use self::scan::is_space;
pub(super) use self::scan::{Scan, Step};
use self::sight::{Sight, is_list_of_records};
use super::Limits;
use super::chunk::{Builder, too_long};
use super::input::Input;

/// Lists and objects that are entered, one in the other.
const MAX_OPEN: usize = 64;

/// Cuts records out of JSON documents.
#[derive(Debug)]
pub(super) struct Documents {
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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// Whether its elements are records.
    List { records: bool },
    /// Whether a colon was read and no value behind it yet.
    Object { value: bool },
}

/// What a value came to.
enum Scanned {
    /// It is whole, and so long.
    Done(usize),
    /// At this byte stands something else than what was expected.
    Bad(usize, &'static str),
    /// It goes on beyond the limit.
    Long(usize),
}

impl Documents {
    pub(super) fn new(limits: Limits) -> Self {
        let scan = Scan::new(limits.record);
        let patience = limits.record.saturating_mul(8);
        let (open, style) = (Vec::new(), Style::default());
        Self { limits, open, scan, indent: None, style, patience, lost: false, told: false }
    }

    /// Makes ready for a document at the front of the window, which stands on a line of its own behind so much white space.
    pub(super) fn begin(&mut self, indent: usize) {
        self.open.clear();
        self.indent = Some(indent);
        self.style = Style::default();
        self.patience = self.limits.record.saturating_mul(8);
        (self.lost, self.told) = (false, false);
    }

    /// Whether an entry begins at the front of `bytes`.
    pub(super) fn begins_entry(bytes: &[u8]) -> bool {
        Sight::of(bytes).is_entry()
    }

    /// Whether something was entered and not left yet.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether something in it was broken.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    /// Whether the end of the capture was told as the reason why a record is broken.
    pub(super) fn has_told_end(&self) -> bool {
        self.told
    }

    /// Goes on by a value, or by what stands between two.
    pub(super) fn step(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        if !self.skip_space(input) {
            return self.end(input, out);
        }
        let byte = input.bytes().first().copied().unwrap_or_default();
        let deepest = self.open.len() >= MAX_OPEN;
        // Where a key should be, a bracket is missing or left over somewhere.
        self.lost |= matches!(byte, b'{' | b'[') && self.open.last() == Some(&Level::Object { value: false });
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
                let records = self.takes_records() || self.is_list_of_records(input);
                self.open.push(Level::List { records });
                self.advance(input, 1);
            }
            (b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n', _) => self.value(input, out),
            _ => self.fail(input, out, 0, "a record"),
        }
    }

    /// Skips white space; false at the end.
    fn skip_space(&mut self, input: &mut Input<'_>) -> bool {
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

    fn advance(&mut self, input: &mut Input<'_>, count: usize) {
        input.consume(count);
        self.indent = None;
        self.patience =
            self.patience.saturating_add(count.saturating_mul(8)).min(self.limits.record.saturating_mul(64));
    }

    fn value_ended(&mut self) {
        if let Some(Level::Object { value }) = self.open.last_mut() {
            *value = false;
        }
    }

    /// Whether what stands here is a record, whatever it is.
    fn takes_records(&self) -> bool {
        matches!(self.open.last(), None | Some(Level::List { records: true }))
    }

    /// Looks at the first bytes of the window, as long as there is patience for it.
    fn look<T>(&mut self, input: &Input<'_>, length: usize, look: impl FnOnce(&[u8]) -> T) -> Option<T> {
        self.patience = self.patience.checked_sub(length)?;
        Some(look(input.bytes().get(..length).unwrap_or_default()))
    }

    fn is_list_of_records(&mut self, input: &mut Input<'_>) -> bool {
        let (Scanned::Done(length) | Scanned::Bad(length, _) | Scanned::Long(length)) = self.scan(input);
        self.look(input, length, is_list_of_records).unwrap_or(false)
    }

    /// Scans the value at the front of the window, as far as the limit.
    fn scan(&mut self, input: &mut Input<'_>) -> Scanned {
        self.scan.restart();
        let mut scanned = 0;
        loop {
            let bytes = input.bytes();
            // No further, so that it does not depend on how much was read at once what becomes of a value.
            let seen = bytes.len().min(self.limits.record + 1);
            match self.scan.run(bytes.get(scanned..seen).unwrap_or_default()) {
                Step::Done(count) => return Scanned::Done(scanned + count),
                Step::Bad(count, expected) => return Scanned::Bad(scanned + count, expected),
                Step::More => {
                    scanned = seen;
                    if scanned > self.limits.record {
                        return Scanned::Long(scanned);
                    }
                    if !input.fill() {
                        let may_end = self.scan.may_end();
                        return if may_end { Scanned::Done(scanned) } else { Scanned::Bad(scanned, "the rest of it") };
                    }
                }
            }
        }
    }

    /// A value, from its first byte on.
    fn value(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let first = input.bytes().first().copied().unwrap_or_default();
        if !self.takes_records() && first != b'{' {
            // Keys, and what stands beside the lists of records.
            let is_key = first == b'"' && self.open.last() == Some(&Level::Object { value: false });
            self.scan.restart();
            self.pass_rest(input);
            if !is_key {
                self.value_ended();
            }
            return;
        }
        if first == b'{' {
            self.style.indent = self.indent;
        }
        match self.scan(input) {
            // A text in the place of a record: a quote too many may have taken the beginning of the next one with it.
            Scanned::Done(length) if first == b'"' && !is_ended(input, length) => self.fail(input, out, 0, "a record"),
            Scanned::Bad(..) if first == b'"' => self.fail(input, out, 0, "a record"),
            Scanned::Done(length) => self.whole(input, out, length),
            Scanned::Bad(at, expected) => self.fail(input, out, at, expected),
            Scanned::Long(length) => self.too_long(input, out, length),
        }
    }

    /// A whole value is there: enters it if it wraps records, hands it on if it is one.
    fn whole(&mut self, input: &mut Input<'_>, out: &mut Builder, length: usize) {
        let is_alone = self.is_open() || self.lost || self.indent.is_none() || !self.has_rest(input, length);
        if is_alone || self.next_on_line(input, length, ANYWHERE, true).0.is_some() {
            return self.record(input, out, length);
        }
        let content = self.content(input, length);
        self.fail_line(input, out, length, content, "there is something behind the end of its JSON value".to_owned());
    }

    /// Whether a value that takes but one line goes on in another way than values do, so that it is hardly whole.
    fn has_rest(&self, input: &mut Input<'_>, length: usize) -> bool {
        let bytes = input.bytes();
        let is_apart = matches!(bytes.get(length), Some(b' ' | b'\t'));
        if is_apart || memchr(b'\n', bytes.get(..length).unwrap_or_default()).is_some() {
            return false;
        }
        let mut at = length;
        loop {
            let behind = input.bytes().get(at..).unwrap_or_default();
            match behind.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b',')) {
                Some(found) => return !matches!(behind.get(found), Some(b'\n' | b'{' | b'[' | 0x1e)),
                None if at > self.limits.record => return false,
                None => at = input.bytes().len(),
            }
            if !input.fill() {
                return false;
            }
        }
    }

    fn record(&mut self, input: &mut Input<'_>, out: &mut Builder, length: usize) {
        let bytes = input.bytes().get(..length).unwrap_or_default();
        let is_object = bytes.first() == Some(&b'{');
        // Where there is no patience left, too much is handed on rather than too little.
        let sight =
            if is_object { self.look(input, length, Sight::of).unwrap_or(Sight::UNKNOWN) } else { Sight::default() };
        let bytes = input.bytes().get(..length).unwrap_or_default();
        let is_below = self.open.last() == Some(&Level::Object { value: true });
        let is_wanted = match (self.takes_records(), self.lost) {
            (true, _) => true,
            // A value of a key is no record only because a bracket is missing somewhere.
            (false, true) if !is_below => true,
            (false, _) => sight.is_entry(),
        };
        let holds_some = sight.is_wrapper() || !is_wanted && sight.has_records();
        if holds_some && self.open.len() < MAX_OPEN {
            self.open.push(Level::Object { value: false });
            return self.advance(input, 1);
        }
        if is_wanted || holds_some {
            self.style.learn(bytes);
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
    fn too_long(&mut self, input: &mut Input<'_>, out: &mut Builder, length: usize) {
        if self.enter_wrapper(input, length) {
            return;
        }
        let content = self.content(input, length);
        if let Some(at) = self.next_within(input, length, content) {
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
    fn pass_rest(&mut self, input: &mut Input<'_>) {
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

/// Whether a value of so many bytes ends as one in a list does.
fn is_ended(input: &mut Input<'_>, length: usize) -> bool {
    while input.bytes().len() < length + CONTEXT && input.fill() {}
    let behind = input.bytes().get(length..).unwrap_or_default();
    let next = behind.iter().take(CONTEXT).find(|byte| !is_space(**byte));
    matches!(next, None | Some(b',' | b']' | b'}'))
}
