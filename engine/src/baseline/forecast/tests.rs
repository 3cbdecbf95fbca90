//! The limit of a week, and what goes on beyond it.

use std::sync::Arc;

use super::*;
use crate::baseline::hours::hours;
use crate::baseline::{History, PastCluster, PastRun, Recall, Sighting};
use crate::id::Fingerprint;
use crate::report::Window;
use crate::severity::Severity;
use crate::tally::Timeline;

/// The hour in which a test begins; a Monday.
const START: i64 = 486_072;

fn time(hour: i64) -> Timestamp {
    Timestamp::from_unix(hour * HOUR, 0).unwrap()
}

/// So many entries in each hour from [`START`] on, each hour a run of its own and the last of them the one that is judged.
fn after(counts: &[u64]) -> Option<Forecast> {
    let print = Fingerprint::new("p", "a", &[]);
    let cluster = |hour: i64, count: u64| PastCluster {
        count,
        rate_per_hour: super::count(count),
        first_seen: Some(time(hour)),
        last_seen: Some(time(hour).plus_seconds(60)),
        hourly: [(time(hour), count)].into(),
        ..PastCluster::new(print.clone(), "a", Severity::P3)
    };
    let window = |hour: i64| Window { from: Some(time(hour)), to: Some(time(hour + 1)) };
    let hours = (START..).zip(counts);
    let runs: Vec<PastRun> = hours
        .map(|(hour, count)| PastRun {
            at: time(hour + 1),
            window: window(hour),
            deploys: [].into(),
            clusters: if *count > 0 { vec![cluster(hour, *count)] } else { Vec::new() },
        })
        .take(counts.len() - 1)
        .collect();
    let last = START + i64::try_from(counts.len()).unwrap() - 1;
    let now = Sighting {
        at: time(last + 1),
        window: window(last),
        cluster: cluster(last, *counts.last().unwrap()),
        values: [].into(),
        timeline: Timeline::default(),
    };
    let history = Arc::new(History { runs, ..History::default() });
    Recall::new(&history, now.at).baseline(&[print], now).forecast().copied()
}

fn week_then(rest: &[u64]) -> Vec<u64> {
    [8, 10, 12].into_iter().cycle().take(168).chain(rest.iter().copied()).collect()
}

fn is_escalating(counts: &[u64]) -> bool {
    after(counts).unwrap().is_escalating
}

/// Worked out by hand from the formula in the module's documentation.
#[test]
fn the_limit_is_the_larger_of_the_bursty_and_the_spike_limit() {
    // 8, 10, 12 over and over: mean 10, σ = sqrt(168/167 · 8/3) = 1.638, cv 0.1638; bursty = 12 · 5e^(−0.1065) = 53.9;
    // spike: (10 + 5σ)/10 is less than 5, so 10 + 10 · 5 = 60.
    let forecast = after(&week_then(&[10])).unwrap();
    assert_eq!((forecast.limit, forecast.usual, forecast.peak), (60.0, 12, 10.0));
    // One hour of 100 in a week of ones: mean 267/168 = 1.589, σ = 7.64, cv 4.81, so the factor is 2: 200 is the larger.
    let mut counts = vec![1; 168];
    counts[80] = 100;
    counts.push(1);
    // The spike itself is beyond what was known before it, and is set aside as long as it lasts.
    assert_eq!(after(&counts).unwrap().usual, 1);
    let mut young = vec![20; 168];
    young[80] = 100;
    young.push(20);
    let limit = after(&young).unwrap().limit;
    // Mean 20.476, σ 6.172, cv 0.30: 100 · 5e^(−0.196) = 411.
    assert!((limit - 411.0).abs() < 1.0, "{limit}");
}

#[test]
fn the_same_weekday_counts_double() {
    // 168 hours from Monday on: 40 an hour on Monday, 10 on the other days; the next hour is a Monday's.
    let mut counts: Vec<u64> = (0..168).map(|hour| if hour < 24 { 40 } else { 10 }).collect();
    counts.push(10);
    // mean 2400/168 = 14.2857; weighted (24·2·40 + 144·10)/192 = 17.5; σ = 10.529, (mean + 5σ)/mean = 4.685 < 5:
    // 17.5 + 5 · 14.2857 = 88.9; bursty: cv 0.737, 40 · 5e^(−0.479) = 123.9
    let limit = after(&counts).unwrap().limit;
    assert!((limit - 123.9).abs() < 0.2, "{limit}");
    assert_eq!(weekday(START), weekday(START + 168));
    assert_ne!(weekday(START), weekday(START + 24));
    assert_eq!(weekday(START), weekday(START + 23));
}

