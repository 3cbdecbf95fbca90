//! What is written down before a write and after it, so that whoever comes after a crash knows what was under way.

use gardener_engine::filing::Step;

use crate::error::Failure;

/// Where intents are kept.
pub(crate) trait ActionLog {
    /// Writes down that the write of a step at this place is about to be done; names the issue on which an earlier try is known to
    /// have done it.
    fn intend(&mut self, step: &Step, part: usize) -> Result<Option<u64>, Failure>;

    /// Writes down what came of it: that it is done, on this issue, or (`false`) that it certainly is not.
    fn settle(&mut self, step: &Step, part: usize, is_done: bool, issue: Option<u64>) -> Result<(), Failure>;

    /// Whether this run still is the one that may write; it asks for more time at once.
    fn is_ours(&mut self) -> Result<bool, Failure>;
}

/// None: where there is no history, only the tracker tells what was done.
#[derive(Debug)]
pub(crate) struct NoLog;

impl ActionLog for NoLog {
    fn intend(&mut self, _: &Step, _: usize) -> Result<Option<u64>, Failure> {
        Ok(None)
    }

    fn settle(&mut self, _: &Step, _: usize, _: bool, _: Option<u64>) -> Result<(), Failure> {
        Ok(())
    }

    fn is_ours(&mut self) -> Result<bool, Failure> {
        Ok(true)
    }
}
