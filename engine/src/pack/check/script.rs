//! The scripts of all layers, compiled together, and the functions that definitions name.

use std::collections::{BTreeMap, BTreeSet};

use super::Checking;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge::Merged;
use crate::pack::model::{DefinitionPolicy, ScriptPlace};
use crate::pack::raw::DefinitionPolicyKeys;
use crate::script::codes::ENTRY_POINT;
use crate::script::{EntryPoint, FunctionDefinition, FunctionId, Policy, ScriptSource};

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

/// Whether a function of this name is called with so many arguments.
fn is_called_with(entries: &[EntryPoint], name: &str, arguments: usize) -> bool {
    entries.iter().any(|entry| entry.name == name && entry.parameters.len() == arguments)
}

/// The compiled scripts.
pub(super) struct Scripts {
    pub(super) policy: Policy,
    pub(super) places: Vec<ScriptPlace>,
    /// The layer of each script that is not inline.
    layers: Vec<usize>,
    /// The script of a definition, by [`Merged::key`].
    inline: BTreeMap<String, usize>,
    /// Whether a script could not be read, so that functions may seem to be missing.
    is_broken: bool,
    /// Scripts with a function that is misspelt, or that nothing can call.
    misspelt: BTreeSet<usize>,
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
        for merged in merged {
            if let Some(script) = &merged.placed.keys.script {
                inline.insert(merged.key(), places.len());
                names.push(format!("{}#{}", merged.placed.path, merged.key()));
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
        let mut scripts = Scripts { policy, places, layers, inline, is_broken, misspelt: BTreeSet::new() };
        self.uncalled(merged, &mut scripts);
        for (role, _) in ROLES {
            self.ambiguous(&scripts, role, arguments(role).len(), None);
        }
        scripts
    }

    /// Tells of functions that nothing calls although they are meant to be called by their names: misspelt ones, and private
    /// ones.
    fn uncalled(&mut self, merged: &[Merged], scripts: &mut Scripts) {
        let policies = merged.iter().filter_map(|merged| merged.placed.keys.policy.as_ref());
        let named: BTreeSet<&str> = policies
            .flat_map(|policy| {
                let keys = &policy.value;
                [&keys.severity, &keys.impact, &keys.action, &keys.group]
            })
            .flatten()
            .map(|name| name.value.as_str())
            .collect();
        let entries = &self.sandbox.vocabulary().entry_points;
        let calls: Vec<String> = entries
            .iter()
            .map(|entry| {
                let parameters: Vec<&str> = entry.parameters.iter().map(|(name, _)| *name).collect();
                format!("`{}({})`", entry.name, parameters.join(", "))
            })
            .collect();
        let mut found = Vec::new();
        for defined in scripts.policy.defined().iter().filter(|defined| !defined.is_called) {
            let FunctionId { script, name, parameters } = &defined.function;
            let is_inline = *script >= scripts.layers.len();
            let fits: Vec<&str> =
                entries.iter().filter(|entry| entry.parameters.len() == *parameters).map(|entry| entry.name).collect();
            let is_entry = entries.iter().any(|entry| entry.name == name);
            let has_right_one = || {
                let all = scripts.policy.defined().iter().map(|defined| &defined.function);
                let is_right = |other: &&FunctionId| other.script == *script && other.name == *name;
                all.filter(is_right).any(|other| is_called_with(entries, name, other.parameters))
            };
            let (message, label, help) = if is_entry && fits.iter().all(|fit| fit != name) && has_right_one() {
                let message = format!("`{name}` with so many parameters is never called");
                (message, None, format!("called by their names are {}", calls.join(", ")))
            } else if fits.contains(&name.as_str()) && defined.is_private && !is_inline {
                let message = format!("`{name}` is private, and so is never called");
                (message, None, "leave out `private`".to_owned())
            } else if let Some(near) = nearest(name, fits).filter(|_| !is_entry && !named.contains(name.as_str())) {
                let label = format!("did you mean `{near}`?");
                let help = format!("called by their names are {}", calls.join(", "));
                (format!("nothing calls the function `{name}`"), Some(label), help)
            } else {
                continue;
            };
            let Some(place) = scripts.places.get(*script) else { continue };
            let mut diagnostic = Diagnostic::new(&ENTRY_POINT, place.span(defined.range.clone()), message).help(help);
            diagnostic.label = label;
            self.diagnostics.push(diagnostic);
            found.push(*script);
        }
        scripts.misspelt.extend(found);
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

    /// Tells of a function that is meant for another object than the role gives it, as the name of its parameter says.
    fn wrong_object(&mut self, scripts: &Scripts, role: &str, named: &At<String>, function: &FunctionId) {
        let vocabulary = self.sandbox.vocabulary();
        let Some(entry) = vocabulary.entry_points.iter().find(|entry| entry.name == role) else { return };
        let defined = scripts.policy.defined().iter().find(|defined| defined.function == *function);
        for (own, (wanted, kind)) in defined.iter().flat_map(|defined| &defined.parameters).zip(entry.parameters) {
            let meant = vocabulary.parameters.iter().find(|(name, _)| name == own);
            if meant.is_none_or(|(_, meant)| meant == kind) {
                continue;
            }
            let message = format!("`{}` takes `{own}`; a function for `{role}` is given `{wanted}`", named.value);
            let mut diagnostic = Diagnostic::new(&codes::FUNCTION_PARAMETERS, named.span, message)
                .help(format!("name another function, or write it for `{wanted}`"));
            if let Some(place) = scripts.places.get(function.script) {
                diagnostic = diagnostic.related(place.span(scripts.policy.range_of(function)), "defined here");
            }
            self.diagnostics.push(diagnostic);
        }
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

    /// Whether a function splits a definition into clusters, whose names for the values are known only when it runs.
    fn is_grouped_by_script(&self, merged: &[Merged], scripts: &Scripts) -> bool {
        let is_named = |merged: &Merged| merged.placed.keys.policy.as_ref().is_some_and(|p| p.value.group.is_some());
        scripts.is_broken
            || scripts.policy.defined().iter().any(|defined| defined.function.name == "group")
            || merged.iter().any(is_named)
    }

    /// Tells of metrics and facets that scripts read and no definition has.
    ///
    /// Also those of definitions that are switched off or wrong are known.
    pub(super) fn lookups(&mut self, merged: &[Merged], scripts: &Scripts) {
        let captures: Vec<Vec<String>> = merged.iter().map(super::capture::names).collect();
        for lookup in scripts.policy.lookups() {
            let is_shared = lookup.script < scripts.layers.len();
            let Some(place) = scripts.places.get(lookup.script).filter(|_| self.has_all || !is_shared) else {
                continue;
            };
            let mut known: Vec<&str> = Vec::new();
            for (merged, captures) in merged.iter().zip(&captures) {
                if is_shared || scripts.inline(&merged.key()) == Some(lookup.script) {
                    match lookup.what {
                        "metrics" => known.extend(captures.iter().map(String::as_str)),
                        "facets" => known.extend(super::facet::names(merged)),
                        "group" => known.extend(super::facet::list(merged.placed.keys.group_by.as_ref())),
                        _ => known.push(&lookup.name),
                    }
                }
            }
            if lookup.what == "group" && self.is_grouped_by_script(merged, scripts) {
                continue;
            }
            known.sort_unstable();
            known.dedup();
            if known.contains(&lookup.name.as_str()) {
                continue;
            }
            let what = match lookup.what {
                "metrics" => "capture",
                "group" => "group value",
                _ => "facet",
            };
            let whose = if is_shared { "no definition has" } else { "this definition has not" };
            let text = format!("{whose} a {what} `{}`", lookup.name);
            let near = nearest(&lookup.name, known.iter().copied());
            let span = place.span(lookup.range.clone());
            let known = if known.is_empty() { None } else { Some(format!("known: {}", known.join(", "))) };
            self.tell(&codes::SCRIPT_UNKNOWN_NAME, span, text, super::meant(near).or(known));
        }
    }
}
