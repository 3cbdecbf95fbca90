//! Which cluster an entry belongs to.

mod memo;
mod needles;
mod prefilter;
mod rarity;
mod scan;

use crate::entry::Entry;
use crate::observe::{Observer, Stage, Unobserved};
use crate::pack::Pack;
pub(crate) use prefilter::{Candidates, Prefilter};

/// Where an entry belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// To the definition at this place among the pack's.
    Definition(usize),
    /// To the template of its message: no definition matches, and it is at or above the attention floor.
    Template,
    /// Nowhere: no definition matches, and it is below the attention floor.
    Routine,
}

/// A pack made ready to classify entries.
#[derive(Debug)]
pub struct Classifier<'p> {
    pack: &'p Pack,
    prefilter: Prefilter<'p>,
}

impl<'p> Classifier<'p> {
    /// Makes a pack ready.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        Self {
            pack,
            prefilter: Prefilter::new(pack.definitions.iter().map(|definition| definition.queries.as_slice())),
        }
    }

    /// The pack.
    #[must_use]
    pub fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// Room for candidates, to be used for many entries.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch { candidates: self.prefilter.room() }
    }

    /// Where an entry belongs: to the first definition that matches, in the pack's order.
    #[must_use]
    pub fn class(&self, entry: &Entry<'_>, scratch: &mut Scratch) -> Class {
        self.class_observed(entry, scratch, &mut Unobserved)
    }

    /// The same, told to an observer.
    #[must_use]
    pub fn class_observed(&self, entry: &Entry<'_>, scratch: &mut Scratch, observer: &mut impl Observer) -> Class {
        observer.during(Stage::Prefilter, |_| self.prefilter.candidates(entry, &mut scratch.candidates));
        match self.first(entry, &mut scratch.candidates, observer) {
            Some(at) => Class::Definition(at),
            None if entry.severity() >= self.pack.attention => Class::Template,
            None => Class::Routine,
        }
    }

    /// All definitions that match an entry, in the pack's order: the first is the one that it belongs to.
    #[must_use]
    pub fn matching(&self, entry: &Entry<'_>, scratch: &mut Scratch) -> Vec<usize> {
        self.prefilter.candidates(entry, &mut scratch.candidates);
        let mut found = Vec::new();
        self.matching_from(0, entry, &mut scratch.candidates, |at| found.push(at));
        found
    }

    /// The first of the candidates that matches.
    fn first<O: Observer>(&self, entry: &Entry<'_>, candidates: &mut Candidates, observer: &mut O) -> Option<usize> {
        let (mut first, mut from) = (None, 0);
        while first.is_none()
            && let Some(at) = self.prefilter.next(candidates, from)
        {
            let is_match = observer.during(Stage::Query(at), |_| self.prefilter.matches(candidates, at, entry));
            observer.evaluated(at, is_match);
            first = is_match.then_some(at);
            from = at + 1;
        }
        if O::IS_CURIOUS {
            observer.during(Stage::Observe, |observer| {
                self.prefilter.of(candidates).for_each(|at| observer.candidate(at));
                self.matching_from(from, entry, candidates, |at| observer.overtaken(at));
            });
        }
        first
    }

    /// Calls `found` with the candidates that match from a place on.
    fn matching_from(
        &self,
        mut from: usize,
        entry: &Entry<'_>,
        candidates: &mut Candidates,
        mut found: impl FnMut(usize),
    ) {
        while let Some(at) = self.prefilter.next(candidates, from) {
            if self.prefilter.matches(candidates, at, entry) {
                found(at);
            }
            from = at + 1;
        }
    }

    /// The definitions that are candidates for every entry, because their queries need no literal.
    pub fn unfiltered(&self) -> impl Iterator<Item = usize> {
        self.prefilter.unfiltered()
    }

    /// Every definition that matches, in the pack's order, whichever of them gets the entry; `found` is emptied first.
    pub fn all(&self, entry: &Entry<'_>, scratch: &mut Scratch, found: &mut Vec<usize>) {
        self.prefilter.candidates(entry, &mut scratch.candidates);
        found.clear();
        self.matching_from(0, entry, &mut scratch.candidates, |at| found.push(at));
    }
}

/// Room that is used again for each entry.
#[derive(Debug)]
pub struct Scratch {
    candidates: Candidates,
}

#[cfg(test)]
mod tests;
