//! A small pack with policy, and entries that land in each of its buckets.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::baseline::{History, PastRun};
use crate::classify::{Class, Classifier};
use crate::clusters::Clusters;
use crate::entry::{Batch, Timestamp};
use crate::judge;
use crate::pack::tests::Shelf;
use crate::plan::Memory;
use crate::query::tests::properties::{record, sound_query};
use crate::render::{TreeStyle, explanation};
use crate::report::Report;
use crate::script::Limits;
use crate::triage::{Frame, triage};

const PACK: &str = r#"
== gardener.yaml
version: 1
name: shop
extends: base
redact:
  - { name: employee, regex: 'E\d{6}', replacement: 'E***' }
== clusters/a.yaml
- id: pool-exhausted
  title: Pool exhausted
  match:
    - severity>=ERROR AND message:"pool exhausted"
    - severity>=WARNING AND message:"pool of connections is exhausted"
  capture: { waited_s: 'waited (\d+)s', who: 'by (\w+)', shard: { from: jsonPayload.shard, regex: '^(\w+)$' } }
  facets: [labels.module, labels.zone]
  group_by: [who]
  policy: { group: by_kind, severity: pool, impact: broken }
  severity: P3
  impact: { technical: no connection is free }
- id: employee-locked
  title: Account locked
  match: message:"E123456"
  severity: P4
- id: probes
  match: httpRequest.userAgent:"GoogleHC"
  ignore: true
  reason: probes of the load balancer
  priority: 5
== clusters/b.yaml
- id: connections
  title: Connections
  match: message:("connection" OR "pool") AND NOT severity<WARNING
  severity: P4
- id: late
  title: Late
  match: message:"exhausted"
  severity: P5
  priority: -10
== policy/p.rhai
fn pool(cluster) {
    if cluster.has_metric("waited_s") {
        cluster.raise_to("P1", `waited ${cluster.metrics.waited_s.max} s`);
    }
}
fn by_kind(entry) {
    if entry.message.contains("boom") { throw "no kind"; }
    #{ kind: if entry.severity == "ERROR" { "error" } else { "other" } }
}
fn broken(cluster) {
    throw `no text for ${cluster.count}`;
}
fn impact(cluster) {
    #{ business: #{ level: "low", text: "some notice" } }
}
== base:gardener.yaml
version: 1
name: base
== base:clusters/a.yaml
- id: base-pool
  title: Pool
  match: message:"pool"
  severity: P5
"#;

const STYLE: TreeStyle = TreeStyle { width: 100, colour: false, ascii: false };

struct Loaded {
    pack: Pack,
    sandbox: Sandbox,
    sources: Sources,
}

fn loaded(text: &str) -> Loaded {
    let sandbox = judge::sandbox(Limits::default());
    let loaded = crate::pack::load(&Shelf::of(text), "main", &sandbox);
    let pack = loaded.pack.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
    Loaded { pack, sandbox, sources: loaded.sources }
}

impl Loaded {
    fn explainer(&self) -> Explainer<'_> {
        Explainer::new(&self.pack, &self.sandbox, &self.sources)
    }

    /// The entry and its cluster, explained; `records` are what the capture holds.
    fn explained(&self, records: &[&str], number: usize, fate: Fate, wanted: &Wanted) -> Explanation {
        let explainer = self.explainer();
        let standing = Standing { capture: "logs.jsonl".to_owned(), record: number as u64, line: number as u64 };
        let entry = explainer.entry(Written::Json(records[number - 1]), 0, standing, fate, wanted).unwrap();
        let report = self.report(records, &Memory::default(), "2025-09-14T05:00:00Z");
        let cluster = entry.cluster.as_ref().map(|key| explainer.find(&report.clusters, key).unwrap());
        let clusters = cluster.map(|cluster| explainer.cluster(cluster, Vec::new())).into_iter().collect();
        Explanation {
            schema: SCHEMA,
            pack: report.pack,
            captures: vec!["logs.jsonl".to_owned()],
            window: Some(report.window),
            entries: Some(report.entries),
            entry: Some(entry),
            clusters,
            clusters_in_all: report.clusters.len(),
            notes: Vec::new(),
        }
    }

    fn report(&self, records: &[&str], memory: &Memory, now: &str) -> Report {
        let classifier = Classifier::new(&self.pack);
        let mut clusters = Clusters::new(&classifier, &self.sandbox);
        let mut batch = Batch::new();
        for record in records {
            batch.push_json(record, &mut Vec::new());
        }
        clusters.add(&self.pack.redactor.batch(batch));
        let frame = Frame::of_records(now, records.len());
        triage(&self.pack, &self.sandbox, &clusters, memory, frame).report
    }
}

