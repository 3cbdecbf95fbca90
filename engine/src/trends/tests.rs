//! What is told of histories.

use std::sync::Arc;

use super::*;
use crate::baseline::{History, PastCluster, PastFacet, PastMetric, PastRun};
use crate::pack::tests::{Shelf, sandbox};
use crate::pack::{self, Pack};

const PACK: &str = "== gardener.yaml\nversion: 1\nname: shop\nservice: web\n== clusters/a.yaml
- { id: queue, title: Queue, match: '\"a\"', severity: P3, was: [backlog, ancient] }
- { id: payment, title: Payment, match: '\"b\"', severity: P2, group_by: jsonPayload.user }
";

fn shop() -> Pack {
    let loaded = pack::load(&Shelf::of(PACK), "main", &sandbox());
    loaded.pack.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2025-06-{time}Z")).unwrap_or_else(|| panic!("{time}"))
}

fn print(id: &str, user: Option<&str>) -> Fingerprint {
    let group: Vec<(&str, &str)> = user.map(|user| ("jsonPayload.user", user)).into_iter().collect();
    Fingerprint::new("shop", id, &group)
}

fn seen(id: &str, user: Option<&str>, count: u64, last: &str) -> PastCluster {
    let group = user.map(|user| ("jsonPayload.user".to_owned(), user.to_owned())).into_iter().collect();
    let last = Some(at(last));
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let rate_per_hour = count as f64;
    PastCluster {
        group,
        count,
        rate_per_hour,
        first_seen: last,
        last_seen: last,
        ..PastCluster::new(print(id, user), id, Severity::P3)
    }
}

fn run(time: &str, clusters: Vec<PastCluster>) -> PastRun {
    let window = Window { from: Some(at(time).plus_seconds(-3600)), to: Some(at(time)) };
    PastRun { at: at(time), window, deploys: [].into(), clusters }
}

fn known(runs: Vec<PastRun>, locks: &[(Fingerprint, Severity)]) -> Known {
    let lock = |severity: &Severity| Lock { severity: *severity, reason: "ada: wait".to_owned() };
    let locks = locks.iter().map(|(print, severity)| (print.clone(), lock(severity))).collect();
    Known::new(&shop(), &Arc::new(History { runs, locks }), at("29T00:00:00"))
}

/// Four runs: the queue under its former id first, a payment of two users.
fn example() -> Vec<PastRun> {
    vec![
        run("01T01:00:00", vec![seen("backlog", None, 1, "01T00:30:00")]),
        run("01T02:00:00", vec![seen("payment", Some("bob"), 9, "01T01:30:00")]),
        run("02T03:00:00", vec![seen("queue", None, 4, "02T02:30:00"), seen("payment", Some("eve"), 2, "02T02:10:00")]),
        run("02T04:00:00", vec![seen("queue", None, 5, "02T03:30:00")]),
    ]
}

#[test]
fn former_ids_are_one_cluster_with_the_new_one() {
    let trends = known(example(), &[]).overview(48);
    let names: Vec<_> = trends.clusters.iter().map(|it| (it.id.as_str(), it.group.values().next())).collect();
    let (bob, eve) = ("bob".to_owned(), "eve".to_owned());
    assert_eq!(names, [("queue", None), ("payment", Some(&eve)), ("payment", Some(&bob))], "those seen last first");
    let queue = &trends.clusters[0];
    assert_eq!(
        (queue.counts.as_slice(), queue.rates.as_slice()),
        ([1, 0, 4, 5].as_slice(), [1., 0., 4., 5.].as_slice())
    );
    assert_eq!((queue.runs_seen, queue.runs_missed, queue.days_seen, queue.count), (3, 0, 2, 5));
    assert_eq!((queue.first_ever_seen, queue.last_seen), (Some(at("01T00:30:00")), Some(at("02T03:30:00"))));
    assert_eq!((queue.former.as_slice(), queue.state), ([print("backlog", None)].as_slice(), State::Ongoing));
    let bob = &trends.clusters[2];
    assert_eq!((bob.counts.as_slice(), bob.runs_missed, bob.state), ([0, 9, 0, 0].as_slice(), 2, State::New));
    assert_eq!((trends.runs_known, trends.clusters_known, trends.first_run), (4, 3, Some(at("01T01:00:00"))));
    assert_eq!(known(example(), &[]).overview(2).clusters[0].counts, [4, 5]);
}

#[test]
fn the_most_urgent_come_first_and_a_lock_says_how_urgent() {
    let unseen = print("long-gone", None);
    let known = known(example(), &[(print("backlog", None), Severity::P4), (unseen.clone(), Severity::P0)]);
    let trends = known.overview(48);
    let last = trends.clusters.last().unwrap();
    assert_eq!(
        (last.id.as_str(), last.severity, last.severity_by, last.is_locked),
        ("queue", Severity::P4, SeverityBy::Person, true)
    );
    assert_eq!(last.severity_reason.as_deref(), Some("ada: wait"));
    assert_eq!(trends.other_locks.len(), 1);
    assert_eq!(known.find(unseen.as_str()), Named::Lock(&unseen));
}

