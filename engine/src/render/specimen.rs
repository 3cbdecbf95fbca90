//! A report that has everything, on which templates are checked before any entry is read.

use std::collections::BTreeMap;

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::pack::{BusinessLevel, Horizon};
use crate::report::{
    Action, ActionKind, BusinessImpact, Cluster, Conservation, IgnoredCount, Impact, Issue, MalformedQuote, Origin,
    PackIdentity, Recommendation, Report, SCHEMA, SeverityLegend, Source, Totals, Trend, Window,
};
use crate::severity::Severity;
use crate::tally::{FacetStats, FacetValue, MetricStats, Sample, Timeline};

/// Two clusters, one with all that a cluster can have and one with nothing that it need not have.
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
        entries: Conservation { read: 4, malformed: 1, ignored: 1, clustered: 2, ..Conservation::default() },
        clusters: vec![full(at), bare()],
        totals: Totals { clusters: 2, created: 1, none: 1, ..Totals::default() },
        severities: Severity::ALL.map(legend).to_vec(),
        malformed: vec![MalformedQuote {
            file: "capture.json".to_owned(),
            line: 1,
            reason: "reason".to_owned(),
            quote: "quote".to_owned(),
        }],
        ignored: vec![IgnoredCount { id: "noise".to_owned(), reason: "reason".to_owned(), count: 1 }],
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
    let values = vec![FacetValue { value: "value".to_owned(), count: 1 }];
    Cluster {
        group: BTreeMap::from([("key".to_owned(), "value".to_owned())]),
        kind: text(),
        category: text(),
        declared_severity: Some(Severity::P3),
        reasons: vec!["reason".to_owned()],
        first_seen: at,
        last_seen: at,
        timeline: Timeline { bucket_seconds: 60, start: at, counts: vec![1] },
        log_severities: BTreeMap::from([("WARNING", 1)]),
        facets: BTreeMap::from([("facet".to_owned(), FacetStats { values, distinct: 1, other: 0, exact: true })]),
        metrics: BTreeMap::from([("metric".to_owned(), MetricStats { count: 1, ..MetricStats::default() })]),
        impact: Impact {
            business: Some(BusinessImpact { level: BusinessLevel::Low, text: text() }),
            technical: text(),
            by: None,
        },
        samples: vec![Sample { json: serde_json::json!({"severity": "WARNING", "message": "message"}) }],
        trend: Some(Trend { text: "text".to_owned() }),
        action: Action {
            kind: ActionKind::Create,
            reason: "reason".to_owned(),
            issue: Some(Issue { number: Some(1), title: "title".to_owned(), url: text() }),
        },
        recommendation: Some(Recommendation { title: "title".to_owned(), text: text(), horizon: Horizon::Immediate }),
        follow_up: text(),
        related: vec!["bare".to_owned()],
        policy_failed: true,
        ..bare()
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
        count: 1,
        frequency: "Low",
        rate_per_hour: 1.0,
        first_seen: None,
        last_seen: None,
        timeline: Timeline::default(),
        log_severities: BTreeMap::new(),
        facets: BTreeMap::new(),
        metrics: BTreeMap::new(),
        impact: Impact::default(),
        samples: Vec::new(),
        trend: None,
        action: Action { kind: ActionKind::None, reason: "reason".to_owned(), issue: None },
        recommendation: None,
        follow_up: None,
        related: Vec::new(),
        log_severity: "WARNING",
        policy_failed: false,
    }
}
