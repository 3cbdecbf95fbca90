//! The only place that knows a clock, an environment, streams and a terminal.

mod clock;
mod github;
mod google;
mod process;

use std::ffi::OsString;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anstream::{AutoStream, ColorChoice};
use gardener_engine::entry::Timestamp;

use crate::args::Color;
use crate::error::{Exit, Failure};
use crate::secret::Secret;

pub(crate) use clock::Clock;
#[cfg(test)]
pub(crate) use clock::FakeClock;
pub(crate) use github::GitHubVariables;
pub(crate) use google::GoogleVariables;

/// Columns that text is wrapped to where no terminal says how wide it is, so that a pipe and a file get the same everywhere.
pub(crate) const WIDTH: usize = 100;

/// How much is said beside results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Verbosity {
    /// Errors.
    Quiet,
    /// Warnings and a summary too.
    #[default]
    Usual,
    /// And what was done.
    Verbose,
}

/// What of the outside world a command may use.
pub(crate) struct Context {
    color: Color,
    verbosity: Verbosity,
    directory: PathBuf,
    started: Instant,
    is_ci: bool,
    insta_update: Option<String>,
    workspace: Option<PathBuf>,
    columns: Option<usize>,
    history: Option<String>,
    database_password: Option<String>,
    github: GitHubVariables,
    google: GoogleVariables,
}

impl std::fmt::Debug for Context {
    /// Without what nobody may see.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context").field("directory", &self.directory).finish_non_exhaustive()
    }
}

/// The command line of this process, the program's name first.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the command line")]
pub(crate) fn arguments() -> Vec<OsString> {
    std::env::args_os().collect()
}

impl Context {
    /// Looks at this process's surroundings.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads clock and environment")]
    pub(crate) fn from_process(color: Color, verbosity: Verbosity) -> Self {
        Self {
            color,
            verbosity,
            directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            started: Instant::now(),
            // As insta takes it: a pipeline of GitHub, GitLab and most others sets the first, one of Azure the second.
            is_ci: match std::env::var("CI").as_deref() {
                Ok("false" | "0" | "") => false,
                Ok(_) => true,
                Err(_) => std::env::var_os("TF_BUILD").is_some(),
            },
            insta_update: std::env::var("INSTA_UPDATE").ok().filter(|update| !update.is_empty()),
            workspace: std::env::var_os("GITHUB_WORKSPACE").filter(|path| !path.is_empty()).map(PathBuf::from),
            // Shells keep it to themselves: where it is exported, somebody means it.
            columns: std::env::var("COLUMNS")
                .ok()
                .and_then(|columns| columns.parse().ok())
                .filter(|columns| *columns > 0),
            history: std::env::var("GARDENER_HISTORY").ok().filter(|history| !history.is_empty()),
            database_password: std::env::var("PGPASSWORD").ok().filter(|password| !password.is_empty()),
            github: GitHubVariables::from_process(),
            google: GoogleVariables::from_process(),
        }
    }

