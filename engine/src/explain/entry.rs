//! One record explained.

use std::collections::BTreeMap;

use serde::Serialize;

use super::considered::Matching;
use super::{Bucket, BucketKind, ClusterKey, Definitions, Explainer, Fate, Reading, Standing, Wanted};
use crate::entry::{Batch, Entry, FieldPath, Shape, Timestamp};
use crate::query::excerpt;
use crate::redact::Change;
use crate::report::Cluster;

/// Characters kept of a message.
const MESSAGE: usize = 2_000;
/// Changes of redaction that are listed.
const CHANGES: usize = 50;
/// Characters kept of a redacted value.
const VALUE: usize = 80;

/// A record as it was written: raw, never to be shown.
#[derive(Clone, Copy, Debug)]
pub enum Written<'a> {
    /// A JSON value that is an entry, or holds some.
    Json(&'a str),
    /// A line of text, or several.
    Text(&'a str),
}

/// A record, and what became of it.
#[derive(Clone, Debug, Serialize)]
pub struct EntryExplanation {
    /// Where it stands.
    pub standing: Standing,
    /// When it happened.
    pub time: Option<Timestamp>,
    /// Its log severity; nothing for what cannot be read.
    pub log_severity: Option<&'static str>,
    /// Its message, redacted.
    pub message: Option<String>,
    /// The field that the message is taken from.
    pub message_from: Option<String>,
    /// Of what cannot be read: its beginning, redacted.
    pub quote: Option<String>,
    /// What redaction changed.
    pub redactions: Vec<Redaction>,
    /// Fields that redaction changed beyond those listed.
    pub more_redactions: usize,
    /// Where it is counted.
    pub bucket: Bucket,
    /// The definitions beside it; nothing for what cannot be read.
    pub definitions: Option<Definitions>,
    /// What its definition reads out of it.
    pub reading: Option<Reading>,
    /// The cluster that it is counted in; nothing where it is left out.
    pub cluster: Option<ClusterKey>,
}

impl EntryExplanation {
    /// Names the cluster that it turned out to be in: which template a message gets, all entries decide together.
    pub fn settle(&mut self, cluster: &Cluster) {
        if let Some(key) = &mut self.cluster {
            *key = ClusterKey::of(cluster);
        }
        self.bucket.settle(cluster);
    }
}

/// A field that redaction changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Redaction {
    /// The field, as queries write it; a list's elements have its path.
    pub path: String,
    /// Whether it is the key itself that was changed.
    pub is_key: bool,
    /// The redactions, by name, with how often.
    pub rules: BTreeMap<String, u64>,
    /// What it was: `text` or `number`.
    pub before: &'static str,
    /// Whether all of it was taken, or parts.
    pub is_whole: bool,
    /// What it is now; of several values of one path the first.
    pub after: String,
    /// How many values of this path were changed.
    pub values: u64,
}

