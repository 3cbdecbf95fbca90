//! Which texts surely do not hold another one, told without a search: of thousands of pairs of queries hardly any is alike.

/// Bits of a word.
const BITS: u32 = u64::BITS;
/// Words of the marks: a few hundred characters set a third of them.
const WORDS: usize = 16;

/// A bit for every three bytes that follow each other in a text; different ones may share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks([u64; WORDS]);

impl Marks {
    pub(super) fn of(text: &str) -> Self {
        let mut marks = Self::default();
        marks.add(text);
        marks
    }

    pub(super) fn add(&mut self, text: &str) {
        for group in text.as_bytes().windows(3) {
            let all = group.iter().fold(0, |all, byte| all << 8 | u32::from(*byte));
            let mixed = all.wrapping_mul(0x9E37_79B1) >> 16;
            if let Some(word) = self.0.get_mut((mixed / BITS) as usize % WORDS) {
                *word |= 1 << (mixed % BITS);
            }
        }
    }

    /// Whether a text with these marks may hold one with others.
    pub(super) fn may_hold(&self, part: &Self) -> bool {
        self.0.iter().zip(&part.0).all(|(own, part)| part & !own == 0)
    }

    /// How much a text says.
    pub(super) fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_may_hold_each_of_its_parts(before in ".{0,20}", part in ".{0,9}", behind in ".{0,20}") {
            let whole = [before, part.clone(), behind].concat();
            prop_assert!(Marks::of(&whole).may_hold(&Marks::of(&part)));
        }
    }

    #[test]
    fn most_texts_hold_no_other() {
        let (text, part) = (Marks::of("connection refused by the server"), Marks::of("timed out"));
        assert!(!text.may_hold(&part));
        assert!(text.may_hold(&Marks::of("re")), "of a short text nothing is known");
    }
}
