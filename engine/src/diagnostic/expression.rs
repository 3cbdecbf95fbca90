//! Regular expressions that cannot be read: what is wrong, where, and what to write instead.

use std::ops::Range;

use regex_syntax::ast::ErrorKind;
use regex_syntax::hir;

use super::{Code, Problem};

/// Where the syntax is described.
const SYNTAX: &str = "the syntax is that of https://docs.rs/regex/latest/regex/#syntax";

/// The problem of an expression that `regex_syntax` cannot read; `what` begins the message.
///
/// ```
/// use gardener_engine::diagnostic::expression;
/// gardener_engine::codes! {
///     /// One.
///     BAD = "bad", Error, "an expression is wrong", "It is.";
/// }
/// let error = regex_syntax::Parser::new().parse("a(b").unwrap_err();
/// let problem = expression(&BAD, "this cannot be read", "a(b", &error);
/// assert_eq!((problem.range, problem.message.as_str()), (1..2, "this cannot be read: unclosed group"));
/// ```
#[must_use]
pub fn expression(code: &'static Code, what: &str, text: &str, error: &regex_syntax::Error) -> Problem {
    let (span, said, (label, help)) = match error {
        regex_syntax::Error::Parse(error) => (error.span(), error.kind().to_string(), of_syntax(error.kind())),
        regex_syntax::Error::Translate(error) => (error.span(), error.kind().to_string(), of_meaning(error.kind())),
        _ => {
            return Problem::new(code, 0..text.len(), format!("{what}: it is not understood")).help(SYNTAX);
        }
    };
    let range = within(text, span.start.offset..span.end.offset);
    let said = said.lines().next().unwrap_or("").trim_end_matches('.').to_owned();
    Problem::new(code, range, format!("{what}: {said}")).label(label).help(help)
}

/// A range that shows something of the text, on the boundaries of its characters.
fn within(text: &str, range: Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let ceiling = |at: usize| (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let (start, end) = (floor(range.start), ceiling(range.end));
    if start < end {
        return start..end;
    }
    // An error between two characters is shown at the next, or at the last.
    match text.get(start..).and_then(|rest| rest.chars().next()) {
        Some(next) => start..start + next.len_utf8(),
        None => start - text.chars().next_back().map_or(0, char::len_utf8)..start,
    }
}

fn of_syntax(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::ClassUnclosed => {
            ("opened here", "close it by `]`; to write a bracket itself, put a backslash before it")
        }
        ErrorKind::ClassRangeInvalid => {
            ("from a later character to an earlier one", "write the earlier character first, as in `[a-z]`")
        }
        ErrorKind::ClassRangeLiteral | ErrorKind::ClassEscapeInvalid => {
            ("not a single character", "to write a minus itself in brackets, put it last: `[\\w-]`")
        }
        ErrorKind::GroupUnclosed => ("opened here", "to write a parenthesis itself, put a backslash before it"),
        ErrorKind::GroupUnopened => ("opened nowhere", "to write a parenthesis itself, put a backslash before it"),
        ErrorKind::GroupNameDuplicate { .. } => ("again here", "give one of the groups another name"),
        ErrorKind::GroupNameEmpty | ErrorKind::GroupNameInvalid | ErrorKind::GroupNameUnexpectedEof => {
            ("expected a name", "a named group is written `(?<name>…)`, with letters, digits and `_`")
        }
        ErrorKind::FlagUnrecognized
        | ErrorKind::FlagDanglingNegation
        | ErrorKind::FlagDuplicate { .. }
        | ErrorKind::FlagRepeatedNegation { .. }
        | ErrorKind::FlagUnexpectedEof => (
            "expected a flag",
            "flags are `i`, `m`, `s`, `x`, `U` and `u`: `(?i)`; a group that captures nothing is `(?:…)`",
        ),
        ErrorKind::EscapeUnrecognized => ("not an escape", "to write the character itself, leave the backslash out"),
        ErrorKind::EscapeUnexpectedEof => ("nothing behind it", "to write a backslash itself, write two"),
        ErrorKind::EscapeHexEmpty | ErrorKind::EscapeHexInvalid | ErrorKind::EscapeHexInvalidDigit => {
            ("expected hexadecimal digits", "write `\\x41` or `\\x{1F600}`")
        }
        ErrorKind::RepetitionMissing => {
            ("nothing to repeat before it", "to write the character itself, put a backslash before it")
        }
        ErrorKind::RepetitionCountInvalid => ("from more to fewer", "write the smaller number first, as in `{2,5}`"),
        ErrorKind::RepetitionCountUnclosed
        | ErrorKind::RepetitionCountDecimalEmpty
        | ErrorKind::DecimalEmpty
        | ErrorKind::DecimalInvalid => {
            ("expected a count such as `{3}` or `{2,5}`", "to write a brace itself, put a backslash before it")
        }
        ErrorKind::UnsupportedLookAround => {
            ("not known here", "look-around is not known; match the surroundings, and capture a group")
        }
        ErrorKind::UnsupportedBackreference => ("not known here", "references back to groups are not known"),
        ErrorKind::NestLimitExceeded(_) => ("nested too deep", "take out groups that change nothing"),
        ErrorKind::UnicodeClassInvalid => ("not a class", "a class of characters is written `\\p{L}` or `\\p{Greek}`"),
        _ => ("here", SYNTAX),
    }
}

fn of_meaning(kind: &hir::ErrorKind) -> (&'static str, &'static str) {
    match kind {
        hir::ErrorKind::UnicodePropertyNotFound | hir::ErrorKind::UnicodePropertyValueNotFound => {
            ("not a class", "a class of characters is written `\\p{L}` or `\\p{Greek}`")
        }
        hir::ErrorKind::InvalidUtf8 | hir::ErrorKind::UnicodeNotAllowed => {
            ("could match half a character", "leave out `(?-u)`: texts are Unicode")
        }
        _ => ("here", SYNTAX),
    }
}
