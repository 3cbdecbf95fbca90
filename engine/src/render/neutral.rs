//! Strangers' text made harmless for each output, and still pleasant to read.
//!
//! Log text, and everything made of it, may hold anything: Markdown, HTML, `@mentions`, `#123`, terminal escapes, bidi
//! controls. What is special in an output is escaped; what cannot be seen is shown; ordinary text is left as it is, because
//! people read a worklog raw as well.

mod code;
mod hidden;
mod markdown;

pub(super) use code::code_span_pending;
pub use code::{code_span, fence};
pub use hidden::{flat, is_hidden, lines};
pub(super) use markdown::unlinked;
pub use markdown::{address, inline, link};
pub(super) use markdown::{inline_pending, link_pending};

/// Stands for a `|` of a value until it is known whether its line is a row of a table. It is a noncharacter
/// (<https://www.unicode.org/faq/private_use.html#nonchar1>), and [`is_hidden`] keeps it out of values.
pub(super) const PIPE: char = '\u{fdd0}';

/// Writes the pending pipes of a document: escaped in rows of tables, where they would end a cell, as they are elsewhere.
///
/// A line that holds a `|` of the template's own counts as a row.
pub(super) fn settle_pipes(document: &str) -> String {
    if !document.contains(PIPE) {
        return document.to_owned();
    }
    let mut settled = String::with_capacity(document.len());
    for line in document.split_inclusive('\n') {
        let pipe = if line.contains('|') { "\\|" } else { "|" };
        settled.push_str(&line.replace(PIPE, pipe));
    }
    settled
}

/// The beginning of a text, so many characters at most, the last of them `…` where something is left out.
#[must_use]
pub fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some(_) => {
            let mut short: String = text.chars().take(characters.saturating_sub(1)).collect();
            short.truncate(short.trim_end().len());
            short.push('…');
            short
        }
    }
}

#[cfg(test)]
mod tests;
