//! A report that has everything, on which templates are checked before any entry is read.

use std::collections::BTreeMap;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::pack::{BusinessLevel, Horizon};
use crate::report::{
    Action, ActionKind, Began, BusinessImpact, Cause, Cluster, ClusterDeploy, ClusterName, Conservation, Deploy,
    DeployKind, EdgeKind, Evidence, FacetChange, Forecast, IgnoredCount, Impact, Issue, MalformedQuote, MetricTrend,
    Muted, Origin, Outcome, PackIdentity, PartlyMuted, Previous, QuietCluster, Recommendation, Rejected,
    RelatedCluster, Relations, Report, Restraint, ResultKind, SCHEMA, SeverityBy, SeverityLegend, SharedEdge,
    SharedRevision, SharedTraces, Source, State, Totals, Trend, Window,
};
use crate::severity::Severity;
use crate::tally::{FacetStats, FacetValue, ListMap, MetricStats, Sample, Timeline};

/// Three clusters, one with all that a cluster can have, one with nothing that it need not have, and one that is muted.
pub(super) fn report() -> Option<Report> {
    let generated = Timestamp::from_unix(1_757_825_700, 0)?;
    let at = Some(generated);
    Some(Report {
        schema: SCHEMA,
        generated,
        pack: PackIdentity { name: "specimen".to_owned(), digest: "xxh3:0000000000000000".to_owned() },
        window: Window { from: at, to: at },
        source: Source {
            project: Some("project".to_owned()),
            service: Some("service".to_owned()),
            captures: vec!["capture.json".to_owned()],
        },
        entries: Conservation { read: 5, malformed: 1, ignored: 1, clustered: 3, ..Conservation::default() },
        clusters: vec![full(at), bare(), muted(generated)].into(),
        totals: Totals { clusters: 3, escalated: 1, none: 2, ..Totals::default() },
        quiet: vec![QuietCluster {
            id: "quiet".to_owned(),
            group: BTreeMap::from([("key".to_owned(), "value".to_owned())]),
            fingerprint: Fingerprint::new("specimen", "quiet", &[]),
            title: "title".to_owned(),
            severity: Severity::P3,
            quiet_since: generated,
            deploy: Some(deploy(generated, DeployKind::RateFell)),
            issue: Some(1),
        }],
        deploys: vec![Deploy {
            field: "field".to_owned(),
            label: "label".to_owned(),
            value: "value".to_owned(),
            count: 1,
            first_seen: at,
            last_seen: at,
            is_new: true,
            began: at,
            clusters_began: 1,
            clusters_rose: 1,
            clusters_fell: 1,
        }],
        severities: Severity::ALL.map(legend).to_vec(),
        malformed: vec![MalformedQuote {
            file: "capture.json".to_owned(),
            line: 1,
            reason: "reason".to_owned(),
            quote: "quote".to_owned(),
        }],
        ignored: vec![IgnoredCount {
            id: "noise".to_owned(),
            reason: "reason".to_owned(),
            count: 1,
            ..IgnoredCount::default()
        }],
        redactions: BTreeMap::from([("email".to_owned(), 1)]),
        notes: vec!["note".to_owned()],
    })
}

fn legend(severity: Severity) -> SeverityLegend {
    let horizon = match severity {
        Severity::P0 | Severity::P1 => Horizon::Immediate,
        Severity::P2 | Severity::P3 => Horizon::ShortTerm,
        Severity::P4 | Severity::P5 => Horizon::LongTerm,
    };
    SeverityLegend { severity, label: "Label".to_owned(), mark: "●".to_owned(), horizon }
}

fn full(at: Option<Timestamp>) -> Cluster {
    let text = || Some("text".to_owned());
    let values = vec![FacetValue { value: "value".to_owned(), count: 1, first_seen: at, last_seen: at }];
    Cluster {
        group: BTreeMap::from([("key".to_owned(), "value".to_owned())]),
        kind: text(),
        category: text(),
        declared_severity: Some(Severity::P3),
        reasons: vec!["reason".to_owned()],
        first_seen: at,
        last_seen: at,
        timeline: Timeline { bucket_seconds: 60, start: at, counts: vec![1] },
        log_severities: ListMap::from([("WARNING", 1)]),
        deploys: ListMap::from([("field".to_owned(), FacetStats { values: values.clone(), ..FacetStats::default() })]),
        facets: ListMap::from([("facet".to_owned(), FacetStats { values, distinct: 1, other: 0, exact: true })]),
        deploy: at.map(|at| Box::new(deploy(at, DeployKind::Began))),
        metrics: ListMap::from([("metric".to_owned(), MetricStats { count: 1, ..MetricStats::default() })]),
        impact: Impact {
            business: Some(BusinessImpact { level: BusinessLevel::Low, text: text() }),
            technical: text(),
            by: None,
        },
        samples: vec![Sample::new(serde_json::json!({"severity": "WARNING", "message": "message"}))],
        trend: at.map(trend).map(Box::new),
        restraint: at.map(restraint).unwrap_or_default(),
        relations: relations(),
        action: Action {
            kind: ActionKind::Escalate,
            reason: "reason".to_owned(),
            issue: Some(Issue { number: Some(1), title: "title".to_owned(), url: text() }),
            from: Some(Severity::P3),
            to: Some(Severity::P2),
            rejected: vec![Rejected { kind: ActionKind::Create, reason: "reason".to_owned() }],
            links: vec![2],
            by: Some("policy/action.rhai:1".to_owned()),
            is_own_word: true,
            result: Some(Box::new(Outcome {
                result: ResultKind::Done,
                detail: "detail".to_owned(),
                number: Some(1),
                url: Some("https://example.com/issues/1".to_owned()),
            })),
        },
        recommendation: Some(Recommendation { title: "title".to_owned(), text: text(), horizon: Horizon::Immediate }),
        follow_up: text(),
        related: vec!["bare".to_owned()],
        policy_failed: true,
        ..bare()
    }
}

