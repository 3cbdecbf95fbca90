//! The report as a table for terminals.

pub(super) mod layout;

use std::collections::BTreeMap;

use crate::entry::Timestamp;
use crate::report::{Cluster, Conservation, Deploy, Origin, QuietCluster, Report};
use crate::severity::Severity;

use super::neutral::{flat, shortened};
use super::number::{count, counted, day, time_of_day};
use super::spark::{self, Axis};
use layout::{Layout, Row, padded, wrapped};

/// The most clusters that are shown.
const ROWS: usize = 500;
/// The most deploys that are shown.
const DEPLOYS: usize = 5;
/// The most clusters gone quiet that are named.
const QUIET: usize = 5;
/// Characters of the name of one.
const NAME: usize = 80;
/// Characters of a deploy's value.
const VALUE: usize = 80;

/// How a table is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    /// The columns of the terminal; what does not fit is shortened or left out.
    pub width: usize,
    /// Whether escape sequences may colour it.
    pub colour: bool,
    /// Whether our own marks are ASCII; titles stay what they are.
    pub ascii: bool,
}

impl Default for TableStyle {
    fn default() -> Self {
        Self { width: 80, colour: false, ascii: false }
    }
}

/// The marks that a table draws with.
#[derive(Clone, Copy)]
struct Marks {
    mined: &'static str,
    failed: &'static str,
    muted: &'static str,
    symptom: &'static str,
    dash: &'static str,
    dot: &'static str,
    more: &'static str,
}

const UNICODE: Marks =
    Marks { mined: "◇ ", failed: "! ", muted: "⊘ ", symptom: "↳ ", dash: "–", dot: " · ", more: "…" };
const ASCII: Marks = Marks { mined: "~ ", failed: "! ", muted: "x ", symptom: "> ", dash: "-", dot: ", ", more: "..." };

/// The report as a table: a line a cluster, then where every record went. Each line ends in a line break and is no wider
/// than the style says, if that is 20 columns at least.
#[must_use]
pub fn table(report: &Report, style: &TableStyle) -> String {
    let marks = if style.ascii { ASCII } else { UNICODE };
    let width = style.width.max(20);
    let mut out = String::new();
    push_wrapped(&mut out, &heading(report, marks), width);
    out.push('\n');
    push_clusters(&mut out, report, style, marks, width);
    out.push('\n');
    push_wrapped(&mut out, &conservation(&report.entries), width);
    if !report.entries.holds() {
        push_wrapped(&mut out, "these numbers do not add up: a defect of Log Gardener, please report it", width);
    }
    let shown = report.clusters.get(..ROWS).unwrap_or(&report.clusters);
    if shown.iter().any(|cluster| cluster.origin == Origin::Template) {
        push_wrapped(&mut out, &format!("{}new: no definition matches these entries", marks.mined), width);
    }
    if shown.iter().any(|cluster| cluster.policy_failed) {
        push_wrapped(&mut out, &format!("{}a policy script failed: the declared values stand", marks.failed), width);
    }
    if shown.iter().any(|cluster| cluster.restraint.muted.is_some()) {
        push_wrapped(&mut out, &format!("{}muted: no action until the mute ends", marks.muted), width);
    }
    if shown.iter().any(is_symptom) {
        push_wrapped(&mut out, &format!("{}symptom of another cluster: no action of its own", marks.symptom), width);
    }
    push_quiet(&mut out, report, marks, width);
    push_deploys(&mut out, report, width);
    for note in report.notes.iter().take(20) {
        push_wrapped(&mut out, &format!("note: {}", flat(note)), width);
    }
    out
}

/// What has gone quiet: `quiet: Deadlocks, The cache is cold and 2 more`.
fn push_quiet(out: &mut String, report: &Report, marks: Marks, width: usize) {
    let name = |quiet: &QuietCluster| shortened(&named(&quiet.title, &quiet.group, marks), NAME);
    let names: Vec<String> = report.quiet.iter().take(QUIET).map(name).collect();
    if let Some((last, others)) = names.split_last() {
        let listed = match (report.quiet.len() - names.len(), others) {
            (0, []) => last.clone(),
            (0, others) => format!("{} and {last}", others.join(", ")),
            (more, _) => format!("{} and {more} more", names.join(", ")),
        };
        push_wrapped(out, &format!("quiet: {listed}"), width);
    }
}

/// A title with the values that tell the cluster from others of its definition.
fn named(title: &str, group: &BTreeMap<String, String>, marks: Marks) -> String {
    let values = group.iter().map(|(name, value)| format!("{}{}={}", marks.dot, flat(name), flat(value)));
    std::iter::once(flat(title)).chain(values).collect()
}

/// The deploys that began in the window, with what they did to clusters.
fn push_deploys(out: &mut String, report: &Report, width: usize) {
    let begun: Vec<&Deploy> = report.deploys.iter().filter(|deploy| deploy.is_new).collect();
    for deploy in begun.iter().take(DEPLOYS) {
        let began = deploy.began.map_or_else(String::new, |at| format!(" {} {} UTC", day(at), time_of_day(at)));
        let mut text =
            format!("deploy: {} {} began{began}", flat(&deploy.label), shortened(&flat(&deploy.value), VALUE));
        let changed = deploy.clusters_rose.saturating_add(deploy.clusters_fell);
        for (clusters, what) in [(deploy.clusters_began, "began with it"), (changed, "changed their rate")] {
            if clusters > 0 {
                text.push_str(&format!(", {} {what}", counted(clusters, "cluster", None)));
            }
        }
        push_wrapped(out, &text, width);
    }
    if begun.len() > DEPLOYS {
        push_wrapped(out, &format!("and {} more deploys", begun.len() - DEPLOYS), width);
    }
}

