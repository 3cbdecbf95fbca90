//! Entries gathered into clusters: what one thread, or one shard, has counted, and how that merges.

mod alike;
mod captured;
mod group;
mod splits;
mod values;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::classify::{Class, Classifier, Scratch};
use crate::entry::{Entry, Field, FirstOf, Timestamp};
use crate::id::{hash_parts, hash64};
use crate::judge;
use crate::mute::{EntryMutes, MuteCounts};
use crate::pack::Definition;
use crate::redact::RedactedBatch;
use crate::script::{Failure, FunctionId, Sandbox};
use crate::tally::{
    DeployTally, Deployed, FacetStats, Hashed, Kept, ListMap, Merge, Occurrences, Place, Tally, TraceTally, Traces,
};
use crate::template::{self, Form, Rules, Templates};
use group::Group;
use splits::Splits;
use values::Numbers;

pub use alike::for_each;
pub(crate) use values::{captures, grouped_by, number, value_of};

/// Clusters kept of one definition; entries of groups beyond them form one cluster together.
const GROUPS: usize = 500;
/// Skeletons kept; entries of skeletons beyond them form one cluster together.
const SKELETONS: usize = 5_000;
/// Kinds of failure of `group(entry)` that are kept.
const FAILURES: usize = 50;

/// The value of a group that stands for all those beyond the cap.
pub const OTHER: &str = "(other)";

/// Where an entry went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Spot<'c> {
    /// Nowhere: no definition matches, and it is below the attention floor.
    Routine,
    /// To an ignoring definition, by its place among the pack's.
    Ignored(usize),
    /// To a cluster of a definition.
    Definition {
        /// The definition's place among the pack's.
        at: usize,
        /// The cluster's group, also where it has fallen into the one for those beyond the cap.
        group: BTreeMap<String, String>,
    },
    /// To the cluster of the template that this skeleton gets.
    Template(&'c str),
}

/// What is counted of one cluster.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    /// Its statistics.
    pub tally: Tally,
    /// How many of its entries the mutes match.
    pub muted: MuteCounts,
}

impl Merge for Counted {
    fn merge(&mut self, other: Self) {
        self.tally.merge(other.tally);
        self.muted.merge(other.muted);
    }
}

/// The group that stands for all those beyond the cap.
pub(crate) fn rest_group() -> BTreeMap<String, String> {
    BTreeMap::from([("group".to_owned(), OTHER.to_owned())])
}

/// What has been gathered.
#[derive(Debug)]
pub struct Clusters<'p> {
    classifier: &'p Classifier<'p>,
    sandbox: &'p Sandbox,
    scratch: Scratch,
    /// Where entries have their message.
    message: FirstOf,
    skeleton: String,
    numbers: Numbers,
    definitions: Vec<Kept<BTreeMap<String, String>, Counted>>,
    ignored: Vec<u64>,
    skeletons: Kept<(Form, Box<str>), Counted>,
    /// What the pack says of templates.
    rules: Rules<'p>,
    splits: Splits<'p>,
    mutes: EntryMutes<'p>,
    routine: u64,
    /// How many entries there are, and from when to when.
    span: Occurrences,
    /// What entries that are in no cluster say of deploys: a revision begins with its first entry, not with its first error.
    deploys: DeployTally,
    /// The traces of all entries: how many there are says what two clusters share by chance.
    traces: TraceTally,
    redactions: BTreeMap<String, u64>,
    /// For each definition the function that puts its entries into groups, where there is one.
    group_functions: Vec<Option<FunctionId>>,
    /// Failures of `group(entry)`, by the definition and what they say, with how often.
    failures: Kept<(usize, GroupFailure), u64>,
}

