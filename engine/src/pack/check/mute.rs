//! Mutes: what each is about, and that it says so.

use std::collections::BTreeMap;

use super::Checking;
use super::named::Named;
use super::script::Scripts;
use crate::diagnostic::{Diagnostic, nearest};
use crate::pack::codes;
use crate::pack::decode::{At, one_of};
use crate::pack::merge::Merged;
use crate::pack::model::{Mute, MuteTarget};
use crate::pack::raw::MuteKeys;
use crate::query::Query;

/// Mutes that a pack may have, those of its bases among them.
const MUTES: usize = 200;
/// Characters of the reason and of the owner: they stand in each cluster that is muted.
const WORDS: usize = 500;

impl Checking<'_> {
    /// The mutes of all layers, the pack's own first.
    pub(super) fn mutes(&mut self, merged: &[Merged], scripts: &Scripts) -> Vec<Mute> {
        let layers = self.layers;
        let mut mutes = Vec::new();
        let all = layers.iter().enumerate().flat_map(|(at, layer)| layer.manifest.mutes.iter().map(move |m| (at, m)));
        for (layer, keys) in all.flat_map(|(at, mutes)| mutes.value.iter().map(move |keys| (at, keys))) {
            mutes.extend(self.mute(merged, scripts, layer, keys));
        }
        if let Some(beyond) = mutes.get(MUTES) {
            let text = format!("there are {} mutes; at most {MUTES} are taken", mutes.len());
            let help = "what shall never have an issue has `issue: { file: never, reason: … }` in its definition";
            self.tell(&codes::BAD_VALUE, beyond.span, text, Some(help.to_owned()));
        }
        mutes
    }

    fn mute(&mut self, merged: &[Merged], scripts: &Scripts, layer: usize, at: &At<MuteKeys>) -> Option<Mute> {
        let keys = &at.value;
        for text in [&keys.reason, &keys.owner].into_iter().flatten() {
            self.plain(text);
            let length = text.value.chars().count();
            if length > WORDS {
                let message = format!("the text has {length} characters; at most {WORDS} are taken");
                let help = "say it in a sentence, and name the issue or page that has the rest".to_owned();
                self.tell(&codes::BAD_VALUE, text.span, message, Some(help));
            }
        }
        let target = match (&keys.cluster, &keys.queries) {
            (Some(id), None) => self.muted_cluster(merged, scripts, layer, (keys, id)),
            (None, Some(queries)) => {
                if let Some(group) = &keys.group {
                    let span = keys.key("group").unwrap_or(group.span);
                    let message = "`group` is for the clusters of one definition, and this mute has a query";
                    let help = "say it in the query, or name the definition in `cluster` instead of `match`";
                    self.diagnostics.push(Diagnostic::new(&codes::MUTE_TARGET, span, message).help(help));
                }
                self.muted_entries(&queries.value.0, queries.span)
            }
            (cluster, queries) => {
                // What is there and wrong has been told.
                let is_given = |key: &str| keys.key(key).is_some();
                let (span, message) = match (cluster, queries) {
                    (Some(_), Some(queries)) => {
                        (keys.key("match").unwrap_or(queries.span), "a mute has `cluster` and `match`")
                    }
                    _ if is_given("cluster") || is_given("match") => return None,
                    _ => (at.span, "a mute has neither `cluster` nor `match`"),
                };
                let help = "write the id of a definition in `cluster`, or a query for entries in `match`";
                let diagnostic = Diagnostic::new(&codes::MUTE_TARGET, span, message);
                self.diagnostics.push(diagnostic.label("what is muted?").help(help));
                None
            }
        };
        let until = keys.until.as_ref()?;
        Some(Mute {
            target: target?,
            until: until.value.0,
            reason: line(&keys.reason.as_ref()?.value),
            owner: line(&keys.owner.as_ref()?.value),
            place: self.place_in_layer(layer, at.span),
            span: at.span,
            until_span: until.span,
        })
    }

    fn muted_cluster(
        &mut self,
        merged: &[Merged],
        scripts: &Scripts,
        layer: usize,
        (keys, id): (&MuteKeys, &At<String>),
    ) -> Option<MuteTarget> {
        let named = self.named(merged, id, layer)?;
        let given = keys.group.as_ref().map(|group| group.value.0.as_slice()).unwrap_or_default();
        let known: Vec<String> = match named {
            Named::Definition(definition) if !self.is_grouped_by_script(merged, scripts) => {
                let names = super::facet::list(definition.placed.keys.group_by.as_ref());
                names.map(super::facet::normal).collect()
            }
            Named::Definition(_) => given.iter().map(|(name, _)| super::facet::normal(&name.value)).collect(),
            Named::Template(_) => Vec::new(),
        };
        let mut group = BTreeMap::new();
        for (name, value) in given {
            let normal = super::facet::normal(&name.value);
            if known.contains(&normal) {
                group.insert(normal, value.value.0.clone());
                continue;
            }
            let message = format!("`{}` is not grouped by `{}`", named.id(), name.value);
            let near = nearest(&name.value, known.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => {
                    "it has no groups: leave `group` out, or mute its entries by `match`".to_owned()
                }
                None => format!("it is grouped by {}", one_of(&known).replace(" or ", " and ")),
            };
            let mut diagnostic =
                Diagnostic::new(&codes::MUTE_TARGET, name.span, message).label("no group value").help(help);
            if let Named::Definition(definition) = named {
                diagnostic = diagnostic.related(definition.id.span, "the definition");
            }
            self.diagnostics.push(diagnostic);
        }
        if let Some(group) = keys.group.as_ref().filter(|group| group.value.0.is_empty()) {
            let text = "`group` names no value".to_owned();
            let help = "take it out to mute all clusters of the definition".to_owned();
            self.tell(&codes::MUTE_TARGET, group.span, text, Some(help));
        }
        Some(MuteTarget::Cluster { id: named.id().to_owned(), group })
    }

    fn muted_entries(&mut self, texts: &[At<String>], span: crate::diagnostic::Span) -> Option<MuteTarget> {
        if texts.is_empty() {
            let text = "`match` lists no query, so that nothing is muted".to_owned();
            self.tell(&codes::EMPTY_MATCH, span, text, Some("write a query, or take the mute out".to_owned()));
            return None;
        }
        let mut queries = Some(Vec::new());
        for text in texts {
            let parsed = Query::parse(&text.value);
            for problem in parsed.problems {
                self.problem(text, problem);
            }
            match (&mut queries, parsed.query) {
                (Some(queries), Some(query)) => queries.push(query),
                _ => queries = None,
            }
        }
        queries.map(MuteTarget::Entries)
    }
}

/// A text on one line, as reasons and warnings have it.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
