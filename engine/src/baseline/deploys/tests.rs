//! What is said of deploys, and what is not.

use std::sync::Arc;

use super::*;
use crate::baseline::{History, PastCluster, PastRun, Sighting};
use crate::id::Fingerprint;
use crate::severity::Severity;
use crate::tally::{FacetValue, Timeline};

mod simulation;
mod turns;

const FIELD: &str = "resource.labels.revision_name";
/// The time of a test: midnight of a Monday.
const START: i64 = 1_748_822_400;

fn at(minutes: i64) -> Timestamp {
    Timestamp::from_unix(START + 60 * minutes, 0).unwrap()
}

fn print() -> Fingerprint {
    Fingerprint::new("pack", "a", &[])
}

/// A service whose entries are told one by one, and what runs see of it.
#[derive(Default)]
struct Service {
    /// When each value began to serve, in minutes, in order; it gives way to the next one.
    deploys: Vec<(i64, &'static str)>,
    /// The entries of the cluster `a`, in minutes, each with the value that it carries.
    entries: Vec<(i64, Option<&'static str>)>,
}

impl Service {
    /// The value that serves at a time.
    fn serving(&self, minute: i64) -> &'static str {
        self.deploys.iter().rfind(|(from, _)| *from <= minute).map_or("v0", |(_, value)| value)
    }

    /// So many entries, spread evenly over some minutes, of whatever serves.
    fn errors(&mut self, from: i64, to: i64, count: i64) {
        for n in 0..count {
            let minute = from + (to - from) * n / count;
            self.entries.push((minute, Some(self.serving(minute))));
        }
    }

    /// The values of a window: an entry a minute of whatever serves.
    fn values(&self, from: i64, to: i64) -> Vec<PastDeploy> {
        counted((from..to).map(|minute| (minute, self.serving(minute))))
    }

    fn cluster(&self, from: i64, to: i64) -> PastCluster {
        let own: Vec<_> = self.entries.iter().filter(|(minute, _)| (from..to).contains(minute)).collect();
        let mut cluster = PastCluster::new(print(), "a", Severity::P3);
        cluster.count = own.len() as u64;
        cluster.first_seen = own.iter().map(|(minute, _)| at(*minute)).min();
        cluster.last_seen = own.iter().map(|(minute, _)| at(*minute)).max();
        let mut hourly: BTreeMap<Timestamp, u64> = BTreeMap::new();
        for (minute, _) in &own {
            *hourly.entry(at(minute.div_euclid(60) * 60)).or_default() += 1;
        }
        cluster.hourly = hourly.into_iter().collect();
        let carried = counted(own.iter().filter_map(|(minute, value)| Some((*minute, (*value)?))));
        if !carried.is_empty() {
            cluster.deploys.insert(FIELD.to_owned(), carried);
        }
        cluster
    }

    fn run(&self, from: i64, to: i64) -> PastRun {
        let cluster = self.cluster(from, to);
        PastRun {
            at: at(to),
            window: Window { from: Some(at(from)), to: Some(at(to)) },
            deploys: ListMap::from([(FIELD.to_owned(), self.values(from, to))]),
            clusters: if cluster.count > 0 { vec![cluster] } else { Vec::new() },
        }
    }

    /// What a run over a window makes of it, after those over windows before it.
    fn judged(&self, before: &[(i64, i64)], now: (i64, i64)) -> Option<ClusterDeploy> {
        let runs = before.iter().map(|(from, to)| self.run(*from, *to)).collect();
        self.judged_with(runs, now)
    }

    fn judged_with(&self, runs: Vec<PastRun>, (from, to): (i64, i64)) -> Option<ClusterDeploy> {
        let history = Arc::new(History { runs, ..History::default() });
        let window = Window { from: Some(at(from)), to: Some(at(to)) };
        let recall =
            Recall::new(&history, at(to)).with_deploys(&[FIELD.to_owned()], &stats(&self.values(from, to)), window);
        let mut counts = vec![0; usize::try_from(to - from).unwrap()];
        for (minute, _) in self.entries.iter().filter(|(minute, _)| (from..to).contains(minute)) {
            counts[usize::try_from(minute - from).unwrap()] += 1;
        }
        let timeline = Timeline { bucket_seconds: 60, start: Some(at(from)), counts };
        let cluster = self.cluster(from, to);
        let now = Sighting { at: at(to), window, cluster, values: BTreeMap::new(), timeline };
        recall.baseline(&[print()], now).deploy().cloned()
    }
}

fn counted<'v>(entries: impl Iterator<Item = (i64, &'v str)>) -> Vec<PastDeploy> {
    let mut values: BTreeMap<&str, PastDeploy> = BTreeMap::new();
    for (minute, value) in entries {
        let new = || PastDeploy { value: value.to_owned(), first_seen: Some(at(minute)), ..PastDeploy::default() };
        let known = values.entry(value).or_insert_with(new);
        known.count += 1;
        known.first_seen = known.first_seen.min(Some(at(minute)));
        known.last_seen = known.last_seen.max(Some(at(minute)));
    }
    values.into_values().collect()
}

