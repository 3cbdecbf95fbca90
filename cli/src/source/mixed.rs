//! Captures of any kind: lines of text, JSON on one line or on many, in any order, as containers write them.

use std::io::Read;

use super::Limits;
use super::chunk::{Builder, Chunk, too_long};
use super::documents::Documents;
use super::input::{Ending, Input};
use super::layout::{begins_json, begins_member, is_closing, is_object, looks_like_object, object_behind_prefix};
use super::lines::{begins_with_line, line_length, skip_to_line_end};
use super::text::Text;

/// Bytes behind a bracket that are looked at to see what it begins.
const AHEAD: usize = 512;

/// Bytes that are read at a time where a stretch is read again.
const STEP: usize = 4 << 10;

/// Cuts records out of an input. What it makes of a line depends on nothing in front of the record or document it is in.
#[derive(Debug)]
pub(super) struct Mixed {
    limits: Limits,
    text: Text,
    documents: Documents,
    /// Whether the window begins where a line does, but for white space.
    fresh: bool,
    /// Whether lines may be left over from a document that was broken.
    lost: bool,
    done: bool,
}

impl Mixed {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            text: Text::new(limits),
            documents: Documents::new(limits),
            fresh: true,
            lost: false,
            done: false,
        }
    }

    /// Whether the input has come to its end.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the next line is in no document.
    pub(super) fn is_between(&self) -> bool {
        self.fresh && !self.documents.is_open()
    }

    /// Ends a record of text that might have gone on, in front of JSON.
    pub(super) fn end_text(&mut self, out: &mut Builder) {
        self.text.finish_before_json(out);
    }

    /// Takes notice of lines that were cut out in front of the window, the last of which is a whole object.
    pub(super) fn pass_object(&mut self) {
        self.lost = false;
    }

    /// Reads the records that `bytes` begin with, up to a line that may be a record by itself; says how far that was.
    pub(super) fn stretch(&mut self, capture: usize, bytes: &[u8], line: u64) -> (Option<Chunk>, usize) {
        (self.fresh, self.lost, self.done) = (true, false, false);
        let mut input = Input::at_line(Box::new(Slowly(bytes)), STEP, line);
        let mut out = Builder::new(capture);
        while !self.done {
            self.step(&mut input, &mut out);
            if self.is_between() && begins_with_line(&mut input, self.limits, looks_like_object) {
                self.end_text(&mut out);
                break;
            }
        }
        (out.finish(), usize::try_from(input.offset()).unwrap_or(usize::MAX))
    }

    /// Goes on by a line, or by a part of a document.
    pub(super) fn step(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        if self.documents.is_open() {
            self.documents.step(input, out);
        } else if self.fresh {
            self.line(input, out);
        } else {
            self.rest(input, out);
        }
    }

    fn line(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let length = line_length(input, self.limits.record);
        if input.bytes().is_empty() {
            return self.end(input, out);
        }
        let indent = input.bytes().iter().take_while(|byte| is_space(**byte)).count();
        let is_json = self.begins_json(input, indent);
        let count = length.unwrap_or(input.bytes().len());
        let line = input.bytes().get(..count).unwrap_or_default();
        let body = line.get(indent..).unwrap_or_default().trim_ascii_end();
        let is_free = !self.text.is_open();
        let is_text = match body.first() {
            None => {
                self.text.blank(line, out);
                false
            }
            // What is indented is a part of the text before it, unless it is whole or an entry.
            Some(b'{' | b'[')
                if is_json && (is_free || indent == 0 || is_object(body) || begins_entry(input.bytes(), indent)) =>
            {
                self.text.finish_before_json(out);
                self.lost &= indent > 0;
                self.begin_document(input, indent);
                return self.documents.step(input, out);
            }
            Some(b'"') if is_free && begins_member(body) => {
                self.begin_document(input, indent);
                return self.documents.fail_member(input, out, self.lost);
            }
            // What is left of a document that was broken.
            Some(b']' | b'}') if is_free && is_closing(body) => false,
            Some(_) => true,
        };
        if !is_text {
            // Of a line beyond the limit more may have been read than itself.
            return if length.is_some() { input.consume_line(count) } else { input.consume(count + 1) };
        }
        if self.lost && is_free && self.rescue(input, indent, out) {
            return;
        }
        self.lost = false;
        if length.is_none() {
            self.text.finish(out);
            out.broken(input.line(), input.bytes(), too_long(self.limits.record));
            skip_to_line_end(input);
            return input.consume(1);
        }
        let line = input.bytes().get(..count).unwrap_or_default();
        if let Some(object) = object_behind_prefix(line.trim_ascii()) {
            self.text.finish_before_json(out);
            out.json(input.line(), object);
            return input.consume_line(count);
        }
        self.text.line(input.line(), line.strip_suffix(b"\r").unwrap_or(line), out);
        input.consume_line(count);
    }

    /// Whether a line that begins as text does is what was cut off from a broken one before it.
    fn rescue(&mut self, input: &mut Input<'_>, indent: usize, out: &mut Builder) -> bool {
        self.documents.begin(indent);
        self.fresh = !self.documents.rescue_line(input, out);
        !self.fresh
    }

    fn begin_document(&mut self, input: &mut Input<'_>, indent: usize) {
        input.consume(indent);
        self.fresh = false;
        self.documents.begin(indent);
    }

    /// Whether JSON begins behind so much white space.
    fn begins_json(&self, input: &mut Input<'_>, indent: usize) -> bool {
        if !matches!(input.bytes().get(indent), Some(b'{' | b'[')) {
            return false;
        }
        while input.bytes().len() < indent + AHEAD && input.fill() {}
        let ahead = input.bytes().get(indent..).unwrap_or_default();
        begins_json(ahead.get(..AHEAD).unwrap_or(ahead))
    }

    /// What stands behind a document on its last line.
    fn rest(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let bytes = input.bytes();
        let space = bytes.iter().take_while(|byte| is_space(**byte) || **byte == b',').count();
        let next = bytes.get(space).copied();
        input.consume(space);
        match next {
            None if input.fill() => {}
            None => self.end(input, out),
            Some(b'\n') => {
                input.consume(1);
                self.fresh = true;
                self.lost |= self.documents.is_lost();
            }
            Some(b'{' | b'[') => self.documents.step(input, out),
            Some(b']' | b'}') => input.consume(1),
            Some(_) => self.documents.pass_line(input, out),
        }
    }

    fn end(&mut self, input: &Input<'_>, out: &mut Builder) {
        self.text.finish(out);
        if let Some(Ending::Damaged(reason)) = input.ending()
            && !self.documents.has_told_end()
        {
            out.broken(input.line(), &[], reason.clone());
        }
        self.done = true;
    }
}

/// Whether an entry begins behind so much white space.
fn begins_entry(bytes: &[u8], indent: usize) -> bool {
    let ahead = bytes.get(indent..).unwrap_or_default();
    Documents::begins_entry(ahead.get(..AHEAD).unwrap_or(ahead))
}

/// White space within a line; the record separator of RFC 7464 stands in front of JSON.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c | 0x1e)
}

/// Bytes in memory, given piece by piece, so that no more of them is copied than is read.
struct Slowly<'b>(&'b [u8]);

impl Read for Slowly<'_> {
    fn read(&mut self, room: &mut [u8]) -> std::io::Result<usize> {
        let count = room.len().min(STEP);
        self.0.read(room.get_mut(..count).unwrap_or_default())
    }
}
