//! Text as code: fenced blocks and spans, in which Markdown, HTML and mentions mean nothing.

use super::hidden::{flat, lines};
use super::markdown::inline_pending;
use super::{PIPE, settle_pipes};

/// The longest run of backticks in a text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// A fenced block that the text cannot end: its fence is longer than any run of backticks inside. It begins at the
/// beginning of a line and has no line break behind its last fence.
///
/// ````
/// use gardener_engine::render::neutral::fence;
/// assert_eq!(fence("{}", "json"), "```json\n{}\n```");
/// assert_eq!(fence("```", ""), "````\n```\n````");
/// ````
#[must_use]
pub fn fence(text: &str, language: &str) -> String {
    let text = lines(text);
    let ticks = "`".repeat(longest_run(&text).saturating_add(1).max(3));
    let language: String =
        language.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '_' | '.')).collect();
    let end = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    format!("{ticks}{language}\n{text}{end}{ticks}")
}

/// A code span on one line, for use outside tables.
///
/// ```
/// use gardener_engine::render::neutral::code_span;
/// assert_eq!(code_span("a | b"), "`a | b`");
/// assert_eq!(code_span("`x`"), "`` `x` ``");
/// ```
#[must_use]
pub fn code_span(text: &str) -> String {
    settle_pipes(&code_span_pending(text))
}

/// A code span whose pipes are [`PIPE`]s, for documents that are settled later.
pub(in crate::render) fn code_span_pending(text: &str) -> String {
    let text = flat(text);
    // In a table, `\|` inside a code span is a pipe; but where the text itself has a backslash before it, parsers disagree
    // on which of the two is escaped, and so on where the cell and the span end.
    if text.contains("\\|") {
        return format!("<code>{}</code>", inline_pending(&text));
    }
    if text.is_empty() {
        return "` `".to_owned();
    }
    let ticks = "`".repeat(longest_run(&text).saturating_add(1));
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}").replace('|', PIPE.encode_utf8(&mut [0; 4]))
}
