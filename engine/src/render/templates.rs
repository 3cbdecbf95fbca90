//! The templates of captures: as a table for a terminal, as JSON, as CSV; and, record by record, what a log parser hands on.

use serde_json::json;

use super::columns::{Column, Room, lines};
use super::csv::{Cell, Rows};
use super::json::{compact, document};
use super::neutral::flat;
use super::number::{count, counted, moment};
use super::sheet::Sheet;
use super::table::TableStyle;
use crate::mining::{Mined, Template};

/// Templates that are shown in a table.
const TEMPLATES: usize = 500;
/// Characters that a template is given before other columns.
const TEMPLATE: usize = 48;
/// Characters of the longest bar.
const BAR: u64 = 12;

/// The templates as JSON, indented, with a final line break: the contract `gardener/templates/v1`.
#[must_use]
pub fn templates_json(mined: &Mined) -> String {
    document(mined)
}

/// The templates as CSV (RFC 4180), a row each, below the names of the columns.
///
/// Lines end in `\r\n`. Texts are on one line, with what is hidden in them shown; one that a spreadsheet would take for a
/// formula has a `'` before it.
#[must_use]
pub fn templates_csv(mined: &Mined) -> String {
    let mut out = Rows::new(&[
        "id",
        "template",
        "count",
        "share",
        "log_severities",
        "first_seen",
        "last_seen",
        "example",
        "example_capture",
        "example_number",
    ]);
    for template in &mined.templates {
        let example = template.example.as_ref();
        out.row(vec![
            Cell::text(&template.id),
            Cell::text(&template.template),
            Cell::plain(template.count),
            Cell::number(template.share),
            Cell::text(&severities(template)),
            Cell::time(template.first_seen),
            Cell::time(template.last_seen),
            Cell::text(example.map(|example| example.text.as_str()).unwrap_or_default()),
            Cell::text(example.map(|example| example.capture.as_str()).unwrap_or_default()),
            Cell::maybe(example.map(|example| example.number)),
        ]);
    }
    out.text
}

/// The templates as a table that is no wider than the style says, if that is 20 columns at least.
#[must_use]
pub fn templates_table(mined: &Mined, style: &TableStyle) -> String {
    let mut sheet = Sheet::new(style);
    let entries = &mined.entries;
    let templates = counted(mined.templates.len() as u64, "template", None);
    sheet.heading(&format!("{templates} of {}", counted(entries.of_templates, "entry", Some("entries"))));
    if !mined.templates.is_empty() {
        sheet.gap();
    }
    let width = style.width.max(20);
    let most = mined.templates.first().map_or(1, |template| template.count.max(1));
    // The template goes before all but the count.
    let room = width.saturating_sub(count(most).len().max("COUNT".len()) + 2).min(TEMPLATE);
    let column = |heading, is_number, room| Column { heading, is_number, room };
    let columns = [
        column("COUNT", true, Room::Fixed),
        column("", false, Room::Optional(1)),
        column("LOGGED AS", false, Room::Optional(2)),
        column("LAST SEEN", false, Room::Optional(3)),
        column("ID", false, Room::Optional(0)),
        column("TEMPLATE", false, Room::Least(room)),
    ];
    let row = |template: &Template| {
        vec![
            count(template.count),
            bar(template.count, most, style.ascii),
            severities(template),
            template.last_seen.map(moment).unwrap_or_default(),
            flat(&template.id),
            flat(&template.template),
        ]
    };
    let rows: Vec<Vec<String>> = mined.templates.iter().take(TEMPLATES).map(row).collect();
    if !rows.is_empty() {
        let more = if style.ascii { "..." } else { "…" };
        let drawn = lines(&columns, &rows, width, more);
        let (heading, rows) = drawn.split_first().map_or(("", [].as_slice()), |(first, rest)| (first.as_str(), rest));
        sheet.whole(heading, "2");
        rows.iter().for_each(|row| sheet.whole(row, ""));
    }
    sheet.more(mined.templates.len().saturating_sub(TEMPLATES), "template");
    sheet.gap();
    sheet.line(
        0,
        &format!(
            "{} read = {} malformed + {} duplicate + {} outside the window + {} of templates",
            count(entries.read),
            count(entries.malformed),
            count(entries.duplicate),
            count(entries.outside_window),
            count(entries.of_templates)
        ),
    );
    for note in mined.notes.iter().take(20) {
        sheet.line(0, &format!("note: {}", flat(note)));
    }
    sheet.finish()
}

/// `ERROR 3, WARNING 1`, the worst first; just `ERROR` where it is one.
fn severities(template: &Template) -> String {
    let mut severities: Vec<(&str, u64)> =
        template.log_severities.iter().map(|(name, count)| (*name, *count)).collect();
    if let [(name, _)] = severities.as_slice() {
        return (*name).to_owned();
    }
    severities.sort_by_key(|(name, _)| {
        std::cmp::Reverse(crate::entry::LogSeverity::ALL.into_iter().position(|severity| severity.name() == *name))
    });
    severities.iter().map(|(name, times)| format!("{name} {}", count(*times))).collect::<Vec<_>>().join(", ")
}

/// A bar as long as the count is, beside that of the most frequent one; to an eighth of a column.
fn bar(count: u64, most: u64, is_ascii: bool) -> String {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = u128::from(count) * u128::from(BAR) * 8 / u128::from(most.max(1));
    let eighths = usize::try_from(eighths.max(1)).unwrap_or(usize::MAX);
    if is_ascii {
        return "#".repeat(eighths.div_ceil(8));
    }
    format!("{}{}", "█".repeat(eighths / 8), PARTS.get(eighths % 8).unwrap_or(&""))
}

/// A record and its template, as a log parser hands them on.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// The capture, as it was named, redacted.
    pub capture: &'r str,
    /// The line where the record begins, from 1.
    pub line: u64,
    /// The record's number in its capture, from 1.
    pub record: u64,
    /// The id and the text of its template; nothing where it cannot be read.
    pub template: Option<(&'r str, &'r str)>,
}

impl Row<'_> {
    /// The names of the columns as CSV.
    #[must_use]
    pub fn csv_heading() -> String {
        Rows::new(&["capture", "line", "record", "id", "template"]).text
    }

    /// Appends it as CSV; see [`templates_csv`].
    pub fn csv(&self, out: &mut String) {
        let (id, text) = self.template.unwrap_or_default();
        let mut row = Rows::bare();
        row.row(vec![
            Cell::text(self.capture),
            Cell::plain(self.line),
            Cell::plain(self.record),
            Cell::text(id),
            Cell::text(text),
        ]);
        out.push_str(&row.text);
    }

    /// Appends it as a line whose columns stand between tabs: capture, line, id, template. What is hidden is shown, so that there
    /// is no other tab or line break in it.
    pub fn tsv(&self, out: &mut String) {
        let (id, text) = self.template.unwrap_or_default();
        for (at, cell) in [&flat(self.capture), &self.line.to_string(), id, &flat(text)].into_iter().enumerate() {
            if at > 0 {
                out.push('\t');
            }
            out.push_str(cell);
        }
        out.push('\n');
    }

    /// Appends it as a line of JSON.
    pub fn json(&self, out: &mut String) {
        let (id, text) = self.template.unzip();
        let value =
            json!({ "capture": self.capture, "line": self.line, "record": self.record, "id": id, "template": text });
        out.push_str(&compact(&value).unwrap_or_else(|_| "null".to_owned()));
        out.push('\n');
    }
}

#[cfg(test)]
mod tests;
