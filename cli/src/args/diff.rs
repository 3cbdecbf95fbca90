//! `gardener diff`.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use gardener_engine::diff::codes;

use super::{Reading, Reports};

pub(super) const EXAMPLES: &str = "The base is a directory with a pack, or a revision of the Git repository that holds the pack, from which the pack is read as it \
was then; REV:PATH where it was elsewhere. Nothing is checked out.

Exit codes:
  0  no decision changed
  1  a decision changed (see --fail-on and --exit-zero)
  2  the command line is wrong, or there is no such revision
  3  one of the packs is invalid; the error says which
  6  a capture, or the repository, cannot be read

Examples:
  gardener diff --base main captures/
  gardener diff --base HEAD~1 --rules rules/checkout --format markdown -o comment.md captures/
  gardener diff --base origin/main:rules/old-name --rules rules/new-name 'captures/*.jsonl.gz'
  gardener diff --base main --report sarif=diff.sarif --report junit=diff.xml captures/
  gardener diff --base ../deployed/rules --fail-on entries-silenced,severity-lowered logs.jsonl
  gcloud logging read 'severity>=WARNING' --freshness=1d --format=json | gardener diff --base main -";

/// `gardener diff`.
#[derive(Debug, Args)]
pub(crate) struct DiffArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// What to compare with: the directory of a pack, or a Git revision (main, HEAD~1, v1.2, REV:PATH)
    #[arg(long, value_name = "REV|DIR")]
    pub(crate) base: String,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DiffFormat,
    #[command(flatten)]
    pub(crate) reports: Reports,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 1 only for changes of these codes (`gardener explain-code CODE` explains them)
    #[arg(long, value_name = "CODE,…", value_delimiter = ',', value_parser = change_codes())]
    pub(crate) fail_on: Vec<String>,
    /// Only report: end with exit code 0 also where decisions changed
    #[arg(long, conflicts_with = "fail_on")]
    pub(crate) exit_zero: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Text for the terminal
    Text,
    /// Markdown for a comment on a pull request
    Markdown,
    /// JSON for programs, `gardener/diff/v1`
    Json,
}

fn change_codes() -> PossibleValuesParser {
    PossibleValuesParser::new(codes::ALL.iter().map(|code| code.id))
}
