use proptest::prelude::*;

use super::*;
use crate::entry::{Batch, Timestamp};
use crate::redact::Redactor;

/// Counts records (given as JSON) in the order given, spread over so many tallies that are merged from the last to the
/// first, and shows all that comes of it.
fn counted(records: &[String], shards: usize) -> String {
    let mut tallies = vec![Tally::default(); shards.max(1)];
    let fields = ["insertId", "labels.version"].map(|field| crate::entry::FieldPath::parse(field).unwrap());
    for (at, record) in records.iter().enumerate() {
        let mut batch = Batch::new();
        batch.push_json(record, &mut Vec::new());
        let batch = Redactor::default().batch(batch);
        let message = [crate::entry::FieldPath::parse("textPayload").unwrap()];
        for entry in batch.entries(&message) {
            let text = entry.message().unwrap_or("");
            let number = text.rsplit(' ').next().and_then(|n| n.parse().ok());
            let tally = &mut tallies[at % shards.max(1)];
            tally.add(&entry, [number]);
            tally.add_facet(0, &Hashed::of(text), entry.timestamp());
            tally.add_deployed(&Deployed::of(&entry, &fields));
        }
    }
    let mut sum = Tally::default();
    for tally in tallies.into_iter().rev() {
        sum.merge(tally);
    }
    format!("{:#?}", sum.stats(&["text"], &["number"], &fields.map(|field| field.to_string())))
}

fn record(id: u32, seconds: i64, number: f64) -> String {
    let time = Timestamp::from_unix(1_757_800_000 + seconds, 0).unwrap();
    let version = id % 80;
    format!(
        r#"{{"insertId":"{id}","timestamp":"{time}","severity":"ERROR","labels":{{"version":"v{version}"}},"textPayload":"took {number}"}}"#
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn any_order_and_any_split_give_the_same(
        entries in prop::collection::vec((0u32..5000, 0i64..40_000_000, -1e6f64..1e6), 1..600),
        shards in 1usize..7,
        seed in any::<u64>(),
    ) {
        let records: Vec<String> = entries.iter().map(|(id, s, n)| record(*id, *s, *n)).collect();
        let mut shuffled = records.clone();
        shuffled.sort_by_key(|record| crate::id::hash_parts(&[&seed.to_le_bytes(), record.as_bytes()]));
        prop_assert_eq!(counted(&records, 1), counted(&shuffled, shards));
    }
}

#[test]
fn metrics_are_what_they_say() {
    let records: Vec<String> = (1..=100).map(|n| record(n, i64::from(n), f64::from(n))).collect();
    let mut tally = MetricTally::default();
    for n in 1..=100 {
        tally.add(f64::from(n), Timestamp::from_unix(i64::from(n % 50), 0), 0);
    }
    let stats = tally.stats().unwrap();
    assert_eq!((stats.count, stats.min, stats.max, stats.sum, stats.mean), (100, 1.0, 100.0, 5050.0, 50.5));
    assert_eq!(stats.last, 99.0);
    for (found, exact) in [(stats.p50, 50.0), (stats.p90, 90.0), (stats.p99, 99.0)] {
        assert!((found - exact).abs() / exact < 0.01, "{found} is not {exact}");
    }
    assert!(counted(&records, 3).contains("count: 100"));
}

#[test]
fn numbers_of_any_kind_are_taken() {
    let mut tally = MetricTally::default();
    for number in [f64::NAN, f64::INFINITY, 1e300, -1e300, 0.0, -0.0, 1e-300, f64::MIN_POSITIVE] {
        tally.add(number, None, 0);
    }
    let stats = tally.stats().unwrap();
    assert_eq!((stats.count, stats.max, stats.min, stats.p50), (6, 1e18, -1e18, 0.0));
}

#[test]
fn a_facet_with_too_many_values_says_so() {
    let mut tally = FacetTally::default();
    for n in 0..10_000u32 {
        tally.add(&Hashed::of(n.to_string()), None);
    }
    let stats = tally.stats();
    assert!(!stats.exact);
    assert_eq!(stats.values.len(), 256);
    assert_eq!(stats.other + 256, 10_000);
    assert!((8_000..12_000).contains(&stats.distinct), "{}", stats.distinct);
}

#[test]
fn values_of_which_only_the_same_beginning_is_kept_come_in_one_order() {
    let values: Vec<String> = (0..20).map(|n| format!("{}{n}", "x".repeat(300))).collect();
    let stats = |values: &mut dyn Iterator<Item = (usize, &String)>| {
        let mut tally = FacetTally::default();
        for (at, value) in values {
            tally.add(&Hashed::of(value.as_str()), Timestamp::from_unix(i64::try_from(at).unwrap(), 0));
        }
        tally.stats()
    };
    let all = || values.iter().enumerate();
    assert_eq!(stats(&mut all()), stats(&mut all().rev()));
    assert_eq!(stats(&mut all()).values.len(), values.len());
}

#[test]
fn a_value_keeps_its_first_and_last_time_in_any_order() {
    let at = |seconds| Timestamp::from_unix(seconds, 0);
    let tally = |times: &[Option<Timestamp>]| {
        let mut tally = FacetTally::default();
        times.iter().for_each(|time| tally.add(&Hashed::of("v"), *time));
        tally
    };
    let (mut one, mut other) = (tally(&[at(20), None]), tally(&[at(30), at(10)]));
    let (swapped, mut swapping) = (one.clone(), other.clone());
    one.merge(std::mem::take(&mut other));
    swapping.merge(swapped);
    for stats in [one.stats(), swapping.stats()] {
        let value = &stats.values[0];
        assert_eq!((value.count, value.first_seen, value.last_seen), (4, at(10), at(30)));
    }
    assert_eq!(tally(&[None]).stats().values[0].first_seen, None);
}

#[test]
fn a_timeline_becomes_coarser_and_keeps_every_count() {
    let mut tally = TimelineTally::default();
    for minute in 0..100_000 {
        tally.add(Timestamp::from_unix(minute * 60, 0).unwrap());
    }
    let timeline = tally.stats();
    assert_eq!(timeline.counts.iter().sum::<u64>(), 100_000);
    assert!(timeline.counts.len() <= 1_500 && timeline.bucket_seconds > 60);
    tally.add(Timestamp::parse("0001-01-01T00:00:00Z").unwrap());
    tally.add(Timestamp::parse("9999-12-31T23:59:59Z").unwrap());
    let timeline = tally.stats();
    assert_eq!(timeline.counts.iter().sum::<u64>(), 100_002);
    let (from, to) = (Timestamp::from_unix(0, 0).unwrap(), Timestamp::from_unix(6_000_000, 0).unwrap());
    assert_eq!(timeline.rebucket(8_640_000_000, from, to).counts, [100_002]);
}
