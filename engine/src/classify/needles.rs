//! Finding which of many literals a text has in it, in any ASCII case.
//!
//! An automaton pays for every byte of the text, the more the more literals it has. This looks at four bytes at every second
//! place and asks a table of bits whether they are in one of the literals, which they hardly ever are; only there literals
//! are compared. It takes about as long for a thousand literals as for forty.

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
    table: Table,
    /// By the highest bits of a hash: how many marks have a lesser one.
    buckets: Vec<u32>,
    marks: Vec<Mark>,
    needles: Vec<Needle>,
    /// Of all literals their bytes by eight, each with the bits by which its letters differ from capitals: in one piece, because
    /// they are looked at all the time.
    words: Vec<(u64, u64)>,
}

/// By a hash of four bytes: whether they may be a mark. The more literals, the larger, so that few of it is set. Of a byte any
/// bit says that there is a mark, which is quickly asked of several places at once; which bit, says more of the mark.
#[derive(Debug)]
enum Table {
    Few(Box<[u8; FEW]>),
    Many(Box<[u8; MANY]>),
}

const FEW: usize = 1 << 15;
const MANY: usize = 1 << 17;
/// Marks from which on they are many.
const MANY_MARKS: usize = 1 << 11;
/// Bits of a hash that choose the bit of a byte.
const BIT_BITS: u32 = 3;
/// Bits of the hashes for the buckets.
const BUCKET_BITS: u32 = 12;

/// Some bytes of a literal, or where it is short some with it.
#[derive(Clone, Copy, Debug)]
struct Mark {
    bytes: u32,
    literal: u32,
    /// Where in the literal they stand; -1 where they begin before it.
    at: i16,
}

/// A literal.
#[derive(Debug)]
struct Needle {
    length: u32,
    /// Where in [`Needles::words`] its bytes begin.
    first: u32,
    /// It as a text, if it is shorter than a word.
    short: Box<[u8]>,
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
        let table = if marks.len() < MANY_MARKS { Table::Few(table(&marks)) } else { Table::Many(table(&marks)) };
        marks.sort_by_key(|mark| (hash(mark.bytes, BUCKET_BITS), mark.literal, mark.at));
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
    pub(super) fn find(&self, text: &[u8], found: impl FnMut(usize)) {
        match &self.table {
            _ if self.needles.is_empty() => {}
            Table::Few(table) => self.find_by(table, text, found),
            Table::Many(table) => self.find_by(table, text, found),
        }
    }

    fn find_by<const N: usize>(&self, table: &[u8; N], text: &[u8], mut found: impl FnMut(usize)) {
        let (chunks, rest) = text.as_chunks::<8>();
        let (mut place, mut last) = (0, 0);
        for chunk in chunks {
            let word = u64::from_le_bytes(*chunk) | FOLD;
            if may_have(table, last, word) {
                self.compare_each(text, place, hits(table, last, word), &mut found);
            }
            (place, last) = (place + 8, word);
        }
        if !rest.is_empty() {
            // Behind the end there are bytes that are not folded.
            let word = rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(byte | 0x20));
            self.compare_each(text, place, hits(table, last, word), &mut found);
        }
    }

    /// Compares the literals whose marks may be among the eight bytes at a place and the two before them, at these [`hits`].
    #[inline]
    fn compare_each(&self, text: &[u8], place: usize, mut hits: u32, found: &mut impl FnMut(usize)) {
        while hits != 0 {
            let at = hits.trailing_zeros();
            hits &= hits - 1;
            // Before the first bytes of a text there are none: no literal stands there.
            let Some(place) = (place + 2 * at as usize).checked_sub(2) else { continue };
            let Some(rest) = text.get(place..) else { continue };
            let bytes = rest.first_chunk().map_or_else(|| folded(rest), |bytes| u32::from_le_bytes(*bytes) | FOLDED);
            let bucket = hash(bytes, BUCKET_BITS);
            let Some([from, to]) = self.buckets.get(bucket..).and_then(<[u32]>::first_chunk) else { continue };
            let Some(marks) = self.marks.get(*from as usize..*to as usize) else { continue };
            for mark in marks.iter().filter(|mark| mark.bytes == bytes) {
                let start = place.checked_add_signed(-isize::from(mark.at));
                let Some(rest) = start.and_then(|start| text.get(start..)) else { continue };
                let literal = mark.literal as usize;
                if self.needles.get(literal).is_some_and(|needle| needle.begins(rest, &self.words)) {
                    found(literal);
                }
            }
        }
    }
}

