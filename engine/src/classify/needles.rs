//! Finding which of many literals a text has in it, in any ASCII case.
//!
//! An automaton pays for every byte of the text, the more the more literals it has. This looks at four bytes at every second
//! place, at eight places at once, and asks a table whether they are in one of the literals, which they hardly ever are; only
//! there literals are compared, from their last bytes on. It takes about as long for a thousand literals as for forty.

use wide::bytemuck::cast;
use wide::{i16x8, i32x4, u32x4};

use super::rarity::Rarity;

/// Bytes that are looked at.
const WIDTH: usize = 4;
/// Bytes that a literal must have.
const LEAST: usize = 3;
/// Places of a literal at which its rarest bytes are looked for.
const MOST: usize = 256;
/// Literals of no more than [`WIDTH`] bytes: each has some two hundred marks.
const MAX_SHORT: usize = 64;

/// The literals, ASCII and in lower case. Each has marks: bytes that begin at an even place of it, and such at an odd one.
/// Wherever it stands, either begin at an even place of the text.
#[derive(Debug)]
pub(super) struct Needles {
    table: Box<Table>,
    /// By the highest bits of a hash: how many marks have a lesser one.
    buckets: Vec<u32>,
    marks: Vec<Mark>,
    needles: Vec<Needle>,
    /// Of all literals their bytes by eight.
    words: Vec<Word>,
}

/// A bit for the slot of four bytes: whether they may be a mark. Bits, so that the table stays in the nearest cache.
type Table = [u32; WORDS];

/// Words of the table: there are as many slots as sixteen bits tell.
const WORDS: usize = (1 << 16) / 32;

/// Bytes of a text at whose even places is looked at once.
const STEP: usize = 16;
/// How many places these are.
const PLACES: usize = STEP / 2;
/// As many steps as have a bit for each place in a word.
const STEPS: usize = 64 / PLACES;
/// Bits of the hashes for the buckets.
const BUCKET_BITS: u32 = 12;

/// Some bytes of a literal, or where it is short some with it.
#[derive(Clone, Copy, Debug)]
struct Mark {
    bytes: u32,
    literal: u32,
    /// How many bytes behind their first one it ends.
    end: u32,
}

/// A literal.
#[derive(Debug)]
struct Needle {
    /// Its last bytes, of which there may be fewer than a word has.
    last: Word,
    length: u32,
    /// Where in [`Needles::words`] its bytes begin, by the word, if they are more than one.
    first: u32,
}

/// Up to eight bytes of a literal, the last in the highest bits.
#[derive(Clone, Copy, Debug)]
struct Word {
    bytes: u64,
    /// The bits by which its letters differ from capitals.
    case: u64,
    /// Those of the bytes that there are.
    there: u64,
}

impl Needles {
    /// For some literals that [`Needles::takes`].
    pub(super) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let rarity = Rarity::new();
        let (mut needles, mut marks, mut words) = (Vec::new(), Vec::new(), Vec::new());
        for (literal, text) in (0..).zip(texts.map(str::as_bytes)) {
            needles.push(Needle::new(text, &mut words));
            for parity in 0..2 {
                add_marks(&mut marks, literal, text, parity, &rarity);
            }
        }
        let table = table(&marks);
        marks.sort_by_key(|mark| (hash(mark.bytes, BUCKET_BITS), mark.literal, mark.end));
        let mut buckets = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for mark in &marks {
            if let Some(count) = buckets.get_mut(hash(mark.bytes, BUCKET_BITS) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        buckets.iter_mut().for_each(|count| {
            sum += *count;
            *count = sum;
        });
        Self { table, buckets, marks, needles, words }
    }

    /// Whether a literal is short, so that it has many marks; nothing where it cannot be looked for, being too short, or one
    /// too many beside so many short ones.
    pub(super) fn takes(text: &str, short: usize) -> Option<bool> {
        match text.len() {
            ..LEAST => None,
            LEAST..=WIDTH => (short < MAX_SHORT).then_some(true),
            _ => Some(false),
        }
    }

    /// Calls `found` with every literal that the text has in it, by its place among all; with some more than once.
    #[inline]
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        if self.needles.is_empty() {
            return;
        }
        let (mut rest, mut start) = (text, 0);
        loop {
            // The places of some steps are looked at before literals are compared at any: that there is one at some place, nobody can
            // predict.
            let (mut hits, mut step) = (0, 0);
            while step < STEPS && rest.len() >= LEAST {
                let slots = rest.first_chunk().map_or_else(|| slots(&filled(rest)), slots);
                hits |= may_have(&self.table, slots) << (step * PLACES);
                (rest, step) = (rest.get(STEP..).unwrap_or_default(), step + 1);
            }
            while hits != 0 {
                self.compare(text, start + 2 * hits.trailing_zeros() as usize, &mut found);
                hits &= hits - 1;
            }
            if rest.len() < LEAST {
                return;
            }
            start += STEPS * STEP;
        }
    }

