//! Goes on behind what is broken, without losing the records around it.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use super::boundary::{AHEAD, ANYWHERE, Aim, CONTEXT, Content, Search, Where, before, holds, indent};
use super::sight::Sight;
use super::{Documents, Level, MAX_OPEN};
use crate::source::chunk::Builder;
use crate::source::input::{Ending, Input};
use crate::source::layout::has_key;
use crate::source::lines::{line_length, skip_to_line_end};

const PART: &str = "it is a part of a JSON value whose beginning is missing";

/// What tells of the records in something that is none itself.
const ELEMENTS: Content = Content { entry: Where::Anywhere, record: Where::Element };

impl Documents {
    /// The value at the front of the window cannot be read beyond its byte `at`, where something else was expected.
    pub(super) fn fail(&mut self, input: &mut Input<'_>, out: &mut Builder, at: usize, expected: &str) {
        if self.enter_wrapper(input, at) {
            return;
        }
        let ended = at >= input.bytes().len() && input.ending().is_some();
        // Alone on its lines, it ends where something else begins on a line of its own.
        let is_cut = !self.is_open() && (input.bytes().get(at) == Some(&b'\n') || indent(input.bytes(), at) == Some(0));
        let reason = match input.ending() {
            Some(Ending::Damaged(reason)) if ended => reason.clone(),
            _ if ended || is_cut => "it ends in the middle of a JSON value".to_owned(),
            _ => format!("it is not valid JSON: {expected} was expected {}", place(input, at)),
        };
        self.told |= ended;
        let content = self.content(input, at);
        // Where no object may be, it is the next record, and the one before it is not closed.
        let unclosed = if at > 0 && expected != "a colon" { self.record_at(input, at) } else { None };
        if let Some(next) = self.next_within(input, at, content).or(unclosed) {
            self.report(input, out, next, reason);
            return self.go_on_at(input, next);
        }
        let bytes = input.bytes();
        let broken = bytes.get(..at).unwrap_or(bytes);
        if !self.is_open() && memchr(b'\n', broken).is_none() {
            return self.fail_line(input, out, at, content, reason);
        }
        let shown = if at == 0 { memchr(b'\n', bytes).unwrap_or(bytes.len()) } else { at };
        self.report(input, out, shown, reason);
        self.resync_to(input, at.max(1), content);
    }

    /// The line at the front of the window is what is left of a record whose beginning is broken; `is_told` if that was told.
    pub(in crate::source) fn fail_member(&mut self, input: &mut Input<'_>, out: &mut Builder, is_told: bool) {
        let length = line_length(input, self.limits.record).unwrap_or(input.bytes().len());
        if !is_told {
            self.report(input, out, length, PART.to_owned());
        }
        self.lost = true;
        self.resync_to(input, 1, ELEMENTS);
    }

    /// A line that begins as JSON does and is broken is one record, unless others begin in it.
    pub(super) fn fail_line(
        &mut self,
        input: &mut Input<'_>,
        out: &mut Builder,
        at: usize,
        content: Content,
        reason: String,
    ) {
        let length = line_length(input, self.limits.record).unwrap_or(input.bytes().len());
        self.style.learn(input.bytes());
        let next = self.find_within(input, 1..length, Aim { certain: at, content, lines: false });
        self.report(input, out, next.unwrap_or(length), reason);
        match next {
            Some(next) => self.go_on_at(input, next),
            None => skip_to_line_end(input),
        }
    }

    /// Goes on behind a value on the last line of a document, where something else stands that is no other value: says so
    /// unless it is what is left of a broken line.
    pub(in crate::source) fn pass_line(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let (next, length) = self.next_on_line(input, 0, ANYWHERE, true);
        if !self.lost {
            self.report(input, out, next.unwrap_or(length), "it stands behind the end of a JSON value".to_owned());
        }
        match next {
            Some(next) => self.go_on_at(input, next),
            None => skip_to_line_end(input),
        }
    }

