//! Values that stand in one place again and again: the service, its revision, the instance, the module, a message that never
//! varies.
//!
//! Such a value gets a number when it is met a second time. Where the last one stands again, its end need not be looked for;
//! and who has found out something of a number (that there is no secret in the value) need not do so again.

use std::borrow::Cow;

use super::super::severity::LogSeverity;
use super::super::tape::{Node, Tape};
use super::escape;
use super::tree::string_end;
use crate::id::hash64;

/// Values that are known by numbers at a time, in all places.
const ALL: usize = 1 << 13;
/// Bytes of them together.
const BYTES: usize = 1 << 19;
/// Room for values that are known in one place, at the most.
const OF_PLACE: usize = 1 << 10;
/// The same at the beginning.
const LEAST: usize = 4;
/// The longest value that may be known.
const LONGEST: usize = 512;
/// Values that are remembered to see whether they come again, of each place.
const ONCE: usize = 1 << 6;
/// Where so many values were new, the next ones are not looked up.
const TRIES: u16 = 64;
/// A value that is known stands against so many that are new.
const CREDIT: u16 = 16;
/// After so many values a place is tried again.
const ROUND: u16 = 1024;

/// The number of a value that is known by none.
pub(crate) const UNUSUAL: u16 = 0;

/// A value that was met more than once.
#[derive(Clone, Debug)]
pub(in crate::entry) struct Usual {
    /// As it is written, with the quote that ends it.
    written: Box<str>,
    /// What that stands for, where it has escapes.
    text: Option<Box<str>>,
    /// A hash of the text.
    pub(in crate::entry) hash: u64,
    /// The log severity that it names.
    pub(in crate::entry) severity: LogSeverity,
}

/// The usual values of all places, by their numbers.
#[derive(Clone, Debug, Default)]
pub(in crate::entry) struct Usuals {
    all: Vec<Usual>,
    bytes: usize,
    /// How many there was no room for.
    pub(super) refused: u32,
}

/// What is known of the values of one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// The number of the last one that was known.
    last: u16,
    /// How many were new, less those that were known.
    new: u16,
    /// The marks of those that are known and their numbers, each where its mark says; as many as a power of two says.
    known: Box<[(u64, u16)]>,
    /// Hashes of values that were new lately.
    once: Box<[u64]>,
}

impl Usuals {
    /// The value of a number.
    #[inline]
    pub(in crate::entry) fn get(&self, number: u16) -> Option<&Usual> {
        self.all.get(usize::from(number).checked_sub(1)?)
    }

    /// Gives a value a number, if there is room.
    fn add(&mut self, written: &[u8], node: &Node<'_>) -> Option<u16> {
        let number = self.all.len() + 1;
        if number >= ALL || self.bytes + written.len() > BYTES {
            self.refused = self.refused.saturating_add(1);
            return None;
        }
        let (Node::Text(text), Ok(written)) = (node, str::from_utf8(written)) else { return None };
        let severity = LogSeverity::from_foreign(text).unwrap_or_default();
        let (hash, is_written) = (hash64(text.as_bytes()), matches!(text, Cow::Borrowed(_)));
        let text = (!is_written).then(|| text.as_ref().into());
        self.bytes += written.len();
        self.all.push(Usual { written: written.into(), text, hash, severity });
        u16::try_from(number).ok()
    }
}

impl Usual {
    /// Puts it onto a tape where it is written at a place of a record; gives its length without the quote that ends it.
    #[inline]
    fn push<'a>(&self, record: &'a str, at: usize, number: u16, tape: &mut Tape<'a>) -> Option<usize> {
        let length = self.written.len() - 1;
        let text = match &self.text {
            Some(text) => Cow::Owned(text.to_string()),
            None => Cow::Borrowed(record.get(at..at + length)?),
        };
        tape.nodes.push(Node::Text(text));
        tape.usual.push(number);
        Some(length)
    }
}

