//! A checked query in the form that entries are held against.

use std::ops::Deref;
use std::sync::OnceLock;

use regex_syntax::hir::Look;

use super::fold::Needle;
use super::function::Function;
use super::lexer::Op;
use super::literals::required;
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

impl Test {
    /// What must all hold for it to hold.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// What it takes to ask it, roughly: what takes least is asked first.
    pub(super) fn effort(&self) -> u8 {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().map(Self::effort).max().unwrap_or(0),
            Self::Not(test) => test.effort(),
            Self::Field(FieldTest { probe: Probe::Text(matcher), .. }) => matcher.effort(),
            Self::Field(FieldTest { probe: Probe::Free(free), .. }) => free.matcher.effort(),
            Self::Field(_) => 0,
            Self::Global(_) | Self::Function(_) => 4,
        }
    }

    /// What is asked of fields, by its places.
    pub(super) fn fields(&self) -> Vec<&FieldTest> {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().flat_map(Self::fields).collect(),
            Self::Not(test) => test.fields(),
            Self::Field(field) => vec![field],
            Self::Global(_) | Self::Function(_) => Vec::new(),
        }
    }

    /// Gives what is asked of fields its places.
    pub(super) fn number_fields(&mut self, count: &mut usize) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter_mut().for_each(|test| test.number_fields(count)),
            Self::Not(test) => test.number_fields(count),
            Self::Field(field) => {
                field.at = *count;
                *count += 1;
            }
            Self::Global(_) | Self::Function(_) => {}
        }
    }
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
    /// Its place among those of its query.
    pub(super) at: usize,
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

/// A regular expression, and what is known of every match of it once somebody has asked.
#[derive(Debug)]
pub(super) struct Pattern {
    regex: crate::pattern::Pattern,
    required: OnceLock<Option<Vec<String>>>,
}

impl Pattern {
    pub(super) fn new(regex: crate::pattern::Pattern) -> Self {
        Self { regex, required: OnceLock::new() }
    }

    /// Texts of which every match holds one, see [`required`].
    pub(super) fn required(&self) -> Option<&[String]> {
        self.required.get_or_init(|| required(self.regex.hir())).as_deref()
    }
}

impl Deref for Pattern {
    type Target = crate::pattern::Pattern;

    fn deref(&self) -> &crate::pattern::Pattern {
        &self.regex
    }
}

/// What a text must be like.
#[derive(Debug)]
pub(super) enum Matcher {
    /// Never with [`Op::Match`] or [`Op::NoMatch`].
    Compare(Op, Needle),
    Regex {
        regex: Pattern,
        negated: bool,
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
    /// What it takes to hold a text against it: most texts do not begin as an expression wants them to, which is soon seen.
    fn effort(&self) -> u8 {
        match self {
            Self::Compare(Op::Has, _) => 2,
            Self::Compare(..) => 1,
            Self::Regex { regex, .. } if regex.hir().properties().look_set_prefix().contains(Look::Start) => 1,
            Self::Regex { .. } => 3,
        }
    }

    pub(super) fn op(&self) -> Op {
        match self {
            Self::Compare(op, _) => *op,
            Self::Regex { negated: false, .. } => Op::Match,
            Self::Regex { negated: true, .. } => Op::NoMatch,
        }
    }
}
