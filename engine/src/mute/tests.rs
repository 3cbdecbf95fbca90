//! Mutes over entries: counted in any order, whole or in part, until their time.

use crate::classify::Classifier;
use crate::clusters::Clusters;
use crate::entry::Batch;
use crate::pack::Pack;
use crate::pack::tests::{loaded, sandbox, shown};
use crate::plan::Memory;
use crate::report::{ActionKind, Cluster, Report};
use crate::script::Sandbox;
use crate::triage::{Frame, triage};

const PACK: &str = r#"== gardener.yaml
version: 1
name: shop
mutes:
  - { cluster: queue, group: { labels.provider: acme }, until: 2026-01-31, reason: moving, owner: payments }
  - { match: labels.tenant="load", until: 2026-01-25, reason: load test, owner: platform }
  - { match: [message:"strange", message:"odd"], until: 2026-01-26, reason: known, owner: web }
  - { cluster: queue, until: 2026-01-10, reason: past, owner: gone }
  - { cluster: never, until: 2026-01-31, reason: nothing, owner: nobody }
suppress:
  - { cause: queue, symptoms: [web] }
== clusters/a.yaml
- { id: queue, title: Queue, match: message:"queue", group_by: [labels.provider], severity: P1 }
- { id: web, title: Web, match: message:"web", severity: P1 }
- { id: never, title: Never, match: message:"never", severity: P1 }
== policy/p.rhai
fn severity(cluster) {
    cluster.note(`${cluster.is_muted} [${cluster.muted_until}] [${cluster.mute_owner}] [${cluster.mute_reason}] [${cluster.symptom_of}] ${cluster.symptoms}`);
}
fn action(cluster, issue) {
    if cluster.is_muted { issue.reject("escalate", "it is muted"); }
    issue.create(`${cluster.count} of them`);
}
"#;

/// A message, and the labels that it has.
type Entry = (&'static str, &'static [(&'static str, &'static str)]);

const ACME: Entry = ("queue grows", &[("provider", "acme")]);
const ZENITH: Entry = ("queue grows", &[("provider", "zenith")]);
const LOAD: Entry = ("queue grows", &[("provider", "zenith"), ("tenant", "load")]);
const STRANGE: Entry = ("strange matter", &[]);
const ODD_LOAD: Entry = ("strange and odd matter", &[("tenant", "load")]);

fn records(entries: &[Entry]) -> Vec<String> {
    let record = |(at, (message, labels)): (usize, &Entry)| {
        let labels: serde_json::Map<String, serde_json::Value> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let timestamp = format!("2026-01-20T10:00:{at:02}Z");
        serde_json::json!({ "severity": "ERROR", "timestamp": timestamp, "textPayload": message, "labels": labels })
            .to_string()
    };
    entries.iter().enumerate().map(record).collect()
}

fn gathered<'p>(classifier: &'p Classifier<'p>, sandbox: &'p Sandbox, records: &[String]) -> Clusters<'p> {
    let mut clusters = Clusters::new(classifier, sandbox);
    let (mut batch, mut malformed) = (Batch::new(), Vec::new());
    records.iter().for_each(|record| batch.push_json(record, &mut malformed));
    clusters.add(&classifier.pack().redactor.batch(batch));
    clusters
}

fn pack() -> Pack {
    let loaded = loaded(PACK);
    assert_eq!(shown(&loaded), "");
    loaded.pack.unwrap()
}

fn report_of(pack: &Pack, sandbox: &Sandbox, clusters: &Clusters<'_>, now: &str, memory: &Memory) -> Report {
    let frame = Frame { notes: vec!["a note on the reading".to_owned()], ..Frame::of_records(now, 0) };
    triage(pack, sandbox, clusters, memory, frame).report
}

fn report(entries: &[Entry], now: &str) -> Report {
    let (pack, sandbox) = (pack(), sandbox());
    let classifier = Classifier::new(&pack);
    let clusters = gathered(&classifier, &sandbox, &records(entries));
    report_of(&pack, &sandbox, &clusters, now, &Memory::default())
}

