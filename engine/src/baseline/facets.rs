//! Values of facets that have come and gone.

use std::collections::{BTreeMap, BTreeSet};

use hashbrown::HashSet;

use super::{Baseline, PastFacet, Span};
use crate::report::FacetChange;

/// Values of one kind that are listed.
const LISTED: usize = 20;
/// Runs in a row that must have seen a value, before its absence is worth a word: what comes now and then also stays away now
/// and then.
const STEADY: usize = 3;
/// Values of one kind that are put into words; with more, they are only counted.
const IN_WORDS: usize = 3;
/// Characters of a value that are put into words.
const WORD: usize = 60;

impl Baseline {
    /// The facets whose values differ from what earlier runs knew, by name.
    #[must_use]
    pub fn facet_changes(&self) -> Vec<FacetChange> {
        self.all_changes().values().filter(|change| !change.text.is_empty()).cloned().collect()
    }

    /// How the values of a facet differ from what earlier runs knew; nothing where none knew it.
    ///
    /// Where values were left out of a list, nothing is said that they could belie.
    #[must_use]
    pub fn facet_change(&self, facet: &str) -> Option<FacetChange> {
        self.all_changes().get(facet).cloned()
    }

    fn all_changes(&self) -> &BTreeMap<String, FacetChange> {
        self.changes.get_or_init(|| {
            let before = self.previous().into_iter().flat_map(|seen| seen.cluster.facets.keys());
            let names: BTreeSet<&String> = self.now.cluster.facets.keys().chain(before).collect();
            names.into_iter().filter_map(|name| Some((name.clone(), self.change_of(name)?))).collect()
        })
    }

    fn change_of(&self, facet: &str) -> Option<FacetChange> {
        let earlier: Vec<&PastFacet> = self.seen().filter_map(|seen| seen.cluster.facets.get(facet)).collect();
        let before = *earlier.last()?;
        let empty = PastFacet::default();
        let now = self.now.cluster.facets.get(facet).unwrap_or(&empty);
        let known: HashSet<&str> = earlier.iter().flat_map(|facet| facet.values.iter().map(String::as_str)).collect();
        let is_cut = earlier.iter().any(|facet| facet.is_cut);
        let is_new = |value: &&String| !is_cut && !known.contains(value.as_str());
        let gained: Vec<String> = now.values.iter().filter(is_new).cloned().collect();
        let first_new = gained.iter().filter_map(|value| self.span(facet, value).first).min();
        let is_gone = |value: &&String| {
            if !now.values.contains(value) {
                return !now.is_cut;
            }
            let last = self.span(facet, value).last;
            first_new.zip(last).is_some_and(|(first_new, last)| last < first_new)
        };
        let lost: Vec<String> = before.values.iter().filter(is_gone).cloned().collect();
        let stayed: Vec<&str> = before
            .values
            .iter()
            .filter(|value| now.values.contains(value) && !lost.contains(value))
            .map(String::as_str)
            .collect();
        let is_steady = |value: &&String| {
            earlier.len() >= STEADY && earlier.iter().rev().take(STEADY).all(|facet| facet.values.contains(value))
        };
        let missed: Vec<&str> = lost.iter().filter(is_steady).map(String::as_str).collect();
        let text = words(&before.values, &stayed, &gained, &missed);
        let cut = |mut list: Vec<String>| {
            list.truncate(LISTED);
            list
        };
        Some(FacetChange { facet: facet.to_owned(), gained: cut(gained), lost: cut(lost), text })
    }

    fn span(&self, facet: &str, value: &str) -> Span {
        self.now.values.get(facet).and_then(|values| values.get(value)).copied().unwrap_or_default()
    }
}

fn words(before: &[String], stayed: &[&str], gained: &[String], missed: &[&str]) -> String {
    if gained.is_empty() {
        return match missed.len() {
            0 => String::new(),
            1..=IN_WORDS => format!("no longer {}", joined(missed.iter().copied())),
            more => format!("{more} values are gone"),
        };
    }
    if gained.len() > IN_WORDS {
        return format!("{} new values", gained.len());
    }
    let gained = joined(gained.iter().map(String::as_str));
    if before.len() > IN_WORDS {
        return format!("new: {gained}");
    }
    let before = joined(before.iter().map(String::as_str));
    if stayed.is_empty() {
        format!("{before} → {gained}")
    } else {
        format!("{before} → {} + {gained}", joined(stayed.iter().copied()))
    }
}

fn joined<'v>(values: impl Iterator<Item = &'v str>) -> String {
    let short = values.map(|value| match value.char_indices().nth(WORD) {
        Some((end, _)) => format!("{}…", value.get(..end).unwrap_or("")),
        None => value.to_owned(),
    });
    short.collect::<Vec<_>>().join(" + ")
}
