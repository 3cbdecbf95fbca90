//! Reports for tests: the five clusters of the worklog that people wrote by hand, and strangers' worst.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::pack::{BusinessLevel, Horizon};
use crate::report::{
    Action, ActionKind, BusinessImpact, Cluster, Conservation, Impact, Issue, Origin, PackIdentity, Recommendation,
    Relations, Report, Restraint, SCHEMA, SeverityBy, SeverityLegend, Source, Totals, Window,
};
use crate::severity::Severity;
use crate::tally::{FacetStats, FacetValue, ListMap, MetricStats, Sample, Timeline};

pub(super) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(super) fn severities() -> Vec<SeverityLegend> {
    let styles = [
        ("Critical", "🔴", Horizon::Immediate),
        ("High", "🔴", Horizon::Immediate),
        ("Medium", "🟡", Horizon::ShortTerm),
        ("Moderate", "🟡", Horizon::ShortTerm),
        ("Low", "🟡", Horizon::LongTerm),
        ("Noise", "🔴", Horizon::LongTerm),
    ];
    Severity::ALL
        .into_iter()
        .zip(styles)
        .map(|(severity, (label, mark, horizon))| SeverityLegend {
            severity,
            label: label.to_owned(),
            mark: mark.to_owned(),
            horizon,
        })
        .collect()
}

pub(super) fn empty() -> Report {
    Report {
        schema: SCHEMA,
        generated: at("2025-09-14T04:55:00Z"),
        pack: PackIdentity { name: "netra-staging".to_owned(), digest: "xxh3:0123456789abcdef".to_owned() },
        window: Window::default(),
        source: Source { project: None, service: None, captures: vec!["empty.json".to_owned()] },
        entries: Conservation::default(),
        clusters: Vec::new().into(),
        totals: Totals::default(),
        quiet: Vec::new(),
        deploys: Vec::new(),
        severities: severities(),
        malformed: Vec::new(),
        ignored: Vec::new(),
        redactions: BTreeMap::new(),
        notes: Vec::new(),
    }
}

pub(super) fn example() -> Report {
    Report {
        window: Window { from: Some(at("2025-09-13T22:55:00Z")), to: Some(at("2025-09-14T04:55:00Z")) },
        source: Source {
            project: Some("netra-staging".to_owned()),
            service: Some("netra-backend-staging".to_owned()),
            captures: vec!["capture.json".to_owned()],
        },
        entries: Conservation { read: 100, clustered: 37, routine: 63, ..Conservation::default() },
        clusters: vec![golden_path(), buffer(), managers(), users(), sessions()].into(),
        totals: Totals { clusters: 5, updated: 2, escalated: 2, none: 1, ..Totals::default() },
        redactions: BTreeMap::from([("email".to_owned(), 8), ("jwt".to_owned(), 8)]),
        ..empty()
    }
}

/// A cluster of one entry without anything that it need not have.
pub(super) fn cluster(id: &str, title: &str, severity: Severity, count: u64) -> Cluster {
    let start = at("2025-09-14T04:50:00Z");
    Cluster {
        id: id.to_owned(),
        group: BTreeMap::new(),
        fingerprint: Fingerprint::new("netra-staging", id, &[]),
        origin: Origin::Rule,
        title: title.to_owned(),
        kind: None,
        category: None,
        pattern: title.to_owned(),
        severity,
        declared_severity: Some(severity),
        reasons: Vec::new(),
        severity_by: SeverityBy::Definition,
        severity_reason: None,
        count,
        frequency: if count >= 10 {
            "High"
        } else if count >= 3 {
            "Medium"
        } else {
            "Low"
        },
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        rate_per_hour: count as f64 / 6.0,
        first_seen: Some(at("2025-09-14T04:53:33.817533Z")),
        last_seen: Some(at("2025-09-14T04:53:33.817533Z")),
        timeline: Timeline { bucket_seconds: 300, start: Some(start), counts: vec![count] },
        hourly: ListMap::default(),
        mined: None,
        log_severities: ListMap::from([("WARNING", count)]),
        facets: ListMap::default(),
        deploys: ListMap::default(),
        deploy: None,
        metrics: ListMap::default(),
        impact: Impact::default(),
        samples: Vec::new(),
        trend: None,
        restraint: Restraint::default(),
        relations: Relations::default(),
        action: Action { kind: ActionKind::None, reason: "Nothing to do.".to_owned(), issue: None, ..Action::none() },
        recommendation: None,
        follow_up: None,
        related: Vec::new(),
        log_severity: "WARNING",
        policy_failed: false,
    }
}

