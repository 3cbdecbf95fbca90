//! `gardener run`, hour after hour, against Cloud Logging and GitHub as they are emulated.

#![allow(clippy::duplicate_mod, reason = "both servers speak HTTP by one module")]

#[path = "support/gcp/mod.rs"]
mod gcp;
#[path = "support/github/mod.rs"]
mod github;
#[path = "support/scenario.rs"]
mod scenario;
mod support;

use gcp::{Fault, Gcp, entry};
use github::{Done, LOGIN};
use scenario::Scenario;
use serde_json::{Value, json};
use support::Run;

/// The token that Cloud Logging lets in.
const TOKEN: &str = "ya29.s3cret-of-the-environment";

/// So many failed payments, from a second of 04:00 on.
fn payments(from: u32, count: u32) -> Vec<Value> {
    let text = |n: u32| json!({ "severity": "ERROR", "textPayload": format!("payment failed {n}") });
    (from..from + count).map(|n| entry(n, &format!("p{n}"), text(n))).collect()
}

/// A shop whose logs and issues are elsewhere.
struct Shop {
    scenario: Scenario,
    logs: Gcp,
}

impl Shop {
    fn new(entries: Vec<Value>) -> Self {
        let (mut scenario, logs) = (Scenario::new(), Gcp::new(entries));
        scenario.set("GARDENER_LOGGING_ENDPOINT", &logs.address.clone());
        scenario.secret("GARDENER_GCP_TOKEN", TOKEN);
        scenario.keep_history();
        let scratch = scenario.path().join("scratch");
        std::fs::create_dir(&scratch).unwrap();
        scenario.set("TMPDIR", scratch.to_str().unwrap());
        Self { scenario, logs }
    }

    fn run(&self, now: &str, more: &[&str]) -> Run {
        let mut arguments = vec!["run", "--rules", "pack", "--source", "gcp", "--project", "shop", "--interval", "0s"];
        arguments.extend(["--now", now]);
        arguments.extend(more);
        let run = self.scenario.run(&arguments);
        let left = std::fs::read_dir(self.scenario.path().join("scratch")).unwrap().count();
        assert_eq!(left, 0, "what is not redacted is left behind");
        run
    }

    /// Titles of our issues, and how many comments each has.
    fn issues(&self) -> Vec<(String, usize)> {
        self.scenario.github.with(|world| {
            world.repo("acme/shop").by(LOGIN).iter().map(|it| (it.title.clone(), it.comments.len())).collect()
        })
    }
}

