//! How far runs have read, so that the next begins there.
//!
//! Runs with `--since last` form a chain: each begins where the one before it ended, and nothing is lost or counted twice
//! between them. Other runs say how far they have read too, and a chain may begin at one of them; but none of them moves the
//! end of a chain, for whoever looks at a part of the entries by the way has not read all of them.

use gardener_engine::entry::Timestamp;

use super::database::{Database, Fault, Row, Trouble, Value, all, first};
use super::read::{nanos, time};
use super::{Scope, Store};
use crate::error::Failure;
use crate::marks::{Marks, Reach};

/// Runs of each kind, those that have read furthest, whose marks are kept: those of the latest for the next one, and those of
/// the ones before it, so that the runs of two days, where they are hourly, can be done again.
const KEPT: usize = 48;
/// Bytes of marks of each kind that are kept; those of the latest two runs are kept whatever they take.
pub(super) const MOST_BYTES: i64 = 32 << 20;
/// Runs whose marks are kept whatever they take: without them not even the latest could be done again.
const NEEDED: usize = 2;

/// The run that another one begins at the end of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Basis {
    /// Its name.
    pub(crate) at: Timestamp,
    /// Its end.
    pub(crate) until: Timestamp,
    /// What was counted shortly before that, if it is still known.
    pub(crate) marks: Option<Marks>,
    /// Whether the run that begins there is recorded already, and is done again.
    pub(crate) is_again: bool,
}

/// How a run stands to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Chain {
    /// It has a window of its own.
    #[default]
    Apart,
    /// It begins at the end of a run, of that time and end, or is the first.
    Follows(Option<(Timestamp, Timestamp)>),
}

impl Store {
    /// The run that one at `now` begins at the end of: of the runs before it the one of the chain that has read furthest;
    /// before there is a chain, any that has.
    pub(crate) fn basis(&mut self, scope: &Scope, now: Timestamp) -> Result<Option<Basis>, Failure> {
        let key = scope.key();
        self.reading(|database| {
            let Some((at, until)) = basis(database, key, nanos(now))? else { return Ok(None) };
            let sql = "SELECT marks FROM gardener_reach WHERE scope = $1 AND at_ns = $2";
            let marks = first(database, sql, &[key.into(), at.into()], marks)?.flatten();
            let itself = [key.into(), nanos(now).into()];
            let sql = "SELECT 1 FROM gardener_run WHERE scope = $1 AND at_ns = $2";
            let is_again = first(database, sql, &itself, |_| Ok(()))?.is_some();
            Ok(Some(Basis { at: time(at)?, until: time(until)?, marks, is_again }))
        })
    }
}

fn marks(row: &Row) -> Result<Option<Marks>, Fault> {
    match row.0.first() {
        Some(Value::Blob(bytes)) => match Marks::unpacked(bytes) {
            Some(marks) => Ok(Some(marks)),
            None => Err(Fault::strange("what was counted at the end of a run cannot be read")),
        },
        _ => Ok(None),
    }
}

/// The time of a run, and its end.
type End = (i64, i64);

fn basis(database: &mut dyn Database, key: i64, now: i64) -> Result<Option<End>, Fault> {
    let sql = "SELECT at_ns, until_ns FROM gardener_reach WHERE scope = $1 AND at_ns < $2
        ORDER BY is_chained DESC, until_ns DESC, at_ns DESC LIMIT 1";
    first(database, sql, &[key.into(), now.into()], |row| Ok((row.int(0)?, row.int(1)?)))
}

/// Writes down how far a run has read, in the transaction that records it; refuses it where others have read on meanwhile,
/// for then it counts what they have counted.
pub(super) fn write(
    database: &mut dyn Database,
    key: i64,
    at: i64,
    (reach, chain): (Option<&Reach>, &Chain),
) -> Result<(), Fault> {
    let until = reach.map(|reach| nanos(reach.until));
    if let Chain::Follows(basis) = chain {
        let basis = basis.map(|(at, until)| (nanos(at), nanos(until)));
        check(database, key, (at, until), basis)?;
    }
    database.execute("DELETE FROM gardener_reach WHERE scope = $1 AND at_ns = $2", &[key.into(), at.into()])?;
    let (Some(reach), Some(until)) = (reach, until) else { return Ok(()) };
    let is_chained = i64::from(matches!(chain, Chain::Follows(_)));
    let values = [key.into(), at.into(), until.into(), is_chained.into(), Value::Blob(reach.marks.packed())];
    let sql = "INSERT INTO gardener_reach (scope, at_ns, until_ns, is_chained, marks) VALUES ($1, $2, $3, $4, $5)";
    database.execute(sql, &values)?;
    for is_chained in [0, 1] {
        forget(database, key, is_chained)?;
    }
    Ok(())
}

/// Whether a run of the chain may be recorded.
fn check(
    database: &mut dyn Database,
    key: i64,
    (at, until): (i64, Option<i64>),
    followed: Option<End>,
) -> Result<(), Fault> {
    let chained = "SELECT at_ns, until_ns FROM gardener_reach WHERE scope = $1 AND is_chained = 1";
    let chained = all(database, chained, &[key.into()], |row| Ok((row.int(0)?, row.int(1)?)))?;
    let itself = chained.iter().find(|(other, _)| *other == at).map(|(_, until)| *until);
    let furthest = chained.iter().filter(|(other, _)| *other != at).max_by_key(|(at, until)| (*until, *at));
    let overtaken = |told: String| Err(Fault::new(Trouble::Overtaken, told));
    if basis(database, key, at)? != followed {
        return overtaken("another run has read on meanwhile".to_owned());
    }
    match (itself, furthest) {
        (Some(itself), Some((_, furthest))) if *furthest > itself && until != Some(itself) => {
            overtaken(format!("later runs go on from {}, where this one ended before", time(itself)?))
        }
        (None, Some(furthest)) if Some(*furthest) != followed => {
            let (later, end) = *furthest;
            overtaken(format!("the run of {} has read up to {}", time(later)?, time(end)?))
        }
        _ => Ok(()),
    }
}

/// Lets go of marks that no run needs any more.
fn forget(database: &mut dyn Database, key: i64, is_chained: i64) -> Result<(), Fault> {
    let of =
        "SELECT at_ns, length(marks) FROM gardener_reach WHERE scope = $1 AND is_chained = $2 AND marks IS NOT NULL
        ORDER BY until_ns DESC, at_ns DESC";
    let kept = all(database, of, &[key.into(), is_chained.into()], |row| Ok((row.int(0)?, row.int(1)?)))?;
    let mut bytes = 0_i64;
    let mut is_kept = |(place, (_, length)): &(usize, (i64, i64))| {
        bytes = bytes.saturating_add(*length);
        *place < NEEDED || *place < KEPT && bytes <= MOST_BYTES
    };
    let forgotten = kept.into_iter().enumerate().skip_while(|run| is_kept(run));
    for (_, (at, _)) in forgotten {
        let sql = "UPDATE gardener_reach SET marks = NULL WHERE scope = $1 AND at_ns = $2";
        database.execute(sql, &[key.into(), at.into()])?;
    }
    Ok(())
}
