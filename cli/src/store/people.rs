//! What people lay down beside any run, and what is written down of their issues.

use gardener_engine::baseline::{Lock, PastCluster};
use gardener_engine::entry::Timestamp;
use gardener_engine::id::Fingerprint;
use gardener_engine::severity::Severity;

use super::database::{all, first};
use super::read::nanos;
use super::record::{hold, json};
use super::{Scope, Store};
use crate::error::Failure;

#[cfg_attr(not(test), expect(dead_code, reason = "for the commands that change a history"))]
impl Store {
    /// Lays down the severity of a cluster, in place of what was laid down before.
    pub(crate) fn lock(&mut self, scope: &Scope, fingerprint: &Fingerprint, lock: &Lock) -> Result<(), Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let sql = "DELETE FROM gardener_lock WHERE scope = $1 AND fingerprint = $2";
            database.execute(sql, &[key.into(), fingerprint.as_str().into()])?;
            let values =
                [key.into(), fingerprint.as_str().into(), lock.severity.name().into(), lock.reason.as_str().into()];
            let sql = "INSERT INTO gardener_lock (scope, fingerprint, severity, reason) VALUES ($1, $2, $3, $4)";
            database.execute(sql, &values)
        })
    }

    /// Takes back what was laid down of a cluster; whether anything was.
    pub(crate) fn unlock(&mut self, scope: &Scope, fingerprint: &Fingerprint) -> Result<bool, Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let values = [key.into(), fingerprint.as_str().into()];
            let sql = "SELECT 1 FROM gardener_lock WHERE scope = $1 AND fingerprint = $2";
            let was = first(database, sql, &values, |_| Ok(()))?.is_some();
            database.execute("DELETE FROM gardener_lock WHERE scope = $1 AND fingerprint = $2", &values)?;
            Ok(was)
        })
    }

    /// Forgets a cluster: what runs saw of it, and what people have laid down. Says how many runs had seen it.
    pub(crate) fn forget(&mut self, scope: &Scope, fingerprint: &Fingerprint) -> Result<u64, Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let values = [key.into(), fingerprint.as_str().into()];
            let sql = "SELECT at_ns FROM gardener_cluster WHERE scope = $1 AND fingerprint = $2";
            let seen = all(database, sql, &values, |row| row.int(0))?;
            for table in ["gardener_cluster", "gardener_lock"] {
                database.execute(&format!("DELETE FROM {table} WHERE scope = $1 AND fingerprint = $2"), &values)?;
            }
            Ok(seen.len() as u64)
        })
    }

    /// Writes down what was done to the issue of a cluster of the run at a time: its number, and what it says now. Says
    /// whether there is that cluster.
    pub(crate) fn carried_out(
        &mut self,
        scope: &Scope,
        at: Timestamp,
        fingerprint: &Fingerprint,
        (issue, says): (u64, Option<Severity>),
    ) -> Result<bool, Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let of = [key.into(), nanos(at).into(), fingerprint.as_str().into()];
            let sql = "SELECT place, past FROM gardener_cluster WHERE scope = $1 AND at_ns = $2 AND fingerprint = $3";
            let found = first(database, sql, &of, |row| Ok((row.int(0)?, row.json::<PastCluster>(1)?)))?;
            let Some((place, mut past)) = found else { return Ok(false) };
            past.carried_out(issue, says);
            let number = i64::try_from(issue).unwrap_or(i64::MAX);
            let values = [key.into(), nanos(at).into(), place.into(), number.into(), json(&past)?];
            let sql = "UPDATE gardener_cluster SET issue = $4, is_carried_out = 1, past = $5
                WHERE scope = $1 AND at_ns = $2 AND place = $3";
            database.execute(sql, &values)?;
            Ok(true)
        })
    }
}
