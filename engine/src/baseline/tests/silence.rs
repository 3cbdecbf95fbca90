//! Days in a row, silence, and coming back.

use super::*;
use std::collections::BTreeSet;

/// Runs at every hour of some days, of which those of `silent` days see nothing.
fn hourly(days: std::ops::Range<u32>, silent: &[u32]) -> Vec<PastRun> {
    let mut runs = Vec::new();
    for day in days {
        for hour in 0..24 {
            let time = format!("{day:02}T{hour:02}:30:00");
            let clusters = if silent.contains(&day) { Vec::new() } else { vec![seen("a", 5, &time)] };
            runs.push(run(&time, clusters));
        }
    }
    runs
}

#[test]
fn days_in_a_row_end_where_runs_saw_nothing_and_not_where_there_were_none() {
    let row = |runs: Vec<PastRun>| baseline(runs, 5, "14T00:30:00").days_in_a_row();
    assert_eq!(row(hourly(10..14, &[])), 5);
    assert_eq!(row(hourly(10..14, &[12])), 2);
    assert_eq!(row(hourly(10..14, &[13])), 1);
    let without_the_12th = || hourly(10..12, &[]).into_iter().chain(hourly(13..14, &[]));
    assert_eq!(row(without_the_12th().collect()), 4);
    // A pipeline that stood still for longer than a week breaks the row.
    assert_eq!(row(hourly(1..3, &[])), 1);
    assert_eq!(baseline(hourly(10..14, &[12]), 5, "14T00:30:00").days_seen(), 3);
}

#[test]
fn a_run_just_after_midnight_that_saw_yesterday_s_entries_is_of_yesterday() {
    let late =
        of(History { runs: hourly(13..14, &[]), ..History::default() }, seen("a", 1, "13T23:59:00"), "14T00:30:00");
    assert_eq!(late.days_in_a_row(), 1);
}

#[test]
fn what_comes_back_after_a_silence_has_regressed() {
    let back = |silent: &[u32]| baseline(hourly(10..14, silent), 5, "14T05:00:00");
    assert_eq!((back(&[]).state(), back(&[]).quiet_since()), (State::Ongoing, None));
    let regressed = back(&[12, 13]);
    assert_eq!((regressed.state(), regressed.quiet_since()), (State::Regressed, Some(at("11T23:30:00"))));
    // Silent because nobody looked: there is no telling.
    assert_eq!(baseline(hourly(10..12, &[]), 5, "14T05:00:00").state(), State::Ongoing);
}

#[test]
fn what_comes_once_a_week_is_not_quiet_in_between() {
    let mut runs = hourly(1..14, &(1..14).collect::<Vec<_>>());
    for day in ["01", "07"] {
        let time = format!("{day}T12:30:00");
        runs.retain(|run| run.at != at(&time));
        runs.push(run(&time, vec![seen("a", 1, &time)]));
    }
    assert_eq!(baseline(runs, 1, "13T12:30:00").state(), State::Ongoing);
}

#[test]
fn entries_behind_the_closing_of_the_issue_are_a_regression_after_an_hour_of_grace() {
    let state = |closed: &str| {
        let known = baseline(vec![run("14T03:00:00", vec![seen("a", 1, "14T02:30:00")])], 1, "14T05:00:00");
        known.closed(Some(at(closed))).state()
    };
    assert_eq!(state("14T03:59:59"), State::Regressed);
    assert_eq!(state("14T04:00:00"), State::Ongoing);
    assert_eq!(state("14T06:00:00"), State::Ongoing);
}

#[test]
fn a_long_window_whose_end_is_silent_is_quiet() {
    let mut cluster = seen("a", 50, "12T06:00:00");
    cluster.hourly = (0..10).map(|hour| (at("12T00:00:00").plus_seconds(hour * HOUR / 2), 5)).collect();
    let now = Sighting { window: window("10T00:00:00", "14T00:00:00"), ..sighting(cluster, "14T00:00:00") };
    let history = Arc::new(History::default());
    let known = Recall::new(&history, at("14T00:00:00")).baseline(&[print("a")], now);
    assert_eq!((known.state(), known.quiet_since()), (State::Quiet, Some(at("12T06:00:00"))));
}

#[test]
fn clusters_that_fell_silent_are_listed_while_that_is_news() {
    let mut runs = hourly(10..13, &[12]);
    runs.push(run("12T23:45:00", vec![seen("b", 1, "12T23:40:00")]));
    let history = Arc::new(History { runs, ..History::default() });
    let quiet = |now: &str, seen_now: &[&str], days: i64| {
        let seen_now: BTreeSet<Fingerprint> = seen_now.iter().map(|id| print(id)).collect();
        let recall = Recall::new(&history, at(now));
        recall
            .quiet(&seen_now, (Window { from: None, to: None }, at(now)), days * DAY)
            .iter()
            .map(|q| (q.last.cluster.id.clone(), q.since))
            .collect::<Vec<_>>()
    };
    assert_eq!(quiet("13T00:00:00", &[], 14), [("a".to_owned(), at("11T23:30:00"))]);
    assert_eq!(quiet("13T00:00:00", &["a"], 14), []);
    assert_eq!(quiet("12T20:00:00", &[], 14), [], "not yet a day");
    assert_eq!(quiet("20T00:00:00", &[], 7), [], "old news; and what came once may come again");
}

#[test]
fn where_nobody_has_looked_nobody_knows_of_a_silence() {
    // The pipeline stood still for two days, and the run after that looks back an hour.
    let history = Arc::new(History { runs: hourly(10..13, &[]), ..History::default() });
    let quiet = |from: &str, to: &str| {
        let recall = Recall::new(&history, at(to));
        recall.quiet(&BTreeSet::new(), (window(from, to), at(to)), 14 * DAY).len()
    };
    assert_eq!(quiet("15T00:00:00", "15T01:00:00"), 0);
    assert_eq!(quiet("12T23:30:00", "15T01:00:00"), 1, "it looks back all the way");
    assert_eq!(quiet("15T00:00:00", "16T00:00:00"), 1, "and a day later it is known after all");

    // Runs that look at an hour of each day need not look for a day on end.
    let daily = (1..14).map(|day| format!("{day:02}T12:30:00"));
    let runs = daily.map(|time| run(&time, if time.as_str() < "11" { vec![seen("a", 5, &time)] } else { vec![] }));
    let history = Arc::new(History { runs: runs.collect(), ..History::default() });
    let now = at("14T12:30:00");
    let recall = Recall::new(&history, now);
    let quiet = |from: &str| recall.quiet(&BTreeSet::new(), (window(from, "14T12:30:00"), now), 14 * DAY).len();
    assert_eq!(quiet("14T11:30:00"), 0, "four hours of it may be chance");
    assert_eq!(quiet("14T02:30:00"), 1, "thirteen are not");
}
