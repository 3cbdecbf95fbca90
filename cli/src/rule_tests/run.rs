//! Cases and examples, run.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gardener_engine::case::{self, Case, Ran, SnapshotKind};
use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::Diagnostic;
use gardener_engine::pack::{self, Definition};
use gardener_engine::render::{self, Template};
use gardener_engine::report::Report;

use super::snapshot_store::Comparison;
use super::{CaseResult, ExampleResult, Request, Results, Status, examples_of};
use crate::analysis::{self, Outcome};
use crate::error::Failure;
use crate::source::{Capture, CaptureReader, InputError};

/// Runs what is selected.
pub(crate) fn run(request: &Request<'_>) -> Result<Results, Failure> {
    let cases: Vec<&Case> = request.suite.cases.iter().filter(|case| request.selection.has_case(case)).collect();
    // What the pack's own diagnostics are to its cases, those of its examples are too.
    let of_examples = pack::check_examples(request.pack, request.sources);
    let of_pack = [request.diagnostics, of_examples.as_slice()].concat();
    let classifier = Classifier::new(request.pack);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(at) else { return done };
            done.push((at, one(request, &classifier, case, &of_pack)));
        }
    };
    let jobs = request.jobs.clamp(1, cases.len().max(1));
    let mut done: Vec<(usize, Result<CaseResult, Failure>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        let joined = handles.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    done.sort_by_key(|(at, _)| *at);
    let cases = done.into_iter().map(|(_, result)| result).collect::<Result<Vec<_>, Failure>>()?;
    Ok(Results { cases, examples: examples(request, &of_examples) })
}

/// Runs one case.
fn one(
    request: &Request<'_>,
    classifier: &Classifier<'_>,
    case: &Case,
    of_pack: &[Diagnostic],
) -> Result<CaseResult, Failure> {
    let before = request.context.elapsed();
    let mut result = CaseResult {
        name: case.id(),
        span: case.span,
        status: Status::Passed,
        failures: Vec::new(),
        unreadable: Vec::new(),
        snapshots: Vec::new(),
        report: None,
        decision: None,
        duration: Duration::ZERO,
    };
    let Outcome { report, failures, errors, .. } = analysed(request, classifier, case)?;
    result.unreadable = errors;
    if result.unreadable.is_empty() {
        let ran = Ran { report: &report, failures: &failures, pack: of_pack, allows_nothing: request.allow_empty };
        result.failures = case::judge(classifier, request.sources, case, &ran);
        // What came of a fixture that cannot be read is nothing that anybody should accept.
        if !result.failures.iter().any(case::is_unread) {
            snapshots(request, case, &report, &mut result)?;
        }
    }
    if case.has_run() {
        result.report = Some(report);
    }
    result.status = match () {
        () if !result.unreadable.is_empty() => Status::Unreadable,
        () if !result.failures.is_empty() => Status::Failed,
        () if result.snapshots.iter().any(Comparison::is_differing) => Status::Differs,
        () => Status::Passed,
    };
    result.duration = request.context.elapsed().saturating_sub(before);
    Ok(result)
}

/// Analyses the entries of a case, those of its captures first.
fn analysed(request: &Request<'_>, classifier: &Classifier<'_>, case: &Case) -> Result<Outcome, Failure> {
    let mut captures: Vec<Capture> = Vec::new();
    let mut errors = Vec::new();
    for capture in &case.captures {
        match inside(request.directory, &capture.path) {
            Ok(path) => captures.push(Capture::file(capture.written.clone(), path)),
            Err(reason) => errors.push(InputError { capture: capture.path.clone(), reason, is_remote: false }),
        }
    }
    if let Some(text) = case.own_entries(request.pack) {
        captures.push(Capture::in_memory("entries", text.into_bytes()));
    }
    let reader = CaptureReader::open(captures.clone()).refusing_damage();
    let analysis = analysis::Request {
        classifier,
        sandbox: request.sandbox,
        captures,
        now: case.now,
        since: case.since,
        until: case.until,
        edge: crate::intake::Edge::default(),
        jobs: 1,
        strict: false,
        progress: &|_| {},
    };
    let mut outcome = analysis::run(analysis, &case.memory, reader);
    outcome.errors.splice(0..0, errors);
    Ok(outcome)
}

/// The path of a file of the pack; links may not lead out of it.
fn inside(directory: &Path, path: &str) -> Result<PathBuf, String> {
    let full = directory.join(path);
    let real = full.canonicalize().map_err(|error| error.to_string().to_lowercase())?;
    let root = directory.canonicalize().map_err(|error| error.to_string().to_lowercase())?;
    match () {
        () if !real.starts_with(&root) => Err("it is a link that leads out of the pack".to_owned()),
        // Reading from a pipe or a device might never end.
        () if !real.is_file() => Err("it is no ordinary file".to_owned()),
        () => Ok(real),
    }
}

fn snapshots(request: &Request<'_>, case: &Case, report: &Report, result: &mut CaseResult) -> Result<(), Failure> {
    for kind in case.snapshots() {
        let text = match kind {
            SnapshotKind::Decision => {
                let decision = case::decision(report);
                let text = decision.text.clone();
                result.decision = Some(decision);
                text
            }
            SnapshotKind::Worklog => {
                let own = request.pack.templates.texts.get("worklog");
                let template = own.map_or(Template::DEFAULT, |own| Template { name: &own.path, text: &own.text });
                match render::worklog(&case::steady(report), &template) {
                    Ok(text) => text,
                    Err(failure) => {
                        let message = format!("the worklog's template failed: {failure}");
                        result.failures.push(
                            Diagnostic::new(&render::codes::BAD_TEMPLATE, case.span, message).label("in this case"),
                        );
                        continue;
                    }
                }
            }
        };
        result.snapshots.push(request.store.compare(case, *kind, &text)?);
    }
    Ok(())
}

/// The examples of each selected definition that has any, with what is wrong with them.
fn examples(request: &Request<'_>, found: &[Diagnostic]) -> Vec<ExampleResult> {
    let is_of = |definition: &Definition, diagnostic: &Diagnostic| {
        definition.examples.iter().any(|example| Some(example.span) == diagnostic.span)
    };
    let definitions = &request.pack.definitions;
    let selected = definitions.iter().filter(|d| !d.examples.is_empty() && request.selection.has_examples(&d.id));
    selected
        .map(|definition| ExampleResult {
            name: examples_of(&definition.id),
            count: definition.examples.len(),
            failures: found.iter().filter(|d| d.is_error() && is_of(definition, d)).cloned().collect(),
        })
        .collect()
}
