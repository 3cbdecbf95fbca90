//! Telling letters, digits and signs of a text apart, sixty-four bytes at a time.

use wide::i8x16;

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
    /// The block that begins with the rest of a text, which is nothing only where the text is.
    #[inline(always)]
    pub(super) fn of(text: &[u8], rest: &[u8]) -> Self {
        if let Some(whole) = rest.first_chunk::<WIDTH>() {
            let Masks { words, digits } = of_whole(whole);
            return Self { signs: !words, digits };
        }
        let Masks { words, digits } = of_few(text, rest);
        Self { signs: !words & !(u64::MAX << rest.len()), digits }
    }

    /// The second half of this block and the first one of the next.
    pub(super) fn joint(self, next: Self) -> Self {
        let join = |this: u64, next: u64| this >> (WIDTH / 2) | next << (WIDTH / 2);
        Self { signs: join(self.signs, next.signs), digits: join(self.digits, next.digits) }
    }
}

/// A bit for each of a few bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Masks {
    /// Which are ASCII letters or digits.
    words: u64,
    digits: u64,
}

impl Masks {
    #[inline(always)]
    fn map(self, to: impl Fn(u64) -> u64) -> Self {
        Self { words: to(self.words), digits: to(self.digits) }
    }

    #[inline(always)]
    fn and(self, other: Self) -> Self {
        Self { words: self.words | other.words, digits: self.digits | other.digits }
    }
}

/// The masks of the rest of a text that has fewer bytes than a block. Rather bytes before them are looked at a second time than
/// some by themselves.
#[inline(always)]
fn of_few(text: &[u8], rest: &[u8]) -> Masks {
    let length = rest.len();
    if let Some(last) = text.last_chunk::<WIDTH>() {
        return of_whole(last).map(|bits| bits >> (WIDTH - length));
    }
    if let (Some(first), Some(last)) = (rest.first_chunk::<{ 2 * STEP }>(), rest.last_chunk::<{ 2 * STEP }>()) {
        return of_some(first).and(of_some(last).map(|bits| bits << (length - 2 * STEP)));
    }
    match (rest.first_chunk(), rest.last_chunk()) {
        (Some(first), Some(last)) => of_step(*first).and(of_step(*last).map(|bits| bits << (length - STEP))),
        _ => of_step(short(rest)).map(|bits| bits >> (STEP - length)),
    }
}

#[inline(never)]
fn of_whole(bytes: &[u8; WIDTH]) -> Masks {
    of_some(bytes)
}

/// The masks of bytes by the step.
#[inline(always)]
fn of_some<const N: usize>(bytes: &[u8; N]) -> Masks {
    let steps = bytes.as_chunks().0.iter().rev().map(|step| of_step(*step));
    steps.fold(Masks::default(), |all, masks| all.map(|bits| bits << STEP).and(masks))
}

#[inline(always)]
fn of_step(bytes: [u8; STEP]) -> Masks {
    let bytes = i8x16::new(bytes.map(u8::cast_signed));
    // The last of them is made the greatest byte that there is, so that one comparison tells all.
    let within = |bytes: i8x16, first: u8, last: u8| {
        let greatest = i8x16::splat(i8::MAX.wrapping_sub(last.cast_signed()));
        (bytes + greatest).simd_gt(i8x16::splat(i8::MAX - (last - first + 1).cast_signed()))
    };
    let digits = within(bytes, b'0', b'9');
    let letters = within(bytes | i8x16::splat(0x20), b'a', b'z');
    let bits = |bytes: i8x16| u64::from(bytes.to_bitmask());
    Masks { words: bits(digits | letters), digits: bits(digits) }
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
                let expected = Masks { words: bits(u8::is_ascii_alphanumeric), digits: bits(u8::is_ascii_digit) };
                assert_eq!(of_step(bytes), expected, "{bytes:?}");
            }
        }
    }

    #[test]
    fn blocks_end_where_the_text_does() {
        let text: Vec<u8> = b"ab-12 c/d:4567._".iter().cycle().take(200).copied().collect();
        for length in 0..text.len() {
            let text = &text[..length];
            for from in (0..length.max(1)).step_by(WIDTH) {
                let block = Block::of(text, &text[from..]);
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