#[test]
fn in_the_first_week_it_is_ten_times_the_most() {
    assert_eq!(after(&[5]), None);
    let forecast = after(&[5, 3, 4]).unwrap();
    assert_eq!((forecast.limit, forecast.usual, forecast.is_escalating), (50.0, 5, false));
    assert!(!is_escalating(&[5, 3, 50]));
    assert!(is_escalating(&[5, 3, 51]));
    // Hours before the first entry do not make it older.
    let mut counts = vec![0; 200];
    counts.extend([5, 3, 4]);
    assert_eq!(after(&counts).unwrap().limit, 50.0);
}

#[test]
fn an_escalation_lasts_until_three_ordinary_hours_in_a_row() {
    let mut counts = week_then(&[100]);
    let first = after(&counts).unwrap();
    assert!(first.is_escalating);
    assert_eq!((first.limit, first.since), (60.0, Some(time(START + 168))));
    let mut states = Vec::new();
    for next in [100, 90, 10, 10, 100, 12, 11, 8, 10, 10] {
        counts.push(next);
        states.push(is_escalating(&counts));
    }
    // The escalation is no excuse for itself: what it counts does not raise the limit.
    assert_eq!(states, [true, true, true, true, true, true, true, false, false, false]);
    let ordinary = after(&counts).unwrap();
    assert_eq!((ordinary.usual, ordinary.since), (12, None));
    assert!((59.0..61.0).contains(&ordinary.limit), "{}", ordinary.limit);
}

/// Loud and calm hours by turns: one escalation, told with the same words in each of its runs.
#[test]
fn an_escalation_is_told_as_one_in_its_calm_hours_too() {
    for (calm, limit) in [(3, 30.0), (12, 120.0)] {
        let mut counts = vec![calm; 99];
        counts.push(300);
        let mut changes = Vec::new();
        let mut was = false;
        for hour in 100..120 {
            let forecast = after(&counts).unwrap();
            if forecast.is_escalating {
                let peak = if hour < 108 { 300.0 } else { 377.0 };
                assert_eq!((forecast.peak, forecast.limit, forecast.usual), (peak, limit, calm), "hour {hour}");
                let text = format!(
                    "escalating since 2025-06-18 03:00 UTC: up to {peak} entries an hour, where at most {limit} were to be expected"
                );
                assert_eq!(forecast.text(), text);
            } else {
                assert_eq!((forecast.peak, forecast.since), (count(calm), None), "hour {hour}");
            }
            if forecast.is_escalating != was {
                was = forecast.is_escalating;
                changes.push((hour, was));
            }
            counts.push(match hour {
                107 => 377,
                ..112 if hour % 2 == 1 => 300,
                _ => calm,
            });
        }
        // The last loud hour is the twelfth; the third calm one behind it ends it.
        assert_eq!(changes, [(100, true), (115, false)]);
    }
}

/// A window that begins within an hour halves what an hour holds. The rate over it escalates, and that lasts as well.
#[test]
fn what_the_rate_over_a_window_began_lasts() {
    let print = Fingerprint::new("p", "a", &[]);
    let at = |half: i64| Timestamp::from_unix(START * HOUR + half * HOUR / 2, 0).unwrap();
    // From half past to half past, half of the entries on each side of the full hour.
    let cluster = |run: i64, count: u64| PastCluster {
        count,
        rate_per_hour: super::count(count),
        first_seen: Some(at(2 * run + 1)),
        last_seen: Some(at(2 * run + 3)),
        hourly: [(at(2 * run), count / 2), (at(2 * run + 2), count - count / 2)].into(),
        ..PastCluster::new(print.clone(), "a", Severity::P3)
    };
    let window = |run: i64| Window { from: Some(at(2 * run + 1)), to: Some(at(2 * run + 3)) };
    let counts: Vec<u64> = [vec![4; 30], vec![60], vec![4; 8]].concat();
    let is_escalating = |last: usize| {
        let runs = counts.iter().enumerate().take(last).map(|(run, count)| {
            let run = i64::try_from(run).unwrap();
            PastRun {
                at: at(2 * run + 3),
                window: window(run),
                deploys: [].into(),
                clusters: vec![cluster(run, *count)],
            }
        });
        let history = Arc::new(History { runs: runs.collect(), ..History::default() });
        let run = i64::try_from(last).unwrap();
        let now = Sighting {
            at: at(2 * run + 3),
            window: window(run),
            cluster: cluster(run, counts[last]),
            values: [].into(),
            timeline: Timeline::default(),
        };
        Recall::new(&history, now.at).baseline(std::slice::from_ref(&print), now).forecast().unwrap().is_escalating
    };
    // 60 are beyond 40, and neither hour of the window holds more than 32.
    let escalating: Vec<usize> = (28..38).filter(|run| is_escalating(*run)).collect();
    assert_eq!(escalating, [30, 31, 32, 33]);
}

