//! Definitions that nothing can get to, because one before them has the same queries or wider ones.
//!
//! Decided by what the queries test, see [`Query::covers`]; so what is found is certain, and not all is found.

use super::codes;
use super::model::Definition;
use crate::diagnostic::Diagnostic;
use crate::query::Query;

/// Queries in all beyond which pairs are not compared.
const MAX_QUERIES: usize = 4000;

/// Tells of definitions that nothing gets to. That a pack takes all from a definition of its base is what packs are for.
pub(super) fn report(all: &[Definition], covered: &[Option<usize>], diagnostics: &mut Vec<Diagnostic>) {
    for (definition, by) in all.iter().zip(covered) {
        if let Some(taker) = by.and_then(|by| all.get(by)).filter(|taker| taker.layer >= definition.layer) {
            diagnostics.push(unreachable(definition, taker, "its queries hold wherever this one's do"));
        }
    }
}

/// That nothing gets to a definition because of another one.
pub(super) fn unreachable(definition: &Definition, taker: &Definition, why: &str) -> Diagnostic {
    let message = format!("nothing ever gets to `{}`: `{}` comes first", definition.id, taker.id);
    Diagnostic::new(&codes::UNREACHABLE_DEFINITION, definition.span, message)
        .label("cannot be reached")
        .help(hint(definition, taker))
        .related(taker.span, why)
}

/// What can be done about it.
pub(crate) fn hint(definition: &Definition, taker: &Definition) -> String {
    let (own, other) = (definition.priority, taker.priority);
    format!(
        "give `{}` a `priority` above {other} (it has {own}), or narrow the `match` of `{}`",
        definition.id, taker.id
    )
}

/// For each definition, the first one before it because of which nothing gets to it: each of its queries is covered by one of
/// a definition before it.
pub(super) fn covered(all: &[Definition]) -> Vec<Option<usize>> {
    if all.iter().map(|definition| definition.queries.len()).sum::<usize>() > MAX_QUERIES {
        return vec![None; all.len()];
    }
    let taker = |query: &Query, place: usize| {
        let before = all.iter().take(place);
        before.into_iter().position(|earlier| earlier.queries.iter().any(|wider| wider.covers(query)))
    };
    all.iter()
        .enumerate()
        .map(|(place, own)| {
            let takers: Option<Vec<usize>> = own.queries.iter().map(|query| taker(query, place)).collect();
            takers.and_then(|takers| takers.into_iter().max())
        })
        .collect()
}
