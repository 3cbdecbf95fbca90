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
    needles: Needles,
    /// Of each needle, the queries.
    owners: Vec<Vec<usize>>,
    /// Literals too short for needles, or too many short ones; nothing where there are none.
    short: Option<(AhoCorasick, Vec<Vec<usize>>)>,
}

impl Scan {
    /// The scan, and the queries whose literals cannot be looked for. `severities` are the bits of those of the entries that a
    /// query may match.
    pub(super) fn new(
        place: LiteralIn,
        number: usize,
        literals: BTreeMap<String, Vec<usize>>,
        severities: impl Fn(usize) -> u16,
    ) -> (Self, Vec<usize>) {
        let (mut needles, mut owners, mut short) = (Vec::new(), Vec::new(), Vec::new());
        let mut few = 0;
        for (text, own) in literals {
            match Needles::takes(&text, few) {
                Some(is_short) => {
                    few += usize::from(is_short);
                    needles.push((text.into_bytes().into(), own.iter().fold(0, |all, at| all | severities(*at))));
                    owners.push(own);
                }
                None => short.push((text, own)),
            }
        }
        let needles = Needles::new(needles);
        let (texts, of_short): (Vec<String>, Vec<Vec<usize>>) = short.into_iter().unzip();
        let (short, unsought) = match automaton(&texts) {
            Some(Ok(automaton)) => (Some((automaton, of_short)), Vec::new()),
            // Too large an automaton: then they are always evaluated, which is slow and right.
            Some(Err(_)) => (None, of_short.into_iter().flatten().collect()),
            None => (None, Vec::new()),
        };
        (Self { place, number, needles, owners, short }, unsought)
    }

    /// Calls `found` with the queries that literals in a text speak for, which is of an entry with one of the log severities of
    /// these bits; with some more than once, and not with all that match no such entry.
    pub(super) fn over(&self, text: &str, severities: u16, found: &mut impl FnMut(usize)) {
        let mut told = |owners: &[Vec<usize>], literal: usize| {
            owners.get(literal).into_iter().flatten().for_each(|at| found(*at));
        };
        self.needles.find(text.as_bytes(), severities, |literal| told(&self.owners, literal));
        if let Some((automaton, owners)) = &self.short {
            for literal in automaton.find_overlapping_iter(text) {
                told(owners, literal.pattern().as_usize());
            }
        }
    }

    /// All queries that it speaks for.
    pub(super) fn queries(&self) -> impl Iterator<Item = usize> {
        let short = self.short.iter().flat_map(|(_, owners)| owners);
        self.owners.iter().chain(short).flatten().copied()
    }
}

/// What finds some short literals, if there are any.
fn automaton(texts: &[String]) -> Option<Result<AhoCorasick, aho_corasick::BuildError>> {
    let length: usize = texts.iter().map(String::len).sum();
    let kind = (length <= DFA_LENGTH).then_some(AhoCorasickKind::DFA);
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).kind(kind);
    (length > 0).then(|| builder.build(texts))
}
