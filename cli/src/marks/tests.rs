use proptest::prelude::*;

use super::*;

fn at(nanos: u64) -> Timestamp {
    let seconds = i64::try_from(nanos / 1_000_000_000).unwrap();
    Timestamp::from_unix(1_748_822_400 + seconds, u32::try_from(nanos % 1_000_000_000).unwrap()).unwrap()
}

fn mark(seconds: u64, key: u64) -> Mark {
    Mark { at: at(seconds * 1_000_000_000), key }
}

fn noting(until: Option<u64>, now: u64) -> Noting {
    let at = |seconds: u64| at(seconds * 1_000_000_000);
    Noting { until: until.map(at), now: at(now), overlap: 600, late: None }
}

fn noted(noting: Noting, marks: impl IntoIterator<Item = Mark>) -> Noted {
    let mut noted = Noted::new(noting);
    marks.into_iter().for_each(|mark| noted.add(mark));
    noted
}

#[test]
fn only_the_end_of_the_window_is_noted() {
    let all = [mark(2999, 1), mark(3000, 2), mark(3000, 2), mark(3599, 3), mark(3600, 4)];
    let reach = noted(noting(Some(3600), 9000), all).reach(None, None).unwrap();
    assert_eq!(reach.until, mark(3600, 0).at);
    assert_eq!(reach.marks, Marks { from: mark(3000, 0).at, all: all[1..4].to_vec(), late: None });
    // What came before the window began is not known.
    let reach = noted(noting(Some(3600), 9000), all).reach(Some(mark(3400, 0).at), None).unwrap();
    assert_eq!((reach.marks.from, reach.marks.all), (mark(3400, 0).at, vec![all[3]]));
}

#[test]
fn without_an_end_the_last_entry_before_now_is_it() {
    let all = [mark(100, 1), mark(5000, 2), mark(4000, 3), mark(4500, 4), mark(20_000, 5)];
    let reach = noted(noting(None, 9000), all).reach(None, None).unwrap();
    assert_eq!(reach.until, at(5_000_000_000_001));
    assert_eq!(reach.marks.all, [mark(4500, 4), mark(5000, 2)]);
    assert_eq!(noted(noting(None, 50), all).reach(None, None), None);
    assert!(noted(noting(Some(60), 50), []).reach(None, None).unwrap().marks.all.is_empty());
}

#[test]
fn what_earlier_runs_counted_is_handed_on() {
    let known = Marks { from: mark(3000, 0).at, all: vec![mark(3000, 1), mark(3300, 2), mark(3500, 3)], late: None };
    let reach = noted(noting(Some(3800), 9000), [mark(3300, 4), mark(3700, 5)]);
    let reach = reach.reach(Some(known.from), Some(&known)).unwrap();
    assert_eq!(reach.marks.from, mark(3200, 0).at);
    assert_eq!(reach.marks.all, [mark(3300, 2), mark(3300, 4), mark(3500, 3), mark(3700, 5)]);
}

#[test]
fn what_the_next_run_would_take_for_late_is_noted() {
    let time = |seconds: u64| mark(seconds, 0).at;
    let late = Late { received: time(3600), from: time(0) };
    let mut noted = noted(Noting { late: Some(late), ..noting(Some(3600), 9000) }, [mark(3300, 4)]);
    noted.add_late(mark(900, 7));
    noted.add_late(mark(300, 8));
    let marks = noted.reach(None, None).unwrap().marks;
    assert_eq!((marks.from, marks.begin(), marks.late), (time(3000), time(0), Some(late)));
    assert_eq!(marks.all, [mark(300, 8), mark(900, 7), mark(3300, 4)]);
    assert_eq!(Marks::unpacked(&marks.packed()), Some(marks));
    assert!(late.is(time(5), Some(time(3600))) && !late.is(time(5), Some(time(3599))) && !late.is(time(5), None));
}

#[test]
fn more_than_can_be_kept_are_the_latest_whatever_came_first() {
    let many = |n: u64| Mark { at: at(n / 4), key: n };
    let most = MOST as u64;
    let all: Vec<u64> = (0..3 * most + 5).collect();
    let one = noted(noting(Some(600), 900), all.iter().map(|n| many(*n))).reach(None, None).unwrap();
    let (left, right): (Vec<u64>, Vec<u64>) = all.iter().rev().partition(|n| *n % 3 == 0);
    let mut parts = noted(noting(Some(600), 900), right.into_iter().map(many));
    parts.merge(noted(noting(Some(600), 900), left.into_iter().map(many)));
    assert_eq!(parts.reach(None, None).unwrap(), one);
    assert!(one.marks.all.len() <= MOST && one.marks.all.len() > MOST - 8, "{}", one.marks.all.len());
    // From there on, there is a mark of each.
    let from = u64::from(one.marks.from.nanos());
    assert_eq!(one.marks.all.len() as u64, all.iter().filter(|n| *n / 4 >= from).count() as u64);
}

#[test]
fn keys_are_counted() {
    let marks = Marks { from: at(0), all: vec![mark(1, 9), mark(1, 9), mark(2, 3), mark(3, 9)], late: None };
    let known = Known::of(&marks);
    assert_eq!([9, 3, 4].map(|key| known.count(key)), [3, 1, 0]);
}

proptest! {
    #[test]
    fn packed_marks_are_the_same_again(
        from in 0..u64::MAX / 16,
        all in proptest::collection::vec((0..u64::MAX / 16, any::<u64>()), 0..60),
        cut in 0..2000_usize,
    ) {
        let mut all: Vec<Mark> = all.into_iter().map(|(time, key)| Mark { at: at(time), key }).collect();
        all.sort_unstable();
        let marks = Marks { from: at(from), all, late: None };
        let packed = marks.packed();
        prop_assert_eq!(Marks::unpacked(&packed), Some(marks));
        // Half of it is nothing.
        prop_assert_eq!(Marks::unpacked(&packed[..cut % packed.len()]), None);
    }

    #[test]
    fn other_bytes_are_no_marks(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Marks::unpacked(&bytes), None);
    }
}
