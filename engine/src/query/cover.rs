//! Whether one query holds wherever another does, as far as that follows from their tests alone.
//!
//! Only what is certain is answered with yes: a test that holds of a value says something of that value, and another test
//! either follows from it or is taken not to.

use std::cmp::Ordering;

use super::fold::Needle;
use super::function::Function;
use super::lexer::Op;
use super::marks::Marks;
use super::number::Decimal;
use super::test::{FieldTest, Free, Global, Matcher, Probe, Test};
use crate::entry::LogSeverity;

/// Pairs of tests that are looked at for two queries; what takes more is taken not to follow.
const MAX_STEPS: u32 = 2000;

/// Whether `wide` holds for every entry for which `narrow` does.
pub(super) fn covers(wide: &Test, narrow: &Test) -> bool {
    follows(narrow, wide, &mut MAX_STEPS.clone())
}

/// What is known of the texts of a test before another one is held against it.
#[derive(Debug)]
pub(super) struct Gist {
    /// Of all its texts; nothing where anything may follow from it.
    texts: Option<Marks>,
    /// Of texts one of which is among those of whatever it follows from; nothing where none are known.
    sought: Option<Vec<Marks>>,
}

impl Gist {
    pub(super) fn of(test: &Test) -> Self {
        let mut texts = Marks::default();
        Self { texts: add_texts(test, &mut texts).then_some(texts), sought: sought(test) }
    }

    /// Whether it may follow from another one; for most pairs it is certain without a closer look that it does not.
    pub(super) fn may_follow(&self, given: &Self) -> bool {
        let (Some(sought), Some(texts)) = (&self.sought, &given.texts) else { return true };
        sought.iter().any(|one| texts.may_hold(one))
    }
}

/// The texts of a field's or of any field's test.
fn matcher(test: &Test) -> Option<&Matcher> {
    match test {
        Test::Field(FieldTest { probe: Probe::Text(matcher) | Probe::Free(Free { matcher, .. }), .. }) => Some(matcher),
        _ => None,
    }
}

fn sought(test: &Test) -> Option<Vec<Marks>> {
    let text = match (test, matcher(test)) {
        // All of it must follow: the part that says most is looked at.
        (Test::All(parts), _) => {
            let says = |sought: &Vec<Marks>| sought.iter().map(Marks::count).min();
            return parts.iter().filter_map(sought).max_by_key(says);
        }
        (Test::Any(parts), _) => {
            let all: Option<Vec<_>> = parts.iter().map(sought).collect();
            return Some(all?.concat());
        }
        (Test::Global(global), _) => global.needle.as_str(),
        (_, Some(Matcher::Compare(Op::Has, needle))) => needle.as_str(),
        (_, Some(Matcher::Regex { regex, .. })) => regex.as_str(),
        _ => return None,
    };
    Some(vec![Marks::of(text)])
}

fn add_texts(test: &Test, texts: &mut Marks) -> bool {
    match (test, matcher(test)) {
        // From what never holds, everything follows.
        (Test::Any(parts), _) if parts.is_empty() => return false,
        (Test::All(parts) | Test::Any(parts), _) => return parts.iter().all(|part| add_texts(part, texts)),
        (Test::Global(global), _) => texts.add(global.needle.as_str()),
        (_, Some(Matcher::Compare(_, needle))) => texts.add(needle.as_str()),
        (_, Some(Matcher::Regex { regex, .. })) => {
            texts.add(regex.as_str());
            regex.required().unwrap_or_default().iter().for_each(|text| texts.add(text));
        }
        _ => {}
    }
    true
}

/// Whether a test holds for no entry at all, as far as log severities tell.
pub(super) fn is_never(test: &Test) -> bool {
    match test {
        Test::Any(parts) => !parts.is_empty() && parts.iter().all(is_never),
        Test::All(parts) => parts.iter().any(is_never) || !severities(test).contains(&true),
        Test::Field(_) | Test::Not(_) => !severities(test).contains(&true),
        Test::Global(_) | Test::Function(_) => false,
    }
}

/// The log severities that an entry may have for which a test holds: those that are left out, it surely has not.
pub(super) fn severities(test: &Test) -> [bool; LogSeverity::ALL.len()] {
    let all = [true; LogSeverity::ALL.len()];
    let both = |one: [bool; LogSeverity::ALL.len()],
                other: [bool; LogSeverity::ALL.len()],
                join: fn(bool, bool) -> bool| {
        let mut joined = all;
        joined.iter_mut().zip(one.into_iter().zip(other)).for_each(|(joined, (one, other))| *joined = join(one, other));
        joined
    };
    match test {
        Test::Field(FieldTest { probe: Probe::Severity(op, wanted), .. }) => accepted(*op, *wanted),
        Test::Not(inner) if is_of_severity(inner) => severities(inner).map(|is| !is),
        Test::All(parts) => parts.iter().map(severities).fold(all, |one, other| both(one, other, |a, b| a && b)),
        Test::Any(parts) if !parts.is_empty() => parts
            .iter()
            .map(severities)
            .fold([false; LogSeverity::ALL.len()], |one, other| both(one, other, |a, b| a || b)),
        _ => all,
    }
}

