//! Packs: the rules of a team as data, checked.
//!
//! [`load`] reads the files of a pack and of those that it builds on, and finds *all* that is wrong with them. What comes
//! out, a [`Pack`], cannot be wrong any more. [`check_examples`] then holds the definitions against their examples.

mod build;
pub mod codes;
mod decode;
mod definition;
mod examples;
mod layer;
mod merge;
mod model;
mod raw;
mod scripts;
mod yaml;

use crate::diagnostic::{Diagnostic, Sources};
use crate::script::Sandbox;

pub use examples::check_examples;
pub use model::{
    BusinessLevel, Capture, Definition, DefinitionPolicy, Example, FacetKey, Frequency, Horizon, Ignore, Impact,
    IssueReference, IssueSettings, Pack, Recommendation, ScriptPlace, SeverityStyle, Templates, Unknown,
};

/// A file of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFile {
    /// Its path inside the pack, `/` between names: `clusters/database.yaml`.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Where packs are read from. The engine itself opens no file.
pub trait PackReader {
    /// All files of the pack at a location.
    ///
    /// # Errors
    /// In words, where it cannot be read.
    fn files(&self, location: &str) -> Result<Vec<PackFile>, String>;
    /// The location that `extends` means in the pack at `from`; the same pack always has the same location.
    ///
    /// # Errors
    /// In words, where there is none.
    fn resolve(&self, from: &str, extends: &str) -> Result<String, String>;
    /// The path that people shall see of a file.
    fn shown(&self, location: &str, path: &str) -> String;
}

/// What came of loading a pack.
#[derive(Debug)]
pub struct Loaded {
    /// The pack; nothing if a diagnostic is an error.
    pub pack: Option<Pack>,
    /// Everything that is wrong with it, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics point into.
    pub sources: Sources,
}

/// Loads the pack at a location and those that it builds on, and checks everything but the examples.
pub fn load(reader: &dyn PackReader, location: &str, sandbox: &Sandbox) -> Loaded {
    let mut gathering = layer::Gathering {
        reader,
        sources: Sources::new(),
        diagnostics: Vec::new(),
        layers: std::collections::BTreeMap::new(),
        digests: std::collections::BTreeMap::new(),
    };
    let order = gathering.gather(location);
    let layer::Gathering { sources, mut diagnostics, layers, digests, .. } = gathering;
    let layers: Vec<&layer::Layer> = order.iter().filter_map(|location| layers.get(location)).collect();
    let digests: Vec<u64> = order.iter().filter_map(|location| digests.get(location).copied()).collect();
    let pack = build::pack(&layers, &digests, sandbox, &sources, &mut diagnostics);
    crate::diagnostic::sort(&mut diagnostics);
    let is_usable = !diagnostics.iter().any(Diagnostic::is_error);
    Loaded { pack: pack.filter(|_| is_usable), diagnostics, sources }
}

#[cfg(test)]
mod tests;
