//! What people do meanwhile, and what becomes of it.

use super::*;
use crate::tracker::memory::{Fault, What};

const NOW: &str = "2026-01-20T10:00:00Z";

#[test]
fn strangers_who_quote_the_error_or_forge_a_marker_change_nothing() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    let body = shop.tracker.issue(1).body;
    for n in 0..300 {
        shop.tracker.person_opens("eve", &format!("GCP-shop | P2 | Queue grows {n}"), &body, &["gardener"]);
    }
    shop.tracker.drop_labels(true);
    shop.tracker.change(1, |issue| issue.labels.clear());
    shop.forget();
    let ran = shop.forgetful(&["queue", "queue"], &later(NOW, 60));
    assert_eq!(ran.outcome("queue").number, Some(1), "{:?}", ran.summary);
    assert_eq!(shop.ours().len(), 1);
}

#[test]
fn what_people_write_around_our_part_stays() {
    let policy =
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";
    let shop = Shop::with(DEFINITIONS, policy);
    shop.run(&["queue"], NOW);
    let note = "I am on it.\r\n\r\n";
    shop.tracker.change(1, |issue| issue.body = format!("{note}{}\n\n- [ ] ask ops\n", issue.body));
    shop.tracker.change(1, |issue| issue.title = "GCP-shop | P2 | Orders hang (Ana)".to_owned());
    shop.run(&["queue", "queue", "queue"], &later(NOW, 60));
    let issue = shop.tracker.issue(1);
    assert_eq!(issue.title, "GCP-shop | P0 | Orders hang (Ana)");
    assert!(issue.body.starts_with(note) && issue.body.ends_with("\n\n- [ ] ask ops\n"), "{}", issue.body);
}

#[test]
fn our_part_is_left_alone_once_somebody_has_edited_it() {
    let policy =
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";
    let shop = Shop::with(DEFINITIONS, policy);
    shop.run(&["queue"], NOW);
    shop.tracker.change(1, |issue| issue.body = issue.body.replace("**Pattern:**", "**Known Pattern:**"));
    let edited = shop.tracker.issue(1).body;
    let ran = shop.run(&["queue", "queue", "queue"], &later(NOW, 60));
    assert_eq!(shop.tracker.issue(1).body, edited);
    assert!(ran.plan.steps[0].notes.iter().any(|note| note.contains("edited")), "{:?}", ran.plan.steps[0].notes);
    assert_eq!(shop.tracker.comments(1).len(), 1, "what happened is told in a comment");
    // The same for the comment that is edited in place.
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.run(&["queue"], &later(NOW, 120));
    let latest = shop.tracker.comments(1).pop().unwrap();
    shop.tracker.change_comment(
        1,
        latest.id,
        &latest.body.replace("\n<!-- /gardener", "\nseen by Ana\n<!-- /gardener"),
    );
    let edited = shop.tracker.comments(1).pop().unwrap().body;
    let before = shop.tracker.comments(1).len();
    shop.run(&["queue"], &later(NOW, 180));
    let after = shop.tracker.comments(1);
    assert_eq!((after.len(), &after[before - 1].body), (before + 1, &edited));
    shop.run(&["queue"], &later(NOW, 240));
    assert_eq!(shop.tracker.comments(1).len(), before + 1, "and the new one is edited from then on");
}

#[test]
fn a_label_that_somebody_took_off_is_not_put_back() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.change(1, |issue| issue.labels.clear());
    shop.run(&["queue"], &later(NOW, 60));
    assert!(shop.tracker.issue(1).labels.is_empty());
}

#[test]
fn an_issue_without_its_marker_is_bound_by_the_number_that_was_recorded() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.change(1, |issue| issue.body = "cleaned up".to_owned());
    let ran = shop.run(&["queue"], &later(NOW, 60));
    assert_eq!((ran.outcome("queue").number, shop.ours().len()), (Some(1), 1));
    assert_eq!(shop.tracker.issue(1).body, "cleaned up");
}

#[test]
fn locked_deleted_hidden_and_moved_issues_are_left() {
    type Act = fn(&Memory);
    let acts: [(Act, &str); 4] = [
        (|tracker| tracker.change(1, |issue| issue.is_locked = true), "locked"),
        (|tracker| tracker.delete(1), "deleted"),
        (|tracker| tracker.hide(1, true), "cannot be read"),
        (
            |tracker| {
                tracker.transfer(1, "acme/other");
            },
            "moved",
        ),
    ];
    for (act, word) in acts {
        let shop = Shop::new();
        shop.run(&["queue"], NOW);
        act(&shop.tracker);
        let written = shop.tracker.written().len();
        let ran = shop.run(&["queue", "queue"], &later(NOW, 60));
        assert_eq!(ran.results(), [ResultKind::Nothing], "{word}");
        assert!(ran.plan.steps[0].reason.contains(word), "{word}: {}", ran.plan.steps[0].reason);
        assert_eq!(shop.tracker.written().len(), written, "{word}");
    }
}

#[test]
fn an_issue_that_has_moved_is_followed_where_that_is_allowed() {
    let mut shop = Shop::new();
    shop.run(&["queue"], NOW);
    let there = shop.tracker.transfer(1, "acme/other");
    shop.bench.pack.issue.also.push("acme/other".to_owned());
    for hour in 1..=2 {
        let ran = shop.run(&["queue", "queue"], &later(NOW, 60 * hour));
        assert_eq!(ran.results(), [ResultKind::Done], "{:?}", ran.summary);
    }
    assert_eq!(shop.tracker.issue_elsewhere("acme/other", there).comments, Some(1));
    assert!(shop.ours().is_empty());
}

