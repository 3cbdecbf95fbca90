use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::entry::Timestamp;
use crate::id::hash_parts;
use crate::tally::{FacetValue, ListMap, Merge, Timeline, TraceTally};

const DAY: f64 = 86_400.0;
const BEGIN: i64 = 1_760_000_040;

fn time(seconds: f64) -> Timestamp {
    let at = BEGIN as f64 + seconds;
    Timestamp::from_unix(at.floor() as i64, ((at - at.floor()) * 1e9) as u32).unwrap()
}

/// Numbers that look random and are the same everywhere.
struct Dice(u64, u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.1 += 1;
        hash_parts(&[&self.0.to_le_bytes(), &self.1.to_le_bytes()]) as f64 / u64::MAX as f64
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.roll() * limit as f64) as u64
    }
}

/// The statistics of entries at these seconds of the day, in these requests.
fn stats(times: &[f64], traces: impl IntoIterator<Item = u64>) -> Stats {
    let mut minutes: BTreeMap<i64, u64> = BTreeMap::new();
    for at in times {
        *minutes.entry((BEGIN + *at as i64).div_euclid(60)).or_default() += 1;
    }
    let (first, last) = (*minutes.keys().next().unwrap(), *minutes.keys().last().unwrap());
    let mut tally = TraceTally::default();
    traces.into_iter().for_each(|trace| tally.add(hash_parts(&[b"trace", &trace.to_le_bytes()])));
    Stats {
        count: times.len() as u64,
        first_seen: times.iter().copied().reduce(f64::min).map(time),
        last_seen: times.iter().copied().reduce(f64::max).map(time),
        timeline: Timeline {
            bucket_seconds: 60,
            start: Timestamp::from_unix(first * 60, 0),
            counts: (first..=last).map(|minute| minutes.get(&minute).copied().unwrap_or(0)).collect(),
        },
        traces: tally.traces(),
        ..Stats::default()
    }
}

fn day() -> Window {
    Window { from: Some(time(0.0)), to: Some(time(DAY)) }
}

/// Of a day with so many requests.
fn found(clusters: &[Stats], requests: u64) -> Vec<Vec<Relation>> {
    let mut all = TraceTally::default();
    (0..requests).for_each(|trace| all.add(hash_parts(&[b"trace", &trace.to_le_bytes()])));
    let deploys = ListMap::default();
    let clusters: Vec<&Stats> = clusters.iter().collect();
    related(&clusters, &Run { window: day(), traces: &all.traces(), deploys: &deploys })
}

fn spread(dice: &mut Dice, count: u64, from: f64, to: f64) -> Vec<f64> {
    (0..count).map(|_| from + dice.roll() * (to - from)).collect()
}

/// A cluster that has nothing to do with any other: there all day, in one burst, from some time on, or with a burst in between.
fn stranger(dice: &mut Dice, requests: u64) -> Stats {
    let count = 1 + dice.below(400);
    let times = match dice.below(4) {
        0 => spread(dice, count, 0.0, DAY),
        1 => {
            let from = dice.roll() * DAY * 0.95;
            let to = from + dice.roll() * DAY * 0.05;
            spread(dice, count, from, to)
        }
        2 => {
            let from = dice.roll() * DAY;
            spread(dice, count, from, DAY)
        }
        _ => {
            let from = dice.roll() * DAY * 0.95;
            let mut times = spread(dice, count, 0.0, DAY);
            times.extend(spread(dice, count * 2, from, from + 900.0));
            times
        }
    };
    let traces: Vec<u64> = times.iter().map(|_| dice.below(requests)).collect();
    stats(&times, traces)
}

#[test]
fn strangers_are_related_in_no_more_runs_than_is_said() {
    let (runs, mut wrong) = (60, 0);
    for seed in 0..runs {
        let mut dice = Dice(seed, 0);
        let requests = [300, 20_000][(seed % 2) as usize];
        let clusters: Vec<Stats> = (0..20 + 10 * (seed % 10)).map(|_| stranger(&mut dice, requests)).collect();
        wrong += u64::from(found(&clusters, requests).iter().any(|list| !list.is_empty()));
    }
    // Two tests, each at 1 in 100: more than 5 of 60 would come by chance once in two hundred times.
    assert!(wrong <= 5, "{wrong} of {runs} runs tell of a relation that is none");
}

