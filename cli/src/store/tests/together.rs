//! Many at once.

use super::*;

#[test]
fn runs_at_once_are_all_recorded_whole() {
    each(|bench| {
        let address = bench.address();
        // Also the making of the tables is at once.
        std::thread::scope(|threads| {
            for worker in 0..6_u64 {
                let address = &address;
                threads.spawn(move || {
                    let mut store = Store::open(address, None).unwrap_or_else(|failure| panic!("{failure}"));
                    for n in 0..5 {
                        let time = format!("02T0{n}:00:0{worker}");
                        record(&mut store, &scope("web"), &run(&time, vec![seen("a", worker), seen("b", 1)]));
                        // One that all of them record.
                        let clusters = (0..60).map(|_| seen("a", worker)).collect();
                        record(&mut store, &scope("shared"), &run("02T00:00:00", clusters));
                    }
                });
            }
        });
        let mut store = bench.open();
        let told = history(&mut store, "03T00:00:00");
        assert_eq!((told.runs.len(), counts(&told, "b").iter().sum::<u64>()), (30, 30));
        let shared = store.history(&scope("shared"), at("03T00:00:00"), HistorySettings::default()).unwrap();
        assert_eq!(shared.runs.len(), 1);
        let counts: std::collections::BTreeSet<u64> = shared.runs[0].clusters.iter().map(|c| c.count).collect();
        assert_eq!((counts.len(), shared.runs[0].clusters.len()), (1, 60), "all of one run");
    });
}

#[test]
fn who_only_reads_does_not_wait_for_who_writes() {
    each(|bench| {
        let (mut writing, mut reading) = (bench.open(), bench.open());
        record(&mut writing, &scope("web"), &run("02T01:00:00", vec![seen("a", 1)]));
        let recording =
            writing.record(&scope("web"), &run("02T02:00:00", vec![seen("a", 2)]), HistorySettings::default()).unwrap();
        assert_eq!(counts(&history(&mut reading, "03T00:00:00"), "a"), [1]);
        recording.commit().unwrap();
        assert_eq!(counts(&history(&mut reading, "03T00:00:00"), "a"), [1, 2]);
    });
}
