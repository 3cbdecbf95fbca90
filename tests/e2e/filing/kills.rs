//! Killed at any write and run again: the end is that of a run which nobody disturbed.

use std::thread;

use super::desk::*;
use super::github::Done;
use super::scenario::Scenario;

/// Whoever was killed may write for half a minute more, and others wait for that, where nobody can tell that it is dead.
fn let_lease_pass(scenario: &Scenario) {
    if cfg!(target_os = "linux") {
        return;
    }
    let path = scenario.path().join("history.db");
    if path.exists() {
        let database = rusqlite::Connection::open(path).unwrap();
        database.execute("DELETE FROM gardener_lease", []).unwrap();
    }
}

/// A course of runs, one of which is killed at its nth write and then run again; what is there after each.
fn course(scenario: &Scenario, killed: Option<(usize, usize, Done)>) -> Vec<Vec<Seen>> {
    let mut ends = Vec::new();
    for (place, (now, capture)) in runs(scenario).iter().enumerate() {
        if let Some((run, nth, done)) = killed.filter(|(run, ..)| *run == place) {
            let killed = scenario.kill_at_write(&arguments(now, capture), nth, done);
            assert!(killed.is_some_and(|killed| killed.code == -1), "run {run} has less than {nth} writes");
            let_lease_pass(scenario);
        }
        applied(scenario, now, capture);
        ends.push(end(scenario));
    }
    ends
}

/// A first run, an escalation with a comment on the latest occurrences before it, and an ordinary hour.
fn runs(scenario: &Scenario) -> Vec<(String, String)> {
    let first =
        [entry("p", "2025-09-14T04:00:00Z", "payment failed"), entry("q", "2025-09-14T04:10:00Z", "queue length 12")];
    let first = scenario.lines("first.jsonl", &first);
    let mut runs = vec![(at(4), first)];
    runs.extend([(5, 2), (6, 3), (7, 3)].map(|(hour, count)| (at(hour), payments(scenario, hour, count))));
    runs
}

/// What is there, without the keys of the writes that made it: who was killed behind a turn comes back with an update.
fn end(scenario: &Scenario) -> Vec<Seen> {
    let key = regex::Regex::new("key=[0-9a-f]{16}").unwrap();
    let without = |text: &mut String| *text = key.replace_all(text, "key").into_owned();
    let mut end = seen(scenario);
    for issue in &mut end {
        without(&mut issue.body);
        issue.comments.iter_mut().for_each(without);
    }
    end
}

fn shop(has_history: bool) -> Scenario {
    let mut scenario = escalating();
    if !has_history {
        scenario.unset("GARDENER_HISTORY");
    }
    scenario
}

fn assert_the_same_wherever_it_is_killed(has_history: bool) {
    let whole = shop(has_history);
    let whole = course(&whole, None);
    assert!(whole.iter().all(|end| end.len() == 2), "{whole:#?}");
    // Writes of the first run, of the update, of the escalation and of the last one.
    let kills = [(0, 5), (1, 1), (2, 6), (3, 1)]
        .into_iter()
        .flat_map(|(run, writes)| (1..=writes).flat_map(move |nth| [Done::Yes, Done::No].map(|done| (run, nth, done))));
    let kills: Vec<(usize, usize, Done)> = kills.collect();
    for some in kills.chunks(4) {
        thread::scope(|scope| {
            let check = |kill| {
                let whole = &whole;
                scope.spawn(move || {
                    let scenario = shop(has_history);
                    assert_eq!(&course(&scenario, Some(kill)), whole, "{kill:?}: {}", lines(&scenario));
                    assert_clean(&scenario);
                })
            };
            let all: Vec<_> = some.iter().copied().map(check).collect();
            all.into_iter().for_each(|one| one.join().unwrap());
        });
    }
}

#[test]
fn with_a_history_the_end_is_the_same_wherever_it_was_killed() {
    assert_the_same_wherever_it_is_killed(true);
}

#[test]
fn without_a_history_the_end_is_the_same_wherever_it_was_killed() {
    assert_the_same_wherever_it_is_killed(false);
}

#[test]
fn killed_again_and_again_it_comes_to_the_same_end() {
    let whole = shop(true);
    let whole = course(&whole, None);
    let scenario = shop(true);
    for (now, capture) in runs(&scenario) {
        for nth in 1..20 {
            let done = if nth % 2 == 0 { Done::Yes } else { Done::No };
            let at = if nth % 3 == 0 { 2 } else { 1 };
            let Some(_) = scenario.kill_at_write(&arguments(&now, &capture), at, done) else { break };
            let_lease_pass(&scenario);
        }
        applied(&scenario, &now, &capture);
    }
    assert_eq!(Some(&end(&scenario)), whole.last(), "{}", lines(&scenario));
    assert_clean(&scenario);
}

#[test]
fn what_was_interrupted_is_told() {
    let scenario = shop(true);
    let capture = payments(&scenario, 4, 2);
    scenario.kill_at_write(&arguments(NOW, &capture), 3, Done::Yes).expect("there are three writes");
    let_lease_pass(&scenario);
    let run = applied(&scenario, NOW, &capture);
    assert!(run.stderr.contains("interrupted at 1 write"), "{}", run.stderr);
    assert_eq!((ours(&scenario).len(), count_of(&scenario, "POST", ISSUES)), (1, 1));
    // Once: nothing is in doubt any more.
    let run = applied(&scenario, NOW, &capture);
    assert!(!run.stderr.contains("interrupted"), "{}", run.stderr);
    let history = scenario.run(&["history", "--rules", "pack"]);
    assert!(history.stdout.contains("#1"), "{}", history.stdout);
}