/// Adds the marks of a literal that are found where it stands at a place with this parity to an even one: the rarest bytes.
fn add_marks(marks: &mut Vec<Mark>, literal: u32, text: &[u8], parity: usize, rarity: &Rarity) {
    // Those of a long literal's first bytes do.
    let places = (parity..(text.len() + 1).saturating_sub(WIDTH).min(MOST)).step_by(2);
    let part = |at: usize| text.get(at..at + WIDTH).unwrap_or_default();
    let mut add = |bytes: u32, at: i16| marks.push(Mark { bytes, literal, at });
    let at_of = |at: usize| i16::try_from(at).unwrap_or(0);
    if let Some(at) = places.max_by_key(|at| (rarity.of(part(*at)), usize::MAX - at)) {
        return add(folded(part(at)), at_of(at));
    }
    // It is too short for that: with every byte that can stand before or behind it, or nothing.
    let all = (0x20..=0xff_u32).filter(|byte| byte & 0x20 != 0);
    match text.get(parity..) {
        Some(text) if text.len() == WIDTH - 1 => {
            std::iter::once(0).chain(all).for_each(|byte| add(folded(text) | byte << 24, at_of(parity)));
        }
        _ => all.for_each(|byte| add(folded(text) << 8 | byte, -1)),
    }
}

fn table<const N: usize>(marks: &[Mark]) -> Box<[u8; N]> {
    let mut table = Box::new([0_u8; N]);
    for mark in marks {
        let hash = hash(mark.bytes, N.trailing_zeros() + BIT_BITS);
        if let Some(byte) = table.get_mut(hash >> BIT_BITS) {
            *byte |= 1 << (hash & 7);
        }
    }
    table
}

/// Four bytes at one of four places of eight bytes, folded, the first of which is two bytes before them.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "they are the first four of what there is")]
fn window(last: u64, word: u64, at: u32) -> u32 {
    match at {
        0 => (last >> 48 | word << 16) as u32,
        at => (word >> (16 * at - 16)) as u32,
    }
}

/// Whether there may be a mark at any of these places.
#[inline(always)]
fn may_have<const N: usize>(table: &[u8; N], last: u64, word: u64) -> bool {
    let byte = |at: u32| table.get(hash(window(last, word, at), N.trailing_zeros())).copied().unwrap_or(0);
    byte(0) | byte(1) | byte(2) | byte(3) != 0
}

/// At which of these places there may be one, by their bits.
#[inline(always)]
fn hits<const N: usize>(table: &[u8; N], last: u64, word: u64) -> u32 {
    let is_mark = |at: u32| {
        let hash = hash(window(last, word, at), N.trailing_zeros() + BIT_BITS);
        u32::from(table.get(hash >> BIT_BITS).is_some_and(|byte| byte & (1 << (hash & 7)) != 0)) << at
    };
    is_mark(0) | is_mark(1) | is_mark(2) | is_mark(3)
}

impl Needle {
    /// The needle of a text, whose last eight bytes and those before them by eight are added to the words.
    fn new(text: &[u8], words: &mut Vec<(u64, u64)>) -> Self {
        let size = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let first = size(words.len());
        words.extend(text.last_chunk().map(word_of));
        words.extend(text.as_chunks::<8>().0.iter().map(word_of));
        let short = if text.len() < 8 { text.into() } else { Box::default() };
        Self { length: size(text.len()), first, short }
    }

    /// Whether a text begins with it; these are all words.
    #[inline]
    fn begins(&self, text: &[u8], words: &[(u64, u64)]) -> bool {
        let Some(part) = text.get(..self.length as usize) else { return false };
        let is = |bytes: &[u8; 8], (word, case): &(u64, u64)| u64::from_le_bytes(*bytes) | case == *word;
        let Some(end) = part.last_chunk() else { return part.eq_ignore_ascii_case(&self.short) };
        words.get(self.first as usize..).and_then(<[_]>::split_first).is_some_and(|(last, words)| {
            is(end, last) && part.as_chunks().0.iter().zip(words).all(|(bytes, word)| is(bytes, word))
        })
    }
}

/// Eight bytes of a literal, and the bits by which the letters among them differ from capitals.
fn word_of(bytes: &[u8; 8]) -> (u64, u64) {
    let case = bytes.map(|byte| if byte.is_ascii_lowercase() { 0x20 } else { 0 });
    (u64::from_le_bytes(*bytes), u64::from_le_bytes(case))
}

/// Makes capitals small, and some signs others.
const FOLD: u64 = 0x2020_2020_2020_2020;
/// The same of four bytes.
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