/// Forty strangers, then a cause at ten o'clock of one entry, and three symptoms.
fn incident(dice: &mut Dice) -> Vec<Stats> {
    let mut clusters: Vec<Stats> = (0..40).map(|_| stranger(dice, 20_000)).collect();
    let at = 36_000.0;
    clusters.push(stats(&[at], [1]));
    for delay in [0.8, 2.5, 7.0] {
        let mut times = spread(dice, 120, at + delay, at + 600.0);
        times.push(at + delay);
        clusters.push(stats(&times, (1000..1100).map(|trace| trace + delay as u64)));
    }
    clusters
}

#[test]
fn a_cause_and_its_symptoms_are_found_among_strangers() {
    let (runs, mut missed) = (30, 0);
    for seed in 0..runs {
        let lists = found(&incident(&mut Dice(1000 + seed, 0)), 20_000);
        for list in &lists[41..44] {
            let cause = list.iter().find(|relation| relation.to == 40);
            let is_first = cause.is_some_and(|cause| {
                cause.began == Began::Before
                    && cause.evidence.edge.as_ref().is_some_and(|edge| edge.other == EdgeKind::Begins)
            });
            missed += u64::from(!is_first);
        }
        let shared = lists[42].iter().find(|relation| relation.to == 41).unwrap();
        assert!(shared.evidence.traces.as_ref().is_some_and(|traces| traces.shared > 80), "{shared:?}");
    }
    assert_eq!(missed, 0, "of {} symptoms", 3 * runs);
}

#[test]
fn what_is_there_all_day_rises_with_nothing() {
    let mut dice = Dice(7, 0);
    let steady = |dice: &mut Dice, count| stats(&spread(dice, count, 0.0, DAY), 0..count);
    let clusters = [steady(&mut dice, 5_000), steady(&mut dice, 5_000), steady(&mut dice, 900)];
    // Every request of the day is in both, which would be so by chance as well.
    assert!(found(&clusters, 5_000).iter().all(Vec::is_empty));
    assert!(edges::edges(&clusters.iter().collect::<Vec<_>>(), day()).is_empty());
}

#[test]
fn a_rate_that_jumps_is_an_edge() {
    let mut dice = Dice(8, 0);
    let mut times = spread(&mut dice, 200, 0.0, DAY);
    times.extend(spread(&mut dice, 300, 40_000.0, 41_000.0));
    let clusters = [stats(&times, []), stats(&spread(&mut dice, 50, 40_010.0, 40_900.0), [])];
    let edges = edges::edges(&clusters.iter().collect::<Vec<_>>(), day());
    let jump = edges.iter().find(|edge| edge.cluster == 0).unwrap();
    assert_eq!(jump.kind, EdgeKind::Jumps);
    assert!((jump.at - time(40_000.0).as_seconds()).abs() <= 60.0, "{jump:?}");
    let lists = found(&clusters, 0);
    assert_eq!(lists[0].len(), 1);
    assert!(lists[0][0].evidence.words(lists[0][0].began).starts_with("begins "));
}

#[test]
fn a_single_entry_causes_and_does_not_rise() {
    let one = |at: f64| stats(&[at], []);
    assert!(found(&[one(40_000.0), one(40_000.5)], 0).iter().all(Vec::is_empty));
    let lists = found(&[one(40_000.0), stats(&[40_000.5, 40_003.0], [])], 0);
    assert_eq!((lists[1][0].to, lists[1][0].began), (0, Began::Before));
}

