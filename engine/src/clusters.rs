//! Entries gathered into clusters: what one thread, or one shard, has counted, and how that merges.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::classify::{Class, Classifier, Scratch};
use crate::entry::{Entry, FieldPath, Places, Timestamp};
use crate::id::{hash_parts, hash64};
use crate::judge;
use crate::mute::{EntryMutes, MuteCounts};
use crate::pack::{Definition, FacetKey, Pack};
use crate::redact::RedactedBatch;
use crate::script::{Failure, FunctionId, Sandbox};
use crate::tally::{DeployTally, Deployed, FacetStats, Kept, Merge, Place, Tally, group_value};
use crate::template::{self, Form, Templates};

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
    skeleton: String,
    numbers: Numbers,
    definitions: Vec<Kept<BTreeMap<String, String>, Counted>>,
    ignored: Vec<u64>,
    skeletons: Kept<(Form, Box<str>), Counted>,
    mutes: EntryMutes<'p>,
    routine: u64,
    span: Option<(Timestamp, Timestamp)>,
    /// What all entries say of deploys: a revision begins with its first entry, not with its first error.
    deploys: DeployTally,
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
        Self {
            classifier,
            sandbox,
            scratch: classifier.scratch(),
            skeleton: String::new(),
            numbers: Numbers::new(classifier.pack()),
            definitions: (0..definitions).map(|_| Kept::new(GROUPS)).collect(),
            ignored: vec![0; definitions],
            skeletons: Kept::new(SKELETONS),
            mutes: EntryMutes::new(classifier.pack()),
            routine: 0,
            span: None,
            deploys: DeployTally::default(),
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
        for_each(batch, &classifier.pack().message, |entry| drop(self.place(entry)));
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
        self.place_as(entry, class)
    }

    /// Counts an entry that has been classified by this pack.
    pub fn add_as(&mut self, entry: &Entry<'_>, class: Class) {
        self.place_as(entry, class);
    }

    fn place_as(&mut self, entry: &Entry<'_>, class: Class) -> Spot<'_> {
        if let Some(time) = entry.timestamp() {
            self.span = Some(self.span.map_or((time, time), |(first, last)| (first.min(time), last.max(time))));
        }
        let deployed = self.numbers.deployed(entry, &self.classifier.pack().deploys);
        self.deploys.add(&deployed);
        match class {
            Class::Routine => {
                self.routine += 1;
                Spot::Routine
            }
            Class::Definition(at) => self.place_by_definition(at, entry, &deployed),
            Class::Template => self.place_by_template(entry, &deployed),
        }
    }

    fn place_by_template(&mut self, entry: &Entry<'_>, deployed: &Deployed<'_>) -> Spot<'_> {
        let form = template::of_entry(entry, &mut self.skeleton);
        let text = &self.skeleton;
        match self.skeletons.place(hash64(text.as_bytes()), || (form, text.as_str().into())) {
            Place::Kept((_, counted)) | Place::Rest(counted) => {
                counted.tally.add(entry, [], []);
                counted.tally.add_deployed(deployed);
                self.mutes.count(entry, &mut counted.muted);
            }
        }
        Spot::Template(text)
    }

    fn place_by_definition(&mut self, at: usize, entry: &Entry<'_>, deployed: &Deployed<'_>) -> Spot<'static> {
        let Some(definition) = self.classifier.pack().definitions.get(at) else { return Spot::Ignored(at) };
        if definition.ignore.is_some() {
            if let Some(count) = self.ignored.get_mut(at) {
                *count += 1;
            }
            return Spot::Ignored(at);
        }
        let captured = captures(definition, entry);
        let group = self.group(at, definition, entry, &captured);
        let hash = group_hash(&group);
        if let Some(groups) = self.definitions.get_mut(at) {
            match groups.place(hash, || group.clone()) {
                Place::Kept((_, counted)) | Place::Rest(counted) => {
                    let facets = self.numbers.facets(at, definition, entry, &captured);
                    let metrics = captured.iter().map(|text| number(text.as_deref()?));
                    counted.tally.add(entry, facets, metrics);
                    counted.tally.add_deployed(deployed);
                    self.mutes.count(entry, &mut counted.muted);
                }
            }
        }
        Spot::Definition { at, group }
    }

    fn group(
        &mut self,
        at: usize,
        definition: &Definition,
        entry: &Entry<'_>,
        captured: &[Option<Cow<'_, str>>],
    ) -> BTreeMap<String, String> {
        let mut group = grouped_by(definition, entry, captured);
        let Some(function) = self.group_functions.get(at).and_then(Option::as_ref) else { return group };
        match judge::group_values(self.classifier.pack(), self.sandbox, function, entry) {
            Ok(values) => group.extend(values),
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
        self.routine += other.routine;
        self.span = match (self.span, other.span) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (ours, theirs) => ours.or(theirs),
        };
        self.deploys.merge(other.deploys);
        for (name, count) in other.redactions {
            *self.redactions.entry(name).or_default() += count;
        }
        self.failures.merge(other.failures);
    }

    /// The first and the last time among the entries.
    #[must_use]
    pub fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span
    }

    /// What all entries say of deploys, by field.
    #[must_use]
    pub fn deploys(&self, fields: &[String]) -> BTreeMap<String, FacetStats> {
        self.deploys.stats(fields)
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

    /// The clusters of definitions: the definition's place, the group's values, what was counted.
    pub fn of_definitions(&self) -> impl Iterator<Item = (usize, BTreeMap<String, String>, &Counted)> {
        self.definitions.iter().enumerate().flat_map(|(at, groups)| {
            let rest = groups.rest().map(|counted| (at, rest_group(), counted));
            groups.iter().map(move |(group, counted)| (at, group.clone(), counted)).chain(rest)
        })
    }

    /// The templates of all skeletons, given those that earlier runs have found.
    #[must_use]
    pub fn templates(&self, known: &BTreeSet<&str>) -> Templates {
        let messages = self.skeletons.iter().filter(|((form, _), _)| *form == Form::Message);
        Templates::solve(&messages.map(|((_, text), _)| &**text).collect(), known)
    }

    /// What was counted of each skeleton; that which stands for those beyond the cap has none.
    pub fn of_skeletons(&self) -> impl Iterator<Item = (Option<(Form, &str)>, &Counted)> {
        let kept = self.skeletons.iter().map(|((form, text), counted)| (Some((*form, &**text)), counted));
        kept.chain(self.skeletons.rest().map(|counted| (None, counted)))
    }
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

/// Shows every entry of a batch. The order counts for nothing, but of the latest entry a sample is made: whoever meets it first
/// makes but one.
pub fn for_each(batch: &RedactedBatch<'_>, message: &[FieldPath], mut with: impl FnMut(&Entry<'_>)) {
    let entries = batch.entries(message);
    if batch.is_rising() {
        entries.rev().for_each(|entry| with(&entry));
    } else {
        entries.for_each(|entry| with(&entry));
    }
}

