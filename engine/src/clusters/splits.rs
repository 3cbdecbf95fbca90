//! What is counted of mined clusters by the values of fields, where a pack splits them.
//!
//! Which skeletons become the template that is split, only all of them together tell. So those are counted that may: that have
//! a word of the message by which the pack names it. Of each the groups are kept beside its own tally, so that what falls out
//! of a bound is never in the cluster of another template.

use std::collections::BTreeMap;

use super::group::{Group, hash_of};
use super::{Counted, GROUPS, rest_group};
use crate::entry::{Entry, FieldPath};
use crate::id::hash64;
use crate::pack::Becomes;
use crate::tally::{Kept, Merge, Place, group_text};
use crate::template::{Form, Named, Rules};

/// Skeletons of one rule that are split; entries of others are in the group that stands for the rest.
const SKELETONS: usize = 200;
/// Groups kept of one skeleton.
const OF_SKELETON: usize = 50;
/// Letters that a word has at least that tells one skeleton from others.
const LETTERS: usize = 3;

type Map = BTreeMap<String, String>;

/// What is counted of the groups of all rules that split.
#[derive(Debug, Default)]
pub(super) struct Splits<'p> {
    splits: Vec<Split<'p>>,
}

#[derive(Debug)]
struct Split<'p> {
    /// The rule's place among the pack's.
    rule: usize,
    /// By what it splits, in the order of the names.
    fields: Vec<&'p FieldPath>,
    names: Vec<String>,
    /// Of these a skeleton has one, or it is none of the rule's; where there are none, any may be.
    words: Vec<String>,
    skeletons: Kept<Box<str>, Groups>,
}

#[derive(Clone, Debug)]
struct Groups(Kept<Map, Counted>);

impl Default for Groups {
    fn default() -> Self {
        Self(Kept::new(OF_SKELETON))
    }
}

impl Merge for Groups {
    fn merge(&mut self, other: Self) {
        self.0.merge(other.0);
    }
}

impl<'p> Splits<'p> {
    pub(super) fn of(rules: &Rules<'p>) -> Self {
        let splits = rules.meant().enumerate().filter_map(|(at, (rule, meant))| match &rule.becomes {
            Becomes::Declared(declared) if !declared.split_by.is_empty() => {
                let named: BTreeMap<String, &FieldPath> =
                    declared.split_by.iter().map(|field| (field.to_string(), field)).collect();
                let (names, fields) = named.into_iter().unzip();
                Some(Split { rule: at, fields, names, words: words(meant), skeletons: Kept::new(SKELETONS) })
            }
            _ => None,
        });
        Self { splits: splits.collect() }
    }

    /// Counts an entry of this skeleton, which comes with its hash, for each rule that may split it.
    pub(super) fn count(
        &mut self,
        (skeleton, hash): (&str, u64),
        entry: &Entry<'_>,
        mut count: impl FnMut(&mut Counted),
    ) {
        for split in self.splits.iter_mut().filter(|split| split.may_mean(skeleton)) {
            let group = split.group(entry);
            if let Place::Kept((_, Groups(groups))) = split.skeletons.place(hash, || skeleton.into()) {
                match groups.place(group.hash(&split.names), || group.to_map(&split.names)) {
                    Place::Kept((_, counted)) | Place::Rest(counted) => count(counted),
                }
            }
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.splits.iter_mut().zip(other.splits) {
            ours.skeletons.merge(theirs.skeletons);
        }
    }

    /// The clusters of a template that a rule splits, given what was counted of its skeletons.
    pub(super) fn of_template(&self, rule: usize, skeletons: &[(&str, &Counted)]) -> Vec<(Map, Counted)> {
        let Some(split) = self.splits.iter().find(|split| split.rule == rule) else { return Vec::new() };
        let mut all: Kept<Map, Counted> = Kept::new(GROUPS);
        let mut add = |group: &Map, counted: &Counted| {
            let hash = hash_of(group.iter().map(|(name, value)| (name.as_str(), value.as_str())));
            match all.place(hash, || group.clone()) {
                Place::Kept((_, all)) | Place::Rest(all) => all.merge(counted.clone()),
            }
        };
        for (skeleton, counted) in skeletons {
            match split.skeletons.get(hash64(skeleton.as_bytes())) {
                Some((_, Groups(groups))) => {
                    groups.iter().for_each(|(group, counted)| add(group, counted));
                    groups.rest().into_iter().for_each(|rest| add(&rest_group(), rest));
                }
                None => add(&rest_group(), counted),
            }
        }
        let mut clusters: BTreeMap<Map, Counted> = all.iter().cloned().collect();
        if let Some(rest) = all.rest() {
            clusters.entry(rest_group()).or_default().merge(rest.clone());
        }
        clusters.into_iter().collect()
    }
}

impl Split<'_> {
    fn may_mean(&self, skeleton: &str) -> bool {
        self.words.is_empty() || self.words.iter().any(|word| skeleton.contains(word.as_str()))
    }

    fn group<'e>(&self, entry: &Entry<'e>) -> Group<'e> {
        let values = self.fields.iter().map(|field| group_text(entry.text_at(field).unwrap_or_default()));
        Group::Values(values.collect())
    }
}

/// The words of which each skeleton that is meant has one; none where that cannot be said.
fn words(meant: &[Named<'_>]) -> Vec<String> {
    let mut words = Vec::new();
    for named in meant {
        let own: Vec<String> = match named {
            Named::Id(_) => Vec::new(),
            Named::Skeleton(Form::Whole, text) => vec![text.clone()],
            Named::Skeleton(Form::Message, text) => {
                let words = text.split(|c: char| !c.is_alphabetic());
                words.filter(|word| word.chars().count() >= LETTERS).map(str::to_owned).collect()
            }
        };
        if own.is_empty() {
            return Vec::new();
        }
        words.extend(own);
    }
    words
}
