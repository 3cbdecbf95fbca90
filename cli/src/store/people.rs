//! What people lay down beside any run.

use gardener_engine::baseline::{Lock, PastCluster, SeverityBy};
use gardener_engine::id::Fingerprint;

use super::database::{Database, Fault, Row, all, first};
use super::record::{hold, json};
use super::{Scope, Store};
use crate::error::Failure;

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

    /// Takes back what was laid down of a cluster; whether anything was. The latest run that saw it is no longer said to
    /// have been told so by a person, for the next run would take that for laid down as well.
    pub(crate) fn unlock(&mut self, scope: &Scope, fingerprint: &Fingerprint) -> Result<bool, Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let values = [key.into(), fingerprint.as_str().into()];
            let sql = "SELECT 1 FROM gardener_lock WHERE scope = $1 AND fingerprint = $2";
            let was = first(database, sql, &values, |_| Ok(()))?.is_some();
            database.execute("DELETE FROM gardener_lock WHERE scope = $1 AND fingerprint = $2", &values)?;
            if was {
                release(database, key, fingerprint)?;
            }
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
}

fn release(database: &mut dyn Database, key: i64, fingerprint: &Fingerprint) -> Result<(), Fault> {
    let of = [key.into(), fingerprint.as_str().into()];
    let sql = "SELECT at_ns, place, past FROM gardener_cluster WHERE scope = $1 AND fingerprint = $2
        ORDER BY at_ns DESC, place LIMIT 1";
    let read = |row: &Row| Ok((row.int(0)?, row.int(1)?, row.json::<PastCluster>(2)?));
    let Some((at, place, mut past)) = first(database, sql, &of, read)? else { return Ok(()) };
    if past.severity_by == SeverityBy::Person {
        (past.severity_by, past.severity_reason) = (SeverityBy::Policy, None);
        let values = [key.into(), at.into(), place.into(), json(&past)?];
        let sql = "UPDATE gardener_cluster SET past = $4 WHERE scope = $1 AND at_ns = $2 AND place = $3";
        database.execute(sql, &values)?;
    }
    Ok(())
}
