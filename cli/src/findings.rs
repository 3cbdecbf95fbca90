//! What `check`, `test` and `diff` find, as one value, and the files that other programs read it from.
//!
//! Each command says what it looked at ([`Check`]) and what it found there ([`Finding`]); a format is a function of that.
//! Nothing in these files depends on the clock, so that the same rules give the same bytes.

mod failure;
mod github;
mod junit;
mod repository;
mod sarif;
#[cfg(test)]
mod tests;

use std::fmt;

use gardener_engine::diagnostic::{Code, Diagnostic, FileId, Level, Sources, Span};

use crate::terminal::clean;

pub(crate) use github::github;
pub(crate) use junit::junit;
pub(crate) use repository::Repository;
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
    pub(crate) details: Vec<Detail>,
    /// Where.
    pub(crate) place: Option<Place>,
}

/// A line that tells more of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Detail {
    /// In words.
    Text(String),
    /// Another place that belongs to it, and what it did.
    Place(Place, String),
}

impl fmt::Display for Detail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Place(place, remark) => {
                write!(f, "{}:{}:{}: {remark}", place.file, place.start.0, place.start.1)
            }
        }
    }
}

impl From<String> for Detail {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
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

impl Findings {
    /// The problems of a pack by file. Each file is a check, which passes where it has no error (or, if warnings count, no
    /// warning); what belongs to no file is told of the whole pack.
    pub(crate) fn of_pack(
        command: &'static str,
        pack: &str,
        (diagnostics, sources): (&[Diagnostic], &Sources),
        deny_warnings: bool,
    ) -> Self {
        let check = |file: Option<FileId>| {
            let own = diagnostics.iter().filter(|diagnostic| diagnostic.span.map(|span| span.file) == file);
            let name = file.map_or_else(|| pack.to_owned(), |file| sources.path(file).to_owned());
            Check {
                suite: pack.to_owned(),
                name: clean(&name),
                file: file.map(|file| sources.path(file).to_owned()),
                has_passed: !own.clone().any(|diagnostic| diagnostic.is_error() || deny_warnings),
                findings: own.map(|diagnostic| Finding::of_diagnostic(diagnostic, sources)).collect(),
            }
        };
        let whole = check(None);
        let files = sources.files().map(|file| check(Some(file)));
        Self { command, checks: (!whole.findings.is_empty()).then_some(whole).into_iter().chain(files).collect() }
    }

    /// The same with other paths of files.
    pub(crate) fn with_files(&self, mut path: impl FnMut(&str) -> String) -> Self {
        let mut moved = |place: &Place| Place { file: path(&place.file), ..place.clone() };
        let mut checks = Vec::new();
        for check in &self.checks {
            let mut findings = Vec::new();
            for finding in &check.findings {
                let details = finding.details.iter().map(|detail| match detail {
                    Detail::Text(text) => Detail::Text(text.clone()),
                    Detail::Place(place, remark) => Detail::Place(moved(place), remark.clone()),
                });
                findings.push(Finding {
                    code: finding.code,
                    message: finding.message.clone(),
                    details: details.collect(),
                    place: finding.place.as_ref().map(&mut moved),
                });
            }
            let whole = |file: &String| Place { file: file.clone(), start: (1, 1), end: None };
            checks.push(Check {
                suite: check.suite.clone(),
                name: check.name.clone(),
                file: check.file.as_ref().map(whole).map(|place| moved(&place).file),
                has_passed: check.has_passed,
                findings,
            });
        }
        Self { command: self.command, checks }
    }
}

impl Finding {
    /// A problem of a pack.
    pub(crate) fn of_diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> Self {
        let mut details: Vec<Detail> = diagnostic.label.iter().cloned().map(Detail::Text).collect();
        let related = diagnostic.related.iter();
        details.extend(related.map(|(span, remark)| Detail::Place(Place::of(*span, sources), remark.clone())));
        details.extend(diagnostic.help.as_ref().map(|help| Detail::Text(format!("help: {help}"))));
        Self {
            code: diagnostic.code,
            message: diagnostic.message.clone(),
            details,
            place: diagnostic.span.map(|span| Place::of(span, sources)),
        }
    }

    /// Message and details, one a line.
    fn text(&self) -> String {
        let mut text = self.message.clone();
        self.details.iter().for_each(|detail| text.push_str(&format!("\n{detail}")));
        text
    }
}

/// `error` or `warning`.
fn level(code: &Code) -> &'static str {
    match code.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}
