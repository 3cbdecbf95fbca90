//! Rule tests: the cases of a pack, run as captures are analysed, and the examples of its definitions.
//!
//! [`run`] gives one result for each case and each definition with examples, in their order, however many threads work.
//! What is made of them (lines on a terminal, files for other programs, coverage) is a function of [`Results`].

pub(crate) mod change;
mod selection;
pub(crate) mod snapshot_file;
pub(crate) mod snapshot_store;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gardener_engine::case::{self, Case, Ran, SnapshotKind, Suite};
use gardener_engine::diagnostic::{Diagnostic, Sources};
use gardener_engine::pack::{self, Definition, Pack};
use gardener_engine::render::{self, Template};
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;

use crate::analysis::{self, Outcome};
use crate::context::Context;
use crate::error::Failure;
use crate::source::{Capture, CaptureReader, InputError};

pub(crate) use selection::{Selection, examples_of};
use snapshot_store::{Comparison, SnapshotStore};

/// What is to be run.
pub(crate) struct Request<'r> {
    /// The surroundings, for the clock.
    pub(crate) context: &'r Context,
    /// The rules.
    pub(crate) pack: &'r Pack,
    /// Where their scripts run.
    pub(crate) sandbox: &'r Sandbox,
    /// What diagnostics point into.
    pub(crate) sources: &'r Sources,
    /// What was found in the pack when it was loaded.
    pub(crate) diagnostics: &'r [Diagnostic],
    /// The pack's directory.
    pub(crate) directory: &'r Path,
    /// The cases.
    pub(crate) suite: &'r Suite,
    /// Which of them.
    pub(crate) selection: &'r Selection,
    /// Where snapshots lie.
    pub(crate) store: &'r SnapshotStore,
    /// How many cases are run at once.
    pub(crate) jobs: usize,
    /// Whether a case may find no entries.
    pub(crate) allow_empty: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub(crate) struct Results {
    /// By file and place.
    pub(crate) cases: Vec<CaseResult>,
    /// In the order of the pack.
    pub(crate) examples: Vec<ExampleResult>,
}

/// What came of a case.
#[derive(Debug)]
pub(crate) struct CaseResult {
    /// `auth.yaml::wrong passwords are noise`.
    pub(crate) name: String,
    /// Its file, as people see it, and the line where its name stands.
    #[cfg_attr(not(test), expect(dead_code, reason = "for reports in the formats of other programs"))]
    pub(crate) place: (String, u32),
    /// How it ended.
    pub(crate) status: Status,
    /// Expectations that do not hold.
    pub(crate) failures: Vec<Diagnostic>,
    /// Captures that cannot be read.
    pub(crate) unreadable: Vec<InputError>,
    /// Its snapshots.
    pub(crate) snapshots: Vec<Comparison>,
    /// The report on its entries; nothing where it has none.
    pub(crate) report: Option<Report>,
    /// The lines of its decision that each cluster of the report takes.
    pub(crate) decision: Option<case::Decision>,
    /// How long it took.
    pub(crate) duration: Duration,
}

/// How a case ended; of several the worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// As it should.
    Passed,
    /// Only a snapshot is not as it was accepted.
    Differs,
    /// An expectation does not hold.
    Failed,
    /// A capture cannot be read.
    Unreadable,
}

/// What came of the examples of a definition.
#[derive(Debug)]
pub(crate) struct ExampleResult {
    /// `examples::golden-path-auth`.
    pub(crate) name: String,
    /// How many there are.
    pub(crate) count: usize,
    /// Those that do not hold.
    pub(crate) failures: Vec<Diagnostic>,
}

impl Results {
    /// How many cases ended so.
    pub(crate) fn count(&self, status: Status) -> usize {
        self.cases.iter().filter(|case| case.status == status).count()
    }

    /// How many definitions have examples that do not hold.
    pub(crate) fn failed_examples(&self) -> usize {
        self.examples.iter().filter(|example| !example.failures.is_empty()).count()
    }

