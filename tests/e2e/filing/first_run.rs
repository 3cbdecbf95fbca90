//! The ordinary course: the first run files, the next ones say what is new, and runs over the same write nothing.

use super::desk::*;
use super::github::Rule;
use super::github::{Fault, LOGIN};
use super::scenario::Scenario;

const LATER: &str = "2025-09-14T05:55:00Z";

/// A shop with a history, and a capture in which both of its definitions are found.
fn shop() -> (Scenario, String) {
    let mut scenario = Scenario::new();
    scenario.keep_history();
    let mut lines: Vec<String> = (0..3)
        .map(|nth| entry(&format!("p{nth}"), &format!("2025-09-14T04:00:0{nth}Z"), "payment failed for order 17"))
        .collect();
    lines.push(entry("q", "2025-09-14T04:10:00Z", "queue length 12"));
    let capture = scenario.lines("both.jsonl", &lines);
    (scenario, capture)
}

#[test]
fn the_first_run_files_what_it_finds() {
    let (scenario, capture) = shop();
    let run = applied(&scenario, NOW, &capture);
    let seen = seen(&scenario);
    let titles: Vec<&str> = seen.iter().map(|issue| issue.title.as_str()).collect();
    assert_eq!(titles, ["GCP-general | P1 | Payments fail", "GCP-general | P3 | Queue grows"]);
    assert_eq!(
        (&seen[0].labels, &seen[1].labels),
        (&vec!["P1".into(), "gardener".into()], &vec!["P3".into(), "gardener".into()])
    );
    assert!(seen.iter().all(|issue| issue.open && issue.comments.is_empty()), "{seen:#?}");
    let body = &seen[0].body;
    assert!(body.starts_with("<!-- gardener:v1 fingerprint=v1:") && body.ends_with("<!-- /gardener:v1 -->"), "{body}");
    assert!(body.contains("seen=2025-09-14T04:00:02Z") && body.contains("payment failed for order 17"), "{body}");
    assert_eq!(ours(&scenario)[0].user, LOGIN);
    // Three labels that it lacked, and two issues: nothing else.
    assert_eq!(writes(&scenario), 5, "{}", lines(&scenario));
    let labels = scenario.github.with(|world| {
        world.repo(SHOP).labels.iter().map(|label| (label.name.clone(), label.color.clone())).collect::<Vec<_>>()
    });
    let own = |name: &str, color: &str| (name.to_owned(), color.to_owned());
    assert!([own("gardener", "ededed"), own("P1", "d93f0b"), own("P3", "0e8a16")].iter().all(|it| labels.contains(it)));
    for told in [
        "[#1 - GCP-general | P1 | Payments fail](https://github.com/acme/shop/issues/1)",
        "**Action:** CREATED NEW ISSUE",
        "**Total Issues Processed:** 2/2",
        "**New Issues Created:** 2 (issues [#&#8203;1](https://github.com/acme/shop/issues/1), [#&#8203;2](https://github.com/acme/shop/issues/2))",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    assert!(run.stderr.contains("create #1 payment: done, created as #1"), "{}", run.stderr);
    assert!(run.stderr.contains("2 actions: 2 done"), "{}", run.stderr);
    assert_clean(&scenario);
}

#[test]
fn writes_are_a_second_apart_where_nobody_says_otherwise() {
    let (scenario, capture) = shop();
    let run = scenario.run(&["apply", "--yes", "--rules", "pack", "--now", NOW, &capture]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    scenario.github.assert_clean(std::time::Duration::from_secs(1));
    assert_eq!(writes(&scenario), 5, "{}", lines(&scenario));
}

#[test]
fn a_run_over_the_same_entries_writes_nothing() {
    let (scenario, capture) = shop();
    applied(&scenario, NOW, &capture);
    let (before, written) = (seen(&scenario), writes(&scenario));
    let again = |now: &str, word: &str| {
        let run = applied(&scenario, now, &capture);
        assert_eq!((writes(&scenario), &seen(&scenario)), (written, &before), "{word}: {}", lines(&scenario));
        assert!(run.stdout.contains("**New Issues Created:** 0"), "{word}: {}", run.stdout);
    };
    again(NOW, "the same");
    again(LATER, "later");
    scenario.lose_history();
    again(NOW, "without history");
    scenario.lose_history();
    again("2025-09-16T05:55:00Z", "days later, without history");
    assert_clean(&scenario);
}

#[test]
fn what_is_new_is_told_in_one_comment_that_is_edited_in_place() {
    let (scenario, capture) = shop();
    applied(&scenario, NOW, &capture);
    let body = issue(&scenario, 1).body;
    for (hour, written) in (5..8).zip([6, 7, 8]) {
        let message = format!("payment failed for order {hour}");
        let capture = scenario.capture(&format!("{hour}.jsonl"), &format!("2025-09-14T0{hour}:00"), &message, hour);
        let run = applied(&scenario, &format!("2025-09-14T0{hour}:55:00Z"), &capture);
        let comments = comments(&scenario, 1);
        assert!(comments.len() == 1 && comments[0].contains(&message), "{comments:#?}");
        assert!(comments[0].contains(&format!("{hour} occurrences")), "{comments:#?}");
        assert_eq!(writes(&scenario), written, "{}", lines(&scenario));
        assert!(run.stdout.contains("**Action:** UPDATED EXISTING ISSUE"), "{}", run.stdout);
    }
    assert_eq!((issue(&scenario, 1).body, ours(&scenario).len()), (body, 2));
    assert_clean(&scenario);
}

#[test]
fn history_knows_the_number_and_the_severity() {
    let (scenario, capture) = shop();
    applied(&scenario, NOW, &capture);
    let run = scenario.run(&["history", "--rules", "pack"]);
    let row = run.stdout.lines().find(|line| line.contains("payment")).unwrap_or_default();
    assert!(row.starts_with("P1") && row.contains(" #1 "), "{}", run.stdout);
    // By the history alone, the next run knows what to write to.
    let next = scenario.capture("next.jsonl", "2025-09-14T05:00", "payment failed", 2);
    let asked = scenario.github.with(|world| world.log.len());
    let run = scenario.run(&["plan", "--offline", "--rules", "pack", "--now", LATER, "--format", "json", &next]);
    let plan: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    let step = &plan["steps"][0];
    assert_eq!(
        (run.code, &step["kind"], &plan["run"]["past"]["clusters"][0]["issue"]),
        (0, &"update".into(), &1.into()),
        "{plan:#}"
    );
    assert_eq!(scenario.github.with(|world| world.log.len()), asked, "offline asks nobody");
}

#[test]
fn a_listing_that_lags_behind_hides_nothing() {
    // The history is lost, and every list is that of before the first run: numbers that come next are asked for.
    let (scenario, capture) = shop();
    applied(&scenario, NOW, &capture);
    let (before, written) = (seen(&scenario), writes(&scenario));
    scenario.lose_history();
    people(&scenario, |world| world.search_lag = usize::MAX);
    scenario.github.rule(Rule::new("GET", ISSUES, Fault::StaleListing(200)).always());
    let run = apply(&scenario, LATER, &capture);
    assert_eq!((run.code, seen(&scenario)), (0, before), "{}\n{}", run.stderr, lines(&scenario));
    assert_eq!(writes(&scenario), written);
    assert!(run.stdout.contains("has created it as #&#8203;1"), "{}", run.stdout);
    assert_clean(&scenario);
}

#[test]
fn a_listing_that_is_a_little_behind_hides_nothing() {
    for lag in 1..=4 {
        let (scenario, capture) = shop();
        let first = scenario.lines("first.jsonl", &[entry("q", "2025-09-14T04:10:00Z", "queue length 12")]);
        applied(&scenario, NOW, &first);
        applied(&scenario, NOW, &capture);
        scenario.lose_history();
        scenario.github.rule(Rule::new("GET", ISSUES, Fault::StaleListing(lag)).always());
        let run = apply(&scenario, LATER, &capture);
        assert_eq!((run.code, ours(&scenario).len()), (0, 2), "lag {lag}: {}\n{}", run.stderr, lines(&scenario));
        assert_clean(&scenario);
    }
}
