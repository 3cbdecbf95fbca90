//! What tells the clusters of one definition, or of one template, apart.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::id::hash_parts;

/// Values that are hashed without a list of them being made.
const FEW: usize = 8;

/// The group of an entry. Most are known already, so that it is made a map only for those that are not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Group<'e> {
    /// The values of the names that it goes with: as many, in their order, which is that of a map.
    Values(Vec<Cow<'e, str>>),
    /// Names and values, where a script has a say in it.
    Named(BTreeMap<String, String>),
}

/// The hash of a group of no values, which most definitions have.
const OF_NOTHING: u64 = 0x2d06_8005_38d3_94c2;

impl Group<'_> {
    /// Its hash, with the names that it goes with.
    #[inline]
    pub(super) fn hash(&self, names: &[String]) -> u64 {
        match self {
            Self::Values(values) if values.is_empty() => OF_NOTHING,
            Self::Values(values) => hash_of(names.iter().zip(values).map(|(name, value)| (name.as_str(), &**value))),
            Self::Named(map) => hash_of(map.iter().map(|(name, value)| (name.as_str(), value.as_str()))),
        }
    }

    /// It as a map, with the names that it goes with.
    pub(super) fn to_map(&self, names: &[String]) -> BTreeMap<String, String> {
        match self {
            Self::Values(values) => {
                names.iter().zip(values).map(|(name, value)| (name.clone(), value.to_string())).collect()
            }
            Self::Named(map) => map.clone(),
        }
    }
}

/// The hash of a group, whose names come in their order.
pub(super) fn hash_of<'g>(pairs: impl ExactSizeIterator<Item = (&'g str, &'g str)>) -> u64 {
    let used = pairs.len() * 2;
    if used == 0 {
        return OF_NOTHING;
    }
    let mut few = [&[][..]; 2 * FEW];
    if let Some(few) = few.get_mut(..used) {
        for (slots, (name, value)) in few.chunks_exact_mut(2).zip(pairs) {
            slots.copy_from_slice(&[name.as_bytes(), value.as_bytes()]);
        }
        return hash_parts(few);
    }
    hash_parts(&pairs.flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_the_hash_of_no_parts() {
        assert_eq!(OF_NOTHING, hash_parts(&[]));
        for group in [Group::Values(Vec::new()), Group::Named(BTreeMap::new())] {
            assert_eq!(group.hash(&[]), OF_NOTHING);
        }
    }
}
