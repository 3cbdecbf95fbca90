//! Packs with mistakes: each case of `broken.txt` is a small pack, and the snapshot says what is told about it.

use super::*;

/// What is put where a case says `…`, so that it shows its mistake and nothing else.
const MANIFEST: &str = "version: 1\nname: main\n";
const DEFINITION: &str = "- id: fine\n  title: Fine\n  severity: P3\n  match: message:\"fine\"\n";

/// Completes a case: a manifest where it has none, a definition where it has none.
fn completed(case: &str) -> String {
    let mut text = case.replace("…manifest\n", MANIFEST);
    let has = |text: &str, path: &str| text.lines().any(|line| line.trim_end() == format!("== {path}"));
    if !text.contains("== gardener.y") && !text.contains("-- no manifest") {
        text = format!("== gardener.yaml\n{MANIFEST}{text}");
    }
    if !text.contains("== clusters/") && !text.contains("-- no definitions") && !has(&text, "clusters/fine.yaml") {
        text.push_str("== clusters/fine.yaml\n");
        text.push_str(DEFINITION);
    }
    text
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let mut out = String::new();
    let cases: Vec<(&str, &str)> = include_str!("broken.txt")
        .split("\n##### ")
        .skip(1)
        .map(|case| case.split_once('\n').unwrap_or((case, "")))
        .collect();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    for (name, case) in cases {
        let loaded = loaded(&completed(case));
        let shown = shown(&loaded);
        assert!(!shown.is_empty(), "nothing is told of the case `{name}`");
        for diagnostic in &loaded.diagnostics {
            for span in diagnostic.span.iter().chain(diagnostic.related.iter().map(|(span, _)| span)) {
                let text = loaded.sources.text(span.file);
                assert!(text.get(span.range()).is_some(), "{name}: {span:?} is not in the file");
            }
        }
        let has_error = loaded.diagnostics.iter().any(Diagnostic::is_error);
        assert_eq!(loaded.pack.is_none(), has_error, "{name}");
        writeln!(out, "##### {name}\n{shown}").unwrap();
    }
    insta::assert_snapshot!("broken", out);
}

/// The cases of a text, each behind a line `=== name`.
fn cases(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("=== ").filter_map(|case| case.split_once('\n'))
}

#[test]
fn every_broken_definition_is_told_at_its_place() {
    let mut out = String::new();
    for (name, body) in cases(include_str!("definitions.txt")) {
        let loaded = loaded(&format!("== gardener.yaml\nversion: 1\nname: x\n== clusters/a.yaml\n{body}"));
        assert!(!loaded.diagnostics.is_empty(), "nothing is said of {name}");
        writeln!(out, "=== {name}\n{}", shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!("definitions", out);
}

#[test]
fn every_broken_manifest_is_told_at_its_place() {
    let mut out = String::new();
    for (name, body) in cases(include_str!("manifests.txt")) {
        let loaded = loaded(&format!("== gardener.yaml\n{body}== clusters/a.yaml\n{DEFINITION}"));
        assert!(loaded.pack.is_none(), "{name} is taken");
        writeln!(out, "=== {name}\n{}", shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!("manifests", out);
}
