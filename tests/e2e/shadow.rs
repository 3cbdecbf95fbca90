//! Which definitions stand in whose way, on captures.

mod support;

use std::fs;

use serde_json::Value;
use support::{Run, number, run, run_in, write_pack};
use tempfile::TempDir;

const MANIFEST: &str = "version: 1\nname: shop\nextends: default\n";
const CLUSTERS: &str = r#"- { id: any-timeout, title: Timeouts, match: '"timed out"', severity: P3 }
- { id: checkout-timeout, title: Checkout, match: '"checkout timed out"', severity: P2 }
- { id: noise, match: '"search"', ignore: true, reason: known, priority: 1 }
- { id: rest, title: Rest, match: '"timed"', severity: P4, priority: -1 }
- { id: never, title: Never, match: '"no such words"', severity: P4 }
"#;

fn records() -> Vec<String> {
    let text = |n: usize| match n % 3 {
        0 => "checkout timed out for user@example.com",
        1 => "search timed out",
        _ => "all well",
    };
    let time = |n: usize| format!("2025-09-14T04:00:{n:02}Z");
    (0..30)
        .map(|n| {
            format!(
                "{{\"severity\":\"INFO\",\"insertId\":\"{n}\",\"timestamp\":\"{}\",\"textPayload\":\"{}\"}}",
                time(n),
                text(n)
            )
        })
        .collect()
}

fn shop() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", CLUSTERS)]);
    fs::write(folder.path().join("c.jsonl"), records().join("\n")).unwrap();
    (folder, pack)
}

fn shadow(shop: &(TempDir, String), arguments: &[&str]) -> Run {
    run_in(shop.0.path(), &[&["shadow", "--rules", &shop.1], arguments].concat())
}

