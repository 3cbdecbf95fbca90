//! `gardener analyze`: captures in, worklog out.

use std::io::Write;
use std::path::Path;

use gardener_engine::entry::Timestamp;
use gardener_engine::pack::Pack;
use gardener_engine::render::{self, TableStyle, Template};
use gardener_engine::report::Report;

use crate::analysis::{self, Outcome, Request};
use crate::args::{Analyze, Common, ReportFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::source::{self, CaptureReader, InputError};
use crate::terminal::progress::Progress;
use crate::terminal::{clean, diagnostics, summary};

pub(super) fn run(context: &Context, common: &Common, arguments: &Analyze) -> Result<Exit, Failure> {
    let started = context.started();
    let now = arguments.now.unwrap_or_else(|| context.now());
    let (since, until) = window(arguments, now)?;
    let (_, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let captures = source::resolve(&operands(context, arguments)?).map_err(|errors| unreadable(&errors))?;
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let outcome = analysis::run(
        Request {
            pack: &pack,
            sandbox: &sandbox,
            captures,
            now,
            since,
            until,
            jobs: arguments.jobs.map_or_else(|| context.cores(), usize::from),
            strict: arguments.strict,
            progress: &|entries| progress.entries(entries),
        },
        reader,
    );
    progress.finish();
    let Outcome { report, failures, errors } = outcome;
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    for error in &errors {
        context.tell(&format!("error: {}\n", clean(&error.to_string())));
    }
    refuse(arguments, &report, errors.is_empty())?;
    write(context, arguments, &rendered(context, arguments.format, &pack, &report)?)?;
    if !context.is_quiet() {
        context.tell(&summary::text(&report));
    }
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", started.elapsed().as_secs_f64()));
    }
    if !errors.is_empty() {
        return Err(Failure::new(
            Exit::Unreadable,
            "not every capture could be read to its end; the report covers the rest",
        ));
    }
    let is_found =
        arguments.fail_on.is_some_and(|limit| report.clusters.iter().any(|cluster| cluster.severity <= limit));
    Ok(if is_found { Exit::Findings } else { Exit::Done })
}

fn window(arguments: &Analyze, now: Timestamp) -> Result<(Option<Timestamp>, Option<Timestamp>), Failure> {
    let since = arguments.since.map(|moment| moment.seen_from(now));
    let until = arguments.until.map(|moment| moment.seen_from(now));
    match (since, until) {
        (Some(from), Some(to)) if from >= to => {
            Err(Failure::new(Exit::Usage, format!("the window is empty: --since is {from} and --until is {to}")))
        }
        window => Ok(window),
    }
}

/// The captures named; standard input where none is and something is piped in.
fn operands(context: &Context, arguments: &Analyze) -> Result<Vec<String>, Failure> {
    if !arguments.captures.is_empty() {
        return Ok(arguments.captures.clone());
    }
    if context.stdin_is_terminal() {
        return Err(Failure::new(Exit::Usage, "no capture is named, and nothing is piped in")
            .help("name a file: `gardener analyze logs.jsonl`; see `gardener analyze --help`"));
    }
    Ok(vec!["-".to_owned()])
}

fn unreadable(errors: &[InputError]) -> Failure {
    let lines: Vec<String> = errors.iter().map(InputError::to_string).collect();
    Failure::new(Exit::Unreadable, lines.join("\nerror: "))
}

/// What is not to be taken for a result.
fn refuse(arguments: &Analyze, report: &Report, is_whole: bool) -> Result<(), Failure> {
    if arguments.strict
        && let Some(quote) = report.malformed.first()
    {
        let message =
            format!("{}:{}: a record cannot be read: {}: {}", quote.file, quote.line, quote.reason, quote.quote);
        return Err(
            Failure::new(Exit::Unreadable, message).help("without --strict such records are counted and left out")
        );
    }
    if report.entries.read == 0 && is_whole && !arguments.allow_empty {
        let names = report.source.captures.join(", ");
        return Err(Failure::new(Exit::Unreadable, format!("there are no entries in {names}"))
            .help("if that is right, say --allow-empty"));
    }
    Ok(())
}

fn rendered(context: &Context, format: ReportFormat, pack: &Pack, report: &Report) -> Result<String, Failure> {
    match format {
        ReportFormat::Json => Ok(render::json(report)),
        ReportFormat::Table => {
            let style = TableStyle { width: context.width(), colour: context.stdout_has_color(), ascii: false };
            Ok(render::table(report, &style))
        }
        ReportFormat::Worklog => {
            let own = pack.templates.texts.get("worklog");
            let template = own.map_or(Template::DEFAULT, |(name, text)| Template { name, text });
            render::worklog(report, &template)
                .map_err(|failure| Failure::new(Exit::InvalidPack, format!("the worklog's template failed: {failure}")))
        }
    }
}

fn write(context: &Context, arguments: &Analyze, text: &str) -> Result<(), Failure> {
    let Some(path) = &arguments.output else { return super::print(context, text) };
    write_whole(path, text)
        .map_err(|error| Failure::new(Exit::Unreadable, format!("{} cannot be written: {error}", path.display())))
}

/// Writes a file whole or not at all: first beside it, then in its place.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    // What is no ordinary file (a device, a pipe) cannot be put in place of.
    if path.exists() && !path.is_file() {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(text.as_bytes());
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = path.with_file_name(name);
    let written = std::fs::File::create(&part)
        .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&part, path));
    if written.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    written
}
