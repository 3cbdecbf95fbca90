//! Histories as people and programs see them.

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::baseline::Lock;
use crate::id::Fingerprint;
use crate::render::neutral::is_hidden;
use crate::report::{ActionKind, FacetChange, MetricTrend, SeverityBy, State, Window};
use crate::severity::Severity;
use crate::trends::{Detail, FacetRun, OtherLock, RunTrend, SCHEMA, Scope, SeenTrend, StateChange};

fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2025-06-{time}Z")).unwrap()
}

fn cluster(id: &str, severity: Severity, state: State) -> ClusterTrend {
    ClusterTrend {
        id: id.to_owned(),
        group: [].into(),
        fingerprint: Fingerprint::new("shop", id, &[]),
        former: Vec::new(),
        title: format!("The {id}"),
        severity,
        severity_by: SeverityBy::Policy,
        severity_reason: Some("persistent across 3 days".to_owned()),
        is_locked: false,
        state,
        quiet_since: None,
        runs_seen: 20,
        runs_missed: 0,
        days_seen: 2,
        first_ever_seen: Some(at("01T00:30:00")),
        last_seen: Some(at("02T03:30:00")),
        last_run: at("02T04:00:00"),
        count: 1234,
        rate_per_hour: 1234.0,
        counts: (0..20).map(|n| n * n).collect(),
        rates: Vec::new(),
        issue: Some(42),
        action: Some(ActionKind::Escalate),
        detail: None,
    }
}

fn trends(clusters: Vec<ClusterTrend>) -> Trends {
    Trends {
        schema: SCHEMA,
        scope: Scope { pack: "shop".to_owned(), project: None, service: Some("web".to_owned()) },
        runs_known: 27,
        first_run: Some(at("01T01:00:00")),
        last_run: Some(at("02T04:00:00")),
        clusters_known: clusters.len() as u64,
        clusters,
        other_locks: vec![OtherLock {
            fingerprint: Fingerprint::new("shop", "gone", &[]),
            lock: Lock { severity: Severity::P0, reason: "ada: the night shift".to_owned() },
        }],
    }
}

fn example() -> Trends {
    let locked = ClusterTrend {
        is_locked: true,
        severity_by: SeverityBy::Person,
        group: [("user".to_owned(), "bob".to_owned())].into(),
        ..cluster("payment", Severity::P0, State::Escalating)
    };
    let quiet = ClusterTrend {
        runs_missed: 13,
        issue: None,
        quiet_since: Some(at("01T12:00:00")),
        ..cluster("a-cluster-with-a-long-name", Severity::P3, State::Quiet)
    };
    trends(vec![locked, cluster("queue", Severity::P2, State::Ongoing), quiet])
}

fn seen(count: u64, rate_per_hour: f64) -> SeenTrend {
    SeenTrend {
        id: "queue".to_owned(),
        count,
        rate_per_hour,
        first_seen: Some(at("01T00:30:00")),
        last_seen: Some(at("01T00:40:00")),
        severity: Severity::P2,
        severity_by: SeverityBy::Policy,
        severity_reason: Some("persistent across 3 days, and a reason that is long".to_owned()),
        state: State::Ongoing,
        metrics: [("length".to_owned(), -3.5)].into(),
        action: Some(ActionKind::Update),
        issue: Some(42),
    }
}

fn detailed() -> Trends {
    let run = |time: &str, seen: Option<SeenTrend>| RunTrend {
        at: at(time),
        window: Window { from: Some(at(time).plus_seconds(-3600)), to: Some(at(time)) },
        seen,
    };
    let runs = vec![
        run("01T01:00:00", Some(seen(7, 7.0))),
        run("01T02:00:00", None),
        run("01T03:00:00", Some(seen(120, 120.5))),
        run("01T04:00:00", Some(SeenTrend { severity_reason: None, ..seen(1, 0.01) })),
    ];
    let change = FacetChange {
        facet: "line".to_owned(),
        gained: vec!["137".to_owned(), "140".to_owned()],
        lost: vec!["118".to_owned()],
        text: String::new(),
    };
    let values = vec![3.0, -2.0, 3.5, 9.0];
    let metric = MetricTrend { values, last: 9.0, change: Some(5.5), slope_per_day: Some(-0.25) };
    let detail = Detail {
        runs,
        runs_left_out: 3,
        metrics: [("length".to_owned(), metric)].into(),
        states: [("01T01:00:00", State::New), ("01T03:00:00", State::Ongoing)]
            .map(|(time, state)| StateChange { at: at(time), state })
            .into(),
        facets: vec![FacetRun { at: at("01T03:00:00"), change }],
    };
    let former = vec![Fingerprint::new("shop", "backlog", &[])];
    trends(vec![ClusterTrend { detail: Some(detail), former, ..cluster("queue", Severity::P2, State::Ongoing) }])
}

fn style(width: usize) -> TableStyle {
    TableStyle { width, colour: false, ascii: false }
}

