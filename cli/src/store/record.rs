//! What is kept of a run.

use std::collections::{BTreeMap, BTreeSet};

use gardener_engine::baseline::{PastCluster, PastRun};
use gardener_engine::filing::{Outcome, Plan, ResultKind};
use gardener_engine::id::Fingerprint;
use gardener_engine::pack::HistorySettings;
use gardener_engine::report::{Conservation, Report, Totals};
use gardener_engine::severity::Severity;
use serde::Serialize;

use super::address::Address;
use super::database::{Database, Fault, Trouble, Value, all, first};
use super::reach::{self, Chain};
use super::read::nanos;
use super::{Scope, Store, failure, retention};
use crate::error::Failure;
use crate::marks::Reach;

/// Clusters that one statement writes.
const AT_ONCE: usize = 50;
/// Values of one of them.
const COLUMNS: usize = 11;

/// A run, as it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// What the next ones are told of it.
    pub(crate) past: PastRun,
    /// The digest of the pack that judged.
    pub(crate) digest: String,
    /// Where its records went.
    pub(crate) entries: Conservation,
    /// Its clusters, and what became of their issues.
    pub(crate) totals: Totals,
    /// How far it has read, if it knows.
    pub(crate) reach: Option<Reach>,
    /// How it stands to other runs.
    pub(crate) chain: Chain,
    /// The clusters whose actions were carried out.
    pub(crate) done: BTreeSet<Fingerprint>,
}

impl Run {
    /// The run that a report tells of, nothing having been written to any issue yet.
    pub(crate) fn of(report: &Report) -> Self {
        Self {
            past: PastRun::of(report),
            digest: report.pack.digest.clone(),
            entries: report.entries,
            totals: report.totals,
            reach: None,
            chain: Chain::Apart,
            done: BTreeSet::new(),
        }
    }
}

impl Run {
    /// The run that a plan was made by.
    pub(crate) fn of_plan(plan: &Plan) -> Self {
        Self {
            past: plan.run.past.clone(),
            digest: plan.digest.clone(),
            entries: plan.run.entries,
            totals: plan.run.totals,
            reach: None,
            chain: Chain::Apart,
            done: BTreeSet::new(),
        }
    }

    /// The same, with what became of its plan: which issues its clusters have, and what these say now.
    pub(crate) fn carried_out(mut self, plan: &Plan, outcomes: &[Outcome]) -> Self {
        let is_there = |outcome: &Outcome| matches!(outcome.result, ResultKind::Done | ResultKind::AlreadyDone);
        for (step, outcome) in plan.steps.iter().zip(outcomes).filter(|(_, outcome)| is_there(outcome)) {
            let cluster = self.past.clusters.iter_mut().find(|cluster| cluster.fingerprint == step.fingerprint);
            // A step that closes a duplicate is about another issue than the cluster's.
            if let (Some(cluster), Some(number), None) = (cluster, step.number(outcome), step.duplicate_of) {
                cluster.carried_out(step.kind, number, step.to);
                self.done.insert(step.fingerprint.clone());
            }
        }
        self
    }
}

/// A run that has been written down and is not recorded yet: dropped, it never was.
#[must_use = "what is not committed is not recorded"]
pub(crate) struct Recording<'s> {
    store: &'s mut Store,
    is_open: bool,
}

impl Recording<'_> {
    /// Records it.
    pub(crate) fn commit(mut self) -> Result<(), Failure> {
        self.is_open = false;
        let committed = self.store.database.execute("COMMIT", &[]);
        if committed.is_err() {
            let _ = self.store.database.execute("ROLLBACK", &[]);
        }
        committed.map_err(|fault| failure::of(&self.store.address, &fault))
    }
}

impl Drop for Recording<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // Where that fails, the connection is gone, and with it the transaction.
            let _ = self.store.database.execute("ROLLBACK", &[]);
        }
    }
}

/// Why a run was not written down.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Another one has counted meanwhile what it has counted.
    Overtaken(Failure),
    /// The history has failed.
    Failed(Failure),
}

impl Refused {
    fn of(address: &Address, fault: &Fault) -> Self {
        let failure = failure::of(address, fault);
        if fault.kind == Trouble::Overtaken { Self::Overtaken(failure) } else { Self::Failed(failure) }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Overtaken(failure) | Refused::Failed(failure) => failure,
        }
    }
}

impl Store {
    /// Writes a run down, in place of one of the same time if there is one, and lets go of what is too old. All of it counts
    /// only when it is committed; until then others of the same scope wait.
    pub(crate) fn record(
        &mut self,
        scope: &Scope,
        run: &Run,
        settings: HistorySettings,
    ) -> Result<Recording<'_>, Refused> {
        let begin = self.database.dialect().begin;
        self.database.execute(begin, &[]).map_err(|fault| Refused::of(&self.address, &fault))?;
        // From here on, whatever goes wrong takes everything back.
        let recording = Recording { store: self, is_open: true };
        let written = write(recording.store.database.as_mut(), scope, run, settings);
        written.map_err(|fault| Refused::of(&recording.store.address, &fault))?;
        Ok(recording)
    }
}

