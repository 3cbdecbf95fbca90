//! The order in which entries are counted.

use crate::entry::{Entry, FieldPath, FirstOf};
use crate::id::{MIX, mark, slot};
use crate::redact::RedactedBatch;

/// Places at which groups are looked for, a power of two.
const SLOTS: usize = 512;
/// No entry, and no group.
const NONE: u32 = u32::MAX;

/// Shows every entry of a batch, like ones one behind another: what is done with one is then what was just done with the one before,
/// which processors are good at. The order counts for nothing, but of the latest entry a sample is made: whoever meets it first makes
/// but one.
pub fn for_each(batch: &RedactedBatch<'_>, message: &[FieldPath], with: impl FnMut(&Entry<'_>)) {
    for_each_by(batch, &mut FirstOf::new(message), with);
}

/// The same, where what is found out of the paths of messages is kept for the next batch.
pub(super) fn for_each_by(batch: &RedactedBatch<'_>, message: &mut FirstOf, with: impl FnMut(&Entry<'_>)) {
    let entries: Vec<Entry<'_>> = batch.entries_by(message).collect();
    let mut alike = Alike { slots: [NONE; SLOTS], groups: Vec::new(), next: vec![NONE; entries.len()] };
    let count = u32::try_from(entries.len()).unwrap_or(NONE);
    let mut add = |at: u32| entries.get(at as usize).into_iter().for_each(|entry| alike.add(likeness(entry), at));
    // Who is taken up last is shown first.
    if batch.is_rising() {
        (0..count).for_each(&mut add);
    } else {
        (0..count).rev().for_each(&mut add);
    }
    alike.each().filter_map(|at| entries.get(at as usize)).for_each(with);
}

/// What entries with which much the same is done have in common: their form, their log severity, and what their messages begin with.
fn likeness(entry: &Entry<'_>) -> u64 {
    let form = entry.form().map_or(0, |(number, _)| number as u64 + 1);
    let message = entry.message().and_then(|message| message.as_bytes().first_chunk::<8>());
    let start = message.map_or(0, |start| mark(start) >> 32);
    (form << 4 | entry.severity().index() as u64) << 32 | start
}

/// Groups of like entries. Two groups may be alike, where others came between: nothing depends on it.
struct Alike {
    /// By what likeness says, the group that was last met there.
    slots: [u32; SLOTS],
    /// What the entries of a group have in common, and which of them was taken up last.
    groups: Vec<(u64, u32)>,
    /// For each entry, which of its group was taken up before it.
    next: Vec<u32>,
}

impl Alike {
    #[inline]
    fn add(&mut self, likeness: u64, at: u32) {
        let slot = slot(likeness.wrapping_mul(MIX), SLOTS);
        let Some(slot) = self.slots.get_mut(slot) else { return };
        match self.groups.get_mut(*slot as usize) {
            Some((own, last)) if *own == likeness => {
                if let Some(next) = self.next.get_mut(at as usize) {
                    *next = std::mem::replace(last, at);
                }
            }
            _ => {
                *slot = u32::try_from(self.groups.len()).unwrap_or(NONE);
                self.groups.push((likeness, at));
            }
        }
    }

    /// The entries, those of like groups one behind another.
    fn each(&mut self) -> impl Iterator<Item = u32> {
        self.groups.sort_unstable();
        let next = &self.next;
        self.groups.iter().flat_map(move |(_, last)| {
            let behind = |at: &u32| next.get(*at as usize).copied().filter(|next| *next != NONE);
            std::iter::successors(Some(*last), behind)
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_comes_once_and_of_like_ones_the_last_first(kinds in prop::collection::vec(0_u64..2_000, 0..3_000)) {
            let mut alike = Alike { slots: [NONE; SLOTS], groups: Vec::new(), next: vec![NONE; kinds.len()] };
            (0..).zip(&kinds).for_each(|(at, kind)| alike.add(*kind, at));
            let order: Vec<u32> = alike.each().collect();
            let mut all = order.clone();
            all.sort_unstable();
            prop_assert_eq!(all, (0..u32::try_from(kinds.len()).unwrap()).collect::<Vec<_>>());
            let kind = |at: u32| kinds[at as usize];
            prop_assert!(order.windows(2).all(|pair| kind(pair[0]) <= kind(pair[1])));
            if kinds.len() < 2 {
                return Ok(());
            }
            // Where no two kinds meet in one slot, there is one group of each.
            let mut few = Alike { slots: [NONE; SLOTS], groups: Vec::new(), next: vec![NONE; kinds.len()] };
            (0..).zip(&kinds).for_each(|(at, kind)| few.add(*kind % 2, at));
            let order: Vec<u32> = few.each().collect();
            prop_assert!(order.windows(2).all(|pair| kind(pair[0]) % 2 != kind(pair[1]) % 2 || pair[0] > pair[1]));
        }
    }
}
