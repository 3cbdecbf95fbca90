//! What earlier runs knew of a cluster.

/// The memory of a cluster; empty while there is no history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Runs in which it was seen before this one.
    pub runs_seen: u64,
    /// Days (UTC) on which it was seen before this one.
    pub days_seen: u64,
}

impl Baseline {
    /// Whether it was never seen before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.runs_seen == 0
    }
}
