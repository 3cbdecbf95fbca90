//! `gardener analyze`: captures in, worklog out.

use std::io;
use std::time::Duration;

use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::{Diagnostic, Span};
use gardener_engine::entry::Timestamp;
use gardener_engine::mute;
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::render::{self, TableStyle, Template};
use gardener_engine::report::{Cluster, Report};
use gardener_engine::severity::Severity;

use crate::analysis::{self, Outcome, Request};
use crate::args::{Analyze, Common, ReportFormat};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::output_file::OutputFile;
use crate::source::CaptureReader;
use crate::store::Run;
use crate::terminal::progress::Progress;
use crate::terminal::{self, diagnostics, summary};

use super::Ready;
use super::history::Ledger;
use super::pulled::Pulled;
use super::reading::{Asked, unreadable};
use super::window::Window;

/// How long reading Cloud Logging may take.
const PULLED: Duration = Duration::from_secs(30 * 60);

pub(super) fn run(context: &Context, common: &Common, arguments: &Analyze) -> Result<Exit, Failure> {
    let Analyze { reading, history, source, .. } = arguments;
    let output = OutputFile::asked(arguments.to.output.as_deref())?;
    let (found, sandbox, pack, sources) = Ready::load(context, common)?.kept();
    let pulled = Pulled::of(context, (&found, pack), (reading, history, source), PULLED)?;
    let asked = Asked::of_series(context, &pulled.reading)?.pulled(&pulled.notes, pulled.late);
    let (captures, missing) = asked.captures(context, output.as_ref())?;
    let mut ledger = Ledger::asked(context, &arguments.history, (&found, pack), !arguments.no_record)?;
    let history = ledger.as_mut().map(|ledger| ledger.history(context, asked.now)).transpose()?.unwrap_or_default();
    let mut window = Window::of(&asked, ledger.as_mut())?;
    let captures = window.of_captures(context, captures);
    let Window { since, until, edge, chain, is_unfit } = window;
    let memory = Memory { history: history.into(), ..Memory::default() };
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let classifier = Classifier::new(pack);
    let request = Request {
        classifier: &classifier,
        sandbox,
        captures,
        now: asked.now,
        since,
        until,
        edge,
        jobs: asked.jobs,
        strict: asked.is_strict,
        progress: &|entries| progress.entries(entries),
    };
    let outcome = analysis::run(request, &memory, reader);
    progress.finish();
    let Outcome { report, failures, errors, reach } = outcome;
    let errors = [missing, errors].concat();
    let shown: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&shown, &sources, context.stderr_has_color()));
    asked.refuse(&report.source.captures, report.entries.read, report.malformed.first(), &errors)?;
    let (shown, failed) = rendered(&super::style(context, output.as_ref()), arguments.to.format, pack, &report);
    let write = || {
        shown.write(context, output.as_ref(), &report)?;
        tell_expired(context, pack, asked.now);
        tell_end(context, &report);
        tell_unfit(context, is_unfit);
        Ok(())
    };
    let ledger = ledger.filter(|ledger| ledger.is_recorded() && !is_unfit);
    let is_asked = ledger.is_some();
    match ledger {
        // What could be read is not what there was, and would be taken for it ever after.
        Some(ledger) if errors.is_empty() => {
            ledger.record(context, &Run { reach, chain, ..Run::of(&report) }, output.is_none(), write)?;
        }
        _ => write()?,
    }
    if let Some(failed) = failed {
        context.tell(&diagnostics::text(&[&failed], &sources, context.stderr_has_color()));
        return Err(template_failed(&shown));
    }
    if !errors.is_empty() {
        let unrecorded = if is_asked { "; this run is not recorded in the history" } else { "" };
        return Err(unreadable(context, &errors).help(format!("the report covers what could be read{unrecorded}")));
    }
    let found = if is_found(arguments, &report) { Exit::Findings } else { Exit::Done };
    pulled.failure.map_or(Ok(found), Err)
}

/// The pack's template failed, and this is shown in its place.
pub(super) fn template_failed(shown: &Shown) -> Failure {
    let instead = match shown {
        Shown::Text(_) => "the worklog is that of the default one",
        Shown::Json(_) => "and so did the default one: the report is JSON",
    };
    Failure::new(Exit::InvalidPack, format!("the pack's template failed; {instead}"))
}

