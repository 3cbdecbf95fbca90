//! What earlier runs knew of a cluster, and what it has done since: the history of all clusters, and of it the part that
//! concerns one, its [`Baseline`].
//!
//! A history is a value. Where it is stored, and how far back it goes, is the program's business. Everything that is worked
//! out of it here depends on nothing else than that value, the run's own statistics and its `now`: there is no state that
//! one run hands on to the next beside what is written down in [`History`].

mod deploys;
mod facets;
mod forecast;
mod history;
mod hours;
mod metrics;
mod record;
mod standing;
mod state;
mod watched;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ClusterDeploy, FacetChange, Forecast, Window};
use crate::severity::Severity;
use crate::tally::Timeline;
use deploys::Deploys;
use hours::Hours;

pub use crate::report::SeverityBy;
pub use history::{History, Lock, PastCluster, PastDeploy, PastFacet, PastMetric, PastRun};
pub use metrics::{Direction, Reading, Worsening};
pub use state::Quiet;

/// Runs that are looked at, the latest: more than a month of hourly ones.
const RUNS: usize = 1_000;
/// Seconds of an hour.
const HOUR: i64 = 3_600;
/// Seconds of a day.
const DAY: i64 = 86_400;

/// The history as one run looks into it: what is of its own time or later is left out.
#[derive(Debug)]
pub struct Recall {
    history: Arc<History>,
    /// The runs, oldest first, as places in the history.
    order: Arc<[usize]>,
    /// Where each cluster was seen: places in `order`, and in the run's clusters.
    places: BTreeMap<Fingerprint, Vec<(usize, usize)>>,
    deploys: Arc<Deploys>,
}

impl Recall {
    /// What there is to be known at `now`. A run of the same time is this run itself, done before.
    #[must_use]
    pub fn new(history: &Arc<History>, now: Timestamp) -> Self {
        let mut order: Vec<usize> = (0..history.runs.len()).collect();
        order.retain(|at| history.runs.get(*at).is_some_and(|run| run.at < now));
        order.sort_by_key(|at| history.runs.get(*at).map(|run| run.at));
        order.drain(..order.len().saturating_sub(RUNS));
        let mut places: BTreeMap<Fingerprint, Vec<(usize, usize)>> = BTreeMap::new();
        for (place, run) in order.iter().filter_map(|at| history.runs.get(*at)).enumerate() {
            for (at, cluster) in run.clusters.iter().enumerate() {
                places.entry(cluster.fingerprint.clone()).or_default().push((place, at));
            }
        }
        Self { history: Arc::clone(history), order: order.into(), places, deploys: Arc::default() }
    }

    /// What is known of a cluster that has any of these identities (its own first, then those of its former ids), and that
    /// this run sees as `now`.
    #[must_use]
    pub fn baseline(&self, fingerprints: &[Fingerprint], now: Sighting) -> Baseline {
        let mut seen = BTreeMap::new();
        for fingerprint in fingerprints.iter().rev() {
            seen.extend(self.places.get(fingerprint).into_iter().flatten().copied());
        }
        let lock = fingerprints.iter().find_map(|fingerprint| self.history.locks.get(fingerprint)).cloned();
        Baseline {
            history: Arc::clone(&self.history),
            order: Arc::clone(&self.order),
            seen: seen.into_iter().collect(),
            now,
            closed_at: None,
            lock,
            deploys: Arc::clone(&self.deploys),
            hours: OnceLock::new(),
            forecast: OnceLock::new(),
            changes: OnceLock::new(),
            deploy: OnceLock::new(),
        }
    }

    /// The runs that saw the cluster of one identity, oldest first.
    fn sightings(&self, fingerprint: &Fingerprint) -> impl Iterator<Item = Seen<'_>> {
        let places = self.places.get(fingerprint).into_iter().flatten();
        places.filter_map(|(place, at)| seen_at(&self.history, &self.order, *place, *at))
    }

    /// The clusters that history knows, each as its latest run saw it.
    fn latest(&self) -> impl Iterator<Item = (&Fingerprint, Seen<'_>)> {
        self.places.iter().filter_map(|(fingerprint, places)| {
            let (place, at) = places.last()?;
            Some((fingerprint, seen_at(&self.history, &self.order, *place, *at)?))
        })
    }
}