impl Explainer<'_> {
    /// Explains an entry: the one at a place among those that a record holds. Nothing where the record has none there.
    #[must_use]
    pub fn entry(
        &self,
        written: Written<'_>,
        at: usize,
        standing: Standing,
        fate: Fate,
        wanted: &Wanted,
    ) -> Option<EntryExplanation> {
        let (batch, changes) = self.pack.redactor.batch_with_changes(parsed(written));
        let entry = batch.entries(&self.pack.message).nth(at)?;
        let mut redactions = redactions(&entry, &changes);
        let more_redactions = redactions.len().saturating_sub(CHANGES);
        redactions.truncate(CHANGES);
        let now = self.classifier.matching(&entry, &mut self.scratch());
        let before = if changes.is_empty() { now.clone() } else { self.matching_before(written, at) };
        let matching = Matching { now, before };
        let winner = matching.now.first().and_then(|at| self.pack.definitions.get(*at));
        let bucket = self.bucket(&entry, winner, fate);
        let from = self.pack.message.iter().find(|path| entry.first_text(path).is_some());
        Some(EntryExplanation {
            standing,
            time: entry.timestamp(),
            log_severity: Some(entry.severity().name()),
            message: entry.message().map(|message| excerpt(message, None, MESSAGE)),
            message_from: from.map(|path| shown(path, entry.shape())),
            quote: None,
            redactions,
            more_redactions,
            definitions: Some(self.definitions(&entry, &matching, wanted)),
            reading: winner.filter(|definition| definition.ignore.is_none()).map(|it| self.reading(it, &entry)),
            cluster: bucket.cluster.clone(),
            bucket,
        })
    }

    /// Which definitions match an entry before redaction. Nothing else of it is kept.
    fn matching_before(&self, written: Written<'_>, at: usize) -> Vec<usize> {
        let batch = parsed(written);
        let Some(head) = batch.heads.get(at) else { return Vec::new() };
        self.classifier.matching(&Entry::new(&batch, head, &self.pack.message), &mut self.scratch())
    }

    /// Explains a record that cannot be read. `quote` is its beginning, redacted.
    #[must_use]
    pub fn malformed(&self, standing: Standing, reason: &str, quote: String) -> EntryExplanation {
        EntryExplanation {
            standing,
            time: None,
            log_severity: None,
            message: None,
            message_from: None,
            quote: Some(quote),
            redactions: Vec::new(),
            more_redactions: 0,
            bucket: Bucket::new(BucketKind::Malformed, reason),
            definitions: None,
            reading: None,
            cluster: None,
        }
    }
}

/// The record, or a wrapper of records, read again.
fn parsed(written: Written<'_>) -> Batch<'_> {
    let mut batch = Batch::new();
    match written {
        Written::Json(text) => batch.push_json(text, &mut Vec::new()),
        Written::Text(text) => batch.push_text(text),
    }
    batch
}

/// The path of the message, by the name that people wrote: a flattened entry has no `jsonPayload` in the capture.
fn shown(path: &FieldPath, shape: Shape) -> String {
    let text = path.to_string();
    match shape {
        Shape::Flattened => text.strip_prefix("jsonPayload.").map_or(text.clone(), str::to_owned),
        Shape::LogEntry | Shape::Text => text,
    }
}

/// The changes of one entry, by path.
fn redactions(entry: &Entry<'_>, changes: &[Change]) -> Vec<Redaction> {
    let mut by_node: BTreeMap<u32, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        // A key is told of with its value, which stands right behind it.
        by_node.entry(change.node + u32::from(change.is_key)).or_default().push(change);
    }
    let mut list: Vec<Redaction> = Vec::new();
    let mut known: BTreeMap<(String, bool), usize> = BTreeMap::new();
    entry.walk(&mut |names, value| {
        for change in by_node.get(&value.index()).into_iter().flatten() {
            let path = FieldPath::from_names(names).map_or_else(|_| names.join("."), |path| path.to_string());
            let at = *known.entry((path.clone(), change.is_key)).or_insert(list.len());
            match list.get_mut(at) {
                Some(redaction) => redaction.add(change),
                None => {
                    let after = if change.is_key { names.last().copied() } else { value.as_text() };
                    list.push(Redaction::new(path, change, after.unwrap_or("")));
                }
            }
        }
        false
    });
    list
}

impl Redaction {
    fn new(path: String, change: &Change, after: &str) -> Self {
        Self {
            path,
            is_key: change.is_key,
            rules: change.rules.clone(),
            before: if change.was_number { "number" } else { "text" },
            is_whole: change.is_whole,
            after: excerpt(after, Some(change.at..change.at.saturating_add(1)), VALUE),
            values: 1,
        }
    }

    /// Another value of the same path, or another change of the same value.
    fn add(&mut self, change: &Change) {
        self.values += 1;
        self.is_whole &= change.is_whole;
        for (name, count) in &change.rules {
            *self.rules.entry(name.clone()).or_default() += count;
        }
    }
}
