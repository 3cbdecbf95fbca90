//! The literals that are looked for at one place of entries.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::needles::Needles;
use crate::query::LiteralIn;

/// Bytes of literals up to which an automaton has a table for every state, which is fastest: some 200 bytes for each of these.
const DFA_LENGTH: usize = 1 << 14;

/// The literals of one place, with the queries that each speaks for.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) place: LiteralIn,
    /// The number of its path among the places of candidates.
    pub(super) number: usize,
    long: (Needles<LONG>, Vec<Vec<usize>>),
    middle: (Needles<MIDDLE>, Vec<Vec<usize>>),
    small: (Needles<SMALL>, Vec<Vec<usize>>),
    /// Literals too short for needles; nothing where there are none.
    short: Option<(AhoCorasick, Vec<Vec<usize>>)>,
}

/// Bytes that are looked at of long literals, and of those that are too short for that.
const LONG: usize = 4;
const MIDDLE: usize = 3;
const SMALL: usize = 2;

impl Scan {
    /// The scan, and the queries whose literals cannot be looked for.
    pub(super) fn new(place: LiteralIn, number: usize, literals: BTreeMap<String, Vec<usize>>) -> (Self, Vec<usize>) {
        let (long, rest): (Vec<_>, Vec<_>) = literals.into_iter().partition(|(text, _)| text.len() > LONG);
        let (middle, rest): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(text, _)| text.len() > MIDDLE);
        let (small, short): (Vec<_>, Vec<_>) = rest.into_iter().partition(|(text, _)| text.len() > SMALL);
        let ((long, of_long), (middle, of_middle), (small, of_small)) = (parted(long), parted(middle), parted(small));
        let (texts, of_short): (Vec<String>, Vec<Vec<usize>>) = short.into_iter().unzip();
        let (short, unsought) = match automaton(&texts) {
            Some(Ok(automaton)) => (Some((automaton, of_short)), Vec::new()),
            // Too large an automaton: then they are always evaluated, which is slow and right.
            Some(Err(_)) => (None, of_short.into_iter().flatten().collect()),
            None => (None, Vec::new()),
        };
        let (long, middle) = ((Needles::new(long), of_long), (Needles::new(middle), of_middle));
        let small = (Needles::new(small), of_small);
        (Self { place, number, long, middle, small, short }, unsought)
    }

    /// Calls `found` with the queries that literals in a text speak for; with some more than once.
    pub(super) fn over(&self, text: &str, found: &mut impl FnMut(usize)) {
        let mut told = |owners: &[Vec<usize>], literal: usize| {
            owners.get(literal).into_iter().flatten().for_each(|at| found(*at));
        };
        self.long.0.find(text.as_bytes(), |literal| told(&self.long.1, literal));
        self.middle.0.find(text.as_bytes(), |literal| told(&self.middle.1, literal));
        self.small.0.find(text.as_bytes(), |literal| told(&self.small.1, literal));
        if let Some((automaton, owners)) = &self.short {
            for literal in automaton.find_overlapping_iter(text) {
                told(owners, literal.pattern().as_usize());
            }
        }
    }

    /// All queries that it speaks for.
    pub(super) fn queries(&self) -> impl Iterator<Item = usize> {
        let short = self.short.iter().flat_map(|(_, owners)| owners);
        self.long.1.iter().chain(&self.middle.1).chain(&self.small.1).chain(short).flatten().copied()
    }
}

/// Literals, and what each speaks for.
fn parted(literals: Vec<(String, Vec<usize>)>) -> (Vec<Box<[u8]>>, Vec<Vec<usize>>) {
    literals.into_iter().map(|(text, owners)| (text.into_bytes().into(), owners)).unzip()
}

/// What finds some short literals, if there are any.
fn automaton(texts: &[String]) -> Option<Result<AhoCorasick, aho_corasick::BuildError>> {
    let length: usize = texts.iter().map(String::len).sum();
    let kind = (length <= DFA_LENGTH).then_some(AhoCorasickKind::DFA);
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).kind(kind);
    (length > 0).then(|| builder.build(texts))
}
