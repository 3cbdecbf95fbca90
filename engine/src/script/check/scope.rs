//! The variables that are in scope at a place of a function.

use crate::script::vocabulary::Kind;

/// Names with their kinds, innermost last.
#[derive(Debug, Default)]
pub(super) struct Names {
    names: Vec<(String, Kind)>,
}

impl Names {
    pub(super) fn define(&mut self, name: &str, kind: Kind) {
        self.names.push((name.to_owned(), kind));
    }

    /// The kind of a variable; nothing if it is not defined.
    pub(super) fn get(&self, name: &str) -> Option<Kind> {
        self.names.iter().rev().find(|(other, _)| other == name).map(|(_, kind)| *kind)
    }

    /// From here on nothing is known of what the variable holds, unless it is of this kind already.
    pub(super) fn assign(&mut self, name: &str, kind: Kind) {
        if let Some(found) = self.names.iter_mut().rev().find(|(other, _)| other == name)
            && found.1 != kind
        {
            found.1 = Kind::Any;
        }
    }

    pub(super) fn mark(&self) -> usize {
        self.names.len()
    }

    pub(super) fn forget_since(&mut self, mark: usize) {
        self.names.truncate(mark);
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(|(name, _)| name.as_str())
    }
}
