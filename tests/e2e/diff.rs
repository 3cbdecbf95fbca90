//! What a change of a pack changes, against a directory and against revisions of a repository that the test makes.

#[path = "diff/bases.rs"]
mod bases;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use support::{Run, gardener, number, run_in};
use tempfile::TempDir;

const MANIFEST: &str = "version: 1\nname: shop\n";
const TIMEOUTS: &str = "- id: any-timeout\n  title: Timeouts\n  match: '\"timed out\"'\n  severity: P3\n";
const POLICY: &str =
    "fn severity(cluster) {\n    if cluster.count > 1000 { cluster.raise_to(\"P1\", \"very many\"); }\n}\n";
const CHECKOUT: &str =
    "- id: checkout-timeout\n  title: Checkout\n  match: '\"checkout timed out\"'\n  severity: P2\n  priority: 1\n";

/// A repository with a pack in `rules/shop`, and a capture beside it.
struct Shop {
    folder: TempDir,
}

impl Shop {
    fn new() -> Self {
        let shop = Self { folder: tempfile::tempdir().unwrap() };
        shop.git(&["init", "-q", "-b", "main", "."]);
        shop.write("rules/shop/gardener.yaml", MANIFEST);
        shop.write("rules/shop/clusters/a.yaml", TIMEOUTS);
        shop.write("c.jsonl", &records().join("\n"));
        shop.commit();
        shop
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, path: &str, text: &str) -> PathBuf {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(&full, text).unwrap();
        full
    }

