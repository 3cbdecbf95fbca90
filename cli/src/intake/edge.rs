//! Where a window adjoins those of earlier runs: what they have counted of it already, and what the next run is to be told.

use std::collections::BTreeMap;

use gardener_engine::entry::{Batch, Head, Timestamp};

use crate::marks::{Known, Marks, Noting};

/// Where a window adjoins others. By default it adjoins none.
#[derive(Debug, Default)]
pub(crate) struct Edge {
    /// Where the window begins that is told of, where what is read begins before it: what was not counted there yet came
    /// late.
    pub(crate) window: Option<Timestamp>,
    /// What earlier runs have counted of what is read again.
    pub(crate) counted: Option<Marks>,
    /// Seconds behind the beginning of the window by which something must have been read: without it, the captures do not
    /// reach back to there. Nothing where nobody vouches that they are to.
    pub(crate) patience: Option<i64>,
    /// What is to be noted for the next run.
    pub(crate) noting: Option<Noting>,
    /// What people should know of it.
    pub(crate) notes: Vec<String>,
}

/// How much of a window the captures hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    /// All of it, as far as can be told.
    All,
    /// Nothing up to that time.
    From(Timestamp),
    /// Nothing at all.
    Nothing,
}

impl Edge {
    /// How much of the window up to `until` captures hold, the earliest record of which is of that time. Whether it counted
    /// does not matter: a record of any kind shows that they reach back to it.
    pub(super) fn held(&self, earliest: Option<Timestamp>, until: Option<Timestamp>) -> Held {
        let (Some(window), Some(patience)) = (self.window, self.patience) else { return Held::All };
        let by = window.plus_seconds(patience);
        match earliest {
            Some(earliest) if earliest <= by => Held::All,
            Some(earliest) if until.is_none_or(|until| earliest < until) => Held::From(earliest),
            _ if until.is_some_and(|until| until <= by) => Held::All,
            _ => Held::Nothing,
        }
    }
}

/// What of an edge is asked, entry by entry.
#[derive(Debug)]
pub(super) struct Watch<'e> {
    edge: &'e Edge,
    known: Known,
}

/// What an entry is known by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// [`Batch::key`].
    pub(super) hash: u64,
    /// Whether the next run will take it for one that came late.
    pub(super) is_late: bool,
}

/// How many of entries that say the same have been met by now.
pub(super) type Met = BTreeMap<u64, u32>;

impl<'e> Watch<'e> {
    pub(super) fn of(edge: &'e Edge) -> Self {
        Self { edge, known: edge.counted.as_ref().map(Known::of).unwrap_or_default() }
    }

    /// The key of each entry that could have been counted already, or is to be noted; nothing of a window that adjoins none.
    pub(super) fn keys(&self, batch: &Batch<'_>) -> Vec<Option<Key>> {
        if self.edge.counted.is_none() && self.edge.noting.is_none() {
            return Vec::new();
        }
        let key = |head: &Head| {
            let at = head.timestamp()?;
            let noting = self.edge.noting;
            let wanted = noting.is_some_and(|noting| noting.wants(at));
            let late = noting.and_then(|noting| noting.late).filter(|_| !wanted);
            let is_late = late.is_some_and(|late| late.is(at, batch.received(head)));
            (self.is_shared(at) || wanted || is_late).then(|| Key { hash: batch.key(head), is_late })
        };
        batch.heads().iter().map(key).collect()
    }

    /// Whether a time is one that earlier runs have looked at.
    fn is_shared(&self, at: Timestamp) -> bool {
        let Edge { counted: Some(counted), window: Some(window), .. } = self.edge else { return false };
        at >= counted.begin() && at < *window
    }

    /// Whether an earlier run has counted an entry. Of entries that are told apart by nothing, as many have been counted as
    /// were.
    pub(super) fn is_counted(&self, head: &Head, key: Option<Key>, met: &mut Met) -> bool {
        let (Some(Key { hash: key, .. }), Some(at)) = (key, head.timestamp()) else { return false };
        let times = if self.is_shared(at) { self.known.count(key) } else { 0 };
        if times == 0 || head.identity().is_some() {
            return times > 0;
        }
        let met = met.entry(key).or_default();
        *met = met.saturating_add(1);
        *met <= times
    }

    /// Whether an entry that is counted came late.
    pub(super) fn is_late(&self, head: &Head) -> bool {
        self.edge.window.is_some_and(|window| head.timestamp().is_some_and(|at| at < window))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(minute: i64) -> Timestamp {
        Timestamp::from_unix(1_748_822_400 + minute * 60, 0).unwrap()
    }

    #[test]
    fn captures_that_do_not_reach_back_leave_a_hole() {
        let edge = Edge { window: Some(time(0)), patience: Some(30 * 60), ..Edge::default() };
        let hour = Some(time(60));
        let held = |earliest: Option<i64>| edge.held(earliest.map(time), hour);
        assert_eq!(held(Some(-5)), Held::All);
        assert_eq!(held(Some(30)), Held::All);
        assert_eq!(held(Some(31)), Held::From(time(31)));
        // What is behind the window shows nothing of it.
        assert_eq!(held(Some(60)), Held::Nothing);
        assert_eq!(held(None), Held::Nothing);
        assert_eq!(edge.held(None, Some(time(30))), Held::All);
        // Nobody vouches for what was asked by time.
        assert_eq!(Edge { patience: None, ..edge }.held(Some(time(50)), hour), Held::All);
    }
}
