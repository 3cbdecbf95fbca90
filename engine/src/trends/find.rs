//! Which cluster a name means: an id, a former id, a fingerprint, or the beginning of one.

use super::{Known, Series};
use crate::diagnostic::nearest;
use crate::id::{Fingerprint, is_former};

/// The least digits of a fingerprint that are taken for its beginning.
const DIGITS: usize = 4;

/// What a name means.
#[derive(Clone, Debug, PartialEq)]
pub enum Named<'k> {
    /// This cluster.
    One(&'k Series),
    /// More than one: those of several groups, or whose fingerprints begin alike.
    Several(Vec<&'k Series>),
    /// A cluster of which nothing is known but that its severity is laid down.
    Lock(&'k Fingerprint),
    /// None; but perhaps this id was meant.
    Nothing(Option<&'k str>),
}

impl Known {
    /// The cluster that a name means.
    ///
    /// Ids go before former ids, and these before fingerprints, which may be given with or without their `v1:`.
    #[must_use]
    pub fn find(&self, name: &str) -> Named<'_> {
        let name = name.trim();
        let mut found = self.all(|one| one.id == name);
        if found.is_empty() {
            found = self.all(|one| one.was.iter().any(|was| is_former(was, name)));
        }
        if found.is_empty() {
            found = self.all(|one| one.fingerprints.iter().any(|print| begins(print, name)));
        }
        match found.as_slice() {
            [one] => return Named::One(one),
            [] => {}
            _ => return Named::Several(found),
        }
        let mut locks = self.other_locks.keys().filter(|print| begins(print, name));
        if let (Some(lock), None) = (locks.next(), locks.next()) {
            return Named::Lock(lock);
        }
        let ids = self.series.iter().flat_map(|one| std::iter::once(&one.id).chain(&one.was));
        Named::Nothing(nearest(name, ids.map(String::as_str)))
    }

    fn all(&self, is_it: impl Fn(&Series) -> bool) -> Vec<&Series> {
        self.series.iter().filter(|one| is_it(one)).collect()
    }
}

fn begins(fingerprint: &Fingerprint, name: &str) -> bool {
    let digits = name.strip_prefix("v1:").unwrap_or(name).to_ascii_lowercase();
    digits.len() >= DIGITS && fingerprint.as_str().strip_prefix("v1:").is_some_and(|all| all.starts_with(&digits))
}
