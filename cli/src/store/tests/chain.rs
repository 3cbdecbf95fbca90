//! Where runs begin, and which of them may.

use super::*;
use crate::marks::{Mark, Marks, Reach};

fn reach(until: &str, marks: u64) -> Reach {
    let all = (0..marks).map(|key| Mark { at: at(until).plus_seconds(-60), key }).collect();
    Reach { until: at(until), marks: Marks { from: at(until).plus_seconds(-600), all, late: None }, is_cut: false }
}

/// A run that has a window of its own.
fn apart(time: &str, until: &str) -> Run {
    Run { reach: Some(reach(until, 2)), ..run(time, vec![seen("a", 1)]) }
}

/// One that begins where the last one ended, with that end being its time.
fn chained(store: &mut Store, time: &str) -> Run {
    let basis = store.basis(&scope("web"), at(time)).unwrap();
    let chain = Chain::Follows(basis.map(|basis| (basis.at, basis.until)));
    Run { chain, ..apart(time, time) }
}

/// One that begins where another ended, whatever that has noted.
fn chained_after(before: &str, time: &str) -> Run {
    Run { chain: Chain::Follows(Some((at(before), at(before)))), ..apart(time, time) }
}

fn basis(store: &mut Store, now: &str) -> Option<(String, String, Option<usize>)> {
    let basis = store.basis(&scope("web"), at(now)).unwrap()?;
    let time = |time: Timestamp| time.to_string()[8..19].to_owned();
    Some((time(basis.at), time(basis.until), basis.marks.map(|marks| marks.all.len())))
}

fn refused(store: &mut Store, run: &Run) -> String {
    match store.record(&scope("web"), run, HistorySettings::default()).map(|_| ()) {
        Err(Refused::Overtaken(failure)) => failure.message,
        other => panic!("{other:?}"),
    }
}

fn some(at: &str, until: &str, marks: Option<usize>) -> Option<(String, String, Option<usize>)> {
    Some((at.to_owned(), until.to_owned(), marks))
}

#[test]
fn a_run_begins_at_the_end_of_the_chain_and_a_chain_where_others_have_read_to() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        assert_eq!(basis(&mut store, "02T01:00:00"), None);
        record(&mut store, &web, &apart("02T01:00:00", "02T00:50:00"));
        // It looked at what was long ago.
        record(&mut store, &web, &apart("02T01:10:00", "01T00:00:00"));
        // It has seen no end.
        record(&mut store, &web, &run("02T01:20:00", vec![]));
        record(&mut store, &scope("other"), &apart("02T01:30:00", "02T01:30:00"));
        assert_eq!(basis(&mut store, "02T02:00:00"), some("02T01:00:00", "02T00:50:00", Some(2)));
        assert_eq!(basis(&mut store, "02T01:00:00"), None);
        let first = chained(&mut store, "02T02:00:00");
        record(&mut store, &web, &first);
        // Whoever looks at something by the way does not move the end of the chain.
        record(&mut store, &web, &apart("02T02:30:00", "02T02:30:00"));
        assert_eq!(basis(&mut store, "02T03:00:00"), some("02T02:00:00", "02T02:00:00", Some(2)));
        assert_eq!(basis(&mut store, "02T02:00:00"), some("02T01:00:00", "02T00:50:00", Some(2)));
    });
}

#[test]
fn what_the_runs_of_two_days_counted_stays_known() {
    each(|bench| {
        let mut store = bench.open();
        let time = |hour: u32| format!("{:02}T{:02}:00:00", 2 + hour / 24, hour % 24);
        for hour in 1..52 {
            let run = chained(&mut store, &time(hour));
            record(&mut store, &scope("web"), &run);
        }
        let known: Vec<_> = (2..53).map(|hour| basis(&mut store, &time(hour)).unwrap().2).collect();
        assert_eq!(known, [&[None; 3][..], &[Some(2); 48]].concat());
        // The last of them has been done, and the one after it has not.
        let is_again = [51, 52].map(|hour| store.basis(&scope("web"), at(&time(hour))).unwrap().unwrap().is_again);
        assert_eq!(is_again, [true, false]);
        // However much the latest two counted, it stays; of others, what there is room for.
        let room = usize::try_from(reach::MOST_BYTES).unwrap();
        let large = database::Value::Blob(vec![0; room + 1]);
        let sql = "UPDATE gardener_reach SET marks = $1 WHERE at_ns = (SELECT max(at_ns) FROM gardener_reach)";
        store.database.execute(sql, &[large]).unwrap();
        let next = chained_after(&time(51), &time(52));
        record(&mut store, &scope("web"), &next);
        let kept = database::all(
            store.database.as_mut(),
            "SELECT at_ns FROM gardener_reach WHERE marks IS NOT NULL",
            &[],
            |row| row.int(0),
        );
        assert_eq!(kept.unwrap().len(), 2);
        // The end of the chain outlives the run itself.
        let settings = HistorySettings { keep_runs: 1, ..HistorySettings::default() };
        recorded(&mut store, &scope("web"), &run("06T00:00:00", vec![]), settings).unwrap();
        assert_eq!(store.runs(&scope("web")).unwrap().len(), 1);
        assert_eq!(basis(&mut store, "07T00:00:00"), some("04T04:00:00", "04T04:00:00", Some(2)));
        assert_eq!(basis(&mut store, "03T04:00:00"), None, "of others nothing is left");
    });
}

