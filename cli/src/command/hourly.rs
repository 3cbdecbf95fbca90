//! A whole run: entries read, issues looked up, decided and written to, the worklog handed out, the history kept.

use gardener_engine::filing;
use gardener_engine::severity::Severity;

use crate::args::{HistoryArguments, Reading, ReportOutput, TrackerArguments};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::marks::Late;
use crate::output_file::OutputFile;
use crate::terminal::summary::Issues;
use crate::terminal::{self, summary};

use super::Ready;
use super::analyze::{is_at_least, rendered, template_failed};
use super::apply::{carried_out, dry_run, ended, is_agreed, tell_odd};
use super::filing::{Made, Office, Rules, made};
use super::history::Ledger;
use super::reading::{Asked, unreadable};

/// What a run is asked for.
pub(super) struct Hourly<'a> {
    pub(super) reading: &'a Reading,
    /// Remarks on where it comes from.
    pub(super) notes: &'a [String],
    /// What may not have been there yet when it was pulled.
    pub(super) late: Option<Late>,
    pub(super) history: &'a HistoryArguments,
    pub(super) tracker: &'a TrackerArguments,
    pub(super) to: &'a ReportOutput,
    pub(super) consent: Consent,
    /// The severity from which on the exit code says that something was found.
    pub(super) fail_on: Option<Severity>,
    /// Whether all is told in one line in the end, as whoever reads the log of a job wants it.
    pub(super) is_one_line: bool,
}

/// Whether somebody wants that something is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Consent {
    /// It was said before.
    Given,
    /// Somebody sits there and is asked.
    Asked,
    /// The requests are shown, and none is sent.
    DryRun,
}

pub(super) fn run(context: &Context, ready: Ready, asked_for: &Hourly<'_>) -> Result<Exit, Failure> {
    let asked = Asked::of_series(context, asked_for.reading)?.pulled(asked_for.notes, asked_for.late);
    let output = OutputFile::asked(asked_for.to.output.as_deref())?;
    let Ready { found, sandbox, mut pack, sources } = ready;
    Office::name(&mut pack, asked_for.tracker);
    let mut office = Office::open(context, &pack, asked_for.tracker)?;
    let is_recorded = asked_for.consent != Consent::DryRun;
    let mut ledger = Ledger::asked(context, asked_for.history, (&found, &pack), is_recorded)?;
    let rules = Rules { pack: &pack, sources: &sources, sandbox: &sandbox };
    let Made { mut report, plan, survey, errors, run, is_unfit } =
        made(context, &rules, (&asked, ledger.as_mut()), Some(&mut office))?;
    // There is one wherever there is a tracker.
    let Some(survey) = survey else { return Ok(Exit::Done) };
    tell_odd(context, &survey);
    office.admit(&pack, &survey)?;
    if asked_for.consent == Consent::DryRun {
        let exit = dry_run(context, &office, &plan)?;
        if asked_for.is_one_line && !context.is_quiet() {
            context.tell(&summary::run(&report, &Issues::DryRun(&plan), None, false));
        }
        return Ok(exit);
    }
    if asked_for.consent == Consent::Asked && !is_agreed(context, &office, &plan)? {
        return Err(Failure::new(Exit::Usage, "nothing was written"));
    }
    let carried = carried_out(context, &mut office, ledger.as_mut(), (&plan, &pack, &survey))?;
    filing::tell(&mut report, &plan, &carried.outcomes);
    report.notes.extend(carried.notes.iter().cloned());
    let (shown, template) = rendered(&super::style(context, output.as_ref()), asked_for.to.format, &pack, &report);
    let write = || shown.write(context, output.as_ref(), &report);
    // What is left must be done by the next run, and so it must see all that this one saw.
    let is_whole = errors.is_empty() && !carried.is_partial() && !is_unfit && !survey.has_failed;
    let ledger = ledger.filter(|_| is_whole);
    let is_recorded = ledger.is_some();
    match ledger {
        Some(ledger) => ledger.record(context, &run.carried_out(&plan, &carried.outcomes), output.is_none(), write)?,
        None => write()?,
    }
    if !context.is_quiet() && !asked_for.is_one_line {
        context.tell(&summary::text(&report));
        context.tell(&summary::carried_out(&plan, &carried.outcomes));
    }
    let exit = ended(context, &carried);
    if !context.is_quiet() && asked_for.is_one_line {
        let worklog = asked_for.to.output.as_ref().map(|path| path.display().to_string());
        let worklog = worklog.as_deref().unwrap_or("standard output");
        let issues = Issues::Carried(&plan, &carried.outcomes);
        context.tell(&summary::run(&report, &issues, Some(worklog), is_recorded));
    }
    if let Some(template) = template {
        context.tell(&terminal::diagnostics::text(&[&template], &sources, context.stderr_has_color()));
        return Err(template_failed(&shown));
    }
    if !errors.is_empty() {
        return Err(unreadable(context, &errors).help("the plan covered what could be read; the run is not recorded"));
    }
    let exit = if survey.has_failed { Exit::Remote } else { exit };
    let is_found = asked_for.fail_on.is_some_and(|limit| is_at_least(limit, &report));
    Ok(if exit == Exit::Done && is_found { Exit::Findings } else { exit })
}
