//! `gardener shadow`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Reading;

pub(super) const EXAMPLES: &str = "Exit codes:
  0  done
  1  --fail-on found something
  3  the pack is invalid
  6  a capture cannot be read

Examples:
  gardener shadow captures/
  gardener shadow --rules rules/checkout --format json 'captures/*.jsonl.gz'
  gardener shadow --rules rules/checkout --fail-on shadowed tests/captures/";

/// `gardener shadow`.
#[derive(Debug, Args)]
pub(crate) struct ShadowArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ShadowFormat,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// End with exit code 1 if there is such a definition in the pack itself (not in one that it builds on)
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(crate) fail_on: Vec<ShadowGate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShadowFormat {
    /// A table for the terminal
    Table,
    /// JSON for programs, `gardener/shadow/v1`
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ShadowGate {
    /// One that matches and never wins
    Shadowed,
    /// One that matches nothing
    Unmatched,
}
