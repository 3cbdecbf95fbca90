//! What `check`, `test` and `diff` find, as one value, and the files that other programs read it from.
//!
//! Each command says what it looked at ([`Check`]) and what it found there ([`Finding`]); a format is a function of that.
//! Nothing in these files depends on the clock, so that the same rules give the same bytes.

mod github;
mod junit;
mod sarif;
#[cfg(test)]
mod tests;

use gardener_engine::diagnostic::{Code, Diagnostic, Level, Sources, Span};

pub(crate) use github::github;
pub(crate) use junit::junit;
pub(crate) use sarif::sarif;

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Findings {
    /// The command: `gardener check`.
    pub(crate) command: &'static str,
    /// What it looked at, in its order.
    pub(crate) checks: Vec<Check>,
}

/// One thing that was looked at: a file of a pack, a case, a kind of change.
#[derive(Debug)]
pub(crate) struct Check {
    /// What it belongs to.
    pub(crate) suite: String,
    /// Its name within that.
    pub(crate) name: String,
    /// The file that it stands in, where there is one.
    pub(crate) file: Option<String>,
    /// Whether it is as it should be; it may be so in spite of findings, such as warnings.
    pub(crate) has_passed: bool,
    /// What was found.
    pub(crate) findings: Vec<Finding>,
}

/// One thing that was found.
#[derive(Debug)]
pub(crate) struct Finding {
    /// Which kind.
    pub(crate) code: &'static Code,
    /// What is wrong, or changed.
    pub(crate) message: String,
    /// More of it, line by line: what was expected, other places, help.
    pub(crate) details: Vec<String>,
    /// Where.
    pub(crate) place: Option<Place>,
}

/// A stretch of a file; lines and columns count from 1, columns in characters, the end is excluded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The path that people see.
    pub(crate) file: String,
    /// Line and column of its start.
    pub(crate) start: (u32, u32),
    /// Line and column behind its end; nothing where only the start is known.
    pub(crate) end: Option<(u32, u32)>,
}

impl Place {
    pub(crate) fn of(span: Span, sources: &Sources) -> Self {
        let at = |span| {
            let position = sources.position(span);
            (position.line, position.column)
        };
        let end = at(Span { start: span.end, ..span });
        Self { file: sources.path(span.file).to_owned(), start: at(span), end: Some(end) }
    }
}

impl Finding {
    /// A problem of a pack.
    pub(crate) fn of_diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let mut details: Vec<String> = diagnostic.label.iter().cloned().collect();
        for (span, remark) in &diagnostic.related {
            let at = sources.position(*span);
            details.push(format!("{}:{}:{}: {remark}", sources.path(span.file), at.line, at.column));
        }
        details.extend(diagnostic.help.as_ref().map(|help| format!("help: {help}")));
        Self {
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            details,
            place: diagnostic.span.map(|span| Place::of(span, sources)),
        }
    }

    /// Message and details, one a line.
    fn text(&self) -> String {
        let mut lines = vec![self.message.as_str()];
        lines.extend(self.details.iter().map(String::as_str));
        lines.join("\n")
    }
}

/// `error` or `warning`.
fn level(code: &Code) -> &'static str {
    match code.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}
