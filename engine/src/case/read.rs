//! From the files `tests/*.yaml` to cases.

use std::collections::{BTreeMap, BTreeSet};

use super::check::Checking;
use super::{CaptureFile, Case, codes, empty, memory, name};
use crate::diagnostic::{Diagnostic, FileId, Sources, Span, nearest, sort};
use crate::pack::decode::{At, Decode, wrong_type};
use crate::pack::layer::{is_hidden, is_yaml, source_text};
use crate::pack::raw::case::CaseKeys;
use crate::pack::yaml::{self, Kind};
use crate::pack::{self, Loaded, Pack, PackFile, PackReader};

/// The cases of a pack.
#[derive(Debug, Default)]
pub struct Suite {
    /// In the order of their files and places; those that are wrong are left out.
    pub cases: Vec<Case>,
    /// The paths of all files below `tests`.
    pub files: Vec<String>,
}

/// Reads the cases of the pack at a location, which has been loaded. What is wrong with them is added to what was found in
/// the pack, and their files to its sources.
pub fn load(reader: &dyn PackReader, location: &str, loaded: &mut Loaded) -> Suite {
    let mut reading = Reading::default();
    match reader.tests(location) {
        Ok(mut files) => {
            files.sort_by(|a, b| a.path.cmp(&b.path));
            reading.suite.files = files.iter().map(|file| file.path.clone()).collect();
            for file in &files {
                reading.file(file, reader.shown(location, &file.path), loaded);
            }
            reading.strays(loaded);
        }
        // That the pack itself cannot be read has been said.
        Err(_) if loaded.pack.is_none() && loaded.sources.files().next().is_none() => {}
        Err(reason) => {
            let message = format!("the tests of the pack cannot be read: {reason}");
            reading.diagnostics.push(Diagnostic::new(&pack::codes::PACK_UNREADABLE, None, message));
        }
    }
    let Reading { mut diagnostics, suite, .. } = reading;
    sort(&mut diagnostics);
    pack::bound(&mut diagnostics);
    loaded.diagnostics.append(&mut diagnostics);
    suite
}

#[derive(Default)]
struct Reading {
    diagnostics: Vec<Diagnostic>,
    /// Files that may be meant as cases where none are read, as people see them, with what would help.
    strays: Vec<(String, String, String)>,
    /// The captures that cases name.
    named: BTreeSet<String>,
    /// The places of names, by what they make of file names.
    taken: BTreeMap<String, Span>,
    suite: Suite,
}

impl Reading {
    fn file(&mut self, file: &PackFile, shown: String, loaded: &mut Loaded) {
        let path = file.path.as_str();
        let Some(inside) = path.strip_prefix("tests/").filter(|inside| !is_hidden(inside)) else {
            return self.elsewhere(file, shown, loaded);
        };
        let folder = inside.split_once('/').map(|(folder, _)| folder);
        // What lies there is read, and written, by name.
        if folder.is_some_and(|folder| matches!(folder, "captures" | "snapshots")) {
            return;
        }
        if folder.is_none() && is_yaml(inside) || file.bytes.is_err() {
            if let Ok(id) = source_text(&mut loaded.sources, &mut self.diagnostics, shown, file) {
                self.cases(inside, id, loaded);
            }
        } else if is_yaml(&inside.to_lowercase()) {
            let help = match inside.rsplit_once('.') {
                Some((stem, _)) if folder.is_none() => {
                    format!("the names of such files end in `.yaml`: `tests/{stem}.yaml`")
                }
                _ => "cases are read from files that lie in `tests` itself; put captures below `tests/captures`"
                    .to_owned(),
            };
            self.strays.push((path.to_owned(), shown, help));
        }
    }

    /// A file that does not lie below `tests`: cases in a directory that is almost called so.
    fn elsewhere(&mut self, file: &PackFile, shown: String, loaded: &mut Loaded) {
        let text = file.bytes.as_ref().map(|bytes| std::str::from_utf8(bytes).unwrap_or_default());
        match (file.path.split_once('/'), text) {
            (None, Err(_)) if file.path == "tests" => {
                let _ = source_text(&mut loaded.sources, &mut self.diagnostics, shown, file);
            }
            (Some((folder, inside)), Ok(text)) if folder != "tests" && are_cases(text) => {
                let help = format!("cases are read from files that lie in `tests`: `tests/{inside}`");
                self.strays.push((file.path.clone(), shown, help));
            }
            _ => {}
        }
    }

    /// Tells of files that are not read, but for those that cases name.
    fn strays(&mut self, loaded: &mut Loaded) {
        for (path, shown, help) in std::mem::take(&mut self.strays) {
            if !self.named.contains(&path) {
                let id = loaded.sources.add(shown, "");
                let message = format!("`{path}` is not read");
                let stray = Diagnostic::new(&codes::CASES_NOT_READ, Span::new(id, 0..0), message);
                self.diagnostics.push(stray.help(help));
            }
        }
    }

