//! The worklog: Markdown from a template that a pack can replace.

use std::fmt;
use std::io;
use std::ops::Range;

use minijinja::{Environment, ErrorKind, Value};

use crate::diagnostic::Problem;
use crate::report::Report;

use super::neutral::settle_pipes;
use super::output::Output;
use super::{context, environment};

/// A document longer than this, in bytes, is a mistake of its template.
const LONGEST: usize = 32 << 20;

/// The codes of diagnostics about templates.
pub mod codes {
    crate::codes! {
        /// A template that cannot be rendered.
        BAD_TEMPLATE = "bad-template", Error, "a template cannot be rendered",
            "Templates are [MiniJinja](https://docs.rs/minijinja/latest/minijinja/syntax/). The template is not well formed, names a \
             variable, a filter or a template that does not exist, or takes too many steps.\n\nThe worklog's variables are \
             `report` (the JSON report, whose fields are variables as well; each cluster with `number`, `horizon` and `sparkline` as well, its causes, symptoms and related clusters with `number` and `is_muted`), `horizons`, `date` and `time_range`; those of issues have `cluster` as well, the one that they are about. \
             Beside MiniJinja's filters there are `code_span`, `day`, `duration`, `fence`, `json`, `label`, `link`, `mark`, `md`, `moment`, \
             `number`, `plural`, `short`, `sparkline` and `time_of_day`; `safe` is not there, because log text must never be \
             printed as it is.\n\n```jinja\n{% extends \"default/worklog.md.j2\" %}\n{% block appendix %}{% endblock %}\n```\n\n\
             Where a template fails although `gardener check` had nothing against it, the worklog is written by the default template, \
             says so among its notes, and the exit code is 3; a text for an issue is written by the default template, and the plan says so.";
        /// A part of a template that nobody sees.
        NEVER_SHOWN = "template-never-shown", Warning, "a part of a template is never shown",
            "A template that begins with `{% extends \"default/worklog.md.j2\" %}` shows the default one with some of its blocks replaced. A \
             block of another name replaces nothing, and what stands outside of blocks has no place in it.\n\n\
             ```jinja\n{% extends \"default/worklog.md.j2\" %}\n{% block titel %}…{% endblock %}     {# the block is called `title` #}\n```\n";
    }
}

/// A template of a document.
#[derive(Clone, Copy, Debug)]
pub struct Template<'t> {
    /// The file's name, for messages.
    pub name: &'t str,
    /// Its text.
    pub text: &'t str,
}

impl Template<'static> {
    /// The default pack's of the worklog.
    pub const DEFAULT: Self =
        Self { name: "default/worklog.md.j2", text: include_str!("../../../rules/default/templates/worklog.md.j2") };

    /// The default pack's of a document.
    #[must_use]
    pub fn of(output: Output) -> Self {
        Self { name: output.base(), text: output.default_text() }
    }
}

/// Why a template could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateFailure {
    /// The template that failed: the one given, or the default one that it extends.
    pub name: String,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// The place in it, in bytes.
    pub range: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<&'static str>,
}

impl TemplateFailure {
    /// The same as a problem of the template that was given; at its first line where the failure is in the default template,
    /// which the pack cannot change.
    #[must_use]
    pub fn problem(&self, template: &Template<'_>) -> Problem {
        let text = template.text;
        if self.name != template.name {
            let first = text.lines().next().map_or(0, str::len);
            return Problem::new(&codes::BAD_TEMPLATE, 0..first, format!("the template failed in {self}"));
        }
        let range = self.range.clone().or_else(|| {
            let line = self.line?.checked_sub(1)?;
            let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
            let length = text.split_inclusive('\n').nth(line)?.trim_end().len();
            Some(start..start + length)
        });
        let range = range.filter(|range| text.get(range.clone()).is_some()).unwrap_or(0..0);
        let problem = Problem::new(&codes::BAD_TEMPLATE, range, format!("the template failed: {}", self.message));
        match &self.help {
            Some(help) => problem.help(*help),
            None => problem,
        }
    }

