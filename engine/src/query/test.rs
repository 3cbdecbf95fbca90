//! A checked query in the form that entries are held against.

use regex::Regex;

use super::fold::Needle;
use super::function::Function;
use super::lexer::Op;
use super::number::Decimal;
use crate::entry::{FieldPath, LogSeverity, Timestamp};

/// What an entry must be like.
#[derive(Debug)]
pub(super) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    Global(Global),
    Field(FieldTest),
    Function(Function),
}

/// A text in any field.
#[derive(Debug)]
pub(super) struct Global {
    pub(super) needle: Needle,
    /// Whether numbers can hold it.
    pub(super) in_numbers: bool,
    /// The truth value that it names.
    pub(super) boolean: Option<bool>,
    /// For each severity, whether its name has it.
    pub(super) in_severity: [bool; LogSeverity::ALL.len()],
}

/// What one field must be like.
#[derive(Debug)]
pub(super) struct FieldTest {
    pub(super) path: FieldPath,
    /// Whether it holds for an entry without the field.
    pub(super) when_absent: bool,
    pub(super) probe: Probe,
}

/// What a value must be like.
#[derive(Debug)]
pub(super) enum Probe {
    /// There at all; a JSON null is, if `null` says so.
    Present {
        null: bool,
    },
    /// Numbers are the enumeration's.
    Severity(Op, Decimal),
    Timestamp(Op, Timestamp),
    Integer(Op, Decimal),
    Boolean(Op, bool),
    /// In nanoseconds.
    Duration(Op, i128),
    Text(Matcher),
    Free(Free),
}

/// What a text must be like.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Never with [`Op::Match`] or [`Op::NoMatch`].
    Compare(Op, Needle),
    Regex {
        regex: Regex,
        negated: bool,
        /// Texts of which every match of the expression holds one; nothing where none are known. To find them takes longer
        /// than to match, and all queries of a pack are compared with each other.
        required: Option<Vec<String>>,
    },
}

/// What a value must be like whose type is known only when it is seen.
#[derive(Debug)]
pub(super) struct Free {
    pub(super) matcher: Matcher,
    pub(super) number: Option<Decimal>,
    pub(super) boolean: Option<bool>,
    pub(super) duration: Option<i128>,
    pub(super) is_null: bool,
}

impl Matcher {
    pub(super) fn op(&self) -> Op {
        match self {
            Self::Compare(op, _) => *op,
            Self::Regex { negated: false, .. } => Op::Match,
            Self::Regex { negated: true, .. } => Op::NoMatch,
        }
    }
}