/// Whether a test asks for nothing but the log severity: then [`severities`] are those for which it holds.
pub(super) fn is_of_severity(test: &Test) -> bool {
    match test {
        Test::All(parts) | Test::Any(parts) => !parts.is_empty() && parts.iter().all(is_of_severity),
        Test::Not(inner) => is_of_severity(inner),
        test => is_severity(test),
    }
}

/// Whether `then` follows from `given`.
fn follows(given: &Test, then: &Test, steps: &mut u32) -> bool {
    let Some(left) = steps.checked_sub(1) else { return false };
    *steps = left;
    if let Test::All(parts) = then {
        // Most queries ask for a log severity and differ in the rest, which is told faster.
        let of = |severities| parts.iter().filter(move |part| is_severity(part) == severities);
        return of(false).chain(of(true)).all(|part| follows(given, part, steps));
    }
    if let Test::Any(parts) = given {
        return parts.iter().all(|part| follows(part, then, steps));
    }
    if let Test::Any(parts) = then
        && parts.iter().any(|part| follows(given, part, steps))
    {
        return true;
    }
    match (given, then) {
        (_, Test::Field(FieldTest { probe: Probe::Severity(op, wanted), .. })) if is_always(*op, *wanted) => true,
        (Test::All(parts), _) => parts.iter().any(|part| follows(part, then, steps)),
        (Test::Not(given), Test::Not(then)) => follows(then, given, steps),
        (Test::Global(given), Test::Global(then)) => of_globals(given, then),
        (Test::Field(given), Test::Field(then)) => of_fields(given, then),
        (Test::Function(given), Test::Function(then)) => of_functions(given, then),
        _ => false,
    }
}

fn is_severity(test: &Test) -> bool {
    matches!(test, Test::Field(FieldTest { probe: Probe::Severity(..), .. }))
}

/// The log severities for which a comparison holds.
fn accepted(op: Op, wanted: Decimal) -> [bool; LogSeverity::ALL.len()] {
    LogSeverity::ALL.map(|severity| op.accepts(Decimal::Whole(severity as i128).compare(wanted)))
}

/// Whether a comparison holds for every log severity: `severity>=DEFAULT`.
fn is_always(op: Op, wanted: Decimal) -> bool {
    accepted(op, wanted).iter().all(|accepts| *accepts)
}

fn of_globals(given: &Global, then: &Global) -> bool {
    let severities = given.in_severity.iter().zip(&then.in_severity);
    given.needle.as_str().contains(then.needle.as_str())
        && (!given.in_numbers || then.in_numbers)
        && (given.boolean.is_none() || given.boolean == then.boolean)
        && severities.into_iter().all(|(given, then)| !given || *then)
}

fn of_fields(given: &FieldTest, then: &FieldTest) -> bool {
    if given.path != then.path || (given.when_absent && !then.when_absent) {
        return false;
    }
    match (&given.probe, &then.probe) {
        (Probe::Severity(op, wanted), Probe::Severity(other, limit)) => {
            let both = accepted(*op, *wanted).into_iter().zip(accepted(*other, *limit));
            both.into_iter().all(|(given, then)| !given || then)
        }
        // An entry has a severity although the field is not there.
        (Probe::Severity(..), Probe::Present { .. }) => false,
        (_, Probe::Present { .. }) => true,
        (Probe::Timestamp(op, at), Probe::Timestamp(other, limit)) => of_order(*op, *other, at.cmp(limit)),
        (Probe::Integer(op, number), Probe::Integer(other, limit)) => of_numbers((*op, *number), (*other, *limit)),
        (Probe::Boolean(op, value), Probe::Boolean(other, limit)) => [false, true]
            .iter()
            .all(|found| !op.accepts(Some(found.cmp(value))) || other.accepts(Some(found.cmp(limit)))),
        (Probe::Duration(op, length), Probe::Duration(other, limit)) => of_order(*op, *other, length.cmp(limit)),
        (Probe::Text(given), Probe::Text(then)) => of_matchers(given, then),
        (Probe::Free(given), Probe::Free(then)) => of_free(given, then),
        _ => false,
    }
}