    /// The snapshots that are not as they were accepted, each with its case.
    pub(crate) fn differences(&self) -> impl Iterator<Item = (&CaseResult, &Comparison)> {
        let pairs = |case| std::iter::repeat(case);
        self.cases.iter().flat_map(move |case: &CaseResult| {
            pairs(case).zip(case.snapshots.iter().filter(|snapshot| !snapshot.is_same()))
        })
    }
}

/// Runs what is selected.
pub(crate) fn run(request: &Request<'_>) -> Result<Results, Failure> {
    let cases: Vec<&Case> = request.suite.cases.iter().filter(|case| request.selection.has_case(case)).collect();
    // What the pack's own diagnostics are to its cases, those of its examples are too.
    let of_examples = pack::check_examples(request.pack);
    let of_pack = [request.diagnostics, of_examples.as_slice()].concat();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = cases.get(at) else { return done };
            done.push((at, one(request, case, &of_pack)));
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
fn one(request: &Request<'_>, case: &Case, of_pack: &[Diagnostic]) -> Result<CaseResult, Failure> {
    let before = request.context.elapsed();
    let position = request.sources.position(case.span);
    let mut result = CaseResult {
        name: case.id(),
        place: (request.sources.path(case.span.file).to_owned(), position.line),
        status: Status::Passed,
        failures: Vec::new(),
        unreadable: Vec::new(),
        snapshots: Vec::new(),
        report: None,
        decision: None,
        duration: Duration::ZERO,
    };
    let Outcome { report, failures, errors } = analysed(request, case)?;
    result.unreadable = errors;
    if result.unreadable.is_empty() {
        let ran = Ran { report: &report, failures: &failures, pack: of_pack };
        result.failures = case::judge(request.pack, request.sources, case, &ran);
        if case.has_run() && report.entries.read == 0 && !request.allow_empty {
            let message = "the case read no entries";
            let mut nothing = Diagnostic::new(&case::codes::CASE_READ_NOTHING, case.span, message)
                .help("a case without entries passes for the wrong reason; where it is right, say --allow-empty");
            nothing.related = case.captures.iter().map(|c| (c.span, "nothing is in here".to_owned())).collect();
            result.failures.push(nothing);
        }
        snapshots(request, case, &report, &mut result)?;
    }
    if case.has_run() {
        result.report = Some(report);
    }
    result.status = match () {
        () if !result.unreadable.is_empty() => Status::Unreadable,
        () if !result.failures.is_empty() => Status::Failed,
        () if result.snapshots.iter().any(|snapshot| !snapshot.is_same()) => Status::Differs,
        () => Status::Passed,
    };
    result.duration = request.context.elapsed().saturating_sub(before);
    Ok(result)
}

/// Analyses the entries of a case, those of its captures first.
fn analysed(request: &Request<'_>, case: &Case) -> Result<Outcome, Failure> {
    let mut captures: Vec<Capture> = Vec::new();
    let mut errors = Vec::new();
    for capture in &case.captures {
        match inside(request.directory, &capture.path) {
            Ok(path) => captures.push(Capture::file(capture.written.clone(), path)),
            Err(reason) => errors.push(InputError { capture: capture.path.clone(), reason }),
        }
    }
    if let Some(text) = case.own_entries(request.pack) {
        captures.push(Capture::in_memory("entries", text.into_bytes()));
    }
    let reader = CaptureReader::open(captures.clone());
    let analysis = analysis::Request {
        pack: request.pack,
        sandbox: request.sandbox,
        captures,
        memory: &case.memory,
        now: case.now,
        since: case.since,
        until: case.until,
        jobs: 1,
        strict: false,
        progress: &|_| {},
    };
    let mut outcome = analysis::run(analysis, reader);
    outcome.errors.splice(0..0, errors);
    Ok(outcome)
}

/// The path of a file of the pack; links may not lead out of it.
fn inside(directory: &Path, path: &str) -> Result<std::path::PathBuf, String> {
    let full = directory.join(path);
    let real = full.canonicalize().map_err(|error| error.to_string().to_lowercase())?;
    let root = directory.canonicalize().map_err(|error| error.to_string().to_lowercase())?;
    if real.starts_with(&root) { Ok(real) } else { Err("it is a link that leads out of the pack".to_owned()) }
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
                let template = own.map_or(Template::DEFAULT, |(name, text)| Template { name, text });
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
