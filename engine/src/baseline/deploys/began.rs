//! Clusters that began with a deploy.
//!
//! A cluster began with a value when no entry of it is older than the value, when all of its entries that carry the field
//! carry this value or later ones, and when neither is an accident:
//!
//! - It was silent for all the time `W` that was looked at before, and has been active in `n` moments of the time `A` since.
//!   Had its rate been the same all along, the chance that all of them fell behind the beginning would be `(A / (A + W))^n`:
//!   the conditional test of two Poisson rates (Przyborowski and Wilenski, "Homogeneity of results in testing samples from
//!   Poisson series", Biometrika 31, 1940) with nothing before. It must be below 1 in 10,000. What comes in one burst is
//!   one moment: a minute of this run, an hour of an earlier one.
//! - It did not keep still for long after the value began: it came within half an hour, or as soon as its own pace lets
//!   one expect. Otherwise it is something else that it began with.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{Baseline, HOUR, PastCluster, PastDeploy};
use super::{Began, Deploys, Field, float, is_no_accident, real};
use crate::entry::Timestamp;

/// The chance below which a beginning is no accident.
const CHANCE: f64 = 1e-4;
/// Seconds that a roll-out takes: so late a beginning needs no further reason.
const ROLL_OUT: i64 = 1_800;

/// The value that a cluster began with.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) value: String,
    pub(super) began: Began,
    /// The cluster's first entry.
    pub(super) first: Timestamp,
}

impl Deploys {
    /// The value of a field that a cluster began with, if it began with one.
    pub(super) fn began(&self, field: &Field, baseline: &Baseline) -> Option<Start> {
        let values = values(&field.name, baseline);
        // A value that might always have been there rules out that it began with any.
        let begun: Option<Vec<(Began, &str)>> =
            values.into_iter().map(|value| Some((field.began(value)?, value))).collect();
        let (began, value) = begun?.into_iter().min_by_key(|(began, value)| (began.at, *value))?;
        let first = baseline.first_ever_seen().filter(|first| *first >= began.at)?;
        if !is_carried(&field.name, baseline) {
            return None;
        }
        let at = began.at.seconds();
        let before = self.watched.between(i64::MIN, at);
        let since = self.watched.between(at, self.end).max(1);
        let moments = moments(baseline);
        if before == 0 || real(moments) * (float(since) / float(since + before)).ln() > CHANCE.ln() {
            return None;
        }
        let still = self.watched.between(at, first.seconds());
        let is_late = still > ROLL_OUT && is_no_accident(since - still, still, moments.saturating_sub(1));
        (!is_late).then(|| Start { value: value.to_owned(), began, first })
    }
}

/// The cluster as each run saw it, this one last.
fn sightings(baseline: &Baseline) -> impl Iterator<Item = &PastCluster> {
    baseline.seen().map(|seen| seen.cluster).chain([&baseline.now.cluster])
}

/// All values of a field that entries of the cluster carried.
fn values<'b>(field: &str, baseline: &'b Baseline) -> BTreeSet<&'b str> {
    let of = |cluster: &'b PastCluster| cluster.deploys.get(field).into_iter().flatten();
    sightings(baseline).flat_map(of).map(|deploy| deploy.value.as_str()).collect()
}

/// Whether at least half of the cluster's entries carry the field, in the runs that looked for it.
pub(super) fn is_carried(field: &str, baseline: &Baseline) -> bool {
    let looked = baseline.seen().filter(|seen| seen.run.deploys.contains_key(field)).map(|seen| seen.cluster);
    let (mut all, mut carrying) = (0_u64, 0_u64);
    for cluster in looked.chain([&baseline.now.cluster]) {
        all = all.saturating_add(cluster.count);
        carrying = carrying.saturating_add(carried(&cluster.deploys, field));
    }
    carrying > 0 && carrying >= all.div_ceil(2)
}

/// Entries that carry any value of a field.
pub(super) fn carried(deploys: &BTreeMap<String, Vec<PastDeploy>>, field: &str) -> u64 {
    deploys.get(field).into_iter().flatten().fold(0, |sum, deploy| sum.saturating_add(deploy.count))
}

/// The moments in which it had entries: hours of earlier runs, and buckets of this run's timeline, which are minutes as a rule.
fn moments(baseline: &Baseline) -> u64 {
    let mut hours = BTreeSet::new();
    for seen in baseline.seen() {
        hours.extend(seen.cluster.hourly.keys().map(|hour| hour.seconds().div_euclid(HOUR)));
        if seen.cluster.hourly.is_empty() {
            hours.insert(seen.cluster.last_seen.unwrap_or(seen.run.at).seconds().div_euclid(HOUR));
        }
    }
    let now = baseline.now.timeline.counts.iter().filter(|count| **count > 0).count();
    (hours.len() + now) as u64
}
