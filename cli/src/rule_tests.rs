//! Rule tests: the cases of a pack, run as captures are analysed, and the examples of its definitions.
//!
//! [`run`] gives one result for each case and each definition with examples, in their order, however many threads work.
//! What is made of them (lines on a terminal, files for other programs, coverage) is a function of [`Results`].

pub(crate) mod change;
mod run;
mod selection;
pub(crate) mod snapshot_file;
pub(crate) mod snapshot_store;

use std::path::Path;
use std::time::Duration;

use gardener_engine::case::{Decision, Suite};
use gardener_engine::diagnostic::{Diagnostic, Sources, Span};
use gardener_engine::pack::Pack;
use gardener_engine::report::Report;
use gardener_engine::script::Sandbox;

use crate::context::Context;
use crate::error::Failure;
use crate::source::InputError;

pub(crate) use run::run;
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
    /// Where its name stands.
    pub(crate) span: Span,
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
    pub(crate) decision: Option<Decision>,
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

    /// Takes the snapshots that differ for right if `accept` does it, and says of each case what it comes to then.
    pub(crate) fn accept(
        &mut self,
        mut accept: impl FnMut(&Comparison) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        for case in &mut self.cases {
            for snapshot in case.snapshots.iter_mut().filter(|snapshot| snapshot.is_differing()) {
                snapshot.is_accepted = accept(snapshot)?;
            }
            if case.status == Status::Differs && !case.snapshots.iter().any(Comparison::is_differing) {
                case.status = Status::Passed;
            }
        }
        Ok(())
    }

    /// The snapshots that are not as they were accepted, each with its case.
    pub(crate) fn differences(&self) -> impl Iterator<Item = (&CaseResult, &Comparison)> {
        let pairs = |case| std::iter::repeat(case);
        self.cases.iter().flat_map(move |case: &CaseResult| {
            pairs(case).zip(case.snapshots.iter().filter(|snapshot| snapshot.is_differing()))
        })
    }
}