#[test]
fn histories_fit_their_terminals() {
    let drawn = [40, 80, 120, 160].map(|width| format!("{width}:\n{}", history_table(&example(), 50, &style(width))));
    insta::assert_snapshot!("tables", drawn.join("\n"));
    let drawn = [40, 80, 120].map(|width| format!("{width}:\n{}", history_detail(&detailed(), &style(width))));
    insta::assert_snapshot!("details", drawn.join("\n"));
    for width in 40..200 {
        for text in [history_table(&example(), 50, &style(width)), history_detail(&detailed(), &style(width))] {
            assert!(text.lines().all(|line| line.width() <= width), "{width}:\n{text}");
        }
    }
}

#[test]
fn what_is_left_out_is_counted_and_ascii_is_enough() {
    let style = TableStyle { ascii: true, ..style(100) };
    let table = history_table(&example(), 1, &style);
    assert!(table.contains("and 2 more clusters: see --limit"), "{table}");
    assert!((table + history_detail(&detailed(), &style).as_str()).is_ascii());
    let painted = history_table(&example(), 50, &TableStyle { colour: true, ..style });
    assert!(painted.contains("\u{1b}[1;31mP0\u{1b}[0m"), "{painted}");
    assert!(history_table(&trends(Vec::new()), 50, &style).contains("no run saw a cluster"));
}

/// Text that is up to no good, wherever texts stand.
fn hostile() -> Trends {
    let evil = "=cmd|' /C calc'!A0,\"x\"\r\n\u{1b}[31m\u{202e}";
    let mut all = detailed();
    all.scope.service = Some(evil.to_owned());
    all.other_locks[0].lock.reason = evil.to_owned();
    let cluster = &mut all.clusters[0];
    (cluster.id, cluster.title, cluster.severity_reason) = (evil.to_owned(), evil.to_owned(), Some(evil.to_owned()));
    cluster.group = [(evil.to_owned(), evil.to_owned())].into();
    let detail = cluster.detail.as_mut().unwrap();
    detail.facets[0].change.gained = vec![evil.to_owned()];
    detail.facets[0].change.facet = evil.to_owned();
    let metric = detail.metrics["length"].clone();
    detail.metrics.insert(evil.to_owned(), metric);
    let seen = detail.runs[0].seen.as_mut().unwrap();
    (seen.id, seen.severity_reason) = (evil.to_owned(), Some(evil.to_owned()));
    seen.metrics.insert(evil.to_owned(), 1.0);
    all
}

#[test]
fn strangers_texts_are_shown_and_not_obeyed() {
    let all = hostile();
    let texts = [
        history_table(&all, 50, &style(120)),
        history_detail(&all, &style(120)),
        history_json(&all),
        history_csv(&all, 50).replace("\r\n", "\n"),
        history_runs_csv(&all).replace("\r\n", "\n"),
    ];
    for text in texts {
        assert!(!text.chars().any(|c| is_hidden(c) && c != '\n'), "{text:?}");
    }
}

/// The cells of a CSV text, read as RFC 4180 has them.
fn cells(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "ends in the middle");
    rows
}

#[test]
fn csv_has_a_row_each_and_no_formula() {
    for text in [history_csv(&hostile(), 50), history_runs_csv(&hostile())] {
        let rows = cells(&text);
        assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{rows:?}");
        for cell in rows.iter().flatten() {
            let is_formula =
                cell.starts_with(['=', '+', '@']) || (cell.starts_with('-') && cell.parse::<f64>().is_err());
            assert!(!is_formula, "{cell}");
        }
    }
    let rows = cells(&history_csv(&hostile(), 50));
    assert_eq!(rows[1][6], "'=cmd|' /C calc'!A0,\"x\" ⏎ ␛[31m\\u{202e}");
    let rows = cells(&history_runs_csv(&detailed()));
    let column = |name: &str| rows[0].iter().position(|heading| heading == name).unwrap();
    let (count, metric) = (column("count"), column("metric:length"));
    let counts: Vec<&str> = rows[1..].iter().map(|row| row[count].as_str()).collect();
    assert_eq!(counts, ["7", "0", "120", "1"]);
    assert_eq!((rows[1][metric].as_str(), rows[2][metric].as_str()), ("-3.5", ""));
    assert_eq!(cells(&history_csv(&example(), 2)).len(), 3);
}

#[test]
fn runs_that_are_put_together_stand_for_as_many_each() {
    assert_eq!(even(&[1, 2, 3], 4), [1, 2, 3]);
    // Of five, three and two would be told as if they were alike.
    assert_eq!(even(&[9, 1, 2, 3, 4], 2), [9]);
    assert_eq!(even(&[9, 1, 2, 3, 4, 5], 3), [10, 5, 9]);
    assert_eq!(even(&[], 4), [0_u64; 0]);
    assert_eq!(even(&[u64::MAX, 1], 1), [u64::MAX]);
}
