//! From skeletons to templates: where lines that agree everywhere else differ, and what stands there are values, they are one
//! template.
//!
//! All lines are compared with all others at once, then all places found become wildcards at once, until none is found. So
//! the templates are a function of the set of skeletons: neither the order of entries nor how often each came, nor how they
//! were split among threads or shards plays a part.

use std::collections::{BTreeMap, BTreeSet};

use super::WILDCARD;
use super::known::Known;
use super::slot::Position;
use super::tokens::{is_joiner, is_word, tokens};
use crate::id::{MIX, hash64};

/// Rounds after which what is not settled stays as it is. Each merges something, so that chains of ten are rare.
const ROUNDS: usize = 16;

/// What stands for a name while lines are compared that differ in several; no skeleton holds it.
const NAME: &str = "\0";
/// Words of a name at most.
const PHRASE: usize = 4;

/// The template of each skeleton, by the skeleton. Skeletons that a known template covers become that.
pub(super) fn solve<'t>(skeletons: &BTreeSet<&'t str>, known: &BTreeSet<&'t str>) -> BTreeMap<&'t str, String> {
    let all: BTreeSet<&'t str> = skeletons.union(known).copied().collect();
    let known = Known::new(known.iter().copied());
    let mut lines = Lines::new(&all, |skeleton| known.cover(skeleton).unwrap_or(skeleton));
    for _ in 0..ROUNDS {
        let places = lines.places();
        if places.is_empty() {
            break;
        }
        lines.generalise(places);
    }
    lines.templates()
}

/// The lines as far as they have been generalised.
struct Lines<'t> {
    lines: Vec<Vec<&'t str>>,
    /// Which line each skeleton has become.
    of: Vec<(&'t str, usize)>,
}

impl<'t> Lines<'t> {
    fn new(skeletons: &BTreeSet<&'t str>, cover: impl Fn(&'t str) -> &'t str) -> Self {
        let mut lines = Self { lines: Vec::new(), of: Vec::new() };
        for skeleton in skeletons {
            lines.of.push((skeleton, lines.lines.len()));
            lines.lines.push(tokens(cover(skeleton)));
        }
        lines.join();
        lines
    }

    /// Lines that are the same go on as one.
    fn join(&mut self) {
        let mut places: BTreeMap<Vec<&'t str>, usize> = BTreeMap::new();
        let mut joined: Vec<usize> = Vec::with_capacity(self.lines.len());
        for line in std::mem::take(&mut self.lines) {
            let next = places.len();
            joined.push(*places.entry(line).or_insert(next));
        }
        self.lines = vec![Vec::new(); places.len()];
        for (line, at) in places {
            if let Some(place) = self.lines.get_mut(at) {
                *place = line;
            }
        }
        for (_, at) in &mut self.of {
            *at = joined.get(*at).copied().unwrap_or_default();
        }
    }

    /// The places for values: each line with its places.
    fn places(&self) -> BTreeMap<usize, Vec<Place>> {
        let mut alike: Vec<(u64, usize, Place)> = Vec::new();
        for (line, tokens) in self.lines.iter().enumerate() {
            for_each_rest(tokens, |place, rest| alike.push((rest, line, place)));
        }
        alike.sort_unstable();
        let mut places = self.names();
        for group in alike.chunk_by(|a, b| a.0 == b.0) {
            if group.len() > 1 {
                for (_, line, place) in self.slots(group) {
                    places.entry(*line).or_default().push(*place);
                }
            }
        }
        places
    }

    /// The places for values of lines that differ in several names at once.
    fn names(&self) -> BTreeMap<usize, Vec<Place>> {
        let mut alike: BTreeMap<Vec<&str>, Vec<usize>> = BTreeMap::new();
        let nameable = |tokens: &[&'t str]| -> Vec<usize> {
            let is_nameable = |at: &usize| {
                let words =
                    tokens.get(*at).copied().into_iter().filter(|token| is_word(token)).collect::<BTreeSet<_>>();
                !words.is_empty() && !is_key(tokens, *at) && (Position { tokens, at: *at, words }).is_nameable()
            };
            (0..tokens.len()).filter(is_nameable).collect()
        };
        for (line, tokens) in self.lines.iter().enumerate() {
            let names = nameable(tokens);
            if names.len() > 1 {
                let masked =
                    tokens.iter().enumerate().map(|(at, token)| if names.contains(&at) { NAME } else { token });
                alike.entry(masked.collect()).or_default().push(line);
            }
        }
        let mut places: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
        for (tokens, lines) in alike.iter().filter(|(_, lines)| lines.len() > 2) {
            for at in (0..tokens.len()).filter(|at| tokens.get(*at) == Some(&NAME)) {
                let word = |line: &usize| self.lines.get(*line).and_then(|tokens| tokens.get(at)).copied();
                let words: BTreeSet<&str> = lines.iter().filter_map(word).collect();
                if words.len() > 2 && (Position { tokens, at, words }).is_slot() {
                    let place = Place { word: at, length: 1, is_phrase: false };
                    lines.iter().for_each(|line| places.entry(*line).or_default().push(place));
                }
            }
        }
        places
    }

    /// Those of lines that agree around a place in which it is one for values.
    fn slots<'g>(&self, group: &'g [(u64, usize, Place)]) -> Vec<&'g (u64, usize, Place)> {
        let token = |(_, line, place): &(u64, usize, Place)| self.lines.get(*line)?.get(place.word).copied();
        let (mut phrases, mut words) = (Vec::new(), Vec::new());
        group.iter().for_each(|it| if it.2.is_phrase { phrases.push(it) } else { words.push(it) });
        // A word beside a value is a part of it only where it is one elsewhere.
        let Some(whole) = words.iter().find(|(_, _, place)| place.length == 1) else { return Vec::new() };
        let (_, line, place) = whole;
        let Some(tokens) = self.lines.get(*line) else { return Vec::new() };
        let position = Position { tokens, at: place.word, words: words.iter().filter_map(|it| token(it)).collect() };
        let mut slots = Vec::new();
        if words.len() > 1 && position.is_slot() {
            slots.extend(words);
        }
        let is_name = |(_, line, place): &(u64, usize, Place)| {
            let tokens = self.lines.get(*line).and_then(|tokens| tokens.get(place.word..place.word + place.length));
            tokens.is_some_and(|phrase| position.takes_phrase(phrase))
        };
        slots.extend(phrases.into_iter().filter(|it| is_name(it)));
        slots
    }

    fn generalise(&mut self, places: BTreeMap<usize, Vec<Place>>) {
        for (line, mut places) in places {
            let Some(tokens) = self.lines.get_mut(line) else { continue };
            // From behind, so that what a phrase takes away moves no place that is still to come; of those that overlap
            // the last.
            places.sort_unstable_by(|a, b| b.cmp(a));
            let mut end = tokens.len();
            for place in places {
                let length = if place.is_phrase { place.length } else { 1 };
                if place.word + length <= end {
                    tokens.splice(place.word..place.word + length, [WILDCARD]);
                    end = place.word;
                }
            }
            collapse(tokens);
        }
        self.join();
    }

    fn templates(self) -> BTreeMap<&'t str, String> {
        let texts: Vec<String> = self.lines.iter().map(|tokens| tokens.concat()).collect();
        let text = |at: usize| texts.get(at).cloned().unwrap_or_default();
        self.of.iter().map(|(skeleton, at)| (*skeleton, text(*at))).collect()
    }
}