fn impact(level: BusinessLevel, business: &str, technical: &str) -> Impact {
    Impact {
        business: Some(BusinessImpact { level, text: Some(business.to_owned()) }),
        technical: Some(technical.to_owned()),
        by: None,
    }
}

fn action(kind: ActionKind, number: u64, title: &str, reason: &str) -> Action {
    let url = Some(format!("https://github.com/netra-systems/netra-apex/issues/{number}"));
    Action {
        kind,
        reason: reason.to_owned(),
        issue: Some(Issue { number: Some(number), title: title.to_owned(), url }),
        ..Action::none()
    }
}

fn recommend(title: &str, text: &str, horizon: Horizon) -> Option<Recommendation> {
    Some(Recommendation { title: title.to_owned(), text: Some(text.to_owned()), horizon })
}

fn facet(values: &[(&str, u64)]) -> FacetStats {
    FacetStats {
        values: values
            .iter()
            .map(|(value, count)| FacetValue {
                value: (*value).to_owned(),
                count: *count,
                first_seen: None,
                last_seen: None,
            })
            .collect(),
        distinct: values.len() as u64,
        other: 0,
        exact: true,
    }
}

fn sample(severity: &str, message: &str, labels: [&str; 3], context: Option<&str>, time: &str) -> Vec<Sample> {
    let [function, line, module] = labels;
    let mut json = json!({"severity": severity, "message": message});
    let map = json.as_object_mut().unwrap();
    if let Some(name) = context {
        map.insert("context".to_owned(), json!({"name": name, "service": "netra-service"}));
    }
    map.insert("labels".to_owned(), json!({"function": function, "line": line, "module": module}));
    map.insert("timestamp".to_owned(), Value::from(time));
    vec![Sample::new(json)]
}

fn golden_path() -> Cluster {
    Cluster {
        kind: Some("Critical Security/Business".to_owned()),
        category: Some("auth".to_owned()),
        pattern: "Permissive authentication with circuit breaker".to_owned(),
        declared_severity: Some(Severity::P1),
        reasons: vec!["raised from P1: critical entries in the golden path".to_owned()],
        first_seen: Some(at("2025-09-14T04:53:34.983372Z")),
        last_seen: Some(at("2025-09-14T04:53:34.983372Z")),
        log_severities: ListMap::from([("CRITICAL", 1)]),
        log_severity: "CRITICAL",
        impact: impact(
            BusinessLevel::High,
            "relates to Golden Path user flow ($500K+ ARR)",
            "Critical authentication flow using circuit breaker fallback",
        ),
        samples: sample(
            "CRITICAL",
            "[U+1F511] GOLDEN PATH AUTH=REDACTED permissive authentication with circuit breaker for connection main_742cb007 - user_id: pending, connection_state: connected, timestamp: 2025-09-14T04:53:34.983351+00:00",
            ["_handle_main_mode", "741", "netra_backend.app.routes.websocket_ssot"],
            Some("netra_backend.app.routes.websocket_ssot"),
            "2025-09-14T04:53:34.983372+00:00",
        ),
        action: action(
            ActionKind::Escalate,
            838,
            "GCP-auth | P0 | Golden Path Authentication Circuit Breaker Permissive Mode Activation",
            "Issue escalated from P1 to P0 due to persistent critical authentication patterns across multiple days.",
        ),
        recommendation: recommend(
            "Golden Path Auth Investigation",
            "Review circuit breaker authentication logic",
            Horizon::Immediate,
        ),
        follow_up: Some(
            "Investigate Golden Path authentication circuit breaker persistence across code changes".to_owned(),
        ),
        ..cluster("golden-path", "Golden Path Authentication Critical Logs", Severity::P0, 1)
    }
}

