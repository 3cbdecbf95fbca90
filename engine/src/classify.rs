//! Which cluster an entry belongs to.

mod prefilter;

use crate::entry::Entry;
use crate::pack::Pack;
use prefilter::{Candidates, Prefilter};

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
    prefilter: Prefilter,
}

impl<'p> Classifier<'p> {
    /// Makes a pack ready.
    #[must_use]
    pub fn new(pack: &'p Pack) -> Self {
        Self { pack, prefilter: Prefilter::new(&pack.definitions) }
    }

    /// The pack.
    #[must_use]
    pub fn pack(&self) -> &'p Pack {
        self.pack
    }

    /// Room for candidates, to be used for many entries.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch { candidates: Candidates::new(self.pack.definitions.len()) }
    }

    /// Where an entry belongs: to the first definition that matches, in the pack's order.
    #[must_use]
    pub fn class(&self, entry: &Entry<'_>, scratch: &mut Scratch) -> Class {
        self.prefilter.candidates(entry, &mut scratch.candidates);
        for at in scratch.candidates.iter() {
            let Some(definition) = self.pack.definitions.get(at) else { continue };
            if definition.queries.iter().any(|query| query.matches(entry)) {
                return Class::Definition(at);
            }
        }
        if entry.severity() >= self.pack.attention { Class::Template } else { Class::Routine }
    }

    /// Every definition that matches, in the pack's order, whichever of them gets the entry; `found` is emptied first.
    pub fn all(&self, entry: &Entry<'_>, scratch: &mut Scratch, found: &mut Vec<usize>) {
        self.prefilter.candidates(entry, &mut scratch.candidates);
        let matches = |at: &usize| {
            let definition = self.pack.definitions.get(*at);
            definition.is_some_and(|definition| definition.queries.iter().any(|query| query.matches(entry)))
        };
        found.clear();
        found.extend(scratch.candidates.iter().filter(matches));
    }
}

/// Room that is used again for each entry.
#[derive(Debug)]
pub struct Scratch {
    candidates: Candidates,
}
