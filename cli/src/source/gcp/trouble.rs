//! What goes wrong between here and Google, and how people are told.

mod refusal;

use std::time::Duration;

use crate::error::{Exit, Failure};

pub(super) use refusal::refused;

/// What kind of trouble it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The filter is no query.
    BadFilter,
    /// The request is refused for something else in it.
    Invalid,
    /// The page's token is not good, or not any more.
    StaleToken,
    /// There are no credentials, or they are not accepted.
    Unauthorized,
    /// They do not allow it.
    Forbidden,
    /// What was named does not exist.
    NotFound,
    /// There were too many requests; the server may say how long to wait.
    Limited(Option<Duration>),
    /// The server failed.
    Failed,
    /// It failed, and says how long to wait.
    FailedFor(Duration),
    /// It was not reached.
    Unreachable,
    /// It was, and no answer came that can be read.
    NoAnswer,
    /// There is no time left.
    Late,
}

/// One trouble.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) kind: Kind,
    /// In one sentence; where a filter is refused, with the place in it in further lines.
    pub(crate) message: String,
    /// What could help.
    pub(crate) help: Option<String>,
}

impl Trouble {
    pub(super) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), help: None }
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the same request may fare better later.
    pub(crate) fn may_pass(&self) -> bool {
        let passing = [Kind::Failed, Kind::Unreachable, Kind::NoAnswer];
        passing.contains(&self.kind) || matches!(self.kind, Kind::Limited(_) | Kind::FailedFor(_))
    }

    /// How a run ends that it stops.
    pub(crate) fn exit(&self) -> Exit {
        if self.kind == Kind::BadFilter { Exit::Usage } else { Exit::Remote }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let failure = Self::new(trouble.exit(), trouble.message);
        match trouble.help {
            Some(help) => failure.help(help),
            None => failure,
        }
    }
}
