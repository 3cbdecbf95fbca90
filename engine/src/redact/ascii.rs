//! Looking at bytes of text. All that is looked for is ASCII, so that every place found is a character boundary.

use super::block::word_end;

/// The byte at a place; zero beyond the end.
#[inline]
pub(super) fn at(text: &[u8], place: usize) -> u8 {
    text.get(place).copied().unwrap_or(0)
}

/// The byte before a place; zero at the beginning.
#[inline]
pub(super) fn before(text: &[u8], place: usize) -> u8 {
    place.checked_sub(1).map_or(0, |place| at(text, place))
}

/// The bytes from one place to another; none where there are no such places.
#[inline]
pub(super) fn part(text: &[u8], from: usize, to: usize) -> &[u8] {
    text.get(from..to.min(text.len())).unwrap_or(&[])
}

/// The place after the bytes from `from` on that `holds` accepts.
#[inline]
pub(super) fn run(text: &[u8], from: usize, holds: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(from..).unwrap_or(&[]);
    from + rest.iter().position(|b| !holds(*b)).unwrap_or(rest.len())
}

/// The same for letters, digits and the signs that `joins` accepts: of most such text it is letters and digits, which are
/// passed over many at a time.
#[inline]
pub(super) fn run_word(text: &[u8], from: usize, joins: impl Fn(u8) -> bool) -> usize {
    let mut place = from;
    loop {
        place = word_end(text, place);
        if !text.get(place).is_some_and(|b| joins(*b)) {
            return place;
        }
        place += 1;
    }
}

/// The place of the first of the bytes before `to` that `holds` accepts, going back at most `limit`.
#[inline]
pub(super) fn run_back(text: &[u8], to: usize, limit: usize, holds: impl Fn(u8) -> bool) -> usize {
    let floor = to.saturating_sub(limit);
    let mut place = to;
    while place > floor && holds(before(text, place)) {
        place -= 1;
    }
    place
}

/// Whether the text goes on with `word` (in small letters) at a place, in any case.
#[inline]
pub(super) fn has(text: &[u8], place: usize, word: &[u8]) -> bool {
    part(text, place, place + word.len()).eq_ignore_ascii_case(word)
}

#[inline]
pub(super) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

#[inline]
pub(super) fn is_quote(b: u8) -> bool {
    matches!(b, b'"' | b'\'' | b'`')
}

/// A character of a name: `db.user-password_2`.
#[inline]
pub(super) fn is_name(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.')
}

/// A character of base64 in its form for URLs.
#[inline]
pub(super) fn is_base64url(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-')
}

/// Whether something new begins at a place: no letter or digit comes before it, unless that ends an escape such as `\n` or
/// `%20`.
pub(super) fn begins(text: &[u8], place: usize) -> bool {
    let last = before(text, place);
    if !last.is_ascii_alphanumeric() && last < 0x80 {
        return true;
    }
    if last >= 0x80 {
        return true;
    }
    let two_before = before(text, place.saturating_sub(1));
    let is_escape = place >= 2 && two_before == b'\\' && matches!(last, b'n' | b'r' | b't');
    let is_percent = place >= 3
        && at(text, place - 3) == b'%'
        && at(text, place - 2).is_ascii_hexdigit()
        && at(text, place - 1).is_ascii_hexdigit();
    is_escape || is_percent
}
