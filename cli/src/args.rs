//! The command line.

mod diff;
mod explain;
mod filing;
mod history;
mod init;
mod new;
mod profile;
mod pull;
mod reading;
mod report;
mod run;
mod schema;
mod shadow;
mod tail;
mod test;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use gardener_engine::entry::Timestamp;
use gardener_engine::severity::Severity;

use crate::context::{Context, Verbosity};

pub(crate) use diff::{DiffArguments, DiffFormat};
pub(crate) use explain::{Explain, ExplainFormat};
pub(crate) use filing::{ApplyArguments, PlanArguments, PlanFormat, TrackerArguments};
pub(crate) use history::{Forget, HistoryArguments, HistoryChange, HistoryCommand, HistoryFormat, LockArguments};
pub(crate) use init::{Ci, Init};
pub(crate) use new::New;
pub(crate) use profile::{Profile, ProfileFormat};
pub(crate) use pull::{GcpAccess, GcpQuery, PullArguments, PullOrder};
pub(crate) use reading::{Beginning, Moment, Reading};
use reading::{instant, moment};
pub(crate) use report::{FindingsFormat, ReportTo, Reports};
pub(crate) use run::{RunArguments, SourceArguments, SourceKind};
pub(crate) use schema::Schema;
pub(crate) use shadow::{ShadowArguments, ShadowFormat, ShadowGate};
pub(crate) use tail::TailArguments;
pub(crate) use test::Test;

const EXIT_CODES: &str = "Exit codes:
  0  done
  1  findings: a cluster at or above --fail-on, a decision that changed
  2  the command line is wrong
  3  the pack is invalid
  4  a rule test failed
  5  a snapshot differs
  6  input cannot be read, or output cannot be written
  7  a remote failed, such as the server that keeps the history";

/// Reads captured log entries, groups them by the rules of a pack, judges the groups and writes a worklog.
#[derive(Debug, Parser)]
#[command(name = "gardener", bin_name = "gardener", version, max_term_width = 110, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Clone, Debug, Args)]
pub(crate) struct Common {
    /// The pack: a directory with a gardener.yaml
    ///
    /// Without it the nearest directory upward from here that holds a gardener.yaml is taken, else the built-in pack.
    /// `default` names the built-in pack.
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) rules: Option<String>,
    /// Colour in what is written: where it goes to a terminal, always, or never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
    /// Say nothing beside results and errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Tell more of what is done: which pack, how long it took
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Read captures and write the worklog, a JSON report or a table
    #[command(after_help = ANALYZE_EXAMPLES)]
    Analyze(Analyze),
    /// Decide one issue action for each cluster, and write down what it would write
    #[command(after_help = filing::PLAN_EXAMPLES)]
    Plan(Box<PlanArguments>),
    /// Carry a plan out: write to the issues, each thing exactly once
    #[command(after_help = filing::APPLY_EXAMPLES)]
    Apply(Box<ApplyArguments>),
    /// Read entries of a window from Cloud Logging into a capture file
    #[command(after_help = pull::EXAMPLES)]
    Pull(Box<PullArguments>),
    /// The hourly job: read what is new, write issues, the worklog and the history
    #[command(after_help = run::EXAMPLES)]
    Run(Box<RunArguments>),
    /// Show the clusters of the last minutes as they come
    #[command(after_help = tail::EXAMPLES)]
    Tail(TailArguments),
    /// Load the pack and its cases, and show every problem in them
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Show what a change of the pack changes in decisions over captures
    #[command(after_help = diff::EXAMPLES)]
    Diff(DiffArguments),
    /// Show which definitions stand in whose way, on captures
    #[command(after_help = shadow::EXAMPLES)]
    Shadow(ShadowArguments),
    /// Say why a record landed where it did, and why clusters are what they are
    #[command(after_help = explain::EXAMPLES)]
    Explain(Explain),
    /// Show what runs saw of clusters over time; forget one, lay down the severity of one
    #[command(after_help = history::EXAMPLES)]
    History(HistoryCommand),
    /// Measure where the time of a pack goes, definition by definition and function by function
    #[command(after_help = profile::EXAMPLES)]
    Profile(Profile),
    /// Run the cases of the pack and the examples of its definitions
    #[command(after_help = test::EXAMPLES)]
    Test(Test),
    /// Explain a diagnostic by its code; without one, list them all
    #[command(after_help = "Examples:\n  gardener explain-code unknown-key\n  gardener explain-code")]
    ExplainCode(ExplainCode),
    /// Begin a pack that works: rules, a case, schemas for editors, a pipeline
    #[command(after_help = init::EXAMPLES)]
    Init(Init),
    /// Make a definition: drafted from an entry, or to be filled in
    #[command(after_help = new::EXAMPLES)]
    New(New),
    /// Write what editors need to know of packs: JSON Schemas, and definitions for Rhai's language server
    #[command(after_help = schema::EXAMPLES)]
    Schema(Schema),
    /// Write the completions of a shell
    #[command(after_help = "Example:\n  gardener completions bash > /etc/bash_completion.d/gardener")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the manual page; with --out one page a command into a directory
    #[command(after_help = "Examples:\n  gardener man | man -l -\n  gardener man --out /usr/local/share/man/man1")]
    Man {
        /// The directory, which must exist
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

const ANALYZE_EXAMPLES: &str = "Captures may be JSON Lines, the JSON array of `gcloud logging read --format=json` or its YAML, an object that holds such arrays, \
plain text, or text and JSON by turns; messages of Pub/Sub, rows of BigQuery; each also gzip or zstd. Directories are read with all that is \
in them, and so are folders of Cloud Storage (gs://BUCKET/FOLDER/).

Examples:
  gardener analyze logs.jsonl
  gcloud logging read 'severity>=WARNING' --freshness=6h --format=json | gardener analyze -
  gardener analyze --rules rules/checkout --format json -o report.json 'captures/*.jsonl.gz'
  gardener analyze --since 2025-09-14T00:00:00Z --until 2025-09-14T06:00:00Z logs/
  gardener analyze --history .gardener/history.db logs.jsonl  # what is new, worse, or quiet since the last run
  gardener analyze --history .gardener/history.db --since last logs.jsonl   # and no entry lost or counted twice between them
  gardener analyze --source gcp --project acme-shop --since 6h   # of Cloud Logging, without a capture
  gardener analyze --since 6h gs://acme-logs/run.googleapis.com/stderr/   # what a sink has written
  gardener analyze --fail-on P1 -q logs.jsonl -o worklog.md   # exit code 1 if anything is P1 or P0";

const CHECK_EXAMPLES: &str = "Examples:
  gardener check
  gardener check --rules rules/checkout
  gardener check --format github --deny-warnings   # annotations in a pull request
  gardener check --report sarif=check.sarif --report junit=check.xml
  gardener check --now 2026-02-01                  # warns of mutes that are over by then
  gardener check --watch                           # again on every save";

/// `gardener analyze`.
#[derive(Debug, Args)]
pub(crate) struct Analyze {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) source: SourceArguments,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    /// Look into the history, and do not record this run in it
    #[arg(long)]
    pub(crate) no_record: bool,
    #[command(flatten)]
    pub(crate) to: ReportOutput,
    /// End with exit code 1 if a cluster has this severity or a more urgent one, and is not muted
    #[arg(long, value_name = "P0..P5", value_parser = severity)]
    pub(crate) fail_on: Option<Severity>,
}

