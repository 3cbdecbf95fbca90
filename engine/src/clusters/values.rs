//! The values of entries that are counted and grouped by.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::captured::Captured;
use super::group::Group;
use crate::entry::{Entry, FieldPath, Places};
use crate::pack::{Definition, FacetKey, Pack};
use crate::tally::{Deployed, Hashed, group_text, group_value};
use crate::template;

/// Where what is counted leads to in entries: the fields that stand for deploys, and what is read for each definition.
#[derive(Debug)]
pub(super) struct Numbers {
    places: Places,
    deploys: Vec<usize>,
    /// By the definition's place and the facet's.
    facets: Vec<Vec<Source>>,
    /// By the definition's place and the capture's: the number of its path.
    captures: Vec<Vec<usize>>,
    /// By the place among the fields that are counted where no definition matches.
    unknown: Vec<Source>,
    /// By the definition's place.
    groups: Vec<GroupKeys>,
}

/// From where a value is read.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// What has no place in entries.
    Elsewhere,
    /// The field of a number.
    Field(usize),
    /// The same where it also stands for deploys: its place among those.
    Deploy(usize, usize),
}

/// The keys that a definition groups by, in the order of their names; of two of one name the last.
#[derive(Debug, Default)]
struct GroupKeys {
    names: Vec<String>,
    /// The place of each among the definition's, and from where it is read.
    keys: Vec<(usize, Source)>,
}

impl Numbers {
    pub(super) fn new(pack: &Pack) -> Self {
        let mut places = Places::default();
        let deploys = pack.deploys.iter().map(|path| places.number(path)).collect();
        let mut field = |path: &FieldPath| {
            let number = places.number(path);
            let deploy = pack.deploys.iter().position(|deploy| deploy == path);
            deploy.map_or(Source::Field(number), |deploy| Source::Deploy(deploy, number))
        };
        let mut source = |key: &FacetKey| match key {
            FacetKey::Field(path) => field(path),
            FacetKey::Capture { .. } | FacetKey::StackTrace => Source::Elsewhere,
        };
        let of_definitions = pack.definitions.iter();
        let facets = of_definitions.clone().map(|definition| definition.facets.iter().map(&mut source).collect());
        let facets = facets.collect();
        let groups = of_definitions.map(|definition| GroupKeys::of(definition, &mut source)).collect();
        let unknown = pack.unknown.facets.iter().map(field).collect();
        let of_definition =
            |definition: &Definition| definition.captures.iter().map(|capture| places.number(&capture.from)).collect();
        let captures = pack.definitions.iter().map(of_definition).collect();
        Self { places, deploys, facets, captures, unknown, groups }
    }

