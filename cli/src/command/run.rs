//! `gardener run`: the hourly job.

use crate::args::{Beginning, Common, Reading, RunArguments, SourceKind};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;

use super::Ready;
use super::history::Ledger;
use super::hourly::{self, Consent, Hourly};
use super::pulled::Pulled;

pub(super) fn run(context: &Context, common: &Common, arguments: &RunArguments) -> Result<Exit, Failure> {
    let RunArguments { source, history, tracker, dry_run, to, fail_on, .. } = arguments;
    // Before anything is read: it may take long.
    OutputFile::asked(to.output.as_deref())?;
    let ready = Ready::load(context, common)?;
    let (since, is_first) = since(context, &ready, arguments)?;
    // What is pulled for the first run of a chain has a beginning; the chain itself has none.
    let wanted = Reading { since: since.filter(|_| !is_first), ..arguments.reading.clone() };
    let pulled = Pulled::of(context, ready.pack(), (&wanted, history, source), tracker.deadline)?;
    let reading = Reading { since, ..pulled.reading.clone() };
    let hourly = Hourly {
        reading: &reading,
        notes: &pulled.notes,
        late: pulled.late,
        history,
        tracker,
        to,
        consent: if *dry_run { Consent::DryRun } else { Consent::Given },
        fail_on: *fail_on,
        is_one_line: true,
    };
    let exit = hourly::run(context, ready, &hourly)?;
    pulled.failure.map_or(Ok(exit), Err)
}

/// Where the run begins: where the last one ended, unless somebody says otherwise. And whether Cloud Logging is to be asked for the
/// first time, so that there is no such end.
fn since(context: &Context, ready: &Ready, arguments: &RunArguments) -> Result<(Option<Beginning>, bool), Failure> {
    let reading = &arguments.reading;
    if !matches!(reading.since, None | Some(Beginning::Last)) {
        return Ok((reading.since, false));
    }
    let now = reading.now.map_or_else(|| context.now(), Ok)?;
    let mut ledger = Ledger::asked(context, &arguments.history, ready.pack(), !arguments.dry_run)?;
    let basis = ledger.as_mut().map(|ledger| ledger.basis(now)).transpose()?.flatten();
    let since = if ledger.is_some() { Some(Beginning::Last) } else { reading.since };
    Ok((since, basis.is_none() && arguments.source.source == SourceKind::Gcp))
}
