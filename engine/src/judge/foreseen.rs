//! What scripts can make of a cluster, as far as their text shows.

use crate::report::ActionKind;
use crate::script::{Said, Saying};
use crate::severity::Severity;

/// Whether a script would make a severity another one here.
#[must_use]
pub fn moves_severity(said: &Said) -> bool {
    matches!(said.by, Saying::Calls("Cluster", "raise_to" | "lower_to" | "set" | "escalate" | "deescalate"))
}

/// The severity that a script gives a cluster here: in quotes to `raise_to`, `lower_to` or `set`, or returned by `severity`.
#[must_use]
pub fn severity_given(said: &Said) -> Option<Severity> {
    match said.by {
        Saying::Calls("Cluster", "raise_to" | "lower_to" | "set") | Saying::Returns("severity") => {
            said.text.as_ref()?.parse().ok()
        }
        _ => None,
    }
}

/// The action that a script decides for here.
#[must_use]
pub fn action_taken(said: &Said) -> Option<ActionKind> {
    match said.by {
        Saying::Calls("Issue", method) => ActionKind::from_name(method),
        _ => None,
    }
}