    /// The time now, to the second.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub(crate) fn now(&self) -> Result<Timestamp, Failure> {
        Timestamp::from_unix(jiff::Timestamp::now().as_second(), 0).ok_or_else(|| {
            Failure::new(Exit::Usage, "this machine's clock is far off").help("give the time with --now")
        })
    }

    /// The time in seconds of Unix, for who asks again and again: tokens grow old.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    pub(crate) fn calendar() -> impl Fn() -> i64 + Send + Sync + 'static {
        || jiff::Timestamp::now().as_second()
    }

    /// How long the program has been running.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Waits.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that waits")]
    pub(crate) fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }

    /// A clock for whoever measures: nanoseconds since the program was started.
    pub(crate) fn clock(&self) -> impl Fn() -> u64 + Clone + Send + Sync + 'static {
        let started = self.started;
        move || u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// What this process is called among others that use the same history, on this machine or on others.
    pub(crate) fn holder(&self) -> String {
        process::named(&format!("begun {:.9}", self.begun()))
    }

    /// Whether the process of this name (`holder`) is known to run no more. Of one elsewhere nothing is known.
    pub(crate) fn is_gone(holder: &str) -> bool {
        process::is_gone(holder)
    }

    /// A name that no other process has, now or later.
    pub(crate) fn unique(&self) -> String {
        format!("{}-{}", std::process::id(), self.begun().as_nanosecond())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn begun(&self) -> jiff::Timestamp {
        jiff::Timestamp::now() - self.started.elapsed()
    }

    /// The directory for what is needed only while this process runs.
    pub(crate) fn temporary(&self) -> PathBuf {
        std::env::temp_dir()
    }

    /// The current directory.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Where a pipeline of GitHub has checked the repository out.
    pub(crate) fn workspace(&self) -> Option<&Path> {
        self.workspace.as_deref()
    }

    /// How many threads may work.
    pub(crate) fn cores(&self) -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    /// Whether only results and errors are to be shown.
    pub(crate) fn is_quiet(&self) -> bool {
        self.verbosity == Verbosity::Quiet
    }

    /// Whether more than usual is to be told.
    pub(crate) fn is_verbose(&self) -> bool {
        self.verbosity == Verbosity::Verbose
    }

    /// Whether this is a run of a pipeline, where nobody looks at what is written.
    pub(crate) fn is_ci(&self) -> bool {
        self.is_ci
    }

    /// What is to become of snapshots that differ, as the environment has it.
    pub(crate) fn insta_update(&self) -> Option<&str> {
        self.insta_update.as_deref()
    }

    /// Which history is meant, as the environment has it.
    pub(crate) fn history(&self) -> Option<&str> {
        self.history.as_deref()
    }

    /// The password for a database whose URL names none, where PostgreSQL's own programs look for it.
    pub(crate) fn database_password(&self) -> Option<&str> {
        self.database_password.as_deref()
    }

    /// What the environment says of GitHub.
    pub(crate) fn github(&self) -> &GitHubVariables {
        &self.github
    }

    /// What the environment says of Google Cloud.
    pub(crate) fn google(&self) -> &GoogleVariables {
        &self.google
    }

    /// A token in a variable of the environment that somebody has named.
    pub(crate) fn token(&self, variable: &str) -> Option<Secret> {
        google::named_token(variable)
    }

    /// A number between 0 and 1 by chance: for the length of waits, and for nothing else.
    pub(crate) fn chance() -> impl FnMut() -> f64 + 'static {
        // The keys of the standard library's maps are the only chance that it has to offer.
        let keys = RandomState::new();
        let mut asked = 0_u32;
        move || {
            asked = asked.wrapping_add(1);
            let high = u32::try_from(keys.hash_one(asked) >> 32).unwrap_or(0);
            f64::from(high) / (f64::from(u32::MAX) + 1.0)
        }
    }

    /// Waits for a key of the terminal; nothing for keys that are no character.
    pub(crate) fn key(&self) -> io::Result<Option<char>> {
        Ok(match console::Term::stderr().read_key()? {
            console::Key::Char(key) => Some(key),
            _ => None,
        })
    }

    /// Whether a person can be asked: who pipes results elsewhere does not look at them.
    pub(crate) fn is_dialog(&self) -> bool {
        self.stdin_is_terminal() && self.stderr_is_terminal() && self.stdout_is_terminal()
    }

    pub(crate) fn stdin_is_terminal(&self) -> bool {
        io::stdin().is_terminal()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn stderr_is_terminal(&self) -> bool {
        io::stderr().is_terminal()
    }

    /// Whether results shall have colour: as `--color` says; else as NO_COLOR, CLICOLOR_FORCE and CLICOLOR say
    /// (<https://no-color.org>, <https://bixense.com/clicolors>); else where they go to a terminal.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn stdout_has_color(&self) -> bool {
        self.has_color(|| AutoStream::choice(&io::stdout()))
    }

    /// Whether a file of results shall have colour: only if `--color` says so, for where it will be read is not known.
    pub(crate) fn file_has_color(&self) -> bool {
        self.color == Color::Always
    }

    /// Whether diagnostics shall have colour.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn stderr_has_color(&self) -> bool {
        self.has_color(|| AutoStream::choice(&io::stderr()))
    }

    fn has_color(&self, automatic: impl FnOnce() -> ColorChoice) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => automatic() != ColorChoice::Never,
        }
    }

    /// Columns of the terminal that results go to, 100 where they go elsewhere.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn width(&self) -> usize {
        if !io::stdout().is_terminal() {
            return WIDTH;
        }
        self.columns
            .or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
            .unwrap_or(WIDTH)
            .max(20)
    }

    /// Columns of the terminal that results go to; nothing where they go elsewhere.
    pub(crate) fn terminal_width(&self) -> Option<usize> {
        self.stdout_is_terminal().then(|| self.width())
    }

    /// Rows of the terminal that results go to; nothing where they go elsewhere.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn terminal_rows(&self) -> Option<usize> {
        let rows = |(_, rows): (_, terminal_size::Height)| usize::from(rows.0);
        let is_terminal = self.stdout_is_terminal();
        is_terminal.then(|| terminal_size::terminal_size_of(io::stdout()).map_or(24, rows).max(2))
    }

    /// Columns and rows of the terminal that somebody is asked at.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that knows streams")]
    pub(crate) fn dialog_size(&self) -> (usize, usize) {
        let size = terminal_size::terminal_size_of(io::stderr()).map(|(w, h)| (usize::from(w.0), usize::from(h.0)));
        let (width, height) = size.filter(|(width, height)| *width > 0 && *height > 0).unwrap_or((80, 24));
        (self.columns.unwrap_or(width).max(20), height)
    }

    /// Writes results. A reader that has gone away (`| head`) is no error: the exit code still says what was found.
    pub(crate) fn print(&self, text: &str) -> io::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that writes to streams")]
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => result,
        }
    }

    /// Writes results piece by piece. A reader that has gone away is an error here: nothing more need be made.
    pub(crate) fn stream(&self, bytes: &[u8]) -> io::Result<()> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that writes to streams")]
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    }

    /// Says something beside the results. That it cannot be said is no reason to stop.
    pub(crate) fn tell(&self, text: &str) {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that writes to streams")]
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}
