//! The table of the last look: in place on a terminal, else behind the one before.

use gardener_engine::render;
use gardener_engine::report::Report;

use crate::context::Context;
use crate::error::Failure;
use crate::terminal;

/// Clears a terminal.
const CLEAR: &str = "\u{1b}[2J";
/// Goes to its first line.
const HOME: &str = "\u{1b}[H";
/// Clears what is left of a line.
const LINE: &str = "\u{1b}[K";
/// Clears all that is below.
const BELOW: &str = "\u{1b}[J";

/// Where tables are shown.
pub(super) struct Screen<'c> {
    context: &'c Context,
    is_begun: bool,
}

impl<'c> Screen<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self { context, is_begun: false }
    }

    /// Shows a report, and remarks: on a terminal below it, for above it they would be drawn over.
    pub(super) fn show(&mut self, report: &Report, notes: &[String]) -> Result<(), Failure> {
        let (context, table) = (self.context, render::table(report, &super::super::style(self.context, None)));
        let notes = notes.iter().map(|note| terminal::warning(note, context.stderr_has_color()));
        let Some(rows) = context.terminal_rows() else {
            notes.for_each(|note| context.tell(&note));
            return super::super::print(context, &format!("{table}\n"));
        };
        let text = in_place(&table, &notes.collect::<String>(), rows);
        let clear = if std::mem::replace(&mut self.is_begun, true) { "" } else { CLEAR };
        super::super::print(context, &format!("{clear}{text}"))
    }
}

/// A table drawn over the one before, in one go, so that nothing flickers: no line is cleared before there is something to
/// stand there. What the terminal has no rows for is counted; the last row is left to the cursor.
fn in_place(table: &str, notes: &str, rows: usize) -> String {
    let (table, notes) = (table.trim_end_matches('\n'), notes.trim_end_matches('\n'));
    let below: Vec<&str> = notes.lines().collect();
    let room = rows.saturating_sub(1 + below.len()).max(1);
    let lines: Vec<&str> = table.lines().collect();
    let mut text = HOME.to_owned();
    let mut put = |line: &str| text.extend([line, LINE, "\n"]);
    if lines.len() <= room {
        lines.iter().for_each(|line| put(line));
    } else {
        lines.iter().take(room - 1).for_each(|line| put(line));
        put(&format!("… and {} more lines", lines.len() - (room - 1)));
    }
    below.iter().for_each(|line| put(line));
    text + BELOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_drawn_over_the_one_before_and_fits() {
        assert_eq!(in_place("a\nb\n", "", 24), "\u{1b}[Ha\u{1b}[K\nb\u{1b}[K\n\u{1b}[J");
        let tall: String = (0..50).map(|n| format!("{n}\n")).collect();
        let drawn = in_place(&tall, "warning: busy\n", 10);
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), 10, "nine lines, and the cursor's");
        assert!(lines[7].contains("… and 43 more lines") && lines[8].contains("busy"), "{drawn:?}");
        assert!(!drawn.contains("2J"), "nothing is cleared before it is drawn");
        assert_eq!(in_place("a\nb\n", "", 1).lines().count(), 2);
    }
}