/// A place of a line that may be one for values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// The word.
    word: usize,
    /// How many tokens would become one wildcard: more than the word where a value is beside it.
    length: usize,
    /// Whether they are several words.
    is_phrase: bool,
}

/// Shows each place that may be one for values, with a hash of everything around it. Names that are given a value stay.
fn for_each_rest(tokens: &[&str], mut show: impl FnMut(Place, u64)) {
    let hashes: Vec<u64> = tokens.iter().map(|token| hash64(token.as_bytes())).collect();
    let mut behind: Vec<u64> = vec![0; hashes.len() + 1];
    let mut hash = 0;
    for (place, token) in behind.iter_mut().rev().skip(1).zip(hashes.iter().rev()) {
        hash = mix(hash, *token);
        *place = hash;
    }
    let mut before = vec![1];
    let mut hash = 1;
    for token in &hashes {
        hash = mix(hash, *token);
        before.push(hash);
    }
    let around = |from: usize, to: usize| Some(mix(mix(*before.get(from)?, *behind.get(to)?), from as u64));
    for (at, token) in tokens.iter().enumerate() {
        if !(*token == WILDCARD || is_word(token)) || is_key(tokens, at) {
            continue;
        }
        let mut offer = |from: usize, to: usize, is_phrase: bool| {
            if let Some(rest) = around(from, to) {
                show(Place { word: at, length: to - from, is_phrase }, rest);
            }
        };
        offer(at, at + 1, false);
        if *token != WILDCARD {
            if let Some(end) = joined(tokens.iter().skip(at + 1)) {
                offer(at, at + 1 + end, false);
            }
            if let Some(end) = joined(tokens.iter().take(at).rev()) {
                offer(at - end, at + 1, false);
            }
            for words in 2..=phrase(tokens.get(at..).unwrap_or(&[])) {
                offer(at, at + 2 * words - 1, true);
            }
        }
    }
}

/// How many words stand here with blanks between them.
fn phrase(tokens: &[&str]) -> usize {
    let words = tokens.chunks(2).take(PHRASE).take_while(|pair| pair.first().is_some_and(|word| is_word(word)));
    let blanks = tokens.chunks(2).take_while(|pair| pair.get(1) == Some(&" ")).count();
    words.count().min(blanks + 1)
}

/// How many tokens reach from a word over joining signs to a wildcard.
fn joined<'t, 'a: 't>(tokens: impl Iterator<Item = &'t &'a str>) -> Option<usize> {
    let mut length = 0;
    for token in tokens.take(4) {
        length += 1;
        if *token == WILDCARD {
            return Some(length);
        }
        if !is_sign(token) {
            return None;
        }
    }
    None
}

/// Whether a token is a name that is given a value.
fn is_key(tokens: &[&str], at: usize) -> bool {
    tokens.get(at + 1) == Some(&"=")
}

fn is_sign(token: &str) -> bool {
    matches!(token.as_bytes(), [byte] if is_joiner(*byte))
}

/// Order matters: the rounds of a multiplicative hash, with the constants of `SplitMix64` and PCG.
fn mix(hash: u64, next: u64) -> u64 {
    let mixed = (hash.rotate_left(23) ^ next).wrapping_mul(MIX);
    mixed.rotate_left(31).wrapping_mul(0xD6E8_FEB8_6659_FD93)
}

/// Wildcards with nothing but joining signs between them become one.
fn collapse(tokens: &mut Vec<&str>) {
    let mut kept: Vec<&str> = Vec::with_capacity(tokens.len());
    for token in tokens.drain(..) {
        if token == WILDCARD {
            let joiners = kept.iter().rev().take(4).take_while(|token| is_sign(token)).count();
            let end = kept.len() - joiners;
            if end.checked_sub(1).and_then(|last| kept.get(last)) == Some(&WILDCARD) {
                kept.truncate(end);
                continue;
            }
        }
        kept.push(token);
    }
    *tokens = kept;
}
