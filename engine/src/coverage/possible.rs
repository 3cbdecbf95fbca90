//! Which severities and actions a pack could come to, as far as it says so itself.
//!
//! A severity: a definition of its own declares it, `unknown` names it, or a script of its own gives it in quotes to
//! `raise_to`, `lower_to` or `set`, or returns it from `severity`. What `escalate` makes of a severity is not foreseen.
//!
//! An action: a script of its own decides for it, or one of the pack whose `action(cluster, issue)` is in force.

use std::collections::BTreeMap;

use super::{OutcomeCoverage, Outcomes};
use crate::diagnostic::{Place, Sources};
use crate::judge::{action_taken, severity_given};
use crate::pack::{Definition, Pack};
use crate::report::ActionKind;
use crate::script::Said;
use crate::severity::Severity;

/// Places of scripts that are named for one severity or action.
const PLACES: usize = 3;
/// Definitions that are named for one severity.
const DEFINITIONS: usize = 2;

/// The severities, P0 first.
pub(super) fn severities(pack: &Pack, sources: &Sources, outcomes: &Outcomes) -> Vec<OutcomeCoverage> {
    let given = places(pack, sources, |layer| layer == 0, severity_given);
    let coverage = |severity: Severity| {
        let declares = |definition: &&Definition| {
            definition.layer == 0 && definition.ignore.is_none() && definition.severity == severity
        };
        let declared: Vec<&Definition> = pack.definitions.iter().filter(declares).collect();
        let mut because = Vec::new();
        because.extend((!declared.is_empty()).then(|| format!("declared by {}", named(&declared))));
        because.extend(
            (pack.unknown.severity == severity)
                .then(|| format!("given to what no definition knows (`unknown: {{ severity: {severity} }}`)")),
        );
        because.extend(given.get(&severity).map(|places| format!("given in {}", listed(places))));
        let clusters = outcomes.severities.get(&severity).copied().unwrap_or(0);
        OutcomeCoverage { name: severity.name(), clusters, because }
    };
    Severity::ALL.into_iter().map(coverage).collect()
}

/// The actions.
pub(super) fn actions(pack: &Pack, sources: &Sources, outcomes: &Outcomes) -> Vec<OutcomeCoverage> {
    let in_force = pack.policy.function("action", 2);
    let layer_of = |script: usize| pack.script_layers.get(script).copied();
    let layer = in_force.as_ref().and_then(|function| layer_of(function.script));
    let taken = places(pack, sources, |other| other == 0 || Some(other) == layer, action_taken);
    let coverage = |kind: ActionKind| {
        let mut because: Vec<String> =
            taken.get(&kind).map(|places| format!("decided in {}", listed(places))).into_iter().collect();
        if in_force.is_none() && matches!(kind, ActionKind::Create | ActionKind::Update | ActionKind::None) {
            because.push("what is done where a pack has no `action(cluster, issue)`".to_owned());
        }
        let clusters = outcomes.actions.get(&kind).copied().unwrap_or(0);
        OutcomeCoverage { name: kind.name(), clusters, because }
    };
    ActionKind::ALL.into_iter().map(coverage).collect()
}

/// Where scripts of these layers say something.
fn places<T: Ord>(
    pack: &Pack,
    sources: &Sources,
    counts: impl Fn(usize) -> bool,
    what: fn(&Said) -> Option<T>,
) -> BTreeMap<T, Vec<Place>> {
    let mut places: BTreeMap<T, Vec<Place>> = BTreeMap::new();
    for said in pack.policy.said() {
        if pack.script_layers.get(said.script).is_some_and(|layer| counts(*layer))
            && let Some(found) = what(said)
            && let Some(span) = pack.script_span(said.script, said.range.clone())
        {
            places.entry(found).or_default().push(sources.place(span));
        }
    }
    for places in places.values_mut() {
        places.sort();
        places.dedup();
    }
    places
}

/// `a.rhai:1, a.rhai:7 and 3 more`.
fn listed(places: &[Place]) -> String {
    let shown: Vec<String> = places.iter().take(PLACES).map(|place| format!("{}:{}", place.file, place.line)).collect();
    with_more(&shown, places.len())
}

/// `a`, `b` and 3 more.
fn named(definitions: &[&Definition]) -> String {
    let shown: Vec<String> =
        definitions.iter().take(DEFINITIONS).map(|definition| format!("`{}`", definition.id)).collect();
    with_more(&shown, definitions.len())
}

fn with_more(shown: &[String], all: usize) -> String {
    match all - shown.len() {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