    /// Runs git, without this machine's settings. A machine without git cannot run these tests, and they fail.
    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.path())
            .args(["-c", "user.name=test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .expect("these tests need git");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--no-gpg-sign", "-m", "rules"]);
    }

    fn diff(&self, arguments: &[&str]) -> Run {
        let mut all = vec!["diff", "--rules", "rules/shop", "--now", "2025-09-14T05:00:00Z"];
        all.extend(arguments);
        run_in(self.path(), &all)
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["--format", "json", "--exit-zero"];
        all.extend(arguments);
        let run = self.diff(&all);
        assert_eq!(run.code, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

fn records() -> Vec<String> {
    let record = |n: usize| {
        let text = match n {
            0..6 => format!("checkout timed out after {n}s for user{n}@example.com"),
            6..8 => "search timed out".to_owned(),
            8..10 => "something odd".to_owned(),
            _ => "all well".to_owned(),
        };
        let severity = if n < 10 { "ERROR" } else { "INFO" };
        format!(
            "{{\"severity\":\"{severity}\",\"timestamp\":\"2025-09-14T04:00:{n:02}Z\",\"insertId\":\"{n}\",\"textPayload\":\"{text}\"}}"
        )
    };
    (0..12).map(record).collect()
}

fn conserved(diff: &Value) {
    for side in ["base", "head"] {
        let entries = |name: &str| number(diff, &[side, "entries", name]);
        let buckets = ["malformed", "duplicate", "outside_window", "ignored", "clustered", "routine"];
        assert_eq!(entries("read"), buckets.iter().map(|name| entries(name)).sum::<u64>(), "{}", diff[side]);
    }
}

#[test]
fn a_definition_that_takes_entries_is_told_from_where_to_where() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    let run = shop.diff(&["--base", "main", "c.jsonl"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for expected in [
        "base  main:rules/shop (",
        "head  rules/shop\n",
        "changed: 1 cluster gained, 1 count changed, 6 entries moved",
        "P2  checkout-timeout  Checkout  · 0 → 6 entries\n    because: declared P2 by checkout-timeout\n    6 from any-timeout\n    rules/shop/clusters/b.yaml:1\n",
        "P3  any-timeout  Timeouts  · 8 → 2 entries",
        "6  P3 any-timeout → P2 checkout-timeout\n    c.jsonl:",
        "base: 12 read = 0 malformed",
        "head: 12 read = 0 malformed",
    ] {
        assert!(run.stdout.contains(expected), "no {expected:?} in\n{}", run.stdout);
    }
    assert!(!run.stdout.contains("user"), "addresses are redacted: {}", run.stdout);
    let diff = shop.json(&["--base", "main", "c.jsonl"]);
    conserved(&diff);
    assert_eq!(diff["schema"], "gardener/diff/v1");
    let moved = &diff["moves"][0];
    assert_eq!((&moved["code"], number(moved, &["count"])), (&"entries-moved".into(), 6));
    let line = number(moved, &["sample", "number"]) as usize;
    assert!(records()[line - 1].contains("checkout timed out"), "the place is that of an entry that moved");
    let explained = run_in(shop.path(), &["explain", "--rules", "rules/shop", &format!("c.jsonl:{line}")]);
    assert!(explained.stdout.contains("checkout-timeout"), "the same place for `explain`: {}", explained.stdout);
    assert_eq!(diff["clusters"][0]["place"]["file"], "rules/shop/clusters/b.yaml");
}

#[test]
fn nothing_is_decided_otherwise_by_other_words() {
    let shop = Shop::new();
    let run = shop.diff(&["--base", "HEAD", "c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("the packs are the same; no decision over 12 records changes"), "{}", run.stdout);
    shop.write("rules/shop/clusters/a.yaml", &format!("# What runs into a timeout.\n{TIMEOUTS}"));
    let run = shop.diff(&["--base", "HEAD", "c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("the packs differ, but no decision over 12 records changes"), "{}", run.stdout);
    shop.write("rules/shop/clusters/c.yaml", "- { id: new, title: New, match: '\"no such words\"', severity: P1 }\n");
    let run = shop.diff(&["--base", "HEAD", "c.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("NOT TRIED") && run.stdout.contains("new (new)  rules/shop/clusters/c.yaml:1\n"));
}

#[test]
fn a_gate_can_be_for_some_changes_only() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/a.yaml", &TIMEOUTS.replace("P3", "P4"));
    let code = |arguments: &[&str]| shop.diff(&[&["--base", "main", "-q", "c.jsonl"], arguments].concat()).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--exit-zero"]), 0);
    assert_eq!(code(&["--fail-on", "severity-lowered"]), 1);
    assert_eq!(code(&["--fail-on", "severity-raised,cluster-lost", "--fail-on", "entries-silenced"]), 0);
    assert_eq!(code(&["--fail-on", "severity-lowerd"]), 2);
    assert_eq!(code(&["--fail-on", "severity-lowered", "--exit-zero"]), 2);
    let explained = run_in(shop.path(), &["explain-code", "severity-lowered"]);
    assert_eq!(explained.code, 0, "what a gate names can be looked up");
}

#[test]
fn a_misspelt_query_lets_entries_fall_to_where_they_are_less_urgent() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    shop.commit();
    shop.write("rules/shop/clusters/b.yaml", &CHECKOUT.replace("timed out", "timd out"));
    let run = shop.diff(&["--base", "HEAD", "--fail-on", "entries-lowered", "c.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.contains("6  P2 checkout-timeout → P3 any-timeout\n"), "{}", run.stdout);
    assert!(
        run.stdout.contains("LOST\nP2  checkout-timeout"),
        "no rename, for both definitions are there: {}",
        run.stdout
    );
}

#[test]
fn policy_that_decides_otherwise_shows_the_reasons_of_both_sides() {
    let shop = Shop::new();
    let policy = |limit: u32| {
        format!(
            "fn severity(cluster) {{\n    if cluster.count > {limit} {{ cluster.raise_to(\"P1\", \"many\"); }}\n}}\n"
        )
    };
    shop.write("rules/shop/policy/p.rhai", &policy(5));
    shop.commit();
    shop.write("rules/shop/policy/p.rhai", &policy(50));
    let run = shop.diff(&["--base", "HEAD", "c.jsonl"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let expected = "P1 → P3  any-timeout  Timeouts  · 8 entries\n    before: declared P3 by any-timeout; P3 → P1: many (policy/p.rhai:2)\n    after: declared P3 by any-timeout\n";
    assert!(run.stdout.contains(expected), "{}", run.stdout);
}

#[test]
fn whichever_pack_is_invalid_is_named() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", "- id: broken\n  titel: x\n");
    let head = shop.diff(&["--base", "main", "c.jsonl"]);
    assert_eq!(head.code, 3);
    assert!(head.stderr.contains("error: the pack is invalid: "), "{}", head.stderr);
    shop.commit();
    fs::remove_file(shop.path().join("rules/shop/clusters/b.yaml")).unwrap();
    let base = shop.diff(&["--base", "main", "c.jsonl"]);
    assert_eq!(base.code, 3);
    assert!(base.stderr.contains("error: the base `main:rules/shop ("), "{}", base.stderr);
    assert!(base.stderr.contains("--> main:rules/shop/clusters/b.yaml:2:3"), "{}", base.stderr);
    assert_eq!(base.stdout, "");
}

#[test]
fn any_order_of_the_entries_and_any_number_of_threads_give_the_same_bytes() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", &format!("{CHECKOUT}  group_by: [timestamp]\n"));
    shop.write("rules/shop/gardener.yaml", &format!("{MANIFEST}attention: CRITICAL\n"));
    // Many chunks.
    let padding = "x".repeat(2000);
    let mut lines: Vec<String> = (0..100)
        .flat_map(|turn| records().into_iter().map(move |line| (turn, line)))
        .map(|(turn, line)| {
            line.replacen("\"insertId\":\"", &format!("\"trace\":\"{padding}\",\"insertId\":\"{turn}-"), 1)
        })
        .collect();
    let mut outputs: Vec<[String; 3]> = Vec::new();
    for turn in [0, 1, 37, 555] {
        lines.rotate_left(turn);
        lines[..turn].reverse();
        shop.write("big.jsonl", &lines.join("\n"));
        let formats = ["text", "markdown", "json"];
        let of = |jobs: &str| {
            formats.map(|format| {
                let run = shop.diff(&["--base", "main", "--format", format, "--jobs", jobs, "big.jsonl"]);
                assert_eq!(run.code, 1, "{}", run.stderr);
                run.stdout
            })
        };
        let (alone, together) = (of("1"), of("4"));
        assert_eq!(alone, together);
        // Where an entry stands in its capture is all that may depend on the order.
        let placeless = alone.map(|text| {
            let mut rest = text.as_str();
            let mut kept = String::new();
            for mark in ["big.jsonl:", "\"number\": "].into_iter().cycle() {
                if !rest.contains("big.jsonl:") && !rest.contains("\"number\": ") {
                    break;
                }
                let Some((before, after)) = rest.split_once(mark) else { continue };
                kept.push_str(before);
                rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
            }
            kept + rest
        });
        outputs.push(placeless);
    }
    for output in &outputs[1..] {
        assert_eq!(output, &outputs[0]);
    }
}

#[test]
fn a_redaction_that_is_switched_off_does_not_leak_into_the_diff() {
    let shop = Shop::new();
    shop.write("rules/shop/gardener.yaml", &format!("{MANIFEST}redact: [{{ name: email, enabled: false }}]\n"));
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    for format in ["text", "markdown", "json"] {
        let run = shop.diff(&["--base", "main", "--format", format, "c.jsonl"]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(!run.stdout.contains("user") && run.stdout.contains("email"), "{}", run.stdout);
    }
    assert_eq!(shop.diff(&["--base", "main", "--fail-on", "redaction-reduced", "-q", "c.jsonl"]).code, 1);
}

#[test]
fn what_cannot_be_read_is_counted_and_nothing_read_is_an_error() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    shop.write(
        "broken.jsonl",
        &format!("{}\n{{\"textPayload\":\"for user@example.com\n{}\n", records()[0], records()[0]),
    );
    let diff = shop.json(&["--base", "main", "broken.jsonl"]);
    conserved(&diff);
    assert_eq!(number(&diff, &["head", "entries", "malformed"]), 1);
    assert_eq!(number(&diff, &["base", "entries", "duplicate"]), 1);
    let run = shop.diff(&["--base", "main", "--strict", "broken.jsonl"]);
    assert_eq!(run.code, 6);
    assert!(run.stderr.contains("broken.jsonl:2") && !run.stderr.contains("user@"), "{}", run.stderr);
    assert_eq!(shop.diff(&["--base", "main", "missing.jsonl"]).code, 6);
    shop.write("empty.jsonl", "");
    assert_eq!(shop.diff(&["--base", "main", "empty.jsonl"]).code, 6);
    assert_eq!(shop.diff(&["--base", "main", "--allow-empty", "empty.jsonl"]).code, 0);
}

#[test]
fn a_comment_is_written_whole_into_a_file() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/b.yaml", CHECKOUT);
    let run = shop.diff(&["--base", "main", "--format", "markdown", "-o", "comment.md", "c.jsonl"]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let comment = fs::read_to_string(shop.path().join("comment.md")).unwrap();
    assert!(comment.starts_with("<!-- gardener diff -->\n### Log Gardener"), "{comment}");
    let row = "| gained | P2 | `checkout-timeout`<br>Checkout | 0 → 6 | 6 from `any-timeout` |";
    assert!(comment.contains(row), "{comment}");
}

#[test]
fn what_changed_without_a_trace_is_not_taken_for_tried() {
    let shop = Shop::new();
    shop.write(
        "rules/shop/gardener.yaml",
        &format!("{MANIFEST}redact:\n  - {{ name: order, regex: 'ORD-\\d+', replacement: ORD-0 }}\n"),
    );
    shop.write("rules/shop/policy/severity.rhai", POLICY);
    shop.write("rules/shop/templates/worklog.md.j2", "{{ totals.clusters }}\n");
    shop.commit();
    shop.write("rules/shop/gardener.yaml", MANIFEST);
    shop.write("rules/shop/policy/severity.rhai", &POLICY.replace("1000", "2000"));
    shop.write("rules/shop/templates/worklog.md.j2", "{{ totals.clusters }} clusters\n");
    let run = shop.diff(&["--base", "main", "--fail-on", "severity-raised", "c.jsonl"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for expected in [
        "order: took out 0, takes out 0, and is gone",
        "policy policy/severity.rhai (changed)  rules/shop/policy/severity.rhai:1",
        "template worklog (changed)",
    ] {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    // A gate for redactions does not depend on the captures.
    assert_eq!(shop.diff(&["--base", "main", "--fail-on", "redaction-reduced", "c.jsonl"]).code, 1);
    // What shows is not listed as untried.
    shop.write("rules/shop/policy/severity.rhai", &POLICY.replace("1000", "1"));
    let run = shop.diff(&["--base", "main", "c.jsonl"]);
    assert!(run.stdout.contains("P3 → P1  any-timeout"), "{}", run.stdout);
    assert!(!run.stdout.contains("policy policy/severity.rhai (changed)"), "{}", run.stdout);
}

#[test]
fn another_group_is_another_identity() {
    let shop = Shop::new();
    shop.write("rules/shop/clusters/a.yaml", &format!("{TIMEOUTS}  group_by: [severity]\n"));
    let run = shop.diff(&["--base", "main", "c.jsonl"]);
    assert!(
        run.stdout.contains("other values of a group are another fingerprint, which `was` cannot bridge"),
        "{}",
        run.stdout
    );
}
