//! Why a cluster that is expected did not come: the test of its definition that fails, or the definition that takes the entries.

use std::collections::BTreeSet;

use super::Judging;
use crate::classify::Class;
use crate::diagnostic::{Diagnostic, Level, Span};
use crate::pack::Definition;
use crate::pack::examples::with;
use crate::pack::miss::Miss;

/// Entries that a definition is held against.
const ENTRIES: usize = 200;
/// Warnings of the pack that are shown.
const WARNINGS: usize = 3;

/// What keeps the entries from a definition.
enum Why {
    /// A test of its own.
    Miss(Miss),
    /// A definition before it.
    Taken(Span, String),
}

impl Judging<'_> {
    /// Adds why a definition got none of the case's entries, as far as these are known: those that the case writes itself,
    /// and the samples of the clusters that came.
    pub(super) fn with_reason(&self, diagnostic: Diagnostic, definition: &Definition) -> Diagnostic {
        let diagnostic = match self.reason(definition) {
            Some(Why::Miss(miss)) => miss.told(diagnostic),
            Some(Why::Taken(span, what)) => diagnostic.related(span, what),
            None => diagnostic,
        };
        let range = definition.query_spans.iter().map(|span| (span.file, span.range()));
        let ranges: Vec<_> = range.collect();
        self.with_warnings(diagnostic, |warning| {
            let is_inside = |span: Span| {
                ranges.iter().any(|(file, range)| span.file == *file && range.contains(&span.range().start))
            };
            warning.span.is_some_and(is_inside)
        })
    }

    /// Adds the warnings of the pack that may have to do with it.
    pub(super) fn with_warnings(&self, diagnostic: Diagnostic, concerns: impl Fn(&Diagnostic) -> bool) -> Diagnostic {
        let warnings = self.ran.pack.iter().filter(|found| found.code.level == Level::Warning && concerns(found));
        warnings.take(WARNINGS).fold(diagnostic, |diagnostic, warning| match warning.span {
            Some(span) => diagnostic.related(span, format!("warning[{}]: {}", warning.code.id, warning.message)),
            None => diagnostic,
        })
    }

    fn reason(&self, definition: &Definition) -> Option<Why> {
        let own = self.case.own_entries(self.pack).unwrap_or_default();
        // Samples are of entries, and so redacted already.
        let samples = self.ran.report.clusters.iter().flat_map(|cluster| &cluster.samples);
        let samples = samples.map(|sample| (sample.json().to_string(), false));
        let mut seen = BTreeSet::new();
        let all = own.lines().map(|line| (line.to_owned(), true)).chain(samples);
        let records = all.filter(|(record, _)| seen.insert(record.clone())).take(ENTRIES);
        let mut nearest: Option<Miss> = None;
        for (record, is_raw) in records {
            let redactor = is_raw.then_some(&self.pack.redactor);
            let why = with(&[record], redactor, &self.pack.message, |entries| {
                match Miss::of(definition, self.sources, entries) {
                    Some(miss) => Some(Why::Miss(miss)),
                    None => entries.first().and_then(|entry| self.taker(definition, entry)),
                }
            });
            match why {
                Ok(Some(Why::Taken(span, what))) => return Some(Why::Taken(span, what)),
                Ok(Some(Why::Miss(miss))) if nearest.as_ref().is_none_or(|best| best.nearness < miss.nearness) => {
                    nearest = Some(miss);
                }
                _ => {}
            }
        }
        nearest.map(Why::Miss)
    }

    /// The definition that takes an entry which another one matches as well.
    fn taker(&self, definition: &Definition, entry: &crate::entry::Entry<'_>) -> Option<Why> {
        let Class::Definition(at) = self.classifier.class(entry, &mut self.classifier.scratch()) else { return None };
        let taker = self.pack.definitions.get(at).filter(|taker| taker.id != definition.id)?;
        let hint = crate::pack::precedence_hint(definition, taker);
        Some(Why::Taken(taker.span, format!("`{}` takes its entries first; {hint}", taker.id)))
    }
}
