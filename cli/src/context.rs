//! The only place that knows a clock, an environment, streams and a terminal.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anstream::{AutoStream, ColorChoice};
use gardener_engine::entry::Timestamp;

use crate::args::{Color, Common};

/// What of the outside world a command may use.
#[derive(Debug)]
pub(crate) struct Context {
    color: Color,
    verbosity: i8,
    directory: PathBuf,
}

impl Context {
    pub(crate) fn from_process(common: &Common) -> Self {
        Self {
            color: common.color,
            verbosity: if common.quiet { -1 } else { i8::try_from(common.verbose).unwrap_or(i8::MAX) },
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        }
    }

    /// The time now, to the second.
    pub(crate) fn now(&self) -> Timestamp {
        let now = jiff::Timestamp::now();
        Timestamp::from_unix(now.as_second(), 0).unwrap_or_else(epoch)
    }

    /// A clock that runs from now on.
    pub(crate) fn started(&self) -> std::time::Instant {
        std::time::Instant::now()
    }

    /// The current directory.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// How many threads may work.
    pub(crate) fn cores(&self) -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    /// Whether only results and errors are to be shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.verbosity < 0
    }

    /// Whether more than usual is to be told.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity > 0
    }

    pub(crate) fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    pub(crate) fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether results shall have colour: where they go to a terminal, unless `--color` or the environment says otherwise.
    pub(crate) fn stdout_has_color(&self) -> bool {
        matches!(AutoStream::choice(&io::stdout()), choice if self.is_colored(choice))
    }

    /// Whether diagnostics shall have colour.
    pub(crate) fn stderr_has_color(&self) -> bool {
        matches!(AutoStream::choice(&io::stderr()), choice if self.is_colored(choice))
    }

    fn is_colored(&self, automatic: ColorChoice) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => automatic != ColorChoice::Never,
        }
    }

    /// Columns of the terminal that results go to; 100 where they go elsewhere, so that a pipe gets the same everywhere.
    pub(crate) fn width(&self) -> usize {
        if !io::stdout().is_terminal() {
            return 100;
        }
        terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0)).max(20)
    }

    /// Writes results. A reader that has gone away (`| head`) is no error.
    pub(crate) fn print(&self, text: &str) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Says something beside the results. That it cannot be said is no reason to stop.
    pub(crate) fn tell(&self, text: &str) {
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

fn epoch() -> Timestamp {
    Timestamp::from_unix(0, 0).unwrap_or_else(|| unreachable!("1970 is between year 1 and 9999"))
}
