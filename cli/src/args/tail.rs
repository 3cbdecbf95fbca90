//! `gardener tail`.

use std::time::Duration;

use clap::Args;

use super::reading::duration;
use super::{GcpAccess, GcpQuery};

pub(super) const EXAMPLES: &str = "Cloud Logging is asked again and again for what has come; the table is that of the last --window. On a terminal it is drawn in place, in a
pipe it follows the one before. Nothing is recorded, and nothing is written to issues. Ctrl-C ends it.

Examples:
  gardener tail --project acme-shop --severity WARNING
  gardener tail --service checkout --window 1h --every 30s";

/// `gardener tail`.
#[derive(Debug, Args)]
pub(crate) struct TailArguments {
    #[command(flatten)]
    pub(crate) query: GcpQuery,
    #[command(flatten)]
    pub(crate) access: GcpAccess,
    /// Show the clusters of so long a time, up to now
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = duration)]
    pub(crate) window: Duration,
    /// Ask every so often
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = duration)]
    pub(crate) every: Duration,
    /// How long entries take to arrive: so much is read once more
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    pub(crate) settle: Duration,
    /// End after so many looks, instead of at Ctrl-C
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) looks: Option<u64>,
}
