//! Definitions for unknown clusters, found in captures that are read again and again: for the clusters, for entries of them, for
//! what tells them from others, and to try what was made.

use std::collections::BTreeSet;

use gardener_engine::classify::Classifier;
use gardener_engine::entry::Batch;
use gardener_engine::pack::Pack;
use gardener_engine::redact::{RedactedBatch, Redactor};
use gardener_engine::report::Report;
use gardener_engine::suggest::{
    Owners, Primaries, Probe, Probed, Queries, SCHEMA, Suggestions, Target, Trials, Wanted, Witnesses, suggestion,
    targets,
};

use crate::intake::{Gather, Intake, Places, gather};
use crate::source::{CaptureReader, InputError};

/// What looks at every entry.
trait Look: Send {
    fn look(&mut self, batch: &RedactedBatch<'_>);
    fn merge(&mut self, other: Self);
}

macro_rules! look {
    ($name:ident) => {
        impl Look for $name<'_> {
            fn look(&mut self, batch: &RedactedBatch<'_>) {
                self.add(batch);
            }

            fn merge(&mut self, other: Self) {
                $name::merge(self, other);
            }
        }
    };
}

look!(Witnesses);
look!(Probe);
look!(Trials);

/// One worker that looks.
struct Looking<'r, L>(L, &'r Redactor);

impl<L: Look> Gather for Looking<'_, L> {
    fn take(&mut self, batch: Batch<'_>, _: Places<'_>) {
        self.0.look(&self.1.batch(batch));
    }

    fn quote(&self, bytes: &[u8], length: usize) -> String {
        self.1.quote(bytes, length).into_string()
    }

    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

/// What came of it.
pub(crate) struct Made {
    pub(crate) suggestions: Suggestions,
    /// Captures that could not be read to their end when they were read again.
    pub(crate) errors: Vec<InputError>,
}

/// What definitions are made of.
pub(crate) struct Making<'m> {
    pub(crate) classifier: &'m Classifier<'m>,
    pub(crate) report: &'m Report,
    /// The captures, which can be read more than once.
    pub(crate) intake: &'m Intake<'m>,
    /// Whether they are for a pack that builds on this one.
    pub(crate) is_above: bool,
}

impl Making<'_> {
    fn look<L: Look>(&self, errors: &mut Vec<InputError>, new: impl Fn() -> L + Sync) -> L {
        let reader = CaptureReader::open(self.intake.captures.clone());
        let gathered = gather(self.intake, reader, || Looking(new(), &self.classifier.pack().redactor));
        if errors.is_empty() {
            *errors = gathered.errors;
        }
        gathered.of.0
    }

    /// Definitions for the clusters that are wanted; `taken` are ids that none of them may have.
    pub(crate) fn make(&self, wanted: &Wanted, mut taken: BTreeSet<String>) -> Made {
        let pack = self.classifier.pack();
        let owners = Owners::new(self.classifier, self.report);
        let (places, left_out) = targets(self.report, wanted);
        let mut made = Made { suggestions: empty(pack, self.report, left_out), errors: Vec::new() };
        if places.is_empty() {
            return made;
        }
        let witnesses = self.look(&mut made.errors, || Witnesses::new(&owners, &places));
        let records = places.iter().zip(witnesses.records());
        let all: Vec<Target<'_>> = records
            .filter_map(|(at, records)| Some(Target::new(*at, self.report.clusters.get(*at)?, records, pack)))
            .collect();
        let (mut targets, mute): (Vec<_>, Vec<_>) = all.into_iter().partition(Target::can_be_asked_for);
        let mut unasked: Vec<String> = mute.iter().map(|target| target.cluster().id.clone()).collect();
        let probed = self.probed(&owners, &mut targets, &mut made.errors);
        let queries = Queries::of(&targets);
        let trials = self.look(&mut made.errors, || Trials::new(&owners, &queries));
        let counts: Vec<u64> = targets.iter().map(|target| target.cluster().count).collect();
        for ((target, probed), outcome) in targets.iter().zip(&probed).zip(trials.outcomes(&counts)) {
            match suggestion(target, probed, outcome, &owners, self.is_above, &taken) {
                Some(suggestion) => {
                    taken.insert(suggestion.id.clone());
                    made.suggestions.suggestions.push(suggestion);
                }
                None => unasked.push(target.cluster().id.clone()),
            }
        }
        made.suggestions.not_asked_for = unasked;
        made
    }

    /// What tells the clusters from others. What turns out not to be true of all of a cluster's entries is left out, and then
    /// all is looked at once more.
    fn probed(&self, owners: &Owners<'_>, targets: &mut [Target<'_>], errors: &mut Vec<InputError>) -> Vec<Probed> {
        loop {
            let primaries = Primaries::of(targets);
            let shared: &[Target<'_>] = targets;
            let probed = self.look(errors, || Probe::new(owners, shared, &primaries)).found();
            let was_blind = targets.iter_mut().zip(&probed).map(|(target, probed)| target.choose(probed));
            // Each time something is left out, so that this ends.
            if !was_blind.fold(false, |any, was_blind| any | was_blind) {
                return probed;
            }
        }
    }
}

fn empty(pack: &Pack, report: &Report, left_out: u64) -> Suggestions {
    Suggestions {
        schema: SCHEMA,
        pack: report.pack.clone(),
        captures: report.source.captures.clone(),
        attention: pack.attention.name(),
        entries: report.entries,
        suggestions: Vec::new(),
        not_asked_for: Vec::new(),
        left_out,
        notes: report.notes.clone(),
    }
}
