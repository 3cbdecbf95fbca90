//! From what a run has seen to what the next run shall know of it.

use std::collections::{BTreeMap, BTreeSet};

use super::{History, PastCluster, PastDeploy, PastFacet, PastMetric, PastRun, Sighting, Span};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{ActionKind, Cluster, Origin, Report, Window};
use crate::severity::Severity;
use crate::tally::{FacetStats, FacetValue, ListMap, MetricStats, Stats};

/// Values of a facet that are kept.
const VALUES: usize = 64;

impl Sighting {
    /// What a run sees of a cluster, from its statistics. `hourly` are its entries by hour.
    #[must_use]
    pub fn of(
        fingerprint: Fingerprint,
        stats: &Stats,
        hourly: ListMap<Timestamp, u64>,
        rate_per_hour: f64,
        (window, at): (Window, Timestamp),
    ) -> Self {
        let spans = |facet: &FacetStats| {
            let values = facet.values.iter();
            values.map(|v| (v.value.clone(), Span { first: v.first_seen, last: v.last_seen })).collect()
        };
        let mut cluster = PastCluster::new(fingerprint, "", Severity::P5);
        cluster.count = stats.count;
        cluster.rate_per_hour = rate_per_hour;
        (cluster.first_seen, cluster.last_seen) = (stats.first_seen, stats.last_seen);
        cluster.hourly = hourly;
        cluster.metrics = stats.metrics.iter().map(|(name, metric)| (name.clone(), metric.into())).collect();
        cluster.facets = stats.facets.iter().map(|(name, facet)| (name.clone(), PastFacet::all(facet))).collect();
        cluster.deploys = PastDeploy::all(&stats.deploys);
        let values = stats.facets.iter().map(|(name, facet)| (name.clone(), spans(facet))).collect();
        Self { at, window, cluster, values, timeline: stats.timeline.clone() }
    }
}

impl PastRun {
    /// What is to be remembered of a run, nothing having been written to any issue yet: an issue says what it said before.
    #[must_use]
    pub fn of(report: &Report) -> Self {
        Self {
            at: report.generated,
            window: looked_at(report),
            deploys: deploys(report),
            clusters: report.clusters.iter().map(PastCluster::of).collect(),
        }
    }
}

/// What a run has looked at: of what was yet to come when it ran, whatever its window, nothing.
fn looked_at(report: &Report) -> Window {
    let past = |time: Option<Timestamp>| time.map(|time| time.min(report.generated));
    Window { from: past(report.window.from), to: past(report.window.to) }
}

impl PastCluster {
    /// What is to be remembered of a cluster, nothing having been written to its issue yet.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        let issue = cluster.action.issue.as_ref();
        Self {
            fingerprint: cluster.fingerprint.clone(),
            id: cluster.id.clone(),
            group: cluster.group.clone(),
            title: cluster.title.clone(),
            template: cluster
                .mined
                .as_ref()
                .filter(|mined| mined.is_of_messages && cluster.origin == Origin::Template)
                .map(|_| cluster.pattern.clone()),
            count: cluster.count,
            rate_per_hour: cluster.rate_per_hour,
            first_seen: cluster.first_seen,
            first_ever_seen: cluster.trend.as_ref().and_then(|trend| trend.first_ever_seen).or(cluster.first_seen),
            last_seen: cluster.last_seen,
            hourly: cluster.hourly.clone(),
            severity: cluster.severity,
            severity_by: cluster.severity_by,
            severity_reason: cluster.severity_reason.clone(),
            metrics: cluster.metrics.iter().map(|(name, metric)| (name.clone(), metric.into())).collect(),
            facets: cluster.facets.iter().map(|(name, facet)| (name.clone(), PastFacet::kept(facet))).collect(),
            deploys: PastDeploy::all(&cluster.deploys),
            action: Some(cluster.action.kind),
            issue: issue.and_then(|issue| issue.number),
            issue_severity: cluster.action.from,
            is_issue_severity_ours: cluster.action.is_own_word,
        }
    }

    /// The action on its issue was carried out: the issue has this number, and says this severity. Only an action that writes
    /// that makes it ours: who adds what is new leaves the word of people what it is.
    pub fn carried_out(&mut self, kind: ActionKind, issue: u64, says: Option<Severity>) {
        self.is_issue_severity_ours |= !matches!(kind, ActionKind::Update | ActionKind::None);
        self.issue = Some(issue);
        self.issue_severity = says;
    }
}

/// The values of a run's fields.
fn deploys(report: &Report) -> ListMap<String, Vec<PastDeploy>> {
    let mut fields: BTreeMap<String, Vec<PastDeploy>> = BTreeMap::new();
    for deploy in &report.deploys {
        fields.entry(deploy.field.clone()).or_default().push(PastDeploy {
            value: deploy.value.clone(),
            count: deploy.count,
            first_seen: deploy.first_seen,
            last_seen: deploy.last_seen,
        });
    }
    fields.into_iter().collect()
}

impl PastDeploy {
    /// The values of all fields. Of a field with too many values to be kept nothing is remembered: it is no revision.
    pub(super) fn all(fields: &ListMap<String, FacetStats>) -> ListMap<String, Vec<Self>> {
        let value = |value: &FacetValue| Self {
            value: value.value.clone(),
            count: value.count,
            first_seen: value.first_seen,
            last_seen: value.last_seen,
        };
        let whole = fields.iter().filter(|(_, values)| values.exact);
        whole.map(|(field, values)| (field.clone(), values.values.iter().map(value).collect())).collect()
    }
}

impl PastFacet {
    fn all(facet: &FacetStats) -> Self {
        Self { values: facet.values.iter().map(|value| value.value.clone()).collect(), is_cut: !facet.exact }
    }

    fn kept(facet: &FacetStats) -> Self {
        let mut all = Self::all(facet);
        all.is_cut |= all.values.len() > VALUES;
        all.values.truncate(VALUES);
        all
    }
}

impl From<&MetricStats> for PastMetric {
    fn from(metric: &MetricStats) -> Self {
        Self { count: metric.count, last: metric.last, min: metric.min, max: metric.max, mean: metric.mean }
    }
}

impl History {
    /// The templates of the messages of clusters that no definition knew.
    #[must_use]
    pub fn templates(&self) -> BTreeSet<&str> {
        let clusters = self.runs.iter().flat_map(|run| &run.clusters);
        clusters.filter_map(|cluster| cluster.template.as_deref()).collect()
    }

    /// The severities that the latest runs made issues say, by the number of the issue and the cluster that it was done for.
    #[must_use]
    pub fn written(&self) -> BTreeMap<u64, BTreeMap<Fingerprint, Severity>> {
        let mut runs: Vec<&PastRun> = self.runs.iter().collect();
        runs.sort_by_key(|run| run.at);
        let mut written: BTreeMap<u64, BTreeMap<Fingerprint, Severity>> = BTreeMap::new();
        for cluster in runs.into_iter().flat_map(|run| &run.clusters) {
            if let (Some(number), Some(says)) = (cluster.issue, cluster.issue_severity) {
                written.entry(number).or_default().insert(cluster.fingerprint.clone(), says);
            }
        }
        written
    }

    /// The same with one run more.
    #[must_use]
    pub fn with(mut self, run: PastRun) -> Self {
        self.runs.push(run);
        self
    }
}
