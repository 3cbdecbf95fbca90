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

impl Block {
    /// The block of a text that begins at a place.
    pub(super) fn at(text: &[u8], from: usize) -> Self {
        let to = text.len().min(from + WIDTH);
        let mut rest = text.get(from..to).unwrap_or(&[]);
        let (mut signs, mut digits) = (0, 0);
        let mut place = 0;
        while let Some((bytes, behind)) = rest.split_first_chunk::<8>() {
            let (sign, digit) = of_8(u64::from_le_bytes(*bytes));
            signs |= sign << place;
            digits |= digit << place;
            place += 8;
            rest = behind;
        }
        if !rest.is_empty() {
            let (sign, digit) = of_8(last_8(text.get(..to).unwrap_or(&[])) >> (8 * (8 - rest.len())));
            // Behind the end there are zeros, which are signs.
            signs |= (sign & ((1 << rest.len()) - 1)) << place;
            digits |= digit << place;
        }
        Self { signs, digits }
    }

    /// The second half of this block and the first one of the next.
    pub(super) fn joint(self, next: Self) -> Self {
        let join = |this: u64, next: u64| this >> (WIDTH / 2) | next << (WIDTH / 2);
        Self { signs: join(self.signs, next.signs), digits: join(self.digits, next.digits) }
    }
}

/// The last eight bytes of a text, the last in the highest bits.
fn last_8(text: &[u8]) -> u64 {
    // Rather the bytes before them a second time than some by themselves.
    match text.last_chunk::<8>() {
        Some(bytes) => u64::from_le_bytes(*bytes),
        None => text.iter().rev().fold((0, 56), |(all, place), b| (all | u64::from(*b) << place, place - 8)).0,
    }
}

/// Which of eight bytes are neither letters nor digits, and which are digits. All eight are told at once: what is added to a
/// byte of ASCII sets its highest bit if it is not below the one asked for.
fn of_8(bytes: u64) -> (u64, u64) {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    let within = |ascii: u64, first: u8, last: u8| {
        // What is above the last is above the first, too.
        (ascii + EACH * u64::from(0x80 - first)) ^ (ascii + EACH * u64::from(0x7f - last))
    };
    let ascii = bytes & !HIGH;
    let digits = within(ascii, b'0', b'9') & !bytes;
    let letters = within(ascii | (0x20 * EACH), b'a', b'z') & !bytes;
    (bits(!(letters | digits) & HIGH), bits(digits & HIGH))
}

/// The highest bits of eight bytes, of which nothing else is set, as a number.
fn bits(bytes: u64) -> u64 {
    // The product has the first of them in its bit 56, the second in bit 57, and so on; below these nothing is carried.
    bytes.wrapping_mul(0x0002_0408_1020_4081) >> 56
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_are_told_apart_at_all_places() {
        for byte in 0..=u8::MAX {
            for place in 0..8 {
                let mut bytes = *b"a0-Z9\x80[z";
                bytes[place] = byte;
                let bits = |is: fn(&u8) -> bool| (0..8).fold(0, |bits, at| bits | u64::from(is(&bytes[at])) << at);
                let expected = (bits(|b| !b.is_ascii_alphanumeric()), bits(u8::is_ascii_digit));
                assert_eq!(of_8(u64::from_le_bytes(bytes)), expected, "{bytes:?}");
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
}
