//! The Logging query language: parse, check, evaluate, extract literals.
//!
//! The language is Cloud Logging's,
//! <https://cloud.google.com/logging/docs/view/logging-query-language>: what works there means the same here, and what is
//! not supported is refused. `message` is the one addition. A query is read in one pass (lexer, parser), checked against
//! LogEntry's types, and kept as a tree of tests that entries are held against without allocating.
//!
//! Where Google's page is silent: a `:` on an object or list holds for a key that is the value, or any value below that
//! has it. A number, a truth value or a null in a payload does not match a regular expression. Two durations in a payload
//! are compared as such, other text as text. An entry without a `timestamp` fails every comparison of it.

mod check;
pub mod codes;
mod cover;
mod evaluate;
mod expand;
mod fold;
mod function;
mod lexer;
mod literals;
mod marks;
mod may;
mod number;
mod parser;
mod schema;
mod search;
mod syntax;
mod test;
mod text;
mod trace;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::OnceLock;

use crate::diagnostic::{Level, Problem};
use crate::entry::{Entry, FieldPath, LogSeverity};

pub(crate) use evaluate::Lead;
pub(crate) use text::quote as quoted;
pub use trace::{Found, FoundKind, FoundValue, Share, Trace, TraceKind};
pub(crate) use trace::{excerpt, rounded};

/// Characters that a query may have, comments included: Cloud Logging's own limit.
pub const MAX_CHARACTERS: usize = 20_000;

/// A checked query.
///
/// ```
/// use gardener_engine::query::Query;
/// let parsed = Query::parse(r#"severity>=ERROR AND message:"timed out""#);
/// assert!(parsed.query.is_some() && parsed.problems.is_empty());
/// assert_eq!(Query::parse("serverity=ERROR").problems[0].help.as_deref(), Some("did you mean `severity`?"));
/// ```
#[derive(Debug)]
pub struct Query {
    text: String,
    tree: Option<syntax::Expression>,
    test: test::Test,
    literals: Option<Vec<Literal>>,
    /// The parts that are asked of an entry whose log severity fits: of any, and of one that has one of the literals. Those that
    /// follow from that are not asked.
    asked: [Box<[usize]>; 2],
    /// By log severity, whether an entry with it may match.
    severities: [bool; LogSeverity::ALL.len()],
    /// Whether no log severity fits all of it.
    is_never: bool,
    /// For comparing it with others; made once somebody does.
    gist: OnceLock<cover::Gist>,
}

/// What came of reading a query: the query unless a problem is an error, and all problems, lints among them.
#[derive(Debug)]
pub struct Parsed {
    /// The query; nothing if a problem is an error.
    pub query: Option<Query>,
    /// Every problem found, in order of place.
    pub problems: Vec<Problem>,
}

/// Where a literal is looked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiteralIn {
    /// In the texts at this path, or below it, keys left out.
    Path(FieldPath),
    /// In a key of an object at this path, or below it.
    Key(FieldPath),
    /// In any text of the entry, keys left out.
    AnyText,
}

/// A text that must occur, in any ASCII case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Literal {
    /// Where.
    pub place: LiteralIn,
    /// What: ASCII, in lower case, at least two bytes.
    pub text: String,
}

impl Query {
    /// Reads a query and checks it.
    #[must_use]
    pub fn parse(text: &str) -> Parsed {
        if let Some((start, _)) = text.char_indices().nth(MAX_CHARACTERS) {
            let message = format!("the query has more than {MAX_CHARACTERS} characters");
            let problem = Problem::new(&codes::TOO_LONG, start..text.len(), message)
                .label("too much from here on")
                .help("`match:` may be a list of queries, any of which may match");
            return Parsed { query: None, problems: vec![problem] };
        }
        let (tree, mut problems) = parser::parse(text);
        let test = match &tree {
            Some(tree) => {
                let (test, more) = check::check(text, tree);
                problems.extend(more);
                test
            }
            None => {
                if problems.is_empty() {
                    let problem = Problem::new(&codes::MATCHES_ALL, 0..text.len(), "the query has no condition");
                    problems.push(problem.label("this matches every entry").help(
                        "write what entries must be like; to match all of them on purpose write `severity>=DEFAULT`",
                    ));
                }
                Some(test::Test::All(Vec::new()))
            }
        };
        let is_never = test.as_ref().is_some_and(cover::is_never);
        if is_never {
            let problem = Problem::new(&codes::MATCHES_NOTHING, 0..text.len(), "no entry can match this query");
            problems.push(
                problem
                    .label("no log severity fits all of it")
                    .help("for any of several severities write `severity=(A OR B)`"),
            );
        }
        problems.sort_by(|a, b| (a.range.start, a.range.end, a.code.id).cmp(&(b.range.start, b.range.end, b.code.id)));
        problems.dedup();
        let is_right = problems.iter().all(|problem| problem.code.level != Level::Error);
        let query = test.filter(|_| is_right).map(|mut test| {
            test.number_fields(&mut 0);
            let ((literals, told), severities) = (literals::of(&test), cover::severities(&test));
            let asked = [None, told].map(|told| asked(&test, told));
            let gist = OnceLock::new();
            Self { text: text.to_owned(), tree, test, literals, asked, severities, is_never, gist }
        });
        Parsed { query, problems }
    }

