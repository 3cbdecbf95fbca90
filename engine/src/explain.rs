//! Why an entry landed where it did, and why its cluster is worth what it is: `gardener/explain/v1`.
//!
//! An explanation is a value; [`crate::render`] draws it as a tree or as JSON. The names of its fields do not change within
//! v1. All text in it is redacted and bounded; none of it is neutralised for any output.
//!
//! Nothing here decides: queries are asked by their traces, which agree with what they match, and clusters are those of the
//! report.

mod bucket;
mod cluster;
mod considered;
mod entry;
mod reading;
mod restraint;

use serde::Serialize;

pub use bucket::{Bucket, BucketKind, Fate};
pub use cluster::{ClusterExplanation, ClusterKey, Reason};
pub use considered::{Considered, Definitions, Verdict, Wanted};
pub use entry::{EntryExplanation, Redaction, Written};
pub use reading::{CaptureReading, GroupCall, Reading, ValueReading};

use crate::classify::{Classifier, Scratch};
use crate::diagnostic::{Sources, Span};
use crate::pack::Pack;
use crate::report::{Conservation, PackIdentity, Window};
use crate::script::Sandbox;

/// The version of an explanation's shape.
pub const SCHEMA: &str = "gardener/explain/v1";

/// What was asked for, explained.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The rules that decided.
    pub pack: PackIdentity,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
    /// The time that was looked at; nothing where the captures were not read to their end.
    pub window: Option<Window>,
    /// Where all records went; nothing where the captures were not read to their end.
    pub entries: Option<Conservation>,
    /// The record, if one was asked for.
    pub entry: Option<EntryExplanation>,
    /// The cluster of the record; else all clusters that were asked for, in the order of the report.
    pub clusters: Vec<ClusterExplanation>,
    /// Clusters of the captures in all.
    pub clusters_in_all: usize,
    /// Remarks on the run.
    pub notes: Vec<String>,
}

/// Where a record stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The capture, as people named it.
    pub capture: String,
    /// The record's number in its capture, from 1.
    pub record: u64,
    /// The line where it begins, from 1.
    pub line: u64,
}

/// A place in a file of a pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, as people see it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Explains what one pack does.
#[derive(Debug)]
pub struct Explainer<'p> {
    pack: &'p Pack,
    sandbox: &'p Sandbox,
    sources: &'p Sources,
    classifier: Classifier<'p>,
}

impl<'p> Explainer<'p> {
    /// For a pack, where its scripts run, and its files.
    #[must_use]
    pub fn new(pack: &'p Pack, sandbox: &'p Sandbox, sources: &'p Sources) -> Self {
        Self { pack, sandbox, sources, classifier: Classifier::new(pack) }
    }

    /// Room for telling the clusters of many entries.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        self.classifier.scratch()
    }

    fn place(&self, span: Span) -> Place {
        let at = self.sources.position(span);
        Place { file: self.sources.path(span.file).to_owned(), line: at.line, column: at.column }
    }
}

#[cfg(test)]
mod tests;
