//! The scripts of all layers, compiled together.

use std::collections::BTreeMap;

use super::decode::At;
use super::layer::Layer;
use super::merge::Merged;
use super::model::ScriptPlace;
use super::{codes, yaml};
use crate::diagnostic::{Diagnostic, Sources, Span, nearest};
use crate::script::{FunctionId, Policy, Sandbox, ScriptSource};

/// The functions that the program calls by name.
const ENTRY_POINTS: [&str; 3] = ["severity", "impact", "group"];

/// Compiled scripts and where each stands.
pub(super) struct Scripts {
    pub(super) policy: Policy,
    pub(super) places: Vec<ScriptPlace>,
    /// The script of a definition, by its id.
    inline: BTreeMap<String, usize>,
}

struct Source {
    name: String,
    text: String,
    place: ScriptPlace,
}

/// Compiles the scripts: the pack's own, then its bases', then those in definitions. A base's scripts are named after it.
pub(super) fn compile(
    layers: &[&Layer],
    definitions: &[Merged],
    sandbox: &Sandbox,
    sources: &Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Scripts {
    let mut scripts: Vec<Source> = Vec::new();
    let mut owners: Vec<usize> = Vec::new();
    for (index, layer) in layers.iter().enumerate() {
        for (path, file) in &layer.scripts {
            let name = if index == 0 { path.clone() } else { format!("{}/{path}", layer.name()) };
            scripts.push(Source { name, text: sources.text(*file).to_owned(), place: ScriptPlace::File(*file) });
            owners.push(index);
        }
    }
    let mut inline = BTreeMap::new();
    for merged in definitions {
        if let Some(script) = &merged.placed.keys.script {
            inline.insert(merged.id.value.clone(), scripts.len());
            let name = format!("{}#{}", merged.placed.path, merged.id.value);
            scripts.push(Source { name, text: script.value.clone(), place: ScriptPlace::Inline(script.span) });
        }
    }
    let given: Vec<ScriptSource<'_>> = scripts
        .iter()
        .map(|script| ScriptSource {
            name: &script.name,
            text: &script.text,
            is_inline: matches!(script.place, ScriptPlace::Inline(_)),
        })
        .collect();
    let (policy, problems) = sandbox.compile(&given);
    for (at, problem) in problems {
        let Some(script) = scripts.get(at) else { continue };
        diagnostics.push(Diagnostic::from_problem(problem, |range| match script.place {
            ScriptPlace::File(file) => Span::new(file, range),
            ScriptPlace::Inline(span) => yaml::locate(sources, span, &script.text, range),
        }));
    }
    doubled(&policy, &scripts, &owners, diagnostics);
    Scripts { policy, places: scripts.iter().map(|script| script.place).collect(), inline }
}

/// Tells of entry points that two files of one pack define.
fn doubled(policy: &Policy, scripts: &[Source], owners: &[usize], diagnostics: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(usize, &str), Span> = BTreeMap::new();
    for (at, (script, owner)) in scripts.iter().zip(owners).enumerate() {
        let ScriptPlace::File(file) = script.place else { continue };
        for function in policy.functions_of(at) {
            let Some(name) = ENTRY_POINTS.iter().find(|name| **name == function.name) else { continue };
            let span = Span::new(file, policy.range_of(&function));
            if let Some(other) = first.get(&(*owner, *name)) {
                diagnostics.push(
                    Diagnostic::new(&codes::DUPLICATE_FUNCTION, span, format!("`{name}` is defined in two files"))
                        .label("again here")
                        .help("keep one; give the other another name and let definitions ask for it by `policy:`")
                        .related(*other, "first here"),
                );
                continue;
            }
            first.insert((*owner, name), span);
        }
    }
}

impl Scripts {
    /// The function that a definition uses for an entry point: the one it names, else that of its own script.
    pub(super) fn function(
        &self,
        id: &str,
        entry_point: &str,
        named: Option<&At<String>>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<FunctionId> {
        let own = self.inline.get(id).copied();
        let find = |name: &str| {
            let in_own = own.map(|script| self.policy.functions_of(script)).unwrap_or_default();
            in_own.into_iter().find(|f| f.name == name && f.parameters == 1).or_else(|| self.policy.function(name, 1))
        };
        let Some(named) = named else {
            let own = self.policy.functions_of(own?);
            return own.into_iter().find(|function| function.name == entry_point && function.parameters == 1);
        };
        let found = find(&named.value);
        if found.is_none() {
            diagnostics.push(self.unknown(named));
        }
        found
    }

    fn unknown(&self, named: &At<String>) -> Diagnostic {
        let functions: Vec<FunctionId> =
            (0..self.places.len()).flat_map(|script| self.policy.functions_of(script)).collect();
        let message = format!("there is no policy function `{}` with one parameter", named.value);
        let diagnostic = Diagnostic::new(&codes::UNKNOWN_REFERENCE, named.span, message);
        match nearest(&named.value, functions.iter().map(|function| function.name.as_str())) {
            Some(near) => diagnostic.label(format!("did you mean `{near}`?")),
            None => diagnostic
                .label("not found")
                .help("functions are read from `policy/*.rhai` and from the definition's `script`"),
        }
    }
}
