//! What the manifest says of what no definition knows.

use super::Checking;
use super::named::Named;
use super::script::Scripts;
use crate::diagnostic::{Diagnostic, Span};
use crate::entry::{FieldPath, Root};
use crate::pack::codes;
use crate::pack::decode::{At, OneOrMany};
use crate::pack::merge::{Merged, is_id};
use crate::pack::model::{Becomes, Declared, Meant, TemplateRule, Unknown};
use crate::pack::raw::{Manifest, TemplateRuleKeys};
use crate::severity::Severity;

/// Fields that are counted of each cluster of no definition.
const FACETS: usize = 8;
/// Rules for templates, those of base packs among them.
const RULES: usize = 500;
/// Of these, such as split: each has groups counted beside the clusters.
const SPLITS: usize = 10;
/// Fields by which one rule splits.
const FIELDS: usize = 4;

impl Checking<'_> {
    /// What clusters of no definition are given.
    pub(super) fn unknown(&mut self, manifest: &Manifest, merged: &[Merged], scripts: &Scripts) -> Unknown {
        let keys = manifest.unknown.as_ref().map(|unknown| unknown.value.clone()).unwrap_or_default();
        [&keys.kind, &keys.category, &manifest.service, &manifest.project]
            .into_iter()
            .flatten()
            .for_each(|t| self.plain(t));
        Unknown {
            severity: keys.severity.map_or(Severity::P4, |severity| severity.value),
            kind: Some(keys.kind.map_or_else(|| "Unclassified".to_owned(), |kind| kind.value)),
            category: Some(keys.category.map_or_else(|| "unknown".to_owned(), |category| category.value)),
            facets: self.fields("unknown.facets", keys.facets.as_ref(), FACETS),
            templates: self.template_rules(merged, scripts),
        }
    }

    /// The fields that a list names.
    fn fields(&mut self, list: &str, keys: Option<&At<OneOrMany<String>>>, most: usize) -> Vec<FieldPath> {
        let mut found: Vec<FieldPath> = Vec::new();
        for text in keys.into_iter().flat_map(|keys| &keys.value.0) {
            let Some(path) = self.path(text, &[]) else { continue };
            if path.root() == Root::Message {
                let message = format!("`{list}` takes fields whose values come again, and messages do not");
                let help = "name a field, such as `resource.labels.service_name`".to_owned();
                self.tell(&codes::BAD_PATH, text.span, message, Some(help));
            } else if found.contains(&path) {
                let message = format!("`{}` is listed twice", text.value);
                self.tell(&codes::BAD_VALUE, text.span, message, Some("take one of them out".to_owned()));
            } else if found.len() == most {
                let message = format!("`{list}` lists more than {most} fields");
                self.tell(&codes::BAD_VALUE, text.span, message, Some("keep those that tell most".to_owned()));
                break;
            } else {
                found.push(path);
            }
        }
        found
    }

    /// The rules for templates of all layers, the pack's own first.
    fn template_rules(&mut self, merged: &[Merged], scripts: &Scripts) -> Vec<TemplateRule> {
        let layers = self.layers;
        let mut rules = Vec::new();
        for (at, layer) in layers.iter().enumerate() {
            let own = layer.manifest.unknown.as_ref().and_then(|unknown| unknown.value.templates.as_ref());
            for keys in own.into_iter().flat_map(|own| &own.value) {
                rules.extend(self.template_rule(merged, scripts, at, keys));
            }
        }
        let is_split = |rule: &&TemplateRule| matches!(&rule.becomes, Becomes::Declared(it) if !it.split_by.is_empty());
        let beyond =
            rules.get(RULES).map(|rule| (rule.span, format!("there are more than {RULES} rules for templates")));
        let beyond = beyond.or_else(|| {
            let split = rules.iter().filter(is_split).nth(SPLITS)?;
            Some((split.span, format!("there are more than {SPLITS} rules with `split_by`")))
        });
        if let Some((span, message)) = beyond {
            let help = "write a definition, which takes entries before any template does: `gardener new --from`";
            self.tell(&codes::BAD_VALUE, span, message, Some(help.to_owned()));
        }
        rules
    }

    fn template_rule(
        &mut self,
        merged: &[Merged],
        scripts: &Scripts,
        layer: usize,
        at: &At<TemplateRuleKeys>,
    ) -> Option<TemplateRule> {
        let keys = &at.value;
        let mut meant: Vec<Meant> = Vec::new();
        for id in keys.id.iter().flat_map(|ids| &ids.value.0) {
            if !super::named::is_template(&id.value) {
                let message = format!("`{}` is no id of a template", id.value);
                let help = "write it as reports have it, `template-1a2b3c4d`, or a message in `like`".to_owned();
                self.tell(&codes::TEMPLATE_RULE, id.span, message, Some(help));
            }
            meant.push(Meant::Id(id.value.clone()));
        }
        let likes = || keys.like.iter().flat_map(|likes| &likes.value.0);
        meant.extend(likes().map(|like| Meant::Like(like.value.clone())));
        let meant_at = keys.id.iter().flat_map(|ids| &ids.value.0).chain(likes()).map(|named| named.span).collect();
        if meant.is_empty() {
            let message = "the rule does not say which templates are meant";
            let help = "write a message of them in `like`, or their ids in `id`";
            self.diagnostics.push(Diagnostic::new(&codes::TEMPLATE_RULE, at.span, message).help(help));
        }
        let becomes = self.becomes(merged, scripts, layer, at)?;
        if let (Becomes::OfTemplate(target), Some(said)) = (&becomes, &keys.same_as)
            && meant.contains(target)
        {
            let message = format!("`{}` is meant by this rule itself, so nothing becomes of it", said.value);
            self.diagnostics
                .push(Diagnostic::new(&codes::TEMPLATE_RULE, said.span, message).help("name another template"));
        }
        let (place, same_as_at) = (self.place_in_layer(layer, at.span), keys.same_as.as_ref().map(|said| said.span));
        Some(TemplateRule { meant, meant_at, becomes, same_as_at, place, span: at.span })
    }

    /// What becomes of the templates that a rule means; one thing.
    fn becomes(
        &mut self,
        merged: &[Merged],
        scripts: &Scripts,
        layer: usize,
        at: &At<TemplateRuleKeys>,
    ) -> Option<Becomes> {
        let keys = &at.value;
        let said = ["title", "severity", "kind", "category", "split_by"].into_iter().find_map(|key| keys.key(key));
        let given: Vec<Span> = [keys.key("ignore"), keys.key("same_as"), said].into_iter().flatten().collect();
        match given.as_slice() {
            [_] => {}
            [] => {
                let message = "the rule does not say what becomes of its templates";
                let help = "add `ignore` with a reason, `same_as`, or any of `title`, `severity`, `kind`, `category`, `split_by`";
                self.diagnostics.push(Diagnostic::new(&codes::TEMPLATE_RULE, at.span, message).help(help));
                return None;
            }
            [first, second, ..] => {
                let message = "only one of `ignore`, `same_as` and what is said of the cluster itself can be";
                let diagnostic = Diagnostic::new(&codes::TEMPLATE_RULE, *second, message);
                self.diagnostics.push(diagnostic.related(*first, "said here").help("take one of them out"));
                return None;
            }
        }
        [&keys.ignore, &keys.title, &keys.kind, &keys.category].into_iter().flatten().for_each(|t| self.plain(t));
        if let Some(reason) = &keys.ignore {
            return Some(Becomes::Ignored { reason: reason.value.clone() });
        }
        if let Some(target) = &keys.same_as {
            return self.same_as(merged, scripts, layer, target);
        }
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
        Some(Becomes::Declared(Declared {
            title: text(&keys.title),
            severity: keys.severity.as_ref().map(|severity| severity.value),
            kind: text(&keys.kind),
            category: text(&keys.category),
            split_by: self.fields("split_by", keys.split_by.as_ref(), FIELDS),
        }))
    }

    fn same_as(&mut self, merged: &[Merged], scripts: &Scripts, layer: usize, target: &At<String>) -> Option<Becomes> {
        if !is_id(&target.value) {
            return Some(Becomes::OfTemplate(Meant::Like(target.value.clone())));
        }
        let definition = match self.named(merged, target, layer)? {
            Named::Template(id) => return Some(Becomes::OfTemplate(Meant::Id(id.to_owned()))),
            Named::Definition(definition) => definition,
        };
        let policy = definition.placed.keys.policy.as_ref();
        let by_script = policy.is_some_and(|policy| policy.value.group.is_some())
            || scripts.policy.defined().iter().any(|defined| defined.function.name == "group");
        if definition.placed.keys.group_by.is_some() || by_script {
            let message = format!("`{}` is split into groups, and these entries belong to none of them", target.value);
            let diagnostic = Diagnostic::new(&codes::TEMPLATE_RULE, target.span, message);
            self.diagnostics.push(
                diagnostic
                    .related(definition.id.span, "the definition")
                    .help("add a query for these entries to the definition instead"),
            );
            return None;
        }
        Some(Becomes::OfDefinition(definition.id.value.clone()))
    }
}
