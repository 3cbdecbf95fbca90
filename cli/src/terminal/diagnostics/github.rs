//! Annotations of GitHub Actions.

use gardener_engine::diagnostic::{Diagnostic, Sources, Span};

use super::level;
use crate::terminal::clean;

/// Each problem as a workflow command, one a line; see
/// <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
pub(crate) fn github(diagnostics: &[&Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| command(diagnostic, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut properties = Vec::new();
    if let Some(span) = diagnostic.span {
        let start = sources.position(span);
        let end = sources.position(Span { start: span.end, ..span });
        properties.push(format!("file={}", property(sources.path(span.file))));
        properties.push(format!("line={}", start.line));
        properties.push(format!("endLine={}", end.line));
        properties.push(format!("col={}", start.column));
        // GitHub takes an end column for one of the first line, and the last column for included.
        if end.line == start.line && end.column > start.column {
            properties.push(format!("endColumn={}", end.column - 1));
        }
    }
    properties.push(format!("title={}", property(diagnostic.code.id)));
    let mut parts = vec![diagnostic.message.clone()];
    parts.extend(diagnostic.label.clone());
    for (span, remark) in &diagnostic.related {
        let at = sources.position(*span);
        parts.push(format!("{}:{}:{}: {remark}", sources.path(span.file), at.line, at.column));
    }
    parts.extend(diagnostic.help.as_ref().map(|help| format!("help: {help}")));
    format!("::{} {}::{}\n", level(diagnostic), properties.join(","), data(&parts.join("\n")))
}

/// What stands behind the second `::`, as `actions/toolkit` escapes it.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which the separators are escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
