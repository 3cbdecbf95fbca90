//! One entry that stands for many, with the place where people find it.

use serde::Serialize;

use crate::entry::{Batch, Entry};
use crate::pack::Pack;
use crate::tally::rank;
use crate::template;

/// Characters kept of a message.
const TEXT: usize = 200;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seat {
    /// Its capture, by the capture's place among those that are read.
    pub capture: usize,
    /// Its number among the records of its capture, from 1; what cannot be read counts too.
    pub number: u64,
}

/// The entry of least hash among many, so that which it is does not depend on their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Witness(Option<Seen>);

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    rank: u64,
    text: String,
    severity: &'static str,
    seat: Seat,
}

/// An entry as an example.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Specimen {
    /// The capture.
    pub capture: String,
    /// Its number among the records of the capture, from 1.
    pub number: u64,
    /// Its log severity.
    pub severity: &'static str,
    /// Its message, redacted and shortened.
    pub text: String,
}

impl Witness {
    /// Looks at an entry; `text` is asked for only where it may be the one.
    pub fn consider(&mut self, entry: &Entry<'_>, seat: Seat, text: impl FnOnce() -> String) {
        let rank = rank(entry);
        if self.0.as_ref().is_none_or(|seen| rank <= seen.rank) {
            self.merge(Self(Some(Seen { rank, text: text(), severity: entry.severity().name(), seat })));
        }
    }

    /// Takes up what was seen elsewhere.
    pub fn merge(&mut self, other: Self) {
        self.0 = match (self.0.take(), other.0) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
    }

    /// The entry, its capture by its name; nothing where none was seen.
    #[must_use]
    pub fn specimen(&self, captures: &[String]) -> Option<Specimen> {
        self.0.as_ref().map(|seen| Specimen {
            capture: captures.get(seen.seat.capture).cloned().unwrap_or_default(),
            number: seen.seat.number,
            severity: seen.severity,
            text: seen.text.clone(),
        })
    }
}

/// The message of an entry, or what stands for it, shortened.
#[must_use]
pub fn text(entry: &Entry<'_>) -> String {
    let mut text = String::new();
    match entry.message() {
        Some(message) => text.push_str(message.trim()),
        None => drop(template::of_entry(entry, &mut text)),
    }
    cut(&text, TEXT)
}

/// The same, without what another pack takes out too.
#[must_use]
pub fn text_for_both(entry: &Entry<'_>, pack: &Pack, other: &Pack) -> String {
    // The whole record, because what is secret may be known by the key it stands under.
    let record = entry.root().to_json().to_string();
    let mut batch = Batch::new();
    batch.push_json(&record, &mut Vec::new());
    let batch = other.redactor.batch(batch);
    batch.entries(&pack.message).next().map(|entry| text(&entry)).unwrap_or_default()
}

/// The beginning of a text, with `…` where something is left out.
pub(crate) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("").trim_end()),
        None => text.to_owned(),
    }
}