fn relations() -> Relations {
    let evidence = Evidence {
        traces: Some(SharedTraces { shared: 1, own: 1, other: 1, is_exact: true }),
        edge: Some(SharedEdge { own: EdgeKind::Begins, other: EdgeKind::Jumps, apart_seconds: 1.0, clusters: 2 }),
        revision: Some(SharedRevision { field: "field".to_owned(), value: "value".to_owned() }),
    };
    let related = RelatedCluster { cluster: other(), began: Began::Before, evidence, text: "text".to_owned() };
    Relations { related_by: vec![related], likely_cause: Some(Box::new(other())) }
}

/// The name of the other cluster.
fn other() -> ClusterName {
    let bare = bare();
    ClusterName {
        id: bare.id,
        group: BTreeMap::from([("key".to_owned(), "value".to_owned())]),
        fingerprint: bare.fingerprint,
        title: bare.title,
        severity: bare.severity,
        count: bare.count,
    }
}

/// A cause and a symptom at once, which no cluster is; and muted in part.
fn restraint(at: Timestamp) -> Restraint {
    Restraint {
        muted: None,
        partly_muted: vec![PartlyMuted { entries: 1, by: mute(at) }],
        symptom_of: Some(Box::new(Cause { cluster: other(), place: "gardener.yaml:1".to_owned() })),
        symptoms: vec![other()],
    }
}

fn mute(until: Timestamp) -> Muted {
    let text = |text: &str| text.to_owned();
    Muted { until, reason: text("reason"), owner: text("owner"), place: text("gardener.yaml:1") }
}

fn muted(until: Timestamp) -> Cluster {
    let rejected = vec![Rejected { kind: ActionKind::Create, reason: "reason".to_owned() }];
    Cluster {
        id: "muted".to_owned(),
        fingerprint: Fingerprint::new("specimen", "muted", &[]),
        restraint: Restraint { muted: Some(Box::new(mute(until))), ..restraint(until) },
        action: Action { reason: "reason".to_owned(), rejected, ..Action::none() },
        ..bare()
    }
}

fn deploy(at: Timestamp, kind: DeployKind) -> ClusterDeploy {
    ClusterDeploy {
        kind,
        text: "text".to_owned(),
        field: "field".to_owned(),
        value: "value".to_owned(),
        began: at,
        after_seconds: Some(1.0),
        rate_before: 0.0,
        rate_after: 1.0,
    }
}

fn trend(at: Timestamp) -> Trend {
    Trend {
        text: "text".to_owned(),
        state: State::Ongoing,
        runs_seen: 1,
        runs_known: 1,
        days_seen: 1,
        days_in_a_row: 2,
        first_ever_seen: Some(at),
        quiet_since: Some(at),
        previous: Some(Previous {
            at,
            count: 1,
            rate_per_hour: 1.0,
            severity: Severity::P3,
            severity_by: SeverityBy::Policy,
            issue: Some(1),
        }),
        counts: vec![1, 1],
        rates: vec![1.0, 1.0],
        metrics: BTreeMap::from([(
            "metric".to_owned(),
            MetricTrend { values: vec![1.0, 2.0], last: 2.0, change: Some(1.0), slope_per_day: Some(1.0) },
        )]),
        facets: vec![FacetChange {
            facet: "facet".to_owned(),
            gained: vec!["value".to_owned()],
            lost: vec!["before".to_owned()],
            text: "before → value".to_owned(),
        }],
        forecast: Some(Forecast { limit: 1.0, peak: 2.0, usual: 1, is_escalating: true, since: Some(at) }),
    }
}

fn bare() -> Cluster {
    Cluster {
        id: "bare".to_owned(),
        group: BTreeMap::new(),
        fingerprint: Fingerprint::new("specimen", "bare", &[]),
        origin: Origin::Template,
        title: "title".to_owned(),
        kind: None,
        category: None,
        pattern: "pattern".to_owned(),
        severity: Severity::P2,
        declared_severity: None,
        reasons: Vec::new(),
        severity_by: SeverityBy::Definition,
        severity_reason: None,
        count: 1,
        frequency: "Low",
        rate_per_hour: 1.0,
        first_seen: None,
        last_seen: None,
        timeline: Timeline::default(),
        hourly: ListMap::default(),
        mined: None,
        log_severities: ListMap::default(),
        facets: ListMap::default(),
        deploys: ListMap::default(),
        deploy: None,
        metrics: ListMap::default(),
        impact: Impact::default(),
        samples: Vec::new(),
        trend: None,
        restraint: Restraint::default(),
        relations: Relations::default(),
        action: Action { reason: "reason".to_owned(), ..Action::none() },
        recommendation: None,
        follow_up: None,
        related: Vec::new(),
        log_severity: "WARNING",
        policy_failed: false,
    }
}
