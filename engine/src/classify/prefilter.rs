//! Picks the definitions that an entry may match, by one pass over its text for the literals of all of them.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::needles::{Needles, SHORTEST};
use crate::entry::{Data, Entry, Led, Places, Root, Value};
use crate::query::{Literal, LiteralIn, Query};

/// Bytes of literals up to which an automaton has a table for every state, which is fastest: some 200 bytes for each of these.
const DFA_LENGTH: usize = 1 << 14;

/// The literals of all definitions, by the place where they are looked for.
#[derive(Debug)]
pub(crate) struct Prefilter {
    scans: Vec<Scan>,
    /// Definitions of which no literal is known: always candidates.
    always: Candidates,
}

#[derive(Debug)]
struct Scan {
    place: LiteralIn,
    /// The number of its path among the places of candidates.
    number: usize,
    needles: Needles,
    /// The definitions that each of the needles speaks for.
    owners: Vec<Vec<usize>>,
    /// Literals too short for needles; nothing where there are none.
    short: Option<(AhoCorasick, Vec<Vec<usize>>)>,
}

/// A set of definitions by their places, least first.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    words: Vec<u64>,
    /// Where the paths lead that literals are looked for at.
    places: Places,
}

impl Candidates {
    fn new(definitions: usize) -> Self {
        Self { words: vec![0; definitions.div_ceil(64)], places: Places::default() }
    }

    fn add(&mut self, at: usize) {
        if let Some(word) = self.words.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

impl Prefilter {
    /// For the queries of several definitions, of each of which any may match.
    pub(crate) fn new<'q>(definitions: impl ExactSizeIterator<Item = &'q [Query]>) -> Self {
        let mut always = Candidates::new(definitions.len());
        let mut places: BTreeMap<LiteralIn, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for (at, queries) in definitions.enumerate() {
            let literals: Option<Vec<Vec<Literal>>> = queries.iter().map(Query::literals).collect();
            match literals {
                Some(sets) if sets.iter().all(|set| !set.is_empty()) => {
                    for literal in sets.into_iter().flatten() {
                        places.entry(literal.place).or_default().entry(literal.text).or_default().push(at);
                    }
                }
                _ => always.add(at),
            }
        }
        let mut scans = Vec::new();
        for (place, literals) in places {
            let (short, long): (Vec<_>, Vec<_>) = literals.into_iter().partition(|(text, _)| text.len() < SHORTEST);
            let (texts, owners) = long.into_iter().map(|(text, owners)| (text.into_bytes().into(), owners)).unzip();
            let short = automaton(short).unwrap_or_else(|owners| {
                // Too large an automaton: then its definitions are always evaluated, which is slow and right.
                owners.into_iter().flatten().for_each(|at| always.add(at));
                None
            });
            let number = match &place {
                LiteralIn::Path(path) | LiteralIn::Key(path) => always.places.number(path),
                LiteralIn::AnyText => usize::MAX,
            };
            scans.push(Scan { place, number, needles: Needles::new(texts), owners, short });
        }
        Self { scans, always }
    }

    /// The definitions that are candidates for every entry.
    pub(crate) fn always(&self) -> impl Iterator<Item = usize> {
        self.always.iter()
    }

    /// Room for candidates, to be used for many entries.
    pub(crate) fn room(&self) -> Candidates {
        self.always.clone()
    }

    /// Fills `candidates`, which is this one's [`Prefilter::room`], with the definitions that the entry may match.
    pub(crate) fn candidates(&self, entry: &Entry<'_>, candidates: &mut Candidates) {
        candidates.words.clone_from(&self.always.words);
        for scan in &self.scans {
            match &scan.place {
                LiteralIn::Path(path) if path.root() == Root::Message => {
                    if let Some(message) = entry.message() {
                        scan.over(message, candidates);
                    }
                }
                LiteralIn::Path(path) => {
                    let led = candidates.places.of(scan.number, entry);
                    let mut over = |value: Value<'_>| {
                        value.any_text(&mut |text| {
                            scan.over(text, candidates);
                            false
                        })
                    };
                    match led {
                        Led::To(value) => value.is_some_and(over),
                        Led::Unknown => entry.any(path, &mut over),
                    };
                }
                // Keys are few and seldom asked for: an object there is enough to make all of them candidates.
                LiteralIn::Key(path) => {
                    let mut has_keys = |value: Value<'_>| matches!(value.data(), Data::Map(_) | Data::List(_));
                    let is_there = match candidates.places.of(scan.number, entry) {
                        Led::To(value) => value.is_some_and(has_keys),
                        Led::Unknown => entry.any(path, &mut has_keys),
                    };
                    if is_there {
                        scan.all().for_each(|at| candidates.add(at));
                    }
                }
                LiteralIn::AnyText => {
                    entry.any_text(&mut |text| {
                        scan.over(text, candidates);
                        false
                    });
                }
            }
        }
    }
}

type Short = Option<(AhoCorasick, Vec<Vec<usize>>)>;

/// What finds some short literals, with what each speaks for; else only the latter.
fn automaton(literals: Vec<(String, Vec<usize>)>) -> Result<Short, Vec<Vec<usize>>> {
    if literals.is_empty() {
        return Ok(None);
    }
    let (texts, owners): (Vec<String>, Vec<Vec<usize>>) = literals.into_iter().unzip();
    let length: usize = texts.iter().map(String::len).sum();
    let kind = (length <= DFA_LENGTH).then_some(AhoCorasickKind::DFA);
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).kind(kind);
    match builder.build(&texts) {
        Ok(automaton) => Ok(Some((automaton, owners))),
        Err(_) => Err(owners),
    }
}

impl Scan {
    fn over(&self, text: &str, candidates: &mut Candidates) {
        self.needles.find(text.as_bytes(), |found| {
            self.owners.get(found).into_iter().flatten().for_each(|at| candidates.add(*at));
        });
        if let Some((automaton, owners)) = &self.short {
            for found in automaton.find_overlapping_iter(text) {
                owners.get(found.pattern().as_usize()).into_iter().flatten().for_each(|at| candidates.add(*at));
            }
        }
    }

    /// All definitions that it speaks for.
    fn all(&self) -> impl Iterator<Item = usize> {
        let short = self.short.iter().flat_map(|(_, owners)| owners);
        self.owners.iter().chain(short).flatten().copied()
    }
}
