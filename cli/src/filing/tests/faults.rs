//! Lost answers, refusals, limits, lists that lag behind, and processes that die.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::*;
use crate::tracker::memory::{Fault, What};

const NOW: &str = "2026-01-20T10:00:00Z";
const THREE: [&str; 3] = ["queue", "queue", "queue"];
const ESCALATES: &str =
    "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";

/// What people see in the end: title, labels, whether it is open, and texts of comments.
fn end(shop: &Shop) -> Vec<(String, Vec<String>, bool, usize)> {
    shop.ours()
        .into_iter()
        .map(|issue| {
            let comments = shop.tracker.comments(issue.number).len();
            let mut labels = issue.labels.clone();
            labels.sort();
            (issue.title, labels, issue.is_open, comments)
        })
        .collect()
}

#[test]
fn a_lost_answer_makes_no_second_issue() {
    for what in [What::LostAnswer, What::TruncatedJson, What::FailedAfter, What::FailedBefore, What::Hang] {
        let shop = Shop::new();
        shop.tracker.inject(Fault::new(what.clone(), creates));
        let ran = shop.run(&["queue", "disk"], NOW);
        assert_eq!((ran.results(), shop.ours().len()), (vec![ResultKind::Done; 2], 2), "{:?}", ran.summary);
        shop.tracker.inject(Fault::new(what, comments));
        let ran = shop.run(&["queue", "queue"], &later(NOW, 60));
        assert_eq!((ran.results(), shop.tracker.comments(1).len()), (vec![ResultKind::Done], 1), "{:?}", ran.summary);
    }
}

#[test]
fn a_lost_issue_is_found_although_the_list_lags_behind() {
    let shop = Shop::new();
    shop.forgetful(&["disk"], NOW);
    shop.tracker.inject(Fault::new(What::StaleListing(9), |request| matches!(request, Request::Issues(..))).always());
    shop.tracker.inject(Fault::new(What::LostAnswer, creates));
    let ran = shop.forgetful(&["queue"], &later(NOW, 5));
    assert_eq!(ran.outcome("queue").number, Some(2), "{:?}", ran.summary);
    // The list still knows nothing.
    shop.forgetful(&["queue", "queue"], &later(NOW, 10));
    assert_eq!(shop.ours().len(), 2);
}

#[test]
fn what_cannot_be_found_out_is_unknown_and_the_next_run_finds_it() {
    let shop = Shop::new();
    shop.tracker.inject(Fault::new(What::LostAnswer, creates));
    shop.tracker.inject(Fault::new(What::FailedBefore, |request| !request.is_write()).nth(8).always());
    let ran = shop.run(&["queue"], NOW);
    assert_eq!(ran.results(), [ResultKind::Unknown], "{:?}", ran.summary);
    assert!(ran.summary.is_partial() && shop.history.borrow().runs.is_empty());
    shop.tracker.clear_faults();
    let ran = shop.run(&["queue"], NOW);
    assert_eq!((ran.results(), shop.ours().len()), (vec![ResultKind::Nothing], 1), "{:?}", ran.summary);
}

#[test]
fn limits_are_waited_for_and_what_is_left_is_deferred_and_resumed() {
    let shop = Shop::new();
    shop.tracker.inject(Fault::new(What::Limited(Some(Duration::from_secs(30))), creates).times(2));
    let ran = shop.run(&["queue", "disk"], NOW);
    assert_eq!(ran.results(), [ResultKind::Done; 2], "{:?}", ran.summary);
    assert!(shop.clock.elapsed() >= Duration::from_secs(60));
    let shop = Shop::new();
    shop.tracker.inject(Fault::new(What::Limited(Some(Duration::from_secs(3600))), creates).nth(2).always());
    shop.tracker.set_now(at(NOW));
    let (_, plan, _) = shop.plan(&shop.tracker, &["queue", "disk"], NOW);
    let summary = shop.apply(&shop.tracker, &plan);
    let results = |summary: &Summary| summary.outcomes.iter().map(|outcome| outcome.result).collect::<Vec<_>>();
    assert_eq!((results(&summary), shop.ours().len()), (vec![ResultKind::Done, ResultKind::Deferred], 1));
    shop.tracker.clear_faults();
    let summary = shop.apply(&shop.tracker, &plan);
    assert_eq!((results(&summary), shop.ours().len()), (vec![ResultKind::AlreadyDone, ResultKind::Done], 2));
}

