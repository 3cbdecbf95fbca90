//! Telling letters, digits and signs of a text apart, sixty-four bytes at a time.

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
        let rest = text.get(from..).unwrap_or(&[]);
        if let Some(all) = rest.first_chunk::<WIDTH>() {
            return of_whole(all);
        }
        // Rather the bytes before them a second time than some by themselves.
        if let Some(all) = text.last_chunk::<WIDTH>() {
            return of_whole(all).behind(WIDTH - rest.len());
        }
        if rest.len() <= STEP {
            return of_step(short(rest)).behind(STEP - rest.len());
        }
        let mut all = [b'0'; WIDTH];
        if let Some(all) = all.get_mut(..rest.len()) {
            all.copy_from_slice(rest);
        }
        let Self { signs, digits } = of_whole(&all);
        Self { signs, digits: digits & ((1 << rest.len()) - 1) }
    }

    /// This block without so many of its first bytes.
    #[inline]
    fn behind(self, count: usize) -> Self {
        // Without any, where the place to look at is the end of the text.
        if count == WIDTH {
            return Self::default();
        }
        Self { signs: self.signs >> count, digits: self.digits >> count }
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

/// The block of so many bytes.
#[inline(never)]
fn of_whole(bytes: &[u8; WIDTH]) -> Block {
    let (mut no_digit, mut no_letter) = (*bytes, *bytes);
    for b in &mut no_digit {
        *b = is_no_digit(*b);
    }
    for b in &mut no_letter {
        *b = is_no_letter(*b);
    }
    let bits = |bytes: [u8; WIDTH]| {
        bytes.as_chunks().0.iter().rev().fold(0, |all, eight| all << 8 | bits(u64::from_le_bytes(*eight)))
    };
    let (no_digits, no_letters) = (bits(no_digit), bits(no_letter));
    Block { signs: no_digits & no_letters, digits: !no_digits }
}

/// The same of a few.
#[inline(never)]
fn of_step(bytes: [u8; STEP]) -> Block {
    let (mut no_digit, mut no_letter) = (bytes, bytes);
    for b in &mut no_digit {
        *b = is_no_digit(*b);
    }
    for b in &mut no_letter {
        *b = is_no_letter(*b);
    }
    let (no_digit, no_letter) = (u128::from_le_bytes(no_digit), u128::from_le_bytes(no_letter));
    let bits = |bytes: u128| bits(low(bytes)) | bits(low(bytes >> 64)) << 8;
    Block { signs: bits(no_digit & no_letter), digits: bits(!no_digit) }
}

/// The highest bit is set of a byte that is no digit: if it is further behind the first one than the last one is.
#[inline]
fn is_no_digit(b: u8) -> u8 {
    b.wrapping_sub(b'0').saturating_add(0x80 - 10)
}

/// The same for letters.
#[inline]
fn is_no_letter(b: u8) -> u8 {
    (b | 0x20).wrapping_sub(b'a').saturating_add(0x80 - 26)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "only these are asked for")]
fn low(bytes: u128) -> u64 {
    bytes as u64
}

/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// The highest bits of eight bytes, as a number.
#[inline]
fn bits(eight: u64) -> u64 {
    // The product has the first of them in its bit 56, the second in bit 57, and so on; below these nothing is carried.
    (eight & HIGH).wrapping_mul(0x0002_0408_1020_4081) >> 56
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
