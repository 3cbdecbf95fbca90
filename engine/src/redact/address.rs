//! Passwords in URLs, and e-mail addresses.

use super::ascii::{at, before, has, is_quote, is_space, part, run, run_back, run_word};
use super::edit::Edits;
use super::kind::Kind;

/// How far the part of a URL before its host is looked for.
const LONGEST_AUTHORITY: usize = 1024;

/// How long a domain, or what comes before it, may be.
const LONGEST_NAME: usize = 254;

/// Looks at the `://` of a URL, whose authority begins at `from`; says where to look on.
pub(super) fn find_url(text: &[u8], from: usize, edits: &mut Edits) -> usize {
    let window = part(text, 0, from + LONGEST_AUTHORITY);
    let end = run(window, from, |b| !is_space(b) && !is_quote(b) && !matches!(b, b'<' | b'>' | b'\\'));
    // `http://[::1]:80/@x` has no user.
    if at(text, from) == b'[' {
        return from;
    }
    let Some(host) = last_at(text, from, end) else { return from };
    let colon = run(text, from, |b| b != b':');
    let is_masked = |range: &[u8]| range.iter().all(|b| *b == b'*') || range == b"REDACTED";
    if colon < host {
        if !is_masked(part(text, colon + 1, host)) {
            edits.push(colon + 1, host, Kind::UrlPassword);
        }
        return host;
    }
    let user = part(text, from, host);
    if user.len() >= 20 && user.iter().any(u8::is_ascii_digit) && user.iter().any(u8::is_ascii_alphabetic) {
        edits.push(from, host, Kind::UrlPassword);
    }
    host
}

/// The place of the `@` before the host, if there is one.
///
/// It is the last one before the path. But a password may hold `@`, `/`, `?` and `#` unescaped, and then none of it may stay:
/// later ones count as long as what they stand in cannot be a path or a query.
fn last_at(text: &[u8], from: usize, end: usize) -> Option<usize> {
    let all = part(text, from, end);
    if !all.contains(&b'@') {
        return None;
    }
    let path = run(part(text, 0, end), from, |b| !matches!(b, b'/' | b'?' | b'#'));
    let authority = part(text, from, path);
    let first = authority.iter().rposition(|b| *b == b'@').map(|place| from + place);
    if first.is_none() {
        let colon = authority.iter().position(|b| *b == b':');
        let after = colon.map_or(&[][..], |colon| part(text, from + colon + 1, path));
        let is_port = after.iter().all(u8::is_ascii_digit) && (path < end && at(text, path) != b'#');
        if colon.is_none() || (is_port && (!after.is_empty() || !is_database(text, from))) {
            return None;
        }
    }
    let query = run(part(text, 0, end), path, |b| b != b'?');
    let has_query =
        query < end && at(text, run(text, query + 1, |b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')) == b'=';
    let limit = if has_query { query } else { end };
    let mut found = first;
    for (place, b) in text.iter().enumerate().take(limit).skip(path) {
        let is_host = at(text, place + 1).is_ascii_alphanumeric() || at(text, place + 1) == b'[';
        let is_path =
            at(text, place.saturating_sub(1)) == b'/' || part(text, place.saturating_sub(4), place) == b".git";
        if *b == b'@' && is_host && !(is_path && first.is_some()) {
            found = Some(place);
        }
    }
    found
}

/// Whether the scheme before an authority is one of those whose URLs begin with a password: `redis://:…@`.
fn is_database(text: &[u8], from: usize) -> bool {
    let start = run_back(text, from - 3, 24, |b| b.is_ascii_alphanumeric() || b == b'+');
    let scheme = part(text, start, from - 3);
    !has(scheme, 0, b"http") && !has(scheme, 0, b"ws")
}

/// Looks at an `@`, or its encoding `%40`, of the given width: an e-mail address or a database address of Go.
pub(super) fn find_email(text: &[u8], place: usize, width: usize, edits: &mut Edits) {
    let domain = place + width;
    if find_dsn(text, place, edits) || !at(text, domain).is_ascii_alphanumeric() || is_masked(text, place) {
        return;
    }
    let window = part(text, 0, domain + LONGEST_NAME);
    let end = domain_end(window, domain);
    if !is_domain(part(text, domain, end)) {
        return;
    }
    let start = local_start(text, place);
    let local = part(text, start, place);
    let is_masked = local.iter().all(|b| matches!(b, b'*' | b'@')) || local == b"REDACTED";
    // `git@github.com:owner/name` is where a repository is.
    let is_remote = local == b"git" && matches!(at(text, end), b':' | b'/');
    if !is_masked && !is_remote {
        edits.push(start, place, Kind::Email);
    }
}

/// Whether right before an `@` stands the mask of an address, and nothing more of one: a quick look, for each text out of which an
/// address is taken is looked over again.
#[inline]
fn is_masked(text: &[u8], place: usize) -> bool {
    let Some([first @ .., b'*', b'*', b'*']) = text.get(..place) else { return false };
    first.last().is_none_or(|before| *before == b' ')
}

/// The end of a domain, whose letters may be escaped as JSON does: `ex\u00e4mple.com`.
fn domain_end(text: &[u8], from: usize) -> usize {
    let mut end = from;
    loop {
        end = run_word(text, end, |b| matches!(b, b'-' | b'.') || b >= 0x80);
        let hex = run(text, end, |b| b == b'\\') + 1;
        let is_escape =
            at(text, hex - 1) == b'u' && hex > end + 1 && part(text, hex, hex + 4).iter().all(u8::is_ascii_hexdigit);
        if !is_escape || hex + 4 > text.len() {
            return end;
        }
        end = hex + 4;
    }
}

/// Looks at what comes behind `jdbc:oracle:thin:`: `scott/tiger@//host`.
pub(super) fn find_oracle(text: &[u8], from: usize, edits: &mut Edits) {
    let slash =
        run(part(text, 0, from + LONGEST_NAME), from, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'#'));
    let end = run(part(text, 0, slash + LONGEST_NAME), slash, |b| !is_space(b) && !is_quote(b) && b != b'@');
    let is_masked = part(text, slash + 1, end) == b"REDACTED";
    if slash > from && at(text, slash) == b'/' && at(text, end) == b'@' && end > slash + 1 && !is_masked {
        edits.push(slash + 1, end, Kind::UrlPassword);
    }
}

/// Where the part before the `@` begins.
fn local_start(text: &[u8], place: usize) -> usize {
    let is_letter = |b: u8| {
        b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-' | b'@' | b'*' | b'\'')
    };
    let mut start = run_back(text, place, LONGEST_NAME, is_letter);
    // Only letters of Latin belong to it: an emoji or a word of another script that stands right before it does not.
    match std::str::from_utf8(part(text, start, place)) {
        Ok(head) if head.is_ascii() => {}
        Ok(head) => {
            let other = head.char_indices().rev().find(|(_, c)| *c > '\u{24f}');
            start += other.map_or(0, |(at, c)| at + c.len_utf8());
        }
        Err(_) => start = run_back(text, place, LONGEST_NAME, |b| is_letter(b) && b < 0x80),
    }
    // Quotes and escapes at its beginning do not belong to it either.
    let start = run(part(text, 0, place), start, |b| matches!(b, b'\'' | b'-'));
    let is_escape = before(text, start) == b'\\' && matches!(at(text, start), b'n' | b'r' | b't');
    let is_percent = |width: usize| {
        at(text, start + width) == b'%'
            && [&b"%20"[..], b"%22", b"%3a", b"%3d", b"%2c"].iter().any(|mark| has(text, start + width, mark))
    };
    if is_escape && start + 1 < place {
        start + 1
    } else if is_percent(0) {
        start + 3
    } else {
        start
    }
}

