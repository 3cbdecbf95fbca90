//! A query held against an entry part by part: which parts hold, which do not, and what the entry has in their place.
//!
//! The tree that was read and the tests that were made of it have one shape, so that both are walked side by side and each
//! test is asked itself: a trace cannot come to another verdict than [`Query::matches`].

mod found;
mod hint;
mod near;

pub(crate) use found::excerpt;
pub use found::{Found, FoundKind, FoundValue};

use std::ops::Range;

use serde::{Serialize, Serializer};

use super::Query;
use super::function::Function;
use super::lexer::Op;
use super::syntax::{Call, Comparison, Expression, Primary, Text, Tree, TreeKind, write_name};
use super::test::{FieldTest, Test};
use crate::entry::Entry;

/// A part of a query, held against an entry.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trace {
    /// How it is made of others.
    pub kind: TraceKind,
    /// The part, written out on one line.
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// What the entry has where the part looks; nothing where it looks at no field in particular.
    pub found: Option<Found>,
    /// How near it is to holding, from 0 to 1; 1 where it holds.
    #[serde(serialize_with = "rounded")]
    pub nearness: f64,
    /// What may help to understand why it does not hold. May quote the entry.
    pub hint: Option<String>,
    /// Whether it asks that something be not so: `!=`, `!~`.
    #[serde(skip)]
    is_negative: bool,
    /// Where the part stands in the query's text.
    #[serde(skip)]
    pub range: Range<usize>,
    /// What it joins; for the comparison of a field with several values, one for each value.
    pub parts: Vec<Trace>,
}

/// How a part of a query is made of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum TraceKind {
    /// All its parts must hold.
    All,
    /// One of its parts must hold.
    Any,
    /// Its part must not hold.
    Not,
    /// A single test.
    Test,
}

/// How much of a query holds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Tests that hold, of the best way to make all hold.
    pub held: usize,
    /// All tests on that way.
    pub total: usize,
    /// The same by what they tell, with what nearly holds counted in part.
    score: f64,
    weight: f64,
}

/// What it tells that an entry has a log severity, beside one for any other test: most entries have one of a few.
const SEVERITY: f64 = 0.25;

impl Trace {
    fn new(kind: TraceKind, text: String, holds: bool, parts: Vec<Self>) -> Self {
        let nearness = if holds { 1.0 } else { 0.0 };
        Self { kind, text, holds, found: None, nearness, hint: None, is_negative: false, range: 0..0, parts }
    }

    /// The trace of no query, which holds of everything.
    pub(crate) fn nothing() -> Self {
        Self::new(TraceKind::All, String::new(), true, Vec::new())
    }

    fn test(text: String, holds: bool) -> Self {
        Self::new(TraceKind::Test, text, holds, Vec::new())
    }

    /// Whether people see one test in it: a single one, or that a field has one of several values.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.kind == TraceKind::Test || self.found.is_some()
    }

    /// The first test, from left to right, because of which it does not hold; itself where none of its parts alone is to
    /// blame. Nothing where it holds.
    #[must_use]
    pub fn failure(&self) -> Option<&Self> {
        if self.holds {
            return None;
        }
        match self.kind {
            TraceKind::All if !self.is_one() => self.parts.iter().find_map(Self::failure).or(Some(self)),
            _ => Some(self),
        }
    }

    /// The test to look at first where it does not hold: of what must hold the first that fails, of several any of which may
    /// hold the one that comes nearest. Nothing where it holds.
    #[must_use]
    pub fn blame(&self) -> Option<&Self> {
        match self.failure()? {
            any if any.kind == TraceKind::Any && !any.is_one() => {
                // Of equals the first: `max_by` would take the last.
                let nearest = any.parts.iter().rev().max_by(|a, b| a.share().ratio().total_cmp(&b.share().ratio()));
                nearest.and_then(Self::blame).or(Some(any))
            }
            failure => Some(failure),
        }
    }

    /// What it tells of an entry that this holds.
    fn weight(&self) -> f64 {
        let is = |like: fn(&Found) -> bool| self.found.as_ref().is_some_and(like);
        let is_severity = is(|found| found.path == "severity");
        let is_absent = is(|found| found.values.is_empty());
        match self.kind {
            // That something is not there, or not so, holds of nearly all entries.
            _ if self.holds && (self.kind == TraceKind::Not || self.is_negative || is_absent) => 0.0,
            _ if is_severity => SEVERITY,
            _ => 1.0,
        }
    }

    /// How much of it holds.
    #[must_use]
    pub fn share(&self) -> Share {
        if self.is_one() || self.kind == TraceKind::Not {
            let weight = self.weight();
            return Share { held: usize::from(self.holds), total: 1, score: self.nearness * weight, weight };
        }
        let parts = self.parts.iter().map(Self::share);
        if self.kind == TraceKind::All {
            return parts.fold(Share::default(), |sum, part| Share {
                held: sum.held + part.held,
                total: sum.total + part.total,
                score: sum.score + part.score,
                weight: sum.weight + part.weight,
            });
        }
        let holding = self.parts.iter().find(|part| part.holds).map(Self::share);
        // Of several, `max_by` takes the last: the first is meant.
        holding.or_else(|| parts.rev().max_by(|a, b| a.ratio().total_cmp(&b.ratio()))).unwrap_or_default()
    }
}

