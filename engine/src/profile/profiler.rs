//! The observer with a clock.

use super::PartProfile;
use crate::observe::{Observer, Stage};

/// Looks at the clock in a row, to know what a look costs.
const TRIALS: usize = 1000;

/// The parts of the work, with the names that people know.
const PARTS: [&str; 10] = [
    "reading",
    "parsing",
    "duplicates, window",
    "redaction",
    "prefilter",
    "queries",
    "captures, counting",
    "templates",
    "judging",
    "worklog",
];

/// Measures work by a clock that gives nanoseconds since some moment.
#[derive(Debug)]
pub struct Profiler<C> {
    clock: C,
    /// Nanoseconds that one look at the clock takes.
    look: u64,
    /// Of each piece of work that goes on, the outermost first: nanoseconds of the work in it that has ended.
    open: Vec<u64>,
    parts: [u64; PARTS.len()],
    definitions: Vec<Seen>,
    entries: u64,
}

/// What was seen of a definition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) candidates: u64,
    pub(super) evaluations: u64,
    pub(super) wins: u64,
    pub(super) overtaken: u64,
    pub(super) query: u64,
    pub(super) gather: u64,
}

impl<C: Fn() -> u64> Profiler<C> {
    /// One for a pack of so many definitions.
    #[must_use]
    pub fn new(clock: C, definitions: usize) -> Self {
        let mut looks: Vec<u64> = (0..TRIALS)
            .map(|_| {
                let before = clock();
                clock().saturating_sub(before)
            })
            .collect();
        looks.sort_unstable();
        let look = looks.get(TRIALS / 2).copied().unwrap_or(0);
        let definitions = vec![Seen::default(); definitions];
        Self { clock, look, open: Vec::new(), parts: [0; PARTS.len()], definitions, entries: 0 }
    }

    /// Takes up what another one has measured.
    pub fn merge(&mut self, other: &Self) {
        self.parts.iter_mut().zip(other.parts).for_each(|(ours, theirs)| *ours += theirs);
        self.entries += other.entries;
        for (ours, theirs) in self.definitions.iter_mut().zip(&other.definitions) {
            ours.candidates += theirs.candidates;
            ours.evaluations += theirs.evaluations;
            ours.wins += theirs.wins;
            ours.overtaken += theirs.overtaken;
            ours.query += theirs.query;
            ours.gather += theirs.gather;
        }
    }

    pub(super) fn parts(&self) -> Vec<PartProfile> {
        PARTS.into_iter().zip(self.parts).map(|(name, nanoseconds)| PartProfile { name, nanoseconds }).collect()
    }

    pub(super) fn definitions(&self) -> &[Seen] {
        &self.definitions
    }

    pub(super) fn entries(&self) -> u64 {
        self.entries
    }

    fn seen(&mut self, definition: usize, note: impl FnOnce(&mut Seen)) {
        if let Some(seen) = self.definitions.get_mut(definition) {
            note(seen);
        }
    }

    fn add(&mut self, stage: Stage, nanoseconds: u64) {
        let part = match stage {
            Stage::Read => 0,
            Stage::Parse => 1,
            Stage::Sift => 2,
            Stage::Redact => 3,
            Stage::Prefilter => 4,
            Stage::Query(at) => {
                self.seen(at, |seen| seen.query += nanoseconds);
                5
            }
            Stage::Gather(at) => {
                self.seen(at, |seen| seen.gather += nanoseconds);
                6
            }
            Stage::Template => 7,
            Stage::Judge => 8,
            Stage::Render => 9,
            Stage::Observe => return,
        };
        if let Some(part) = self.parts.get_mut(part) {
            *part += nanoseconds;
        }
    }
}

impl<C: Fn() -> u64> Observer for Profiler<C> {
    const IS_CURIOUS: bool = true;

    fn during<R>(&mut self, stage: Stage, work: impl FnOnce(&mut Self) -> R) -> R {
        self.entries += u64::from(stage == Stage::Prefilter);
        self.open.push(0);
        let began = (self.clock)();
        let result = work(self);
        let took = (self.clock)().saturating_sub(began);
        let inner = self.open.pop().unwrap_or(0);
        // Between the two looks lies the time of one of them; whatever is around this work pays for both.
        self.add(stage, took.saturating_sub(inner).saturating_sub(self.look));
        if let Some(outer) = self.open.last_mut() {
            *outer += took + self.look;
        }
        result
    }

    fn candidate(&mut self, definition: usize) {
        self.seen(definition, |seen| seen.candidates += 1);
    }

    fn evaluated(&mut self, definition: usize, is_match: bool) {
        self.seen(definition, |seen| {
            seen.evaluations += 1;
            seen.wins += u64::from(is_match);
        });
    }

    fn overtaken(&mut self, definition: usize) {
        self.seen(definition, |seen| seen.overtaken += 1);
    }
}
