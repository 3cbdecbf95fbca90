//! `gardener diff`: what a change of the pack changes in decisions.

use std::path::Path;

use gardener_engine::diagnostic::{Code, Sources};
use gardener_engine::diff::{Diff, codes};
use gardener_engine::pack::{self, Pack};
use gardener_engine::render::{TableStyle, counted, diff_json, diff_markdown, diff_text};
use gardener_engine::script::Sandbox;

use crate::args::{Common, DiffArguments, DiffFormat};
use crate::comparison::{self, Outcome, Rules};
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::findings::{Check, Detail, Finding, Findings, Place};
use crate::output_file::OutputFile;
use crate::pack_files::{Found, find_base};
use crate::reports::{ReportFiles, Reported};
use crate::source::CaptureReader;
use crate::terminal::progress::Progress;
use crate::terminal::{clean, diagnostics};

use super::reading::{Asked, unreadable};

/// What reports call it.
const COMMAND: &str = "gardener diff";

pub(super) fn run(context: &Context, common: &Common, arguments: &DiffArguments) -> Result<Exit, Failure> {
    let asked = Asked::of(context, &arguments.reading)?;
    let output = OutputFile::asked(arguments.output.as_deref())?;
    let files = ReportFiles::open(context, &arguments.reports.reports, output.as_ref())?;
    files.or_failure(context, COMMAND, compared(context, common, arguments, &asked, output.as_ref(), &files))
}

/// Compares, and writes all that was asked for.
fn compared(
    context: &Context,
    common: &Common,
    arguments: &DiffArguments,
    asked: &Asked,
    output: Option<&OutputFile>,
    files: &ReportFiles,
) -> Result<Exit, Failure> {
    let (found, sandbox, loaded) = super::load(context, common, false)?;
    let (pack, sources) = super::usable(context, loaded)?;
    let (base_shown, base, base_sources) = base(context, arguments, &found, &sandbox)?;
    let (captures, missing) = asked.captures(context, output)?;
    let captures = asked.of_window(context, captures);
    let reader = CaptureReader::open(captures.clone());
    let progress = Progress::new(context, reader.size(), reader.consumed());
    let shown = |entries| progress.entries(entries);
    let intake = asked.intake(captures, &shown);
    let before = Rules { shown: base_shown, pack: &base, sources: &base_sources };
    let after = Rules { shown: seen_from_here(context, found.shown), pack: &pack, sources: &sources };
    let outcome = comparison::run((&before, &after), &sandbox, asked.now, &intake, reader);
    progress.finish();
    let Outcome { diff, failures, malformed, errors } = outcome;
    let errors = [missing, errors].concat();
    let failures: Vec<_> = failures.iter().collect();
    context.tell(&diagnostics::text(&failures, &sources, context.stderr_has_color()));
    asked.refuse(&intake.names(), diff.head.entries.read, malformed.first(), &errors)?;
    let text = match arguments.format {
        DiffFormat::Json => diff_json(&diff),
        DiffFormat::Markdown => diff_markdown(&diff),
        DiffFormat::Text => diff_text(&diff, &super::style(context, output)),
    };
    if output.is_some() || !files.takes_stdout() {
        super::write(context, output, &text)?;
    }
    if !files.is_empty() {
        let style = super::style(context, output);
        let plain = diff_text(&diff, &TableStyle { colour: false, ..style });
        files.write(
            context,
            &Reported { text: &plain, json: &diff_json(&diff), findings: &findings(&diff, arguments) },
        )?;
    }
    tell_end(context, &diff);
    if !errors.is_empty() {
        return Err(unreadable(context, &errors).help("the diff covers what could be read"));
    }
    Ok(if !arguments.exit_zero && is_gated(&diff, &arguments.fail_on) { Exit::Findings } else { Exit::Done })
}

/// A directory below this one by its path from here, so that the diff reads the same wherever the repository lies.
fn seen_from_here(context: &Context, shown: String) -> String {
    match Path::new(&shown).strip_prefix(context.directory()) {
        Ok(below) if below.as_os_str().is_empty() => ".".to_owned(),
        Ok(below) => below.display().to_string(),
        Err(_) => shown,
    }
}

/// The pack to compare with, and what it is called.
fn base(
    context: &Context,
    arguments: &DiffArguments,
    found: &Found,
    sandbox: &Sandbox,
) -> Result<(String, Pack, Sources), Failure> {
    let base = find_base(&arguments.base, found, context.directory())?;
    if context.is_verbose() {
        context.tell(&format!("base: {}\n", clean(&base.shown)));
    }
    let loaded = pack::load(base.reader.as_ref(), &base.location, sandbox);
    let errors: Vec<_> = loaded.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
    context.tell(&diagnostics::text(&errors, &loaded.sources, context.stderr_has_color()));
    match loaded.pack {
        Some(pack) => Ok((base.shown, pack, loaded.sources)),
        None => {
            let errors = counted(errors.len() as u64, "error", None);
            Err(Failure::new(Exit::InvalidPack, format!("the base `{}` is invalid: {errors}", base.shown))
                .help("compare with a revision or a directory whose pack is valid")
                .problems(loaded.diagnostics, loaded.sources))
        }
    }
}

/// A check for each kind of change, which passes where there is none of it, or where it is not asked for.
fn findings(diff: &Diff, arguments: &DiffArguments) -> Findings {
    let found = diff.findings();
    let check = |code: &'static Code| {
        let own = found.iter().filter(|finding| finding.code == code);
        let findings: Vec<Finding> = own
            .map(|finding| Finding {
                code: finding.code,
                message: finding.message.clone(),
                details: finding.details.iter().cloned().map(Detail::Text).collect(),
                place: finding.place.map(|place| Place {
                    file: place.at.file.clone(),
                    start: (place.at.line, 1),
                    end: None,
                }),
            })
            .collect();
        let is_gated = arguments.fail_on.is_empty() || arguments.fail_on.iter().any(|asked| asked == code.id);
        Check {
            suite: "decisions".to_owned(),
            name: code.id.to_owned(),
            file: None,
            has_passed: findings.is_empty() || arguments.exit_zero || !is_gated,
            findings,
        }
    };
    Findings { command: COMMAND, checks: codes::ALL.iter().map(|code| check(code)).collect() }
}

/// Whether any change is of these codes; of any code where none is named.
fn is_gated(diff: &Diff, codes: &[String]) -> bool {
    if codes.is_empty() { diff.changed } else { codes.iter().any(|code| diff.totals.contains_key(code.as_str())) }
}

fn tell_end(context: &Context, diff: &Diff) {
    let malformed = diff.head.entries.malformed;
    if malformed > 0 && !context.is_quiet() {
        let records = counted(malformed, "record", None);
        context.tell(&format!("{records} could not be read: `gardener analyze` quotes them\n"));
    }
    if context.is_verbose() {
        context.tell(&format!("took {:.2} s\n", context.elapsed().as_secs_f64()));
    }
}
