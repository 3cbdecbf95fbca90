//! What the definition of an entry reads out of it: captures, facets, the values of its group.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Explainer, Place, Reason};
use crate::clusters;
use crate::entry::Entry;
use crate::judge;
use crate::pack::{Capture, Definition, FacetKey};
use crate::query::excerpt;

/// Characters kept of a value.
const LENGTH: usize = 200;

/// What a definition reads out of an entry.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Reading {
    /// Its captures.
    pub captures: Vec<CaptureReading>,
    /// Its facets.
    pub facets: Vec<ValueReading>,
    /// The values of `group_by`.
    pub group_by: Vec<ValueReading>,
    /// What its function for groups said.
    pub group_call: Option<GroupCall>,
}

/// What a capture reads.
#[derive(Clone, Debug, Serialize)]
pub struct CaptureReading {
    /// Its name.
    pub name: String,
    /// Where it looks.
    pub from: String,
    /// What it reads.
    pub value: Option<String>,
    /// The number that this is, which makes it a metric.
    pub number: Option<f64>,
    /// Why it reads nothing.
    pub reason: Option<String>,
}

/// A value of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ValueReading {
    /// The path or the capture.
    pub name: String,
    /// The value; nothing where the entry has none.
    pub value: Option<String>,
}

/// A call of a definition's function for groups.
#[derive(Clone, Debug, Serialize)]
pub struct GroupCall {
    /// The function.
    pub function: String,
    /// Where it stands.
    pub place: Option<Place>,
    /// What it returned, by name.
    pub values: BTreeMap<String, String>,
    /// What it failed with; then the entry is grouped without it.
    pub failure: Option<Reason>,
}

impl Explainer<'_> {
    /// What a definition reads out of an entry.
    pub(super) fn reading(&self, definition: &Definition, entry: &Entry<'_>) -> Reading {
        let captured = clusters::captures(definition, entry);
        let value = |key: &FacetKey| ValueReading {
            name: key.name(),
            value: clusters::value_of(key, entry, &captured).map(|value| excerpt(&value, None, LENGTH)),
        };
        let group = clusters::grouped_by(definition, entry, &captured);
        Reading {
            captures: definition
                .captures
                .iter()
                .zip(&captured)
                .map(|(capture, value)| capture_reading(capture, *value, entry))
                .collect(),
            facets: definition.facets.iter().map(value).collect(),
            group_by: group.into_iter().map(|(name, value)| ValueReading { name, value: Some(value) }).collect(),
            group_call: self.group_call(definition, entry),
        }
    }

    fn group_call(&self, definition: &Definition, entry: &Entry<'_>) -> Option<GroupCall> {
        let function = judge::group_function(self.pack, definition)?;
        let place = |script, range| self.pack.script_span(script, range).map(|span| self.place(span));
        let called = GroupCall {
            place: place(function.script, self.pack.policy.range_of(&function)),
            function: function.name.clone(),
            values: BTreeMap::new(),
            failure: None,
        };
        Some(match judge::group_values(self.pack, self.sandbox, &function, entry) {
            Ok(values) => GroupCall { values, ..called },
            Err(failure) => {
                let place = place(failure.script, failure.range.clone());
                GroupCall { failure: Some(Reason { text: failure.message, place }), ..called }
            }
        })
    }
}

fn capture_reading(capture: &Capture, value: Option<&str>, entry: &Entry<'_>) -> CaptureReading {
    let reason = match value {
        Some(_) => None,
        None if entry.first_text(&capture.from).is_none() => Some(format!("there is no text in `{}`", capture.from)),
        None => Some(format!("`{}` does not match", capture.regex.as_str())),
    };
    CaptureReading {
        name: capture.name.clone(),
        from: capture.from.to_string(),
        value: value.map(|value| excerpt(value, None, LENGTH)),
        number: value.and_then(clusters::number).filter(|number| number.is_finite()),
        reason,
    }
}
