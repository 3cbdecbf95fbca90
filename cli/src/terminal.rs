//! What people see beside results: diagnostics, progress, the summary line.

pub(crate) mod diagnostics;
pub(crate) mod difference;
pub(crate) mod fold;
pub(crate) mod progress;
pub(crate) mod pulling;
pub(crate) mod summary;
pub(crate) mod test_results;

use anstyle::{AnsiColor, Style};
use gardener_engine::render::neutral;

/// Text from outside on its way to a terminal: nothing in it can move the cursor or turn what is read around. Line breaks
/// stay.
pub(crate) fn clean(text: &str) -> String {
    neutral::lines(text)
}

/// An error that no line of a file is to blame for, in the shape of clap's.
pub(crate) fn error(message: &str, help: Option<&str>, is_colored: bool) -> String {
    let mut text = labelled("error", AnsiColor::Red, message, is_colored);
    if let Some(help) = help {
        text.push_str("  ");
        text.push_str(&labelled("help", AnsiColor::Cyan, help, is_colored));
    }
    text
}

/// A warning that is about no line of a file that is shown.
pub(crate) fn warning(message: &str, is_colored: bool) -> String {
    labelled("warning", AnsiColor::Yellow, message, is_colored)
}

fn labelled(label: &str, color: AnsiColor, message: &str, is_colored: bool) -> String {
    let style = if is_colored { Style::new().bold().fg_color(Some(color.into())) } else { Style::new() };
    format!("{style}{label}:{style:#} {}\n", clean(message))
}
