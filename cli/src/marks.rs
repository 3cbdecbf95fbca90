//! Which entries a run has counted shortly before the end of its window, so that the next one, which reads that stretch once
//! more for entries that came late, counts none of them twice.
//!
//! An entry is known by a hash of 64 bits. Those without an insertId are known by what they say, and may say it more than
//! once: each time is a mark of its own.

mod packed;

use gardener_engine::entry::Timestamp;

/// Marks that are kept, the latest: some megabytes.
const MOST: usize = 1 << 19;

/// An entry that was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// Its time.
    pub(crate) at: Timestamp,
    /// [`gardener_engine::entry::Batch::key`].
    pub(crate) key: u64,
}

/// All entries that were counted by the end of a window, from a time on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marks {
    /// From when on there is a mark of each.
    pub(crate) from: Timestamp,
    /// By time. Where some are from before that, they are of entries that are as late as `late` has it.
    pub(crate) all: Vec<Mark>,
    /// Which entries from before that nobody has counted without a mark; where nobody knows, all may have been.
    pub(crate) late: Option<Late>,
}

/// Which entries came after what was read: those received from a time on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Late {
    /// When they were received, or later.
    pub(crate) received: Timestamp,
    /// Their own time, or later: what is from before it was never read.
    pub(crate) from: Timestamp,
}

impl Late {
    /// Whether an entry of a time that was received at another is one.
    pub(crate) fn is(self, at: Timestamp, received: Option<Timestamp>) -> bool {
        at >= self.from && received.is_some_and(|received| received >= self.received)
    }
}

impl Marks {
    /// From when on entries may not have been counted yet.
    pub(crate) fn begin(&self) -> Timestamp {
        self.late.map_or(self.from, |late| late.from.min(self.from))
    }
}

/// How far a run has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    /// The end of its window, excluded.
    pub(crate) until: Timestamp,
    /// What it and those before it counted shortly before that.
    pub(crate) marks: Marks,
    /// Whether there was no room for all of that.
    pub(crate) is_cut: bool,
}

/// What is to be noted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Noting {
    /// The end of the window; where nobody has said it, it is just behind the last entry.
    pub(crate) until: Option<Timestamp>,
    /// The run's `now`: behind it, no window ends just because of an entry whose clock is wrong.
    pub(crate) now: Timestamp,
    /// Seconds before the end that are of interest.
    pub(crate) overlap: i64,
    /// Which entries may not have been there yet, though their time was read; where nothing can be said of that, none.
    pub(crate) late: Option<Late>,
}

/// What one worker has noted. It merges in any order to the same.
#[derive(Debug)]
pub(crate) struct Noted {
    noting: Noting,
    marks: Vec<Mark>,
    /// Of entries from before the marks that came later than the next run will think.
    late: Vec<Mark>,
    /// From when on nothing was dropped for want of room.
    floor: Option<Timestamp>,
    /// The latest time before `now`.
    latest: Option<Timestamp>,
}

impl Noting {
    /// Whether an entry of that time could be one to be noted.
    pub(crate) fn wants(&self, at: Timestamp) -> bool {
        match self.until {
            Some(until) => at < until && at >= until.plus_seconds(-self.overlap),
            None => at < self.now,
        }
    }
}

impl Noted {
    pub(crate) fn new(noting: Noting) -> Self {
        Self { noting, marks: Vec::new(), late: Vec::new(), floor: None, latest: None }
    }

    /// Notes an entry that is counted.
    pub(crate) fn add(&mut self, mark: Mark) {
        if !self.noting.wants(mark.at) {
            return;
        }
        self.latest = self.latest.max(Some(mark.at));
        if mark.at >= self.begin() {
            self.marks.push(mark);
        }
        if self.marks.len() >= 2 * MOST {
            self.prune();
        }
    }

