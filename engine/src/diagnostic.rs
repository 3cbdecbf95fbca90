//! Problems found in a pack, a query, a script or an input, as values.
//!
//! A [`Problem`] speaks of one text (a query, a script) by byte range; a [`Diagnostic`] speaks of a file among [`Sources`].
//! Whoever owns the file turns the first into the second. Nothing here prints: the program draws the carets.

mod expression;
mod nearest;
mod source;

use std::ops::Range;

use serde::Serialize;

pub use expression::expression;
pub use nearest::nearest;
pub use source::{FileId, Place, Position, Sources, Span};

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The pack cannot be used as it is.
    Error,
    /// It can be used, but hardly means what its author thinks.
    Warning,
}

/// One kind of problem: a stable name in kebab case, and what it is about.
#[derive(Debug)]
pub struct Code {
    /// The stable name, such as `unknown-key`.
    pub id: &'static str,
    /// How bad it is.
    pub level: Level,
    /// One line for a table.
    pub summary: &'static str,
    /// What `gardener explain-code` shows: why it is a problem, an example, what to do. Markdown.
    pub explanation: &'static str,
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl Eq for Code {}

/// Declares codes as statics and lists them in `ALL`.
///
/// ```
/// gardener_engine::codes! {
///     /// A key that is not known.
///     UNKNOWN_KEY = "unknown-key", Error, "a key is not known here", "Every key is checked …";
/// }
/// assert_eq!(ALL[0].id, "unknown-key");
/// ```
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal, $level:ident, $summary:literal, $explanation:expr;)*) => {
        $($(#[$doc])*
        pub static $name: $crate::diagnostic::Code = $crate::diagnostic::Code {
            id: $id,
            level: $crate::diagnostic::Level::$level,
            summary: $summary,
            explanation: $explanation,
        };)*
        /// Every code declared here.
        pub static ALL: &[&$crate::diagnostic::Code] = &[$(&$name),*];
    };
}

/// A problem inside one text, by byte range into that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub code: &'static Code,
    /// Where, in bytes from the start of the text; within its bounds and on character boundaries.
    pub range: Range<usize>,
    /// What is wrong: lower case, the user's own words in backticks.
    pub message: String,
    /// What stands beside the caret, usually what was expected.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

impl Problem {
    /// A problem with just a message.
    #[must_use]
    pub fn new(code: &'static Code, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { code, range, message: message.into(), label: None, help: None }
    }

    /// The same, with what stands beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A problem in a file of a pack, or one that no file has (then `span` is empty).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of problem.
    pub code: &'static Code,
    /// Where it is.
    pub span: Option<Span>,
    /// What is wrong: lower case, the user's own words in backticks.
    pub message: String,
    /// What stands beside the caret, usually what was expected.
    pub label: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Other places that belong to it, each with a remark: the first definition of a duplicate, a caller of a function.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A diagnostic at a place.
    #[must_use]
    pub fn new(code: &'static Code, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        Self { code, span: span.into(), message: message.into(), label: None, help: None, related: Vec::new() }
    }

    /// The same, with what stands beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with another place that belongs to it.
    #[must_use]
    pub fn related(mut self, span: Span, remark: impl Into<String>) -> Self {
        self.related.push((span, remark.into()));
        self
    }

    /// A problem of a text, at the place in a file where `locate` says that the text's bytes are.
    #[must_use]
    pub fn from_problem(problem: Problem, locate: impl FnOnce(Range<usize>) -> Span) -> Self {
        Self {
            code: problem.code,
            span: Some(locate(problem.range)),
            message: problem.message,
            label: problem.label,
            help: problem.help,
            related: Vec::new(),
        }
    }

    /// Whether it makes the pack unusable.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code.level == Level::Error
    }
}

/// Sorts diagnostics by file, place and code, and drops repetitions, so that they come out the same on every run.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    diagnostics.sort_by(|a, b| {
        let key = |d: &Diagnostic| (d.span.map_or((u32::MAX, 0, 0), |s| (s.file.0, s.start, s.end)), d.code.id);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    diagnostics.dedup();
}