#[test]
fn after_a_week_it_is_the_new_ordinary() {
    let mut counts = week_then(&[100; 168]);
    assert!(is_escalating(&counts));
    counts.push(100);
    assert!(!is_escalating(&counts));
    counts.push(100);
    assert_eq!(after(&counts).unwrap().usual, 100);
}

#[test]
fn a_silent_week_begins_anew() {
    let mut counts = week_then(&[0; 169]);
    counts.push(200);
    assert_eq!(after(&counts), None);
    counts.push(200);
    assert!(!is_escalating(&counts));
}

/// A window that cuts an hour in two, and windows that overlap, come to the same hours.
#[test]
fn windows_are_joined_to_hours() {
    let print = Fingerprint::new("p", "a", &[]);
    let at = |minute: i64| Timestamp::from_unix(START * HOUR + minute * 60, 0).unwrap();
    let cluster = |hourly: &[(i64, u64)]| PastCluster {
        count: hourly.iter().map(|(_, count)| count).sum(),
        first_seen: Some(at(0)),
        last_seen: Some(at(0)),
        hourly: hourly.iter().map(|(hour, count)| (at(hour * 60), *count)).collect(),
        ..PastCluster::new(print.clone(), "a", Severity::P3)
    };
    let run = |from: i64, to: i64, hourly: &[(i64, u64)]| PastRun {
        at: at(to),
        window: Window { from: Some(at(from)), to: Some(at(to)) },
        deploys: [].into(),
        clusters: if hourly.is_empty() { Vec::new() } else { vec![cluster(hourly)] },
    };
    let joined = |runs: Vec<PastRun>| {
        let now = Sighting {
            at: at(600),
            window: Window { from: Some(at(540)), to: Some(at(600)) },
            cluster: cluster(&[(9, 1)]),
            values: [].into(),
            timeline: Timeline::default(),
        };
        let history = Arc::new(History { runs, ..History::default() });
        let hours = hours(&Recall::new(&history, now.at).baseline(std::slice::from_ref(&print), now));
        hours.into_iter().map(|(hour, count)| (hour - START, count)).collect::<Vec<_>>()
    };
    // 00:30–01:30 and 01:30–02:30 share the second hour.
    let cut = vec![run(30, 90, &[(0, 5), (1, 7)]), run(90, 150, &[(1, 3), (2, 2)])];
    assert_eq!(joined(cut), [(0, 5), (1, 10), (2, 2), (9, 1)]);
    // 00:00–02:00 and 01:00–03:00 have both counted the second.
    let overlapping = vec![run(0, 120, &[(0, 5), (1, 7)]), run(60, 180, &[(1, 8), (2, 2)])];
    assert_eq!(joined(overlapping), [(0, 5), (1, 8), (2, 2), (9, 1)]);
    // What a run looked at and did not see is zero; what nobody looked at is not known.
    let silent = vec![run(0, 120, &[(1, 7)]), run(180, 240, &[])];
    assert_eq!(joined(silent), [(0, 0), (1, 7), (3, 0), (9, 1)]);
}

/// A run that wrote down no hours is taken to be even over its window.
#[test]
fn counts_without_hours_are_spread() {
    let window = Window { from: Some(time(START)), to: Some(time(START + 3)) };
    let print = Fingerprint::new("p", "a", &[]);
    let cluster = PastCluster { count: 10, ..PastCluster::new(print.clone(), "a", Severity::P3) };
    let run = PastRun { at: time(START + 3), window, deploys: [].into(), clusters: vec![cluster.clone()] };
    let last = Window { from: Some(time(START + 3)), to: Some(time(START + 4)) };
    let now = Sighting { at: time(START + 4), window: last, cluster, values: [].into(), timeline: Timeline::default() };
    let history = Arc::new(History { runs: vec![run], ..History::default() });
    let hours = hours(&Recall::new(&history, now.at).baseline(&[print], now));
    assert_eq!(hours.into_values().collect::<Vec<_>>(), [3, 3, 4, 10]);
}
