//! What is written down before a write and after it, so that whoever comes after a crash knows what was under way.

use gardener_engine::filing::Step;

use crate::error::Failure;

/// What an earlier try of the same write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Earlier {
    /// There was none.
    Nothing,
    /// It was begun, and nobody knows what became of it.
    Unknown,
    /// It was done, on this issue.
    Done(Option<u64>),
}

/// Where intents are kept.
pub(crate) trait ActionLog {
    /// Writes down that the write of a step at this place is about to be done; says what is known of an earlier try.
    fn intend(&mut self, step: &Step, part: usize) -> Result<Earlier, Failure>;

    /// Writes down what came of it: that it is done, on this issue, or (`false`) that it certainly is not.
    fn settle(&mut self, step: &Step, part: usize, is_done: bool, issue: Option<u64>) -> Result<(), Failure>;

    /// Whether this run still is the one that may write; it asks for more time at once.
    fn is_ours(&mut self) -> Result<bool, Failure>;
}

/// None: where there is no history, only the tracker tells what was done.
#[derive(Debug)]
pub(crate) struct NoLog;

impl ActionLog for NoLog {
    fn intend(&mut self, _: &Step, _: usize) -> Result<Earlier, Failure> {
        Ok(Earlier::Nothing)
    }

    fn settle(&mut self, _: &Step, _: usize, _: bool, _: Option<u64>) -> Result<(), Failure> {
        Ok(())
    }

    fn is_ours(&mut self) -> Result<bool, Failure> {
        Ok(true)
    }
}
