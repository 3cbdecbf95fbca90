//! Where, behind something broken, the next record probably begins.

use memchr::memchr2_iter;

use super::nature::first_key;
use super::scan::is_space;

/// Bytes around a bracket that are looked at to judge it.
pub(super) const CONTEXT: usize = 512;

/// How the records of this capture begin.
#[derive(Debug, Default)]
pub(super) struct Style {
    /// The white space in front of a record, if it begins on a line of its own.
    pub(super) indent: Option<usize>,
    /// The first key of a record, in its quotes.
    pub(super) key: Vec<u8>,
}

/// How certain a beginning has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It looks just as the record before it, and so is none of the objects within that.
    Alike,
    /// It is in a place where a record may begin.
    Plausible,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    Found(usize),
    /// None in front of this byte, which cannot be judged before more bytes are there.
    Open(usize),
}

impl Style {
    /// Finds the first beginning at or behind `from`; `whole` says that nothing follows.
    pub(super) fn find(&self, bytes: &[u8], from: usize, certainty: Certainty, whole: bool) -> Search {
        for found in memchr2_iter(b'{', b'[', bytes.get(from..).unwrap_or_default()) {
            let at = from + found;
            if bytes.len() - at < CONTEXT && !whole {
                return Search::Open(at);
            }
            if self.begins(bytes, at, certainty) {
                return Search::Found(at);
            }
        }
        Search::Open(bytes.len())
    }

    fn begins(&self, bytes: &[u8], at: usize, certainty: Certainty) -> bool {
        let ahead = bytes.get(at..).unwrap_or_default();
        let ahead = ahead.get(..CONTEXT).unwrap_or(ahead);
        let mut inside = ahead.iter().skip(1).copied().filter(|byte| !is_space(*byte));
        let indent = indent(bytes, at);
        if ahead.first() == Some(&b'[') {
            return certainty == Certainty::Plausible
                && indent == Some(0)
                && matches!(inside.next(), Some(b'{' | b']'));
        }
        if !matches!(inside.next(), Some(b'"' | b'}')) {
            return false;
        }
        let before = bytes.get(at.saturating_sub(CONTEXT)..at).unwrap_or_default().trim_ascii_end();
        let behind_comma = before.strip_suffix(b",").map(<[u8]>::trim_ascii_end);
        let behind_record = behind_comma.unwrap_or(before).ends_with(b"}");
        let alike = !self.key.is_empty() && first_key(ahead) == Some(&self.key);
        if indent.is_some() && indent == self.indent || alike && (indent.is_some() || behind_comma.is_some()) {
            return true;
        }
        certainty == Certainty::Plausible && (indent == Some(0) || self.indent.is_none() && behind_record)
    }
}

/// The white space between the line's beginning and `at`, if there is nothing else.
pub(super) fn indent(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(at.saturating_sub(CONTEXT)..at)?;
    let spaces = before.iter().rev().take_while(|byte| is_space(**byte) && **byte != b'\n').count();
    let in_front = at.checked_sub(spaces + 1).and_then(|at| bytes.get(at));
    (in_front == Some(&b'\n')).then_some(spaces)
}