/// To two digits: it is a measure, and more would seem to say something.
pub(crate) fn rounded<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((number * 100.0).round() / 100.0)
}

impl Share {
    /// How near all of it is to holding, from 0 to 1; 1 only where all of it holds.
    #[must_use]
    pub fn ratio(self) -> f64 {
        if self.held == self.total { 1.0 } else { self.score / self.weight.max(f64::MIN_POSITIVE) }
    }
}

impl Query {
    /// Holds the query against an entry part by part. It holds where [`Query::matches`] says so; it takes longer.
    ///
    /// ```
    /// use gardener_engine::{entry::Batch, query::Query, redact::Redactor};
    /// let mut batch = Batch::new();
    /// batch.push_json(r#"{"severity":"WARNING","textPayload":"disk is full"}"#, &mut Vec::new());
    /// let batch = Redactor::default().batch(batch);
    /// let entry = batch.entries(&[]).next().unwrap();
    /// let query = Query::parse("severity>=ERROR AND textPayload:disk").query.unwrap();
    /// let trace = query.trace(&entry);
    /// assert_eq!(trace.failure().unwrap().text, "severity>=ERROR");
    /// assert_eq!(trace.failure().unwrap().found.as_ref().unwrap().values[0].text, "WARNING");
    /// ```
    #[must_use]
    pub fn trace(&self, entry: &Entry<'_>) -> Trace {
        match &self.tree {
            Some(tree) => expression(tree, &self.test, entry),
            None => Trace { holds: self.test.holds(entry), ..Trace::nothing() },
        }
    }
}

fn expression(tree: &Expression, test: &Test, entry: &Entry<'_>) -> Trace {
    joined(tree, test, entry, &ToString::to_string, &|primary, test| match primary {
        Primary::Global(text) => global(text, test, entry),
        Primary::Comparison(values) => comparison(values, test, entry),
        Primary::Call(of) => call(of, test, entry),
    })
}

