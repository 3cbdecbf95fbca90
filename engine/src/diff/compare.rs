//! Two reports on the same entries, held against each other.

use std::collections::{BTreeMap, BTreeSet};

use super::landing::{Bucket, Landing};
use super::moves::{Moves, known_as, renamed};
use super::{
    BucketMove, ClusterChange, ClusterState, Diff, FieldChange, Flow, Move, Place, RedactionChange, SCHEMA,
    SideSummary, What, codes, fields, untried,
};
use crate::diagnostic::Sources;
use crate::pack::{Definition, Pack};
use crate::report::{Cluster, Origin, Report};

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

/// What changes from the base to the head, over the same entries.
#[must_use]
pub fn compare(base: &Side<'_>, head: &Side<'_>, moves: &Moves) -> Diff {
    let flows = Flows::new(moves);
    let places = Places::new(base, head);
    let mut clusters = clusters(base, head, &flows, &places);
    clusters.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut moved = list(moves, &head.report.source.captures, &places);
    moved.retain(|moved| !is_renaming(moved, &clusters));
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
        redactions: redactions(base.report, head.report),
        untried: untried::untried(base, head),
    };
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

/// Where the entries of each place came from and went, most first.
struct Flows<'m> {
    from: BTreeMap<&'m Landing, Vec<(&'m Landing, u64)>>,
    to: BTreeMap<&'m Landing, Vec<(&'m Landing, u64)>>,
}

impl<'m> Flows<'m> {
    fn new(moves: &'m Moves) -> Self {
        let mut flows = Self { from: BTreeMap::new(), to: BTreeMap::new() };
        for ((from, to), moved) in moves.pairs() {
            flows.from.entry(to).or_default().push((from, moved.count));
            flows.to.entry(from).or_default().push((to, moved.count));
        }
        for list in flows.from.values_mut().chain(flows.to.values_mut()) {
            list.sort_by(|a, b| (b.1, a.0).cmp(&(a.1, b.0)));
        }
        flows
    }

    /// From where entries came to a cluster of the head.
    fn into(&self, cluster: &Cluster) -> Vec<Flow> {
        told(self.from.get(&landing(cluster)))
    }

    /// Where entries of a cluster of the base went.
    fn out_of(&self, cluster: &Cluster) -> Vec<Flow> {
        told(self.to.get(&landing(cluster)))
    }
}

fn told(list: Option<&Vec<(&Landing, u64)>>) -> Vec<Flow> {
    list.into_iter().flatten().map(|(place, count)| Flow { place: (*place).clone(), count: *count }).collect()
}

fn landing(cluster: &Cluster) -> Landing {
    Landing {
        bucket: Bucket::Clustered,
        id: Some(cluster.id.clone()),
        group: cluster.group.clone(),
        template: template_of(cluster).map(str::to_owned),
    }
}

