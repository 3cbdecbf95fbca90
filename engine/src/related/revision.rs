//! Clusters that only one revision has, although others ran all the while.

use std::collections::BTreeMap;

use super::chance::CHANCE;
use crate::report::SharedRevision;
use crate::tally::{FacetStats, ListMap, Stats};

/// Clusters of one revision that are related to each other at most: those of most entries.
const MEMBERS: usize = 30;

/// The clusters that only one value of a field has, by field and value.
///
/// Of what others of that time wrote as well, each minute in which a cluster was seen would be this value's alone with the
/// chance of its share `p` of these entries; for `m` minutes `p^m`. A cluster counts where that is below [`CHANCE`] for any
/// cluster of the run. Minutes, not entries, because entries come in bursts.
pub(super) fn sets(clusters: &[&Stats], run: &ListMap<String, FacetStats>) -> Vec<(SharedRevision, Vec<usize>)> {
    let mut found: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, stats) in clusters.iter().enumerate() {
        for (field, values) in run {
            if let Some(value) = only_value(stats, field, values, clusters.len()) {
                found.entry((field, value)).or_default().push(at);
            }
        }
    }
    let sets = found.into_iter().filter(|(_, members)| members.len() > 1);
    sets.map(|((field, value), mut members)| {
        members.sort_by_key(|at| (std::cmp::Reverse(clusters.get(*at).map(|stats| stats.count)), *at));
        members.truncate(MEMBERS);
        members.sort_unstable();
        (SharedRevision { field: field.to_owned(), value: value.to_owned() }, members)
    })
    .collect()
}

/// The value that all entries of a cluster have, where others could have been there as well.
#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn only_value<'s>(stats: &'s Stats, field: &str, run: &FacetStats, clusters: usize) -> Option<&'s str> {
    let own = stats.deploys.get(field).filter(|own| own.exact)?;
    let [only] = own.values.as_slice() else { return None };
    if only.count != stats.count || !run.exact {
        return None;
    }
    let (first, last) = (stats.first_seen?, stats.last_seen?);
    let is_meanwhile = |first_seen, last_seen| first_seen <= Some(first) && last_seen >= Some(last);
    let others = run.values.iter().filter(|value| value.value != only.value);
    let others: u64 =
        others.filter(|value| is_meanwhile(value.first_seen, value.last_seen)).map(|value| value.count).sum();
    let of_value = run.values.iter().find(|value| value.value == only.value)?.count;
    let share = of_value as f64 / (of_value + others) as f64;
    let minutes = stats.timeline.counts.iter().filter(|count| **count > 0).count();
    let is_no_chance = minutes as f64 * share.ln() <= (CHANCE / clusters as f64).ln();
    (others > 0 && is_no_chance).then_some(only.value.as_str())
}
