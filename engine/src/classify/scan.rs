//! The literals that are looked for at one place of entries.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::needles::Needles;
use crate::entry::LogSeverity;
use crate::query::LiteralIn;

/// Bytes of literals up to which an automaton has a table for every state, which is fastest: some 200 bytes for each of these.
const DFA_LENGTH: usize = 1 << 14;

/// The literals of one place, with the queries that each speaks for.
#[derive(Debug)]
pub(super) struct Scan {
    pub(super) place: LiteralIn,
    /// The number of its path among the places of candidates.
    pub(super) number: usize,
    literals: Vec<Wanted>,
    /// By log severity: which of `parts` looks for what such entries may have.
    of_severity: [usize; LogSeverity::ALL.len()],
    parts: Vec<Part>,
    /// Literals too short for needles, or too many short ones; nothing where there are none.
    short: Option<(AhoCorasick, Vec<Vec<usize>>)>,
}

/// A literal that needles take.
#[derive(Debug)]
struct Wanted {
    text: String,
    /// The queries that it speaks for.
    owners: Vec<usize>,
}

/// What looks for the literals that say anything of entries with some log severities.
#[derive(Debug)]
struct Part {
    /// The places of these literals among all.
    literals: Box<[usize]>,
    /// Of each of these, the queries that it speaks for and that may match such entries.
    owners: Box<[Box<[usize]>]>,
    /// Made for the first such entry, if one comes.
    needles: OnceLock<Needles>,
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
        let (mut wanted, mut short) = (Vec::new(), Vec::new());
        let mut few = 0;
        for (text, owners) in literals {
            match Needles::takes(&text, few) {
                Some(is_short) => {
                    few += usize::from(is_short);
                    wanted.push(Wanted { text, owners });
                }
                None => short.push((text, owners)),
            }
        }
        let (texts, of_short): (Vec<String>, Vec<Vec<usize>>) = short.into_iter().unzip();
        let (short, unsought) = match automaton(&texts) {
            Some(Ok(automaton)) => (Some((automaton, of_short)), Vec::new()),
            // Too large an automaton: then they are always evaluated, which is slow and right.
            Some(Err(_)) => (None, of_short.into_iter().flatten().collect()),
            None => (None, Vec::new()),
        };
        let (of_severity, parts) = parts(&wanted, severities);
        (Self { place, number, literals: wanted, of_severity, parts, short }, unsought)
    }

    /// Calls `found` with the queries that literals in a text speak for, which is of an entry with this log severity; with some
    /// more than once, and not with all that match no such entry.
    pub(super) fn over(&self, text: &str, severity: LogSeverity, found: &mut impl FnMut(usize)) {
        let part = self.of_severity.get(severity.index()).and_then(|part| self.parts.get(*part));
        if let Some(Part { literals, owners, needles }) = part {
            let text_of = |at: &usize| self.literals.get(*at).map_or("", |wanted| wanted.text.as_str());
            let needles = needles.get_or_init(|| Needles::new(literals.iter().map(text_of)));
            needles.find(text.as_bytes(), |at| {
                if let Some(owners) = owners.get(at) {
                    owners.iter().for_each(|at| found(*at));
                }
            });
        }
        if let Some((automaton, owners)) = &self.short {
            for literal in automaton.find_overlapping_iter(text) {
                owners.get(literal.pattern().as_usize()).into_iter().flatten().for_each(|at| found(*at));
            }
        }
    }

    /// All queries that it speaks for.
    pub(super) fn queries(&self) -> impl Iterator<Item = usize> {
        let short = self.short.iter().flat_map(|(_, owners)| owners);
        self.literals.iter().map(|wanted| &wanted.owners).chain(short).flatten().copied()
    }
}

/// What looks for the literals that say anything of entries with a log severity: by that, which of these it is.
fn parts(wanted: &[Wanted], severities: impl Fn(usize) -> u16) -> ([usize; LogSeverity::ALL.len()], Vec<Part>) {
    let mut parts: Vec<Part> = Vec::new();
    let of_severity = LogSeverity::ALL.map(|severity| {
        let of = |wanted: &Wanted| -> Box<[usize]> {
            wanted.owners.iter().copied().filter(|at| severities(*at) & (1 << severity.index()) != 0).collect()
        };
        let of_each = wanted.iter().map(of).enumerate().filter(|(_, owners)| !owners.is_empty());
        let (literals, owners): (Vec<usize>, Vec<Box<[usize]>>) = of_each.unzip();
        parts.iter().position(|part| *part.literals == *literals && *part.owners == *owners).unwrap_or_else(|| {
            parts.push(Part { literals: literals.into(), owners: owners.into(), needles: OnceLock::new() });
            parts.len() - 1
        })
    });
    (of_severity, parts)
}

/// What finds some short literals, if there are any.
fn automaton(texts: &[String]) -> Option<Result<AhoCorasick, aho_corasick::BuildError>> {
    let length: usize = texts.iter().map(String::len).sum();
    let kind = (length <= DFA_LENGTH).then_some(AhoCorasickKind::DFA);
    let mut builder = AhoCorasick::builder();
    builder.match_kind(MatchKind::Standard).ascii_case_insensitive(true).kind(kind);
    (length > 0).then(|| builder.build(texts))
}