#[test]
fn of_two_that_begin_at_the_same_end_one_is_refused() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        let first = chained(&mut store, "02T01:00:00");
        record(&mut store, &web, &first);
        let (one, two) = (chained(&mut store, "02T02:00:00"), chained(&mut store, "02T02:00:05"));
        record(&mut store, &web, &one);
        assert!(refused(&mut store, &two).contains("another run has read on meanwhile"));
        assert_eq!(store.runs(&web).unwrap().len(), 2, "nothing of it is recorded");
        // In the other order, the earlier one would count what the later one has counted.
        let (one, two) = (chained(&mut store, "02T03:00:00"), chained(&mut store, "02T03:00:05"));
        record(&mut store, &web, &two);
        let told = refused(&mut store, &one);
        assert!(told.contains("the run of 2025-06-02T03:00:05Z has read up to 2025-06-02T03:00:05Z"), "{told}");
    });
}

#[test]
fn a_run_of_the_chain_can_be_done_again_as_it_was() {
    each(|bench| {
        let mut store = bench.open();
        let web = scope("web");
        for hour in 1..5 {
            let run = chained(&mut store, &format!("02T0{hour}:00:00"));
            record(&mut store, &web, &run);
        }
        for hour in [4, 2, 1] {
            let again = chained(&mut store, &format!("02T0{hour}:00:00"));
            record(&mut store, &web, &again);
        }
        let again = chained(&mut store, "02T02:00:00");
        let shorter = Run { reach: Some(reach("02T01:30:00", 2)), ..again };
        let told = refused(&mut store, &shorter);
        assert!(told.contains("later runs go on from 2025-06-02T02:00:00Z"), "{told}");
        // The latest may end elsewhere: nobody has gone on from it.
        let shorter = Run { reach: Some(reach("02T03:30:00", 1)), ..chained(&mut store, "02T04:00:00") };
        record(&mut store, &web, &shorter);
        assert_eq!(basis(&mut store, "02T05:00:00"), some("02T04:00:00", "02T03:30:00", Some(1)));
    });
}

#[test]
fn many_at_once_make_one_chain() {
    each(|bench| {
        let mut store = bench.open();
        let first = chained(&mut store, "02T01:00:00");
        record(&mut store, &scope("web"), &first);
        let recorded: usize = std::thread::scope(|threads| {
            let one = |second: u32| {
                let mut store = bench.open();
                let run = chained(&mut store, &format!("02T02:00:{second:02}"));
                usize::from(recorded(&mut store, &scope("web"), &run, HistorySettings::default()).is_ok())
            };
            let handles: Vec<_> = (0..6).map(|second| threads.spawn(move || one(second))).collect();
            handles.into_iter().map(|handle| handle.join().unwrap()).sum()
        });
        // Each that was recorded followed upon the one before it.
        assert!(recorded >= 1, "{recorded}");
        let runs = store.runs(&scope("web")).unwrap();
        assert_eq!(runs.len(), recorded + 1);
    });
}

#[test]
fn marks_that_cannot_be_read_are_told() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &apart("02T01:00:00", "02T00:50:00"));
        let other = database::Value::Blob(vec![1, 2, 3]);
        store.database.execute("UPDATE gardener_reach SET marks = $1", &[other]).unwrap();
        let told = store.basis(&scope("web"), at("02T02:00:00")).unwrap_err();
        assert!(told.message.contains("holds what gardener has not written"), "{told}");
    });
}

/// A history of the first version has runs, and none of them says how far it has read.
#[test]
fn a_history_of_the_first_version_is_brought_up_to_date() {
    each(|bench| {
        let mut store = bench.open();
        record(&mut store, &scope("web"), &run("02T01:00:00", vec![seen("a", 3)]));
        for back in [
            "DROP TABLE gardener_reach",
            "DROP TABLE gardener_write",
            "DROP TABLE gardener_lease",
            "UPDATE gardener_meta SET value = '1' WHERE key = 'schema'",
        ] {
            store.database.execute(back, &[]).unwrap();
        }
        drop(store);
        let mut store = bench.open();
        assert_eq!(counts(&history(&mut store, "02T02:00:00"), "a"), [3]);
        assert_eq!(basis(&mut store, "02T02:00:00"), None);
        let next = chained(&mut store, "02T02:00:00");
        record(&mut store, &scope("web"), &next);
        assert_eq!(counts(&history(&mut store, "02T03:00:00"), "a"), [3, 1]);
        drop(store);
        assert_eq!(basis(&mut bench.open(), "02T03:00:00").map(|basis| basis.0), Some("02T02:00:00".to_owned()));
    });
}
