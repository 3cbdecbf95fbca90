//! What the captures of a definition find in one entry.

use std::ops::Deref;

/// Captures that need no room of their own: few definitions have more.
const FEW: usize = 8;

/// The texts, in the order of the captures; nothing stands for what a capture does not find.
#[derive(Debug)]
pub(super) struct Captured<'e> {
    few: [Option<&'e str>; FEW],
    count: usize,
    /// All of them where they are more than a few.
    many: Vec<Option<&'e str>>,
}

impl<'e> Captured<'e> {
    /// These.
    #[inline]
    pub(super) fn of(mut texts: impl ExactSizeIterator<Item = Option<&'e str>>) -> Self {
        let (mut few, count) = ([None; FEW], texts.len());
        if count > FEW {
            return Self { few, count: 0, many: texts.collect() };
        }
        few.iter_mut().take(count).for_each(|slot| *slot = texts.next().flatten());
        Self { few, count, many: Vec::new() }
    }
}

impl<'e> Deref for Captured<'e> {
    type Target = [Option<&'e str>];

    #[inline]
    fn deref(&self) -> &Self::Target {
        if self.many.is_empty() { self.few.get(..self.count).unwrap_or_default() } else { &self.many }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_and_many_texts_are_kept_in_their_order() {
        let texts: Vec<String> = (0..20).map(|at| at.to_string()).collect();
        for count in 0..=texts.len() {
            let all: Vec<Option<&str>> =
                texts.iter().take(count).map(|text| (text != "3").then_some(text.as_str())).collect();
            assert_eq!(*Captured::of(all.iter().copied()), *all);
        }
    }
}
