//! The ordinary course of things.

use super::*;

const NOW: &str = "2026-01-20T10:00:00Z";

#[test]
fn the_first_run_files_and_the_second_writes_nothing() {
    let shop = Shop::new();
    let ran = shop.run(&["queue 1", "disk", "queue 2"], NOW);
    assert_eq!(ran.results(), [ResultKind::Done, ResultKind::Done]);
    let ours = shop.ours();
    let titles: Vec<&str> = ours.iter().map(|issue| issue.title.as_str()).collect();
    assert_eq!(titles, ["GCP-shop | P2 | Queue grows", "GCP-shop | P3 | Disk is full"]);
    assert_eq!(ours[0].labels, ["gardener", "P2"]);
    assert_eq!(shop.tracker.labels(), ["gardener", "P2", "P3"], "labels that lacked are made");
    let written = shop.tracker.written().len();
    // With the history, without it, and an hour later over the same entries.
    shop.run(&["queue 1", "disk", "queue 2"], NOW);
    shop.forget();
    shop.forgetful(&["queue 1", "disk", "queue 2"], NOW);
    assert_eq!(shop.tracker.written().len(), written, "{:?}", shop.tracker.written());
}

#[test]
fn new_entries_are_told_in_one_comment_that_is_edited_in_place() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    for hour in 1..=3 {
        let ran = shop.run(&["queue", "queue"], &later(NOW, 60 * hour));
        assert_eq!(ran.results(), [ResultKind::Done], "hour {hour}: {:?}", ran.summary);
    }
    assert_eq!((shop.ours().len(), shop.tracker.comments(1).len()), (1, 1));
    assert_eq!(made(&shop.tracker), 2, "one issue and one comment were made");
}

#[test]
fn an_escalation_is_a_comment_a_title_and_a_label() {
    let policy =
        "fn severity(cluster) {\n    if cluster.count >= 3 { cluster.raise_to(\"P0\", \"three of them\"); }\n}\n";
    let shop = Shop::with(DEFINITIONS, policy);
    shop.run(&["queue"], NOW);
    shop.tracker.change(1, |issue| issue.labels.push("team-a".to_owned()));
    let ran = shop.run(&["queue", "queue", "queue"], &later(NOW, 60));
    assert_eq!(ran.results(), [ResultKind::Done], "{:?}", ran.summary);
    let issue = shop.tracker.issue(1);
    assert_eq!(issue.title, "GCP-shop | P0 | Queue grows");
    assert_eq!(issue.labels, ["gardener", "team-a", "P0"]);
    assert_eq!(shop.tracker.comments(1).len(), 1);
    // Over the same entries again, the history lost: all is said.
    let written = shop.tracker.written().len();
    shop.forget();
    shop.forgetful(&["queue", "queue", "queue"], &later(NOW, 60));
    assert_eq!(shop.tracker.written().len(), written);
}

#[test]
fn what_was_closed_as_completed_is_reopened_for_later_entries_only() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.close(1, "completed");
    let ran = shop.run(&["queue"], &later(NOW, 30));
    assert!(shop.tracker.written().len() <= 4 && !shop.tracker.issue(1).is_open, "{:?}", ran.summary);
    let ran = shop.run(&["queue"], &later(NOW, 180));
    assert_eq!(ran.results(), [ResultKind::Done]);
    assert!(shop.tracker.issue(1).is_open);
    assert_eq!(shop.ours().len(), 1);
}

#[test]
fn what_was_closed_as_not_planned_stays_so() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.close(1, "not_planned");
    let ran = shop.run(&["queue"], &later(NOW, 180));
    assert_eq!(ran.results(), [ResultKind::Nothing]);
    assert!(ran.plan.steps[0].reason.contains("#1"), "{}", ran.plan.steps[0].reason);
    shop.forget();
    shop.forgetful(&["queue"], &later(NOW, 240));
    assert_eq!((shop.ours().len(), shop.tracker.issue(1).is_open), (1, false));
}

#[test]
fn a_duplicate_leads_to_what_it_is_a_duplicate_of() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    let kept = shop.tracker.person_opens("ana", "Queues are slow", "", &[]);
    shop.tracker.person_comments(1, "ana", &format!("Duplicate of #{kept}"));
    shop.tracker.close(1, "duplicate");
    let ran = shop.run(&["queue", "queue"], &later(NOW, 180));
    assert_eq!(ran.outcome("queue").number, Some(kept), "{:?}", ran.summary);
    assert_eq!((shop.tracker.comments(kept).len(), shop.ours().len()), (1, 1));
    assert_eq!(shop.tracker.issue(kept).title, "Queues are slow");
}

