//! From what is written to what is meant: every reference followed, every query, expression, text and script read.

mod capture;
mod definition;
mod deploys;
pub(crate) mod example;
mod facet;
mod history;
mod issue;
mod lookup;
mod mute;
mod named;
pub(crate) mod reference;
mod script;
mod settings;
mod suppress;
mod uncalled;
mod unknown;

pub use issue::is_repository;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::decode::At;
use super::layer::{Layer, Placed};
use super::merge::{self, Merged};
use super::model::{Definition, Pack, Templates};
use super::{codes, reach, yaml};
pub use deploys::DEPLOY_FIELDS;

use crate::diagnostic::{Code, Diagnostic, Problem, Sources, Span};
use crate::pattern::Pattern;
use crate::script::Sandbox;

/// What all checks share.
pub(super) struct Checking<'c> {
    pub(super) sources: &'c Sources,
    pub(super) sandbox: &'c Sandbox,
    /// The pack itself first, then its bases in order of precedence.
    pub(super) layers: &'c [&'c Layer],
    pub(super) digest: String,
    /// Whether all definitions are known: one that nobody has may stand in a file that could not be read.
    pub(super) has_all: bool,
    /// Whether the examples are tried as well.
    pub(super) has_examples: bool,
    pub(super) diagnostics: &'c mut Vec<Diagnostic>,
    /// The expressions of captures by their texts: many a one is in several definitions, which then share it.
    pub(super) patterns: BTreeMap<String, Pattern>,
}

impl Checking<'_> {
    /// The checked pack; nothing where that much is wrong that there is none.
    pub(super) fn pack(mut self, templates: Templates) -> Option<Pack> {
        let manifest = merge::manifest(self.layers);
        let merged = merge::definitions(self.layers, self.diagnostics, self.has_all);
        self.no_definitions(&merged);
        let redactor = self.redactor(&manifest);
        let mut scripts = self.scripts(&merged);
        if let Some(operations) = self.max_operations(&manifest) {
            scripts.policy.limit_operations(operations);
        }
        let unknown = self.unknown(&manifest, &merged, &scripts);
        let issue = self.issue(&manifest);
        let (message, attention) = (self.message(&manifest), settings::attention(&manifest));
        let (frequency, deploys) = (self.frequency(&manifest), self.deploys(&manifest));
        let history = self.history(&manifest);
        self.references(&merged);
        self.lookups(&merged, &scripts);
        let mutes = self.mutes(&merged, &scripts);
        let suppressions = self.suppressions(&merged, &scripts);
        let switched_off =
            merged.iter().filter(|merged| merged.is_member && !merged.is_on()).map(switched_off).collect();
        let members = merged.iter().filter(|merged| merged.is_member && merged.is_on()).count();
        let definitions = self.definitions(merged, &scripts, &settings::category(&manifest));
        let covered = reach::covered(&definitions);
        reach::report(&definitions, &covered, self.diagnostics);
        if let (true, Some(redactor)) = (self.has_examples, &redactor) {
            let (policy, scripts) = (&scripts.policy, scripts.places.as_slice());
            let held = super::examples::Held {
                sources: self.sources,
                definitions: &definitions,
                redactor,
                message: &message,
                policy,
                scripts,
            };
            self.diagnostics.extend(held.check(&covered));
        }
        Some(Pack {
            name: self.layers.first()?.name().to_owned(),
            digest: self.digest.clone(),
            service: manifest.service.as_ref().map(|service| service.value.clone()),
            project: manifest.project.as_ref().map(|project| project.value.clone()),
            message,
            deploys,
            attention,
            frequency,
            severities: settings::styles(&manifest),
            issue: issue?,
            history,
            unknown,
            has_all_definitions: self.has_all && definitions.len() == members,
            definitions,
            switched_off,
            mutes,
            suppressions,
            scripts: scripts.places,
            script_layers: scripts.all_layers,
            policy: scripts.policy,
            templates,
            redactor: redactor?,
        })
    }

    /// The definitions that are switched on, in the order in which they are considered.
    fn definitions(&mut self, merged: Vec<Merged>, scripts: &script::Scripts, category: &str) -> Vec<Definition> {
        let (mut checked, mut places) = (Vec::with_capacity(merged.len()), Vec::with_capacity(merged.len()));
        for merged in &merged {
            if merged.is_on()
                && let Some(definition) = self.definition(merged, scripts)
                && merged.is_member
            {
                places.push(merged);
                checked.push(definition);
            }
        }
        let mut definitions = in_order(checked, &places);
        for definition in &mut definitions {
            definition.category.get_or_insert_with(|| category.to_owned());
        }
        definitions
    }

    fn no_definitions(&mut self, merged: &[Merged]) {
        let is_hidden_by_errors = self.diagnostics.iter().any(Diagnostic::is_error);
        if merged.iter().any(Merged::is_on) || is_hidden_by_errors {
            return;
        }
        let Some(own) = self.layers.first() else { return };
        let text = match merged.is_empty() {
            true => "the pack has no definitions",
            false => "all definitions of the pack are switched off",
        };
        self.diagnostics.push(
            Diagnostic::new(&codes::NO_DEFINITIONS, Span::new(own.manifest_file, 0..0), text)
                .help("write some into `clusters/*.yaml`, or build on the default pack with `extends: default`"),
        );
    }

    /// Tells something at a place.
    fn tell(&mut self, code: &'static Code, span: Span, message: String, help: Option<String>) {
        let mut diagnostic = Diagnostic::new(code, span, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    /// Tells a problem of a text at its place in the file.
    fn problem(&mut self, text: &At<String>, problem: Problem) {
        let diagnostic = Diagnostic::from_problem(problem, |range| self.inside(text, range));
        self.diagnostics.push(diagnostic);
    }

    /// The place of a part of a text.
    fn inside(&self, text: &At<String>, range: Range<usize>) -> Span {
        yaml::locate(self.sources, text.span, &text.value, range)
    }
}

/// The id of a definition that is switched off, and where that is said.
fn switched_off(merged: &Merged) -> (String, Span) {
    (merged.id.value.clone(), merged.placed.keys.key("enabled").unwrap_or(merged.id.span))
}

/// The definitions in the order in which they are considered, by where they stand. They are large, and are moved but once.
fn in_order(checked: Vec<Definition>, written: &[&Merged]) -> Vec<Definition> {
    let place = |(definition, merged): (&Definition, &&Merged)| {
        let Placed { path, position, .. } = &*merged.placed;
        (Reverse(definition.priority), merged.layer, path.clone(), *position)
    };
    let mut order: Vec<_> = checked.iter().zip(written).map(place).zip(0..).collect();
    order.sort();
    let mut checked: Vec<Option<Definition>> = checked.into_iter().map(Some).collect();
    order.into_iter().filter_map(|(_, at): (_, usize)| checked.get_mut(at)?.take()).collect()
}

/// `did you mean …?`
fn meant(near: Option<&str>) -> Option<String> {
    near.map(|near| format!("did you mean `{near}`?"))
}
