//! What is known of writes when a run ends, however it ends.

use super::*;

const KEY: &str = "00c0ffee00c0ffee";

fn intent(part: u32, time: &str) -> Intent {
    Intent {
        key: KEY.to_owned(),
        part,
        fingerprint: print("a"),
        kind: "a\u{202e}'; DROP TABLE gardener_write; -- é".to_owned(),
        issue: Some(7),
        at: at(time),
    }
}

fn creating(part: u32, time: &str) -> Intent {
    Intent { kind: "create".to_owned(), issue: None, ..intent(part, time) }
}

fn unsettled(store: &mut Store) -> Vec<u32> {
    store.unsettled(&scope("web")).unwrap().iter().map(|intent| intent.part).collect()
}

#[test]
fn an_intent_outlives_whoever_had_it() {
    each(|bench| {
        let web = scope("web");
        assert_eq!(bench.open().intend(&web, &intent(0, "02T01:00:00.123456789")).unwrap(), Before::None);
        assert_eq!(bench.open().unsettled(&web).unwrap(), [intent(0, "02T01:00:00.123456789")]);
        // The next one is told of it, and of when it was.
        let again = bench.open().intend(&web, &intent(0, "02T02:00:00")).unwrap();
        assert_eq!(again, Before::Intent(intent(0, "02T01:00:00.123456789")));
        assert_eq!(bench.open().unsettled(&web).unwrap(), [intent(0, "02T01:00:00.123456789")]);
        // Others' are not ours.
        assert_eq!(bench.open().unsettled(&scope("other")).unwrap(), []);
        assert_eq!(bench.open().intend(&scope("other"), &intent(0, "02T03:00:00")).unwrap(), Before::None);
        assert_eq!(bench.open().intend(&web, &intent(1, "02T03:00:00")).unwrap(), Before::None);
    });
}

#[test]
fn what_is_done_stays_done() {
    each(|bench| {
        let (web, mut store) = (scope("web"), bench.open());
        store.intend(&web, &creating(0, "02T01:00:00")).unwrap();
        store.intend(&web, &intent(1, "02T01:00:00")).unwrap();
        assert!(store.settle(&web, (KEY, 0), Settled::Done { issue: Some(42) }).unwrap());
        assert!(store.settle(&web, (KEY, 1), Settled::Done { issue: None }).unwrap());
        let mut store = bench.open();
        for _ in 0..2 {
            assert_eq!(store.intend(&web, &creating(0, "02T02:00:00")).unwrap(), Before::Done { issue: Some(42) });
            assert_eq!(store.intend(&web, &intent(1, "02T02:00:00")).unwrap(), Before::Done { issue: Some(7) });
            // What comes later changes nothing of it.
            for late in [Settled::Refused, Settled::GivenUp, Settled::Done { issue: Some(1) }] {
                assert!(!store.settle(&web, (KEY, 0), late).unwrap());
            }
        }
        assert_eq!(unsettled(&mut store), [0; 0]);
    });
}

#[test]
fn what_was_not_done_may_be_intended_anew() {
    each(|bench| {
        let (web, mut store) = (scope("web"), bench.open());
        for (settled, told) in [(Settled::Refused, Before::Refused), (Settled::GivenUp, Before::GivenUp)] {
            store.intend(&web, &intent(0, "02T01:00:00")).unwrap();
            assert!(store.settle(&web, (KEY, 0), settled).unwrap());
            assert_eq!(unsettled(&mut store), [0; 0]);
            assert_eq!(store.intend(&web, &creating(0, "02T02:00:00")).unwrap(), told);
            assert_eq!(store.unsettled(&web).unwrap(), [creating(0, "02T02:00:00")]);
            assert!(store.settle(&web, (KEY, 0), settled).unwrap());
        }
        // What was never intended has no outcome.
        assert!(!store.settle(&web, (KEY, 9), Settled::Refused).unwrap());
        assert!(!store.settle(&scope("other"), (KEY, 0), Settled::Refused).unwrap());
        assert_eq!(store.intend(&web, &intent(9, "02T01:00:00")).unwrap(), Before::None);
    });
}

