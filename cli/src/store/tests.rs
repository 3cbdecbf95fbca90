//! One suite for both kinds of databases.

use std::collections::BTreeMap;

use gardener_engine::baseline::{History, Lock, PastCluster, PastDeploy, PastFacet, PastMetric, PastRun};
use gardener_engine::entry::Timestamp;
use gardener_engine::id::Fingerprint;
use gardener_engine::pack::HistorySettings;
use gardener_engine::report::{ActionKind, Conservation, SeverityBy, Totals, Window};
use gardener_engine::severity::Severity;
use gardener_engine::tally::ListMap;

use super::*;

#[path = "../../../tests/e2e/support/postgres.rs"]
mod server;

mod chain;
mod faults;
mod lease;
mod together;
mod writes;

/// A place for histories that goes away with it.
pub(super) enum Bench {
    File(tempfile::TempDir),
    Server(String),
}

impl Bench {
    pub(super) fn address(&self) -> Address {
        match self {
            Self::File(folder) => Address::File(folder.path().join("history.db")),
            Self::Server(url) => Address::parse(url).unwrap(),
        }
    }

    pub(super) fn open(&self) -> Store {
        Store::open(&self.address(), None).unwrap_or_else(|failure| panic!("{failure}: {:?}", failure.help))
    }
}

/// Runs a test over a file, and over a server where there is one.
pub(super) fn each(test: impl Fn(&Bench)) {
    test(&Bench::File(tempfile::tempdir().unwrap()));
    if let Some(server) = server::server() {
        test(&Bench::Server(server.database()));
    }
}

pub(super) fn scope(service: &str) -> Scope {
    Scope { pack: "shop".to_owned(), project: Some("prod".to_owned()), service: Some(service.to_owned()) }
}

pub(super) fn at(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2025-06-{time}Z")).unwrap_or_else(|| panic!("{time}"))
}

pub(super) fn print(id: &str) -> Fingerprint {
    Fingerprint::new("shop", id, &[])
}

pub(super) fn seen(id: &str, count: u64) -> PastCluster {
    PastCluster { count, action: Some(ActionKind::Create), ..PastCluster::new(print(id), id, Severity::P2) }
}

pub(super) fn run(time: &str, clusters: Vec<PastCluster>) -> Run {
    let window = Window { from: Some(at(time).plus_seconds(-3600)), to: Some(at(time)) };
    let totals = Totals { clusters: clusters.len() as u64, ..Totals::default() };
    let entries = Conservation { read: 9, clustered: 9, ..Conservation::default() };
    let past = PastRun { at: at(time), window, clusters, deploys: deploys("web-1") };
    Run {
        past,
        digest: "xxh3:0".to_owned(),
        entries,
        totals,
        reach: None,
        chain: Chain::Apart,
        done: std::collections::BTreeSet::new(),
    }
}

pub(super) fn record(store: &mut Store, scope: &Scope, run: &Run) {
    recorded(store, scope, run, HistorySettings::default()).unwrap();
}

pub(super) fn history(store: &mut Store, now: &str) -> History {
    store.history(&scope("web"), at(now), HistorySettings::default()).unwrap()
}

pub(super) fn recorded(store: &mut Store, scope: &Scope, run: &Run, settings: HistorySettings) -> Result<(), Failure> {
    store.record(scope, run, settings)?.commit()
}

/// The counts of a cluster, run by run.
pub(super) fn counts(history: &History, id: &str) -> Vec<u64> {
    let of = |run: &PastRun| run.clusters.iter().filter(|c| c.fingerprint == print(id)).map(|c| c.count).sum();
    history.runs.iter().map(of).collect()
}

/// One value of a field of deploys.
fn deploys(value: &str) -> ListMap<String, Vec<PastDeploy>> {
    let seen = PastDeploy { value: value.to_owned(), count: 3, first_seen: Some(at("01T00:00:00")), last_seen: None };
    [("labels.revision".to_owned(), vec![seen])].into()
}

