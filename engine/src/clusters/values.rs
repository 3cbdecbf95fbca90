//! The values of entries that are counted and grouped by.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::entry::{Entry, FieldPath, Places};
use crate::pack::{Definition, FacetKey, Pack};
use crate::tally::{Deployed, group_value};
use crate::template;

/// Where what is counted leads to in entries: the fields that stand for deploys, and the facets of each definition.
#[derive(Debug)]
pub(super) struct Numbers {
    places: Places,
    deploys: Vec<usize>,
    /// By the definition's place and the facet's; what is no field has none.
    facets: Vec<Vec<Option<usize>>>,
}

impl Numbers {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut places = Places::default();
        let deploys = pack.deploys.iter().map(|path| places.number(path)).collect();
        let mut number = |key: &FacetKey| match key {
            FacetKey::Field(path) => Some(places.number(path)),
            FacetKey::Capture { .. } | FacetKey::StackTrace => None,
        };
        let facets = pack.definitions.iter().map(|definition| definition.facets.iter().map(&mut number).collect());
        let facets = facets.collect();
        Self { places, deploys, facets }
    }

    pub(super) fn deployed<'e>(&mut self, entry: &Entry<'e>, fields: &[FieldPath]) -> Deployed<'e> {
        let numbers = self.deploys.iter().zip(fields);
        Deployed::of_texts(entry, numbers.map(|(number, path)| self.places.text_at(*number, path, entry)))
    }

    /// The values of the facets of a definition.
    pub(super) fn facets<'n, 'e: 'n>(
        &'n mut self,
        at: usize,
        definition: &'n Definition,
        entry: &'n Entry<'e>,
        captured: &'n [Option<Cow<'e, str>>],
    ) -> impl Iterator<Item = Option<Cow<'e, str>>> + use<'n, 'e> {
        let numbers = self.facets.get(at).map_or(&[][..], Vec::as_slice);
        definition.facets.iter().zip(numbers).map(|(key, number)| match (key, number) {
            (FacetKey::Field(path), Some(number)) => self.places.text_at(*number, path, entry),
            _ => value_of(key, entry, captured),
        })
    }
}

/// The values of an entry that its definition groups by.
pub(crate) fn grouped_by(
    definition: &Definition,
    entry: &Entry<'_>,
    captured: &[Option<Cow<'_, str>>],
) -> BTreeMap<String, String> {
    let values = definition.group_by.iter().map(|key| {
        let value = value_of(key, entry, captured).unwrap_or_default();
        (key.name(), group_value(&value))
    });
    values.collect()
}

/// What each capture of a definition finds in an entry.
pub(crate) fn captures<'e>(definition: &Definition, entry: &Entry<'e>) -> Vec<Option<Cow<'e, str>>> {
    let found = definition.captures.iter().map(|capture| {
        let text = entry.first_text(&capture.from)?;
        Some(Cow::Borrowed(capture.regex.group(text, capture.group)?))
    });
    found.collect()
}

/// The value of a facet or group key in an entry.
pub(crate) fn value_of<'e>(
    key: &FacetKey,
    entry: &Entry<'e>,
    captured: &[Option<Cow<'e, str>>],
) -> Option<Cow<'e, str>> {
    match key {
        FacetKey::Capture { index, .. } => captured.get(*index).cloned().flatten(),
        FacetKey::Field(path) => entry.text_at(path),
        FacetKey::StackTrace => template::stack_trace(entry).map(Cow::Owned),
    }
}

/// The number that a captured text is; commas between its digits are left out.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.contains(',') { text.replace(',', "").parse().ok() } else { text.parse().ok() }
}
