//! Records that a case names and that its run did not see: what cannot be read, and what lies outside of the window.
//!
//! A fixture that is broken, or too old for its case, gives no cluster, and that looks like rules that are right. So it has to
//! be expected, by `counts`.

use super::{Judging, codes, entries};
use crate::diagnostic::Diagnostic;

/// Whether a failure says that a case's entries were not read as they should have been, so that nothing else is worth a look.
#[must_use]
pub fn is_unread(failure: &Diagnostic) -> bool {
    [codes::CASE_READ_NOTHING.id, codes::CASE_MALFORMED.id].contains(&failure.code.id)
}

impl Judging<'_> {
    pub(super) fn unread(&mut self) {
        self.malformed();
        self.nothing();
    }

    /// Records that cannot be read, where their number is not expected.
    fn malformed(&mut self) {
        let (keys, report) = (&self.case.keys, self.ran.report);
        let count = report.entries.malformed;
        if count == 0 || keys.counts.as_ref().is_some_and(|counts| counts.value.malformed.is_some()) {
            return;
        }
        let what = crate::render::counted(count, "record", None);
        let message = format!("{what} of the case cannot be read");
        let mut diagnostic = Diagnostic::new(&codes::CASE_MALFORMED, self.case.span, message);
        if let Some(first) = report.malformed.first() {
            let label = if count == 1 { "it is" } else { "the first is" };
            diagnostic = diagnostic.label(format!("{label} in {}, line {}: {}", first.file, first.line, first.reason));
        }
        let help =
            format!("mend the file; where it is meant to be broken, expect it: `counts: {{ malformed: {count} }}`");
        diagnostic = diagnostic.help(help);
        for capture in
            self.case.captures.iter().filter(|c| report.malformed.iter().any(|quote| quote.file == c.written))
        {
            diagnostic = diagnostic.related(capture.span, "this file");
        }
        self.failures.push(diagnostic);
    }

    /// No entry that can be read inside of the window, where that is not expected.
    fn nothing(&mut self) {
        let found = self.ran.report.entries;
        let is_seen = found.read > found.malformed.saturating_add(found.outside_window);
        if is_seen || self.ran.allows_nothing || self.is_nothing_expected() {
            return;
        }
        let message = match () {
            () if found.read == 0 => "the case read no entries".to_owned(),
            () if found.outside_window == 0 => "the case read no entry that can be read".to_owned(),
            () => {
                let lost = entries(found.outside_window);
                format!("the case read no entry inside of its window: {lost} outside of it")
            }
        };
        let mut nothing = Diagnostic::new(&codes::CASE_READ_NOTHING, self.case.span, message)
            .label(match (self.case.since, self.case.until) {
                (Some(since), Some(until)) => format!("the window is from {since} to {until}"),
                (Some(since), None) => format!("the window begins at {since}"),
                (None, Some(until)) => format!("the window ends at {until}"),
                (None, None) => "it has no window".to_owned(),
            })
            .help(
                "a case without entries passes for the wrong reason; where it is right, expect it in `counts`, or say \
                 --allow-empty",
            );
        nothing.related = self.case.captures.iter().map(|c| (c.span, "nothing is in here".to_owned())).collect();
        self.failures.push(nothing);
    }

    /// Whether `counts` names every way in which the records were lost.
    fn is_nothing_expected(&self) -> bool {
        let Some(keys) = self.case.keys.counts.as_ref().map(|counts| &counts.value) else { return false };
        let found = self.ran.report.entries;
        let is_named = |count: u64, is_expected: bool| count == 0 || is_expected;
        (found.read > 0 || keys.read.is_some())
            && is_named(found.malformed, keys.malformed.is_some())
            && is_named(found.outside_window, keys.outside_window.is_some())
    }
}
