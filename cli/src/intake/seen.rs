//! The entries seen so far, in bounded memory.
//!
//! Two generations of a set of 64-bit hashes: when the younger is full it becomes the older, and what was the older is
//! forgotten. So every entry is recognised again for at least [`HORIZON`] entries, and memory does not grow with the input.

/// Entries for which another is recognised at least.
pub(super) const HORIZON: usize = SLOTS / 8 * 7;
/// Slots of one generation: 2^21 of 8 bytes are 16 MiB, touched only as they fill.
const SLOTS: usize = 1 << 21;

/// The set.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    young: Generation,
    old: Option<Generation>,
    forgets: bool,
}

/// An open-addressing table of hashes; 0 marks a free slot.
#[derive(Debug, Default)]
struct Generation {
    slots: Vec<u64>,
    filled: usize,
}

impl Seen {
    /// Whether this entry is seen for the first time; from now on it is not.
    pub(crate) fn is_new(&mut self, identity: u64) -> bool {
        // 0 is the mark of a free slot; its entries share the place of another hash.
        let identity = identity.max(1);
        if self.old.as_ref().is_some_and(|old| old.holds(identity)) {
            return false;
        }
        if !self.young.insert(identity) {
            return false;
        }
        if self.young.filled >= HORIZON {
            self.forgets |= self.old.is_some();
            self.old = Some(std::mem::take(&mut self.young));
        }
        true
    }

    /// Whether entries have been forgotten.
    pub(super) fn forgets(&self) -> bool {
        self.forgets
    }
}

impl Generation {
    fn place(&self, identity: u64) -> (usize, bool) {
        let mask = SLOTS - 1;
        let mut at = usize::try_from(identity >> 20).unwrap_or(0) & mask;
        loop {
            match self.slots.get(at) {
                Some(0) | None => return (at, false),
                Some(found) if *found == identity => return (at, true),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    fn holds(&self, identity: u64) -> bool {
        !self.slots.is_empty() && self.place(identity).1
    }

    fn insert(&mut self, identity: u64) -> bool {
        if self.slots.is_empty() {
            self.slots = vec![0; SLOTS];
        }
        let (at, is_known) = self.place(identity);
        if is_known {
            return false;
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = identity;
            self.filled += 1;
        }
        true
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
            assert!(seen.is_new(hash(n)), "{n}");
            if n % 1000 == 0 {
                assert!(!seen.is_new(hash(n.saturating_sub(horizon))));
            }
        }
        assert!(seen.forgets());
        assert!(seen.is_new(hash(1)), "the first are forgotten");
    }

    #[test]
    fn the_hash_that_marks_free_slots_is_a_hash_too() {
        let mut seen = Seen::default();
        assert!(seen.is_new(0));
        assert!(!seen.is_new(0));
    }
}
