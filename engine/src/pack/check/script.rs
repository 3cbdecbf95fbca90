//! The scripts of all layers, compiled together, and the functions that definitions name.

use std::collections::{BTreeMap, BTreeSet};

use super::Checking;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::layer::Layer;
use crate::pack::merge::Merged;
use crate::pack::model::DefinitionPolicy;
use crate::pack::place::ScriptPlace;
use crate::pack::raw::DefinitionPolicyKeys;
use crate::script::{FunctionDefinition, FunctionId, Policy, ScriptSource};

/// What definitions can have functions for, and what these are called with.
const ROLES: [(&str, &[&str]); 4] =
    [("severity", &["cluster"]), ("impact", &["cluster"]), ("action", &["cluster", "issue"]), ("group", &["entry"])];

/// `1 parameter`, `2 parameters`.
fn counted(parameters: usize) -> String {
    if parameters == 1 { "1 parameter".to_owned() } else { format!("{parameters} parameters") }
}

/// What a function for a role is called with.
fn arguments(role: &str) -> &'static [&'static str] {
    ROLES.iter().find(|(name, _)| *name == role).map_or(&["cluster"], |(_, arguments)| arguments)
}

/// Lines of a file beyond which the scripts in it have line numbers of their own: Rhai counts lines in 16 bits.
const MAX_LINES: usize = 30_000;

/// The compiled scripts.
pub(super) struct Scripts {
    pub(super) policy: Policy,
    pub(super) places: Vec<ScriptPlace>,
    /// The layer of each script that is not inline.
    pub(super) layers: Vec<usize>,
    /// The layer of each script.
    pub(super) all_layers: Vec<usize>,
    /// The script of a definition, by [`Merged::key`].
    inline: BTreeMap<String, usize>,
    /// Whether a script could not be read, so that functions may seem to be missing.
    pub(super) is_broken: bool,
    /// Scripts with a function that is misspelt, or that nothing can call.
    pub(super) misspelt: BTreeSet<usize>,
}

impl Scripts {
    /// The script of a definition.
    pub(super) fn inline(&self, key: &str) -> Option<usize> {
        self.inline.get(key).copied()
    }

    /// Whether a script has functions that can be called, or is right in having none.
    fn is_sound(&self, script: usize) -> bool {
        let is_of = |defined: &&FunctionDefinition| defined.function.script == script;
        let defined = self.policy.defined().iter().filter(is_of).count();
        self.policy.functions_of(script).len() == defined && (defined > 0 || !self.is_broken)
    }

    /// Whether a script with an error defines a function.
    fn is_defined(&self, name: &str, parameters: usize) -> bool {
        let is_this = |function: &FunctionId| function.name == name && function.parameters == parameters;
        self.policy.defined().iter().any(|defined| is_this(&defined.function) && !defined.is_private)
    }

    /// The functions of this name in scripts that are not inline, those of the first layer that has any.
    fn named(&self, name: &str) -> Vec<FunctionId> {
        let all =
            (0..self.layers.len()).flat_map(|at| self.policy.functions_of(at)).filter(|function| function.name == name);
        let mut found: Vec<(usize, FunctionId)> =
            all.map(|function| (self.layers.get(function.script).copied().unwrap_or(0), function)).collect();
        let first = found.iter().map(|(layer, _)| *layer).min();
        found.retain(|(layer, _)| Some(*layer) == first);
        found.into_iter().map(|(_, function)| function).collect()
    }

    fn names(&self, parameters: usize) -> Vec<String> {
        let all = (0..self.layers.len())
            .flat_map(|at| self.policy.functions_of(at))
            .filter(|function| function.parameters == parameters);
        all.map(|function| function.name).collect()
    }
}

