//! Regular expressions of packs, of which the simple ones are walked instead of being run.
//!
//! What packs read out of messages is mostly `after (\d+) failures`: literals, and runs of characters that end where something
//! else begins. For these a general engine searches the text three times: for the end of a match, for its beginning, for its
//! groups. [`walk`] goes over the text once, and gives up where it does not know, for the engine to decide.

mod walk;

use std::ops::Deref;
use std::sync::OnceLock;

use regex::Regex;

use walk::{Outcome, Walk};

/// A regular expression.
///
/// ```
/// use gardener_engine::pattern::Pattern;
/// let pattern = Pattern::new(regex::Regex::new(r"after (\d+(?:\.\d+)?)s").unwrap());
/// assert_eq!(pattern.group("retry after 1.5s", 1), Some("1.5"));
/// ```
#[derive(Debug)]
pub struct Pattern {
    regex: Regex,
    /// Nothing where it is not simple; made once somebody asks.
    walk: OnceLock<Option<Box<Walk>>>,
}

impl Pattern {
    /// The expression, which was made with the default flags.
    #[must_use]
    pub fn new(regex: Regex) -> Self {
        Self { regex, walk: OnceLock::new() }
    }

    /// Whether it matches anywhere in a text.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        match self.walk(text, 0) {
            Outcome::Found(_) => true,
            Outcome::Nothing => false,
            Outcome::Unknown => self.regex.is_match(text),
        }
    }

    /// What a group holds of the first match in a text; 0 is all of the match.
    #[must_use]
    pub fn group<'t>(&self, text: &'t str, group: usize) -> Option<&'t str> {
        match self.walk(text, group) {
            Outcome::Found(range) => text.get(range?),
            Outcome::Nothing => None,
            Outcome::Unknown => Some(self.regex.captures(text)?.get(group)?.as_str()),
        }
    }

    fn walk(&self, text: &str, group: usize) -> Outcome {
        match self.walk.get_or_init(|| Walk::new(self.regex.as_str()).map(Box::new)) {
            Some(walk) => walk.find(text.as_bytes(), group),
            None => Outcome::Unknown,
        }
    }
}

impl Deref for Pattern {
    type Target = Regex;

    fn deref(&self) -> &Regex {
        &self.regex
    }
}