/// Where what is counted leads to in entries: the fields that stand for deploys, and the facets of each definition.
#[derive(Debug)]
struct Numbers {
    places: Places,
    deploys: Vec<usize>,
    /// By the definition's place and the facet's; a capture has none.
    facets: Vec<Vec<Option<usize>>>,
}

impl Numbers {
    fn new(pack: &Pack) -> Self {
        let mut places = Places::default();
        let deploys = pack.deploys.iter().map(|path| places.number(path)).collect();
        let mut number = |key: &FacetKey| match key {
            FacetKey::Field(path) => Some(places.number(path)),
            FacetKey::Capture { .. } => None,
        };
        let facets = pack.definitions.iter().map(|definition| definition.facets.iter().map(&mut number).collect());
        let facets = facets.collect();
        Self { places, deploys, facets }
    }

    fn deployed<'e>(&mut self, entry: &Entry<'e>, fields: &[FieldPath]) -> Deployed<'e> {
        let numbers = self.deploys.iter().zip(fields);
        Deployed::of_texts(entry, numbers.map(|(number, path)| self.places.text_at(*number, path, entry)))
    }

    /// The values of the facets of a definition.
    fn facets<'n, 'e: 'n>(
        &'n mut self,
        at: usize,
        definition: &'n Definition,
        entry: &'n Entry<'e>,
        captured: &'n [Option<Cow<'e, str>>],
    ) -> impl Iterator<Item = Option<Cow<'e, str>>> + use<'n, 'e> {
        let numbers = self.facets.get(at).map_or(&[][..], Vec::as_slice);
        definition.facets.iter().zip(numbers).map(|(key, number)| match (key, number) {
            (FacetKey::Field(path), Some(number)) => self.places.text_at(*number, path, entry),
            _ => value_of(key, entry, captured),
        })
    }
}

/// The values of an entry that its definition groups by.
pub(crate) fn grouped_by(
    definition: &Definition,
    entry: &Entry<'_>,
    captured: &[Option<Cow<'_, str>>],
) -> BTreeMap<String, String> {
    let values = definition.group_by.iter().map(|key| {
        let value = value_of(key, entry, captured).unwrap_or_default();
        (key.name(), group_value(&value))
    });
    values.collect()
}

/// What each capture of a definition finds in an entry.
pub(crate) fn captures<'e>(definition: &Definition, entry: &Entry<'e>) -> Vec<Option<Cow<'e, str>>> {
    let found = definition.captures.iter().map(|capture| {
        let text = entry.first_text(&capture.from)?;
        Some(Cow::Borrowed(capture.regex.group(text, capture.group)?))
    });
    found.collect()
}

/// The value of a facet or group key in an entry.
pub(crate) fn value_of<'e>(
    key: &FacetKey,
    entry: &Entry<'e>,
    captured: &[Option<Cow<'e, str>>],
) -> Option<Cow<'e, str>> {
    match key {
        FacetKey::Capture { index, .. } => captured.get(*index).cloned().flatten(),
        FacetKey::Field(path) => entry.text_at(path),
    }
}

/// The number that a captured text is; commas between its digits are left out.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.contains(',') { text.replace(',', "").parse().ok() } else { text.parse().ok() }
}

fn group_hash(group: &BTreeMap<String, String>) -> u64 {
    let parts: Vec<&[u8]> = group.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]).collect();
    hash_parts(&parts)
}

#[cfg(test)]
mod tests;
