//! Values that stand in one place again and again: the service, its revision, the instance, the module, a message that never
//! varies.
//!
//! Such a value, unless it has escapes, gets a number when it is met a second time. Who has found out something of a number (that
//! there is no secret in the value, its hash) need not do so again, for it never comes to mean another value.

use super::super::severity::LogSeverity;
use super::super::span::Span;
use super::super::tape::Tape;
use super::string;
use super::tree::text_node;
use crate::id::{WHOLE_MARK, hash64, mark, slot};

/// Values that are known by numbers at a time, in all places.
const ALL: usize = 1 << 13;
/// Bytes of them together.
const BYTES: usize = 1 << 19;
/// Room for values that are known in one place, at the most.
const OF_PLACE: usize = 1 << 10;
/// The same in all places together.
const ROOM: usize = 1 << 16;
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

/// What follows from a value that was met more than once.
#[derive(Clone, Debug)]
pub(in crate::entry) struct Usual {
    /// A hash of it.
    pub(in crate::entry) hash: u64,
    /// The log severity that it names.
    pub(in crate::entry) severity: LogSeverity,
}

/// The usual values of all places, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Usuals {
    all: Vec<Usual>,
    /// All of them as they are written, each with the quote that ends it: in one piece, because they are looked at all the time.
    written: Vec<u8>,
    /// How many there was no room for.
    pub(super) refused: u32,
    /// Room for values that places have taken up.
    room: usize,
    /// Whether no more of them get a number.
    is_closed: bool,
}

impl Clone for Usuals {
    /// The same values, to which none are added: else a number would mean one here and another there, and both are told from
    /// those of other forms by the forms, which they have in common.
    fn clone(&self) -> Self {
        let Self { all, written, refused, room, .. } = self;
        Self { all: all.clone(), written: written.clone(), refused: *refused, room: *room, is_closed: true }
    }
}

/// A value that is known in a place.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    mark: u64,
    /// Where it is written among all, and how long it is with the quote that ends it.
    from: u32,
    length: u16,
    number: u16,
}

/// What is known of the values of one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Place {
    /// How many were new, less those that were known.
    new: u16,
    /// Those that are known, each where its mark says; as many as a power of two says.
    known: Box<[Known]>,
    /// Hashes of values that were new lately.
    once: Box<[u64]>,
}

impl Usuals {
    /// What is known of the value of a number.
    #[inline]
    pub(super) fn get(&self, number: u16) -> Option<&Usual> {
        self.all.get(usize::from(number).checked_sub(1)?)
    }

    /// Whether a known value of the same mark is written so.
    #[inline]
    fn is(&self, known: Known, written: &[u8]) -> bool {
        let from = known.from as usize;
        if usize::from(known.length) != written.len() || known.number == UNUSUAL {
            return false;
        }
        // The mark of a few bytes tells all of them, and no more need be fetched.
        written.len() < WHOLE_MARK || self.written.get(from..from + written.len()) == Some(written)
    }

    /// Gives a value a number, if there is room.
    fn add(&mut self, mark: u64, written: &[u8]) -> Option<Known> {
        let number = self.all.len() + 1;
        if self.is_closed || number >= ALL || self.written.len() + written.len() > BYTES {
            self.refused = self.refused.saturating_add(1);
            return None;
        }
        let text = written.split_last().map_or(&[][..], |(_, text)| text);
        let severity = str::from_utf8(text).ok().and_then(LogSeverity::from_foreign).unwrap_or_default();
        let (number, length) = (u16::try_from(number).ok()?, u16::try_from(written.len()).ok()?);
        let from = u32::try_from(self.written.len()).ok()?;
        self.all.push(Usual { hash: hash64(text), severity });
        self.written.extend_from_slice(written);
        Some(Known { mark, from, length, number })
    }
}

impl Place {
    /// Reads the string whose inside begins at a place of a record, onto the end of a tape; says how long it is as it is written,
    /// and the number of the value.
    #[inline]
    pub(super) fn read<'a>(
        &mut self,
        record: &'a str,
        at: usize,
        usuals: &mut Usuals,
        tape: &mut Tape<'a>,
    ) -> Option<(usize, u16)> {
        let rest = record.as_bytes().get(at..)?;
        let (length, has_escapes) = string::end(rest)?;
        if has_escapes || length >= LONGEST {
            let span = Span::new(at, length, UNUSUAL).filter(|_| !has_escapes);
            tape.push_value(span, || text_node(record, (at, length), has_escapes))?;
            return Some((length, UNUSUAL));
        }
        self.new = (self.new + 1) % ROUND;
        let number = if self.new < TRIES { self.number(rest.get(..=length)?, usuals) } else { UNUSUAL };
        tape.spans.push(Span::new(at, length, number)?);
        Some((length, number))
    }

    /// The number of the value that is written so; that of none if it has none and gets none.
    #[inline]
    fn number(&mut self, written: &[u8], usuals: &mut Usuals) -> u16 {
        let mark = mark(written);
        let known = self.known.get(slot(mark, self.known.len())).filter(|known| known.mark == mark);
        if let Some(known) = known.filter(|known| usuals.is(**known, written)) {
            self.new = self.new.saturating_sub(CREDIT);
            return known.number;
        }
        self.meet(mark, written, usuals)
    }

    /// Takes note of a value that is not known; gives it a number if it was new lately, and there is room for it.
    #[cold]
    fn meet(&mut self, mark: u64, written: &[u8], usuals: &mut Usuals) -> u16 {
        if self.once.is_empty() {
            self.once = Box::new([0; ONCE]);
        }
        let hash = hash64(written);
        let before = self.once.get_mut(slot(hash, ONCE)).map(|slot| std::mem::replace(slot, hash));
        let known = if before == Some(hash) { self.add(mark, written, usuals) } else { None };
        known.map_or(UNUSUAL, |known| known.number)
    }

    /// Gives a value a number, if there is room for it.
    fn add(&mut self, mark: u64, written: &[u8], usuals: &mut Usuals) -> Option<Known> {
        let in_place = |place: &Self| place.known.get(slot(mark, place.known.len())).copied();
        if in_place(self).is_some_and(|other| other.number != UNUSUAL && other.mark == mark) {
            return None;
        }
        while in_place(self).is_none_or(|other| other.number != UNUSUAL) {
            self.grow(&mut usuals.room)?;
        }
        let known = usuals.add(mark, written)?;
        *self.known.get_mut(slot(mark, self.known.len()))? = known;
        Some(known)
    }

    /// Makes room for more values, so that none is in another's way; nothing where that took too much.
    fn grow(&mut self, room: &mut usize) -> Option<()> {
        let before = self.known.len();
        let mut count = (2 * before).max(LEAST);
        while count <= OF_PLACE && *room + count - before <= ROOM {
            if let Some(larger) = spread(&self.known, count) {
                *room += count - before;
                self.known = larger;
                return Some(());
            }
            count *= 2;
        }
        None
    }
}

/// Known values with more room between them, if no two of them need the same.
fn spread(known: &[Known], count: usize) -> Option<Box<[Known]>> {
    let mut larger = vec![Known::default(); count].into_boxed_slice();
    for known in known.iter().filter(|known| known.number != UNUSUAL) {
        *larger.get_mut(slot(known.mark, count)).filter(|free| free.number == UNUSUAL)? = *known;
    }
    Some(larger)
}