fn buffer() -> Cluster {
    let metric = |value: f64| MetricStats {
        count: 1,
        min: value,
        max: value,
        sum: value,
        mean: value,
        last: value,
        p50: value,
        p90: value,
        p99: value,
    };
    Cluster {
        kind: Some("Performance".to_owned()),
        category: Some("active-dev".to_owned()),
        pattern: "High buffer utilization with aggressive timeout settings".to_owned(),
        declared_severity: Some(Severity::P3),
        reasons: vec!["raised from P3: utilization 92.1% is above 92%".to_owned()],
        metrics: ListMap::from([
            ("utilization".to_owned(), metric(92.1)),
            ("timeout_s".to_owned(), metric(0.3)),
            ("response_s".to_owned(), metric(0.024)),
        ]),
        impact: impact(
            BusinessLevel::Medium,
            "potential for connection timeouts",
            "Buffer utilization at 92.1% with potentially mismatched timeout configuration",
        ),
        samples: sample(
            "WARNING",
            " WARNING: [U+FE0F] HIGH BUFFER UTILIZATION: 92.1% - Timeout 0.3s may be too aggressive for 0.024s response time",
            ["callHandlers", "1706", "logging"],
            None,
            "2025-09-14T04:53:33.817533+00:00",
        ),
        action: action(
            ActionKind::Escalate,
            807,
            "GCP-active-dev | P2 | High Buffer Utilization ESCALATION - Timeout Configuration Mismatch",
            "Issue escalated from P3 to P2 due to worsening buffer utilization (91.2% → 92.1%).",
        ),
        recommendation: recommend(
            "Buffer Tuning",
            "Adjust timeout settings to match response time patterns",
            Horizon::Immediate,
        ),
        follow_up: Some(
            "Adjust timeout configuration to prevent buffer utilization reaching critical levels".to_owned(),
        ),
        ..cluster("buffer-utilization", "Performance Buffer Utilization Warnings", Severity::P2, 1)
    }
}

fn managers() -> Cluster {
    Cluster {
        kind: Some("Architecture/Performance".to_owned()),
        category: Some("active-dev".to_owned()),
        pattern: "Multiple manager instances for demo-user-001".to_owned(),
        first_seen: Some(at("2025-09-13T23:02:11.2Z")),
        last_seen: Some(at("2025-09-14T04:53:35.052914Z")),
        timeline: Timeline {
            bucket_seconds: 300,
            start: Some(at("2025-09-13T23:00:00Z")),
            counts: [vec![1], vec![0; 30], vec![2, 1], vec![0; 36], vec![1, 3]].concat(),
        },
        facets: ListMap::from([
            ("labels.module".to_owned(), facet(&[("netra_backend.app.websocket_core.ssot_validation_enhancer", 8)])),
            ("labels.line".to_owned(), facet(&[("137", 7), ("118", 1)])),
            ("user".to_owned(), facet(&[("demo-user-001", 8)])),
        ]),
        impact: impact(
            BusinessLevel::Medium,
            "potential memory leaks and performance degradation",
            "SSOT violations, multiple manager instances per user",
        ),
        samples: sample(
            "WARNING",
            "SSOT validation issues (non-blocking): ['Multiple manager instances for user demo-user-001 - potential duplication']",
            ["validate_manager_creation", "137", "netra_backend.app.websocket_core.ssot_validation_enhancer"],
            Some("netra_backend.app.websocket_core.ssot_validation_enhancer"),
            "2025-09-14T04:53:35.052914+00:00",
        ),
        action: action(
            ActionKind::Update,
            889,
            "GCP-active-dev | P3 | SSOT WebSocket Manager Duplication Warnings - Multiple Instances for demo-user-001",
            "Adds 8 new occurrences to the existing issue.",
        ),
        recommendation: recommend(
            "SSOT Manager Duplication",
            "Fix multiple manager instances per user",
            Horizon::ShortTerm,
        ),
        follow_up: Some("Address broader 84.4% SSOT compliance rate affecting multiple systems".to_owned()),
        related: vec!["golden-path".to_owned()],
        ..cluster("ssot-managers", "SSOT WebSocket Manager Duplication Warnings", Severity::P3, 8)
    }
}

