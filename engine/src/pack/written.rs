//! Where the keys of a definition stand.

use super::merge::Merged;
use crate::diagnostic::Span;

/// Where those keys of a definition stand that decide about its entries. In one that overrides a base's they may stand in
/// either file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyPlaces {
    /// `match`.
    pub queries: Span,
    /// `severity`.
    pub severity: Span,
    /// `impact`.
    pub impact: Span,
    /// The id of the base's definition that it overrides.
    pub base: Option<Span>,
}

impl KeyPlaces {
    /// A key that is not there is where the definition is.
    pub(super) fn of(merged: &Merged) -> Self {
        let key = |name| merged.placed.keys.key(name).unwrap_or(merged.id.span);
        Self { queries: key("match"), severity: key("severity"), impact: key("impact"), base: merged.base }
    }
}
