//! What can go wrong with a request.

use std::fmt;
use std::time::Duration;

/// A request that did not do what it should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: Kind,
    /// The tracker's own words, or those of the network: without tokens, bounded, fit to be shown.
    pub(crate) detail: String,
}

/// What kind of trouble, as far as somebody can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The token is missing, wrong or over (401).
    Unauthorized,
    /// A permission is missing (403).
    Forbidden,
    /// It cannot be seen (404): it is not there, or a permission is missing.
    NotFound,
    /// It is gone for good (410).
    Gone,
    /// It is elsewhere (301, 307, 308), and the request was not carried there.
    Moved,
    /// Nobody may write to it: the conversation is locked.
    Locked,
    /// The tracker does not accept what was sent (422 and other 4xx).
    Invalid,
    /// Too many requests (403, 429). It was not done.
    Limited {
        /// How long to wait, where the answer says so.
        wait: Option<Duration>,
    },
    /// The tracker or something before it has failed (5xx). A write may have been done or not.
    Failed,
    /// No answer came, or none that can be read. A write may have been done or not.
    NoAnswer,
    /// The request was never sent: nobody is there.
    Unreachable,
    /// It was not sent, for there is no time left to wait for when it may be.
    Deferred,
}

impl Trouble {
    pub(crate) fn new(kind: Kind, detail: impl fmt::Display) -> Self {
        Self { kind, detail: detail.to_string() }
    }

    /// Whether a write may have been done.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Failed | Kind::NoAnswer)
    }

    /// Whether asking again may help, for a read.
    pub(crate) fn may_pass(&self) -> bool {
        matches!(self.kind, Kind::Failed | Kind::NoAnswer | Kind::Unreachable)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}
