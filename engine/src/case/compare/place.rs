//! Where it was decided what became of a cluster.

use crate::diagnostic::{Diagnostic, Span};
use crate::judge::moves_severity;
use crate::pack::{Definition, Pack};
use crate::report::{Cluster, split_reason};
use crate::script::FunctionId;

/// Places that are shown of one cluster.
const SHOWN: usize = 6;
/// Conditions of a function that are shown.
const GUARDS: usize = 4;

/// The places that decided on a cluster, each with what it did: its definition, and the lines of scripts that gave its
/// reasons.
#[must_use]
pub fn places(pack: &Pack, cluster: &Cluster) -> Vec<(Span, String)> {
    let mut places: Vec<(Span, String)> = definition(pack, cluster).into_iter().chain(reasons(pack, cluster)).collect();
    if reasons(pack, cluster).next().is_none() {
        places.extend(silent(pack, cluster));
    }
    places.truncate(SHOWN);
    places
}

/// The function that was asked about a cluster's severity and left it as it was, and the conditions in it of which none can
/// have held, for it would be another one then.
fn silent(pack: &Pack, cluster: &Cluster) -> Vec<(Span, String)> {
    let Some((function, span)) = asked(pack, cluster) else { return Vec::new() };
    let mut places = vec![(span, format!("`{}` leaves it so", function.name))];
    let guards = pack.policy.guards(&function, moves_severity);
    // Of a function for many definitions most are about others.
    if guards.len() <= GUARDS {
        let shown = guards.into_iter().filter_map(|range| pack.script_span(function.script, range));
        places.extend(shown.map(|span| (span, "it would change here, and did not".to_owned())));
    }
    places
}

/// The function that is asked about a cluster's severity.
fn asked(pack: &Pack, cluster: &Cluster) -> Option<(FunctionId, Span)> {
    let own = found(pack, cluster).and_then(|definition| definition.policy.severity.clone());
    let function = own.or_else(|| pack.policy.function("severity", 1))?;
    let span = pack.script_span(function.script, pack.policy.range_of(&function))?;
    Some((function, span))
}

/// The definition of a cluster, with what it declares.
fn definition(pack: &Pack, cluster: &Cluster) -> Option<(Span, String)> {
    let definition = found(pack, cluster)?;
    Some((definition.span, format!("declares {}", definition.severity)))
}

fn found<'p>(pack: &'p Pack, cluster: &Cluster) -> Option<&'p Definition> {
    pack.definitions.iter().find(|definition| definition.id == cluster.id)
}

/// The lines of scripts that the reasons name.
fn reasons<'c>(pack: &'c Pack, cluster: &'c Cluster) -> impl Iterator<Item = (Span, String)> + 'c {
    cluster.reasons.iter().filter_map(|reason| {
        let (text, script, line) = split_reason(reason)?;
        let (at, range) = pack.policy.line(script, line)?;
        Some((pack.script_span(at, range)?, text.to_owned()))
    })
}

/// A diagnostic with the definition of the cluster that it is about.
pub(super) fn with_definition(diagnostic: Diagnostic, pack: &Pack, cluster: &Cluster) -> Diagnostic {
    match found(pack, cluster) {
        Some(definition) => diagnostic.related(definition.span, "the definition"),
        None => diagnostic,
    }
}

/// A diagnostic with all places that decided on the cluster's severity.
pub(super) fn with_severity(diagnostic: Diagnostic, pack: &Pack, cluster: &Cluster) -> Diagnostic {
    places(pack, cluster).into_iter().fold(diagnostic, |diagnostic, (span, text)| diagnostic.related(span, text))
}

/// A diagnostic with the definition and, where there is one, the function that decides on impacts.
pub(super) fn with_impact(diagnostic: Diagnostic, pack: &Pack, cluster: &Cluster) -> Diagnostic {
    let own = found(pack, cluster).and_then(|definition| definition.policy.impact.clone());
    let function = own.or_else(|| pack.policy.function("impact", 1));
    let span = function.and_then(|function| pack.script_span(function.script, pack.policy.range_of(&function)));
    let diagnostic = with_definition(diagnostic, pack, cluster);
    match span {
        Some(span) => diagnostic.related(span, "policy may have decided it here"),
        None => diagnostic,
    }
}

/// A diagnostic with the place at which the action was decided.
pub(super) fn with_action(diagnostic: Diagnostic, pack: &Pack, cluster: &Cluster) -> Diagnostic {
    let diagnostic = with_definition(diagnostic, pack, cluster);
    let place = cluster.action.by.as_deref().and_then(|by| by.rsplit_once(':'));
    let span = place.and_then(|(script, line)| {
        let (at, range) = pack.policy.line(script, line.parse().ok()?)?;
        pack.script_span(at, range)
    });
    let span = span.or_else(|| pack.restraint_span(cluster.action.by.as_deref()?));
    match span {
        Some(span) => diagnostic.related(span, format!("{}: {}", cluster.action.kind.name(), cluster.action.reason)),
        None => diagnostic,
    }
}
