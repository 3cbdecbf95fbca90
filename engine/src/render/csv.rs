//! CSV (RFC 4180): for spreadsheets, which take a text that begins like a formula for one.

use crate::entry::Timestamp;

use super::neutral::flat;

/// What stands between two commas.
pub(super) struct Cell(String);

impl Cell {
    pub(super) fn empty() -> Self {
        Self(String::new())
    }

    /// A text of others: on one line, and no formula.
    pub(super) fn text(text: &str) -> Self {
        let text = flat(text);
        // Spreadsheets also take the wide forms of these marks for the beginning of a formula.
        let is_formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
        Self(if is_formula { format!("'{text}") } else { text })
    }

    /// A number, a name of ours, a fingerprint: nothing in it is of others.
    pub(super) fn plain(value: impl std::fmt::Display) -> Self {
        Self(value.to_string())
    }

    pub(super) fn maybe<T: std::fmt::Display>(value: Option<T>) -> Self {
        value.map_or_else(Self::empty, Self::plain)
    }

    pub(super) fn time(time: Option<Timestamp>) -> Self {
        Self::maybe(time)
    }

    /// A number; what is none is nothing.
    pub(super) fn number(number: f64) -> Self {
        // Adding zero makes the negative zero positive.
        if number.is_finite() { Self::plain(number + 0.0) } else { Self::empty() }
    }
}

/// The text while it grows.
pub(super) struct Rows {
    pub(super) text: String,
}

impl Rows {
    /// Rows that go on behind others: without the names of the columns.
    pub(super) fn bare() -> Self {
        Self { text: String::new() }
    }

    /// Rows below the names of their columns.
    pub(super) fn new(names: &[&str]) -> Self {
        let mut rows = Self { text: String::new() };
        rows.row(names.iter().map(|name| Cell::text(name)).collect());
        rows
    }

    /// One more row.
    pub(super) fn row(&mut self, cells: Vec<Cell>) {
        for (at, Cell(cell)) in cells.into_iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            if cell.contains([',', '"', '\r', '\n', '\'']) {
                self.text.push('"');
                self.text.push_str(&cell.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(&cell);
            }
        }
        self.text.push_str("\r\n");
    }
}
