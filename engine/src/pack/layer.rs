//! One pack's files, read and decoded; and the packs that it builds on.

mod stray;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decode::{At, Decode};
use super::raw::{DefinitionKeys, Manifest};
use super::yaml::{self, Kind, Node};
use super::{PackFile, PackReader, codes};
use crate::diagnostic::{Diagnostic, FileId, Sources, Span, nearest};

/// The name of the manifest.
pub(super) const MANIFEST: &str = "gardener.yaml";
/// Bytes of a file beyond which it is refused.
const MAX_BYTES: usize = 1 << 20;
/// Files of one pack beyond which it is refused.
const MAX_FILES: usize = 10_000;
/// Packs on top of each other.
const MAX_LAYERS: usize = 8;
/// Packs looked at in all, where bases are shared.
const MAX_VISITS: usize = 64;

/// A pack by itself, before its bases are merged into it.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) manifest: Manifest,
    pub(super) manifest_file: FileId,
    /// Shared with what is made of them: most are taken as they are, and they are large.
    pub(super) definitions: Vec<Arc<Placed>>,
    /// `policy/*.rhai`, by path.
    pub(super) scripts: Vec<(String, FileId)>,
    /// Everything below `templates/`, by path.
    pub(super) templates: BTreeMap<String, FileId>,
}

impl Layer {
    /// The pack's name, or a stand-in where that is wrong.
    pub(super) fn name(&self) -> &str {
        self.manifest.name.as_ref().map_or("?", |name| &name.value)
    }
}

/// A definition as it is written, and where in the order it belongs.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) keys: DefinitionKeys,
    pub(super) span: Span,
    pub(super) path: String,
    pub(super) position: usize,
}

/// What all packs of one load share.
pub(super) struct Gathering<'g> {
    pub(super) reader: &'g dyn PackReader,
    pub(super) sources: Sources,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) layers: BTreeMap<String, Layer>,
    /// Hash inputs of each pack: paths and bytes.
    pub(super) digests: BTreeMap<String, u64>,
    /// Whether every definition could be read, at least its id.
    pub(super) has_all: bool,
}

