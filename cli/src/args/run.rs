//! `gardener run`, and what every command understands that may read from Cloud Logging.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use gardener_engine::severity::Severity;

use super::reading::duration;
use super::{GcpAccess, GcpQuery, HistoryArguments, Reading, ReportOutput, TrackerArguments, severity};

pub(super) const EXAMPLES: &str = "The window begins where the last run in the history ended (--since last), or an hour ago where there is none; so a run that was missed, or
carried out in part, is made up for by the next one. Two runs at once do no harm.

Exit codes:
  0  done
  1  a cluster is at or above --fail-on, and is not muted
  2  the command line is wrong, or what it asks for is not allowed
  3  the pack is invalid
  6  captures cannot be read, or output cannot be written
  7  a remote failed, or the plan was carried out in part: the next run does what is left

Examples:
  gardener run --source gcp -o worklog.md                   # the pack says whose logs, and whose issues
  gardener run --source gcp --severity WARNING --fail-on P1 -q -o worklog.md
  gardener run captures/ -o worklog.md                      # of files that something else has pulled
  gardener run gs://acme-logs/run.googleapis.com/ -o worklog.md   # of what a sink writes; late by hours, as the sink is

In the end one line on standard error says all of it: the window, what was read, the clusters by severity, the issues, where the worklog is.";

/// Where entries come from.
#[derive(Clone, Debug, Args)]
pub(crate) struct SourceArguments {
    /// Read captures, or Cloud Logging
    #[arg(long, value_name = "SOURCE", default_value = "files")]
    pub(crate) source: SourceKind,
    #[command(flatten)]
    pub(crate) query: GcpQuery,
    #[command(flatten)]
    pub(crate) access: GcpAccess,
    /// How long entries take to arrive in Cloud Logging: so much before now the window ends
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(crate) settle: Duration,
    /// Keep what was read from Cloud Logging in this file; it is not redacted
    #[arg(long, value_name = "FILE")]
    pub(crate) keep: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SourceKind {
    /// Captures
    Files,
    /// Cloud Logging
    Gcp,
}

/// `gardener run`.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    #[command(flatten)]
    pub(crate) tracker: TrackerArguments,
    /// Print the requests to the tracker, and send none that writes
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) to: ReportOutput,
    /// End with exit code 1 if a cluster has this severity or a more urgent one, and is not muted
    #[arg(long, value_name = "P0..P5", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
}