fn seen_at<'h>(history: &'h History, order: &[usize], place: usize, at: usize) -> Option<Seen<'h>> {
    let run = history.runs.get(*order.get(place)?)?;
    Some(Seen { run, cluster: run.clusters.get(at)? })
}

/// An earlier run that saw the cluster.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'h> {
    /// The run.
    pub run: &'h PastRun,
    /// What it saw.
    pub cluster: &'h PastCluster,
}

/// What this run sees of the cluster.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// The run's `now`.
    pub at: Timestamp,
    /// The time that it looked at.
    pub window: Window,
    /// What it sees; its severity is the declared one, for nothing has been judged yet.
    pub cluster: PastCluster,
    /// When each value of each facet was seen.
    pub values: BTreeMap<String, BTreeMap<String, Span>>,
    /// Its entries by time, as finely as they were counted.
    pub timeline: Timeline,
}

/// The first and the last time at which something was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub first: Option<Timestamp>,
    /// The last.
    pub last: Option<Timestamp>,
}

/// The memory of one cluster, and what this run sees of it.
#[derive(Debug)]
pub struct Baseline {
    history: Arc<History>,
    order: Arc<[usize]>,
    /// The runs that saw it, oldest first: places in `order`, and in the run's clusters.
    seen: Vec<(usize, usize)>,
    now: Sighting,
    /// When its issue was closed as done, where it was.
    closed_at: Option<Timestamp>,
    lock: Option<Lock>,
    deploys: Arc<Deploys>,
    hours: OnceLock<Hours>,
    forecast: OnceLock<Option<Forecast>>,
    changes: OnceLock<BTreeMap<String, FacetChange>>,
    deploy: OnceLock<Option<ClusterDeploy>>,
}

impl Baseline {
    /// The same, its issue having been closed as done at that time.
    #[must_use]
    pub fn closed(self, at: Option<Timestamp>) -> Self {
        Self { closed_at: at, ..self }
    }

    /// The same, a person having laid down its severity.
    #[must_use]
    pub fn locked(self, lock: Option<Lock>) -> Self {
        Self { lock: lock.or(self.lock), ..self }
    }

    /// Whether no earlier run saw it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Whether there is no history at all, so that nothing can be said of any cluster.
    #[must_use]
    pub fn is_without_history(&self) -> bool {
        self.order.is_empty()
    }

    /// What this run sees.
    #[must_use]
    pub fn now(&self) -> &Sighting {
        &self.now
    }

    /// The runs that history knows, oldest first, whether they saw it or not.
    pub fn runs(&self) -> impl DoubleEndedIterator<Item = &PastRun> {
        self.order.iter().filter_map(|at| self.history.runs.get(*at))
    }

