//! `gardener plan`: what would be written to issues, and why.

use gardener_engine::filing::{self, Plan};
use gardener_engine::render;

use crate::args::{Common, PlanArguments, PlanFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::terminal::{self, summary};

use super::Ready;
use super::filing::{Made, Office, Rules, made};
use super::history::Ledger;
use super::reading::{Asked, unreadable};

/// What whoever reviews a plan of `--since last` should know: the marks of what it counted are not in its file.
const NO_CHAIN: &str = "carried out from a file, this plan does not move the end that `--since last` begins at: the next run reads \
    the same entries once more, and writes nothing twice";

pub(super) fn run(context: &Context, common: &Common, arguments: &PlanArguments) -> Result<Exit, Failure> {
    let asked = Asked::of_series(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let Ready { found, sandbox, mut pack, sources } = Ready::load(context, common)?;
    Office::name(&mut pack, &arguments.tracker);
    let mut office = match arguments.offline {
        true => None,
        false => Some(Office::open(context, &pack, &arguments.tracker)?),
    };
    let mut ledger = Ledger::asked(context, &arguments.history, (&found, &pack), false)?;
    let rules = Rules { pack: &pack, sources: &sources, sandbox: &sandbox };
    let Made { report, mut plan, survey, errors, .. } =
        made(context, &rules, (&asked, ledger.as_mut()), office.as_mut())?;
    let refused = match (&office, &survey) {
        (Some(office), Some(survey)) => office.admit(&pack, survey).err(),
        _ => None,
    };
    if arguments.offline {
        plan.notes.push("no tracker was asked: issues are believed to be as the history left them".to_owned());
    }
    if asked.is_since_last {
        plan.notes.push(NO_CHAIN.to_owned());
    }
    plan.notes.extend(survey.iter().flat_map(|survey| survey.notes.iter().cloned()));
    plan.notes.extend(refused.iter().map(|refused| format!("this plan cannot be carried out: {refused}")));
    if let Some(output) = &output {
        output.write(&json(&plan))?;
    }
    match arguments.format {
        PlanFormat::Json => super::print(context, &json(&plan))?,
        PlanFormat::Markdown => super::print(context, &filing::markdown(&plan))?,
    }
    if !context.is_quiet() {
        context.tell(&summary::text(&report));
        context.tell(&summary::plan(&plan));
    }
    if let Some(refused) = refused {
        let told = format!("this plan cannot be carried out: {refused}");
        context.tell(&terminal::warning(&told, context.stderr_has_color()));
    }
    if !errors.is_empty() {
        return Err(unreadable(context, &errors).help("the plan covers what could be read"));
    }
    let has_failed = survey.is_some_and(|survey| survey.has_failed);
    Ok(if has_failed { Exit::Remote } else { Exit::Done })
}

/// A plan file.
pub(super) fn json(plan: &Plan) -> String {
    // Its keys are strings, so that this cannot fail; and if it did, `null` is no plan.
    let mut text = render::pretty(plan).unwrap_or_else(|_| "null".to_owned());
    text.push('\n');
    text
}
