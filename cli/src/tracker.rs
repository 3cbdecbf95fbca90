//! Where issues are kept: one request at a time, and what came of it.
//!
//! [`Tracker`] sends a request and no more: it does not wait, try again, or follow pages. [`Client`] does all that, for any
//! tracker. `github` is the real one, `memory` one for tests that loses answers and refuses at will.

mod github;
mod request;
mod trouble;

pub(crate) use request::{
    Answer, Draft, Edit, Filter, Order, Page, Paged, Place, RemoteComment, RemoteIssue, Repository, Request,
};
pub(crate) use trouble::{Kind, Trouble};

/// Something that answers requests about issues.
pub(crate) trait Tracker {
    /// Sends one request, once, and waits for its answer.
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble>;
}
