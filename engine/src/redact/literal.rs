//! Telling which of some hundred literals stands at a place.

/// The literals to look for, each at least three bytes long.
#[derive(Debug)]
pub(super) struct Literals {
    /// By a hash of three bytes: whether one of the literals may begin with them.
    table: Box<[u64; 1024]>,
    /// The literals, sorted by their bytes, with what each is found as.
    sorted: Vec<(Box<[u8]>, usize)>,
    /// By first byte: from which of them on.
    first: [u16; 257],
}

impl Literals {
    pub(super) fn new<'l>(literals: impl Iterator<Item = &'l [u8]>) -> Self {
        let mut sorted: Vec<(Box<[u8]>, _)> = literals.enumerate().map(|(at, literal)| (literal.into(), at)).collect();
        sorted.sort_unstable();
        let mut table = Box::new([0_u64; 1024]);
        for (literal, _) in &sorted {
            let [one, two, three, ..] = &**literal else { continue };
            let hash = hash(u32::from_le_bytes([*one, *two, *three, 0]));
            if let Some(word) = table.get_mut(hash >> 6) {
                *word |= 1 << (hash & 63);
            }
        }
        let mut first = [0_u16; 257];
        for (byte, slot) in first.iter_mut().enumerate() {
            let place = sorted.partition_point(|(literal, _)| literal.first().is_some_and(|b| usize::from(*b) < byte));
            *slot = u16::try_from(place).unwrap_or(u16::MAX);
        }
        Self { table, sorted, first }
    }

    /// Whether a literal may begin with these three bytes, the first in the lowest eight bits.
    pub(super) fn may_begin(&self, three: u32) -> bool {
        let hash = hash(three);
        self.table.get(hash >> 6).is_some_and(|word| word >> (hash & 63) & 1 == 1)
    }

    /// Those that stand at a place.
    pub(super) fn at(&self, text: &[u8], place: usize) -> impl Iterator<Item = usize> {
        let rest = text.get(place..).unwrap_or(&[]);
        let byte = rest.first().copied().map_or(256, usize::from);
        let range = self.first.get(byte).zip(self.first.get(byte + 1));
        let some = range.and_then(|(from, to)| self.sorted.get(usize::from(*from)..usize::from(*to))).unwrap_or(&[]);
        // Most differ in the second byte already; so a call to compare all is saved.
        some.iter()
            .filter(move |(literal, _)| rest.get(1) == literal.get(1) && rest.starts_with(literal))
            .map(|(_, at)| *at)
    }
}

/// Sixteen bits of three bytes (Knuth's multiplicative hashing).
fn hash(three: u32) -> usize {
    (three.wrapping_mul(0x9e37_79b1) >> 16) as usize
}
