//! The hand-written worklog of 14 September 2025: with what the day before knew, its decisions come out, all of them.

use gardener_engine::baseline::{History, PastCluster, PastFacet, PastMetric, PastRun, SeverityBy};
use gardener_engine::plan::{Issues, KnownIssue, Listing};
use gardener_engine::report::{ActionKind, Report, Window};
use gardener_engine::severity::Severity;

use super::{Bench, at, cluster, memory, worklog};

const CAPTURE: &str = "tests/captures/netra-2025-09-14.jsonl";
const NOW: &str = "2025-09-14T04:55:00Z";

fn facet(values: &[&str]) -> PastFacet {
    PastFacet { values: values.iter().map(|value| (*value).to_owned()).collect(), is_cut: false }
}

/// The day before: four clusters with their issues, one expected behaviour.
fn the_day_before(bench: &Bench) -> History {
    let known = |id: &str, severity, issue: u64, count: u64| PastCluster {
        count,
        first_seen: Some(at("2025-09-13T01:12:00Z")),
        last_seen: Some(at("2025-09-13T04:48:10Z")),
        action: Some(ActionKind::Update),
        issue: (issue > 0).then_some(issue),
        issue_severity: (issue > 0).then_some(severity),
        ..bench.past(id, severity)
    };
    let auth = known("golden-path-auth", Severity::P1, 838, 3);
    let buffer = PastCluster {
        metrics: [("utilization".to_owned(), PastMetric::of(91.2))].into(),
        ..known("buffer-utilization", Severity::P3, 807, 1)
    };
    let manager = PastCluster {
        facets: [("labels.line".to_owned(), facet(&["118"])), ("user".to_owned(), facet(&["demo-user-001"]))].into(),
        ..known("ssot-websocket-duplication", Severity::P3, 889, 6)
    };
    let session = PastCluster {
        facets: [("labels.environment".to_owned(), facet(&["staging"]))].into(),
        ..known("session-middleware", Severity::P5, 169, 17)
    };
    let created = known("user-auto-creation", Severity::P4, 0, 9);
    let run = PastRun {
        at: at("2025-09-13T04:55:00Z"),
        window: Window { from: Some(at("2025-09-12T22:55:00Z")), to: Some(at("2025-09-13T04:55:00Z")) },
        deploys: [].into(),
        clusters: vec![auth, buffer, manager, session, created],
    };
    History { runs: vec![run], ..History::default() }
}

/// The issues as the day before left them.
fn issues() -> Issues {
    let known = [
        (838, "GCP-auth | P1 | Golden Path Authentication Circuit Breaker Permissive Mode Activation"),
        (807, "GCP-active-dev | P3 | High Buffer Utilization - Timeout Configuration Mismatch"),
        (
            889,
            "GCP-active-dev | P3 | SSOT WebSocket Manager Duplication Warnings - Multiple Instances for demo-user-001",
        ),
        (169, "GCP-staging-P2-SessionMiddleware-REGRESSION - 17+ Daily High-Frequency Warnings"),
    ];
    Issues { known: known.map(|(number, title)| KnownIssue::open(number, title)).to_vec(), listing: Listing::Complete }
}

fn decisions(report: &Report) -> Vec<(&str, &str, Option<u64>, &str)> {
    let mut decisions: Vec<_> = report
        .clusters
        .iter()
        .map(|cluster| {
            let number = cluster.action.issue.as_ref().and_then(|issue| issue.number);
            (cluster.id.as_str(), cluster.action.kind.name(), number, cluster.action.reason.as_str())
        })
        .collect();
    decisions.sort_unstable();
    decisions
}

/// The section "GitHub Issue Processing Results" of the example, in our words.
const DECISIONS: [(&str, &str, Option<u64>, &str); 5] = [
    ("buffer-utilization", "escalate", Some(807), "escalated from P3 to P2: worsening utilization 91.2 → 92.1"),
    (
        "golden-path-auth",
        "escalate",
        Some(838),
        "escalated from P1 to P0: critical authentication patterns persistent across 2 days in a row",
    ),
    (
        "session-middleware",
        "update",
        Some(169),
        "19 new occurrences; labels.environment staging → staging + active-dev",
    ),
    ("ssot-websocket-duplication", "update", Some(889), "8 new occurrences; labels.line 118 → 137"),
    (
        "user-auto-creation",
        "none",
        None,
        "Determined to be expected operational behavior (normal user onboarding flow). Log noise but not requiring GitHub \
         tracking.",
    ),
];

