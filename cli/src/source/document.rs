//! Records out of JSON documents, with constant memory: lists and objects are gone into, the objects in them are records.

use memchr::memchr3;

use super::chunk::{Builder, too_long};
use super::input::Input;
use super::{Limits, MAX_QUOTE};

/// Lists and objects within each other that are gone into.
const DEPTH: usize = 64;

/// Where the scanner is: the lists (true) and objects (false) it has gone into.
#[derive(Debug, Default)]
pub(super) struct Document {
    within: Vec<bool>,
}

/// How far an object goes.
enum Extent {
    /// So many bytes.
    Whole(usize),
    /// It is broken off after so many bytes, where another record begins.
    BrokenOff(usize),
    /// The input ends inside of it.
    Cut,
    /// It is longer than a record may be.
    TooLong,
}

impl Document {
    /// Adds the next records to the chunk until it is full or the input ends; false at the end.
    pub(super) fn read(&mut self, input: &mut Input, limits: &Limits, chunk: &mut Builder) -> bool {
        while chunk.byte_len() < limits.chunk {
            let skipped =
                input.bytes().iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, b',' | b':')).count();
            input.consume(skipped);
            let Some(first) = input.bytes().first().copied() else {
                if input.fill() {
                    continue;
                }
                return false;
            };
            match first {
                b'{' => self.object(input, limits, chunk),
                b'[' => {
                    if self.within.len() < DEPTH {
                        self.within.push(true);
                    }
                    input.consume(1);
                }
                b']' | b'}' => {
                    self.within.pop();
                    input.consume(1);
                }
                _ => self.scalar(input, limits, chunk),
            }
        }
        true
    }

    fn object(&mut self, input: &mut Input, limits: &Limits, chunk: &mut Builder) {
        let line = input.line();
        match extent(input, limits.record) {
            Extent::Whole(length) => {
                chunk.json(line, input.bytes().get(..length).unwrap_or_default());
                input.consume(length);
            }
            Extent::BrokenOff(length) => {
                let bytes = input.bytes().get(..length).unwrap_or_default();
                chunk.broken(line, bytes.trim_ascii(), "it breaks off in the middle of a JSON value".to_owned());
                input.consume(length);
            }
            Extent::Cut => {
                let reason = match input.ending() {
                    Some(super::input::Ending::Whole) | None => "it ends in the middle of a JSON value",
                    Some(_) => "the capture ends in the middle of it",
                };
                chunk.broken(line, input.bytes(), reason.to_owned());
                input.consume(input.bytes().len());
            }
            // The outermost object may be a wrapper of any size: its lists are gone into.
            Extent::TooLong if self.within.len() < 4 => {
                self.within.push(false);
                input.consume(1);
            }
            Extent::TooLong => {
                let head = input.bytes().get(..MAX_QUOTE.min(input.bytes().len())).unwrap_or_default();
                chunk.broken(line, head, too_long(limits.record));
                skip_object(input);
            }
        }
    }

    /// A value that is neither list nor object: of a list it is a record, though a wrong one; of an object it is none.
    fn scalar(&mut self, input: &mut Input, limits: &Limits, chunk: &mut Builder) {
        let line = input.line();
        let mut length;
        loop {
            let bytes = input.bytes();
            let end = if bytes.first() == Some(&b'"') {
                string_end(bytes)
            } else {
                bytes.iter().position(|b| matches!(b, b',' | b':' | b'[' | b']' | b'{' | b'}' | b'\n'))
            };
            length = end.unwrap_or(bytes.len());
            if end.is_some() || length > limits.record || !input.fill() {
                break;
            }
        }
        if self.within.last() != Some(&false) {
            chunk.json(line, input.bytes().get(..length).unwrap_or_default().trim_ascii());
        }
        input.consume(length.max(1));
    }
}

/// The byte behind a string that begins here; a line break ends it too, for no string of JSON holds one.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr3(b'"', b'\\', b'\n', bytes.get(at..)?)?;
        match bytes.get(at) {
            Some(b'\\') => at += 2,
            Some(b'"') => return Some(at + 1),
            _ => return Some(at),
        }
    }
}

/// How far the object goes that begins here.
fn extent(input: &mut Input, longest: usize) -> Extent {
    let mut at = 0;
    let mut depth = 0usize;
    loop {
        let bytes = input.bytes();
        let mut is_waiting = false;
        while let Some(byte) = bytes.get(at).copied() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Extent::Whole(at + 1);
                    }
                }
                b'"' => match string_end(bytes.get(at..).unwrap_or_default()) {
                    Some(length) => {
                        at += length;
                        continue;
                    }
                    None => {
                        is_waiting = true;
                        break;
                    }
                },
                // A record that begins at the start of a line, where no JSON value may begin.
                b'\n' if bytes.get(at + 1) == Some(&b'{') && !takes_value(bytes.get(..at).unwrap_or_default()) => {
                    return Extent::BrokenOff(at);
                }
                _ => {}
            }
            at += 1;
        }
        if at > longest || (is_waiting && bytes.len() > longest) {
            return Extent::TooLong;
        }
        if !input.fill() {
            return Extent::Cut;
        }
    }
}

/// Whether a value may follow these bytes.
fn takes_value(before: &[u8]) -> bool {
    matches!(before.trim_ascii_end().last(), Some(b':' | b'[' | b','))
}

/// Moves behind the object that begins here, whatever its size.
fn skip_object(input: &mut Input) {
    let mut depth = 0usize;
    loop {
        let bytes = input.bytes();
        let mut at = 0;
        while let Some(byte) = bytes.get(at).copied() {
            at += 1;
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => match string_end(bytes.get(at - 1..).unwrap_or_default()) {
                    Some(length) => at += length - 1,
                    // The string goes beyond the window: as much of it as is here is skipped, the mark kept.
                    None => {
                        at = bytes.len();
                        skip_string(input, at);
                        at = 0;
                        break;
                    }
                },
                _ => {}
            }
            if depth == 0 {
                input.consume(at);
                return;
            }
        }
        input.consume(at);
        if input.bytes().is_empty() && !input.fill() {
            return;
        }
    }
}

/// Moves behind a string whose first bytes, up to `at`, are looked at already.
fn skip_string(input: &mut Input, at: usize) {
    // An escape cut in two by the window's end would be misread: one backslash at the end is looked at again.
    let mut is_escaped = input.bytes().iter().take(at).rev().take_while(|b| **b == b'\\').count() % 2 == 1;
    input.consume(at);
    loop {
        let mut end = None;
        for (at, byte) in input.bytes().iter().enumerate() {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' => is_escaped = true,
                b'"' | b'\n' => {
                    end = Some(at + 1);
                    break;
                }
                _ => {}
            }
        }
        let length = input.bytes().len();
        input.consume(end.unwrap_or(length));
        if end.is_some() || !input.fill() {
            return;
        }
    }
}
