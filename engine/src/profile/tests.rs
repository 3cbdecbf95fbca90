use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::classify::Class;
use crate::clusters::Clusters;
use crate::entry::Batch;
use crate::judge::recording_sandbox;
use crate::observe::{Observer, Stage, Unobserved};
use crate::pack::{self, tests::Shelf};
use crate::render::{self, TableStyle};
use crate::script::{Limits, Recording};

const PACK: &str = r#"== gardener.yaml
version: 1
name: main
== clusters/a.yaml
- { id: dry, title: T, match: 'message:"exhausted" AND message:"pool"', severity: P3, priority: 2 }
- { id: pool, title: T, match: 'message:"pool"', severity: P3, priority: 1, policy: { group: by_length } }
- { id: loud, title: T, match: 'severity>=CRITICAL', severity: P3 }
- { id: unseen, title: T, match: 'message:"never"', severity: P3 }
== policy/a.rhai
fn by_length(entry) { "" + length(entry) }
fn length(entry) { entry.message.len() }
"#;

/// A clock that advances by a thousand nanoseconds with each look.
fn clock() -> impl Fn() -> u64 {
    let now = Cell::new(0);
    move || {
        now.set(now.get() + 1000);
        now.get()
    }
}

fn profiled() -> Profile {
    let ticks = Arc::new(AtomicU64::new(0));
    let recording = Recording::Times(Arc::new(move || ticks.fetch_add(500, Ordering::Relaxed)));
    let sandbox = recording_sandbox(Limits::default(), &recording);
    let loaded = pack::load(&Shelf::of(PACK), "main", &sandbox);
    let pack = loaded.pack.unwrap();
    let classifier = Classifier::new(&pack);
    let mut clusters = Clusters::new(&classifier, &sandbox);
    let records = [
        r#"{"severity":"CRITICAL","textPayload":"pool exhausted"}"#,
        r#"{"severity":"ERROR","textPayload":"a pool of water"}"#,
        r#"{"severity":"ERROR","textPayload":"exhausted"}"#,
        r#"{"severity":"CRITICAL","textPayload":"other"}"#,
    ];
    let mut batch = Batch::new();
    records.iter().for_each(|record| batch.push_json(record, &mut Vec::new()));
    let mut profiler = Profiler::new(clock(), pack.definitions.len());
    let batch = profiler.during(Stage::Redact, |_| pack.redactor.batch(batch));
    let mut scratch = classifier.scratch();
    for entry in batch.entries(&pack.message) {
        let class = classifier.class_observed(&entry, &mut scratch, &mut profiler);
        clusters.add_as(&entry, class);
    }
    let mut other = Profiler::new(clock(), pack.definitions.len());
    other.during(Stage::Judge, |other| other.during(Stage::Render, |_| ()));
    profiler.merge(&other);
    Profile::of(&classifier, &loaded.sources, &profiler)
}

#[test]
fn what_is_counted_is_what_a_run_does() {
    let profile = profiled();
    let mut counts: Vec<_> =
        profile.definitions.iter().map(|d| (&*d.id, d.candidates, d.evaluations, d.matches, d.wins)).collect();
    counts.sort_unstable();
    // `dry` is evaluated first; whatever it or `pool` takes is not looked at by `loud`, which is a candidate for all that are severe enough.
    assert_eq!(counts, [("dry", 2, 2, 1, 1), ("loud", 2, 1, 2, 1), ("pool", 2, 1, 2, 1), ("unseen", 0, 0, 0, 0)]);
    let unfiltered: Vec<_> = profile.definitions.iter().filter(|d| d.is_unfiltered).map(|d| &*d.id).collect();
    assert_eq!(unfiltered, ["loud"]);
    assert_eq!(profile.entries, 4);
    let functions: Vec<_> =
        profile.functions.iter().map(|f| (&*f.name, f.calls, f.nanoseconds, f.own_nanoseconds)).collect();
    assert_eq!(functions, [("by_length", 1, 1500, 1000), ("length", 1, 500, 500)]);
}

#[test]
fn times_are_without_what_looking_takes() {
    let profile = profiled();
    // Each piece of work looks at the clock twice and does nothing else that the clock would notice.
    assert_eq!(profile.nanoseconds, 0);
    let clock = clock();
    let mut profiler = Profiler::new(&clock, 0);
    profiler.during(Stage::Judge, |profiler| {
        (0..3).for_each(|_| _ = clock());
        profiler.during(Stage::Render, |_| _ = clock());
    });
    let parts: Vec<_> = profiler.parts().into_iter().filter(|part| part.nanoseconds > 0).collect();
    let expected = [("judging", 3000), ("worklog", 1000)];
    assert_eq!(parts, expected.map(|(name, nanoseconds)| PartProfile { name, nanoseconds }));
}

#[test]
fn observed_or_not_the_class_is_the_same() {
    let sandbox = crate::judge::sandbox(Limits::default());
    let pack = pack::load(&Shelf::of(PACK), "main", &sandbox).pack.unwrap();
    let classifier = Classifier::new(&pack);
    let mut scratch = classifier.scratch();
    for (severity, text) in
        [("INFO", "pool"), ("CRITICAL", "pool exhausted"), ("CRITICAL", ""), ("ERROR", "x"), ("INFO", "x")]
    {
        let record = format!(r#"{{"severity":"{severity}","textPayload":"{text}"}}"#);
        let mut batch = Batch::new();
        batch.push_json(&record, &mut Vec::new());
        let batch = pack.redactor.batch(batch);
        let entry = batch.entries(&pack.message).next().unwrap();
        let plain = classifier.class(&entry, &mut scratch);
        let mut profiler = Profiler::new(clock(), pack.definitions.len());
        assert_eq!(classifier.class_observed(&entry, &mut scratch, &mut profiler), plain);
        assert_eq!(classifier.class_observed(&entry, &mut scratch, &mut Unobserved), plain);
        assert_eq!(plain == Class::Routine, (severity, text) == ("INFO", "x"));
    }
}

#[test]
fn profiles_fit_their_terminals() {
    let mut profile = profiled();
    for (at, part) in profile.parts.iter_mut().enumerate() {
        part.nanoseconds = 123_456_789 / (at as u64 + 1).pow(4);
    }
    profile.nanoseconds = 150_000_000;
    for (at, definition) in profile.definitions.iter_mut().enumerate() {
        (definition.query_nanoseconds, definition.count_nanoseconds) = (54_321 / (at as u64 + 1), 1_000_001);
    }
    let drawn = |width| render::profile(&profile, 2, &TableStyle { width, ..TableStyle::default() });
    insta::assert_snapshot!([110, 80, 60, 40].map(|width| format!("{width}:\n{}", drawn(width))).join("\n"));
    for width in 52..120 {
        assert!(drawn(width).lines().all(|line| line.chars().count() <= width), "{width}");
    }
}
