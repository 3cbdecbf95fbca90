//! A cluster as templates see it.
//!
//! Of the thousands that a report may have a template looks at few, and at little of the others: what it asks for is made when it
//! asks.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use minijinja::context;
use minijinja::value::{Enumerator, Object, Serde, Value};
use serde::Serialize;

use super::super::spark::{Axis, sparkline};
use super::sample;
use crate::id::Fingerprint;
use crate::report::{Cluster, ClusterName, SeverityLegend, Shared};

/// How wide the sparkline of a cluster is, in characters.
const SPARKLINE: usize = 48;

/// What all clusters of a report have in common.
#[derive(Debug)]
pub(super) struct Run {
    clusters: Shared<Cluster>,
    severities: Vec<SeverityLegend>,
    axis: Option<Axis>,
    /// The number of each cluster, and whether it is muted.
    numbers: BTreeMap<Fingerprint, (usize, bool)>,
}

impl Run {
    pub(super) fn new(clusters: Shared<Cluster>, severities: &[SeverityLegend], axis: Option<Axis>) -> Self {
        let numbered = clusters.iter().enumerate();
        let numbers = numbered
            .map(|(at, cluster)| (cluster.fingerprint.clone(), (at + 1, cluster.restraint.muted.is_some())))
            .collect();
        Self { clusters, severities: severities.to_vec(), axis, numbers }
    }

    /// The clusters as templates see them.
    pub(super) fn into_values(self) -> Vec<Value> {
        let run = Arc::new(self);
        let asked = |at| Asked { run: Arc::clone(&run), at, whole: OnceLock::new() };
        (0..run.clusters.len()).map(|at| Value::from_object(asked(at))).collect()
    }

    /// All of a cluster, which need not be one of these.
    pub(super) fn whole(&self, cluster: &Cluster) -> Value {
        let own = OWN.iter().filter_map(|name| Some((*name, self.own(cluster, name)?)));
        let own: BTreeMap<&str, Value> = own.collect();
        let rest = Cluster { samples: Vec::new(), ..cluster.clone() };
        context! { ..own, ..Value::from(Serde(&rest)) }
    }

    /// What the JSON report does not have, or has otherwise.
    fn own(&self, cluster: &Cluster, name: &str) -> Option<Value> {
        Some(match name {
            // The JSON report leaves the result out where nothing was carried out; templates can ask for it all the same.
            "action" => context! { result => Serde(&cluster.action.result), ..Value::from(Serde(&cluster.action)) },
            "number" => Value::from(self.numbers.get(&cluster.fingerprint).map(|(number, _)| *number)),
            "symptom_of" => Value::from(cluster.restraint.symptom_of.as_ref().map(|cause| {
                context! { place => cause.place.clone(), ..self.named(&cause.cluster) }
            })),
            "symptoms" => cluster.restraint.symptoms.iter().map(|name| self.named(name)).collect(),
            "related_by" => {
                let related = cluster.relations.related_by.iter();
                related
                    .map(|related| {
                        let rest = Value::from(Serde(related));
                        context! { ..self.named(&related.cluster), ..rest }
                    })
                    .collect()
            }
            "likely_cause" => Value::from(cluster.relations.likely_cause.as_deref().map(|name| self.named(name))),
            "horizon" => {
                let legend = self.severities.iter().find(|legend| legend.severity == cluster.severity);
                let own = cluster.recommendation.as_ref().map(|it| it.horizon);
                Value::from(Serde(own.or(legend.map(|it| it.horizon))))
            }
            "samples" => cluster.samples.iter().map(|one| sample(&one.json())).collect(),
            "sparkline" => {
                Value::from(self.axis.map(|axis| sparkline(&axis.cells(&cluster.timeline, SPARKLINE), SPARKLINE)))
            }
            _ => return None,
        })
    }

    /// Another cluster by its name, with its number.
    fn named(&self, name: &ClusterName) -> Value {
        let (number, is_muted) = self.numbers.get(&name.fingerprint).copied().unzip();
        context! { number, is_muted, ..Value::from(Serde(name)) }
    }
}

