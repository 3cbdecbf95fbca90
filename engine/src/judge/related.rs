//! What rises with a cluster, as scripts see it.

use rhai::{Dynamic, Engine};

use super::cluster::Cluster;
use super::memory::{list, record};
use crate::report::{RelatedCluster, Relations};
use crate::script::{Kind, PropertyWords};

/// A property: its name, what it is, what it means, and how it is read.
type Property = (&'static str, Kind, &'static str, fn(&Relations) -> Dynamic);

const RELATED: Kind = Kind::Record(&["id", "began", "text", "shared_traces", "apart_seconds", "revision"]);

const PROPERTIES: [Property; 2] = [
    (
        "related_by",
        Kind::ListOf(&RELATED),
        "The clusters that rise with it, the strongest evidence first: `id`, whether that one `began` `before`, `after` or \
         `together`, the evidence as `text`, and its numbers, which are nothing where they do not tell",
        |r| list(r.related_by.iter().map(related)),
    ),
    (
        "likely_cause",
        Kind::Text,
        "The id of the one of these that began first; empty where none began before this cluster",
        |r| r.likely_cause.as_ref().map_or("", |cause| cause.id.as_str()).into(),
    ),
];

fn related(it: &RelatedCluster) -> Dynamic {
    let evidence = &it.evidence;
    let began = match it.began {
        crate::report::Began::Before => "before",
        crate::report::Began::After => "after",
        crate::report::Began::Together => "together",
    };
    let traces = evidence.traces.as_ref().map(|traces| i64::try_from(traces.shared).unwrap_or(i64::MAX));
    record([
        ("id", it.cluster.id.clone().into()),
        ("began", began.into()),
        ("text", it.text.clone().into()),
        ("shared_traces", traces.map(Dynamic::from_int).unwrap_or_default()),
        ("apart_seconds", evidence.edge.as_ref().map(|edge| edge.apart_seconds.into()).unwrap_or_default()),
        ("revision", evidence.revision.as_ref().map(|it| it.value.clone().into()).unwrap_or_default()),
    ])
}

/// The properties in words.
pub(super) fn properties() -> impl Iterator<Item = PropertyWords> {
    PROPERTIES.iter().map(|(name, kind, doc, _)| PropertyWords { name, kind: *kind, doc })
}

/// Makes them known to an engine.
pub(super) fn register(engine: &mut Engine) {
    for (name, _, _, read) in PROPERTIES {
        engine.register_get(name, move |cluster: &mut Cluster| read(cluster.relations()));
    }
}
