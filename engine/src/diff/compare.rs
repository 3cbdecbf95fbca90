//! Two reports on the same entries, held against each other.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::flows::{Flows, landing, template_of};
use super::landing::{Bucket, Landing};
use super::moves::{Moves, known_as, renamed};
use super::places::Places;
use super::{
    BucketMove, ClusterChange, ClusterState, Diff, Move, RedactionChange, SCHEMA, SideSummary, What, codes, parts,
    untried,
};
use crate::diagnostic::Sources;
use crate::id::TEMPLATE;
use crate::pack::Pack;
use crate::report::{Cluster, Mined, Origin, Report};
use crate::severity::Severity;

/// What is known of one side.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// The rules as people name them.
    pub rules: &'s str,
    /// The pack.
    pub pack: &'s Pack,
    /// Its files.
    pub sources: &'s Sources,
    /// What it made of the entries.
    pub report: &'s Report,
}

/// Tells clusters of both sides apart: the id, by what the head calls it; the template; the group.
type Key<'s> = (&'s str, Option<&'s str>, &'s BTreeMap<String, String>);

/// A cluster's id and group.
type Name<'s> = (&'s str, &'s BTreeMap<String, String>);

/// What changes from the base to the head, over the same entries.
#[must_use]
pub fn compare(base: &Side<'_>, head: &Side<'_>, moves: &Moves) -> Diff {
    let flows = Flows::new(moves);
    let places = Places::new(base, head);
    let mut clusters = clusters(base, head, &flows, &places);
    clusters.sort_by(order);
    let mut moved = list(moves, (base.report, head.report), &places);
    let renamings = renamings(&clusters);
    moved.retain(|moved| {
        let way = moved.from.id.as_deref().zip(moved.to.id.as_deref());
        way.is_none_or(|(from, to)| !renamings.contains(&((from, &moved.from.group), (to, &moved.to.group))))
    });
    let mut diff = Diff {
        schema: SCHEMA,
        generated: head.report.generated,
        captures: head.report.source.captures.clone(),
        base: summary(base),
        head: summary(head),
        changed: false,
        totals: BTreeMap::new(),
        clusters,
        buckets: buckets(moves),
        moves: moved,
        other_moves: moves.others(),
        redactions: redactions(base, head),
        untried: untried::untried(base, head),
    };
    diff.untried.extend(parts::without_effect(base, head, &diff.clusters, &diff.redactions));
    diff.totals = diff.findings().iter().fold(BTreeMap::new(), |mut totals, finding| {
        *totals.entry(finding.code.id).or_default() += 1;
        totals
    });
    diff.changed = !diff.totals.is_empty();
    diff
}

fn summary(side: &Side<'_>) -> SideSummary {
    SideSummary {
        rules: side.rules.to_owned(),
        pack: side.report.pack.clone(),
        entries: side.report.entries,
        clusters: side.report.clusters.len() as u64,
        notes: side.report.notes.clone(),
    }
}

fn clusters(base: &Side<'_>, head: &Side<'_>, flows: &Flows<'_>, places: &Places<'_>) -> Vec<ClusterChange> {
    let renamed = renamed(head.pack);
    let key = |cluster| -> Key<'_> { key_of(cluster, &BTreeMap::new()) };
    let before: BTreeMap<Key<'_>, &Cluster> =
        base.report.clusters.iter().map(|cluster| (key_of(cluster, &renamed), cluster)).collect();
    let after: BTreeMap<Key<'_>, &Cluster> =
        head.report.clusters.iter().map(|cluster| (key(cluster), cluster)).collect();
    let lost: Vec<&Cluster> = before.iter().filter(|(key, _)| !after.contains_key(*key)).map(|(_, c)| *c).collect();
    let mut gained: BTreeMap<Landing, &Cluster> = after
        .iter()
        .filter(|(key, _)| !before.contains_key(*key))
        .map(|(_, cluster)| (landing(cluster), *cluster))
        .collect();
    let mut found = Vec::new();
    for old in lost {
        let heir = flows.out_of(old).into_iter().next().filter(|flow| flow.count == old.count);
        let heir = heir.and_then(|flow| gained.get(&flow.place).copied());
        let heir = heir.filter(|heir| heir.count == old.count && places.may_be_renamed(old, heir));
        match heir {
            Some(heir) => {
                gained.remove(&landing(heir));
                found.push(renaming(old, heir, places));
            }
            None => found.push(change(What::Lost, Some(old), None, flows, places)),
        }
    }
    found.extend(gained.into_values().map(|new| change(What::Gained, None, Some(new), flows, places)));
    for (key, old) in &before {
        let Some(new) = after.get(key) else { continue };
        let what = if old.id == new.id { What::Changed } else { What::Renamed };
        let changed = change(what, Some(old), Some(new), flows, places);
        if what == What::Renamed || !changed.changes.is_empty() || !changed.from.is_empty() || !changed.to.is_empty() {
            found.push(changed);
        }
    }
    found
}

