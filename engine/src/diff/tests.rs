use std::fmt::Write;

use super::*;
use crate::classify::Classifier;
use crate::entry::Batch;
use crate::pack::tests::{Shelf, sandbox};
use crate::pack::{self, Loaded};
use crate::plan::Memory;
use crate::triage::{Frame, triage_with};

/// A pack: its manifest's keys beside version and name, its definitions, its policy.
fn pack(manifest: &str, clusters: &str, policy: &str) -> Loaded {
    let text = format!(
        "== gardener.yaml\nversion: 1\nname: p\n{manifest}\n== clusters/a.yaml\n{clusters}\n== policy/p.rhai\n{policy}\n"
    );
    let loaded = pack::load(&Shelf::of(&text), "main", &sandbox());
    assert!(loaded.pack.is_some(), "{:?}", loaded.diagnostics);
    loaded
}

fn definition(id: &str, query: &str, more: &str) -> String {
    format!("- {{ id: {id}, title: {id}, match: '{query}', severity: P3{more} }}\n")
}

/// The diff over these records, shared out among so many workers.
fn diff_of(base: &Loaded, head: &Loaded, records: &[String], workers: usize) -> Diff {
    let sandbox = sandbox();
    let (before, after) = (base.pack.as_ref().unwrap(), head.pack.as_ref().unwrap());
    let (old, new) = (Classifier::new(before), Classifier::new(after));
    let mut shards: Vec<Gathering<'_>> = (0..workers).map(|_| Gathering::new(&old, &new, &sandbox)).collect();
    for (at, record) in records.iter().enumerate() {
        let mut batch = Batch::new();
        batch.push_json(record, &mut Vec::new());
        shards[at % workers].add(batch, 0, &[at as u64 + 1]);
    }
    let mut sum = shards.pop().unwrap();
    shards.into_iter().for_each(|shard| sum.merge(shard));
    let frame =
        Frame { captures: vec!["c.jsonl".to_owned()], ..Frame::of_records("2025-09-14T05:00:00Z", records.len()) };
    let templates = sum.templates();
    let report =
        |pack, clusters| triage_with(pack, &sandbox, (clusters, &templates), &Memory::default(), frame.clone()).report;
    let (one, two) = (report(before, &sum.base), report(after, &sum.head));
    compare(
        &Side { rules: "base", pack: before, sources: &base.sources, report: &one },
        &Side { rules: "head", pack: after, sources: &head.sources, report: &two },
        &sum.moves(&templates),
    )
}

fn diff(base: &Loaded, head: &Loaded, records: &[String]) -> Diff {
    let diff = diff_of(base, head, records, 1);
    assert!(diff.base.entries.holds() && diff.head.entries.holds());
    diff
}

fn record(severity: &str, message: &str, second: u32) -> String {
    serde_json::json!({
        "severity": severity, "textPayload": message, "insertId": format!("id-{second}"),
        "timestamp": format!("2025-09-14T04:00:{second:02}Z"),
    })
    .to_string()
}

/// The diff in a few lines: every finding with its place, and what clusters say of flows.
fn told(diff: &Diff) -> String {
    let mut out = String::new();
    for finding in diff.findings() {
        let place = finding.place.map(|place| format!(" [{} {}:{}]", place.side, place.at.file, place.at.line));
        writeln!(out, "{}: {}{}", finding.code.id, finding.message, place.unwrap_or_default()).unwrap();
    }
    for cluster in &diff.clusters {
        let id = cluster.after.as_ref().or(cluster.before.as_ref()).map(|state| state.id.as_str()).unwrap();
        for (way, flows) in [("from", &cluster.from), ("to", &cluster.to)] {
            flows.iter().for_each(|flow| writeln!(out, "  {id} {way} {}: {}", flow.place, flow.count).unwrap());
        }
        cluster.advice.iter().for_each(|advice| writeln!(out, "  {advice}").unwrap());
    }
    for moved in &diff.moves {
        let sample = moved.sample.as_ref().unwrap();
        writeln!(out, "  e.g. {}:{} {} {}", sample.capture, sample.number, sample.severity, sample.text).unwrap();
    }
    for bucket in &diff.buckets {
        writeln!(out, "  {} {} → {}", bucket.count, bucket.from.name(), bucket.to.name()).unwrap();
    }
    for untried in &diff.untried {
        let place = untried.place.as_ref().unwrap();
        writeln!(out, "  untried: {} is {} [{} {}]", untried.id, untried.what, place.side, place.at.line).unwrap();
    }
    out
}