impl<'p> Clusters<'p> {
    /// Nothing yet.
    #[must_use]
    pub fn new(classifier: &'p Classifier<'p>, sandbox: &'p Sandbox) -> Self {
        let definitions = classifier.pack().definitions.len();
        let rules = Rules::of(classifier.pack());
        Self {
            classifier,
            sandbox,
            scratch: classifier.scratch(),
            message: FirstOf::new(&classifier.pack().message),
            skeleton: String::new(),
            numbers: Numbers::new(classifier.pack()),
            definitions: (0..definitions).map(|_| Kept::new(GROUPS)).collect(),
            ignored: vec![0; definitions],
            skeletons: Kept::new(SKELETONS),
            splits: Splits::of(&rules),
            rules,
            mutes: EntryMutes::new(classifier.pack()),
            routine: 0,
            span: Occurrences::default(),
            deploys: DeployTally::default(),
            traces: TraceTally::default(),
            redactions: BTreeMap::new(),
            group_functions: {
                let pack = classifier.pack();
                pack.definitions.iter().map(|definition| judge::group_function(pack, definition)).collect()
            },
            failures: Kept::new(FAILURES),
        }
    }

    /// Counts every entry of a batch.
    pub fn add(&mut self, batch: &RedactedBatch<'_>) {
        let classifier = self.classifier;
        let mut message = std::mem::take(&mut self.message);
        alike::for_each_by(batch, &mut message, |entry| {
            let class = classifier.class(entry, &mut self.scratch);
            self.add_as(entry, class);
        });
        self.message = message;
        self.add_redactions(batch);
    }

    /// Counts what was taken out of a batch.
    pub fn add_redactions(&mut self, batch: &RedactedBatch<'_>) {
        for (name, count) in batch.counts() {
            *self.redactions.entry(name.clone()).or_default() += count;
        }
    }

