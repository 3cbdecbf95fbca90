//! Mutes and suppressions of several layers, and what has no effect in them.

use super::*;
use crate::entry::Timestamp;
use crate::mute;

const LAYERS: &str = "== gardener.yaml
version: 1
name: main
extends: base
mutes:
  - { cluster: former, until: 2026-01-31, reason: ours, owner: us }
  - { cluster: off, until: 2026-01-31, reason: none, owner: us }
  - { cluster: probes, until: 2026-01-31, reason: none, owner: us }
suppress:
  - { cause: first, symptoms: second, equal: 'labels.\"line\"' }
  - { name: changed, cause: first, symptoms: [third], within: 1h }
  - { name: switched, enabled: false }
  - { name: switched-on, enabled: true }
== clusters/a.yaml
- { id: off, override: true, enabled: false }
- { id: second, title: S, match: 'message:second', severity: P3, facets: [labels.line], was: [former] }
== base:gardener.yaml
version: 1
name: the base
mutes:
  - { match: [message:noise, message:hum], until: '2026-02-01T08:00:00+01:00', reason: theirs, owner: them }
  - { cluster: off, until: 2026-01-31, reason: none, owner: them }
suppress:
  - { name: changed, cause: first, symptoms: [third], within: 5m }
  - { name: switched, cause: third, symptoms: [first] }
  - { name: switched-on, enabled: false, cause: third, symptoms: [template-12345678] }
== base:clusters/b.yaml
- { id: first, title: F, match: 'message:first', severity: P2, facets: [labels.line] }
- { id: third, title: T, match: 'message:third', severity: P3 }
- { id: off, title: O, match: 'message:off', severity: P3 }
- { id: probes, ignore: true, reason: probes, match: 'message:probe' }
";

#[test]
fn those_of_base_packs_hold_as_well() {
    let loaded = loaded(LAYERS);
    assert_eq!(
        shown(&loaded),
        "no-effect (warning) gardener.yaml:6:16: `off` is switched off, so that it has no cluster\n    ^off^\n    \
         help: take it out here\n    clusters/a.yaml:1:9: the definition\n\
         no-effect (warning) gardener.yaml:7:16: `probes` ignores its entries, so that it has no cluster\n    ^probes^\n    \
         help: take it out here\n    base/clusters/b.yaml:4:9: the definition\n"
    );
    let pack = loaded.pack.unwrap();
    let mutes: Vec<String> = pack
        .mutes
        .iter()
        .map(|mute| format!("{:?} {} {} {}", mute.target, mute.until, mute.owner, mute.place))
        .collect();
    assert_eq!(mutes.len(), 2, "{mutes:?}");
    // A former id is the one that the definition has now.
    assert!(
        mutes[0].contains("id: \"second\"") && mutes[0].ends_with("2026-01-31T00:00:00Z us gardener.yaml:5"),
        "{mutes:?}"
    );
    assert!(mutes[1].ends_with("2026-02-01T07:00:00Z them the base/gardener.yaml:4"), "{mutes:?}");
    let all: Vec<String> = pack
        .suppressions
        .iter()
        .map(|s| {
            format!(
                "{} → {} = {} {} {}",
                s.causes.join(","),
                s.symptoms.join(","),
                s.equal.join(","),
                s.within,
                s.place
            )
        })
        .collect();
    assert_eq!(
        all,
        [
            "first → second = labels.line 600 gardener.yaml:9",
            "first → third =  3600 gardener.yaml:10",
            "third → template-12345678 =  600 the base/gardener.yaml:9",
        ]
    );
}

#[test]
fn what_is_over_or_far_off_is_told_by_the_clock() {
    let loaded = loaded(LAYERS);
    let pack = loaded.pack.unwrap();
    let told = |now: &str| -> Vec<(&str, String)> {
        let found = mute::lint(&pack, Timestamp::parse(now).unwrap());
        found.into_iter().map(|d| (d.code.id, place(&loaded.sources, d.span.unwrap()))).collect()
    };
    assert_eq!(told("2026-01-30T23:59:59Z"), []);
    // It ends with the second that it names.
    assert_eq!(told("2026-01-31T00:00:00Z"), [("mute-expired", "gardener.yaml:5:31".to_owned())]);
    assert_eq!(told("2025-01-30T00:00:00Z"), [("mute-far-off", "base/gardener.yaml:4:51".to_owned())]);
    assert_eq!(mute::expired(&pack, Timestamp::parse("2026-03-01").unwrap()).len(), 2);
}

#[test]
fn very_many_are_refused() {
    let mutes: String = (0..201)
        .map(|n| format!("  - {{ match: 'message:x{n}', until: 2026-01-31, reason: r, owner: o }}\n"))
        .collect();
    let loaded = loaded(&format!(
        "== gardener.yaml\nversion: 1\nname: main\nmutes:\n{mutes}== clusters/a.yaml\n{{ id: a, title: A, severity: P3, match: 'message:a' }}\n"
    ));
    assert!(loaded.pack.is_none());
    assert!(shown(&loaded).contains("there are 201 mutes; at most 200 are taken"), "{}", shown(&loaded));
}

#[test]
fn a_reason_is_a_sentence() {
    let pack = |length: usize| {
        let reason = "x".repeat(length);
        loaded(&format!(
            "== gardener.yaml\nversion: 1\nname: main\nmutes: [{{ cluster: a, until: 2026-01-31, owner: o, reason: {reason} }}]\n\
             == clusters/a.yaml\n{{ id: a, title: A, severity: P3, match: 'message:a' }}\n"
        ))
    };
    assert!(pack(500).pack.is_some());
    let folded = LAYERS.replace("reason: ours", "reason: \"ours,\\n and \\t more\"");
    assert_eq!(loaded(&folded).pack.unwrap().mutes[0].reason, "ours, and more");
    assert!(shown(&pack(501)).contains("the text has 501 characters; at most 500 are taken"));
}

/// A chain as long as a pack can write it is walked without a deep stack.
#[test]
fn long_chains_are_no_circles() {
    let rules: String =
        (0..200).map(|n| format!("  - {{ cause: template-{n:08x}, symptoms: template-{:08x} }}\n", n + 1)).collect();
    let pack = |rules: &str| {
        loaded(&format!(
            "== gardener.yaml\nversion: 1\nname: main\nsuppress:\n{rules}== clusters/a.yaml\n{{ id: a, title: A, severity: P3, match: 'message:a' }}\n"
        ))
    };
    assert!(pack(&rules).pack.is_some());
    let circle = rules.replace("symptoms: template-000000c8", "symptoms: template-00000000");
    assert!(shown(&pack(&circle)).contains("suppress-circle"), "the last leads back to the first");
}