/// A cluster with everything that can be known of one, some of it hostile.
fn full() -> PastCluster {
    let text = "a\0b \u{202e}'); DROP TABLE gardener_run; -- \"\\ é 🔴\n";
    PastCluster {
        group: [("user".to_owned(), text.to_owned())].into(),
        title: text.to_owned(),
        count: u64::MAX,
        rate_per_hour: 0.1 + 0.2,
        first_seen: Some(at("01T00:00:00.000000001")),
        first_ever_seen: Timestamp::parse("0001-01-01"),
        last_seen: Timestamp::parse("9999-12-31T23:59:59.999999999Z"),
        hourly: [(at("01T00:00:00"), 1), (at("01T01:00:00"), u64::MAX)].into(),
        severity_by: SeverityBy::Person,
        severity_reason: Some(text.to_owned()),
        metrics: [("m".to_owned(), PastMetric { count: 3, last: 1e300, min: -0.0, max: 1.0 / 3.0, mean: 5e-324 })]
            .into(),
        facets: [("f".to_owned(), PastFacet { values: vec![text.to_owned(), String::new()], is_cut: true })].into(),
        deploys: deploys("\0'"),
        action: Some(ActionKind::Deescalate),
        issue: Some(u64::MAX),
        issue_severity: Some(Severity::P0),
        ..PastCluster::new(print("full"), "full", Severity::P5)
    }
}

#[test]
fn what_was_recorded_is_what_later_runs_are_told() {
    each(|bench| {
        let many = (0..130).map(|n| seen(&format!("c{n}"), n)).collect();
        let recorded =
            [run("02T01:00:00", vec![full(), seen("a", 3)]), run("02T02:00:00", many), run("02T03:00:00", vec![])];
        let mut store = bench.open();
        // In another order than that of their times.
        for at in [1, 0, 2] {
            record(&mut store, &scope("web"), &recorded[at]);
        }
        record(&mut store, &scope("other"), &run("02T02:30:00", vec![seen("a", 7)]));
        drop(store);
        let mut store = bench.open();
        let told = history(&mut store, "03T00:00:00");
        assert_eq!(told.runs, recorded.each_ref().map(|run| run.past.clone()));
        assert!(told.locks.is_empty());
        let summaries = store.runs(&scope("web")).unwrap();
        assert_eq!(summaries.iter().map(|run| run.at).collect::<Vec<_>>(), recorded.each_ref().map(|run| run.past.at));
        assert_eq!((summaries[1].totals, summaries[1].entries), (recorded[1].totals, recorded[1].entries));
        assert_eq!((summaries[0].digest.as_str(), summaries[0].window), ("xxh3:0", recorded[0].past.window));
        assert_eq!(store.scopes().unwrap(), [scope("other"), scope("web")]);
    });
}

#[test]
fn a_run_is_told_only_of_runs_before_it_and_replaces_itself() {
    each(|bench| {
        let mut store = bench.open();
        for (time, count) in [("02T01:00:00", 1), ("02T02:00:00", 2), ("02T03:00:00", 3)] {
            record(&mut store, &scope("web"), &run(time, vec![seen("a", count)]));
        }
        assert_eq!(counts(&history(&mut store, "02T02:00:00"), "a"), [1]);
        assert_eq!(counts(&history(&mut store, "02T02:00:00.000000001"), "a"), [1, 2]);
        assert_eq!(counts(&history(&mut store, "02T01:00:00"), "a"), [0_u64; 0]);
        record(&mut store, &scope("web"), &run("02T02:00:00", vec![seen("b", 5), seen("a", 7)]));
        assert_eq!(counts(&history(&mut store, "03T00:00:00"), "a"), [1, 7, 3]);
        assert_eq!(counts(&history(&mut store, "03T00:00:00"), "b"), [0, 5, 0]);
    });
}

#[test]
fn what_is_not_committed_never_was() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
        drop(store.record(&scope("web"), &run("02T01:00:00", vec![seen("a", 9)]), HistorySettings::default()).unwrap());
        drop(store.record(&scope("new"), &run("02T02:00:00", vec![]), HistorySettings::default()).unwrap());
        assert_eq!(counts(&history(&mut store, "03T00:00:00"), "a"), [1]);
        assert_eq!(store.scopes().unwrap(), [scope("web")]);
    });
}

#[test]
fn what_was_done_to_an_issue_stays_when_the_run_is_done_again() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        let mut first = run("02T01:00:00", vec![seen("a", 1), seen("b", 1)]);
        first.past.clusters[0].carried_out(ActionKind::Create, 42, Some(Severity::P1));
        first.done.insert(print("a"));
        record(&mut store, &web, &first);
        for _ in 0..2 {
            let told = history(&mut store, "03T00:00:00");
            let issues: Vec<_> = told.runs[0].clusters.iter().map(|c| (c.issue, c.issue_severity)).collect();
            assert_eq!(issues, [(Some(42), Some(Severity::P1)), (None, None)]);
            record(&mut store, &web, &run("02T01:00:00", vec![seen("a", 1), seen("b", 1)]));
        }
    });
}

