//! Telling which of some hundred literals stands at a place.

/// What may begin where two bytes stand; by the number that both make.
pub(super) type Begins = [u8; 1 << 16];

/// A literal may begin with them, which is one that begins with a letter or digit.
const WORD: u8 = 1;
/// A literal may have them behind its first byte, which is neither.
const BEHIND_SIGN: u8 = 2;

/// The literals to look for, each at least three bytes long.
#[derive(Debug)]
pub(super) struct Literals {
    begins: Box<Begins>,
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
        let mut begins = Box::new([0; 1 << 16]);
        let mut table = Box::new([0; 1024]);
        for (hash, literal, _) in &sorted {
            set(&mut *table, hash >> 6, hash & 63);
            if let [one, two, three, ..] = **literal {
                let (pair, what) =
                    if one.is_ascii_alphanumeric() { ([one, two], WORD) } else { ([two, three], BEHIND_SIGN) };
                begins.iter_mut().skip(usize::from(u16::from_le_bytes(pair))).take(1).for_each(|all| *all |= what);
            }
        }
        let mut first = [0_u16; 257];
        for (bits, slot) in first.iter_mut().enumerate() {
            *slot = u16::try_from(sorted.partition_point(|(hash, ..)| hash >> 8 < bits)).unwrap_or(u16::MAX);
        }
        Self { begins, table, sorted, first }
    }

    /// What may begin where two bytes stand, by their number: behind a sign, something does if that is not zero.
    #[inline]
    pub(super) fn begins(&self) -> &Begins {
        &self.begins
    }

    /// Whether one may begin with the first two of these bytes of which the first, in the lowest bits, is a letter or digit.
    #[inline]
    pub(super) fn may_be_word(&self, bytes: u32) -> bool {
        self.begins.get(two(bytes)).is_some_and(|what| what & WORD != 0)
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

/// The number that the two bytes in the lowest bits make.
#[inline]
pub(super) fn two(bytes: u32) -> usize {
    (bytes & 0xffff) as usize
}

/// Sixteen bits of three bytes (Knuth's multiplicative hashing).
#[inline]
fn hash(three: u32) -> usize {
    (three.wrapping_mul(0x9e37_79b1) >> 16) as usize
}
