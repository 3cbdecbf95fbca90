//! What becomes of a decision where a mute, or a cause, holds it back.

use crate::report::{ActionKind, Rejected, Restraint};

/// An action, why, and where it was decided.
type Decided = (ActionKind, String, Option<String>);

/// The decision, or nothing instead of it: what policy had decided then stands first among what was rejected.
pub(super) fn held(
    (kind, reason, by): Decided,
    mut rejected: Vec<Rejected>,
    restraint: &Restraint,
) -> (ActionKind, String, Option<String>, Vec<Rejected>) {
    let Some((held, place)) = restraint.reason() else { return (kind, reason, by, rejected) };
    if kind == ActionKind::None {
        return (kind, format!("{held} (nothing would be done without that either: {reason})"), by, rejected);
    }
    rejected.insert(0, Rejected { kind, reason });
    (ActionKind::None, held, Some(place.to_owned()), rejected)
}
