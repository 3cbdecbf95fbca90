//! A week of hourly captures with a known onset, worsening, burst, outage, fix and deploys: in order, with runs that were
//! missed, done again, and killed in the middle, on both kinds of history.

#[path = "support/postgres.rs"]
mod postgres;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{run_in, write_pack};

const MANIFEST: &str = "version: 1\nname: week\nservice: shop\ndeploys: resource.labels.revision_name\n\
    history: { overlap: 10m }\n\
    suppress: [{ cause: database, symptoms: failures, within: 5m }]\n";
const CLUSTERS: &str = "\
- { id: logins, title: Logins fail, match: 'message:\"login failed\"', severity: P4 }
- { id: cache, title: The cache is cold, match: 'message:\"cache miss\"', severity: P3 }
- { id: disk, title: The disk fills, match: 'message:\"disk used\"', severity: P3, capture: { used: 'disk used (\\d+)' } }
- { id: clicks, title: Clicks are lost, match: 'message:\"click lost\"', severity: P3 }
- { id: database, title: The database is away, match: 'message:\"no database\"', severity: P1 }
- { id: failures, title: Requests fail, match: 'message:\"request failed\"', severity: P2 }
";
const POLICY: &str = "\
fn severity(cluster) {
    if cluster.id == \"cache\" && cluster.persists(3) { cluster.escalate(\"persistent\"); }
    if cluster.has_metric(\"used\") {
        let worse = cluster.worsening(\"used\", \"up\", 10.0, 2);
        if worse != () { cluster.escalate(worse.text); }
    }
    if cluster.is_escalating && cluster.forecast.peak >= 20.0 { cluster.escalate(\"beyond the forecast\"); }
}
";

const HOURS: i64 = 7 * 24;
/// The hours of the second revision and of the one that mends what it broke.
const DEPLOY: i64 = 34;
const FIX: i64 = 130;
/// Hours whose runs are missed.
const MISSED: std::ops::Range<i64> = 50..55;
const AGAIN: i64 = 70;
const BURST: std::ops::Range<i64> = 100..103;
const OUTAGE: i64 = 110;

/// Seconds since the beginning of the week, and the message.
fn stream() -> Vec<(i64, &'static str, String)> {
    let mut all = Vec::new();
    for hour in 0..HOURS {
        let mut every = |count: i64, id: &'static str, message: &str| {
            let step = 3600 / count;
            all.extend(
                (0..count).map(|n| (hour * 3600 + n * step + (hour * 7 + n * 13) % step, id, message.to_owned())),
            );
        };
        every(6, "logins", "login failed");
        every(2, "", "all is well");
        if (DEPLOY..FIX).contains(&hour) {
            every(12, "cache", "cache miss");
        }
        every(4, "disk", &format!("disk used {}", 50 + ((hour - 60).max(0) / 12) * 8));
        every(if BURST.contains(&hour) { 300 } else { 5 }, "clicks", "click lost");
        if hour == OUTAGE {
            every(30, "database", "no database");
            every(20, "failures", "request failed");
        }
    }
    all.sort();
    all
}

fn time(second: i64) -> String {
    let (day, rest) = (second / 86_400, second % 86_400);
    format!("2025-06-{:02}T{:02}:{:02}:{:02}Z", 2 + day, rest / 3600, rest / 60 % 60, rest % 60)
}

/// One capture an hour: what has come by its end since ten minutes before its beginning. Every tenth entry comes five
/// minutes late.
fn write_captures(folder: &Path) -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    let mut captures: Vec<String> = vec![String::new(); usize::try_from(HOURS).unwrap()];
    for (number, (second, id, message)) in stream().into_iter().enumerate() {
        *counts.entry(id).or_insert(0) += 1;
        let revision = match second / 3600 {
            hour if hour < DEPLOY => "shop-00001-aaa",
            hour if hour < FIX => "shop-00002-bbb",
            _ => "shop-00003-ccc",
        };
        let severity = if id.is_empty() { "INFO" } else { "WARNING" };
        let line = format!(
            "{{\"severity\":\"{severity}\",\"insertId\":\"e{number}\",\"timestamp\":\"{}\",\"resource\":{{\"labels\":{{\"revision_name\":\"{revision}\"}}}},\"jsonPayload\":{{\"message\":\"{message}\"}}}}\n",
            time(second)
        );
        let comes = if number % 10 == 0 { second + 300 } else { second };
        for (hour, capture) in (0_i64..).zip(&mut captures) {
            let is_read = comes < (hour + 1) * 3600 && second >= hour * 3600 - 600;
            if is_read {
                capture.push_str(&line);
            }
        }
    }
    for (hour, capture) in captures.iter().enumerate() {
        fs::write(folder.join(format!("{hour:03}.jsonl")), capture).unwrap();
    }
    counts
}

struct Week<'w> {
    folder: &'w Path,
    history: &'w str,
}