#[test]
fn an_hour_is_read_filed_told_and_remembered_and_the_next_one_goes_on() {
    let shop = Shop::new(payments(10, 30));
    let first = shop.run("2025-09-14T04:05:00Z", &["-o", "worklog.md"]);
    assert_eq!((first.code, first.stdout.as_str()), (0, ""), "{}", first.stderr);
    let title = "GCP-general | P1 | Payments fail";
    assert_eq!(shop.issues(), [(title.to_owned(), 0)]);
    let worklog = std::fs::read_to_string(shop.scenario.path().join("worklog.md")).unwrap();
    assert!(worklog.contains("CREATED NEW ISSUE") && worklog.contains("30 occurrences"), "{worklog}");
    let line = "run of 2025-09-14T04:00:10.123456Z to 2025-09-14T04:04:00Z: read 30 = 0 malformed + 0 duplicate + 0 outside the window + \
                0 ignored + 30 clustered + 0 routine; 1 cluster: 1 P1; issues: 1 created; worklog: worklog.md";
    assert_eq!(summaries(&first), [line]);
    shop.logs.world().entries.extend(payments(1000, 5));
    let second = shop.run("2025-09-14T04:20:00Z", &["--format", "json"]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let report: Value = serde_json::from_str(&second.stdout).unwrap();
    assert_eq!(report["window"]["from"], "2025-09-14T04:04:00Z", "it begins where the first one ended");
    assert_eq!(report["clusters"][0]["count"], 5);
    assert_eq!(shop.issues(), [(title.to_owned(), 1)]);
    let bodies = shop.logs.world().requests.clone();
    assert!(bodies.iter().all(|body| body["filter"].as_str().unwrap().contains("timestamp>=")), "{bodies:#?}");
    shop.scenario.github.assert_clean(std::time::Duration::ZERO);
}

#[test]
fn what_cloud_logging_does_not_give_is_left_to_the_next_run() {
    let shop = Shop::new(payments(10, 40));
    {
        let mut world = shop.logs.world();
        world.most = 10;
        for request in 3..40 {
            world.faults.insert(request, Fault::Answer(503, json!({ "error": { "code": 503, "message": "busy" } })));
        }
    }
    let first = shop.run("2025-09-14T04:05:00Z", &["--deadline", "2s", "--format", "json"]);
    assert_eq!(first.code, 7, "{}", first.stderr);
    let report: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(report["window"]["to"], "2025-09-14T04:00:29.123456Z", "{}", first.stderr);
    assert!(report["notes"].to_string().contains("read up to"), "{}", report["notes"]);
    shop.logs.world().faults.clear();
    let second = shop.run("2025-09-14T04:06:00Z", &["--format", "json"]);
    assert_eq!(second.code, 0, "{}", second.stderr);
    let next: Value = serde_json::from_str(&second.stdout).unwrap();
    let count = |report: &Value| report["clusters"][0]["count"].as_u64().unwrap();
    assert_eq!(count(&report) + count(&next), 40, "none is lost, and none counted twice");
    assert!(summaries(&first)[0].ends_with("; issues: 1 created; worklog: standard output"), "{}", first.stderr);
    assert!(summaries(&second)[0].ends_with("; issues: 1 updated; worklog: standard output"), "{}", second.stderr);
    assert_eq!(shop.issues().len(), 1);
}

#[test]
fn an_entry_that_arrives_an_hour_late_is_counted_once_and_told() {
    let text = json!({ "severity": "ERROR", "textPayload": "payment failed" });
    let received = |at: &str, id: &str, received: &str| {
        let mut entry = entry(0, id, text.clone());
        entry["timestamp"] = at.into();
        entry["receiveTimestamp"] = received.into();
        entry
    };
    let shop = Shop::new(vec![
        received("2025-09-14T04:30:00Z", "a", "2025-09-14T04:30:01Z"),
        // It has come when its window is read, though behind its end.
        received("2025-09-14T04:40:00Z", "b", "2025-09-14T05:04:30Z"),
        // Nobody asks for what is from before the first run.
        received("2025-09-14T03:00:00Z", "c", "2025-09-14T05:30:00Z"),
    ]);
    let counted = |now: &str| {
        let run = shop.run(now, &["--format", "json", "--allow-empty"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        (report["clusters"][0]["count"].as_u64().unwrap_or_default(), report["notes"].to_string())
    };
    assert_eq!(counted("2025-09-14T05:05:00Z").0, 2);
    let late = received("2025-09-14T04:35:00Z", "late", "2025-09-14T05:35:00Z");
    let next = received("2025-09-14T05:40:00Z", "d", "2025-09-14T05:40:01Z");
    shop.logs.world().entries.extend([late, next]);
    let (count, notes) = counted("2025-09-14T06:05:00Z");
    assert_eq!(count, 2, "{notes}");
    assert!(notes.contains("an entry from before the window that came late is counted here"), "{notes}");
    let filter = shop.logs.world().requests.last().unwrap()["filter"].as_str().unwrap().to_owned();
    assert!(
        filter.starts_with(
            "timestamp>=\"2025-09-14T04:05:00Z\" AND timestamp<\"2025-09-14T06:04:00Z\" AND \
             (timestamp>=\"2025-09-14T04:54:00Z\" OR receiveTimestamp>=\"2025-09-14T05:04:00Z\")"
        ),
        "{filter}"
    );
    assert_eq!(counted("2025-09-14T07:05:00Z").0, 0, "and not again");
    assert_eq!(shop.logs.world().problems, [""; 0]);
}

/// The lines that tell all of a run.
fn summaries(run: &Run) -> Vec<&str> {
    run.stderr.lines().filter(|line| line.starts_with("run of ")).collect()
}

#[test]
fn one_line_tells_all_of_a_run_and_nothing_where_nobody_wants_it() {
    let shop = Shop::new(payments(10, 3));
    let quiet = shop.run("2025-09-14T04:05:00Z", &["--dry-run", "-q"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    let dry = shop.run("2025-09-14T04:05:00Z", &["--dry-run"]);
    assert!(summaries(&dry)[0].contains("1 cluster: 1 P1; issues: nothing written, "), "{}", dry.stderr);
    assert!(summaries(&dry)[0].ends_with(" shown; not recorded"), "{}", dry.stderr);
    assert!(!dry.stdout.contains("run of "), "{}", dry.stdout);
    assert_eq!(shop.issues().len(), 0);
    let late = shop.run("2025-09-14T04:05:00Z", &["--history", "none", "-o", "w.md"]);
    assert!(summaries(&late)[0].ends_with("; issues: 1 created; worklog: w.md; not recorded"), "{}", late.stderr);
    assert_eq!(late.stderr.lines().last(), summaries(&late).last().copied(), "it is the last line");
    assert!(!late.stderr.contains("1 action: 1 done"), "{}", late.stderr);
}

#[test]
fn what_is_put_off_is_in_the_line_of_the_run() {
    let mut entries = payments(10, 3);
    entries.push(entry(20, "q1", json!({ "severity": "ERROR", "textPayload": "queue length 12" })));
    let shop = Shop::new(entries);
    let ends = github::Rule::meanwhile("POST", "/repos/acme/shop/issues", |world| world.tokens.clear());
    shop.scenario.github.rule(ends.from(2));
    let run = shop.run("2025-09-14T04:05:00Z", &["-o", "w.md"]);
    assert_eq!(run.code, 7, "{}", run.stderr);
    let line = summaries(&run)[0];
    assert!(line.contains("; 2 clusters: "), "{line}");
    assert!(line.ends_with("; issues: 1 created, 1 deferred; worklog: w.md; not recorded"), "{line}");
}

#[test]
fn two_runs_at_once_file_one_issue() {
    let shop = Shop::new(payments(10, 5));
    let arguments =
        ["run", "--rules", "pack", "--source", "gcp", "--project", "shop", "--interval", "0s", "--since", "1h"];
    let all = [&arguments[..], &["--now", "2025-09-14T04:05:00Z"]].concat();
    let (one, other) = (shop.scenario.start(&all), shop.scenario.start(&all));
    let (one, other) = (one.end(), other.end());
    assert_eq!((one.code, other.code), (0, 0), "{}\n{}", one.stderr, other.stderr);
    assert_eq!(shop.issues().len(), 1);
}

#[test]
fn what_is_asked_for_must_fit_together() {
    let shop = Shop::new(Vec::new());
    let capture = shop.scenario.capture("c.jsonl", "2025-09-14T04:00", "payment failed", 2);
    for (arguments, told) in [
        (&["run", "--rules", "pack", "--source", "gcp", &capture][..], "Cloud Logging is to be read"),
        (&["run", "--rules", "pack", "--severity", "ERROR", &capture], "--source gcp"),
        (&["run", "--rules", "pack", "--source", "gcp"], "no project is named"),
    ] {
        let run = shop.scenario.run(arguments);
        assert!(run.code == 2 && run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    let run = shop.scenario.run(&["run", "--rules", "pack", "--interval", "0s", "--fail-on", "P1", &capture]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert_eq!(shop.issues().len(), 1);
}

#[test]
fn cloud_logging_can_be_analysed_without_a_capture() {
    let shop = Shop::new(payments(10, 30));
    let arguments = ["analyze", "--rules", "pack", "--source", "gcp", "--project", "shop", "--format", "json"];
    let run = shop.scenario.run(&[&arguments[..], &["--now", "2025-09-14T04:05:00Z", "--no-record"]].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((run.code, &report["entries"]["read"]), (0, &30.into()), "{}", run.stderr);
    assert_eq!(report["window"]["to"], "2025-09-14T04:04:00Z");
}

#[test]
fn what_comes_is_shown_look_by_look_and_late_entries_are_counted_once() {
    let shop = Shop::new(Vec::new());
    let recent = |id: &str, seconds: u32| {
        let mut entry = entry(0, id, json!({ "severity": "ERROR", "textPayload": "payment failed" }));
        entry["timestamp"] = ago(seconds).into();
        entry
    };
    shop.logs.world().entries = vec![recent("a", 30), recent("b", 20)];
    let arguments = ["tail", "--rules", "pack", "--project", "shop", "--every", "0s", "--looks", "3"];
    let run = shop.scenario.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let looks: Vec<&str> = run.stdout.matches("Payments fail").collect();
    assert_eq!(shop.logs.world().connections, 1, "it is kept from look to look");
    assert!(!run.stdout.contains("1 duplicate"), "{}", run.stdout);
    assert_eq!(looks.len(), 3, "{}", run.stdout);
    assert!(!run.stdout.contains('\u{1b}'), "no terminal, no drawing in place");
    assert!(run.stdout.contains(" 2 "), "{}", run.stdout);
}

#[test]
fn whoever_follows_keeps_token_and_pace_and_survives_what_passes() {
    let mut shop = Shop::new(Vec::new());
    shop.scenario.unset("GARDENER_GCP_TOKEN");
    shop.scenario.secret("GARDENER_GCP_TOKEN_OF_NOBODY", TOKEN);
    let key = json!({ "type": "service_account", "client_email": "g@shop.iam.gserviceaccount.com", "private_key_id": "k1",
        "private_key": include_str!("../../cli/src/tracker/github/tests/app.pkcs8.pem"),
        "token_uri": format!("{}/token", shop.logs.address) });
    std::fs::write(shop.scenario.path().join("key.json"), key.to_string()).unwrap();
    shop.scenario.set("GOOGLE_APPLICATION_CREDENTIALS", "key.json");
    let busy = json!({ "error": { "code": 503, "message": "busy", "details": [{ "retryDelay": "900s" }] } });
    shop.logs.world().faults.insert(2, Fault::Answer(503, busy));
    let arguments = ["tail", "--rules", "pack", "--project", "shop", "--every", "1s", "--looks", "3"];
    let run = shop.scenario.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("busy"), "{}", run.stderr);
    let world = shop.logs.world();
    assert_eq!((world.requests.len(), world.grants.len()), (3, 1), "{:?}", world.grants);
}

#[test]
fn what_a_killed_run_has_pulled_is_taken_away_and_what_a_living_one_reads_is_not() {
    let shop = Shop::new(payments(10, 40));
    shop.logs.world().most = 10;
    shop.logs.world().faults.insert(3, Fault::Hang);
    let arguments = ["analyze", "--rules", "pack", "--source", "gcp", "--project", "shop", "--no-record"];
    let all = [&arguments[..], &["--now", "2025-09-14T04:05:00Z"]].concat();
    let left = |shop: &Shop| std::fs::read_dir(shop.scenario.path().join("scratch")).unwrap().count();
    let hanging = shop.scenario.start(&all);
    shop.logs.wait_for(3);
    assert_eq!(left(&shop), 1);
    assert_eq!(shop.scenario.run(&all).code, 0);
    assert_eq!(left(&shop), 1, "somebody works with it");
    hanging.kill();
    assert_eq!(left(&shop), 1, "who is killed leaves it");
    assert_eq!(shop.scenario.run(&all).code, 0);
    assert_eq!(left(&shop), 0);
}

/// The arguments of `Shop::run`.
fn arguments(now: &str) -> Vec<&str> {
    let arguments =
        ["run", "--rules", "pack", "--source", "gcp", "--project", "shop", "--interval", "0s", "--now", now];
    [&arguments[..], &["--format", "json"]].concat()
}

/// Two hours of a shop, in the second of which an entry of the first one has come; the second run is killed somewhere. What
/// is there in the end: issues, and what each run has counted.
fn course(kill: impl FnOnce(&Shop, &[&str])) -> (Vec<(String, usize)>, Vec<Value>) {
    let (first, second) = ("2025-09-14T04:05:00Z", "2025-09-14T04:20:00Z");
    let shop = Shop::new(payments(10, 30));
    shop.logs.world().most = 10;
    let mut counts = Vec::new();
    let mut count = |run: Run| {
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains("waiting"), "nobody else writes: {}", run.stderr);
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        counts.push(report["clusters"][0]["count"].clone());
    };
    count(shop.run(first, &["--format", "json"]));
    // Of the first window: before its end, and read in the second for the first time.
    let late = entry(60, "late", json!({ "severity": "ERROR", "textPayload": "payment failed late" }));
    shop.logs.world().entries.extend([vec![late], payments(300, 25)].concat());
    kill(&shop, &arguments(second));
    count(shop.run(second, &["--format", "json"]));
    count(shop.run("2025-09-14T04:21:00Z", &["--format", "json", "--allow-empty"]));
    (shop.issues(), counts)
}

#[test]
fn a_run_killed_anywhere_and_done_again_ends_as_one_that_nobody_disturbed() {
    let whole = course(|_, _| {});
    assert_eq!(whole.1, [json!(30), json!(26), Value::Null], "what came late is counted once");
    let (mut places, title) = (0, "GCP-general | P1 | Payments fail");
    assert_eq!(whole.0, [(title.to_owned(), 1)]);
    for page in 1..=3 {
        let killed = course(|shop, arguments| {
            let asked = shop.logs.world().requests.len() + page;
            shop.logs.world().faults.insert(asked, Fault::Hang);
            let running = shop.scenario.start(arguments);
            shop.logs.wait_for(asked);
            running.kill();
            places += 1;
        });
        assert_eq!(killed, whole, "killed at page {page}");
    }
    for done in [Done::Yes, Done::No] {
        let killed = course(|shop, arguments| {
            assert!(shop.scenario.kill_at_write(arguments, 1, done).is_some());
            places += 1;
        });
        assert_eq!(killed, whole, "killed at a write");
    }
    assert_eq!(places, 5);
}

/// A time so many seconds ago, as entries have it.
fn ago(seconds: u32) -> String {
    let mut date = std::process::Command::new("date");
    let output = date.args(["-u", "-d", &format!("{seconds} seconds ago"), "+%Y-%m-%dT%H:%M:%SZ"]).output();
    String::from_utf8(output.unwrap().stdout).unwrap().trim().to_owned()
}