    /// Compares the literals whose marks may be at a place.
    #[inline]
    fn compare(&self, text: &[u8], place: usize, found: &mut impl FnMut(usize)) {
        let Some(rest) = text.get(place..) else { return };
        let bytes = rest.first_chunk().map_or_else(|| folded(rest), |bytes| u32::from_le_bytes(*bytes)) | FOLDED;
        let bucket = hash(bytes, BUCKET_BITS);
        let Some([from, to]) = self.buckets.get(bucket..).and_then(<[u32]>::first_chunk) else { return };
        let Some(marks) = self.marks.get(*from as usize..*to as usize) else { return };
        for mark in marks.iter().filter(|mark| mark.bytes == bytes) {
            let literal = mark.literal as usize;
            if self.needles.get(literal).is_some_and(|needle| needle.ends(text, place + mark.end as usize, &self.words))
            {
                found(literal);
            }
        }
    }
}

/// Adds the marks of a literal that are found where it stands at a place with this parity to an even one: the rarest bytes.
fn add_marks(marks: &mut Vec<Mark>, literal: u32, text: &[u8], parity: usize, rarity: &Rarity) {
    // Those of a long literal's first bytes do.
    let places = (parity..(text.len() + 1).saturating_sub(WIDTH).min(MOST)).step_by(2);
    let part = |at: usize| text.get(at..at + WIDTH).unwrap_or_default();
    let mut add =
        |bytes: u32, end: usize| marks.push(Mark { bytes, literal, end: u32::try_from(end).unwrap_or(u32::MAX) });
    if let Some(at) = places.max_by_key(|at| (rarity.of(part(*at)), usize::MAX - at)) {
        return add(folded(part(at)), text.len() - at);
    }
    // It is too short for that: with every byte that can stand before or behind it, or nothing.
    let all = (0x20..=0xff_u32).filter(|byte| byte & 0x20 != 0);
    match text.get(parity..) {
        Some(rest) if rest.len() == WIDTH - 1 => {
            all.for_each(|byte| add(folded(rest) | byte << 24, text.len() - parity));
        }
        _ => all.for_each(|byte| add(folded(text) << 8 | byte, text.len() + 1)),
    }
}

fn table(marks: &[Mark]) -> Box<Table> {
    let mut table = Box::new([0; WORDS]);
    for mark in marks {
        let [a, b, c, d] = mark.bytes.to_le_bytes();
        let [one, two] = [i16::from_le_bytes([a, b]), i16::from_le_bytes([c, d])].map(i32::from);
        let slot = (one * i32::from(MIX[0]) + two * i32::from(MIX[1])).cast_unsigned() << ABOVE >> 16;
        table.iter_mut().skip(slot as usize / 32).take(1).for_each(|bits| *bits |= 1 << (slot % 32));
    }
    table
}

/// What four bytes are multiplied with, two by two, so that it is quickly done for many; of the sum some bits are the slot.
const MIX: [i16; 2] = [0x6b2d, 0x35a7];
/// Bits of the sum above these.
const ABOVE: u32 = 7;

/// The slots of what stands at every second place, two by two, the first in the lower bits.
type Slots = u32x4;

#[inline(always)]
fn slots(bytes: &[u8; STEP + 2]) -> Slots {
    let [mix, other] = MIX;
    let mix = i16x8::new([mix, other, mix, other, mix, other, mix, other]);
    let sums = |bytes: Option<&[u8; STEP]>| -> u32x4 {
        let mut pairs = [0; STEP / 2];
        let bytes = bytes.map_or(&[][..], |bytes| bytes.as_chunks().0);
        pairs.iter_mut().zip(bytes).for_each(|(pair, bytes)| *pair = i16::from_le_bytes(*bytes));
        let folded = i16x8::new(pairs) | i16x8::splat(0x2020);
        cast::<i32x4, u32x4>(folded.dot(mix)) << ABOVE
    };
    sums(bytes.first_chunk()) >> 16 | sums(bytes.last_chunk()) & u32x4::splat(!0xffff)
}

/// Fewer bytes than a step looks at, with zeros behind them.
fn filled(bytes: &[u8]) -> [u8; STEP + 2] {
    let mut filled = [0; STEP + 2];
    filled.iter_mut().zip(bytes).for_each(|(to, byte)| *to = *byte);
    filled
}