    /// The runs that saw it, oldest first.
    pub fn seen(&self) -> impl DoubleEndedIterator<Item = Seen<'_>> {
        self.seen.iter().filter_map(|(place, at)| seen_at(&self.history, &self.order, *place, *at))
    }

    /// How many runs history knows.
    #[must_use]
    pub fn runs_known(&self) -> u64 {
        self.order.len() as u64
    }

    /// Runs that saw it before this one.
    #[must_use]
    pub fn runs_seen(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Runs in which it was missing since the latest that saw it.
    #[must_use]
    pub fn runs_missed(&self) -> u64 {
        let latest = self.seen.last().map_or(0, |(place, _)| place + 1);
        self.order.len().saturating_sub(latest) as u64
    }

    /// The latest run that saw it.
    #[must_use]
    pub fn previous(&self) -> Option<Seen<'_>> {
        self.seen().next_back()
    }

    /// The run so many back (1 is the one before this one), if it saw it.
    #[must_use]
    pub fn run_back(&self, runs: usize) -> Option<Seen<'_>> {
        let place = self.order.len().checked_sub(runs).filter(|_| runs > 0)?;
        let at = self.seen.binary_search_by_key(&place, |(place, _)| *place).ok()?;
        let (place, at) = self.seen.get(at)?;
        seen_at(&self.history, &self.order, *place, *at)
    }

    /// The earliest entry that any run saw.
    #[must_use]
    pub fn first_ever_seen(&self) -> Option<Timestamp> {
        let first = |cluster: &PastCluster| cluster.first_ever_seen.into_iter().chain(cluster.first_seen).min();
        let earlier = self.seen().filter_map(|seen| first(seen.cluster).or(Some(seen.run.at)));
        earlier.chain(self.now.cluster.first_seen).min()
    }

    /// Entries of each run, the oldest first and this one last; 0 where a run did not see it. At most `runs` of them.
    #[must_use]
    pub fn counts(&self, runs: usize) -> Vec<u64> {
        self.each_run(runs, |cluster| cluster.count)
    }

    /// Entries an hour of each run, as [`Self::counts`] has them.
    #[must_use]
    pub fn rates(&self, runs: usize) -> Vec<f64> {
        self.each_run(runs, |cluster| cluster.rate_per_hour)
    }

    fn each_run<T: Default + Clone>(&self, runs: usize, value: impl Fn(&PastCluster) -> T) -> Vec<T> {
        let mut all = vec![T::default(); self.order.len()];
        for ((place, _), seen) in self.seen.iter().zip(self.seen()) {
            if let Some(slot) = all.get_mut(*place) {
                *slot = value(seen.cluster);
            }
        }
        all.push(value(&self.now.cluster));
        all.drain(..all.len().saturating_sub(runs.max(1)));
        all
    }

    /// The number of its issue, as the latest run that knew one has it.
    #[must_use]
    pub fn issue(&self) -> Option<u64> {
        self.seen().rev().find_map(|seen| seen.cluster.issue)
    }

    /// Whether its issue says what the program has made it say, as far as history knows.
    #[must_use]
    pub fn is_issue_severity_ours(&self) -> bool {
        let written = self.seen().rev().find(|seen| seen.cluster.issue_severity.is_some());
        written.is_some_and(|seen| seen.cluster.is_issue_severity_ours)
    }

    /// What its issue last said, as far as history knows.
    #[must_use]
    pub fn issue_severity(&self) -> Option<Severity> {
        self.seen().rev().find_map(|seen| seen.cluster.issue_severity)
    }

    /// The severity that a person has laid down, if one has: by a lock, or in the latest run that saw it.
    #[must_use]
    pub fn lock(&self) -> Option<Lock> {
        let by_person = || {
            let cluster = self.previous()?.cluster;
            let reason = cluster.severity_reason.clone().unwrap_or_else(|| "a person".to_owned());
            (cluster.severity_by == SeverityBy::Person).then_some(Lock { severity: cluster.severity, reason })
        };
        self.lock.clone().or_else(by_person)
    }

    /// Whether it has an entry later than the latest that the run before knew. Without times nobody can tell, so it has.
    #[must_use]
    pub fn has_news(&self) -> bool {
        match (self.previous().and_then(|seen| seen.cluster.last_seen), self.now.cluster.last_seen) {
            (Some(before), Some(now)) => now > before,
            _ => true,
        }
    }

    /// Whether all its entries are later than the latest that the run before knew.
    #[must_use]
    pub fn is_all_news(&self) -> bool {
        let before = self.previous().and_then(|seen| seen.cluster.last_seen);
        before.zip(self.now.cluster.first_seen).is_some_and(|(before, first)| first > before)
    }

    /// Its entries by hour, in all the hours that runs have looked at.
    fn hours(&self) -> &Hours {
        self.hours.get_or_init(|| hours::hours(self))
    }

    /// The deploy that it began with, or that changed its rate.
    #[must_use]
    pub fn deploy(&self) -> Option<&ClusterDeploy> {
        self.deploy.get_or_init(|| self.deploys.of(self)).as_ref()
    }

    /// How its rate compares with what was to be expected; nothing where it was never seen before.
    #[must_use]
    pub fn forecast(&self) -> Option<&Forecast> {
        self.forecast.get_or_init(|| forecast::forecast(self)).as_ref()
    }
}

#[cfg(test)]
mod tests;
