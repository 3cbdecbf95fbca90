//! What is said beside the templates of records that cannot be read, for no template stands for them.

use gardener_engine::render::{count, counted, neutral};
use gardener_engine::report::MalformedQuote;

use crate::context::Context;

/// The most records that are told one by one.
const SHOWN: usize = 5;

/// The records that cannot be read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    pub(super) count: u64,
    /// The first of them, in the order of the input.
    pub(super) quotes: Vec<MalformedQuote>,
}

impl Unread {
    /// Counts one more; its quote is only made where it is shown.
    pub(super) fn note(&mut self, quote: impl FnOnce() -> MalformedQuote) {
        self.count += 1;
        if self.quotes.len() < SHOWN {
            self.quotes.push(quote());
        }
    }

    /// Adds those of the next chunk, which is of this file.
    pub(super) fn add(&mut self, next: Self, file: &str) {
        self.count += next.count;
        let room = SHOWN.saturating_sub(self.quotes.len());
        let quotes = next.quotes.into_iter().take(room);
        self.quotes.extend(quotes.map(|quote| MalformedQuote { file: file.to_owned(), ..quote }));
    }

    /// Says how many there are, where the first of them stand, and why they cannot be read.
    pub(super) fn tell(&self, context: &Context) {
        if self.count > 0 && !context.is_quiet() {
            context.tell(&self.text());
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{} could not be read:\n", counted(self.count, "record", None));
        let shown = self.quotes.get(..SHOWN).unwrap_or(&self.quotes);
        for MalformedQuote { file, line, reason, quote } in shown {
            let row = format!("{file}:{line}: {reason}: {quote}");
            text.push_str(&format!("  {}\n", neutral::flat(&row)));
        }
        match self.count - shown.len() as u64 {
            0 => {}
            more => text.push_str(&format!("  and {} more\n", count(more))),
        }
        text
    }
}
