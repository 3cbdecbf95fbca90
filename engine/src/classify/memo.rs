//! What usual values speak for: many fields say the same in entry after entry, and many messages never vary.

use hashbrown::HashMap;

use super::scan::Scan;
use crate::entry::{LogSeverity, UNUSUAL};

/// The queries that usual values speak for, by their numbers, at the place of one scan in entries of one form and log severity.
/// There are no more of them than numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo(HashMap<u16, Box<[usize]>>);

impl Memo {
    /// [`Scan::over`] for a text that is the usual value of a number; always called with the same scan and log severity.
    #[inline]
    pub(super) fn over(
        &mut self,
        scan: &Scan,
        (text, number): (&str, u16),
        severity: LogSeverity,
        found: &mut impl FnMut(usize),
    ) {
        if number == UNUSUAL {
            return scan.over(text, severity, found);
        }
        let queries = self.0.entry(number).or_insert_with(|| {
            let mut queries = Vec::new();
            scan.over(text, severity, &mut |at| queries.push(at));
            queries.into()
        });
        queries.iter().for_each(|at| found(*at));
    }
}
