//! Walking over a text by an expression that never has to go back.
//!
//! Such an expression is a row of literals, choices of literals, runs of a class, and parts that may be left out, where none of a
//! choice begins with another, what follows a run cannot begin with a character of the run, nor what follows an optional part
//! as that part does. Then a run is as long as it can be, an optional part is there if it can be, and no other choice leads
//! anywhere: what is found is what the engine finds, which prefers the same.

use std::ops::Range;

use memchr::memmem::Finder;
use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Steps per byte of a text after which a walk gives up, so that a hostile text costs no square of its length.
const STEPS: usize = 8;
/// Elements of an expression.
const ELEMENTS: usize = 64;
/// Literals of a choice.
const CHOICES: usize = 16;

/// A simple expression.
#[derive(Debug)]
pub(super) struct Walk {
    elements: Vec<Element>,
    /// It matches at the beginning of the text only.
    is_anchored: bool,
    /// What every match begins with, if that is a literal.
    prefix: Option<Finder<'static>>,
    /// With which bytes a match can begin.
    first: Set,
}

#[derive(Debug)]
enum Element {
    Literal(Box<[u8]>),
    /// One of these, of which none begins with another: so no more than one can be there.
    Choice(Vec<Box<[u8]>>),
    /// As many characters of the set as there are.
    Run {
        set: Set,
        min: usize,
        max: usize,
    },
    /// The next so many elements, or none of them.
    Optional(usize),
    Open(usize),
    Close(usize),
    End,
}

/// A set of characters: the ASCII ones by their bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Set {
    ascii: u128,
    others: Others,
}

/// Which characters beyond ASCII are in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    None,
    /// Some: where one comes, the walk gives up.
    Some,
    All,
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

const EMPTY: Set = Set { ascii: 0, others: Others::None };

impl Set {
    fn of(class: &Class) -> Option<Self> {
        let Class::Unicode(class) = class else { return None };
        let (mut ascii, mut beyond) = (0_u128, 0_u32);
        for range in class.ranges() {
            let (start, end) = (u32::from(range.start()), u32::from(range.end()));
            (start..=end.min(0x7f)).for_each(|code| ascii |= 1 << code);
            beyond += (end + 1).saturating_sub(start.max(0x80));
        }
        // All of Unicode's characters but the ASCII ones; surrogates are none.
        let others = match beyond {
            0 => Others::None,
            n if n >= 0x0011_0000 - 0x80 - 0x800 => Others::All,
            _ => Others::Some,
        };
        Some(Self { ascii, others })
    }

    fn of_byte(byte: u8) -> Self {
        if byte < 0x80 { Self { ascii: 1 << byte, ..EMPTY } } else { Self { ascii: 0, others: Others::Some } }
    }

    fn with(self, other: Self) -> Self {
        let others = match (self.others, other.others) {
            (Others::None, others) | (others, Others::None) => others,
            _ => Others::Some,
        };
        Self { ascii: self.ascii | other.ascii, others }
    }

    fn meets(self, other: Self) -> bool {
        self.ascii & other.ascii != 0 || (self.others != Others::None && other.others != Others::None)
    }

    /// Whether a byte is in it; nothing where that cannot be told.
    #[inline]
    fn has(self, byte: u8) -> Option<bool> {
        match (byte < 0x80, self.others) {
            (true, _) => Some(self.ascii & (1 << byte) != 0),
            (false, Others::None) => Some(false),
            (false, Others::All) => Some(true),
            (false, Others::Some) => None,
        }
    }
}

impl Walk {
    /// The walk of an expression, if it is simple.
    pub(super) fn new(hir: &Hir) -> Option<Self> {
        let mut elements = Vec::new();
        let is_anchored = flatten(hir, &mut elements, true)?;
        if elements.is_empty() || !is_straight(&elements) {
            return None;
        }
        let (first, is_sure) = first(&elements);
        if !is_sure {
            return None;
        }
        let prefix = match elements.iter().find(|element| !matches!(element, Element::Open(_))) {
            Some(Element::Literal(text)) => Some(Finder::new(text).into_owned()),
            _ => None,
        };
        // Where a match may begin nearly anywhere, the engine does better: it looks for all literals of a choice at once.
        let has_choice = elements.iter().any(|element| matches!(element, Element::Choice(_)));
        if has_choice && prefix.is_none() && !is_anchored {
            return None;
        }
        Some(Self { elements, is_anchored, prefix, first })
    }

