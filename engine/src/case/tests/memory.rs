//! What cases say of earlier runs and issues.

use super::suite;
use crate::baseline::{PastDeploy, PastMetric, SeverityBy};
use crate::entry::Timestamp;
use crate::issue::{IssueState, Listing};
use crate::report::ActionKind;
use crate::severity::Severity;

#[test]
fn a_case_describes_the_memory_of_its_run() {
    let (loaded, suite) = suite(include_str!("memory.yaml"));
    assert_eq!(crate::pack::tests::shown(&loaded), "");
    let memory = &suite.cases[0].memory;
    let [first, hour, empty] = memory.history.runs.as_slice() else { panic!("{memory:?}") };
    assert_eq!(first.window.from.unwrap().to_string(), "2025-09-12T23:00:00Z");
    let pool = &first.clusters[0];
    assert_eq!((pool.id.as_str(), pool.count, pool.rate_per_hour), ("pool", 6, 1.0));
    assert_eq!((pool.severity, pool.severity_by), (Severity::P2, SeverityBy::Person));
    assert_eq!(pool.severity_reason.as_deref(), Some("alice"));
    assert_eq!(pool.metrics["waiting"], PastMetric { count: 6, last: 4.0, min: 1.0, max: 5.0, mean: 3.0 });
    assert_eq!(pool.facets["labels.host"].values, ["h1", "2"]);
    assert_eq!((pool.action, pool.issue, pool.issue_severity), (Some(ActionKind::Create), Some(7), Some(Severity::P2)));
    assert_eq!(pool.first_seen.unwrap().to_string(), "2025-09-12T05:00:00Z");
    let deploys = |deploys: &[PastDeploy]| -> Vec<String> {
        let time = |at: Option<Timestamp>| at.unwrap().to_string().get(5..16).unwrap().to_owned();
        let one = |d: &PastDeploy| format!("{} {} {} {}", d.value, d.count, time(d.first_seen), time(d.last_seen));
        deploys.iter().map(one).collect()
    };
    let of_run = ["v1 361 09-12T23:00 09-13T05:00", "v2 40 09-13T04:00 09-13T04:50"];
    assert_eq!(deploys(&first.deploys["labels.version"]), of_run);
    assert_eq!(first.deploys["labels.commit"][0].value, "1234");
    let of_cluster = ["v1 3 09-12T05:00 09-13T05:00", "v2 3 09-12T05:00 09-13T05:00"];
    assert_eq!(deploys(&pool.deploys["labels.version"]), of_cluster);
    assert_eq!(first.clusters[1].rate_per_hour, 12.5);
    assert_eq!(first.clusters[1].severity, loaded.pack.as_ref().unwrap().unknown.severity);

    assert_eq!(hour.at.to_string(), "2025-09-14T04:00:00Z");
    assert_eq!(hour.window.from.unwrap().to_string(), "2025-09-14T03:00:00Z");
    let (former, grouped) = (&hour.clusters[0], &hour.clusters[1]);
    assert_eq!((former.severity, former.count), (Severity::P3, 1));
    assert_eq!(former.metrics["waiting"], PastMetric { count: 1, last: 3.0, min: 3.0, max: 3.0, mean: 3.0 });
    assert_eq!(grouped.group["provider"], "acme");
    assert!(empty.clusters.is_empty());
    let lock = memory.history.locks.get(&pool.fingerprint).unwrap();
    assert_eq!((lock.severity, lock.reason.as_str()), (Severity::P4, "alice knows"));

    assert_eq!(memory.issues.listing, Listing::Partial);
    let [seven, eight, nine] = memory.issues.known.as_slice() else { panic!("{memory:?}") };
    assert!(matches!(seven.state, IssueState::Completed { at: Some(at) } if at.to_string() == "2025-09-14T02:00:00Z"));
    assert_eq!((seven.is_ours, seven.is_locked, seven.labels.len()), (false, true, 2));
    assert!(matches!(eight.state, IssueState::Duplicate { of: Some(7), at: None }));
    assert!(matches!(&nine.state, IssueState::Transferred { to: Some(to) } if to == "https://example.com/9"));
    assert!(eight.is_ours);
}

/// The fingerprints are those by which a run finds its baseline.
#[test]
fn history_is_found_by_the_run() {
    let cases = "- name: x\n  now: 2025-09-14T05:00:00Z\n  entries: [\"pool exhausted, 7 waiting\", \"slow call to acme took 9\", \"cache warmed in 5 ms\"]\n  expect: { id: pool }\n  \
        history:\n    - { at: 1d, clusters: [{ id: dry-pool }, { id: slow, group: { provider: acme } }, { like: cache warmed in 31 ms }] }\n";
    let (loaded, suite) = suite(cases);
    let (report, _) = super::run(&loaded, &suite.cases[0]);
    let past = &suite.cases[0].memory.history.runs[0].clusters;
    assert_eq!(report.clusters.len(), 3);
    for cluster in report.clusters.iter().filter(|cluster| cluster.id != "pool") {
        assert!(past.iter().any(|past| past.fingerprint == cluster.fingerprint), "{}", cluster.id);
    }
    // The former id has another fingerprint, which the run looks for too.
    let pool = report.clusters.iter().find(|cluster| cluster.id == "pool").unwrap();
    assert!(past.iter().all(|past| past.fingerprint != pool.fingerprint));
}
