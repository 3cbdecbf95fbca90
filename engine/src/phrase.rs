//! Texts of a definition with placeholders: `buffer utilization at {{ metrics.utilization.max }}%`.
//!
//! MiniJinja in a small frame: no other templates, bounded work and output, and a placeholder without a value is an error
//! and never an empty hole in a sentence. `{% if metrics.x %}` may ask whether there is one.

pub mod codes;
mod frame;
mod shape;
mod syntax;
mod walk;

use std::io;

use minijinja::machinery::ast::Stmt;
use minijinja::syntax::SyntaxConfig;
use minijinja::{ErrorKind, Value};

use crate::diagnostic::Problem;
use frame::frame;

pub(crate) use frame::{FILTERS, TESTS};
pub(crate) use shape::{Record, Shape};
use walk::Mention;
pub(crate) use walk::{Found, Words, walk};

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
    /// Of [`NAMES`], those that have no value in this definition.
    pub without: &'s [&'s str],
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
        // Compiling finds what parsing alone does not.
        let tree = frame().template_from_str(source).and_then(|_| parsed(source));
        let found = match tree {
            Ok(tree) => walked(source, &tree, scope),
            Err(error) => {
                let said = "the placeholder is not well formed";
                let mut problem = syntax::problem(&codes::PHRASE_SYNTAX, said, &error, source);
                problem.help.get_or_insert_with(|| WELL_FORMED.to_owned());
                return vec![problem];
            }
        };
        let mut problems: Vec<Problem> = found.foreign.iter().map(foreign_tag).chain(found.problems).collect();
        problems.sort_by_key(|problem| problem.range.start);
        problems
    }

    /// The captures, facets and group values that it mentions: each root (`metrics`, `facets`, `group`) with the name below.
    #[must_use]
    pub fn mentions(&self) -> Vec<(String, String)> {
        let pair = |path: &Vec<Mention>| match path.as_slice() {
            [root, below, ..] => Some((root.name.clone(), below.name.clone())),
            _ => None,
        };
        self.paths().iter().filter_map(pair).collect()
    }

    /// Where it uses one of [`NAMES`], if it does.
    #[must_use]
    pub fn uses(&self, name: &str) -> Option<std::ops::Range<usize>> {
        let roots = self.paths().into_iter().filter_map(|path| path.into_iter().next());
        roots.into_iter().find(|root| root.name == name).map(|root| root.range)
    }

    /// The paths that begin with one of [`NAMES`].
    fn paths(&self) -> Vec<Vec<Mention>> {
        if is_plain(&self.source) {
            return Vec::new();
        }
        parsed(&self.source).map_or_else(|_| Vec::new(), |tree| walked(&self.source, &tree, None).mentions)
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

/// What a text that is not well formed should look like.
const WELL_FORMED: &str =
    "placeholders are MiniJinja: `{{ metrics.latency.max }}`; to write `{{` itself, use `{{ \"{{\" }}`";

/// Checks a whole output template: only that it is well formed, for its names are the report's.
///
/// # Errors
/// With the first problem.
pub fn check_template(source: &str) -> Result<(), Problem> {
    match frame().template_from_str(source) {
        Ok(_) => Ok(()),
        Err(error) => Err(syntax::problem(&codes::TEMPLATE_SYNTAX, "the template is not well formed", &error, source)),
    }
}

/// The syntax tree of a text.
fn parsed(source: &str) -> Result<Stmt<'_>, minijinja::Error> {
    minijinja::machinery::parse(source, "text", SyntaxConfig::default())
}

/// What the tree of a text mentions, held against the names that it may use; any below `metrics`, `facets` and `group` where
/// no scope says which there are.
fn walked(source: &str, tree: &Stmt<'_>, scope: Option<Scope<'_>>) -> Found {
    let functions: Vec<&str> = frame().globals().map(|(name, _)| name).collect();
    let words = Words {
        root: &names(scope),
        functions: &functions,
        filters: &FILTERS,
        tests: &TESTS,
        unknown_name: &codes::PHRASE_UNKNOWN_NAME,
        unknown_filter: &codes::PHRASE_UNKNOWN_FILTER,
    };
    walk(source, tree, words, &[])
}

/// What texts know, and what stands below each name.
fn names(scope: Option<Scope<'_>>) -> Record {
    let below = |names: Option<&[&str]>, shape: Shape, lacks, rule| match names {
        None => Shape::MapOf(Box::new(shape)),
        Some(names) => {
            let keys = names.iter().map(|name| ((*name).to_owned(), shape.clone())).collect();
            Shape::Record(Record { keys, lacks, rule })
        }
    };
    let statistics = Shape::Record(Record::of(&STATISTICS, "a metric has no", ""));
    let value = Shape::Record(Record::of(&["value", "count"], "a value of a facet has no", ""));
    let shape = |name: &str| match name {
        "metrics" => below(
            scope.map(|scope| scope.metrics),
            statistics.clone(),
            "there is no metric",
            "metrics are what `capture` reads",
        ),
        "facets" => below(
            scope.map(|scope| scope.facets),
            Shape::ListOf(Box::new(value.clone())),
            "there is no facet",
            "facets are named as `facets` lists them: `facets[\"labels.line\"]`",
        ),
        "group" => below(
            scope.map(|scope| scope.group),
            Shape::Plain,
            "there is no group value",
            "group values are what `group_by` lists",
        ),
        _ => Shape::Plain,
    };
    let names = NAMES.iter().filter(|name| scope.is_none_or(|scope| !scope.without.contains(name)));
    Record { keys: names.map(|name| ((*name).to_owned(), shape(name))).collect(), ..Record::default() }
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

fn foreign_tag(tag: &Mention) -> Problem {
    let message = format!("`{}` cannot be used in a text of the pack", tag.name);
    Problem::new(&codes::PHRASE_SYNTAX, tag.range.clone(), message)
        .help("a text stands by itself: it may use `if`, `for` and `set`")
}

#[cfg(test)]
mod tests;