    /// Whether an entry matches.
    #[must_use]
    pub fn matches(&self, entry: &Entry<'_>) -> bool {
        self.test.holds(entry)
    }

    /// The same by what is known of an entry: whether it has one of the [`Query::literals`], and where the paths of
    /// [`Query::fields`] lead to in it.
    pub(crate) fn matches_led(&self, entry: &Entry<'_>, has_literal: bool, lead: &mut Lead<'_>) -> bool {
        let [of_any, of_literal] = &self.asked;
        let parts = self.test.parts();
        let holds = |at: &usize, lead: &mut Lead<'_>| parts.get(*at).is_some_and(|part| part.holds_led(entry, lead));
        self.fits(entry.severity()) && if has_literal { of_literal } else { of_any }.iter().all(|at| holds(at, lead))
    }

    fn fits(&self, severity: LogSeverity) -> bool {
        self.severities.get(severity.index()).is_some_and(|may| *may)
    }

    /// The paths of fields that something is asked of, some more than once.
    pub(crate) fn fields(&self) -> Vec<&FieldPath> {
        self.test.fields().into_iter().map(|field| &field.path).collect()
    }

    /// Whether an entry with this log severity may match that has values only at the paths of which `is_there` says so. That
    /// depends on what record it is only by its severity and its form.
    pub(crate) fn may_match(&self, severity: LogSeverity, is_there: &mut dyn FnMut(&FieldPath) -> bool) -> bool {
        self.fits(severity) && self.test.may_hold(is_there)
    }

    /// The bits of the log severities of entries that may match.
    pub(crate) fn severities(&self) -> u16 {
        self.severities.iter().rev().fold(0, |bits, may| bits << 1 | u16::from(*may))
    }

    /// Whether it surely matches every entry that `other` matches; no where that cannot be told, or `other` matches nothing.
    ///
    /// ```
    /// use gardener_engine::query::Query;
    /// let query = |text| Query::parse(text).query.unwrap();
    /// assert!(query("severity>=ERROR").covers(&query("severity=CRITICAL message:boom")));
    /// assert!(query("message:conn").covers(&query("message:\"connection refused\"")));
    /// assert!(!query("message:\"connection refused\"").covers(&query("message:conn")));
    /// ```
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        !other.is_never && self.gist().may_follow(other.gist()) && cover::covers(&self.test, &other.test)
    }

    fn gist(&self) -> &cover::Gist {
        self.gist.get_or_init(|| cover::Gist::of(&self.test))
    }

    /// Literals of which every matching entry holds at least one; nothing where no such set is known.
    #[must_use]
    pub fn literals(&self) -> Option<Vec<Literal>> {
        self.literals.clone()
    }

    /// The paths that it reads. A search over all fields reads none in particular.
    #[must_use]
    pub fn paths(&self) -> BTreeSet<FieldPath> {
        let mut paths = BTreeSet::new();
        self.test.paths(&mut paths);
        paths
    }

    /// As it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// As Cloud Logging takes it: `message` stands for the fields at these paths, any of which may hold.
    ///
    /// Where an entry has text at several of the paths, Cloud Logging looks at all of them, and a rule only at the first.
    ///
    /// ```
    /// use gardener_engine::{entry::FieldPath, query::Query};
    /// let paths = ["jsonPayload.message", "textPayload"].map(|path| FieldPath::parse(path).unwrap());
    /// let query = Query::parse("severity=ERROR AND message:boom").query.unwrap();
    /// assert_eq!(query.to_logging(&paths), "severity=ERROR AND (jsonPayload.message:boom OR textPayload:boom)");
    /// ```
    #[must_use]
    pub fn to_logging(&self, message_paths: &[FieldPath]) -> String {
        match &self.tree {
            Some(tree) => expand::expand(&self.text, tree, message_paths),
            None => self.text.clone(),
        }
    }

    /// As Cloud Logging takes it, and finds with it all that matches here, and perhaps more: to read what rules then look at.
    ///
    /// ```
    /// use gardener_engine::{entry::FieldPath, query::Query};
    /// let paths = ["jsonPayload.message", "textPayload"].map(|path| FieldPath::parse(path).unwrap());
    /// let query = Query::parse("severity=INFO AND NOT message:boom").query.unwrap();
    /// assert_eq!(query.to_covering_logging(&paths), "severity=INFO AND severity>=DEFAULT");
    /// ```
    #[must_use]
    pub fn to_covering_logging(&self, message_paths: &[FieldPath]) -> String {
        match &self.tree {
            Some(tree) => expand::covering(&self.text, tree, message_paths),
            None => self.text.clone(),
        }
    }
}

/// The parts of a test that are asked of an entry whose log severity fits, and of which one part is told to hold: those that
/// take least come first.
fn asked(test: &test::Test, told: Option<usize>) -> Box<[usize]> {
    let parts = test.parts();
    let is_open = |(at, part): &(usize, &test::Test)| Some(*at) != told && !cover::is_of_severity(part);
    let mut asked: Vec<usize> = parts.iter().enumerate().filter(is_open).map(|(at, _)| at).collect();
    asked.sort_by_key(|at| parts.get(*at).map_or(0, test::Test::effort));
    asked.into()
}

impl fmt::Display for Query {
    /// The query with all the parentheses that it means, on one line, without comments.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.as_ref().map_or(Ok(()), |tree| tree.fmt(f))
    }
}

#[cfg(test)]
pub(crate) mod tests;
