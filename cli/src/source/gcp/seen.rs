//! Which entries have come already, in bounded memory.

use std::collections::{HashSet, VecDeque};

use super::page::Key;

/// Entries that are remembered, the latest: duplicates have the same time, and so come close to each other.
const MOST: usize = 500_000;

/// The entries that came last.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    keys: HashSet<Key>,
    order: VecDeque<Key>,
}

impl Seen {
    /// Whether an entry has not come yet; from here on it has.
    pub(super) fn is_new(&mut self, key: Key) -> bool {
        if !self.keys.insert(key) {
            return false;
        }
        self.order.push_back(key);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::gcp::page::Head;

    fn key(number: usize) -> Key {
        Head::of(&format!(r#"{{"insertId":"{number}"}}"#)).key.unwrap()
    }

    #[test]
    fn what_came_is_known_and_what_is_long_gone_is_forgotten() {
        let mut seen = Seen::default();
        assert!(seen.is_new(key(0)) && !seen.is_new(key(0)));
        assert!((1..=MOST).all(|number| seen.is_new(key(number))));
        assert_eq!((seen.keys.len(), seen.order.len()), (MOST, MOST));
        assert!(!seen.is_new(key(MOST)) && seen.is_new(key(0)));
    }
}
