//! What comes of histories.

use std::collections::BTreeMap;

use super::*;
use crate::report::State;

mod numbers;
mod silence;

/// The time of a test: an instant of June 2025.
fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2025-06-{time}Z")).unwrap_or_else(|| panic!("{time}"))
}

fn print(id: &str) -> Fingerprint {
    Fingerprint::new("pack", id, &[])
}

fn window(from: &str, to: &str) -> Window {
    Window { from: Some(at(from)), to: Some(at(to)) }
}

/// The cluster `id` with so many entries, the last of them at `last`.
fn seen(id: &str, count: u64, last: &str) -> PastCluster {
    let last = Some(at(last));
    let first = last;
    PastCluster { count, first_seen: first, last_seen: last, ..PastCluster::new(print(id), id, Severity::P3) }
}

fn run(at_: &str, clusters: Vec<PastCluster>) -> PastRun {
    let window = Window { from: Some(at(at_).plus_seconds(-HOUR)), to: Some(at(at_)) };
    PastRun { at: at(at_), window, deploys: [].into(), clusters }
}

fn sighting(cluster: PastCluster, at_: &str) -> Sighting {
    let window = Window { from: Some(at(at_).plus_seconds(-HOUR)), to: Some(at(at_)) };
    Sighting { at: at(at_), window, cluster, values: BTreeMap::new(), timeline: Timeline::default() }
}

/// What history makes of the cluster `a`, which this run sees with so many entries.
fn baseline(runs: Vec<PastRun>, count: u64, now: &str) -> Baseline {
    of(History { runs, ..History::default() }, seen("a", count, now), now)
}

fn of(history: History, cluster: PastCluster, now: &str) -> Baseline {
    Recall::new(&Arc::new(history), at(now)).baseline(&[print("a"), print("former")], sighting(cluster, now))
}

#[test]
fn without_history_nothing_is_known() {
    let baseline = baseline(Vec::new(), 3, "14T05:00:00");
    assert!(baseline.is_empty() && baseline.is_without_history() && baseline.previous().is_none());
    assert_eq!((baseline.runs_seen(), baseline.days_seen(), baseline.days_in_a_row()), (0, 0, 1));
    assert_eq!((baseline.state(), baseline.quiet_since(), baseline.forecast()), (State::New, None, None));
    assert_eq!((baseline.counts(48), baseline.first_ever_seen()), (vec![3], Some(at("14T05:00:00"))));
    assert!(baseline.has_news() && !baseline.is_all_news());
    assert!(baseline.facet_changes().is_empty() && baseline.lock().is_none() && baseline.run_back(1).is_none());
}

#[test]
fn runs_are_put_in_order_and_those_after_now_are_left_out() {
    let runs = vec![
        run("14T04:00:00", vec![seen("a", 4, "14T03:30:00")]),
        run("14T06:00:00", vec![seen("a", 6, "14T05:30:00")]),
        run("14T02:00:00", vec![seen("a", 2, "14T01:30:00"), seen("b", 9, "14T01:30:00")]),
        run("14T03:00:00", vec![seen("b", 9, "14T02:30:00")]),
    ];
    let baseline = baseline(runs, 5, "14T05:00:00");
    assert_eq!(baseline.counts(48), [2, 0, 4, 5]);
    assert_eq!(baseline.counts(2), [4, 5]);
    assert_eq!((baseline.runs_known(), baseline.runs_seen(), baseline.runs_missed()), (3, 2, 0));
    assert_eq!(baseline.previous().map(|seen| seen.cluster.count), Some(4));
    let back = |runs| baseline.run_back(runs).map(|seen| seen.cluster.count);
    assert_eq!([back(0), back(1), back(2), back(3), back(4)], [None, Some(4), None, Some(2), None]);
}

#[test]
fn former_ids_carry_history_on_and_the_own_id_comes_first() {
    let runs = vec![
        run("14T02:00:00", vec![seen("former", 2, "14T01:30:00")]),
        run("14T03:00:00", vec![seen("former", 7, "14T02:30:00"), seen("a", 3, "14T02:30:00")]),
        run("14T04:00:00", vec![seen("other", 8, "14T03:30:00")]),
    ];
    let baseline = baseline(runs, 5, "14T05:00:00");
    assert_eq!(baseline.counts(48), [2, 3, 0, 5]);
    assert_eq!(baseline.runs_missed(), 1);
}

#[test]
fn the_issue_and_what_it_was_made_to_say_are_those_of_the_latest_run_that_knew() {
    let filed = PastCluster { issue: Some(7), issue_severity: Some(Severity::P2), ..seen("a", 1, "14T01:30:00") };
    let runs = vec![run("14T02:00:00", vec![filed]), run("14T03:00:00", vec![seen("a", 1, "14T02:30:00")])];
    let baseline = baseline(runs, 5, "14T05:00:00");
    assert_eq!((baseline.issue(), baseline.issue_severity()), (Some(7), Some(Severity::P2)));
}

