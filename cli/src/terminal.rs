//! What people see beside results: diagnostics, progress, the summary line.

pub(crate) mod diagnostics;
pub(crate) mod progress;
pub(crate) mod summary;

use gardener_engine::render::neutral;

/// Text from outside on its way to a terminal: nothing in it can move the cursor or turn what is read around. Line breaks
/// stay.
pub(crate) fn clean(text: &str) -> String {
    neutral::lines(text)
}
