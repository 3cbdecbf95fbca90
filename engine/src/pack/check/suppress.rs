//! Suppressions: which clusters are symptoms of which, by what, and that none is a symptom of itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Checking;
use super::named::Named;
use super::script::Scripts;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::pack::codes;
use crate::pack::decode::{At, OneOrMany, missing};
use crate::pack::merge::Merged;
use crate::pack::model::Suppression;
use crate::pack::raw::SuppressKeys;

/// Suppressions that a pack may have, those of its bases among them.
const SUPPRESSIONS: usize = 200;
/// Definitions that one side of a suppression may list.
const LISTED: usize = 100;
/// Seconds by which a symptom may be apart from its cause where nothing is said.
const WITHIN: i64 = 600;

/// A suppression as it is laid over those of the bases, and the layer of what it says.
struct Laid {
    keys: At<SuppressKeys>,
    layer: usize,
}

/// One step from a cause to its symptom.
struct Step {
    symptom: String,
    span: Span,
}

impl Checking<'_> {
    /// The suppressions of all layers, the pack's own first.
    pub(super) fn suppressions(&mut self, merged: &[Merged], scripts: &Scripts) -> Vec<Suppression> {
        let mut found = Vec::new();
        let mut steps: BTreeMap<String, Vec<Step>> = BTreeMap::new();
        for laid in self.laid() {
            if laid.keys.value.enabled.as_ref().is_some_and(|enabled| !enabled.value) {
                continue;
            }
            found.extend(self.suppression(merged, scripts, &laid, &mut steps));
        }
        self.circles(&steps);
        if let Some(beyond) = found.get(SUPPRESSIONS) {
            let text = format!("there are {} suppressions; at most {SUPPRESSIONS} are taken", found.len());
            self.tell(&codes::BAD_VALUE, beyond.span, text, Some("list several causes and symptoms in one".to_owned()));
        }
        found
    }

    /// Those of the bases with the pack's own laid over them, by name.
    fn laid(&mut self) -> Vec<Laid> {
        let mut all: Vec<Laid> = Vec::new();
        let layers = self.layers;
        for (layer, keys) in layers.iter().enumerate().rev().map(|(at, layer)| (at, layer.manifest.suppress.as_ref())) {
            let mut own: Vec<Laid> = Vec::new();
            for keys in keys.into_iter().flat_map(|keys| &keys.value) {
                let name = keys.value.name.as_ref();
                let is_same = |other: &Laid| {
                    name.is_some_and(|name| other.keys.value.name.as_ref().is_some_and(|own| own.value == name.value))
                };
                if let (Some(first), Some(name)) = (own.iter().find(|other| is_same(other)), name) {
                    let message = format!("the suppression `{}` is listed twice", name.value);
                    let diagnostic = Diagnostic::new(&codes::BAD_VALUE, name.span, message).label("again here");
                    let first = first.keys.value.name.as_ref().map_or(first.keys.span, |name| name.span);
                    self.diagnostics
                        .push(diagnostic.help("give one of them another name").related(first, "first here"));
                    continue;
                }
                let base = all.iter().position(is_same).map(|at| all.remove(at));
                let keys = match base {
                    // One that only switches keeps what the base says.
                    Some(base) if keys.value.cause.is_none() && keys.value.symptoms.is_none() => {
                        let value = keys.value.clone().over(base.keys.value);
                        own.push(Laid { keys: At { value, span: base.keys.span }, layer: base.layer });
                        continue;
                    }
                    None if keys.value.cause.is_none() && keys.value.symptoms.is_none() && name.is_some() => {
                        self.no_base(&all, name);
                        continue;
                    }
                    _ => keys.clone(),
                };
                own.push(Laid { keys, layer });
            }
            own.append(&mut all);
            all = own;
        }
        all
    }

    /// Tells that there is nothing of a name that could be switched.
    fn no_base(&mut self, bases: &[Laid], name: Option<&At<String>>) {
        let Some(name) = name else { return };
        let known = bases.iter().filter_map(|base| base.keys.value.name.as_ref()).map(|name| name.value.as_str());
        let message = format!("no base pack has a suppression `{}`", name.value);
        let help = match nearest(&name.value, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "to define one, give it a `cause` and `symptoms`".to_owned(),
        };
        let diagnostic = Diagnostic::new(&codes::BAD_VALUE, name.span, message);
        self.diagnostics.push(diagnostic.label("not in a base pack").help(help));
    }

    fn suppression(
        &mut self,
        merged: &[Merged],
        scripts: &Scripts,
        laid: &Laid,
        steps: &mut BTreeMap<String, Vec<Step>>,
    ) -> Option<Suppression> {
        let keys = &laid.keys.value;
        for (key, is_there) in [("cause", keys.cause.is_some()), ("symptoms", keys.symptoms.is_some())] {
            if !is_there && keys.key(key).is_none() {
                let holds = "the id of a definition, or a list of ids";
                self.diagnostics.push(missing(laid.keys.span, "a suppression", key, holds));
            }
        }
        let causes = self.sides(merged, keys.cause.as_ref(), "cause", laid.layer);
        let symptoms = self.sides(merged, keys.symptoms.as_ref(), "symptoms", laid.layer);
        let mut equal: Vec<String> = Vec::new();
        for field in keys.equal.iter().flat_map(|equal| &equal.value.0) {
            let normal = super::facet::normal(&field.value);
            if equal.contains(&normal) {
                let text = format!("`{}` is listed twice", field.value);
                self.tell(&codes::BAD_VALUE, field.span, text, Some("take one of them out".to_owned()));
                continue;
            }
            for (named, _) in causes.iter().chain(&symptoms) {
                self.comparable(merged, scripts, *named, field);
            }
            equal.push(normal);
        }
        for (symptom, id) in &symptoms {
            for (cause, _) in &causes {
                let step = Step { symptom: symptom.id().to_owned(), span: id.span };
                steps.entry(cause.id().to_owned()).or_default().push(step);
            }
        }
        if causes.is_empty() || symptoms.is_empty() {
            return None;
        }
        let ids = |sides: &[(Named<'_>, &At<String>)]| sides.iter().map(|(named, _)| named.id().to_owned()).collect();
        Some(Suppression {
            causes: ids(&causes),
            symptoms: ids(&symptoms),
            equal,
            within: keys.within.as_ref().map_or(WITHIN, |within| within.value.0),
            place: self.place_in_layer(laid.layer, laid.keys.span),
            span: laid.keys.span,
        })
    }

    /// The definitions of one side.
    fn sides<'m>(
        &mut self,
        merged: &'m [Merged],
        ids: Option<&'m At<OneOrMany<String>>>,
        key: &str,
        layer: usize,
    ) -> Vec<(Named<'m>, &'m At<String>)> {
        let Some(ids) = ids else { return Vec::new() };
        if ids.value.0.is_empty() {
            let text = format!("`{key}` lists no definition");
            let help = "write the id of one, or take the suppression out".to_owned();
            self.tell(&codes::BAD_VALUE, ids.span, text, Some(help));
        }
        if let Some(beyond) = ids.value.0.get(LISTED) {
            let text = format!("`{key}` lists {} definitions; at most {LISTED} are taken", ids.value.0.len());
            self.tell(&codes::BAD_VALUE, beyond.span, text, Some("write another suppression for the rest".to_owned()));
        }
        ids.value.0.iter().take(LISTED).filter_map(|id| Some((self.named(merged, id, layer)?, id))).collect()
    }

    /// Tells of a field by which clusters of a side cannot be compared.
    fn comparable(&mut self, merged: &[Merged], scripts: &Scripts, named: Named<'_>, field: &At<String>) {
        let normal = super::facet::normal(&field.value);
        let known: Vec<String> = match named {
            // Of the names that a function groups by, nobody knows before it runs.
            Named::Definition(_) if self.is_grouped_by_script(merged, scripts) => return,
            Named::Definition(definition) => super::facet::names(definition).map(super::facet::normal).collect(),
            Named::Template(_) => Vec::new(),
        };
        if known.contains(&normal) {
            return;
        }
        let message = format!("`{}` neither groups by `{}` nor has it as a facet", named.id(), field.value);
        let near = nearest(&field.value, known.iter().map(String::as_str));
        let help = match (near, named) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Named::Definition(definition)) => {
                format!("add it to the `facets` of `{}`, or take it out of `equal`", definition.id.value)
            }
            (None, Named::Template(_)) => "what no definition knows has neither: leave `equal` out".to_owned(),
        };
        let diagnostic =
            Diagnostic::new(&codes::SUPPRESS_FIELD, field.span, message).label("cannot be compared").help(help);
        self.diagnostics.push(match named {
            Named::Definition(definition) => diagnostic.related(definition.id.span, "the definition"),
            Named::Template(_) => diagnostic,
        });
    }

    /// Tells of symptoms that would be their own causes.
    fn circles(&mut self, steps: &BTreeMap<String, Vec<Step>>) {
        let mut done: BTreeSet<&str> = BTreeSet::new();
        for start in steps.keys() {
            // The way from the start, each with its steps that are yet to be taken.
            let mut way: Vec<(&str, std::slice::Iter<'_, Step>)> = Vec::new();
            let mut next = Some(start.as_str());
            loop {
                if let Some(id) = next.take().filter(|id| done.insert(id)) {
                    way.push((id, steps.get(id).map(Vec::as_slice).unwrap_or_default().iter()));
                }
                let Some((_, left)) = way.last_mut() else { break };
                let Some(step) = left.next() else {
                    way.pop();
                    continue;
                };
                match way.iter().position(|(id, _)| *id == step.symptom) {
                    Some(from) => self.circle(way.iter().skip(from).map(|(id, _)| *id).collect(), step),
                    None => next = Some(step.symptom.as_str()),
                }
            }
        }
    }

    fn circle(&mut self, way: Vec<&str>, step: &Step) {
        let message = match way.as_slice() {
            [one] => format!("`{one}` would be a symptom of itself"),
            several => format!("`{0}` would be a symptom of itself: {1} → {0}", step.symptom, several.join(" → ")),
        };
        let help = "a cause comes first: take it out of the `symptoms` here, or out of the `cause` that leads back";
        let diagnostic = Diagnostic::new(&codes::SUPPRESS_CIRCLE, step.span, message);
        self.diagnostics.push(diagnostic.label("leads back to its own cause").help(help));
    }
}
