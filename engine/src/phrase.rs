//! Texts of a definition with placeholders: `buffer utilization at {{ metrics.utilization.max }}%`.
//!
//! MiniJinja in a small frame: no other templates, bounded work and output, and a placeholder without a value is an error
//! and never an empty hole in a sentence. `{% if metrics.x %}` may ask whether there is one.

pub mod codes;
mod frame;
mod scan;

use std::io;

use minijinja::{ErrorKind, Value};

use crate::diagnostic::{Problem, nearest};
use frame::{FILTERS, TESTS, frame};
use scan::{Found, Mention};

/// The names that phrases may use.
pub const NAMES: [&str; 14] = [
    "id",
    "title",
    "kind",
    "category",
    "group",
    "count",
    "rate_per_hour",
    "frequency",
    "metrics",
    "facets",
    "severity",
    "first_seen",
    "last_seen",
    "log_severity",
];

/// What every metric has.
pub const STATISTICS: [&str; 9] = ["count", "min", "max", "sum", "mean", "last", "p50", "p90", "p99"];

/// Bytes that a phrase may come to.
const MAX_OUTPUT: usize = 64 << 10;

/// A checked text with placeholders, MiniJinja.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    source: String,
}

/// The names that the placeholders of one definition may use below `metrics`, `facets` and `group`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'s> {
    /// Captures.
    pub metrics: &'s [&'s str],
    /// Facets, as the definition writes them.
    pub facets: &'s [&'s str],
    /// Fields and captures it is grouped by, as the definition writes them.
    pub group: &'s [&'s str],
}

impl Phrase {
    /// Checks a text by itself: that it is well formed and uses no names, filters and tests but those that phrases have.
    ///
    /// ```
    /// use gardener_engine::phrase::Phrase;
    /// assert!(Phrase::parse("seen {{ count }} times").is_ok());
    /// assert!(Phrase::parse("seen {{ cuont }} times").is_err());
    /// ```
    ///
    /// # Errors
    /// With the first problem.
    pub fn parse(source: &str) -> Result<Self, Problem> {
        match Self::check(source, None).into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(Self { source: source.to_owned() }),
        }
    }

    /// Checks a text as [`Phrase::parse`] does, and also the names below `metrics`, `facets` and `group`.
    ///
    /// # Errors
    /// With every problem, in order of place.
    pub fn parse_in(source: &str, scope: Scope<'_>) -> Result<Self, Vec<Problem>> {
        let problems = Self::check(source, Some(scope));
        if problems.is_empty() { Ok(Self { source: source.to_owned() }) } else { Err(problems) }
    }

    fn check(source: &str, scope: Option<Scope<'_>>) -> Vec<Problem> {
        if is_plain(source) {
            return Vec::new();
        }
        let template = match frame().template_from_str(source) {
            Ok(template) => template,
            Err(error) => return vec![syntax(&error, source)],
        };
        let free = template.undeclared_variables(false);
        scan::scan(source)
            .into_iter()
            .filter_map(|found| match found {
                Found::Tag(word, range) => foreign_tag(&word, range),
                Found::Filter(word, range) => unknown(&codes::PHRASE_UNKNOWN_FILTER, "filter", &word, range, &FILTERS),
                Found::Test(word, range) => unknown(&codes::PHRASE_UNKNOWN_FILTER, "test", &word, range, &TESTS),
                Found::Name(path) => {
                    let is_free = path.first().is_some_and(|root| free.contains(&root.name));
                    if is_free { unknown_name(&path, scope) } else { None }
                }
            })
            .collect()
    }

    /// The captures, facets and group values that it mentions: each root (`metrics`, `facets`, `group`) with the name below.
    #[must_use]
    pub fn mentions(&self) -> Vec<(String, String)> {
        let pair = |found| match found {
            Found::Name(path) => match path.as_slice() {
                [root, below, ..] => Some((root.name.clone(), below.name.clone())),
                _ => None,
            },
            _ => None,
        };
        scan::scan(&self.source).into_iter().filter_map(pair).collect()
    }

    /// Where it uses one of [`NAMES`], if it does.
    #[must_use]
    pub fn uses(&self, name: &str) -> Option<std::ops::Range<usize>> {
        scan::scan(&self.source).into_iter().find_map(|found| match found {
            Found::Name(path) => path.into_iter().next().filter(|root| root.name == name).map(|root| root.range),
            _ => None,
        })
    }

    /// The text with its placeholders filled in. Numbers are written as people write them: `92.1`, and `3` for `3.0`.
    ///
    /// # Errors
    /// In words, where a placeholder has no value, takes too long or gives too much.
    pub fn render(&self, values: &Value) -> Result<String, String> {
        if is_plain(&self.source) {
            return Ok(self.source.clone());
        }
        let words = |error: &minijinja::Error| {
            let place = error.range().map(|range| whole_path(&self.source, range)).filter(|place| !place.is_empty());
            let said = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
            match (error.kind(), place) {
                (ErrorKind::UndefinedError, Some(place)) => format!("`{place}` has no value"),
                (ErrorKind::OutOfFuel, _) => "it takes too long".to_owned(),
                (ErrorKind::WriteFailure, _) => format!("it comes to more than {MAX_OUTPUT} bytes"),
                (_, Some(place)) => format!("`{place}`: {said}"),
                (_, None) => said,
            }
        };
        let template = frame().template_from_str(&self.source).map_err(|error| words(&error))?;
        let mut output = Bounded(Vec::new());
        template.render_captured_to(values.clone(), &mut output).map_err(|error| words(&error))?;
        String::from_utf8(output.0).map_err(|_| "it is not text".to_owned())
    }

    /// As it was written.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Checks a whole output template: only that it is well formed, for its names are the report's.
