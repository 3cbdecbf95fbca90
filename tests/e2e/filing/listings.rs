//! Lists that are empty, cut, or hold what nobody has heard of; labels that are dropped.

use super::desk::*;
use super::github::{Fault, Rule};
use super::scenario::Scenario;

/// A shop with one issue of ours and one of a person, and a capture of something that is new beside it.
fn shop() -> (Scenario, String) {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    people(&scenario, |world| {
        world.open(SHOP, "ana", "Something else", "", &[]);
    });
    let lines =
        [entry("p5", "2025-09-14T05:00:00Z", "payment failed"), entry("q5", "2025-09-14T05:10:00Z", "queue length 12")];
    let capture = scenario.lines("five.jsonl", &lines);
    (scenario, capture)
}

#[test]
fn an_empty_list_is_not_believed_where_the_history_knows_better() {
    let (scenario, capture) = shop();
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::EmptyListing).always());
    let run = apply(&scenario, &at(5), &capture);
    assert_eq!(ours(&scenario).len(), 1, "{}\n{}", run.stderr, lines(&scenario));
    assert!(run.stdout.contains("the list of issues is not whole"), "{}", run.stdout);
    // What is known is written to all the same.
    assert_eq!(comments(&scenario, 1).len(), 1, "{}", lines(&scenario));
    people(&scenario, |world| world.rules.clear());
    applied(&scenario, &at(6), &capture);
    assert_eq!(ours(&scenario).len(), 2);
    assert_clean(&scenario);
}

#[test]
fn an_empty_list_with_the_history_lost_makes_no_duplicate() {
    let (scenario, capture) = shop();
    scenario.lose_history();
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::EmptyListing).always());
    apply(&scenario, &at(5), &capture);
    let payments = titles(&scenario).into_iter().filter(|(_, title)| title.contains("Payments")).count();
    assert_eq!(payments, 1, "{:?}\n{}", titles(&scenario), lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn a_list_that_is_cut_creates_nothing_and_is_told() {
    for fault in [Fault::Truncated, Fault::CutOff] {
        let (scenario, capture) = shop();
        scenario.lose_history();
        scenario.github.rule(Rule::new("GET", ISSUES, fault).always());
        let run = apply_with(&scenario, &at(5), &capture, &["--deadline", "1s"]);
        assert_eq!((run.code, ours(&scenario).len()), (7, 1), "{}\n{}", run.stderr, lines(&scenario));
        assert!(run.stdout.contains("issues cannot be listed"), "{}\n{}", run.stdout, run.stderr);
        people(&scenario, |world| world.rules.clear());
        applied(&scenario, &at(5), &capture);
        assert_eq!(ours(&scenario).len(), 2);
        assert_clean(&scenario);
    }
}

#[test]
fn a_list_that_is_cut_once_is_asked_for_again() {
    let (scenario, capture) = shop();
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::Truncated));
    applied(&scenario, &at(5), &capture);
    assert_eq!(ours(&scenario).len(), 2);
    assert_clean(&scenario);
}

#[test]
fn users_that_are_no_more_and_reasons_nobody_has_heard_of_are_borne() {
    for fault in [Fault::NullUser, Fault::UnknownStateReason] {
        let (scenario, capture) = shop();
        scenario.github.rule(Rule::new("GET", "**", fault).always());
        apply(&scenario, &at(5), &capture);
        let payments = titles(&scenario).into_iter().filter(|(_, title)| title.contains("Payments")).count();
        assert_eq!((payments, ours(&scenario).len() <= 2), (1, true), "{:?}\n{}", titles(&scenario), lines(&scenario));
        assert_clean(&scenario);
    }
}

#[test]
fn a_reason_nobody_has_heard_of_does_not_lose_what_was_closed() {
    let (scenario, capture) = shop();
    people(&scenario, |world| world.close(SHOP, 1, "ana", "completed"));
    scenario.lose_history();
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::UnknownStateReason).always());
    applied(&scenario, &at(5), &capture);
    assert!(!issue(&scenario, 1).open && ours(&scenario).len() == 2, "{:#?}", titles(&scenario));
    assert_clean(&scenario);
}

#[test]
fn links_that_lead_nowhere_are_not_followed_elsewhere() {
    let (scenario, capture) = shop();
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::MalformedLink).always());
    let run = apply_with(&scenario, &at(5), &capture, &["--deadline", "1s"]);
    let payments = titles(&scenario).into_iter().filter(|(_, title)| title.contains("Payments")).count();
    assert_eq!(payments, 1, "{}\n{}", run.stderr, lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn labels_that_are_dropped_are_told_and_nothing_is_filed_twice() {
    let scenario = escalating();
    people(&scenario, |world| world.repo_mut(SHOP).push = false);
    let run = apply(&scenario, NOW, &payments(&scenario, 4, 2));
    assert_eq!((run.code, issue(&scenario, 1).labels.len()), (0, 0), "{}\n{}", run.stderr, lines(&scenario));
    assert!(
        run.stderr.contains("has not got the label `gardener`, `P1`") || run.stderr.contains("has not got the label"),
        "{}",
        run.stderr
    );
    for (hour, count) in [(5, 2), (6, 3), (7, 3)] {
        scenario.lose_history();
        let run = apply(&scenario, &at(hour), &payments(&scenario, hour, count));
        assert!([0, 7].contains(&run.code) && ours(&scenario).len() == 1, "{}\n{}", run.stderr, lines(&scenario));
    }
    assert_eq!(issue(&scenario, 1).title, "GCP-general | P0 | Payments fail");
    assert_eq!(comments(&scenario, 1).len(), 2, "one on the latest occurrences, and one on the escalation");
    assert_clean(&scenario);
}

#[test]
fn labels_are_not_made_where_that_is_not_wanted() {
    let scenario = Scenario::new();
    scenario.pack(
        "gardener.yaml",
        "version: 1\nname: shop\nservice: web\nissue: { repository: acme/shop, create_labels: false }\n",
    );
    people(&scenario, |world| world.makes_labels = false);
    let run = applied(&scenario, NOW, &payments(&scenario, 4, 2));
    assert_eq!((writes(&scenario), issue(&scenario, 1).labels.len()), (1, 0), "{}", lines(&scenario));
    assert!(run.stderr.contains("has not got the label"), "{}", run.stderr);
    assert_clean(&scenario);
}