/// Whether `x then b` follows from `x given a`, where `order` is that of `a` to `b`.
fn of_order(given: Op, then: Op, order: Ordering) -> bool {
    use Op::{Equal, Greater, GreaterOrEqual, Has, Less, LessOrEqual, Unequal};
    match (given, then) {
        (Equal | Has, then) => then.accepts(Some(order)),
        (Unequal, then) => then == Unequal && order == Ordering::Equal,
        (Greater, Greater | GreaterOrEqual | Unequal) => order != Ordering::Less,
        (GreaterOrEqual, GreaterOrEqual) => order != Ordering::Less,
        (GreaterOrEqual, Greater | Unequal) => order == Ordering::Greater,
        (Less, Less | LessOrEqual | Unequal) => order != Ordering::Greater,
        (LessOrEqual, LessOrEqual) => order != Ordering::Greater,
        (LessOrEqual, Less | Unequal) => order == Ordering::Less,
        _ => false,
    }
}

fn of_numbers((given, number): (Op, Decimal), (then, limit): (Op, Decimal)) -> bool {
    // Beyond these a whole number may be equal to its neighbour, once it is compared with a fraction.
    let is_exact = |number: Decimal| matches!(number, Decimal::Whole(n) if n.unsigned_abs() < 1 << 53);
    is_exact(number) && is_exact(limit) && number.compare(limit).is_some_and(|order| of_order(given, then, order))
}

fn of_matchers(given: &Matcher, then: &Matcher) -> bool {
    match (given, then) {
        (Matcher::Regex { regex, negated }, Matcher::Regex { regex: other, negated: not }) => {
            regex.as_str() == other.as_str() && negated == not
        }
        (Matcher::Regex { regex, negated: false }, Matcher::Compare(Op::Has, part)) => {
            regex.required().is_some_and(|texts| texts.iter().all(|text| text.contains(part.as_str())))
        }
        (Matcher::Compare(Op::Has, text), Matcher::Compare(Op::Has, part)) => holds(text, part),
        (Matcher::Compare(Op::Equal, text), Matcher::Compare(Op::Has, part)) => holds(text, part),
        (Matcher::Compare(Op::Has, _), Matcher::Compare(..)) => false,
        (Matcher::Compare(op, text), Matcher::Compare(other, limit)) => of_texts((*op, text), (*other, limit)),
        _ => false,
    }
}

/// Whether a text that holds `text` holds `part`.
fn holds(text: &Needle, part: &Needle) -> bool {
    text.as_str().contains(part.as_str())
}

fn of_texts((given, text): (Op, &Needle), (then, limit): (Op, &Needle)) -> bool {
    of_order(given, then, text.as_str().chars().cmp(limit.as_str().chars()))
}

/// The same for values whose type is known only when they are seen: it must follow for each.
fn of_free(given: &Free, then: &Free) -> bool {
    let (op, other) = (given.matcher.op(), then.matcher.op());
    let is_same = op == other
        && of_matchers(&given.matcher, &then.matcher)
        && of_matchers(&then.matcher, &given.matcher)
        && (given.number, given.boolean, given.duration) == (then.number, then.boolean, then.duration)
        && given.is_null == then.is_null;
    if is_same {
        return true;
    }
    let is_plain = |free: &Free| free.boolean.is_none() && free.duration.is_none() && !free.is_null;
    if !is_plain(given) || !is_plain(then) {
        return false;
    }
    match (&given.matcher, &then.matcher) {
        // `:` also looks at the keys of objects, which must be equal; a regular expression at texts only.
        (Matcher::Compare(Op::Has, _), _) => false,
        (Matcher::Compare(Op::Equal, _), Matcher::Compare(Op::Has, _)) => {
            given.number.is_none() && of_matchers(&given.matcher, &then.matcher)
        }
        (Matcher::Compare(..), Matcher::Compare(..)) => {
            let numbers = match (given.number, then.number) {
                (None, _) => true,
                (Some(number), Some(limit)) => of_numbers((op, number), (other, limit)),
                (Some(_), None) => false,
            };
            numbers && of_matchers(&given.matcher, &then.matcher)
        }
        (Matcher::Regex { .. }, _) => of_matchers(&given.matcher, &then.matcher),
        (Matcher::Compare(..), Matcher::Regex { .. }) => false,
    }
}

fn of_functions(given: &Function, then: &Function) -> bool {
    match (given, then) {
        (Function::LogId(given), Function::LogId(then)) => given.eq_ignore_ascii_case(then),
        (Function::InNet { path, net }, Function::InNet { path: other, net: wider }) => {
            path == other && wider.holds(*net)
        }
        (
            Function::Sample { path, fraction, when_absent },
            Function::Sample { path: other, fraction: more, when_absent: absent },
        ) => path == other && fraction <= more && (!when_absent || *absent),
        (Function::Search { path, search }, Function::Search { path: other, search: fewer }) => {
            path == other && fewer.terms().all(|term| search.terms().any(|own| own.as_str() == term.as_str()))
        }
        _ => false,
    }
}
