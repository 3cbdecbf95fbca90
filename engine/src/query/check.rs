//! A query's tree checked: names, types, values, functions; and the tests that come of it.

mod call;
mod lint;
mod pattern;
mod re2;

use super::codes;
use super::evaluate::boolean;
use super::fold::Needle;
use super::lexer::Op;
use super::number::{Decimal, duration, may_be_in_number};
use super::schema::{Type, is_defaulted, resolve};
use super::syntax::{Comparison, Expression, Primary, Text, Tree, TreeKind};
use super::test::{FieldTest, Free, Global, Matcher, Pattern, Probe, Test};
use crate::diagnostic::{Code, Problem, nearest};
use crate::entry::{LogSeverity, Timestamp};

/// A check in progress.
pub(super) struct Checker<'q> {
    source: &'q str,
    problems: Vec<Problem>,
}

/// Checks a tree; nothing if an error is among the problems.
pub(super) fn check(source: &str, tree: &Expression) -> (Option<Test>, Vec<Problem>) {
    let mut checker = Checker { source, problems: Vec::new() };
    checker.lint(tree);
    let test = checker.tree(tree, &mut |checker, primary| checker.primary(primary));
    (test, checker.problems)
}

impl Checker<'_> {
    fn tree<L>(&mut self, tree: &Tree<L>, leaf: &mut dyn FnMut(&mut Self, &L) -> Option<Test>) -> Option<Test> {
        // All parts are checked before the first failure counts, so that all their problems are found.
        let (parts, kind): (_, fn(Vec<Test>) -> Test) = match &tree.kind {
            TreeKind::Leaf(primary) => return leaf(self, primary),
            TreeKind::Not(inner) => return self.tree(inner, leaf).map(|test| Test::Not(Box::new(test))),
            TreeKind::And(parts) => (parts, Test::All),
            TreeKind::Or(parts) => (parts, Test::Any),
        };
        let tests: Vec<Option<Test>> = parts.iter().map(|part| self.tree(part, leaf)).collect();
        tests.into_iter().collect::<Option<Vec<Test>>>().map(kind)
    }

    fn primary(&mut self, primary: &Primary) -> Option<Test> {
        match primary {
            Primary::Global(text) => Some(Test::Global(Global::new(&text.text))),
            Primary::Comparison(comparison) => self.comparison(comparison),
            Primary::Call(call) => self.call(call).map(Test::Function),
        }
    }

    fn comparison(&mut self, comparison: &Comparison) -> Option<Test> {
        let (path, kind) = match resolve(&comparison.path) {
            Ok(resolved) => resolved,
            Err(problem) => {
                self.problems.push(problem);
                return None;
            }
        };
        let op = comparison.op;
        let suits = match kind {
            Type::Object => op == Op::Has || self.is_null_group(comparison),
            Type::Text | Type::Free => true,
            _ => !op.is_regex(),
        };
        if !suits {
            self.problems.push(wrong_operator(comparison, kind));
            return None;
        }
        self.tree(&comparison.values, &mut |checker, text| {
            let probe = checker.probe(comparison, kind, text)?;
            let when_absent = is_defaulted(&path, kind) && probe.holds_for_default();
            Some(Test::Field(FieldTest { path: path.clone(), at: 0, when_absent, probe }))
        })
    }

    /// Whether an object is compared with nothing but `NULL_VALUE`; the value's own check says what is wrong with that.
    fn is_null_group(&self, comparison: &Comparison) -> bool {
        let mut only_null = true;
        comparison.values.leaves(&mut |text| only_null &= is_null(text));
        only_null
    }

    /// What a value must be like for the operator of a comparison and this text.
    fn probe(&mut self, comparison: &Comparison, kind: Type, text: &Text) -> Option<Probe> {
        let (op, field) = (comparison.op, &comparison.path);
        let is_star = !text.is_quoted && text.text == "*";
        if is_star && op != Op::Has && !op.is_regex() {
            let message = format!("`*` means nothing behind `{}`", op.symbol());
            let problem = Problem::new(&codes::WRONG_STAR, text.range.clone(), message);
            self.problems.push(
                problem.help(format!(
                    "to ask whether the field is there write `{field}:*`; for the character write `\"*\"`"
                )),
            );
            return None;
        }
        let is_free = matches!(kind, Type::Free);
        if op == Op::Has && (is_star || text.text.is_empty()) {
            return Some(Probe::Present { null: is_free });
        }
        if is_null(text) && (!is_free || op.is_order() || op.is_regex()) {
            let (message, help) = if is_free {
                (format!("`NULL_VALUE` cannot be compared with `{}`", op.symbol()), "use `=`, `!=` or `:`".to_owned())
            } else {
                ("this field is never null".to_owned(), format!("to ask whether the field is there write `{field}:*`"))
            };
            self.problems.push(Problem::new(&codes::WRONG_NULL, text.range.clone(), message).help(help));
            return None;
        }
        match kind {
            Type::Severity => self.severity(text).map(|number| Probe::Severity(op, number)),
            Type::Timestamp => self.timestamp(text).map(|at| Probe::Timestamp(op, at)),
            Type::Integer => self.integer(text).map(|number| Probe::Integer(op, number)),
            Type::Boolean => {
                let value = self.value(text, &codes::BAD_BOOLEAN, "`true` or `false`", boolean)?;
                Some(Probe::Boolean(op, value))
            }
            Type::Duration => self.duration(text).map(|length| Probe::Duration(op, length)),
            Type::Text => self.matcher(op, text).map(Probe::Text),
            Type::Object | Type::Free => {
                let matcher = self.matcher(op, text)?;
                let value = text.text.as_str();
                Some(Probe::Free(Free {
                    matcher,
                    number: Decimal::parse(value),
                    boolean: boolean(value),
                    duration: duration(value),
                    is_null: is_null(text),
                }))
            }
        }
    }

    fn matcher(&mut self, op: Op, text: &Text) -> Option<Matcher> {
        if op.is_regex() {
            return self
                .regex(text)
                .map(|regex| Matcher::Regex { regex: Pattern::new(regex), negated: op == Op::NoMatch });
        }
        Some(Matcher::Compare(op, Needle::new(&text.text)))
    }

    /// What `parse` makes of a text, or a problem.
    fn value<T>(
        &mut self,
        text: &Text,
        code: &'static Code,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = parse(&text.text);
        if value.is_none() {
            let message = format!("`{}` is not {expected}", text.text);
            self.problems.push(Problem::new(code, text.range.clone(), message).label(format!("expected {expected}")));
        }
        value
    }

    /// Adds help to the problem that has just been noted.
    fn help(&mut self, help: impl Into<String>) {
        if let Some(problem) = self.problems.last_mut() {
            problem.help = Some(help.into());
        }
    }

    fn severity(&mut self, text: &Text) -> Option<Decimal> {
        let word = text.text.as_str();
        let number = LogSeverity::from_name(word).map(|severity| Decimal::Whole(severity as i128));
        if let Some(number) = number.or_else(|| Decimal::parse_whole(word).map(Decimal::Whole)) {
            return Some(number);
        }
        let names = LogSeverity::ALL.map(LogSeverity::name);
        let near = LogSeverity::from_foreign(word).map(LogSeverity::name).or_else(|| nearest(word, names));
        let problem =
            Problem::new(&codes::UNKNOWN_SEVERITY, text.range.clone(), format!("`{word}` is no log severity"))
                .label("expected a severity such as `ERROR`, or its number");
        self.problems.push(problem);
        self.help(near.map_or_else(
            || format!("the severities are `{}`", names.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        ));
        None
    }

    fn timestamp(&mut self, text: &Text) -> Option<Timestamp> {
        let at = self.value(text, &codes::BAD_TIMESTAMP, "a time such as `\"2025-09-14T06:00:00Z\"`", strict_timestamp);
        if at.is_none() && strict_timestamp(&format!("{}Z", text.text)).is_some() {
            self.help(format!("a time needs its zone: `\"{}Z\"`", text.text));
        }
        at
    }

    fn integer(&mut self, text: &Text) -> Option<Decimal> {
        self.value(text, &codes::BAD_NUMBER, "a whole number", Decimal::parse_whole).map(Decimal::Whole)
    }

    fn duration(&mut self, text: &Text) -> Option<i128> {
        let length = self.value(text, &codes::BAD_DURATION, "a duration such as `\"1.5s\"`", duration);
        if length.is_none() && Decimal::parse(&text.text).is_some() {
            self.help(format!("a duration needs its unit: `\"{}s\"`", text.text));
        } else if length.is_none() {
            self.help("the units are `ns`, `us`, `ms`, `s`, `m` and `h`");
        }
        length
    }
}

