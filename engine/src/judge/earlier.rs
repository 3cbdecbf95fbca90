//! The object that stands for a cluster in an earlier run: `cluster.previous`.

use std::sync::Arc;

use rhai::{Dynamic, Engine, Map};

use super::cluster::{SET_BY, SEVERITIES};
use super::memory::{list, record, time, whole};
use crate::baseline::{PastMetric, Seen};
use crate::script::{Kind, ObjectWords, PropertyWords};

/// A cluster as an earlier run saw it.
#[derive(Clone)]
pub(super) struct Earlier(Arc<Map>);

const METRIC: Kind = Kind::Numbers(&["count", "last", "min", "max", "mean"]);

const PROPERTIES: [(&str, Kind, &str); 14] = [
    ("at", Kind::Text, "When that run was"),
    ("from", Kind::Text, "The beginning of its window; empty where it is not known"),
    ("to", Kind::Text, "The end of its window"),
    ("count", Kind::Integer, "How many entries"),
    ("rate_per_hour", Kind::Number, "Entries an hour over its window"),
    ("first_seen", Kind::Text, "The time of the earliest entry"),
    ("last_seen", Kind::Text, "The time of the latest entry"),
    ("severity", SEVERITIES, "What it was judged to be"),
    ("severity_by", SET_BY, "Who or what set that: `definition`, `policy` or `person`"),
    ("severity_reason", Kind::Text, "Why; empty where nobody wrote it down"),
    ("metrics", Kind::MapOf(&METRIC), "The numbers captured, by capture"),
    ("facets", Kind::MapOf(&Kind::ListOf(&Kind::Text)), "The values counted, by facet: most frequent first"),
    ("action", Kind::Text, "What was decided about its issue; empty where that is not known"),
    ("issue", Kind::Integer, "The number of its issue; 0 where it had none"),
];

/// The object in words.
pub(super) fn words() -> ObjectWords {
    let properties = PROPERTIES.iter().map(|(name, kind, doc)| PropertyWords { name, kind: *kind, doc }).collect();
    let doc = "A cluster as an earlier run saw it";
    ObjectWords { name: "Earlier", doc, properties, methods: Vec::new() }
}

impl Earlier {
    /// What a run saw, as a value of scripts.
    pub(super) fn of(seen: Seen<'_>) -> Dynamic {
        let (run, cluster) = (seen.run, seen.cluster);
        let metrics: Map = cluster.metrics.iter().map(|(name, of)| (name.as_str().into(), metric(of))).collect();
        let facets: Map = cluster
            .facets
            .iter()
            .map(|(name, facet)| (name.as_str().into(), list(facet.values.iter().cloned().map(Dynamic::from))))
            .collect();
        let values: [(&str, Dynamic); 14] = [
            ("at", time(Some(run.at))),
            ("from", time(run.window.from)),
            ("to", time(run.window.to)),
            ("count", whole(cluster.count)),
            ("rate_per_hour", Dynamic::from_float(cluster.rate_per_hour)),
            ("first_seen", time(cluster.first_seen)),
            ("last_seen", time(cluster.last_seen)),
            ("severity", cluster.severity.name().into()),
            ("severity_by", cluster.severity_by.name().into()),
            ("severity_reason", cluster.severity_reason.clone().unwrap_or_default().into()),
            ("metrics", metrics.into()),
            ("facets", facets.into()),
            ("action", cluster.action.map_or("", |kind| kind.name()).into()),
            ("issue", whole(cluster.issue.unwrap_or(0))),
        ];
        let facts: Map = values.into_iter().map(|(name, value)| (name.into(), value)).collect();
        Dynamic::from(Self(Arc::new(facts)))
    }
}

fn metric(metric: &PastMetric) -> Dynamic {
    record([
        ("count", whole(metric.count)),
        ("last", Dynamic::from_float(metric.last)),
        ("min", Dynamic::from_float(metric.min)),
        ("max", Dynamic::from_float(metric.max)),
        ("mean", Dynamic::from_float(metric.mean)),
    ])
}

/// Makes the object known to an engine.
pub(super) fn register(engine: &mut Engine) {
    engine.register_type_with_name::<Earlier>("Earlier");
    for (name, _, _) in PROPERTIES {
        engine.register_get(name, move |earlier: &mut Earlier| earlier.0.get(name).cloned().unwrap_or_default());
    }
}
