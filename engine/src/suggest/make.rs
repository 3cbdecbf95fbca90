//! Definitions for unknown clusters, from entries that are looked at again and again.

use std::collections::BTreeSet;

use super::owner::Owners;
use super::probe::{Primaries, Probe, Probed};
use super::trial::{Queries, Trials};
use super::witnesses::Witnesses;
use super::{SCHEMA, Suggestions, Target, Wanted, suggestion, targets, unasked};
use crate::classify::Classifier;
use crate::redact::RedactedBatch;
use crate::report::Report;

/// What looks at every entry. Merges in any order to the same.
pub trait Look: Send {
    /// Looks at the entries of a batch.
    fn look(&mut self, batch: &RedactedBatch<'_>);

    /// Takes up what another of its kind has seen.
    fn merge(&mut self, other: Self);
}

/// The entries of a report, which can be looked at more than once: the same each time.
pub trait Entries {
    /// Lets every entry be looked at, by one that `new` makes or by many that are merged.
    fn all<L: Look>(&mut self, new: impl Fn() -> L + Sync) -> L;
}

/// Definitions for the clusters of a report that are wanted; `is_above` if they are for a pack that builds on the one at hand.
/// None has an id among `taken`.
///
/// The entries are looked at once for a few whole ones of each cluster, once (now and then twice) for what tells clusters from
/// others, and once to try what was made.
pub fn suggestions(
    classifier: &Classifier<'_>,
    report: &Report,
    wanted: &Wanted,
    (is_above, mut taken): (bool, BTreeSet<String>),
    entries: &mut impl Entries,
) -> Suggestions {
    let pack = classifier.pack();
    let owners = Owners::new(classifier, report);
    let (places, left_out) = targets(report, wanted);
    let mut made = empty(classifier, report, left_out);
    made.not_asked_for = unasked(report, wanted);
    if places.is_empty() {
        return made;
    }
    let records = entries.all(|| Witnesses::new(&owners, &places)).records();
    let all = places.iter().zip(records);
    let all: Vec<Target<'_>> =
        all.filter_map(|(at, records)| Some(Target::new(*at, report.clusters.get(*at)?, records, pack))).collect();
    let (mut targets, mute): (Vec<_>, Vec<_>) = all.into_iter().partition(Target::can_be_asked_for);
    made.not_asked_for.extend(mute.iter().map(|target| target.cluster.id.clone()));
    let probed = probed(&owners, &mut targets, entries);
    let queries = Queries::of(&targets);
    let trials = entries.all(|| Trials::new(&owners, &queries));
    let counts: Vec<u64> = targets.iter().map(|target| target.cluster.count).collect();
    for ((target, probed), outcome) in targets.iter().zip(&probed).zip(trials.outcomes(&counts)) {
        match suggestion(target, probed, outcome, (&owners, is_above), &taken) {
            Some(suggestion) => {
                taken.insert(suggestion.id.clone());
                made.suggestions.push(suggestion);
            }
            None => made.not_asked_for.push(target.cluster.id.clone()),
        }
    }
    made
}

/// What tells the clusters from others. What turns out not to be true of all of a cluster's entries is left out, and then all is
/// looked at once more.
fn probed(owners: &Owners<'_>, targets: &mut [Target<'_>], entries: &mut impl Entries) -> Vec<Probed> {
    loop {
        let primaries = Primaries::of(targets);
        let shared: &[Target<'_>] = targets;
        let probed = entries.all(|| Probe::new(owners, shared, &primaries)).found();
        let was_blind = targets.iter_mut().zip(&probed).map(|(target, probed)| target.choose(probed));
        // Each time something is left out, so that this ends.
        if !was_blind.fold(false, |any, was_blind| any | was_blind) {
            return probed;
        }
    }
}

fn empty(classifier: &Classifier<'_>, report: &Report, left_out: u64) -> Suggestions {
    Suggestions {
        schema: SCHEMA,
        pack: report.pack.clone(),
        captures: report.source.captures.clone(),
        attention: classifier.pack().attention.name(),
        entries: report.entries,
        suggestions: Vec::new(),
        not_asked_for: Vec::new(),
        left_out,
        notes: report.notes.clone(),
    }
}