impl Gathering<'_> {
    /// Reads the pack at `location` and all that it builds on. The order is that of precedence: a pack stands before each
    /// of its bases, and a base listed earlier before one listed later.
    pub(super) fn gather(&mut self, location: &str) -> Vec<String> {
        let mut order = Vec::new();
        let mut visits = 0;
        self.visit(location, None, &mut Vec::new(), &mut order, &mut visits);
        let mut seen = std::collections::BTreeSet::new();
        // A base that several packs share stands behind all of them.
        let mut last: Vec<String> = order.into_iter().rev().filter(|location| seen.insert(location.clone())).collect();
        last.reverse();
        last
    }

    fn visit(
        &mut self,
        location: &str,
        asked: Option<Span>,
        stack: &mut Vec<String>,
        order: &mut Vec<String>,
        visits: &mut usize,
    ) {
        *visits += 1;
        if stack.len() >= MAX_LAYERS || *visits > MAX_VISITS {
            let message = format!("packs are built on each other more than {MAX_LAYERS} deep");
            self.diagnostics.push(Diagnostic::new(&codes::EXTENDS_DEPTH, asked, message).label("one too many"));
            self.has_all = false;
            return;
        }
        if !self.layers.contains_key(location) {
            let Some(layer) = self.read(location, asked) else {
                self.has_all = false;
                return;
            };
            self.layers.insert(location.to_owned(), layer);
        }
        order.push(location.to_owned());
        stack.push(location.to_owned());
        let extends = self.layers.get(location).and_then(|layer| layer.manifest.extends.clone());
        let mut bases: BTreeMap<String, Span> = BTreeMap::new();
        for base in extends.map(|extends| extends.value.0).unwrap_or_default() {
            let found = self.reader.resolve(location, &base.value);
            if let Some(first) = found.as_ref().ok().and_then(|found| bases.insert(found.clone(), base.span)) {
                self.diagnostics.push(
                    Diagnostic::new(&codes::BAD_VALUE, base.span, format!("the pack `{}` is listed twice", base.value))
                        .label("again here")
                        .help("take one of them out")
                        .related(first, "first here"),
                );
                continue;
            }
            match found {
                Err(reason) => {
                    self.has_all = false;
                    self.no_base(&base, &reason);
                }
                Ok(found) if stack.contains(&found) => {
                    let message = format!("the pack builds on itself, through `{}`", base.value);
                    self.diagnostics.push(
                        Diagnostic::new(&codes::EXTENDS_CYCLE, base.span, message)
                            .label("leads back here")
                            .help("take one of the `extends` out"),
                    );
                }
                Ok(found) => self.visit(&found, Some(base.span), stack, order, visits),
            }
        }
        stack.pop();
    }

    fn no_base(&mut self, base: &At<String>, reason: &str) {
        let diagnostic = Diagnostic::new(
            &codes::EXTENDS_NOT_FOUND,
            base.span,
            format!("there is no pack `{}`: {reason}", base.value),
        );
        self.diagnostics.push(match nearest(&base.value, ["default"]) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic
                .label("not found")
                .help("`default` is the pack inside the program; any other name is a directory relative to this pack"),
        });
    }

    /// Reads one pack.
    fn read(&mut self, location: &str, asked: Option<Span>) -> Option<Layer> {
        let mut files = match self.reader.files(location) {
            Ok(files) => files,
            Err(reason) => {
                let shown = self.reader.shown(location, "");
                let message = format!("the pack `{shown}` cannot be read: {reason}");
                let help = "a pack is a directory with a `gardener.yaml`; `default` is the one inside the program";
                self.diagnostics.push(Diagnostic::new(&codes::PACK_UNREADABLE, asked, message).help(help));
                return None;
            }
        };
        files.sort_by(|a, b| a.path.cmp(&b.path));
        if files.len() > MAX_FILES {
            let shown = self.reader.shown(location, "");
            let message = format!("the pack `{shown}` has {} files; at most {MAX_FILES} are read", files.len());
            self.diagnostics.push(Diagnostic::new(&codes::PACK_UNREADABLE, asked, message));
            return None;
        }
        let parts = files.iter().map(|file| match &file.bytes {
            Ok(bytes) if bytes.len() <= MAX_BYTES => Some([file.path.as_bytes(), bytes.as_slice()]),
            _ => None,
        });
        // A pack with such a file is refused, and so needs no digest.
        if let Some(parts) = parts.collect::<Option<Vec<_>>>() {
            self.digests.insert(location.to_owned(), crate::id::hash_parts(parts.as_flattened()));
        }
        stray::report(self, location, &files);
        let (manifest_file, manifest) = self.manifest(location, &files);
        let mut layer =
            Layer { manifest, manifest_file, definitions: Vec::new(), scripts: Vec::new(), templates: BTreeMap::new() };
        for file in &files {
            self.file(location, file, &mut layer);
        }
        Some(layer)
    }

    fn file(&mut self, location: &str, file: &PackFile, layer: &mut Layer) {
        let path = file.path.as_str();
        if is_hidden(path) || path == MANIFEST {
            return;
        }
        if file.bytes.is_err() {
            // What it would have been cannot be told: it may be a directory.
            self.has_all &= self.text(location, file).is_ok();
            return;
        }
        if path.starts_with("clusters/") && is_yaml(path) {
            match self.text(location, file) {
                Ok(id) => self.has_all &= self.clusters(id, path, layer).is_some(),
                Err(_) => self.has_all = false,
            }
        } else if path.starts_with("policy/") && path.ends_with(".rhai") {
            if let Ok(id) = self.text(location, file) {
                layer.scripts.push((path.to_owned(), id));
            }
        } else if path.starts_with("templates/")
            && let Ok(id) = self.text(location, file)
        {
            layer.templates.insert(path.to_owned(), id);
        }
    }

    fn text(&mut self, location: &str, file: &PackFile) -> Result<FileId, FileId> {
        let shown = self.reader.shown(location, &file.path);
        source_text(&mut self.sources, &mut self.diagnostics, shown, file)
    }

    fn manifest(&mut self, location: &str, files: &[PackFile]) -> (FileId, Manifest) {
        let Some(file) = files.iter().find(|file| file.path == MANIFEST) else {
            return (self.no_manifest(location, files), Manifest::default());
        };
        let file = match self.text(location, file) {
            Ok(file) => file,
            Err(file) => return (file, Manifest::default()),
        };
        let Some(node) = yaml::parse(&self.sources, file, &mut self.diagnostics) else {
            return (file, Manifest::default());
        };
        let node = match node.kind {
            Kind::Null => Node { span: node.span, kind: Kind::Map(Vec::new()) },
            _ => node,
        };
        let manifest = Manifest::decode(&node, &mut self.diagnostics).unwrap_or_default();
        if let Some(version) = manifest.version.as_ref().filter(|version| version.value != 1) {
            let message = format!("version {} of the pack format is not known", version.value);
            self.diagnostics.push(
                Diagnostic::new(&codes::UNSUPPORTED_VERSION, version.span, message)
                    .label("expected `1`")
                    .help("a newer `gardener` may know it"),
            );
        }
        if let Some(name) = manifest.name.as_ref().filter(|name| !is_name(&name.value)) {
            let message = format!("`{}` cannot be the name of a pack", name.value.escape_debug());
            self.diagnostics.push(
                Diagnostic::new(&codes::BAD_VALUE, name.span, message)
                    .label("expected words on one line, at most 100 characters, without `/` and `\\`")
                    .help("the name is part of every fingerprint and stands in worklogs and issues: keep it simple"),
            );
        }
        (file, manifest)
    }

    fn no_manifest(&mut self, location: &str, files: &[PackFile]) -> FileId {
        let id = self.sources.add(self.reader.shown(location, MANIFEST), "");
        let near = files.iter().map(|file| file.path.as_str()).find(|path| stray::is_like_manifest(path));
        let help = match near {
            Some(near) => format!("rename `{near}` to `{MANIFEST}`"),
            None => format!("a pack is a directory with a `{MANIFEST}`: begin with `version: 1` and `name: …`"),
        };
        let message = format!("there is no `{MANIFEST}`");
        self.diagnostics.push(Diagnostic::new(&codes::MANIFEST_MISSING, Span::new(id, 0..0), message).help(help));
        id
    }

    /// Takes the definitions of a file; nothing where the id of one is not known.
    fn clusters(&mut self, file: FileId, path: &str, layer: &mut Layer) -> Option<()> {
        let node = yaml::parse(&self.sources, file, &mut self.diagnostics)?;
        let nodes = match node.kind {
            Kind::Null => Vec::new(),
            Kind::List(nodes) => nodes,
            Kind::Map(_) => vec![node],
            _ => {
                super::decode::wrong_type(&node, "a list of definitions", &mut self.diagnostics);
                return None;
            }
        };
        let mut has_all = true;
        for (position, node) in nodes.iter().enumerate() {
            match At::<DefinitionKeys>::decode(node, &mut self.diagnostics) {
                Some(At { value: keys, span }) => {
                    has_all &= keys.id.is_some();
                    layer.definitions.push(Arc::new(Placed { keys, span, path: path.to_owned(), position }));
                }
                None => has_all = false,
            }
        }
        has_all.then_some(())
    }
}

