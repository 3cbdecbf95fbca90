//! What people do to issues of ours between two runs, and what is left of it: all of it.

use super::desk::*;
use super::github::LOGIN;
use super::scenario::Scenario;

/// An issue with a comment on the latest occurrences: P1, two entries at 4 and two at 5.
fn shop() -> Scenario {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    assert_eq!(comments(&scenario, 1).len(), 1);
    set_clock(&scenario, 5);
    scenario
}

/// Three entries at 6: it becomes P0.
#[track_caller]
fn escalate(scenario: &Scenario) -> super::support::Run {
    let run = applied(scenario, &at(6), &payments(scenario, 6, 3));
    assert_clean(scenario);
    run
}

#[test]
fn what_is_written_around_our_block_stays() {
    let scenario = shop();
    let body = issue(&scenario, 1).body.unwrap();
    let edited = format!("Ana is on it.\r\n\r\n{body}\n\n- [x] asked ops, see #7 @bob\n");
    people(&scenario, |world| world.edit_body(SHOP, 1, "ana", Some(&edited)));
    escalate(&scenario);
    let after = issue(&scenario, 1).body.unwrap();
    assert!(after.starts_with("Ana is on it.\r\n\r\n<!-- gardener:v1 "), "{after}");
    assert!(after.ends_with("<!-- /gardener:v1 -->\n\n- [x] asked ops, see #7 @bob\n"), "{after}");
    assert!(after.contains("**Severity:** P0") && !after.contains("**Severity:** P1"), "{after}");
}

#[test]
fn our_block_is_left_alone_once_somebody_has_edited_it() {
    let scenario = shop();
    let edited = issue(&scenario, 1).body.unwrap().replace("Not stated", "Orders hang");
    people(&scenario, |world| world.edit_body(SHOP, 1, "ana", Some(&edited)));
    let run = escalate(&scenario);
    let there = issue(&scenario, 1);
    assert_eq!(
        (there.body.as_deref(), there.title.as_str()),
        (Some(edited.as_str()), "GCP-general | P0 | Payments fail")
    );
    assert!(
        comments(&scenario, 1).iter().any(|comment| comment.contains("part=event")),
        "{:#?}",
        comments(&scenario, 1)
    );
    assert_eq!(run.code, 0);
}

#[test]
fn the_recorded_number_binds_where_the_text_is_gone() {
    let scenario = shop();
    people(&scenario, |world| world.edit_body(SHOP, 1, "ana", None));
    escalate(&scenario);
    let there = issue(&scenario, 1);
    assert_eq!(
        (ours(&scenario).len(), there.body, there.title.as_str()),
        (1, None, "GCP-general | P0 | Payments fail")
    );
}

#[test]
fn a_comment_of_ours_that_somebody_has_edited_is_left_alone() {
    let scenario = shop();
    let edited = people_edit_comment(&scenario, |body| body.replace("2 occurrences", "too many occurrences"));
    for hour in [7, 8] {
        applied(&scenario, &at(hour), &payments(&scenario, hour, 2));
        let comments = comments(&scenario, 1);
        assert_eq!((comments.len(), &comments[0]), (2, &edited), "hour {hour}: {comments:#?}");
        assert!(comments[1].contains(&format!("2025-09-14 0{hour}:10:01 UTC")), "{comments:#?}");
    }
    assert_clean(&scenario);
}

#[test]
fn what_is_written_around_the_block_of_a_comment_stays() {
    let scenario = shop();
    people_edit_comment(&scenario, |body| format!("Ana: known since noon.\n\n{body}\n\nAna: and again.\n"));
    applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    let comments = comments(&scenario, 1);
    assert!(comments.len() == 1 && comments[0].starts_with("Ana: known since noon.\n\n<!-- "), "{comments:#?}");
    assert!(comments[0].ends_with("\n\nAna: and again.\n") && comments[0].contains("07:10:01"), "{comments:#?}");
    assert_clean(&scenario);
}

fn people_edit_comment(scenario: &Scenario, edit: impl Fn(&str) -> String) -> String {
    let comment = issue(scenario, 1).comments[0].clone();
    let edited = edit(&comment.body);
    assert_ne!(edited, comment.body);
    people(scenario, |world| world.edit_comment(SHOP, 1, comment.id, &edited));
    edited
}

