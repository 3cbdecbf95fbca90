//! A bounded map that keeps the keys whose hash is least.
//!
//! Which keys a map with a cap keeps must not depend on their order. The `cap` keys of least hash do not: a key among them
//! can never have been dropped before, so what is kept of it is complete, whatever came when and however shards were
//! merged. What falls out is merged into one rest. This is a bottom-k sketch; the greatest hash kept also estimates how
//! many keys there were (Bar-Yossef et al., "Counting Distinct Elements in a Data Stream", 2002).

use std::collections::BinaryHeap;
use std::hash::{BuildHasherDefault, Hasher};

use hashbrown::HashMap;

/// Something that can take up another of its kind, in any order to the same result.
pub trait Merge: Default {
    /// Takes up `other`.
    fn merge(&mut self, other: Self);
}

impl Merge for u64 {
    fn merge(&mut self, other: Self) {
        *self += other;
    }
}

/// Merges two lists place by place; the shorter one is taken as if filled up.
pub(super) fn merge_each<T: Merge>(ours: &mut Vec<T>, theirs: Vec<T>) {
    if ours.len() < theirs.len() {
        ours.resize_with(theirs.len(), T::default);
    }
    for (our, their) in ours.iter_mut().zip(theirs) {
        our.merge(their);
    }
}

