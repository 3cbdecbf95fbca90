//! What is YAML and hardly meant: tags, and comments in the middle of a text.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Span};
use crate::pack::codes;

/// That the value at a span has a tag.
pub(super) fn tag(text: &str, value: Span) -> Option<Diagnostic> {
    let tag = tag_before(text, value.range().start)?;
    let message = format!("the tag `{}` means nothing here", text.get(tag.clone()).unwrap_or(""));
    Some(
        Diagnostic::new(&codes::YAML_TAG, Span::new(value.file, tag), message)
            .label("a tag of YAML")
            .help("take it out; a text that begins with `!` must stand in quotes"),
    )
}

/// The tag that a value has, if it has one other than `!!str`: the parser drops it, and what stood behind it would be taken
/// for something else without a word.
fn tag_before(text: &str, start: usize) -> Option<Range<usize>> {
    let mut before = text.get(..start)?;
    loop {
        let rest = before.trim_end();
        let at = rest.rfind(|c: char| c.is_whitespace() || matches!(c, '[' | '{')).map_or(0, |at| at + 1);
        let word = rest.get(at..)?;
        // An anchor, or the mark of a block, may stand between.
        if word.starts_with('&') || (word.starts_with(['|', '>']) && word.len() <= 3) {
            before = rest.get(..at)?;
            continue;
        }
        let is_tag = word.starts_with('!') && word != "!!str" && !word.ends_with([',', ':', ']', '}', '"', '\'']);
        return is_tag.then_some(at..at + word.len());
    }
}

/// That a comment begins behind the text at a span that looks as if it were part of it: `Pool #3 is dry`.
pub(super) fn comment(text: &str, value: Span) -> Option<Diagnostic> {
    let own = text.get(value.range()).unwrap_or("");
    let behind = text.get(value.range().end..).and_then(|rest| rest.lines().next()).unwrap_or("");
    let comment = behind.trim_start();
    let first = comment.strip_prefix('#')?.chars().next().filter(|first| first.is_alphanumeric())?;
    let is_plain = !own.starts_with(['"', '\'']) && !own.contains('\n');
    // Behind a single word, as in `severity: P3 #for now`, a comment is a comment, unless it is a number.
    if !is_plain || !(own.contains(' ') || first.is_ascii_digit()) {
        return None;
    }
    let at = value.range().end + (behind.len() - comment.len());
    let span = Span::new(value.file, at..at + comment.trim_end().len());
    Some(
        Diagnostic::new(&codes::YAML_COMMENT, span, "the text ends here, for a blank and a `#` begin a comment")
            .label("not part of the text")
            .help("put the whole text in quotes; if this is a comment, write a blank behind the `#`"),
    )
}
