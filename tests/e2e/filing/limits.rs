//! GitHub's limits: what is waited for, what is deferred, and how the rest is done later.

use std::time::{Duration, Instant};

use super::desk::*;
use super::github::{Fault, Rule, Secondary};
use super::scenario::Scenario;

/// A shop in which two clusters are found, and their capture.
fn shop() -> (Scenario, String) {
    let mut scenario = Scenario::new();
    scenario.keep_history();
    let lines =
        [entry("p", "2025-09-14T04:00:00Z", "payment failed"), entry("q", "2025-09-14T04:10:00Z", "queue length 12")];
    let capture = scenario.lines("both.jsonl", &lines);
    (scenario, capture)
}

#[test]
fn the_secondary_limit_is_waited_for_as_long_as_it_says() {
    for status in [403, 429] {
        let (scenario, capture) = shop();
        scenario.github.rule(Rule::new("POST", ISSUES, Fault::Secondary(Secondary::RetryAfter(status, 2))));
        let begun = Instant::now();
        applied(&scenario, NOW, &capture);
        assert!(begun.elapsed() >= Duration::from_secs(2), "it did not wait");
        assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (2, 3), "{}", lines(&scenario));
        let sent = scenario.github.with(|world| {
            let sent = world.requests("POST", ISSUES);
            sent[1].began.duration_since(sent[0].end())
        });
        assert!(sent >= Duration::from_millis(1990), "asked again after {sent:?}");
        assert_clean(&scenario);
    }
}

#[test]
fn the_secondary_limit_beyond_the_deadline_is_deferred_and_the_same_command_does_the_rest() {
    for how in [Secondary::RetryAfter(403, 3600), Secondary::Bare(403), Secondary::Bare(429)] {
        let (scenario, capture) = shop();
        scenario.github.rule(Rule::new("POST", ISSUES, Fault::Secondary(how)).from(2).always());
        let begun = Instant::now();
        let run = apply_with(&scenario, NOW, &capture, &["--deadline", "5s"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{how:?}: it waited in vain");
        assert_eq!((run.code, ours(&scenario).len()), (7, 1), "{how:?}: {}", run.stderr);
        assert_eq!(count_of(&scenario, "POST", ISSUES), 2, "{how:?}: {}", lines(&scenario));
        for told in ["create #1 payment: done", "queue: deferred", "not all of it is written"] {
            assert!(run.stderr.contains(told), "{how:?}: {told}: {}", run.stderr);
        }
        assert!(run.stdout.contains("**Deferred:** 1"), "{how:?}: {}", run.stdout);
        people(&scenario, |world| world.rules.clear());
        let run = applied(&scenario, NOW, &capture);
        assert_eq!(titles(&scenario).len(), 2, "{how:?}: {}", run.stderr);
        assert_eq!(issue(&scenario, 1).comments.len(), 0, "{how:?}: the first one says it all already");
        let history = scenario.run(&["history", "--rules", "pack"]);
        assert!(history.stdout.contains("#1") && history.stdout.contains("#2"), "{how:?}: {}", history.stdout);
        assert_clean(&scenario);
    }
}

#[test]
fn a_plan_that_was_deferred_is_carried_out_to_its_end_by_the_same_plan() {
    let (scenario, capture) = shop();
    let run = scenario.run(&["plan", "--rules", "pack", "--now", NOW, "-o", "plan.json", &capture]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    scenario.github.rule(Rule::new("POST", ISSUES, Fault::Secondary(Secondary::Bare(403))).from(2).always());
    let carry_out =
        |deadline| scenario.run(&["apply", "--rules", "pack", "--interval", "0s", "--deadline", deadline, "plan.json"]);
    let run = carry_out("5s");
    assert_eq!((run.code, ours(&scenario).len()), (7, 1), "{}", run.stderr);
    assert!(run.stdout.contains("1 done, 1 deferred"), "{}", run.stdout);
    people(&scenario, |world| world.rules.clear());
    let run = carry_out("60s");
    assert_eq!((run.code, ours(&scenario).len()), (0, 2), "{}", run.stderr);
    assert!(run.stdout.contains("1 done"), "{}", run.stdout);
    let before = writes(&scenario);
    assert_eq!(carry_out("60s").code, 0);
    assert_eq!(writes(&scenario), before, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn the_primary_limit_is_waited_for_until_it_is_reset() {
    let (scenario, capture) = shop();
    people(&scenario, |world| world.limit(9, 3));
    applied(&scenario, NOW, &capture);
    assert_eq!(ours(&scenario).len(), 2);
    assert_eq!(scenario.github.with(|world| world.primary.refused), 1, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn the_primary_limit_beyond_the_deadline_is_deferred_wherever_it_strikes() {
    let (whole, capture) = shop();
    applied(&whole, NOW, &capture);
    let (end, all) = (seen(&whole), whole.github.with(|world| world.log.len()));
    for requests in 0..all {
        let (scenario, capture) = shop();
        people(&scenario, |world| world.limit(requests as u64, 3600));
        let run = apply_with(&scenario, NOW, &capture, &["--deadline", "5s"]);
        // What can no longer be found out is no reason to fail where all is written.
        let is_written = seen(&scenario) == end;
        assert!(run.code == 7 || is_written && run.code == 0, "{requests}: {}\n{}", run.stderr, lines(&scenario));
        let refused = scenario.github.with(|world| world.primary.refused);
        assert_eq!(refused, 1, "{requests}: asked again although there was nothing left: {}", lines(&scenario));
        people(&scenario, |world| world.limit(5000, 3600));
        applied(&scenario, NOW, &capture);
        assert_eq!(seen(&scenario), end, "{requests}");
        assert_clean(&scenario);
    }
}