///
/// # Errors
/// With the first problem.
pub fn check_template(source: &str) -> Result<(), Problem> {
    match frame().template_from_str(source) {
        Ok(_) => Ok(()),
        Err(error) => Err(Problem { code: &codes::TEMPLATE_SYNTAX, ..syntax(&error, source) }),
    }
}

/// Whether a text has no placeholders.
fn is_plain(source: &str) -> bool {
    !["{{", "{%", "{#"].iter().any(|mark| source.contains(mark))
}

/// What a run-time error points at, with the beginning of the path, which MiniJinja leaves out.
fn whole_path(source: &str, range: std::ops::Range<usize>) -> &str {
    let is_path = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']' | '"' | '\'');
    let covered = source.get(range.clone()).unwrap_or("");
    let before = source.get(..range.start).unwrap_or("");
    let start = if covered.starts_with(['.', '[']) { before.trim_end_matches(is_path).len() } else { range.start };
    source.get(start..range.end).unwrap_or(covered).trim()
}

/// Output that stops growing.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// MiniJinja's error as a problem of the text.
fn syntax(error: &minijinja::Error, source: &str) -> Problem {
    let line_start =
        |line: usize| source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let range = error.range().filter(|range| source.get(range.clone()).is_some()).unwrap_or_else(|| {
        let start = error.line().map_or(0, line_start);
        start..start + source.get(start..).map_or(0, |rest| rest.lines().next().unwrap_or("").len())
    });
    let said = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
    Problem::new(&codes::PHRASE_SYNTAX, range, format!("the placeholder is not well formed: {said}"))
        .help("placeholders are MiniJinja: `{{ metrics.latency.max }}`; to write `{{` itself, use `{{ \"{{\" }}`")
}

fn foreign_tag(word: &str, range: std::ops::Range<usize>) -> Option<Problem> {
    matches!(word, "include" | "import" | "from" | "extends" | "block" | "macro" | "call").then(|| {
        Problem::new(&codes::PHRASE_SYNTAX, range, format!("`{word}` cannot be used in a text of the pack"))
            .help("a text stands by itself: it may use `if`, `for` and `set`")
    })
}

fn unknown(
    code: &'static crate::diagnostic::Code,
    what: &str,
    word: &str,
    range: std::ops::Range<usize>,
    known: &[&'static str],
) -> Option<Problem> {
    if known.contains(&word) {
        return None;
    }
    let problem = Problem::new(code, range, format!("there is no {what} `{word}`"));
    Some(match nearest(word, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help(format!("known: {}", known.join(", "))),
    })
}

/// What is wrong with a name that the text does not set itself.
fn unknown_name(path: &[Mention], scope: Option<Scope<'_>>) -> Option<Problem> {
    let root = path.first()?;
    if frame().globals().any(|(name, _)| name == root.name) {
        return None;
    }
    if !NAMES.contains(&root.name.as_str()) {
        let problem =
            Problem::new(&codes::PHRASE_UNKNOWN_NAME, root.range.clone(), format!("there is no `{}` here", root.name));
        return Some(match nearest(&root.name, NAMES) {
            Some(near) => problem.label(format!("did you mean `{near}`?")).help(format!("known: {}", NAMES.join(", "))),
            None => problem.help(format!("known: {}", NAMES.join(", "))),
        });
    }
    let below = path.get(1)?;
    if root.name == "metrics"
        && let Some(statistic) = path.get(2).filter(|statistic| !STATISTICS.contains(&statistic.name.as_str()))
        && scope.is_none_or(|scope| scope.metrics.contains(&below.name.as_str()))
    {
        let message = format!("a metric has no `{}`", statistic.name);
        return Some(missing(statistic, message, &STATISTICS, &format!("known: {}", STATISTICS.join(", "))));
    }
    let scope = scope?;
    let (known, message, rule) = match root.name.as_str() {
        "metrics" => {
            (scope.metrics, format!("there is no metric `{}`", below.name), "metrics are what `capture` reads")
        }
        "facets" => (
            scope.facets,
            format!("there is no facet `{}`", below.name),
            "facets are named as `facets` lists them: `facets[\"labels.line\"]`",
        ),
        "group" => {
            (scope.group, format!("there is no group value `{}`", below.name), "group values are what `group_by` lists")
        }
        "id" | "title" | "kind" | "category" | "count" | "rate_per_hour" | "frequency" | "severity" | "first_seen"
        | "last_seen" | "log_severity" => {
            let message = format!("`{}` has nothing below it", root.name);
            return Some(
                Problem::new(&codes::PHRASE_UNKNOWN_NAME, below.range.clone(), message)
                    .help(format!("write `{}` by itself", root.name)),
            );
        }
        _ => return None,
    };
    if known.contains(&below.name.as_str()) {
        return None;
    }
    let help = if known.is_empty() {
        format!("{rule}; this definition has none")
    } else {
        format!("{rule}: {}", known.join(", "))
    };
    Some(missing(below, message, known, &help))
}

fn missing(mention: &Mention, message: String, known: &[&str], help: &str) -> Problem {
    let problem = Problem::new(&codes::PHRASE_UNKNOWN_NAME, mention.range.clone(), message).help(help);
    match nearest(&mention.name, known.iter().copied()) {
        Some(near) => problem.label(format!("did you mean `{near}`?")),
        None => problem,
    }
}

#[cfg(test)]
mod tests;