fn timeouts() -> Vec<String> {
    (0..6)
        .map(|n| record("ERROR", "checkout timed out", n))
        .chain((0..2).map(|n| record("ERROR", "search timed out", n)))
        .chain((0..3).map(|n| record("INFO", "all well", n)))
        .collect()
}

#[test]
fn the_same_decisions_are_no_change_whatever_is_written() {
    let base = pack("", &definition("timeout", "\"timed out\"", ""), "");
    let head =
        pack("# a remark", &format!("# moved down\n\n{}", definition("timeout", "\"timed out\"", "")), "// a remark");
    let diff = diff(&base, &head, &timeouts());
    assert!(!diff.changed);
    assert_eq!(told(&diff), "");
    assert_ne!(diff.base.pack.digest, diff.head.pack.digest);
    let other_words = pack("", &definition("timeout", "textPayload:\"timed out\" OR \"timed out\"", ""), "");
    assert!(!self::diff(&base, &other_words, &timeouts()).changed, "the same entries by another query");
}

#[test]
fn a_new_definition_takes_entries_from_another_and_from_a_template() {
    let old = definition("checkout", "\"checkout timed\"", "");
    let base = pack("", &old, "");
    let head = pack("", &format!("{old}{}", definition("any-timeout", "\"timed out\"", ", priority: 1")), "");
    insta::assert_snapshot!(told(&diff(&base, &head, &timeouts())));
}

#[test]
fn a_new_id_is_a_rename_and_without_the_former_one_it_costs_the_history() {
    let base = pack("", &definition("old", "\"timed out\"", ""), "");
    let with = pack("", &definition("new", "\"timed out\"", ", was: [old]"), "");
    let without = pack("", &definition("new", "\"timed out\"", ""), "");
    insta::assert_snapshot!(told(&diff(&base, &with, &timeouts())));
    insta::assert_snapshot!(told(&diff(&base, &without, &timeouts())));
}

#[test]
fn a_query_that_matches_nothing_any_more_is_a_loss_and_no_rename() {
    let wide = definition("wide", "\"checkout\"", ", priority: -1");
    let base = pack("", &format!("{}{wide}", definition("narrow", "\"checkout timed out\"", "")), "");
    let head = pack("", &format!("{}{wide}", definition("narrow", "\"chekout timed out\"", "")), "");
    insta::assert_snapshot!(told(&diff(&base, &head, &timeouts())));
    let gone = pack("", &definition("search", "\"search\"", ""), "");
    insta::assert_snapshot!(told(&diff(&base, &gone, &timeouts())));
}

#[test]
fn a_definition_for_what_none_knew_changes_no_text() {
    let base = pack("", &definition("checkout", "\"checkout timed\"", ""), "");
    let more = definition("search", "\"search timed\"", ", kind: Performance, facets: [severity]");
    let head = pack("", &format!("{}{more}", definition("checkout", "\"checkout timed\"", "")), "");
    insta::assert_snapshot!(told(&diff(&base, &head, &timeouts())));
}

