//! Log text that is written by strangers, and repositories that are full of theirs.

use super::desk::*;
use super::github::LOGIN;
use super::scenario::Scenario;

/// What somebody may have put into a log.
fn payloads() -> Vec<String> {
    let forged =
        "<!-- gardener:v1 fingerprint=v1:00000000000000000000000000000000 key=0000000000000000 part=latest -->";
    [
        "payment failed, ask @octocat and @acme/ops, see #1, acme/shop#1, GH-1, fixes #1, closes acme/shop#1",
        "payment failed https://github.com/acme/shop/issues/1 https://github.com/acme/shop/pull/1",
        "payment failed ```\n````\n~~~~\n@octocat fixes #1\n```` ```",
        "payment failed `@octocat` `` #1 `` ` @octocat #1",
        "payment failed <img src=x onerror=alert(1)> <a href=\"https://evil.example\">@octocat</a> <details><summary>#1",
        "payment failed --> </details></table> <!-- @octocat fixes #1",
        forged,
        "<!-- /gardener:v1 -->\npayment failed\n@octocat #1",
        "payment failed \u{202e}tacotco@\u{2066} \u{200b}@octocat \u{feff}#1 \u{7}\u{1b}[31m\u{1b}]8;;https://evil.example\u{7}x\u{0}y",
        "payment failed | a | b |\n|---|---|\n| @octocat | #1 |",
        "payment failed [@octocat](https://github.com/octocat) ![x](https://evil.example/pixel.png) [ref]: #1",
        "payment failed\r\n# @octocat\r\n- [ ] #1\r\n> @octocat\r\n1. fixes #1\r\n\r\n    @octocat",
        "payment failed &#64;octocat &commat;octocat &#35;1 \\@octocat \\#1 e-mail@octocat",
        "payment failed ghp_0123456789abcdefghijklmnopqrstuvwxyz AKIAIOSFODNN7EXAMPLE password=hunter2hunter2 eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Asserts of all that we wrote that it calls nobody, links nothing, shows no secret, and is within GitHub's bounds.
#[track_caller]
fn assert_harmless(scenario: &Scenario, word: &str) {
    let (pinged, linked) = scenario.github.with(|world| (world.pinged_by(LOGIN), world.linked_by(LOGIN)));
    assert!(pinged.is_empty(), "{word}: {pinged:?} {:#?}", seen(scenario));
    assert!(linked.is_empty(), "{word}: {linked:?} {:#?}", seen(scenario));
    let bodies = ours(scenario).into_iter().flat_map(|issue| {
        assert!(issue.title.chars().count() <= 256 && !issue.title.contains('\n'), "{word}: {}", issue.title);
        let comments = issue.comments.into_iter().filter(|comment| comment.user == LOGIN).map(|comment| comment.body);
        issue.body.into_iter().chain(comments).collect::<Vec<_>>()
    });
    for body in bodies {
        assert!(body.chars().count() <= 65_536, "{word}: {} characters", body.chars().count());
        // One marker, one end, both ours.
        assert_eq!(body.matches("<!--").count(), 2, "{word}: {body}");
        assert!(!body.contains("<!-- gardener:v1 fingerprint=v1:0000"), "{word}: {body}");
        for secret in ["ghp_0123456789", "AKIAIOSFODNN7EXAMPLE", "hunter2hunter2", "dozjgNryP4J3"] {
            assert!(!body.contains(secret), "{word}: {body}");
        }
        let is_odd = |c: char| c.is_control() && c != '\n' || "\u{202e}\u{2066}\u{200b}\u{feff}".contains(c);
        assert!(!body.replace("&#8203;", "").contains(is_odd), "{word}: {body:?}");
    }
    assert_clean(scenario);
}

#[test]
fn no_payload_calls_links_or_forges_anything_in_issue_or_comment() {
    for (nth, payload) in payloads().into_iter().enumerate() {
        let scenario = Scenario::new();
        people(&scenario, |world| {
            world.open(SHOP, "ana", "Something of a person's", "", &[]);
        });
        let message = format!("payment failed {payload}");
        let word = format!("payload {nth}");
        applied(&scenario, NOW, &scenario.capture("a.jsonl", "2025-09-14T04:10", &message, 2));
        assert_eq!(ours(&scenario).len(), 1, "{word}");
        assert_harmless(&scenario, &word);
        applied(&scenario, &at(5), &scenario.capture("b.jsonl", "2025-09-14T05:10", &message, 3));
        assert_eq!((ours(&scenario).len(), comments(&scenario, 2).len()), (1, 1), "{word}");
        assert_harmless(&scenario, &word);
        // What it has written itself it knows again.
        let before = writes(&scenario);
        applied(&scenario, &at(6), "b.jsonl");
        assert_eq!(writes(&scenario), before, "{word}: {}", lines(&scenario));
    }
}

#[test]
fn no_payload_does_in_titles_that_are_made_of_log_text() {
    // No definition knows these: title and id are made of the message.
    for (nth, payload) in payloads().into_iter().enumerate() {
        let scenario = Scenario::new();
        scenario.pack(
            "clusters/shop.yaml",
            "- { id: none, title: None, match: 'message:\"certainly not\"', severity: P5 }\n",
        );
        people(&scenario, |world| {
            world.open(SHOP, "ana", "Something of a person's", "", &[]);
        });
        let word = format!("payload {nth}");
        let message = payload.replace("payment failed", "");
        applied(&scenario, NOW, &scenario.capture("a.jsonl", "2025-09-14T04:10", &message, 59));
        assert_harmless(&scenario, &word);
        applied(&scenario, &at(5), &scenario.capture("b.jsonl", "2025-09-14T05:10", &message, 59));
        assert_harmless(&scenario, &word);
    }
}

#[test]
fn group_values_captures_and_fields_of_strangers_do_no_harm_either() {
    let scenario = Scenario::new();
    scenario.pack(
        "clusters/shop.yaml",
        "- id: user\n  title: 'User {{ group.user }} fails'\n  match: message:\"user\"\n  severity: P2\n  capture: { user: 'user (.+)' }\n  facets: [user, labels.who]\n  group_by: [user]\n",
    );
    people(&scenario, |world| {
        world.open(SHOP, "ana", "Something of a person's", "", &[]);
    });
    let line = |n: usize, payload: &String| {
        let message = format!("user {}", payload.replace('\n', " "));
        let time = format!("2025-09-14T04:10:{n:02}Z");
        serde_json::json!({
            "severity": "ERROR", "insertId": format!("i{n}"), "timestamp": time, "labels": { "who": payload },
            "jsonPayload": { "message": message, "@octocat": "#1", "<!-- x": "fixes #1" },
        })
        .to_string()
    };
    let lines: Vec<String> = payloads().iter().enumerate().map(|(n, payload)| line(n, payload)).collect();
    let capture = scenario.lines("users.jsonl", &lines);
    let run = apply(&scenario, NOW, &capture);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(ours(&scenario).len() >= 10, "{:?}", titles(&scenario));
    assert_harmless(&scenario, "groups");
}

#[test]
fn five_megabytes_are_cut_and_said_to_be() {
    let scenario = Scenario::new();
    // A record holds four megabytes: the larger one is counted, and stops nothing.
    let long = |size: usize| format!("payment failed @octocat #1 {}", "\u{1f4a5}```".repeat(size / 7));
    let lines = [
        entry("a", "2025-09-14T04:10:00Z", &long(5 << 20)),
        entry("b", "2025-09-14T04:10:01Z", &long(3 << 20)),
        entry("c", "2025-09-14T04:10:02Z", "payment failed"),
    ];
    let run = applied(&scenario, NOW, &scenario.lines("long.jsonl", &lines));
    assert_eq!(ours(&scenario).len(), 1, "{}", run.stdout);
    assert!(run.stdout.len() < 1 << 20, "{}", run.stdout.len());
    assert_harmless(&scenario, "long");
    let lines =
        [entry("d", "2025-09-14T05:10:01Z", &long(3 << 20)), entry("e", "2025-09-14T05:10:02Z", &long(1 << 20))];
    applied(&scenario, &at(5), &scenario.lines("longer.jsonl", &lines));
    assert_eq!(comments(&scenario, 1).len(), 1);
    assert_harmless(&scenario, "longer");
}

#[test]
fn a_template_that_writes_too_much_is_cut_and_is_still_known() {
    let scenario = escalating();
    scenario.pack("templates/issue_body.md.j2", "{% for n in range(9000) %}- payment {{ n }} \u{1f4a5}\n{% endfor %}");
    scenario
        .pack("templates/issue_latest.md.j2", "{% for n in range(9000) %}- payment {{ n }} \u{1f4a5}\n{% endfor %}");
    for (hour, count) in [(4, 1), (5, 2), (6, 3)] {
        applied(&scenario, &at(hour), &payments(&scenario, hour, count));
        assert_harmless(&scenario, "template");
    }
    assert_eq!((ours(&scenario).len(), issue(&scenario, 1).title.as_str()), (1, "GCP-general | P0 | Payments fail"));
    let body = issue(&scenario, 1).body.unwrap();
    assert!(body.chars().count() > 50_000 && body.ends_with("<!-- /gardener:v1 -->"), "{}", body.len());
}

#[test]
fn a_long_title_is_cut_and_keeps_its_severity() {
    let scenario = escalating();
    let title = "very ".repeat(100);
    let cluster = format!("- id: payment\n  title: {title}long\n  match: message:\"payment failed\"\n  severity: P1\n");
    scenario.pack("clusters/shop.yaml", &cluster);
    applied(&scenario, NOW, &payments(&scenario, 4, 1));
    assert_harmless(&scenario, "title");
    applied(&scenario, &at(5), &payments(&scenario, 5, 3));
    let there = issue(&scenario, 1);
    assert!(
        there.title.starts_with("GCP-general | P0 | very very") && there.title.chars().count() <= 256,
        "{}",
        there.title
    );
    assert_eq!(ours(&scenario).len(), 1);
    assert_harmless(&scenario, "title");
}

#[test]
fn crowds_who_quote_title_and_marker_hide_nothing_and_change_nothing() {
    let scenario = escalating();
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    let own = issue(&scenario, 1);
    let body = own.body.clone().unwrap();
    people(&scenario, |world| {
        world.crowd(SHOP, "eve", 400, |_| (own.title.clone(), body.clone()));
        // With the labels, open and closed.
        for number in (2..=401).step_by(7) {
            world.label(SHOP, number, "eve", &["gardener".to_owned(), "P1".to_owned()]);
        }
        for number in (2..=401).step_by(3) {
            world.close(SHOP, number, "eve", "not_planned");
        }
        world.unlabel(SHOP, 1, "eve", "gardener");
        world.comment(SHOP, 1, "eve", &body.replace("key=", "part=latest seen=2035-01-01T00:00:00Z key="));
        world.search_lag = usize::MAX;
    });
    let others = scenario.github.with(|world| {
        world
            .repo(SHOP)
            .all()
            .iter()
            .filter(|issue| issue.user == "eve")
            .map(|issue| issue.updated_at)
            .collect::<Vec<_>>()
    });
    for (hour, count) in [(5, 2), (6, 3)] {
        scenario.lose_history();
        let run = applied(&scenario, &at(hour), &payments(&scenario, hour, count));
        assert!(run.stdout.contains("https://github.com/acme/shop/issues/1"), "{}", run.stdout);
    }
    assert_eq!((ours(&scenario).len(), comments(&scenario, 1).len()), (1, 2), "{:#?}", issue(&scenario, 1));
    assert_eq!(issue(&scenario, 1).title, "GCP-general | P0 | Payments fail");
    let after = scenario.github.with(|world| {
        world
            .repo(SHOP)
            .all()
            .iter()
            .filter(|issue| issue.user == "eve")
            .map(|issue| issue.updated_at)
            .collect::<Vec<_>>()
    });
    assert_eq!(others, after, "issues of people were changed");
    assert_clean(&scenario);
}

#[test]
fn crowds_before_the_first_run_are_not_taken_for_ours() {
    let scenario = Scenario::new();
    let other = Scenario::new();
    applied(&other, NOW, &payments(&other, 4, 2));
    let (title, body) = (issue(&other, 1).title, issue(&other, 1).body.unwrap());
    people(&scenario, |world| {
        world.crowd(SHOP, "eve", 250, |_| (title.clone(), body.clone()));
        world.label(SHOP, 250, "eve", &["gardener".to_owned()]);
        world.has_cursors = true;
    });
    applied(&scenario, NOW, &payments(&scenario, 4, 2));
    applied(&scenario, &at(5), &payments(&scenario, 5, 2));
    assert_eq!((ours(&scenario).len(), comments(&scenario, 251).len()), (1, 1));
    assert_clean(&scenario);
}
