//! Texts that are known to hold nothing to take out.
//!
//! Most texts of log entries are the same again and again: the names of the service, of the log, of the module, the
//! region, the instance, and all keys. What redaction makes of a text depends on nothing but the text, so that it need not
//! be looked over anew. What is known is never wrong, only forgotten, so that it outlives the batch it was found in.

use crate::id::{mark, slot};

/// Texts that are kept; one takes the place of another.
const SLOTS: usize = 1 << 10;

/// Keys that are kept; a power of two, as the other is.
const KEYS: usize = 1 << 8;

/// The longest text that is kept. Longer ones are seldom the same, and are not told apart in one go.
const LONGEST: usize = 256;

/// What has been looked over in vain.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Texts with nothing to take out.
    pub(super) texts: Table,
    /// Keys with nothing to take out that promise no secret either.
    pub(super) keys: Table,
}

impl Memo {
    pub(super) fn new() -> Self {
        let table = |count| Table(vec![String::new(); count]);
        Self { texts: table(SLOTS), keys: table(KEYS) }
    }

    /// For so many records: of few, nothing is kept, because that would cost more than it saves.
    pub(super) fn for_records(count: usize) -> Self {
        if count < 16 { Self::default() } else { Self::new() }
    }
}

/// Texts by a hash of them, as many as a power of two says, or none.
#[derive(Debug, Default)]
pub(super) struct Table(Vec<String>);

impl Table {
    /// Whether a text is known; if it is not, where it may be kept once it has been looked over.
    pub(super) fn look_up(&self, text: &str) -> Known {
        if text.len() > LONGEST || self.0.is_empty() {
            return Known::Never;
        }
        // Whose slot it is, is no proof of what stands there.
        let slot = slot(mark(text.as_bytes()), self.0.len());
        if self.has(slot, text) { Known::Clean { slot } } else { Known::Not { slot } }
    }

    /// Keeps a text that has been looked over in vain.
    pub(super) fn keep(&mut self, known: Known, text: &str) {
        if let Known::Not { slot } = known
            && let Some(kept) = self.0.get_mut(slot)
        {
            kept.clear();
            kept.push_str(text);
        }
    }

    fn has(&self, slot: usize, text: &str) -> bool {
        self.0.get(slot).is_some_and(|kept| kept == text)
    }
}

/// What is known of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// There is nothing to take out of it; this is where it is kept.
    Clean {
        /// Its slot.
        slot: usize,
    },
    /// Nothing yet; this is its slot.
    Not {
        /// Where it may be kept.
        slot: usize,
    },
    /// Nothing, and nothing will be.
    Never,
}

impl Known {
    pub(super) fn is_clean(self) -> bool {
        matches!(self, Self::Clean { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_known_and_nothing_else() {
        let mut table = Memo::new().texts;
        let texts: Vec<String> = (0..40).map(|length| "0123456789".repeat(4)[..length].to_owned()).collect();
        for text in &texts {
            table.keep(table.look_up(text), text);
            assert!(table.look_up(text).is_clean());
            assert!(!table.look_up(&format!("{text}!")).is_clean());
        }
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(table.look_up(&long), Known::Never);
        assert_eq!(Memo::default().texts.look_up("x"), Known::Never);
    }
}
