//! Mutes and symptoms, as worklog and table show them.

use std::collections::BTreeMap;

use super::fixture::{at, cluster, empty};
use super::*;
use crate::report::{
    ActionKind, Cause, Cluster, ClusterName, Conservation, Muted, PartlyMuted, Rejected, Report, Totals,
};
use crate::severity::Severity;

/// A cause with a symptom, a muted cluster with one, and one that is muted in part; a mute's words would like to be Markdown.
fn held_back() -> Report {
    let muted = |owner: &str, reason: &str| Muted {
        until: at("2025-09-20T00:00:00Z"),
        reason: reason.to_owned(),
        owner: owner.to_owned(),
        place: "gardener.yaml:12".to_owned(),
    };
    let name = |of: &Cluster| ClusterName {
        id: of.id.clone(),
        group: of.group.clone(),
        fingerprint: of.fingerprint.clone(),
        title: of.title.clone(),
        severity: of.severity,
        count: of.count,
    };
    let cause = |of: &Cluster| Some(Box::new(Cause { cluster: name(of), place: "gardener.yaml:30".to_owned() }));
    let mut requests = cluster("requests", "Requests fail", Severity::P0, 120);
    let mut database = cluster("database", "Database is down", Severity::P1, 3);
    let mut quiet = cluster("quiet", "Queue grows", Severity::P2, 7);
    let mut waiting = cluster("waiting", "Jobs wait", Severity::P3, 2);
    let mut part = cluster("part", "Slow calls", Severity::P4, 5);
    quiet.group = BTreeMap::from([("provider".to_owned(), "acme".to_owned())]);
    database.restraint.symptoms = vec![name(&requests)];
    requests.restraint.symptom_of = cause(&database);
    quiet.restraint.muted = Some(Box::new(muted("@payments", "it moves: #12 | <b>soon</b>\n# done")));
    quiet.restraint.symptoms = vec![name(&waiting)];
    waiting.restraint.symptom_of = cause(&quiet);
    quiet.action.rejected = vec![Rejected { kind: ActionKind::Create, reason: "no issue is known for it".to_owned() }];
    part.restraint.partly_muted = vec![PartlyMuted { entries: 2, by: muted("platform", "load test") }];
    let clusters = vec![requests, database, quiet, waiting, part].into();
    let totals = Totals { clusters: 5, none: 5, ..Totals::default() };
    let entries = Conservation { read: 137, clustered: 137, ..Conservation::default() };
    Report { clusters, totals, entries, notes: vec!["the mute of `x` is over".to_owned()], ..empty() }
}

#[test]
fn mutes_and_symptoms_are_shown() {
    let report = held_back();
    let styles = [TableStyle::default(), TableStyle { width: 60, ascii: true, ..TableStyle::default() }];
    let tables: Vec<String> = styles.iter().map(|style| table(&report, style)).collect();
    let text = worklog(&report, &Template::DEFAULT).unwrap();
    insta::assert_snapshot!(format!("{text}\n=====\n{}", tables.join("\n=====\n")));
}

#[test]
fn where_all_clusters_are_muted_the_worklog_says_so() {
    let mut report = held_back();
    report.clusters.retain(|cluster| cluster.restraint.muted.is_some());
    let text = worklog(&report, &Template::DEFAULT).unwrap();
    assert!(text.contains("Nothing but 1 cluster that is [muted](#muted-clusters)."), "{text}");
    assert!(!text.contains("## Cluster Analysis") && text.contains("## Muted Clusters"), "{text}");
}