#[test]
fn a_person_s_severity_is_a_lock_and_so_is_one_laid_down_beside_any_run() {
    let by_person = PastCluster {
        severity: Severity::P4,
        severity_by: SeverityBy::Person,
        severity_reason: Some("in issue #7".to_owned()),
        ..seen("a", 1, "14T01:30:00")
    };
    let history = History { runs: vec![run("14T02:00:00", vec![by_person])], ..History::default() };
    let lock = |severity, reason: &str| Some(Lock { severity, reason: reason.to_owned() });
    let known = of(history.clone(), seen("a", 1, "14T04:30:00"), "14T05:00:00");
    assert_eq!(known.lock(), lock(Severity::P4, "in issue #7"));
    let locks = BTreeMap::from([(print("former"), lock(Severity::P0, "the night shift").unwrap())]);
    let history = History { locks, ..history };
    let known = of(history, seen("a", 1, "14T04:30:00"), "14T05:00:00");
    assert_eq!(known.lock(), lock(Severity::P0, "the night shift"));
    assert_eq!(known.locked(lock(Severity::P2, "in issue #9")).lock(), lock(Severity::P2, "in issue #9"));
}

#[test]
fn news_are_entries_later_than_those_that_the_run_before_saw() {
    let runs = || vec![run("14T04:00:00", vec![seen("a", 4, "14T03:30:00")])];
    let now = |first: &str, last: &str| {
        let cluster = PastCluster { first_seen: Some(at(first)), ..seen("a", 2, last) };
        let baseline = of(History { runs: runs(), ..History::default() }, cluster, "14T05:00:00");
        (baseline.has_news(), baseline.is_all_news())
    };
    assert_eq!(now("14T03:00:00", "14T03:30:00"), (false, false));
    assert_eq!(now("14T03:00:00", "14T03:30:01"), (true, false));
    assert_eq!(now("14T03:30:01", "14T03:30:01"), (true, true));
}

/// The changes of the facet `f`, given the values that three earlier runs saw, and those of this run with the hours at which
/// each was first and last seen.
fn changed(before: [&[&str]; 3], is_cut: bool, now: &[(&str, &str, &str)]) -> Option<FacetChange> {
    let list = |values: &[&str]| PastFacet { values: values.iter().map(|v| (*v).to_owned()).collect(), is_cut };
    let with = |id: &str, last: &str, facet: PastFacet| PastCluster {
        facets: [("f".to_owned(), facet)].into(),
        ..seen(id, 1, last)
    };
    let runs = vec![
        run("11T05:00:00", vec![with("a", "11T04:30:00", list(before[0]))]),
        run("12T05:00:00", vec![with("a", "12T04:30:00", list(before[1]))]),
        run("13T05:00:00", vec![with("a", "13T04:30:00", list(before[2]))]),
    ];
    let names: Vec<&str> = now.iter().map(|(value, ..)| *value).collect();
    let cluster = with("a", "14T04:30:00", PastFacet { is_cut: false, ..list(&names) });
    let spans = now.iter().map(|(value, first, last)| {
        let hour = |hour: &str| Some(at(&format!("14T{hour}:00:00")));
        ((*value).to_owned(), Span { first: hour(first), last: hour(last) })
    });
    let values = BTreeMap::from([("f".to_owned(), spans.collect())]);
    let history = History { runs, ..History::default() };
    let now = Sighting { values, ..sighting(cluster, "14T05:00:00") };
    Recall::new(&Arc::new(history), at("14T05:00:00")).baseline(&[print("a")], now).facet_change("f")
}

#[test]
fn values_of_facets_come_and_go() {
    let text = |before, now: &[_]| changed(before, false, now).unwrap().text;
    // The old value gave way to the new one within the run, or before it.
    let moved = [("137", "03", "04"), ("118", "01", "02")];
    let change = changed([&["118"]; 3], false, &moved).unwrap();
    assert_eq!(
        (change.text.as_str(), change.gained, change.lost),
        ("118 → 137", vec!["137".into()], vec!["118".into()])
    );
    assert_eq!(text([&["118"]; 3], &[("137", "03", "04")]), "118 → 137");
    // Both go on side by side.
    let both = [("staging", "01", "04"), ("active-dev", "02", "03")];
    let change = changed([&["staging"]; 3], false, &both).unwrap();
    assert_eq!((change.text.as_str(), change.lost.len()), ("staging → staging + active-dev", 0));
    // A value that any earlier run knew is no news, even if the run before did not see it.
    assert_eq!(text([&["a", "b"], &["a"], &["a"]], &[("a", "01", "04"), ("b", "02", "03")]), "");
    // That one is gone is worth a word where it had always been there.
    assert_eq!(text([&["a", "b"]; 3], &[("a", "01", "04")]), "no longer b");
    let fickle = changed([&["a"], &["a", "b"], &["a", "b"]], false, &[("a", "01", "04")]).unwrap();
    assert_eq!((fickle.lost, fickle.text.as_str()), (vec!["b".to_owned()], ""));
    assert_eq!(text([&["a"]; 3], &[("a", "01", "04")]), "");
    let many = [("b", "01", "04"), ("c", "01", "04"), ("d", "01", "04"), ("e", "01", "04")];
    assert_eq!(text([&["a"]; 3], &many), "4 new values");
}

