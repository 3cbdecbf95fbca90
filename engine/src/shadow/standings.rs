//! From what was counted to how each definition fared.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Counted, Fate, Overlaps, Pair, SCHEMA, Shadows, Standing, Taker};
use crate::diagnostic::Sources;
use crate::pack::{Definition, Pack};
use crate::report::PackIdentity;
use crate::triage::Frame;

/// Takers that are told of one definition.
const TAKERS: usize = 5;

/// How every definition of a pack fared on the entries.
#[must_use]
pub fn shadows(pack: &Pack, sources: &Sources, overlaps: &Overlaps<'_>, frame: Frame) -> Shadows {
    let (matched, unmatched) = overlaps.sums();
    let takers = takers(pack, overlaps);
    let mut definitions: Vec<Standing> = pack
        .definitions
        .iter()
        .enumerate()
        .map(|(at, definition)| standing(definition, at, overlaps, takers.get(&at), sources))
        .collect();
    definitions.sort_by_key(|it| (it.fate, Reverse(it.matched - it.won), Reverse(it.matched), it.position));
    Shadows {
        schema: SCHEMA,
        pack: PackIdentity { name: pack.name.clone(), digest: pack.digest.clone() },
        entries: Counted {
            read: frame.read,
            malformed: frame.malformed,
            duplicate: frame.duplicate,
            outside_window: frame.outside_window,
            matched,
            unmatched,
        },
        definitions,
        overlaps: pairs(pack, overlaps, &frame.captures),
        other_overlaps: overlaps.others(),
        captures: frame.captures,
        notes: frame.notes,
    }
}

/// Who got entries of each definition, most first.
fn takers(pack: &Pack, overlaps: &Overlaps<'_>) -> BTreeMap<usize, Vec<Taker>> {
    let mut found: BTreeMap<usize, Vec<Taker>> = BTreeMap::new();
    for ((first, second), overlap) in overlaps.pairs().filter(|(_, overlap)| overlap.won > 0) {
        let (Some(taker), Some(other)) = (pack.definitions.get(*first), pack.definitions.get(*second)) else {
            continue;
        };
        found.entry(*second).or_default().push(Taker {
            id: taker.id.clone(),
            ignores: taker.ignore.is_some(),
            overrides: taker.layer < other.layer,
            count: overlap.won,
        });
    }
    for list in found.values_mut() {
        list.sort_by(|a, b| (b.count, &a.id).cmp(&(a.count, &b.id)));
    }
    found
}

fn standing(
    definition: &Definition,
    at: usize,
    overlaps: &Overlaps<'_>,
    takers: Option<&Vec<Taker>>,
    sources: &Sources,
) -> Standing {
    let (matched, won) = overlaps.counts(at);
    let takers = takers.map_or(&[][..], Vec::as_slice);
    let fate = match (matched, won) {
        (0, _) => Fate::Unmatched,
        // Takers of pairs that were not kept are not known: then it is not said that all is as it should be.
        (_, 0) if takers.iter().filter(|taker| taker.overrides).map(|taker| taker.count).sum::<u64>() == matched => {
            Fate::Overridden
        }
        (_, 0) => Fate::Shadowed,
        _ => Fate::Wins,
    };
    let beaten_by: Vec<Taker> = takers.iter().take(TAKERS).cloned().collect();
    let told: u64 = beaten_by.iter().map(|taker| taker.count).sum();
    Standing {
        id: definition.id.clone(),
        fate,
        pack: definition.pack.clone(),
        is_own: definition.layer == 0,
        ignores: definition.ignore.is_some(),
        priority: definition.priority,
        position: at as u64 + 1,
        matched,
        won,
        beaten_by,
        other_takers: (matched - won).saturating_sub(told),
        place: sources.location(definition.span),
    }
}

fn pairs(pack: &Pack, overlaps: &Overlaps<'_>, captures: &[String]) -> Vec<Pair> {
    let mut found: Vec<(usize, usize, Pair)> = overlaps
        .pairs()
        .filter_map(|((first, second), overlap)| {
            let (one, other) = (pack.definitions.get(*first)?, pack.definitions.get(*second)?);
            let pair = Pair {
                first: one.id.clone(),
                second: other.id.clone(),
                both: overlap.both,
                won_by_first: overlap.won,
                share_of_first: share(overlap.both, overlaps.counts(*first).0),
                share_of_second: share(overlap.both, overlaps.counts(*second).0),
                overrides: one.layer < other.layer,
                sample: overlap.witness.specimen(captures),
            };
            Some((*first, *second, pair))
        })
        .collect();
    found.sort_by_key(|(first, second, pair)| (Reverse(pair.both), *first, *second));
    found.into_iter().map(|(_, _, pair)| pair).collect()
}

/// A share to four digits, so that it reads the same anywhere.
#[expect(clippy::cast_precision_loss, reason = "counts beyond 2^53 are not met")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { (part as f64 / whole as f64 * 10_000.0).round() / 10_000.0 }
}