fn stats(values: &[PastDeploy]) -> ListMap<String, FacetStats> {
    let value = |deploy: &PastDeploy| FacetValue {
        value: deploy.value.clone(),
        count: deploy.count,
        first_seen: deploy.first_seen,
        last_seen: deploy.last_seen,
    };
    let all = FacetStats { values: values.iter().map(value).collect(), exact: true, ..FacetStats::default() };
    ListMap::from([(FIELD.to_owned(), all)])
}

/// Hourly windows between two times.
fn hourly(from: i64, to: i64) -> Vec<(i64, i64)> {
    (from / 60..to / 60).map(|hour| (hour * 60, hour * 60 + 60)).collect()
}

const DAY: i64 = 1_440;

/// A service of which `v1` serves since ten minutes past two days.
fn deployed() -> Service {
    Service { deploys: vec![(2 * DAY + 10, "v1")], ..Service::default() }
}

#[test]
fn a_cluster_that_comes_with_a_revision_began_with_it() {
    let mut service = deployed();
    service.errors(2 * DAY + 14, 2 * DAY + 60, 20);
    let found = service.judged(&hourly(0, 2 * DAY), (2 * DAY, 2 * DAY + 60)).unwrap();
    assert_eq!((found.kind, found.value.as_str(), found.field.as_str()), (DeployKind::Began, "v1", FIELD));
    assert_eq!((found.began, found.after_seconds), (at(2 * DAY + 10), Some(240.0)));
    assert_eq!(found.text, "since revision v1, first seen 4 minutes after it began");
    assert_eq!((found.rate_before, found.rate_after), (0.0, 24.0));
    // It is still so the next day, and old news a week later.
    service.errors(2 * DAY + 60, 3 * DAY, 500);
    let found = service.judged(&hourly(0, 3 * DAY - 60), (3 * DAY - 60, 3 * DAY)).unwrap();
    assert_eq!((found.kind, found.after_seconds), (DeployKind::Began, Some(240.0)));
    service.errors(3 * DAY, 10 * DAY, 4_000);
    assert_eq!(service.judged(&hourly(0, 10 * DAY - 60), (10 * DAY - 60, 10 * DAY)), None);
}

#[test]
fn one_window_is_enough_where_it_shows_what_was_before() {
    let mut service = Service { deploys: vec![(180, "v1")], ..Service::default() };
    service.errors(180, 360, 60);
    let found = service.judged(&[], (0, 360)).unwrap();
    assert_eq!((found.kind, found.after_seconds), (DeployKind::Began, Some(0.0)));
    assert_eq!(found.text, "since revision v1, from its first entry on");
}

#[test]
fn what_was_there_before_did_not_begin() {
    let mut service = deployed();
    service.errors(DAY, DAY + 1, 1);
    service.errors(2 * DAY + 14, 2 * DAY + 60, 2);
    assert_eq!(service.judged(&hourly(0, 2 * DAY), (2 * DAY, 2 * DAY + 60)), None);
}

#[test]
fn what_older_revisions_have_as_well_did_not_begin_with_the_new_one() {
    let mut service = deployed();
    service.errors(2 * DAY + 14, 2 * DAY + 60, 20);
    service.entries.push((2 * DAY + 40, Some("v0")));
    assert_eq!(service.judged(&hourly(0, 2 * DAY), (2 * DAY, 2 * DAY + 60)), None);
}

#[test]
fn what_carries_no_revision_did_not_begin_with_one() {
    let mut service = deployed();
    service.errors(2 * DAY + 14, 2 * DAY + 60, 20);
    service.entries.iter_mut().skip(5).for_each(|(_, value)| *value = None);
    assert_eq!(service.judged(&hourly(0, 2 * DAY), (2 * DAY, 2 * DAY + 60)), None);
}

#[test]
fn the_only_value_ever_known_began_at_no_known_time() {
    let mut service = Service::default();
    service.errors(30, 60, 20);
    assert_eq!(service.judged(&[], (0, 60)), None);
    assert_eq!(service.judged(&hourly(-DAY, 0), (0, 60)), None);
}

#[test]
fn what_comes_long_after_a_deploy_began_with_something_else() {
    let mut service = deployed();
    service.errors(3 * DAY, 3 * DAY + 60, 60);
    assert_eq!(service.judged(&hourly(0, 3 * DAY), (3 * DAY, 3 * DAY + 60)), None);
}

#[test]
fn one_entry_proves_nothing_unless_it_comes_at_once() {
    let mut service = deployed();
    service.errors(2 * DAY + 30, 2 * DAY + 31, 1);
    assert_eq!(service.judged(&hourly(0, 2 * DAY), (2 * DAY, 2 * DAY + 60)), None);
}

#[test]
fn after_a_gap_nobody_knows_when_the_revision_began() {
    let mut service = Service { deploys: vec![(DAY, "v1")], ..Service::default() };
    service.errors(DAY + 365, DAY + 720, 60);
    let found = service.judged(&[(0, 360), (360, 720)], (DAY + 360, DAY + 720)).unwrap();
    assert_eq!((found.kind, found.after_seconds), (DeployKind::Began, None));
    assert_eq!(found.text, "since revision v1, which came while nothing was read");
}

