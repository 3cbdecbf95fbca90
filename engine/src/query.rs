//! The Logging query language: parse, check, evaluate, extract literals.

use std::collections::BTreeSet;

use crate::diagnostic::Problem;
use crate::entry::{Entry, FieldPath};

/// A checked query.
#[derive(Debug)]
pub struct Query {
    text: String,
}

/// What came of reading a query: the query unless a problem is an error, and all problems, lints among them.
#[derive(Debug)]
pub struct Parsed {
    /// The query; nothing if a problem is an error.
    pub query: Option<Query>,
    /// Every problem found, in order of place.
    pub problems: Vec<Problem>,
}

/// Where a literal is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiteralIn {
    /// In the texts at this path, or below it.
    Path(FieldPath),
    /// In any text of the entry, keys left out.
    AnyText,
}

/// A text that must occur, in any ASCII case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// Where.
    pub place: LiteralIn,
    /// What: ASCII, in lower case, at least two bytes.
    pub text: String,
}

impl Query {
    /// Reads a query and checks it.
    #[must_use]
    pub fn parse(text: &str) -> Parsed {
        Parsed { query: Some(Self { text: text.to_owned() }), problems: Vec::new() }
    }

    /// Whether an entry matches.
    #[must_use]
    pub fn matches(&self, entry: &Entry<'_>) -> bool {
        entry.message() == Some(&self.text)
    }

    /// Literals of which every matching entry holds at least one; nothing where no such set is known.
    #[must_use]
    pub fn literals(&self) -> Option<Vec<Literal>> {
        None
    }

    /// The paths that it reads.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<FieldPath> {
        BTreeSet::new()
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}
