//! How far a value reaches that stands behind a name: quoted (perhaps inside another quoted text), bare, a list, cookies.

use super::ascii::{at, before, has, is_quote, is_space, part, run, run_back};
use super::block::word_end;
use super::harmless::names_next;

/// Where a value stands, without its quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) form: Form,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Quoted,
    Bare,
    /// In brackets, which are not part of it.
    List,
    /// In braces: an object, whose own names speak for its values.
    Object,
}

/// The value that begins at `from`, behind a separator and spaces.
pub(super) fn extent(text: &[u8], from: usize, is_encoded: bool) -> Option<Extent> {
    let mut start = from;
    if matches!(at(text, start), b'b' | b'u' | b'r' | b'f') && is_quote(at(text, start + 1)) {
        start += 1;
    }
    if is_encoded && (has(text, start, b"%22") || has(text, start, b"%27")) {
        let end = encoded_end(text, start + 3);
        return Some(Extent { start: start + 3, end, form: Form::Quoted });
    }
    let level = run(text, start, |b| b == b'\\') - start;
    if level <= 15 && is_quote(at(text, start + level)) {
        let quote = at(text, start + level);
        let mut start = start + level + 1;
        // `''x''`, as a text of SQL inside another one has it.
        if level == 0 && at(text, start) == quote && at(text, start + 1).is_ascii_alphanumeric() {
            start += 1;
        }
        return Some(Extent { start, end: quoted_end(text, start, quote, level), form: Form::Quoted });
    }
    match at(text, start) {
        0 | b'\n' | b'\r' => None,
        b'[' => {
            let inside = run(text, start + 1, is_space);
            if at(text, inside) == b'{' {
                return Some(Extent { start, end: start, form: Form::Object });
            }
            let level = run(text, inside, |b| b == b'\\') - inside;
            let end = bracket_end(text, start, level);
            let (first, last) = (inside + level, end.saturating_sub(1));
            // A list of texts stays one.
            let is_text = last > first && is_quote(at(text, first)) && at(text, first) == at(text, last);
            let (start, end) = if is_text { (first + 1, last - level) } else { (start + 1, end) };
            Some(Extent { start, end, form: Form::List })
        }
        b'{' if opens_object(text, start) => Some(Extent { start, end: start, form: Form::Object }),
        _ => {
            let end = if is_encoded { encoded_end(text, start) } else { bare_end(text, start) };
            Some(Extent { start, end, form: Form::Bare })
        }
    }
}

/// Whether a brace opens an object, rather than a placeholder or the scheme of a hash: `{SSHA}…`.
fn opens_object(text: &[u8], brace: usize) -> bool {
    let inside = run(text, brace + 1, is_space);
    is_quote(at(text, inside)) || at(text, inside) == b'\\' || names_next(text, inside)
}

/// The end of a quoted text that was opened by `level` backslashes and a quote.
///
/// In text that was quoted `level` = 2^n - 1 times over, a quote of the same kind inside has more backslashes before it, one
/// that closes an outer text has fewer. A text that is never closed was cut: it ends with the whole, or with its line if it
/// began with an apostrophe, which may be just that.
pub(super) fn quoted_end(text: &[u8], start: usize, quote: u8, level: usize) -> usize {
    let mut place = start;
    while let Some(found) = memchr::memchr2(quote, b'"', text.get(place..).unwrap_or(&[])) {
        let at_mark = place + found;
        let slashes = at_mark - run_back(text, at_mark, at_mark - start, |b| b == b'\\');
        let is_inner = slashes > level && !(slashes - level).is_multiple_of(2 * (level + 1));
        let is_other = at(text, at_mark) != quote && slashes >= level;
        if !is_inner && !is_other {
            return at_mark - slashes.min(level);
        }
        place = at_mark + 1;
    }
    if quote == b'"' { text.len() } else { run(text, start, |b| b != b'\n') }
}

/// The end of a list that begins at a bracket: its closing bracket, or the end of the line. `level` is how many backslashes
/// its quotes have before them.
fn bracket_end(text: &[u8], bracket: usize, level: usize) -> usize {
    let mut depth = 0_usize;
    let mut quote = 0;
    let mut place = bracket;
    while place < text.len() {
        match at(text, place) {
            b'\\' => {
                let slashes = run(text, place, |b| b == b'\\') - place;
                // What they are before is escaped, unless it is a quote of the list's own.
                let is_own = slashes == level && is_quote(at(text, place + slashes));
                place += slashes - 1 + usize::from(quote != 0 && !is_own);
            }
            b'\n' => return place,
            b if b == quote => quote = 0,
            _ if quote != 0 => {}
            b @ (b'"' | b'\'') if !before(text, place).is_ascii_alphanumeric() => quote = b,
            b'[' => depth += 1,
            b']' => {
                depth -= 1;
                if depth == 0 {
                    return place;
                }
            }
            _ => {}
        }
        place += 1;
    }
    text.len()
}

