//! Answers that are lost, cut, or made by a gateway, before something was done and after.

use std::thread;

use super::desk::*;
use super::github::{Done, Fault, Rule};
use super::scenario::Scenario;

/// What hides that something was done.
fn after() -> Vec<Fault> {
    vec![
        Fault::LoseAnswer(Done::Yes),
        Fault::CutOff,
        Fault::Truncated,
        Fault::WrongContentType,
        Fault::Gateway(502, Done::Yes),
        Fault::Gateway(504, Done::Yes),
        Fault::ServerError(Done::Yes),
    ]
}

/// What looks the same, with nothing done.
fn before() -> Vec<Fault> {
    vec![Fault::LoseAnswer(Done::No), Fault::Gateway(502, Done::No), Fault::ServerError(Done::No)]
}

/// All of these at once, for looking again takes seconds.
fn each(faults: Vec<Fault>, check: impl Fn(usize, Fault) + Sync) {
    thread::scope(|scope| {
        let check = &check;
        let all: Vec<_> =
            faults.into_iter().enumerate().map(|(nth, fault)| scope.spawn(move || check(nth, fault))).collect();
        all.into_iter().for_each(|one| one.join().unwrap());
    });
}

#[test]
fn a_creation_whose_answer_is_lost_is_found_and_not_sent_again() {
    each(after(), |nth, fault| {
        let scenario = Scenario::new();
        let capture = payments(&scenario, 4, 2);
        scenario.github.rule(Rule::new("POST", ISSUES, fault));
        let run = applied(&scenario, NOW, &capture);
        assert_eq!(titles(&scenario), [(1, "GCP-general | P1 | Payments fail".to_owned())], "fault {nth}");
        assert_eq!(count_of(&scenario, "POST", ISSUES), 1, "fault {nth}: {}", lines(&scenario));
        assert!(run.stdout.contains("created as #&#8203;1"), "fault {nth}: {}", run.stdout);
        assert_clean(&scenario);
    });
}

#[test]
fn a_creation_that_was_not_done_is_sent_again() {
    each(before(), |nth, fault| {
        let scenario = Scenario::new();
        let capture = payments(&scenario, 4, 2);
        scenario.github.rule(Rule::new("POST", ISSUES, fault));
        applied(&scenario, NOW, &capture);
        assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (1, 2), "fault {nth}");
        assert_clean(&scenario);
    });
}

#[test]
fn a_creation_that_is_done_late_is_found_all_the_same() {
    // The gateway has given up, and the issue comes a second later.
    let scenario = Scenario::new();
    let capture = payments(&scenario, 4, 2);
    let late = Rule::meanwhile("GET", "/repos/acme/shop/issues/*", |world| {
        let body = world.requests("POST", ISSUES)[0].body.clone();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        world.open(SHOP, super::github::LOGIN, &text("title"), &text("body"), &["gardener", "P1"]);
    });
    // The first such question is that before the creation, the second is the first look.
    scenario.github.rule(late.from(3));
    scenario.github.rule(Rule::new("POST", ISSUES, Fault::Gateway(504, Done::No)));
    applied(&scenario, NOW, &capture);
    assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (1, 1), "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn a_creation_is_not_given_up_while_the_newest_are_not_listed() {
    // Lists know nothing of it: it is found by its number.
    let scenario = Scenario::new();
    people(&scenario, |world| {
        world.open(SHOP, "ana", "Something else", "", &[]);
    });
    let capture = payments(&scenario, 4, 2);
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::StaleListing(9)).always());
    scenario.github.rule(Rule::new("POST", ISSUES, Fault::LoseAnswer(Done::Yes)));
    applied(&scenario, NOW, &capture);
    assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (1, 1), "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn a_comment_whose_answer_is_lost_is_not_made_twice() {
    let faults = after().into_iter().map(|fault| (fault, 1)).chain(before().into_iter().map(|fault| (fault, 2)));
    let (faults, sent): (Vec<Fault>, Vec<usize>) = faults.unzip();
    each(faults, |nth, fault| {
        let scenario = Scenario::new();
        applied(&scenario, NOW, &payments(&scenario, 4, 2));
        scenario.github.rule(Rule::new("POST", COMMENTS, fault));
        applied(&scenario, &at(5), &payments(&scenario, 5, 2));
        assert_eq!(comments(&scenario, 1).len(), 1, "fault {nth}");
        assert_eq!(count_of(&scenario, "POST", COMMENTS), sent[nth], "fault {nth}: {}", lines(&scenario));
        assert_clean(&scenario);
    });
}

/// An escalation, with one fault at its nth write; what is there in the end.
fn escalated(fault: Option<(Fault, usize)>) -> Vec<Seen> {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    let before = writes(&scenario);
    let is_whole = fault.is_none();
    if let Some((fault, nth)) = fault {
        scenario.github.rule(Rule::of_writes(fault).from(nth));
    }
    applied(&scenario, &at(6), &payments(&scenario, 6, 3));
    if is_whole {
        // A comment, title and text, a label that is made, added, and the old one taken off, and the latest occurrences.
        assert_eq!(writes(&scenario) - before, 6, "{}", lines(&scenario));
    }
    assert_clean(&scenario);
    seen(&scenario)
}

#[test]
fn an_escalation_comes_to_the_same_whichever_answer_is_lost() {
    let whole = escalated(None);
    assert_eq!(whole.len(), 1, "{whole:#?}");
    assert_eq!((whole[0].title.as_str(), whole[0].comments.len()), ("GCP-general | P0 | Payments fail", 2));
    assert_eq!(whole[0].labels, ["P0", "gardener"]);
    let at_each = |done| (1..=6).map(move |nth| (Fault::LoseAnswer(done), nth));
    let all: Vec<(Fault, usize)> = at_each(Done::Yes).chain(at_each(Done::No)).collect();
    thread::scope(|scope| {
        let whole = &whole;
        let run = |(fault, nth)| scope.spawn(move || assert_eq!(&escalated(Some((fault, nth))), whole, "write {nth}"));
        let runs: Vec<_> = all.into_iter().map(run).collect();
        runs.into_iter().for_each(|run| run.join().unwrap());
    });
}

#[test]
fn a_failure_that_lasts_is_deferred_and_the_next_run_does_it() {
    let mut scenario = Scenario::new();
    scenario.keep_history();
    let capture = payments(&scenario, 4, 2);
    scenario.github.rule(Rule::new("POST", ISSUES, Fault::Gateway(503, Done::No)).always());
    let run = apply_with(&scenario, NOW, &capture, &["--deadline", "1s"]);
    assert_eq!((run.code, ours(&scenario).len()), (7, 0), "{}", run.stderr);
    assert!(run.stderr.contains("the same command does what is left"), "{}", run.stderr);
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(!history.stdout.contains("#1"), "{}", history.stdout);
    people(&scenario, |world| world.rules.clear());
    applied(&scenario, NOW, &capture);
    assert_eq!(ours(&scenario).len(), 1);
    assert_clean(&scenario);
}

#[test]
fn a_tracker_that_fails_from_the_start_is_told_and_nothing_is_written() {
    let scenario = Scenario::new();
    let capture = payments(&scenario, 4, 2);
    scenario.github.rule(Rule::new("GET", "**", Fault::Gateway(502, Done::No)).always());
    let run = apply_with(&scenario, NOW, &capture, &["--deadline", "1s"]);
    assert_eq!((run.code, writes(&scenario)), (7, 0), "{}", run.stderr);
    assert!(run.stderr.contains("the tracker cannot be asked: HTTP 502"), "{}", run.stderr);
}