#[test]
fn the_oldest_that_is_open_comes_first() {
    each(|bench| {
        let mut store = bench.open();
        for (part, time) in [(0, "02T03:00:00"), (1, "02T01:00:00"), (2, "02T02:00:00"), (3, "02T01:00:00")] {
            store.intend(&scope("web"), &intent(part, time)).unwrap();
        }
        assert_eq!(unsettled(&mut store), [1, 3, 2, 0]);
        store.settle(&scope("web"), (KEY, 3), Settled::GivenUp).unwrap();
        assert_eq!(unsettled(&mut store), [1, 2, 0]);
    });
}

#[test]
fn of_many_that_intend_the_same_one_is_the_first() {
    each(|bench| {
        drop(bench.open());
        let start = std::sync::Barrier::new(6);
        let firsts: usize = std::thread::scope(|threads| {
            let one = |second: u32| {
                let intent = creating(0, &format!("02T01:00:{second:02}"));
                let mut store = bench.open();
                start.wait();
                let before = store.intend(&scope("web"), &intent).unwrap();
                usize::from(before == Before::None)
            };
            let handles: Vec<_> = (0..6).map(|second| threads.spawn(move || one(second))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).sum()
        });
        assert_eq!((firsts, unsettled(&mut bench.open())), (1, vec![0]));
    });
}

#[test]
fn what_is_settled_goes_with_the_runs_and_what_is_open_stays() {
    each(|bench| {
        let (web, mut store) = (scope("web"), bench.open());
        let settings = HistorySettings { keep_days: 2, keep_runs: 1, ..HistorySettings::default() };
        for (part, time) in [(0, "02T05:59:59"), (1, "02T06:00:00"), (2, "01T00:00:00")] {
            store.intend(&web, &intent(part, time)).unwrap();
            store.intend(&scope("other"), &intent(part, time)).unwrap();
        }
        for part in [0, 1] {
            store.settle(&web, (KEY, part), Settled::Done { issue: None }).unwrap();
            store.settle(&scope("other"), (KEY, part), Settled::Refused).unwrap();
        }
        recorded(&mut store, &web, &run("04T06:00:00", vec![]), settings).unwrap();
        let mut before = |scope: &Scope, part| store.intend(scope, &intent(part, "04T07:00:00")).unwrap();
        assert_eq!(before(&web, 0), Before::None);
        assert_eq!(before(&web, 1), Before::Done { issue: Some(7) });
        assert!(matches!(before(&web, 2), Before::Intent(_)));
        assert_eq!(before(&scope("other"), 0), Before::Refused);
    });
}

#[test]
fn what_no_gardener_has_written_is_told() {
    each(|bench| {
        let mut store = bench.open();
        for (column, value) in [("state", "lost"), ("fingerprint", "v0"), ("issue", "-1")] {
            store.database.execute("DELETE FROM gardener_write", &[]).unwrap();
            store.intend(&scope("web"), &intent(0, "02T01:00:00")).unwrap();
            let value = if column == "issue" { value.to_owned() } else { format!("'{value}'") };
            store.database.execute(&format!("UPDATE gardener_write SET {column} = {value}"), &[]).unwrap();
            let told = store.intend(&scope("web"), &intent(0, "02T01:00:00")).unwrap_err();
            assert!(told.message.contains("holds what gardener has not written"), "{told}");
        }
    });
}

/// A history of the second version knows of no writes.
#[test]
fn a_history_of_the_second_version_is_brought_up_to_date() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 3)]));
        for back in [
            "DROP TABLE gardener_write",
            "DROP TABLE gardener_lease",
            "UPDATE gardener_meta SET value = '2' WHERE key = 'schema'",
        ] {
            store.database.execute(back, &[]).unwrap();
        }
        drop(store);
        let mut store = bench.open();
        assert_eq!(counts(&history(&mut store, "02T02:00:00"), "a"), [3]);
        assert_eq!(store.intend(&scope("web"), &intent(0, "02T01:00:00")).unwrap(), Before::None);
        assert_eq!(store.claim(&scope("web"), "one", (at("02T01:00:00"), 60), |_| false).unwrap(), Claim::Ours);
        drop(store);
        assert_eq!(unsettled(&mut bench.open()), [0]);
    });
}
