//! `gardener new`.

use clap::Args;

pub(super) const EXAMPLES: &str = "The definition is printed, for you to look over; --write puts it into the pack, with a case and a redacted capture \
that try it, checks the pack and runs the case. Nothing that exists is overwritten.

Examples:
  gardener new --from-entry logs.jsonl:17                    # record 17, counted from 1
  gardener new --from-entry logs.json:L420 --write           # the record at line 420
  gardener new checkout-timeout --from-entry logs.jsonl:17 --write --rules rules/checkout
  pbpaste | gardener new --from-entry -:1                    # what is piped in
  gardener new checkout-timeout > clusters/checkout.yaml     # a definition to fill in";

/// `gardener new`.
#[derive(Debug, Args)]
pub(crate) struct New {
    /// The id of the definition; made of the entry's words where --from-entry is given without one
    #[arg(value_name = "ID")]
    pub(crate) id: Option<String>,
    /// Draft it from this entry: `CAPTURE:N` is record N of a capture, `CAPTURE:L42` the record at its line 42
    #[arg(long, value_name = "CAPTURE:N", allow_hyphen_values = true)]
    pub(crate) from_entry: Option<String>,
    /// The id, as ID
    #[arg(long = "id", value_name = "ID", conflicts_with = "id")]
    pub(crate) named: Option<String>,
    /// Write it into the pack, and check and test that
    #[arg(long)]
    pub(crate) write: bool,
}
