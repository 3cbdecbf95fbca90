//! Reads captures one after the other.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use memchr::{memchr, memrchr};

use super::chunk::{Builder, Chunk, too_long};
use super::document::Document;
use super::input::{Ending, Input};
use super::layout::{Layout, layout};
use super::text::Joiner;
use super::unpack::{Bytes, Counted, unpacked};
use super::{Capture, InputError, LIMITS, Limits, MAX_QUOTE, Place};

/// The chunks of some captures, in their order.
#[derive(Debug)]
pub struct CaptureReader {
    captures: Vec<Capture>,
    next: usize,
    current: Option<Current>,
    consumed: Arc<AtomicU64>,
    limits: Limits,
}

struct Current {
    capture: usize,
    input: Input,
    layout: Layout,
    document: Document,
    is_done: bool,
}

impl std::fmt::Debug for Current {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Current").field("capture", &self.capture).field("layout", &self.layout).finish_non_exhaustive()
    }
}

impl CaptureReader {
    /// Reads these captures.
    #[must_use]
    pub fn open(captures: Vec<Capture>) -> Self {
        Self { captures, next: 0, current: None, consumed: Arc::default(), limits: LIMITS }
    }

    /// Bytes of all captures, packed where they are; nothing where that is not known of one.
    #[must_use]
    pub fn total(&self) -> Option<u64> {
        self.captures.iter().map(|capture| capture.size).sum()
    }

    /// Bytes read so far, packed where they are.
    #[must_use]
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    fn begin(&mut self) -> Option<Result<(), InputError>> {
        let capture = self.next;
        let place = self.captures.get(capture)?;
        self.next += 1;
        let error = |reason: String| InputError { capture: place.name.clone(), reason };
        let raw: Bytes = match &place.place {
            Place::Stdin => Box::new(Counted { bytes: Box::new(std::io::stdin()), count: self.consumed() }),
            Place::File(path) => match File::open(path) {
                Ok(file) => Box::new(Counted { bytes: Box::new(file), count: self.consumed() }),
                Err(failure) => return Some(Err(error(super::shown_error(&failure)))),
            },
        };
        let bytes = match unpacked(raw) {
            Ok(bytes) => bytes,
            Err(reason) => return Some(Err(error(reason))),
        };
        let mut input = Input::new(bytes, self.limits.sniff);
        while input.bytes().len() < self.limits.sniff && input.fill() {}
        let layout = layout(input.bytes(), input.ending().is_some());
        if layout == Layout::Yaml {
            let reason = "it is the YAML that gcloud writes by default; write it with `--format=json`".to_owned();
            return Some(Err(error(reason)));
        }
        self.current = Some(Current { capture, input, layout, document: Document::default(), is_done: false });
        Some(Ok(()))
    }
}

impl Iterator for CaptureReader {
    type Item = Result<Chunk, InputError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let Some(current) = &mut self.current else {
                match self.begin()? {
                    Ok(()) => continue,
                    Err(error) => return Some(Err(error)),
                }
            };
            if let Some(chunk) = current.chunk(&self.limits) {
                return Some(Ok(chunk));
            }
            if current.is_done {
                let ending = current.input.ending().cloned();
                let name = self.captures.get(current.capture).map(|capture| capture.name.clone()).unwrap_or_default();
                self.current = None;
                if let Some(Ending::Failed(reason)) = ending {
                    return Some(Err(InputError { capture: name, reason }));
                }
            }
        }
    }
}

impl Current {
    /// The next chunk; nothing where the window had none, or the capture is at its end.
    fn chunk(&mut self, limits: &Limits) -> Option<Chunk> {
        if self.is_done {
            return None;
        }
        match self.layout {
            Layout::Lines => self.lines(limits),
            Layout::Document => {
                let mut builder = Builder::new(self.capture);
                if !self.document.read(&mut self.input, limits, &mut builder) {
                    self.end(&mut builder);
                }
                builder.finish()
            }
            Layout::Text | Layout::Yaml => self.text(limits),
        }
    }

    /// Marks the end; what was packed and is damaged counts as one broken record, so that it is not lost silently.
    fn end(&mut self, builder: &mut Builder) {
        self.is_done = true;
        if let Some(Ending::Damaged(reason)) = self.input.ending() {
            builder.broken(self.input.line(), &[], format!("the capture is damaged from here on: {reason}"));
        }
    }

