//! `gardener suggest`: definitions for the largest clusters that no definition knows.

use std::collections::BTreeSet;
use std::path::Path;

use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::nearest;
use gardener_engine::plan::Memory;
use gardener_engine::report::{Cluster, Report};
use gardener_engine::suggest::{
    Suggestions, Wanted, is_minable, suggestions, suggestions_json, suggestions_said, suggestions_yaml,
};

use crate::analysis::{self, Outcome, Request};
use crate::args::{Common, SuggestArguments, SuggestFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::Edge;
use crate::new_files::NewFiles;
use crate::output_file::OutputFile;
use crate::pack_files::{DEFAULT, Found};
use crate::source::{Capture, CaptureReader, InputError, held};
use crate::suggesting::Captures;
use crate::terminal::progress::Progress;
use crate::terminal::{clean, diagnostics, summary};

use super::reading::{Asked, unreadable};
use super::{Ready, check, history, new};

pub(super) fn run(context: &Context, common: &Common, arguments: &SuggestArguments) -> Result<Exit, Failure> {
    let asked = Asked::of(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let ready = Ready::load(context, common)?;
    if arguments.write && ready.found.location == DEFAULT {
        return Err(new::unwritable());
    }
    let (captures, missing) = asked.captures(context, output.as_ref())?;
    let captures = kept(context, captures)?;
    let history = history::known(context, &arguments.history, ready.pack(), asked.now)?;
    let classifier = Classifier::new(&ready.pack);
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let request = Request {
        classifier: &classifier,
        sandbox: &ready.sandbox,
        captures: captures.clone(),
        now: asked.now,
        since: asked.since,
        until: asked.until,
        edge: Edge::default(),
        jobs: asked.jobs,
        strict: asked.is_strict,
        progress: &|entries| progress.entries(entries),
    };
    let Outcome { report, failures, errors, .. } =
        analysis::run(request, &Memory { history: history.into(), ..Memory::default() }, reader);
    progress.finish();
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &ready.sources, context.stderr_has_color()));
    let errors = [missing, errors].concat();
    asked.refuse(&report.source.captures, report.entries.read, report.malformed.first(), &errors)?;
    known(&report, &arguments.cluster)?;
    let wanted = Wanted {
        ids: arguments.cluster.clone(),
        top: usize::try_from(arguments.top).unwrap_or(usize::MAX),
        min_count: arguments.min_count,
    };
    let silent = |_| ();
    let intake = asked.intake(captures, &silent);
    let mut entries = Captures { intake: &intake, redactor: &ready.pack.redactor, errors };
    let place = (ready.found.location == DEFAULT, file_names(&ready.found));
    let made = suggestions(&classifier, &report, &wanted, place, &mut entries);
    if !context.is_quiet() {
        context.tell(&summary::text(&report));
    }
    let exit = hand_out(context, common, arguments, &ready.found, &made, output.as_ref())?;
    ended(context, &entries.errors, exit)
}

fn ended(context: &Context, errors: &[InputError], exit: Exit) -> Result<Exit, Failure> {
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
    match errors {
        [] => Ok(exit),
        errors => Err(unreadable(context, errors).help("the definitions are for what could be read")),
    }
}

/// The captures, so that they can be read more than once.
fn kept(context: &Context, captures: Vec<Capture>) -> Result<Vec<Capture>, Failure> {
    let kept: Result<Vec<Capture>, InputError> = captures.into_iter().map(held).collect();
    kept.map_err(|error| unreadable(context, &[error]))
}

/// Whether the clusters that are asked for are there, and unknown.
fn known(report: &Report, ids: &[String]) -> Result<(), Failure> {
    for id in ids {
        let found: Option<&Cluster> = report.clusters.iter().find(|cluster| cluster.id == *id);
        let unknown =
            || report.clusters.iter().filter(|cluster| is_minable(cluster)).map(|cluster| cluster.id.as_str());
        let failure = match found {
            Some(cluster) if is_minable(cluster) => continue,
            Some(_) => Failure::new(Exit::Usage, format!("`{id}` is no cluster that a definition can be made for"))
                .help("it has a definition already, or holds entries of many kinds"),
            None => {
                let help = match nearest(id, unknown()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "`gardener analyze --format table` lists the clusters with their ids".to_owned(),
                };
                Failure::new(Exit::Usage, format!("there is no cluster `{id}` in these captures")).help(help)
            }
        };
        return Err(failure);
    }
    Ok(())
}

/// Ids that no definition may have because a file of that name is there.
fn file_names(found: &Found) -> BTreeSet<String> {
    let names = std::fs::read_dir(Path::new(&found.location).join("clusters")).into_iter().flatten().flatten();
    names.filter_map(|entry| entry.file_name().to_str()?.split('.').next().map(str::to_owned)).collect()
}

fn hand_out(
    context: &Context,
    common: &Common,
    arguments: &SuggestArguments,
    found: &Found,
    made: &Suggestions,
    output: Option<&OutputFile>,
) -> Result<Exit, Failure> {
    if !context.is_quiet() {
        context.tell(&clean(&suggestions_said(made)));
    }
    let (exact, inexact): (Vec<_>, Vec<_>) = made.suggestions.iter().partition(|it| it.outcome.is_exact);
    let text = match arguments.format {
        SuggestFormat::Json => suggestions_json(made),
        SuggestFormat::Yaml => suggestions_yaml(made),
    };
    if !arguments.write {
        super::write(context, output, &text)?;
        return Ok(Exit::Done);
    }
    let schema = new::modeline(found, "clusters");
    let mut files = NewFiles::below(Path::new(&found.location));
    for suggestion in inexact.iter().filter(|_| !context.is_quiet()) {
        let id = &suggestion.id;
        context
            .tell(&clean(&format!("{id} is not written, for its query matches entries of others: make it by hand\n")));
    }
    for suggestion in &exact {
        let modeline =
            schema.as_ref().map_or_else(String::new, |schema| format!("# yaml-language-server: $schema={schema}\n"));
        files.add(format!("clusters/{}.yaml", suggestion.id), format!("{modeline}{}", suggestion.yaml));
    }
    let sandbox = gardener_engine::judge::sandbox(gardener_engine::script::Limits::default());
    new::before(context, found, &sandbox, &files)?;
    files.write()?;
    if arguments.format == SuggestFormat::Json {
        super::print(context, &text)?;
    } else {
        for (path, _) in files.files() {
            super::print(context, &format!("{}\n", new::shown(found, path)))?;
        }
    }
    if exact.is_empty() {
        return Ok(Exit::Done);
    }
    if !context.is_quiet() {
        context.tell("look them over before you commit them: redaction takes out secrets, not names and addresses\n");
    }
    check::run(context, common, &new::own_check())
}
