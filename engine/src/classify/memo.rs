//! What usual values speak for: many fields say the same in entry after entry, and many messages never vary.

use hashbrown::HashMap;

use super::scan::Scan;
use crate::entry::{LogSeverity, UNUSUAL};

/// What all memos together may take up until all is forgotten: there is one for every scan, form and log severity, and each may
/// have every number.
pub(super) const ROOM: usize = 1 << 18;
/// What a value takes beside its queries, each of which takes one.
const OF_VALUE: usize = 4;

/// The queries that usual values speak for, by their numbers, at the place of one scan in entries of one form and log severity.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo(HashMap<u16, Box<[usize]>>);

impl Memo {
    /// [`Scan::over`] for a text that is the usual value of a number; always called with the same scan and log severity. What is
    /// noted takes up room.
    #[inline]
    pub(super) fn over(
        &mut self,
        scan: &Scan,
        (text, number): (&str, u16),
        severity: LogSeverity,
        room: &mut usize,
        found: &mut impl FnMut(usize),
    ) {
        if number == UNUSUAL {
            return scan.over(text, severity, found);
        }
        let queries = self.0.entry(number).or_insert_with(|| {
            let mut queries = Vec::new();
            scan.over(text, severity, &mut |at| queries.push(at));
            // A literal may stand in a text many times.
            queries.sort_unstable();
            queries.dedup();
            *room = room.saturating_sub(OF_VALUE + queries.len());
            queries.into()
        });
        queries.iter().for_each(|at| found(*at));
    }

    /// What it takes up.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.0.values().map(|queries| OF_VALUE + queries.len()).sum()
    }
}
