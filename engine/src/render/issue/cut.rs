//! A text that is too long for a tracker, cut so that what is left is whole Markdown.

use super::super::neutral::fence;
use super::super::number;

/// Characters of a text at most: GitHub takes 65,536, and the block's marks and a person's words come on top.
pub(super) const LONGEST: usize = 60_000;

/// Characters that are shown of a line that is too long by itself: with fences as long as it is itself that is just not too much.
const LINE: usize = 19_000;

/// Characters that the note at the end takes at most, with the line breaks around it.
const NOTE: usize = 100;

/// The text, cut at the end of a line where it is too long; what has been opened there is closed. Also what people are told.
pub(super) fn cut(text: &str) -> (String, Option<String>) {
    let length = text.chars().count();
    if length <= LONGEST {
        return (text.to_owned(), None);
    }
    let (end, open) = last_whole_line(text);
    let mut short = text.get(..end).unwrap_or("").trim_end().to_owned();
    if short.is_empty() {
        // One line that is too long by itself. Its beginning is shown as code, for a span that is cut in half is none, and what
        // it held would mean something again.
        short = fence(&text.chars().take(LINE).collect::<String>(), "");
    }
    let note = format!("cut: the text had {} characters", number::count(u64::try_from(length).unwrap_or(u64::MAX)));
    if let Some(fence) = open {
        short.push('\n');
        short.push_str(&fence);
    }
    short.push_str(&format!("\n\n*{note}*\n"));
    (short, Some(note))
}

/// The end of the last line up to which the text fits, with what closes the fence that is open there.
fn last_whole_line(text: &str) -> (usize, Option<String>) {
    let (mut at, mut length, mut open) = (0, 0, None::<String>);
    let mut last = (0, None);
    for line in text.split_inclusive('\n') {
        at += line.len();
        length += line.chars().count();
        open = fence_after(line, open);
        let closing = open.as_ref().map_or(0, |fence| fence.len() + 1);
        if length > LONGEST {
            break;
        }
        if length + closing + NOTE <= LONGEST {
            last = (at, open.clone());
        }
    }
    last
}

/// The fence that is open behind a line, where one is.
fn fence_after(line: &str, open: Option<String>) -> Option<String> {
    let line = line.trim();
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'));
    let run: String = line.chars().take_while(|c| Some(*c) == sign).collect();
    match open {
        // It is closed by as many of the same sign, and nothing behind them.
        Some(fence) if run.len() == line.len() && run.starts_with(&fence) => None,
        Some(fence) => Some(fence),
        None if run.len() >= 3 => Some(run),
        None => None,
    }
}
