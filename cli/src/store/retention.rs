//! How long runs are kept. What is kept and what is read go by the same rule, so that a run that is done again is told what
//! it was told the first time, although recording it has let go of older ones.

use gardener_engine::pack::HistorySettings;

use super::database::{Database, Fault, all};
use super::writes;

/// Clusters of all runs together that are kept of one scope: some hundreds of megabytes.
const CLUSTERS: i64 = 200_000;
/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// A run, by its time, and how many clusters it had.
pub(super) type Size = (i64, i64);

/// The runs before a time, the latest first.
pub(super) fn sizes(database: &mut dyn Database, key: i64, before: i64) -> Result<Vec<Size>, Fault> {
    let sql = "SELECT at_ns, clusters FROM gardener_run WHERE scope = $1 AND at_ns < $2 ORDER BY at_ns DESC";
    all(database, sql, &[key.into(), before.into()], |row| Ok((row.int(0)?, row.int(1)?)))
}

/// The time of the oldest run that is kept beside one at `now`, given those before it, the latest first.
pub(super) fn kept_from(runs: &[Size], now: i64, settings: HistorySettings) -> Option<i64> {
    let oldest = oldest(now, settings);
    let beside = usize::try_from(settings.keep_runs.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut clusters = 0_i64;
    let kept = runs.iter().take(beside).take_while(|(at, size)| {
        clusters = clusters.saturating_add(*size);
        *at >= oldest && clusters <= CLUSTERS
    });
    kept.last().map(|(at, _)| *at)
}

/// The earliest time that is within the days that are kept.
fn oldest(now: i64, settings: HistorySettings) -> i64 {
    now.saturating_sub(DAY.saturating_mul(i64::try_from(settings.keep_days).unwrap_or(i64::MAX)))
}

/// Lets go of what is older than what is kept beside the latest run.
pub(super) fn apply(database: &mut dyn Database, key: i64, settings: HistorySettings) -> Result<(), Fault> {
    let runs = sizes(database, key, i64::MAX)?;
    let Some(((latest, _), before)) = runs.split_first() else { return Ok(()) };
    let from = kept_from(before, *latest, settings).unwrap_or(*latest);
    for table in ["gardener_cluster", "gardener_run"] {
        let sql = format!("DELETE FROM {table} WHERE scope = $1 AND at_ns < $2");
        database.execute(&sql, &[key.into(), from.into()])?;
    }
    writes::forget(database, key, oldest(*latest, settings))?;
    // Where marks are, a later run begins.
    let sql = "DELETE FROM gardener_reach WHERE scope = $1 AND at_ns < $2 AND marks IS NULL";
    database.execute(sql, &[key.into(), from.into()])
}
