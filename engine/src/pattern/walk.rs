//! Walking over a text by an expression.
//!
//! Most expressions of packs are literals, runs of a class that end where something else begins, choices, and parts that may be
//! left out. These are tried in the engine's order of preference: the leftmost match, of a choice the first that leads on, of
//! runs the longest or, where they are lazy, the shortest. What the next byte rules out is not tried, and a run that nothing
//! can follow but behind its end gives nothing back, so that there is seldom anything to go back to. Where there is too much
//! of that, or a character comes of which a class is not known, the walk gives up, for the engine to decide.

mod build;
mod set;

use std::ops::Range;

use memchr::memmem::Finder;
use regex_syntax::hir::Look;

use set::{First, Set};

/// Steps per byte of a text after which a walk gives up, so that a hostile text costs no square of its length.
const STEPS: usize = 8;
/// Choices that a walk may have open at once.
const DEPTH: usize = 64;

/// An expression that is walked.
#[derive(Debug)]
pub(super) struct Walk {
    nodes: Vec<Node>,
    /// The first node of a match that is not looked at yet where one is found to begin, and the bytes of a match before it.
    entry: (usize, usize),
    start: Start,
    /// A literal that every match has in it, where no other is looked for.
    needed: Option<Box<Needed>>,
    /// What a match begins with any number of: where it does not match, it does not before any of the same run.
    leading: Option<Set>,
}

/// Where a match can begin.
#[derive(Debug)]
enum Start {
    /// At the beginning of the text only, if it begins with this.
    Beginning(First),
    /// With a literal.
    Literal(Box<Finder<'static>>),
    /// With one of these bytes.
    Few(u8, u8, u8),
    /// With one of the bytes of a table.
    Any(Box<[bool; 256]>),
}

/// A literal that every match has in it.
#[derive(Debug)]
struct Needed {
    finder: Finder<'static>,
    /// How many bytes of a match are before its first one at least, and at most.
    least: usize,
    most: usize,
}

/// The number of the step at which all has been found.
const END: usize = 0;

/// A step of an expression, with the number of the next one.
#[derive(Debug)]
enum Node {
    /// All of it has been found. It has the number [`END`].
    End,
    Literal(Box<[u8]>, usize),
    One(Set, usize),
    Run {
        set: Set,
        /// How many characters, at least and at most.
        times: (usize, usize),
        is_greedy: bool,
        /// It is as long as it can be, for nothing that comes next could begin before its end.
        keeps: bool,
        next: (usize, First),
    },
    /// Two ways on, with what each begins with; the first is preferred.
    Either([(usize, First); 2]),
    /// A run that is all of a group, and keeps what it has: many an expression is no more than this behind a literal.
    Held {
        set: Set,
        times: (usize, usize),
        group: usize,
        next: usize,
    },
    Open(usize, usize),
    Close(usize, usize),
    Look(Look, usize),
}

/// What came of a walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// A match; where the group that was asked for is in it, if it is.
    Found(Option<Range<usize>>),
    /// No match.
    Nothing,
    Unknown,
}

/// Where the group began that is asked for, and what it holds if it has ended.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    open: usize,
    held: Option<(usize, usize)>,
}

/// Where a match ends, and what the group holds of it.
type Match = (usize, Option<(usize, usize)>);

/// A walk over one text.
struct Search<'w> {
    nodes: &'w [Node],
    text: &'w str,
    group: usize,
    steps: usize,
}

impl Walk {
    /// Whether it is known where a match can begin, or that there can be none: otherwise to know whether there is one the
    /// engine does better, which tries all beginnings at once.
    pub(super) fn is_quick(&self) -> bool {
        match &self.start {
            Start::Beginning(_) | Start::Literal(_) => true,
            Start::Few(..) | Start::Any(_) => self.needed.as_ref().is_some_and(|needed| needed.most < usize::MAX),
        }
    }

    /// The first match in a text, and where one of its groups is.
    pub(super) fn find(&self, text: &str, group: usize) -> Outcome {
        if let Start::Beginning(first) = &self.start
            && !first.fits(text.as_bytes().first().copied())
        {
            return Outcome::Nothing;
        }
        let steps = text.len().saturating_mul(STEPS).saturating_add(64);
        let mut search = Search { nodes: &self.nodes, text, group, steps };
        let bytes = text.as_bytes();
        let (mut from, mut place) = (0, None);
        loop {
            if let Some(needed) = &self.needed {
                match needed.next(bytes, from, place) {
                    Some(next) => (place, from) = (Some(next), from.max(next.saturating_sub(needed.most))),
                    None => return Outcome::Nothing,
                }
            }
            let Some(start) = self.start.next(bytes, from) else { return Outcome::Nothing };
            if self.needed.as_ref().zip(place).is_some_and(|(needed, place)| start + needed.least > place) {
                from = start;
                place = None;
                continue;
            }
            match search.go(self.entry.0, start + self.entry.1, Group::default(), 0) {
                Some(Some((end, _))) if group == 0 => return Outcome::Found(Some(start..end)),
                Some(Some((_, held))) => return Outcome::Found(held.map(|(from, to)| from..to)),
                Some(None) => {}
                None => return Outcome::Unknown,
            }
            from = 1 + match &self.leading {
                Some(set) => match set.run(text, start, (0, usize::MAX)) {
                    Some(run) => run.map_or(start, |(_, end)| end),
                    None => return Outcome::Unknown,
                },
                None => start,
            };
        }
    }
}

