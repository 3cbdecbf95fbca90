//! Queries held against all entries: what they match, and whose that is.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Target;
use super::make::Look;
use super::owner::{Owner, Owners};
use crate::classify::{Candidates, Prefilter, Scratch};
use crate::query::Query;
use crate::redact::RedactedBatch;
use crate::render::{count, counted};

/// Owners of others that are told by name.
const NAMED: usize = 5;

/// The queries that were made, ready to be tried.
#[derive(Debug)]
pub(super) struct Queries {
    queries: Vec<Option<Query>>,
    /// The place of each query's cluster in the report.
    at: Vec<usize>,
}

impl Queries {
    /// Those of the targets.
    #[must_use]
    pub(super) fn of(targets: &[Target<'_>]) -> Self {
        let queries: Vec<Option<Query>> = targets.iter().map(|target| Query::parse(&target.query()).query).collect();
        let at = targets.iter().map(|target| target.at).collect();
        Self { queries, at }
    }
}

/// What queries match. Merges in any order to the same.
#[derive(Debug)]
pub(super) struct Trials<'o> {
    owners: &'o Owners<'o>,
    queries: &'o Queries,
    prefilter: Prefilter<'o>,
    candidates: Candidates,
    scratch: Scratch,
    skeleton: String,
    of: Vec<BTreeMap<Owner, u64>>,
}

impl Look for Trials<'_> {
    fn look(&mut self, batch: &RedactedBatch<'_>) {
        for entry in batch.entries(&self.owners.classifier.pack().message) {
            self.prefilter.candidates(&entry, &mut self.candidates);
            let mut owner = None;
            for at in self.prefilter.of(&self.candidates) {
                let query = self.queries.queries.get(at).and_then(Option::as_ref);
                if query.is_some_and(|query| query.matches(&entry))
                    && let Some(of) = self.of.get_mut(at)
                {
                    let owner =
                        *owner.get_or_insert_with(|| self.owners.owner(&entry, &mut self.scratch, &mut self.skeleton));
                    *of.entry(owner).or_default() += 1;
                }
            }
        }
    }

    fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.of.iter_mut().zip(other.of) {
            for (owner, count) in theirs {
                *ours.entry(owner).or_default() += count;
            }
        }
    }
}

impl<'o> Trials<'o> {
    /// Nothing yet.
    #[must_use]
    pub(super) fn new(owners: &'o Owners<'o>, queries: &'o Queries) -> Self {
        let length = queries.queries.len();
        let prefilter = Prefilter::new(queries.queries.iter().map(Option::as_slice));
        Self {
            owners,
            queries,
            candidates: prefilter.room(),
            prefilter,
            scratch: owners.classifier.scratch(),
            skeleton: String::new(),
            of: vec![BTreeMap::new(); length],
        }
    }

    /// What each query comes to, in the order of the targets; `counts` are the entries of their clusters.
    #[must_use]
    pub(super) fn outcomes(&self, counts: &[u64]) -> Vec<Outcome> {
        let of = self.of.iter().zip(&self.queries.at).zip(counts);
        of.map(|((of, at), count)| self.outcome(of, *at, *count)).collect()
    }

    fn outcome(&self, of: &BTreeMap<Owner, u64>, at: usize, count: u64) -> Outcome {
        let own = Owner::Cluster(at);
        let of_cluster = of.get(&own).copied().unwrap_or_default();
        let mut others: Vec<Taken> = of
            .iter()
            .filter(|(owner, _)| **owner != own)
            .map(|(owner, count)| Taken { of: self.owners.name(*owner), count: *count })
            .collect();
        others.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.of.cmp(&b.of)));
        let matched = of.values().sum();
        let definitions = &self.owners.classifier.pack().definitions;
        // Behind definitions that have entries like these, and behind those for other clusters.
        let behind = of.keys().filter_map(|owner| match owner {
            Owner::Definition(at) => definitions.get(*at).map(|holder| holder.priority.saturating_sub(1)),
            Owner::Cluster(_) if *owner != own => Some(-1),
            _ => None,
        });
        let priority = behind.min();
        let left: u64 =
            of.iter().filter(|(owner, _)| matches!(owner, Owner::Definition(_))).map(|(_, count)| count).sum();
        let is_exact = of_cluster == count && matched == count + left;
        Outcome { is_exact, matched, count, of_cluster, priority, others }
    }
}

/// What a query matches on the captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// Entries of the cluster.
    pub count: u64,
    /// Whether a definition with this query gets these and no other.
    pub is_exact: bool,
    /// Entries that it matches.
    pub matched: u64,
    /// Of these, those of the cluster.
    pub of_cluster: u64,
    /// The priority that leaves entries of others to their definitions, where it matches any.
    pub priority: Option<i64>,
    /// The others, by what they are now, most first.
    pub others: Vec<Taken>,
}

/// Entries of others that a query matches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// The id of the cluster or definition that they are of; `routine` for those below the attention floor.
    pub of: String,
    /// How many.
    pub count: u64,
}

impl Outcome {
    /// The same as a sentence.
    #[must_use]
    pub fn said(&self) -> String {
        let entries = |count: u64| counted(count, "entry", Some("entries"));
        if self.is_exact && self.priority.is_none() {
            return format!("the query matches {} of these captures: exactly the cluster's", entries(self.matched));
        }
        let of_cluster = match self.of_cluster == self.count {
            true => format!("all {} of the cluster", count(self.count)),
            false => format!("{} of the cluster's {}", count(self.of_cluster), count(self.count)),
        };
        let mut others: Vec<String> =
            self.others.iter().take(NAMED).map(|it| format!("{} of {}", count(it.count), it.of)).collect();
        let rest: u64 = self.others.iter().skip(NAMED).map(|it| it.count).sum();
        if rest > 0 {
            others.push(format!("{} of others", count(rest)));
        }
        let others = if others.is_empty() { String::new() } else { format!(" and {}", others.join(", ")) };
        let matched = format!("the query matches {}, {of_cluster}{others}", entries(self.matched));
        let kept = if self.priority.is_some() {
            "; its priority leaves those to definitions that match them, too"
        } else {
            ""
        };
        match self.is_exact {
            true => format!("{matched}{kept}"),
            false => format!(
                "NOT EXACT: {matched}{kept}; no words, log severity or field of all tells the cluster from others"
            ),
        }
    }
}
