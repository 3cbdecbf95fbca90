//! Texts that must be in an entry for a query to match it, so that most queries need not be tried on most entries.
//!
//! A set of literals speaks for a query if every entry that matches holds one of them. It is sound because an ASCII
//! character of a query is equal only to the same ASCII character in either case (see [`super::fold`]), and because what can
//! match without text (numbers, defaults, nulls, durations, keys) either gives no literal or one of its own place.

mod pattern;

pub(super) use pattern::required;

use std::collections::BTreeSet;

use super::function::Function;
use super::lexer::Op;
use super::number::may_be_in_number;
use super::test::{FieldTest, Global, Matcher, Probe, Test};
use super::{Literal, LiteralIn};
use crate::entry::{Field, FieldPath, Root};

/// Literals that one query may have.
const MAX_LITERALS: usize = 64;

/// Shorter texts are in nearly every entry.
const MIN_LENGTH: usize = 2;

/// The literals of a query, and which of its [`Test::parts`] holds of every entry that has one of them, if one does.
pub(super) fn of(test: &Test) -> (Option<Vec<Literal>>, Option<usize>) {
    let (part, at, literals) = match test {
        Test::All(tests) => match best(tests) {
            Some((at, literals)) => (tests.get(at), at, Some(literals)),
            None => (None, 0, None),
        },
        test => (Some(test), 0, set(test)),
    };
    let literals = literals.map(|mut literals| {
        literals.sort();
        literals.dedup();
        literals
    });
    let told = (literals.is_some() && part.is_some_and(is_told)).then_some(at);
    (literals, told)
}

/// The test of some that must all hold whose literals are worth most.
fn best(tests: &[Test]) -> Option<(usize, Vec<Literal>)> {
    let sets = tests.iter().enumerate().filter_map(|(at, test)| Some((at, set(test)?)));
    sets.max_by_key(|(_, set)| worth(set))
}

/// Whether a test holds of every entry that has one of its literals: where these are all of what is looked for.
fn is_told(test: &Test) -> bool {
    match test {
        Test::Any(tests) => tests.iter().all(is_told),
        Test::Field(FieldTest { path, probe: Probe::Text(Matcher::Compare(Op::Has, needle)), .. }) => {
            path.root() == Root::Message && needle.as_str().is_ascii()
        }
        _ => false,
    }
}

fn set(test: &Test) -> Option<Vec<Literal>> {
    match test {
        Test::All(tests) => best(tests).map(|(_, set)| set),
        Test::Any(tests) => {
            let mut all = Vec::new();
            for test in tests {
                all.extend(set(test)?);
            }
            (!all.is_empty() && all.len() <= MAX_LITERALS).then_some(all)
        }
        Test::Not(_) => None,
        Test::Global(global) => of_global(global),
        Test::Field(field) => of_field(field),
        Test::Function(Function::Search { path, search }) => {
            let place = path.clone().map_or(LiteralIn::AnyText, LiteralIn::Path);
            let longest = search.terms().filter_map(|term| ascii_run(term.as_str())).max_by_key(|text| text.len())?;
            Some(vec![Literal { place, text: longest.to_owned() }])
        }
        Test::Function(Function::LogId(_) | Function::InNet { .. } | Function::Sample { .. }) => None,
    }
}

/// How much a set is worth: its shortest literal counts, then how few they are. A literal that is looked for in the message
/// alone is worth more than one that all text must be searched for. What tells of the log or the resource is the same in very
/// many entries, however long it is.
fn worth(set: &[Literal]) -> (usize, usize) {
    let of_one = |literal: &Literal| {
        let length = literal.text.len().min(8);
        match &literal.place {
            LiteralIn::Path(path) if path.root() == Root::Message => length + 3,
            LiteralIn::Path(path) if matches!(path.root(), Root::Field(Field::LogName | Field::Resource)) => MIN_LENGTH,
            LiteralIn::Path(_) | LiteralIn::Key(_) => length + 1,
            LiteralIn::AnyText => length,
        }
    };
    (set.iter().map(of_one).min().unwrap_or(0), MAX_LITERALS.saturating_sub(set.len()))
}

/// The longest run of ASCII in a folded text, if it is long enough.
fn ascii_run(text: &str) -> Option<&str> {
    text.split(|c: char| !c.is_ascii()).max_by_key(|run| run.len()).filter(|run| run.len() >= MIN_LENGTH)
}

fn of_global(global: &Global) -> Option<Vec<Literal>> {
    if global.in_numbers || global.boolean.is_some() || global.in_severity.contains(&true) {
        return None;
    }
    let text = ascii_run(global.needle.as_str())?;
    Some(vec![Literal { place: LiteralIn::AnyText, text: text.to_owned() }])
}

fn of_field(field: &FieldTest) -> Option<Vec<Literal>> {
    if field.when_absent {
        return None;
    }
    let (matcher, free) = match &field.probe {
        Probe::Text(matcher) => (matcher, None),
        Probe::Free(free) => (&free.matcher, Some(free)),
        _ => return None,
    };
    match matcher {
        Matcher::Regex { regex, negated: false } => {
            let texts = regex.required()?;
            let place = LiteralIn::Path(field.path.clone());
            Some(texts.iter().map(|text| Literal { place: place.clone(), text: text.clone() }).collect())
        }
        Matcher::Compare(op @ (Op::Has | Op::Equal), needle) => {
            let text = needle.as_str();
            let is_more_than_text = match free {
                None => may_be_in_number(text) && field.path.root() != Root::Message,
                Some(free) => {
                    free.number.is_some()
                        || free.boolean.is_some()
                        || free.is_null
                        || (free.duration.is_some() && *op == Op::Equal)
                }
            };
            if is_more_than_text {
                return None;
            }
            let run = ascii_run(text)?;
            let mut literals = vec![Literal { place: LiteralIn::Path(field.path.clone()), text: run.to_owned() }];
            if free.is_some() && *op == Op::Has {
                literals.push(Literal { place: LiteralIn::Key(field.path.clone()), text: run.to_owned() });
            }
            Some(literals)
        }
        _ => None,
    }
}

impl Test {
    /// Adds the paths that it reads.
    pub(super) fn paths(&self, paths: &mut BTreeSet<FieldPath>) {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().for_each(|test| test.paths(paths)),
            Self::Not(test) => test.paths(paths),
            Self::Field(field) => {
                paths.insert(field.path.clone());
            }
            Self::Function(function) => paths.extend(function.path()),
            Self::Global(_) => {}
        }
    }
}
