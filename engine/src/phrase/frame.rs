//! The one MiniJinja environment of all phrases.

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

/// Instructions that one phrase may take.
const FUEL: u64 = 20_000;

/// The filters of MiniJinja as it is built here, for suggestions.
pub(crate) const FILTERS: [&str; 47] = [
    "abs",
    "attr",
    "batch",
    "bool",
    "capitalize",
    "chain",
    "count",
    "d",
    "default",
    "dictsort",
    "e",
    "escape",
    "first",
    "float",
    "format",
    "groupby",
    "indent",
    "int",
    "items",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "map",
    "max",
    "min",
    "pprint",
    "reject",
    "rejectattr",
    "replace",
    "reverse",
    "round",
    "safe",
    "select",
    "selectattr",
    "slice",
    "sort",
    "split",
    "string",
    "sum",
    "title",
    "trim",
    "unique",
    "upper",
    "zip",
];

/// Its tests.
pub(crate) const TESTS: [&str; 34] = [
    "boolean",
    "defined",
    "divisibleby",
    "endingwith",
    "eq",
    "equalto",
    "escaped",
    "even",
    "false",
    "filter",
    "float",
    "ge",
    "greaterthan",
    "gt",
    "in",
    "int",
    "integer",
    "iterable",
    "le",
    "lower",
    "lt",
    "mapping",
    "ne",
    "none",
    "number",
    "odd",
    "safe",
    "sameas",
    "sequence",
    "startingwith",
    "string",
    "true",
    "undefined",
    "upper",
];

/// The environment.
pub(super) fn frame() -> &'static Environment<'static> {
    static FRAME: LazyLock<Environment<'static>> = LazyLock::new(|| {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(32);
        environment.set_debug(true);
        environment.remove_global("debug");
        environment.set_formatter(|output, state, value| {
            if value.is_none() {
                // A kind that a definition does not have, the time of entries that have none.
                return Err(ErrorKind::UndefinedError.into());
            }
            if value.kind() == ValueKind::Number && !value.is_integer() {
                let number = f64::try_from(value.clone()).unwrap_or(f64::NAN);
                return minijinja::escape_formatter(output, state, &Value::from(shown(number)));
            }
            minijinja::escape_formatter(output, state, value)
        });
        environment
    });
    &FRAME
}

/// A number as people write it: whole numbers without a point, others with as many digits behind it as say something, at
/// least two where there are so many.
pub(super) fn shown(number: f64) -> String {
    if !number.is_finite() {
        return "?".to_owned();
    }
    let size = number.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-6) {
        return format!("{number:e}");
    }
    let digits = [(1.0, 3), (0.1, 4), (0.01, 5), (0.001, 6)];
    let decimals = if size >= 10.0 { 2 } else { digits.iter().find(|(from, _)| size >= *from).map_or(9, |(_, n)| *n) };
    let text = format!("{number:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" { "0".to_owned() } else { trimmed.to_owned() }
}
