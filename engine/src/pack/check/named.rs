//! Definitions that the manifest names: as what they are called now, or were called once.

use super::Checking;
use crate::diagnostic::{Diagnostic, nearest};
use crate::id::is_former;
use crate::pack::codes;
use crate::pack::decode::At;
use crate::pack::merge::Merged;

/// What a name in the manifest stands for.
#[derive(Clone, Copy)]
pub(super) enum Named<'m> {
    /// A definition that has clusters.
    Definition(&'m Merged),
    /// What no definition knows, by the id of its template.
    Template(&'m str),
}

impl<'m> Named<'m> {
    /// Its id as it is now.
    pub(super) fn id(self) -> &'m str {
        match self {
            Self::Definition(merged) => &merged.id.value,
            Self::Template(id) => id,
        }
    }
}

impl Checking<'_> {
    /// What an id stands for that stands in the manifest of a layer; nothing where no cluster can come of it, which is told.
    pub(super) fn named<'m>(&mut self, merged: &'m [Merged], id: &'m At<String>, layer: usize) -> Option<Named<'m>> {
        let name = id.value.as_str();
        let members = || merged.iter().filter(|merged| merged.is_member);
        let called_once = |merged: &&Merged| {
            merged.placed.keys.was.iter().flat_map(|was| &was.value.0).any(|was| is_former(&was.value, name))
        };
        let found = members().find(|merged| merged.id.value == name).or_else(|| members().find(called_once));
        let Some(found) = found else {
            if is_template(name) {
                return Some(Named::Template(name));
            }
            // It may stand where nothing could be read.
            if self.has_all {
                let near = nearest(name, members().map(|merged| merged.id.value.as_str()));
                let help = match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "it takes the id of a definition, or `template-…` as reports have it".to_owned(),
                };
                let message = format!("there is no definition `{name}`");
                let diagnostic = Diagnostic::new(&codes::UNKNOWN_DEFINITION, id.span, message);
                self.diagnostics.push(diagnostic.label("not in the pack, nor in its bases").help(help));
            }
            return None;
        };
        let keys = &found.placed.keys;
        let without = if !found.is_on() {
            Some("is switched off")
        } else if keys.ignore.as_ref().is_some_and(|ignore| ignore.value) {
            Some("ignores its entries")
        } else {
            None
        };
        let Some(without) = without else { return Some(Named::Definition(found)) };
        // A base cannot know what a pack switches off.
        if layer == 0 {
            let message = format!("`{name}` {without}, so that it has no cluster");
            self.diagnostics.push(
                Diagnostic::new(&codes::NO_EFFECT, id.span, message)
                    .help("take it out here")
                    .related(found.id.span, "the definition"),
            );
        }
        None
    }

    /// Where something stands, as reports name it: the same from wherever the pack is used.
    pub(super) fn place_in_layer(&self, layer: usize, span: crate::diagnostic::Span) -> String {
        let line = self.sources.position(span).line;
        let base = self.layers.get(layer).filter(|_| layer > 0).map(|layer| format!("{}/", layer.name()));
        format!("{}{}:{line}", base.unwrap_or_default(), crate::pack::layer::MANIFEST)
    }
}

/// Whether a text can be the id of a template.
pub(super) fn is_template(name: &str) -> bool {
    name.strip_prefix("template-").is_some_and(|hash| hash.len() == 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()))
}
