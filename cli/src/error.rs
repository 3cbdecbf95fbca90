//! How runs end.

use std::fmt;
use std::process::ExitCode;

use gardener_engine::diagnostic::{Diagnostic, Sources};

/// The exit codes of `gardener`: a contract with the pipelines that call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// 0: done.
    Done,
    /// 1: a cluster is at or above `--fail-on`, a decision changed, or what else a command looks for is there.
    Findings,
    /// 2: the command line is wrong.
    Usage,
    /// 3: the pack is invalid.
    InvalidPack,
    /// 4: a rule test failed.
    TestFailed,
    /// 5: a snapshot differs.
    SnapshotDiffers,
    /// 6: input cannot be read, or output cannot be written.
    Unreadable,
    /// 7: a remote failed, such as the server that keeps the history.
    Remote,
}

impl Exit {
    /// All of them, with what each means, as the reference shows them.
    pub const MEANINGS: [(u8, &'static str); 8] = [
        (0, "done"),
        (1, "findings at or above `--fail-on`, or a decision that changed"),
        (2, "the command line is wrong"),
        (3, "the pack is invalid"),
        (4, "a rule test failed, or `--min-coverage` is not reached"),
        (5, "a snapshot differs"),
        (6, "input cannot be read, or output cannot be written"),
        (7, "a remote failed, such as the server that keeps the history"),
    ];

    /// Its number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::InvalidPack => 3,
            Self::TestFailed => 4,
            Self::SnapshotDiffers => 5,
            Self::Unreadable => 6,
            Self::Remote => 7,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why a run ends early: what is said, what could help, and the exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
    /// The problems of the pack that it is about, for reports.
    pub(crate) problems: Option<Box<Problems>>,
}

/// What was found in a pack that cannot be used.
#[derive(Debug)]
pub(crate) struct Problems {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) sources: Sources,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), help: None, problems: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    pub(crate) fn problems(mut self, diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        self.problems = Some(Box::new(Problems { diagnostics, sources }));
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