/// What [`Run::own`] knows.
const OWN: [&str; 9] =
    ["action", "number", "symptom_of", "symptoms", "related_by", "likely_cause", "horizon", "samples", "sparkline"];

/// One of the clusters of a report.
#[derive(Debug)]
struct Asked {
    run: Arc<Run>,
    at: usize,
    /// All of it, once something wants that: to compare it, or to look for what there may not be.
    whole: OnceLock<Value>,
}

impl Asked {
    fn whole(&self) -> Option<&Value> {
        let cluster = self.run.clusters.get(self.at)?;
        Some(self.whole.get_or_init(|| self.run.whole(cluster)))
    }
}

impl Object for Asked {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        let cluster = self.run.clusters.get(self.at)?;
        let found = self.run.own(cluster, key).or_else(|| plain(cluster, key));
        found.or_else(|| self.whole()?.get_attr(key).ok().filter(|value| !value.is_undefined()))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.whole().iter().filter_map(|whole| whole.try_iter().ok()).flatten().collect())
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
}

/// What the JSON report has below a name, for most names; what is missing here is looked up in all of the cluster.
fn plain(cluster: &Cluster, name: &str) -> Option<Value> {
    fn value<T: Serialize>(of: &T) -> Value {
        Value::from(Serde(of))
    }
    Some(match name {
        "id" => value(&cluster.id),
        "group" => value(&cluster.group),
        "fingerprint" => value(&cluster.fingerprint),
        "origin" => value(&cluster.origin),
        "title" => value(&cluster.title),
        "kind" => value(&cluster.kind),
        "category" => value(&cluster.category),
        "pattern" => value(&cluster.pattern),
        "severity" => value(&cluster.severity),
        "declared_severity" => value(&cluster.declared_severity),
        "reasons" => value(&cluster.reasons),
        "severity_by" => value(&cluster.severity_by),
        "count" => value(&cluster.count),
        "frequency" => value(&cluster.frequency),
        "rate_per_hour" => value(&cluster.rate_per_hour),
        "first_seen" => value(&cluster.first_seen),
        "last_seen" => value(&cluster.last_seen),
        "timeline" => value(&cluster.timeline),
        "log_severities" => value(&cluster.log_severities),
        "facets" => value(&cluster.facets),
        "deploys" => value(&cluster.deploys),
        "deploy" => value(&cluster.deploy),
        "metrics" => value(&cluster.metrics),
        "impact" => value(&cluster.impact),
        "trend" => value(&cluster.trend),
        "muted" => value(&cluster.restraint.muted),
        "partly_muted" => value(&cluster.restraint.partly_muted),
        "recommendation" => value(&cluster.recommendation),
        "follow_up" => value(&cluster.follow_up),
        "related" => value(&cluster.related),
        "log_severity" => value(&cluster.log_severity),
        "policy_failed" => value(&cluster.policy_failed),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::specimen;
    use super::*;

    #[test]
    fn what_is_asked_for_is_what_all_of_the_cluster_has() {
        // It has everything that a report can have.
        let report = specimen::report().unwrap();
        let run = || Run::new(report.clusters.clone(), &report.severities, Axis::of(&report));
        for (cluster, asked) in report.clusters.iter().zip(run().into_values()) {
            let whole = run().whole(cluster);
            assert_eq!(asked, whole);
            assert_eq!(format!("{asked}"), format!("{whole}"));
            for key in whole.try_iter().unwrap() {
                let (one, other) = (asked.get_item(&key).unwrap(), whole.get_item(&key).unwrap());
                assert_eq!(format!("{one:?} {:?}", one.kind()), format!("{other:?} {:?}", other.kind()), "{key}");
                let name = key.as_str().unwrap();
                assert!(OWN.contains(&name) || plain(cluster, name).is_some(), "`{name}` is slow to ask for");
            }
            assert!(asked.get_attr("nothing").unwrap().is_undefined());
        }
    }
}