#[test]
fn the_same_requests_tell_without_any_edge() {
    let mut dice = Dice(9, 0);
    let requests: BTreeSet<u64> = (0..400).map(|_| dice.below(50_000)).collect();
    let mut all = |count, traces: &BTreeSet<u64>| stats(&spread(&mut dice, count, 0.0, DAY), traces.iter().copied());
    let half = requests.iter().copied().filter(|trace| trace % 2 == 0).collect();
    let clusters = [all(400, &requests), all(200, &half), all(400, &(0..40_000).collect())];
    let lists = found(&clusters, 50_000);
    let traces = lists[1][0].evidence.traces.as_ref().unwrap();
    // What is in most requests shares most of theirs, and says nothing.
    assert_eq!((lists[0].len(), lists[1].len(), lists[2].len()), (1, 1, 0));
    assert!(!traces.is_exact && (150..250).contains(&traces.shared) && (150..250).contains(&traces.own), "{traces:?}");
}

fn deployed(values: &[(&str, u64, f64, f64)]) -> ListMap<String, FacetStats> {
    let values = values.iter().map(|(value, count, first, last)| FacetValue {
        value: (*value).to_owned(),
        count: *count,
        first_seen: Some(time(*first)),
        last_seen: Some(time(*last)),
    });
    let stats = FacetStats { values: values.collect(), distinct: 2, other: 0, exact: true };
    ListMap::from([("labels.commit".to_owned(), stats)])
}

#[test]
fn one_revision_relates_only_where_others_ran_all_the_while() {
    let mut dice = Dice(10, 0);
    let mut of_canary = |count| Stats {
        deploys: deployed(&[("b", count, 0.0, DAY)]),
        ..stats(&spread(&mut dice, count, 30_000.0, DAY), [])
    };
    let clusters = [of_canary(60), of_canary(80)];
    let clusters: Vec<&Stats> = clusters.iter().collect();
    let none = Traces::default();
    let of = |run: &[(&str, u64, f64, f64)]| {
        let deploys = deployed(run);
        related(&clusters, &Run { window: Window::default(), traces: &none, deploys: &deploys })
    };
    let beside = of(&[("a", 10_000, 0.0, DAY), ("b", 10_000, 30_000.0, DAY)]);
    assert_eq!(beside[0][0].evidence.revision.as_ref().unwrap().value, "b");
    // One after the other: whatever began later has the later one only.
    assert!(of(&[("a", 10_000, 0.0, 30_000.0), ("b", 10_000, 30_000.0, DAY)]).iter().all(Vec::is_empty));
}

#[test]
fn the_order_of_clusters_changes_nothing_but_places() {
    let clusters = incident(&mut Dice(3, 0));
    let names = |clusters: &[Stats], lists: Vec<Vec<Relation>>| -> BTreeSet<String> {
        let name = |at: usize| format!("{:?} {}", clusters[at].first_seen, clusters[at].count);
        let all = lists.iter().enumerate().flat_map(|(own, list)| list.iter().map(move |it| (own, it)));
        all.map(|(own, it)| format!("{} {} {:?} {:?}", name(own), name(it.to), it.began, it.evidence)).collect()
    };
    let forwards = names(&clusters, found(&clusters, 20_000));
    let turned: Vec<Stats> = clusters.iter().rev().cloned().collect();
    assert!(!forwards.is_empty());
    assert_eq!(names(&turned, found(&turned, 20_000)), forwards);
}

#[test]
fn lists_and_work_are_bounded() {
    // Everybody is in everybody's requests and begins with everybody.
    let of = |at: u32| {
        let begin = 40_000.0 + f64::from(at) / 100.0;
        stats(&[begin, begin + 1.0], (0..200).map(|it| it + u64::from(at) / 10 * 50))
    };
    let clusters: Vec<Stats> = (0..3_000).map(of).collect();
    let lists = found(&clusters, 100_000);
    assert!(lists.iter().all(|list| list.len() <= RELATED));
    assert!(lists.iter().any(|list| list.len() == RELATED));
    let mut merged = TraceTally::default();
    merged.merge(TraceTally::default());
    assert_eq!(merged.traces().count_up_to(u64::MAX), 0.0);
}
