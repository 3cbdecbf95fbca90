//! Where definitions stand, and what they say of themselves.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Side;
use super::{FieldChange, Place, codes, fields};
use crate::id::is_former;
use crate::pack::{Definition, Pack};
use crate::report::{Cluster, Origin};

/// The definitions of both sides by id, and which of them say in words what is seen.
pub(super) struct Places<'s> {
    sides: [(&'static str, Side<'s>, BTreeMap<&'s str, &'s Definition>); 2],
    in_words: BTreeSet<&'s str>,
}

impl<'s> Places<'s> {
    pub(super) fn new(base: &Side<'s>, head: &Side<'s>) -> Self {
        let of = |side: &Side<'s>| -> BTreeMap<&'s str, &'s Definition> {
            let pack: &'s Pack = side.pack;
            pack.definitions.iter().map(|definition| (definition.id.as_str(), definition)).collect()
        };
        let all = base.pack.definitions.iter().chain(&head.pack.definitions);
        let in_words = all.filter(|definition| definition.pattern.is_some()).map(|definition| definition.id.as_str());
        Self { sides: [("head", *head, of(head)), ("base", *base, of(base))], in_words: in_words.collect() }
    }

    pub(super) fn changes(&self, before: &Cluster, after: &Cluster) -> Vec<FieldChange> {
        let is_in_words = |cluster: &Cluster| self.in_words.contains(cluster.id.as_str());
        let mut changes = fields::changes(before, after, is_in_words(before) || is_in_words(after));
        if before.origin != after.origin {
            // What a definition says of entries that none knew is all new, and no change of anything.
            changes.retain(|change| ![&codes::TEXT_CHANGED, &codes::VALUES_CHANGED].contains(&change.code));
        }
        changes
    }

    /// Whether a lost cluster can be a gained one under another name. It cannot where both definitions are there on both
    /// sides: then one of them matches something else than before.
    pub(super) fn may_be_renamed(&self, old: &Cluster, new: &Cluster) -> bool {
        let [(_, _, head), (_, _, base)] = &self.sides;
        match (old.origin, new.origin) {
            (Origin::Template, _) => true,
            (Origin::Rule, Origin::Template) => false,
            (Origin::Rule, Origin::Rule) => {
                old.id == new.id || !(head.contains_key(old.id.as_str()) || base.contains_key(new.id.as_str()))
            }
        }
    }

    /// Whether the definition of a gained cluster says that it takes the place of a lost one that was mined.
    pub(super) fn is_former(&self, old: &Cluster, new: &Cluster) -> bool {
        let [(_, _, head), _] = &self.sides;
        let is_listed = |it: &&Definition| it.was.iter().any(|was| is_former(was, &old.id));
        old.origin == Origin::Template && new.group.is_empty() && head.get(new.id.as_str()).is_some_and(is_listed)
    }

    /// Where the head has it, or the base had it.
    pub(super) fn of(&self, id: Option<&str>) -> Option<Place> {
        let id = id?;
        let found = self.sides.iter().find_map(|(name, side, all)| Some((name, side, all.get(id)?)));
        found.map(|(name, side, definition)| place_of(definition, side, name))
    }
}

/// Where a definition stands.
pub(super) fn place_of(definition: &Definition, side: &Side<'_>, name: &'static str) -> Place {
    Place { side: name, at: side.sources.place(definition.span) }
}
