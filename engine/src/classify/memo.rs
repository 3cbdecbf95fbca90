//! What the last text at a place spoke for: many fields say the same in nearly all entries of a form.

use super::scan::Scan;
use crate::entry::LogSeverity;

/// Bytes of a text up to which it is kept.
const LONGEST: usize = 256;
/// Texts in a row that were other ones, after which nothing is kept any more.
const PATIENCE: u32 = 32;

/// The last text of entries of one log severity at the place of one scan, and the queries that it speaks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Memo {
    text: String,
    queries: Vec<usize>,
    misses: u32,
}

impl Memo {
    /// [`Scan::over`], which is always called with the same scan and log severity.
    pub(super) fn over(&mut self, scan: &Scan, text: &str, severity: LogSeverity, found: &mut impl FnMut(usize)) {
        if self.text == text && !text.is_empty() {
            self.misses = 0;
            self.queries.iter().for_each(|at| found(*at));
        } else if self.misses > PATIENCE || text.len() > LONGEST {
            scan.over(text, severity, found);
        } else {
            self.misses += 1;
            self.text.clear();
            self.text.push_str(text);
            self.queries.clear();
            scan.over(text, severity, &mut |at| self.queries.push(at));
            self.queries.iter().for_each(|at| found(*at));
        }
    }
}
