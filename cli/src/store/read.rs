//! What a run is told of earlier ones.

use gardener_engine::baseline::{History, Lock, PastCluster, PastRun};
use gardener_engine::entry::Timestamp;
use gardener_engine::id::Fingerprint;
use gardener_engine::pack::HistorySettings;
use gardener_engine::report::{Conservation, Totals, Window};

use super::database::{Database, Fault, Row, all};
use super::{Scope, Store, retention};
use crate::error::Failure;

/// One run, as a list of runs shows it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunSummary {
    /// When it ran: its `now`.
    pub(crate) at: Timestamp,
    /// The time that it looked at.
    pub(crate) window: Window,
    /// The digest of the pack that judged.
    pub(crate) digest: String,
    /// Where its records went.
    pub(crate) entries: Conservation,
    /// Its clusters, and what became of their issues.
    pub(crate) totals: Totals,
}

impl Store {
    /// What is known at `now`: the runs before it, as far back as they are kept, and what people have laid down.
    ///
    /// A run of the same time is left out, for that is the one that is being done again; so the same `now` is told the same,
    /// whether the run was recorded already or not.
    pub(crate) fn history(
        &mut self,
        scope: &Scope,
        now: Timestamp,
        settings: HistorySettings,
    ) -> Result<History, Failure> {
        let key = scope.key();
        self.reading(|database| {
            let until = nanos(now);
            let runs = retention::sizes(database, key, until)?;
            let Some(from) = retention::kept_from(&runs, until, settings) else {
                return Ok(History { runs: Vec::new(), locks: locks(database, key)? });
            };
            Ok(History { runs: past_runs(database, key, from, until)?, locks: locks(database, key)? })
        })
    }
}

#[cfg_attr(not(test), expect(dead_code, reason = "for the commands that show a history"))]
impl Store {
    /// The runs that are kept, oldest first.
    pub(crate) fn runs(&mut self, scope: &Scope) -> Result<Vec<RunSummary>, Failure> {
        let key = scope.key();
        self.reading(|database| {
            let sql = "SELECT past, digest, entries, totals FROM gardener_run WHERE scope = $1 ORDER BY at_ns";
            all(database, sql, &[key.into()], |row| {
                let past: PastRun = row.json(0)?;
                Ok(RunSummary {
                    at: past.at,
                    window: past.window,
                    digest: row.text(1)?.to_owned(),
                    entries: row.json(2)?,
                    totals: row.json(3)?,
                })
            })
        })
    }

    /// The scopes that it holds runs of, or locks.
    pub(crate) fn scopes(&mut self) -> Result<Vec<Scope>, Failure> {
        self.reading(|database| {
            let sql = "SELECT pack, project, service FROM gardener_scope";
            let mut scopes = all(database, sql, &[], |row| {
                let name = |at| row.text(at).map(|name| Some(name.to_owned()).filter(|name| !name.is_empty()));
                Ok(Scope { pack: row.text(0)?.to_owned(), project: name(1)?, service: name(2)? })
            })?;
            scopes.sort();
            Ok(scopes)
        })
    }
}

/// The runs of a stretch of time, with their clusters.
fn past_runs(database: &mut dyn Database, key: i64, from: i64, until: i64) -> Result<Vec<PastRun>, Fault> {
    let between = [key.into(), from.into(), until.into()];
    let sql = "SELECT at_ns, past FROM gardener_run WHERE scope = $1 AND at_ns >= $2 AND at_ns < $3 ORDER BY at_ns";
    let mut runs: Vec<(i64, PastRun)> = all(database, sql, &between, |row| Ok((row.int(0)?, row.json(1)?)))?;
    let sql = "SELECT at_ns, past, is_carried_out, issue FROM gardener_cluster
        WHERE scope = $1 AND at_ns >= $2 AND at_ns < $3 ORDER BY at_ns, place";
    let mut place = 0;
    database.query(sql, &between, &mut |row| {
        let at = row.int(0)?;
        while runs.get(place).is_some_and(|(run, _)| *run < at) {
            place += 1;
        }
        let Some((_, run)) = runs.get_mut(place).filter(|(run, _)| *run == at) else {
            return Err(Fault::strange("a cluster belongs to no run"));
        };
        run.clusters.push(cluster(row)?);
        Ok(())
    })?;
    Ok(runs.into_iter().map(|(_, run)| run).collect())
}

fn cluster(row: &Row) -> Result<PastCluster, Fault> {
    row.json(1)
}

fn locks(database: &mut dyn Database, key: i64) -> Result<std::collections::BTreeMap<Fingerprint, Lock>, Fault> {
    let sql = "SELECT fingerprint, severity, reason FROM gardener_lock WHERE scope = $1";
    let mut locks = std::collections::BTreeMap::new();
    database.query(sql, &[key.into()], &mut |row| {
        let fingerprint =
            Fingerprint::parse(row.text(0)?).ok_or_else(|| Fault::strange("a lock has no fingerprint"))?;
        let severity = row.text(1)?.parse().map_err(|_| Fault::strange("a lock has no severity"))?;
        locks.insert(fingerprint, Lock { severity, reason: row.text(2)?.to_owned() });
        Ok(())
    })?;
    Ok(locks)
}

/// The time that the tables have.
pub(super) fn time(nanos: i64) -> Result<Timestamp, Fault> {
    let second = 1_000_000_000;
    let behind = u32::try_from(nanos.rem_euclid(second)).ok();
    let time = behind.and_then(|behind| Timestamp::from_unix(nanos.div_euclid(second), behind));
    time.ok_or_else(|| Fault::strange("a time is none"))
}

/// A time as the tables have it. Times before 1677 and after 2262 are those years' ends.
pub(super) fn nanos(time: Timestamp) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(if time.seconds() < 0 { i64::MIN } else { i64::MAX })
}
