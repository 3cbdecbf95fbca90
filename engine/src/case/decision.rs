//! What is decided about a run: the report without what says nothing of the rules.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::yaml_text;
use crate::report::{Cluster, ClusterName, Muted, Origin, QuietCluster, Report, SeverityBy, split_reason};

/// The decisions of a run as YAML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The text.
    pub text: String,
    /// The lines, from 0, that each cluster of the report takes, by its place there.
    pub clusters: Vec<Range<usize>>,
}

/// The same report without what changes although no rule does: the pack's digest, and the lines of scripts, mutes and
/// suppressions, which move when a remark is added above them.
#[must_use]
pub fn steady(report: &Report) -> Report {
    let mut steady = report.clone();
    "any digest".clone_into(&mut steady.pack.digest);
    for cluster in &mut steady.clusters {
        for reason in &mut cluster.reasons {
            if let Some((text, script, _)) = split_reason(reason) {
                *reason = format!("{text} ({script})");
            }
        }
        let by = cluster.action.by.as_deref().and_then(|by| by.rsplit_once(':'));
        cluster.action.by = by.map(|(script, _)| script.to_owned());
        let restraint = &mut cluster.restraint;
        let mutes = restraint
            .muted
            .as_deref_mut()
            .into_iter()
            .chain(restraint.partly_muted.iter_mut().map(|part| &mut part.by));
        let places = mutes.map(|mute| &mut mute.place).chain(restraint.symptom_of.iter_mut().map(|c| &mut c.place));
        for place in places {
            let file = place.rsplit_once(':').map_or("", |(file, _)| file).to_owned();
            *place = file;
        }
    }
    steady
}

/// What policy and definitions decided about the entries of a report.
#[must_use]
pub fn decision(report: &Report) -> Decision {
    let report = steady(report);
    let mut top = Map::new();
    put(&mut top, "pack", json!(report.pack.name));
    put(&mut top, "window", json!(report.window));
    put(&mut top, "entries", json!(report.entries));
    let ignored: Map<String, Value> =
        report.ignored.iter().map(|ignored| (ignored.id.clone(), json!(ignored.count))).collect();
    put(&mut top, "ignored", Value::Object(ignored));
    put(&mut top, "quiet", json!(report.quiet.iter().map(quiet).collect::<Vec<_>>()));
    put(&mut top, "redactions", json!(report.redactions));
    put(&mut top, "notes", json!(report.notes));
    let mut text = String::new();
    yaml_text::mapping(&top, 0, &mut text);
    text.push_str(if report.clusters.is_empty() { "clusters: []\n" } else { "clusters:\n" });
    let mut line = text.lines().count();
    // By id, and not by severity as the report has them: so a severity that changes is one line, and moves no other.
    let mut order: Vec<(usize, &Cluster)> = report.clusters.iter().enumerate().collect();
    order.sort_by(|(_, a), (_, b)| (&a.id, &a.group).cmp(&(&b.id, &b.group)));
    let mut clusters = vec![0..0; report.clusters.len()];
    for (at, one) in order {
        let before = text.len();
        yaml_text::list(&[Value::Object(cluster(one))], 1, &mut text);
        let end = line + text.get(before..).unwrap_or("").lines().count();
        if let Some(lines) = clusters.get_mut(at) {
            *lines = line..end;
        }
        line = end;
    }
    Decision { text, clusters }
}

/// What is decided about a cluster, in the names of the report; what is empty is left out.
pub(super) fn cluster(cluster: &Cluster) -> Map<String, Value> {
    let mut map = Map::new();
    put(&mut map, "id", json!(cluster.id));
    put(&mut map, "group", json!(cluster.group));
    if cluster.origin == Origin::Template {
        put(&mut map, "origin", json!(cluster.origin));
    }
    put(&mut map, "title", json!(cluster.title));
    put(&mut map, "severity", json!(cluster.severity));
    put(&mut map, "declared_severity", json!(cluster.declared_severity));
    if cluster.severity_by != SeverityBy::Definition {
        put(&mut map, "severity_by", json!(cluster.severity_by));
    }
    put(&mut map, "severity_reason", json!(cluster.severity_reason));
    put(&mut map, "reasons", json!(cluster.reasons));
    put(&mut map, "kind", json!(cluster.kind));
    put(&mut map, "category", json!(cluster.category));
    put(&mut map, "pattern", json!(cluster.pattern));
    put(&mut map, "count", json!(cluster.count));
    put(&mut map, "frequency", json!(cluster.frequency));
    put(&mut map, "rate_per_hour", json!(cluster.rate_per_hour));
    put(&mut map, "first_seen", json!(cluster.first_seen));
    put(&mut map, "last_seen", json!(cluster.last_seen));
    put(&mut map, "log_severities", json!(cluster.log_severities));
    put(&mut map, "metrics", metrics(cluster));
    put(&mut map, "facets", facets(cluster));
    put(&mut map, "impact", json!(cluster.impact));
    put(&mut map, "trend", trend(cluster));
    put(&mut map, "deploy", deploy(cluster));
    restraint(cluster, &mut map);
    put(&mut map, "action", action(cluster));
    put(&mut map, "recommendation", json!(cluster.recommendation));
    put(&mut map, "follow_up", json!(cluster.follow_up));
    put(&mut map, "related", json!(cluster.related));
    if cluster.policy_failed {
        put(&mut map, "policy_failed", json!(true));
    }
    map
}