    /// Notes an entry that the next run will take for one that came late: it is counted, here or before.
    pub(crate) fn add_late(&mut self, mark: Mark) {
        if self.late.len() < MOST {
            self.late.push(mark);
        } else {
            // No run may take for uncounted what is not noted.
            self.noting.late = None;
        }
    }

    pub(crate) fn merge(&mut self, other: Self) {
        self.late.extend(other.late);
        self.noting.late = self.noting.late.filter(|_| other.noting.late.is_some());
        self.floor = self.floor.max(other.floor);
        self.latest = self.latest.max(other.latest);
        self.marks.extend(other.marks);
        self.prune();
    }

    /// How far the run has read, given since when it did, and what it knew of earlier ones; nothing where it has seen no end.
    pub(crate) fn reach(mut self, since: Option<Timestamp>, known: Option<&Marks>) -> Option<Reach> {
        let until = self.noting.until.or(self.latest.map(next))?;
        self.marks.extend(known.into_iter().flat_map(|known| &known.all));
        self.prune();
        let begin = until.plus_seconds(-self.noting.overlap);
        let from = [since, self.floor, known.map(|known| known.from)]
            .into_iter()
            .flatten()
            .fold(begin, Timestamp::max)
            .min(until);
        self.marks.retain(|mark| mark.at >= from);
        let is_cut = self.floor.is_some_and(|floor| floor > begin);
        self.late.retain(|mark| mark.at < from);
        self.late.sort_unstable();
        let room = MOST.saturating_sub(self.marks.len());
        let late = self.noting.late.filter(|_| self.late.len() <= room);
        let mut all = if late.is_some() { self.late } else { Vec::new() };
        all.append(&mut self.marks);
        Some(Reach { until, marks: Marks { from, all, late }, is_cut })
    }

    /// The beginning of what is of interest, as far as that is known by now. It only ever rises.
    fn begin(&self) -> Timestamp {
        let end = self.noting.until.or(self.latest).unwrap_or(self.noting.now);
        let begin = end.plus_seconds(-self.noting.overlap);
        self.floor.map_or(begin, |floor| floor.max(begin))
    }

    /// Drops what is too old, and of the rest the oldest beyond what is kept. Whatever has been dropped before, the same
    /// stays: what is dropped of a part would be dropped of the whole.
    fn prune(&mut self) {
        let begin = self.begin();
        self.marks.retain(|mark| mark.at >= begin);
        self.marks.sort_unstable();
        if let Some(too_old) = self.marks.len().checked_sub(MOST + 1).and_then(|at| self.marks.get(at)).map(|m| m.at) {
            // All of one time, so that from the next on nothing is missing.
            self.floor = self.floor.max(Some(next(too_old)));
            self.marks.retain(|mark| mark.at > too_old);
        }
    }
}

/// The next nanosecond.
fn next(time: Timestamp) -> Timestamp {
    Timestamp::from_unix(time.seconds(), time.nanos() + 1).unwrap_or_else(|| {
        let next = time.plus_seconds(1);
        Timestamp::from_unix(next.seconds(), 0).unwrap_or(next)
    })
}

/// How often each entry was counted, to be looked up.
#[derive(Debug, Default)]
pub(crate) struct Known(Vec<(u64, u32)>);

impl Known {
    pub(crate) fn of(marks: &Marks) -> Self {
        let mut keys: Vec<u64> = marks.all.iter().map(|mark| mark.key).collect();
        keys.sort_unstable();
        let mut known: Vec<(u64, u32)> = Vec::new();
        for key in keys {
            match known.last_mut() {
                Some((last, count)) if *last == key => *count = count.saturating_add(1),
                _ => known.push((key, 1)),
            }
        }
        Self(known)
    }

    /// How often the entry with this key was counted.
    pub(crate) fn count(&self, key: u64) -> u32 {
        let place = self.0.binary_search_by_key(&key, |(key, _)| *key);
        place.ok().and_then(|place| self.0.get(place)).map_or(0, |(_, count)| *count)
    }
}

#[cfg(test)]
mod tests;