fn write(database: &mut dyn Database, scope: &Scope, run: &Run, settings: HistorySettings) -> Result<(), Fault> {
    let key = hold(database, scope)?;
    let at = nanos(run.past.at);
    reach::write(database, key, at, (run.reach.as_ref(), &run.chain))?;
    let carried_out = carried_out(database, key, at)?;
    for table in ["gardener_cluster", "gardener_run"] {
        database.execute(&format!("DELETE FROM {table} WHERE scope = $1 AND at_ns = $2"), &[key.into(), at.into()])?;
    }
    let clusters = run.past.clusters.len();
    // The clusters have rows of their own.
    let PastRun { at: time, window, deploys, clusters: _ } = &run.past;
    let past = PastRun { at: *time, window: *window, deploys: deploys.clone(), clusters: Vec::new() };
    let values = [
        key.into(),
        at.into(),
        run.digest.as_str().into(),
        i64::try_from(clusters).unwrap_or(i64::MAX).into(),
        json(&run.entries)?,
        json(&run.totals)?,
        json(&past)?,
    ];
    let sql = "INSERT INTO gardener_run (scope, at_ns, digest, clusters, entries, totals, past)
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    database.execute(sql, &values)?;
    let mut place = 0;
    for clusters in run.past.clusters.chunks(AT_ONCE) {
        let mut values: Vec<Value> = Vec::with_capacity(clusters.len() * COLUMNS);
        for cluster in clusters {
            let done = match run.done.contains(&cluster.fingerprint) {
                true => Some((cluster.issue, cluster.issue_severity, cluster.is_issue_severity_ours)),
                false => carried_out.get(cluster.fingerprint.as_str()).copied(),
            };
            values.extend(row(key, at, place, cluster, done)?);
            place += 1;
        }
        database.execute(&insert(clusters.len()), &values)?;
    }
    retention::apply(database, key, settings)
}

/// Takes hold of a scope until the transaction ends, so that one run at a time writes into it; gives its key.
pub(super) fn hold(database: &mut dyn Database, scope: &Scope) -> Result<i64, Fault> {
    let key = scope.key();
    let name = |name: &Option<String>| name.as_deref().unwrap_or_default().into();
    let values = [key.into(), scope.pack.as_str().into(), name(&scope.project), name(&scope.service)];
    let sql =
        "INSERT INTO gardener_scope (id, pack, project, service) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    database.execute(sql, &values)?;
    let sql = format!("SELECT id FROM gardener_scope WHERE id = $1{}", database.dialect().for_update);
    first(database, &sql, &[key.into()], |_| Ok(()))?;
    Ok(key)
}

fn insert(rows: usize) -> String {
    let row = |at: usize| {
        let values: Vec<String> = (1..=COLUMNS).map(|column| format!("${}", at * COLUMNS + column)).collect();
        format!("({})", values.join(", "))
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    format!(
        "INSERT INTO gardener_cluster
            (scope, at_ns, place, fingerprint, id, count, severity, action, issue, is_carried_out, past) VALUES {}",
        rows.join(", ")
    )
}

/// What was done to the issue of a cluster: its number, the severity that it says, and whether it was made to say that.
type Done = (Option<u64>, Option<Severity>, bool);

/// What was done to the issues of a run that was recorded before: doing the run again does not undo it.
fn carried_out(database: &mut dyn Database, key: i64, at: i64) -> Result<BTreeMap<String, Done>, Fault> {
    let sql = "SELECT fingerprint, past FROM gardener_cluster WHERE scope = $1 AND at_ns = $2 AND is_carried_out = 1";
    let done = all(database, sql, &[key.into(), at.into()], |row| {
        let past: PastCluster = row.json(1)?;
        Ok((row.text(0)?.to_owned(), (past.issue, past.issue_severity, past.is_issue_severity_ours)))
    })?;
    Ok(done.into_iter().collect())
}

fn row(key: i64, at: i64, place: i64, cluster: &PastCluster, done: Option<Done>) -> Result<[Value; COLUMNS], Fault> {
    let mut cluster = cluster.clone();
    if let Some((issue, says, is_ours)) = &done {
        (cluster.issue, cluster.issue_severity, cluster.is_issue_severity_ours) = (*issue, *says, *is_ours);
    }
    Ok([
        key.into(),
        at.into(),
        place.into(),
        cluster.fingerprint.as_str().into(),
        cluster.id.as_str().into(),
        i64::try_from(cluster.count).unwrap_or(i64::MAX).into(),
        cluster.severity.name().into(),
        cluster.action.map(|action| action.name()).into(),
        cluster.issue.map(|issue| i64::try_from(issue).unwrap_or(i64::MAX)).into(),
        i64::from(done.is_some()).into(),
        json(&cluster)?,
    ])
}

pub(super) fn json(value: &impl Serialize) -> Result<Value, Fault> {
    let text = serde_json::to_string(value).map_err(|error| Fault::strange(&error.to_string()))?;
    Ok(text.as_str().into())
}
