//! One cluster of a history, run by run.

use crate::report::MetricTrend;
use crate::trends::{ClusterTrend, Detail, FacetRun, RunTrend, Trends};

use super::super::number::number as shown;
use super::*;

/// Characters of the longest bar.
const BAR: u32 = 16;
/// Characters of a metric's sparkline, and of what stands before it.
const SERIES: usize = 48;
const BEFORE: usize = 40;
/// Changes of facets that are shown, the latest.
const CHANGES: usize = 50;

/// A cluster of a history: what it is, a line a run, then its numbers, its states, and the values that came and went.
#[must_use]
pub fn history_detail(trends: &Trends, style: &TableStyle) -> String {
    let mut page = Page::new(style);
    page.wrapped(&heading(trends, page.marks));
    for cluster in &trends.clusters {
        page.out.push('\n');
        page.summary(cluster, trends);
        if let Some(detail) = &cluster.detail {
            page.runs(detail);
            page.metrics(detail);
            page.states(detail);
            page.facets(detail);
        }
    }
    page.out
}

impl Page {
    fn summary(&mut self, cluster: &ClusterTrend, trends: &Trends) {
        let title = flat(&cluster.title);
        let text = format!("{} {}{}{title}", cluster.severity, name(cluster), self.marks.dot);
        let colour = colour(cluster.severity);
        for line in wrapped(&text, self.width) {
            self.out.push_str(&painted(&line, colour, self.style.colour));
            self.out.push('\n');
        }
        let reason = cluster.severity_reason.as_deref().map(|reason| format!(": {}", flat(reason))).unwrap_or_default();
        self.wrapped(&match cluster.is_locked {
            true => format!("locked at {}{reason}", cluster.severity),
            false => format!("{} set by {}{reason}", cluster.severity, cluster.severity_by.name()),
        });
        let mut parts = vec![match cluster.quiet_since {
            Some(since) => format!("{}, quiet since {}", cluster.state.name(), minute(since)),
            None => cluster.state.name().to_owned(),
        }];
        let (seen, known) = (count(cluster.runs_seen), counted(trends.runs_known, "run", None));
        parts.push(format!("in {seen} of {known}, on {}", counted(cluster.days_seen, "day", None)));
        if cluster.runs_missed > 0 {
            parts.push(format!("not in the latest {}", counted(cluster.runs_missed, "run", None)));
        }
        self.wrapped(&parts.join(self.marks.dot));
        let times = [("first ever", cluster.first_ever_seen), ("last seen", cluster.last_seen)];
        let mut parts: Vec<String> =
            times.iter().filter_map(|(what, at)| Some(format!("{what} {}", minute((*at)?)))).collect();
        parts.extend(cluster.issue.map(|issue| format!("issue #{issue}")));
        parts.extend(cluster.action.map(|action| format!("action {}", action.name())));
        self.wrapped(&parts.join(self.marks.dot));
        let former: String = cluster.former.iter().map(|former| format!(", formerly {former}")).collect();
        self.wrapped(&format!("fingerprint {}{former}", cluster.fingerprint));
    }

    fn runs(&mut self, detail: &Detail) {
        self.section(&format!("RUN BY RUN{}entries an hour", self.marks.dot));
        if detail.runs_left_out > 0 {
            self.wrapped(&format!("{} left out: see --runs", counted(detail.runs_left_out, "earlier run", None)));
        }
        let rates = || detail.runs.iter().filter_map(|run| Some(run.seen.as_ref()?.rate_per_hour));
        let most = rates().filter(|rate| rate.is_finite()).fold(0.0, f64::max);
        let columns = [
            text("TIME (UTC)", Room::Fixed),
            text("WINDOW", Room::Optional(6)),
            number("COUNT", Room::Fixed),
            number("RATE/H", Room::Optional(1)),
            text("", Room::Optional(0)),
            text("SEV", Room::Fixed),
            text("BY", Room::Optional(4)),
            text("STATE", Room::Optional(2)),
            text("ACTION", Room::Optional(5)),
            number("ISSUE", Room::Optional(3)),
            text("WHY", Room::Least(if self.width < 80 { 10 } else { 24 })),
        ];
        let rows: Vec<Vec<String>> = detail.runs.iter().map(|run| self.run(run, most)).collect();
        self.whole_table(&columns, &rows);
    }

