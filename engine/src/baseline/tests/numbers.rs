//! Metrics from run to run.

use super::*;

/// The cluster with one number in each of these runs, an hour apart, the last of them being this one.
fn metered(values: &[f64]) -> Baseline {
    let with = |value: f64| PastCluster {
        metrics: [("m".to_owned(), PastMetric::of(value))].into(),
        ..seen("a", 1, "01T00:00:00")
    };
    let start = at("01T00:00:00");
    let (last, earlier) = values.split_last().unwrap();
    let runs: Vec<PastRun> = (0..)
        .zip(earlier)
        .map(|(hour, value)| PastRun {
            at: start.plus_seconds(hour * HOUR),
            window: Window::default(),
            deploys: [].into(),
            clusters: vec![with(*value)],
        })
        .collect();
    let hours = i64::try_from(values.len()).unwrap();
    let now = Sighting { at: start.plus_seconds(hours * HOUR), ..sighting(with(*last), "01T00:00:00") };
    let history = Arc::new(History { runs, ..History::default() });
    Recall::new(&history, now.at).baseline(&[print("a")], now)
}

fn worse(values: &[f64], direction: Direction, by: f64, runs: usize) -> Option<(f64, f64, u64)> {
    metered(values).worsening("m", direction, by, runs).map(|found| (found.from, found.to, found.runs))
}

#[test]
fn a_metric_worsens_by_a_least_change() {
    assert_eq!(worse(&[91.2, 92.1], Direction::Up, 0.5, 1), Some((91.2, 92.1, 1)));
    assert_eq!(worse(&[91.2, 92.1], Direction::Up, 0.9, 1), Some((91.2, 92.1, 1)));
    assert_eq!(worse(&[91.2, 92.1], Direction::Up, 1.0, 1), None);
    assert_eq!(worse(&[91.2, 92.1], Direction::Down, 0.5, 1), None);
    assert_eq!(worse(&[92.1, 91.2], Direction::Down, 0.5, 1), Some((92.1, 91.2, 1)));
    assert_eq!(worse(&[92.1], Direction::Up, 0.5, 1), None);
    assert!(metered(&[91.2, 92.1]).worsening("other", Direction::Up, 0.5, 1).is_none());
}

#[test]
fn it_takes_several_runs_in_a_row_where_that_is_asked_for() {
    assert_eq!(worse(&[10.0, 20.0], Direction::Up, 5.0, 2), None);
    assert_eq!(worse(&[10.0, 20.0, 21.0], Direction::Up, 5.0, 2), Some((10.0, 21.0, 2)));
    assert_eq!(worse(&[10.0, 20.0, 10.0, 20.0], Direction::Up, 5.0, 2), None);
}

/// Between on and off there is a gap of half the change: what trembles in it neither comes nor goes.
#[test]
fn it_does_not_flap() {
    let on = |values: &[f64]| worse(values, Direction::Up, 10.0, 1).is_some();
    let course = [50.0, 50.0, 60.0, 56.0, 58.0, 56.0, 61.0, 54.0, 57.0, 59.0, 60.0];
    let states: Vec<bool> = (1..=course.len()).map(|until| on(&course[..until])).collect();
    assert_eq!(states, [false, false, true, true, true, true, true, false, false, false, false]);
    let changes = states.windows(2).filter(|pair| pair[0] != pair[1]).count();
    assert_eq!(changes, 2, "one rise and one fall");
}

#[test]
fn one_good_run_long_ago_does_not_make_all_others_bad() {
    let mut values = vec![50.0; 20];
    values[3] = 1.0;
    assert_eq!(worse(&values, Direction::Up, 10.0, 1), None);
    // A slow rise is one all the same.
    let slow: Vec<f64> = (0..20).map(f64::from).collect();
    assert!(worse(&slow, Direction::Up, 3.0, 1).is_some());
}

#[test]
fn what_creeps_is_held_against_the_best_level_of_a_week() {
    let creeping: Vec<f64> = (0..100).map(|hour| 50.0 + f64::from(hour) / 10.0).collect();
    let (from, to, runs) = worse(&creeping, Direction::Up, 5.0, 2).expect("ten more than at first");
    assert!((50.0..51.0).contains(&from) && (to - 59.9).abs() < 1e-9 && runs > 40, "{from} {to} {runs}");
    assert_eq!(worse(&creeping[..50], Direction::Up, 5.0, 2), None, "not yet five");
    let falling: Vec<f64> = creeping.iter().map(|value| -value).collect();
    assert!(worse(&falling, Direction::Down, 5.0, 2).is_some());
    assert_eq!(worse(&falling, Direction::Up, 5.0, 2), None);
    // What takes longer than a week is how it is.
    let for_ages: Vec<f64> = (0..1000).map(|hour| 50.0 + f64::from(hour) / 100.0).collect();
    assert_eq!(worse(&for_ages, Direction::Up, 5.0, 2), None);
}

#[test]
fn the_worst_value_of_a_run_counts() {
    let mut baseline = metered(&[10.0, 10.0]);
    let metric = baseline.now.cluster.metrics.get_mut("m").unwrap();
    (metric.min, metric.max) = (2.0, 30.0);
    assert_eq!(baseline.worsening("m", Direction::Up, 5.0, 1).map(|found| found.to), Some(30.0));
    assert_eq!(baseline.worsening("m", Direction::Down, 5.0, 1).map(|found| found.to), Some(2.0));
}

#[test]
fn a_trend_has_its_last_value_its_change_and_its_slope() {
    let trend = metered(&[1.0, 2.0, 3.0, 5.0]).metric_trend("m").unwrap();
    assert_eq!((trend.values, trend.last, trend.change), (vec![1.0, 2.0, 3.0, 5.0], 5.0, Some(2.0)));
    // 1, 2, 3 at hours 0, 1, 2 and 5 at hour 4 lie on one line of 1 an hour.
    assert_eq!(trend.slope_per_day, Some(24.0));
    let one = metered(&[7.0]).metric_trend("m").unwrap();
    assert_eq!((one.change, one.slope_per_day), (None, None));
    assert_eq!(metered(&[91.2, 92.1]).metric_trend("m").unwrap().change, Some(0.9));
}
