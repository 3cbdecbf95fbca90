//! Functions of scripts that are never called, or not with what they are meant for.

use std::collections::BTreeSet;

use super::Checking;
use super::script::Scripts;
use crate::diagnostic::{Diagnostic, nearest};
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge::Merged;
use crate::script::codes::ENTRY_POINT;
use crate::script::{EntryPoint, FunctionId};

/// Whether a function of this name is called with so many arguments.
fn is_called_with(entries: &[EntryPoint], name: &str, arguments: usize) -> bool {
    entries.iter().any(|entry| entry.name == name && entry.parameters.len() == arguments)
}

impl Checking<'_> {
    /// Tells of functions that nothing calls although they are meant to be called by their names: misspelt ones, and private
    /// ones.
    pub(super) fn uncalled(&mut self, merged: &[Merged], scripts: &mut Scripts) {
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

    /// Tells of a function that is meant for another object than the role gives it, as the name of its parameter says.
    pub(super) fn wrong_object(&mut self, scripts: &Scripts, role: &str, named: &At<String>, function: &FunctionId) {
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
}
