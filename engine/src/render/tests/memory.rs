//! What history says, as the table shows it.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::fixture::{at, empty, example};
use super::*;
use crate::id::Fingerprint;
use crate::report::{QuietCluster, Report, State, Trend};
use crate::severity::Severity;

pub(super) fn trend(state: State) -> Trend {
    Trend {
        text: String::new(),
        state,
        runs_seen: 1,
        runs_known: 1,
        days_seen: 1,
        days_in_a_row: 1,
        first_ever_seen: None,
        quiet_since: None,
        previous: None,
        counts: vec![1, 1],
        rates: vec![1.0, 1.0],
        metrics: BTreeMap::new(),
        facets: Vec::new(),
        forecast: None,
    }
}

fn quiet(title: &str) -> QuietCluster {
    QuietCluster {
        id: title.to_lowercase(),
        group: BTreeMap::new(),
        fingerprint: Fingerprint::new("p", title, &[]),
        title: title.to_owned(),
        severity: Severity::P2,
        quiet_since: at("2025-09-12T00:00:00Z"),
        deploy: None,
        issue: None,
    }
}

/// The example, as a run that remembers others.
fn remembering() -> Report {
    let mut report = example();
    let states = [State::Escalating, State::New, State::Ongoing, State::Regressed, State::Quiet];
    for (cluster, state) in report.clusters.iter_mut().zip(states) {
        cluster.trend = Some(Box::new(trend(state)));
    }
    report.quiet = ["Deadlocks", "The cache is cold", "The disk fills"].map(quiet).into();
    report
}

#[test]
fn the_state_is_a_column_as_long_as_there_is_room() {
    let mut all = String::new();
    for (width, ascii) in [(160, false), (100, true), (90, false), (80, false), (40, false)] {
        let text = table(&remembering(), &TableStyle { width, ascii, colour: false });
        assert!(text.lines().all(|line| line.width() <= width), "{text}");
        all.push_str(&format!("== {width} columns, ascii: {ascii}\n{text}\n"));
    }
    insta::assert_snapshot!(all);
}

#[test]
fn the_state_goes_first_and_leaves_the_table_as_it_is_without_a_history() {
    let mut remembering = remembering();
    remembering.quiet.clear();
    let has_state: Vec<usize> = (20..200)
        .filter(|width| {
            let style = TableStyle { width: *width, ..TableStyle::default() };
            let (text, plain) = (table(&remembering, &style), table(&example(), &style));
            assert!(!plain.contains("STATE"), "{plain}");
            let has_state = text.contains("STATE");
            assert!(has_state || text == plain, "at {width} columns:\n{text}\n{plain}");
            assert!(!has_state || ["TIMELINE", "SEEN (UTC)", "ACTION"].iter().all(|it| text.contains(it)), "{text}");
            has_state
        })
        .collect();
    let first = has_state[0];
    assert!((81..=90).contains(&first), "{first}");
    assert_eq!(has_state, (first..200).collect::<Vec<_>>());
}

#[test]
fn what_has_gone_quiet_is_named_up_to_five() {
    let titles = ["A", "B", "C", "D", "E", "F", "G"];
    let line = |many: usize| {
        let report = Report { quiet: titles.iter().take(many).map(|title| quiet(title)).collect(), ..empty() };
        let text = table(&report, &TableStyle::default());
        text.lines().find(|line| line.starts_with("quiet")).map(str::to_owned)
    };
    assert_eq!(line(0), None);
    assert_eq!(line(1).as_deref(), Some("quiet: A"));
    assert_eq!(line(2).as_deref(), Some("quiet: A and B"));
    assert_eq!(line(5).as_deref(), Some("quiet: A, B, C, D and E"));
    assert_eq!(line(7).as_deref(), Some("quiet: A, B, C, D, E and 2 more"));
}

/// A title that would like to be a line, or a command, of its own.
#[test]
fn a_quiet_title_stays_on_its_line() {
    let mut report = empty();
    report.quiet = vec![quiet("a\n\u{1b}[31mP0 b"), quiet(&"x".repeat(5000))];
    report.quiet[0].group = [("pod".to_owned(), "api\u{202e}1".to_owned())].into();
    let text = table(&report, &TableStyle::default());
    assert!(!text.contains(['\u{1b}', '\u{202e}']) && !text.contains("\nP0"), "{text}");
    assert!(text.len() < 1000, "{}", text.len());
}
