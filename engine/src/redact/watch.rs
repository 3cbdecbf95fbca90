//! Redaction that says what it changed, for those who ask about single entries.

use std::collections::BTreeMap;

use super::edit::boundary;
use super::kind::Kind;
use super::{Redactor, Tally};

/// One key or value of a record that redaction changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its node in the tape of the batch.
    pub(crate) node: u32,
    /// Whether it is the key of an object.
    pub is_key: bool,
    /// What was changed, by the name of the redaction, and how often.
    pub rules: BTreeMap<String, u64>,
    /// Whether it was a number; else it was text.
    pub was_number: bool,
    /// Whether nothing of it was left but a mask.
    pub is_whole: bool,
    /// The byte of the redacted text at which the first change begins.
    pub at: usize,
}

/// Notes changes.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) changes: Vec<Change>,
    /// What had been counted when the last change was noted.
    counted: Tally,
}

/// What stood in a place before.
pub(super) enum Before<'t> {
    Number,
    Text(&'t str),
}

impl Watch {
    pub(super) fn new(redactor: &Redactor) -> Self {
        Self { changes: Vec::new(), counted: redactor.tally() }
    }

    /// Notes that the key or value at a node has become `after`, by what has been counted since the last change.
    pub(super) fn note(
        &mut self,
        (node, is_key): (usize, bool),
        before: &Before<'_>,
        after: &str,
        (redactor, tally): (&Redactor, &Tally),
    ) {
        let counted = std::mem::replace(&mut self.counted, tally.clone());
        let mut rules = redactor.counts(tally);
        for (name, count) in redactor.counts(&counted) {
            if let Some(sum) = rules.get_mut(&name) {
                *sum = sum.saturating_sub(count);
            }
        }
        rules.retain(|_, count| *count > 0);
        self.changes.push(Change {
            node: u32::try_from(node).unwrap_or(u32::MAX),
            is_key,
            rules,
            was_number: matches!(before, Before::Number),
            is_whole: Kind::ALL.iter().any(|kind| kind.mask() == after),
            at: first(before, after),
        });
    }
}

/// Where the first change begins. The masks are looked for first, so that this depends on what was there before as little
/// as can be.
fn first(before: &Before<'_>, after: &str) -> usize {
    let mask = Kind::ALL.iter().filter_map(|kind| after.find(kind.mask())).min();
    mask.unwrap_or_else(|| match before {
        Before::Number => 0,
        Before::Text(before) => {
            let same = before.bytes().zip(after.bytes()).take_while(|(before, after)| before == after).count();
            boundary(after, same, usize::saturating_sub)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Batch;
    use crate::redact::Setting;

    const RECORD: &str = r#"{"logName":"l","severity":"ERROR",
        "textPayload":"login of alice@example.com with password=hunter2 from bob@example.com",
        "labels":{"alice@example.com":"4111111111111111","env":"prod"},
        "jsonPayload":{"password":"hunter2","card":4111111111111111,"pairs":[{"name":"token","value":"a@b.example"}],
            "number":7,"employee":"E123456 of E654321"}}"#;

    fn redactor() -> Redactor {
        let rule = Some((r"(E)\d{6}".to_owned(), "${1}***".to_owned()));
        Redactor::new(&[Setting { name: "employee".to_owned(), rule, enabled: true }]).unwrap()
    }

    fn batch() -> Batch<'static> {
        let mut batch = Batch::new();
        batch.push_json(RECORD, &mut Vec::new());
        batch
    }

    #[test]
    fn each_change_says_what_was_done_and_nothing_of_what_was_there() {
        let (batch, changes) = redactor().batch_with_changes(batch());
        let shown: Vec<String> = changes
            .iter()
            .map(|change| {
                let rules: Vec<String> = change.rules.iter().map(|(name, count)| format!("{name} {count}")).collect();
                let what = if change.is_key { "key" } else { "value" };
                let before = if change.was_number { "number" } else { "text" };
                let text = batch.batch.tape.value(change.node).as_text().unwrap();
                let from = text.get(change.at..).unwrap();
                let whole = if change.is_whole { "whole" } else { "part" };
                format!("{what} {before} {whole} {}: {text} | {from}", rules.join(", "))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        value text part email 2, named-secret 1: login of ***@example.com with password=REDACTED from ***@example.com | ***@example.com with password=REDACTED from ***@example.com
        key text part email 1: ***@example.com | ***@example.com
        value text whole credit-card 1: REDACTED | REDACTED
        value text whole named-secret 1: REDACTED | REDACTED
        value number whole credit-card 1: REDACTED | REDACTED
        value text part email 1: REDACTED | REDACTED
        value text whole named-secret 1: REDACTED | REDACTED
        value text part employee 2: E*** of E*** | *** of E***
        ");
    }

    #[test]
    fn watching_changes_nothing() {
        let redactor = redactor();
        let plain = redactor.batch(batch());
        let (watched, changes) = redactor.batch_with_changes(batch());
        let records = |batch: &crate::redact::RedactedBatch<'_>| {
            batch.entries(&[]).map(|entry| entry.root().to_json()).collect::<Vec<_>>()
        };
        assert_eq!(records(&plain), records(&watched));
        let mut sum = BTreeMap::new();
        for (name, count) in changes.iter().flat_map(|change| &change.rules) {
            *sum.entry(name.clone()).or_insert(0) += count;
        }
        assert_eq!((plain.counts(), watched.counts()), (&sum, &sum));
    }
}
