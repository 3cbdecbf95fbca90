//! Mutes: whose clusters, or which entries, nothing is to be done about until a time.
//!
//! What a mute is about shows only in part while entries are counted: [`EntryMutes`] holds entries of clusters against the
//! queries of mutes, and [`MuteCounts`] keep how many of a cluster each one matches. They know no clock. [`Mutes`] then say
//! at the end of a run, by its `now`, which clusters are muted, and which mutes are over or were for nothing.

mod remark;

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::{Candidates, Prefilter};
use crate::entry::{Entry, Timestamp};
use crate::pack::{Mute, MuteTarget, Pack};
use crate::query::Query;
use crate::report::{Muted, PartlyMuted};
use crate::tally::{Merge, group_value};

pub use remark::{expired, lint};

/// Mutes of some entries of a cluster that are told of.
const IN_PART: usize = 20;

/// How many entries of a cluster each mute matches, by the mute's place among the pack's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MuteCounts(BTreeMap<usize, u64>);

impl Merge for MuteCounts {
    fn merge(&mut self, other: Self) {
        for (at, count) in other.0 {
            *self.0.entry(at).or_default() += count;
        }
    }
}

/// The mutes that are about entries, ready for being asked.
#[derive(Debug)]
pub struct EntryMutes<'p> {
    /// Their places among the pack's.
    mutes: Vec<usize>,
    prefilter: Prefilter<'p>,
    candidates: Candidates,
}

impl<'p> EntryMutes<'p> {
    /// Those of a pack.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        let mutes: Vec<(usize, &[Query])> = (pack.mutes.iter().enumerate())
            .filter_map(|(at, mute)| match &mute.target {
                MuteTarget::Entries(queries) => Some((at, queries.as_slice())),
                MuteTarget::Cluster { .. } => None,
            })
            .collect();
        let prefilter = Prefilter::new(mutes.iter().map(|(_, queries)| *queries));
        let candidates = prefilter.room();
        let mutes = mutes.into_iter().map(|(at, _)| at).collect();
        Self { mutes, prefilter, candidates }
    }

    /// Counts an entry of a cluster for each mute that matches it.
    pub fn count(&mut self, entry: &Entry<'_>, counts: &mut MuteCounts) {
        if self.mutes.is_empty() {
            return;
        }
        self.prefilter.candidates(entry, &mut self.candidates);
        let mut from = 0;
        while let Some(mute) = self.prefilter.next(&self.candidates, from) {
            if let Some(at) = self.mutes.get(mute)
                && self.prefilter.matches(&mut self.candidates, mute, entry)
            {
                *counts.0.entry(*at).or_default() += 1;
            }
            from = mute + 1;
        }
    }
}

/// The mutes of a run.
#[derive(Debug)]
pub struct Mutes<'p> {
    mutes: &'p [Mute],
    now: Timestamp,
    /// Those that have matched something.
    used: BTreeSet<usize>,
}

impl<'p> Mutes<'p> {
    /// Those of a pack, at a run's `now`.
    #[must_use]
    pub fn new(pack: &'p Pack, now: Timestamp) -> Self {
        Self { mutes: &pack.mutes, now, used: BTreeSet::new() }
    }

    /// None at all.
    #[must_use]
    pub fn none(now: Timestamp) -> Self {
        Self { mutes: &[], now, used: BTreeSet::new() }
    }

    /// The mute that holds for a cluster, of several the one that ends last; and those that hold for some of its entries.
    pub fn of_cluster(
        &mut self,
        id: &str,
        group: &BTreeMap<String, String>,
        (count, counts): (u64, &MuteCounts),
    ) -> (Option<Muted>, Vec<PartlyMuted>) {
        let mut whole: Option<&Mute> = None;
        let mut parts = Vec::new();
        for (at, mute) in self.mutes.iter().enumerate() {
            let matched = match &mute.target {
                MuteTarget::Cluster { id: muted, group: wanted } => {
                    let is_of_group =
                        wanted.iter().all(|(name, value)| group.get(name).is_some_and(|own| is_same(own, value)));
                    if muted == id && is_of_group { count } else { 0 }
                }
                MuteTarget::Entries(_) => counts.0.get(&at).copied().unwrap_or(0),
            };
            if matched == 0 {
                continue;
            }
            self.used.insert(at);
            if mute.until <= self.now {
                continue;
            }
            if matched < count {
                parts.push(PartlyMuted { entries: matched, by: muted(mute) });
            } else if whole.is_none_or(|other| other.until < mute.until) {
                whole = Some(mute);
            }
        }
        if whole.is_some() {
            parts.clear();
        }
        parts.truncate(IN_PART);
        (whole.map(muted), parts)
    }

    /// Remarks on those that are over, and on those that matched nothing in this run.
    #[must_use]
    pub fn remarks(&self) -> Vec<String> {
        let all = self.mutes.iter().enumerate();
        all.filter_map(|(at, mute)| remark::of(mute, self.now, self.used.contains(&at))).collect()
    }
}

/// Whether a group's value is the one that a mute names, which clusters may have cut.
fn is_same(own: &str, named: &str) -> bool {
    own == named || own == group_value(named)
}

fn muted(mute: &Mute) -> Muted {
    Muted { until: mute.until, reason: mute.reason.clone(), owner: mute.owner.clone(), place: mute.place.clone() }
}

#[cfg(test)]
mod tests;
