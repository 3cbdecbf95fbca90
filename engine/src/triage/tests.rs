//! What a pack says of mined clusters, and what rises with what: the same for any order and any split of the entries.

use super::*;
use crate::classify::Classifier;
use crate::entry::Batch;
use crate::pack::tests::{loaded, sandbox};

const PACK: &str = "== gardener.yaml
version: 1
name: p
deploys: labels.commit
unknown:
  facets: [labels.zone]
  templates:
    - { like: 'cache miss for key 17', ignore: it fills itself }
    - { like: 'upstream eu-1 is slow', title: An upstream is slow, severity: P1, split_by: labels.zone }
    - { like: 'ledger row 5 is odd', same_as: ledger }
    - { like: 'shipment 12 vanished', same_as: 'parcel 7 is lost' }
== clusters/a.yaml
- { id: ledger, title: Ledger, match: 'message:\"ledger is broken\"', severity: P2 }
";

fn record(message: &str, zone: &str, second: usize) -> String {
    serde_json::json!({
        "severity": "ERROR", "textPayload": message, "insertId": format!("id-{message}"),
        "timestamp": format!("2025-09-14T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60),
        "labels": { "zone": zone, "commit": "a" }, "trace": format!("projects/p/traces/{}", second / 10),
    })
    .to_string()
}

fn records() -> Vec<String> {
    let mut records: Vec<String> = (0..5).map(|n| record(&format!("cache miss for key {n}"), "a", n * 7_000)).collect();
    records.extend((0..6).map(|n| record(&format!("upstream eu-{n} is slow"), ["a", "b"][n % 2], 3_000 + n)));
    records.extend((0..4).map(|n| record(&format!("ledger row {n} is odd"), "a", 40_000 + n * 10)));
    records.extend((0..3).map(|n| record(&format!("shipment {n} vanished"), "b", 40_001 + n * 10)));
    records.extend((0..2).map(|n| record(&format!("parcel {n} is lost"), "b", 40_031 + n * 10)));
    records.push(record("ledger is broken", "a", 40_000));
    records
}

fn report(pack: &str, records: &[String], workers: usize) -> Report {
    let (loaded, sandbox) = (loaded(pack), sandbox());
    let pack = loaded.pack.as_ref().unwrap();
    let classifier = Classifier::new(pack);
    let mut shards: Vec<Clusters<'_>> = (0..workers).map(|_| Clusters::new(&classifier, &sandbox)).collect();
    for (at, record) in records.iter().enumerate() {
        let mut batch = Batch::new();
        batch.push_json(record, &mut Vec::new());
        shards[at % workers].add(&pack.redactor.batch(batch));
    }
    let mut all = shards.pop().unwrap();
    shards.into_iter().for_each(|shard| all.merge(shard));
    let frame = Frame::of_records("2025-09-15T00:00:00Z", records.len());
    triage(pack, &sandbox, &all, &Memory::default(), frame).report
}

fn lines(report: &Report) -> Vec<String> {
    let line = |cluster: &Cluster| {
        let zones: Vec<&str> = cluster.group.values().map(String::as_str).collect();
        format!("{} {} {} {}", cluster.title, zones.join(","), cluster.severity, cluster.count)
    };
    report.clusters.iter().map(line).collect()
}

#[test]
fn mined_clusters_are_ignored_renamed_split_and_merged() {
    let report = report(PACK, &records(), 1);
    assert!(report.entries.holds(), "{:?}", report.entries);
    assert_eq!((report.entries.ignored, report.entries.clustered), (5, 16));
    assert_eq!(
        (report.ignored.len(), report.ignored[0].reason.as_str(), report.ignored[0].count),
        (1, "it fills itself", 5)
    );
    let expected =
        ["An upstream is slow a P1 3", "An upstream is slow b P1 3", "Ledger  P2 5", "parcel … is lost  P4 5"];
    assert_eq!(lines(&report), expected);
    assert_eq!(report.clusters[0].declared_severity, Some(Severity::P1));
    assert_eq!(report.clusters[0].reasons[0], "declared P1 for its template in gardener.yaml:8");
    assert_ne!(report.clusters[0].fingerprint, report.clusters[1].fingerprint);
    assert_eq!(report.clusters[3].facets["labels.zone"].values[0].count, 5);
}

#[test]
fn any_order_and_any_split_of_the_entries_give_the_same_report() {
    let mut records = records();
    let whole = crate::render::json(&report(PACK, &records, 1));
    assert!(whole.contains("\"related_by\": [\n"), "{whole}");
    for workers in [2, 3, 5] {
        records.reverse();
        assert_eq!(crate::render::json(&report(PACK, &records, workers)), whole);
        records.rotate_left(7);
    }
}

#[test]
fn what_was_known_of_a_template_goes_on_in_the_cluster_that_it_belongs_to() {
    let rows =
        |n: usize| -> Vec<String> { records().into_iter().filter(|it| it.contains("ledger row")).take(n).collect() };
    let before = PACK.replace("same_as: ledger }", "title: Rows }");
    let template = report(&before, &rows(4), 1).clusters[0].fingerprint.clone();
    let (loaded, sandbox) = (loaded(PACK), sandbox());
    let pack = loaded.pack.as_ref().unwrap();
    let classifier = Classifier::new(pack);
    let mut clusters = Clusters::new(&classifier, &sandbox);
    for record in rows(2) {
        let mut batch = Batch::new();
        batch.push_json(&record, &mut Vec::new());
        clusters.add(&pack.redactor.batch(batch));
    }
    let wanted = wanted(pack, &clusters, &crate::baseline::History::default());
    let own = pack.definitions[0].fingerprints("p", &BTreeMap::new());
    assert!(wanted.fingerprints.contains(&template) && wanted.fingerprints.contains(&own[0]));
}

#[test]
fn groups_beyond_the_bound_form_one_cluster_together() {
    let slow = |n: usize| record(&format!("upstream eu-{n} is slow"), &format!("zone-{n}"), n);
    let report = report(PACK, &(0..200).map(slow).collect::<Vec<_>>(), 3);
    assert!(report.entries.holds());
    assert_eq!(report.clusters.len(), 51);
    assert_eq!(report.clusters[0].group, crate::clusters::rest_group());
    assert_eq!(report.clusters[0].count, 150);
}

#[test]
fn a_group_that_is_called_like_the_rest_is_one_with_it() {
    let pack = "== gardener.yaml
version: 1
name: p
== clusters/a.yaml
- { id: slow, title: Slow, match: 'message:\"is slow\"', severity: P2 }
== policy/a.rhai
fn group(entry) { entry.text(\"labels.zone\") }
";
    let named = |count: usize| {
        let zones = (0..count).map(|n| record("it is slow", &format!("zone-{n}"), n));
        zones.chain([record("it is slow", crate::clusters::OTHER, 1)]).collect::<Vec<_>>()
    };
    for (count, others) in [(20, 1), (500, 2), (700, 201)] {
        let mut records = named(count);
        let whole = report(pack, &records, 1);
        let rest: Vec<_> = whole.clusters.iter().filter(|c| c.group == crate::clusters::rest_group()).collect();
        assert_eq!(rest.iter().map(|cluster| cluster.count).collect::<Vec<_>>(), [others]);
        let prints: BTreeSet<_> = whole.clusters.iter().map(|cluster| &cluster.fingerprint).collect();
        assert_eq!(prints.len(), whole.clusters.len());
        records.reverse();
        assert_eq!(crate::render::json(&report(pack, &records, 3)), crate::render::json(&whole));
    }
}
