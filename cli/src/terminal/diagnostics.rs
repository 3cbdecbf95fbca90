//! Diagnostics drawn for people, for programs and for GitHub.

mod excerpt;
mod json;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};
use gardener_engine::diagnostic::{Diagnostic, Level as Severity, Position, Sources, Span};
use gardener_engine::render::counted;

use super::clean;
use excerpt::Excerpt;

pub(crate) use json::json;

/// Stands behind a path whose column is yet to be put right. A noncharacter, which [`clean`] keeps out of all else.
const MARK: char = '\u{fdd0}';

/// Each problem with its line and a caret, the places that belong to it, and what to do about it.
pub(crate) fn text(diagnostics: &[&Diagnostic], sources: &Sources, is_colored: bool) -> String {
    let renderer = if is_colored { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        let places = Place::all(diagnostic, sources);
        let mut drawn = renderer.render(&[group(diagnostic, &places)]);
        for place in &places {
            drawn = place.with_column(drawn);
        }
        text.push_str(drawn.trim_end());
        text.push_str("\n\n");
    }
    text
}

fn group<'p>(diagnostic: &Diagnostic, places: &'p [Place]) -> Group<'p> {
    let level = match diagnostic.code.level {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.id);
    let mut group = Group::with_title(title).elements(places.iter().map(Place::element));
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    group
}

/// A place in a file, as it is drawn.
#[derive(Debug)]
struct Place {
    kind: AnnotationKind,
    path: String,
    at: Position,
    label: Option<String>,
    /// The line; nothing of a file that is not there, or is no text.
    excerpt: Option<Excerpt>,
}

impl Place {
    /// The place of a problem and those that belong to it.
    fn all(diagnostic: &Diagnostic, sources: &Sources) -> Vec<Self> {
        let primary = diagnostic.span.map(|span| (span, diagnostic.label.as_deref(), AnnotationKind::Primary));
        let related =
            diagnostic.related.iter().map(|(span, remark)| (*span, Some(remark.as_str()), AnnotationKind::Context));
        primary.into_iter().chain(related).map(|(span, label, kind)| Self::new(span, label, kind, sources)).collect()
    }

    fn new(span: Span, label: Option<&str>, kind: AnnotationKind, sources: &Sources) -> Self {
        let file = sources.text(span.file);
        Self {
            kind,
            path: clean(sources.path(span.file)),
            at: sources.position(span),
            label: label.filter(|label| !label.is_empty()).map(clean),
            excerpt: (!file.is_empty()).then(|| Excerpt::of(file, span)),
        }
    }

    fn element(&self) -> Element<'_> {
        let line = self.at.line as usize;
        let Some(excerpt) = &self.excerpt else {
            return Origin::path(&self.path).line(line).char_column(self.at.column as usize).into();
        };
        let mut annotation = self.kind.span(excerpt.range.clone());
        if let Some(label) = &self.label {
            annotation = annotation.label(label);
        }
        let path = match self.drawn_column() {
            Some(_) => format!("{}{MARK}", self.path),
            None => self.path.clone(),
        };
        Snippet::source(&excerpt.text).path(path).line_start(line).annotation(annotation).into()
    }

    /// The column that is drawn, where it is not that of the file, because the line was shortened or made visible.
    fn drawn_column(&self) -> Option<usize> {
        let excerpt = self.excerpt.as_ref()?;
        let column = excerpt.text.get(..excerpt.range.start).unwrap_or("").chars().count() + 1;
        (column != self.at.column as usize).then_some(column)
    }

    /// The drawing with this place's own column.
    fn with_column(&self, drawing: String) -> String {
        let Some(column) = self.drawn_column() else { return drawing };
        let Position { line, column: own } = self.at;
        drawing.replacen(&format!("{MARK}:{line}:{column}"), &format!(":{line}:{own}"), 1)
    }
}

/// `2 errors, 1 warning`.
pub(crate) fn count(diagnostics: &[Diagnostic]) -> String {
    let of = |is_error: bool| diagnostics.iter().filter(|diagnostic| diagnostic.is_error() == is_error).count() as u64;
    format!("{}, {}", counted(of(true), "error", None), counted(of(false), "warning", None))
}

fn level(diagnostic: &Diagnostic) -> &'static str {
    if diagnostic.is_error() { "error" } else { "warning" }
}

#[cfg(test)]
mod tests;
