//! Suppression: which clusters are symptoms of which others, by what the pack says and by what was counted.
//!
//! A cluster is a symptom where the pack says that its definition can be one, a cluster of the cause's definition was there
//! at the same time, and the fields that must be equal are. It depends on nothing that policy decides, so that policy can ask.

use std::collections::{BTreeMap, BTreeSet};

use crate::entry::Timestamp;
use crate::pack::Suppression;
use crate::tally::{FacetStats, GROUP_VALUE, Stats, is_cut};

/// A cluster as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub struct Side<'s> {
    /// Its id.
    pub id: &'s str,
    /// Its group.
    pub group: &'s BTreeMap<String, String>,
    /// Its statistics.
    pub stats: &'s Stats,
}

/// That a cluster is a symptom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Symptom<'s> {
    /// The place of its first cause among the clusters.
    pub of: usize,
    /// What the pack says, of a chain what is nearest to the symptom.
    pub by: &'s Suppression,
}

/// For each of these clusters, what it is a symptom of. Of several causes the one that the pack names first, and of several
/// clusters of that one the one that began first.
#[must_use]
pub fn symptoms<'s>(rules: &'s [Suppression], clusters: &[Side<'_>]) -> Vec<Option<Symptom<'s>>> {
    let mut by_id: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    if !rules.is_empty() {
        for (at, cluster) in clusters.iter().enumerate() {
            by_id.entry(cluster.id).or_default().push(at);
        }
    }
    let mut nearest: Vec<Option<Symptom<'s>>> = vec![None; clusters.len()];
    for rule in rules {
        let places = |ids: &[String]| -> Vec<usize> {
            let found = ids.iter().map(|id| {
                let mut places = by_id.get(id.as_str()).cloned().unwrap_or_default();
                places.sort_by_key(|at| clusters.get(*at).map(|cluster| (cluster.stats.first_seen, cluster.group)));
                places
            });
            found.flatten().collect()
        };
        let compared = |places: Vec<usize>, is_symptom: bool| -> Vec<(usize, Compared<'_>)> {
            let compared = |at: usize| Some((at, Compared::of(clusters.get(at)?, rule, is_symptom)?));
            places.into_iter().filter_map(compared).collect()
        };
        let causes = compared(places(&rule.causes), false);
        for (at, symptom) in compared(places(&rule.symptoms), true) {
            let Some(place) = nearest.get_mut(at).filter(|place| place.is_none()) else { continue };
            let cause = causes.iter().find(|(cause, compared)| *cause != at && symptom.is_of(compared, rule.within));
            *place = cause.map(|(cause, _)| Symptom { of: *cause, by: rule });
        }
    }
    (0..clusters.len()).map(|at| first_cause(&nearest, at)).collect()
}

/// The same with the cause's own cause in its place, and so on. A pack with circles is refused.
fn first_cause<'s>(nearest: &[Option<Symptom<'s>>], at: usize) -> Option<Symptom<'s>> {
    let own = (*nearest.get(at)?)?;
    let mut seen = BTreeSet::from([at]);
    let mut of = own.of;
    while let Some(next) = nearest.get(of).copied().flatten() {
        if !seen.insert(of) {
            return Some(own);
        }
        of = next.of;
    }
    Some(Symptom { of, ..own })
}

/// What of a cluster is held against another one.
struct Compared<'c> {
    first: Timestamp,
    last: Timestamp,
    /// The values of each field that must be equal.
    values: Vec<BTreeSet<&'c str>>,
}

impl<'c> Compared<'c> {
    /// Nothing where it has no time, or not all values of a field are known.
    fn of(cluster: &Side<'c>, rule: &Suppression, is_symptom: bool) -> Option<Self> {
        let values = rule.equal.iter().map(|field| values(cluster, field, is_symptom)).collect::<Option<Vec<_>>>()?;
        Some(Self { first: cluster.stats.first_seen?, last: cluster.stats.last_seen?, values })
    }

    /// Whether it is a symptom of this cause: at no other time, and with no value that the cause has not. What goes on all day
    /// is no symptom of a cause of five minutes.
    fn is_of(&self, cause: &Self, within: i64) -> bool {
        let is_meanwhile =
            self.first >= cause.first.plus_seconds(-within) && self.last <= cause.last.plus_seconds(within);
        is_meanwhile && self.values.iter().zip(&cause.values).all(|(own, all)| own.is_subset(all))
    }
}

/// The values of a field: the group's, else those of the facet. Nothing where one of them is not known whole; of a symptom,
/// also where an entry has none, for nobody knows what that one is a symptom of.
fn values<'c>(cluster: &Side<'c>, field: &str, is_symptom: bool) -> Option<BTreeSet<&'c str>> {
    if let Some(value) = cluster.group.get(field) {
        let is_whole = !value.is_empty() && value.chars().count() < GROUP_VALUE;
        return is_whole.then(|| BTreeSet::from([value.as_str()]));
    }
    let facet: &FacetStats = cluster.stats.facets.get(field)?;
    let counted: u64 = facet.values.iter().map(|value| value.count).sum();
    let is_known = facet.exact && (!is_symptom || counted == cluster.stats.count);
    let values: BTreeSet<&str> =
        facet.values.iter().map(|value| value.value.as_str()).filter(|value| !value.is_empty()).collect();
    let is_whole = !values.iter().any(|value| is_cut(value)) && (!is_symptom || values.len() == facet.values.len());
    (is_known && is_whole && !values.is_empty()).then_some(values)
}

#[cfg(test)]
mod tests;