fn users() -> Cluster {
    Cluster {
        kind: Some("Operational/Expected Behavior".to_owned()),
        pattern: "Users auto-created from JWT when not found in database".to_owned(),
        first_seen: Some(at("2025-09-14T00:10:00Z")),
        last_seen: Some(at("2025-09-14T04:54:33.775575Z")),
        timeline: Timeline {
            bucket_seconds: 300,
            start: Some(at("2025-09-14T00:10:00Z")),
            counts: [vec![1], vec![0; 20], vec![2], vec![0; 33], vec![2, 3]].concat(),
        },
        impact: impact(
            BusinessLevel::Low,
            "normal operational behavior for new users",
            "Expected workflow, possible noise in logs",
        ),
        samples: sample(
            "WARNING",
            "[🔑] USER AUTO-CREATED: Created user ***@netrasystems.ai from JWT=REDACTED (env: staging, user_id: 10812417..., demo_mode: False, domain: netrasystems.ai, domain_type: unknown)",
            ["callHandlers", "1706", "logging"],
            None,
            "2025-09-14T04:54:33.775575+00:00",
        ),
        action: Action {
            kind: ActionKind::None,
            reason: "Expected operational behavior (normal user onboarding flow).".to_owned(),
            issue: None,
            ..Action::none()
        },
        recommendation: recommend(
            "User Auto-Creation Logging",
            "Consider reducing log noise for expected behavior",
            Horizon::LongTerm,
        ),
        ..cluster("user-auto-creation", "Database User Auto-Creation Pattern", Severity::P4, 8)
    }
}

fn sessions() -> Cluster {
    Cluster {
        kind: Some("Configuration/Infrastructure".to_owned()),
        pattern: "Repeated warnings about missing SessionMiddleware".to_owned(),
        first_seen: Some(at("2025-09-13T22:56:00Z")),
        last_seen: Some(at("2025-09-14T04:54:36.449574Z")),
        timeline: Timeline {
            bucket_seconds: 300,
            start: Some(at("2025-09-13T22:55:00Z")),
            counts: [vec![1], vec![0; 10], vec![2, 1, 1], vec![0; 30], vec![4], vec![0; 24], vec![2, 3, 5]].concat(),
        },
        impact: impact(
            BusinessLevel::Low,
            "appears to be configuration mismatch",
            "Middleware dependency issue causing repeated warnings",
        ),
        samples: sample(
            "WARNING",
            "Session access failed (middleware not installed?): SessionMiddleware must be installed to access request.session",
            ["callHandlers", "1706", "logging"],
            None,
            "2025-09-14T04:54:36.449574+00:00",
        ),
        action: action(
            ActionKind::Update,
            169,
            "GCP-staging-P2-SessionMiddleware-REGRESSION - 17+ Daily High-Frequency Warnings",
            "Adds 19 new occurrences to the existing issue.",
        ),
        recommendation: recommend("SessionMiddleware", "Resolve middleware configuration issues", Horizon::ShortTerm),
        follow_up: Some(
            "Resolve SessionMiddleware configuration across staging and active-dev environments".to_owned(),
        ),
        ..cluster("session-middleware", "SessionMiddleware Configuration Issues", Severity::P5, 19)
    }
}
