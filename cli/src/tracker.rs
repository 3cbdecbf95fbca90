//! Where issues are kept: one request at a time, and what came of it.
//!
//! [`Tracker`] sends a request and no more: it does not wait, try again, or follow pages. [`Client`] does all that, for any
//! tracker. `github` is the real one, `memory` one for tests that loses answers and refuses at will.

pub(crate) mod client;
pub(crate) mod github;
#[cfg(test)]
pub(crate) mod memory;
mod request;
mod trouble;

#[cfg(test)]
pub(crate) use client::Clock;
pub(crate) use client::{Client, Limits};
pub(crate) use request::{
    Answer, Draft, Edit, Filter, Order, Page, Paged, Place, RemoteComment, RemoteIssue, Repository, Request,
};
pub(crate) use trouble::{Kind, Trouble};

/// Something that answers requests about issues.
pub(crate) trait Tracker {
    /// Sends one request, once, and waits for its answer.
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble>;
}

impl<T: Tracker + ?Sized> Tracker for &mut T {
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        (**self).send(request)
    }
}

impl<T: Tracker + ?Sized> Tracker for Box<T> {
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        (**self).send(request)
    }
}