impl Week<'_> {
    fn arguments(&self, hour: i64) -> Vec<String> {
        let first = if hour == MISSED.end { MISSED.start } else { hour };
        let now = time((hour + 1) * 3600);
        let fixed = ["analyze", "--rules", "pack", "--history", self.history, "--since", "last", "--now", &now];
        let captures = (first..=hour).map(|hour| format!("{hour:03}.jsonl"));
        fixed.into_iter().chain(["--format", "json"]).map(str::to_owned).chain(captures).collect()
    }

    /// The report of the run at the end of an hour.
    fn run(&self, hour: i64) -> String {
        let arguments = self.arguments(hour);
        let run = run_in(self.folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(run.code, 0, "{hour}: {}", run.stderr);
        run.stdout
    }

    /// Begins that run and ends it in the middle.
    #[expect(clippy::disallowed_methods, reason = "a run is killed at some time, whatever it is doing then")]
    fn kill(&self, hour: i64, after: Duration) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gardener-under-test"));
        command.current_dir(self.folder).args(self.arguments(hour)).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(after);
        let _ = child.kill();
        child.wait().unwrap();
    }

    /// All runs of the week; some of them killed before they are done, if `kills` says so.
    fn all(&self, kills: bool) -> BTreeMap<i64, String> {
        let mut reports = BTreeMap::new();
        for hour in (0..HOURS).filter(|hour| !MISSED.contains(hour)) {
            if kills && hour % 9 == 4 {
                for attempt in 0..3 {
                    self.kill(hour, Duration::from_millis(u64::try_from(hour % 7).unwrap() * 12 + attempt * 25));
                }
            }
            reports.insert(hour, self.run(hour));
            if hour == AGAIN {
                assert_eq!(self.run(hour), reports[&hour], "done again, it says the same");
            }
        }
        reports
    }
}

fn parsed(reports: &BTreeMap<i64, String>) -> BTreeMap<i64, Value> {
    reports.iter().map(|(hour, report)| (*hour, serde_json::from_str(report).unwrap())).collect()
}

fn cluster<'r>(report: &'r Value, id: &str) -> Option<&'r Value> {
    report["clusters"].as_array().unwrap().iter().find(|cluster| cluster["id"] == id)
}

/// That every entry was counted in exactly one run.
fn nothing_is_lost_or_counted_twice(reports: &BTreeMap<i64, Value>, expected: &BTreeMap<&'static str, u64>) {
    for (id, expected) in expected.iter().filter(|(id, _)| !id.is_empty()) {
        let counted: u64 = reports.values().filter_map(|report| cluster(report, id)?["count"].as_u64()).sum();
        assert_eq!(counted, *expected, "{id}");
    }
}

fn what_happened_is_told(reports: &BTreeMap<i64, Value>) {
    let severity = |hour: i64, id: &str| cluster(&reports[&hour], id).map_or("", |it| it["severity"].as_str().unwrap());
    // The onset, with its deploy; then it persists; then it is mended and falls silent.
    let onset = cluster(&reports[&DEPLOY], "cache").unwrap();
    assert_eq!((&onset["trend"]["state"], &onset["severity"]), (&"new".into(), &"P3".into()));
    let told = (DEPLOY..DEPLOY + 6).map(|hour| &cluster(&reports[&hour], "cache").unwrap()["deploy"]);
    let told = told.into_iter().find(|deploy| !deploy.is_null()).expect("no run within six hours tells of the deploy");
    assert_eq!((&told["kind"], &told["value"]), (&"began".into(), &"shop-00002-bbb".into()));
    assert_eq!(severity(DEPLOY + 12, "cache"), "P3");
    assert_eq!(severity(DEPLOY + 60, "cache"), "P2");
    assert!(cluster(&reports[&(FIX + 2)], "cache").is_none());
    let is_quiet = |report: &Value| report["quiet"].as_array().unwrap().iter().any(|quiet| quiet["id"] == "cache");
    assert!(reports.iter().any(|(hour, report)| *hour > FIX && is_quiet(report)), "its silence is told");
    // The worsening.
    assert_eq!((severity(58, "disk"), severity(100, "disk")), ("P3", "P2"));
    // The burst, and that it passes.
    assert_eq!((severity(99, "clicks"), severity(101, "clicks"), severity(130, "clicks")), ("P3", "P2", "P3"));
    assert_eq!(cluster(&reports[&101], "clicks").unwrap()["trend"]["state"], "escalating");
    // The outage: its symptoms have no action of their own.
    let failures = cluster(&reports[&OUTAGE], "failures").unwrap();
    assert_eq!((&failures["symptom_of"]["id"], &failures["action"]["kind"]), (&"database".into(), &"none".into()));
    // What is steady is never anything else.
    for (hour, report) in reports {
        let logins = cluster(report, "logins").unwrap_or_else(|| panic!("hour {hour}"));
        assert_eq!((&logins["severity"], &logins["deploy"]), (&"P4".into(), &Value::Null), "hour {hour}");
        assert_ne!(logins["trend"]["state"], "escalating", "hour {hour}");
    }
}

#[test]
fn a_week_comes_out_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let files = [("gardener.yaml", MANIFEST), ("clusters/week.yaml", CLUSTERS), ("policy/week.rhai", POLICY)];
    write_pack(folder.path(), &files);
    let counts = write_captures(folder.path());
    let plain = Week { folder: folder.path(), history: "plain.db" }.all(false);
    let reports = parsed(&plain);
    nothing_is_lost_or_counted_twice(&reports, &counts);
    what_happened_is_told(&reports);
    let killed = Week { folder: folder.path(), history: "killed.db" }.all(true);
    assert!(killed == plain, "with kills in the middle it comes to the same");
    if let Some(server) = postgres::server() {
        let history = server.database();
        let server = Week { folder: folder.path(), history: &history }.all(true);
        assert!(server == plain, "on a server it comes to the same");
    }
}
