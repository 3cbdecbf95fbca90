//! What every command understands that looks into a history, and `gardener history`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use gardener_engine::entry::Timestamp;
use gardener_engine::severity::Severity;

use super::reading::instant;
use super::severity;

/// Which history.
#[derive(Clone, Debug, Args)]
pub(crate) struct HistoryArguments {
    /// What earlier runs saw: a file, a PostgreSQL URL, or `none`
    ///
    /// Without it the environment variable GARDENER_HISTORY counts. Without that, it is the file history.db in the directory
    /// `.gardener` beside the pack's gardener.yaml, or else here, if there is such a directory. The password of a URL may
    /// also be in PGPASSWORD.
    #[arg(long, value_name = "FILE|URL|none")]
    pub(crate) history: Option<String>,
}

pub(super) const EXAMPLES: &str = "CLUSTER is an id (a former one of its definition will do), a fingerprint, or at least the first four digits of one.
Silence counts up to the latest run, for nobody has looked since.

CSV has a row a cluster, and with CLUSTER a row a run; the guide lists the columns.

Exit codes:
  0  done
  2  there is no such cluster, or no history is named
  3  the pack is invalid
  6  there is no history, or no run in it
  7  the server that keeps the history failed

Examples:
  gardener history                                   # every cluster in a line
  gardener history queue --runs 168                  # one of them, run by run
  gardener history --format csv -o history.csv --history postgres://gardener@db/logs
  gardener history --now 2025-09-14T05:00:00Z        # as it stood then
  gardener history lock queue P1 --reason 'customers wait' --by ada
  gardener history unlock queue
  gardener history forget queue --yes";

const FORGET_EXAMPLES: &str = "It asks first; where nobody can be asked, it forgets nothing without --yes.

Examples:
  gardener history forget queue
  gardener history forget v1:d6870e97 --yes   # one of several groups, by its fingerprint";

const LOCK_EXAMPLES: &str =
    "It holds from the next run on. Another lock takes the place of the one before; `unlock` takes it back.

Examples:
  gardener history lock queue P4 --reason 'known, fixed on Monday'
  gardener history lock queue P1 --reason 'customers wait' --by ada";

/// `gardener history`.
#[derive(Debug, Args)]
#[command(override_usage = "gardener history [OPTIONS] [CLUSTER]\n       gardener history <COMMAND>")]
pub(crate) struct HistoryCommand {
    #[command(subcommand)]
    pub(crate) change: Option<HistoryChange>,
    /// One cluster, run by run
    #[arg(value_name = "CLUSTER")]
    pub(crate) cluster: Option<String>,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: HistoryFormat,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Show things as they stood then (RFC 3339), with the runs up to that time (default: with all)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Show so many clusters at most, the most urgent (default: 50 in a table, else all)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with = "cluster")]
    pub(crate) limit: Option<u32>,
    /// Show so many runs at most, the latest (default: 48; in JSON and CSV of one cluster all)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) runs: Option<u32>,
    /// Take it for right that there is no history, or nothing in it
    #[arg(long)]
    pub(crate) allow_empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HistoryFormat {
    /// A table for the terminal
    Table,
    /// JSON for programs, `gardener/history/v1`
    Json,
    /// CSV for spreadsheets (RFC 4180)
    Csv,
}

impl HistoryArguments {
    /// What is meant here, else what was said further left.
    pub(crate) fn or<'a>(&'a self, further_left: &'a Self) -> &'a Self {
        if self.history.is_some() { self } else { further_left }
    }
}

impl HistoryCommand {
    /// What is given beside a change that it has no use for.
    pub(crate) fn idle_beside_change(&self) -> Option<&'static str> {
        let given = [
            (self.cluster.is_some(), "CLUSTER before the command"),
            (self.format != HistoryFormat::Table, "--format"),
            (self.output.is_some(), "--output"),
            (self.now.is_some(), "--now"),
            (self.limit.is_some(), "--limit"),
            (self.runs.is_some(), "--runs"),
            (self.allow_empty, "--allow-empty"),
        ];
        given.into_iter().find(|(is_given, _)| *is_given).map(|(_, name)| name)
    }
}

/// What people change in a history.
#[derive(Debug, Subcommand)]
pub(crate) enum HistoryChange {
    /// Forget a cluster: what runs saw of it, and its lock; the next run that sees it takes it for new
    #[command(after_help = FORGET_EXAMPLES)]
    Forget(Forget),
    /// Lay down the severity of a cluster: policy does not change it any more
    #[command(after_help = LOCK_EXAMPLES)]
    Lock(LockArguments),
    /// Take back what was laid down: policy judges again
    #[command(after_help = "Example:\n  gardener history unlock queue")]
    Unlock(Unlock),
}

/// `gardener history forget`.
#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// The cluster: its id, a former one, its fingerprint, or the beginning of that
    #[arg(value_name = "CLUSTER")]
    pub(crate) cluster: String,
    /// Do not ask
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
}

/// `gardener history lock`.
#[derive(Debug, Args)]
pub(crate) struct LockArguments {
    /// The cluster: its id, a former one, its fingerprint, or the beginning of that
    #[arg(value_name = "CLUSTER")]
    pub(crate) cluster: String,
    /// The severity
    #[arg(value_name = "P0..P5", value_parser = severity)]
    pub(crate) severity: Severity,
    /// Why, in words that the next one on call understands
    #[arg(long, value_name = "TEXT", value_parser = words)]
    pub(crate) reason: String,
    /// Who says so
    #[arg(long, value_name = "NAME", value_parser = words)]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
}

/// `gardener history unlock`.
#[derive(Debug, Args)]
pub(crate) struct Unlock {
    /// The cluster: its id, a former one, its fingerprint, or the beginning of that
    #[arg(value_name = "CLUSTER")]
    pub(crate) cluster: String,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
}

/// Characters that a person's words may have.
const WORDS: usize = 500;

fn words(text: &str) -> Result<String, String> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err("it says nothing".to_owned()),
        1..=WORDS => Ok(text.to_owned()),
        long => Err(format!("it has {long} characters, and {WORDS} at most are kept")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_something_and_are_short() {
        assert_eq!(words(" the night\n").unwrap(), "the night");
        assert!(words(" \n").is_err());
        assert_eq!(words(&"é".repeat(500)).map(|text| text.len()), Ok(1000));
        assert!(words(&"é".repeat(501)).unwrap_err().contains("501 characters"));
    }
}
