//! From what was counted to how each definition fared.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Counted, Fate, Overlaps, Pair, SCHEMA, Shadows, Standing, Taker};
use crate::diagnostic::Sources;
use crate::pack::{Definition, Pack, precedence_hint};
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
        .map(|(at, definition)| standing((pack, sources), definition, at, overlaps, takers.get(&at)))
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
            priority: taker.priority,
            count: overlap.won,
        });
    }
    for list in found.values_mut() {
        list.sort_by(|a, b| (b.count, &a.id).cmp(&(a.count, &b.id)));
    }
    found
}

fn standing(
    (pack, sources): (&Pack, &Sources),
    definition: &Definition,
    at: usize,
    overlaps: &Overlaps<'_>,
    takers: Option<&Vec<Taker>>,
) -> Standing {
    let (matched, won) = overlaps.counts(at);
    let takers = takers.map_or(&[][..], Vec::as_slice);
    // Takers of pairs that were not kept are not known: then it is not said that all is as it should be.
    let all = |of: &dyn Fn(&Taker) -> bool| takers.iter().filter(|t| of(t)).map(|t| t.count).sum::<u64>() == matched;
    let fate = match (matched, won) {
        (0, _) => Fate::Unmatched,
        (_, 1..) => Fate::Wins,
        _ if all(&|taker| taker.overrides) => Fate::Overridden,
        _ if definition.priority < 0 && all(&|taker| taker.overrides || taker.priority > definition.priority) => {
            Fate::Yields
        }
        _ => Fate::Shadowed,
    };
    let beaten_by: Vec<Taker> = takers.iter().take(TAKERS).cloned().collect();
    let first = beaten_by.first().filter(|_| fate == Fate::Shadowed);
    let help = first.and_then(|taker| help(definition, taker, pack));
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
        help,
        other_takers: (matched - won).saturating_sub(told),
        place: sources.place(definition.span),
    }
}

fn help(definition: &Definition, taker: &Taker, pack: &Pack) -> Option<String> {
    let taker = pack.definitions.iter().find(|other| other.id == taker.id)?;
    Some(precedence_hint(definition, taker))
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
                first_is_own: one.layer == 0,
                second_is_own: other.layer == 0,
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
