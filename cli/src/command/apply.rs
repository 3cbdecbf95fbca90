//! `gardener apply`: a plan, carried out.

use std::path::Path;

use gardener_engine::filing::{self, Outcome, Plan, Step};
use gardener_engine::pack::Pack;
use gardener_engine::render;
use gardener_engine::triage::Wanted;

use crate::args::{ApplyArguments, Common};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::filing::{ActionLog, Job, NoLog, Summary, Survey, carry_out, requests, survey};
use crate::output_file::OutputFile;
use crate::store::Run;
use crate::terminal::{self, summary};

use super::Ready;
use super::filing::{Office, failed};
use super::history::Ledger;
use super::hourly::{self, Consent, Hourly};
use super::plan_file;

pub(super) fn run(context: &Context, common: &Common, arguments: &ApplyArguments) -> Result<Exit, Failure> {
    match plan_file::named(arguments.plan.as_deref(), &arguments.reading.captures)? {
        Some((path, plan)) => of_file(context, common, arguments, (&path, &plan)),
        None => {
            let asked = of_captures(context, arguments)?;
            hourly::run(context, Ready::load(context, common)?, &asked)
        }
    }
}

/// A run over captures, for which somebody must be asked, or must have said that it shall be.
fn of_captures<'a>(context: &Context, arguments: &'a ApplyArguments) -> Result<Hourly<'a>, Failure> {
    let consent = match (arguments.dry_run, arguments.yes) {
        (true, _) => Consent::DryRun,
        (false, true) => Consent::Given,
        (false, false) if context.is_dialog() => Consent::Asked,
        (false, false) => {
            let told = "nobody can be asked here whether the plan shall be carried out";
            return Err(Failure::new(Exit::Usage, told)
                .help("say --yes; or make a plan to review first: gardener plan -o plan.json"));
        }
    };
    let ApplyArguments { reading, history, tracker, to, .. } = arguments;
    Ok(Hourly { reading, notes: &[], late: None, history, tracker, to, consent, fail_on: None, is_one_line: false })
}

/// Carries out what somebody has reviewed.
fn of_file(
    context: &Context,
    common: &Common,
    arguments: &ApplyArguments,
    (path, plan): (&Path, &Plan),
) -> Result<Exit, Failure> {
    let output = OutputFile::asked(arguments.to.output.as_deref())?;
    let Ready { found, mut pack, .. } = Ready::load(context, common)?;
    Office::name(&mut pack, &arguments.tracker);
    plan_file::fits(context, plan, &pack, path)?;
    let mut office = Office::open(context, &pack, &arguments.tracker)?;
    // No issue of the plan is looked up: each is, before it is written to.
    let survey = survey(&mut office.client, &office.target, &Wanted::default()).map_err(|trouble| failed(&trouble))?;
    tell_odd(context, &survey);
    office.admit(&pack, &survey)?;
    if arguments.dry_run {
        return dry_run(context, &office, plan);
    }
    let mut ledger = Ledger::asked(context, &arguments.history, (&found, &pack), true)?;
    let summary = carried_out(context, &mut office, ledger.as_mut(), (plan, &pack, &survey))?;
    let text = filing::results(plan, &summary.outcomes, &summary.notes);
    super::write(context, output.as_ref(), &text)?;
    if let Some(ledger) = ledger.filter(|_| !summary.is_partial()) {
        ledger.record(context, &Run::of_plan(plan).carried_out(plan, &summary.outcomes), false, || Ok(()))?;
    }
    if !context.is_quiet() {
        context.tell(&summary::carried_out(plan, &summary.outcomes));
    }
    let exit = ended(context, &summary);
    Ok(if survey.has_failed { Exit::Remote } else { exit })
}

/// What was odd about the issues, for whoever does not read the worklog.
pub(super) fn tell_odd(context: &Context, survey: &Survey) {
    for note in &survey.notes {
        context.tell(&terminal::warning(note, context.stderr_has_color()));
    }
}

/// Carries a plan out, as the only run of this history that writes.
pub(super) fn carried_out(
    context: &Context,
    office: &mut Office<'_>,
    ledger: Option<&mut Ledger>,
    (plan, pack, survey): (&Plan, &Pack, &Survey),
) -> Result<Summary, Failure> {
    let mut told = |step: &Step, outcome: &Outcome| {
        if !context.is_quiet() && !step.writes.is_empty() {
            context.tell(&summary::outcome(step, outcome));
        }
    };
    let Office { client, target } = office;
    let (author, may_create) = (survey.author.as_str(), survey.is_whole());
    let creates_labels = pack.issue.create_labels;
    let mut carry_out = |log: &mut dyn ActionLog| {
        carry_out(Job { client, target, author, log, may_create, creates_labels }, plan, &mut told)
    };
    match ledger {
        Some(ledger) => {
            let mut log = ledger.log(context)?;
            let summary = carry_out(&mut log);
            // What is written is written, whatever becomes of the history: the run is told of it, and goes on.
            if let Err(failure) = log.end(!summary.is_partial()) {
                context.tell(&terminal::warning(&failure.message, context.stderr_has_color()));
            }
            Ok(summary)
        }
        None => Ok(carry_out(&mut NoLog)),
    }
}

/// The requests of a plan, none of which is sent.
pub(super) fn dry_run(context: &Context, office: &Office<'_>, plan: &Plan) -> Result<Exit, Failure> {
    let mut text = String::new();
    for step in &plan.steps {
        for request in requests(step, &office.target) {
            text.push_str(&office.described(&request)?);
        }
    }
    if text.is_empty() {
        text.push_str("nothing would be written\n");
    }
    super::print(context, &text)?;
    Ok(Exit::Done)
}

/// Shows a plan to whoever sits there, and asks.
pub(super) fn is_agreed(context: &Context, office: &Office<'_>, plan: &Plan) -> Result<bool, Failure> {
    let writes: usize = plan.steps.iter().map(|step| step.writes.len()).sum();
    if writes == 0 {
        return Ok(true);
    }
    context.tell(&terminal::clean(&filing::markdown(plan)));
    let requests = render::counted(writes as u64, "request", None);
    context.tell(&format!("\nSend {requests} to {}? [y/N] ", office.target.repository));
    let key = context.key().map_err(|error| Failure::new(Exit::Usage, format!("no answer can be read: {error}")))?;
    context.tell("\n");
    Ok(matches!(key, Some('y' | 'Y')))
}

/// What is left to say, and the exit code.
pub(super) fn ended(context: &Context, carried: &Summary) -> Exit {
    for note in &carried.notes {
        context.tell(&terminal::warning(note, context.stderr_has_color()));
    }
    if carried.is_partial() {
        let told = "not all of it is written: the same command does what is left";
        context.tell(&terminal::warning(told, context.stderr_has_color()));
    }
    if carried.is_partial() || carried.is_refused() { Exit::Remote } else { Exit::Done }
}
