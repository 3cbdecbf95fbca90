//! Packs in memory: a text of files, each behind a line `== path`, a pack's name before it where there are several
//! (`base:clusters/a.yaml`).

use std::collections::BTreeMap;
use std::fmt::Write;

use super::*;
use crate::diagnostic::{Level, Span};
use crate::script::Limits;

mod broken;
mod hostile;
mod restraint;
mod unknown;
mod whole;

/// Packs by name; the first is `main`.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    packs: BTreeMap<String, Vec<PackFile>>,
}

impl Shelf {
    pub(crate) fn of(text: &str) -> Self {
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

    pub(crate) fn put(&mut self, pack: &str, path: &str, bytes: Vec<u8>) {
        let files = self.packs.entry(pack.to_owned()).or_default();
        files.push(PackFile { path: path.to_owned(), bytes: Ok(bytes) });
    }
}

impl PackReader for Shelf {
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String> {
        let mut files = self.packs.get(location).cloned().ok_or_else(|| "no such directory".to_owned())?;
        files.retain(|file| !file.path.starts_with("test"));
        Ok(files)
    }

    fn tests(&self, location: &str) -> Result<Vec<PackFile>, String> {
        let files = self.packs.get(location).into_iter().flatten().filter(|file| file.path.starts_with("test"));
        Ok(files.cloned().collect())
    }

    fn resolve(&self, _from: &str, extends: &str) -> Result<String, String> {
        let name = extends.rsplit('/').next().unwrap_or(extends).to_owned();
        if self.packs.contains_key(&name) { Ok(name) } else { Err("no such directory".to_owned()) }
    }

    fn shown(&self, location: &str, path: &str) -> String {
        if location == "main" { path.to_owned() } else { format!("{location}/{path}") }
    }
}

pub(crate) fn sandbox() -> Sandbox {
    crate::judge::sandbox(Limits::default())
}

pub(crate) fn loaded(text: &str) -> Loaded {
    check(&Shelf::of(text), "main", &sandbox())
}

/// Diagnostics as a snapshot has them: code, place, message, the text under the caret, label, help, other places.
pub(crate) fn shown(loaded: &Loaded) -> String {
    let mut out = String::new();
    for diagnostic in &loaded.diagnostics {
        let level = if diagnostic.code.level == Level::Warning { " (warning)" } else { "" };
        let at = diagnostic.span.map_or("nowhere".to_owned(), |span| place(&loaded.sources, span));
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
            writeln!(out, "    {}: {remark}", place(&loaded.sources, *span)).unwrap();
        }
    }
    out
}

/// `file:line:column`.
pub(crate) fn place(sources: &Sources, span: Span) -> String {
    let at = sources.position(span);
    format!("{}:{}:{}", sources.path(span.file), at.line, at.column)
}