/// The end of an object that begins at a brace: the brace that closes it, or the end of the text.
pub(super) fn brace_end(text: &[u8], brace: usize) -> usize {
    let mut depth = 0_usize;
    for (place, b) in text.iter().enumerate().skip(brace) {
        match b {
            b'{' => depth += 1,
            b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return place;
                }
            }
            _ => {}
        }
    }
    text.len()
}

/// The end of a value in the percent encoding of a URL: at anything that is encoded and cannot be part of it, too.
fn encoded_end(text: &[u8], from: usize) -> usize {
    let mut place = from;
    while place < text.len() {
        let b = at(text, place);
        if is_space(b) || is_quote(b) || b == b'&' {
            break;
        }
        let is_mark =
            [&b"%22"[..], b"%26", b"%27", b"%2c", b"%7d", b"%0a", b"%20"].iter().any(|mark| has(text, place, mark));
        if b == b'%' && is_mark {
            break;
        }
        place += 1;
    }
    place
}

/// The end of a value without quotes: a space, or something that ends it only if what follows looks like it, for a password
/// may hold any sign and its tail must not be left.
pub(super) fn bare_end(text: &[u8], from: usize) -> usize {
    let mut place = from;
    let mut depth = 0_usize;
    loop {
        // Letters and digits end nothing and open nothing.
        place = word_end(text, place);
        if place >= text.len() {
            break;
        }
        let b = at(text, place);
        let slashes = run(text, place, |b| b == b'\\');
        let ends = match b {
            _ if is_space(b) => true,
            b'\\' => slashes_end(text, slashes),
            b'<' => matches!(at(text, place + 1), b'/' | b'b' | b'p' | b'\\'),
            b',' | b';' | b'|' => goes_over(text, place + 1),
            b'&' => goes_over(text, place + 1) || has(text, place, b"&amp;"),
            b')' | b']' | b'}' | b'>' if depth == 0 => is_over(text, place + 1),
            b'"' | b'\'' | b'`' => is_over(text, place + 1),
            _ => false,
        };
        if ends {
            break;
        }
        match b {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        place = slashes.max(place + 1);
    }
    let mut end = place;
    while end > from && matches!(before(text, end), b'.' | b':' | b',' | b';') {
        end -= 1;
    }
    end
}

/// Whether backslashes end a bare value: they are those of a quote that closes, or of an escaped line end. `mark` is the
/// place behind them.
fn slashes_end(text: &[u8], mark: usize) -> bool {
    match at(text, mark) {
        b if is_quote(b) => is_over(text, mark + 1),
        b'n' | b'r' | b't' => {
            let next = mark + 1;
            let b = at(text, next);
            next >= text.len() || is_space(b) || b == b'\\' || is_quote(b) || names_next(text, next)
        }
        0 => true,
        _ => false,
    }
}

/// Whether a value is over behind a bracket or quote: more of them may follow, then something that joins it to what is next.
fn is_over(text: &[u8], place: usize) -> bool {
    let next = run(text, place, |b| is_quote(b) || matches!(b, b')' | b']' | b'}' | b'>'));
    let is_joint = matches!(at(text, next), b',' | b';' | b':' | b'&' | b'|' | b'.');
    goes_over(text, next) || (is_joint && goes_over(text, next + 1)) || matches!(at(text, next), b'<' | b'\\')
}

/// Whether something else begins at a place.
fn goes_over(text: &[u8], place: usize) -> bool {
    let b = at(text, place);
    place >= text.len() || is_space(b) || is_quote(b) || matches!(b, b'{' | b'}' | b']') || names_next(text, place)
}

/// The end of cookies that begin at a place: pairs, joined by `;`.
pub(super) fn cookies_end(text: &[u8], from: usize) -> usize {
    let mut place = from;
    loop {
        let is_date = has(text, place, b"expires=");
        let end = run(text, place, |b| match b {
            b';' | b'\n' | b'\r' => false,
            b' ' => is_date,
            _ => !is_quote(b),
        });
        let next = run(text, end, |b| matches!(b, b';' | b' '));
        let is_more = part(text, end, next).contains(&b';') && next < text.len() && end > place;
        if !is_more {
            // Backslashes before a quote belong to the quote.
            return run_back(text, end, end - place, |b| matches!(b, b' ' | b'\\'));
        }
        place = next;
    }
}
