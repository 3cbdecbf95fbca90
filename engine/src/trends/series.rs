//! The clusters of a history: what runs saw of one trouble, under whatever id.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::detail::detail;
use super::{ClusterTrend, OtherLock, SCHEMA, Trends};
use crate::baseline::{History, Lock, PastCluster, Recall};
use crate::entry::Timestamp;
use crate::id::{Fingerprint, is_former};
use crate::pack::{Definition, Pack};
use crate::report::SeverityBy;

/// Whose runs a history holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// The name of the pack.
    pub pack: String,
    /// The project that it names.
    pub project: Option<String>,
    /// The service that it names.
    pub service: Option<String>,
}

/// One trouble: a cluster with its former ids.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// The id: that of today's definition, else the one that was written down.
    pub id: String,
    /// Its former ids, as the pack has them.
    pub was: Vec<String>,
    /// The values that tell it from others of its definition.
    pub group: BTreeMap<String, String>,
    /// Its identities: its own, then those of its former ids.
    pub fingerprints: Vec<Fingerprint>,
    /// Its title when it was last seen.
    pub title: String,
    /// Runs that saw it.
    pub runs_seen: u64,
    /// When the first and the last of them ran.
    pub span: (Timestamp, Timestamp),
    /// What a person has laid down.
    pub lock: Option<Lock>,
}

/// A history, in clusters.
#[derive(Debug)]
pub struct Known {
    scope: Scope,
    recall: Recall,
    /// By id and group.
    pub(super) series: Vec<Series>,
    /// What was laid down for clusters that no run saw which is kept.
    pub(super) other_locks: BTreeMap<Fingerprint, Lock>,
}

impl Known {
    /// What a history knows of runs before a time; the pack says which ids others had been before.
    #[must_use]
    pub fn new(pack: &Pack, history: &Arc<History>, before: Timestamp) -> Self {
        let recall = Recall::new(history, before);
        let mut found: BTreeMap<Fingerprint, Identity> = BTreeMap::new();
        for (fingerprint, seen) in recall.clusters() {
            let one = Identity::of(pack, fingerprint, seen.cluster);
            if let Some(own) = one.fingerprints.first().cloned() {
                found.entry(own).or_insert(one);
            }
        }
        let mut series: Vec<Series> = found.into_values().filter_map(|one| one.told(&recall, history)).collect();
        series.sort_by(|a, b| (&a.id, &a.group, &a.fingerprints).cmp(&(&b.id, &b.group, &b.fingerprints)));
        let known: BTreeSet<&Fingerprint> = series.iter().flat_map(|one| &one.fingerprints).collect();
        let others = history.locks.iter().filter(|(fingerprint, _)| !known.contains(fingerprint));
        let other_locks = others.map(|(fingerprint, lock)| (fingerprint.clone(), lock.clone())).collect();
        let scope = Scope { pack: pack.name.clone(), project: pack.project.clone(), service: pack.service.clone() };
        Self { scope, recall, series, other_locks }
    }

    /// How many runs there are.
    #[must_use]
    pub fn runs(&self) -> u64 {
        self.recall.runs().count() as u64
    }

    /// The clusters, by id and group.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// All clusters, with the counts of so many runs at most.
    #[must_use]
    pub fn overview(&self, runs: usize) -> Trends {
        let mut clusters: Vec<ClusterTrend> = self.series.iter().filter_map(|one| self.trend(one, runs)).collect();
        clusters.sort_by(|a, b| {
            let seen = |cluster: &ClusterTrend| cluster.last_seen.unwrap_or(cluster.last_run);
            (a.severity, seen(b), &a.id, &a.group).cmp(&(b.severity, seen(a), &b.id, &b.group))
        });
        self.trends(clusters)
    }

    /// One cluster, run by run, so many runs at most.
    #[must_use]
    pub fn detailed(&self, series: &Series, runs: usize) -> Trends {
        let cluster = self.trend(series, runs);
        let detail = detail(&self.recall, &series.fingerprints, runs);
        self.trends(cluster.map(|cluster| ClusterTrend { detail: Some(detail), ..cluster }).into_iter().collect())
    }

