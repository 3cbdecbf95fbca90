//! Places of a script that are reached or not, and how long its functions took.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

/// A piece of a script that a call may reach.
#[derive(Debug)]
pub struct Site {
    /// What it is.
    pub kind: SiteKind,
    /// The word where it begins, in bytes of the script.
    pub range: Range<usize>,
    /// The word where it ends, as far as it is known without the sites in it.
    pub end: usize,
    /// The site that it is part of, by its place among the script's.
    pub parent: Option<usize>,
    reached: AtomicU64,
}

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SiteKind {
    /// A function with a name.
    Function,
    /// A function without one: `|x| …`.
    Closure,
    /// A statement.
    Statement,
    /// What an `if` does where its condition holds.
    Then,
    /// What an `if` does where it does not.
    Else,
    /// That the condition of an `if` without `else` does not hold.
    NoElse,
    /// An arm of a `switch`.
    Arm,
    /// That no arm of a `switch` without `_` applies.
    NoArm,
    /// What a loop does.
    Loop,
    /// What happens where something in a `try` fails.
    Catch,
    /// An operand that is passed over where the ones before it decide; the operator stands before it.
    Operand(&'static str),
}

impl SiteKind {
    /// Whether it is one way of several that a script can go.
    #[must_use]
    pub fn is_branch(self) -> bool {
        !matches!(self, Self::Function | Self::Closure | Self::Statement)
    }
}

impl Site {
    pub(super) fn new(kind: SiteKind, range: Range<usize>, end: usize, parent: Option<usize>) -> Self {
        let end = end.max(range.end);
        Self { kind, range, end, parent, reached: AtomicU64::new(0) }
    }

    pub(super) fn reach(&self) {
        self.reached.fetch_add(1, Ordering::Relaxed);
    }

    /// How often it was reached so far.
    #[must_use]
    pub fn reached(&self) -> u64 {
        self.reached.load(Ordering::Relaxed)
    }
}

/// How long the calls of a function took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionTime {
    /// Which script, by its place among the sources.
    pub script: usize,
    /// Its name.
    pub name: String,
    /// How many parameters it has.
    pub parameters: usize,
    /// Where its name stands in the script.
    pub range: Range<usize>,
    /// How often it was called.
    pub calls: u64,
    /// Nanoseconds in it and in what it called.
    pub total: u64,
    /// Nanoseconds in it, without the functions of scripts that it called.
    pub own: u64,
}
