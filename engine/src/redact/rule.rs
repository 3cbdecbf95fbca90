//! A pack's own redactions.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem::Finder;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind, Look};

use super::codes;
use crate::diagnostic::{Problem, expression, nearest};
use crate::pattern::Pattern;

/// How large a compiled expression may be, in bytes: a hundredfold of what a sensible one takes.
const SIZE_LIMIT: usize = 1 << 20;

/// Shorter texts are in nearly every other.
const MIN_START: usize = 3;

/// How deeply an expression may be nested.
const NESTING: u32 = 64;

/// What of a setting is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Its name.
    Name,
    /// Its regular expression.
    Regex,
    /// Its replacement.
    Replacement,
}

/// A redaction of a pack.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pattern: Pattern,
    replacement: String,
    need: Need,
}

/// What a text must be like for an expression to match anywhere in it: told faster than by the expression.
#[derive(Debug)]
struct Need {
    /// Bytes of the shortest text that it matches.
    length: usize,
    /// What every match begins with.
    start: Option<Finder<'static>>,
    /// Whether that is where a word begins.
    is_word: bool,
}

impl Need {
    fn of(hir: &Hir) -> Self {
        let starts = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
        let common = starts.longest_common_prefix().filter(|common| common.len() >= MIN_START);
        let start = common.map(|common| Finder::new(common).into_owned());
        let is_word =
            begins_word(hir) && common.is_some_and(|common| common.first().is_some_and(u8::is_ascii_alphanumeric));
        Self { length: hir.properties().minimum_len().unwrap_or(1), start, is_word }
    }

    fn is_met(&self, text: &str) -> bool {
        text.len() >= self.length && self.start.as_ref().is_none_or(|start| start.find(text.as_bytes()).is_some())
    }
}

impl Rule {
    /// The redaction; else what is wrong, in its expression or in its replacement.
    pub(super) fn new(name: &str, regex: &str, replacement: &str) -> Result<Self, Vec<(Part, Problem)>> {
        let (compiled, need) = compiled(name, regex).map_err(|problem| vec![(Part::Regex, problem)])?;
        let wrong = check_groups(name, &compiled, replacement);
        if !wrong.is_empty() {
            return Err(wrong.into_iter().map(|problem| (Part::Replacement, problem)).collect());
        }
        Ok(Self { name: name.to_owned(), pattern: compiled, replacement: replacement.to_owned(), need })
    }

    /// Its name, its expression and its replacement, as they are written.
    pub(super) fn written(&self) -> (&str, &str, &str) {
        (&self.name, self.pattern.as_str(), &self.replacement)
    }

    /// What all that it changes begins with, if that is a letter or digit where a word begins and nothing else.
    pub(super) fn word(&self) -> Option<&[u8]> {
        self.need.start.as_ref().filter(|_| self.need.is_word).map(Finder::needle)
    }

    /// How long the shortest text is that it may change.
    pub(super) fn least(&self) -> usize {
        self.need.length
    }

    /// The text with all matches replaced, and how many there were, if there were any.
    pub(super) fn apply(&self, text: &str) -> Option<(String, u64)> {
        if !self.need.is_met(text) {
            return None;
        }
        let mut count = 0;
        let replaced = self.pattern.regex().replace_all(text, |captures: &regex::Captures<'_>| {
            let mut by = String::new();
            captures.expand(&self.replacement, &mut by);
            // What has been replaced before is not counted again.
            if captures.get(0).is_some_and(|whole| whole.as_str() != by) {
                count += 1;
            }
            by
        });
        match replaced {
            Cow::Owned(replaced) if count > 0 => Some((replaced, count)),
            _ => None,
        }
    }
}

/// Whether an expression begins with the beginning of a word.
fn begins_word(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Look(look) => {
            matches!(look, Look::WordAscii | Look::WordUnicode | Look::WordStartAscii | Look::WordStartUnicode)
        }
        HirKind::Capture(capture) => begins_word(&capture.sub),
        HirKind::Concat(all) => all.first().is_some_and(begins_word),
        HirKind::Alternation(all) => all.iter().all(begins_word),
        _ => false,
    }
}

/// The expression of a redaction, and what it needs.
fn compiled(name: &str, regex: &str) -> Result<(Pattern, Need), Problem> {
    let what = format!("the regular expression of `{name}` is wrong");
    let hir = regex_syntax::ParserBuilder::new()
        .nest_limit(NESTING)
        .build()
        .parse(regex)
        .map_err(|error| expression(&codes::BAD_REDACTION_REGEX, &what, regex, &error))?;
    let all = 0..regex.len();
    if hir.properties().minimum_len() == Some(0) {
        let message = format!("the regular expression of `{name}` matches the empty text");
        return Err(Problem::new(&codes::EMPTY_REDACTION, all, message)
            .label("this matches everywhere")
            .help("make it match at least one character, for example with `+` in place of `*`"));
    }
    let need = Need::of(&hir);
    Pattern::of(regex, hir, SIZE_LIMIT).map(|pattern| (pattern, need)).map_err(|_| {
        let message = format!("the regular expression of `{name}` is too large when compiled");
        Problem::new(&codes::BAD_REDACTION_REGEX, all, message)
            .label("too large")
            .help("make its counted repetitions smaller")
    })
}

/// What is wrong with the groups that a replacement names, each at its place in it.
fn check_groups(name: &str, pattern: &Pattern, replacement: &str) -> Vec<Problem> {
    let all = pattern.groups();
    let names = || all.iter().copied().flatten();
    let mut problems = Vec::new();
    for (group, range) in groups(replacement) {
        let number = group.parse::<usize>().ok();
        let is_there = match number {
            Some(number) => number < all.len(),
            None => names().any(|name| name == group),
        };
        if is_there {
            continue;
        }
        let digits = group.bytes().take_while(u8::is_ascii_digit).count();
        let help = if digits > 0 && number.is_none() {
            let (number, rest) = group.split_at(digits);
            format!("write `${{{number}}}{rest}` for group {number} and then `{rest}`, or `$$` for a dollar sign")
        } else if let Some(near) = nearest(group, names()) {
            format!("did you mean `${{{near}}}`? Write `$$` for a dollar sign")
        } else {
            "write `$$` for a dollar sign".to_owned()
        };
        let message =
            format!("the replacement of `{name}` names the group `{group}`, which its regular expression lacks");
        let label = format!("the expression has {}", counted(all.len() - 1));
        problems.push(Problem::new(&codes::UNKNOWN_REDACTION_GROUP, range, message).label(label).help(help));
    }
    problems
}

fn counted(groups: usize) -> String {
    match groups {
        0 => "no group".to_owned(),
        1 => "one group".to_owned(),
        n => format!("{n} groups"),
    }
}

/// The groups that a replacement names, each with its place, as the `regex` crate reads it
/// (<https://docs.rs/regex/latest/regex/struct.Captures.html#method.expand>).
fn groups(replacement: &str) -> Vec<(&str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(dollar) = replacement.get(at..).and_then(|rest| rest.find('$')).map(|found| at + found) {
        let rest = replacement.get(dollar + 1..).unwrap_or("");
        let (name, length) = if rest.starts_with('$') {
            ("", 1)
        } else if let Some((name, _)) = rest.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            (name, name.len() + 2)
        } else {
            let end = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            (rest.get(..end).unwrap_or(""), end)
        };
        at = dollar + 1 + length;
        if length > 0 && !rest.starts_with('$') {
            found.push((name, dollar..at));
        }
    }
    found
}
