//! The history that a command looks into, the recording of a run in it, and `gardener history`.

mod change;
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
use crate::store::{Address, Run, Scope, Store};
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
    (found, pack): (&Found, &Pack),
    now: Timestamp,
) -> Result<History, Failure> {
    match address(context, arguments, found)? {
        // What is not there is not made only to be read.
        Some(Address::File(path)) if !path.exists() => Ok(History::default()),
        Some(address) => Ledger::open(context, &address, pack)?.history(context, now),
        None => Ok(History::default()),
    }
}

/// The part of a history that belongs to a pack.
pub(super) struct Ledger {
    store: Store,
    scope: Scope,
    settings: HistorySettings,
    /// Runs that this one was told of.
    runs: usize,
}

impl Ledger {
    pub(super) fn open(context: &Context, address: &Address, pack: &Pack) -> Result<Self, Failure> {
        let store = Store::open(address, context.database_password())?;
        Ok(Self { store, scope: Scope::of(pack), settings: pack.history, runs: 0 })
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
    /// Others wait for a run that is written down. So they do not wait until somebody has read what is printed, that is
    /// printed before (`is_printed`). Where the history fails, the output is handed out all the same.
    pub(super) fn record(
        mut self,
        context: &Context,
        run: &Run,
        is_printed: bool,
        output: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let is_new = self.store.is_new();
        if is_printed {
            output()?;
            self.store.record(&self.scope, run, self.settings)?.commit()?;
        } else {
            let recording = self.store.record(&self.scope, run, self.settings);
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
