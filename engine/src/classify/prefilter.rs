//! Picks the queries that an entry may match: by its form and its log severity, and by one pass over its text for the
//! literals of all of them.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::memo::{Memo, ROOM};
use super::scan::Scan;
use crate::entry::{Data, Entry, Form, Led, LogSeverity, Places, Root, Value};
use crate::query::{Lead, Literal, LiteralIn, Query};

/// The queries of several definitions, with their literals by the place where they are looked for.
#[derive(Debug)]
pub(crate) struct Prefilter<'q> {
    /// Those of the first definition come first.
    queries: Vec<Known<'q>>,
    /// Of each definition, which queries are its own.
    ranges: Vec<Range<usize>>,
    scans: Vec<Scan>,
    /// The queries of which no literal is known: always candidates.
    always: Vec<u64>,
    places: Places,
}

/// A query, and what it is asked by.
#[derive(Debug)]
struct Known<'q> {
    query: &'q Query,
    /// The place of its definition.
    owner: usize,
    /// Whether only entries with one of its literals are candidates.
    is_sought: bool,
    /// The numbers of the paths of its fields among the places of candidates.
    fields: Box<[usize]>,
}

/// The queries that an entry may match, and what is known of entries of its form.
#[derive(Clone, Debug)]
pub(crate) struct Candidates {
    words: Vec<u64>,
    /// Where the paths lead that literals are looked for at, and those that queries ask of.
    places: Places,
    /// By the number of the form.
    forms: Vec<Option<OfForm>>,
    /// What is known of entries of plain text, without a time and with one: there is no other form of them.
    of_text: [Chances; 2],
    /// What the memos of all forms may still take up.
    room: usize,
}

/// What is known of entries of a form, by log severity.
#[derive(Clone, Debug)]
struct OfForm {
    form: Arc<Form>,
    chances: Chances,
}

/// By log severity.
type Chances = [Option<Chance>; LogSeverity::ALL.len()];

/// What entries of one form and log severity may match.
#[derive(Clone, Debug)]
struct Chance {
    queries: Box<[u64]>,
    /// The scans that speak for any of them, and what each found last.
    scans: Box<[(usize, Memo)]>,
}

#[cfg(test)]
impl Candidates {
    /// What all memos take up together.
    pub(super) fn size_of_memos(&self) -> usize {
        let chances = self.forms.iter().flatten().flat_map(|known| &known.chances).flatten();
        chances.flat_map(|chance| &chance.scans).map(|(_, memo)| memo.size()).sum()
    }
}

fn add(words: &mut [u64], at: usize) {
    if let Some(word) = words.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

fn has(words: &[u64], at: usize) -> bool {
    words.get(at / 64).is_some_and(|word| word & (1 << (at % 64)) != 0)
}

fn each(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(at * 64 + bit)
        })
    })
}

impl<'q> Prefilter<'q> {
    /// For the queries of several definitions, of each of which any may match.
    pub(crate) fn new(definitions: impl Iterator<Item = &'q [Query]>) -> Self {
        let mut places = Places::default();
        let (mut queries, mut ranges) = (Vec::new(), Vec::new());
        for (owner, own) in definitions.enumerate() {
            ranges.push(queries.len()..queries.len() + own.len());
            queries.extend(own.iter().map(|query| {
                let fields = query.fields().into_iter().map(|path| places.number(path)).collect();
                Known { query, owner, is_sought: true, fields }
            }));
        }
        let mut always = vec![0; queries.len().div_ceil(64)];
        let mut literals: BTreeMap<LiteralIn, BTreeMap<String, Vec<usize>>> = BTreeMap::new();
        for (at, known) in queries.iter().enumerate() {
            match known.query.literals() {
                Some(set) if !set.is_empty() => {
                    for Literal { place, text } in set {
                        literals.entry(place).or_default().entry(text).or_default().push(at);
                    }
                }
                _ => add(&mut always, at),
            }
        }
        let mut scans = Vec::new();
        for (place, literals) in literals {
            let number = match &place {
                LiteralIn::Path(path) | LiteralIn::Key(path) => places.number(path),
                LiteralIn::AnyText => usize::MAX,
            };
            let (scan, unsought) =
                Scan::new(place, number, literals, |at| queries.get(at).map_or(0, |known| known.query.severities()));
            unsought.into_iter().for_each(|at| add(&mut always, at));
            scans.push(scan);
        }
        queries.iter_mut().enumerate().for_each(|(at, known)| known.is_sought = !has(&always, at));
        Self { queries, ranges, scans, always, places }
    }