    /// The first match in a text, and where one of its groups is.
    pub(super) fn find(&self, text: &[u8], group: usize) -> Outcome {
        let mut steps = text.len().saturating_mul(STEPS).saturating_add(64);
        if self.is_anchored {
            return self.at(text, 0, group, &mut steps).unwrap_or(Outcome::Unknown);
        }
        let mut from = 0;
        while let Some(rest) = text.get(from..) {
            let found = match &self.prefix {
                Some(prefix) => prefix.find(rest),
                None => rest.iter().position(|byte| self.first.has(*byte) != Some(false)),
            };
            let Some(found) = found else { return Outcome::Nothing };
            match self.at(text, from + found, group, &mut steps) {
                Some(Outcome::Nothing) => from += found + 1,
                Some(outcome) => return outcome,
                None => return Outcome::Unknown,
            }
        }
        Outcome::Nothing
    }

    /// The match that begins at a place; nothing where that cannot be told.
    fn at(&self, text: &[u8], start: usize, group: usize, steps: &mut usize) -> Option<Outcome> {
        let (mut open, mut range) = (start, None);
        let mut at = start;
        let mut number = 0;
        // While in an optional part: where it began, what was known of the group then, and the element behind the part.
        let mut optional: Option<(usize, Option<Range<usize>>, usize)> = None;
        while let Some(element) = self.elements.get(number) {
            if optional.as_ref().is_some_and(|(.., end)| number >= *end) {
                optional = None;
            }
            let next = match element {
                Element::Literal(literal) => text.get(at..)?.starts_with(literal).then(|| at + literal.len()),
                Element::Choice(texts) => {
                    let rest = text.get(at..)?;
                    texts.iter().find(|text| rest.starts_with(text)).map(|text| at + text.len())
                }
                Element::Run { set, min, max } => run(text, at, (*set, *min, *max), steps)?,
                Element::Optional(length) => {
                    optional = Some((at, range.clone(), number + 1 + length));
                    Some(at)
                }
                Element::Open(which) => {
                    open = if *which == group { at } else { open };
                    Some(at)
                }
                Element::Close(which) => {
                    range = if *which == group { Some(open..at) } else { range };
                    Some(at)
                }
                Element::End => (at == text.len()).then_some(at),
            };
            match (next, optional.take()) {
                (Some(next), still) => (at, number, optional) = (next, number + 1, still),
                (None, Some((began, before, behind))) => (at, range, number) = (began, before, behind),
                (None, None) => return Some(Outcome::Nothing),
            }
        }
        Some(Outcome::Found(if group == 0 { Some(start..at) } else { range }))
    }
}

/// Where a run ends that begins at a place, if it is long enough; nothing at all where that cannot be told.
fn run(text: &[u8], at: usize, (set, min, max): (Set, usize, usize), steps: &mut usize) -> Option<Option<usize>> {
    let mut length = 0;
    for byte in text.get(at..)?.iter().take(max) {
        if !set.has(*byte)? {
            break;
        }
        length += 1;
    }
    *steps = steps.checked_sub(length + 1)?;
    Some((length >= min).then_some(at + length))
}

