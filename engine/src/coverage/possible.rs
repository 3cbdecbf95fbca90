//! Which severities and actions a pack could come to, as far as it says so itself.
//!
//! A severity: a definition of its own declares it, `unknown` names it, or a script of its own gives it in quotes to
//! `raise_to`, `lower_to` or `set`, or returns it from `severity`. What `escalate` makes of a severity is not foreseen.
//! An action: see [`possible`].

use std::collections::BTreeMap;

use super::{OutcomeCoverage, Outcomes};
use crate::diagnostic::{Place, Sources};
use crate::judge::SEVERITIES;
use crate::pack::{Definition, Pack};
use crate::plan::{named, possible};
use crate::report::ActionKind;
use crate::severity::Severity;

/// Places of scripts that are named for one severity.
const PLACES: usize = 3;

/// The severities, P0 first.
pub(super) fn severities(pack: &Pack, sources: &Sources, outcomes: &Outcomes) -> Vec<OutcomeCoverage> {
    let possible = possible_severities(pack, sources);
    let coverage = |severity: Severity| OutcomeCoverage {
        name: severity.name(),
        clusters: outcomes.severities.get(&severity).copied().unwrap_or(0),
        because: possible.get(&severity).cloned().unwrap_or_default(),
    };
    Severity::ALL.into_iter().map(coverage).collect()
}

/// The actions, in the order of a report's totals.
pub(super) fn actions(pack: &Pack, sources: &Sources, outcomes: &Outcomes) -> Vec<OutcomeCoverage> {
    let severities: Vec<Severity> = possible_severities(pack, sources).into_keys().collect();
    let possible = possible(pack, &severities);
    let coverage = |kind: ActionKind| OutcomeCoverage {
        name: kind.name(),
        clusters: outcomes.actions.get(&kind).copied().unwrap_or(0),
        because: possible.get(&kind).cloned().unwrap_or_default(),
    };
    ActionKind::ALL.into_iter().map(coverage).collect()
}

/// The severities that the pack could come to, each with why.
fn possible_severities(pack: &Pack, sources: &Sources) -> BTreeMap<Severity, Vec<String>> {
    let mut possible: BTreeMap<Severity, Vec<String>> = BTreeMap::new();
    for severity in Severity::ALL {
        let declares = |definition: &&Definition| {
            definition.layer == 0 && definition.ignore.is_none() && definition.severity == severity
        };
        let declared: Vec<&Definition> = pack.definitions.iter().filter(declares).collect();
        if !declared.is_empty() {
            possible.entry(severity).or_default().push(format!("declared by {}", named(&declared)));
        }
    }
    let unknown = format!("given to what no definition knows (`unknown: {{ severity: {} }}`)", pack.unknown.severity);
    possible.entry(pack.unknown.severity).or_default().push(unknown);
    let mut places: BTreeMap<Severity, Vec<Place>> = BTreeMap::new();
    for lookup in pack.policy.lookups().iter().filter(|lookup| lookup.what == SEVERITIES) {
        if pack.script_layers.get(lookup.script) == Some(&0)
            && let Ok(severity) = lookup.name.parse()
            && let Some(span) = pack.script_span(lookup.script, lookup.range.clone())
        {
            places.entry(severity).or_default().push(sources.place(span));
        }
    }
    for (severity, mut places) in places {
        places.sort();
        places.dedup();
        let more = places.len().saturating_sub(PLACES);
        let named: Vec<String> =
            places.iter().take(PLACES).map(|place| format!("{}:{}", place.file, place.line)).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        possible.entry(severity).or_default().push(format!("given in {}{more}", named.join(", ")));
    }
    possible
}
