//! What holds a cluster's action back, as scripts see it.

use rhai::{Dynamic, Engine};

use super::cluster::Cluster;
use super::memory::{list, time};
use crate::report::{Muted, Restraint};
use crate::script::{Kind, PropertyWords};

/// A property: its name, what it is, what it means, and how it is read.
type Property = (&'static str, Kind, &'static str, fn(&Restraint) -> Dynamic);

const PROPERTIES: [Property; 6] = [
    (
        "is_muted",
        Kind::Boolean,
        "Whether a mute holds for it, so that `none` becomes of its issue whatever is decided",
        |r| r.muted.is_some().into(),
    ),
    ("muted_until", Kind::Text, "When that mute ends; empty where there is none", |r| {
        time(r.muted.as_ref().map(|muted| muted.until))
    }),
    ("mute_reason", Kind::Text, "Why it is muted; empty where it is not", |r| of_mute(r, |muted| &muted.reason)),
    ("mute_owner", Kind::Text, "Who answers for the mute; empty where there is none", |r| {
        of_mute(r, |muted| &muted.owner)
    }),
    (
        "symptom_of",
        Kind::Text,
        "The id of the cluster that it is a symptom of, so that `none` becomes of its issue whatever is decided; empty where \
         it is none",
        |r| r.symptom_of.as_ref().map_or("", |cause| cause.cluster.id.as_str()).into(),
    ),
    (
        "symptoms",
        Kind::ListOf(&Kind::Text),
        "The ids of the clusters that are symptoms of it, one for each cluster",
        |r| list(r.symptoms.iter().map(|symptom| Dynamic::from(symptom.id.clone()))),
    ),
];

fn of_mute(restraint: &Restraint, read: fn(&Muted) -> &String) -> Dynamic {
    restraint.muted.as_ref().map(|muted| read(muted).clone()).unwrap_or_default().into()
}

/// The properties in words.
pub(super) fn properties() -> impl Iterator<Item = PropertyWords> {
    PROPERTIES.iter().map(|(name, kind, doc, _)| PropertyWords { name, kind: *kind, doc })
}

/// Makes them known to an engine.
pub(super) fn register(engine: &mut Engine) {
    for (name, _, _, read) in PROPERTIES {
        engine.register_get(name, move |cluster: &mut Cluster| read(cluster.restraint()));
    }
}
