//! JSON Lines: one record a line.

use memchr::{memchr, memrchr};

use super::chunk::{Builder, Chunk, too_long};
use super::input::{Ending, Input};
use super::{Limits, MAX_QUOTE};

/// Cuts lines out of an input. Looks at no more than their ends, which is what makes it fast.
#[derive(Debug)]
pub(super) struct Lines {
    capture: usize,
    limits: Limits,
    /// Bytes at the front of the window that hold no line end.
    searched: usize,
    done: bool,
}

impl Lines {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self { capture, limits, searched: 0, done: false }
    }

    /// The next lines.
    pub(super) fn next(&mut self, input: &mut Input) -> Option<Chunk> {
        while !self.done {
            let bytes = input.bytes();
            if bytes.len() >= self.limits.chunk || input.ending().is_some() {
                let fresh = bytes.get(self.searched..).unwrap_or_default();
                if let Some(at) = memrchr(b'\n', fresh) {
                    let count = self.searched + at + 1;
                    self.searched = 0;
                    return Some(self.whole(input, count));
                }
                self.searched = bytes.len();
                if bytes.len() > self.limits.record {
                    return self.too_long(input);
                }
            }
            if !input.fill() && input.bytes().len() == self.searched {
                self.done = true;
                return self.last(input);
            }
        }
        None
    }

    fn whole(&self, input: &mut Input, count: usize) -> Chunk {
        let line = input.line();
        Chunk::lines(self.capture, input.take(count), line, self.limits.record)
    }

    /// The front of a line that goes on beyond the limit; the rest of it is skipped, and never held.
    fn too_long(&mut self, input: &mut Input) -> Option<Chunk> {
        self.searched = 0;
        let mut builder = Builder::new(self.capture);
        builder.broken(input.line(), input.bytes(), too_long(self.limits.record));
        skip_line(input);
        builder.finish()
    }

    /// What stands behind the last line end.
    fn last(&self, input: &mut Input) -> Option<Chunk> {
        let count = input.bytes().len();
        let Some(Ending::Damaged(reason)) = input.ending().cloned() else {
            return (count > 0).then(|| self.whole(input, count));
        };
        let line = input.line();
        let mut builder = Builder::new(self.capture);
        let bytes = input.bytes().trim_ascii();
        if is_object(bytes) {
            builder.json(line, bytes);
            builder.broken(line, &[], reason);
        } else {
            builder.broken(line, bytes.get(..MAX_QUOTE).unwrap_or(bytes), reason);
        }
        builder.finish()
    }
}

/// Skips to behind the next line end, however far that is.
pub(super) fn skip_line(input: &mut Input) {
    loop {
        if let Some(at) = memchr(b'\n', input.bytes()) {
            input.consume(at + 1);
            return;
        }
        input.consume(input.bytes().len());
        if !input.fill() {
            return;
        }
    }
}

/// Whether a line is a whole JSON object.
pub(super) fn is_object(line: &[u8]) -> bool {
    line.first() == Some(&b'{')
        && line.last() == Some(&b'}')
        && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}