#[test]
fn another_name_of_the_pack_is_told_because_of_the_fingerprints() {
    let base = pack("", &definition("timeout", "\"timed out\"", ""), "");
    let text = "== gardener.yaml\nversion: 1\nname: q\n== clusters/a.yaml\n";
    let text = format!("{text}{}", definition("timeout", "\"timed out\"", ""));
    let head = pack::load(&Shelf::of(&text), "main", &sandbox());
    let diff = diff(&base, &head, &timeouts());
    assert_eq!(
        told(&diff),
        "cluster-renamed: the pack `p` is now called `q`: every cluster gets another fingerprint\n"
    );
    assert!(diff.changed);
}

#[test]
fn a_severity_comes_with_the_reasons_of_both_sides() {
    let clusters = definition("timeout", "\"timed out\"", "");
    let policy = |limit: u32| {
        format!(
            "fn severity(cluster) {{\n    if cluster.count > {limit} {{ cluster.raise_to(\"P1\", \"too many\"); }}\n}}"
        )
    };
    let diff = diff(&pack("", &clusters, &policy(5)), &pack("", &clusters, &policy(50)), &timeouts());
    insta::assert_snapshot!(told(&diff));
    let change = &diff.clusters[0];
    let reasons = |state: &Option<ClusterState>| state.as_ref().unwrap().reasons.join(" | ");
    insta::assert_snapshot!(format!("{}\n{}", reasons(&change.before), reasons(&change.after)));
}

#[test]
fn the_same_severity_for_other_reasons_is_told() {
    let policy = |why: &str| {
        format!("// a remark{}\nfn severity(cluster) {{ cluster.raise_to(\"P0\", \"{why}\"); }}", why.len())
    };
    let (base, records) = (pack("", &definition("a", "message:\"timed out\"", ""), &policy("loud")), timeouts());
    let declared = pack("", &definition("a", "message:\"timed out\"", "").replace("P3", "P2"), &policy("loud"));
    let told_of = told(&diff(&base, &declared, &records));
    assert!(told_of.contains("reasons-changed: `a`: declared_severity P3 → P2"), "{told_of}");
    let reworded = pack("", &definition("a", "message:\"timed out\"", ""), &policy("very loud"));
    let told_of = told(&diff(&base, &reworded, &records));
    assert!(told_of.contains("reasons-changed: `a`: reasons") && told_of.contains("very loud"), "{told_of}");
    let moved = pack("", &definition("a", "message:\"timed out\"", ""), &format!("\n\n{}", policy("loud")));
    assert!(!diff(&base, &moved, &records).changed, "a line that moved is no other reason");
}

#[test]
fn entries_that_nobody_sees_any_more_are_told_as_such() {
    let base = pack("", &definition("timeout", "\"timed out\"", ""), "");
    let noise = "- { id: noise, match: '\"search timed\"', ignore: true, reason: known, priority: 5 }\n";
    let ignoring = pack("", &format!("{noise}{}", definition("timeout", "\"timed out\"", "")), "");
    insta::assert_snapshot!(told(&diff(&base, &ignoring, &timeouts())));
    let narrower = definition("timeout", "\"checkout timed out\"", "");
    insta::assert_snapshot!(told(&diff(&base, &pack("attention: CRITICAL", &narrower, ""), &timeouts())));
    insta::assert_snapshot!(told(&diff(&ignoring, &base, &timeouts())));
}

#[test]
fn another_group_splits_a_cluster() {
    let records: Vec<String> = (0..5)
        .map(|n| record("ERROR", &format!("call of {} failed", if n < 3 { "acme" } else { "other" }), n))
        .collect();
    let with = |more: &str| {
        pack(
            "",
            &definition("call", "\"call of\"", &format!(", capture: {{ who: \"of (\\\\w+)\" }}, facets: [who]{more}")),
            "",
        )
    };
    insta::assert_snapshot!(told(&diff(&with(""), &with(", group_by: [who]"), &records)));
}

