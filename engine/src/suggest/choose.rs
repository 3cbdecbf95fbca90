//! The fewest terms that no entry of another cluster has all of.

use super::probe::Probed;
use super::terms::{Term, TermKind};

/// Words that tell, from which on a message alone says what it is about.
const ENOUGH: usize = 3;
/// Phrases that are asked for where one would do.
const PHRASES: usize = 2;

/// Leaves out the terms that some entries of the cluster do not have; whether the first telling one is among them, by which the
/// entries of others were picked.
pub(super) fn leave_out(terms: &mut Vec<Term>, probed: &Probed) -> bool {
    let first = terms.iter().position(Term::is_telling);
    let was_blind = first.is_some_and(|at| !has(probed.always, at));
    if was_blind {
        let mut at = 0;
        terms.retain(|_| {
            at += 1;
            has(probed.always, at - 1)
        });
    }
    was_blind
}

/// The terms to ask for, by their places, in their order.
pub(super) fn choose(terms: &[Term], probed: &Probed) -> Vec<usize> {
    let usable: Vec<usize> = (0..terms.len()).filter(|at| has(probed.always, *at)).collect();
    let kind = |at: usize| terms.get(at).map(|term| term.kind);
    let mut chosen = base(terms, &usable);
    let fixed = chosen.clone();
    let others: Vec<(u64, u64)> = probed.others.iter().map(|((mask, _), met)| (*mask, met.count)).collect();
    let tiers: [fn(TermKind) -> bool; 5] = [
        is_words,
        |it| it == TermKind::Absence,
        |it| it == TermKind::Severity,
        |it| it == TermKind::Shape,
        |it| it == TermKind::Field,
    ];
    for tier in tiers {
        loop {
            let left = left(&others, &chosen);
            let tier = usable.iter().copied().filter(|at| kind(*at).is_some_and(tier) && !chosen.contains(at));
            // Of those that tell the same the first, which is the best.
            let best = tier.map(|at| (left - self::left(&others, &[chosen.as_slice(), &[at]].concat()), at));
            let best = best.max_by_key(|(gain, at)| (*gain, std::cmp::Reverse(*at)));
            match best {
                Some((gain, at)) if gain > 0 => chosen.push(at),
                _ => break,
            }
        }
    }
    // What a later one does as well is not needed.
    for at in chosen.clone().into_iter().filter(|at| !fixed.contains(at)) {
        let without: Vec<usize> = chosen.iter().copied().filter(|other| *other != at).collect();
        if left(&others, &without) == left(&others, &chosen) {
            chosen = without;
        }
    }
    chosen.sort_unstable();
    chosen
}

fn is_words(kind: TermKind) -> bool {
    matches!(kind, TermKind::Words(_))
}

/// What is asked for in any case, so that the query says what it is about.
fn base(terms: &[Term], usable: &[usize]) -> Vec<usize> {
    let mut chosen = Vec::new();
    let (mut telling, mut phrases) = (0, 0);
    for at in usable {
        let Some(term) = terms.get(*at) else { continue };
        match term.kind {
            TermKind::Floor | TermKind::Whole => chosen.push(*at),
            TermKind::Words(words) if words > 0 && telling < ENOUGH && phrases < PHRASES => {
                // Words that another phrase has are said already.
                let is_said = chosen.iter().filter_map(|other| terms.get(*other)).any(|other| says(other, term));
                if !is_said {
                    chosen.push(*at);
                    (telling, phrases) = (telling + words, phrases + 1);
                }
            }
            _ => {}
        }
    }
    if phrases == 0 && !chosen.iter().filter_map(|at| terms.get(*at)).any(Term::is_telling) {
        chosen.extend(usable.iter().copied().find(|at| terms.get(*at).is_some_and(Term::is_telling)));
    }
    chosen
}

/// Whether a phrase holds what another one asks for.
fn says(term: &Term, other: &Term) -> bool {
    let phrase =
        |term: &Term| term.part.query.strip_prefix("message:\"").map(|it| it.trim_end_matches('"').to_lowercase());
    matches!((phrase(term), phrase(other)), (Some(term), Some(other)) if term.contains(&other) || other.contains(&term))
}

/// Entries of others that have all these terms.
fn left(others: &[(u64, u64)], chosen: &[usize]) -> u64 {
    let all = chosen.iter().fold(0_u64, |all, at| all | 1 << at);
    others.iter().filter(|(mask, _)| mask & all == all).map(|(_, count)| count).sum()
}

pub(super) fn has(mask: u64, at: usize) -> bool {
    mask >> at & 1 == 1
}
