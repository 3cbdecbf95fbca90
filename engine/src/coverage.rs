//! What of a pack its cases reach: definitions, scripts, severities, actions.
//!
//! [`Outcomes`] gathers what came of cases; the scripts themselves know what ran of them, if the pack was compiled by a
//! sandbox that records ([`crate::judge::recording_sandbox`]). [`Coverage::of`] puts both together into a value.
//!
//! What counts is the pack's own: what it inherits from the packs that it builds on is told beside it, for whoever wrote that
//! has tests of its own.

mod measure;
mod possible;
mod scripts;

use std::collections::BTreeMap;

use serde::Serialize;

use crate::diagnostic::{Place, Sources};
use crate::pack::Pack;
use crate::report::{ActionKind, PackIdentity, Report};
use crate::severity::Severity;

pub use measure::{Measure, Minimum, NoPercentage};
pub use scripts::{NeverRun, Part, ScriptCoverage};

/// The schema of coverage as JSON.
pub const SCHEMA: &str = "gardener/coverage/v1";

/// What came of cases, whichever ran first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// How many cases.
    pub cases: u64,
    /// Entries that each definition took, ignored ones too, by its id.
    pub entries: BTreeMap<String, u64>,
    /// Clusters of each severity.
    pub severities: BTreeMap<Severity, u64>,
    /// Clusters with each action.
    pub actions: BTreeMap<ActionKind, u64>,
}

impl Outcomes {
    /// Takes up what came of a case.
    pub fn add(&mut self, report: &Report) {
        self.cases += 1;
        for cluster in &report.clusters {
            *self.entries.entry(cluster.id.clone()).or_default() += cluster.count;
            *self.severities.entry(cluster.severity).or_default() += 1;
            *self.actions.entry(cluster.action.kind).or_default() += 1;
        }
        for ignored in &report.ignored {
            *self.entries.entry(ignored.id.clone()).or_default() += ignored.count;
        }
    }

    /// Takes up what came of other cases with the same pack.
    pub fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        other.entries.into_iter().for_each(|(id, count)| *self.entries.entry(id).or_default() += count);
        other
            .severities
            .into_iter()
            .for_each(|(severity, count)| *self.severities.entry(severity).or_default() += count);
        other.actions.into_iter().for_each(|(kind, count)| *self.actions.entry(kind).or_default() += count);
    }
}

/// What of a pack cases reach.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// Always [`SCHEMA`].
    pub schema: &'static str,
    /// The pack.
    pub pack: PackIdentity,
    /// How many cases.
    pub cases: u64,
    /// What `--min-coverage` compares: of the pack's own definitions and the functions, statements and branches of its own
    /// scripts, those that some case reaches.
    pub total: Measure,
    /// The parts of it.
    pub parts: Parts,
    /// The same of the packs that it builds on; in no total.
    pub inherited: Parts,
    /// Each of its own definitions.
    pub definitions: Vec<DefinitionCoverage>,
    /// Each of its own scripts.
    pub scripts: Vec<ScriptCoverage>,
    /// Severities, P0 first.
    pub severities: Vec<OutcomeCoverage>,
    /// Actions.
    pub actions: Vec<OutcomeCoverage>,
}

/// What is counted, part by part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Parts {
    /// Definitions that took at least one entry, ignored ones too.
    pub definitions: Measure,
    /// Functions and closures of scripts that were called.
    pub functions: Measure,
    /// Statements that ran.
    pub statements: Measure,
    /// Branches that were taken.
    pub branches: Measure,
}

impl Parts {
    /// All together.
    #[must_use]
    pub fn total(self) -> Measure {
        self.definitions + self.functions + self.statements + self.branches
    }
}

/// Whether cases reach a definition.
#[derive(Clone, Debug, Serialize)]
pub struct DefinitionCoverage {
    /// Its id.
    pub id: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// Whether its entries are ignored.
    pub ignores: bool,
    /// How many entries it took in all cases.
    pub entries: u64,
}

/// Whether cases come to a severity or an action.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeCoverage {
    /// Its name.
    pub name: &'static str,
    /// How many clusters came to it in all cases.
    pub clusters: u64,
    /// Why the pack could come to it; empty where nothing says so.
    pub because: Vec<String>,
}

impl OutcomeCoverage {
    /// Whether the pack could come to it, and no case does.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        self.clusters == 0 && !self.because.is_empty()
    }
}

impl Coverage {
    /// What cases with these outcomes reach of the pack. What ran of its scripts it knows itself, if its sandbox records.
    #[must_use]
    pub fn of(pack: &Pack, sources: &Sources, outcomes: &Outcomes) -> Self {
        let (mut parts, mut inherited) = (Parts::default(), Parts::default());
        let mut definitions = Vec::new();
        for definition in &pack.definitions {
            let entries = outcomes.entries.get(&definition.id).copied().unwrap_or(0);
            let part = if definition.layer == 0 { &mut parts } else { &mut inherited };
            part.definitions.add(entries > 0);
            if definition.layer == 0 {
                let place = sources.place(definition.span);
                let id = definition.id.clone();
                definitions.push(DefinitionCoverage { id, place, ignores: definition.ignore.is_some(), entries });
            }
        }
        definitions.sort_by(|a, b| (&a.place, &a.id).cmp(&(&b.place, &b.id)));
        let mut scripts = Vec::new();
        for at in 0..pack.policy.script_count() {
            let is_own = pack.script_layers.get(at) == Some(&0);
            let part = if is_own { &mut parts } else { &mut inherited };
            scripts::count(pack.policy.sites(at), part);
            scripts.extend(is_own.then(|| ScriptCoverage::of(pack, sources, at)).flatten());
        }
        Self {
            schema: SCHEMA,
            pack: PackIdentity { name: pack.name.clone(), digest: pack.digest.clone() },
            cases: outcomes.cases,
            total: parts.total(),
            parts,
            inherited,
            definitions,
            scripts,
            severities: possible::severities(pack, sources, outcomes),
            actions: possible::actions(pack, sources, outcomes),
        }
    }
}

#[cfg(test)]
mod tests;
