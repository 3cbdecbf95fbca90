//! What a run tells of its own work to whoever measures it.
//!
//! The engine knows no clock. Where it works for an [`Observer`], it says which work begins and ends; for [`Unobserved`], as in
//! all ordinary runs, the compiler leaves nothing of that.

/// A piece of the work on entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Reading and unpacking captures, and cutting them into records.
    Read,
    /// Making entries of records.
    Parse,
    /// Telling duplicates, and entries outside of the window.
    Sift,
    /// Taking secrets out.
    Redact,
    /// Looking for the literals of all definitions at once.
    Prefilter,
    /// Evaluating the queries of the definition at this place among the pack's.
    Query(usize),
    /// Counting an entry for this definition: its captures, facets and groups.
    Gather(usize),
    /// Making the template of a message that no definition matches, and counting the entry for it.
    Template,
    /// Judging the clusters, and putting the report together.
    Judge,
    /// Writing the worklog.
    Render,
    /// What is done for the observer alone.
    Observe,
}

/// Is told what a run does.
pub trait Observer: Sized {
    /// Whether it is of any interest what definitions come after the one that an entry belongs to.
    const IS_CURIOUS: bool = false;

    /// Does a piece of work, which may have others in it.
    #[inline(always)]
    fn during<R>(&mut self, stage: Stage, work: impl FnOnce(&mut Self) -> R) -> R {
        let _ = stage;
        work(self)
    }

    /// An entry may match this definition, as far as literals, its log severity and its fields tell.
    #[inline(always)]
    fn candidate(&mut self, definition: usize) {
        let _ = definition;
    }

    /// The queries of a definition were evaluated; the entry belongs to it if one matches.
    #[inline(always)]
    fn evaluated(&mut self, definition: usize, is_match: bool) {
        let _ = (definition, is_match);
    }

    /// An entry matches this definition, and belongs to one before it.
    #[inline(always)]
    fn overtaken(&mut self, definition: usize) {
        let _ = definition;
    }
}

/// Nobody looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {}
