//! A cluster of the report, with the places of all that decided about it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Explainer, Place, Standing};
use crate::classify::{Class, Scratch};
use crate::clusters::{self, OTHER};
use crate::entry::Entry;
use crate::id::hash64;
use crate::judge;
use crate::pack::Definition;
use crate::report::{Cluster, SeverityBy};
use crate::template;

/// What tells clusters apart.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ClusterKey {
    /// The definition's id, or the template's.
    pub id: String,
    /// The values of its group.
    pub group: BTreeMap<String, String>,
    /// The hash of the skeleton of an entry that no definition matches. Which cluster that is in, all entries decide together.
    #[serde(skip)]
    pub skeleton: Option<u64>,
}

impl ClusterKey {
    /// What tells a cluster of a report from others.
    #[must_use]
    pub fn of(cluster: &Cluster) -> Self {
        Self { id: cluster.id.clone(), group: cluster.group.clone(), skeleton: None }
    }

    /// That of entries with a skeleton of this hash.
    fn of_skeleton(hash: u64) -> Self {
        Self { id: template::id_of_hash(hash), group: BTreeMap::new(), skeleton: Some(hash) }
    }

    /// What entries of a cluster say that it is: one key for a definition's, one for each skeleton of a mined one.
    #[must_use]
    pub fn all_of(cluster: &Cluster) -> Vec<Self> {
        match &cluster.mined {
            Some(mined) => mined.skeletons.iter().map(|hash| Self::of_skeleton(*hash)).collect(),
            None => vec![Self::of(cluster)],
        }
    }
}

/// A cluster, and why it is what it is.
#[derive(Clone, Debug, Serialize)]
pub struct ClusterExplanation {
    /// As in the report.
    #[serde(flatten)]
    pub cluster: Cluster,
    /// Where its definition stands; nothing for a template.
    pub definition: Option<Place>,
    /// The definition of a base pack that it overrides.
    pub overrides: Option<Place>,
    /// The reasons for its severity, each with the place in a script that gave it; among them which function was asked, where
    /// they do not tell.
    pub because: Vec<Reason>,
    /// Who decided about its impact.
    pub impact_by: Option<Reason>,
    /// Why this action.
    pub action_because: Reason,
    /// What holds its action back: mutes, also those of some of its entries, and the cause that it is a symptom of.
    pub held_back: Vec<Reason>,
    /// Some of its records, first ones first.
    pub records: Vec<Standing>,
}

/// A reason for a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// In words.
    pub text: String,
    /// Where in the pack it was given.
    pub place: Option<Place>,
}

