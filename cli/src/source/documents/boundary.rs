//! Where, behind something broken, the next record probably begins.

use std::ops::Range;

use memchr::memchr3_iter;

use super::scan::is_space;
use super::sight::{Sight, first_key};
use crate::source::layout::is_text;

/// Bytes around a bracket that are looked at to judge it.
pub(super) const CONTEXT: usize = 512;

/// Bytes behind a bracket that are looked at to see whether a record begins there.
pub(super) const AHEAD: usize = 4 << 10;

/// How the records of this document begin.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// The white space in front of a record, if it begins on a line of its own.
    pub(super) indent: Option<usize>,
    /// The first key of a record, in its quotes.
    key: Vec<u8>,
}

/// What is taken for the beginning of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Aim {
    /// In front of this byte, what looks just as the record before it, and so is none of the objects within that; behind it,
    /// what is in a place where a record may begin.
    pub(super) certain: usize,
    /// What holds that of a record, wherever it is.
    pub(super) content: Content,
    /// And lines that cannot be a part of JSON.
    pub(super) lines: bool,
}

/// Where what an object holds tells that it is a record: if it holds what an entry does, or what a record of any kind does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) entry: Where,
    pub(super) record: Where,
}

/// Places of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Where {
    Nowhere,
    /// Behind another object or a comma, or at the beginning of a line.
    Behind,
    /// Where an element of a list may be.
    Element,
    Anywhere,
}

/// What tells of the next record between two of them.
pub(super) const ANYWHERE: Content = Content { entry: Where::Anywhere, record: Where::Anywhere };

impl Content {
    /// It tells nothing.
    pub(super) const NOTHING: Self = Self { entry: Where::Nowhere, record: Where::Nowhere };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// A record, by its style.
    Alike(usize),
    /// A record, by its content.
    Held(usize),
    /// The end of the line in front of one that is text.
    Line(usize),
    /// None in front of this byte, which cannot be judged before more bytes are there.
    Open(usize),
}

impl Style {
    /// Takes up how a record begins.
    pub(super) fn learn(&mut self, record: &[u8]) {
        if let Some(key) = first_key(record) {
            self.key.clear();
            self.key.extend_from_slice(key);
        }
    }

    /// Finds the first beginning in a stretch of `bytes`; `whole` says that nothing follows them.
    pub(super) fn find(
        &self,
        bytes: &[u8],
        stretch: Range<usize>,
        aim: Aim,
        whole: bool,
        patience: &mut usize,
    ) -> Search {
        let end = stretch.end.min(bytes.len());
        for found in memchr3_iter(b'{', b'[', b'\n', bytes.get(stretch.start..end).unwrap_or_default()) {
            let at = stretch.start + found;
            if bytes.len() - at < AHEAD && !whole {
                return Search::Open(at);
            }
            let ahead = bytes.get(at..).unwrap_or_default();
            if ahead.first() == Some(&b'\n') {
                if aim.lines && is_text(ahead.get(1..).unwrap_or_default()) {
                    return Search::Line(at);
                }
            } else if self.begins(bytes, at, at >= aim.certain) {
                return Search::Alike(at);
            } else if aim.content != Content::NOTHING && holds(bytes, at, aim.content, patience) {
                return Search::Held(at);
            }
        }
        Search::Open(end)
    }

    /// Whether a record begins at a bracket: one just as that before it, or one in a place that is plausible.
    fn begins(&self, bytes: &[u8], at: usize, is_plausible: bool) -> bool {
        let ahead = bytes.get(at..).unwrap_or_default();
        let ahead = ahead.get(..CONTEXT).unwrap_or(ahead);
        let mut inside = ahead.iter().skip(1).copied().filter(|byte| !is_space(*byte));
        let indent = indent(bytes, at);
        if ahead.first() == Some(&b'[') {
            return is_plausible && indent == Some(0) && matches!(inside.next(), Some(b'{' | b']'));
        }
        if !matches!(inside.next(), Some(b'"' | b'}')) {
            return false;
        }
        let before = before(bytes, at);
        let behind_comma = before.strip_suffix(b",").map(<[u8]>::trim_ascii_end);
        let behind_record = before.ends_with(b"}");
        let alike = !self.key.is_empty() && first_key(ahead) == Some(&self.key);
        // An object directly behind another is a part of none.
        if indent.is_some() && indent == self.indent
            || alike && (indent.is_some() || behind_comma.is_some())
            || behind_record && indent.is_none()
        {
            return true;
        }
        let is_element = behind_comma.is_some_and(|before| before.ends_with(b"}"));
        is_plausible && (indent == Some(0) || self.indent.is_none() && (is_element || behind_record))
    }
}

/// Whether the object at a bracket holds what a record does.
pub(super) fn holds(bytes: &[u8], at: usize, content: Content, patience: &mut usize) -> bool {
    let ahead = bytes.get(at..).unwrap_or_default();
    let ahead = ahead.get(..AHEAD).unwrap_or(ahead);
    let Some(left) = patience.checked_sub(ahead.len()) else { return false };
    *patience = left;
    if first_key(ahead).is_none() {
        return false;
    }
    let sight = Sight::of(ahead);
    let wanted = if sight.is_entry() {
        content.entry
    } else if sight.is_record() {
        content.record
    } else {
        Where::Nowhere
    };
    let before = before(bytes, at);
    match wanted {
        Where::Nowhere => false,
        Where::Behind => {
            let between = |byte: &&u8| is_space(**byte) || matches!(byte, b',' | b'[' | b':');
            before.ends_with(b",")
                || indent(bytes, at) == Some(0)
                || before.iter().rev().find(|byte| !between(byte)) == Some(&b'}')
        }
        Where::Element => indent(bytes, at).is_some() || matches!(before.last(), Some(b',' | b'[')),
        Where::Anywhere => true,
    }
}

/// What stands in front of a bracket, without the white space between.
pub(super) fn before(bytes: &[u8], at: usize) -> &[u8] {
    bytes.get(at.saturating_sub(CONTEXT)..at).unwrap_or_default().trim_ascii_end()
}

/// The white space between the line's beginning and `at`, if there is nothing else.
pub(super) fn indent(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(at.saturating_sub(CONTEXT)..at)?;
    let spaces = before.iter().rev().take_while(|byte| is_space(**byte) && **byte != b'\n').count();
    let in_front = at.checked_sub(spaces + 1).and_then(|at| bytes.get(at));
    (in_front == Some(&b'\n')).then_some(spaces)
}