impl Place {
    /// Reads the string whose inside begins at a place of a record, onto the end of a tape; says how long it is as it is written.
    #[inline]
    pub(super) fn read<'a>(
        &mut self,
        record: &'a str,
        at: usize,
        usuals: &mut Usuals,
        tape: &mut Tape<'a>,
    ) -> Option<usize> {
        let rest = record.as_bytes().get(at..)?;
        if let Some(last) = usuals.get(self.last)
            && rest.starts_with(last.written.as_bytes())
        {
            self.new = self.new.saturating_sub(CREDIT);
            return last.push(record, at, self.last, tape);
        }
        let (length, has_escapes) = string_end(rest)?;
        self.new = (self.new + 1) % ROUND;
        let written = if self.new < TRIES && length < LONGEST { rest.get(..=length) } else { None };
        if let Some(written) = written
            && let Some((number, usual)) = self.find(written, usuals)
        {
            self.new = self.new.saturating_sub(CREDIT);
            self.last = number;
            return usual.push(record, at, number, tape);
        }
        tape.nodes.push(node(record, at, length, has_escapes)?);
        tape.usual.push(written.map_or(UNUSUAL, |written| self.meet(written, tape.nodes.last(), usuals)));
        Some(length)
    }

    /// The known value that is written so.
    #[inline]
    fn find<'u>(&self, written: &[u8], usuals: &'u Usuals) -> Option<(u16, &'u Usual)> {
        let mark = mark(written);
        let (known, number) = self.known.get(slot(mark, self.known.len()))?;
        let usual = usuals.get(*number).filter(|usual| *known == mark && usual.written.as_bytes() == written)?;
        Some((*number, usual))
    }

    /// Takes note of a value that is not known; gives it a number if it was new lately, and there is room for it.
    #[cold]
    fn meet(&mut self, written: &[u8], node: Option<&Node<'_>>, usuals: &mut Usuals) -> u16 {
        if self.once.is_empty() {
            self.once = Box::new([0; ONCE]);
        }
        let hash = hash64(written);
        let before = self.once.get_mut(slot(hash, ONCE)).map(|slot| std::mem::replace(slot, hash));
        let number = if before == Some(hash) { self.add(written, node, usuals) } else { None };
        number.unwrap_or(UNUSUAL)
    }

    /// Gives a value a number, if there is room for it.
    fn add(&mut self, written: &[u8], node: Option<&Node<'_>>, usuals: &mut Usuals) -> Option<u16> {
        let mark = mark(written);
        let is_taken = |(other, number): &(u64, u16)| *number != UNUSUAL && *other == mark;
        if self.known.get(slot(mark, self.known.len())).is_some_and(is_taken) {
            return None;
        }
        while self.known.get(slot(mark, self.known.len())).is_none_or(|(_, number)| *number != UNUSUAL) {
            self.grow()?;
        }
        let number = usuals.add(written, node?)?;
        *self.known.get_mut(slot(mark, self.known.len()))? = (mark, number);
        self.last = number;
        Some(number)
    }

    /// Makes room for more values, so that none is in another's way; nothing where that took too much.
    fn grow(&mut self) -> Option<()> {
        let mut count = (2 * self.known.len()).max(LEAST);
        while count <= OF_PLACE {
            if let Some(larger) = spread(&self.known, count) {
                self.known = larger;
                return Some(());
            }
            count *= 2;
        }
        None
    }
}

/// Known values with more room between them, if no two of them need the same.
fn spread(known: &[(u64, u16)], count: usize) -> Option<Box<[(u64, u16)]>> {
    let mut larger = vec![(0, UNUSUAL); count].into_boxed_slice();
    for (mark, number) in known.iter().filter(|(_, number)| *number != UNUSUAL) {
        *larger.get_mut(slot(*mark, count)).filter(|(_, number)| *number == UNUSUAL)? = (*mark, *number);
    }
    Some(larger)
}

/// By what values are told apart at first: their lengths and some of their bytes.
#[inline]
fn mark(written: &[u8]) -> u64 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let eight = |from: usize| written.get(from..).and_then(<[u8]>::first_chunk).map(|bytes| u64::from_le_bytes(*bytes));
    let length = written.len();
    match (eight(0), length.checked_sub(8).and_then(eight)) {
        (Some(first), Some(last)) => {
            let middle = eight(length / 2 - 4).unwrap_or(0);
            let some = (first.rotate_left(7) ^ middle).wrapping_mul(MIX).rotate_left(32);
            (some ^ last ^ length as u64).wrapping_mul(MIX)
        }
        _ => written.iter().fold(0, |all, b| all << 8 | u64::from(*b)).wrapping_mul(MIX),
    }
}

/// Where among so many, a power of two, something is by its hash, of which the upper half is the better one.
#[inline]
fn slot(hash: u64, count: usize) -> usize {
    usize::try_from(hash >> 32).unwrap_or(0) & count.wrapping_sub(1)
}

/// The node of a string whose inside begins at a place of a record.
fn node(record: &str, at: usize, length: usize, has_escapes: bool) -> Option<Node<'_>> {
    if has_escapes {
        return escape::string(record.get(at.checked_sub(1)?..=at + length)?);
    }
    Some(Node::Text(Cow::Borrowed(record.get(at..at + length)?)))
}
