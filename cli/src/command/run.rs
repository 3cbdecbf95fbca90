//! `gardener run`: the hourly job.

use crate::args::{Beginning, Common, Reading, RunArguments, SourceKind};
use crate::context::Context;
use crate::error::{Exit, Failure};

use super::history::Ledger;
use super::hourly::{self, Consent, Hourly};
use super::pulled::Pulled;

pub(super) fn run(context: &Context, common: &Common, arguments: &RunArguments) -> Result<Exit, Failure> {
    let RunArguments { source, history, tracker, dry_run, format, output, fail_on, .. } = arguments;
    let (reading, is_first) = asked(context, common, arguments)?;
    // What is pulled for the first run of a chain has a beginning; the chain itself has none.
    let wanted = Reading { since: reading.since.filter(|_| !is_first), ..reading.clone() };
    let pulled = Pulled::of(context, common, (&wanted, history, source), tracker.deadline)?;
    let reading = Reading { since: reading.since, ..pulled.reading.clone() };
    let hourly = Hourly {
        reading: &reading,
        notes: &pulled.notes,
        history,
        tracker,
        format: *format,
        output: output.as_deref(),
        consent: if *dry_run { Consent::DryRun } else { Consent::Given },
        fail_on: *fail_on,
    };
    let exit = hourly::run(context, common, &hourly)?;
    match pulled.failure {
        Some(failure) => Err(failure),
        None => Ok(exit),
    }
}

/// What is to be read: from where the last run ended on, unless somebody says otherwise. And whether Cloud Logging is to be asked
/// for the first time, so that there is no such end.
fn asked(context: &Context, common: &Common, arguments: &RunArguments) -> Result<(Reading, bool), Failure> {
    let mut reading = arguments.reading.clone();
    if !matches!(reading.since, None | Some(Beginning::Last)) {
        return Ok((reading, false));
    }
    let (found, _, loaded) = super::load(context, common, false)?;
    let (pack, _) = super::usable(context, loaded)?;
    let now = reading.now.map_or_else(|| context.now(), Ok)?;
    let mut ledger = Ledger::asked(context, &arguments.history, (&found, &pack), !arguments.dry_run)?;
    let basis = ledger.as_mut().map(|ledger| ledger.basis(now)).transpose()?.flatten();
    if ledger.is_some() {
        reading.since = Some(Beginning::Last);
    }
    let is_first = basis.is_none() && arguments.source.source == SourceKind::Gcp;
    Ok((reading, is_first))
}
