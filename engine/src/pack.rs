//! Packs: the rules of a team as data, checked.
//!
//! [`load`] reads a pack and the packs that it builds on, tells everything that is wrong with them, and gives the checked
//! [`Pack`] if nothing is.

pub(crate) mod check;
pub mod codes;
pub(crate) mod decode;
pub(crate) mod examples;
pub(crate) mod form;
mod history;
pub(crate) mod layer;
mod merge;
pub(crate) mod miss;
mod model;
pub(crate) mod odd_entry;
mod place;
pub(crate) mod raw;
mod reach;
mod schema;
mod shapes;
mod written;
pub(crate) mod yaml;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Sources, sort};
use crate::script::Sandbox;

pub(crate) use check::reference::renamed_hint;
pub use check::{DEPLOY_FIELDS, is_repository};
pub use examples::check_examples;
pub use form::{Field, Form, RecordForm};
pub use history::HistorySettings;
pub use model::{
    Becomes, BusinessLevel, Capture, Declared, Definition, DefinitionPolicy, Example, FacetKey, Frequency, Horizon,
    Ignore, Impact, IssueLimits, IssueReference, IssueSettings, Meant, Mute, MuteTarget, OutputTemplate, Pack,
    Recommendation, SeverityStyle, Suppression, TemplateRule, Templates, Unknown,
};
pub use place::ScriptPlace;
pub(crate) use reach::hint as precedence_hint;
pub use schema::json_schema;
pub use shapes::{FileForm, Shape, files, shapes};
pub use written::KeyPlaces;

/// Problems beyond which the rest are only counted.
const MAX_DIAGNOSTICS: usize = 1000;

/// One file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Its path inside the pack, its parts joined by `/`: `clusters/database.yaml`.
    pub path: String,
    /// Its bytes; in words, why it cannot be read.
    pub bytes: Result<Vec<u8>, String>,
}

/// Where packs come from: the engine itself opens no files.
pub trait PackReader {
    /// All files of the pack at a location, in any order, those that cannot be read among them. Files over a megabyte may be
    /// cut behind that.
    ///
    /// # Errors
    /// In words, where nothing can be read there at all.
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String>;

    /// The location of the pack that the pack at `from` calls `extends`: the same for the same pack, however it is written,
    /// so that circles are found.
    ///
    /// # Errors
    /// In words, where there is no such pack.
    fn resolve(&self, from: &str, extends: &str) -> Result<String, String>;

    /// What is below `tests` of the pack at a location: the files of cases (`tests/*.yaml`) with their bytes, all others
    /// (captures, snapshots) with none; and the YAML files, with their bytes, of directories that are most likely meant to be
    /// `tests`. A run asks for none of it.
    ///
    /// # Errors
    /// In words, where it cannot be read.
    fn tests(&self, location: &str) -> Result<Vec<PackFile>, String> {
        let _ = location;
        Ok(Vec::new())
    }

    /// The path of a file that people shall see; of the pack where the path is empty.
    fn shown(&self, location: &str, path: &str) -> String;
}

/// What came of loading a pack.
#[derive(Debug)]
pub struct Loaded {
    /// The pack; nothing if any diagnostic is an error.
    pub pack: Option<Pack>,
    /// The pack where it has errors: its definitions are known, so that what names them can be checked as well. Never to be run.
    pub(crate) draft: Option<Pack>,
    /// Its templates, which [`crate::render::check_templates`] can try also where other things are wrong.
    pub templates: Templates,
    /// Everything that was found, by file and place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that diagnostics point into.
    pub sources: Sources,
}

/// Loads the pack at a location (`default` is the embedded one) with its bases, and checks it with scripts compiled in
/// `sandbox`; everything but the examples, which a run has no need to try again.
#[must_use]
pub fn load(reader: &dyn PackReader, location: &str, sandbox: &Sandbox) -> Loaded {
    read(reader, location, sandbox, false)
}

/// Loads a pack as [`load`] does, and tries the examples as well, also where other things are wrong: for its authors.
#[must_use]
pub fn check(reader: &dyn PackReader, location: &str, sandbox: &Sandbox) -> Loaded {
    read(reader, location, sandbox, true)
}

fn read(reader: &dyn PackReader, location: &str, sandbox: &Sandbox, has_examples: bool) -> Loaded {
    let mut gathering = layer::Gathering {
        reader,
        sources: Sources::new(),
        diagnostics: Vec::new(),
        layers: BTreeMap::new(),
        digests: BTreeMap::new(),
        has_all: true,
    };
    let order = gathering.gather(location);
    let layer::Gathering { sources, mut diagnostics, layers, digests, has_all, .. } = gathering;
    let hashes: Vec<[u8; 8]> = order.iter().map(|at| digests.get(at).copied().unwrap_or(0).to_le_bytes()).collect();
    let parts: Vec<&[u8]> = hashes.iter().map(<[u8; 8]>::as_slice).collect();
    let digest = format!("xxh3:{:016x}", crate::id::hash_parts(&parts));
    let layers: Vec<&layer::Layer> = order.iter().filter_map(|at| layers.get(at)).collect();
    let mut templates = Templates::default();
    let pack = if layers.is_empty() {
        None
    } else {
        let mut checking = check::Checking {
            sources: &sources,
            sandbox,
            layers: &layers,
            digest,
            has_all,
            has_examples,
            diagnostics: &mut diagnostics,
            patterns: BTreeMap::new(),
        };
        templates = checking.templates();
        checking.pack(templates.clone())
    };
    sort(&mut diagnostics);
    let has_error = diagnostics.iter().any(Diagnostic::is_error);
    bound(&mut diagnostics);
    let (pack, draft) = if has_error { (None, pack.filter(|pack| pack.has_all_definitions)) } else { (pack, None) };
    Loaded { pack, draft, templates, diagnostics, sources }
}

/// Keeps the first problems, and says how many more there are.
pub(crate) fn bound(diagnostics: &mut Vec<Diagnostic>) {
    if diagnostics.len() > MAX_DIAGNOSTICS {
        let more = diagnostics.len() - MAX_DIAGNOSTICS;
        diagnostics.truncate(MAX_DIAGNOSTICS);
        let message = format!("{more} more problems are not shown");
        diagnostics.push(Diagnostic::new(&codes::TOO_MANY_PROBLEMS, None, message));
    }
}

/// Whether a text can be the id of a definition.
#[must_use]
pub fn is_id(text: &str) -> bool {
    merge::is_id(text)
}

#[cfg(test)]
pub(crate) mod tests;