fn key_of<'s>(cluster: &'s Cluster, renamed: &BTreeMap<&'s str, &'s str>) -> Key<'s> {
    match template_of(cluster) {
        Some(template) => (&cluster.id, Some(template), &cluster.group),
        None => (known_as(&cluster.id, renamed), None, &cluster.group),
    }
}

fn change(
    what: What,
    before: Option<&Cluster>,
    after: Option<&Cluster>,
    flows: &Flows<'_>,
    places: &Places<'_>,
) -> ClusterChange {
    let changes = before.zip(after).map(|(before, after)| places.changes(before, after)).unwrap_or_default();
    ClusterChange {
        what,
        before: before.map(state),
        after: after.map(state),
        changes,
        from: after.map(|after| flows.into(after)).unwrap_or_default(),
        to: before.map(|before| flows.out_of(before)).unwrap_or_default(),
        advice: None,
        place: places.of(after.and_then(rule_of).or(before.and_then(rule_of))),
    }
}

/// What to do, so that a cluster of another identity does not lose its issue and its history; or that nothing can be done.
fn advice(old: &Cluster, new: &Cluster) -> Option<String> {
    let is_rule = old.origin == Origin::Rule && new.origin == Origin::Rule;
    if is_rule && old.id != new.id && old.group == new.group {
        let (old, new) = (&old.id, &new.id);
        return Some(format!("add `was: [{old}]` to `{new}`, or the issue and the history of this cluster are lost"));
    }
    // Where a pack says that a template belongs elsewhere, what was known of it goes on there.
    let has_all = |new: &Mined, old: &Mined| new.skeletons.is_superset(&old.skeletons);
    if new.group.is_empty() && new.mined.as_ref().zip(old.mined.as_ref()).is_some_and(|(new, old)| has_all(new, old)) {
        return None;
    }
    if let (Some(template), Origin::Rule, true) = (template_of(old), new.origin, new.group.is_empty()) {
        return Some(format!(
            "add `was: '{TEMPLATE}{}'` to `{}`, or the issue and the history of this cluster are lost",
            template.replace('\'', "''"),
            new.id
        ));
    }
    let why = if old.origin == Origin::Template && new.origin == Origin::Template {
        "another template is another fingerprint"
    } else if old.origin == Origin::Template {
        "a definition that groups has other fingerprints than the template that it takes the place of"
    } else {
        "other values of a group are another fingerprint, which `was` cannot bridge"
    };
    Some(format!(
        "{why}: this cluster begins without the history of the other, and its issue is found only if it is pinned"
    ))
}

/// A lost cluster and a gained one with exactly its entries.
fn renaming(old: &Cluster, new: &Cluster, places: &Places<'_>) -> ClusterChange {
    let is_same = old.fingerprint == new.fingerprint || places.is_former(old, new);
    let advice = (!is_same).then(|| advice(old, new)).flatten();
    ClusterChange {
        what: What::Renamed,
        before: Some(state(old)),
        after: Some(state(new)),
        changes: places.changes(old, new),
        from: Vec::new(),
        to: Vec::new(),
        advice,
        place: places.of(rule_of(new).or(rule_of(old))),
    }
}

fn rule_of(cluster: &Cluster) -> Option<&str> {
    (cluster.origin == Origin::Rule).then_some(cluster.id.as_str())
}

fn state(cluster: &Cluster) -> ClusterState {
    ClusterState {
        id: cluster.id.clone(),
        group: cluster.group.clone(),
        fingerprint: cluster.fingerprint.clone(),
        origin: cluster.origin,
        title: cluster.title.clone(),
        severity: cluster.severity,
        reasons: cluster.reasons.clone(),
        count: cluster.count,
    }
}