/// Takes a file among the sources, as an error if it is not text of a reasonable size.
pub(crate) fn source_text(
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
    shown: String,
    file: &PackFile,
) -> Result<FileId, FileId> {
    let bytes = match &file.bytes {
        Ok(bytes) => bytes,
        Err(reason) => {
            let id = sources.add(shown, "");
            let message = format!("`{}` cannot be read: {reason}", file.path);
            diagnostics.push(Diagnostic::new(&codes::FILE_UNREADABLE, Span::new(id, 0..0), message));
            return Err(id);
        }
    };
    if bytes.len() > MAX_BYTES {
        let id = sources.add(shown, "");
        let message = format!("the file has more than the {MAX_BYTES} bytes that are read");
        diagnostics.push(
            Diagnostic::new(&codes::FILE_TOO_LARGE, Span::new(id, 0..0), message)
                .help("rules are written by people: split the file, or move data out of the pack"),
        );
        return Err(id);
    }
    match std::str::from_utf8(bytes) {
        // Some editors put a mark before UTF-8; it is no part of the text.
        Ok(text) => Ok(sources.add(shown, text.strip_prefix('\u{feff}').unwrap_or(text))),
        Err(error) => {
            let id = sources.add(shown, String::from_utf8_lossy(bytes));
            let at = error.valid_up_to();
            let span = Span::new(id, at..at + '\u{fffd}'.len_utf8());
            diagnostics.push(
                Diagnostic::new(&codes::NOT_UTF8, span, "the file is not UTF-8")
                    .label("the first byte that is wrong")
                    .help("save it as UTF-8"),
            );
            Err(id)
        }
    }
}

/// Whether a text can be the name of a pack.
fn is_name(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && !word.contains(|c: char| c.is_control() || matches!(c, '/' | '\\'));
    text.chars().count() <= 100 && text.split(' ').all(is_word)
}

/// Whether a file or one of its directories is hidden.
pub(crate) fn is_hidden(path: &str) -> bool {
    path.split('/').any(|name| name.starts_with('.') || name.ends_with('~'))
}

/// Whether a file is YAML by its name.
pub(crate) fn is_yaml(path: &str) -> bool {
    [".yaml", ".yml"].iter().any(|ending| path.ends_with(ending))
}
