//! Diagnostics drawn for people, for programs and for GitHub.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use gardener_engine::diagnostic::{Diagnostic, Level as Severity, Sources, Span};
use serde_json::json;

use super::clean;

/// Each problem with its line and a caret, and a line between two.
pub(crate) fn text(diagnostics: &[&Diagnostic], sources: &Sources, is_colored: bool) -> String {
    let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&[group(diagnostic, sources)]));
        text.push_str("\n\n");
    }
    text
}

fn group<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources) -> Group<'d> {
    let level = match diagnostic.code.level {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.id));
    if let Some(span) = diagnostic.span {
        let label = diagnostic.label.as_deref().map(clean).unwrap_or_default();
        group = group.element(snippet(span, label, AnnotationKind::Primary, sources));
    }
    for (span, remark) in &diagnostic.related {
        group = group.element(snippet(*span, clean(remark), AnnotationKind::Context, sources));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}

fn snippet<'s>(
    span: Span,
    label: String,
    kind: AnnotationKind,
    sources: &'s Sources,
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let text = sources.text(span.file);
    let mut range = span.range();
    range.end = range.end.min(text.len());
    range.start = range.start.min(range.end);
    while !text.is_char_boundary(range.start) {
        range.start -= 1;
    }
    while !text.is_char_boundary(range.end) {
        range.end += 1;
    }
    // A span of many lines hides what is meant: its first line is shown.
    if let Some(line) = text.get(range.clone()).and_then(|covered| covered.find('\n')) {
        range.end = range.start + line;
    }
    let annotation = kind.span(range);
    let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
    Snippet::source(text).path(sources.path(span.file)).annotation(annotation)
}

/// `2 errors, 1 warning`.
pub(crate) fn count(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    format!("{}, {}", plural(errors, "error"), plural(warnings, "warning"))
}

fn level(diagnostic: &Diagnostic) -> &'static str {
    if diagnostic.is_error() { "error" } else { "warning" }
}

/// A list of objects with `code`, `level`, `message`, `file`, `line`, `column`, `end_line`, `end_column`, `label`, `help`.
pub(crate) fn json(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let list: Vec<serde_json::Value> = diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.span.map(|span| place(span, sources));
            json!({
                "code": diagnostic.code.id,
                "level": level(diagnostic),
                "message": diagnostic.message,
                "file": place.as_ref().map(|place| &place.0),
                "line": place.as_ref().map(|place| place.1),
                "column": place.as_ref().map(|place| place.2),
                "end_line": place.as_ref().map(|place| place.3),
                "end_column": place.as_ref().map(|place| place.4),
                "label": diagnostic.label,
                "help": diagnostic.help,
            })
        })
        .collect();
    format!("{:#}\n", serde_json::Value::Array(list))
}

fn place(span: Span, sources: &Sources) -> (String, u32, u32, u32, u32) {
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end, ..span });
    (sources.path(span.file).to_owned(), start.line, start.column, end.line, end.column)
}

/// Workflow commands of GitHub Actions,
/// <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
pub(crate) fn github(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let mut properties = Vec::new();
        if let Some(span) = diagnostic.span {
            let (file, line, column, end_line, end_column) = place(span, sources);
            properties.push(format!("file={}", property(&file)));
            properties.push(format!("line={line},col={column}"));
            if end_line == line {
                properties.push(format!("endColumn={end_column}"));
            }
        }
        properties.push(format!("title={}", property(diagnostic.code.id)));
        let parts = [Some(&diagnostic.message), diagnostic.label.as_ref(), diagnostic.help.as_ref()];
        let message = parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join("\n");
        text.push_str(&format!("::{} {}::{}\n", level(diagnostic), properties.join(","), data(&message)));
    }
    text
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
