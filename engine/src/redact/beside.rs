//! Secrets that stand beside their name without a separator: `<password>…</password>`, `--token …`, `-u user:…`, header tuples,
//! SQL.

use super::ascii::{at, before, begins, is_name, is_quote, is_space, part, run, run_back};
use super::edit::Edits;
use super::harmless::{is_harmless, is_prose};
use super::kind::Kind;
use super::name::{LONGEST, Promise, is_header, secret_name};
use super::pair::{WINDOW, behind_scheme};
use super::value::{Form, bare_end, cookies_end, extent, quoted_end};

/// Looks at the short option at a place (` -p`, ` -b `) of a command that takes a secret so: `mysql -phunter2`,
/// `docker login -p hunter2`, `curl -b 'sid=…'`.
pub(super) fn find_short_option(text: &[u8], place: usize, edits: &mut Edits) {
    let command = part(text, place.saturating_sub(WINDOW), place + 1);
    let runs = |name: &[u8]| command.windows(name.len()).any(|part| part == name);
    let next = place + 3;
    let value = run(text, next, |b| matches!(b, b' ' | b'"' | b'\''));
    let is_cookie = at(text, next - 1) == b'b';
    let is_one = match is_cookie {
        true => value > next && runs(b"curl "),
        false if value == next => runs(b"mysql") || runs(b"mariadb"),
        false => runs(b" login ") || runs(b"sshpass"),
    };
    let end = run(text, value, |b| !is_space(b) && !is_quote(b));
    let end = if is_cookie { cookies_end(text, value) } else { end };
    let found = part(text, value, end);
    let promise = if is_cookie { Promise::Cookies } else { Promise::Secret };
    if is_one && !is_harmless(found, promise) && (!is_cookie || found.contains(&b'=')) {
        edits.push(value, end, if is_cookie { Kind::Cookie } else { Kind::NamedSecret });
    }
}

/// Looks at the closing tag at a place (`</`): `<password>…</password>`.
pub(super) fn find_element(text: &[u8], place: usize, edits: &mut Edits) {
    let end = run(text, place + 2, |b| is_name(b) || b == b':');
    let tag = part(text, place + 2, end);
    if at(text, end) != b'>' || tag.is_empty() || tag.len() > LONGEST {
        return;
    }
    let own = tag.iter().rposition(|b| *b == b':').map_or(0, |colon| colon + 1);
    let Some(secret) = secret_name(part(tag, own, tag.len())) else { return };
    if matches!(secret.promise, Promise::Parameter | Promise::LongParameter) {
        return;
    }
    let start = run_back(text, place, 4096, |b| b != b'>');
    let value = part(text, start, place);
    if before(text, start) == b'>' && !value.contains(&b'<') && !is_harmless(value, secret.promise) {
        edits.push(start, place, secret.kind);
    }
}

/// Looks at the option at a place (` --`): `--password hunter2`.
pub(super) fn find_option(text: &[u8], place: usize, edits: &mut Edits) {
    let start = place + 3;
    let end = run(text, start, |b| is_name(b) && b != b'.');
    let name = part(text, start, end);
    if at(text, end) != b' ' || name.is_empty() || name.len() > LONGEST {
        return;
    }
    let value = run(text, end, |b| b == b' ');
    let Some(secret) = secret_name(name) else { return };
    let is_next = at(text, value) == b'-' || matches!(secret.promise, Promise::Parameter | Promise::LongParameter);
    if is_next {
        return;
    }
    let Some(found) = extent(text, value, false) else { return };
    let value = part(text, found.start, found.end);
    if !is_harmless(value, secret.promise) && !is_prose(value, text, found.end, secret.promise) {
        edits.push(found.start, found.end, secret.kind);
    }
}

/// Looks at the user and password that begin at a place, as curl takes them: `-u bob:hunter2`.
pub(super) fn find_user(text: &[u8], place: usize, edits: &mut Edits) {
    let start = run(text, place, |b| is_quote(b) || b == b' ');
    let colon = run(part(text, 0, start + WINDOW), start, |b| !is_space(b) && b != b':');
    // `-u postgres:5432` and `--user https://…` name something else.
    if at(text, colon) != b':' || matches!(at(text, colon + 1), b'/' | b':' | 0) {
        return;
    }
    let end = bare_end(text, colon + 1);
    let password = part(text, colon + 1, end);
    if !is_harmless(password, Promise::Secret) && !password.iter().all(u8::is_ascii_digit) {
        edits.push(colon + 1, end, Kind::NamedSecret);
    }
}

/// Looks at the two strings beside one another at a place (`", "`), if the first is the name of a header:
/// `(b'authorization', b'Bearer …')`. `width` is that of what stands between them, with both quotes.
pub(super) fn find_tuple(text: &[u8], place: usize, width: usize, edits: &mut Edits) {
    let start = run_back(text, place, LONGEST, is_name);
    let name = part(text, start, place);
    if !is_quote(before(text, start)) || before(text, start) != at(text, place) || !is_header(name) {
        return;
    }
    let Some(secret) = secret_name(name) else { return };
    let value = place + width;
    let end = quoted_end(text, value, at(text, place), 0);
    let credential = behind_scheme(text, value..end, Form::Quoted, secret.promise);
    if !is_harmless(part(text, credential.start, credential.end), secret.promise) {
        edits.push(credential.start, credential.end, secret.kind);
    }
}

/// Looks at SQL that sets a password: `PASSWORD '…'`, `IDENTIFIED BY '…'`. `quote` is the place of its quote.
pub(super) fn find_sql(text: &[u8], quote: usize, edits: &mut Edits) {
    let start = quote + 1;
    let end = quoted_end(text, start, at(text, quote), 0);
    // `invalid password 'x' given` is no SQL, but a password all the same.
    if begins(text, quote) && !is_harmless(part(text, start, end), Promise::Secret) {
        edits.push(start, end, Kind::NamedSecret);
    }
}