impl Checking<'_> {
    /// Compiles all scripts; every problem is told at its place.
    pub(super) fn scripts(&mut self, merged: &[Merged]) -> Scripts {
        let mut names: Vec<String> = Vec::new();
        let mut places: Vec<ScriptPlace> = Vec::new();
        let mut layers = Vec::new();
        for (layer, files) in self.layers.iter().enumerate() {
            for (path, file) in &files.scripts {
                let mut name = path.clone();
                // A base's file of the same name can still be imported, under a longer one.
                while names.contains(&name) {
                    name = format!("base/{name}");
                }
                names.push(name);
                places.push(ScriptPlace::File(*file));
                layers.push(layer);
            }
        }
        let mut inline = BTreeMap::new();
        let mut all_layers = layers.clone();
        for merged in merged {
            if let Some(script) = &merged.placed.keys.script {
                inline.insert(merged.key(), places.len());
                all_layers.push(merged.layer);
                names.push(format!("{}#{}", self.path_in_pack(script.span).unwrap_or_default(), merged.key()));
                places.push(ScriptPlace::Inline {
                    definition: merged.key(),
                    span: script.span,
                    written: self.sources.slice(script.span).to_owned(),
                    text: script.value.clone(),
                    lines: (self.sources.position(script.span).line as usize - 1).min(MAX_LINES),
                });
            }
        }
        let inline_texts: Vec<Option<String>> = places.iter().map(ScriptPlace::inline_text).collect();
        let sources: Vec<ScriptSource<'_>> = (places.iter().zip(&inline_texts).zip(&names))
            .map(|((place, text), name)| match (place, text) {
                (ScriptPlace::File(file), _) => ScriptSource { name, text: self.sources.text(*file), is_inline: false },
                (_, text) => ScriptSource { name, text: text.as_deref().unwrap_or(""), is_inline: true },
            })
            .collect();
        let (policy, problems) = self.sandbox.compile(&sources);
        // A script that can be read defines the one or the other function.
        let readable: BTreeSet<usize> = policy.defined().iter().map(|defined| defined.function.script).collect();
        let mut is_broken = false;
        for (script, problem) in problems {
            is_broken |= problem.code.level == crate::diagnostic::Level::Error && !readable.contains(&script);
            if let Some(place) = places.get(script) {
                self.diagnostics.push(Diagnostic::from_problem(problem, |range| place.span(range)));
            }
        }
        let mut scripts = Scripts { policy, places, layers, all_layers, inline, is_broken, misspelt: BTreeSet::new() };
        self.uncalled(merged, &mut scripts);
        for (role, _) in ROLES {
            self.ambiguous(&scripts, role, arguments(role).len(), None);
        }
        scripts
    }

    /// The path inside its pack of the file of definitions that a place is in; a base's file of the same path as another's is
    /// `base/…`, as its scripts are.
    fn path_in_pack(&self, place: Span) -> Option<String> {
        let all = self.layers.iter().enumerate().flat_map(|(at, layer)| layer.definitions.iter().map(move |d| (at, d)));
        let (at, placed) = all.into_iter().find(|(_, placed)| placed.span.file == place.file)?;
        let has_same = |layer: &&&Layer| layer.definitions.iter().any(|other| other.path == placed.path);
        let above = self.layers.iter().take(at).filter(has_same).count();
        Some(format!("{}{}", "base/".repeat(above), placed.path))
    }

    /// Tells of a function that two files of one layer define; which would be called is chance.
    fn ambiguous(&mut self, scripts: &Scripts, name: &str, parameters: usize, asked: Option<Span>) {
        let mut found = scripts.named(name).into_iter().filter(|function| function.parameters == parameters);
        let Some(first) = found.next() else { return };
        let place = |function: &FunctionId| {
            let range = scripts.policy.range_of(function);
            scripts.places.get(function.script).map(|place| place.span(range))
        };
        let Some(first_at) = place(&first) else { return };
        let again: Vec<Span> = found.filter_map(|function| place(&function)).collect();
        for span in again {
            let mut diagnostic = Diagnostic::new(
                &codes::DUPLICATE_FUNCTION,
                span,
                format!("the policy function `{name}` is defined in two files"),
            )
            .label("again here")
            .help("a pack has one of each: rename one, or make it `private`")
            .related(first_at, "first here");
            if let Some(asked) = asked {
                diagnostic = diagnostic.related(asked, "named here");
            }
            self.diagnostics.push(diagnostic);
        }
    }

    /// The functions that a definition uses instead of the pack's.
    pub(super) fn definition_policy(&mut self, merged: &Merged, scripts: &Scripts) -> DefinitionPolicy {
        let keys = merged.placed.keys.policy.as_ref().map(|policy| policy.value.clone()).unwrap_or_default();
        let inline = scripts.inline(&merged.key());
        let own = |role: &str| {
            let all = inline.map(|at| scripts.policy.functions_of(at)).unwrap_or_default();
            all.into_iter().find(|function| function.name == role && function.parameters == arguments(role).len())
        };
        let is_told = inline.is_some_and(|at| scripts.misspelt.contains(&at) || !scripts.is_sound(at));
        if let Some(script) = merged.placed.keys.script.as_ref().filter(|_| !is_told)
            && ROLES.iter().all(|(role, _)| own(role).is_none())
        {
            let text = "the script defines none of the functions that could judge this definition".to_owned();
            let help = "define `fn severity(cluster)`, `fn impact(cluster)`, `fn action(cluster, issue)` or \
                        `fn group(entry)` in it"
                .to_owned();
            let at = self.inside(script, 0..script.value.lines().next().map_or(0, str::len));
            self.tell(&codes::UNUSED_SCRIPT, at, text, Some(help));
        }
        DefinitionPolicy {
            severity: self.role(scripts, &keys, "severity", own("severity")),
            impact: self.role(scripts, &keys, "impact", own("impact")),
            action: self.role(scripts, &keys, "action", own("action")),
            group: self.role(scripts, &keys, "group", own("group")),
        }
    }

    /// The function for one role: the one in the definition's script, or the one that it names.
    fn role(
        &mut self,
        scripts: &Scripts,
        keys: &DefinitionPolicyKeys,
        role: &str,
        own: Option<FunctionId>,
    ) -> Option<FunctionId> {
        let named = match role {
            "severity" => &keys.severity,
            "impact" => &keys.impact,
            "action" => &keys.action,
            _ => &keys.group,
        };
        let Some(named) = named else { return own };
        if own.is_some() {
            let text = format!("`{role}` is both named here and defined in this definition's `script`");
            self.tell(
                &codes::NO_EFFECT,
                named.span,
                text,
                Some("the one in `script` is called; take one of them out".to_owned()),
            );
            return own;
        }
        let parameters = arguments(role).len();
        if let Some(found) = scripts.policy.function(&named.value, parameters) {
            self.wrong_object(scripts, role, named, &found);
            if !ROLES.iter().any(|(role, _)| *role == named.value) {
                self.ambiguous(scripts, &named.value, parameters, Some(named.span));
            }
            return Some(found);
        }
        if !scripts.is_broken && !scripts.is_defined(&named.value, parameters) {
            self.no_function(scripts, role, named);
        }
        None
    }

    fn no_function(&mut self, scripts: &Scripts, role: &str, named: &At<String>) {
        let parameters = arguments(role).len();
        let signature = format!("fn {}({})", named.value, arguments(role).join(", "));
        let others = scripts.named(&named.value);
        if let Some(other) = others.first() {
            let range = scripts.policy.range_of(other);
            let message = match other.parameters {
                n if n == parameters => format!("`{}` is private, and so is not called for a definition", named.value),
                n => format!(
                    "`{}` takes {}; a function for `{role}` takes {}",
                    named.value,
                    counted(n),
                    if parameters == 1 { "one" } else { "two" }
                ),
            };
            let mut diagnostic = Diagnostic::new(&codes::FUNCTION_PARAMETERS, named.span, message)
                .help(format!("define it as `{signature}`"));
            if let Some(place) = scripts.places.get(other.script) {
                diagnostic = diagnostic.related(place.span(range), "defined here");
            }
            self.diagnostics.push(diagnostic);
            return;
        }
        let names = scripts.names(parameters);
        let near = nearest(&named.value, names.iter().map(String::as_str));
        let help = super::meant(near).or_else(|| Some(format!("define `{signature}` in a file of `policy/`")));
        let text = format!("no script of `policy/` has a function `{}`", named.value);
        self.tell(&codes::UNKNOWN_FUNCTION, named.span, text, help);
    }
}
