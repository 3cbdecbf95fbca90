//! A judged cluster of the report, and what history says of it.

use std::collections::BTreeMap;

use crate::baseline::Baseline;
use crate::judge::{Subject, Verdict};
use crate::pack::{Definition, IssueReference};
use crate::report::{Action, ActionKind, Cluster, Origin, Previous, State, Trend};
use crate::tally::ListMap;

/// Runs of a trend that are shown.
const RUNS: usize = 48;
/// Issues of related clusters that an action names.
const LINKS: usize = 20;
/// Metrics and facets that are put into words.
const IN_WORDS: usize = 4;

/// The cluster of the report, its action still to be filled in.
pub(super) fn cluster(subject: Subject<'_>, verdict: Verdict) -> Cluster {
    let (trend, deploy) = (trend(&subject.baseline).map(Box::new), subject.baseline.deploy().cloned().map(Box::new));
    let stats = subject.stats;
    let log_severity = stats.log_severities.last_key_value().map_or("DEFAULT", |(severity, _)| severity.name());
    Cluster {
        id: subject.id,
        group: subject.group,
        fingerprint: subject.fingerprint,
        origin: if subject.definition.is_some() { Origin::Rule } else { Origin::Template },
        title: verdict.title,
        kind: verdict.kind,
        category: verdict.category,
        pattern: verdict.pattern,
        severity: verdict.severity,
        declared_severity: verdict.declared,
        reasons: verdict.reasons,
        severity_by: verdict.severity_by,
        severity_reason: verdict.severity_reason,
        count: stats.count,
        frequency: verdict.frequency,
        rate_per_hour: verdict.rate_per_hour,
        first_seen: stats.first_seen,
        last_seen: stats.last_seen,
        timeline: stats.timeline,
        hourly: ListMap::default(),
        mined: None,
        log_severities: stats.log_severities.iter().map(|(severity, count)| (severity.name(), *count)).collect(),
        facets: stats.facets,
        deploys: stats.deploys,
        deploy,
        metrics: stats.metrics,
        impact: verdict.impact,
        samples: stats.samples,
        trend,
        restraint: std::sync::Arc::unwrap_or_clone(subject.restraint),
        relations: std::sync::Arc::unwrap_or_clone(subject.relations),
        action: Action::none(),
        recommendation: verdict.recommendation,
        follow_up: verdict.follow_up,
        related: verdict.related,
        log_severity,
        policy_failed: verdict.policy_failed,
    }
}

/// What history says; nothing without history.
fn trend(baseline: &Baseline) -> Option<Trend> {
    if baseline.is_without_history() {
        return None;
    }
    let state = baseline.state();
    let previous = baseline.previous().map(|seen| Previous {
        at: seen.run.at,
        count: seen.cluster.count,
        rate_per_hour: seen.cluster.rate_per_hour,
        severity: seen.cluster.severity,
        severity_by: seen.cluster.severity_by,
        issue: seen.cluster.issue,
    });
    let metrics = baseline.now().cluster.metrics.keys();
    let mut trend = Trend {
        text: String::new(),
        state,
        runs_seen: baseline.runs_seen(),
        runs_known: baseline.runs_known(),
        days_seen: baseline.days_seen(),
        days_in_a_row: baseline.days_in_a_row(),
        first_ever_seen: baseline.first_ever_seen(),
        quiet_since: baseline.quiet_since(),
        previous,
        counts: baseline.counts(RUNS),
        rates: baseline.rates(RUNS),
        metrics: metrics.filter_map(|name| Some((name.clone(), baseline.metric_trend(name)?))).collect(),
        facets: if baseline.is_empty() { Vec::new() } else { baseline.facet_changes() },
        forecast: baseline.forecast().copied(),
    };
    trend.text = words(&trend, baseline.now().cluster.count, baseline.runs_missed() == 0);
    Some(trend)
}

/// `ongoing for 2 days, 8 after 6 the run before; utilization 91.2 → 92.1; labels.line 118 → 137`
fn words(trend: &Trend, count: u64, is_run_before: bool) -> String {
    let Some(previous) = trend.previous else {
        return match trend.runs_known {
            1 => "new: the run before did not see it".to_owned(),
            runs => format!("new: none of {runs} earlier runs saw it"),
        };
    };
    let since = |what: &str| trend.quiet_since.map(|since| format!("{what} {since}"));
    let mut parts = vec![match trend.state {
        State::Regressed => since("regressed: had been quiet since")
            .unwrap_or_else(|| "regressed: back after its issue was closed".to_owned()),
        State::Quiet => since("quiet since").unwrap_or_else(|| "quiet".to_owned()),
        State::Escalating => trend.forecast.map_or_else(|| "escalating".to_owned(), |forecast| forecast.text()),
        State::New | State::Ongoing if trend.days_in_a_row > 1 => format!("ongoing for {} days", trend.days_in_a_row),
        State::New | State::Ongoing => "ongoing".to_owned(),
    }];
    if let Some(first) = parts.first_mut() {
        let when = if is_run_before { "in the run before" } else { "when it was last seen" };
        first.push_str(&format!(", {count} after {} {when}", previous.count));
    }
    let changed = trend.metrics.iter().filter_map(|(name, metric)| {
        let change = metric.change.filter(|change| *change != 0.0)?;
        let before = ((metric.last - change) * 1e9).round() / 1e9;
        Some(format!("{name} {before} → {}", metric.last))
    });
    parts.extend(changed.take(IN_WORDS));
    parts.extend(trend.facets.iter().take(IN_WORDS).map(|change| format!("{} {}", change.facet, change.text)));
    parts.join("; ")
}

/// Fills in the issues of related clusters: those of clusters that are there, and those that definitions are pinned to.
pub(super) fn link(clusters: &mut [Cluster], definitions: &[Definition]) {
    let mut numbers: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for definition in definitions {
        if let IssueReference::Pinned { number, .. } = definition.issue {
            numbers.entry(definition.id.clone()).or_default().push(number);
        }
    }
    for cluster in &*clusters {
        if let Some(number) = cluster.action.issue.as_ref().and_then(|issue| issue.number) {
            numbers.entry(cluster.id.clone()).or_default().push(number);
        }
    }
    for cluster in clusters.iter_mut().filter(|cluster| cluster.action.kind != ActionKind::None) {
        let own = cluster.action.issue.as_ref().and_then(|issue| issue.number);
        let related = cluster.related.iter().filter_map(|id| numbers.get(id)).flatten();
        let mut links: Vec<u64> = related.copied().filter(|number| Some(*number) != own).collect();
        links.sort_unstable();
        links.dedup();
        links.truncate(LINKS);
        cluster.action.links = links;
    }
}
