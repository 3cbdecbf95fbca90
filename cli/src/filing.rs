//! Issues, looked up and written to: what a plan needs to know of a tracker, and how it is carried out, exactly once.
//!
//! What the tracker says counts, not what the history remembers: with the history lost, nothing is filed twice.

mod apply;
mod change;
mod comment;
mod create;
mod duplicates;
mod expected;
mod log;
mod looking;
mod planned;
mod recent;
mod requests;
mod survey;

pub(crate) use apply::{Job, Summary, carry_out};
pub(crate) use log::{ActionLog, NoLog};
pub(crate) use planned::planned;
pub(crate) use requests::requests;
pub(crate) use survey::{Survey, Target, survey};

#[cfg(test)]
mod tests;
