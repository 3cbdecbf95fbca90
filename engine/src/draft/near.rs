//! Near misses: what a draft must not match and nearly does. Each is tried, so that none only looks like one.

use std::ops::Range;

use serde_json::Value;

use super::parts::{Kind, Part};
use super::record;
use crate::entry::{Field, LogSeverity};
use crate::pack::raw::Example;

/// A near miss.
#[derive(Clone, Debug)]
pub(super) struct NearMiss {
    /// As an example of the definition.
    pub(super) example: Example,
    /// What of the entry is another value: the path to it, and the value.
    pub(super) change: (Vec<String>, Value),
    /// What tells it from the entry, in words.
    pub(super) remark: String,
}

/// What near misses are made from, and tried against.
pub(super) struct Trial<'t> {
    pub(super) message: Option<&'t str>,
    /// Where the message stands in a record.
    pub(super) message_at: &'t [String],
    /// The entry as an example.
    pub(super) example: &'t Example,
    /// The least of the entry that the query asks for.
    pub(super) record: &'t Value,
    /// Whether the query matches an example.
    pub(super) holds: &'t dyn Fn(&Example) -> bool,
}

impl Trial<'_> {
    /// A near miss by wording or by another value, and one by log severity if the query asks for that.
    pub(super) fn near_misses(&self, parts: &[Part]) -> Vec<NearMiss> {
        let mut misses: Vec<NearMiss> = Vec::new();
        misses.extend(parts.iter().find_map(|part| self.reworded(part)).or_else(|| self.other_value(parts)));
        if parts.iter().any(|part| matches!(part.kind, Kind::Floor)) {
            let severity = vec![Field::Severity.name().to_owned()];
            misses.extend(self.changed(severity, LogSeverity::Info.name().into(), "below the log severity".to_owned()));
        }
        misses
    }

    /// The message without one of the words that a phrase needs, the longest one first.
    fn reworded(&self, part: &Part) -> Option<NearMiss> {
        let Kind::Phrase { text, telling } = &part.kind else { return None };
        let message = self.message?;
        let mut words = telling.clone();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.into_iter().find_map(|word| {
            let reworded = message.replace(text.as_str(), &without(text, &word));
            let change = (self.message_at.to_vec(), Value::String(reworded.clone()));
            let remark = format!("without `{}`", text.get(word).unwrap_or(""));
            if matches!(self.example, Example::Entry(_)) {
                return self.changed(change.0, change.1, remark);
            }
            self.tried(NearMiss { example: Example::Message(reworded), change, remark })
        })
    }

    fn other_value(&self, parts: &[Part]) -> Option<NearMiss> {
        parts.iter().rev().find_map(|part| match &part.kind {
            Kind::Field { names, other, .. } => {
                let remark = format!("another `{}`", names.last().map_or("", String::as_str));
                self.changed(names.clone(), other.clone(), remark)
            }
            Kind::Floor | Kind::Phrase { .. } | Kind::Other => None,
        })
    }

    fn changed(&self, names: Vec<String>, value: Value, remark: String) -> Option<NearMiss> {
        let mut changed = self.record.clone();
        record::set(&mut changed, &names, value.clone());
        self.tried(NearMiss { example: Example::Entry(changed), change: (names, value), remark })
    }

    fn tried(&self, miss: NearMiss) -> Option<NearMiss> {
        let is_blank = matches!(&miss.example, Example::Message(text) if text.trim().is_empty());
        (!is_blank && !(self.holds)(&miss.example)).then_some(miss)
    }
}

/// A phrase without a word, and without the gap that it leaves.
fn without(text: &str, word: &Range<usize>) -> String {
    let (before, after) = (text.get(..word.start).unwrap_or(""), text.get(word.end..).unwrap_or(""));
    let after = if before.is_empty() || before.ends_with(' ') { after.trim_start_matches(' ') } else { after };
    if after.is_empty() { before.trim_end_matches(' ').to_owned() } else { format!("{before}{after}") }
}
