//! Clusters that began with a deploy.
//!
//! A cluster began with a value when no entry of it is older than the value, when all of its entries that carry the field
//! carry this value or later ones, and when neither is an accident:
//!
//! - It was silent for all the time `W` that was looked at before, and has been active in `n` moments of the time `A` from
//!   there to its last entry. Had its rate been the same all along, the chance that all of them fell behind the beginning
//!   would be `(A / (A + W))^(n − 1)`: the conditional test of two Poisson rates (Przyborowski and Wilenski, "Homogeneity of
//!   results in testing samples from Poisson series", Biometrika 31, 1940) with nothing before. It must be below 1 in 10,000.
//!   What comes in one burst is one moment: five minutes of this run (of those that follow each other, each two), an hour of
//!   an earlier one.
//! - Were it one incident that can begin at any time, the chance that it did so no later behind one of `m` deploys than it
//!   did would be `m·d` of all the time that was looked at, with `d` from the value's beginning to its own. It must be below 1 in 50.
//! - It did not keep still after the value began for longer than a roll-out takes (half an hour), or than its own pace lets
//!   one expect. Otherwise it is something else that it began with.

use std::collections::BTreeSet;

use super::super::{Baseline, HOUR, PastCluster, PastDeploy};
use super::{Began, Deploys, Field, float, is_no_accident, real};
use crate::entry::Timestamp;
use crate::tally::ListMap;

/// The chance below which a beginning is no accident.
const CHANCE: f64 = 1e-4;
/// The chance below which a beginning behind a deploy is no coincidence.
const COINCIDENCE: f64 = 0.02;
/// Seconds of a moment.
const MOMENT: i64 = 300;
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
        let last = sightings(baseline).filter_map(|cluster| cluster.last_seen).max()?;
        let before = self.watched.between(i64::MIN, at);
        let since = self.watched.between(at, last.seconds()).max(1);
        let others = moments_of(baseline).saturating_sub(1);
        if before == 0 || real(others) * (float(since) / float(since + before)).ln() > CHANCE.ln() {
            return None;
        }
        let still = self.watched.between(at, first.seconds());
        let deploys = field.values.values().filter(|known| known.began.is_some()).count() as u64;
        if real(deploys) * float(still) > COINCIDENCE * float(self.watched.between(i64::MIN, self.end)) {
            return None;
        }
        let is_late = still > ROLL_OUT && is_no_accident(since - still, still, others);
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
pub(super) fn carried(deploys: &ListMap<String, Vec<PastDeploy>>, field: &str) -> u64 {
    deploys.get(field).into_iter().flatten().fold(0, |sum, deploy| sum.saturating_add(deploy.count))
}

/// The moments in which it had entries: hours of earlier runs, and minutes of this one, where its timeline is so fine.
fn moments_of(baseline: &Baseline) -> u64 {
    let mut active = BTreeSet::new();
    for seen in baseline.seen() {
        active.extend(seen.cluster.hourly.keys().map(|hour| hour.seconds()));
        if seen.cluster.hourly.is_empty() {
            active.insert(seen.cluster.last_seen.unwrap_or(seen.run.at).seconds().div_euclid(HOUR) * HOUR);
        }
    }
    let timeline = &baseline.now.timeline;
    let start = timeline.start.map_or(0, Timestamp::seconds);
    let width = i64::try_from(timeline.bucket_seconds).unwrap_or(0);
    let now = (0..).zip(&timeline.counts).filter(|(_, count)| **count > 0);
    moments(active) + moments(now.map(|(at, _)| start.saturating_add(width * at)))
}

/// The moments of spans that were active, given by their beginnings in seconds, the earliest first. A burst does not keep to
/// the bounds of spans: of [`MOMENT`]s that follow each other, each two count as one.
pub(super) fn moments(active: impl IntoIterator<Item = i64>) -> u64 {
    let (mut moments, mut latest, mut is_counted) = (0, i64::MIN, false);
    for moment in active.into_iter().map(|at| at.div_euclid(MOMENT)) {
        if moment == latest {
            continue;
        }
        is_counted = !(is_counted && moment == latest.saturating_add(1));
        latest = moment;
        moments += u64::from(is_counted);
    }
    moments
}