#[test]
fn a_cluster_is_named_by_its_ids_and_fingerprints() {
    let known = known(example(), &[]);
    let one = |name: &str| match known.find(name) {
        Named::One(series) => Some((series.id.clone(), series.group.values().next().cloned())),
        _ => None,
    };
    let queue = Some(("queue".to_owned(), None));
    let whole = print("queue", None).to_string();
    for name in
        ["queue", " queue ", "backlog", "ancient", &whole, &whole[..9], &whole[3..9], &whole[3..9].to_uppercase()]
    {
        assert_eq!(one(name), queue, "{name}");
    }
    assert_eq!(one(print("backlog", None).as_str()), queue);
    assert_eq!(one(print("payment", Some("eve")).as_str()), Some(("payment".to_owned(), Some("eve".to_owned()))));
    assert!(matches!(known.find("payment"), Named::Several(all) if all.len() == 2));
    assert_eq!(known.find("quue"), Named::Nothing(Some("queue")));
    for name in ["", "v1:", &whole[3..6], "nothing like it", "\u{1b}[31m"] {
        assert_eq!(known.find(name), Named::Nothing(None), "{name}");
    }
}

#[test]
fn silence_counts_while_others_looked() {
    let hourly = |day: u32, quiet: bool| {
        (0..24).map(move |hour| {
            let time = format!("{day:02}T{hour:02}:30:00");
            run(&time, if quiet { Vec::new() } else { vec![seen("queue", None, 2, &time)] })
        })
    };
    let runs = |silent: usize| -> Vec<PastRun> {
        let silence = (4..7).flat_map(|day| hourly(day, true)).take(silent);
        (1..4).flat_map(|day| hourly(day, false)).chain(silence).collect()
    };
    let state = |runs| {
        let trends = known(runs, &[]).overview(48);
        (trends.clusters[0].state, trends.clusters[0].quiet_since)
    };
    assert_eq!(state(runs(0)), (State::Ongoing, None));
    assert_eq!(state(runs(23)), (State::Ongoing, None), "less than a day of silence may be chance");
    assert_eq!(state(runs(24)), (State::Quiet, Some(at("03T23:30:00"))));
}

/// The cluster as it was: its numbers, and the line that it is in.
fn with(cluster: PastCluster, length: f64, line: &str) -> PastCluster {
    PastCluster {
        metrics: [("length".to_owned(), PastMetric::of(length))].into(),
        facets: [("line".to_owned(), PastFacet { values: vec![line.to_owned()], is_cut: false })].into(),
        ..cluster
    }
}

#[test]
fn a_detail_has_every_run_its_states_numbers_and_values() {
    let runs = vec![
        run("01T01:00:00", vec![with(seen("backlog", None, 1, "01T00:30:00"), 3.0, "118")]),
        run("01T02:00:00", Vec::new()),
        run("01T03:00:00", vec![with(seen("queue", None, 4, "01T02:30:00"), 9.0, "137")]),
        run("01T04:00:00", vec![seen("queue", None, 5, "01T03:30:00")]),
    ];
    let known = known(runs, &[]);
    let Named::One(series) = known.find("queue") else { panic!() };
    let detail = |most| known.detailed(series, most).clusters.remove(0).detail.unwrap();
    let all = detail(usize::MAX);
    let counts: Vec<_> =
        all.runs.iter().map(|run| run.seen.as_ref().map(|seen| (seen.id.as_str(), seen.count))).collect();
    assert_eq!(counts, [Some(("backlog", 1)), None, Some(("queue", 4)), Some(("queue", 5))]);
    let states: Vec<_> = all.states.iter().map(|change| (change.at, change.state)).collect();
    assert_eq!(states, [(at("01T01:00:00"), State::New), (at("01T03:00:00"), State::Ongoing)]);
    let length = &all.metrics["length"];
    assert_eq!((length.values.as_slice(), length.last, length.change), ([3., 9.].as_slice(), 9., Some(6.)));
    let change = &all.facets[0];
    assert_eq!((change.at, change.change.facet.as_str()), (at("01T03:00:00"), "line"));
    assert_eq!(
        (change.change.gained.as_slice(), change.change.lost.as_slice()),
        (["137".to_owned()].as_slice(), ["118".to_owned()].as_slice())
    );
    let latest = detail(2);
    assert_eq!((latest.runs.len(), latest.runs_left_out, latest.states.len()), (2, 2, 1));
    assert_eq!(latest.metrics, all.metrics, "numbers go back further than the runs that are shown");
}

#[test]
fn without_runs_nothing_is_known() {
    let trends = known(Vec::new(), &[]).overview(48);
    assert_eq!((trends.runs_known, trends.clusters.len(), trends.first_run), (0, 0, None));
    let empty = known(vec![run("01T01:00:00", Vec::new())], &[]).overview(48);
    assert_eq!((empty.runs_known, empty.clusters_known), (1, 0));
}
