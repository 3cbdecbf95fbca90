//! Two pipelines at once.

use super::desk::*;
use super::github::{Done, Fault, Rule};
use super::scenario::Scenario;

/// Open issues of ours, and whether the others are closed as duplicates.
#[track_caller]
fn assert_one_open(scenario: &Scenario, word: &str) {
    let ours = ours(scenario);
    let open: Vec<u64> = ours.iter().filter(|issue| issue.open).map(|issue| issue.number).collect();
    assert_eq!(open.len(), 1, "{word}: {:#?}\n{}", seen(scenario), lines(scenario));
    let is_duplicate = |issue: &super::github::Issue| issue.state_reason.as_deref() == Some("duplicate");
    assert!(ours.iter().all(|issue| issue.open || is_duplicate(issue)), "{word}: {:#?}", seen(scenario));
    let violations = scenario.github.with(|world| world.violations.clone());
    assert!(violations.is_empty(), "{word}: {violations:#?}");
}

#[test]
fn pipelines_with_a_history_each_leave_one_open_issue() {
    // The first to be sent is done late, so that the second is sent before it, behind it, or at the same time.
    for late in [0, 100, 300, 600] {
        let scenario = escalating();
        let capture = payments(&scenario, 4, 2);
        scenario.github.rule(Rule::new("POST", ISSUES, Fault::DoneLate(late)));
        let arguments = arguments(NOW, &capture);
        let one = scenario.start_with(&arguments, &[("GARDENER_HISTORY", "one.db")]);
        let two = scenario.start_with(&arguments, &[("GARDENER_HISTORY", "two.db")]);
        let (one, two) = (one.end(), two.end());
        assert_eq!((one.code, two.code), (0, 0), "late {late}: {}\n{}", one.stderr, two.stderr);
        // What is left of it is put right by the next run of either.
        for history in ["one.db", "two.db"] {
            let run =
                scenario.start_with(&super::desk::arguments(NOW, &capture), &[("GARDENER_HISTORY", history)]).end();
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
        assert_one_open(&scenario, &format!("late {late}"));
        // And then there is nothing to be done any more.
        let before = writes(&scenario);
        for history in ["one.db", "two.db"] {
            scenario.start_with(&arguments, &[("GARDENER_HISTORY", history)]).end();
        }
        assert_eq!(writes(&scenario), before, "late {late}: {}", lines(&scenario));
    }
}

#[test]
fn pipelines_that_both_see_none_close_the_later_one() {
    // Both have looked around before either has created: the last look of each is answered when both have asked.
    let scenario = escalating();
    let capture = payments(&scenario, 4, 2);
    scenario.github.rule(Rule::new("POST", "/repos/acme/shop/labels", Fault::Hang(700, Done::Yes)).times(2));
    let arguments = arguments(NOW, &capture);
    let one = scenario.start_with(&arguments, &[("GARDENER_HISTORY", "one.db")]);
    let two = scenario.start_with(&arguments, &[("GARDENER_HISTORY", "two.db")]);
    let (one, two) = (one.end(), two.end());
    assert_eq!((one.code, two.code), (0, 0), "{}\n{}", one.stderr, two.stderr);
    assert_eq!(ours(&scenario).len(), 2, "they did not meet: {}", lines(&scenario));
    assert_one_open(&scenario, "both");
    assert!(issue(&scenario, 1).open, "the lower number stays");
    assert!(comments(&scenario, 2)[0].contains("Duplicate of #1"), "{:#?}", comments(&scenario, 2));
    // Both histories know the one that stays.
    for history in ["one.db", "two.db"] {
        let shown = scenario.start_with(&["history", "--rules", "pack"], &[("GARDENER_HISTORY", history)]).end();
        assert!(shown.stdout.contains("#1") && !shown.stdout.contains("#2"), "{}", shown.stdout);
    }
    let before = writes(&scenario);
    applied(&scenario, NOW, &capture);
    assert_eq!(writes(&scenario), before, "{}", lines(&scenario));
}

#[test]
fn pipelines_that_share_a_history_write_one_after_the_other() {
    let scenario = escalating();
    let capture = payments(&scenario, 4, 2);
    let arguments = arguments(NOW, &capture);
    scenario.github.rule(Rule::of_writes(Fault::Hang(300, Done::Yes)).times(2));
    let all: Vec<_> = (0..3).map(|_| scenario.start(&arguments)).collect();
    for run in all {
        let run = run.end();
        assert_eq!(run.code, 0, "{}\n{}", run.stderr, lines(&scenario));
    }
    assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (1, 1), "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn pipelines_that_share_a_history_comment_once() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let capture = payments(&scenario, 5, 3);
    let (now, all) = (at(5), 0..3);
    let arguments = arguments(&now, &capture);
    let all: Vec<_> = all.map(|_| scenario.start(&arguments)).collect();
    for run in all {
        let run = run.end();
        assert!([0, 7].contains(&run.code), "{}\n{}", run.stderr, lines(&scenario));
    }
    applied(&scenario, &now, &capture);
    assert_eq!(comments(&scenario, 1).len(), 1, "{:#?}\n{}", comments(&scenario, 1), lines(&scenario));
    assert_eq!(issue(&scenario, 1).title, "GCP-general | P0 | Payments fail");
    assert_clean(&scenario);
}