#[test]
fn more_than_a_run_may_create_is_rolled_up_into_one() {
    let kinds: Vec<String> = (0..8)
        .map(|n| format!("- id: k{n}\n  title: Kind {n}\n  match: message:\"kind{n}\"\n  severity: P2\n"))
        .collect();
    let mut shop = Shop::with(&kinds.concat(), "");
    shop.bench.pack.issue.limits.per_run = 3;
    let messages: Vec<String> = (0..8).map(|n| format!("kind{n} fails")).collect();
    let messages: Vec<&str> = messages.iter().map(String::as_str).collect();
    let ran = shop.run(&messages, NOW);
    assert_eq!(shop.ours().len(), 4, "three and the roll-up: {:?}", ran.summary);
    assert_eq!(ran.report.totals.created, 3);
    let roll_up = shop.ours().pop().unwrap();
    assert!((3..8).all(|n| roll_up.body.contains(&format!("Kind {n}"))), "{}", roll_up.body);
    // The next hour files three more, and the roll-up shrinks.
    shop.run(&messages, &later(NOW, 60));
    assert_eq!(shop.ours().len(), 7);
    let roll_up = shop.tracker.issue(4);
    assert!(!roll_up.body.contains("Kind 3") && roll_up.body.contains("Kind 7"), "{}", roll_up.body);
    // And what a day may have is not exceeded.
    shop.bench.pack.issue.limits.per_day = 7;
    shop.run(&messages, &later(NOW, 120));
    assert_eq!(shop.ours().len(), 7);
}

#[test]
fn two_open_issues_of_ours_become_one() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    let body = shop.tracker.issue(1).body;
    let second = shop.tracker.person_opens(BOT, "GCP-shop | P2 | Queue grows", &body, &["gardener"]);
    let ran = shop.run(&["queue", "queue"], &later(NOW, 60));
    assert!(ran.summary.outcomes.iter().all(|outcome| outcome.result == ResultKind::Done), "{:?}", ran.summary);
    let closed = shop.tracker.issue(second);
    assert_eq!((closed.is_open, closed.state_reason.as_deref()), (false, Some("duplicate")));
    assert!(shop.tracker.comments(second)[0].body.contains("Duplicate of #1"));
    assert!(shop.tracker.issue(1).is_open);
    let written = shop.tracker.written().len();
    shop.forget();
    shop.forgetful(&["queue", "queue"], &later(NOW, 60));
    assert_eq!(shop.tracker.written().len(), written);
}

#[test]
fn a_roll_up_is_closed_when_it_is_empty_reopened_when_it_is_not_and_left_where_people_closed_it() {
    let kind = |n: usize| format!("- id: k{n}\n  title: Kind {n}\n  match: message:\"kind{n}\"\n  severity: P2\n");
    let mut shop = Shop::with(&(0..6).map(kind).collect::<String>(), "");
    shop.bench.pack.issue.limits.per_run = 2;
    let messages: Vec<String> = (0..6).map(|n| format!("kind{n} fails")).collect();
    let all: Vec<&str> = messages.iter().map(String::as_str).collect();
    shop.run(&all[..3], NOW);
    assert_eq!((shop.ours().len(), shop.tracker.issue(3).is_open), (3, true));
    shop.run(&all[..3], &later(NOW, 60));
    let closed = shop.tracker.issue(3);
    assert_eq!((shop.ours().len(), closed.is_open, closed.state_reason.as_deref()), (4, false, Some("completed")));
    shop.run(&all, &later(NOW, 120));
    assert!(shop.tracker.issue(3).is_open && shop.tracker.issue(3).body.contains("Kind 5"));
    let count = shop.ours().len();
    shop.tracker.close(3, "not_planned");
    shop.bench.pack.issue.limits.per_run = 0;
    let ran = shop.run(&["kind5 fails"], &later(NOW, 180));
    assert_eq!((shop.ours().len(), shop.tracker.issue(3).is_open), (count, false), "{:?}", ran.summary);
    shop.tracker.change(3, |issue| (issue.is_open, issue.is_locked) = (true, true));
    let ran = shop.run(&["kind5 fails"], &later(NOW, 240));
    assert!(ran.results().iter().all(|result| *result == ResultKind::Nothing), "{:?}", ran.summary);
}

#[test]
fn a_title_of_ours_without_its_marker_keeps_a_second_issue_away() {
    let shop = Shop::new();
    shop.run(&["queue"], NOW);
    shop.tracker.change(1, |issue| issue.body = "cleaned up".to_owned());
    shop.forget();
    let ran = shop.forgetful(&["queue"], &later(NOW, 60));
    assert_eq!((ran.results(), shop.ours().len()), (vec![ResultKind::Nothing], 1));
    assert!(ran.plan.steps[0].notes[0].contains("#1"), "{:?}", ran.plan.steps[0].notes);
}

#[test]
fn of_clusters_that_share_an_issue_the_most_severe_one_says_what_it_is_called() {
    let shared = |id: &str, severity: &str| {
        format!(
            "- id: {id}\n  title: {id}\n  match: message:\"{id}\"\n  severity: {severity}\n  issue: {{ number: 1 }}\n"
        )
    };
    let shop = Shop::with(&format!("{}{}", shared("aa", "P1"), shared("bb", "P4")), "");
    shop.tracker.person_opens("ana", "Shared | P3 | trouble", "by hand", &[]);
    shop.run(&["aa", "bb"], NOW);
    assert_eq!(shop.tracker.issue(1).title, "Shared | P1 | trouble");
    let comments = shop.tracker.comments(1).len();
    for hour in 1..=4 {
        let ran = shop.run(&["bb"], &later(NOW, 60 * hour));
        assert_eq!(ran.report.clusters[0].severity.name(), "P4", "what was written for aa is no person's word");
        assert_eq!(shop.tracker.issue(1).title, "Shared | P1 | trouble");
    }
    assert!(shop.tracker.comments(1).len() <= comments + 1, "bb has one comment that is edited in place");
}
