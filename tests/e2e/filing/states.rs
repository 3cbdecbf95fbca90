//! Issues that are locked, closed, gone or elsewhere.

use super::desk::*;
use super::github::World;
use super::scenario::Scenario;

/// Files one issue, lets people do something to it at 05:58, and looks at what the next hour's run does.
fn after(act: impl FnOnce(&mut World)) -> (Scenario, super::support::Run) {
    after_at(&at(7), 7, 2, act)
}

fn after_at(now: &str, hour: usize, count: usize, act: impl FnOnce(&mut World)) -> (Scenario, super::support::Run) {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    set_clock(&scenario, 5);
    people(&scenario, act);
    scenario.github.with(World::forget_requests);
    let run = apply(&scenario, now, &payments(&scenario, hour, count));
    assert_clean(&scenario);
    (scenario, run)
}

/// That nothing was written, and why, and that this is the same with the history lost and an hour later.
#[track_caller]
fn assert_left_alone((scenario, run): &(Scenario, super::support::Run), reason: &str) {
    assert_eq!((run.code, writes(scenario)), (0, 0), "{}\n{}", run.stderr, lines(scenario));
    assert!(run.stdout.contains(reason), "{reason}: {}", run.stdout);
    let run = apply(scenario, &at(8), &payments(scenario, 8, 2));
    assert_eq!((run.code, writes(scenario)), (0, 0), "{}\n{}", run.stderr, lines(scenario));
    assert!(run.stdout.contains(reason), "{reason}: {}", run.stdout);
    assert_clean(scenario);
}

#[test]
fn a_locked_issue_is_left_alone() {
    let done = after(|world| world.lock(SHOP, 1, "ana"));
    assert_left_alone(&done, "issue #&#8203;1 is locked, so nobody may write to it");
    // Unlocked, it is written to again.
    people(&done.0, |world| world.unlock(SHOP, 1, "ana"));
    applied(&done.0, &at(9), &payments(&done.0, 9, 2));
    assert_eq!(comments(&done.0, 1).len(), 1);
}

#[test]
fn an_issue_that_is_locked_meanwhile_is_refused_once() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let lock = super::github::Rule::meanwhile("POST", COMMENTS, |world| world.lock(SHOP, 1, "ana"));
    scenario.github.rule(lock);
    let run = apply(&scenario, &at(5), &payments(&scenario, 5, 2));
    assert_eq!((run.code, count_of(&scenario, "POST", COMMENTS)), (7, 1), "{}\n{}", run.stderr, lines(&scenario));
    assert!(run.stderr.contains("payment: not possible"), "{}", run.stderr);
    assert!(run.stdout.contains("**Failed:** 1"), "{}", run.stdout);
    assert_clean(&scenario);
}