#[test]
fn a_definition_that_is_always_beaten_is_told_with_who_beats_it() {
    let shop = shop();
    let run = shadow(&shop, &["c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for expected in [
        "shop: 20 entries matched by 4 of 105 definitions, 10 by none",
        "ALWAYS BEATEN\ncheckout-timeout\n    matched 10, won 0, always beaten by any-timeout\n    help: give `checkout-timeout` a `priority` above 0",
        "pack/clusters/a.yaml:2",
        "BEHIND ALL OTHERS, AS ITS NEGATIVE PRIORITY SAYS",
        "any-timeout       20       10  noise 10 (ignores)",
        "NEVER MATCHED\nnever  pack/clusters/a.yaml:5\nand 100 definitions of packs that this one builds on",
        "10  any-timeout (50% of its own) + checkout-timeout (100%)\n    c.jsonl:",
        "30 read = 0 malformed + 0 duplicate + 0 outside the window + 20 matched + 10 unmatched",
    ] {
        assert!(run.stdout.contains(expected), "no {expected:?} in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("user@"), "{}", run.stdout);
}

#[test]
fn gates_are_for_the_packs_own_definitions() {
    let shop = shop();
    let code = |arguments: &[&str]| shadow(&shop, &[&["-q", "c.jsonl"], arguments].concat()).code;
    assert_eq!(code(&["--fail-on", "shadowed"]), 1);
    assert_eq!(code(&["--fail-on", "unmatched"]), 1);
    assert_eq!(code(&["--fail-on", "shadowd"]), 2);
    let own = CLUSTERS.lines().next().unwrap();
    fs::write(shop.0.path().join("pack/clusters/a.yaml"), own).unwrap();
    assert_eq!(code(&["--fail-on", "shadowed,unmatched"]), 0, "of the base's definitions most match nothing");
}

#[test]
fn an_own_definition_that_beats_its_base_is_listed_and_no_alarm() {
    let folder = tempfile::tempdir().unwrap();
    let own = "- { id: mine, title: Mine, match: '\"Connection refused\"', severity: P1 }\n";
    let pack = write_pack(folder.path(), &[("gardener.yaml", MANIFEST), ("clusters/a.yaml", own)]);
    let line = r#"{"severity":"ERROR","textPayload":"dial tcp 10.0.0.1:80: connect: Connection refused"}"#;
    fs::write(folder.path().join("c.jsonl"), line).unwrap();
    let run = run_in(folder.path(), &["shadow", "--rules", &pack, "--fail-on", "shadowed", "c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("TAKEN OVER FROM A PACK THAT THIS ONE BUILDS ON"), "{}", run.stdout);
    assert!(!run.stdout.contains("ALWAYS BEATEN"), "{}", run.stdout);
}

#[test]
fn any_order_of_the_entries_and_any_number_of_threads_give_the_same_bytes() {
    let shop = shop();
    let padding = "x".repeat(2000);
    let mut lines: Vec<String> = (0..60)
        .flat_map(|turn| records().into_iter().map(move |line| (turn, line)))
        .map(|(turn, line)| {
            line.replacen("\"insertId\":\"", &format!("\"trace\":\"{padding}\",\"insertId\":\"{turn}-"), 1)
        })
        .collect();
    let mut outputs: Vec<Value> = Vec::new();
    for turn in [0, 1, 37, 555] {
        lines.rotate_left(turn);
        lines[..turn].reverse();
        fs::write(shop.0.path().join("big.jsonl"), lines.join("\n")).unwrap();
        let of = |jobs: &str| shadow(&shop, &["--format", "json", "--jobs", jobs, "big.jsonl"]).stdout;
        let (alone, together) = (of("1"), of("4"));
        assert_eq!(alone, together);
        let mut found: Value = serde_json::from_str(&alone).unwrap();
        for pair in found["overlaps"].as_array_mut().unwrap() {
            let line = number(pair, &["sample", "number"]) as usize;
            assert!(lines[line - 1].contains("timed out"), "the place is that of an entry that both match");
            // Where it stands is all that may depend on the order.
            pair["sample"]["number"] = Value::Null;
        }
        outputs.push(found);
    }
    for output in &outputs[1..] {
        assert_eq!(output, &outputs[0]);
    }
}

#[test]
fn what_wins_adds_up_to_what_an_analysis_counts() {
    let captures = "tests/captures";
    let found = run(&["shadow", "--rules", "rules/netra-staging", "--format", "json", captures]);
    assert_eq!(found.code, 0, "{}", found.stderr);
    let found: Value = serde_json::from_str(&found.stdout).unwrap();
    assert_eq!(found["schema"], "gardener/shadow/v1");
    let analyzed = run(&["analyze", "--rules", "rules/netra-staging", "--format", "json", captures]);
    let report: Value = serde_json::from_str(&analyzed.stdout).unwrap();
    let mut counts: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    for cluster in report["clusters"].as_array().unwrap().iter().filter(|cluster| cluster["origin"] == "rule") {
        *counts.entry(cluster["id"].as_str().unwrap().to_owned()).or_default() += number(cluster, &["count"]);
    }
    for ignored in report["ignored"].as_array().unwrap() {
        *counts.entry(ignored["id"].as_str().unwrap().to_owned()).or_default() += number(ignored, &["count"]);
    }
    let won: std::collections::BTreeMap<String, u64> = found["definitions"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| number(it, &["won"]) > 0)
        .map(|it| (it["id"].as_str().unwrap().to_owned(), number(it, &["won"])))
        .collect();
    assert!(won.len() > 20, "the captures of the repository hold many kinds of trouble");
    assert_eq!(won, counts);
}

#[test]
fn nothing_read_is_an_error() {
    let shop = shop();
    fs::write(shop.0.path().join("empty.jsonl"), "").unwrap();
    let run = shadow(&shop, &["empty.jsonl"]);
    assert_eq!(run.code, 6);
    assert!(run.stderr.contains("there are no entries in empty.jsonl"), "{}", run.stderr);
    assert_eq!(shadow(&shop, &["--allow-empty", "empty.jsonl"]).code, 0);
    assert_eq!(shadow(&shop, &["missing.jsonl"]).code, 6);
    fs::write(shop.0.path().join("pack/clusters/b.yaml"), "- titel: x\n").unwrap();
    assert_eq!(shadow(&shop, &["c.jsonl"]).code, 3);
}
