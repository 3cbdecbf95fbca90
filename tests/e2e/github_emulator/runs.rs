//! Runs of the program in a scenario.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::github::Done;
use super::scenario::Scenario;

#[test]
fn a_scenario_has_a_pack_that_is_right_and_captures_that_fall_under_it() {
    let mut scenario = Scenario::new();
    let check = scenario.run(&["check", "--rules", "pack"]);
    assert_eq!(check.code, 0, "{}{}", check.stdout, check.stderr);
    scenario.keep_history();
    let capture = scenario.capture("one.jsonl", "2025-09-14T04:00", "payment failed", 3);
    let run =
        scenario.run(&["analyze", "--rules", "pack", "--format", "json", "--now", "2025-09-14T04:55:00Z", &capture]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["clusters"][0]["id"], &report["clusters"][0]["count"]), (&"payment".into(), &3.into()));
    assert!(scenario.path().join("history.db").is_file());
    scenario.lose_history();
    assert!(!scenario.path().join("history.db").exists());
    scenario.github.with(|world| assert!(world.log.is_empty(), "{:?}", world.lines()));
}

#[test]
fn a_secret_is_noticed_wherever_it_is() {
    let mut scenario = Scenario::new();
    scenario.secret("KEY", "-----BEGIN KEY-----\nMIIEowIBAAKCAQEA0123\n-----END KEY-----");
    for secret in [crate::github::TOKEN, "MIIEowIBAAKCAQEA0123"] {
        std::fs::create_dir_all(scenario.path().join("deep")).unwrap();
        std::fs::write(scenario.path().join("deep/file"), format!("\0{secret}\n")).unwrap();
        let run = catch_unwind(AssertUnwindSafe(|| scenario.run(&["--version"])));
        assert!(run.is_err(), "{secret}");
    }
    std::fs::remove_file(scenario.path().join("deep/file")).unwrap();
    assert_eq!(scenario.run(&["--version"]).code, 0);
    let told = catch_unwind(AssertUnwindSafe(|| scenario.run(&["check", "--rules", crate::github::TOKEN])));
    assert!(told.is_err(), "it names the pack that it does not find");
}

#[test]
fn runs_are_killed_and_run_beside_each_other() {
    let scenario = Scenario::new();
    let running = scenario.start(&["check", "--rules", "pack", "--watch"]);
    let other = scenario.run(&["--version"]);
    assert_eq!(other.code, 0);
    assert_eq!(running.kill().code, -1, "it would have gone on");
}

#[test]
fn who_writes_nothing_is_not_killed_at_a_write() {
    let scenario = Scenario::new();
    assert!(scenario.kill_at_write(&["--version"], 1, Done::Yes).is_none());
    assert!(scenario.github.with(|world| world.rules.is_empty()));
}