/// A tree of things joined by operators beside the tests that were made of it.
fn joined<L>(
    tree: &Tree<L>,
    test: &Test,
    entry: &Entry<'_>,
    text: &dyn Fn(&Tree<L>) -> String,
    leaf: &dyn Fn(&L, &Test) -> Trace,
) -> Trace {
    let (kind, trees, tests) = match (&tree.kind, test) {
        (TreeKind::Leaf(of), test) => return Trace { range: tree.range.clone(), ..leaf(of, test) },
        (TreeKind::And(trees), Test::All(tests)) => (TraceKind::All, trees.as_slice(), tests.as_slice()),
        (TreeKind::Or(trees), Test::Any(tests)) => (TraceKind::Any, trees.as_slice(), tests.as_slice()),
        (TreeKind::Not(tree), Test::Not(test)) => {
            (TraceKind::Not, std::slice::from_ref(&**tree), std::slice::from_ref(&**test))
        }
        // They are made of each other; were they not, the verdict would be all that is known.
        (_, test) => return Trace { range: tree.range.clone(), ..Trace::test(text(tree), test.holds(entry)) },
    };
    let parts: Vec<Trace> = trees.iter().zip(tests).map(|(tree, test)| joined(tree, test, entry, text, leaf)).collect();
    // Each test is asked once, at the leaves: of a long text that takes its time.
    let mut verdicts = parts.iter().map(|part| part.holds);
    let holds = match kind {
        TraceKind::Any => verdicts.any(|holds| holds),
        TraceKind::Not => !verdicts.all(|holds| holds),
        TraceKind::All | TraceKind::Test => verdicts.all(|holds| holds),
    };
    let mut trace = Trace { range: tree.range.clone(), ..Trace::new(kind, text(tree), holds, parts) };
    if !trace.holds {
        trace.nearness = match kind {
            TraceKind::All | TraceKind::Any => trace.share().ratio(),
            // What holds and should not is as far from it as can be told.
            TraceKind::Not | TraceKind::Test => 0.0,
        };
    }
    trace
}

fn comparison(comparison: &Comparison, test: &Test, entry: &Entry<'_>) -> Trace {
    let written = |values: &Tree<Text>| {
        let mut text = String::new();
        for (at, (name, _)) in comparison.path.names.iter().enumerate() {
            text.push_str(if at > 0 { "." } else { "" });
            // Writing into a text cannot fail.
            let _ = write_name(&mut text, name);
        }
        text.push_str(comparison.op.symbol());
        let _ = super::syntax::write_values(values, &mut text);
        text
    };
    let mut trace = joined(&comparison.values, test, entry, &written, &|value, test| {
        let text = written(&Tree::leaf(value.clone(), value.range.clone()));
        let mut trace = Trace::test(text, test.holds(entry));
        trace.is_negative = matches!(comparison.op, Op::Unequal | Op::NoMatch);
        if let Test::Field(field) = test {
            explain_field(&mut trace, field, entry);
        }
        trace
    });
    trace.is_negative = matches!(comparison.op, Op::Unequal | Op::NoMatch);
    if matches!(trace.kind, TraceKind::Any | TraceKind::Not) {
        // Its values speak of one field: what that holds is said once.
        let telling = trace.parts.iter().find(|part| part.holds != trace.holds).or(trace.parts.first());
        trace.found = telling.and_then(|part| part.found.clone());
        trace.hint = telling.and_then(|part| part.hint.clone());
    }
    trace
}

fn explain_field(trace: &mut Trace, field: &FieldTest, entry: &Entry<'_>) {
    trace.found = Some(found::at(entry, &field.path, &|text| near::focus(&field.probe, text)));
    if !trace.holds {
        let (nearness, hint) = hint::of_field(field, entry).unzip();
        trace.nearness = near::of_field(field, entry).max(nearness.unwrap_or(0.0));
        trace.hint = hint;
    }
}

fn global(text: &Text, test: &Test, entry: &Entry<'_>) -> Trace {
    let mut trace = Trace::test(text.to_string(), test.holds(entry));
    if !trace.holds {
        trace.nearness = entry.message().map_or(0.0, |message| near::within(&text.text, message));
    }
    trace
}

fn call(call: &Call, test: &Test, entry: &Entry<'_>) -> Trace {
    let mut trace = Trace::test(call.to_string(), test.holds(entry));
    let Test::Function(function) = test else { return trace };
    trace.found = match function {
        Function::Search { path: None, .. } => None,
        _ => function.path().map(|path| found::at(entry, &path, &|_| None)),
    };
    if let Function::Search { path, search } = function
        && !trace.holds
    {
        let missing: Vec<&str> = search
            .terms()
            .filter(|term| !found::any_text(entry, path.as_ref(), &mut |t| term.is_in(t)))
            .map(|term| term.as_str())
            .collect();
        trace.nearness = near::share_of(search.terms().count() - missing.len(), search.terms().count());
        trace.hint = hint::missing(&missing);
    }
    trace
}

#[cfg(test)]
mod tests;