fn find<'r>(report: &'r Report, id: &str, group: Option<&str>) -> &'r Cluster {
    let is_it =
        |cluster: &&Cluster| cluster.id.starts_with(id) && cluster.group.values().next().map(String::as_str) == group;
    report.clusters.iter().find(is_it).unwrap()
}

fn muted(cluster: &Cluster) -> Option<String> {
    cluster.restraint.muted.as_deref().map(crate::report::Muted::words)
}

#[test]
fn a_muted_cluster_is_counted_and_judged_and_nothing_is_done() {
    let report = report(&[ACME, ACME, ZENITH], "2026-01-20T12:00:00Z");
    let acme = find(&report, "queue", Some("acme"));
    assert_eq!(muted(acme).unwrap(), "muted until 2026-01-31T00:00:00Z by payments: moving");
    assert_eq!((acme.count, acme.severity.name()), (2, "P1"));
    assert!(
        acme.reasons.iter().any(|r| r.starts_with("true [2026-01-31T00:00:00Z] [payments] [moving] [] []")),
        "{:?}",
        acme.reasons
    );
    let action = &acme.action;
    assert_eq!((action.kind, action.by.as_deref(), &action.issue), (ActionKind::None, Some("gardener.yaml:4"), &None));
    assert_eq!(action.reason, muted(acme).unwrap());
    let rejected: Vec<(&str, &str)> = action.rejected.iter().map(|r| (r.kind.name(), r.reason.as_str())).collect();
    assert_eq!(rejected, [("create", "2 of them"), ("escalate", "it is muted")]);
    let zenith = find(&report, "queue", Some("zenith"));
    assert_eq!((muted(zenith), zenith.action.kind), (None, ActionKind::Create));
    assert!(zenith.reasons.iter().any(|r| r.starts_with("false [] [] [] [] []")), "{:?}", zenith.reasons);
}

#[test]
fn a_query_mutes_clusters_of_which_it_matches_all() {
    let report = report(&[LOAD, LOAD, STRANGE], "2026-01-20T12:00:00Z");
    assert_eq!(
        muted(find(&report, "queue", Some("zenith"))).unwrap(),
        "muted until 2026-01-25T00:00:00Z by platform: load test"
    );
    assert_eq!(muted(find(&report, "template-", None)).unwrap(), "muted until 2026-01-26T00:00:00Z by web: known");
}

#[test]
fn where_a_query_matches_only_some_the_cluster_says_so() {
    let report = report(&[LOAD, ZENITH, LOAD, ZENITH], "2026-01-20T12:00:00Z");
    let cluster = find(&report, "queue", Some("zenith"));
    assert_eq!((muted(cluster), cluster.action.kind), (None, ActionKind::Create));
    let parts: Vec<String> = cluster.restraint.partly_muted.iter().map(|part| part.words(cluster.count)).collect();
    assert_eq!(parts, ["2 of 4 entries are muted by platform until 2026-01-25T00:00:00Z: load test"]);
}

#[test]
fn of_several_mutes_the_one_that_ends_last_holds() {
    let report = report(&[ODD_LOAD], "2026-01-20T12:00:00Z");
    let cluster = find(&report, "template-", None);
    assert_eq!(muted(cluster).unwrap(), "muted until 2026-01-26T00:00:00Z by web: known");
    assert!(cluster.restraint.partly_muted.is_empty());
}

#[test]
fn a_mute_holds_before_its_end_and_then_is_told_to_be_over() {
    let before = report(&[ACME], "2026-01-30T23:59:59Z");
    assert!(muted(find(&before, "queue", Some("acme"))).is_some());
    assert_eq!(
        before.notes,
        [
            "a note on the reading",
            "the mute of entries that match `labels.tenant=\"load\"`, by platform, ended on 2026-01-25T00:00:00Z: take it out (gardener.yaml:5)",
            "the mute of entries that match `message:\"strange\" | message:\"odd\"`, by web, ended on 2026-01-26T00:00:00Z: take it out (gardener.yaml:6)",
            "the mute of `queue`, by gone, ended on 2026-01-10T00:00:00Z, and what it muted is there: renew it, or take it out (gardener.yaml:7)",
            "the mute of `never`, by nobody until 2026-01-31T00:00:00Z, matched nothing in this run (gardener.yaml:8)",
        ]
    );
    let after = report(&[ACME], "2026-01-31T00:00:00Z");
    assert_eq!(muted(find(&after, "queue", Some("acme"))), None);
    assert_eq!(after.notes.len(), 6, "{:?}", after.notes);
    let early = report(&[ACME, LOAD, STRANGE, ("never", &[])], "2026-01-01T00:00:00Z");
    assert_eq!(early.notes, ["a note on the reading"]);
    // The cluster's own mute is over before that of its group.
    assert!(muted(find(&early, "queue", Some("acme"))).unwrap().contains("payments"));
    assert!(muted(find(&early, "queue", Some("zenith"))).unwrap().contains("platform"));
}