/// Whether this is a domain: labels, and an end of letters that no file has.
fn is_domain(domain: &[u8]) -> bool {
    let domain = domain.strip_suffix(b".").unwrap_or(domain);
    let mut labels = domain.rsplit(|b| *b == b'.');
    let Some(last) = labels.next() else { return false };
    let last = last.split(|b| *b >= 0x80).next().filter(|ascii| ascii.len() >= 2).unwrap_or(last);
    let mut small = [0; 4];
    small.iter_mut().zip(last).for_each(|(small, b)| *small = b.to_ascii_lowercase());
    let is_file = matches!(
        small.get(..last.len()),
        Some(
            b"png"
                | b"jpg"
                | b"jpeg"
                | b"gif"
                | b"svg"
                | b"webp"
                | b"css"
                | b"js"
                | b"mjs"
                | b"ts"
                | b"tsx"
                | b"jsx"
                | b"ico"
                | b"json"
        )
    );
    let is_top =
        last.len() >= 2 && (last.iter().all(|b| b.is_ascii_alphabetic() || *b >= 0x80) || last.starts_with(b"xn--"));
    is_top && !is_file && labels.next().is_some_and(|label| !label.is_empty())
}

/// Takes the password out of a database address of Go: `user:password@tcp(host:3306)/name`.
fn find_dsn(text: &[u8], place: usize, edits: &mut Edits) -> bool {
    // Asked of every address: nearly all are told by their second sign.
    let is_dsn = matches!(at(text, place + 1) | 0x20, b't' | b'u' | b'c')
        && [&b"@tcp("[..], b"@tcp6(", b"@unix(", b"@cloudsql("].iter().any(|mark| has(text, place, mark));
    if !is_dsn {
        return false;
    }
    let start = run_back(text, place, LONGEST_NAME, |b| !is_space(b) && !matches!(b, b'"' | b'\'' | b'`'));
    let colon = run(text, start, |b| b != b':');
    if colon < place && part(text, colon + 1, place) != b"REDACTED" {
        edits.push(colon + 1, place, Kind::UrlPassword);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::super::kind::Kinds;
    use super::*;

    #[test]
    fn only_what_is_more_than_the_mask_of_an_address_is_taken_out() {
        for (text, is_taken) in [
            ("***@example.com", false),
            ("of ***@example.com", false),
            ("of,***@example.com", false),
            ("of.***@example.com", true),
            ("of***@example.com", true),
            ("****@example.com", false),
            ("**@example.com", false),
            ("a ***a@example.com", true),
            ("a:b***@tcp(example:3306)/name", true),
            ("***@tcp(example:3306)/name", false),
        ] {
            let mut edits = Edits::new(Kinds::default());
            find_email(text.as_bytes(), text.find('@').unwrap(), 1, &mut edits);
            assert_eq!(!edits.is_empty(), is_taken, "{text}");
        }
    }
}