    fn run(&self, run: &RunTrend, most: f64) -> Vec<String> {
        let window = run.window.from.zip(run.window.to).map(|(from, to)| hours(to.seconds_since(from)));
        let mut cells = vec![minute(run.at), window.unwrap_or_default()];
        match &run.seen {
            None => cells.extend(["0", "", "", "", "", "", "", "", ""].map(str::to_owned)),
            Some(seen) => cells.extend([
                count(seen.count),
                shown(seen.rate_per_hour),
                self.marks.bar.repeat(length(seen.rate_per_hour, most)),
                seen.severity.name().to_owned(),
                seen.severity_by.name().to_owned(),
                seen.state.name().to_owned(),
                seen.action.map(|action| action.name().to_owned()).unwrap_or_default(),
                seen.issue.map(|issue| format!("#{issue}")).unwrap_or_default(),
                seen.severity_reason.as_deref().map(flat).unwrap_or_default(),
            ]),
        }
        cells
    }

    fn metrics(&mut self, detail: &Detail) {
        if detail.metrics.is_empty() {
            return;
        }
        self.section("NUMBERS");
        let columns = [
            text("NAME", Room::Least(8)),
            number("LAST", Room::Fixed),
            number("CHANGE", Room::Fixed),
            number("A DAY", Room::Optional(1)),
            text("RUN BY RUN", Room::Optional(0)),
        ];
        let row = |(name, metric): (&String, &MetricTrend)| {
            vec![
                flat(name),
                shown(metric.last),
                metric.change.map(signed).unwrap_or_default(),
                metric.slope_per_day.map(signed).unwrap_or_default(),
                self.series(&metric.values),
            ]
        };
        let rows: Vec<Vec<String>> = detail.metrics.iter().map(row).collect();
        self.whole_table(&columns, &rows);
    }

    /// The latest values, as many as there is room for.
    fn series(&self, values: &[f64]) -> String {
        let room = self.width.saturating_sub(BEFORE).clamp(8, SERIES);
        let latest = values.get(values.len().saturating_sub(room)..).unwrap_or_default();
        self.spark(&levels(latest), room)
    }

    fn states(&mut self, detail: &Detail) {
        if detail.states.len() > 1 {
            self.section("STATES");
            for change in &detail.states {
                self.wrapped(&format!("{}  {}", minute(change.at), change.state.name()));
            }
        }
    }

    fn facets(&mut self, detail: &Detail) {
        if detail.facets.is_empty() {
            return;
        }
        self.section("VALUES THAT CAME AND WENT");
        let left_out = detail.facets.len().saturating_sub(CHANGES);
        if left_out > 0 {
            self.wrapped(&format!(
                "{} left out: --format json has all",
                counted(left_out as u64, "earlier change", None)
            ));
        }
        for FacetRun { at, change } in detail.facets.iter().skip(left_out) {
            let values = |mark: &str, values: &[String]| {
                values.iter().map(|value| format!("  {mark}{}", flat(value))).collect::<String>()
            };
            let gained = values(self.marks.plus, &change.gained);
            let lost = values(self.marks.minus, &change.lost);
            self.wrapped(&format!("{}  {}{gained}{lost}", minute(*at), flat(&change.facet)));
        }
    }
}

/// `1 h`, `24 h`, `1.5 h`.
fn hours(seconds: f64) -> String {
    format!("{} h", shown(seconds / 3600.0))
}

/// `+3`, `−0.9`.
fn signed(number: f64) -> String {
    if number > 0.0 { format!("+{}", shown(number)) } else { shown(number) }
}

/// How long a bar is: something, however little it is beside the most, is one character.
fn length(rate: f64, most: f64) -> usize {
    if !(rate > 0.0 && most > 0.0) {
        return 0;
    }
    let parts = (1..=BAR).take_while(|part| f64::from(*part) * most <= rate * f64::from(BAR)).count();
    parts.max(1)
}

/// Values as levels between the least and the greatest of them, none of them nothing.
fn levels(values: &[f64]) -> Vec<u64> {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let span = values.iter().copied().fold(f64::NEG_INFINITY, f64::max) - least;
    let level = |value: &f64| {
        let steps = (1..=7_u32).filter(|step| span > 0.0 && value - least >= span * f64::from(*step) / 7.0).count();
        steps.max(1) as u64
    };
    values.iter().map(level).collect()
}