impl Explainer<'_> {
    /// What tells the cluster of an entry from others; nothing where it belongs to none.
    #[must_use]
    pub fn key(&self, entry: &Entry<'_>, scratch: &mut Scratch) -> Option<ClusterKey> {
        let definition = match self.classifier.class(entry, scratch) {
            Class::Definition(at) => self.pack.definitions.get(at)?,
            Class::Routine => return None,
            Class::Template => {
                let mut text = String::new();
                template::of_entry(entry, &mut text);
                return Some(ClusterKey::of_skeleton(hash64(text.as_bytes())));
            }
        };
        if definition.ignore.is_some() {
            return None;
        }
        let captured = clusters::captures(definition, entry);
        let mut group = clusters::grouped_by(definition, entry, &captured);
        if let Some(function) = judge::group_function(self.pack, definition) {
            // Where the function fails, the entry is counted without what it would have said.
            group.extend(judge::group_values(self.pack, self.sandbox, &function, entry).unwrap_or_default());
        }
        Some(ClusterKey { id: definition.id.clone(), group, skeleton: None })
    }

    /// The cluster of a key among those of a report; where there were too many to keep, the one that stands for the rest.
    #[must_use]
    pub fn find<'c>(&self, clusters: &'c [Cluster], key: &ClusterKey) -> Option<&'c Cluster> {
        let of = |id: &str, group: &BTreeMap<String, String>| {
            clusters.iter().find(|cluster| cluster.id == id && cluster.group == *group)
        };
        match key.skeleton {
            None => of(&key.id, &key.group).or_else(|| of(&key.id, &clusters::rest_group())),
            Some(hash) => {
                let is_of = |cluster: &&Cluster| cluster.mined.as_ref().is_some_and(|it| it.skeletons.contains(&hash));
                clusters.iter().find(is_of).or_else(|| of(&template::id(OTHER), &BTreeMap::new()))
            }
        }
    }

    /// Explains a cluster, of which these are some records.
    #[must_use]
    pub fn cluster(&self, cluster: &Cluster, records: Vec<Standing>) -> ClusterExplanation {
        let definition = self.pack.definitions.iter().find(|definition| definition.id == cluster.id);
        let declared = definition.map(|definition| self.place(definition.span));
        let mut because: Vec<Reason> = cluster.reasons.iter().map(|text| self.reason(text)).collect();
        // The first reason is what the definition declares, wherever that stands.
        if let Some(first) = because.first_mut().filter(|first| first.place.is_none()) {
            first.place = definition.map(|definition| self.place(definition.keys.severity));
        }
        if let Some(asked) = self.asked(definition, cluster, &because) {
            let said = because.iter().skip(1).position(|reason| reason.place.is_some());
            because.insert(said.map_or(because.len(), |at| at + 1), asked);
        }
        let has_impact = cluster.impact.business.is_some() || cluster.impact.technical.is_some();
        let impact_by = match &cluster.impact.by {
            Some(by) => Some(self.reason(by)),
            None if has_impact => Some(Reason {
                text: format!("declared by {}", cluster.id),
                place: definition.map(|definition| self.place(definition.keys.impact)),
            }),
            None => None,
        };
        let mut action_because = self.reason(&cluster.action.reason);
        if let Some((script, line)) = cluster.action.by.as_ref().and_then(|by| by.rsplit_once(':')) {
            action_because.place = line.parse().ok().and_then(|line| self.script_place(script, line));
        }
        let place = action_because.place.take();
        action_because.place = place.or_else(|| self.restraint_place(cluster.action.by.as_deref()?));
        ClusterExplanation {
            definition: declared,
            overrides: definition.and_then(|definition| definition.keys.base).map(|span| self.place(span)),
            because,
            impact_by,
            action_because,
            held_back: self.held_back(cluster),
            records,
            cluster: cluster.clone(),
        }
    }

    /// Which function policy asked about the severity, where the reasons do not tell: it said nothing, or it stands in for
    /// another one.
    fn asked(&self, definition: Option<&Definition>, cluster: &Cluster, because: &[Reason]) -> Option<Reason> {
        let own = definition.and_then(|definition| definition.policy.severity.clone());
        let general = self.pack.policy.function("severity", 1);
        let is_instead = own.is_some() && general.is_some();
        let function = own.or(general)?;
        // The first reason is what is declared; policy writes a place behind each of its own.
        let has_spoken = cluster.policy_failed
            || cluster.severity_by == SeverityBy::Policy
            || because.iter().skip(1).any(|reason| reason.place.is_some());
        let instead = if is_instead { " in place of the pack's `severity`" } else { "" };
        let text = match (has_spoken, is_instead) {
            (false, _) => format!("asked `{}`{instead}: it changed nothing", function.name),
            (true, true) => format!("asked `{}`{instead}", function.name),
            (true, false) => return None,
        };
        let span = self.pack.script_span(function.script, self.pack.policy.range_of(&function));
        Some(Reason { text, place: span.map(|span| self.place(span)) })
    }

    /// A reason with its place taken out of its text: policy writes it behind, `(policy/severity.rhai:12)`.
    fn reason(&self, text: &str) -> Reason {
        let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).and_then(|(text, place)| {
            let (script, line) = place.rsplit_once(':')?;
            Some((text, self.script_place(script, line.parse().ok()?)?))
        });
        match parts {
            Some((text, place)) => Reason { text: text.to_owned(), place: Some(place) },
            None => Reason { text: text.to_owned(), place: None },
        }
    }

    /// The place in a file of a line of a script.
    fn script_place(&self, name: &str, line: usize) -> Option<Place> {
        let (at, range) = self.pack.policy.line(name, line)?;
        Some(self.place(self.pack.script_span(at, range.start..range.start)?))
    }
}