    /// Reads the values of the fields that stand for deploys.
    #[inline]
    pub(super) fn deployed<'e>(&mut self, entry: &Entry<'e>, fields: &[FieldPath], deployed: &mut Deployed<'e>) {
        let mut fields = fields.iter();
        for (at, number) in self.deploys.iter().enumerate() {
            if let Some(path) = fields.next() {
                deployed.set(at, self.places.hashed_at(*number, path, entry).map(Hashed::known));
            }
        }
    }

    /// What each capture of a definition finds in an entry: [`captures`], but quick.
    #[inline]
    pub(super) fn captures<'e>(&mut self, at: usize, definition: &Definition, entry: &Entry<'e>) -> Captured<'e> {
        let numbers = self.captures.get(at).map_or(&[][..], Vec::as_slice);
        let mut numbers = numbers.iter();
        Captured::of(definition.captures.iter().map(|capture| {
            let (text, _) = self.places.first_text(*numbers.next()?, &capture.from, entry)?;
            capture.regex.group(text, capture.group)
        }))
    }

    /// Shows the values of the facets of a definition, each with the facet's place.
    #[inline]
    pub(super) fn each_facet<'e>(
        &mut self,
        at: usize,
        definition: &Definition,
        (entry, deployed): (&Entry<'e>, &Deployed<'e>),
        captured: &[Option<&'e str>],
        mut with: impl FnMut(usize, &Hashed<'e>),
    ) {
        let Self { places, facets, .. } = self;
        let sources = facets.get(at).map_or(&[][..], Vec::as_slice);
        for (place, (key, source)) in definition.facets.iter().zip(sources).enumerate() {
            let value = match key {
                FacetKey::Field(path) => source.hashed(places, path, entry, deployed),
                _ => value_of(key, entry, captured).map(Hashed::of).map(Cow::Owned),
            };
            value.iter().for_each(|value| with(place, value));
        }
    }

    /// The values of the fields that are counted where no definition matches.
    pub(super) fn unknown<'n, 'e: 'n>(
        &'n mut self,
        fields: &'n [FieldPath],
        entry: &'n Entry<'e>,
        deployed: &'n Deployed<'e>,
    ) -> impl Iterator<Item = Option<Cow<'n, Hashed<'e>>>> + use<'n, 'e> {
        let Self { places, unknown, .. } = self;
        fields.iter().zip(&*unknown).map(move |(path, source)| source.hashed(places, path, entry, deployed))
    }

    /// The values of an entry that its definition groups by, which go with [`Numbers::names`]: [`grouped_by`], but quick.
    pub(super) fn group<'e>(
        &mut self,
        at: usize,
        definition: &Definition,
        entry: &Entry<'e>,
        captured: &[Option<&'e str>],
    ) -> Group<'e> {
        let keys = self.groups.get(at).map_or(&[][..], |group| &group.keys);
        if keys.is_empty() {
            return Group::Values(Vec::new());
        }
        let values = keys.iter().map(|(place, source)| {
            let value = match definition.group_by.get(*place) {
                Some(FacetKey::Field(path)) => source.text(&mut self.places, path, entry),
                key => key.and_then(|key| value_of(key, entry, captured)),
            };
            group_text(value.unwrap_or_default())
        });
        Group::Values(values.collect())
    }

    /// The names of what a definition groups by, in their order.
    pub(super) fn names(&self, at: usize) -> &[String] {
        self.groups.get(at).map_or(&[][..], |group| &group.names)
    }
}

impl GroupKeys {
    fn of(definition: &Definition, mut source: impl FnMut(&FacetKey) -> Source) -> Self {
        let keys = definition.group_by.iter().enumerate();
        let keys: BTreeMap<String, (usize, Source)> =
            keys.map(|(place, key)| (key.name(), (place, source(key)))).collect();
        let (names, keys) = keys.into_iter().unzip();
        Self { names, keys }
    }
}

impl Source {
    #[inline]
    fn text<'e>(self, places: &mut Places, path: &FieldPath, entry: &Entry<'e>) -> Option<Cow<'e, str>> {
        match self {
            Self::Field(number) | Self::Deploy(_, number) => places.text_at(number, path, entry),
            Self::Elsewhere => None,
        }
    }

    #[inline]
    fn hashed<'d, 'e>(
        self,
        places: &mut Places,
        path: &FieldPath,
        entry: &Entry<'e>,
        deployed: &'d Deployed<'e>,
    ) -> Option<Cow<'d, Hashed<'e>>> {
        let known = if let Self::Deploy(at, _) = self { deployed.value(at) } else { None };
        known.map(Cow::Borrowed).or_else(|| match self {
            Self::Field(number) | Self::Deploy(_, number) => {
                places.hashed_at(number, path, entry).map(Hashed::known).map(Cow::Owned)
            }
            Self::Elsewhere => None,
        })
    }
}

/// The values of an entry that its definition groups by.
pub(crate) fn grouped_by(
    definition: &Definition,
    entry: &Entry<'_>,
    captured: &[Option<&str>],
) -> BTreeMap<String, String> {
    let values = definition.group_by.iter().map(|key| {
        let value = value_of(key, entry, captured).unwrap_or_default();
        (key.name(), group_value(&value))
    });
    values.collect()
}

/// What each capture of a definition finds in an entry.
pub(crate) fn captures<'e>(definition: &Definition, entry: &Entry<'e>) -> Vec<Option<&'e str>> {
    let found = definition.captures.iter().map(|capture| {
        let text = entry.first_text(&capture.from)?;
        capture.regex.group(text, capture.group)
    });
    found.collect()
}

