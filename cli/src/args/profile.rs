//! `gardener profile`.

use clap::{Args, ValueEnum};
use gardener_engine::entry::Timestamp;

use super::instant;

pub(super) const EXAMPLES: &str = "Counts are the same in every run, times are those of this machine. `candidates` are entries that a definition may match as far as \
fixed texts of its queries tell; `evaluated` are those of them that no definition before it took; `matched` counts what it would match, \
whoever took it, and `won` what it took.

Examples:
  gardener profile logs.jsonl
  gardener profile --rules rules/checkout --limit 5 captures/
  gardener profile --format json logs.jsonl | jq '.definitions[] | select(.is_unfiltered) | .id'";

/// `gardener profile`.
#[derive(Debug, Args)]
pub(crate) struct Profile {
    /// Files, directories or quoted globs, in Cloud Storage too (gs://BUCKET/FOLDER/); `-` or nothing is standard input
    #[arg(value_name = "CAPTURE")]
    pub(crate) captures: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ProfileFormat,
    /// Show so many definitions and functions at most, slowest first (default: 20 in a table, all in JSON)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) limit: Option<u32>,
    /// Take this as the time now (RFC 3339), for scripts that look at it
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Take it for right that there are no entries to read
    #[arg(long)]
    pub(crate) allow_empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ProfileFormat {
    /// Tables for the terminal
    Table,
    /// JSON for programs, `gardener/profile/v1`
    Json,
}
