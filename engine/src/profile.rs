//! Where the time of a pack goes: an observer with a clock, and what it comes to.
//!
//! What is counted is the same in every run; only times differ.

mod profiler;

use std::cmp::Reverse;

use serde::Serialize;

use crate::classify::Classifier;
use crate::diagnostic::{Place, Sources};
use crate::pack::Pack;
use crate::report::PackIdentity;
use crate::script::FunctionTime;

pub use profiler::Profiler;

/// The schema of a profile as JSON.
pub const SCHEMA: &str = "gardener/profile/v1";

/// Where the time of a pack went.
#[derive(Clone, Debug, Serialize)]
pub struct Profile {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The pack.
    pub pack: PackIdentity,
    /// Entries that were classified.
    pub entries: u64,
    /// Nanoseconds of all the work.
    pub nanoseconds: u64,
    /// The parts of the work, slowest first.
    pub parts: Vec<PartProfile>,
    /// The definitions, slowest first.
    pub definitions: Vec<DefinitionProfile>,
    /// The functions of scripts, slowest first. Their time is part of that of judging, or of counting where they group.
    pub functions: Vec<FunctionProfile>,
}

/// The time of a part of the work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartProfile {
    /// Which part.
    pub name: &'static str,
    /// Its nanoseconds.
    pub nanoseconds: u64,
}

/// The work for a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefinitionProfile {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Whether it is a candidate for every entry, because its queries need no literal.
    pub is_unfiltered: bool,
    /// Entries that it may match, as far as literals, log severities and the fields that entries have tell.
    pub candidates: u64,
    /// Of these, entries for which its queries were evaluated, because no definition before it had matched.
    pub evaluations: u64,
    /// Of the candidates, entries that it matches, whoever takes them.
    pub matches: u64,
    /// Of these, entries that belong to it.
    pub wins: u64,
    /// Nanoseconds of evaluating its queries.
    pub query_nanoseconds: u64,
    /// Nanoseconds of counting its entries: captures, facets, groups.
    pub count_nanoseconds: u64,
}

/// The time of a function of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FunctionProfile {
    /// Its name.
    pub name: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// How often it was called.
    pub calls: u64,
    /// Nanoseconds in it and in what it called.
    pub nanoseconds: u64,
    /// Nanoseconds in it, without the functions of scripts that it called.
    pub own_nanoseconds: u64,
}

impl Profile {
    /// What profilers of the same pack have seen, together with what its scripts know of themselves, if its sandbox records
    /// their times.
    #[must_use]
    pub fn of<C: Fn() -> u64>(classifier: &Classifier<'_>, sources: &Sources, seen: &Profiler<C>) -> Self {
        let pack = classifier.pack();
        let mut parts = seen.parts();
        parts.sort_by_key(|part| (Reverse(part.nanoseconds), part.name));
        Self {
            schema: SCHEMA,
            pack: PackIdentity { name: pack.name.clone(), digest: pack.digest.clone() },
            entries: seen.entries(),
            nanoseconds: parts.iter().map(|part| part.nanoseconds).sum(),
            parts,
            definitions: definitions(classifier, sources, seen),
            functions: functions(pack, sources),
        }
    }
}

fn definitions<C: Fn() -> u64>(
    classifier: &Classifier<'_>,
    sources: &Sources,
    seen: &Profiler<C>,
) -> Vec<DefinitionProfile> {
    let unfiltered: Vec<usize> = classifier.unfiltered().collect();
    let all = classifier.pack().definitions.iter().zip(seen.definitions()).enumerate();
    let profile = |(at, (definition, seen)): (usize, (&crate::pack::Definition, &profiler::Seen))| DefinitionProfile {
        id: definition.id.clone(),
        place: sources.place(definition.span),
        is_unfiltered: unfiltered.contains(&at),
        candidates: seen.candidates,
        evaluations: seen.evaluations,
        matches: seen.wins + seen.overtaken,
        wins: seen.wins,
        query_nanoseconds: seen.query,
        count_nanoseconds: seen.gather,
    };
    let mut definitions: Vec<DefinitionProfile> = all.map(profile).collect();
    definitions.sort_by(|a, b| {
        let key = |d: &DefinitionProfile| Reverse((d.query_nanoseconds + d.count_nanoseconds, d.evaluations));
        key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
    });
    definitions
}

fn functions(pack: &Pack, sources: &Sources) -> Vec<FunctionProfile> {
    let profile = |time: FunctionTime| {
        let span = pack.script_span(time.script, time.range)?;
        Some(FunctionProfile {
            name: time.name,
            place: sources.place(span),
            calls: time.calls,
            nanoseconds: time.total,
            own_nanoseconds: time.own,
        })
    };
    let mut functions: Vec<FunctionProfile> = pack.policy.times().into_iter().filter_map(profile).collect();
    functions.sort_by(|a, b| {
        let key = |f: &FunctionProfile| Reverse((f.own_nanoseconds, f.calls));
        key(a).cmp(&key(b)).then_with(|| (&a.place, &a.name).cmp(&(&b.place, &b.name)))
    });
    functions
}

#[cfg(test)]
mod tests;
