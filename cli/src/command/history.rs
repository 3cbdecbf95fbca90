//! The history that a command looks into, the recording of a run in it, and `gardener history`.

mod change;
mod log;
mod show;

use std::path::Path;

use gardener_engine::baseline::History;
use gardener_engine::entry::Timestamp;
use gardener_engine::pack::{HistorySettings, Pack};
use gardener_engine::render::counted;

use crate::args::HistoryArguments;
use crate::context::Context;
use crate::error::Failure;
use crate::pack_files::Found;
use crate::store::{Address, Basis, Chain, Refused, Run, Scope, Store};
use crate::terminal;

pub(super) use show::run;

/// The word for no history.
const NONE: &str = "none";
/// The directory of a history that nobody has named.
const FOLDER: &str = ".gardener";
/// The file in it.
const FILE: &str = "history.db";

/// Where the history is that is meant; nothing where there is to be none.
pub(super) fn address(
    context: &Context,
    arguments: &HistoryArguments,
    pack: &Found,
) -> Result<Option<Address>, Failure> {
    let named = arguments.history.as_deref().or(context.history());
    match named {
        Some(NONE) => Ok(None),
        Some(text) => Address::parse(text).map(Some),
        None => {
            // Only who has made the directory wants one: whoever looks at a capture by the way is to leave no trace.
            let beside = [pack.directory(), Some(context.directory())].into_iter().flatten();
            let folder = beside.map(|folder| folder.join(FOLDER)).find(|folder| folder.is_dir());
            Ok(folder.map(|folder| Address::File(seen_from(context.directory(), &folder).join(FILE))))
        }
    }
}

/// A path as seen from a directory, where it is below it.
fn seen_from<'p>(directory: &Path, path: &'p Path) -> &'p Path {
    path.strip_prefix(directory).unwrap_or(path)
}

/// What a command that records nothing is told of earlier runs.
pub(super) fn known(
    context: &Context,
    arguments: &HistoryArguments,
    pack: (&Found, &Pack),
    now: Timestamp,
) -> Result<History, Failure> {
    let ledger = Ledger::asked(context, arguments, pack, false)?;
    ledger.map_or_else(|| Ok(History::default()), |mut ledger| ledger.history(context, now))
}

/// The part of a history that belongs to a pack.
pub(super) struct Ledger {
    store: Store,
    scope: Scope,
    settings: HistorySettings,
    is_recorded: bool,
    /// Runs that this one was told of.
    runs: usize,
}

impl Ledger {
    /// The history that is meant, to look into, and to record a run in if it shall be (`is_recorded`). What is not there is
    /// not made only to be looked into.
    pub(super) fn asked(
        context: &Context,
        arguments: &HistoryArguments,
        (found, pack): (&Found, &Pack),
        is_recorded: bool,
    ) -> Result<Option<Self>, Failure> {
        let address = match address(context, arguments, found)? {
            Some(Address::File(path)) if !is_recorded && !path.exists() => None,
            address => address,
        };
        let Some(address) = address else { return Ok(None) };
        let store = Store::open(&address, context.database_password())?;
        Ok(Some(Self { store, scope: Scope::of(pack), settings: pack.history, is_recorded, runs: 0 }))
    }

    /// The run that one at `now` begins at the end of.
    pub(super) fn basis(&mut self, now: Timestamp) -> Result<Option<Basis>, Failure> {
        self.store.basis(&self.scope, now)
    }

    /// Seconds before the end of a window that the next one reads once more.
    pub(super) fn overlap(&self) -> i64 {
        self.settings.overlap
    }

    /// Whether the run is recorded in it.
    pub(super) fn is_recorded(&self) -> bool {
        self.is_recorded
    }

    /// What is known at `now`.
    pub(super) fn history(&mut self, context: &Context, now: Timestamp) -> Result<History, Failure> {
        let history = self.store.history(&self.scope, now, self.settings)?;
        self.runs = history.runs.len();
        if context.is_verbose() {
            let place = terminal::clean(&self.store.address().to_string());
            context.tell(&format!("history: {place}, {}\n", counted(self.runs as u64, "earlier run", None)));
        }
        Ok(history)
    }

    /// Records a run, and hands its output out between writing it down and recording it: what makes recording fail is known
    /// before, and whoever is interrupted in between does the run once more, and gets the same.
    ///
    /// Others wait for a run that is written down. So that they do not wait until somebody has read what is printed, that is
    /// printed before (`is_printed`), unless another run may not tell of the same. Where the history fails, the output is
    /// handed out all the same.
    pub(super) fn record(
        mut self,
        context: &Context,
        run: &Run,
        is_printed: bool,
        output: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let is_new = self.store.is_new();
        if is_printed && run.chain == Chain::Apart {
            output()?;
            self.store.record(&self.scope, run, self.settings)?.commit()?;
        } else {
            let recording = match self.store.record(&self.scope, run, self.settings) {
                // It tells of what another run has told of already.
                Err(Refused::Overtaken(failure)) => return Err(failure),
                recording => recording,
            };
            output()?;
            recording?.commit()?;
        }
        if !context.is_quiet() {
            let place = terminal::clean(&self.store.address().to_string());
            let begun = if is_new { "begun with this run" } else { "this run is recorded" };
            context.tell(&format!(
                "history: {place}, {begun}, after {}\n",
                counted(self.runs as u64, "earlier run", None)
            ));
        }
        Ok(())
    }
}