#[test]
fn people_lock_unlock_and_forget() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        let lock = |severity| Lock { severity, reason: "the night\0shift".to_owned() };
        store.lock(&web, &print("a"), &lock(Severity::P1)).unwrap();
        store.lock(&web, &print("a"), &lock(Severity::P4)).unwrap();
        store.lock(&scope("other"), &print("a"), &lock(Severity::P0)).unwrap();
        let kept = Lock { severity: Severity::P4, reason: "the night\u{fffd}shift".to_owned() };
        assert_eq!(history(&mut store, "02T01:00:00").locks, BTreeMap::from([(print("a"), kept)]));
        assert_eq!([store.unlock(&web, &print("a")).unwrap(), store.unlock(&web, &print("a")).unwrap()], [true, false]);
        assert!(history(&mut store, "02T01:00:00").locks.is_empty());
        for time in ["02T01:00:00", "02T02:00:00"] {
            record(&mut store, &web, &run(time, vec![seen("a", 1), seen("b", 2)]));
        }
        store.lock(&web, &print("a"), &lock(Severity::P1)).unwrap();
        assert_eq!([store.forget(&web, &print("a")).unwrap(), store.forget(&web, &print("a")).unwrap()], [2, 0]);
        let told = history(&mut store, "03T00:00:00");
        assert_eq!((counts(&told, "a"), counts(&told, "b"), told.locks.len()), (vec![0, 0], vec![2, 2], 0));
    });
}

/// What a person has laid down goes from run to run; taken back, it must not.
#[test]
fn what_is_unlocked_is_not_told_to_be_a_person_s_any_more() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        let told_by = |by, reason: &str| PastCluster {
            severity_by: by,
            severity_reason: Some(reason.to_owned()),
            ..seen("a", 1)
        };
        for time in ["02T01:00:00", "02T02:00:00"] {
            record(&mut store, &web, &run(time, vec![told_by(SeverityBy::Person, "ada")]));
        }
        let by = |store: &mut Store| -> Vec<_> {
            let told = history(store, "03T00:00:00");
            told.runs.iter().map(|run| (run.clusters[0].severity_by, run.clusters[0].severity_reason.clone())).collect()
        };
        let person = (SeverityBy::Person, Some("ada".to_owned()));
        // Set in an issue, it is changed there.
        assert!(!store.unlock(&web, &print("a")).unwrap());
        assert_eq!(by(&mut store), [person.clone(), person.clone()]);
        store.lock(&web, &print("a"), &Lock { severity: Severity::P1, reason: "ada".to_owned() }).unwrap();
        assert!(store.unlock(&web, &print("a")).unwrap());
        assert_eq!(by(&mut store), [person, (SeverityBy::Policy, None)]);
        record(&mut store, &web, &run("02T02:00:00", vec![told_by(SeverityBy::Definition, "declared")]));
        store.lock(&web, &print("a"), &Lock { severity: Severity::P1, reason: "ada".to_owned() }).unwrap();
        assert!(store.unlock(&web, &print("a")).unwrap());
        assert_eq!(by(&mut store)[1].0, SeverityBy::Definition, "what policy judged stays what it is");
    });
}

#[test]
fn old_runs_are_let_go_and_a_run_done_again_is_told_the_same() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        let times: Vec<String> = (1..=9).map(|day| format!("{day:02}T06:00:00")).collect();
        for (settings, expected) in [
            (HistorySettings { keep_runs: 4, ..HistorySettings::default() }, &times[5..]),
            (HistorySettings { keep_days: 2, ..HistorySettings::default() }, &times[6..]),
            (HistorySettings { keep_runs: 1, ..HistorySettings::default() }, &times[8..]),
        ] {
            let mut told = Vec::new();
            for time in &times {
                let first = store.history(&web, at(time), settings).unwrap();
                recorded(&mut store, &web, &run(time, vec![seen("a", 1)]), settings).unwrap();
                let again = store.history(&web, at(time), settings).unwrap();
                assert_eq!(first, again, "{time} with {settings:?}");
                told.push(first.runs.len());
            }
            let kept: Vec<_> = store.runs(&web).unwrap().iter().map(|run| run.at).collect();
            assert_eq!(kept, expected.iter().map(|time| at(time)).collect::<Vec<_>>(), "{settings:?}");
            let clusters =
                database::all(store.database.as_mut(), "SELECT DISTINCT at_ns FROM gardener_cluster", &[], |row| {
                    row.int(0)
                });
            assert_eq!(clusters.unwrap().len(), expected.len(), "clusters go with their runs");
        }
    });
}
