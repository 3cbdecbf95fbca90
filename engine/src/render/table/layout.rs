//! Which columns a terminal has room for.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The texts of a line, harmless already.
pub(super) struct Row {
    pub(super) severity: String,
    pub(super) count: String,
    pub(super) title: String,
    /// What history says of it; empty without one.
    pub(super) state: &'static str,
    pub(super) seen: String,
    pub(super) action: String,
}

/// The widths of the columns behind the severity; 0 for those left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    count: usize,
    title: usize,
    state: usize,
    pub(super) timeline: usize,
    seen: usize,
    action: usize,
}

/// The severity and the space behind it.
const SEVERITY: usize = 4;

/// A title that has less room makes other columns give way.
const TITLE: usize = 24;

const COUNT_HEADING: &str = "COUNT";
const TITLE_HEADING: &str = "CLUSTER";
const STATE_HEADING: &str = "STATE";
const TIMELINE_HEADING: &str = "TIMELINE";
const SEEN_HEADING: &str = "SEEN (UTC)";
const ACTION_HEADING: &str = "ACTION";

impl Layout {
    /// The layout with the most columns whose titles still have room.
    pub(super) fn fitting(rows: &[Row], width: usize, has_timeline: bool) -> Self {
        let widest = |text: fn(&Row) -> &str, least: &str| {
            rows.iter().map(|row| text(row).width()).max().unwrap_or(0).max(least.width())
        };
        let count = widest(|row| &row.count, COUNT_HEADING);
        let seen = widest(|row| &row.seen, SEEN_HEADING);
        let action = widest(|row| &row.action, ACTION_HEADING);
        let title = widest(|row| &row.title, TITLE_HEADING);
        let state = widest(|row| row.state, STATE_HEADING);
        let has_state = rows.iter().any(|row| !row.state.is_empty());
        let has_seen = rows.iter().any(|row| !row.seen.is_empty());
        // The state is the first to go, once the timeline cannot be shorter; what is left is the table without a history.
        let with_state = [24, 12, 8].into_iter().filter(|_| has_state).map(|timeline| (timeline, true, true, true));
        let candidates = with_state.chain([
            (24, false, true, true),
            (12, false, true, true),
            (12, false, false, true),
            (8, false, false, true),
            (0, false, false, true),
            (8, false, false, false),
        ]);
        let mut best = Self { count, title: 0, state: 0, timeline: 0, seen: 0, action: 0 };
        best.title = best.room(width).min(title);
        for (timeline, with_state, with_seen, with_action) in candidates {
            let mut layout = Self {
                count,
                title: 0,
                state: if with_state { state } else { 0 },
                timeline: if has_timeline { timeline } else { 0 },
                seen: if with_seen && has_seen { seen } else { 0 },
                action: if with_action { action } else { 0 },
            };
            let room = layout.room(width);
            if room >= title.min(TITLE) {
                layout.title = room.min(title);
                return layout;
            }
        }
        best
    }

    /// What is left for titles.
    fn room(&self, width: usize) -> usize {
        let others = [self.state, self.timeline, self.seen, self.action].into_iter().filter(|column| *column > 0);
        width.saturating_sub(SEVERITY + self.count + 2).saturating_sub(others.map(|column| column + 2).sum())
    }

    /// The names of the columns.
    pub(super) fn heading(&self) -> String {
        let row = Row {
            severity: String::new(),
            count: COUNT_HEADING.to_owned(),
            title: TITLE_HEADING.to_owned(),
            state: STATE_HEADING,
            seen: SEEN_HEADING.to_owned(),
            action: ACTION_HEADING.to_owned(),
        };
        format!("SEV {}", self.line(&row, TIMELINE_HEADING, ""))
    }

    /// A line without its severity.
    pub(super) fn line(&self, row: &Row, timeline: &str, more: &str) -> String {
        let mut line = padded(&row.count, self.count, true);
        let columns = [
            (&*row.title, self.title),
            (row.state, self.state),
            (timeline, self.timeline),
            (&row.seen, self.seen),
            (&row.action, self.action),
        ];
        for (text, width) in columns {
            if width > 0 {
                line.push_str("  ");
                line.push_str(&padded(&cut(text, width, more), width, false));
            }
        }
        line
    }
}

/// A text with spaces around it up to a width.
pub(in crate::render) fn padded(text: &str, width: usize, is_right: bool) -> String {
    let space = " ".repeat(width.saturating_sub(text.width()));
    if is_right { format!("{space}{text}") } else { format!("{text}{space}") }
}

/// As much of a text as fits, with `more` at its end where something is left out.
pub(in crate::render) fn cut(text: &str, width: usize, more: &str) -> String {
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
pub(in crate::render) fn wrapped(text: &str, width: usize) -> Vec<String> {
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
