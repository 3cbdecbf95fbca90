//! Ids that definitions name: related ones, and their own former ones.

use std::collections::BTreeMap;

use super::Checking;
use crate::diagnostic::{Diagnostic, Span, nearest};
use crate::id::TEMPLATE;
use crate::pack::codes;
use crate::pack::merge::{Merged, is_id};

/// What to do about a name that no definition has, and none that is like it.
pub(crate) fn renamed_hint(name: &str) -> String {
    format!("if it was renamed, keep its history and its issue: list `was: [{name}]` in the definition that it is now")
}

impl Checking<'_> {
    /// Checks `related` and `was` of all definitions.
    pub(super) fn references(&mut self, merged: &[Merged]) {
        let members = merged.iter().filter(|merged| merged.is_member);
        let ids: BTreeMap<&str, Span> = members.map(|merged| (merged.id.value.as_str(), merged.id.span)).collect();
        let mut former: BTreeMap<&str, (Span, &str)> = BTreeMap::new();
        for merged in merged {
            let own = merged.id.value.as_str();
            for was in merged.placed.keys.was.iter().flat_map(|was| &was.value.0) {
                let name = was.value.as_str();
                let is_template = name.strip_prefix(TEMPLATE).is_some_and(|text| !text.trim().is_empty());
                if !is_id(name) && !is_template {
                    let text = format!("`{name}` cannot have been an id");
                    let help =
                        "ids are small letters, digits, `.`, `_` and `-`: list the one that the definition had, or \
                                `template:` and the template by which its entries were found"
                            .to_owned();
                    self.tell(&codes::INVALID_ID, was.span, text, Some(help));
                    continue;
                }
                let taken = if name == own {
                    Some((merged.id.span, "it is the id it has now".to_owned()))
                } else if let Some(span) = ids.get(name) {
                    Some((*span, format!("a definition is called `{name}` now")))
                } else {
                    former.get(name).map(|(span, other)| (*span, format!("`{other}` was called so, too")))
                };
                match taken {
                    None => {
                        former.insert(name, (was.span, own));
                    }
                    Some((span, remark)) => self.diagnostics.push(
                        Diagnostic::new(
                            &codes::FORMER_ID_TAKEN,
                            was.span,
                            format!("`{name}` cannot be a former id of `{own}`"),
                        )
                        .label(remark)
                        .help("an id, former ones too, belongs to one definition: its issues would be mixed up")
                        .related(span, "taken here"),
                    ),
                }
            }
        }
        let off: BTreeMap<&str, Span> = (merged.iter().filter(|merged| merged.is_member && !merged.is_on()))
            .map(|merged| (merged.id.value.as_str(), merged.id.span))
            .collect();
        for merged in merged.iter().filter(|merged| merged.is_on()) {
            self.related(merged, &ids, &former);
            // A base cannot know what a pack switches off.
            let own =
                merged.placed.keys.related.iter().filter(|_| merged.layer == 0).flat_map(|related| &related.value.0);
            for related in own {
                let Some(span) = off.get(related.value.as_str()) else { continue };
                let text = format!("`{}` is switched off, and so is related to nothing", related.value);
                self.diagnostics.push(
                    Diagnostic::new(&codes::NO_EFFECT, related.span, text)
                        .help("take it out, or switch that definition on")
                        .related(*span, "switched off here"),
                );
            }
        }
    }

    fn related(&mut self, merged: &Merged, ids: &BTreeMap<&str, Span>, former: &BTreeMap<&str, (Span, &str)>) {
        for related in merged.placed.keys.related.iter().flat_map(|related| &related.value.0) {
            let name = related.value.as_str();
            let text = format!("there is no definition `{name}`");
            if name == merged.id.value {
                let text = format!("`{name}` is related to itself");
                self.tell(&codes::UNKNOWN_DEFINITION, related.span, text, Some("take it out".to_owned()));
            } else if let Some((_, now)) = former.get(name) {
                self.tell(&codes::UNKNOWN_DEFINITION, related.span, text, Some(format!("it is called `{now}` now")));
            } else if !ids.contains_key(name) && self.has_all {
                let near = nearest(name, ids.keys().copied());
                let help = super::meant(near).unwrap_or_else(|| renamed_hint(name));
                self.tell(&codes::UNKNOWN_DEFINITION, related.span, text, Some(help));
            }
        }
    }
}
