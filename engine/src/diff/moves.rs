//! Entries counted with two packs at once, and where each went that went elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::landing::{Bucket, Landing, bucket};
use crate::classify::Classifier;
use crate::clusters::{Clusters, Spot};
use crate::entry::{Batch, Entry};
use crate::id::hash_parts;
use crate::pack::Pack;
use crate::redact::RedactedBatch;
use crate::script::Sandbox;
use crate::tally::{Kept, Merge, Place};
use crate::template::{Form, Templates};
use crate::witness::{self, Seat, Witness};

/// Pairs of places that are kept; entries of others are only counted.
const PAIRS: usize = 10_000;

/// The entries counted with two packs. Merges in any order to the same.
#[derive(Debug)]
pub struct Gathering<'p> {
    packs: (&'p Pack, &'p Pack),
    /// With the base's rules.
    pub base: Clusters<'p>,
    /// With the head's rules.
    pub head: Clusters<'p>,
    /// What went elsewhere.
    moves: Counting,
    /// The ids of both packs' definitions, by their places; the base's by what the head calls them.
    ids: (Vec<&'p str>, Vec<&'p str>),
    /// Whether both packs take the same out of text.
    is_redacted_alike: bool,
}

/// What is counted of entries that go elsewhere, by their skeletons. Merges in any order to the same.
#[derive(Debug)]
struct Counting {
    buckets: BTreeMap<(Bucket, Bucket), u64>,
    pairs: Kept<(Landing, Landing), Moved>,
}

/// The entries that went elsewhere.
#[derive(Debug)]
pub struct Moves {
    buckets: BTreeMap<(Bucket, Bucket), u64>,
    pairs: BTreeMap<(Landing, Landing), Moved>,
    others: u64,
}

/// The entries that went the same way.
#[derive(Clone, Debug, Default)]
pub(super) struct Moved {
    pub(super) count: u64,
    pub(super) witness: Witness,
}

impl Merge for Moved {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.witness.merge(other.witness);
    }
}

impl<'p> Gathering<'p> {
    /// Nothing yet.
    #[must_use]
    pub fn new(base: &'p Classifier<'p>, head: &'p Classifier<'p>, sandbox: &'p Sandbox) -> Self {
        let packs = (base.pack(), head.pack());
        Self {
            packs,
            base: Clusters::new(base, sandbox),
            head: Clusters::new(head, sandbox),
            moves: Counting { buckets: BTreeMap::new(), pairs: Kept::new(PAIRS) },
            ids: ids(packs.0, packs.1),
            is_redacted_alike: packs.0.redactor.is_like(&packs.1.redactor),
        }
    }

    /// Counts every entry of a batch. `capture` is the place of its capture among those that are read, and `numbers` are
    /// those of the entries in it.
    pub fn add(&mut self, batch: Batch<'_>, capture: usize, numbers: &[u64]) {
        let (base, head) = self.packs;
        if self.is_redacted_alike {
            let batch = head.redactor.batch(batch);
            self.add_both((&batch, &batch), capture, numbers);
        } else {
            let before = base.redactor.batch(batch.clone());
            self.add_both((&before, &head.redactor.batch(batch)), capture, numbers);
        }
    }

    fn add_both(&mut self, (before, after): (&RedactedBatch<'_>, &RedactedBatch<'_>), capture: usize, numbers: &[u64]) {
        let (base, head) = self.packs;
        self.base.add_redactions(before);
        self.head.add_redactions(after);
        let entries = before.entries(&base.message).zip(after.entries(&head.message)).zip(numbers);
        let seated = entries.map(|((before, after), number)| (before, after, Seat { capture, number: *number }));
        let mut seated: Vec<(Entry<'_>, Entry<'_>, Seat)> = seated.collect();
        // The order counts for nothing, but of the latest entry a sample is made: whoever meets it first makes but one.
        if after.is_rising() {
            seated.reverse();
        }
        seated.iter().for_each(|(before, after, seat)| self.add_entry(before, after, *seat));
    }

    fn add_entry(&mut self, before: &Entry<'_>, after: &Entry<'_>, seat: Seat) {
        let (base, head) = self.packs;
        let (from, to) = (self.base.place(before), self.head.place(after));
        if is_same(&from, &to, &self.ids) {
            return;
        }
        *self.moves.buckets.entry((bucket(&from), bucket(&to))).or_default() += 1;
        let hash = hash_of(&from, &to, &self.ids);
        let pair = || (Landing::of(&from, base), Landing::of(&to, head));
        let is_alike = self.is_redacted_alike;
        match self.moves.pairs.place(hash, pair) {
            Place::Rest(moved) => moved.count += 1,
            Place::Kept((_, moved)) => {
                moved.count += 1;
                moved.witness.consider(after, seat, || {
                    if is_alike { witness::text(after) } else { witness::text_for_both(after, head, base) }
                });
            }
        }
    }

