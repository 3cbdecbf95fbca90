//! `gardener analyze`: captures in, worklog out.

use std::path::Path;

use gardener_engine::diagnostic::{Diagnostic, Span};
use gardener_engine::entry::Timestamp;
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::render::{self, TableStyle, Template};
use gardener_engine::report::Report;

use crate::analysis::{self, Outcome, Request};
use crate::args::{Analyze, Common, ReportFormat};
use crate::context::{Context, WIDTH};
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::source::{self, CaptureReader, InputError};
use crate::terminal::progress::Progress;
use crate::terminal::{self, diagnostics, summary};

pub(super) fn run(context: &Context, common: &Common, arguments: &Analyze) -> Result<Exit, Failure> {
    let now = arguments.now.map_or_else(|| context.now(), Ok)?;
    let (since, until) = window(arguments, now)?;
    let operands = operands(context, &arguments.captures)?;
    let output = arguments.output.as_deref().filter(|path| *path != Path::new("-")).map(OutputFile::at).transpose()?;
    let (_, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let (captures, missing) = source::resolve_each(&operands);
    if captures.is_empty() {
        return Err(unreadable(context, &missing));
    }
    if let Some(capture) =
        captures.iter().find(|capture| output.as_ref().is_some_and(|o| o.is(Path::new(&capture.name))))
    {
        return Err(Failure::new(Exit::Usage, format!("`{}` is to be read and written at once", capture.name)));
    }
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let request = Request {
        pack: &pack,
        sandbox: &sandbox,
        captures,
        memory: &Memory::default(),
        now,
        since,
        until,
        jobs: arguments.jobs.map_or_else(|| context.cores(), usize::from),
        strict: arguments.strict,
        progress: &|entries| progress.entries(entries),
    };
    let outcome = analysis::run(request, reader);
    progress.finish();
    let Outcome { report, failures, errors } = outcome;
    let errors = [missing, errors].concat();
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    refuse(arguments, &report, errors.is_empty())?;
    let style = match &output {
        Some(_) => TableStyle { width: WIDTH, colour: context.file_has_color(), ascii: false },
        None => TableStyle { width: context.width(), colour: context.stdout_has_color(), ascii: false },
    };
    let (text, failed) = rendered(&style, arguments.format, &pack, &report);
    match &output {
        Some(file) => file.write(&text)?,
        None => super::print(context, &text)?,
    }
    tell_end(context, &report);
    if let Some(failed) = failed {
        context.tell(&diagnostics::text(&[&failed], &sources, context.stderr_has_color()));
        return Err(Failure::new(
            Exit::InvalidPack,
            "the pack's template failed; the worklog is that of the default one",
        ));
    }
    if !errors.is_empty() {
        return Err(unreadable(context, &errors).help("the report covers what could be read"));
    }
    let is_found =
        arguments.fail_on.is_some_and(|limit| report.clusters.iter().any(|cluster| cluster.severity <= limit));
    Ok(if is_found { Exit::Findings } else { Exit::Done })
}

fn tell_end(context: &Context, report: &Report) {
    if !context.is_quiet() {
        context.tell(&summary::text(report));
    }
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
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
pub(super) fn operands(context: &Context, captures: &[String]) -> Result<Vec<String>, Failure> {
    if !captures.is_empty() {
        return Ok(captures.to_vec());
    }
    if context.stdin_is_terminal() {
        return Err(Failure::new(Exit::Usage, "no capture is named, and nothing is piped in")
            .help("name a file, such as logs.jsonl; --help shows examples"));
    }
    Ok(vec!["-".to_owned()])
}

/// Says which captures cannot be read; the last of them ends the run.
pub(super) fn unreadable(context: &Context, errors: &[InputError]) -> Failure {
    let (last, others) =
        errors.split_last().map_or((String::new(), [].as_slice()), |(last, others)| (last.to_string(), others));
    for error in others {
        context.tell(&terminal::error(&error.to_string(), None, context.stderr_has_color()));
    }
    Failure::new(Exit::Unreadable, last)
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

/// The report in a format. Where the pack's template fails, the default one takes its place, and what went wrong is handed
/// back: a worklog in the wrong shape is worth more at night than none.
fn rendered(style: &TableStyle, format: ReportFormat, pack: &Pack, report: &Report) -> (String, Option<Diagnostic>) {
    match format {
        ReportFormat::Json => (render::json(report), None),
        ReportFormat::Table => (render::table(report, style), None),
        ReportFormat::Worklog => {
            let Some(own) = pack.templates.texts.get("worklog") else { return (default_worklog(report), None) };
            let template = Template { name: &own.path, text: &own.text };
            match render::worklog(report, &template) {
                Ok(text) => (text, None),
                Err(failure) => {
                    let mut report = report.clone();
                    report
                        .notes
                        .push(format!("This is the default worklog, for the pack's template failed: {failure}"));
                    let at = |range| Span::new(own.file, range);
                    let failed = Diagnostic::from_problem(failure.problem(&template), at);
                    (default_worklog(&report), Some(failed))
                }
            }
        }
    }
}

fn default_worklog(report: &Report) -> String {
    // The default template is tested with everything that a report can hold.
    render::worklog(report, &Template::DEFAULT).unwrap_or_else(|_| render::json(report))
}
