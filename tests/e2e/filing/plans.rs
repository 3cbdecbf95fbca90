//! Plans in files: made, reviewed, carried out later.

use std::fs;

use serde_json::Value;

use super::desk::*;
use super::scenario::Scenario;
use super::support::Run;

/// Makes a plan of a capture, in `plan.json`.
#[track_caller]
fn plan(scenario: &Scenario, now: &str, capture: &str) -> Run {
    let run = scenario.run(&["plan", "--rules", "pack", "--now", now, "-o", "plan.json", capture]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// Carries `plan.json` out, in a pipe and without `--yes`: it was reviewed.
fn carry_out(scenario: &Scenario, more: &[&str]) -> Run {
    let mut all = vec!["apply", "--rules", "pack", "--interval", "0s", "plan.json"];
    all.extend(more);
    scenario.run(&all)
}

fn edit(scenario: &Scenario, act: impl FnOnce(&mut Value)) {
    let path = scenario.path().join("plan.json");
    let mut plan: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    act(&mut plan);
    fs::write(path, plan.to_string()).unwrap();
}

#[test]
fn a_plan_is_made_without_writing_and_carried_out_later() {
    let scenario = escalating();
    let run = plan(&scenario, NOW, &payments(&scenario, 4, 2));
    assert_eq!(writes(&scenario), 0, "{}", lines(&scenario));
    for words in ["# Plan of 2025-09-14T04:55:00Z", "**Repository:** acme/shop", "| P1 | create |", "payment failed"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    assert!(run.stderr.contains("plan: 1 create; 1 request to write"), "{}", run.stderr);
    let run = carry_out(&scenario, &[]);
    assert_eq!((run.code, ours(&scenario).len()), (0, 1), "{}", run.stderr);
    assert!(run.stdout.contains("https://github.com/acme/shop/issues/1"), "{}", run.stdout);
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(history.stdout.contains("P1") && history.stdout.contains("#1"), "{}", history.stdout);
    // Once more: nothing twice.
    let before = (seen(&scenario), writes(&scenario));
    let run = carry_out(&scenario, &[]);
    assert_eq!((run.code, (seen(&scenario), writes(&scenario))), (0, before), "{}\n{}", run.stderr, lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn the_same_comes_of_a_plan_and_of_apply_alone() {
    let (by_plan, at_once) = (escalating(), escalating());
    for (hour, count) in [(4, 2), (5, 2), (6, 3), (7, 1)] {
        plan(&by_plan, &at(hour), &payments(&by_plan, hour, count));
        assert_eq!(carry_out(&by_plan, &[]).code, 0);
        assert_eq!(carry_out(&by_plan, &[]).code, 0);
        applied(&at_once, &at(hour), &payments(&at_once, hour, count));
        assert_eq!(seen(&by_plan), seen(&at_once), "hour {hour}");
    }
    assert_clean(&by_plan);
}

#[test]
fn what_has_changed_since_is_left_out_and_said() {
    type Act = fn(&mut super::github::World);
    let acts: [(&str, Act); 3] = [
        ("closed", |world| world.close(SHOP, 1, "ana", "completed")),
        ("title", |world| world.retitle(SHOP, 1, "ana", "Known")),
        ("edited", |world| {
            let body = world.repo(SHOP).issue(1).body.clone().unwrap().replace("Not stated", "Orders hang");
            world.edit_body(SHOP, 1, "ana", Some(&body));
        }),
    ];
    for (word, act) in acts {
        let scenario = escalating();
        applied(&scenario, NOW, &payments(&scenario, 4, 2));
        plan(&scenario, &at(5), &payments(&scenario, 5, 3));
        people(&scenario, act);
        let before = (seen(&scenario), writes(&scenario));
        let run = carry_out(&scenario, &[]);
        assert_eq!((run.code, (seen(&scenario), writes(&scenario))), (7, before), "{word}: {}", run.stderr);
        assert!(run.stdout.contains("1 changed") && run.stdout.contains(word), "{word}: {}", run.stdout);
        // A plan that is made anew knows it.
        plan(&scenario, &at(5), &payments(&scenario, 5, 3));
        let run = carry_out(&scenario, &[]);
        assert_eq!(run.code, 0, "{word}: {}", run.stderr);
        assert_clean(&scenario);
    }
}

#[test]
fn what_does_not_matter_to_the_plan_is_no_change() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    plan(&scenario, &at(5), &payments(&scenario, 5, 3));
    people(&scenario, |world| {
        world.comment(SHOP, 1, "ana", "I look at it");
        world.label(SHOP, 1, "ana", &["team-a".to_owned()]);
        let body = format!("Ana is on it.\n\n{}", world.repo(SHOP).issue(1).body.clone().unwrap());
        world.edit_body(SHOP, 1, "ana", Some(&body));
    });
    let run = carry_out(&scenario, &[]);
    let there = issue(&scenario, 1);
    assert_eq!((run.code, there.title.as_str()), (0, "GCP-general | P0 | Payments fail"), "{}", run.stderr);
    assert!(there.body.unwrap().starts_with("Ana is on it.") && there.labels.contains(&"team-a".to_owned()));
}

#[test]
fn an_issue_that_has_come_since_is_not_made_twice() {
    let scenario = escalating();
    plan(&scenario, NOW, &payments(&scenario, 4, 2));
    fs::rename(scenario.path().join("plan.json"), scenario.path().join("old.json")).unwrap();
    scenario.lose_history();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let run = scenario.run(&["apply", "--rules", "pack", "--interval", "0s", "--plan", "old.json"]);
    assert_eq!((run.code, ours(&scenario).len()), (0, 1), "{}\n{}", run.stderr, lines(&scenario));
    assert!(run.stdout.contains("1 done before") || run.stdout.contains("created it as"), "{}", run.stdout);
}

#[test]
fn plans_that_are_none_are_refused_with_a_reason() {
    let scenario = escalating();
    plan(&scenario, NOW, &payments(&scenario, 4, 2));
    let whole = fs::read_to_string(scenario.path().join("plan.json")).unwrap();
    let with = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1)
    };
    let half = whole[..whole.len() / 2].to_owned();
    for (text, code, words) in [
        (half, 6, "is no JSON"),
        (with("gardener/plan/v1", "gardener/plan/v9"), 6, "is of the schema `gardener/plan/v9`"),
        (with("\"do\": \"create\"", "\"do\": \"destroy\""), 6, "is not whole"),
        (with("\"steps\"", "\"stairs\""), 6, "is not whole"),
        (
            with("\"repository\": \"acme/shop\"", "\"repository\": \"acme/other\""),
            2,
            "is for acme/other, and acme/shop is meant",
        ),
        (with("\"pack\": \"shop\"", "\"pack\": \"market\""), 2, "was made by the pack market, and this is shop"),
    ] {
        fs::write(scenario.path().join("plan.json"), text).unwrap();
        let run = carry_out(&scenario, &[]);
        assert_eq!((run.code, writes(&scenario)), (code, 0), "{words}: {}", run.stderr);
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    for (name, text) in
        [("empty.json", ""), ("array.json", "[]"), ("other.json", "{\"schema\":\"gardener/report/v1\"}")]
    {
        fs::write(scenario.path().join(name), text).unwrap();
        let run = scenario.run(&["apply", "--rules", "pack", "--plan", name]);
        assert_eq!((run.code, writes(&scenario)), (6, 0), "{name}: {}", run.stderr);
    }
    let run = scenario.run(&["apply", "--rules", "pack", "--plan", "nowhere.json"]);
    assert_eq!(run.code, 6, "{}", run.stderr);
}

#[test]
fn a_plan_that_somebody_has_turned_against_the_issues_of_others_does_nothing_to_them() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    people(&scenario, |world| {
        world.add_repo("acme/secret");
        world.open("acme/secret", "ana", "GCP-general | P1 | Payments fail", "of somebody else", &[]);
    });
    plan(&scenario, &at(5), &payments(&scenario, 5, 3));
    edit(&scenario, |plan| plan["steps"][0]["issue"]["repository"] = "acme/secret".into());
    let before = writes(&scenario);
    let run = carry_out(&scenario, &[]);
    assert_eq!((run.code, writes(&scenario)), (7, before), "{}\n{}", run.stderr, lines(&scenario));
    assert!(run.stdout.contains("acme/secret"), "{}", run.stdout);
    // A path that leads elsewhere, or no repository at all.
    for name in ["../../user", "acme/shop/../secret", "acme/shop?x=", ""] {
        edit(&scenario, |plan| plan["steps"][0]["issue"]["repository"] = name.into());
        let run = carry_out(&scenario, &[]);
        assert_eq!((run.code, writes(&scenario)), (7, before), "{name}: {}\n{}", run.stderr, lines(&scenario));
    }
    assert_clean(&scenario);
}

#[test]
fn rules_that_have_changed_since_are_told() {
    let scenario = escalating();
    plan(&scenario, NOW, &payments(&scenario, 4, 2));
    scenario.pack("clusters/more.yaml", "- { id: more, title: More, match: 'message:\"more\"', severity: P3 }\n");
    let run = carry_out(&scenario, &[]);
    assert_eq!((run.code, ours(&scenario).len()), (0, 1), "{}", run.stderr);
    assert!(run.stderr.contains("the rules have changed since the plan"), "{}", run.stderr);
}

#[test]
fn a_dry_run_prints_the_requests_and_sends_none() {
    let scenario = escalating();
    let capture = payments(&scenario, 4, 2);
    plan(&scenario, NOW, &capture);
    let of_plan = carry_out(&scenario, &["--dry-run"]);
    let at_once = scenario.run(&["apply", "--dry-run", "--rules", "pack", "--now", NOW, &capture]);
    for run in [&of_plan, &at_once] {
        assert_eq!((run.code, writes(&scenario)), (0, 0), "{}", run.stderr);
        assert!(run.stdout.contains("POST /repos/acme/shop/issues\n"), "{}", run.stdout);
        assert!(run.stdout.contains("\"title\": \"GCP-general | P1 | Payments fail\""), "{}", run.stdout);
        assert!(!run.stdout.to_lowercase().contains("authorization"), "{}", run.stdout);
    }
    assert_eq!(of_plan.stdout, at_once.stdout);
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(!history.stdout.contains("#1"), "{}", history.stdout);
    // An escalation: all of its requests, in their order.
    applied(&scenario, NOW, &capture);
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    let before = scenario.github.with(|world| world.writes().len());
    let run = scenario.run(&["apply", "--dry-run", "--rules", "pack", "--now", &at(6), &payments(&scenario, 6, 3)]);
    let heads: Vec<&str> =
        run.stdout.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase())).collect();
    assert_eq!(heads.len(), 5, "{heads:#?}");
    assert!(heads[0].starts_with("POST /repos/acme/shop/issues/1/comments"), "{heads:#?}");
    assert!(heads[3].starts_with("DELETE /repos/acme/shop/issues/1/labels/P1"), "{heads:#?}");
    assert_eq!(writes(&scenario), before);
    // Nothing to do is said as well.
    let run = scenario.run(&["apply", "--dry-run", "--rules", "pack", "--now", &at(5), "payments-5-2.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "nothing would be written\n"), "{}", run.stderr);
}

#[test]
fn a_plan_of_what_is_new_leaves_the_end_where_it_was_and_the_next_run_writes_nothing_twice() {
    let mut scenario = Scenario::new();
    scenario.keep_history();
    let first = scenario.capture("first.jsonl", "2025-09-14T04:00", "payment failed", 3);
    let second = scenario.capture("second.jsonl", "2025-09-14T05:00", "payment failed", 4);
    let last = ["--since", "last"];
    assert_eq!(apply_with(&scenario, "2025-09-14T04:30:00Z", &first, &last).code, 0);
    let planned = ["plan", "--rules", "pack", "--since", "last", "--now", "2025-09-14T05:30:00Z", "-o", "plan.json"];
    let plan = scenario.run(&[&planned[..], &[&first, &second]].concat());
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert!(plan.stdout.contains("does not move the end"), "{}", plan.stdout);
    let done = carry_out(&scenario, &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let (before, seen_before) = (writes(&scenario), seen(&scenario));
    assert!(before > 1);
    let next = apply_with(&scenario, "2025-09-14T05:40:00Z", &second, &[&last[..], &["--format", "json"]].concat());
    assert_eq!(next.code, 0, "{}", next.stderr);
    let report: serde_json::Value = serde_json::from_str(&next.stdout).unwrap();
    assert_eq!(report["clusters"][0]["count"], 4, "they are read once more");
    assert_eq!((writes(&scenario), seen(&scenario)), (before, seen_before));
}
