use std::fmt::Write;

use super::*;
use crate::classify::Classifier;
use crate::entry::Batch;
use crate::pack::tests::{Shelf, sandbox};
use crate::pack::{self, Loaded};
use crate::triage::Frame;

fn loaded(text: &str) -> Loaded {
    let loaded = pack::load(&Shelf::of(text), "main", &sandbox());
    assert!(loaded.pack.is_some(), "{:?}", loaded.diagnostics);
    loaded
}

fn shadows_of(loaded: &Loaded, records: &[String], workers: usize) -> Shadows {
    let pack = loaded.pack.as_ref().unwrap();
    let classifier = Classifier::new(pack);
    let mut shards: Vec<Overlaps<'_>> = (0..workers).map(|_| Overlaps::new(&classifier)).collect();
    for (at, record) in records.iter().enumerate() {
        let mut batch = Batch::new();
        batch.push_json(record, &mut Vec::new());
        shards[at % workers].add(batch, 0, &[at as u64 + 1]);
    }
    let mut sum = shards.pop().unwrap();
    shards.into_iter().for_each(|shard| sum.merge(shard));
    let frame =
        Frame { captures: vec!["c.jsonl".to_owned()], ..Frame::of_records("2025-09-14T05:00:00Z", records.len()) };
    shadows(pack, &loaded.sources, &sum, frame)
}

fn records() -> Vec<String> {
    let message = |n: usize| match n % 5 {
        0 | 1 => "payment timed out for alice@example.com",
        2 => "search timed out",
        3 => "probe ok",
        _ => "all well",
    };
    (0..20).map(|n| format!(r#"{{"severity":"ERROR","textPayload":"{}","insertId":"{n}"}}"#, message(n))).collect()
}

fn told(shadows: &Shadows) -> String {
    let mut out = String::new();
    for it in &shadows.definitions {
        let takers: Vec<String> = it
            .beaten_by
            .iter()
            .map(|taker| format!("{} {}{}", taker.id, taker.count, if taker.ignores { " (ignores)" } else { "" }))
            .collect();
        let own = if it.is_own { "" } else { " of base" };
        writeln!(
            out,
            "{:?} {}{own} #{} [{}:{}]: matched {}, won {}, beaten by [{}] and {} more",
            it.fate,
            it.id,
            it.position,
            it.place.file,
            it.place.line,
            it.matched,
            it.won,
            takers.join(", "),
            it.other_takers
        )
        .unwrap();
    }
    for pair in &shadows.overlaps {
        let sample = pair.sample.as_ref().unwrap();
        writeln!(
            out,
            "{} + {}: {} ({} won), {} of the first, {} of the second, own: {} {}; {}:{} {}",
            pair.first,
            pair.second,
            pair.both,
            pair.won_by_first,
            pair.share_of_first,
            pair.share_of_second,
            pair.first_is_own,
            pair.second_is_own,
            sample.capture,
            sample.number,
            sample.text
        )
        .unwrap();
    }
    out
}

const PACK: &str = r#"== gardener.yaml
version: 1
name: own
extends: ../base
== clusters/a.yaml
- { id: any-timeout, title: t, match: '"timed out"', severity: P3 }
- { id: payment-timeout, title: t, match: '"payment timed out"', severity: P2 }
- { id: noise, match: '"search"', ignore: true, reason: known, priority: 5 }
- { id: catch-all, title: t, match: '"timed"', severity: P4, priority: -5 }
- { id: never, title: t, match: '"no such words"', severity: P2 }
== base:gardener.yaml
version: 1
name: base
== base:clusters/b.yaml
- { id: base-timeout, title: t, match: '"timed"', severity: P4 }
- { id: base-payment, title: t, match: '"payment"', severity: P4 }
- { id: base-ok, title: t, match: '"ok"', severity: P5 }
- { id: base-probe, title: t, match: '"probe"', severity: P5, priority: -1 }
"#;

#[test]
fn who_is_always_beaten_and_by_whom() {
    let found = shadows_of(&loaded(PACK), &records(), 1);
    let Counted { read, matched, unmatched, .. } = found.entries;
    assert_eq!((read, matched, unmatched), (20, 16, 4));
    insta::assert_snapshot!(told(&found));
}

#[test]
fn any_order_and_any_number_of_workers_give_the_same() {
    let loaded = loaded(PACK);
    let mut records = records();
    let placed = serde_json::to_string(&shadows_of(&loaded, &records, 1)).unwrap();
    for workers in [2, 3, 7] {
        assert_eq!(serde_json::to_string(&shadows_of(&loaded, &records, workers)).unwrap(), placed);
    }
    // Where an entry stands in its capture does depend on the order: that is what a place is.
    let placeless = |mut shadows: Shadows| {
        shadows.overlaps.iter_mut().for_each(|pair| pair.sample.as_mut().unwrap().number = 0);
        serde_json::to_string(&shadows).unwrap()
    };
    let first = placeless(shadows_of(&loaded, &records, 1));
    for turn in [1, 7, 13] {
        records.rotate_left(turn);
        records[..turn].reverse();
        assert_eq!(placeless(shadows_of(&loaded, &records, 1 + turn % 3)), first);
    }
}

#[test]
fn what_wins_is_what_an_analysis_classifies() {
    let loaded = loaded(PACK);
    let pack = loaded.pack.as_ref().unwrap();
    let classifier = Classifier::new(pack);
    let mut scratch = classifier.scratch();
    let mut found = Vec::new();
    for record in records() {
        let mut batch = Batch::new();
        batch.push_json(&record, &mut Vec::new());
        let batch = pack.redactor.batch(batch);
        for entry in batch.entries(&pack.message) {
            classifier.all(&entry, &mut scratch, &mut found);
            let class = classifier.class(&entry, &mut scratch);
            let expected =
                found.first().map_or(crate::classify::Class::Template, |at| crate::classify::Class::Definition(*at));
            assert_eq!(class, expected, "{record}");
        }
    }
}
