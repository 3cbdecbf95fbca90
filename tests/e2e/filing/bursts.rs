//! Many clusters at once, and the brakes.

use super::desk::*;
use super::scenario::Scenario;

fn shop(limits: &str, kinds: usize) -> (Scenario, String) {
    let mut scenario = Scenario::new();
    scenario.keep_history();
    let issue = format!("issue: {{ repository: acme/shop, limits: {{ {limits} }} }}");
    scenario.pack("gardener.yaml", &format!("version: 1\nname: shop\nservice: web\n{issue}\n"));
    scenario.pack("clusters/shop.yaml", &super::desk::kinds(kinds));
    let capture = burst(&scenario, "burst.jsonl", "2025-09-14T04:20", kinds);
    (scenario, capture)
}

fn burst(scenario: &Scenario, name: &str, minute: &str, kinds: usize) -> String {
    let line = |n| entry(&format!("{name}{n}"), &format!("{minute}:{n:02}Z"), &format!("kind-{n}- fails"));
    scenario.lines(name, &(0..kinds).map(line).collect::<Vec<_>>())
}

/// The numbers of the kinds that a roll-up lists.
fn listed(body: &str, kinds: usize) -> Vec<usize> {
    (0..kinds).filter(|n| body.contains(&format!("Kind {n} ")) || body.contains(&format!("Kind {n}\n"))).collect()
}

#[test]
fn thirty_clusters_at_once_are_ten_issues_and_a_roll_up() {
    let (scenario, capture) = shop("per_run: 10", 30);
    let run = applied(&scenario, NOW, &capture);
    let titles = titles(&scenario);
    assert_eq!((titles.len(), titles[10].1.as_str()), (11, "shop: clusters that have no issue of their own"));
    assert!(titles[..10].iter().all(|(_, title)| title.contains("| P2 | Kind ")), "{titles:?}");
    let roll_up = issue(&scenario, 11).body.unwrap();
    let filed = |n: &usize| titles[..10].iter().any(|(_, title)| title.ends_with(&format!("Kind {n}")));
    let rest: Vec<usize> = (0..30).filter(|n| !filed(n)).collect();
    assert_eq!((rest.len(), listed(&roll_up, 30)), (20, rest), "{roll_up}");
    assert!(
        run.stdout.contains("20 clusters not filed, but listed in one issue: a run may create 10"),
        "{}",
        run.stdout
    );
    // One label of ours, one of the severity, and eleven issues.
    assert_eq!(writes(&scenario), 13, "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn the_next_runs_file_the_rest_and_the_roll_up_shrinks() {
    let (scenario, capture) = shop("per_run: 10, per_day: 25", 30);
    applied(&scenario, NOW, &capture);
    let written = writes(&scenario);
    // The same hour again: the next ten, and what the roll-up lists is less.
    applied(&scenario, NOW, &capture);
    assert_eq!(ours(&scenario).len(), 21);
    assert_eq!(listed(issue(&scenario, 11).body.as_deref().unwrap(), 30).len(), 10);
    assert_eq!(writes(&scenario) - written, 11, "{}", lines(&scenario));
    // A day has 25, the roll-up among them.
    let next = burst(&scenario, "next.jsonl", "2025-09-14T05:20", 30);
    let run = applied(&scenario, &at(5), &next);
    assert_eq!(ours(&scenario).len(), 25, "{:?}", titles(&scenario));
    assert!(run.stdout.contains("a day may have 25, and 21 were created within one"), "{}", run.stdout);
    assert_eq!(listed(issue(&scenario, 11).body.as_deref().unwrap(), 30).len(), 6);
    // With the history lost it is the same: what a day has is counted by what is there.
    scenario.lose_history();
    applied(&scenario, &at(5), &next);
    assert_eq!(ours(&scenario).len(), 25);
    // On the next day there is room again, and nothing is held back any more.
    people(&scenario, |world| world.set_now("2025-09-15T10:00:00Z"));
    let next = burst(&scenario, "tomorrow.jsonl", "2025-09-15T09:20", 30);
    applied(&scenario, "2025-09-15T09:55:00Z", &next);
    assert_eq!(ours(&scenario).len(), 31);
    assert_clean(&scenario);
}

#[test]
fn so_many_open_issues_are_enough() {
    let (scenario, capture) = shop("open: 3", 6);
    applied(&scenario, NOW, &capture);
    let open = |scenario: &Scenario| ours(scenario).iter().filter(|issue| issue.open).count();
    assert_eq!(open(&scenario), 4, "three and the roll-up: {:?}", titles(&scenario));
    let before = writes(&scenario);
    let run = applied(&scenario, NOW, &capture);
    applied(&scenario, &at(9), &capture);
    assert_eq!(writes(&scenario), before, "{}", lines(&scenario));
    assert!(run.stdout.contains("3 of ours may be open, and 4 are"), "{}", run.stdout);
    // Two are closed: with the roll-up two are left, and there is room for one.
    people(&scenario, |world| world.close(SHOP, 1, "ana", "completed"));
    people(&scenario, |world| world.close(SHOP, 2, "ana", "completed"));
    applied(&scenario, NOW, &capture);
    assert_eq!(open(&scenario), 3, "{:?}", titles(&scenario));
    assert_clean(&scenario);
}

#[test]
fn the_roll_up_is_made_once_and_kept_up_to_date() {
    let (scenario, capture) = shop("per_run: 1", 4);
    applied(&scenario, NOW, &capture);
    scenario.lose_history();
    people(&scenario, |world| {
        let body = world.repo(SHOP).issue(2).body.clone().unwrap();
        world.edit_body(SHOP, 2, "ana", Some(&format!("Ana looks at these.\n\n{body}")));
    });
    applied(&scenario, NOW, &capture);
    let titles = titles(&scenario);
    assert_eq!(titles.iter().filter(|(_, title)| title.contains("no issue of their own")).count(), 1, "{titles:?}");
    let body = issue(&scenario, 2).body.unwrap();
    assert!(body.starts_with("Ana looks at these.") && listed(&body, 4).len() == 2, "{body}");
    assert_clean(&scenario);
}

#[test]
fn the_worst_are_filed_first() {
    let (scenario, _) = shop("per_run: 1", 1);
    scenario.pack(
        "clusters/shop.yaml",
        "- { id: mild, title: Mild, match: 'message:\"mild\"', severity: P3 }\n- { id: bad, title: Bad, match: 'message:\"bad\"', severity: P0 }\n",
    );
    let lines = [entry("a", "2025-09-14T04:00:00Z", "mild"), entry("b", "2025-09-14T04:00:01Z", "bad")];
    applied(&scenario, NOW, &scenario.lines("two.jsonl", &lines));
    assert_eq!(titles(&scenario)[0].1, "GCP-general | P0 | Bad");
    assert_clean(&scenario);
}