const RECORDS: [&str; 7] = [
    r#"{"severity":"ERROR","timestamp":"2025-09-14T04:00:00Z","labels":{"module":"db"},"jsonPayload":{"message":"pool exhausted by alice@example.com, waited 30s by bob","token":123456789}}"#,
    r#"{"severity":"WARNING","timestamp":"2025-09-14T04:00:01Z","jsonPayload":{"message":"pool exhausted: boom"}}"#,
    r#"{"severity":"INFO","jsonPayload":{"message":"the cache is warm"}}"#,
    r#"{"severity":"ERROR","jsonPayload":{"message":"disk 7 is full"}}"#,
    r#"{"severity":"INFO","httpRequest":{"userAgent":"GoogleHC/1.0"},"jsonPayload":{"message":"pool ok"}}"#,
    r#"{"severity":"ERROR","jsonPayload":{"message":"E123456 is locked","detail":"pool exhausted"}}"#,
    r#"{"severity":"ERROR","jsonPayload":{"message":"pool exhausted: boom"}}"#,
];

fn tree(number: usize, fate: Fate, wanted: &Wanted) -> String {
    explanation(&loaded(PACK).explained(&RECORDS, number, fate, wanted), &STYLE)
}

#[test]
fn an_entry_of_a_definition_is_explained() {
    insta::assert_snapshot!(tree(1, Fate::Seen, &Wanted::Nearest(5)));
}

#[test]
fn an_entry_is_explained_as_json() {
    let explanation = loaded(PACK).explained(&RECORDS, 1, Fate::Seen, &Wanted::Nearest(1));
    insta::assert_snapshot!(crate::render::explanation_json(&explanation));
}

#[test]
fn entries_that_just_miss_and_those_of_no_definition_are_explained() {
    let texts: Vec<String> = [3, 4, 5, 6, 7].map(|number| tree(number, Fate::Seen, &Wanted::Nearest(3))).into();
    insta::assert_snapshot!(texts.join("\n"));
}

#[test]
fn an_entry_that_is_left_out_says_where_it_would_have_been() {
    let at = |text| Timestamp::parse(text).unwrap();
    let twin = Standing { capture: "other.jsonl".to_owned(), record: 9, line: 12 };
    let first = |fate| tree(1, fate, &Wanted::One("late".to_owned())).lines().take(11).collect::<Vec<_>>().join("\n");
    let duplicate = first(Fate::Duplicate { of: Some(twin) });
    let early = first(Fate::Outside(Window { from: Some(at("2025-09-14T04:30:00Z")), to: None }));
    let late = first(Fate::Outside(Window { from: None, to: Some(at("2025-09-14T04:00:00Z")) }));
    insta::assert_snapshot!(format!("{duplicate}\n\n{early}\n\n{late}"));
}

#[test]
fn an_entry_that_is_left_out_has_no_cluster_but_would_have_one() {
    let loaded = loaded(PACK);
    let window = Window { from: Timestamp::parse("2025-09-14T04:30:00Z"), to: None };
    for fate in [Fate::Duplicate { of: None }, Fate::Outside(window)] {
        let explained = loaded.explained(&RECORDS, 1, fate, &Wanted::Nearest(0));
        let entry = explained.entry.unwrap();
        assert_eq!((entry.cluster, entry.bucket.cluster, explained.clusters.len()), (None, None, 0));
        assert_eq!(entry.bucket.otherwise.unwrap().cluster.unwrap().id, "pool-exhausted");
    }
    let seen = loaded.explained(&RECORDS, 1, Fate::Seen, &Wanted::Nearest(0)).entry.unwrap();
    assert!(seen.cluster.is_some() && seen.cluster == seen.bucket.cluster);
}