/// What holds its action back, and what waits for it.
fn restraint(cluster: &Cluster, map: &mut Map<String, Value>) {
    let restraint = &cluster.restraint;
    let mute = |mute: &Muted| json!({ "until": mute.until, "owner": mute.owner, "reason": mute.reason });
    put(map, "muted", restraint.muted.as_deref().map_or(Value::Null, mute));
    let parts: Vec<Value> = restraint.partly_muted.iter().map(|part| json!(part.words(cluster.count))).collect();
    put(map, "partly_muted", Value::Array(parts));
    put(map, "symptom_of", json!(restraint.symptom_of.as_ref().map(|cause| cause.cluster.words())));
    put(map, "symptoms", json!(restraint.symptoms.iter().map(ClusterName::words).collect::<Vec<_>>()));
}

/// Each facet's values with their counts; how many more there are, where not all are listed.
fn facets(cluster: &Cluster) -> Value {
    let facets = cluster.facets.iter().filter(|(_, facet)| !facet.values.is_empty()).map(|(name, facet)| {
        let mut values: Map<String, Value> =
            facet.values.iter().map(|value| (value.value.clone(), json!(value.count))).collect();
        if facet.other > 0 {
            values.insert("(other)".to_owned(), json!(facet.other));
        }
        (name.clone(), Value::Object(values))
    });
    Value::Object(facets.collect())
}

/// Each metric; its percentiles are estimates, and how they are made is no decision.
fn metrics(cluster: &Cluster) -> Value {
    let metrics = cluster.metrics.iter().map(|(name, m)| {
        (name.clone(), json!({ "count": m.count, "min": m.min, "max": m.max, "mean": m.mean, "last": m.last }))
    });
    Value::Object(metrics.collect())
}

/// Where a cluster stands. The numbers of all the runs behind that are the store's, and no decision.
fn trend(cluster: &Cluster) -> Value {
    let Some(trend) = &cluster.trend else { return Value::Null };
    json!({
        "state": trend.state, "text": trend.text, "runs_seen": trend.runs_seen, "days_seen": trend.days_seen,
        "days_in_a_row": trend.days_in_a_row,
    })
}

/// The deploy that it began with, or that changed its rate.
fn deploy(cluster: &Cluster) -> Value {
    let Some(deploy) = &cluster.deploy else { return Value::Null };
    json!({ "kind": deploy.kind, "field": deploy.field, "value": deploy.value, "text": deploy.text })
}

fn quiet(quiet: &QuietCluster) -> Value {
    let mut map = Map::new();
    put(&mut map, "id", json!(quiet.id));
    put(&mut map, "group", json!(quiet.group));
    put(&mut map, "severity", json!(quiet.severity));
    put(&mut map, "quiet_since", json!(quiet.quiet_since));
    put(&mut map, "issue", json!(quiet.issue));
    put(&mut map, "deploy", json!(quiet.deploy.as_ref().map(|deploy| &deploy.text)));
    Value::Object(map)
}

fn action(cluster: &Cluster) -> Value {
    let mut map = Map::new();
    put(&mut map, "kind", json!(cluster.action.kind));
    put(&mut map, "reason", json!(cluster.action.reason));
    if let Some(issue) = &cluster.action.issue {
        let mut about = Map::new();
        put(&mut about, "number", json!(issue.number));
        put(&mut about, "title", json!(issue.title));
        put(&mut map, "issue", Value::Object(about));
    }
    put(&mut map, "from", json!(cluster.action.from));
    put(&mut map, "to", json!(cluster.action.to));
    put(&mut map, "rejected", json!(cluster.action.rejected));
    put(&mut map, "links", json!(cluster.action.links));
    put(&mut map, "by", json!(cluster.action.by));
    Value::Object(map)
}

/// Puts a value that is not empty.
fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    let value = without_empty(value);
    let is_empty = match &value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    };
    if !is_empty {
        map.insert(key.to_owned(), value);
    }
}

/// The same without what is `null` inside.
fn without_empty(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.into_iter().map(|(key, value)| (key, without_empty(value))).filter(|(_, v)| !v.is_null()).collect(),
        ),
        other => other,
    }
}

/// A value in a few words, for messages.
pub(super) fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
