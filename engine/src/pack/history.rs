//! What a pack says of the store of history.

/// How long history is kept, and how far windows overlap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistorySettings {
    /// Days that a run is kept, counted back from the latest one.
    pub keep_days: u64,
    /// Runs that are kept, the latest.
    pub keep_runs: u64,
    /// Seconds before the end of a window that are read once more by the next, for entries that come late.
    pub overlap: i64,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { keep_days: 90, keep_runs: 1_000, overlap: 600 }
    }
}
