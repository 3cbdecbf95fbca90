//! Who may write to the tracker: one at a time of each scope, and for a while, so that whoever is killed does not keep it.

use gardener_engine::entry::Timestamp;

use super::database::first;
use super::read::{nanos, time};
use super::record::hold;
use super::{Scope, Store};
use crate::error::Failure;

/// What came of asking for the right to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Claim {
    /// It is the asker's, until the time asked for.
    Ours,
    /// Somebody else has it.
    Held {
        /// Who, as they call themselves.
        by: String,
        /// Until when, if they do not ask again.
        until: Timestamp,
    },
}

impl Store {
    /// Asks for the right to write, for so many seconds from `at` on; who has it already gets it for longer. One whose time
    /// has passed is anybody's, and one whose holder `is_gone` at once. The times are those of whoever asks: clocks that
    /// differ shorten it or draw it out.
    pub(crate) fn claim(
        &mut self,
        scope: &Scope,
        holder: &str,
        (at, for_seconds): (Timestamp, u32),
        is_gone: impl Fn(&str) -> bool,
    ) -> Result<Claim, Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let sql = "SELECT holder, until_ns FROM gardener_lease WHERE scope = $1 AND holder <> $2 AND until_ns > $3";
            let values = [key.into(), holder.into(), nanos(at).into()];
            let held = first(database, sql, &values, |row| {
                Ok(Claim::Held { by: row.text(0)?.to_owned(), until: time(row.int(1)?)? })
            })?;
            match held {
                Some(Claim::Held { by, .. }) if is_gone(&by) => {}
                Some(held) => return Ok(held),
                None => {}
            }
            database.execute("DELETE FROM gardener_lease WHERE scope = $1", &[key.into()])?;
            let until = nanos(at.plus_seconds(for_seconds.into()));
            let sql = "INSERT INTO gardener_lease (scope, holder, until_ns) VALUES ($1, $2, $3)";
            database.execute(sql, &[key.into(), holder.into(), until.into()])?;
            Ok(Claim::Ours)
        })
    }

    /// Gives the right to write back, if it is still the holder's.
    pub(crate) fn release(&mut self, scope: &Scope, holder: &str) -> Result<(), Failure> {
        self.transaction(|database| {
            let key = hold(database, scope)?;
            let sql = "DELETE FROM gardener_lease WHERE scope = $1 AND holder = $2";
            database.execute(sql, &[key.into(), holder.into()])
        })
    }
}
