//! Packs in memory: a text of files, each behind a line `== path`, a pack's name before it where there are several
//! (`base:clusters/a.yaml`).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::*;
use crate::diagnostic::Level;
use crate::script::{Limits, Vocabulary};

/// Packs by name; the first is `main`.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    packs: BTreeMap<String, Vec<PackFile>>,
}

impl Shelf {
    pub(super) fn of(text: &str) -> Self {
        let mut shelf = Self::default();
        let mut file: Option<(String, String, String)> = None;
        let mut finish = |file: &mut Option<(String, String, String)>| {
            if let Some((pack, path, text)) = file.take() {
                shelf.put(&pack, &path, text.into_bytes());
            }
        };
        for line in text.split_inclusive('\n') {
            if let Some(name) = line.strip_prefix("== ") {
                finish(&mut file);
                let (pack, path) = name.trim().split_once(':').unwrap_or(("main", name.trim()));
                file = Some((pack.to_owned(), path.to_owned(), String::new()));
            } else if let Some((_, _, text)) = &mut file {
                text.push_str(line);
            }
        }
        finish(&mut file);
        shelf
    }

    pub(super) fn put(&mut self, pack: &str, path: &str, bytes: Vec<u8>) {
        let files = self.packs.entry(pack.to_owned()).or_default();
        files.push(PackFile { path: path.to_owned(), bytes });
    }
}

impl PackReader for Shelf {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        self.packs.get(location).cloned().ok_or_else(|| "no such directory".to_owned())
    }

    fn resolve(&self, _from: &str, extends: &str) -> Result<String, String> {
        let name = extends.rsplit('/').next().unwrap_or(extends).to_owned();
        if self.packs.contains_key(&name) { Ok(name) } else { Err("no such directory".to_owned()) }
    }

    fn shown(&self, location: &str, path: &str) -> String {
        if location == "main" { path.to_owned() } else { format!("{location}/{path}") }
    }
}

pub(super) fn sandbox() -> Sandbox {
    Sandbox::new(Limits::default(), Vocabulary::default(), |_| ())
}

pub(super) fn loaded(text: &str) -> Loaded {
    check(&Shelf::of(text), "main", &sandbox())
}

/// Diagnostics as a snapshot has them: code, place, message, the text under the caret, label, help, other places.
pub(super) fn shown(loaded: &Loaded) -> String {
    let mut out = String::new();
    for diagnostic in &loaded.diagnostics {
        let level = if diagnostic.code.level == Level::Warning { " (warning)" } else { "" };
        let at = diagnostic.span.map_or("nowhere".to_owned(), |span| yaml::place(&loaded.sources, span));
        writeln!(out, "{}{level} {at}: {}", diagnostic.code.id, diagnostic.message).unwrap();
        let under = diagnostic.span.map_or("", |span| loaded.sources.slice(span));
        let mut under: String = under.replace('\n', "⏎");
        if under.chars().count() > 70 {
            under = under.chars().take(70).collect::<String>() + "…";
        }
        let label = diagnostic.label.as_ref().map_or(String::new(), |label| format!("  ← {label}"));
        if !under.is_empty() || !label.is_empty() {
            writeln!(out, "    ^{under}^{label}").unwrap();
        }
        if let Some(help) = &diagnostic.help {
            writeln!(out, "    help: {help}").unwrap();
        }
        for (span, remark) in &diagnostic.related {
            writeln!(out, "    {}: {remark}", yaml::place(&loaded.sources, *span)).unwrap();
        }
    }
    out
}

/// The cases of a text, each behind a line `=== name`.
fn cases(text: &str) -> Vec<(&str, String)> {
    let cases = text.split("=== ").filter_map(|case| case.split_once('\n'));
    cases.map(|(name, body)| (name, body.to_owned())).collect()
}

#[test]
fn every_broken_definition_is_diagnosed_at_its_place() {
    let mut out = String::new();
    let cases = cases(include_str!("broken.txt"));
    assert!(cases.len() >= 50);
    for (name, body) in cases {
        let loaded = loaded(&format!("== gardener.yaml\nversion: 1\nname: x\n== clusters/a.yaml\n{body}"));
        assert!(!loaded.diagnostics.is_empty(), "nothing is said of {name}");
        writeln!(out, "=== {name}\n{}", shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn every_broken_manifest_is_diagnosed_at_its_place() {
    let mut out = String::new();
    for (name, body) in cases(include_str!("manifests.txt")) {
        let cluster = "- { id: a, title: A, match: 'message:\"x\"', severity: P3 }";
        let loaded = loaded(&format!("== gardener.yaml\n{body}== clusters/a.yaml\n{cluster}\n"));
        assert!(loaded.pack.is_none(), "{name} is taken");
        writeln!(out, "=== {name}\n{}", shown(&loaded)).unwrap();
    }
    insta::assert_snapshot!(out);
}

#[test]
fn a_base_is_built_on_key_by_key() {
    let base = "== base:gardener.yaml\nversion: 1\nname: base\nservice: s\nattention: ERROR\n\
        == base:clusters/b.yaml\n- { id: b, title: B, match: 'message:\"b\"', severity: P3 }\n- { id: c, title: C, match: 'message:\"c\"', severity: P3 }\n";
    let own = "== gardener.yaml\nversion: 1\nname: own\nextends: ../base\nattention: INFO\n\
        == clusters/a.yaml\n- { id: a, title: A, match: 'message:\"a\"', severity: P2 }\n- { id: b, override: true, severity: P0 }\n- { id: c, override: true, enabled: false }\n";
    let loaded = loaded(&format!("{own}{base}"));
    assert_eq!(shown(&loaded), "");
    let pack = loaded.pack.unwrap();
    let found: Vec<_> = pack.definitions.iter().map(|d| (d.id.as_str(), d.severity.name(), d.pack.as_str())).collect();
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((found[0].0, found[0].1), ("a", "P2"));
    assert_eq!((found[1].0, found[1].1), ("b", "P0"));
    assert_eq!((pack.name.as_str(), pack.service.as_deref(), pack.attention.name()), ("own", Some("s"), "INFO"));
}