/// A time as Cloud Logging takes it in a query: RFC 3339 with its zone, or a date. Entries may be freer.
fn strict_timestamp(text: &str) -> Option<Timestamp> {
    let bytes = text.as_bytes();
    let zone = bytes.len().checked_sub(6).and_then(|at| bytes.get(at));
    let has_zone = bytes.ends_with(b"Z") || bytes.ends_with(b"z") || matches!(zone, Some(b'+' | b'-'));
    let is_strict = bytes.len() == 10 || (matches!(bytes.get(10), Some(b'T' | b't')) && has_zone);
    Timestamp::parse(text).filter(|_| is_strict)
}

fn is_null(text: &Text) -> bool {
    !text.is_quoted && text.text == "NULL_VALUE"
}

fn wrong_operator(comparison: &Comparison, kind: Type) -> Problem {
    let (path, op) = (&comparison.path, comparison.op.symbol());
    let (message, help) = match kind {
        Type::Object => (
            format!("`{path}` holds other fields and cannot be compared with `{op}`"),
            format!("name a field below it, such as `{path}.name`, or ask for its presence with `{path}:*`"),
        ),
        Type::Severity => (
            format!("`{path}` holds no text, so `{op}` does not suit it"),
            format!("write `{path}=(ERROR OR CRITICAL)`, or `{path}>=ERROR`"),
        ),
        _ => (
            format!("`{path}` holds no text, so `{op}` does not suit it"),
            "use `=`, `!=`, `<`, `<=`, `>` or `>=`".to_owned(),
        ),
    };
    Problem::new(&codes::WRONG_OPERATOR, comparison.op_range.clone(), message).help(help)
}

impl Global {
    fn new(text: &str) -> Self {
        let needle = Needle::new(text);
        let lower = needle.as_str();
        let in_severity = LogSeverity::ALL.map(|severity| severity.name().to_ascii_lowercase().contains(lower));
        Self { in_numbers: may_be_in_number(lower), boolean: boolean(lower), in_severity, needle }
    }
}