/// A bit for each of these places at which there may be a mark, the first in the lowest.
#[inline(always)]
fn may_have(table: &Table, slots: Slots) -> u64 {
    let bit = |slot: u16| table.get(usize::from(slot / 32)).map_or(0, |bits| bits >> (slot % 32) & 1);
    cast::<u32x4, [u16; PLACES]>(slots).iter().rev().fold(0, |all, slot| all << 1 | u64::from(bit(*slot)))
}

impl Needle {
    /// The needle of a text, whose bytes by eight are added to the words.
    fn new(text: &[u8], words: &mut Vec<Word>) -> Self {
        let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let first = size(words.len());
        if text.len() > 8 {
            words.extend(text.as_chunks::<8>().0.iter().map(|bytes| Word::new(bytes)));
        }
        Self { last: Word::new(text), length: size(text.len()), first }
    }

    /// Whether it ends at a place of a text; these are all words.
    #[inline]
    fn ends(&self, text: &[u8], end: usize, words: &[Word]) -> bool {
        let Some(head) = text.get(..end) else { return false };
        if !self.last.is(last_of(head)) {
            return false;
        }
        // All of it, where it is no longer than that.
        let Some(start) = end.checked_sub(self.length as usize) else { return false };
        let part = head.get(start..).unwrap_or_default().as_chunks().0;
        let words = words.get(self.first as usize..).unwrap_or_default();
        self.length <= 8 || part.iter().zip(words).all(|(bytes, word)| word.is(u64::from_le_bytes(*bytes)))
    }
}

impl Word {
    /// Eight bytes of a literal, or its last ones.
    fn new(text: &[u8]) -> Self {
        let last = |of: fn(u8) -> u8| last_of(&text.iter().copied().map(of).collect::<Vec<_>>());
        let case = last(|byte| if byte.is_ascii_lowercase() { 0x20 } else { 0 });
        Self { bytes: last_of(text), case, there: last(|_| 0xff) }
    }

    #[inline]
    fn is(&self, bytes: u64) -> bool {
        (bytes | self.case) & self.there == self.bytes
    }
}

/// The last eight bytes of a text, or all, the last in the highest bits.
#[inline]
fn last_of(text: &[u8]) -> u64 {
    match text.last_chunk() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().fold(0, |all, byte| all >> 8 | u64::from(*byte) << 56),
    }
}

/// Makes capitals small, and some signs others.
const FOLDED: u32 = 0x2020_2020;

/// A few bytes, folded.
fn folded(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |all, byte| all << 8 | u32::from(byte | 0x20))
}

/// The highest bits of a multiplicative hash (Knuth).
#[inline(always)]
fn hash(bytes: u32, bits: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn found(literals: &[String], text: &str) -> BTreeSet<String> {
        let needles = Needles::new(literals.iter().map(String::as_str));
        let mut found = BTreeSet::new();
        needles.find(text.as_bytes(), |at| {
            found.insert(literals[at].clone());
        });
        found
    }

    #[test]
    fn literals_are_found_at_every_place_before_every_end() {
        let literals = ["at ", "code", "epipe", "denied", "expired", "memory :", "deadline x", "context deadline y"];
        let needles = Needles::new(literals.into_iter());
        for (at, literal) in literals.into_iter().enumerate() {
            for (before, behind) in (0..40).flat_map(|before| (0..20).map(move |behind| (before, behind))) {
                let text = format!("{}{}{}", "-".repeat(before), literal.to_uppercase(), "-".repeat(behind));
                let mut found = BTreeSet::new();
                needles.find(text.as_bytes(), |at| _ = found.insert(at));
                assert_eq!(found, BTreeSet::from([at]), "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn every_literal_is_found_where_it_stands_and_no_other(
            literals in prop::collection::btree_set("[ab.:]{0,3}[a-c]{3,7}|[a-z0-9 =`@{]{5,12}|[ab]{8,30}", 1..12),
            parts in prop::collection::vec(("[aAbBcC é.@\\[`{\n]{0,5}", any::<prop::sample::Index>(), any::<bool>()), 0..6),
        ) {
            let literals: Vec<String> = literals.into_iter().collect();
            let text: String = parts
                .iter()
                .map(|(before, which, is_large)| {
                    let literal = which.get(&literals);
                    format!("{before}{}", if *is_large { literal.to_uppercase() } else { literal.clone() })
                })
                .collect();
            let small = text.to_ascii_lowercase();
            let there = literals.iter().filter(|text| small.contains(*text)).cloned().collect::<BTreeSet<_>>();
            prop_assert_eq!(found(&literals, &text), there, "{}", text);
        }
    }
}
