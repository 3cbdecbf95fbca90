//! `gardener templates`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Reading;

pub(super) const EXAMPLES: &str = "All entries count, whatever their severities and whichever definitions match; `analyze` has those that no definition knows.
The pack says where the message is looked for and what is redacted.

Examples:
  gardener templates logs.jsonl
  gardener templates --format csv -o templates.csv 'captures/*.jsonl.gz'
  gardener templates --each logs.jsonl                         # capture, line, id, template: a line a record, tabs between them
  gardener templates --each --format json logs.jsonl           # the same as JSON Lines
  gardener templates --lines --each app.log | cut -f3          # each line of a text file is a message: its template's id
  journalctl -o cat | gardener templates --lines";

/// `gardener templates`.
#[derive(Debug, Args)]
pub(crate) struct TemplatesArguments {
    #[command(flatten)]
    pub(crate) reading: Reading,
    /// Take each line for a message of its own, whatever it looks like
    ///
    /// Without it, JSON is read as entries, and lines of text that belong together, such as stack traces, are one entry. Blank
    /// lines then are no records; with it they are.
    #[arg(long)]
    pub(crate) lines: bool,
    /// Write one line a record, in the order of the input, with the record's place and its template
    ///
    /// Records that cannot be read have no template; those outside of the window are left out, and each of several deliveries of
    /// one entry has its line.
    #[arg(long)]
    pub(crate) each: bool,
    /// What to write (default: table; with --each: tsv)
    #[arg(long, value_name = "FORMAT")]
    pub(crate) format: Option<TemplatesFormat>,
    /// Write to this file, whole or not at all, instead of standard output; its directory must exist
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TemplatesFormat {
    /// A table for the terminal
    Table,
    /// JSON for programs, `gardener/templates/v1`; with --each a JSON object a line
    Json,
    /// CSV for spreadsheets
    Csv,
    /// With --each: capture, line, id and template between tabs
    Tsv,
}
