//! `gardener suggest`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{HistoryArguments, Reading};

pub(super) const EXAMPLES: &str = "The clusters are those that `gardener analyze` finds and no definition knows. Each definition's query is held against every entry of \
the captures, and what it matches is said above it. The captures are read more than once, so that no more than 64 MiB of a stream are taken.

Examples:
  gardener suggest logs.jsonl                                    # the ten largest, as YAML
  gardener suggest --cluster template-1a2b3c4d logs.jsonl        # one that the worklog names
  gardener suggest --top 3 --min-count 100 --write --rules rules/checkout 'captures/*.jsonl.gz'
  gardener suggest --format json logs.jsonl";

/// `gardener suggest`.
#[derive(Debug, Args)]
pub(crate) struct SuggestArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    /// For so many clusters at most, those of most entries first
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=200))]
    pub(crate) top: u64,
    /// Only for clusters of so many entries
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) min_count: u64,
    /// Only for the cluster of this id, such as `template-1a2b3c4d`; may be given more than once
    #[arg(long, value_name = "ID")]
    pub(crate) cluster: Vec<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "yaml")]
    pub(crate) format: SuggestFormat,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE", conflicts_with = "write")]
    pub(crate) output: Option<PathBuf>,
    /// Put each into a file of its own in the pack, and check the pack; nothing is overwritten
    #[arg(long)]
    pub(crate) write: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SuggestFormat {
    /// Definitions, as a file of `clusters/` holds them
    Yaml,
    /// JSON for programs, `gardener/suggest/v1`
    Json,
}