    fn new(error: &minijinja::Error, template: &Template<'_>, output: Output) -> Self {
        let detail = error.detail().filter(|detail| !detail.is_empty());
        let kind = error.kind();
        let message = match (kind, detail) {
            (ErrorKind::OutOfFuel, _) => "takes too many steps".to_owned(),
            (ErrorKind::WriteFailure, _) => format!("comes to more than {} MiB", LONGEST >> 20),
            (ErrorKind::UndefinedError, _) => missing(error, template, output),
            (ErrorKind::TemplateNotFound, Some(detail)) => detail.replace('\'', "`"),
            (ErrorKind::SyntaxError | ErrorKind::UnknownFilter | ErrorKind::UnknownFunction, Some(detail))
            | (ErrorKind::UnknownTest | ErrorKind::UnknownMethod, Some(detail)) => detail.to_owned(),
            (kind, Some(detail)) => format!("{kind}: {detail}"),
            (kind, None) => kind.to_string(),
        };
        Self {
            name: error.name().unwrap_or(template.name).to_owned(),
            line: error.line(),
            range: error.range(),
            message,
            help: match kind {
                ErrorKind::OutOfFuel => Some("put a limit on its loops, as in `clusters[:50]`"),
                ErrorKind::WriteFailure => Some("print less of each cluster, or fewer of them, as in `clusters[:50]`"),
                ErrorKind::UndefinedError => Some("what may be missing is asked for first: `{% if … %}`"),
                _ => None,
            },
        }
    }
}

/// What an undefined value is called in the template.
fn missing(error: &minijinja::Error, template: &Template<'_>, output: Output) -> String {
    let source = if error.name() == Some(template.name) { template.text } else { output.default_text() };
    let named = error.range().and_then(|range| source.get(range));
    match named {
        Some(expression) => format!("`{expression}` has no value here"),
        None => "a value does not exist".to_owned(),
    }
}

impl fmt::Display for TemplateFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.name, self.message),
            None => write!(f, "{}: {}", self.name, self.message),
        }
    }
}

impl std::error::Error for TemplateFailure {}

/// The worklog of a report.
///
/// Every value that the template prints is neutralised for Markdown, unless one of our filters has put it into code.
/// The template can include nothing, and extend only the default.
///
/// # Errors
/// Where the template is not well formed, names what does not exist, or comes to no end.
pub fn worklog(report: &Report, template: &Template<'_>) -> Result<String, TemplateFailure> {
    rendered(Output::Worklog, template, environment::environment(report), context::variables(report))
}

/// The document that a template makes of these variables, in the environment of the report.
pub(super) fn rendered(
    output: Output,
    template: &Template<'_>,
    mut env: Environment<'_>,
    variables: Value,
) -> Result<String, TemplateFailure> {
    let failure = |error: minijinja::Error| TemplateFailure::new(&error, template, output);
    env.add_template_owned(output.base(), output.default_text()).map_err(failure)?;
    env.add_template_owned(template.name.to_owned(), template.text.to_owned()).map_err(failure)?;
    let mut document = Bounded(Vec::new());
    env.get_template(template.name)
        .and_then(|compiled| compiled.render_captured_to(variables, &mut document).map(|_| ()))
        .map_err(failure)?;
    Ok(tidied(&settle_pipes(&String::from_utf8_lossy(&document.0))))
}

/// The document with at most one empty line between two others, and one line break at its end. Blank lines inside fences
/// stay: samples are JSON, which has none, and what a template fences otherwise is its own.
fn tidied(document: &str) -> String {
    let mut out = String::with_capacity(document.len());
    let mut is_blank = true;
    let mut fence: Option<&str> = None;
    for line in document.lines() {
        let ticks = line.get(..line.len() - line.trim_start_matches('`').len()).unwrap_or("");
        match fence {
            Some(open) if line.trim_end() == open => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        let was_blank = std::mem::replace(&mut is_blank, line.trim().is_empty() && fence.is_none());
        if !(is_blank && was_blank) {
            out.push_str(if is_blank { "" } else { line });
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A document that refuses to grow too long.
struct Bounded(Vec<u8>);

impl io::Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > LONGEST {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
