//! The entries seen so far, in bounded memory, and which of several deliveries of one entry counts.
//!
//! Two generations of a set of 64-bit hashes: when the younger is full it becomes the older, and what was the older is
//! forgotten. So every entry is recognised again for at least [`HORIZON`] entries, and memory does not grow with the input.
//!
//! Of deliveries that differ the one counts whose content has the least hash, whatever their order. Where that is not the
//! first, this is known too late: it is kept as a rival, and the captures have to be read once more with the rivals known.

use std::collections::BTreeMap;

/// Entries for which another is recognised at least.
pub(super) const HORIZON: usize = SLOTS / 8 * 7;
/// Slots of one generation: 2^20 of 8 bytes are 8 MiB. There are two of them in captures of more than some 900,000 entries.
const SLOTS: usize = 1 << SLOT_BITS;
const SLOT_BITS: u32 = 20;
/// Bits of a slot that tell the content. The others are those of the identity that its place in the table does not tell.
const CONTENT_BITS: u32 = SLOT_BITS;
/// Rivals that are kept.
const RIVALS: usize = 1 << 16;

/// The content that counts, by the identity of the entry.
pub(super) type Rivals = BTreeMap<u64, u32>;

/// The set.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    young: Generation,
    old: Option<Generation>,
    forgets: bool,
    /// Known from an earlier reading of the same captures.
    winners: Rivals,
    rivals: Rivals,
}

/// An open-addressing table of hashes, each with the content that it came with first; 0 marks a free slot.
#[derive(Debug, Default)]
struct Generation {
    slots: Vec<u64>,
    filled: usize,
}

impl Seen {
    /// Nothing seen, but known which content counts of some entries.
    pub(crate) fn knowing(winners: Rivals) -> Self {
        Self { winners, ..Self::default() }
    }

    /// Whether this delivery of an entry counts: the first that has its content, as far as that is known to count.
    pub(crate) fn is_new(&mut self, identity: u64, content: u32) -> bool {
        // 0 is the mark of a free slot; its entries share the place of another hash.
        let (identity, content) =
            (if told(identity) == 0 { identity | 1 } else { identity }, content >> (32 - CONTENT_BITS));
        if !self.winners.is_empty() && self.winners.get(&identity).is_some_and(|winner| *winner != content) {
            return false;
        }
        let known = self.old.as_ref().and_then(|old| old.find(identity));
        if let Some(first) = known.or_else(|| self.young.insert(identity, content)) {
            self.compare(identity, first, content);
            return false;
        }
        if self.young.filled >= HORIZON {
            self.forgets |= self.old.is_some();
            // What is forgotten leaves its room to the next: to give it back and ask for as much again tears holes into the heap.
            let room = self.old.take().map_or_else(Generation::default, Generation::emptied);
            self.old = Some(std::mem::replace(&mut self.young, room));
        }
        true
    }

    /// Asks memory for what some entries will be looked up at, all at once: one by one, each would be waited for.
    pub(super) fn expect(&self, identities: impl Iterator<Item = u64>) {
        let touch = |of: &Generation, at: usize| of.slots.get(at).copied().unwrap_or(0);
        let both = |at: usize| touch(&self.young, at) ^ self.old.as_ref().map_or(0, |old| touch(old, at));
        std::hint::black_box(identities.fold(0, |all, identity| all ^ both(start(identity))));
    }

    fn compare(&mut self, identity: u64, first: u32, content: u32) {
        if content >= first || self.winners.contains_key(&identity) {
            return;
        }
        if let Some(least) = self.rivals.get_mut(&identity) {
            *least = content.min(*least);
        } else if self.rivals.len() < RIVALS {
            self.rivals.insert(identity, content);
        }
    }

    /// Whether entries have been forgotten.
    pub(super) fn forgets(&self) -> bool {
        self.forgets
    }

    /// Of entries whose first delivery counted and should not have, the content of the one that should.
    pub(super) fn take_rivals(&mut self) -> Rivals {
        std::mem::take(&mut self.rivals)
    }
}

/// What a slot holds of an identity.
fn told(identity: u64) -> u64 {
    identity << CONTENT_BITS
}

/// The slot from which on an entry is looked for.
fn start(identity: u64) -> usize {
    usize::try_from(identity >> (64 - SLOT_BITS)).unwrap_or(0)
}

impl Generation {
    /// Without any entries.
    fn emptied(mut self) -> Self {
        self.slots.fill(0);
        self.filled = 0;
        self
    }

    /// The place of an entry, and the content it came with if it is there.
    fn place(&self, identity: u64) -> (usize, Option<u32>) {
        let mask = SLOTS - 1;
        let mut at = start(identity);
        loop {
            match self.slots.get(at) {
                Some(0) | None => return (at, None),
                Some(slot) if told(slot >> CONTENT_BITS) == told(identity) => {
                    return (at, u32::try_from(slot & ((1 << CONTENT_BITS) - 1)).ok());
                }
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    fn find(&self, identity: u64) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.place(identity).1 }
    }

    /// Takes up an entry; the content it came with if it was there already.
    fn insert(&mut self, identity: u64, content: u32) -> Option<u32> {
        if self.slots.is_empty() {
            self.slots = vec![0; SLOTS];
        }
        let (at, known) = self.place(identity);
        if known.is_some() {
            return known;
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = told(identity) | u64::from(content);
            self.filled += 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_recognised_within_the_horizon() {
        let mut seen = Seen::default();
        let hash = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let horizon = HORIZON as u64;
        for n in 0..horizon * 2 + 10 {
            assert!(seen.is_new(hash(n), 7), "{n}");
            if n % 1000 == 0 {
                assert!(!seen.is_new(hash(n.saturating_sub(horizon)), 7));
            }
        }
        assert!(seen.forgets());
        assert!(seen.is_new(hash(1), 7), "the first are forgotten");
        assert!(seen.take_rivals().is_empty());
    }

    #[test]
    fn the_hash_that_marks_free_slots_is_a_hash_too() {
        let mut seen = Seen::default();
        assert!(seen.is_new(0, 0));
        assert!(!seen.is_new(0, 0));
    }

    #[test]
    fn the_least_content_counts_in_any_order() {
        let deliveries =
            [(1, 30), (1, 10), (1, 20), (1, 10), (2, 5), (2, 6), (3, 9)].map(|(id, content)| (id, content << 20));
        for turn in 0..deliveries.len() {
            let mut order = deliveries;
            order.rotate_left(turn);
            let mut seen = Seen::default();
            let first: Vec<_> = order.into_iter().filter(|(id, content)| seen.is_new(*id, *content)).collect();
            assert_eq!(first.len(), 3, "each counts once");
            let mut seen = Seen::knowing(seen.take_rivals());
            let mut counted: Vec<_> = order.into_iter().filter(|(id, content)| seen.is_new(*id, *content)).collect();
            counted.sort_unstable();
            assert_eq!(counted, [(1, 10 << 20), (2, 5 << 20), (3, 9 << 20)], "{order:?}");
            assert!(seen.take_rivals().is_empty());
        }
    }

    #[test]
    fn rivals_are_bounded() {
        let mut seen = Seen::default();
        for n in 1..=RIVALS as u64 + 10 {
            let identity = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
            assert!(seen.is_new(identity, 2 << 20));
            assert!(!seen.is_new(identity, 1 << 20));
        }
        assert_eq!(seen.take_rivals().len(), RIVALS);
    }
}
