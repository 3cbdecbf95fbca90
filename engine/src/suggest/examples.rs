//! Entries of others that are nearest to a cluster: what its query must not match.

use serde_json::Value;

use super::owner::{Owner, Owners};
use super::probe::Probed;
use super::terms::Term;

/// How many.
const NEAREST: usize = 2;

/// The entries of others that have most of the terms and not all that are chosen, and whose they are.
pub(super) fn nearest(terms: &[Term], chosen: &[usize], probed: &Probed, owners: &Owners<'_>) -> Vec<(Value, String)> {
    let all = chosen.iter().fold(0_u64, |all, at| all | 1 << at);
    let mut found: Vec<_> =
        probed.others.iter().filter(|((mask, _), met)| mask & all != all && met.example.is_some()).collect();
    found.sort_by_key(|((mask, owner), met)| {
        // One that differs in words shows more than one of another log severity.
        let missing: u32 = (all & !mask).count_ones();
        let words = chosen.iter().any(|at| mask >> at & 1 == 0 && terms.get(*at).is_some_and(Term::is_telling));
        (
            !words,
            missing,
            std::cmp::Reverse((mask & probed.always).count_ones()),
            std::cmp::Reverse(met.count),
            *owner,
            *mask,
        )
    });
    let mut taken: Vec<Owner> = Vec::new();
    let mut nearest = Vec::new();
    for ((_, owner), met) in found {
        if taken.contains(owner) || nearest.len() >= NEAREST {
            continue;
        }
        let record = met.example.as_ref().and_then(|(_, text)| serde_json::from_str(text).ok());
        if let Some(record) = record {
            taken.push(*owner);
            let whose = match owner {
                Owner::Routine => "routine".to_owned(),
                owner => format!("of `{}`", owners.name(*owner)),
            };
            nearest.push((record, whose));
        }
    }
    nearest
}
