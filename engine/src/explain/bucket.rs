//! Which of the report's buckets a record is counted in.

use serde::Serialize;

use super::{ClusterKey, Explainer, Place, Standing};
use crate::entry::{Entry, Timestamp};
use crate::pack::Definition;
use crate::report::{Cluster, Window};
use crate::template;

/// Where a record is counted, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Bucket {
    /// Which bucket.
    pub kind: BucketKind,
    /// Why.
    pub reason: String,
    /// The definition that took it.
    pub definition: Option<String>,
    /// Where that stands.
    pub place: Option<Place>,
    /// The template of its message, where no definition took it.
    pub template: Option<String>,
    /// The record that it repeats.
    pub duplicate_of: Option<Standing>,
    /// The cluster that it is counted in; below `otherwise`, the one that it would be counted in.
    pub cluster: Option<ClusterKey>,
    /// Where it would be counted if it were not left out.
    pub otherwise: Option<Box<Bucket>>,
}

/// The buckets, as the report names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the bucket of that name in the report")]
pub enum BucketKind {
    Malformed,
    Duplicate,
    OutsideWindow,
    Ignored,
    Clustered,
    Routine,
}

/// What became of a record before any definition saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Definitions see it.
    Seen,
    /// An entry with its logName, timestamp and insertId was seen before.
    Duplicate {
        /// The first such record.
        of: Option<Standing>,
    },
    /// Its time is outside of this window.
    Outside(Window),
}

impl Bucket {
    pub(super) fn new(kind: BucketKind, reason: impl Into<String>) -> Self {
        Self {
            kind,
            reason: reason.into(),
            definition: None,
            place: None,
            template: None,
            duplicate_of: None,
            cluster: None,
            otherwise: None,
        }
    }

    /// Names the cluster that an entry turned out to be in, which for a template only all entries together tell.
    pub(super) fn settle(&mut self, cluster: &Cluster) {
        if let Some(key) = &mut self.cluster {
            *key = ClusterKey::of(cluster);
        }
        if let (Some(template), Some(_)) = (&mut self.template, &cluster.mined) {
            template.clone_from(&cluster.pattern);
        }
        if let Some(otherwise) = &mut self.otherwise {
            otherwise.settle(cluster);
        }
    }
}

impl Explainer<'_> {
    /// Where an entry is counted; `winner` is the definition that it belongs to.
    pub(super) fn bucket(&self, entry: &Entry<'_>, winner: Option<&Definition>, fate: Fate) -> Bucket {
        let mut seen = self.bucket_of_seen(entry, winner);
        seen.cluster = self.key(entry, &mut self.scratch());
        let mut bucket = match fate {
            Fate::Seen => return seen,
            Fate::Duplicate { of } => {
                let mut bucket = Bucket::new(
                    BucketKind::Duplicate,
                    "an entry of the same logName, timestamp and insertId came before",
                );
                bucket.duplicate_of = of;
                bucket
            }
            Fate::Outside(window) => Bucket::new(BucketKind::OutsideWindow, outside(entry.timestamp(), window)),
        };
        bucket.otherwise = Some(Box::new(seen));
        bucket
    }

    fn bucket_of_seen(&self, entry: &Entry<'_>, winner: Option<&Definition>) -> Bucket {
        let (severity, floor) = (entry.severity(), self.pack.attention);
        let Some(definition) = winner else {
            if severity < floor {
                let reason = format!("no definition matches, and {severity} is below the attention floor {floor}");
                return Bucket::new(BucketKind::Routine, reason);
            }
            let reason = format!("no definition matches, and {severity} is not below the attention floor {floor}");
            let mut bucket = Bucket::new(BucketKind::Clustered, reason);
            let mut text = String::new();
            template::of_entry(entry, &mut text);
            bucket.template = Some(text);
            return bucket;
        };
        let mut bucket = match &definition.ignore {
            Some(ignore) => Bucket::new(BucketKind::Ignored, ignore.reason.clone()),
            None => Bucket::new(BucketKind::Clustered, "the first definition that matches"),
        };
        bucket.definition = Some(definition.id.clone());
        bucket.place = Some(self.place(definition.span));
        bucket
    }
}

fn outside(time: Option<Timestamp>, window: Window) -> String {
    let Some(time) = time else { return "it is outside of the window".to_owned() };
    match (window.from, window.to) {
        (Some(from), _) if time < from => format!("{time} is before the window, which begins at {from}"),
        (_, Some(to)) => format!("{time} is not before {to}, where the window ends"),
        _ => format!("{time} is outside of the window"),
    }
}
