//! What templates see: the report under its JSON names, and what can be worked out of it.

mod cluster;

use std::sync::Arc;

use minijinja::value::{Enumerator, Object, Serde, Value};
use minijinja::{Error, context};

use crate::pack::Horizon;
use crate::report::{Cluster, Report, Shared};

use super::number::{day, duration};
use super::spark::Axis;
use cluster::Run;

/// The variables of a template.
///
/// - `report`: the JSON report, whose fields are variables by themselves as well (`clusters`, `entries`). Each of its `clusters` has in addition `number` (from 1, in the report's order; its `symptom_of`, `symptoms`, `related_by` and `likely_cause` have it too, and `is_muted`), `horizon` (that
///   of its recommendation, else of its severity) and `sparkline` (on the same axis for all clusters).
/// - `horizons`: `name`, `title` and `levels` (`P0-P1`) of immediate, short-term and long-term.
/// - `cluster`, where a document is about one: it.
/// - `date`: the day of `report.generated`; `time_range`: `Last 6 hours`.
pub(super) fn variables(report: &Report) -> Value {
    let axis = Axis::of(report);
    let clusters = Run::new(report.clusters.clone(), &report.severities, axis).into_values();
    // The clusters are those; this is all else.
    let rest = Report { clusters: Shared::default(), ..report.clone() };
    let horizons: Vec<Value> = [Horizon::Immediate, Horizon::ShortTerm, Horizon::LongTerm]
        .into_iter()
        .map(|horizon| context! { name => Serde(horizon), title => title(horizon), levels => levels(report, horizon) })
        .collect();
    let (date, time_range) = (day(report.generated), time_range(report));
    let pack = context! { name => report.pack.name.clone(), digest => digest(&report.pack.digest) };
    let report = context! { clusters, pack, ..Value::from(Serde(&rest)) };
    context! { report => report.clone(), horizons, date, time_range, ..report }
}

/// The digest of a pack, which is no stranger's: it would be broken as the name of a commit, and could not be searched for.
fn digest(digest: &str) -> Value {
    let is_own =
        digest.strip_prefix("xxh3:").is_some_and(|hash| hash.chars().all(|c| c.is_ascii_hexdigit() || c == '…'));
    if is_own { Value::from_safe_string(digest.to_owned()) } else { Value::from(digest) }
}

/// These variables and `cluster`, one of the report's.
pub(super) fn with_cluster(variables: &Value, report: &Report, one: &Cluster) -> Value {
    let place = report.clusters.iter().position(|other| other.fingerprint == one.fingerprint);
    let known = place.and_then(|at| variables.get_attr("clusters").ok()?.get_item_by_index(at).ok());
    let own = || Run::new(Shared::default(), &report.severities, Axis::of(report)).whole(one);
    let cluster = known.unwrap_or_else(own);
    context! { cluster, ..variables.clone() }
}

fn title(horizon: Horizon) -> &'static str {
    match horizon {
        Horizon::Immediate => "Immediate",
        Horizon::ShortTerm => "Short-term",
        Horizon::LongTerm => "Long-term",
    }
}

/// The severities of a horizon: `P0-P1` where they follow each other, else `P0, P2`.
fn levels(report: &Report, horizon: Horizon) -> String {
    let levels: Vec<_> =
        report.severities.iter().filter(|legend| legend.horizon == horizon).map(|legend| legend.severity).collect();
    match levels.as_slice() {
        [first, .., last] if last.index() == first.index() + levels.len() - 1 => format!("{first}-{last}"),
        levels => levels.iter().map(|level| level.name()).collect::<Vec<_>>().join(", "),
    }
}

/// `Last 6 hours` where the window ends at the run's time or not much before, else `6 hours`.
fn time_range(report: &Report) -> Option<String> {
    let (from, to) = report.window.from.zip(report.window.to)?;
    let seconds = to.seconds_since(from);
    let behind = report.generated.seconds_since(to);
    let text = duration(seconds);
    Some(if (0.0..=60.0).contains(&behind) && seconds >= 1.0 { format!("Last {text}") } else { text })
}

/// A JSON value as templates see it; objects keep the order of their keys.
fn sample(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Object(_) => Value::from_object(Entry(json.clone())),
        serde_json::Value::Array(items) => items.iter().map(sample).collect(),
        json => Value::from(Serde(json)),
    }
}

/// A JSON object.
#[derive(Debug)]
struct Entry(serde_json::Value);

impl Object for Entry {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).map(sample)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.as_object().into_iter().flat_map(|map| map.keys()).map(Value::from).collect())
    }
}

/// A template's value as JSON over several lines; samples in the order in which they were written.
pub(super) fn json(value: &Value) -> Result<String, Error> {
    let text = match value.downcast_object_ref::<Entry>() {
        Some(Entry(json)) => super::pretty(json),
        None => super::pretty(value),
    };
    text.map_err(|error| Error::new(minijinja::ErrorKind::BadSerialization, error.to_string()))
}
