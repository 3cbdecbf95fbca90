//! The arguments of `gardener explain`.

use clap::{Args, ValueEnum};
use gardener_engine::entry::Timestamp;

use super::{HistoryArguments, Moment, instant, moment};

pub(super) const EXAMPLES: &str = "With a record, the tree says where it landed and why: what redaction changed, which definitions match, what the nearest \
others fail on, what is read out of it, and why its cluster has its severity, impact and action. Without one, it says \
the last of these for all clusters.

Examples:
  gardener explain logs.jsonl                     # the clusters
  gardener explain logs.jsonl:17                  # record 17; in JSON Lines that is line 17
  gardener explain logs.json:L420                 # the record at line 420
  gardener explain logs.jsonl:17 --definition checkout-timeout
  gardener explain logs.jsonl --cluster checkout-timeout --format json
  tail -n 1 logs.jsonl | gardener explain -       # one entry";

/// `gardener explain`.
#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// A capture, `CAPTURE:N` for its record N, `CAPTURE:L42` for the record at its line 42; `-` or nothing is standard
    /// input, which may be one entry
    ///
    /// Captures may be files, directories or quoted globs, as for `analyze`. Where several are named, all count for
    /// clusters and duplicates; one of them may name a record. The name of a file that exists is never taken apart.
    /// A stream (standard input, a named pipe) is read more than once, and no more than 64 MiB of it are kept: save a
    /// longer one as a file first.
    #[arg(value_name = "CAPTURE[:N]")]
    pub(crate) captures: Vec<String>,
    /// `-:N`, which would else be taken for an option
    #[arg(short = ':', hide = true, value_name = "N")]
    pub(crate) stdin_record: Option<String>,
    /// What to write
    #[arg(long, value_name = "FORMAT", default_value = "tree")]
    pub(crate) format: ExplainFormat,
    /// Tell of all definitions that do not match the record, not only of the nearest
    #[arg(long, conflicts_with = "definition")]
    pub(crate) all: bool,
    /// Hold the record against this definition only, test by test
    #[arg(long, value_name = "ID")]
    pub(crate) definition: Option<String>,
    /// Of the clusters, explain those with this id
    #[arg(long, value_name = "ID", conflicts_with_all = ["definition", "all"])]
    pub(crate) cluster: Option<String>,
    #[command(flatten)]
    pub(crate) history: HistoryArguments,
    /// Take this as the time now (RFC 3339), so that the same input gives the same output
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Leave out entries before this time: RFC 3339, a date, or so long ago (30m, 6h, 7d)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) since: Option<Moment>,
    /// Leave out entries from this time on: as for --since
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Moment>,
    /// Take it for right that there are no clusters to explain
    #[arg(long)]
    pub(crate) allow_empty: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// A tree for people
    Tree,
    /// JSON for programs, `gardener/explain/v1`
    Json,
}

impl Explain {
    /// The operands as they were written; a record of standard input comes last.
    pub(crate) fn operands(&self) -> Vec<String> {
        let stdin = self.stdin_record.iter().map(|record| format!("-:{record}"));
        self.captures.iter().cloned().chain(stdin).collect()
    }
}