fn template_of(cluster: &Cluster) -> Option<&str> {
    (cluster.origin == Origin::Template).then_some(cluster.pattern.as_str())
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
        let heir = heir.and_then(|flow| gained.get(&flow.place).copied()).filter(|heir| heir.count == old.count);
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

/// A lost cluster and a gained one with exactly its entries.
fn renaming(old: &Cluster, new: &Cluster, places: &Places<'_>) -> ClusterChange {
    let is_rule = old.origin == Origin::Rule && new.origin == Origin::Rule;
    let advice = (is_rule && old.id != new.id && old.group == new.group).then(|| {
        format!("add `was: [{}]` to `{}`, or the issue and the history of this cluster are lost", old.id, new.id)
    });
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

/// What the order of changes goes by.
fn order(
    change: &ClusterChange,
) -> (What, Option<crate::severity::Severity>, std::cmp::Reverse<u64>, &str, Option<&BTreeMap<String, String>>) {
    let states = || change.before.iter().chain(&change.after);
    let state = change.after.as_ref().or(change.before.as_ref());
    (
        change.what,
        states().map(|state| state.severity).min(),
        std::cmp::Reverse(states().map(|state| state.count).max().unwrap_or(0)),
        state.map_or("", |state| &state.id),
        state.map(|state| &state.group),
    )
}

/// Where definitions stand, by id, and which of them say in words what is seen.
struct Places<'s> {
    head: BTreeMap<&'s str, Place>,
    base: BTreeMap<&'s str, Place>,
    in_words: BTreeSet<&'s str>,
}

impl<'s> Places<'s> {
    fn new(base: &Side<'s>, head: &Side<'s>) -> Self {
        let of = |side: &Side<'s>, name| -> BTreeMap<&'s str, Place> {
            let pack: &'s Pack = side.pack;
            pack.definitions
                .iter()
                .map(|definition| (definition.id.as_str(), place_of(definition, side, name)))
                .collect()
        };
        let all = base.pack.definitions.iter().chain(&head.pack.definitions);
        let in_words = all.filter(|definition| definition.pattern.is_some()).map(|definition| definition.id.as_str());
        Self { head: of(head, "head"), base: of(base, "base"), in_words: in_words.collect() }
    }

    fn changes(&self, before: &Cluster, after: &Cluster) -> Vec<FieldChange> {
        let is_in_words = |cluster: &Cluster| self.in_words.contains(cluster.id.as_str());
        let mut changes = fields::changes(before, after, is_in_words(before) || is_in_words(after));
        if before.origin != after.origin {
            // What a definition says of entries that none knew is all new, and no change of anything.
            changes.retain(|change| ![&codes::TEXT_CHANGED, &codes::VALUES_CHANGED].contains(&change.code));
        }
        changes
    }

    /// Where the head has it, or the base had it.
    fn of(&self, id: Option<&str>) -> Option<Place> {
        self.head.get(id?).or_else(|| self.base.get(id?)).cloned()
    }
}

/// Where a definition stands.
pub(super) fn place_of(definition: &Definition, side: &Side<'_>, name: &'static str) -> Place {
    Place { side: name, at: side.sources.location(definition.span) }
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

/// Whether the entries of a cluster went together to one that is nothing but this cluster under another name.
fn is_renaming(moved: &Move, clusters: &[ClusterChange]) -> bool {
    let is = |state: &Option<ClusterState>, landing: &Landing| {
        state.as_ref().is_some_and(|state| Some(&state.id) == landing.id.as_ref() && state.group == landing.group)
    };
    let renamed = clusters.iter().filter(|cluster| cluster.what == What::Renamed);
    renamed.into_iter().any(|cluster| is(&cluster.before, &moved.from) && is(&cluster.after, &moved.to))
}

fn list(moves: &Moves, captures: &[String], places: &Places<'_>) -> Vec<Move> {
    let mut found: Vec<Move> = moves
        .pairs()
        .map(|((from, to), moved)| Move {
            code: match (from.bucket, to.bucket) {
                (Bucket::Clustered, Bucket::Ignored | Bucket::Routine) => &codes::ENTRIES_SILENCED,
                (Bucket::Ignored | Bucket::Routine, Bucket::Clustered) => &codes::ENTRIES_SURFACED,
                _ => &codes::ENTRIES_MOVED,
            },
            from: from.clone(),
            to: to.clone(),
            count: moved.count,
            sample: moved.witness.specimen(captures),
            place: [to, from]
                .into_iter()
                .find_map(|landing| places.of(landing.id.as_deref().filter(|_| landing.template.is_none()))),
        })
        .collect();
    found.sort_by(|a, b| (b.count, &a.from, &a.to).cmp(&(a.count, &b.from, &b.to)));
    found
}

fn redactions(before: &Report, after: &Report) -> Vec<RedactionChange> {
    let names: BTreeSet<&String> = before.redactions.keys().chain(after.redactions.keys()).collect();
    let count = |report: &Report, name: &String| report.redactions.get(name).copied().unwrap_or(0);
    names
        .into_iter()
        .map(|name| (name, count(before, name), count(after, name)))
        .filter(|(_, before, after)| before != after)
        .map(|(name, before, after)| RedactionChange {
            code: if after < before { &codes::REDACTION_REDUCED } else { &codes::REDACTION_EXTENDED },
            name: name.clone(),
            before,
            after,
        })
        .collect()
}
