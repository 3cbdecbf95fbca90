//! The YAML that gcloud writes when it is not told otherwise: an entry a document.

use memchr::{memchr_iter, memrchr};
use serde_yaml::options::{AliasLimits, NonFiniteFloatPolicy};

use super::Limits;
use super::chunk::{Builder, Chunk, too_long};
use super::input::{Ending, Input};

/// Levels of nesting in a document; entries are held to fewer later on.
const MAX_DEPTH: usize = 256;
/// Values in a document.
const MAX_NODES: usize = 1 << 20;
/// Values that the aliases of a document may repeat. gcloud writes none.
const MAX_REPLAYED: usize = 10_000;

/// Makes JSON out of YAML, document by document.
#[derive(Debug)]
pub(super) struct Yaml {
    capture: usize,
    limits: Limits,
    /// Bytes at the front of the window that hold no end of a document.
    searched: usize,
    done: bool,
}

impl Yaml {
    pub(super) fn new(capture: usize, limits: Limits) -> Self {
        Self { capture, limits, searched: 0, done: false }
    }

    /// The next records.
    pub(super) fn next(&mut self, input: &mut Input<'_>) -> Option<Chunk> {
        let mut out = Builder::new(self.capture);
        while !self.done && out.byte_len() < self.limits.chunk {
            self.step(input, &mut out);
        }
        out.finish()
    }

    fn step(&mut self, input: &mut Input<'_>, out: &mut Builder) {
        let bytes = input.bytes();
        let end = separator(bytes, self.searched);
        let length = end.unwrap_or(bytes.len());
        if length > self.limits.record {
            let front = front(bytes);
            let line = input.line() + lines(bytes.get(..front).unwrap_or_default());
            out.broken(line, bytes.get(front..).unwrap_or_default(), too_long(self.limits.record));
            return self.skip(input);
        }
        if end.is_none() && input.fill() {
            // The separator may have come in part.
            self.searched = length.saturating_sub(SEPARATOR.len() + 1);
            return;
        }
        self.done = end.is_none();
        let reason = match input.ending() {
            Some(Ending::Damaged(reason)) if self.done => Some(reason.clone()),
            _ => None,
        };
        record(input.line(), input.bytes().get(..length).unwrap_or_default(), reason, out);
        input.consume(length);
        self.searched = 0;
    }

    /// Skips what is left of a document that is too long, and never holds it.
    fn skip(&mut self, input: &mut Input<'_>) {
        loop {
            if let Some(end) = separator(input.bytes(), 0) {
                input.consume(end);
                break;
            }
            let kept = SEPARATOR.len() + 1;
            let gone = input.bytes().len().saturating_sub(kept);
            input.consume(gone);
            if !input.fill() {
                self.done = true;
                break;
            }
        }
        self.searched = 0;
    }
}

const SEPARATOR: &[u8] = b"\n---";

/// Where the line end stands, at or behind `from`, that ends a document: a line of three dashes follows.
fn separator(bytes: &[u8], from: usize) -> Option<usize> {
    let ends = memchr_iter(b'\n', bytes.get(from..)?).map(|at| from + at);
    // The document's own dashes are not those behind it.
    ends.filter(|at| *at > 0).find(|at| {
        let line = bytes.get(*at..).unwrap_or_default();
        line.starts_with(SEPARATOR) && matches!(line.get(SEPARATOR.len()), Some(b'\n' | b'\r' | b' '))
    })
}

/// How many bytes of a document stand in front of its first line: dashes and blank lines, but no indentation.
fn front(document: &[u8]) -> usize {
    let space = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let start = space(document);
    let body = document.get(start..).unwrap_or_default();
    let behind = body.strip_prefix(b"---").unwrap_or(body);
    let lines = behind.get(..space(behind)).unwrap_or_default();
    document.len() - behind.len() + memrchr(b'\n', lines).map_or(0, |at| at + 1)
}

fn lines(bytes: &[u8]) -> u64 {
    memchr_iter(b'\n', bytes).count() as u64
}

/// Hands on a document: as JSON, or as it is if it cannot be read or breaks off for a `reason`.
fn record(line: u64, document: &[u8], reason: Option<String>, out: &mut Builder) {
    let front = front(document);
    let text = document.get(front..).unwrap_or_default();
    let line = line + lines(document.get(..front).unwrap_or_default());
    if let Some(reason) = reason {
        return out.broken(line, text.trim_ascii_end(), reason);
    }
    if text.trim_ascii().is_empty() {
        return;
    }
    match std::str::from_utf8(text) {
        Err(error) => {
            out.broken(line, text, format!("it is not valid UTF-8 at byte {}", error.valid_up_to().saturating_add(1)));
        }
        Ok(text) => match serde_yaml::from_str_with_options::<serde_json::Value>(text, options()) {
            Ok(value) => out.json(line, value.to_string().as_bytes()),
            Err(error) => out.broken(line, text.as_bytes(), format!("it is not YAML: {}", said(&error))),
        },
    }
}

fn options() -> serde_yaml::Options {
    let mut limits = AliasLimits::default();
    limits.max_total_replayed_events = MAX_REPLAYED;
    serde_yaml::options! {
        duplicate_keys: serde_yaml::options::DuplicateKeyPolicy::LastWins,
        strict_booleans: true,
        with_snippet: false,
        emit_comments: false,
        alias_limits: limits,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        budget: serde_yaml::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES },
    }
}

/// What is wrong, in a few words, without the text it is about.
fn said(error: &serde_yaml::Error) -> String {
    let text = error.to_string();
    let first = text.lines().next().unwrap_or("").trim();
    let first = first.split(" at line ").next().unwrap_or(first);
    let place =
        error.location().map(|location| format!(" at line {} of it, column {}", location.line(), location.column()));
    let mut chars = first.chars();
    let lower: String = chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default();
    // What the parser says may quote the text, which is not redacted.
    let plain = lower.split(['`', '\'', '"', ':']).next().unwrap_or("").trim().to_owned();
    format!("{plain}{}", place.unwrap_or_default())
}