    /// The definitions that have a query of which no literal is known.
    pub(crate) fn unfiltered(&self) -> impl Iterator<Item = usize> {
        self.definitions(&self.always)
    }

    /// Room for candidates, to be used for many entries.
    pub(crate) fn room(&self) -> Candidates {
        Candidates {
            words: self.always.clone(),
            places: self.places.clone(),
            forms: Vec::new(),
            of_text: Default::default(),
            room: ROOM,
        }
    }

    /// The definitions with a query among the candidates, least first.
    pub(crate) fn of<'c>(&'c self, candidates: &'c Candidates) -> impl Iterator<Item = usize> + use<'c, 'q> {
        self.definitions(&candidates.words)
    }

    /// The first of these definitions from a place on.
    pub(crate) fn next(&self, candidates: &Candidates, definition: usize) -> Option<usize> {
        let from = self.ranges.get(definition)?.start;
        let words = candidates.words.iter().enumerate().skip(from / 64);
        let mut mask = u64::MAX << (from % 64);
        let (at, word) =
            words.map(|(at, word)| (at, word & std::mem::replace(&mut mask, u64::MAX))).find(|(_, word)| *word != 0)?;
        Some(self.queries.get(at * 64 + word.trailing_zeros() as usize)?.owner)
    }

    fn definitions<'c>(&'c self, words: &'c [u64]) -> impl Iterator<Item = usize> + use<'c, 'q> {
        let mut last = usize::MAX;
        each(words).filter_map(|at| Some(self.queries.get(at)?.owner)).filter(move |owner| {
            let is_new = *owner != last;
            last = *owner;
            is_new
        })
    }

    /// Whether one of the queries of a definition matches that are candidates.
    pub(crate) fn matches(&self, candidates: &mut Candidates, definition: usize, entry: &Entry<'_>) -> bool {
        let Candidates { words, places, .. } = candidates;
        let Some(own) = self.ranges.get(definition) else { return false };
        own.clone().filter(|at| has(words, *at)).any(|at| {
            let Some(Known { query, is_sought, fields, .. }) = self.queries.get(at) else { return false };
            query.matches_led(entry, *is_sought, &mut Lead::by(places, fields))
        })
    }

    /// Fills `candidates`, which is this one's [`Prefilter::room`], with the queries that the entry may match.
    pub(crate) fn candidates(&self, entry: &Entry<'_>, candidates: &mut Candidates) {
        let Candidates { words, places, forms, of_text, room } = candidates;
        words.clone_from(&self.always);
        if *room == 0 {
            forget(forms);
            *room = ROOM;
        }
        let Some(chance) = self.chance(entry, forms, of_text) else {
            for scan in &self.scans {
                look(scan, (&mut Memo::default(), room), entry, words, places);
            }
            for at in each(&words.clone()) {
                if !self.may_match(at, entry)
                    && let Some(word) = words.get_mut(at / 64)
                {
                    *word &= !(1 << (at % 64));
                }
            }
            return;
        };
        for (scan, memo) in &mut chance.scans {
            if let Some(scan) = self.scans.get(*scan) {
                look(scan, (memo, room), entry, words, places);
            }
        }
        let mut may = chance.queries.iter();
        words.iter_mut().for_each(|word| *word &= may.next().copied().unwrap_or(0));
    }

    fn may_match(&self, at: usize, entry: &Entry<'_>) -> bool {
        let mut is_there = |path: &_| entry.any(path, &mut |_| true);
        self.queries.get(at).is_some_and(|known| known.query.may_match(entry.severity(), &mut is_there))
    }

    /// What entries of the form and log severity of this one may match; nothing where it is of no known form.
    fn chance<'f>(
        &self,
        entry: &Entry<'_>,
        forms: &'f mut Vec<Option<OfForm>>,
        of_text: &'f mut [Chances; 2],
    ) -> Option<&'f mut Chance> {
        let chances = match entry.form() {
            Some((number, form)) => {
                if forms.len() <= number {
                    forms.resize_with(number + 1, || None);
                }
                let slot = forms.get_mut(number)?;
                if slot.as_ref().is_none_or(|known| !Arc::ptr_eq(&known.form, form)) {
                    *slot = Some(OfForm { form: Arc::clone(form), chances: Default::default() });
                }
                &mut slot.as_mut()?.chances
            }
            None if entry.is_text() => of_text.get_mut(usize::from(entry.timestamp().is_some()))?,
            None => return None,
        };
        let chance = chances.get_mut(entry.severity().index())?;
        Some(chance.get_or_insert_with(|| self.new_chance(entry)))
    }

    #[cold]
    fn new_chance(&self, entry: &Entry<'_>) -> Chance {
        let mut queries = vec![0; self.always.len()];
        (0..self.queries.len()).filter(|at| self.may_match(*at, entry)).for_each(|at| add(&mut queries, at));
        let speaks = |scan: &Scan| scan.queries().any(|at| has(&queries, at));
        let scans = self
            .scans
            .iter()
            .enumerate()
            .filter(|(_, scan)| speaks(scan))
            .map(|(at, _)| (at, Memo::default()))
            .collect();
        Chance { queries: queries.into(), scans }
    }
}