    /// Goes on in the middle of a line that begins as text does, if records are in it: what is in front of them was cut off
    /// from the broken line before.
    pub(in crate::source) fn rescue_line(&mut self, input: &mut Input<'_>, out: &mut Builder) -> bool {
        let entries = Content { entry: Where::Anywhere, record: Where::Behind };
        let entry = self.next_on_line(input, 0, entries, false).0;
        let Some(next) = entry.or_else(|| self.next_on_line(input, 0, ELEMENTS, false).0) else { return false };
        self.report(input, out, next, PART.to_owned());
        self.go_on_at(input, next);
        true
    }

    /// Where, at or behind byte `from`, the first record begins that the line at the front of the window holds, and how long
    /// the line is; `is_json` if it is known to be JSON, so that the place of a bracket tells something.
    pub(super) fn next_on_line(
        &mut self,
        input: &mut Input<'_>,
        from: usize,
        content: Content,
        is_json: bool,
    ) -> (Option<usize>, usize) {
        let length = line_length(input, self.limits.record).unwrap_or(input.bytes().len());
        let aim = Aim { certain: if is_json { 0 } else { length }, content, lines: false };
        (self.find_within(input, from..length, aim), length)
    }

    /// What tells of the records behind what is broken at byte `at`, from what that itself is.
    pub(super) fn content(&mut self, input: &Input<'_>, at: usize) -> Content {
        // Between two records, nothing of either can be taken for one.
        if at == 0 && self.takes_records() {
            let siblings = Content { entry: Where::Element, record: Where::Behind };
            return if has_key(input.bytes()) { siblings } else { ANYWHERE };
        }
        match self.look(input, at, Sight::of) {
            None => Content::NOTHING,
            Some(sight) if sight.is_entry() => Content { entry: Where::Apart, record: Where::Nowhere },
            Some(sight) if sight.is_record() => Content { entry: Where::Anywhere, record: Where::Behind },
            Some(_) => ELEMENTS,
        }
    }

    /// One broken record, which takes at most the first bytes of the window.
    pub(super) fn report(&mut self, input: &Input<'_>, out: &mut Builder, length: usize, reason: String) {
        let bytes = input.bytes();
        self.style.learn(bytes);
        out.broken(input.line(), bytes.get(..length).unwrap_or(bytes).trim_ascii_end(), reason);
        self.lost = true;
    }

    /// Enters the object at the front of the window if it wraps records, as far as `length` bytes of it tell.
    pub(super) fn enter_wrapper(&mut self, input: &mut Input<'_>, length: usize) -> bool {
        if self.open.len() >= MAX_OPEN {
            return false;
        }
        let Some(sight) = self.look(input, length, Sight::of) else { return false };
        // Whether a record only holds others, or wraps them, an entry among them tells, which may come later.
        let is_wrapper = sight.is_wrapper()
            || sight.is_record() && sight.has_records() && {
                let end = self.end_of_lines(input, length);
                let content = Content { entry: Where::Element, record: Where::Nowhere };
                self.find_within(input, length..end, Aim { certain: usize::MAX, content, lines: false }).is_some()
            };
        if is_wrapper {
            self.open.push(Level::Object { value: false });
            self.advance(input, 1);
        }
        is_wrapper
    }

    /// Where the lines end that the value at the front of the window surely takes, of which `length` bytes were read. No more is
    /// read than tells that.
    fn end_of_lines(&self, input: &mut Input<'_>, length: usize) -> usize {
        let is_one_line = memchr(b'\n', input.bytes().get(..length).unwrap_or_default()).is_none();
        let mut from = length;
        loop {
            let bytes = input.bytes();
            let known = bytes.get(..self.limits.record).unwrap_or(bytes);
            let is_end = |at: &usize| is_one_line || matches!(known.get(from + at + 1), Some(b'{' | b'['));
            let rest = known.get(from..).unwrap_or_default();
            if let Some(end) = memchr_iter(b'\n', rest).find(is_end) {
                return from + end;
            }
            // What stands behind a line end in the last place is not known yet.
            let all = length.max(known.len());
            from = length.max(known.len().saturating_sub(1));
            if bytes.len() > self.limits.record || !input.fill() {
                return all;
            }
        }
    }

