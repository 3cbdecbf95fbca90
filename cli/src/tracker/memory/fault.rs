//! What can be made to go wrong.

use std::rc::Rc;
use std::time::Duration;

use super::super::{Request, Trouble};

/// What happens to a request.
#[derive(Clone)]
pub(crate) enum What {
    /// It is done, and no answer comes.
    LostAnswer,
    /// It is done, and the answer is cut off.
    TruncatedJson,
    /// It is done, and a gateway says that it failed.
    FailedAfter,
    /// It is not done, and a gateway says that it failed.
    FailedBefore,
    /// It is not done, and no answer comes.
    Hang,
    /// It is not done: there were too many.
    Limited(Option<Duration>),
    /// It is not done, for this reason.
    Refused(Trouble),
    /// A listing shows what there was so many writes ago. What is no listing is always fresh.
    StaleListing(usize),
    /// A listing shows nothing.
    EmptyListing,
    /// Something else happens right before it.
    Meanwhile(Rc<dyn Fn()>),
    /// The process ends before it is sent.
    KilledBefore,
    /// It is done, and the process ends before it knows.
    KilledAfter,
}

impl What {
    fn is_of_listings(&self) -> bool {
        matches!(self, Self::StaleListing(_) | Self::EmptyListing)
    }
}

/// What happens to which requests.
pub(crate) struct Fault {
    what: What,
    which: Box<dyn Fn(&Request) -> bool>,
    skipped: usize,
    times: usize,
}

impl Fault {
    /// Something happens to the next request of a kind, once.
    pub(crate) fn new(what: What, which: impl Fn(&Request) -> bool + 'static) -> Self {
        Self { what, which: Box::new(which), skipped: 0, times: 1 }
    }

    /// It happens to the nth of them, counted from 1.
    pub(crate) fn nth(self, number: usize) -> Self {
        Self { skipped: number.saturating_sub(1), ..self }
    }

    /// It happens to so many of them, one after the other. Each page of a listing is one.
    pub(crate) fn times(self, times: usize) -> Self {
        Self { times, ..self }
    }

    /// It happens to all of them, until faults are cleared.
    pub(crate) fn always(self) -> Self {
        self.times(usize::MAX)
    }

    fn is_for(&self, request: &Request) -> bool {
        let is_listing = matches!(request, Request::Issues(..) | Request::Comments(..) | Request::Labels(_));
        self.times > 0 && (is_listing || !self.what.is_of_listings()) && (self.which)(request)
    }
}

/// What befalls one pipeline.
#[derive(Default)]
pub(super) struct Line {
    pub(super) name: usize,
    pub(super) faults: Vec<Fault>,
    pub(super) is_dead: bool,
    pub(super) is_panicking: bool,
}

impl Line {
    /// What happens to a request: of the faults that are due, the one that was laid first. Others wait for the next.
    pub(super) fn next(&mut self, request: &Request) -> Option<What> {
        let mut happens = None;
        for fault in self.faults.iter_mut().filter(|fault| fault.is_for(request)) {
            if fault.skipped > 0 {
                fault.skipped -= 1;
            } else if happens.is_none() {
                fault.times -= usize::from(fault.times < usize::MAX);
                happens = Some(fault.what.clone());
            }
        }
        happens
    }
}