/// The value of a facet or group key in an entry.
pub(crate) fn value_of<'e>(key: &FacetKey, entry: &Entry<'e>, captured: &[Option<&'e str>]) -> Option<Cow<'e, str>> {
    match key {
        FacetKey::Capture { index, .. } => captured.get(*index).copied().flatten().map(Cow::Borrowed),
        FacetKey::Field(path) => entry.text_at(path),
        FacetKey::StackTrace => template::stack_trace(entry).map(Cow::Owned),
    }
}

/// The number that a captured text is; commas between its digits are left out.
pub(crate) fn number(text: &str) -> Option<f64> {
    if let Some(number) = plain_number(text.as_bytes()) {
        return Some(number);
    }
    // Most captures are no numbers: neither a digit, nor what may stand before one, nor a word for what is none.
    if text.bytes().next().is_some_and(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b',' | b'i' | b'I' | b'n' | b'N')
    }) {
        return None;
    }
    let text = text.trim();
    if text.contains(',') { text.replace(',', "").parse().ok() } else { text.parse().ok() }
}

/// Digits that a double holds, whichever they are.
const EXACT: usize = 15;

/// The number that a few digits are, with a point between them or without: both sides of the quotient are exact, so that it is
/// the double that is nearest.
#[expect(clippy::cast_precision_loss, reason = "numbers of so few digits lose none")]
fn plain_number(text: &[u8]) -> Option<f64> {
    if text.len() > EXACT {
        return None;
    }
    let (mut digits, mut scale) = (0_u64, 0_u64);
    for byte in text {
        match byte {
            b'0'..=b'9' => {
                digits = digits * 10 + u64::from(byte - b'0');
                scale *= 10;
            }
            b'.' if scale == 0 => scale = 1,
            _ => return None,
        }
    }
    let has_digits = text.first().zip(text.last()).is_some_and(|(first, last)| *first != b'.' && *last != b'.');
    has_digits.then(|| if scale == 0 { digits as f64 } else { digits as f64 / scale as f64 })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::classify::Classifier;
    use crate::entry::Batch;
    use crate::pack::tests::{Shelf, sandbox};

    proptest! {
        #[test]
        fn a_plain_number_is_read_as_any_other(text in "[0-9]{0,9}[.]?[0-9]{0,9}|[0-9.,+-]{0,6}|[0-9]{14,17}|[ +-]?(inf|NaN|Infinity|e1|E|1e3|x)[ 0-9]?|.{0,3}") {
            prop_assert_eq!(number(&text).map(f64::to_bits), text.trim().replace(',', "").parse().ok().map(f64::to_bits));
        }
    }

    #[test]
    fn groups_are_what_they_are_by_name() {
        let text = "== gardener.yaml\nversion: 1\nname: main\n== clusters/a.yaml\n- id: a\n  title: T\n  severity: P3\n  \
                    match: ['severity=ERROR']\n  capture: { word: '(disk \\w+)', v: { from: labels.v, regex: '(full)' } }\n  \
                    group_by: [labels.v, word, jsonPayload.n, resource.labels.r]\n- id: b\n  title: T\n  severity: P3\n  \
                    match: ['severity=INFO']\n";
        let sandbox = sandbox();
        let loaded = crate::pack::load(&Shelf::of(text), "main", &sandbox);
        let pack = loaded.pack.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics));
        let classifier = Classifier::new(&pack);
        let mut numbers = Numbers::new(classifier.pack());
        let long = "ü".repeat(300);
        let mut records = Vec::new();
        for labels in ["{}", r#"{"v":"disk full"}"#, &format!(r#"{{"v":"{long}"}}"#)] {
            for n in ["7", r#""x""#] {
                records.push(format!(
                    r#"{{"severity":"ERROR","labels":{labels},"jsonPayload":{{"message":"a disk full","n":{n}}},"resource":{{"labels":{{"r":"1"}}}}}}"#
                ));
            }
        }
        let mut batch = Batch::new();
        records.iter().for_each(|record| batch.push_json(record, &mut Vec::new()));
        for entry in pack.redactor.batch(batch).entries(&pack.message) {
            for (at, definition) in pack.definitions.iter().enumerate() {
                let captured = captures(definition, &entry);
                assert_eq!(*numbers.captures(at, definition, &entry), *captured);
                let (slow, quick) =
                    (grouped_by(definition, &entry, &captured), numbers.group(at, definition, &entry, &captured));
                assert_eq!(quick.to_map(numbers.names(at)), slow);
                assert_eq!(quick.hash(numbers.names(at)), Group::Named(slow).hash(&[]));
            }
        }
    }
}