    /// Where, within the first `length` bytes of the window, another record begins that was taken for a part of the first.
    pub(super) fn next_within(&mut self, input: &mut Input<'_>, length: usize, content: Content) -> Option<usize> {
        if input.bytes().first() != Some(&b'{') || length > self.patience {
            return None;
        }
        self.style.learn(input.bytes());
        let at = self.find_within(input, 1..length, Aim { certain: length, content, lines: false })?;
        self.patience = self.patience.saturating_sub(length - at);
        Some(at)
    }

    /// Finds the first beginning in a stretch of the window.
    fn find_within(&mut self, input: &mut Input<'_>, stretch: Range<usize>, aim: Aim) -> Option<usize> {
        let ahead = stretch.end + AHEAD;
        while input.bytes().len() < ahead && input.fill() {}
        let bytes = input.bytes().get(..ahead).unwrap_or(input.bytes());
        match self.style.find(bytes, stretch, aim, true, &mut self.patience) {
            Search::Alike(at) | Search::Held(at) => Some(at),
            Search::Line(_) | Search::Open(_) => None,
        }
    }

    /// Where a record begins at byte `at` of the window, or soon behind it.
    fn record_at(&mut self, input: &mut Input<'_>, at: usize) -> Option<usize> {
        while input.bytes().len() < at + 2 * AHEAD && input.fill() {}
        // What stands there itself may be anything.
        [at, at + 1].into_iter().find_map(|from| {
            let bytes = input.bytes();
            let is_end = |byte: &u8| matches!(byte, b'{' | b'"');
            let next = from + bytes.iter().skip(from).take(CONTEXT).position(is_end)?;
            let is_near = next - at < 8 || indent(bytes, next).is_some();
            (is_near && bytes.get(next) == Some(&b'{') && holds(bytes, next, ANYWHERE, &mut self.patience))
                .then_some(next)
        })
    }

    /// Goes on with the record that begins at byte `at` of the window.
    pub(super) fn go_on_at(&mut self, input: &mut Input<'_>, at: usize) {
        let indent = indent(input.bytes(), at);
        if indent == Some(0) && !before(input.bytes(), at).ends_with(b",") {
            // It is no element of what was broken: that ended too early.
            self.open.clear();
        }
        self.advance(input, at);
        self.indent = indent;
    }

    /// Goes on where the next record probably begins, at or behind byte `from` of the window, or at the end.
    pub(super) fn resync(&mut self, input: &mut Input<'_>, from: usize) {
        self.resync_to(input, from, Content::NOTHING);
    }

    /// The same, where what records hold tells of them, even of those that seemed to be a part of what is broken.
    fn resync_to(&mut self, input: &mut Input<'_>, at: usize, content: Content) {
        let mut aim = Aim { certain: at, content, lines: !self.is_open() };
        let before = input.bytes().get(..at).unwrap_or_default();
        // From the end of the line before on, so that the line that begins here is judged.
        let mut from = before.trim_ascii_end().len().max(at.min(1));
        loop {
            let whole = input.ending().is_some();
            match self.style.find(input.bytes(), from..usize::MAX, aim, whole, &mut self.patience) {
                Search::Open(at) => {
                    let gone = at.saturating_sub(CONTEXT);
                    self.advance(input, gone);
                    from = at - gone;
                    aim.certain = aim.certain.saturating_sub(gone);
                }
                Search::Line(at) => return self.advance(input, at),
                Search::Alike(at) | Search::Held(at) => return self.go_on_at(input, at),
            }
            if !input.fill() && whole {
                return self.advance(input, input.bytes().len());
            }
        }
    }

    /// There is nothing more.
    pub(super) fn end(&mut self, input: &Input<'_>, out: &mut Builder) {
        if input.ending() == Some(&Ending::Whole) && self.is_open() && !self.lost {
            out.broken(input.line(), &[], "the capture ends before its list of records is closed".to_owned());
        }
        self.open.clear();
    }
}

/// A place in the window, for people.
fn place(input: &Input<'_>, at: usize) -> String {
    let before = input.bytes().get(..at).unwrap_or_default();
    let line = input.line() + memchr_iter(b'\n', before).count() as u64;
    match memrchr(b'\n', before) {
        Some(start) => format!("at line {line}, column {}", at - start),
        None => format!("at character {}", at + 1),
    }
}