    fn trends(&self, clusters: Vec<ClusterTrend>) -> Trends {
        let locks = self.other_locks.iter();
        Trends {
            schema: SCHEMA,
            scope: self.scope.clone(),
            runs_known: self.runs(),
            first_run: self.recall.runs().next().map(|run| run.at),
            last_run: self.recall.runs().next_back().map(|run| run.at),
            clusters_known: self.series.len() as u64,
            clusters,
            other_locks: locks
                .map(|(fingerprint, lock)| OtherLock { fingerprint: fingerprint.clone(), lock: lock.clone() })
                .collect(),
        }
    }

    fn trend(&self, series: &Series, runs: usize) -> Option<ClusterTrend> {
        let known = self.recall.known(&series.fingerprints)?;
        let standing = self.recall.standing(&series.fingerprints)?;
        let latest = known.previous()?;
        let cluster = latest.cluster;
        let (severity, severity_by, severity_reason) = match &series.lock {
            Some(lock) => (lock.severity, SeverityBy::Person, Some(lock.reason.clone())),
            None => (cluster.severity, cluster.severity_by, cluster.severity_reason.clone()),
        };
        // The last of them is the run that was put in the place of the present one.
        let cut = runs.saturating_add(1);
        let (mut counts, mut rates) = (known.counts(cut), known.rates(cut));
        counts.pop();
        rates.pop();
        let former = series.fingerprints.get(1..).unwrap_or_default().iter();
        Some(ClusterTrend {
            id: series.id.clone(),
            group: series.group.clone(),
            fingerprint: series.fingerprints.first()?.clone(),
            former: former
                .filter(|former| self.recall.known(std::slice::from_ref(*former)).is_some())
                .cloned()
                .collect(),
            title: series.title.clone(),
            severity,
            severity_by,
            severity_reason,
            is_locked: series.lock.is_some(),
            state: standing.state(),
            quiet_since: standing.quiet_since(),
            runs_seen: known.runs_seen(),
            runs_missed: known.runs_missed(),
            days_seen: known.days_seen(),
            first_ever_seen: known.first_ever_seen(),
            last_seen: cluster.last_seen,
            last_run: latest.run.at,
            count: cluster.count,
            rate_per_hour: cluster.rate_per_hour,
            counts,
            rates,
            issue: known.issue(),
            action: cluster.action,
            detail: None,
        })
    }
}

/// Which cluster a sighting is of, today.
struct Identity {
    id: String,
    was: Vec<String>,
    fingerprints: Vec<Fingerprint>,
}

impl Identity {
    fn of(pack: &Pack, fingerprint: &Fingerprint, cluster: &PastCluster) -> Self {
        let group: Vec<(&str, &str)> =
            cluster.group.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let is_it = |it: &&Definition| it.id == cluster.id || it.was.iter().any(|was| is_former(was, &cluster.id));
        let definition = pack.definitions.iter().find(is_it);
        let known = definition.map(|it| {
            let ids = std::iter::once(&it.id).chain(&it.was);
            let fingerprints = ids.map(|id| Fingerprint::new(&pack.name, id, &group)).collect();
            Self { id: it.id.clone(), was: it.was.clone(), fingerprints }
        });
        // What was written down in another way stays by itself.
        known.filter(|known| known.fingerprints.contains(fingerprint)).unwrap_or_else(|| Self {
            id: cluster.id.clone(),
            was: Vec::new(),
            fingerprints: vec![fingerprint.clone()],
        })
    }

    /// With what the runs know of it.
    fn told(self, recall: &Recall, history: &History) -> Option<Series> {
        let known = recall.known(&self.fingerprints)?;
        let (first, last) = (known.seen().next()?, known.previous()?);
        Some(Series {
            group: last.cluster.group.clone(),
            title: last.cluster.title.clone(),
            runs_seen: known.runs_seen(),
            span: (first.run.at, last.run.at),
            lock: self.fingerprints.iter().find_map(|fingerprint| history.locks.get(fingerprint)).cloned(),
            id: self.id,
            was: self.was,
            fingerprints: self.fingerprints,
        })
    }
}