    /// Takes up what another worker has gathered with the same packs.
    pub fn merge(&mut self, other: Self) {
        self.base.merge(other.base);
        self.head.merge(other.head);
        self.moves.pairs.merge(other.moves.pairs);
        for (way, count) in other.moves.buckets {
            *self.moves.buckets.entry(way).or_default() += count;
        }
    }
}

impl Gathering<'_> {
    /// The templates of what either side has no definition for: both sides have the same, so that they can be compared.
    #[must_use]
    pub fn templates(&self) -> Templates {
        let both = self.base.of_skeletons().chain(self.head.of_skeletons());
        let messages = both.filter_map(|(skeleton, _)| skeleton.filter(|(form, _)| *form == Form::Message));
        Templates::solve(&messages.map(|(_, text)| text).collect(), &BTreeSet::new())
    }

    /// What went elsewhere, by these templates.
    #[must_use]
    pub fn moves(&self, templates: &Templates) -> Moves {
        let mut pairs: BTreeMap<(Landing, Landing), Moved> = BTreeMap::new();
        for ((from, to), moved) in self.moves.pairs.iter() {
            pairs.entry((from.settled(templates), to.settled(templates))).or_default().merge(moved.clone());
        }
        // What only their redactions told apart.
        pairs.retain(|(from, to), _| from != to);
        let others = self.moves.pairs.rest().map_or(0, |rest| rest.count);
        Moves { buckets: self.moves.buckets.clone(), pairs, others }
    }
}

impl Moves {
    /// Entries that went from one bucket to another, and those that went elsewhere in the same one.
    pub(super) fn buckets(&self) -> impl Iterator<Item = (Bucket, Bucket, u64)> {
        self.buckets.iter().map(|((from, to), count)| (*from, *to, *count))
    }

    /// From where to where, and what.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&(Landing, Landing), &Moved)> {
        self.pairs.iter()
    }

    /// Entries that went in more ways than are kept.
    pub(super) fn others(&self) -> u64 {
        self.others
    }
}

/// The ids of both packs' definitions, by their places; the base's by what the head calls them.
fn ids<'p>(base: &'p Pack, head: &'p Pack) -> (Vec<&'p str>, Vec<&'p str>) {
    let renamed = renamed(head);
    let base = base.definitions.iter().map(|definition| known_as(&definition.id, &renamed));
    (base.collect(), head.definitions.iter().map(|definition| definition.id.as_str()).collect())
}

/// Former ids of a pack's definitions and what they are called now, but for ids that are in use again.
pub(super) fn renamed(pack: &Pack) -> BTreeMap<&str, &str> {
    let ids: BTreeSet<&str> = pack.definitions.iter().map(|definition| definition.id.as_str()).collect();
    let former = pack.definitions.iter().flat_map(|it| it.was.iter().map(|was| (was.as_str(), it.id.as_str())));
    former.filter(|(was, _)| !ids.contains(was)).collect()
}

/// What a definition is called now.
pub(super) fn known_as<'p>(id: &'p str, renamed: &BTreeMap<&'p str, &'p str>) -> &'p str {
    renamed.get(id).copied().unwrap_or(id)
}

fn is_same(from: &Spot<'_>, to: &Spot<'_>, (base, head): &(Vec<&str>, Vec<&str>)) -> bool {
    match (from, to) {
        (Spot::Routine, Spot::Routine) => true,
        (Spot::Ignored(from), Spot::Ignored(to)) => base.get(*from) == head.get(*to),
        (Spot::Definition { at: from, group: before }, Spot::Definition { at: to, group: after }) => {
            base.get(*from) == head.get(*to) && before == after
        }
        (Spot::Template(from), Spot::Template(to)) => from == to,
        _ => false,
    }
}

fn hash_of(from: &Spot<'_>, to: &Spot<'_>, (base, head): &(Vec<&str>, Vec<&str>)) -> u64 {
    let mut parts: Vec<&[u8]> = Vec::new();
    for (spot, ids) in [(from, base), (to, head)] {
        let id = |at: usize| ids.get(at).map_or(&[][..], |id| id.as_bytes());
        match spot {
            Spot::Routine => parts.push(b"routine"),
            Spot::Ignored(at) => parts.extend([&b"ignored"[..], id(*at)]),
            Spot::Template(text) => parts.extend([&b"template"[..], text.as_bytes()]),
            Spot::Definition { at, group } => {
                parts.extend([&b"definition"[..], id(*at)]);
                parts.extend(group.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
            }
        }
    }
    hash_parts(&parts)
}
