//! Goes on behind what is broken, without losing the records around it.

use memchr::{memchr, memchr_iter, memrchr};

use super::boundary::{CONTEXT, Certainty, Search, indent};
use super::nature::{Nature, first_key, nature};
use super::{Documents, Level, MAX_OPEN};
use crate::source::chunk::Builder;
use crate::source::input::{Ending, Input};

impl Documents {
    /// The value at the front of the window cannot be read beyond its byte `at`, where something else was expected.
    pub(super) fn fail(&mut self, input: &mut Input, out: &mut Builder, at: usize, expected: &str) {
        if self.enter_wrapper(input, at) {
            return;
        }
        let ended = at >= input.bytes().len() && input.ending().is_some();
        let reason = match input.ending() {
            Some(Ending::Damaged(reason)) if ended => reason.clone(),
            Some(_) if ended => "it ends in the middle of a JSON value".to_owned(),
            _ => format!("it is not valid JSON: {expected} was expected {}", place(input, at)),
        };
        let shown = if at == 0 { memchr(b'\n', input.bytes()).unwrap_or(input.bytes().len()) } else { at };
        let alike = self.alike_within(input, at);
        self.report(input, out, alike.unwrap_or(shown), reason);
        self.told |= ended;
        match alike {
            Some(at) => self.go_on_at(input, at),
            None => self.resync(input, at.max(1)),
        }
    }

    /// One broken record, which takes at most the first bytes of the window.
    pub(super) fn report(&mut self, input: &Input, out: &mut Builder, length: usize, reason: String) {
        let bytes = input.bytes();
        if let Some(key) = first_key(bytes) {
            self.style.key.clear();
            self.style.key.extend_from_slice(key);
        }
        out.broken(input.line(), bytes.get(..length).unwrap_or(bytes).trim_ascii_end(), reason);
        self.lost = true;
    }

    /// Enters the object at the front of the window if it wraps records, as far as `length` bytes of it tell.
    pub(super) fn enter_wrapper(&mut self, input: &mut Input, length: usize) -> bool {
        let bytes = input.bytes().get(..length).unwrap_or_default();
        if self.open.len() >= MAX_OPEN || length > self.patience || nature(bytes) != Nature::Wrapper {
            return false;
        }
        self.patience -= length;
        self.open.push(Level::Object { value: false });
        self.advance(input, 1);
        true
    }

    /// Where, within the first `length` bytes of the window, another record begins that was taken for a part of the first.
    pub(super) fn alike_within(&mut self, input: &Input, length: usize) -> Option<usize> {
        let bytes = input.bytes().get(..length).unwrap_or_default();
        if bytes.first() != Some(&b'{') || length > self.patience {
            return None;
        }
        if let Some(key) = first_key(bytes) {
            self.style.key = key.to_owned();
        }
        let Search::Found(at) = self.style.find(bytes, 1, Certainty::Alike, true) else { return None };
        self.patience -= length - at;
        Some(at)
    }

    /// Goes on with the record that begins at byte `at` of the window.
    pub(super) fn go_on_at(&mut self, input: &mut Input, at: usize) {
        let indent = indent(input.bytes(), at);
        self.advance(input, at);
        self.indent = indent;
    }

    /// Goes on where the next record probably begins, at or behind byte `from` of the window, or at the end.
    pub(super) fn resync(&mut self, input: &mut Input, from: usize) {
        let mut from = from;
        loop {
            let whole = input.ending().is_some();
            match self.style.find(input.bytes(), from, Certainty::Plausible, whole) {
                Search::Found(at) => return self.go_on_at(input, at),
                Search::Open(at) => {
                    let gone = at.saturating_sub(CONTEXT);
                    self.advance(input, gone);
                    from = at - gone;
                }
            }
            if !input.fill() && whole {
                return self.advance(input, input.bytes().len());
            }
        }
    }

    /// There is nothing more.
    pub(super) fn end(&mut self, input: &Input, out: &mut Builder) {
        match input.ending() {
            Some(Ending::Damaged(reason)) if !self.told => out.broken(input.line(), &[], reason.clone()),
            Some(Ending::Whole) if !self.open.is_empty() && !self.lost => {
                out.broken(input.line(), &[], "the capture ends before its list of records is closed".to_owned());
            }
            _ => {}
        }
    }
}

/// A place in the window, for people.
fn place(input: &Input, at: usize) -> String {
    let before = input.bytes().get(..at).unwrap_or_default();
    let line = input.line() + memchr_iter(b'\n', before).count() as u64;
    match memrchr(b'\n', before) {
        Some(start) => format!("at line {line}, column {}", at - start),
        None => format!("at line {line}, {at} bytes behind the beginning of the record"),
    }
}
