//! A history for people and programs: as tables with sparklines, as JSON, as CSV.

mod csv;
mod detail;

use crate::entry::Timestamp;
use crate::trends::{ClusterTrend, Trends};

use super::columns::{Column, Room, lines};
use super::document;
use super::neutral::flat;
use super::number::{count, counted, day, moment, time_of_day};
use super::spark;
use super::table::layout::wrapped;
use super::table::{TableStyle, colour, painted};

pub use csv::{history_csv, history_runs_csv};
pub use detail::history_detail;

/// Characters of a sparkline in a row.
const SPARK: usize = 16;

/// A history as JSON, indented, with a final line break: the contract `gardener/history/v1`.
#[must_use]
pub fn history_json(trends: &Trends) -> String {
    document(trends)
}

/// All clusters of a history, so many at most, a line each, no wider than the style says, if that is 20 columns at least.
#[must_use]
pub fn history_table(trends: &Trends, limit: usize, style: &TableStyle) -> String {
    let mut page = Page::new(style);
    page.wrapped(&heading(trends, page.marks));
    let shown = trends.clusters.get(..limit).unwrap_or(&trends.clusters);
    if shown.is_empty() {
        page.wrapped("no run saw a cluster");
    } else {
        let rows: Vec<Vec<String>> = shown.iter().map(|cluster| row(cluster, trends, &page)).collect();
        page.clusters(&rows, shown);
    }
    let hidden = trends.clusters.len().saturating_sub(limit) as u64;
    if hidden > 0 {
        page.wrapped(&format!("and {}: see --limit", counted(hidden, "more cluster", None)));
    }
    page.legend(shown);
    for other in &trends.other_locks {
        let (print, lock) = (short(other.fingerprint.as_str()), &other.lock);
        page.wrapped(&format!(
            "{print} is locked at {}, and no run that is kept saw it: {}",
            lock.severity,
            flat(&lock.reason)
        ));
    }
    page.out
}

/// Marks that are not letters.
#[derive(Clone, Copy)]
struct Marks {
    dot: &'static str,
    dash: &'static str,
    more: &'static str,
    plus: &'static str,
    minus: &'static str,
    bar: &'static str,
}

const UNICODE: Marks = Marks { dot: " · ", dash: "–", more: "…", plus: "+", minus: "−", bar: "█" };
const ASCII: Marks = Marks { dot: ", ", dash: "-", more: "...", plus: "+", minus: "-", bar: "#" };

/// Lines that fit.
struct Page {
    out: String,
    style: TableStyle,
    width: usize,
    marks: Marks,
}

impl Page {
    fn new(style: &TableStyle) -> Self {
        let marks = if style.ascii { ASCII } else { UNICODE };
        Self { out: String::new(), style: *style, width: style.width.max(20), marks }
    }