/// A store may hand out anything; it must cost neither a panic nor an age.
#[test]
fn odd_histories_are_taken_as_they_are() {
    let far = |text: &str| Timestamp::parse(text);
    let (first, last) = (far("0001-01-01T00:00:00Z"), far("9999-12-31T23:59:59Z"));
    let odd = |at: Timestamp, window: Window, count: u64| PastRun {
        at,
        window,
        deploys: [].into(),
        clusters: vec![PastCluster {
            count,
            rate_per_hour: f64::NAN,
            first_seen: last,
            last_seen: first,
            hourly: [(first.unwrap(), u64::MAX), (last.unwrap(), u64::MAX)].into(),
            metrics: [("m".to_owned(), PastMetric { max: f64::NAN, last: f64::INFINITY, ..PastMetric::of(0.0) })]
                .into(),
            ..PastCluster::new(print("a"), "a", Severity::P3)
        }],
    };
    let all = Window { from: first, to: last };
    let runs = vec![
        odd(first.unwrap(), all, u64::MAX),
        odd(at("13T05:00:00"), all, u64::MAX),
        odd(at("13T05:00:00"), Window { from: last, to: first }, 0),
        odd(at("13T06:00:00"), Window::default(), u64::MAX),
        PastRun {
            clusters: vec![PastCluster { count: u64::MAX, ..PastCluster::new(print("a"), "a", Severity::P3) }],
            ..odd(at("13T07:00:00"), all, 1)
        },
    ];
    let baseline = baseline(runs, 5, "14T05:00:00");
    assert_eq!((baseline.runs_seen(), baseline.days_in_a_row()), (5, 2));
    assert!(baseline.forecast().is_some_and(|forecast| forecast.limit.is_finite()));
    assert!(baseline.worsening("m", Direction::Up, 1.0, 1).is_none() && baseline.metric_trend("m").is_none());
    assert_eq!((baseline.state(), baseline.first_ever_seen()), (State::Ongoing, Some(at("13T07:00:00"))));
}

#[test]
fn nothing_is_said_of_values_that_a_cut_list_could_belie() {
    let change = changed([&["a"]; 3], true, &[("a", "01", "04"), ("b", "01", "04")]).unwrap();
    assert_eq!((change.gained.len(), change.text.as_str()), (0, ""));
    assert!(changed([&["a"]; 3], false, &[]).is_some_and(|change| change.text == "no longer a"));
    let unknown = baseline(vec![run("13T05:00:00", vec![seen("a", 1, "13T04:30:00")])], 1, "14T05:00:00");
    assert_eq!(unknown.facet_change("f"), None);
}

/// What stores keep is read by later versions, and by earlier ones.
#[test]
fn past_clusters_are_json_in_which_more_and_less_may_stand() {
    let whole = PastCluster { count: 3, issue: Some(7), ..seen("a", 3, "14T03:30:00") };
    let text = serde_json::to_string(&whole).unwrap();
    assert_eq!(serde_json::from_str::<PastCluster>(&text).unwrap(), whole);
    let least = format!(r#"{{"fingerprint":"{}","id":"a","severity":"P3","later":{{"x":1}}}}"#, print("a"));
    let read: PastCluster = serde_json::from_str(&least).unwrap();
    assert_eq!(read, PastCluster::new(print("a"), "a", Severity::P3));
    for wrong in [least.replace("v1:", "v0:"), least.replace("P3", "P9"), "{}".to_owned()] {
        assert!(serde_json::from_str::<PastCluster>(&wrong).is_err(), "{wrong}");
    }
    // JSON has no number for it.
    let odd = PastCluster { rate_per_hour: f64::INFINITY, ..whole };
    let read: PastCluster = serde_json::from_str(&serde_json::to_string(&odd).unwrap()).unwrap();
    assert!(read.rate_per_hour.is_nan());
}

#[test]
fn a_run_of_the_same_time_is_this_one_done_before() {
    let runs = vec![
        run("14T04:00:00", vec![seen("a", 4, "14T03:30:00")]),
        run("14T05:00:00", vec![seen("a", 5, "14T04:30:00")]),
    ];
    assert_eq!(baseline(runs, 9, "14T05:00:00").counts(48), [4, 9]);
}

#[test]
fn the_first_entry_of_all_is_known_for_longer_than_the_runs_are() {
    let before = PastCluster { first_ever_seen: Some(at("01T00:00:00")), ..seen("a", 4, "14T03:30:00") };
    let baseline = baseline(vec![run("14T04:00:00", vec![before])], 9, "14T05:00:00");
    assert_eq!(baseline.first_ever_seen(), Some(at("01T00:00:00")));
}