#[test]
fn what_changed_since_the_plan_was_made_is_left_out() {
    type Act = fn(&Memory);
    let policy =
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";
    let acts: [(Act, &str); 3] = [
        (|tracker| tracker.close(1, "completed"), "closed"),
        (|tracker| tracker.change(1, |issue| issue.title = "Known".to_owned()), "title"),
        (|tracker| tracker.change(1, |issue| issue.is_locked = true), "locked"),
    ];
    for (act, word) in acts {
        let shop = Shop::with(DEFINITIONS, policy);
        shop.run(&["queue"], NOW);
        let (_, plan, _) = shop.plan(&shop.tracker, &["queue", "queue", "queue"], &later(NOW, 60));
        shop.tracker.set_now(time(&later(NOW, 61)));
        act(&shop.tracker);
        let written = shop.tracker.written().len();
        let summary = shop.apply(&shop.tracker, &plan);
        let outcome = &summary.outcomes[0];
        assert!(matches!(outcome.result, ResultKind::Changed | ResultKind::Refused), "{word}: {outcome:?}");
        assert!(outcome.detail.contains(word), "{word}: {outcome:?}");
        assert_eq!(shop.tracker.written().len(), written, "{word}");
    }
    // A remark of somebody's is no reason.
    let shop = Shop::with(DEFINITIONS, policy);
    shop.run(&["queue"], NOW);
    let (_, plan, _) = shop.plan(&shop.tracker, &["queue", "queue", "queue"], &later(NOW, 60));
    shop.tracker.set_now(time(&later(NOW, 61)));
    shop.tracker.person_comments(1, "ana", "looking");
    shop.tracker.change(1, |issue| issue.body.push_str("\nP.S. by Ana"));
    let summary = shop.apply(&shop.tracker, &plan);
    assert_eq!(summary.outcomes[0].result, ResultKind::Done, "{summary:?}");
    assert!(shop.tracker.issue(1).body.ends_with("\nP.S. by Ana"));
}

#[test]
fn somebody_who_files_it_between_plan_and_apply_is_no_reason_but_another_run_of_ours_is() {
    let shop = Shop::new();
    let (_, plan, _) = shop.plan(&shop.tracker, &["queue"], NOW);
    shop.tracker.person_opens("ana", "Queue grows", "the same", &[]);
    shop.forgetful(&["queue"], NOW);
    let summary = shop.apply(&shop.tracker, &plan);
    assert_eq!((summary.outcomes[0].result, summary.outcomes[0].number), (ResultKind::AlreadyDone, Some(2)));
    assert_eq!(shop.ours().len(), 1);
}

#[test]
fn two_runs_over_different_hours_tell_of_a_turn_once_and_keep_one_comment_on_the_latest() {
    let policy =
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";
    let shop = Shop::with(DEFINITIONS, policy);
    shop.run(&["queue"], NOW);
    let three = ["queue", "queue", "queue"];
    let (_, early, _) = shop.plan(&shop.tracker, &three, &later(NOW, 60));
    let (_, late, _) = shop.plan(&shop.tracker, &three, &later(NOW, 65));
    shop.tracker.set_now(time(&later(NOW, 66)));
    shop.apply(&shop.tracker, &early);
    let summary = shop.apply(&shop.tracker, &late);
    assert_eq!((summary.outcomes[0].result, shop.tracker.comments(1).len()), (ResultKind::Done, 1), "{summary:?}");
    let (_, early, _) = shop.plan(&shop.tracker, &three, &later(NOW, 120));
    let (_, late, _) = shop.plan(&shop.tracker, &three, &later(NOW, 125));
    shop.tracker.set_now(time(&later(NOW, 126)));
    shop.apply(&shop.tracker, &early);
    let summary = shop.apply(&shop.tracker, &late);
    assert_eq!((summary.outcomes[0].result, shop.tracker.comments(1).len()), (ResultKind::Done, 2), "{summary:?}");
    assert!(shop.tracker.comments(1)[1].body.contains("2026-01-20 12:04:00"));
}

#[test]
fn whoever_writes_under_another_name_than_was_thought_stops() {
    let shop = Shop::new();
    let (_, plan, _) = shop.plan(&shop.tracker, &["queue", "disk"], NOW);
    let (mut client, target) = (shop.client(&shop.tracker), shop.target());
    let log = &mut NoLog;
    let job =
        Job { client: &mut client, target: &target, author: "somebody", log, may_create: true, creates_labels: false };
    let summary = carry_out(job, &plan, &mut |_, _| {});
    assert_eq!(shop.ours().len(), 1, "no second issue is created under a name that the next run does not know");
    assert!(summary.notes.iter().any(|note| note.contains(BOT)) && summary.is_partial(), "{summary:?}");
}

#[test]
fn an_empty_list_creates_nothing_while_the_history_knows_of_issues() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.inject(Fault::new(What::EmptyListing, |request| matches!(request, Request::Issues(..))).always());
    // The one of the queue is known, and is the canary; the disk is new.
    let ran = shop.run(&["disk"], &later(NOW, 60));
    assert_eq!(ran.issues.listing, gardener_engine::issue::Listing::Partial);
    assert_eq!((ran.results(), shop.ours().len()), (vec![ResultKind::Nothing], 1));
}

#[test]
fn the_severity_that_a_person_wrote_is_raised_and_never_lowered() {
    let pinned = DEFINITIONS.replacen("  severity: P2\n", "  severity: P3\n  issue: { number: 1 }\n", 1);
    let shop = Shop::with(&pinned, "");
    shop.tracker.person_opens("ana", "Ours | P1 | queues", "by hand", &[]);
    for hour in 0..4 {
        shop.run(&["queue"], &later(NOW, 60 * hour));
        assert_eq!(shop.tracker.issue(1).title, "Ours | P1 | queues", "hour {hour}");
    }
}