    fn fill(&mut self, size: usize) {
        while self.input.bytes().len() < size && self.input.fill() {}
    }

    fn lines(&mut self, limits: &Limits) -> Option<Chunk> {
        self.fill(limits.chunk);
        let line = self.input.line();
        if let Some(at) = memrchr(b'\n', self.input.bytes()) {
            return Some(Chunk::lines(self.capture, self.input.take(at + 1), line, limits.record));
        }
        if self.input.ending().is_none() {
            return self.long_line(limits);
        }
        let mut builder = Builder::new(self.capture);
        let rest = self.input.bytes().trim_ascii().to_vec();
        let is_whole = self.input.ending() == Some(&Ending::Whole);
        if !rest.is_empty() {
            if is_whole {
                builder.json(line, &rest)
            } else {
                builder.broken(line, &rest, "the capture ends in the middle of it".to_owned())
            }
        }
        self.input.consume(self.input.bytes().len());
        self.end(&mut builder);
        builder.finish()
    }

    /// A line that is longer than the window: read whole up to the limit, beyond it only counted.
    fn long_line(&mut self, limits: &Limits) -> Option<Chunk> {
        let line = self.input.line();
        while memchr(b'\n', self.input.bytes()).is_none()
            && self.input.bytes().len() <= limits.record
            && self.input.fill()
        {}
        if memchr(b'\n', self.input.bytes()).is_some() || self.input.bytes().len() <= limits.record {
            return None;
        }
        let mut builder = Builder::new(self.capture);
        let head = self.input.bytes().get(..MAX_QUOTE).unwrap_or_default().to_vec();
        builder.broken(line, &head, too_long(limits.record));
        loop {
            match memchr(b'\n', self.input.bytes()) {
                Some(at) => {
                    self.input.consume(at + 1);
                    break;
                }
                None => self.input.consume(self.input.bytes().len()),
            }
            if !self.input.fill() {
                break;
            }
        }
        builder.finish()
    }

    fn text(&mut self, limits: &Limits) -> Option<Chunk> {
        self.fill(limits.chunk);
        let is_end = self.input.ending().is_some();
        let bytes = self.input.bytes();
        let mut builder = Builder::new(self.capture);
        let mut joiner = Joiner::default();
        // The record that grows: where it begins, its line, where it ends.
        let mut open: Option<(usize, u64, usize)> = None;
        let (mut at, mut line) = (0, self.input.line());
        while at < bytes.len() {
            let rest = bytes.get(at..).unwrap_or_default();
            let length = match memchr(b'\n', rest) {
                Some(length) => length,
                None if is_end || rest.len() > limits.record => rest.len(),
                None => break,
            };
            let text = String::from_utf8_lossy(rest.get(..length).unwrap_or_default());
            if joiner.continues(text.trim_end()) {
                if let Some((_, _, end)) = &mut open {
                    *end = at + length;
                }
            } else {
                record(&mut builder, bytes, open.take());
                open = Some((at, line, at + length));
            }
            at += (length + 1).min(rest.len());
            line += 1;
        }
        // The last record may go on in what is still to come, unless it is long already.
        let is_long = open.is_some_and(|(start, _, _)| at - start > limits.record / 2);
        let consumed = if is_end || is_long { at } else { open.map_or(at, |(start, _, _)| start) };
        if is_end || is_long {
            record(&mut builder, bytes, open);
        }
        let is_stuck = consumed == 0 && !is_end;
        self.input.consume(consumed);
        if is_stuck {
            // One record fills the window: more of it is needed.
            self.input.fill();
        }
        if is_end {
            self.end(&mut builder);
        }
        builder.finish()
    }
}

fn record(builder: &mut Builder, bytes: &[u8], open: Option<(usize, u64, usize)>) {
    let Some((start, line, end)) = open else { return };
    let text = bytes.get(start..end).unwrap_or_default().trim_ascii_end();
    let first = text.trim_ascii_start();
    if first.is_empty() {
        return;
    }
    let is_json = first.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(first).is_ok();
    if is_json { builder.json(line, first) } else { builder.text(line, text) }
}
