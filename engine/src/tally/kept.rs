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

/// Keys whose places are found without asking the map.
const RECENT: usize = 32;

/// The map. Keys are told apart by their 64-bit hash alone.
#[derive(Clone, Debug)]
pub struct Kept<K, T> {
    cap: usize,
    /// Where each key is, by its hash.
    places: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    /// In no order, each with its hash.
    entries: Vec<(u64, (K, T))>,
    /// Where those are that were asked for last, by the end of their hash: few keys are asked for again and again.
    recent: [u16; RECENT],
    /// The hashes kept, the greatest on top.
    greatest: BinaryHeap<u64>,
    rest: Option<T>,
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

impl<K: Ord, T: Merge> Kept<K, T> {
    /// An empty map that keeps at most `cap` keys.
    #[must_use]
    pub fn new(cap: usize) -> Self {
        Self {
            cap: cap.max(1),
            places: HashMap::default(),
            entries: Vec::new(),
            recent: [0; RECENT],
            greatest: BinaryHeap::new(),
            rest: None,
        }
    }

    /// The value of the key with this hash; a new one is made of `key` where it is not known yet.
    #[inline]
    pub fn place(&mut self, hash: u64, key: impl FnOnce() -> K) -> Place<'_, K, T> {
        let recent = self.recent.get(slot(hash)).map_or(0, |place| usize::from(*place));
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
        let place = match self.places.get(&hash) {
            Some(place) => *place,
            None => {
                if !self.make_room(hash) {
                    return None;
                }
                let place = self.entries.len();
                self.greatest.push(hash);
                self.places.insert(hash, place);
                self.entries.push((hash, (key(), T::default())));
                place
            }
        };
        // What is read there is held against the hash: a place that is none any more does no harm.
        if let Some(recent) = self.recent.get_mut(slot(hash)) {
            *recent = u16::try_from(place).unwrap_or(0);
        }
        Some(place)
    }

    /// Makes room for a new key, if it is to be kept; says whether it is.
    fn make_room(&mut self, hash: u64) -> bool {
        if self.entries.len() < self.cap {
            return true;
        }
        if self.greatest.peek().is_none_or(|greatest| hash > *greatest) {
            return false;
        }
        if let Some(place) = self.greatest.pop().and_then(|greatest| self.places.remove(&greatest)) {
            let (_, (_, value)) = self.entries.swap_remove(place);
            if let Some((moved, _)) = self.entries.get(place) {
                self.places.insert(*moved, place);
            }
            self.rest.get_or_insert_default().merge(value);
        }
        true
    }

    /// The key with this hash and its value, where it is kept.
    #[must_use]
    pub fn get(&self, hash: u64) -> Option<&(K, T)> {
        self.places.get(&hash).and_then(|place| self.entries.get(*place)).map(|(_, entry)| entry)
    }

    /// Takes up another map of the same cap.
    pub fn merge(&mut self, other: Self) {
        // In no order: that is what this map is made for.
        other.entries.into_iter().for_each(|(hash, (key, value))| match self.place(hash, || key) {
            Place::Kept((_, ours)) | Place::Rest(ours) => ours.merge(value),
        });
        if let Some(rest) = other.rest {
            self.rest.get_or_insert_default().merge(rest);
        }
    }

    /// The keys kept and their values, by key. What is kept of two keys may be the same, where only their beginnings are: then
    /// the hash tells which comes first, for where they are says only which came first.
    pub fn iter(&self) -> impl Iterator<Item = &(K, T)> {
        let mut entries: Vec<&(u64, (K, T))> = self.entries.iter().collect();
        entries.sort_by(|(hash, (key, _)), (other, (than, _))| key.cmp(than).then_with(|| hash.cmp(other)));
        entries.into_iter().map(|(_, entry)| entry)
    }

    /// What fell out of the map; nothing where every key was kept.
    #[must_use]
    pub fn rest(&self) -> Option<&T> {
        self.rest.as_ref()
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
        match (&self.rest, self.greatest.peek()) {
            (Some(_), Some(greatest)) => {
                let share = *greatest as f64 / u64::MAX as f64;
                ((kept - 1) as f64 / share).round() as u64
            }
            _ => kept,
        }
    }
}
