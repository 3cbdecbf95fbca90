//! The coverage of a pack, for terminals and for programs.

use super::columns::{Column, Room, lines};
use super::document;
use super::neutral::flat;
use super::number::{count, counted};
use super::table::layout::{cut, wrapped};
use super::table::{TableStyle, painted};
use crate::coverage::{Coverage, Measure, NeverRun, OutcomeCoverage};

/// Definitions, and pieces of scripts, that are listed at most; JSON has all of them.
const LISTED: usize = 200;

/// Coverage as JSON, with a final line break: `gardener/coverage/v1`.
#[must_use]
pub fn coverage_json(coverage: &Coverage) -> String {
    document(coverage)
}

/// Coverage for people: how much, then everything that no case reaches, at its place.
#[must_use]
pub fn coverage(coverage: &Coverage, style: &TableStyle) -> String {
    let mut page = Page { out: String::new(), style: *style, width: style.width.max(20) };
    let cases = counted(coverage.cases, "case", None);
    page.wrapped(&format!("coverage of {} by {cases} with entries", flat(&coverage.pack.name)));
    page.blank();
    page.measures(coverage);
    page.definitions(coverage);
    page.scripts(coverage);
    page.outcomes("severities", &coverage.severities);
    page.outcomes("actions", &coverage.actions);
    page.out
}

struct Page {
    out: String,
    style: TableStyle,
    width: usize,
}

impl Page {
    fn more(&self) -> &'static str {
        if self.style.ascii { "..." } else { "…" }
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn line(&mut self, text: &str, colour: Option<&str>) {
        let text = cut(text, self.width, self.more());
        self.out.push_str(&painted(&text, colour.unwrap_or(""), self.style.colour && colour.is_some()));
        self.blank();
    }

    fn wrapped(&mut self, text: &str) {
        for line in wrapped(text, self.width) {
            self.line(&line, None);
        }
    }

    fn heading(&mut self, text: &str) {
        self.blank();
        for line in wrapped(text, self.width) {
            self.line(&line, Some("1"));
        }
    }

    fn measures(&mut self, coverage: &Coverage) {
        let parts = coverage.parts;
        let mut rows: Vec<(&str, Measure)> = vec![
            ("definitions", parts.definitions),
            ("functions", parts.functions),
            ("statements", parts.statements),
            ("branches", parts.branches),
            ("all", coverage.total),
        ];
        if coverage.inherited.total().all > 0 {
            rows.push(("(inherited)", coverage.inherited.total()));
        }
        let column = |heading, is_number| Column { heading, is_number, room: Room::Fixed };
        let columns = [column("PART", false), column("COVERED", true), column("OF", true), column("PERCENT", true)];
        let cells = |(name, measure): (&str, Measure)| {
            vec![name.to_owned(), count(measure.covered), count(measure.all), self.percent(measure)]
        };
        let rows: Vec<Vec<String>> = rows.into_iter().map(cells).collect();
        for (at, line) in lines(&columns, &rows, self.width, self.more()).iter().enumerate() {
            self.line(line, (at == 0 || line.starts_with("all")).then_some("1"));
        }
    }

    fn percent(&self, measure: Measure) -> String {
        match measure.tenths() {
            None if self.style.ascii => "-".to_owned(),
            _ => measure.to_string(),
        }
    }

    fn definitions(&mut self, coverage: &Coverage) {
        let unmatched: Vec<_> = coverage.definitions.iter().filter(|definition| definition.entries == 0).collect();
        if unmatched.is_empty() {
            return;
        }
        self.heading("no case has an entry of these definitions");
        for definition in unmatched.iter().take(LISTED) {
            let ignores = if definition.ignores { " (ignores)" } else { "" };
            let place = format!("{}:{}", flat(&definition.place.file), definition.place.line);
            self.wrapped_behind("  ", 6, &format!("{place}: {}{ignores}", flat(&definition.id)));
        }
        self.rest(unmatched.len(), "definition");
    }

    fn scripts(&mut self, coverage: &Coverage) {
        let pieces = coverage
            .scripts
            .iter()
            .flat_map(|script| script.never_run.iter().map(|piece| (script.file.as_str(), piece)));
        let pieces: Vec<(&str, &NeverRun)> = pieces.collect();
        if pieces.is_empty() {
            return;
        }
        self.heading("no case makes these parts of scripts run");
        let shown = pieces.get(..LISTED).unwrap_or(&pieces);
        // Pieces that begin on one line are quoted once.
        for together in shown.chunk_by(|(file, a), (other, b)| file == other && a.line == b.line) {
            for (file, piece) in together {
                self.wrapped_behind("  ", 6, &format!("{}:{}: {}", flat(file), piece.line, flat(&piece.what)));
            }
            if let Some((_, longest)) = together.iter().max_by_key(|(_, piece)| piece.end_line) {
                self.quote(longest);
            }
        }
        self.rest(pieces.len(), "part");
    }

    fn quote(&mut self, piece: &NeverRun) {
        let digits = piece.end_line.to_string().len();
        let bar = if self.style.ascii { '|' } else { '│' };
        for (number, text) in (piece.line..).zip(&piece.text) {
            self.line(&format!("    {number:>digits$} {bar} {}", indented(text)), Some("2"));
        }
        let hidden = u64::from(piece.end_line + 1 - piece.line).saturating_sub(piece.text.len() as u64);
        if hidden > 0 {
            let blank = " ".repeat(digits);
            self.line(&format!("    {blank} {bar} and {}", counted(hidden, "more line", None)), Some("2"));
        }
    }

    fn outcomes(&mut self, what: &str, outcomes: &[OutcomeCoverage]) {
        let missing: Vec<_> = outcomes.iter().filter(|outcome| outcome.is_missing()).collect();
        if missing.is_empty() {
            return;
        }
        self.heading(&format!("no case comes to these {what}, though the pack says that it could"));
        for outcome in missing {
            let because: Vec<String> = outcome.because.iter().map(|because| flat(because)).collect();
            let begins = format!("  {}: ", outcome.name);
            self.wrapped_behind(&begins, begins.len(), &because.join("; "));
        }
    }

    /// A text whose further lines are indented so far.
    fn wrapped_behind(&mut self, begins: &str, indent: usize, text: &str) {
        let room = self.width.saturating_sub(indent).max(10);
        let indent = " ".repeat(indent);
        for (at, line) in wrapped(text, room).iter().enumerate() {
            self.line(&format!("{}{line}", if at == 0 { begins } else { &indent }), None);
        }
    }

    fn rest(&mut self, all: usize, what: &str) {
        let hidden = all.saturating_sub(LISTED) as u64;
        if hidden > 0 {
            self.line(&format!("  and {}", counted(hidden, &format!("more {what}"), None)), None);
        }
    }
}

/// A line of a script with its indentation, harmless.
fn indented(line: &str) -> String {
    let code = line.trim_start();
    let indent = line.get(..line.len() - code.len()).unwrap_or("").replace('\t', "    ");
    let indent: String = indent.chars().filter(|c| *c == ' ').collect();
    format!("{indent}{}", flat(code))
}
