//! How near a test that does not hold is to holding: a measure for putting the nearest first, not a promise.

use std::ops::Range;

use regex::RegexBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use crate::entry::{Data, Entry, Field, Root, Value};
use crate::query::lexer::Op;
use crate::query::number::{Decimal, duration};
use crate::query::test::{FieldTest, Free, Matcher, Probe};

/// Characters of what is looked for that are compared.
const NEEDLE: usize = 64;
/// Characters of a text that are compared.
const TEXT: usize = 1_000;
/// Bytes of a text that a test which fails is compared with: all definitions are, and a text may have megabytes.
const HEAD: usize = 4 << 10;
/// Parts of a regular expression that are tried.
const PIECES: usize = 16;
/// The size of a tried expression, in bytes.
const REGEX: usize = 1 << 20;
/// The nearest that something is that does not hold.
const NEAREST: f64 = 0.95;

/// The part of a text that a test is about.
pub(super) fn focus(probe: &Probe, text: &str) -> Option<Range<usize>> {
    match matcher(probe)? {
        Matcher::Compare(Op::Has, needle) => needle.find(text, 0).map(|(start, end)| start..end),
        Matcher::Compare(..) => None,
        Matcher::Regex { regex, .. } => regex.regex().find(text).map(|found| found.range()),
    }
}

pub(super) fn matcher(probe: &Probe) -> Option<&Matcher> {
    match probe {
        Probe::Text(matcher) | Probe::Free(Free { matcher, .. }) => Some(matcher),
        _ => None,
    }
}

/// How near a field comes to passing a test that it fails.
pub(super) fn of_field(field: &FieldTest, entry: &Entry<'_>) -> f64 {
    match (&field.probe, field.path.root()) {
        (Probe::Severity(_, wanted), _) => {
            let steps = |number: f64| number / 100.0;
            let own = Decimal::Whole(entry.severity() as i128);
            (1.0 - (steps(as_f64(*wanted)) - steps(as_f64(own))).abs() / 9.0).clamp(0.0, NEAREST)
        }
        (Probe::Timestamp(..), Root::Field(Field::Timestamp)) => {
            if entry.timestamp().is_some() {
                0.5
            } else {
                0.0
            }
        }
        (probe, Root::Message) => {
            entry.message().zip(matcher(probe)).map_or(0.0, |(text, matcher)| of_matcher(matcher, text))
        }
        (probe, _) => {
            let mut nearest = 0.0_f64;
            entry.any(&field.path, &mut |value| {
                nearest = nearest.max(of_value(probe, value));
                false
            });
            nearest
        }
    }
}