#[test]
fn what_was_completed_is_a_regression_only_behind_an_hour() {
    // Closed at 05:58: what comes until 06:58 may be late.
    let (scenario, run) = after_at(&at(6), 6, 2, |world| world.close(SHOP, 1, "ana", "completed"));
    assert_eq!((run.code, writes(&scenario)), (0, 0), "{}\n{}", run.stderr, lines(&scenario));
    assert!(run.stdout.contains("closed as completed, and what has come since may be late"), "{}", run.stdout);
    let run = applied(&scenario, &at(8), &payments(&scenario, 8, 2));
    let (there, comments) = (issue(&scenario, 1), comments(&scenario, 1));
    assert!(there.open && there.state_reason.as_deref() == Some("reopened"), "{there:#?}");
    assert!(comments.len() == 1 && comments[0].contains("egression"), "{comments:#?}");
    assert!(run.stdout.contains("**Issues Reopened:** 1"), "{}", run.stdout);
    // Once: the same entries again change nothing, nor with the history lost.
    let before = (seen(&scenario), writes(&scenario));
    applied(&scenario, &at(8), &payments(&scenario, 8, 2));
    scenario.lose_history();
    applied(&scenario, &at(9), &payments(&scenario, 8, 2));
    assert_eq!((seen(&scenario), writes(&scenario)), before, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn what_was_completed_is_reopened_with_the_history_lost() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    set_clock(&scenario, 5);
    people(&scenario, |world| world.close(SHOP, 1, "ana", "completed"));
    scenario.lose_history();
    applied(&scenario, &at(9), &payments(&scenario, 9, 2));
    assert!(issue(&scenario, 1).open && ours(&scenario).len() == 1, "{:#?}", seen(&scenario));
    assert_clean(&scenario);
}

#[test]
fn what_is_not_planned_stays_closed_until_it_is_worse() {
    let done = after(|world| world.close(SHOP, 1, "ana", "not_planned"));
    assert_left_alone(&done, "issue #&#8203;1 was closed as not planned");
    let (scenario, _) = done;
    // Three of them are P0, which is worse than P1.
    let run = applied(&scenario, &at(10), &payments(&scenario, 10, 3));
    let there = issue(&scenario, 1);
    assert!(there.open && there.title == "GCP-general | P0 | Payments fail", "{there:#?}");
    assert!(run.stdout.contains("has risen from P1 to P0"), "{}", run.stdout);
    assert_eq!(ours(&scenario).len(), 1);
    assert_clean(&scenario);
}

#[test]
fn a_duplicate_leads_to_what_it_is_a_duplicate_of() {
    let (scenario, run) = after(|world| {
        let kept = world.open(SHOP, "ana", "Payments hang", "since noon", &[]);
        world.close_as_duplicate(SHOP, 1, "ana", kept);
    });
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!((comments(&scenario, 2).len(), comments(&scenario, 1).len(), ours(&scenario).len()), (1, 0, 1));
    let kept = issue(&scenario, 2);
    assert_eq!(
        (kept.title.as_str(), kept.body.as_deref(), kept.labels.len()),
        ("Payments hang", Some("since noon"), 0)
    );
    assert!(run.stdout.contains("https://github.com/acme/shop/issues/2"), "{}", run.stdout);
    // The next hour, and the history lost: still the one that is left.
    scenario.lose_history();
    applied(&scenario, &at(8), &payments(&scenario, 8, 2));
    assert_eq!((comments(&scenario, 2).len(), ours(&scenario).len()), (1, 1));
    assert_clean(&scenario);
}

#[test]
fn a_duplicate_of_nobody_knows_what_is_left_alone() {
    let done = after(|world| world.close(SHOP, 1, "ana", "duplicate"));
    assert_left_alone(&done, "issue #&#8203;1 was closed as a duplicate");
}

#[test]
fn a_deleted_issue_is_not_made_again() {
    let done = after(|world| world.delete(SHOP, 1));
    assert_left_alone(&done, "issue #&#8203;1 was deleted");
}

#[test]
fn a_transferred_issue_is_followed_where_that_is_allowed() {
    let (scenario, run) = after(|world| {
        world.add_repo("acme/other");
        world.transfer(SHOP, 1, "ana", "acme/other");
    });
    assert_eq!(run.code, 0, "{}\n{}", run.stderr, lines(&scenario));
    let there = |scenario: &Scenario| {
        scenario
            .github
            .with(|world| world.repo("acme/other").all().iter().map(|issue| issue.comments.len()).collect::<Vec<_>>())
    };
    assert_eq!((there(&scenario), ours(&scenario).len()), (vec![1], 0), "{}", lines(&scenario));
    applied(&scenario, &at(8), &payments(&scenario, 8, 2));
    assert_eq!((there(&scenario), ours(&scenario).len()), (vec![1], 0), "{}", lines(&scenario));
    assert!(run.stdout.contains("https://github.com/acme/other/issues/1"), "{}", run.stdout);
    assert_clean(&scenario);
}

#[test]
fn a_transferred_issue_is_left_alone_where_that_is_not_allowed() {
    let done = after(|world| {
        world.add_repo("acme/elsewhere");
        world.transfer(SHOP, 1, "ana", "acme/elsewhere");
    });
    assert_left_alone(&done, "issue #&#8203;1 has moved to");
    assert_eq!(done.0.github.with(|world| world.repo("acme/elsewhere").issue(1).comments.len()), 0);
}

#[test]
fn an_issue_that_cannot_be_seen_is_no_reason_to_make_another() {
    let done = after(|world| {
        world.add_repo("acme/other").visible = false;
        world.transfer(SHOP, 1, "ana", "acme/other");
    });
    assert_left_alone(&done, "issue #&#8203;1");
}
