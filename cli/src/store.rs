//! The memory that outlives a run: what each run saw, what people have laid down, and what was written to a tracker, in a
//! SQLite file or in a PostgreSQL database that runners share. Both keep the same, by the same statements.
//!
//! Runs belong to a [`Scope`], and one database may hold many. A run is recorded whole or not at all, and recording it once
//! more replaces it: the time of a run is its name.

mod address;
mod database;
mod failure;
mod lease;
mod people;
mod postgres;
mod reach;
mod read;
mod record;
mod retention;
mod schema;
mod sqlite;
mod writes;

use std::time::Duration;

use gardener_engine::id::hash_parts;
use gardener_engine::pack::Pack;

use crate::error::Failure;
use database::{Database, Fault};

pub(crate) use address::Address;
pub(crate) use lease::Claim;
pub(crate) use reach::{Basis, Chain};
pub(crate) use record::{Refused, Run};
pub(crate) use writes::{Before, Intent, Settled};

/// How long others who hold the history are waited for, and a server that does not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs that belong together: a pack's, of one service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scope {
    /// The name of the pack.
    pub(crate) pack: String,
    /// The project that it names, if it does.
    pub(crate) project: Option<String>,
    /// The service that it names, if it does.
    pub(crate) service: Option<String>,
}

impl Scope {
    /// The runs with a pack.
    pub(crate) fn of(pack: &Pack) -> Self {
        Self { pack: pack.name.clone(), project: pack.project.clone(), service: pack.service.clone() }
    }

    /// Its key in the tables. It is made of the names, so that whoever comes first need not tell the others.
    fn key(&self) -> i64 {
        let part = |name: &Option<String>| name.clone().unwrap_or_default();
        let (project, service) = (part(&self.project), part(&self.service));
        hash_parts(&[self.pack.as_bytes(), project.as_bytes(), service.as_bytes()]).cast_signed()
    }
}

/// A history, opened.
pub(crate) struct Store {
    database: Box<dyn Database>,
    address: Address,
    /// Whether this run has made it.
    is_new: bool,
}

impl Store {
    /// Opens a history, and makes it if there is none; its directory is made too, if only that is missing. `password` is for
    /// a server whose URL names none.
    pub(crate) fn open(address: &Address, password: Option<&str>) -> Result<Self, Failure> {
        Self::open_waiting(address, password, PATIENCE)
    }

    fn open_waiting(address: &Address, password: Option<&str>, patience: Duration) -> Result<Self, Failure> {
        let (mut database, is_new): (Box<dyn Database>, bool) = match address {
            Address::File(path) => {
                let is_new = failure::look_at(address, path)?;
                let file = sqlite::File::open(path, patience);
                (Box::new(file.map_err(|fault| failure::of(address, &fault))?), is_new)
            }
            Address::Server(url) => {
                let server = postgres::Server::connect(url, password, patience);
                (Box::new(server.map_err(|fault| failure::of(address, &fault))?), false)
            }
        };
        schema::migrate(database.as_mut()).map_err(|fault| failure::of(address, &fault))?;
        Ok(Self { database, address: address.clone(), is_new })
    }

    /// Where it is.
    pub(crate) fn address(&self) -> &Address {
        &self.address
    }

    /// Whether there was none before.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Something done in one transaction, or what became of it for people.
    fn transaction<T>(&mut self, work: impl FnOnce(&mut dyn Database) -> Result<T, Fault>) -> Result<T, Failure> {
        let begin = self.database.dialect().begin;
        database::transaction(self.database.as_mut(), begin, work).map_err(|fault| failure::of(&self.address, &fault))
    }

    /// Something read from one moment.
    fn reading<T>(&mut self, work: impl FnOnce(&mut dyn Database) -> Result<T, Fault>) -> Result<T, Failure> {
        let begin = self.database.dialect().begin_reading;
        database::transaction(self.database.as_mut(), begin, work).map_err(|fault| failure::of(&self.address, &fault))
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("address", &self.address).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
