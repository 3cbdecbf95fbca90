//! What scripts read of the definitions: metrics, facets and the values of groups.

use super::Checking;
use super::script::Scripts;
use crate::diagnostic::nearest;
use crate::pack::codes;
use crate::pack::merge::Merged;

/// Names that a help line lists.
const LISTED: usize = 12;

impl Checking<'_> {
    /// Whether a function splits a definition into clusters, whose names for the values are known only when it runs.
    pub(super) fn is_grouped_by_script(&self, merged: &[Merged], scripts: &Scripts) -> bool {
        let is_named = |merged: &Merged| merged.placed.keys.policy.as_ref().is_some_and(|p| p.value.group.is_some());
        scripts.is_broken
            || scripts.policy.defined().iter().any(|defined| defined.function.name == "group")
            || merged.iter().any(is_named)
    }

    /// Tells of metrics and facets that scripts read and no definition has.
    ///
    /// Also those of definitions that are switched off or wrong are known.
    pub(super) fn lookups(&mut self, merged: &[Merged], scripts: &Scripts) {
        // A base pack's script may ask for what its own manifest counts.
        let unknown = self.layers.iter().filter_map(|layer| layer.manifest.unknown.as_ref());
        let unknown: Vec<String> =
            unknown.flat_map(|keys| super::facet::list(keys.value.facets.as_ref())).map(super::facet::normal).collect();
        let captures: Vec<Vec<String>> = merged.iter().map(super::capture::names).collect();
        for lookup in scripts.policy.lookups() {
            let is_shared = lookup.script < scripts.layers.len();
            let Some(place) = scripts.places.get(lookup.script).filter(|_| self.has_all || !is_shared) else {
                continue;
            };
            let mut known: Vec<&str> = Vec::new();
            if is_shared && lookup.what == "facets" {
                known.extend(unknown.iter().map(String::as_str));
            }
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
            let more = known.len().saturating_sub(LISTED);
            known.truncate(LISTED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let known = if known.is_empty() { None } else { Some(format!("known: {}{more}", known.join(", "))) };
            self.tell(&codes::SCRIPT_UNKNOWN_NAME, span, text, super::meant(near).or(known));
        }
    }
}
