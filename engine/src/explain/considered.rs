//! The definitions of a pack beside one entry: the one that won, those that match as well, those that miss it.

use std::cmp::Ordering;

use serde::Serialize;

use super::{Explainer, Place};
use crate::entry::Entry;
use crate::pack::Definition;
use crate::query::{Trace, rounded};

/// How near a definition is at least that is told of as near: that just the log severity fits is less.
const NEAR: f64 = 0.4;

/// Which definitions are to be told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// All that match, and so many of those that miss the entry, nearest first.
    Nearest(usize),
    /// All.
    All,
    /// The one with this id.
    One(String),
}

/// The definitions that were considered.
#[derive(Clone, Debug, Serialize)]
pub struct Definitions {
    /// How many definitions the pack has.
    pub considered: usize,
    /// How many of them match.
    pub matching: usize,
    /// Those that were asked for: first those that match, in their order, then the others, nearest first.
    pub list: Vec<Considered>,
    /// How many that were not asked for miss the entry.
    pub more: usize,
}

/// One definition beside an entry.
#[derive(Clone, Debug, Serialize)]
pub struct Considered {
    /// Its id.
    pub id: String,
    /// Its title, its placeholders not filled in.
    pub title: String,
    /// Where it stands.
    pub place: Place,
    /// Where its `match` stands.
    pub match_place: Place,
    /// The definition of a base pack that it overrides.
    pub overrides: Option<Place>,
    /// The pack that it comes from.
    pub pack: String,
    /// Its priority.
    pub priority: i64,
    /// Its place in the order in which definitions are considered, from 1.
    pub position: usize,
    /// What came of it.
    pub verdict: Verdict,
    /// Why another definition goes before it, where it matches but did not win.
    pub after: Option<String>,
    /// Tests that hold.
    pub held: usize,
    /// Tests in all.
    pub tests: usize,
    /// How near it is to matching, from 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub nearness: f64,
    /// Whether it would match if nothing were redacted.
    pub matches_before_redaction: bool,
    /// Which of its queries is shown, from 1: the first that holds, else the nearest.
    pub query: usize,
    /// How many queries it has.
    pub queries: usize,
    /// The first test of it that fails.
    pub failure: Option<Trace>,
    /// All of it.
    pub trace: Trace,
}

/// What came of a definition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It takes the entry.
    Won,
    /// It matches, but another one comes first.
    AlsoMatches,
    /// It does not match.
    Missed,
}

/// Which definitions match an entry, asked once: of a long text that takes its time.
pub(super) struct Matching {
    /// Those that match it, in the pack's order.
    pub(super) now: Vec<usize>,
    /// Those that match it before redaction.
    pub(super) before: Vec<usize>,
}

impl Explainer<'_> {
    /// The definitions beside an entry.
    pub(super) fn definitions(&self, entry: &Entry<'_>, matching: &Matching, wanted: &Wanted) -> Definitions {
        let all = &self.pack.definitions;
        let mut list: Vec<Considered> = all
            .iter()
            .enumerate()
            .filter(|(_, definition)| !matches!(wanted, Wanted::One(id) if *id != definition.id))
            .map(|(at, definition)| self.considered(at, definition, matching, entry))
            .collect();
        list.sort_by(order);
        let count = matching.now.len();
        let all_listed = list.len();
        if let Wanted::Nearest(limit) = wanted {
            let missed = list.iter().filter(|considered| considered.verdict == Verdict::Missed);
            // What has nothing in common with the entry is no near miss, but another matter.
            let is_near = |considered: &&Considered| considered.nearness >= NEAR || considered.matches_before_redaction;
            let near = missed.filter(is_near).take(*limit).count();
            list.truncate(count + near);
        }
        Definitions { considered: all.len(), matching: count, more: all_listed - list.len(), list }
    }

    fn considered(&self, at: usize, definition: &Definition, matching: &Matching, entry: &Entry<'_>) -> Considered {
        let winner = matching.now.first().copied();
        let mut traces: Vec<Trace> = definition.queries.iter().map(|query| query.trace(entry)).collect();
        let ratio = |trace: &Trace| trace.share().ratio();
        // Of equals the first: `max_by` would take the last.
        let nearest = (0..traces.len()).rev().max_by(|a, b| {
            let of = |at: &usize| traces.get(*at).map_or(0.0, ratio);
            of(a).total_cmp(&of(b))
        });
        let query = traces.iter().position(|trace| trace.holds).or(nearest).unwrap_or(0);
        let queries = traces.len();
        let trace = if query < queries { traces.swap_remove(query) } else { Trace::nothing() };
        let verdict = match winner {
            Some(winner) if winner == at => Verdict::Won,
            _ if trace.holds => Verdict::AlsoMatches,
            _ => Verdict::Missed,
        };
        let share = trace.share();
        let before = winner.and_then(|winner| self.pack.definitions.get(winner));
        Considered {
            id: definition.id.clone(),
            title: definition.title.source().to_owned(),
            place: self.place(definition.span),
            match_place: self.place(definition.keys.queries),
            overrides: definition.keys.base.map(|span| self.place(span)),
            pack: definition.pack.clone(),
            priority: definition.priority,
            position: at + 1,
            verdict,
            after: before
                .filter(|_| verdict == Verdict::AlsoMatches)
                .map(|winner| after(definition, winner, &self.place(winner.span), &self.place(definition.span))),
            held: share.held,
            tests: share.total,
            nearness: share.ratio(),
            matches_before_redaction: !trace.holds && matching.before.contains(&at),
            query: query + 1,
            queries,
            failure: trace.failure().cloned(),
            trace,
        }
    }
}

fn order(a: &Considered, b: &Considered) -> Ordering {
    let by_verdict = a.verdict.cmp(&b.verdict);
    if a.verdict == Verdict::Missed && b.verdict == Verdict::Missed {
        let by_redaction = b.matches_before_redaction.cmp(&a.matches_before_redaction);
        return by_redaction.then(b.nearness.total_cmp(&a.nearness)).then(a.position.cmp(&b.position));
    }
    by_verdict.then(a.position.cmp(&b.position))
}

/// Why a definition comes after the one that won.
fn after(definition: &Definition, winner: &Definition, before: &Place, own: &Place) -> String {
    if definition.priority != winner.priority {
        return format!("priority {} < {}", definition.priority, winner.priority);
    }
    if definition.layer != winner.layer {
        return format!(
            "both have priority {}, and `{}` is a pack that `{}` extends",
            definition.priority, definition.pack, winner.pack
        );
    }
    if own.file == before.file {
        return format!("both have priority {}, and it stands behind it in the same file", definition.priority);
    }
    format!("both have priority {}, and its file comes after {}", definition.priority, before.file)
}
