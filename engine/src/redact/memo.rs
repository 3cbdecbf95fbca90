//! Texts of a batch that are known to hold nothing to take out.
//!
//! Most texts of log entries are the same in nearly every entry: the names of the service, of the log, of the module, the
//! region, the severity, and all keys. What redaction makes of a text depends on nothing but the text, so that it is looked
//! over once a batch.

use crate::id::hash64;

/// Texts that are kept; one takes the place of another.
const SLOTS: usize = 1 << 10;

/// Keys that are kept; a power of two, as the other is.
const KEYS: usize = 1 << 8;

/// The longest text that is kept. Longer ones are seldom the same, and are not told apart in one go.
const LONGEST: usize = 128;

/// Texts with nothing to take out, by their hash.
#[derive(Debug)]
pub(super) struct Memo<'a> {
    slots: Vec<&'a str>,
    /// Keys with nothing to take out that promise no secret either.
    keys: Vec<&'a str>,
    /// The last text with nothing to take out, by form and by the number of the value among those that are looked at.
    last: Vec<Vec<&'a str>>,
}

impl<'a> Memo<'a> {
    /// For a batch of so many records: of few, nothing is kept, because that would cost more than it saves.
    pub(super) fn new(records: usize) -> Self {
        let slots = |count| if records < 16 { Vec::new() } else { vec![""; count] };
        Self { slots: slots(SLOTS), keys: slots(KEYS), last: Vec::new() }
    }

    /// Whether a text is known; if it is not, where it may be kept once it has been looked over.
    pub(super) fn look_up(&self, text: &str) -> Known {
        look_up(&self.slots, text)
    }

    /// The same of a key: whether it is clean and promises nothing of its value.
    pub(super) fn look_up_key(&self, key: &str) -> Known {
        look_up(&self.keys, key)
    }

    /// Whether a text is the last that was kept for its place.
    pub(super) fn is_last(&self, (form, number): (usize, usize), text: &str) -> bool {
        self.last.get(form).and_then(|last| last.get(number)).is_some_and(|last| *last == text)
    }

    /// Keeps a text with nothing to take out for its place.
    pub(super) fn keep_last(&mut self, (form, number): (usize, usize), text: &'a str) {
        if self.last.len() <= form {
            self.last.resize_with(form + 1, Vec::new);
        }
        let Some(last) = self.last.get_mut(form) else { return };
        if last.len() <= number {
            last.resize(number + 1, "");
        }
        if let Some(last) = last.get_mut(number) {
            *last = text;
        }
    }

    /// Keeps a text that has been looked over in vain.
    pub(super) fn keep(&mut self, slot: usize, text: &'a str) {
        if let Some(known) = self.slots.get_mut(slot) {
            *known = text;
        }
    }

    /// Keeps a key that has nothing to take out and promises nothing.
    pub(super) fn keep_key(&mut self, slot: usize, key: &'a str) {
        if let Some(known) = self.keys.get_mut(slot) {
            *known = key;
        }
    }
}

fn look_up(slots: &[&str], text: &str) -> Known {
    if text.len() > LONGEST || slots.is_empty() {
        return Known::Never;
    }
    let slot = usize::try_from(hash64(text.as_bytes())).unwrap_or(0) & (slots.len() - 1);
    if slots.get(slot).is_some_and(|known| *known == text) { Known::Clean } else { Known::Not { slot } }
}

/// What is known of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// There is nothing to take out of it.
    Clean,
    /// Nothing yet; this is its slot.
    Not {
        /// Where it may be kept.
        slot: usize,
    },
    /// Nothing, and nothing will be.
    Never,
}
