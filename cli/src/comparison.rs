//! The comparison of two packs over captures, in one pass: each record is read and parsed once.

use gardener_engine::classify::Classifier;
use gardener_engine::diagnostic::{Diagnostic, Sources};
use gardener_engine::diff::{Diff, Gathering, Side, compare};
use gardener_engine::entry::{Batch, Timestamp};
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::report::{MalformedQuote, Report};
use gardener_engine::script::Sandbox;
use gardener_engine::triage::triage_with;

use crate::intake::{Gather, Intake, Places, gather};
use crate::source::{CaptureReader, InputError};

/// One of the two packs.
pub(crate) struct Rules<'r> {
    /// For people.
    pub(crate) shown: String,
    pub(crate) pack: &'r Pack,
    pub(crate) sources: &'r Sources,
}

impl Rules<'_> {
    fn side<'s>(&'s self, report: &'s Report) -> Side<'s> {
        Side { rules: &self.shown, pack: self.pack, sources: self.sources, report }
    }
}

/// What came of it.
pub(crate) struct Outcome {
    pub(crate) diff: Diff,
    /// Failures of the head's policy scripts.
    pub(crate) failures: Vec<Diagnostic>,
    /// The first records that cannot be read.
    pub(crate) malformed: Vec<MalformedQuote>,
    /// Captures that could not be read to their end.
    pub(crate) errors: Vec<InputError>,
}

/// What one worker counts.
struct Counting<'r> {
    gathering: Gathering<'r>,
    base: &'r Pack,
    head: &'r Pack,
}

impl Gather for Counting<'_> {
    fn take(&mut self, batch: Batch<'_>, places: Places<'_>) {
        self.gathering.add(batch, places.capture, places.numbers);
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        // Both redact before they cut; the second then sees as much as the first left.
        let quote = self.head.redactor.quote(bytes, usize::MAX);
        self.base.redactor.quote(quote.as_str().as_bytes(), length).into_string()
    }

    fn merge(&mut self, other: Self) {
        self.gathering.merge(other.gathering);
    }
}

/// Reads the captures with both packs and compares what they decide.
pub(crate) fn run(
    (base, head): (&Rules<'_>, &Rules<'_>),
    sandbox: &Sandbox,
    now: Timestamp,
    intake: &Intake<'_>,
    reader: CaptureReader,
) -> Outcome {
    let (before, after) = (Classifier::new(base.pack), Classifier::new(head.pack));
    let new = || Counting { gathering: Gathering::new(&before, &after, sandbox), base: base.pack, head: head.pack };
    let gathered = gather(intake, reader, new);
    let frame = gathered.frame(intake, now);
    let memory = Memory::default();
    let counted = &gathered.of.gathering;
    let templates = counted.templates();
    let base_report = triage_with(base.pack, sandbox, (&counted.base, &templates), &memory, frame.clone()).report;
    let head_triage = triage_with(head.pack, sandbox, (&counted.head, &templates), &memory, frame);
    let diff = compare(&base.side(&base_report), &head.side(&head_triage.report), &counted.moves(&templates));
    Outcome { diff, failures: head_triage.failures, malformed: head_triage.report.malformed, errors: gathered.errors }
}
