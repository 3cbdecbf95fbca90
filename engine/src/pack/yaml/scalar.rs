//! From a place in the value of a scalar to the place in the file, so that a caret stands inside a query, a script or a
//! regular expression, however it is quoted or folded.
//!
//! The rules are those of YAML 1.2.2, chapters 7.3 (flow scalars) and 8.1 (block scalars).

use std::ops::Range;

use crate::diagnostic::{Sources, Span};

/// One character of the value: where it begins there, and the bytes of the file that it was made of.
struct Unit {
    value: usize,
    char: char,
    source: Range<usize>,
}

/// The span in the file of `range` in `value`, which is the value of the scalar at `scalar`.
///
/// Where the two cannot be brought together, which no scalar should come to, the whole scalar.
pub(crate) fn locate(sources: &Sources, scalar: Span, value: &str, range: Range<usize>) -> Span {
    locate_in(sources.slice(scalar), scalar, value, range)
}

/// The same, given the scalar as it is written.
pub(crate) fn locate_in(source: &str, scalar: Span, value: &str, range: Range<usize>) -> Span {
    let base = scalar.range().start;
    let Some(units) = units(source, value) else { return scalar };
    let place = |at: usize| units.partition_point(|unit| unit.value + unit.char.len_utf8() <= at);
    let at = |range: Range<usize>| Span::new(scalar.file, base + range.start..base + range.end);
    let Some(first) = units.get(place(range.start)) else {
        let end = units.last().map_or(source.len() - closing(source), |unit| unit.source.end);
        return at(end..end);
    };
    let start = first.source.start;
    if range.is_empty() {
        return at(start..start);
    }
    let last = range.end.checked_sub(1).map(place).and_then(|at| units.get(at)).or(units.last());
    let end = last.map_or(start, |unit| unit.source.end);
    at(start..end.max(start))
}

/// How many bytes the closing mark of an empty scalar takes.
fn closing(source: &str) -> usize {
    usize::from(source.starts_with(['"', '\'']))
}

/// The characters of the value with their sources; nothing if they are not this value.
///
/// The parser does not say which style a scalar has, and begins a block scalar at its first character. So each reading is
/// tried, and the one that gives the value is the right one.
fn units(source: &str, value: &str) -> Option<Vec<Unit>> {
    let gives = |units: &Vec<Unit>| units.iter().map(|unit| unit.char).eq(value.chars());
    let quoted = match source.chars().next()? {
        '"' => Some(flow(source.get(1..)?, 1, Style::Double)),
        '\'' => Some(flow(source.get(1..)?, 1, Style::Single)),
        _ => None,
    };
    quoted.filter(gives).or_else(|| Some(flow(source, 0, Style::Plain)).filter(gives)).or_else(|| block(source, value))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    Plain,
    Single,
    Double,
}

/// Undoes quoting, escapes and folding of a flow scalar that begins at `base`.
fn flow(source: &str, base: usize, style: Style) -> Vec<Unit> {
    let mut units = Vec::new();
    let mut value = 0;
    let mut at = 0;
    while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = source.get(at..).unwrap_or("");
        let mut emit = |char: char, from: usize, len: usize| {
            units.push(Unit { value, char, source: base + from..base + from + len });
            value += char.len_utf8();
        };
        match (style, c) {
            (Style::Single, '\'') if rest.starts_with("''") => {
                emit('\'', at, 2);
                at += 2;
            }
            (Style::Single, '\'') | (Style::Double, '"') => break,
            (Style::Double, '\\') => match escape(rest) {
                Some((Some(char), len)) => {
                    emit(char, at, len);
                    at += len;
                }
                Some((None, len)) => at += len,
                None => break,
            },
            (_, ' ' | '\t' | '\n' | '\r') => {
                let run = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
                let blank = rest.get(..run).unwrap_or("");
                let breaks = blank.matches('\n').count();
                if breaks == 0 {
                    for char in blank.chars() {
                        emit(char, at, 1);
                        at += 1;
                    }
                } else {
                    match breaks {
                        1 => emit(' ', at, run),
                        _ => (1..breaks).for_each(|_| emit('\n', at, run)),
                    }
                    at += run;
                }
            }
            _ => {
                emit(c, at, c.len_utf8());
                at += c.len_utf8();
            }
        }
    }
    units
}

/// An escape at the start of `rest`: what it stands for (nothing for an escaped line break) and its length.
fn escape(rest: &str) -> Option<(Option<char>, usize)> {
    let c = rest.chars().nth(1)?;
    let hex = |digits: usize| {
        let code = u32::from_str_radix(rest.get(2..2 + digits)?, 16).ok()?;
        Some((Some(char::from_u32(code)?), 2 + digits))
    };
    Some(match c {
        '0' => (Some('\0'), 2),
        'a' => (Some('\u{7}'), 2),
        'b' => (Some('\u{8}'), 2),
        't' | '\t' => (Some('\t'), 2),
        'n' => (Some('\n'), 2),
        'v' => (Some('\u{b}'), 2),
        'f' => (Some('\u{c}'), 2),
        'r' => (Some('\r'), 2),
        'e' => (Some('\u{1b}'), 2),
        'N' => (Some('\u{85}'), 2),
        '_' => (Some('\u{a0}'), 2),
        'L' => (Some('\u{2028}'), 2),
        'P' => (Some('\u{2029}'), 2),
        'x' => return hex(2),
        'u' => return hex(4),
        'U' => return hex(8),
        '\n' | '\r' => {
            let after = rest.get(1..)?;
            let run = after.len() - after.trim_start_matches([' ', '\t', '\n', '\r']).len();
            (None, 1 + run)
        }
        other => (Some(other), 1 + other.len_utf8()),
    })
}

/// A block scalar has no escapes: what is not blank is the same in both, in the same order, and each blank stretch of the
/// value is made of the blank stretch of the file between the same characters.
fn block(source: &str, value: &str) -> Option<Vec<Unit>> {
    let mut at = 0;
    let mut units = Vec::new();
    let mut chars = value.char_indices().peekable();
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    while let Some((offset, c)) = chars.peek().copied() {
        let rest = source.get(at..)?;
        let run = rest.len() - rest.trim_start_matches(is_blank).len();
        if !is_blank(c) {
            at += run;
            if source.get(at..)?.chars().next()? != c {
                return None;
            }
            units.push(Unit { value: offset, char: c, source: at..at + c.len_utf8() });
            at += c.len_utf8();
            chars.next();
            continue;
        }
        let mut blanks = Vec::new();
        while let Some((offset, c)) = chars.next_if(|(_, c)| is_blank(*c)) {
            blanks.push((offset, c));
        }
        stretch(&blanks, at, rest.get(..run).unwrap_or(""), &mut units);
        at += run;
    }
    Some(units)
}

/// Lays the blanks of a value over those of the file: line breaks on line breaks, the rest counted from the end.
fn stretch(blanks: &[(usize, char)], at: usize, source: &str, units: &mut Vec<Unit>) {
    let mut from = 0;
    for (n, (offset, c)) in blanks.iter().copied().enumerate() {
        let left = blanks.len() - n;
        let place = match c {
            '\n' => source.get(from..).and_then(|rest| rest.find('\n')).map_or(from, |nl| from + nl),
            _ => source.len().saturating_sub(left).max(from),
        };
        let end = (place + 1).min(source.len());
        units.push(Unit { value: offset, char: c, source: at + place.min(end)..at + end });
        from = end;
    }
}