#[test]
fn one_definition_is_told_test_by_test_and_all_of_them_on_demand() {
    let one = tree(2, Fate::Seen, &Wanted::One("pool-exhausted".to_owned()));
    let all = tree(3, Fate::Seen, &Wanted::All);
    insta::assert_snapshot!(format!("{one}\n{all}"));
}

#[test]
fn each_reason_knows_its_file_and_line() {
    let loaded = loaded(PACK);
    let explained = loaded.explained(&RECORDS, 1, Fate::Seen, &Wanted::Nearest(0));
    let cluster = &explained.clusters[0];
    let shown = |reason: &Reason| {
        let place = reason.place.as_ref().map(|place| format!("{}:{}", place.file, place.line));
        format!("{} @ {}", reason.text, place.unwrap_or_default())
    };
    let reasons: Vec<String> = cluster.because.iter().map(shown).collect();
    assert_eq!(reasons[0], "declared P3 by pool-exhausted @ clusters/a.yaml:10");
    assert_eq!(reasons[1], "P3 → P1: waited 30.0 s @ policy/p.rhai:3");
    assert!(reasons[2].starts_with("policy failed and what is declared stands: "), "{reasons:?}");
    assert!(reasons[2].ends_with(" @ policy/p.rhai:11"), "{reasons:?}");
    assert_eq!(shown(cluster.impact_by.as_ref().unwrap()), "declared by pool-exhausted @ clusters/a.yaml:11");
    let of_template = loaded.explained(&RECORDS, 4, Fate::Seen, &Wanted::Nearest(0));
    let by = of_template.clusters[0].impact_by.as_ref().unwrap();
    assert_eq!(shown(by), "returned by impact @ policy/p.rhai:13");
}

#[test]
fn the_function_that_was_asked_is_named_where_it_said_nothing_or_stands_in() {
    let reasons = |pack: &str, record: usize| {
        let explained = loaded(pack).explained(&RECORDS, record, Fate::Seen, &Wanted::Nearest(0));
        let lines = explained.clusters[0].because.iter().map(|reason| {
            let place = reason.place.as_ref().map(|place| format!(" @ {}:{}", place.file, place.line));
            format!("{}{}", reason.text, place.unwrap_or_default())
        });
        lines.collect::<Vec<_>>()
    };
    let pack = PACK.replace("group: by_kind, severity: pool, impact: broken", "severity: pool");
    let pack = pack.split_once("fn by_kind").map(|(before, rest)| (before, rest.split_once("fn impact").unwrap().1));
    let pack = pack.map(|(before, rest)| format!("{before}fn impact{rest}")).unwrap();
    let quiet = pack.replace("cluster.raise_to(\"P1\", ", "cluster.raise_to(\"P3\", ");
    assert!(
        reasons(&quiet, 1)[1].contains("asked `pool`: it changed nothing @ policy/p.rhai:1"),
        "{:?}",
        reasons(&quiet, 1)
    );
    let general = "fn severity(cluster) { }\nfn impact(cluster)";
    let both = |pack: &str| reasons(&pack.replace("fn impact(cluster)", general), 1);
    let instead = "asked `pool` in place of the pack's `severity`";
    assert_eq!(both(&pack)[1], format!("{instead} @ policy/p.rhai:1"));
    assert_eq!(both(&quiet)[1], format!("{instead}: it changed nothing @ policy/p.rhai:1"));
    let of_template = reasons(&pack.replace("fn impact(cluster)", general), 4);
    assert_eq!(of_template[1], "asked `severity`: it changed nothing @ policy/p.rhai:6");
}

