//! What every command understands that looks into a history.

use clap::Args;

/// Which history.
#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    /// What earlier runs saw: a file, a PostgreSQL URL, or `none`
    ///
    /// Without it the environment variable GARDENER_HISTORY counts. Without that, it is the file history.db in the directory
    /// `.gardener` beside the pack's gardener.yaml, or else here, if there is such a directory. The password of a URL may
    /// also be in PGPASSWORD.
    #[arg(long, value_name = "FILE|URL|none")]
    pub(crate) history: Option<String>,
}
