//! Telling letters, digits and signs of a text apart, sixty-four bytes at a time.

use wide::u8x16;

/// Up to 64 bytes of a text, a bit for each, the first in the lowest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Block {
    /// Which are neither ASCII letters nor digits.
    pub(super) signs: u64,
    /// Which are digits.
    pub(super) digits: u64,
}

/// How many bytes one block has, unless the text ends before.
pub(super) const WIDTH: usize = 64;

/// How many bytes are told apart at a time in a short text.
const STEP: usize = 16;

impl Block {
    /// The block of a text that begins at a place.
    #[inline(never)]
    pub(super) fn at(text: &[u8], from: usize) -> Self {
        let rest = text.get(from..).unwrap_or_default();
        let (steps, last) = rest.get(..WIDTH).unwrap_or(rest).as_chunks::<STEP>();
        let mut block = Self::default();
        let mut place = 0;
        for step in steps {
            block = block.and(of_step(*step), place);
            place += STEP;
        }
        if last.is_empty() {
            return block;
        }
        // Rather the bytes before them a second time than some by themselves.
        let step = text.last_chunk().copied().unwrap_or_else(|| short(last));
        let missing = STEP - last.len();
        let Self { signs, digits } = of_step(step);
        block.and(Self { signs: signs >> missing, digits: digits >> missing }, place)
    }

    /// This block with the bytes of another one from a place on.
    #[inline(always)]
    fn and(self, other: Self, place: usize) -> Self {
        Self { signs: self.signs | other.signs << place, digits: self.digits | other.digits << place }
    }

    /// The second half of this block and the first one of the next.
    pub(super) fn joint(self, next: Self) -> Self {
        let join = |this: u64, next: u64| this >> (WIDTH / 2) | next << (WIDTH / 2);
        Self { signs: join(self.signs, next.signs), digits: join(self.digits, next.digits) }
    }
}

/// A text not longer than a step, at the end of one.
fn short(text: &[u8]) -> [u8; STEP] {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (0, text.iter().rev().fold((0, 56), |(all, place), b| (all | u64::from(*b) << place, place - 8)).0),
    };
    // Of an empty text there is nothing to move that far.
    let empty = 8 * (STEP - text.len()) % 128;
    (u128::from(first) << empty | u128::from(last) << 64).to_le_bytes()
}

/// The block of a few bytes.
#[inline(always)]
fn of_step(bytes: [u8; STEP]) -> Block {
    let bytes = u8x16::new(bytes);
    let within = |bytes: u8x16, first: u8, last: u8| {
        let behind = bytes - u8x16::splat(first);
        behind.min(u8x16::splat(last - first)).simd_eq(behind)
    };
    let digits = within(bytes, b'0', b'9');
    let letters = within(bytes | u8x16::splat(0x20), b'a', b'z');
    let bits = |bytes: u8x16| u64::from(bytes.to_bitmask());
    Block { signs: bits(!(digits | letters)), digits: bits(digits) }
}

/// The place behind the letters and digits from a place on.
#[inline]
pub(super) fn word_end(text: &[u8], from: usize) -> usize {
    let mut place = from;
    let mut rest = text.get(from..).unwrap_or(&[]);
    while let Some((bytes, behind)) = rest.split_first_chunk() {
        let signs = signs_of(u64::from_le_bytes(*bytes));
        if signs != 0 {
            return place + signs.trailing_zeros() as usize / 8;
        }
        (place, rest) = (place + bytes.len(), behind);
    }
    place + rest.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len())
}

/// The highest bit of each of eight bytes that is neither a letter nor a digit.
///
/// With that bit taken off, a byte and what is missing from another to 0x80 come to 0x80 or more if it is not smaller.
#[inline]
fn signs_of(eight: u64) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const EACH: u64 = 0x0101_0101_0101_0101;
    let between = |bytes: u64, first: u8, last: u8| {
        let from = bytes + EACH * u64::from(0x80 - first);
        let behind = bytes + EACH * u64::from(0x7f - last);
        from & !behind
    };
    let digits = between(eight & !HIGH, b'0', b'9');
    let letters = between((eight & !HIGH) | (EACH * 0x20), b'a', b'z');
    (eight | !(digits | letters)) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_are_told_apart_at_all_places() {
        for byte in 0..=u8::MAX {
            for place in 0..STEP {
                let mut bytes = *b"a0-Z9\x80[z`{/:@\xffA ";
                bytes[place] = byte;
                let bits = |is: fn(&u8) -> bool| (0..STEP).fold(0, |bits, at| bits | u64::from(is(&bytes[at])) << at);
                let expected = Block { signs: bits(|b| !b.is_ascii_alphanumeric()), digits: bits(u8::is_ascii_digit) };
                assert_eq!(of_step(bytes), expected, "{bytes:?}");
            }
        }
    }

    #[test]
    fn blocks_end_where_the_text_does() {
        let text: Vec<u8> = b"ab-12 c/d:4567._".iter().cycle().take(200).copied().collect();
        for length in 0..text.len() {
            let text = &text[..length];
            for from in (0..=length).step_by(WIDTH) {
                let block = Block::at(text, from);
                for (place, byte) in text[from..].iter().take(WIDTH).enumerate() {
                    assert_eq!(block.signs >> place & 1 == 1, !byte.is_ascii_alphanumeric(), "{length} {place}");
                    assert_eq!(block.digits >> place & 1 == 1, byte.is_ascii_digit(), "{length} {place}");
                }
                let count = (length - from).min(WIDTH);
                assert!(count == WIDTH || (block.signs | block.digits) >> count == 0, "{length}");
            }
        }
    }

    #[test]
    fn words_end_where_their_letters_do() {
        for byte in 0..=u8::MAX {
            for length in 0..40 {
                let mut text = b"a0Zz9A8mQ3".repeat(4);
                text[length] = byte;
                for from in [0, 1, length] {
                    let end = text
                        .iter()
                        .skip(from)
                        .position(|b| !b.is_ascii_alphanumeric())
                        .map_or(text.len(), |at| from + at);
                    assert_eq!(word_end(&text, from), end, "{byte} {length} {from}");
                }
            }
        }
        assert_eq!((word_end(b"ab", 2), word_end(b"ab", 7)), (2, 7));
    }
}
