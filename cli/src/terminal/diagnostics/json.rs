//! Diagnostics for programs.

use gardener_engine::diagnostic::{Diagnostic, Sources, Span};
use gardener_engine::render;
use serde::Serialize;

use super::level;

/// One problem. Lines and columns count from 1, columns in characters; the end is excluded.
#[derive(Debug, Serialize)]
struct Problem<'d> {
    code: &'static str,
    level: &'static str,
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
    label: Option<&'d str>,
    help: Option<&'d str>,
    related: Vec<Related<'d>>,
}

/// A place in a file; all of it is `null` for a problem that no file has.
#[derive(Debug, Default, Serialize)]
struct Place<'d> {
    file: Option<&'d str>,
    line: Option<u32>,
    column: Option<u32>,
    end_line: Option<u32>,
    end_column: Option<u32>,
}

/// Another place that belongs to a problem.
#[derive(Debug, Serialize)]
struct Related<'d> {
    message: &'d str,
    #[serde(flatten)]
    place: Place<'d>,
}

/// A list of objects, `[]` where there is no problem.
pub(crate) fn json(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let list: Vec<Problem<'_>> = diagnostics.iter().map(|diagnostic| problem(diagnostic, sources)).collect();
    // Every key is a string, so that this cannot fail.
    format!("{}\n", render::pretty(&list).unwrap_or_default())
}

fn problem<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Problem<'d> {
    let related = |(span, remark): &'d (Span, String)| Related { message: remark, place: place(*span, sources) };
    Problem {
        code: diagnostic.code.id,
        level: level(diagnostic),
        message: &diagnostic.message,
        place: diagnostic.span.map(|span| place(span, sources)).unwrap_or_default(),
        label: diagnostic.label.as_deref(),
        help: diagnostic.help.as_deref(),
        related: diagnostic.related.iter().map(related).collect(),
    }
}

fn place(span: Span, sources: &Sources) -> Place<'_> {
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end, ..span });
    Place {
        file: Some(sources.path(span.file)),
        line: Some(start.line),
        column: Some(start.column),
        end_line: Some(end.line),
        end_column: Some(end.column),
    }
}
