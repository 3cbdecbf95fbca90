//! How large an expression can become when it is compiled, told without compiling it.

use std::sync::OnceLock;

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind};
use regex_syntax::utf8::Utf8Sequences;

/// Bytes of a state of the automaton, the edges of one that has no more than two among them: 32 and 2 · 4 in `regex-automata`
/// 0.4 (`nfa/thompson/builder.rs`), whose sum over all states is what the crate's size limit is held against.
const STATE: u64 = 48;
/// Ranges of a class beyond which it takes long to count it.
const MANY: usize = 100;

/// Bytes that the compiled expression takes at most.
pub(super) fn at_most(hir: &Hir) -> u64 {
    // Beside the expression itself: its match, its beginning, and the loop before that of a search.
    of(hir).saturating_add(16 * STATE)
}

fn of(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => STATE.saturating_mul(literal.0.len() as u64 + 1),
        HirKind::Class(class) => STATE.saturating_mul(edges(class) + 2),
        HirKind::Capture(capture) => of(&capture.sub).saturating_add(3 * STATE),
        // Each time that it may be repeated is a copy of it, with a state to go on or leave at.
        HirKind::Repetition(repetition) => {
            let copies = repetition.max.unwrap_or(0).max(repetition.min).max(1);
            of(&repetition.sub).saturating_add(STATE).saturating_mul(u64::from(copies)).saturating_add(3 * STATE)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            let each = parts.iter().map(|part| of(part).saturating_add(STATE));
            each.fold(3 * STATE, u64::saturating_add)
        }
    }
}

/// Ranges of bytes that stand for a class.
fn edges(class: &Class) -> u64 {
    match class {
        Class::Bytes(class) => class.ranges().len() as u64,
        Class::Unicode(class) => utf8(class),
    }
}

/// The ranges of bytes that the characters of a class are in UTF-8, with one more for each row of them.
fn utf8(class: &ClassUnicode) -> u64 {
    // Words are in most expressions, with `.` and `-` or without, and have hundreds of ranges.
    static WORD: OnceLock<Option<(ClassUnicode, u64)>> = OnceLock::new();
    let (ascii, beyond) = split(class);
    if beyond.len() < MANY {
        return ascii + rows(beyond);
    }
    let word = WORD.get_or_init(|| {
        let hir = regex_syntax::parse(r"\w").ok()?;
        let HirKind::Class(Class::Unicode(word)) = hir.kind() else { return None };
        Some((word.clone(), rows(split(word).1)))
    });
    let known = word.as_ref().filter(|(word, _)| split(word).1 == beyond).map(|(_, rows)| *rows);
    ascii + known.unwrap_or_else(|| rows(beyond))
}

/// The number of ranges in ASCII, and those that end beyond it.
fn split(class: &ClassUnicode) -> (u64, &[ClassUnicodeRange]) {
    let ranges = class.ranges();
    let ascii = ranges.partition_point(|range| range.end().is_ascii());
    (ascii as u64, ranges.get(ascii..).unwrap_or_default())
}

fn rows(ranges: &[ClassUnicodeRange]) -> u64 {
    let of_range = |(start, end): (char, char)| match start as u32 >> 6 == end as u32 >> 6 {
        // Only their last bytes differ, as those of most ranges do: that is one row, and needs not be split to be counted.
        true => start.len_utf8() as u64 + 1,
        false => Utf8Sequences::new(start, end).map(|sequence| sequence.len() as u64 + 1).sum(),
    };
    ranges.iter().map(|range| of_range((range.start(), range.end()))).sum()
}
