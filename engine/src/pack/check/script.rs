//! The scripts of all layers, compiled together, and the functions that definitions name.

use std::collections::BTreeMap;

use super::Checking;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge::Merged;
use crate::pack::model::{DefinitionPolicy, ScriptPlace};
use crate::pack::raw::DefinitionPolicyKeys;
use crate::script::{FunctionId, Policy, ScriptSource};

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

/// The compiled scripts.
pub(super) struct Scripts {
    pub(super) policy: Policy,
    pub(super) places: Vec<ScriptPlace>,
    /// The layer of each script that is not inline.
    layers: Vec<usize>,
    /// The script of a definition, by the definition's id.
    inline: BTreeMap<String, usize>,
    /// Whether a script could not be compiled, so that functions may seem to be missing.
    is_broken: bool,
}

impl Scripts {
    /// The script of a definition.
    pub(super) fn inline(&self, id: &str) -> Option<usize> {
        self.inline.get(id).copied()
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
        for merged in merged {
            if let Some(script) = &merged.placed.keys.script {
                inline.insert(merged.id.value.clone(), places.len());
                names.push(format!("{}#{}", merged.placed.path, merged.id.value));
                places.push(ScriptPlace::Inline {
                    definition: merged.id.value.clone(),
                    span: script.span,
                    written: self.sources.slice(script.span).to_owned(),
                    text: script.value.clone(),
                });
            }
        }
        let sources: Vec<ScriptSource<'_>> = places
            .iter()
            .zip(&names)
            .map(|(place, name)| match place {
                ScriptPlace::File(file) => ScriptSource { name, text: self.sources.text(*file), is_inline: false },
                ScriptPlace::Inline { text, .. } => ScriptSource { name, text, is_inline: true },
            })
            .collect();
        let (policy, problems) = self.sandbox.compile(&sources);
        let mut is_broken = false;
        for (script, problem) in problems {
            is_broken |= problem.code.level == crate::diagnostic::Level::Error;
            if let Some(place) = places.get(script) {
                self.diagnostics.push(Diagnostic::from_problem(problem, |range| place.span(range)));
            }
        }
        let scripts = Scripts { policy, places, layers, inline, is_broken };
        for (role, _) in ROLES {
            self.ambiguous(&scripts, role, arguments(role).len(), None);
        }
        scripts
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
        let inline = scripts.inline(&merged.id.value);
        let own = |role: &str| {
            let all = inline.map(|at| scripts.policy.functions_of(at)).unwrap_or_default();
            all.into_iter().find(|function| function.name == role && function.parameters == arguments(role).len())
        };
        if let Some(script) = merged.placed.keys.script.as_ref().filter(|_| !scripts.is_broken)
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
            if !ROLES.iter().any(|(role, _)| *role == named.value) {
                self.ambiguous(scripts, &named.value, parameters, Some(named.span));
            }
            return Some(found);
        }
        if !scripts.is_broken {
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
            let mut diagnostic = Diagnostic::new(
                &codes::FUNCTION_PARAMETERS,
                named.span,
                format!(
                    "`{}` takes {}; a function for `{role}` takes {}",
                    named.value,
                    counted(other.parameters),
                    if parameters == 1 { "one" } else { "two" }
                ),
            )
            .help(format!("define it as `{signature}`, and not `private`"));
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

    /// Tells of metrics and facets that scripts read and no definition has.
    pub(super) fn lookups(&mut self, checked: &[super::Checked], scripts: &Scripts) {
        for lookup in scripts.policy.lookups() {
            let Some(place) = scripts.places.get(lookup.script) else { continue };
            let mut known: Vec<&str> = Vec::new();
            for checked in checked {
                let id = checked.definition.id.as_str();
                if lookup.script < scripts.layers.len() || scripts.inline(id) == Some(lookup.script) {
                    match lookup.what {
                        "metrics" => {
                            known.extend(checked.definition.captures.iter().map(|capture| capture.name.as_str()))
                        }
                        "facets" => known.extend(super::facet::names(&checked.merged)),
                        _ => known.push(&lookup.name),
                    }
                }
            }
            known.sort_unstable();
            known.dedup();
            if known.contains(&lookup.name.as_str()) {
                continue;
            }
            let what = if lookup.what == "metrics" { "capture" } else { "facet" };
            let whose =
                if lookup.script < scripts.layers.len() { "no definition has" } else { "this definition has not" };
            let text = format!("{whose} a {what} `{}`", lookup.name);
            let near = nearest(&lookup.name, known.iter().copied());
            let span = place.span(lookup.range.clone());
            let known = if known.is_empty() { None } else { Some(format!("known: {}", known.join(", "))) };
            self.tell(&codes::SCRIPT_UNKNOWN_NAME, span, text, super::meant(near).or(known));
        }
    }
}
