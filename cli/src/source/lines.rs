//! JSON Lines, cut fast: as long as the lines of a capture are objects, or text between them, no more is looked at than where
//! they begin and end.

use memchr::{memchr, memchr_iter};

use super::Limits;
use super::chunk::{Chunk, Lined};
use super::input::{Ending, Input};
use super::layout::{begins_json, is_object, looks_like_object};

/// Cuts chunks of whole lines out of an input, each of which begins and ends between two records. What the lines in it
/// are, those find out who read the chunk.
#[derive(Debug)]
pub(super) struct Lines {
    capture: usize,
    limits: Limits,
    /// No chunk can be cut from what stands in front of this place.
    barren: u64,
}

impl Lines {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self { capture, limits, barren: 0 }
    }

    /// Whether it is worth to look for the end of a chunk from here on: an object stands alone on the first line.
    pub(super) fn are_ahead(&self, input: &mut Input<'_>) -> bool {
        input.offset() >= self.barren && begins_with_line(input, self.limits, is_object)
    }

    /// The next lines, if a chunk of them can be cut.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> Option<Chunk> {
        // What is left behind a line that ended the chunk before is enough, rather than moved to make room for more.
        while input.bytes().len() < self.limits.chunk.div_ceil(2) && input.fill() {}
        let bytes = input.bytes();
        // More was read where something had to be looked for far ahead. That makes chunks, and no larger one.
        let most = if bytes.len() > self.limits.chunk.saturating_mul(2) { self.limits.chunk } else { bytes.len() };
        let mut ends = Vec::with_capacity(1 << 10);
        let mut start = 0;
        let is_last = matches!(input.ending(), Some(Ending::Whole | Ending::Failed(..)));
        for end in memchr_iter(b'\n', bytes).chain(is_last.then_some(bytes.len())) {
            if is_opening(bytes.get(start..end).unwrap_or_default()) {
                break;
            }
            ends.push(end);
            start = end + 1;
            if start > most {
                break;
            }
        }
        if !is_last || start < bytes.len() {
            cut_back(bytes, &mut ends);
        }
        let Some(end) = ends.last() else {
            self.barren = input.offset() + start.max(1) as u64;
            return None;
        };
        let (count, line) = (end + 1, input.line());
        let lines = if count > bytes.len() { ends.len() - 1 } else { ends.len() };
        Some(Chunk::lines(self.capture, input.take(count, lines), Lined { first: line, ends, limits: self.limits }))
    }
}

/// Whether the first line, which is not indented, is of some kind.
pub(super) fn begins_with_line(input: &mut Input<'_>, limits: Limits, is: impl Fn(&[u8]) -> bool) -> bool {
    if input.bytes().is_empty() {
        input.fill();
    }
    input.bytes().first() == Some(&b'{')
        && line_length(input, limits.record)
            .is_some_and(|length| is(input.bytes().get(..length).unwrap_or_default().trim_ascii_end()))
}

/// Whether a line begins JSON that goes on behind it.
fn is_opening(line: &[u8]) -> bool {
    let body = line.trim_ascii();
    matches!(body.first(), Some(b'{' | b'[')) && !looks_like_object(body) && begins_json(body)
}

/// Takes away lines from the end until a record surely begins behind them: the last line is a whole object, and what follows
/// goes on with no list that it might be in.
fn cut_back(bytes: &[u8], ends: &mut Vec<usize>) {
    while let Some(end) = ends.pop() {
        let start = ends.last().map_or(0, |end| end + 1);
        let line = bytes.get(start..end).unwrap_or_default();
        let follows = bytes.get(end..).unwrap_or_default().trim_ascii_start().first();
        if !matches!(follows, None | Some(b',' | b']' | b'}')) && is_object(line.trim_ascii_end()) {
            return ends.push(end);
        }
    }
}

/// The length of the first line, as long as it is not beyond the limit.
pub(super) fn line_length(input: &mut Input<'_>, longest: usize) -> Option<usize> {
    let mut searched = 0;
    loop {
        let bytes = input.bytes();
        let fresh = bytes.get(searched..).unwrap_or_default();
        let end = memchr(b'\n', fresh).map(|at| searched + at);
        searched = bytes.len();
        match end {
            Some(length) => return (length <= longest).then_some(length),
            None if searched > longest => return None,
            None if !input.fill() => return Some(searched),
            None => {}
        }
    }
}

/// Skips to the next line end, however far that is.
pub(super) fn skip_to_line_end(input: &mut Input<'_>) {
    loop {
        if let Some(at) = memchr(b'\n', input.bytes()) {
            return input.consume(at);
        }
        input.consume(input.bytes().len());
        if !input.fill() {
            return;
        }
    }
}
