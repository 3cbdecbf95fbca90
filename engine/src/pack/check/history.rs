//! What the manifest says of the store of history.

use super::Checking;
use crate::diagnostic::Span;
use crate::pack::raw::Manifest;
use crate::pack::{HistorySettings, codes};

/// Days that runs may be kept at most.
const MOST_DAYS: u64 = 3_650;
/// Runs that may be kept at most.
const MOST_RUNS: u64 = 100_000;
/// Seconds that windows may overlap at most: what was counted in them is remembered, entry by entry.
const MOST_OVERLAP: i64 = 86_400;

impl Checking<'_> {
    /// How long history is kept, and how far windows overlap.
    pub(super) fn history(&mut self, manifest: &Manifest) -> HistorySettings {
        let keys = manifest.history.as_ref().map(|history| history.value.clone()).unwrap_or_default();
        let silent = HistorySettings::default();
        let keep_days = keys.keep_days.map_or(silent.keep_days, |days| {
            self.at_most("`keep_days`", days.span, days.value.0, MOST_DAYS);
            days.value.0
        });
        let keep_runs = keys.keep_runs.map_or(silent.keep_runs, |runs| {
            self.at_most("`keep_runs`", runs.span, runs.value.0, MOST_RUNS);
            runs.value.0
        });
        let overlap = keys.overlap.map_or(silent.overlap, |overlap| {
            if overlap.value.0 > MOST_OVERLAP {
                let help = "entries that come later than that belong into a run of their own: name its window with --since and --until";
                self.tell(&codes::BAD_VALUE, overlap.span, "`overlap` is at most `1d`".to_owned(), Some(help.to_owned()));
            }
            overlap.value.0
        });
        HistorySettings { keep_days, keep_runs, overlap }
    }

    fn at_most(&mut self, what: &str, span: Span, value: u64, most: u64) {
        if value > most {
            self.tell(&codes::BAD_VALUE, span, format!("{what} is at most {most}, not {value}"), None);
        }
    }
}