#[test]
fn the_keys_of_an_overridden_definition_are_placed_where_they_stand() {
    let own = "== clusters/c.yaml\n- id: base-pool\n  override: true\n  priority: 99\n  impact: { technical: x }\n";
    let loaded = loaded(&PACK.replace("== policy/p.rhai", &format!("{own}== policy/p.rhai")));
    let explained = loaded.explained(&RECORDS, 1, Fate::Seen, &Wanted::Nearest(0));
    let at = |place: Option<&Place>| place.map(|place| (place.file.clone(), place.line)).unwrap();
    let base = |line| ("base/clusters/a.yaml".to_owned(), line);
    let cluster = &explained.clusters[0];
    assert_eq!(cluster.cluster.id, "base-pool");
    assert_eq!(at(cluster.definition.as_ref()), ("clusters/c.yaml".to_owned(), 1));
    assert_eq!(at(cluster.overrides.as_ref()), base(1));
    assert_eq!(at(cluster.because[0].place.as_ref()), base(4));
    let definitions = &explained.entry.as_ref().unwrap().definitions.as_ref().unwrap().list;
    let won = definitions.iter().find(|one| one.verdict == Verdict::Won).unwrap();
    assert_eq!((at(Some(&won.match_place)), at(won.overrides.as_ref())), (base(3), base(1)));
    let tree = explanation(&explained, &STYLE);
    assert!(
        tree.contains("overrides base/clusters/a.yaml:1") && tree.contains("`match` at base/clusters/a.yaml:3"),
        "{tree}"
    );
}

#[test]
fn what_history_knows_and_policy_decides_on_is_told() {
    let action = "== policy/q.rhai\nfn action(cluster, issue) {\n    issue.reject(\"create\", \"it may pass\");\n    \
        issue.none(`seen in ${cluster.runs_seen} runs`);\n}\n";
    let (before, base) = PACK.split_once("== base:gardener.yaml").unwrap();
    let loaded = loaded(&format!("{before}{action}== base:gardener.yaml{base}"));
    let at = |record: &str, day: &str| record.replace("2025-09-14", day);
    let mut history = History::default();
    for day in ["2025-09-12", "2025-09-13"] {
        let memory = Memory { history: Arc::new(history.clone()), ..Memory::default() };
        let record = at(RECORDS[0], day);
        history.runs.push(PastRun::of(&loaded.report(&[&record], &memory, &format!("{day}T05:00:00Z"))));
    }
    let memory = Memory { history: Arc::new(history), ..Memory::default() };
    let report = loaded.report(&[RECORDS[0]], &memory, "2025-09-14T05:00:00Z");
    let cluster = loaded.explainer().cluster(&report.clusters[0], Vec::new());
    assert_eq!(
        cluster.action_because.place.as_ref().map(|place| (place.file.as_str(), place.line)),
        Some(("policy/q.rhai", 3))
    );
    let mut explanation = loaded.explained(&RECORDS[..1], 1, Fate::Seen, &Wanted::Nearest(0));
    (explanation.entry, explanation.clusters) = (None, vec![cluster]);
    insta::assert_snapshot!(crate::render::explanation(&explanation, &STYLE));
}

#[test]
fn nothing_of_a_secret_is_in_an_explanation() {
    let secrets = ["alice", "123456789", "E123456"];
    let loaded = loaded(PACK);
    for number in [1, 6] {
        for wanted in [Wanted::All, Wanted::One("late".to_owned())] {
            let explanation = loaded.explained(&RECORDS, number, Fate::Seen, &wanted);
            let json = serde_json::to_value(&explanation).unwrap();
            // The pack's own query names an employee; what is read out of entries must not.
            let mut entry = json["entry"].clone();
            entry["definitions"] = serde_json::Value::Null;
            let shown = format!("{entry}{}", json["clusters"]);
            assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
            let found: Vec<String> = json["entry"]["definitions"]["list"]
                .as_array()
                .unwrap()
                .iter()
                .map(|definition| format!("{}{}", definition["trace"]["found"], definition["failure"]["found"]))
                .collect();
            assert!(secrets.iter().all(|secret| !found.concat().contains(secret)), "{found:?}");
        }
    }
}

#[test]
fn a_thing_that_redaction_hid_from_a_rule_is_said() {
    let explanation = loaded(PACK).explained(&RECORDS, 6, Fate::Seen, &Wanted::Nearest(1));
    let nearest = &explanation.entry.as_ref().unwrap().definitions.as_ref().unwrap().list;
    let missed = nearest.iter().find(|considered| considered.verdict == Verdict::Missed).unwrap();
    assert_eq!((missed.id.as_str(), missed.matches_before_redaction), ("employee-locked", true));
}

