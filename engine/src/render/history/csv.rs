//! A history as CSV.

use std::collections::BTreeSet;

use crate::report::State;
use crate::trends::{ClusterTrend, Trends};

use super::super::csv::{Cell, Rows};

/// The clusters of a history, a row each, below the names of the columns.
///
/// Lines end in `\r\n`. Texts are on one line, with what is hidden in them shown; one that a spreadsheet would take for a
/// formula has a `'` before it.
#[must_use]
pub fn history_csv(trends: &Trends, limit: usize) -> String {
    let mut out = Rows::new(&[
        "severity",
        "severity_by",
        "severity_reason",
        "is_locked",
        "state",
        "quiet_since",
        "id",
        "group",
        "title",
        "fingerprint",
        "count",
        "rate_per_hour",
        "runs_seen",
        "runs_known",
        "runs_missed",
        "days_seen",
        "first_ever_seen",
        "last_seen",
        "last_run",
        "issue",
        "action",
    ]);
    for cluster in trends.clusters.iter().take(limit) {
        out.row(row(cluster, trends.runs_known));
    }
    out.text
}

fn row(cluster: &ClusterTrend, runs_known: u64) -> Vec<Cell> {
    let group: Vec<String> = cluster.group.iter().map(|(name, value)| format!("{name}={value}")).collect();
    vec![
        Cell::plain(cluster.severity.name()),
        Cell::plain(cluster.severity_by.name()),
        Cell::text(cluster.severity_reason.as_deref().unwrap_or_default()),
        Cell::plain(cluster.is_locked),
        Cell::plain(cluster.state.name()),
        Cell::time(cluster.quiet_since),
        Cell::text(&cluster.id),
        Cell::text(&group.join("; ")),
        Cell::text(&cluster.title),
        Cell::plain(&cluster.fingerprint),
        Cell::plain(cluster.count),
        Cell::number(cluster.rate_per_hour),
        Cell::plain(cluster.runs_seen),
        Cell::plain(runs_known),
        Cell::plain(cluster.runs_missed),
        Cell::plain(cluster.days_seen),
        Cell::time(cluster.first_ever_seen),
        Cell::time(cluster.last_seen),
        Cell::time(Some(cluster.last_run)),
        Cell::maybe(cluster.issue),
        Cell::maybe(cluster.action.map(crate::report::ActionKind::name)),
    ]
}

/// The runs of the one cluster that was asked for, a row each, below the names of the columns. A column `metric:NAME` a number
/// captured holds its latest value.
#[must_use]
pub fn history_runs_csv(trends: &Trends) -> String {
    let details = || trends.clusters.iter().filter_map(|cluster| Some((cluster, cluster.detail.as_ref()?)));
    let seen = details().flat_map(|(_, detail)| &detail.runs).filter_map(|run| run.seen.as_ref());
    let metrics: BTreeSet<&String> = seen.flat_map(|seen| seen.metrics.keys()).collect();
    let mut names: Vec<String> = [
        "at",
        "window_from",
        "window_to",
        "id",
        "count",
        "rate_per_hour",
        "first_seen",
        "last_seen",
        "severity",
        "severity_by",
        "severity_reason",
        "state",
        "action",
        "issue",
    ]
    .map(str::to_owned)
    .into();
    names.extend(metrics.iter().map(|name| format!("metric:{name}")));
    let mut out = Rows::new(&names.iter().map(String::as_str).collect::<Vec<_>>());
    for (cluster, detail) in details() {
        for run in &detail.runs {
            let seen = run.seen.as_ref();
            let mut cells = vec![
                Cell::time(Some(run.at)),
                Cell::time(run.window.from),
                Cell::time(run.window.to),
                Cell::text(seen.map_or(&cluster.id, |seen| &seen.id)),
                Cell::plain(seen.map_or(0, |seen| seen.count)),
                Cell::number(seen.map_or(0.0, |seen| seen.rate_per_hour)),
                Cell::time(seen.and_then(|seen| seen.first_seen)),
                Cell::time(seen.and_then(|seen| seen.last_seen)),
                Cell::maybe(seen.map(|seen| seen.severity)),
                Cell::maybe(seen.map(|seen| seen.severity_by.name())),
                Cell::text(seen.and_then(|seen| seen.severity_reason.as_deref()).unwrap_or_default()),
                Cell::maybe(seen.map(|seen| seen.state).map(State::name)),
                Cell::maybe(seen.and_then(|seen| seen.action).map(crate::report::ActionKind::name)),
                Cell::maybe(seen.and_then(|seen| seen.issue)),
            ];
            let value = |name: &&String| seen.and_then(|seen| seen.metrics.get(*name)).copied();
            cells.extend(metrics.iter().map(|name| value(name).map_or_else(Cell::empty, Cell::number)));
            out.row(cells);
        }
    }
    out.text
}
