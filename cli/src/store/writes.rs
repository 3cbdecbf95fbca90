//! What was to be written to a tracker, and what came of it.
//!
//! Before anything is written, it is laid down here that it is going to be: a [`Store::intend`] that has returned is on the
//! disk. Whoever is killed between that and [`Store::settle`] leaves an intent behind, and the next run looks at the tracker
//! for what came of it, instead of writing it once more.

use gardener_engine::entry::Timestamp;
use gardener_engine::id::Fingerprint;

use super::database::{Database, Fault, Row, Value, all, first};
use super::read::{nanos, time};
use super::record::hold;
use super::{Scope, Store};
use crate::error::Failure;

/// A write that is going to be sent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Intent {
    /// The key of the plan's step that it belongs to.
    pub(crate) key: String,
    /// Its place among the step's writes.
    pub(crate) part: u32,
    /// The cluster.
    pub(crate) fingerprint: Fingerprint,
    /// What kind of write: `create`, `comment` and so on.
    pub(crate) kind: String,
    /// The issue that is written to, where there is one already.
    pub(crate) issue: Option<u64>,
    /// When it was intended first.
    pub(crate) at: Timestamp,
}

/// What is recorded of a write before it is intended.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Before {
    /// Nothing.
    None,
    /// It was intended, and nobody knows what came of it.
    Intent(Intent),
    /// It was done.
    Done {
        /// To this issue.
        issue: Option<u64>,
    },
    /// The tracker did not take it: it was not done.
    Refused,
    /// It was given up.
    GivenUp,
}

/// What came of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// It is done.
    Done {
        /// The issue, where it is another than was intended or was not known then.
        issue: Option<u64>,
    },
    /// The tracker did not take it: it was not done.
    Refused,
    /// It is not done, and is not going to be.
    GivenUp,
}

impl Settled {
    fn state(self) -> &'static str {
        match self {
            Self::Done { .. } => DONE,
            Self::Refused => REFUSED,
            Self::GivenUp => GIVEN_UP,
        }
    }
}

const INTENT: &str = "intent";
const DONE: &str = "done";
const REFUSED: &str = "refused";
const GIVEN_UP: &str = "given_up";

const COLUMNS: &str = "key, part, fingerprint, kind, issue, at_ns";

impl Store {
    /// Lays down that something is going to be written, and says what was recorded of it before. What is done stays done,
    /// and an intent whose outcome is unknown stays what it was: whoever finds either must not write before having looked.
    pub(crate) fn intend(&mut self, scope: &Scope, intent: &Intent) -> Result<Before, Failure> {
        self.transaction(|database| {
            let scope = hold(database, scope)?;
            let itself = [scope.into(), intent.key.as_str().into(), i64::from(intent.part).into()];
            let sql =
                format!("SELECT {COLUMNS}, state FROM gardener_write WHERE scope = $1 AND key = $2 AND part = $3");
            let before = first(database, &sql, &itself, before)?.unwrap_or(Before::None);
            if !matches!(before, Before::Intent(_) | Before::Done { .. }) {
                let sql = "DELETE FROM gardener_write WHERE scope = $1 AND key = $2 AND part = $3";
                database.execute(sql, &itself)?;
                insert(database, scope, intent)?;
            }
            Ok(before)
        })
    }

    /// Writes down what came of what was intended. Says whether it was still open.
    pub(crate) fn settle(
        &mut self,
        scope: &Scope,
        (key, part): (&str, u32),
        settled: Settled,
    ) -> Result<bool, Failure> {
        self.transaction(|database| {
            let scope = hold(database, scope)?;
            let itself = [scope.into(), key.into(), i64::from(part).into(), INTENT.into()];
            let of = "scope = $1 AND key = $2 AND part = $3 AND state = $4";
            let sql = format!("SELECT issue FROM gardener_write WHERE {of}");
            let Some(known) = first(database, &sql, &itself, |row| number(row, 0))? else { return Ok(false) };
            let issue = match settled {
                Settled::Done { issue } => issue.or(known),
                Settled::Refused | Settled::GivenUp => known,
            };
            let mut values = itself.to_vec();
            values.extend([settled.state().into(), stored(issue)]);
            database.execute(&format!("UPDATE gardener_write SET state = $5, issue = $6 WHERE {of}"), &values)?;
            Ok(true)
        })
    }

    /// What was intended and has no outcome yet, the oldest first.
    pub(crate) fn unsettled(&mut self, scope: &Scope) -> Result<Vec<Intent>, Failure> {
        let key = scope.key();
        self.reading(|database| {
            let sql = format!(
                "SELECT {COLUMNS} FROM gardener_write WHERE scope = $1 AND state = $2 ORDER BY at_ns, key, part"
            );
            all(database, &sql, &[key.into(), INTENT.into()], intent)
        })
    }
}

/// Lets go of what was settled and is older than what is kept. What is open stays, however old it is.
pub(super) fn forget(database: &mut dyn Database, key: i64, oldest: i64) -> Result<(), Fault> {
    let sql = "DELETE FROM gardener_write WHERE scope = $1 AND at_ns < $2 AND state <> $3";
    database.execute(sql, &[key.into(), oldest.into(), INTENT.into()])
}

fn insert(database: &mut dyn Database, scope: i64, intent: &Intent) -> Result<(), Fault> {
    let values = [
        scope.into(),
        intent.key.as_str().into(),
        i64::from(intent.part).into(),
        intent.fingerprint.as_str().into(),
        intent.kind.as_str().into(),
        stored(intent.issue),
        nanos(intent.at).into(),
        INTENT.into(),
    ];
    let sql = format!("INSERT INTO gardener_write (scope, {COLUMNS}, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
    database.execute(&sql, &values)
}

fn before(row: &Row) -> Result<Before, Fault> {
    Ok(match row.text(6)? {
        INTENT => Before::Intent(intent(row)?),
        DONE => Before::Done { issue: number(row, 4)? },
        REFUSED => Before::Refused,
        GIVEN_UP => Before::GivenUp,
        other => return Err(Fault::strange(&format!("`{other}` is no state of a write"))),
    })
}

fn intent(row: &Row) -> Result<Intent, Fault> {
    Ok(Intent {
        key: row.text(0)?.to_owned(),
        part: u32::try_from(row.int(1)?).map_err(|_| Fault::strange("a write's place is none"))?,
        fingerprint: Fingerprint::parse(row.text(2)?).ok_or_else(|| Fault::strange("a fingerprint is none"))?,
        kind: row.text(3)?.to_owned(),
        issue: number(row, 4)?,
        at: time(row.int(5)?)?,
    })
}

fn number(row: &Row, at: usize) -> Result<Option<u64>, Fault> {
    match row.0.get(at) {
        Some(Value::Null) => Ok(None),
        _ => u64::try_from(row.int(at)?).map(Some).map_err(|_| Fault::strange("an issue's number is none")),
    }
}

fn stored(issue: Option<u64>) -> Value {
    issue.map(|issue| i64::try_from(issue).unwrap_or(i64::MAX)).into()
}
