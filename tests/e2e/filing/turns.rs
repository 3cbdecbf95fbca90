//! Severities that rise and fall.

use super::desk::*;

#[test]
fn an_escalation_is_told_by_comment_title_label_and_worklog() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let run = applied(&scenario, &at(5), &payments(&scenario, 5, 4));
    let (there, told) = (issue(&scenario, 1), comments(&scenario, 1));
    assert_eq!(there.title, "GCP-general | P0 | Payments fail");
    assert_eq!(there.labels, ["gardener", "P0"]);
    assert!(there.body.as_deref().unwrap().contains("**Severity:** P0"), "{there:#?}");
    assert!(told.len() == 1 && told[0].contains("part=event"), "{told:#?}");
    assert!(told[0].contains("P1") && told[0].contains("P0") && told[0].contains("three of them"), "{told:#?}");
    for words in ["**Issues Escalated:** 1", "P1→P0", "https://github.com/acme/shop/issues/1"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    // As severe as before: no further comment but the one on the latest occurrences.
    for hour in [6, 7] {
        applied(&scenario, &at(hour), &payments(&scenario, hour, 4));
    }
    assert_eq!(comments(&scenario, 1).len(), 2, "{:#?}", comments(&scenario, 1));
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(history.stdout.contains("P0") && history.stdout.contains("#1"), "{}", history.stdout);
    assert_clean(&scenario);
}

#[test]
fn an_escalation_is_told_once_with_the_history_lost() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let capture = payments(&scenario, 5, 4);
    for now in [at(5), at(5), at(6), at(9)] {
        applied(&scenario, &now, &capture);
        scenario.lose_history();
        applied(&scenario, &now, &capture);
    }
    assert_eq!(comments(&scenario, 1).len(), 1, "{:#?}", comments(&scenario, 1));
    assert_eq!(issue(&scenario, 1).title, "GCP-general | P0 | Payments fail");
    assert_clean(&scenario);
}

#[test]
fn what_we_have_raised_falls_back_after_two_runs_that_say_so() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    applied(&scenario, &at(5), &payments(&scenario, 5, 4));
    applied(&scenario, &at(6), &payments(&scenario, 6, 2));
    assert_eq!(issue(&scenario, 1).title, "GCP-general | P0 | Payments fail", "one run is not enough");
    let run = applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    let there = issue(&scenario, 1);
    assert_eq!(
        (there.title.as_str(), &there.labels),
        ("GCP-general | P1 | Payments fail", &vec!["gardener".to_owned(), "P1".to_owned()])
    );
    assert!(run.stdout.contains("P0→P1"), "{}", run.stdout);
    let before = writes(&scenario);
    applied(&scenario, &at(7), &payments(&scenario, 7, 2));
    assert_eq!(writes(&scenario), before, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn what_a_person_has_raised_stays() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    people(&scenario, |world| {
        world.retitle(SHOP, 1, "ana", "GCP-general | P0 | Payments fail");
        world.label(SHOP, 1, "ana", &["P0".to_owned()]);
        world.unlabel(SHOP, 1, "ana", "P1");
    });
    for hour in 5..9 {
        applied(&scenario, &at(hour), &payments(&scenario, hour, 2));
    }
    let there = issue(&scenario, 1);
    assert_eq!(
        (there.title.as_str(), &there.labels),
        ("GCP-general | P0 | Payments fail", &vec!["gardener".to_owned(), "P0".to_owned()])
    );
    assert_clean(&scenario);
}

#[test]
fn a_regression_that_is_worse_is_reopened_and_raised() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    set_clock(&scenario, 5);
    people(&scenario, |world| world.close(SHOP, 1, "ana", "completed"));
    let run = applied(&scenario, &at(8), &payments(&scenario, 8, 4));
    let there = issue(&scenario, 1);
    assert!(there.open && there.title == "GCP-general | P0 | Payments fail", "{there:#?}");
    assert_eq!(there.labels, ["gardener", "P0"]);
    assert_eq!(comments(&scenario, 1).len(), 1);
    assert!(run.stdout.contains("**Issues Reopened:** 1"), "{}", run.stdout);
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(history.stdout.contains("#1"), "{}", history.stdout);
    assert_clean(&scenario);
}
