//! Texts cut, padded and wrapped to the columns of a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A text with spaces around it up to a width.
pub(super) fn padded(text: &str, width: usize, is_right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    if is_right { format!("{space}{text}") } else { format!("{text}{space}") }
}

/// As much of a text as fits, with `more` at its end where something is left out.
pub(super) fn cut(text: &str, width: usize, more: &str) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(more.width());
    let mut short = String::new();
    let mut taken = 0;
    for c in text.chars() {
        taken += c.width().unwrap_or(0);
        if taken > room || short.len() > width.saturating_mul(16) {
            break;
        }
        short.push(c);
    }
    // The width of a sequence, such as an emoji with its presentation, can exceed that of its characters.
    while short.width() > room {
        short.pop();
    }
    short.truncate(short.trim_end().len());
    short + more
}

/// A text broken between words into lines that fit.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let word = cut(word, width, "…");
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
}