pub(super) fn push_wrapped(out: &mut String, text: &str, width: usize) {
    for line in wrapped(text, width) {
        out.push_str(&line);
        out.push('\n');
    }
}

fn heading(report: &Report, marks: Marks) -> String {
    let mut parts: Vec<String> =
        [&report.source.service, &report.source.project].into_iter().flatten().map(|part| flat(part)).collect();
    parts.dedup();
    if parts.is_empty() {
        parts.push(flat(&report.pack.name));
    }
    if let Some((from, to)) = report.window.from.zip(report.window.to) {
        let end = if day(from) == day(to) { time_of_day(to) } else { format!("{} {}", day(to), time_of_day(to)) };
        parts.push(format!("{} {} {} {end} UTC", day(from), time_of_day(from), marks.dash));
    }
    parts.join(marks.dot)
}

/// `100 read = 0 malformed + 0 duplicate + …`
pub(super) fn conservation(entries: &Conservation) -> String {
    format!(
        "{} read = {} malformed + {} duplicate + {} outside the window + {} ignored + {} clustered + {} routine",
        count(entries.read),
        count(entries.malformed),
        count(entries.duplicate),
        count(entries.outside_window),
        count(entries.ignored),
        count(entries.clustered),
        count(entries.routine)
    )
}

fn push_clusters(out: &mut String, report: &Report, style: &TableStyle, marks: Marks, width: usize) {
    if report.clusters.is_empty() {
        out.push_str("no clusters\n");
        return;
    }
    let shown = report.clusters.get(..ROWS).unwrap_or(&report.clusters);
    // Within a day, a time of day says it all.
    let times = || shown.iter().flat_map(|cluster| [cluster.first_seen, cluster.last_seen]).flatten();
    let span = times().max().zip(times().min()).map_or(0.0, |(last, first)| last.seconds_since(first));
    let is_one_day = span < 86_340.0;
    let rows: Vec<Row> = shown.iter().map(|cluster| row(cluster, is_one_day, marks)).collect();
    let axis = Axis::of(report);
    let layout = Layout::fitting(&rows, width, axis.is_some());
    let head = layout.heading();
    out.push_str(&painted(head.trim_end(), "1", style.colour));
    out.push('\n');
    for (row, cluster) in rows.iter().zip(shown) {
        let cells = axis.map(|axis| axis.cells(&cluster.timeline, layout.timeline)).unwrap_or_default();
        let line =
            if style.ascii { spark::ascii(&cells, layout.timeline) } else { spark::sparkline(&cells, layout.timeline) };
        let severity = painted(&padded(&row.severity, 3, false), colour(cluster.severity), style.colour);
        let rest = layout.line(row, &line, marks.more);
        out.push_str(format!("{severity} {rest}").trim_end());
        out.push('\n');
    }
    let hidden = report.clusters.get(ROWS..).unwrap_or(&[]);
    if !hidden.is_empty() {
        let entries = hidden.iter().fold(0_u64, |sum, cluster| sum.saturating_add(cluster.count));
        let hidden = hidden.len() as u64;
        let text = format!(
            "and {} with {}",
            counted(hidden, "more cluster", None),
            counted(entries, "entry", Some("entries"))
        );
        push_wrapped(out, &text, width);
    }
}

/// Whether it waits for its cause, and for nothing else.
fn is_symptom(cluster: &Cluster) -> bool {
    cluster.restraint.muted.is_none() && cluster.restraint.symptom_of.is_some()
}

fn row(cluster: &Cluster, is_one_day: bool, marks: Marks) -> Row {
    let mut title = String::new();
    if cluster.restraint.muted.is_some() {
        title.push_str(marks.muted);
    } else if is_symptom(cluster) {
        title.push_str(marks.symptom);
    }
    if cluster.policy_failed {
        title.push_str(marks.failed);
    }
    if cluster.origin == Origin::Template {
        title.push_str(marks.mined);
    }
    title.push_str(&named(&cluster.title, &cluster.group, marks));
    let show = |at: Timestamp| {
        let day = day(at);
        let time = time_of_day(at);
        if is_one_day { time } else { format!("{} {time}", day.get(5..).unwrap_or("")) }
    };
    let seen = match (cluster.first_seen.map(show), cluster.last_seen.map(show)) {
        (Some(first), Some(last)) if first == last => first,
        (Some(first), Some(last)) => format!("{first}{}{last}", marks.dash),
        _ => String::new(),
    };
    let kind = cluster.action.kind.name();
    let action = match cluster.action.issue.as_ref().and_then(|issue| issue.number) {
        Some(number) => format!("{kind} #{number}"),
        None => kind.to_owned(),
    };
    let state = cluster.trend.as_ref().map_or("", |trend| trend.state.name());
    Row { severity: cluster.severity.name().to_owned(), count: count(cluster.count), title, state, seen, action }
}

pub(super) fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::P0 => "1;31",
        Severity::P1 => "31",
        Severity::P2 => "33",
        Severity::P3 => "36",
        Severity::P4 => "34",
        Severity::P5 => "2",
    }
}

/// A text in a colour of SGR (ECMA-48, 8.3.117).
pub(super) fn painted(text: &str, colour: &str, is_coloured: bool) -> String {
    if is_coloured { format!("\u{1b}[{colour}m{text}\u{1b}[0m") } else { text.to_owned() }
}