fn of_value(probe: &Probe, value: Value<'_>) -> f64 {
    match (probe, value.data()) {
        (_, Data::List(list)) => list.map(|element| of_value(probe, element)).fold(0.0, f64::max),
        (Probe::Integer(_, wanted), Data::Number(number)) => close(as_f64(*wanted), number.as_f64()),
        (Probe::Integer(_, wanted), Data::Text(text)) => {
            Decimal::parse(text).map_or(0.0, |number| close(as_f64(*wanted), as_f64(number)))
        }
        (Probe::Free(Free { number: Some(wanted), .. }), Data::Number(number)) => {
            close(as_f64(*wanted), number.as_f64())
        }
        (Probe::Duration(_, wanted), Data::Text(text)) => {
            duration(text).map_or(0.0, |length| close(as_f64(Decimal::Whole(*wanted)), as_f64(Decimal::Whole(length))))
        }
        (Probe::Boolean(..) | Probe::Timestamp(..), Data::Bool(_) | Data::Text(_)) => 0.5,
        (Probe::Text(matcher) | Probe::Free(Free { matcher, .. }), Data::Text(text)) => of_matcher(matcher, text),
        _ => 0.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a measure")]
fn as_f64(number: Decimal) -> f64 {
    match number {
        Decimal::Whole(number) => number as f64,
        Decimal::Float(number) => number,
    }
}

/// The beginning of a text: what lies behind it is not compared.
pub(super) fn head(text: &str) -> &str {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// How close two numbers are, by the greater one.
fn close(wanted: f64, own: f64) -> f64 {
    let greater = wanted.abs().max(own.abs()).max(1.0);
    let near = 1.0 - (wanted - own).abs() / greater;
    if near.is_finite() { near.clamp(0.0, 1.0) * 0.9 } else { 0.0 }
}

fn of_matcher(matcher: &Matcher, text: &str) -> f64 {
    let text = head(text);
    match matcher {
        Matcher::Compare(Op::Has, needle) => within(needle.as_str(), text),
        Matcher::Compare(Op::Equal, needle) => same(needle.as_str(), text),
        // What is equal and should not be, what comes before and should come after.
        Matcher::Compare(..) | Matcher::Regex { negated: true, .. } => 0.3,
        Matcher::Regex { regex, negated: false, .. } => of_regex(regex.as_str(), text).0,
    }
}

/// `held` of `total`, as a nearness.
#[expect(clippy::cast_precision_loss, reason = "a measure")]
pub(super) fn share_of(held: usize, total: usize) -> f64 {
    if total == 0 { 0.0 } else { held as f64 / total as f64 * NEAREST }
}

/// How near a text is to another one.
fn same(wanted: &str, text: &str) -> f64 {
    let (wanted, text) = (lower(wanted, TEXT), lower(text, TEXT));
    let (wanted, text): (String, String) = (wanted.into_iter().collect(), text.into_iter().collect());
    let length = wanted.chars().count().max(text.chars().count());
    if length > 200 { 0.0 } else { spelling(strsim::osa_distance(&wanted, &text), length) }
}

/// How near a text is to having another one in it: by its letters, or by the words that it has of it.
pub(super) fn within(needle: &str, text: &str) -> f64 {
    let (needle, text) = (lower(needle, NEEDLE), lower(text, TEXT));
    let by_letters = if needle.len() < 4 { 0.0 } else { spelling(distance_within(&needle, &text), needle.len()) };
    let text: String = text.into_iter().collect();
    let needle: String = needle.into_iter().collect();
    let words: Vec<&str> =
        needle.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2).collect();
    let found = words.iter().filter(|word| text.contains(**word)).count();
    // One word of several says little: that is what the square is for.
    let by_words = if words.len() < 2 { 0.0 } else { share_of(found, words.len()).powi(2) };
    by_letters.max(by_words)
}

/// How near a spelling is: at most a third of the letters may differ.
#[expect(clippy::cast_precision_loss, reason = "a measure")]
fn spelling(distance: usize, length: usize) -> f64 {
    (1.0 - 3.0 * distance as f64 / length.max(1) as f64).clamp(0.0, NEAREST)
}

fn lower(text: &str, length: usize) -> Vec<char> {
    text.chars().take(length).flat_map(char::to_lowercase).collect()
}

/// The least number of letters to change, add or leave out so that `needle` stands somewhere in `text`: Sellers' variant
/// of the edit distance, which may begin and end anywhere in the text.
fn distance_within(needle: &[char], text: &[char]) -> usize {
    // How far the letters so far of the needle are from what ends at the letter of the text.
    let mut column: Vec<usize> = (0..=needle.len()).collect();
    let mut least = needle.len();
    for c in text {
        let mut diagonal = 0;
        let mut above = 0;
        for (own, cell) in needle.iter().zip(column.iter_mut().skip(1)) {
            let changed = diagonal + usize::from(own != c);
            diagonal = *cell;
            above = changed.min(*cell + 1).min(above + 1);
            *cell = above;
        }
        least = least.min(above);
    }
    least
}

/// How near a regular expression comes to matching, and how far into the text its beginning does.
pub(super) fn of_regex(pattern: &str, text: &str) -> (f64, Option<Range<usize>>) {
    regex_syntax::parse(pattern).map_or((0.0, None), |hir| of_hir(&hir, text, 0))
}

fn of_hir(hir: &Hir, text: &str, depth: usize) -> (f64, Option<Range<usize>>) {
    match hir.kind() {
        HirKind::Capture(capture) if depth < 4 => of_hir(&capture.sub, text, depth + 1),
        HirKind::Alternation(all) if depth < 4 => {
            let each = all.iter().take(PIECES).map(|one| of_hir(one, text, depth + 1));
            each.fold((0.0, None), |best, one| if one.0 > best.0 { one } else { best })
        }
        HirKind::Concat(all) => of_pieces(&pieces(all), text),
        _ => of_pieces(&pieces(std::slice::from_ref(hir)), text),
    }
}

/// Parts of an expression that stand behind each other.
struct Piece<'h> {
    parts: &'h [Hir],
    /// The text that they are, in small letters; nothing if they may be several.
    literal: Option<String>,
}

impl Piece<'_> {
    /// What it tells that this is there.
    fn weight(&self) -> f64 {
        match &self.literal {
            Some(literal) => as_f64(Decimal::Whole(literal.chars().take(12).count() as i128)),
            None if self.parts.iter().all(|part| part.properties().minimum_len() == Some(0)) => 0.5,
            None => 2.0,
        }
    }
}