    /// Counts one entry, and tells where it went.
    pub fn place(&mut self, entry: &Entry<'_>) -> Spot<'_> {
        let class = self.classifier.class(entry, &mut self.scratch);
        match (class, self.count(entry, class)) {
            (Class::Routine, _) => Spot::Routine,
            (Class::Template, _) => Spot::Template(&self.skeleton),
            (Class::Definition(at), None) => Spot::Ignored(at),
            (Class::Definition(at), Some(group)) => {
                Spot::Definition { at, group: group.to_map(self.numbers.names(at)) }
            }
        }
    }

    /// Counts an entry that has been classified by this pack.
    pub fn add_as(&mut self, entry: &Entry<'_>, class: Class) {
        self.count(entry, class);
    }

    /// Counts an entry; tells its group, where it is in a cluster of a definition.
    fn count<'e>(&mut self, entry: &Entry<'e>, class: Class) -> Option<Group<'e>> {
        self.span.add(entry.timestamp());
        let mut deployed = Deployed::at(entry.timestamp());
        self.numbers.deployed(entry, &self.classifier.pack().deploys, &mut deployed);
        let said = Said { deployed: &deployed, trace: trace(entry) };
        said.trace.into_iter().for_each(|hash| self.traces.add(hash));
        match class {
            Class::Routine => {
                self.routine += 1;
                self.deploys.add(said.deployed);
            }
            Class::Definition(at) => return self.count_by_definition(at, entry, &said),
            Class::Template => self.count_by_template(entry, &said),
        }
        None
    }

    fn count_by_template<'e>(&mut self, entry: &Entry<'e>, said: &Said<'_, 'e>) {
        let Self { skeleton: text, skeletons, splits, mutes, classifier, numbers, .. } = self;
        let form = template::of_entry(entry, text);
        let fields = &classifier.pack().unknown.facets;
        let mut count = |counted: &mut Counted| {
            counted.tally.add(entry, []);
            counted.tally.add_few(entry, numbers.unknown(fields, entry, said.deployed));
            said.add_to(&mut counted.tally);
            mutes.count(entry, &mut counted.muted);
        };
        let hash = hash64(text.as_bytes());
        match skeletons.place(hash, || (form, text.as_str().into())) {
            Place::Kept((_, counted)) | Place::Rest(counted) => count(counted),
        }
        splits.count((text, hash), entry, count);
    }

    fn count_by_definition<'e>(&mut self, at: usize, entry: &Entry<'e>, said: &Said<'_, 'e>) -> Option<Group<'e>> {
        let definition = self.classifier.pack().definitions.get(at)?;
        if definition.ignore.is_some() {
            if let Some(count) = self.ignored.get_mut(at) {
                *count += 1;
            }
            self.deploys.add(said.deployed);
            return None;
        }
        let captured = self.numbers.captures(at, definition, entry);
        let group = self.group(at, definition, entry, &captured);
        if let Some(groups) = self.definitions.get_mut(at) {
            let names = self.numbers.names(at);
            match groups.place(group.hash(names), || group.to_map(names)) {
                Place::Kept((_, counted)) | Place::Rest(counted) => {
                    let (tally, time) = (&mut counted.tally, entry.timestamp());
                    let facet = |facet: usize, value: &Hashed<'_>| tally.add_facet(facet, value, time);
                    self.numbers.each_facet(at, definition, (entry, said.deployed), &captured, facet);
                    tally.add(entry, captured.iter().map(|text| number((*text)?)));
                    said.add_to(&mut counted.tally);
                    self.mutes.count(entry, &mut counted.muted);
                }
            }
        }
        Some(group)
    }

    fn group<'e>(
        &mut self,
        at: usize,
        definition: &Definition,
        entry: &Entry<'e>,
        captured: &[Option<&'e str>],
    ) -> Group<'e> {
        let group = self.numbers.group(at, definition, entry, captured);
        let Some(function) = self.group_functions.get(at).and_then(Option::as_ref) else { return group };
        match judge::group_values(self.classifier.pack(), self.sandbox, function, entry) {
            Ok(values) => {
                let mut named = group.to_map(self.numbers.names(at));
                named.extend(values);
                return Group::Named(named);
            }
            Err(failure) => match self.failures.place(hash_of_failure(at, &failure), || (at, GroupFailure(failure))) {
                Place::Kept((_, count)) | Place::Rest(count) => *count += 1,
            },
        }
        group
    }

    /// Takes up what another thread or shard has gathered with the same pack.
    pub fn merge(&mut self, other: Self) {
        for (ours, theirs) in self.definitions.iter_mut().zip(other.definitions) {
            ours.merge(theirs);
        }
        for (ours, theirs) in self.ignored.iter_mut().zip(other.ignored) {
            ours.merge(theirs);
        }
        self.skeletons.merge(other.skeletons);
        self.splits.merge(other.splits);
        self.routine += other.routine;
        self.span.merge(other.span);
        self.deploys.merge(other.deploys);
        self.traces.merge(other.traces);
        for (name, count) in other.redactions {
            *self.redactions.entry(name).or_default() += count;
        }
        self.failures.merge(other.failures);
    }

    /// The first and the last time among the entries.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span.first.zip(self.span.last)
    }

    /// What all entries say of deploys, by field. Those in clusters are counted there, and need not be counted twice: which values
    /// are kept does not depend on how entries were shared out.
    #[must_use]
    pub fn deploys(&self, fields: &[String]) -> ListMap<String, FacetStats> {
        let mut all = self.deploys.clone();
        let clusters = self.definitions.iter().flat_map(Kept::values).chain(self.skeletons.values());
        clusters.for_each(|counted| counted.tally.add_deploys_to(&mut all));
        all.stats(fields)
    }

    /// The traces of all entries.
    #[must_use]
    pub fn traces(&self) -> Traces {
        self.traces.traces()
    }

    /// Entries that are routine.
    #[must_use]
    pub fn routine(&self) -> u64 {
        self.routine
    }

    /// Entries ignored, by the place of the definition.
    #[must_use]
    pub fn ignored(&self) -> &[u64] {
        &self.ignored
    }

    /// Secrets taken out, by the name of the redaction.
    #[must_use]
    pub fn redactions(&self) -> &BTreeMap<String, u64> {
        &self.redactions
    }

    /// What `group(entry)` failed with for entries of a definition, and how often; most often first.
    pub fn failures_of(&self, definition: usize) -> Vec<(&Failure, u64)> {
        let own = self.failures.iter().filter(|((at, _), _)| *at == definition);
        let mut failures: Vec<_> = own.map(|((_, failure), count)| (&failure.0, *count)).collect();
        failures.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        failures
    }

    /// The clusters of definitions: the definition's place, the group's values, what was counted. A group that is called what those
    /// beyond the cap are called is one with them, for nothing tells the two apart, neither people nor issues.
    pub fn of_definitions(&self) -> impl Iterator<Item = (usize, BTreeMap<String, String>, Cow<'_, Counted>)> {
        let other = rest_group();
        self.definitions.iter().enumerate().flat_map(move |(at, groups)| {
            let mut rest = groups.rest().map(Cow::Borrowed);
            let mut clusters = Vec::new();
            for (group, counted) in groups.iter() {
                match &mut rest {
                    Some(rest) if *group == other => rest.to_mut().merge(counted.clone()),
                    _ => clusters.push((at, group.clone(), Cow::Borrowed(counted))),
                }
            }
            clusters.extend(rest.map(|rest| (at, other.clone(), rest)));
            clusters
        })
    }

    /// The templates of all skeletons, given those that earlier runs have found.
    #[must_use]
    pub fn templates(&self, known: &BTreeSet<&str>) -> Templates {
        let messages = self.skeletons.iter().filter(|((form, _), _)| *form == Form::Message);
        let messages = messages.map(|((_, text), _)| &**text);
        Templates::solve(&messages.chain(self.rules.skeletons()).collect(), known)
    }

    /// What the pack says of templates.
    #[must_use]
    pub fn rules(&self) -> &Rules<'p> {
        &self.rules
    }

    /// The clusters of a template that a rule splits, by the rule's place among the pack's and by what was counted of its skeletons.
    pub(crate) fn split(
        &self,
        rule: usize,
        skeletons: &[(&str, &Counted)],
    ) -> Vec<(BTreeMap<String, String>, Counted)> {
        self.splits.of_template(rule, skeletons)
    }

    /// What was counted of each skeleton; that which stands for those beyond the cap has none.
    pub fn of_skeletons(&self) -> impl Iterator<Item = (Option<(Form, &str)>, &Counted)> {
        let kept = self.skeletons.iter().map(|((form, text), counted)| (Some((*form, &**text)), counted));
        kept.chain(self.skeletons.rest().map(|counted| (None, counted)))
    }
}