#[test]
fn a_rate_rises_and_falls_with_revisions() {
    let mut service = Service { deploys: vec![(3 * DAY, "v1"), (4 * DAY, "v2")], ..Service::default() };
    service.errors(0, 3 * DAY, 72 * 2);
    service.errors(3 * DAY, 4 * DAY, 24 * 12);
    service.errors(4 * DAY, 5 * DAY, 24 * 2);
    let rose = service.judged(&hourly(0, 3 * DAY), (3 * DAY, 3 * DAY + 180)).unwrap();
    assert_eq!((rose.kind, rose.value.as_str(), rose.after_seconds), (DeployKind::RateRose, "v1", None));
    assert_eq!((rose.rate_before, rose.rate_after), (2.0, 12.0));
    assert_eq!(rose.text, "rate rose with revision v1, which began 2025-06-05 00:00 UTC: from 2 to 12 an hour");
    let fell = service.judged(&hourly(0, 4 * DAY + 360), (4 * DAY + 360, 4 * DAY + 420)).unwrap();
    assert_eq!((fell.kind, fell.value.as_str()), (DeployKind::RateFell, "v2"));
    assert_eq!((fell.rate_before, fell.rate_after), (12.0, 2.0));
    assert_eq!(fell.text, "rate fell with revision v2, which began 2025-06-06 00:00 UTC: from 12 to 2 an hour");
}

#[test]
fn a_rise_of_older_revisions_too_came_from_elsewhere() {
    let mut service = Service { deploys: vec![(3 * DAY, "v1")], ..Service::default() };
    service.errors(0, 3 * DAY, 72 * 2);
    service.errors(3 * DAY, 3 * DAY + 180, 36);
    let late = service.entries.iter_mut().filter(|(minute, _)| *minute >= 3 * DAY);
    late.enumerate().filter(|(n, _)| n % 12 != 0).for_each(|(_, (_, value))| *value = Some("v0"));
    assert_eq!(service.judged(&hourly(0, 3 * DAY), (3 * DAY, 3 * DAY + 180)), None);
}

#[test]
fn a_daily_rhythm_is_no_change() {
    let mut service = Service { deploys: vec![(3 * DAY + 480, "v1")], ..Service::default() };
    for hour in 0..76 {
        let count = if (8..20).contains(&(hour % 24)) { 40 } else { 4 };
        service.errors(hour * 60, hour * 60 + 60, count);
    }
    service.errors(76 * 60, 84 * 60, 8 * 40);
    let now = (3 * DAY + 480, 3 * DAY + 720);
    assert_eq!(service.judged(&hourly(0, 3 * DAY + 480), now), None);
}

#[test]
fn with_less_than_a_day_before_only_a_great_change_counts() {
    let service = |factor: i64| {
        let mut service = Service { deploys: vec![(360, "v1")], ..Service::default() };
        service.errors(0, 360, 24);
        service.errors(360, 720, 24 * factor);
        service.judged(&[], (0, 720)).map(|found| found.kind)
    };
    assert_eq!((service(6), service(12)), (None, Some(DeployKind::RateRose)));
}

#[test]
fn a_field_with_too_many_values_and_one_that_nobody_carries_tell_of_no_deploys() {
    let window = Window { from: Some(at(0)), to: Some(at(60)) };
    let history = Arc::new(History::default());
    let mut many = stats(&deployed().values(2 * DAY, 2 * DAY + 60));
    let fields = [FIELD.to_owned(), "labels.commit".to_owned()];
    let told = |now: &ListMap<String, FacetStats>| {
        Recall::new(&history, at(60)).with_deploys(&fields, now, window).deploys(now, window).len()
    };
    assert_eq!(told(&many), 2);
    many.values_mut().for_each(|values| values.exact = false);
    assert_eq!((told(&many), told(&ListMap::default())), (0, 0));
}

#[test]
fn a_run_tells_which_deploys_began_in_it() {
    let service = Service { deploys: vec![(DAY, "v1"), (2 * DAY + 10, "v2")], ..Service::default() };
    let runs = hourly(0, 2 * DAY).iter().map(|(from, to)| service.run(*from, *to)).collect();
    let history = Arc::new(History { runs, ..History::default() });
    let window = Window { from: Some(at(2 * DAY)), to: Some(at(2 * DAY + 60)) };
    let now = stats(&service.values(2 * DAY, 2 * DAY + 60));
    let recall = Recall::new(&history, at(2 * DAY + 60)).with_deploys(&[FIELD.to_owned()], &now, window);
    let told = recall.deploys(&now, window);
    let told: Vec<_> = told.iter().map(|d| (d.value.as_str(), d.count, d.is_new, d.began)).collect();
    assert_eq!(told, [("v1", 10, false, Some(at(DAY))), ("v2", 50, true, Some(at(2 * DAY + 10)))]);
}
