//! Sets of characters, and what a text may go on with.

use std::borrow::Cow;

use regex_syntax::hir::Class;

/// Ranges of characters beyond ASCII up to which they are compared; with more of them the walk gives up where one comes.
const RANGES: usize = 8;

/// A set of characters.
#[derive(Debug)]
pub(super) struct Set {
    /// The ASCII ones.
    ascii: Box<[bool; 256]>,
    others: Others,
}

/// Which characters beyond ASCII are in a set.
#[derive(Debug)]
enum Others {
    Few(Box<[(char, char)]>),
    /// Some: where one comes, nothing is known.
    Some,
    All,
}

impl Set {
    /// The set of a class; nothing where it is one of bytes that are no characters.
    pub(super) fn of(class: &Class) -> Option<Self> {
        let class = match class {
            Class::Unicode(class) => Cow::Borrowed(class),
            Class::Bytes(class) => Cow::Owned(class.to_unicode_class()?),
        };
        let mut ascii = Box::new([false; 256]);
        let mut beyond = Vec::new();
        for (start, end) in class.ranges().iter().map(|range| (u32::from(range.start()), u32::from(range.end()))) {
            if beyond.len() > RANGES {
                break;
            }
            (start..=end.min(0x7f))
                .for_each(|code| ascii.iter_mut().skip(code as usize).take(1).for_each(|has| *has = true));
            if end >= 0x80 {
                beyond.extend(char::from_u32(start.max(0x80)).zip(char::from_u32(end)));
            }
        }
        let others = match beyond.as_slice() {
            [('\u{80}', char::MAX)] | [('\u{80}', '\u{d7ff}'), ('\u{e000}', char::MAX)] => Others::All,
            few if few.len() <= RANGES => Others::Few(beyond.into()),
            _ => Others::Some,
        };
        Some(Self { ascii, others })
    }

    /// Where the character ends that begins at a place, if it is in the set; nothing at all where that cannot be told.
    #[inline]
    pub(super) fn step(&self, text: &str, at: usize) -> Option<Option<usize>> {
        match text.as_bytes().get(at) {
            Some(byte) if *byte >= 0x80 => self.step_beyond(text, at),
            Some(byte) => Some(self.ascii.get(usize::from(*byte)).is_some_and(|has| *has).then_some(at + 1)),
            None => Some(None),
        }
    }

    /// The same of a character beyond ASCII.
    #[cold]
    fn step_beyond(&self, text: &str, at: usize) -> Option<Option<usize>> {
        let Some(character) = text.get(at..).and_then(|rest| rest.chars().next()) else { return Some(None) };
        let has = match &self.others {
            Others::Few(ranges) => ranges.iter().any(|(start, end)| (*start..=*end).contains(&character)),
            Others::Some => return None,
            Others::All => true,
        };
        Some(has.then_some(at + character.len_utf8()))
    }

    /// Where as many characters of the set end as there are, and where the least number of them does; nothing if there are
    /// fewer, and nothing at all where that cannot be told.
    #[inline]
    pub(super) fn run(&self, text: &str, at: usize, (min, max): (usize, usize)) -> Option<Option<(usize, usize)>> {
        let rest = text.as_bytes().get(at..)?;
        let rest = rest.get(..max).unwrap_or(rest);
        let has = |byte: &u8| self.ascii.get(usize::from(*byte)).is_some_and(|has| *has);
        let mut count = rest.iter().position(|byte| !has(byte)).unwrap_or(rest.len());
        let mut end = at + count;
        let mut least = (count >= min).then_some(at + min);
        if rest.get(count).is_some_and(|byte| *byte >= 0x80) {
            while count < max
                && let Some(next) = self.step(text, end)?
            {
                (count, end) = (count + 1, next);
                least = if count == min { Some(end) } else { least };
            }
        }
        Some(least.map(|least| (least, end)))
    }

    /// The bytes that its characters begin with.
    pub(super) fn bytes(&self) -> Bytes {
        let mut bytes = Bytes::default();
        (0..0x80).zip(self.ascii.iter()).filter(|(_, has)| **has).for_each(|(byte, _)| bytes.add(byte));
        match &self.others {
            Others::Few(ranges) => {
                let lead = |character: char| character.encode_utf8(&mut [0; 4]).bytes().next().unwrap_or(0);
                ranges.iter().for_each(|(start, end)| (lead(*start)..=lead(*end)).for_each(|byte| bytes.add(byte)));
            }
            // What begins no character is none of these.
            Others::Some | Others::All => (0xc0..=0xff).for_each(|byte| bytes.add(byte)),
        }
        bytes
    }
}

/// Some bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bytes([u64; 4]);

impl Bytes {
    pub(super) fn add(&mut self, byte: u8) {
        if let Some(word) = self.0.get_mut(usize::from(byte >> 6)) {
            *word |= 1 << (byte & 63);
        }
    }

    #[inline]
    pub(super) fn has(&self, byte: u8) -> bool {
        self.0.get(usize::from(byte >> 6)).is_some_and(|word| word & (1 << (byte & 63)) != 0)
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).any(|(own, other)| own & other != 0)
    }

    pub(super) fn with(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0.get(at).zip(other.0.get(at)).map_or(0, |(own, other)| own | other)))
    }

    pub(super) fn each(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.has(*byte))
    }
}

/// What the rest of an expression can begin with.
#[derive(Clone, Copy, Debug)]
pub(super) struct First {
    pub(super) bytes: Bytes,
    /// Where it matches without a character.
    pub(super) empty: Empty,
}

/// Where an expression matches no characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Empty {
    Nowhere,
    /// At the end of the text only.
    AtEnd,
    /// At some places.
    Somewhere,
    Everywhere,
}

impl First {
    pub(super) const NOTHING: Self = Self { bytes: Bytes([0; 4]), empty: Empty::Everywhere };

    pub(super) fn of(bytes: Bytes) -> Self {
        Self { bytes, empty: Empty::Nowhere }
    }

    /// Of either.
    pub(super) fn or(self, other: Self) -> Self {
        Self { bytes: self.bytes.with(other.bytes), empty: self.empty.max(other.empty) }
    }

    /// Of both, this one first.
    pub(super) fn then(self, next: Self) -> Self {
        match self.empty {
            Empty::Nowhere => self,
            Empty::Everywhere => Self { bytes: self.bytes.with(next.bytes), empty: next.empty },
            own => Self { bytes: self.bytes.with(next.bytes), empty: own.min(next.empty) },
        }
    }

    /// Whether it can match where this byte comes, or the end.
    #[inline]
    pub(super) fn fits(&self, byte: Option<u8>) -> bool {
        match byte {
            Some(byte) => self.empty >= Empty::Somewhere || self.bytes.has(byte),
            None => self.empty >= Empty::AtEnd,
        }
    }

    /// Whether it cannot match before any of these characters, unless it does behind them too.
    pub(super) fn is_behind(&self, set: &Set) -> bool {
        self.empty != Empty::Somewhere && !self.bytes.meets(&set.bytes())
    }
}