/// How a report is written, and where.
#[derive(Debug, Args)]
pub(crate) struct ReportOutput {
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "worklog")]
    pub(crate) format: ReportFormat,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// Markdown for people
    Worklog,
    /// JSON for programs, `gardener/report/v1`
    Json,
    /// A table for the terminal
    Table,
}

/// `gardener check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// How to show problems
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: FindingsFormat,
    #[command(flatten)]
    pub(crate) reports: Reports,
    /// Take warnings for errors
    #[arg(long)]
    pub(crate) deny_warnings: bool,
    /// Take this as the time now (RFC 3339): mutes that are over at it are told
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Check again whenever a file of the pack is saved, until Ctrl-C
    #[arg(long)]
    pub(crate) watch: bool,
}

/// `gardener explain-code`.
#[derive(Debug, Args)]
pub(crate) struct ExplainCode {
    /// The code, such as `unknown-key`
    pub(crate) code: Option<String>,
}

fn severity(text: &str) -> Result<Severity, String> {
    text.parse().map_err(|error: gardener_engine::severity::NoSeverity| error.to_string())
}

impl Common {
    /// What a command line that cannot be read says of colour, for the message that tells so.
    pub(crate) fn surmised(arguments: &[OsString]) -> Self {
        let texts: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
        let joined = texts.iter().filter_map(|text| text.strip_prefix("--color=")).next_back();
        let mut apart = texts.windows(2).filter_map(|pair| match pair {
            ["--color", when] => Some(*when),
            _ => None,
        });
        let when = joined.or(apart.next_back()).and_then(|when| Color::from_str(when, false).ok());
        Self { rules: None, color: when.unwrap_or(Color::Auto), quiet: false, verbose: false }
    }

    /// This process's surroundings, seen as these options say.
    pub(crate) fn context(&self) -> Context {
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Usual,
        };
        Context::from_process(self.color, verbosity)
    }
}

/// Reads a command line; the error may also be help or a version that was asked for.
pub(crate) fn parse(arguments: &[OsString]) -> Result<(Common, Command), clap::Error> {
    let cli = Cli::try_parse_from(arguments)?;
    Ok((cli.common, cli.command))
}

/// The command line as clap describes it, for completions, manual pages and the reference.
pub(crate) fn description() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        description().debug_assert();
    }
}