/// Lays an expression out as elements; says whether it begins with `^`. Nothing where it is not simple.
fn flatten(hir: &Hir, elements: &mut Vec<Element>, is_outside: bool) -> Option<bool> {
    let mut is_anchored = false;
    if elements.len() > ELEMENTS {
        return None;
    }
    match hir.kind() {
        HirKind::Empty => {}
        HirKind::Literal(literal) => elements.push(Element::Literal(literal.0.clone())),
        HirKind::Class(class) => elements.push(Element::Run { set: of_class(class, 1, Some(1))?, min: 1, max: 1 }),
        HirKind::Look(Look::Start) if elements.is_empty() && is_outside => is_anchored = true,
        HirKind::Look(Look::End) if is_outside => elements.push(Element::End),
        HirKind::Capture(capture) => {
            let group = capture.index as usize;
            elements.push(Element::Open(group));
            flatten(&capture.sub, elements, false)?;
            elements.push(Element::Close(group));
        }
        HirKind::Concat(parts) => {
            for (at, part) in parts.iter().enumerate() {
                let is_first = is_outside && elements.is_empty() && at == 0;
                is_anchored |= flatten(part, elements, is_outside && (is_first || at + 1 == parts.len()))?;
            }
        }
        HirKind::Alternation(parts) => elements.push(choice(parts)?),
        HirKind::Repetition(repetition) if repetition.greedy => match repetition.sub.kind() {
            HirKind::Class(class) => {
                let max = repetition.max.map(|max| max as usize);
                let min = repetition.min as usize;
                elements.push(Element::Run { set: of_class(class, min, max)?, min, max: max.unwrap_or(usize::MAX) });
            }
            HirKind::Literal(literal) if matches!(*literal.0, [byte] if byte < 0x80) => {
                let set = Set::of_byte(literal.0.first().copied()?);
                let max = repetition.max.map_or(usize::MAX, |max| max as usize);
                elements.push(Element::Run { set, min: repetition.min as usize, max });
            }
            _ if (repetition.min, repetition.max) == (0, Some(1)) => {
                let at = elements.len();
                elements.push(Element::Optional(0));
                flatten(&repetition.sub, elements, false)?;
                let length = elements.len() - at - 1;
                let is_nested = elements.iter().skip(at + 1).any(|element| matches!(element, Element::Optional(_)));
                if is_nested {
                    return None;
                }
                *elements.get_mut(at)? = Element::Optional(length);
            }
            _ => return None,
        },
        _ => return None,
    }
    Some(is_anchored)
}

/// The choice of some alternatives, if they are literals of which none begins with another.
fn choice(parts: &[Hir]) -> Option<Element> {
    let of_one = |part: &Hir| match part.kind() {
        HirKind::Literal(literal) => Some(literal.0.clone()),
        _ => None,
    };
    let texts: Vec<Box<[u8]>> = parts.iter().take(CHOICES + 1).map(of_one).collect::<Option<_>>()?;
    let begins_another =
        |at: usize, begin: &[u8]| texts.iter().enumerate().any(|(other, text)| other != at && text.starts_with(begin));
    let is_clear = texts.len() <= CHOICES && !texts.iter().enumerate().any(|(at, text)| begins_another(at, text));
    is_clear.then_some(Element::Choice(texts))
}

/// The set of a class that is repeated so often. Characters beyond ASCII have more than one byte, so that they are not
/// counted.
fn of_class(class: &Class, min: usize, max: Option<usize>) -> Option<Set> {
    let set = Set::of(class)?;
    (set.others != Others::All || (min <= 1 && max.is_none())).then_some(set)
}

/// With which characters elements can begin, and whether there must be one.
fn first(elements: &[Element]) -> (Set, bool) {
    let mut set = EMPTY;
    let mut skip = 0;
    for (at, element) in elements.iter().enumerate() {
        if at < skip {
            continue;
        }
        match element {
            Element::Literal(text) => return (text.first().map_or(set, |byte| set.with(Set::of_byte(*byte))), true),
            Element::Choice(texts) => {
                let bytes = texts.iter().filter_map(|text| text.first());
                return (bytes.fold(set, |set, byte| set.with(Set::of_byte(*byte))), true);
            }
            Element::Run { set: own, min, .. } => {
                set = set.with(*own);
                if *min > 0 {
                    return (set, true);
                }
            }
            Element::Optional(length) => {
                let part = elements.get(at + 1..at + 1 + length).unwrap_or_default();
                set = set.with(first(part).0);
                skip = at + 1 + length;
            }
            Element::Open(_) | Element::Close(_) => {}
            Element::End => return (set, false),
        }
    }
    (set, false)
}

/// Whether no run and no optional part can be followed by what it begins with itself.
fn is_straight(elements: &[Element]) -> bool {
    elements.iter().enumerate().all(|(at, element)| match element {
        Element::Run { set, min, max } => min == max || !set.meets(first(elements.get(at + 1..).unwrap_or_default()).0),
        Element::Optional(length) => {
            let (part, is_sure) = first(elements.get(at + 1..at + 1 + length).unwrap_or_default());
            is_sure && !part.meets(first(elements.get(at + 1 + length..).unwrap_or_default()).0)
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests;