impl Start {
    /// Where a match can begin, from a place on.
    #[inline]
    fn next(&self, text: &[u8], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        let found = match self {
            Self::Beginning(first) => (from == 0 && first.fits(rest.first().copied())).then_some(0),
            Self::Literal(prefix) => prefix.find(rest),
            Self::Few(a, b, _) if a == b => memchr::memchr(*a, rest),
            Self::Few(a, b, c) if c == a => memchr::memchr2(*a, *b, rest),
            Self::Few(a, b, c) => memchr::memchr3(*a, *b, *c, rest),
            Self::Any(table) => rest.iter().position(|byte| table.get(usize::from(*byte)).is_some_and(|is| *is)),
        };
        found.map(|found| from + found)
    }
}

impl Needed {
    /// Where it is for a match that begins at a place or behind it, if it was last seen there.
    #[inline]
    fn next(&self, text: &[u8], from: usize, seen: Option<usize>) -> Option<usize> {
        let from = from + self.least;
        match seen {
            Some(seen) if seen >= from => Some(seen),
            _ => self.finder.find(text.get(from..)?).map(|found| from + found),
        }
    }
}

/// Whether a text begins with a literal, which often is but one byte.
#[inline]
fn is_at(literal: &[u8], text: &[u8]) -> bool {
    match literal {
        [byte] => text.first() == Some(byte),
        _ => text.starts_with(literal),
    }
}

impl Search<'_> {
    /// Where a match ends that goes on at a place with a node, and what the group holds; nothing at all where that cannot be told.
    fn go(&mut self, node: usize, at: usize, group: Group, depth: usize) -> Option<Option<Match>> {
        let (mut node, mut at, mut group) = (node, at, group);
        let nodes = self.nodes;
        loop {
            self.steps = self.steps.checked_sub(1)?;
            let (next, end) = match nodes.get(node)? {
                Node::End => return Some(Some((at, group.held))),
                Node::Literal(literal, next) => {
                    (*next, is_at(literal, self.text.as_bytes().get(at..)?).then(|| at + literal.len()))
                }
                Node::One(set, next) => (*next, set.step(self.text, at)?),
                Node::Run { set, times, is_greedy, keeps, next } => match self.run(set, *times, at)? {
                    Some(run) if !keeps => return self.go_behind(run, *is_greedy, next, group, depth),
                    run => (next.0, run.map(|(_, end)| end)),
                },
                Node::Held { set, times, group: which, next } => {
                    let end = self.run(set, *times, at)?.map(|(_, end)| end);
                    if *which == self.group {
                        group.held = end.map(|end| (at, end));
                    }
                    (*next, end)
                }
                Node::Either([(first, of_first), (second, of_second)]) => {
                    let byte = self.text.as_bytes().get(at).copied();
                    match (of_first.fits(byte), of_second.fits(byte)) {
                        (true, true) => {
                            if depth >= DEPTH {
                                return None;
                            }
                            if let Some(found) = self.go(*first, at, group, depth + 1)? {
                                return Some(Some(found));
                            }
                            (*second, Some(at))
                        }
                        (true, false) => (*first, Some(at)),
                        (false, true) => (*second, Some(at)),
                        (false, false) => return Some(None),
                    }
                }
                Node::Open(which, next) => {
                    group.open = if *which == self.group { at } else { group.open };
                    (*next, Some(at))
                }
                Node::Close(which, next) => {
                    group.held = if *which == self.group { Some((group.open, at)) } else { group.held };
                    (*next, Some(at))
                }
                Node::Look(look, next) => (*next, self.looks(*look, at)?.then_some(at)),
            };
            let Some(end) = end else { return Some(None) };
            if next == END {
                return Some(Some((end, group.held)));
            }
            (node, at) = (next, end);
        }
    }

    /// The same behind as many characters of a run as lead on: the most if it is greedy, otherwise the fewest.
    fn go_behind(
        &mut self,
        (least, most): (usize, usize),
        is_greedy: bool,
        (next, follow): &(usize, First),
        group: Group,
        depth: usize,
    ) -> Option<Option<Match>> {
        if depth >= DEPTH {
            return None;
        }
        let (mut at, last) = if is_greedy { (most, least) } else { (least, most) };
        loop {
            // Within a character no other begins.
            let byte = self.text.as_bytes().get(at).copied();
            if follow.fits(byte)
                && self.text.is_char_boundary(at)
                && let Some(found) = self.go(*next, at, group, depth + 1)?
            {
                return Some(Some(found));
            }
            if at == last {
                return Some(None);
            }
            self.steps = self.steps.checked_sub(1)?;
            at = if is_greedy { at - 1 } else { at + 1 };
        }
    }

    /// [`Set::run`] at a place; each byte of it is a step.
    #[inline(always)]
    fn run(&mut self, set: &Set, times: (usize, usize), at: usize) -> Option<Option<(usize, usize)>> {
        let run = set.run(self.text, at, times)?;
        self.steps = self.steps.checked_sub(run.map_or(0, |(_, end)| end - at))?;
        Some(run)
    }

    /// Whether a place is as a look wants it; nothing where that cannot be told.
    fn looks(&self, look: Look, at: usize) -> Option<bool> {
        let bytes = self.text.as_bytes();
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        let after = bytes.get(at);
        let is_word = |byte: Option<&u8>| match byte {
            Some(byte) if *byte >= 0x80 => None,
            byte => Some(byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')),
        };
        Some(match look {
            Look::Start => before.is_none(),
            Look::End => after.is_none(),
            Look::StartLF => before.is_none_or(|byte| *byte == b'\n'),
            Look::EndLF => after.is_none_or(|byte| *byte == b'\n'),
            Look::WordUnicode => is_word(before)? != is_word(after)?,
            Look::WordUnicodeNegate => is_word(before)? == is_word(after)?,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests;