#[test]
fn the_decisions_of_the_example_come_out_of_what_the_day_before_knew() {
    let bench = Bench::of("rules/netra-staging");
    let with_issues = bench.capture(CAPTURE, &memory(the_day_before(&bench), issues()), NOW);
    assert_eq!(decisions(&with_issues), DECISIONS);
    // The same where the tracker was not asked: what history knows of the issues is enough.
    let without_issues = bench.capture(CAPTURE, &memory(the_day_before(&bench), Issues::default()), NOW);
    assert_eq!(decisions(&without_issues), DECISIONS);

    let severities: Vec<(&str, Severity)> =
        with_issues.clusters.iter().map(|cluster| (cluster.id.as_str(), cluster.severity)).collect();
    assert_eq!(
        severities,
        [
            ("golden-path-auth", Severity::P0),
            ("buffer-utilization", Severity::P2),
            ("ssot-websocket-duplication", Severity::P3),
            ("user-auto-creation", Severity::P4),
            ("session-middleware", Severity::P5)
        ]
    );
    let title = |id: &str| cluster(&with_issues, id).action.issue.as_ref().unwrap().title.clone();
    assert!(title("golden-path-auth").starts_with("GCP-auth | P0 | Golden Path"), "{}", title("golden-path-auth"));
    assert!(title("buffer-utilization").starts_with("GCP-active-dev | P2 |"), "{}", title("buffer-utilization"));
    assert!(title("session-middleware").starts_with("GCP-staging-P2-"), "{}", title("session-middleware"));
    let totals = with_issues.totals;
    assert_eq!((totals.created, totals.updated, totals.escalated, totals.reopened, totals.none), (0, 2, 2, 0, 1));
}

#[test]
fn the_worklog_says_what_has_changed_since_the_day_before() {
    let bench = Bench::of("rules/netra-staging");
    let mut report = bench.capture(CAPTURE, &memory(the_day_before(&bench), issues()), NOW);
    report.pack.digest = "xxh3:…".to_owned();
    insta::assert_snapshot!("the_example_with_history", worklog(&report));
    let text = worklog(&report);
    for expected in [
        "Issues Escalated:** 2 (issues #838: P1→P0, #807: P3→P2)",
        "**New Issues:** 0 (all updates to existing issues)",
        "**Total Issues Processed:** 4/5 clusters requiring GitHub tracking",
        "1. **Issue #838:** Investigate Golden Path authentication circuit breaker persistence across code changes",
        "2. **Issue #807:** Adjust timeout configuration",
    ] {
        assert!(text.contains(expected), "{expected} is not in\n{text}");
    }
}

/// What a run remembers is what the next one needs: the day before, worked out by the program itself, leads to the same.
#[test]
fn the_same_comes_of_a_day_before_that_was_a_run_itself() {
    let bench = Bench::of("rules/netra-staging");
    let line = |severity: &str, time: &str, labels: &str, message: &str| {
        format!(
            r#"{{"severity":"{severity}","timestamp":"2025-09-13T{time}Z","labels":{{{labels}}},"jsonPayload":{{"message":"{message}"}}}}"#
        )
    };
    let breaker =
        "GOLDEN PATH AUTH CIRCUIT BREAKER OPEN: auth permissiveness check failed for connection ws_1 after 5 failures";
    let manager = "SSOT validation issues (non-blocking): ['Multiple manager instances for user demo-user-001 - potential duplication']";
    let session = "Session access failed (middleware not installed?): SessionMiddleware must be installed to access request.session";
    let lines = [
        line("ERROR", "01:12:00", "", breaker),
        line(
            "WARNING",
            "02:00:00",
            "",
            "HIGH BUFFER UTILIZATION: 91.2% - Timeout 0.3s may be too aggressive for 0.024s response time",
        ),
        line("WARNING", "03:00:00", r#""line":"118""#, manager),
        line("WARNING", "04:00:00", r#""environment":"staging""#, session),
    ];
    let mut run =
        PastRun::of(&bench.lines(&lines, &memory(History::default(), issues()), 6, at("2025-09-13T04:55:00Z")));
    let judged: Vec<(&str, Severity, SeverityBy)> =
        run.clusters.iter().map(|cluster| (cluster.id.as_str(), cluster.severity, cluster.severity_by)).collect();
    assert_eq!(
        judged,
        [
            ("golden-path-auth", Severity::P1, SeverityBy::Definition),
            ("buffer-utilization", Severity::P3, SeverityBy::Definition),
            ("ssot-websocket-duplication", Severity::P3, SeverityBy::Definition),
            ("session-middleware", Severity::P5, SeverityBy::Definition),
        ]
    );
    for cluster in &mut run.clusters {
        cluster.carried_out(ActionKind::Escalate, cluster.issue.unwrap(), Some(cluster.severity));
    }
    let history = History { runs: vec![run], ..History::default() };
    let report = bench.capture(CAPTURE, &memory(history, issues()), NOW);
    assert_eq!(decisions(&report), DECISIONS);
}