#[test]
fn groups_beyond_the_cap_are_found_in_the_rest() {
    let loaded = loaded(PACK);
    let records: Vec<String> = (0..700)
        .map(|n| format!(r#"{{"severity":"ERROR","jsonPayload":{{"message":"pool exhausted by user{n}"}}}}"#))
        .collect();
    let records: Vec<&str> = records.iter().map(String::as_str).collect();
    let report = loaded.report(&records, &Memory::default(), "2025-09-14T05:00:00Z");
    let explainer = loaded.explainer();
    let mut rest = 0;
    for record in &records {
        let standing = Standing { capture: String::new(), record: 1, line: 1 };
        let entry = explainer.entry(Written::Json(record), 0, standing, Fate::Seen, &Wanted::Nearest(0)).unwrap();
        let key = entry.cluster.unwrap();
        let cluster = explainer.find(&report.clusters, &key).unwrap();
        rest += usize::from(cluster.group != key.group);
        assert_eq!(cluster.id, "pool-exhausted");
    }
    assert_eq!(rest, 200);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(60) })]

    /// However a pack's queries look, an explanation and the classifier name the same definition.
    #[test]
    fn an_explanation_and_the_classifier_agree(
        queries in proptest::collection::vec(sound_query(), 1..8),
        priorities in proptest::collection::vec(-1..2_i64, 8),
        records in proptest::collection::vec(record(), 1..8),
    ) {
        let mut text = "== gardener.yaml\nversion: 1\nname: p\nredact: [{ name: x, regex: 'zz+', replacement: 'z' }]\n== clusters/a.yaml\n".to_owned();
        for (at, query) in queries.iter().enumerate().filter(|(_, query)| crate::query::Query::parse(query).query.is_some()) {
            let query = serde_json::Value::from(query.as_str());
            let priority = priorities[at];
            text.push_str(&format!("- {{ id: d{at}, title: t, severity: P3, priority: {priority}, match: {query} }}\n"));
        }
        if !text.contains("id: d") {
            return Ok(());
        }
        let loaded = loaded(&text);
        let explainer = loaded.explainer();
        let classifier = Classifier::new(&loaded.pack);
        let mut scratch = classifier.scratch();
        for record in &records {
            let mut batch = Batch::new();
            batch.push_json(record, &mut Vec::new());
            let batch = loaded.pack.redactor.batch(batch);
            let Some(entry) = batch.entries(&loaded.pack.message).next() else { continue };
            let standing = Standing { capture: String::new(), record: 1, line: 1 };
            let explained = explainer.entry(Written::Json(record), 0, standing, Fate::Seen, &Wanted::All).unwrap();
            let class = classifier.class(&entry, &mut scratch);
            let expected = match class {
                Class::Definition(at) => (BucketKind::Clustered, Some(loaded.pack.definitions[at].id.clone())),
                Class::Template => (BucketKind::Clustered, None),
                Class::Routine => (BucketKind::Routine, None),
            };
            assert_eq!((explained.bucket.kind, explained.bucket.definition.clone()), expected);
            let list = explained.definitions.unwrap().list;
            let won: Vec<&str> = list.iter().filter(|c| c.verdict == Verdict::Won).map(|c| c.id.as_str()).collect();
            assert_eq!(won, expected.1.iter().map(String::as_str).collect::<Vec<_>>());
            let mut verdicts = BTreeMap::new();
            for considered in &list {
                let definition = loaded.pack.definitions.iter().find(|d| d.id == considered.id).unwrap();
                let holds = definition.queries.iter().any(|query| query.matches(&entry));
                assert_eq!(considered.verdict != Verdict::Missed, holds, "{}", considered.id);
                assert_eq!(considered.failure.is_none(), holds);
                *verdicts.entry(considered.verdict).or_insert(0) += 1;
            }
            assert!(verdicts.get(&Verdict::Won).is_none_or(|won| *won == 1));
        }
    }
}
