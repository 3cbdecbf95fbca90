//! Telling which of some hundred literals stands at a place.

/// A set of two bytes each: by the first one, a bit for each last six bits of the second one.
pub(super) type Pairs = [u64; 256];

/// Whether a set may have these two bytes.
#[inline]
pub(super) fn is_one(pairs: &Pairs, one: u8, two: u8) -> bool {
    pairs.get(usize::from(one)).is_some_and(|bits| bits >> (two & 63) & 1 == 1)
}

/// The literals to look for, each at least three bytes long.
#[derive(Debug)]
pub(super) struct Literals {
    /// What those begin with whose first byte is a letter or digit.
    words: Box<Pairs>,
    /// By a hash of three bytes: whether one of them may begin with these.
    table: Box<[u64; 1024]>,
    /// The literals, sorted by the hash of their first three bytes, with what each is found as.
    sorted: Vec<(usize, Box<[u8]>, usize)>,
    /// By the first eight bits of that hash: from which of them on.
    first: [u16; 257],
}

impl Literals {
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l [u8]>) -> Self {
        let start =
            |literal: &[u8]| literal.first_chunk().map(|[one, two, three]| u32::from_le_bytes([*one, *two, *three, 0]));
        let mut sorted: Vec<(usize, Box<[u8]>, usize)> = literals
            .enumerate()
            .filter_map(|(at, literal)| Some((hash(start(literal)?), literal.into(), at)))
            .collect();
        sorted.sort_unstable();
        let mut words = Box::new([0; 256]);
        let mut table = Box::new([0; 1024]);
        for (hash, literal, _) in &sorted {
            set(&mut *table, hash >> 6, hash & 63);
            if let [one, two, ..] = **literal
                && one.is_ascii_alphanumeric()
            {
                set(&mut *words, usize::from(one), usize::from(two) & 63);
            }
        }
        let mut first = [0_u16; 257];
        for (bits, slot) in first.iter_mut().enumerate() {
            *slot = u16::try_from(sorted.partition_point(|(hash, ..)| hash >> 8 < bits)).unwrap_or(u16::MAX);
        }
        Self { words, table, sorted, first }
    }

    /// What those begin with whose first byte is a letter or digit.
    #[inline]
    pub(super) fn words(&self) -> &Pairs {
        &self.words
    }

    /// Whether a literal may begin with these three bytes, the first in the lowest eight bits.
    #[inline]
    pub(super) fn may_begin(&self, three: u32) -> bool {
        let hash = hash(three);
        self.table.get(hash >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    /// Those that stand at a place.
    pub(super) fn at(&self, text: &[u8], place: usize) -> impl Iterator<Item = usize> {
        let rest = text.get(place..).unwrap_or(&[]);
        let bits = rest.first_chunk().map(|[one, two, three]| hash(u32::from_le_bytes([*one, *two, *three, 0])) >> 8);
        let range = bits.and_then(|bits| self.first.get(bits).zip(self.first.get(bits + 1)));
        let some = range.and_then(|(from, to)| self.sorted.get(usize::from(*from)..usize::from(*to))).unwrap_or(&[]);
        some.iter().filter(move |(_, literal, _)| rest.starts_with(literal)).map(|(.., at)| *at)
    }
}

fn set(table: &mut [u64], at: usize, bit: usize) {
    if let Some(bits) = table.get_mut(at) {
        *bits |= 1 << bit;
    }
}

/// Sixteen bits of three bytes (Knuth's multiplicative hashing).
#[inline]
fn hash(three: u32) -> usize {
    (three.wrapping_mul(0x9e37_79b1) >> 16) as usize
}
