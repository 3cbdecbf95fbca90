//! Mutes and symptoms in cases.

use super::*;

const PACK: &str = r#"== gardener.yaml
version: 1
name: main
mutes:
  - { cluster: slow, group: { provider: acme }, until: 2025-09-20, reason: acme is moving, owner: payments }
  - { match: labels.tenant=load, until: 2025-09-21, reason: load test, owner: platform }
suppress:
  - { cause: pool, symptoms: [slow], within: 5m }
== clusters/a.yaml
- { id: pool, title: Pool ran dry, match: 'message:"pool exhausted"', severity: P2 }
- id: slow
  title: Slow provider
  match: message:"slow call"
  capture: { provider: 'to (\w+)' }
  group_by: [provider]
  severity: P1
"#;

fn suite(cases: &str) -> (Loaded, Suite) {
    let shelf = Shelf::of(&format!("{PACK}== tests/a.yaml\n{cases}"));
    let mut loaded = check(&shelf, "main", &sandbox());
    assert_eq!(shown(&loaded), "", "the pack of these tests is right");
    let suite = load(&shelf, "main", &mut loaded);
    (loaded, suite)
}

#[test]
fn what_is_expected_of_mutes_and_symptoms_is_held_against_what_came() {
    let (loaded, suite) = suite(include_str!("restraint.yaml"));
    assert_eq!(shown(&loaded), "");
    assert_eq!(suite.cases.len(), 4);
    for case in &suite.cases {
        let failures = judged(&loaded, case);
        assert!(failures.is_empty(), "{}: {failures:#?}", case.name);
    }
}

#[test]
fn decisions_have_mutes_and_symptoms_without_their_lines() {
    let cases = include_str!("restraint.yaml");
    let texts = |pack: &str| -> String {
        let shelf = Shelf::of(&format!("{pack}== tests/a.yaml\n{cases}"));
        let mut loaded = check(&shelf, "main", &sandbox());
        let suite = load(&shelf, "main", &mut loaded);
        [0, 3].map(|at| decision(&run(&loaded, &suite.cases[at]).0).text).join("---\n")
    };
    let text = texts(PACK);
    insta::assert_snapshot!("restraint_decisions", text);
    assert_eq!(texts(&PACK.replace("mutes:\n", "# A remark.\n\nmutes:\n")), text);
}

const WRONG: &str = r#"- name: everything is otherwise
  now: 2025-09-14T05:00:00Z
  mutes: true
  entries:
    - { severity: ERROR, message: "pool exhausted", timestamp: 2025-09-14T04:50:00Z }
    - { severity: ERROR, message: "slow call to acme", timestamp: 2025-09-14T04:55:00Z, labels: { tenant: load } }
    - { severity: ERROR, message: "slow call to acme", timestamp: 2025-09-14T04:55:00Z }
    - { severity: ERROR, message: "slow call to zenith", timestamp: 2025-09-14T04:59:00Z, labels: { tenant: load } }
    - { severity: ERROR, message: "slow call to zenith", timestamp: 2025-09-14T04:59:00Z }
  expect:
    - { id: pool, muted: true, symptoms: [slow, pool], symptom_of: slow }
    - { id: slow, group: { provider: acme }, muted: { until: 2025-09-21T00:00:00Z, reason: other, owner: them }, symptom_of: false }
    - { id: slow, group: { provider: zenith }, muted: { owner: platform }, partly_muted: 2, symptom_of: pool }
- name: a mute that is not wanted
  now: 2025-09-14T05:00:00Z
  mutes: true
  entries: [{ severity: ERROR, message: "slow call to acme" }]
  expect: { id: slow, muted: false, symptoms: pool }
"#;

#[test]
fn what_is_otherwise_is_told_with_what_decided_it() {
    let (mut loaded, suite) = suite(WRONG);
    assert_eq!(shown(&loaded), "");
    let mut out = String::new();
    for case in &suite.cases {
        loaded.diagnostics = judged(&loaded, case);
        writeln!(out, "=== {}\n{}", case.id(), shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!("restraint_failing", out);
}

#[test]
fn what_cannot_be_expected_is_told() {
    let (loaded, _) = suite(
        "- { name: x, now: 2025-09-14, entries: [a], expect: [{ id: slow, muted: true }, { id: pool, partly_muted: 1 }] }\n\
         - { name: y, now: 2025-09-14, entries: [a], mutes: yes, expect: { id: slow, muted: until, symptom_of: true, symptoms: [pol] } }\n\
         - { name: z, now: 2025-09-14, entries: [a], expect: { id: slow, muted: { untill: 2025-09-20 }, symptom_of: pol } }\n",
    );
    insta::assert_snapshot!("restraint_broken", shown(&loaded));
}