    fn wrapped(&mut self, text: &str) {
        for line in wrapped(text, self.width) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn section(&mut self, title: &str) {
        self.out.push('\n');
        self.out.push_str(&painted(title, "1", self.style.colour));
        self.out.push('\n');
    }

    /// A table without the columns in which nothing stands: its heading is put on the page, and its lines are handed back.
    fn table(&mut self, columns: &[Column], rows: &[Vec<String>]) -> Vec<String> {
        let is_filled = |at: &usize| rows.iter().any(|row| row.get(*at).is_some_and(|cell| !cell.is_empty()));
        let filled: Vec<usize> = (0..columns.len()).filter(is_filled).collect();
        let kept: Vec<Column> = filled.iter().filter_map(|at| columns.get(*at)).copied().collect();
        let cells = |row: &Vec<String>| filled.iter().filter_map(|at| row.get(*at)).cloned().collect();
        let rows: Vec<Vec<String>> = rows.iter().map(cells).collect();
        let mut all = lines(&kept, &rows, self.width, self.marks.more).into_iter();
        if let Some(head) = all.next() {
            self.out.push_str(&painted(&head, "1", self.style.colour));
            self.out.push('\n');
        }
        all.collect()
    }

    /// The same with its lines.
    fn whole_table(&mut self, columns: &[Column], rows: &[Vec<String>]) {
        for line in self.table(columns, rows) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }

    fn clusters(&mut self, rows: &[Vec<String>], shown: &[ClusterTrend]) {
        self.out.push('\n');
        for (line, cluster) in self.table(&columns(self.width), rows).iter().zip(shown) {
            // The severity stands first, and is as wide as its heading.
            let (severity, rest) = line.split_at_checked(2).unwrap_or((line, ""));
            self.out.push_str(&painted(severity, colour(cluster.severity), self.style.colour));
            self.out.push_str(rest);
            self.out.push('\n');
        }
        self.out.push('\n');
    }

    /// What the columns do not say of themselves.
    fn legend(&mut self, shown: &[ClusterTrend]) {
        if shown.iter().any(|cluster| cluster.runs_missed > 0) {
            self.wrapped("COUNT is of the latest run that saw the cluster");
        }
        if !shown.is_empty() {
            self.wrapped("one cluster run by run: gardener history CLUSTER");
        }
    }

    fn spark(&self, counts: &[u64], width: usize) -> String {
        if self.style.ascii { spark::ascii(counts, width) } else { spark::sparkline(counts, width) }
    }
}

/// The columns; where there is room, names come before what can be done without.
fn columns(width: usize) -> [Column; 14] {
    [
        text("SEV", Room::Fixed),
        text("BY", Room::Optional(5)),
        text("STATE", Room::Fixed),
        text("CLUSTER", Room::Least(if width < 80 { 16 } else { 28 })),
        number("COUNT", Room::Fixed),
        text("RUN BY RUN", Room::Optional(1)),
        number("RUNS", Room::Optional(2)),
        number("MISSED", Room::Optional(4)),
        number("DAYS", Room::Optional(8)),
        text("FIRST EVER", Room::Optional(9)),
        text("LAST SEEN", Room::Optional(0)),
        number("ISSUE", Room::Optional(3)),
        text("ACTION", Room::Optional(6)),
        text("ID", Room::Optional(7)),
    ]
}

fn row(cluster: &ClusterTrend, trends: &Trends, page: &Page) -> Vec<String> {
    vec![
        cluster.severity.name().to_owned(),
        by(cluster).to_owned(),
        cluster.state.name().to_owned(),
        titled(cluster),
        count(cluster.count),
        page.spark(&even(&cluster.counts, SPARK), SPARK),
        format!("{}/{}", count(cluster.runs_seen), count(trends.runs_known)),
        if cluster.runs_missed > 0 { count(cluster.runs_missed) } else { String::new() },
        count(cluster.days_seen),
        cluster.first_ever_seen.map(day).unwrap_or_default(),
        cluster.last_seen.map(short_moment).unwrap_or_default(),
        cluster.issue.map(|issue| format!("#{issue}")).unwrap_or_default(),
        cluster.action.map(|action| action.name().to_owned()).unwrap_or_default(),
        short(cluster.fingerprint.as_str()).to_owned(),
    ]
}

/// The counts, so many together that each stands for as many runs and they fit: the oldest that are too few are left out.
fn even(counts: &[u64], width: usize) -> Vec<u64> {
    let each = counts.len().div_ceil(width).max(1);
    let whole = counts.get(counts.len() % each..).unwrap_or_default();
    whole.chunks(each).map(|some| some.iter().fold(0, |sum: u64, count| sum.saturating_add(*count))).collect()
}

fn text(heading: &'static str, room: Room) -> Column {
    Column { heading, is_number: false, room }
}

fn number(heading: &'static str, room: Room) -> Column {
    Column { heading, is_number: true, room }
}

/// `shop · 12 runs, 2025-06-01 05:00 – 2025-06-03 05:00 UTC · 5 clusters`.
fn heading(trends: &Trends, marks: Marks) -> String {
    let scope = &trends.scope;
    let mut parts: Vec<String> = Vec::new();
    for part in [Some(&scope.pack), scope.service.as_ref(), scope.project.as_ref()].into_iter().flatten() {
        let part = flat(part);
        // Where they have one name, it is said once.
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let mut runs = counted(trends.runs_known, "run", None);
    if let Some((first, last)) = trends.first_run.zip(trends.last_run) {
        let until = if first == last { String::new() } else { format!(" {} {}", marks.dash, minute(last)) };
        runs.push_str(&format!(", {}{until} UTC", minute(first)));
    }
    parts.push(runs);
    parts.push(counted(trends.clusters_known, "cluster", None));
    parts.join(marks.dot)
}

/// Who or what set the severity.
fn by(cluster: &ClusterTrend) -> &'static str {
    if cluster.is_locked { "lock" } else { cluster.severity_by.name() }
}

/// The id, and the group where there is one.
fn name(cluster: &ClusterTrend) -> String {
    let group: String = cluster.group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    flat(&format!("{}{group}", cluster.id))
}

/// The same with the title, without which an id of a template says nothing.
fn titled(cluster: &ClusterTrend) -> String {
    let title = flat(&cluster.title);
    if title.is_empty() { name(cluster) } else { format!("{}: {title}", name(cluster)) }
}

/// As much of a fingerprint as one needs to name it.
fn short(fingerprint: &str) -> &str {
    let digits = fingerprint.strip_prefix("v1:").unwrap_or(fingerprint);
    digits.get(..8).unwrap_or(digits)
}

/// `2025-06-02 05:10`.
fn minute(at: Timestamp) -> String {
    moment(at).get(..16).unwrap_or_default().to_owned()
}

/// `06-02 05:10`.
fn short_moment(at: Timestamp) -> String {
    format!("{} {}", day(at).get(5..).unwrap_or_default(), time_of_day(at))
}

#[cfg(test)]
mod tests;
