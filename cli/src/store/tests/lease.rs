//! Who may write.

use std::sync::Barrier;

use super::*;

fn held(by: &str, until: &str) -> Claim {
    Claim::Held { by: by.to_owned(), until: at(until) }
}

fn claim(store: &mut Store, holder: &str, time: &str) -> Claim {
    store.claim(&scope("web"), holder, (at(time), 60), |_| false).unwrap()
}

#[test]
fn one_at_a_time_may_write_of_each_scope() {
    each(|bench| {
        let (mut one, mut two) = (bench.open(), bench.open());
        assert_eq!(claim(&mut one, "one", "02T01:00:00"), Claim::Ours);
        assert_eq!(claim(&mut two, "two", "02T01:00:59.999999999"), held("one", "02T01:01:00"));
        assert_eq!(two.claim(&scope("other"), "two", (at("02T01:00:00"), 60), |_| false).unwrap(), Claim::Ours);
        // Whoever has it keeps it by asking again.
        assert_eq!(claim(&mut one, "one", "02T01:00:50"), Claim::Ours);
        assert_eq!(claim(&mut two, "two", "02T01:01:00"), held("one", "02T01:01:50"));
        // The one that was killed does not keep it.
        drop(one);
        assert_eq!(claim(&mut two, "two", "02T01:01:50"), Claim::Ours);
        assert_eq!(claim(&mut bench.open(), "one", "02T01:02:00"), held("two", "02T01:02:50"));
    });
}

#[test]
fn that_of_a_holder_who_is_gone_is_anybodys_at_once() {
    each(|bench| {
        let mut store = bench.open();
        assert_eq!(claim(&mut store, "one", "02T01:00:00"), Claim::Ours);
        let mut ask =
            |gone: &str| store.claim(&scope("web"), "two", (at("02T01:00:01"), 60), |holder| holder == gone).unwrap();
        assert_eq!(ask("three"), held("one", "02T01:01:00"));
        assert_eq!(ask("one"), Claim::Ours);
        assert_eq!(claim(&mut store, "one", "02T01:00:02"), held("two", "02T01:01:01"), "it is the other's now");
    });
}

#[test]
fn it_is_given_back_by_its_holder_alone() {
    each(|bench| {
        let (web, mut store) = (scope("web"), bench.open());
        store.release(&web, "nobody").unwrap();
        claim(&mut store, "one", "02T01:00:00");
        store.release(&web, "two").unwrap();
        store.release(&scope("other"), "one").unwrap();
        assert_eq!(claim(&mut store, "two", "02T01:00:01"), held("one", "02T01:01:00"));
        store.release(&web, "one").unwrap();
        assert_eq!(claim(&mut store, "two", "02T01:00:01"), Claim::Ours);
    });
}

#[test]
fn of_many_that_ask_at_once_one_gets_it() {
    each(|bench| {
        drop(bench.open());
        // First nobody has it; then one has it whose time has passed.
        for time in ["02T01:00:00", "02T02:00:00"] {
            let start = Barrier::new(4);
            let ours: Vec<String> = std::thread::scope(|threads| {
                let one = |worker: u32| {
                    let (mut store, name) = (bench.open(), format!("{time} {worker}"));
                    start.wait();
                    (claim(&mut store, &name, time) == Claim::Ours).then_some(name)
                };
                let handles: Vec<_> = (0..4).map(|worker| threads.spawn(move || one(worker))).collect();
                handles.into_iter().filter_map(|handle| handle.join().unwrap()).collect()
            });
            let [winner] = ours.as_slice() else { panic!("{ours:?}") };
            let Claim::Held { by, .. } = claim(&mut bench.open(), "late", time) else { panic!("it is free") };
            assert_eq!(&by, winner);
        }
    });
}