/// The parts of an expression, letters in either case put together to words: `(?i)` has made classes of them.
fn pieces(all: &[Hir]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut from = 0;
    while from < all.len() {
        let rest = all.get(from..).unwrap_or(&[]);
        let literals: Vec<String> = rest.iter().map_while(literal).collect();
        let count = literals.len().max(1);
        let literal = (!literals.is_empty()).then(|| literals.concat());
        pieces.push(Piece { parts: rest.get(..count).unwrap_or(rest), literal });
        from += count;
    }
    pieces
}

/// The text that a part is, in small letters.
fn literal(hir: &Hir) -> Option<String> {
    match hir.kind() {
        HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(str::to_lowercase),
        HirKind::Class(Class::Unicode(class)) => {
            let mut letters = class.ranges().iter().flat_map(|range| range.start()..=range.end()).take(5);
            let first = letters.next()?.to_lowercase().next()?;
            // The signs for kelvin and the long s are letters in a third case.
            let is_same = |c: char| c.to_lowercase().next() == Some(first) || matches!((c, first), ('\u{17f}', 's'));
            letters.all(is_same).then(|| first.to_string())
        }
        _ => None,
    }
}

fn of_pieces(pieces: &[Piece<'_>], text: &str) -> (f64, Option<Range<usize>>) {
    if pieces.len() > PIECES {
        return (0.0, None);
    }
    let matched = |count: usize| {
        let parts = pieces.iter().take(count).flat_map(|piece| piece.parts.iter().cloned());
        found(parts.collect(), text)
    };
    // Where more of the beginning matches, less of it does as well.
    let held = (1..pieces.len()).collect::<Vec<_>>().partition_point(|count| matched(*count).is_some());
    let weight = |pieces: &[Piece<'_>]| pieces.iter().map(Piece::weight).sum::<f64>();
    let next = pieces.get(held).and_then(|next| Some(next.weight() * within(next.literal.as_deref()?, text)));
    let near = (weight(pieces.get(..held).unwrap_or(&[])) + next.unwrap_or(0.0)) / weight(pieces).max(1.0);
    (near.clamp(0.0, NEAREST), matched(held).filter(|range| held > 0 && !range.is_empty()))
}

/// Where these parts of an expression, one behind the other, match.
fn found(parts: Vec<Hir>, text: &str) -> Option<Range<usize>> {
    let pattern = Hir::concat(parts).to_string();
    let regex = RegexBuilder::new(&pattern).size_limit(REGEX).dfa_size_limit(REGEX).build().ok()?;
    regex.find(text).map(|found| found.range())
}