    fn cases(&mut self, file: &str, id: FileId, loaded: &Loaded) {
        let Some(node) = yaml::parse(&loaded.sources, id, &mut self.diagnostics) else { return };
        let nodes = match node.kind {
            Kind::List(nodes) if !nodes.is_empty() => nodes,
            Kind::Map(_) => vec![node],
            Kind::Null | Kind::List(_) => {
                let message = "the file has no cases";
                self.diagnostics.push(
                    Diagnostic::new(&codes::NO_CASES, node.span, message)
                        .help("write some, each a mapping behind `- `, or take the file away"),
                );
                return;
            }
            _ => return wrong_type(&node, "a list of cases", &mut self.diagnostics),
        };
        for node in &nodes {
            let before = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
            let Some(At { value: keys, span }) = At::<CaseKeys>::decode(node, &mut self.diagnostics) else { continue };
            empty::tell(node, &mut self.diagnostics);
            let case = self.case(file, keys, span, loaded.pack.as_ref().or(loaded.draft.as_ref()));
            // A case with an error would only tell of its consequences.
            let after = self.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
            self.suite.cases.extend(case.filter(|_| after == before));
        }
    }

    fn case(&mut self, file: &str, keys: CaseKeys, span: Span, pack: Option<&Pack>) -> Option<Case> {
        let captures = self.captures(&keys);
        Checking { keys: &keys, span, pack, diagnostics: &mut self.diagnostics }.check();
        let (name, now) = (keys.name.clone()?, keys.now.as_ref()?.value);
        self.name(file, &name);
        let moment =
            |when: &Option<At<_>>| when.as_ref().map(|when: &At<pack::raw::case::When>| when.value.seen_from(now));
        let (since, until) = (moment(&keys.since), moment(&keys.until));
        if let (Some(since), Some(until), Some(at)) = (since, until, &keys.until)
            && since >= until
        {
            let message = format!("the window is empty: it begins at {since} and ends at {until}");
            self.diagnostics.push(Diagnostic::new(&pack::codes::BAD_VALUE, at.span, message));
        }
        let memory = memory::memory(&keys, now, pack, &mut self.diagnostics);
        Some(Case {
            file: file.to_owned(),
            name: name.value,
            description: keys.description.as_ref().map(|text| text.value.clone()),
            span: name.span,
            now,
            since,
            until,
            captures,
            memory,
            keys,
        })
    }

    /// Tells of names that would give two cases the same snapshots.
    fn name(&mut self, file: &str, name: &At<String>) {
        let stem = name::stem(file, &name.value);
        if let Some(first) = self.taken.get(&stem) {
            let message = format!("two cases are called `{}`", name.value);
            self.diagnostics.push(
                Diagnostic::new(&codes::CASE_NAME_TAKEN, name.span, message)
                    .label("again here")
                    .help("names of one file must differ in letters or digits: snapshots are filed under them")
                    .related(*first, "first here"),
            );
        } else {
            self.taken.insert(stem, name.span);
        }
    }

    /// The captures of a case as paths in the pack.
    fn captures(&mut self, keys: &CaseKeys) -> Vec<CaptureFile> {
        let mut captures = Vec::new();
        for written in keys.captures.iter().flat_map(|list| &list.value.0) {
            let diagnostic = |message| Diagnostic::new(&codes::CASE_CAPTURE, written.span, message);
            let Some(path) = inside_tests(&written.value) else {
                let message = format!("the capture `{}` is not below the pack's `tests`", written.value);
                let help = "name it relative to this file, and put it below `tests`, such as `captures/a.jsonl`";
                self.diagnostics.push(diagnostic(message).label("leads out of it").help(help));
                continue;
            };
            self.named.insert(path.clone());
            if !self.suite.files.contains(&path) {
                let known = self.suite.files.iter().filter_map(|path| path.strip_prefix("tests/"));
                let near = nearest(&written.value, known.filter(|path| path.contains('/')));
                let mut missing = diagnostic(format!("there is no capture `{path}` in the pack")).label("not found");
                missing.help = match near {
                    _ if written.value.contains(['*', '?']) => {
                        Some("each file is named by itself; patterns are not read here".to_owned())
                    }
                    near => near.map(|near| format!("did you mean `{near}`?")),
                };
                self.diagnostics.push(missing);
                continue;
            }
            captures.push(CaptureFile { path, written: written.value.clone(), span: written.span });
        }
        captures
    }
}

/// Whether a text is surely a list of cases.
fn are_cases(text: &str) -> bool {
    let mut sources = Sources::new();
    let id = sources.add(String::new(), text);
    let Some(node) = yaml::parse(&sources, id, &mut Vec::new()) else { return false };
    let is_case = |node: &yaml::Node| match &node.kind {
        Kind::Map(items) => ["name", "now"].iter().all(|key| items.iter().any(|item| item.key == *key)),
        _ => false,
    };
    match &node.kind {
        Kind::List(nodes) => nodes.iter().any(is_case),
        _ => is_case(&node),
    }
}

/// The path in the pack that a case names relative to its file; nothing if it leads out of `tests`.
fn inside_tests(written: &str) -> Option<String> {
    if written.starts_with('/') || written.contains('\\') || written.contains(':') {
        return None;
    }
    let mut parts = Vec::new();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    (!parts.is_empty()).then(|| format!("tests/{}", parts.join("/")))
}
