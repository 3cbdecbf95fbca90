//! `gardener analyze`: captures in, worklog out.

use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::render::{self, TableStyle, Template};
use gardener_engine::report::Report;

use crate::analysis::{self, Outcome, Request};
use crate::args::{Analyze, Common, ReportFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::source::CaptureReader;
use crate::terminal::progress::Progress;
use crate::terminal::{diagnostics, summary};

use super::reading::{Asked, unreadable};

pub(super) fn run(context: &Context, common: &Common, arguments: &Analyze) -> Result<Exit, Failure> {
    let asked = Asked::of(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let (_, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let captures = asked.captures(context, output.as_ref())?;
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let request = Request {
        pack: &pack,
        sandbox: &sandbox,
        captures,
        memory: &Memory::default(),
        now: asked.now,
        since: asked.since,
        until: asked.until,
        jobs: asked.jobs,
        strict: asked.is_strict,
        progress: &|entries| progress.entries(entries),
    };
    let outcome = analysis::run(request, reader);
    progress.finish();
    let Outcome { report, failures, errors } = outcome;
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    asked.refuse(&report.source.captures, report.entries.read, report.malformed.first(), &errors)?;
    let text = rendered(context, arguments.format, &pack, &report)?;
    super::write(context, output.as_ref(), &text)?;
    tell_end(context, &report);
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
