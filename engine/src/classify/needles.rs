//! Finding which of many literals a text has in it, in any ASCII case.
//!
//! An automaton pays for every byte of the text, the more the more literals it has. This looks at a few bytes at every second
//! place and asks a table of bits whether they are in one of the literals, which they hardly ever are; only there literals
//! are compared. It takes about as long for a thousand literals as for forty.

use std::ops::RangeInclusive;

/// The literals, each of more than `WIDTH` bytes, ASCII and in lower case: then wherever one stands, so many of its bytes are at
/// a second place. `WIDTH` is at most four.
#[derive(Debug)]
pub(super) struct Needles<const WIDTH: usize> {
    /// By a hash of some bytes: whether they are a mark of a literal.
    table: Vec<u64>,
    /// By another hash: how many marks have a lesser one.
    buckets: Vec<u32>,
    marks: Vec<Mark>,
    texts: Vec<Box<[u8]>>,
}

/// Some bytes of a literal.
#[derive(Clone, Copy, Debug)]
struct Mark {
    bytes: u32,
    literal: u32,
    /// Where in the literal they stand.
    at: u32,
}

/// Bits of the hashes for the table: 8 KiB, and four times that for many literals, so that few are set.
const FEW_BITS: u32 = 16;
const MANY_BITS: u32 = 18;
/// Literals from which on they are many.
const MANY: usize = 1_000;
/// Bits of the hashes for the buckets.
const BUCKET_BITS: u32 = 12;

impl<const WIDTH: usize> Needles<WIDTH> {
    pub(super) fn new(texts: Vec<Box<[u8]>>) -> Self {
        let bits = if texts.len() < MANY { FEW_BITS } else { MANY_BITS };
        let mut table = vec![0_u64; 1 << (bits - 6)];
        let mut marks = Vec::with_capacity(texts.len() * 2);
        for (literal, text) in (0..).zip(&texts) {
            let places = 0..text.len().saturating_sub(WIDTH);
            let best = places.max_by_key(|at| (rarity(text, *at..=*at + WIDTH), usize::MAX - at));
            for at in best.into_iter().flat_map(|at| [at, at + 1]) {
                let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk::<WIDTH>) else { continue };
                marks.push(Mark { bytes: folded(bytes), literal, at: u32::try_from(at).unwrap_or(0) });
            }
        }
        for mark in &marks {
            let hash = hash(mark.bytes, bits);
            if let Some(word) = table.get_mut(hash >> 6) {
                *word |= 1 << (hash & 63);
            }
        }
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
        Self { table, buckets, marks, texts }
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Calls `found` with every literal that the text has in it, by its place among all; with some more than once.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        if self.is_empty() {
            return;
        }
        let bits = self.table.len().trailing_zeros() + 6;
        for (half, bytes) in text.windows(WIDTH).step_by(2).enumerate() {
            let Some(bytes) = bytes.first_chunk::<WIDTH>() else { continue };
            let bytes = folded(bytes);
            let hash = hash(bytes, bits);
            if self.table.get(hash >> 6).is_some_and(|word| word & (1 << (hash & 63)) != 0) {
                self.compare(text, half * 2, bytes, &mut found);
            }
        }
    }

    /// Compares the literals that have these bytes.
    #[inline(never)]
    fn compare(&self, text: &[u8], place: usize, bytes: u32, found: &mut impl FnMut(usize)) {
        let bucket = hash(bytes, BUCKET_BITS);
        let range = self.buckets.get(bucket).zip(self.buckets.get(bucket + 1));
        let marks = range.and_then(|(from, to)| self.marks.get(*from as usize..*to as usize)).unwrap_or_default();
        for mark in marks.iter().filter(|mark| mark.bytes == bytes) {
            let literal = mark.literal as usize;
            let is_here = self.texts.get(literal).is_some_and(|needle| {
                let part = place.checked_sub(mark.at as usize).and_then(|start| text.get(start..start + needle.len()));
                part.is_some_and(|part| part.eq_ignore_ascii_case(needle))
            });
            if is_here {
                found(literal);
            }
        }
    }
}

/// Some bytes with capitals made small, and some signs made others.
#[inline(always)]
fn folded<const WIDTH: usize>(bytes: &[u8; WIDTH]) -> u32 {
    bytes.iter().rev().fold(0, |all, byte| all << 8 | u32::from(byte | 0x20))
}

/// The highest bits of a multiplicative hash (Knuth).
#[inline(always)]
fn hash(bytes: u32, bits: u32) -> usize {
    (bytes.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

/// How seldom some bytes are in logs, roughly.
fn rarity(text: &[u8], range: RangeInclusive<usize>) -> u32 {
    let of_one = |b: &u8| match b {
        b' ' | b'e' | b't' | b'a' | b'o' | b'n' | b'i' | b's' | b'r' => 0,
        b'l' | b'd' | b'c' | b'u' | b'm' | b'p' | b'h' | b'-' | b'_' | b'/' | b'.' => 1,
        b'g' | b'f' | b'b' | b'v' | b'y' | b'0'..=b'9' => 2,
        _ => 3,
    };
    text.get(range).unwrap_or_default().iter().map(of_one).sum()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn found<const WIDTH: usize>(literals: &[String], text: &str) -> BTreeSet<String> {
        let literals: Vec<&String> = literals.iter().filter(|literal| literal.len() > WIDTH).collect();
        let needles = Needles::<WIDTH>::new(literals.iter().map(|text| text.as_bytes().into()).collect());
        let mut found = BTreeSet::new();
        needles.find(text.as_bytes(), |at| {
            found.insert(literals[at].clone());
        });
        found
    }

    proptest! {
        #[test]
        fn every_literal_is_found_where_it_stands_and_no_other(
            literals in prop::collection::btree_set("[ab.:]{0,3}[a-c]{3,7}|[a-z0-9 =]{5,12}", 1..12),
            parts in prop::collection::vec(("[aAbBcC é.]{0,5}", any::<prop::sample::Index>(), any::<bool>()), 0..6),
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
            let there = |longer: usize| literals.iter().filter(|text| text.len() > longer && small.contains(*text)).cloned().collect::<BTreeSet<_>>();
            prop_assert_eq!(found::<4>(&literals, &text), there(4), "{}", text);
            prop_assert_eq!(found::<3>(&literals, &text), there(3), "{}", text);
            prop_assert_eq!(found::<2>(&literals, &text), there(2), "{}", text);
        }
    }
}
