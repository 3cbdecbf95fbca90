//! The analysis of captures on all cores: entries are redacted, classified and counted as they are read, and judged in the
//! end.

use gardener_engine::baseline::History;
use gardener_engine::classify::Classifier;
use gardener_engine::clusters::Clusters;
use gardener_engine::diagnostic::Diagnostic;
use gardener_engine::entry::{Batch, Timestamp};
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::redact::Cleaner;
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;
use gardener_engine::triage::{Frame, Triage, Wanted, triage, wanted};

use crate::intake::{Edge, Gather, Intake, Places, gather};
use crate::marks::Reach;
use crate::source::{Capture, CaptureReader, InputError};

/// What to analyse.
pub struct Request<'r> {
    /// The rules, made ready: that takes longer than a small capture.
    pub classifier: &'r Classifier<'r>,
    /// Where their scripts run.
    pub sandbox: &'r Sandbox,
    /// What to read.
    pub captures: Vec<Capture>,
    /// The run's `now`.
    pub now: Timestamp,
    /// The beginning of the window, included.
    pub since: Option<Timestamp>,
    /// The end of the window, excluded.
    pub until: Option<Timestamp>,
    /// How the window adjoins those of earlier runs.
    pub(crate) edge: Edge,
    /// How many threads work.
    pub jobs: usize,
    /// Whether the first malformed record ends the run.
    pub strict: bool,
    /// Told from time to time how many records have been read.
    pub progress: &'r (dyn Fn(u64) + Sync),
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The report on all that could be read.
    pub report: Report,
    /// Failures of policy scripts.
    pub failures: Vec<Diagnostic>,
    /// Captures that could not be read to their end.
    pub errors: Vec<InputError>,
    /// How far was read, where that was to be noted for the next run.
    pub(crate) reach: Option<Reach>,
}

/// What one worker counts.
struct Counting<'r>(Clusters<'r>, Cleaner<'r>, &'r Pack);

impl Gather for Counting<'_> {
    fn take(&mut self, batch: Batch<'_>, _: Places<'_>) {
        self.0.add(&self.1.batch(batch));
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        self.2.redactor.quote(bytes, length).into_string()
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

/// What was read, before anything is judged.
pub struct Gathered<'r> {
    pack: &'r Pack,
    sandbox: &'r Sandbox,
    clusters: Clusters<'r>,
    frame: Frame,
    errors: Vec<InputError>,
    reach: Option<Reach>,
}

/// Reads the captures.
#[must_use]
pub fn read(request: Request<'_>, reader: CaptureReader) -> Gathered<'_> {
    let (classifier, pack) = (request.classifier, request.classifier.pack());
    let intake = Intake {
        captures: request.captures,
        since: request.since,
        until: request.until,
        edge: request.edge,
        jobs: request.jobs,
        strict: request.strict,
        progress: request.progress,
    };
    let mut gathered =
        gather(&intake, reader, || Counting(Clusters::new(classifier, request.sandbox), pack.redactor.cleaner(), pack));
    let reach = gathered.reach(&intake);
    let frame = gathered.frame(&intake, request.now);
    Gathered { pack, sandbox: request.sandbox, clusters: gathered.of.0, frame, errors: gathered.errors, reach }
}

impl Gathered<'_> {
    /// The issues that judging will ask for.
    #[must_use]
    pub fn wanted(&self, history: &History) -> Wanted {
        wanted(self.pack, &self.clusters, history)
    }

    /// Remarks on the reading.
    pub(crate) fn remark(&mut self, notes: impl IntoIterator<Item = String>) {
        self.frame.notes.extend(notes);
    }

    /// The report, by what earlier runs saw and the issues that there are.
    #[must_use]
    pub fn judged(self, memory: &Memory) -> Outcome {
        let Triage { report, failures } = triage(self.pack, self.sandbox, &self.clusters, memory, self.frame);
        Outcome { report, failures, errors: self.errors, reach: self.reach }
    }
}

/// Reads the captures and reports on them.
#[must_use]
pub fn run(request: Request<'_>, memory: &Memory, reader: CaptureReader) -> Outcome {
    read(request, reader).judged(memory)
}

#[cfg(test)]
pub(crate) mod tests;