/// Forgets what usual values speak for, and nothing else.
#[cold]
fn forget(forms: &mut [Option<OfForm>]) {
    let chances = forms.iter_mut().flatten().flat_map(|known| &mut known.chances).flatten();
    chances.flat_map(|chance| &mut chance.scans).for_each(|(_, memo)| *memo = Memo::default());
}

/// Looks for the literals of a scan, and adds the queries that they speak for.
fn look(scan: &Scan, (memo, room): (&mut Memo, &mut usize), entry: &Entry<'_>, words: &mut [u64], places: &mut Places) {
    let severity = entry.severity();
    let mut found = |at: usize| add(words, at);
    match &scan.place {
        LiteralIn::Path(path) if path.root() == Root::Message => {
            if let Some(message) = entry.message() {
                memo.over(scan, (message, entry.usual_message()), severity, room, &mut found);
            }
        }
        LiteralIn::Path(path) => {
            let mut over = |value: Value<'_>| {
                value.any_text(&mut |text| {
                    scan.over(text, severity, &mut found);
                    false
                })
            };
            match places.of(scan.number, entry) {
                Led::Text { text, usual } => memo.over(scan, (text, usual), severity, room, &mut found),
                Led::To(value) => _ = value.is_some_and(over),
                Led::Unknown => _ = entry.any(path, &mut over),
            }
        }
        // Keys are few and seldom asked for: an object there is enough to make all of them candidates.
        LiteralIn::Key(path) => {
            let mut has_keys = |value: Value<'_>| matches!(value.data(), Data::Map(_) | Data::List(_));
            let is_there = match places.of(scan.number, entry) {
                Led::Text { .. } => false,
                Led::To(value) => value.is_some_and(has_keys),
                Led::Unknown => entry.any(path, &mut has_keys),
            };
            if is_there {
                scan.queries().for_each(found);
            }
        }
        LiteralIn::AnyText => {
            entry.each_text(&mut |text, number| memo.over(scan, (text, number), severity, room, &mut found));
        }
    }
}