/// Whether there is what `--fail-on` looks for.
fn is_found(arguments: &Analyze, report: &Report) -> bool {
    arguments.fail_on.is_some_and(|limit| is_at_least(limit, report))
}

/// Whether a cluster is so urgent that somebody is to be called.
pub(super) fn is_at_least(limit: Severity, report: &Report) -> bool {
    // A person has said of what is muted that nobody is to be called for it; of symptoms nobody has.
    let counts = |cluster: &Cluster| cluster.restraint.muted.is_none();
    report.clusters.iter().any(|cluster| counts(cluster) && cluster.severity <= limit)
}

/// Mutes that are over: whoever relies on one of them must know.
pub(super) fn tell_expired(context: &Context, pack: &Pack, now: Timestamp) {
    if !context.is_quiet() {
        for expired in mute::expired(pack, now) {
            context.tell(&terminal::warning(&expired, context.stderr_has_color()));
        }
    }
}

/// That a run which is recorded already is not recorded once more.
fn tell_unfit(context: &Context, is_unfit: bool) {
    if is_unfit {
        let told = "this run is recorded already, and done again it knows less: the history keeps what it said then";
        context.tell(&terminal::warning(told, context.stderr_has_color()));
    }
}

fn tell_end(context: &Context, report: &Report) {
    if !context.is_quiet() {
        context.tell(&summary::text(report));
    }
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
}

/// A report in a format.
pub(super) enum Shown {
    /// For people.
    Text(String),
    /// As JSON, which is made as it is written: it may be larger than all that was counted. With a note of what the
    /// pack's template failed at, where it stands for a worklog.
    Json(Option<String>),
}

impl Shown {
    /// Writes it to the file that was asked for, else to standard output.
    pub(super) fn write(&self, context: &Context, output: Option<&OutputFile>, report: &Report) -> Result<(), Failure> {
        match self {
            Self::Text(text) => super::write(context, output, text),
            Self::Json(note) => super::write_by(context, output, |out| json_into(report, note.as_deref(), out)),
        }
    }
}

/// Writes a report as JSON, with one note more where there is one.
fn json_into(report: &Report, note: Option<&str>, out: &mut dyn io::Write) -> io::Result<()> {
    match note {
        Some(note) => render::json_into(&noted(report, note.to_owned()), out),
        None => render::json_into(report, out),
    }
}

/// The same report with one note more.
fn noted(report: &Report, note: String) -> Report {
    let mut report = report.clone();
    report.notes.push(note);
    report
}

/// The report in a format. Where the pack's template fails, the default one takes its place, and what went wrong is handed
/// back: a worklog in the wrong shape is worth more at night than none.
pub(super) fn rendered(
    style: &TableStyle,
    format: ReportFormat,
    pack: &Pack,
    report: &Report,
) -> (Shown, Option<Diagnostic>) {
    match format {
        ReportFormat::Json => (Shown::Json(None), None),
        ReportFormat::Table => (Shown::Text(render::table(report, style)), None),
        ReportFormat::Worklog => worklog(pack, report, &Template::DEFAULT),
    }
}

/// The worklog by the pack's template; by the default one where the pack has none, or it fails; and JSON where that one fails, too.
fn worklog(pack: &Pack, report: &Report, default: &Template<'_>) -> (Shown, Option<Diagnostic>) {
    let Some(own) = pack.templates.texts.get("worklog") else {
        // The default template is tested with everything that a report can hold.
        return (render::worklog(report, default).map_or(Shown::Json(None), Shown::Text), None);
    };
    let template = Template { name: &own.path, text: &own.text };
    let failure = match render::worklog(report, &template) {
        Ok(text) => return (Shown::Text(text), None),
        Err(failure) => failure,
    };
    let note = format!("This is the default worklog, for the pack's template failed: {failure}");
    let shown = match render::worklog(&noted(report, note), default) {
        Ok(text) => Shown::Text(text),
        Err(also) => Shown::Json(Some(format!(
            "This is JSON, for the pack's template of the worklog failed: {failure}; and so did the default one: {also}"
        ))),
    };
    let at = |range| Span::new(own.file, range);
    (shown, Some(Diagnostic::from_problem(failure.problem(&template), at)))
}

#[cfg(test)]
mod tests;