#[test]
fn a_comment_of_ours_that_somebody_has_deleted_is_made_anew_for_new_entries_only() {
    let scenario = shop();
    let id = issue(&scenario, 1).comments[0].id;
    people(&scenario, |world| world.delete_comment(SHOP, 1, id));
    applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    assert_eq!(comments(&scenario, 1).len(), 1);
    applied(&scenario, &at(8), &payments(&scenario, 8, 2));
    let comments = comments(&scenario, 1);
    assert!(comments.len() == 1 && comments[0].contains("08:10:01"), "{comments:#?}");
    assert_clean(&scenario);
}

#[test]
fn only_the_token_of_a_title_is_ours() {
    for (title, after) in [
        ("GCP-general | P1 | Orders hang (Ana)", "GCP-general | P0 | Orders hang (Ana)"),
        ("[P1] Orders hang", "[P0] Orders hang"),
        ("P1: orders hang", "P0: orders hang"),
        ("Orders hang in PGP1 and HTTP1", "Orders hang in PGP1 and HTTP1"),
        ("Orders hang", "Orders hang"),
    ] {
        let scenario = shop();
        people(&scenario, |world| world.retitle(SHOP, 1, "ana", title));
        escalate(&scenario);
        let there = issue(&scenario, 1);
        assert_eq!(there.title, after);
        assert!(there.labels.contains(&"P0".to_owned()) && !there.labels.contains(&"P1".to_owned()), "{there:#?}");
    }
}

#[test]
fn a_label_that_somebody_has_taken_off_is_not_put_back() {
    let scenario = shop();
    people(&scenario, |world| {
        world.unlabel(SHOP, 1, "ana", "gardener");
        world.label(SHOP, 1, "ana", &["team-a".to_owned()]);
    });
    applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    assert_eq!(issue(&scenario, 1).labels, ["P1", "team-a"]);
    scenario.lose_history();
    escalate(&scenario);
    let mut labels = issue(&scenario, 1).labels;
    labels.sort();
    assert_eq!((labels, ours(&scenario).len()), (vec!["P0".to_owned(), "team-a".to_owned()], 1));
}

#[test]
fn an_issue_that_a_person_opened_and_a_definition_names_gets_comments_and_keeps_its_text() {
    let scenario = escalating();
    people(&scenario, |world| {
        world.open(SHOP, "ana", "[P2] Payments", "by Ana", &["urgent"]);
    });
    scenario.pack(
        "clusters/shop.yaml",
        "- id: payment\n  title: Payments fail\n  match: message:\"payment failed\"\n  severity: P1\n  issue: { number: 1 }\n",
    );
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let there = issue(&scenario, 1);
    assert_eq!((there.body.as_deref(), ours(&scenario).len()), (Some("by Ana"), 0));
    assert!(!comments(&scenario, 1).is_empty() && there.labels.contains(&"urgent".to_owned()), "{there:#?}");
    let before = (seen(&scenario), writes(&scenario));
    applied(&scenario, &at(5), &payments(&scenario, 4, 2));
    scenario.lose_history();
    applied(&scenario, &at(5), &payments(&scenario, 4, 2));
    assert_eq!((seen(&scenario), writes(&scenario)), before, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn two_open_issues_of_ours_become_one() {
    let scenario = shop();
    let (title, body) = (issue(&scenario, 1).title, issue(&scenario, 1).body.unwrap());
    people(&scenario, |world| {
        world.open(SHOP, LOGIN, &title, &body, &["gardener"]);
    });
    applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    let second = issue(&scenario, 2);
    assert_eq!((second.open, second.state_reason.as_deref()), (false, Some("duplicate")));
    assert!(second.comments.len() == 1 && second.comments[0].body.contains("Duplicate of #1"), "{second:#?}");
    assert!(issue(&scenario, 1).open);
    let before = writes(&scenario);
    scenario.lose_history();
    applied(&scenario, &at(8), &payments(&scenario, 7, 2));
    assert_eq!(writes(&scenario), before, "{}", lines(&scenario));
    assert_clean(&scenario);
}
