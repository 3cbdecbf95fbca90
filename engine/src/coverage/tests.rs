use super::*;
use crate::classify::Classifier;
use crate::clusters::Clusters;
use crate::entry::Batch;
use crate::judge::recording_sandbox;
use crate::pack::tests::Shelf;
use crate::pack::{self, Loaded};
use crate::plan::Memory;
use crate::render::{self, TableStyle};
use crate::script::{Limits, Recording, Sandbox};
use crate::triage::{Frame, triage};

const PACK: &str = r#"== gardener.yaml
version: 1
name: main
extends: base
unknown: { severity: P4 }
== clusters/a.yaml
- id: pool
  title: Pool ran dry
  match: message:"pool exhausted"
  severity: P3
  capture: { waiting: '(\d+) waiting' }
- id: queue
  title: Queue grows
  match: message:"queue length"
  severity: P2
  issue: { number: 7 }
  script: |
    fn severity(cluster) {
        if cluster.count > 1 {
            cluster.raise_to("P1", "more than one");
            cluster.note("really");
        }
    }
- id: noise
  match: message:"all is well"
  ignore: true
  reason: it is
== policy/mine.rhai
const LIMIT = 3.0;

fn severity(cluster) {
    if cluster.has_metric("waiting") && cluster.metrics.waiting.max > global::LIMIT {
        return "P0";
    }
    let wild = cluster.count > 100 || cluster.title == "Wild";
    if wild {
        let reason = "no case comes here";
        cluster.set("P5", reason);
        if cluster.is_at_least("P2") {
            cluster.note("nor here");
        }
    }
}

fn helper(n) {
    n + 1
}

fn action(cluster, issue) {
    if issue.exists { issue.update("again"); } else if cluster.is_at_least("P1") { issue.create("urgent"); } else {
        issue.none("not urgent");
    }
}
== base:gardener.yaml
version: 1
name: base
== base:clusters/b.yaml
- { id: of-the-base, title: T, match: 'message:"base"', severity: P2 }
== base:policy/base.rhai
fn of_the_base(cluster) { 1 }
"#;

fn loaded(text: &str, recording: &Recording) -> (Sandbox, Loaded) {
    let sandbox = recording_sandbox(Limits::default(), recording);
    let loaded = pack::load(&Shelf::of(text), "main", &sandbox);
    assert!(loaded.pack.is_some(), "{:?}", loaded.diagnostics);
    (sandbox, loaded)
}

fn report(pack: &Pack, sandbox: &Sandbox, messages: &[&str]) -> Report {
    let classifier = Classifier::new(pack);
    let mut clusters = Clusters::new(&classifier, sandbox);
    let mut batch = Batch::new();
    for message in messages {
        let record = serde_json::json!({ "severity": "ERROR", "jsonPayload": { "message": message } }).to_string();
        let mut malformed = Vec::new();
        let record: &'static str = record.leak();
        batch.push_json(record, &mut malformed);
        assert!(malformed.is_empty());
    }
    clusters.add(&pack.redactor.batch(batch));
    let frame = Frame::of_records("2025-09-14T04:55:00Z", messages.len());
    triage(pack, sandbox, &clusters, &Memory::default(), frame).report
}

fn covered(cases: &[&[&str]]) -> Coverage {
    let (sandbox, loaded) = loaded(PACK, &Recording::Coverage);
    let pack = loaded.pack.unwrap();
    let mut outcomes = Outcomes::default();
    for messages in cases {
        outcomes.add(&report(&pack, &sandbox, messages));
    }
    Coverage::of(&pack, &loaded.sources, &outcomes)
}

#[test]
fn what_cases_reach_is_told_for_people() {
    let coverage = covered(&[&["pool exhausted, 2 waiting", "of the base"], &["queue length 5"]]);
    let wide = render::coverage(&coverage, &TableStyle { width: 100, ..TableStyle::default() });
    let narrow = render::coverage(&coverage, &TableStyle { width: 44, ascii: true, ..TableStyle::default() });
    insta::assert_snapshot!(format!("{wide}\n~~~\n\n{narrow}"));
    for (text, width) in [(wide, 100), (narrow, 44)] {
        assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
    }
}

#[test]
fn what_cases_reach_is_told_for_programs() {
    let coverage = covered(&[&["queue length 5", "queue length 6", "all is well"]]);
    insta::assert_snapshot!(render::coverage_json(&coverage));
}

#[test]
fn the_percentage_is_of_everything_that_is_the_packs_own() {
    let nothing = covered(&[]);
    assert_eq!(nothing.total.covered, 0);
    assert_eq!(nothing.parts.definitions, Measure { covered: 0, all: 3 });
    assert_eq!(nothing.inherited.definitions, Measure { covered: 0, all: 1 });
    assert_eq!(nothing.inherited.functions, Measure { covered: 0, all: 1 });
    // Two `severity`, `helper` and `action`.
    assert_eq!(nothing.parts.functions, Measure { covered: 0, all: 4 });
    let some = covered(&[&["base"], &["all is well"]]);
    assert_eq!(some.parts.definitions, Measure { covered: 1, all: 3 });
    assert_eq!(some.inherited.definitions, Measure { covered: 1, all: 1 });
    assert_eq!(some.total, some.parts.total());
    let all: u64 = nothing.scripts.iter().map(|script| script.parts.len() as u64).sum();
    assert_eq!(nothing.total.all, 3 + all);
}

#[test]
fn cases_add_up_in_any_order() {
    let (sandbox, loaded) = loaded(PACK, &Recording::Nothing);
    let pack = loaded.pack.unwrap();
    let outcomes = |messages: &[&str]| {
        let mut outcomes = Outcomes::default();
        outcomes.add(&report(&pack, &sandbox, messages));
        outcomes
    };
    let (first, second) = (outcomes(&["pool exhausted", "all is well"]), outcomes(&["pool exhausted", "what?"]));
    let mut one = first.clone();
    one.merge(second.clone());
    let mut other = second;
    other.merge(first);
    assert_eq!(one, other);
    assert_eq!((one.cases, one.entries["pool"], one.entries["noise"]), (2, 2, 1));
    // Without a sandbox that records, scripts say nothing, and are not counted.
    let coverage = Coverage::of(&pack, &loaded.sources, &one);
    assert_eq!((coverage.parts.functions.all, coverage.total.all), (0, 3));
}

#[test]
fn minima_are_exact() {
    let measure = |covered, all| Measure { covered, all };
    let minimum = |text: &str| text.parse::<Minimum>();
    for (text, shown) in
        [("80", "80 %"), ("87.5", "87.5 %"), ("87.50%", "87.5 %"), ("0", "0 %"), ("100", "100 %"), ("0.05", "0.05 %")]
    {
        assert_eq!(minimum(text).unwrap().to_string(), shown);
    }
    for text in ["", "101", "100.01", "-1", "8e1", "80.", ".5", "1.234", "80 %%", "ninety", "１０"] {
        assert!(minimum(text).is_err(), "{text}");
    }
    assert!(measure(2, 3).reaches(minimum("66.66").unwrap()));
    assert!(!measure(2, 3).reaches(minimum("66.67").unwrap()));
    assert!(!measure(9_999_999, 10_000_000).reaches(minimum("100").unwrap()));
    assert_eq!(measure(9_999_999, 10_000_000).to_string(), "99.9 %");
    assert_eq!(measure(0, 0).to_string(), "–");
    assert!(!measure(0, 0).reaches(minimum("0").unwrap()));
    assert!(measure(u64::MAX, u64::MAX).reaches(minimum("100").unwrap()));
}
