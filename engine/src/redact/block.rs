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

/// How many bytes are told apart at a time.
const STEP: usize = 16;

impl Block {
    /// The block of a text that begins at a place.
    pub(super) fn at(text: &[u8], from: usize) -> Self {
        let to = text.len().min(from + WIDTH);
        let all = text.get(from..to).unwrap_or(&[]);
        let mut block = Self::default();
        let Some(last) = all.len().checked_sub(STEP) else {
            if !all.is_empty() {
                // Rather the bytes before them a second time than some by themselves.
                let bytes = text.get(..to).and_then(<[u8]>::last_chunk).copied().unwrap_or_else(|| short(all));
                let Self { signs, digits } = of_step(bytes);
                let before = STEP - all.len();
                block = Self { signs: signs >> before, digits: digits >> before };
            }
            return block;
        };
        let mut next = 0;
        while next < all.len() {
            // The last step may have bytes of the one before it.
            let place = next.min(last);
            let Some(bytes) = all.get(place..).and_then(<[u8]>::first_chunk) else { break };
            let Self { signs, digits } = of_step(*bytes);
            block.signs |= signs << place;
            block.digits |= digits << place;
            next += STEP;
        }
        block
    }

    /// The second half of this block and the first one of the next.
    pub(super) fn joint(self, next: Self) -> Self {
        let join = |this: u64, next: u64| this >> (WIDTH / 2) | next << (WIDTH / 2);
        Self { signs: join(self.signs, next.signs), digits: join(self.digits, next.digits) }
    }
}

/// A text shorter than a step, at the end of one.
fn short(text: &[u8]) -> [u8; STEP] {
    let (first, last) = match (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (0, text.iter().rev().fold((0, 56), |(all, place), b| (all | u64::from(*b) << place, place - 8)).0),
    };
    (u128::from(first) << (8 * (STEP - text.len())) | u128::from(last) << 64).to_le_bytes()
}

/// Which of some bytes are neither letters nor digits, and which are digits. All are told at once: of each the highest bit is
/// set if it is further behind the first of its kind than the last one is.
fn of_step(bytes: [u8; STEP]) -> Block {
    let (mut no_digit, mut no_letter) = (bytes, bytes);
    for b in &mut no_digit {
        *b = b.wrapping_sub(b'0').saturating_add(0x80 - 10);
    }
    for b in &mut no_letter {
        *b = (*b | 0x20).wrapping_sub(b'a').saturating_add(0x80 - 26);
    }
    let (no_digit, no_letter) = (u128::from_le_bytes(no_digit), u128::from_le_bytes(no_letter));
    Block { signs: bits(no_digit & no_letter), digits: bits(!no_digit) }
}

/// The highest bits of some bytes, as a number.
#[expect(clippy::cast_possible_truncation, reason = "each half is looked at by itself")]
fn bits(bytes: u128) -> u64 {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    // The product has the first of them in its bit 56, the second in bit 57, and so on; below these nothing is carried.
    let eight = |bytes: u64| (bytes & HIGH).wrapping_mul(0x0002_0408_1020_4081) >> 56;
    eight(bytes as u64) | eight((bytes >> 64) as u64) << 8
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
}