#[test]
fn two_pipelines_at_once_leave_one_issue() {
    // Each of the other's writes comes right before one of ours: whatever the moment, one issue stays open.
    for moment in 1..=12 {
        let shop = Shop::new();
        let other = shop.tracker.beside();
        let (_, plan, _) = shop.plan(&shop.tracker, &["queue"], NOW);
        let (_, others, _) = shop.plan(&other, &["queue"], NOW);
        let shop = Rc::new(shop);
        let (second, clone) = (Rc::clone(&shop), other.clone());
        let meanwhile = Rc::new(move || {
            second.apply(&clone, &others);
        });
        shop.tracker.inject(Fault::new(What::Meanwhile(meanwhile), |_| true).nth(moment));
        let summary = shop.apply(&shop.tracker, &plan);
        let open: Vec<u64> = shop.ours().iter().filter(|issue| issue.is_open).map(|issue| issue.number).collect();
        assert_eq!(open.len(), 1, "moment {moment}: {summary:?}");
        assert!(shop.ours().iter().all(|issue| issue.is_open || issue.state_reason.as_deref() == Some("duplicate")));
        assert_eq!(summary.outcomes[0].number, Some(open[0]), "moment {moment}: {summary:?}");
    }
}

#[test]
fn who_is_killed_at_any_point_and_run_again_leaves_the_same() {
    let course = |shop: &Shop, runs: &dyn Fn(&Shop, &[&str], &str)| {
        runs(shop, &["queue", "disk"], NOW);
        runs(shop, &THREE, &later(NOW, 60));
        runs(shop, &["queue", "disk"], &later(NOW, 120));
    };
    let whole = Shop::with(DEFINITIONS, ESCALATES);
    course(&whole, &|shop, messages, now| {
        shop.run(messages, now);
    });
    let requests = whole.tracker.log().len();
    assert!(requests > 30, "{requests}");
    for (what, name) in [(What::KilledBefore, "before"), (What::KilledAfter, "after")] {
        for moment in 1..=requests {
            let shop = Shop::with(DEFINITIONS, ESCALATES);
            shop.tracker.die_by_panic();
            shop.tracker.inject(Fault::new(what.clone(), |_| true).nth(moment));
            course(&shop, &|shop, messages, now| {
                let died = catch_unwind(AssertUnwindSafe(|| shop.run(messages, now))).is_err();
                assert_eq!(died, shop.tracker.is_dead(), "moment {moment}");
                if died {
                    shop.tracker.revive();
                    shop.run(messages, now);
                }
            });
            assert_eq!(end(&shop), end(&whole), "killed {name} request {moment}");
        }
    }
}

#[test]
fn permissions_and_refusals_stop_one_step_and_a_token_that_is_over_stops_all() {
    use crate::tracker::{Kind, Trouble};
    for (kind, result, second) in [
        (Kind::Forbidden, ResultKind::Refused, ResultKind::Done),
        (Kind::Invalid, ResultKind::Refused, ResultKind::Done),
        (Kind::Unauthorized, ResultKind::Deferred, ResultKind::Deferred),
    ] {
        let shop = Shop::new();
        shop.tracker.inject(Fault::new(What::Refused(Trouble::new(kind, "no")), creates));
        let ran = shop.run(&["queue", "disk"], NOW);
        assert_eq!(ran.results(), [result, second], "{kind:?}");
    }
}

#[test]
fn labels_that_are_dropped_are_told() {
    let shop = Shop::new();
    shop.tracker.drop_labels(true);
    let ran = shop.run(&["queue"], NOW);
    assert_eq!(ran.results(), [ResultKind::Done]);
    assert!(ran.summary.notes.iter().any(|note| note.contains("gardener")), "{:?}", ran.summary.notes);
    shop.forget();
    shop.forgetful(&["queue", "queue"], &later(NOW, 60));
    assert_eq!(shop.ours().len(), 1);
}
