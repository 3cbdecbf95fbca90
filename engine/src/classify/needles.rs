//! Finding which of many literals a text has in it, in any ASCII case.
//!
//! An automaton pays for every byte of the text, the more the more literals it has. This looks at four bytes at every second
//! place and asks a table of bits whether they are in one of the literals, which they hardly ever are; only there literals
//! are compared. It takes about as long for a thousand literals as for forty.

use std::ops::Range;

/// Shorter literals have no four bytes at every second place.
pub(super) const SHORTEST: usize = 5;

/// The literals, each of at least [`SHORTEST`] bytes, ASCII and in lower case.
#[derive(Debug)]
pub(super) struct Needles {
    /// By a hash of four bytes: whether they are a mark of a literal.
    table: Vec<u64>,
    /// By a hash of four bytes: the last of the marks before those with that hash.
    buckets: Vec<u32>,
    marks: Vec<Mark>,
    texts: Vec<Box<[u8]>>,
}

/// Four bytes of a literal.
#[derive(Clone, Copy, Debug)]
struct Mark {
    four: u32,
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

impl Needles {
    pub(super) fn new(texts: Vec<Box<[u8]>>) -> Self {
        let bits = if texts.len() < MANY { FEW_BITS } else { MANY_BITS };
        let mut table = vec![0_u64; 1 << (bits - 6)];
        let mut marks = Vec::with_capacity(texts.len() * 2);
        for (literal, text) in (0..).zip(&texts) {
            let best = (0..=text.len().saturating_sub(SHORTEST)).max_by_key(|at| (rarity(text, *at..*at + SHORTEST), usize::MAX - at));
            for at in best.into_iter().flat_map(|at| [at, at + 1]) {
                let Some(four) = text.get(at..).and_then(|rest| rest.first_chunk()) else { continue };
                marks.push(Mark { four: folded(*four), literal, at: u32::try_from(at).unwrap_or(0) });
            }
        }
        for mark in &marks {
            let hash = hash(mark.four, bits);
            if let Some(word) = table.get_mut(hash >> 6) {
                *word |= 1 << (hash & 63);
            }
        }
        marks.sort_by_key(|mark| (hash(mark.four, BUCKET_BITS), mark.literal, mark.at));
        let mut buckets = vec![0_u32; (1 << BUCKET_BITS) + 1];
        for mark in &marks {
            if let Some(count) = buckets.get_mut(hash(mark.four, BUCKET_BITS) + 1) {
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

    /// Calls `found` with every literal that the text has in it, by its place among all; with some more than once.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize)) {
        let bits = self.table.len().trailing_zeros() + 6;
        for (half, four) in text.windows(4).step_by(2).enumerate() {
            let Some(four) = four.first_chunk() else { continue };
            let four = folded(*four);
            let hash = hash(four, bits);
            if self.table.get(hash >> 6).is_some_and(|word| word & (1 << (hash & 63)) != 0) {
                self.compare(text, half * 2, four, &mut found);
            }
        }
    }

    /// Compares the literals that have these four bytes.
    #[inline(never)]
    fn compare(&self, text: &[u8], place: usize, four: u32, found: &mut impl FnMut(usize)) {
        let bucket = hash(four, BUCKET_BITS);
        let range = self.buckets.get(bucket).zip(self.buckets.get(bucket + 1));
        let marks = range.and_then(|(from, to)| self.marks.get(*from as usize..*to as usize)).unwrap_or_default();
        for mark in marks.iter().filter(|mark| mark.four == four) {
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

/// Four bytes with capitals made small, and some signs made others.
#[inline(always)]
fn folded(four: [u8; 4]) -> u32 {
    u32::from_le_bytes(four) | 0x2020_2020
}

/// The highest bits of a multiplicative hash (Knuth).
#[inline(always)]
fn hash(four: u32, bits: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> (32 - bits)) as usize
}

/// How seldom some bytes are in logs, roughly.
fn rarity(text: &[u8], range: Range<usize>) -> u32 {
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

    proptest! {
        #[test]
        fn every_literal_is_found_where_it_stands_and_no_other(
            literals in prop::collection::btree_set("[ab.:é]{0,3}[a-c]{5,7}|[a-z0-9 =]{5,12}", 1..12),
            parts in prop::collection::vec(("[aAbBcC é.]{0,5}", any::<prop::sample::Index>(), any::<bool>()), 0..6),
        ) {
            let literals: Vec<String> = literals.into_iter().filter(|text| text.is_ascii()).collect();
            prop_assume!(!literals.is_empty());
            let text: String = parts
                .iter()
                .map(|(before, which, is_large)| {
                    let literal = which.get(&literals);
                    format!("{before}{}", if *is_large { literal.to_uppercase() } else { literal.clone() })
                })
                .collect();
            let needles = Needles::new(literals.iter().map(|text| text.as_bytes().into()).collect());
            let mut found = BTreeSet::new();
            needles.find(text.as_bytes(), |at| {
                found.insert(at);
            });
            let small = text.to_ascii_lowercase();
            let expected: BTreeSet<usize> = (0..literals.len()).filter(|at| small.contains(&literals[*at])).collect();
            prop_assert_eq!(found, expected, "{}", text);
        }
    }
}
