//! Hourly runs across deploys, each remembering those before it.

use gardener_engine::baseline::{History, PastRun};
use gardener_engine::plan::Issues;
use gardener_engine::report::{DeployKind, Report};

use super::{Bench, at, cluster, memory, worklog};

const DEFINITIONS: &str = "- { id: prices, title: Price list is broken, severity: P3, match: 'message:\"price list\"' }
- { id: stock, title: Stock is unknown, severity: P3, match: 'message:\"stock\"' }
";

/// A service that is deployed, and what hourly runs see of it.
struct Service {
    bench: Bench,
    history: History,
    hour: i64,
}

impl Service {
    fn new() -> Self {
        Self { bench: Bench::with(DEFINITIONS, ""), history: History::default(), hour: 0 }
    }

    /// The hour that follows: an entry a minute, of a version before a minute and of another one from there on; and entries
    /// of each message every so many minutes from a minute on.
    fn hour(&mut self, versions: (&str, i64, &str), messages: &[(&str, i64, i64)]) -> Report {
        let start = at("2025-06-02T00:00:00Z").plus_seconds(3600 * self.hour);
        self.hour += 1;
        let mut lines = Vec::new();
        let mut push = |minute: i64, severity: &str, message: &str| {
            let version = if minute < versions.1 { versions.0 } else { versions.2 };
            let time = start.plus_seconds(60 * minute);
            lines.push(format!(
                r#"{{"severity":"{severity}","insertId":"{message}{time}","timestamp":"{time}","labels":{{"version":"{version}"}},"jsonPayload":{{"message":"{message}"}}}}"#
            ));
        };
        for minute in 0..60 {
            push(minute, "INFO", "served");
            for (message, from, every) in messages {
                if minute >= *from && (minute - from) % every == 0 {
                    push(minute, "WARNING", message);
                }
            }
        }
        let now = start.plus_seconds(3600);
        let report = self.bench.lines(&lines, &memory(self.history.clone(), Issues::default()), 1, now);
        self.history.runs.push(PastRun::of(&report));
        report
    }
}

#[test]
fn what_began_with_a_deploy_is_told_from_the_next_run_on_until_it_is_gone_with_another() {
    let mut service = Service::new();
    for _ in 0..30 {
        let report = service.hour(("v1", 60, "v1"), &[("stock", 5, 20)]);
        assert!(report.clusters.iter().all(|cluster| cluster.deploy.is_none()));
        assert!(report.deploys.iter().all(|deploy| !deploy.is_new), "nobody knows when the first one began");
    }
    let report = service.hour(("v1", 10, "v2"), &[("stock", 5, 20), ("price list", 14, 2)]);
    let prices = cluster(&report, "prices").deploy.clone().unwrap();
    assert_eq!((prices.kind, prices.after_seconds), (DeployKind::Began, Some(240.0)));
    assert_eq!(prices.text, "since version v2, first seen 4 minutes after it began");
    assert_eq!(cluster(&report, "stock").deploy, None);
    let new: Vec<_> = report.deploys.iter().map(|d| (d.value.as_str(), d.is_new, d.clusters_began)).collect();
    assert_eq!(new, [("v1", false, 0), ("v2", true, 1)]);
    // The next run remembers when it began.
    let report = service.hour(("v2", 60, "v2"), &[("stock", 5, 20), ("price list", 0, 2)]);
    assert_eq!(cluster(&report, "prices").deploy.as_ref().map(|deploy| &deploy.text), Some(&prices.text));
    assert!(report.deploys.iter().all(|deploy| !deploy.is_new && deploy.began.is_some()));
    for _ in 0..6 {
        service.hour(("v2", 60, "v2"), &[("stock", 5, 20), ("price list", 0, 2)]);
    }
    // The next deploy mends it.
    let mut report = service.hour(("v2", 20, "v3"), &[("stock", 5, 20)]);
    for _ in 0..30 {
        report = service.hour(("v3", 60, "v3"), &[("stock", 5, 20)]);
    }
    let gone = report.quiet.iter().find(|quiet| quiet.id == "prices").unwrap();
    let deploy = gone.deploy.clone().unwrap();
    assert_eq!((deploy.kind, deploy.value.as_str(), deploy.rate_after), (DeployKind::RateFell, "v3", 0.0));
    assert!(deploy.text.starts_with("gone with version v3, which began 2025-06-03 14:20 UTC: "), "{}", deploy.text);
    assert!(worklog(&report).contains("UTC; gone with version v3"));
}
