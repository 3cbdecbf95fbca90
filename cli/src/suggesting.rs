//! Captures that are read again and again, for definitions that are made of what is in them.

use gardener_engine::entry::Batch;
use gardener_engine::redact::Redactor;
use gardener_engine::suggest::{Entries, Look};

use crate::intake::{Gather, Intake, Places, gather};
use crate::source::{CaptureReader, InputError};

/// Captures that can be read more than once.
pub(crate) struct Captures<'c> {
    pub(crate) intake: &'c Intake<'c>,
    pub(crate) redactor: &'c Redactor,
    /// Captures that could not be read to their end.
    pub(crate) errors: Vec<InputError>,
}

impl Entries for Captures<'_> {
    fn all<L: Look>(&mut self, new: impl Fn() -> L + Sync) -> L {
        let reader = CaptureReader::open(self.intake.captures.clone());
        let gathered = gather(self.intake, reader, || Looking(new(), self.redactor));
        if self.errors.is_empty() {
            self.errors = gathered.errors;
        }
        gathered.of.0
    }
}

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