#[test]
fn mutes_can_be_left_out() {
    let (pack, sandbox) = (pack(), sandbox());
    let classifier = Classifier::new(&pack);
    let clusters = gathered(&classifier, &sandbox, &records(&[ACME, STRANGE]));
    let memory = Memory { without_mutes: true, ..Memory::default() };
    let report = report_of(&pack, &sandbox, &clusters, "2026-01-20T12:00:00Z", &memory);
    assert!(report.clusters.iter().all(|cluster| muted(cluster).is_none()));
    assert_eq!(report.notes, ["a note on the reading"]);
}

#[test]
fn a_symptom_waits_for_its_cause_also_where_that_one_is_muted() {
    let report = report(&[ACME, ("web fails", &[])], "2026-01-20T12:00:00Z");
    let (queue, web) = (find(&report, "queue", Some("acme")), find(&report, "web", None));
    let cause = web.restraint.symptom_of.as_ref().unwrap();
    assert_eq!(
        (cause.cluster.words().as_str(), cause.place.as_str()),
        ("queue (labels.provider=acme)", "gardener.yaml:10")
    );
    assert_eq!((cause.cluster.title.as_str(), cause.cluster.severity.name(), cause.cluster.count), ("Queue", "P1", 1));
    assert_eq!(web.severity.name(), "P1", "it stays as urgent as it is");
    assert_eq!(
        (web.action.kind, web.action.reason.as_str()),
        (ActionKind::None, "symptom of queue (labels.provider=acme)")
    );
    assert_eq!(web.action.rejected[0].kind, ActionKind::Create);
    assert!(web.reasons.iter().any(|reason| reason.starts_with("false [] [] [] [queue] []")), "{:?}", web.reasons);
    assert!(muted(queue).is_some());
    let symptoms: Vec<&str> = queue.restraint.symptoms.iter().map(|symptom| symptom.title.as_str()).collect();
    assert_eq!(symptoms, ["Web"]);
    assert!(queue.reasons.iter().any(|reason| reason.contains("[\"web\"]")), "{:?}", queue.reasons);
}

/// However entries are dealt out to workers and merged, the report is the same.
#[test]
fn counts_of_mutes_merge_in_any_order() {
    let (pack, sandbox) = (pack(), sandbox());
    let classifier = Classifier::new(&pack);
    let all = records(&[
        ACME,
        LOAD,
        ZENITH,
        STRANGE,
        ODD_LOAD,
        LOAD,
        ("web fails", &[("tenant", "load")]),
        ZENITH,
        LOAD,
        STRANGE,
    ]);
    let json = |clusters: &Clusters<'_>| {
        crate::render::json(&report_of(&pack, &sandbox, clusters, "2026-01-20T12:00:00Z", &Memory::default()))
    };
    let whole = json(&gathered(&classifier, &sandbox, &all));
    assert!(whole.contains("\"entries\": 3,"), "a mute of a part is among them: {whole}");
    for parts in 2..=5 {
        let mut shards: Vec<Vec<String>> = vec![Vec::new(); parts];
        all.iter().enumerate().for_each(|(at, record)| shards[at * 7 % parts].push(record.clone()));
        for turn in 0..parts {
            shards.rotate_left(1);
            let mut merged = gathered(&classifier, &sandbox, &[]);
            shards.iter().for_each(|shard| merged.merge(gathered(&classifier, &sandbox, shard)));
            assert_eq!(json(&merged), whole, "{parts} parts, turned {turn} times");
        }
    }
}