/// Where a key's value is.
#[derive(Debug)]
pub enum Place<'k, K, T> {
    /// It is kept.
    Kept(&'k mut (K, T)),
    /// It has fallen into the rest.
    Rest(&'k mut T),
}

/// Keys up to which their places are found by asking one after the other. By far the most maps have few keys, and there are
/// tens of thousands of them.
const FEW: usize = 8;
/// Keys whose places are found without asking the index.
const RECENT: usize = 32;

/// The map. Keys are told apart by their 64-bit hash alone.
#[derive(Clone, Debug)]
pub struct Kept<K, T> {
    cap: usize,
    /// In no order, each with its hash.
    entries: Vec<(u64, (K, T))>,
    /// Of more than a few keys.
    index: Option<Box<Index>>,
    rest: Option<Box<T>>,
}

/// Where the keys of a map are.
#[derive(Clone, Debug, Default)]
struct Index {
    /// By their hash.
    places: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    /// Those that were asked for last, by the end of their hash: few keys are asked for again and again.
    recent: [u16; RECENT],
    /// The hashes kept, the greatest on top.
    greatest: BinaryHeap<u64>,
}

/// Hashes what is a hash already.
#[derive(Clone, Copy, Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = crate::id::hash64(bytes);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Which of the recent places is that of a hash. Its end is taken: of those kept the beginnings are alike.
fn slot(hash: u64) -> usize {
    usize::try_from(hash % RECENT as u64).unwrap_or(0)
}

impl Index {
    /// The index of keys by their hashes, each at its place.
    fn of(hashes: impl Iterator<Item = u64>) -> Self {
        let mut index = Self::default();
        hashes.enumerate().for_each(|(place, hash)| index.add(hash, place));
        index
    }

    fn add(&mut self, hash: u64, place: usize) {
        self.greatest.push(hash);
        self.places.insert(hash, place);
    }

    /// Where a key is.
    fn find(&mut self, hash: u64) -> Option<usize> {
        let place = *self.places.get(&hash)?;
        // What is read there is held against the hash: a place that is none any more does no harm.
        if let Some(recent) = self.recent.get_mut(slot(hash)) {
            *recent = u16::try_from(place).unwrap_or(0);
        }
        Some(place)
    }
}

impl<K: Ord, T: Merge> Kept<K, T> {
    /// An empty map that keeps at most `cap` keys.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self { cap: cap.max(1), entries: Vec::new(), index: None, rest: None }
    }

    /// The value of the key with this hash; a new one is made of `key` where it is not known yet.
    #[inline]
    pub fn place(&mut self, hash: u64, key: impl FnOnce() -> K) -> Place<'_, K, T> {
        let recent = match &self.index {
            Some(index) => index.recent.get(slot(hash)).map_or(0, |place| usize::from(*place)),
            None => 0,
        };
        let place = match self.entries.get(recent) {
            Some((known, _)) if *known == hash => Some(recent),
            _ => self.find(hash, key),
        };
        match place.and_then(|place| self.entries.get_mut(place)) {
            Some((_, entry)) => Place::Kept(entry),
            None => Place::Rest(self.rest.get_or_insert_default()),
        }
    }

    /// Where a key is, now if not before; nowhere if it is none of those to be kept.
    #[inline(never)]
    fn find(&mut self, hash: u64, key: impl FnOnce() -> K) -> Option<usize> {
        let known = match &mut self.index {
            Some(index) => index.find(hash),
            None => self.entries.iter().position(|(known, _)| *known == hash),
        };
        if known.is_some() {
            return known;
        }
        if !self.make_room(hash) {
            return None;
        }
        let place = self.entries.len();
        if place < FEW {
            // Most maps get no second key.
            self.entries.reserve_exact(place.max(1));
        }
        self.entries.push((hash, (key(), T::default())));
        match &mut self.index {
            Some(index) => index.add(hash, place),
            None if self.entries.len() > FEW => {
                self.index = Some(Box::new(Index::of(self.entries.iter().map(|(hash, _)| *hash))));
            }
            None => {}
        }
        Some(place)
    }

    /// Makes room for a new key, if it is to be kept; says whether it is.
    fn make_room(&mut self, hash: u64) -> bool {
        if self.entries.len() < self.cap {
            return true;
        }
        let Some((place, greatest)) = self.greatest().filter(|(_, greatest)| hash < *greatest) else { return false };
        let (_, (_, value)) = self.entries.swap_remove(place);
        if let Some(index) = &mut self.index {
            index.greatest.pop();
            index.places.remove(&greatest);
            if let Some((moved, _)) = self.entries.get(place) {
                index.places.insert(*moved, place);
            }
        }
        self.rest.get_or_insert_default().merge(value);
        true
    }

    /// The greatest hash kept, and where its key is.
    fn greatest(&self) -> Option<(usize, u64)> {
        match &self.index {
            Some(index) => index.greatest.peek().and_then(|hash| Some((*index.places.get(hash)?, *hash))),
            None => self.entries.iter().map(|(hash, _)| *hash).enumerate().max_by_key(|(_, hash)| *hash),
        }
    }

    /// The key with this hash and its value, where it is kept.
    #[must_use]
    pub fn get(&self, hash: u64) -> Option<&(K, T)> {
        let place = match &self.index {
            Some(index) => index.places.get(&hash).copied(),
            None => self.entries.iter().position(|(known, _)| *known == hash),
        };
        place.and_then(|place| self.entries.get(place)).map(|(_, entry)| entry)
    }

    /// Takes up another map of the same cap.
    pub fn merge(&mut self, other: Self) {
        // In no order: that is what this map is made for.
        other.entries.into_iter().for_each(|(hash, (key, value))| match self.place(hash, || key) {
            Place::Kept((_, ours)) | Place::Rest(ours) => ours.merge(value),
        });
        if let Some(rest) = other.rest {
            self.rest.get_or_insert_default().merge(*rest);
        }
    }

    /// The keys kept and their values, by key. What is kept of two keys may be the same, where only their beginnings are: then
    /// the hash tells which comes first, for where they are says only which came first.
    pub fn iter(&self) -> impl Iterator<Item = &(K, T)> {
        let mut entries: Vec<&(u64, (K, T))> = self.entries.iter().collect();
        entries.sort_by(|(hash, (key, _)), (other, (than, _))| key.cmp(than).then_with(|| hash.cmp(other)));
        entries.into_iter().map(|(_, entry)| entry)
    }

    /// The values kept, in no order, and what fell out of the map.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, (_, value))| value).chain(self.rest.as_deref())
    }

    /// What fell out of the map; nothing where every key was kept.
    #[must_use]
    pub fn rest(&self) -> Option<&T> {
        self.rest.as_deref()
    }

    /// How many keys there were: exactly where all were kept, else an estimate.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an estimate"
    )]
    pub fn distinct(&self) -> u64 {
        let kept = self.entries.len() as u64;
        match (&self.rest, self.greatest()) {
            (Some(_), Some((_, greatest))) => {
                let share = greatest as f64 / u64::MAX as f64;
                ((kept - 1) as f64 / share).round() as u64
            }
            _ => kept,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_least_are_kept_whatever_came_when(
            cap in 1_usize..40,
            hashes in prop::collection::vec(1_u64..60, 0..200),
            parts in 1_usize..4,
        ) {
            let mut kept: Vec<Kept<u64, u64>> = (0..parts).map(|_| Kept::new(cap)).collect();
            let mut counts: BTreeMap<u64, u64> = BTreeMap::new();
            for (at, hash) in hashes.iter().enumerate() {
                match kept[at % parts].place(*hash, || hash * 7) {
                    Place::Kept((key, count)) => {
                        prop_assert_eq!(*key, hash * 7);
                        *count += 1;
                    }
                    Place::Rest(count) => *count += 1,
                }
                *counts.entry(*hash).or_default() += 1;
            }
            let mut all = Kept::new(cap);
            kept.into_iter().for_each(|part| all.merge(part));
            let least: Vec<(u64, u64)> = counts.iter().take(cap).map(|(hash, count)| (hash * 7, *count)).collect();
            prop_assert_eq!(all.iter().copied().collect::<Vec<_>>(), least.clone());
            prop_assert!(counts.keys().take(cap).zip(&least).all(|(hash, entry)| all.get(*hash) == Some(entry)));
            let rest: Vec<u64> = counts.values().skip(cap).copied().collect();
            prop_assert_eq!(all.rest().copied(), (!rest.is_empty()).then(|| rest.iter().sum()));
        }
    }
}