/// What an entry says beside its cluster, read once and counted twice: for the run, and for the entry's cluster.
struct Said<'s, 'e> {
    deployed: &'s Deployed<'e>,
    /// The hash of its trace.
    trace: Option<u64>,
}

impl Said<'_, '_> {
    fn add_to(&self, tally: &mut Tally) {
        tally.add_deployed(self.deployed);
        self.trace.into_iter().for_each(|hash| tally.add_trace(hash));
    }
}

/// The hash of an entry's trace.
fn trace(entry: &Entry<'_>) -> Option<u64> {
    let trace = entry.field_text(Field::Trace).filter(|trace| !trace.is_empty())?;
    Some(hash64(trace.as_bytes()))
}

/// A failure of `group(entry)`, in the order of its place.
#[derive(Clone, Debug, PartialEq, Eq)]
struct GroupFailure(Failure);

impl GroupFailure {
    fn key(&self) -> (usize, usize, &str) {
        (self.0.script, self.0.range.start, &self.0.message)
    }
}

impl PartialOrd for GroupFailure {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for GroupFailure {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key().cmp(&other.key())
    }
}

fn hash_of_failure(definition: usize, failure: &Failure) -> u64 {
    let place = [definition, failure.script, failure.range.start].map(|n| (n as u64).to_le_bytes());
    let [definition, script, start] = place.each_ref().map(<[u8; 8]>::as_slice);
    hash_parts(&[definition, script, start, failure.message.as_bytes()])
}

#[cfg(test)]
mod tests;