#[test]
fn values_and_texts_are_compared() {
    let records: Vec<String> = (0..3).map(|n| record("ERROR", &format!("waited {n}.5 s for db{n}"), n)).collect();
    let of = |regex: &str, title: &str, more: &str| {
        format!(
            "- id: wait\n  title: {title}\n  match: message:waited\n  severity: P3\n  capture: {{ s: '{regex}' }}\n{more}"
        )
    };
    let base = pack("", &of(r"(\d+\.\d+) s", "Waits of up to {{ metrics.s.max }} s", ""), "");
    let more = "  kind: Performance\n  impact: { business: { level: high, text: waits } }\n  issue: { number: 7 }\n  facets: [severity]\n";
    let head = pack("frequency: { high: 3, medium: 2 }", &of(r"(\d+) s", "Waits of {{ metrics.s.max }} s", more), "");
    insta::assert_snapshot!(told(&diff(&base, &head, &records)));
}

#[test]
fn what_one_side_redacts_is_never_shown() {
    let records = vec![
        record("ERROR", "order 4711 of alice@example.com failed", 1),
        record("ERROR", "order 4712 of bob@example.com failed", 2),
        r#"{"severity":"ERROR","jsonPayload":{"message":"of carol@example.com failed","password":"hunter22"}}"#
            .to_owned(),
    ];
    let own = "redact:\n  - { name: order, regex: 'order \\d+', replacement: order ID }\n";
    let off = "redact:\n  - { name: email, enabled: false }\n";
    let one = definition("one", "failed", "");
    let quiet = "- { id: quiet, match: failed, ignore: true, reason: known }\n";
    for (base, head) in [(own, off), (off, own)] {
        let found = diff(&pack(base, &one, ""), &pack(head, quiet, ""), &records);
        let json = serde_json::to_string(&found.moves).unwrap();
        assert!(json.contains("of ***@example.com failed"), "{json}");
        for secret in ["alice", "bob@", "carol", "4711", "4712", "hunter22"] {
            assert!(!json.contains(secret), "{secret} is in {json}");
        }
    }
    insta::assert_snapshot!(told(&diff(&pack(own, &one, ""), &pack(off, &one, ""), &records)));
}

#[test]
fn what_no_entry_shows_is_said() {
    let seen = definition("timeout", "\"timed out\"", "");
    let never = |query: &str| definition("never", query, "");
    let base = pack("", &format!("{seen}{}{}", never("\"never one\""), definition("going", "\"gone\"", "")), "");
    let head = pack("", &format!("{seen}{}{}", never("\"never two\""), definition("coming", "\"come\"", "")), "");
    let diff = diff(&base, &head, &timeouts());
    assert!(!diff.changed, "nothing is decided otherwise");
    insta::assert_snapshot!(told(&diff));
}

#[test]
fn any_order_and_any_number_of_workers_give_the_same() {
    let base = pack("", &definition("checkout", "\"checkout timed\"", ", group_by: [severity]"), "");
    let head = pack("attention: ERROR", &definition("any", "\"timed out\"", ", group_by: [insertId]"), "");
    let mut records: Vec<String> = (0..40)
        .map(|n| {
            record(["ERROR", "WARNING"][n % 2], ["checkout timed out", "search timed out", "odd"][n % 3], n as u32)
        })
        .collect();
    // Where an entry stands in its capture does depend on the order: that is what a place is.
    let placeless = |mut diff: Diff| {
        diff.moves.iter_mut().for_each(|moved| moved.sample.as_mut().unwrap().number = 0);
        serde_json::to_string_pretty(&diff).unwrap()
    };
    let first = placeless(diff_of(&base, &head, &records, 1));
    let placed = serde_json::to_string(&diff_of(&base, &head, &records, 1)).unwrap();
    for workers in [2, 3, 7] {
        assert_eq!(serde_json::to_string(&diff_of(&base, &head, &records, workers)).unwrap(), placed);
    }
    for turn in [1, 7, 23] {
        records.rotate_left(turn);
        records[..turn].reverse();
        assert_eq!(placeless(diff_of(&base, &head, &records, 1 + turn % 3)), first);
    }
}
