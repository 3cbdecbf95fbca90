//! The analysis of captures on one thread, each piece of its work measured.
//!
//! It does what `analysis` does, in the same order; there nobody measures, so that nobody waits for clocks.

use gardener_engine::classify::{Class, Classifier};
use gardener_engine::clusters::{Clusters, for_each};
use gardener_engine::diagnostic::{Diagnostic, Sources};
use gardener_engine::entry::{Batch, Forms, Malformed, Timestamp};
use gardener_engine::observe::{Observer, Stage};
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::profile::{Profile, Profiler};
use gardener_engine::render::{self, Template, TemplateFailure};
use gardener_engine::script::Sandbox;
use gardener_engine::triage::{Frame, Triage, triage};

use crate::intake::seen::Seen;
use crate::source::{Again, CaptureReader, Chunk, InputError, Take};

/// What to measure.
pub(crate) struct Request<'r, C> {
    /// The rules.
    pub(crate) pack: &'r Pack,
    /// Where they stand.
    pub(crate) sources: &'r Sources,
    /// Where their scripts run, which notes how long they take.
    pub(crate) sandbox: &'r Sandbox,
    /// The names of the captures.
    pub(crate) captures: Vec<String>,
    /// The run's `now`.
    pub(crate) now: Timestamp,
    /// Gives nanoseconds since some moment.
    pub(crate) clock: C,
    /// Told from time to time how many records have been read.
    pub(crate) progress: &'r dyn Fn(u64),
}

/// What came of it.
pub(crate) struct Measured {
    /// Where the time went.
    pub(crate) profile: Profile,
    /// Records read.
    pub(crate) read: u64,
    /// Of these, malformed.
    pub(crate) malformed: u64,
    /// Failures of policy scripts.
    pub(crate) failures: Vec<Diagnostic>,
    /// Captures that could not be read to their end.
    pub(crate) errors: Vec<InputError>,
    /// What is wrong with the worklog's template, if anything is.
    pub(crate) worklog: Result<(), TemplateFailure>,
}

/// What is known of the records so far.
#[derive(Default)]
struct Tally {
    read: u64,
    malformed: u64,
    duplicate: u64,
}

/// Reads the captures, judges what is in them, writes the worklog into the void, and tells how long each took.
pub(crate) fn run<C: Fn() -> u64>(request: Request<'_, C>, mut reader: CaptureReader) -> Measured {
    let Request { pack, sources, sandbox, captures, now, clock, progress } = request;
    let classifier = Classifier::new(pack);
    let mut profiler = Profiler::new(clock, pack.definitions.len());
    let mut clusters = Clusters::new(&classifier, sandbox);
    let mut scratch = classifier.scratch();
    let (mut forms, mut cleaner) = (Forms::default(), pack.redactor.cleaner());
    let (mut seen, mut tally, mut errors) = (Seen::default(), Tally::default(), Vec::new());
    while let Some(chunk) = profiler.during(Stage::Read, |_| reader.next()) {
        let chunk = match chunk {
            Ok(chunk) => chunk,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        let again = Again::default();
        let mut batch = profiler.during(Stage::Parse, |_| parse(&chunk, &again, &mut forms, &mut tally));
        profiler.during(Stage::Sift, |_| drop_duplicates(&mut batch, &mut seen, &mut tally));
        let batch = profiler.during(Stage::Redact, |_| cleaner.batch(batch));
        for_each(&batch, &pack.message, |entry| match classifier.class_observed(entry, &mut scratch, &mut profiler) {
            class @ Class::Definition(at) => profiler.during(Stage::Gather(at), |_| clusters.add_as(entry, class)),
            class @ Class::Template => profiler.during(Stage::Template, |_| clusters.add_as(entry, class)),
            class @ Class::Routine => clusters.add_as(entry, class),
        });
        clusters.add_redactions(&batch);
        progress(tally.read);
    }
    let frame = frame(&tally, captures, now);
    let Triage { report, failures } =
        profiler.during(Stage::Judge, |_| triage(pack, sandbox, &clusters, &Memory::default(), frame));
    let own = pack.templates.texts.get("worklog");
    let template = own.map_or(Template::DEFAULT, |own| Template { name: &own.path, text: &own.text });
    let worklog = profiler.during(Stage::Render, |_| render::worklog(&report, &template)).map(|_| ());
    let profile = Profile::of(&classifier, sources, &profiler);
    Measured { profile, read: tally.read, malformed: tally.malformed, failures, errors, worklog }
}

/// The entries of a chunk.
fn parse<'c>(chunk: &'c Chunk, again: &'c Again, forms: &mut Forms, tally: &mut Tally) -> Batch<'c> {
    let batch = Batch::knowing(std::mem::take(forms), chunk.byte_len());
    let mut parsed = Parsed { batch, malformed: 0 };
    chunk.read(again, &mut parsed);
    *forms = parsed.batch.take_forms();
    tally.malformed += parsed.malformed;
    tally.read += parsed.batch.len() as u64 + parsed.malformed;
    parsed.batch
}

/// What a chunk holds.
struct Parsed<'c> {
    batch: Batch<'c>,
    malformed: u64,
}

impl<'c> Take<'c> for Parsed<'c> {
    fn json(&mut self, _: u64, text: &'c str) -> Result<(), Malformed> {
        self.batch.push_whole_json(text)
    }

    fn text(&mut self, _: u64, text: &'c str) {
        self.batch.push_text(text);
    }

    fn malformed(&mut self, _: u64, _: &str, _: &'c [u8]) {
        self.malformed += 1;
    }
}

/// Leaves out entries that were there before.
fn drop_duplicates(batch: &mut Batch<'_>, seen: &mut Seen, tally: &mut Tally) {
    let before = batch.len();
    batch.retain(|head| head.identity().is_none_or(|identity| seen.is_new(identity, head.content())));
    tally.duplicate += (before - batch.len()) as u64;
}

fn frame(tally: &Tally, captures: Vec<String>, now: Timestamp) -> Frame {
    Frame {
        now,
        since: None,
        until: None,
        captures,
        read: tally.read,
        malformed: tally.malformed,
        duplicate: tally.duplicate,
        outside_window: 0,
        quotes: Vec::new(),
        notes: Vec::new(),
    }
}