/// By what happened, then severity, count, id and group.
fn order(a: &ClusterChange, b: &ClusterChange) -> Ordering {
    let severity = |change: &ClusterChange| states(change).map(|state| state.severity).min();
    let count = |change: &ClusterChange| states(change).map(|state| state.count).max();
    let name = |state: &ClusterState| (state.id.clone(), state.group.clone());
    a.what
        .cmp(&b.what)
        .then_with(|| severity(a).cmp(&severity(b)))
        .then_with(|| count(b).cmp(&count(a)))
        .then_with(|| states(a).last().map(name).cmp(&states(b).last().map(name)))
}

fn states(change: &ClusterChange) -> impl Iterator<Item = &ClusterState> {
    change.before.iter().chain(&change.after)
}

fn buckets(moves: &Moves) -> Vec<BucketMove> {
    let mut found: Vec<BucketMove> = moves
        .buckets()
        .filter(|(from, to, _)| from != to)
        .map(|(from, to, count)| BucketMove { from, to, count })
        .collect();
    found.sort_by(|a, b| (b.count, a.from, a.to).cmp(&(a.count, b.from, b.to)));
    found
}

/// Ids and groups of clusters that are nothing but others under another name: that their entries went there says no more.
fn renamings(clusters: &[ClusterChange]) -> BTreeSet<(Name<'_>, Name<'_>)> {
    let renamed = clusters.iter().filter(|cluster| cluster.what == What::Renamed);
    renamed
        .filter_map(|cluster| cluster.before.as_ref().zip(cluster.after.as_ref()))
        .map(|(before, after)| ((before.id.as_str(), &before.group), (after.id.as_str(), &after.group)))
        .collect()
}

fn list(moves: &Moves, (before, after): (&Report, &Report), places: &Places<'_>) -> Vec<Move> {
    let severities = |report: &Report| -> BTreeMap<Landing, Severity> {
        report.clusters.iter().map(|cluster| (landing(cluster), cluster.severity)).collect()
    };
    let (old, new) = (severities(before), severities(after));
    let rule = |landing: &Landing| places.of(landing.id.as_deref().filter(|_| landing.template.is_none()));
    let mut found: Vec<Move> = moves
        .pairs()
        .map(|((from, to), moved)| {
            let (severity_before, severity_after) = (old.get(from).copied(), new.get(to).copied());
            Move {
                code: match (from.bucket, to.bucket) {
                    (Bucket::Clustered, Bucket::Ignored | Bucket::Routine) => &codes::ENTRIES_SILENCED,
                    (Bucket::Ignored | Bucket::Routine, Bucket::Clustered) => &codes::ENTRIES_SURFACED,
                    _ if severity_before.zip(severity_after).is_some_and(|(before, after)| before < after) => {
                        &codes::ENTRIES_LOWERED
                    }
                    _ => &codes::ENTRIES_MOVED,
                },
                from: from.clone(),
                severity_before,
                to: to.clone(),
                severity_after,
                count: moved.count,
                sample: moved.witness.specimen(&after.source.captures),
                place: [to, from].into_iter().find_map(rule),
            }
        })
        .collect();
    found.sort_by(|a, b| (b.count, &a.from, &a.to).cmp(&(a.count, &b.from, &b.to)));
    found
}

fn redactions(base: &Side<'_>, head: &Side<'_>) -> Vec<RedactionChange> {
    let (before, after) = (&base.report.redactions, &head.report.redactions);
    let (on_before, on_after) = (base.pack.redactor.rules(), head.pack.redactor.rules());
    let gone = on_before.keys().copied().filter(|name| !on_after.contains_key(name));
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).map(String::as_str).chain(gone).collect();
    let count = |counts: &BTreeMap<String, u64>, name: &str| counts.get(name).copied().unwrap_or(0);
    names
        .into_iter()
        .map(|name| RedactionChange {
            code: &codes::REDACTION_REDUCED,
            name: name.to_owned(),
            before: count(before, name),
            after: count(after, name),
            is_gone: on_before.contains_key(name) && !on_after.contains_key(name),
        })
        .filter(|change| change.before != change.after || change.is_gone)
        .map(|change| {
            let is_reduced = change.is_gone || change.after < change.before;
            let code = if is_reduced { &codes::REDACTION_REDUCED } else { &codes::REDACTION_EXTENDED };
            RedactionChange { code, ..change }
        })
        .collect()
}
