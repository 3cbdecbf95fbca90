//! Regular expressions checked: their errors at their own places.

use std::ops::Range;

use regex_syntax::ast::{self, ErrorKind};
use regex_syntax::hir::translate::Translator;

use super::{Checker, re2};
use crate::diagnostic::Problem;
use crate::pattern::{Pattern, Wrong};
use crate::query::codes;
use crate::query::syntax::Text;
use crate::query::text::decode;

/// Bytes that a compiled expression may take.
const MAX_REGEX: usize = 10 << 20;

impl Checker<'_> {
    /// The regular expression of a text.
    pub(super) fn regex(&mut self, text: &Text) -> Option<Pattern> {
        let pattern = text.text.as_str();
        let read = match ast::parse::Parser::new().parse(pattern) {
            Ok(ast) => match re2::translated(pattern, &ast) {
                Err(differences) => {
                    for found in differences {
                        let at = self.place(text, found.range);
                        self.problems.push(Problem::new(&codes::UNSUPPORTED_REGEX, at, found.message).help(found.help));
                    }
                    return None;
                }
                Ok(same) if same == pattern => match Translator::new().translate(pattern, &ast) {
                    Ok(hir) => Pattern::of(pattern, hir, MAX_REGEX),
                    Err(error) => Err(Wrong::Syntax(Box::new(error.into()))),
                },
                Ok(translated) => match regex_syntax::Parser::new().parse(&translated) {
                    Ok(hir) => Pattern::of(&translated, hir, MAX_REGEX),
                    Err(error) => Err(Wrong::Syntax(Box::new(error))),
                },
            },
            Err(error) => Err(Wrong::Syntax(Box::new(error.into()))),
        };
        match read {
            Ok(pattern) => Some(pattern),
            Err(wrong) => {
                let problem = self.wrong(text, wrong);
                self.problems.push(problem);
                None
            }
        }
    }

    fn wrong(&self, text: &Text, wrong: Wrong) -> Problem {
        // Errors are placed in the expression as it is written, not in its translation.
        let error = match wrong {
            Wrong::TooLarge => None,
            Wrong::Syntax(_) => regex_syntax::Parser::new().parse(&text.text).err(),
        };
        match error {
            Some(regex_syntax::Error::Parse(error)) => self.malformed(text, &error),
            Some(regex_syntax::Error::Translate(error)) => {
                let range = self.place(text, error.span().start.offset..error.span().end.offset);
                let message = format!("the regular expression is wrong: {}", error.kind());
                Problem::new(&codes::BAD_REGEX, range, message)
            }
            None if matches!(wrong, Wrong::TooLarge) => {
                Problem::new(&codes::BAD_REGEX, text.range.clone(), "the regular expression is too large")
                    .help("smaller counts in `{…}` make it smaller")
            }
            _ => Problem::new(&codes::BAD_REGEX, text.range.clone(), "the regular expression cannot be used"),
        }
    }

    fn malformed(&self, text: &Text, error: &ast::Error) -> Problem {
        let span = error.span().start.offset..error.span().end.offset;
        let at = self.place(text, span.clone());
        let here = text.text.get(span.start..).unwrap_or("");
        let re2_help = match error.kind() {
            ErrorKind::EscapeUnrecognized if here.starts_with("\\Q") => {
                Some("write the text with its special characters escaped instead of `\\Q…\\E`")
            }
            ErrorKind::EscapeUnrecognized if here.starts_with("\\C") => Some("write `(?s:.)` instead of `\\C`"),
            ErrorKind::RepetitionCountUnclosed
            | ErrorKind::RepetitionCountDecimalEmpty
            | ErrorKind::DecimalEmpty
            | ErrorKind::DecimalInvalid => Some("RE2 takes the `{` as the character; write `\\\\{` for that"),
            ErrorKind::RepetitionMissing if here.starts_with('{') => {
                Some("RE2 takes the `{` as the character; write `\\\\{` for that")
            }
            ErrorKind::UnsupportedBackreference if here.starts_with("\\0") || here.len() > 3 && is_octal(here) => {
                Some("write the character as `\\\\x{…}`, in hexadecimal digits")
            }
            _ => None,
        };
        if let Some(help) = re2_help {
            let message = format!("RE2 reads this regular expression, the engine here does not: {}", error.kind());
            return Problem::new(&codes::UNSUPPORTED_REGEX, at, message).help(help);
        }
        let message = format!("the regular expression is wrong: {}", error.kind());
        let problem = Problem::new(&codes::BAD_REGEX, at, message);
        match error.kind() {
            ErrorKind::UnsupportedLookAround => {
                problem.help("RE2 has no look-around either; use `AND NOT …` beside it")
            }
            ErrorKind::UnsupportedBackreference => problem.help("RE2 has no back-references either"),
            ErrorKind::RepetitionMissing => {
                problem.help("there is nothing to repeat before this; `.*` is any text, `\\\\*` the character")
            }
            _ => problem,
        }
    }

    /// Where in the query a part of a text stands.
    fn place(&self, text: &Text, part: Range<usize>) -> Range<usize> {
        let inner = if text.is_quoted { text.range.start + 1..text.range.end - 1 } else { text.range.clone() };
        let source = self.source.get(inner.clone()).unwrap_or("");
        let (start, end) = if text.is_quoted {
            let decoded = decode(source, true);
            (decoded.source(part.start), decoded.source(part.end))
        } else {
            (part.start, part.end)
        };
        let mut range = (inner.start + start).min(inner.end)..(inner.start + end).min(inner.end);
        if range.is_empty() {
            // An error between two characters is shown at the next, or at the last.
            let next = source.get(range.start - inner.start..).and_then(|rest| rest.chars().next());
            let last = source.chars().next_back().map_or(0, char::len_utf8);
            range = match next {
                Some(next) => range.start..range.start + next.len_utf8(),
                None => range.end.saturating_sub(last)..range.end,
            };
        }
        let is_sound = self.source.get(range.clone()).is_some_and(|here| !here.is_empty());
        if is_sound { range } else { text.range.clone() }
    }
}

fn is_octal(escape: &str) -> bool {
    escape.bytes().skip(1).take(3).all(|b| matches!(b, b'0'..=b'7'))
}
