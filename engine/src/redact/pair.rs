//! Secrets that go by the name before them: `password=…`, `"api_key": "…"`, `Authorization: Bearer …`, `Cookie: …`,
//! `?token=…&`.

use std::ops::Range;

use super::ascii::{at, before, has, is_name, is_quote, is_space, part, run, run_back, run_word};
use super::edit::Edits;
use super::harmless::{is_code, is_harmless, is_prose, names_next};
use super::kind::Kind;
use super::name::{LONGEST, Promise, SecretName, may_end, secret_name};
use super::value::{Extent, Form, bare_end, brace_end, cookies_end, extent};

/// Schemes of `Authorization` that come before the credential.
const SCHEMES: [&[u8]; 12] = [
    b"bearer",
    b"basic",
    b"token",
    b"digest",
    b"negotiate",
    b"ntlm",
    b"apikey",
    b"oauth",
    b"hawk",
    b"signature",
    b"aws4-hmac-sha256",
    b"key",
];

/// How long the longest of them is.
const LONGEST_SCHEME: usize = 16;

/// So many of them, from the first, also come behind other names: `token: Bearer …`.
const COMMON_SCHEMES: usize = 2;

/// Whether another pair begins where a value could: `password= user=bob`. The end of base64 looks like one too.
fn is_next_pair(text: &[u8], value: usize) -> bool {
    let end = run(part(text, 0, value + 40), value, |b| b.is_ascii_lowercase() || b == b'_');
    end > value && at(text, end) == b'=' && !matches!(at(text, end + 1), b'=' | 0) && !is_space(at(text, end + 1))
}

/// What stands where a value was.
const MASK: &[u8] = b"REDACTED";

/// How much of a value is looked at to say what it is.
pub(super) const WINDOW: usize = 128;

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Equals,
    Colon,
    /// `%3D` or `%3A`.
    Encoded,
}

/// A name before a separator.
#[derive(Debug)]
struct Name {
    range: Range<usize>,
    is_quoted: bool,
    /// The quote behind it, with its backslashes.
    quote: Range<usize>,
}

/// Looks at the separator at a place; says where to look on.
pub(super) fn find(text: &[u8], place: usize, separator: Separator, edits: &mut Edits) -> usize {
    let width = if separator == Separator::Encoded { 3 } else { 1 };
    let next = place + width;
    if separator == Separator::Colon && (at(text, next) == b':' || before(text, place) == b':') {
        return next;
    }
    if separator != Separator::Encoded && is_redacted(text, next) {
        return next;
    }
    let Some(name) = name_before(text, place, separator) else { return next };
    if separator != Separator::Encoded
        && let Some(value) = redacted_after(text, next, &name)
    {
        return value;
    }
    find_value(text, next, separator, &name, edits)
}

/// Whether a mask and nothing else stands right at a place, where a value begins: a quick look, for what any name before it would
/// make of that, which is nothing.
#[inline]
fn is_redacted(text: &[u8], value: usize) -> bool {
    let Some(rest) = text.get(value..).and_then(|rest| rest.strip_prefix(MASK)) else { return false };
    rest.first().is_none_or(|behind| *behind == b' ')
}

/// The same as [`find`], with no short cut.
#[cfg(test)]
pub(super) fn find_slowly(text: &[u8], place: usize, separator: Separator, edits: &mut Edits) -> usize {
    let next = place + 1;
    let is_double = separator == Separator::Colon && (at(text, next) == b':' || before(text, place) == b':');
    let name = name_before(text, place, separator).filter(|_| !is_double);
    name.map_or(next, |name| find_value(text, next, separator, &name, edits))
}

/// The place of the value, if it is a mask and nothing else. Then it is harmless, whatever the name promises, and so the
/// name, which takes long to judge, need not be asked.
fn redacted_after(text: &[u8], next: usize, name: &Name) -> Option<usize> {
    let value = value_after(text, next, name);
    let first = at(text, value);
    let (start, is_quoted) = if is_quote(first) { (value + 1, true) } else { (value, false) };
    let end = start + MASK.len();
    let is_over =
        part(text, start, end) == MASK && if is_quoted { at(text, end) == first } else { bare_end(text, start) == end };
    (is_over && part_of(text, name) != b"name").then_some(value)
}

/// Looks at the value behind a name and its separator; says where to look on.
fn find_value(text: &[u8], next: usize, separator: Separator, name: &Name, edits: &mut Edits) -> usize {
    if part_of(text, name) == b"name" {
        return find_form_field(text, next, edits);
    }
    let Some(secret) = judge(text, name) else { return next };
    let value = value_after(text, next, name);
    if separator == Separator::Colon && secret.promise == Promise::Secret && at(text, value) != 0 {
        find_block(text, name, value, secret.kind, edits);
    }
    if !is_believable(text, name, secret, separator, next..value) {
        return next;
    }
    if separator == Separator::Equals && value > next && at(text, name.range.end) == b'=' && is_next_pair(text, value) {
        return next;
    }
    // Before the value's end is looked for, so that a text full of these takes no square of its length.
    if separator == Separator::Equals && is_code(part(text, value, value + WINDOW), part_of(text, name)) {
        return value.max(next);
    }
    if secret.promise == Promise::LongParameter && !looks_secret(part(text, value, value + WINDOW)) {
        return value.max(next);
    }
    let Some(found) = extent(text, value, separator == Separator::Encoded) else { return next };
    take(text, name, secret, separator, found, edits).max(next)
}

fn part_of<'t>(text: &'t [u8], name: &Name) -> &'t [u8] {
    part(text, name.range.start, name.range.end)
}

/// The name that ends before a separator, if it may promise something, with its quotes and brackets around it: `"name"`, `[name]`, `\"name\"`.
fn name_before(text: &[u8], place: usize, separator: Separator) -> Option<Name> {
    let mut end = run_back(text, place, 3, |b| matches!(b, b' ' | b'\t'));
    if before(text, end) == b']' {
        end -= 1;
    }
    let bare = end;
    if is_quote(before(text, end)) {
        end = run_back(text, end - 1, 15, |b| b == b'\\');
    } else if separator == Separator::Encoded && end >= 3 && has(text, end - 3, b"%22") {
        end -= 3;
    }
    // Nearly all that stands before a colon is no name that promises something: hours, schemes, words of a sentence.
    if !may_end(text, end) {
        return None;
    }
    let is_quoted = end != bare;
    let start = run_back(text, end, LONGEST, is_name);
    let trimmed = run(part(text, 0, end), start, |b| matches!(b, b'.' | b'-'));
    (trimmed < end).then_some(Name { range: trimmed..end, is_quoted, quote: end..bare })
}

/// What a name promises, in view of what stands around it.
fn judge(text: &[u8], name: &Name) -> Option<SecretName> {
    let word = part(text, name.range.start, name.range.end);
    if word.eq_ignore_ascii_case(b"value") {
        return named_beside(text, name.range.start);
    }
    if is_exception(text, name) {
        return None;
    }
    if !name.is_quoted
        && let Some(found) = named_key(text, name)
    {
        return Some(found);
    }
    let secret = secret_name(word)?;
    let is_parameter = matches!(before(text, name.range.start), b'?' | b'&')
        || (name.range.start >= 3 && has(text, name.range.start - 3, b"%26"))
        || (name.range.start >= 5 && has(text, name.range.start - 5, b"&amp;"));
    match secret.promise {
        Promise::Parameter | Promise::LongParameter if !is_parameter => None,
        _ => Some(secret),
    }
}

/// Whether a name is that of an exception, which its message follows: `InvalidPassword: …`.
fn is_exception(text: &[u8], name: &Name) -> bool {
    let starts = [&b"Invalid"[..], b"Wrong", b"Bad", b"Missing", b"Expired", b"Incorrect"];
    let word = part(text, name.range.start, name.range.end);
    !name.is_quoted
        && part(text, name.range.end, name.range.end + 2) == b": "
        && starts.iter().any(|start| word.starts_with(start))
}

/// `API Key: …`, `Access key = …`: a key whose kind is the word before it.
fn named_key(text: &[u8], name: &Name) -> Option<SecretName> {
    let Range { start, end } = name.range;
    if end - start != 3 || !has(text, start, b"key") || before(text, start) != b' ' {
        return None;
    }
    let first = run_back(text, start - 1, 16, |b| b.is_ascii_alphabetic());
    let word = part(text, first, start - 1);
    [&b"api"[..], b"access", b"secret", b"private", b"signing", b"encryption", b"account"]
        .iter()
        .any(|kind| word.eq_ignore_ascii_case(kind))
        .then_some(SecretName { promise: Promise::Secret, kind: Kind::NamedSecret })
}

/// The secret that a `value` at `start` is, by what it is beside: `"name": "password", "value"`, or the same in YAML.
fn named_beside(text: &[u8], start: usize) -> Option<SecretName> {
    let is_between = |b: u8| is_space(b) || is_quote(b) || matches!(b, b'\\' | b',' | b'-');
    let end = run_back(text, start, 32, is_between);
    if !part(text, end, start).iter().any(|b| matches!(b, b',' | b'\n')) {
        return None;
    }
    let first = run_back(text, end, LONGEST, is_name);
    let label = run_back(text, first, 16, |b| is_space(b) || is_quote(b) || matches!(b, b'\\' | b':'));
    let is_label = [&b"name"[..], b"key", b"Name", b"Key"].iter().any(|word| part(text, 0, label).ends_with(word));
    if !is_label || !part(text, label, first).contains(&b':') {
        return None;
    }
    secret_name(part(text, first, end))
        .filter(|secret| !matches!(secret.promise, Promise::Parameter | Promise::LongParameter))
}

/// Where the value begins: behind `=`, `==`, `=>`, `:=` and spaces; on the next line only after a quoted name.
fn value_after(text: &[u8], next: usize, name: &Name) -> usize {
    let value = run(text, next, |b| matches!(b, b'=' | b'>'));
    let value = if value > next + 2 { next } else { value };
    let spaces = run(text, value, |b| matches!(b, b' ' | b'\t'));
    let all = run(text, value, is_space);
    if name.is_quoted && (is_quote(at(text, all)) || at(text, all) == b'\\') { all } else { spaces }
}

/// Whether name and separator make a pair at all, before the value is looked at.
fn is_believable(text: &[u8], name: &Name, secret: SecretName, separator: Separator, gap: Range<usize>) -> bool {
    let first = before(text, name.range.start);
    // `https://host/oauth/token: 401`, `/var/run/secrets/token: no such file`.
    let is_path = separator == Separator::Colon && !name.is_quoted && first == b'/';
    let is_port =
        secret.promise == Promise::Topic && gap.is_empty() && separator == Separator::Colon && !name.is_quoted;
    let is_address = separator == Separator::Colon && has(text, gap.end, b"//");
    let word = run_back(text, name.range.start, 12, |b| b == b' ' || b.is_ascii_alphabetic());
    let said = part(text, word, name.range.start).trim_ascii();
    let is_unexpected = said.last_chunk::<8>().is_some_and(|last| last.eq_ignore_ascii_case(b"expected"));
    !(is_path || is_port || is_address || is_unexpected)
}

/// Takes the value out unless it is harmless; says where to look on.
fn take(text: &[u8], name: &Name, secret: SecretName, separator: Separator, found: Extent, edits: &mut Edits) -> usize {
    let SecretName { promise, kind } = secret;
    if found.form == Form::Object {
        if promise != Promise::Cookies || at(text, found.start) != b'{' {
            return found.start;
        }
        let end = brace_end(text, found.start);
        if !is_harmless(part(text, found.start + 1, end), promise) {
            edits.push(found.start + 1, end, kind);
        }
        return end;
    }
    let Extent { start, mut end, form } = found;
    let word = part_of(text, name);
    let is_directory = word.eq_ignore_ascii_case(b"pwd") || word.eq_ignore_ascii_case(b"oldpwd");
    if is_directory && at(text, start) == b'/' {
        return start;
    }
    let credential = behind_scheme(text, start..end, form, promise);
    let has_scheme = credential.start != start;
    let value = part(text, credential.start, credential.end);
    if is_harmless(value, promise) {
        return start;
    }
    if form == Form::Bare {
        let is_sentence =
            separator == Separator::Colon && !name.is_quoted && part(text, name.range.end, name.range.end + 2) == b": ";
        let promise = if has_scheme && promise != Promise::Topic { Promise::Secret } else { promise };
        if is_sentence && is_prose(value, text, credential.end, promise) {
            return start;
        }
        if promise == Promise::Cookies && value.contains(&b'=') {
            end = cookies_end(text, start);
        } else if separator == Separator::Equals {
            end = field_end(text, name, end);
        }
    }
    let end = if has_scheme { credential.end } else { end };
    // A number of JSON becomes a text of JSON.
    let is_number =
        form == Form::Bare && value.iter().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let quote = if is_number && name.is_quoted && separator == Separator::Colon { name.quote.clone() } else { 0..0 };
    edits.push_in_quotes(credential.start, end, kind, quote);
    end
}

/// The end of a field of a connection string, whose values may have spaces in them: `Password=two words;Database=…`.
fn field_end(text: &[u8], name: &Name, end: usize) -> usize {
    let first = before(text, name.range.start);
    let is_titled = at(text, name.range.start).is_ascii_uppercase();
    if at(text, end) != b' ' || !(is_titled || first == 0 || first == b';' || is_quote(first)) {
        return end;
    }
    let next = run(part(text, 0, end + WINDOW), end, |b| !matches!(b, b';' | b'=' | b',' | b'"' | b'\n'));
    if at(text, next) == b';' && names_next(text, next + 1) { next } else { end }
}

/// The credential behind its scheme, if the value begins with one: `Bearer …`. Of the schemes with parameters it is all of
/// them.
pub(super) fn behind_scheme(text: &[u8], value: Range<usize>, form: Form, promise: Promise) -> Range<usize> {
    let word = run_word(part(text, 0, value.start + LONGEST_SCHEME + 1), value.start, |b| b == b'-');
    if !matches!(at(text, word), b' ' | b'\t') {
        return value;
    }
    let scheme = part(text, value.start, word);
    let count = if promise == Promise::Authorization { SCHEMES.len() } else { COMMON_SCHEMES };
    let known = SCHEMES.iter().take(count).find(|known| scheme.eq_ignore_ascii_case(known));
    let next = run(text, word, |b| matches!(b, b' ' | b'\t'));
    let (Some(known), true) = (known, next > word && next < text.len() && at(text, next) != b'\n') else {
        return value;
    };
    if form != Form::Bare {
        return if next < value.end { next..value.end } else { value };
    }
    let has_parameters = matches!(*known, b"digest" | b"oauth" | b"hawk" | b"signature" | b"aws4-hmac-sha256");
    let line = run(text, next, |b| b != b'\n');
    let end = if has_parameters { run_back(text, line, line - next, is_space) } else { bare_end(text, next) };
    next..end.max(next)
}

/// Whether a parameter's value looks like a secret: long, with letters and digits.
fn looks_secret(window: &[u8]) -> bool {
    let end = run(window, 0, |b| is_name(b) || matches!(b, b'%' | b'+' | b'/' | b'~'));
    let value = part(window, 0, end);
    value.len() >= 20 && value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
}

/// Looks at the value of a YAML key that stands on the lines below it, further in: `password:`, `password: |`.
fn find_block(text: &[u8], name: &Name, value: usize, kind: Kind, edits: &mut Edits) {
    let is_literal = matches!(at(text, value), b'|' | b'>');
    let line_end = run(text, value, |b| matches!(b, b'|' | b'>' | b'-' | b'+' | b'\r'));
    let indent = name.range.start - run_back(text, name.range.start, WINDOW, |b| b == b' ');
    if at(text, line_end) != b'\n' || name.is_quoted || !matches!(before(text, name.range.start - indent), 0 | b'\n') {
        return;
    }
    let mut line = line_end + 1;
    loop {
        let start = run(text, line, |b| b == b' ');
        let end = run(text, start, |b| !matches!(b, b'\n' | b'\r'));
        let found = part(text, start, end);
        // Below a key also stand what is wrong with it, and lists of that: of these no line is one word.
        let is_word = !found.iter().any(|b| is_space(*b)) && !found.ends_with(b":");
        if start - line <= indent || start == end || !(is_literal || is_word) || is_harmless(found, Promise::Secret) {
            return;
        }
        edits.push(start, end, kind);
        line = run(text, end, |b| b == b'\r') + 1;
        if !is_literal || line >= text.len() {
            return;
        }
    }
}

/// Looks at a field of a form as `multipart/form-data` sends it: `name="password"`, an empty line, the value. `from` is the
/// place behind the `=`.
fn find_form_field(text: &[u8], from: usize, edits: &mut Edits) -> usize {
    let end = run(part(text, 0, from + LONGEST), from + 1, is_name);
    let line = run(text, end + 1, |b| b == b'\r') + 1;
    let value = run(text, line, |b| b == b'\r') + 1;
    let has_gap = at(text, line - 1) == b'\n' && at(text, value - 1) == b'\n';
    if at(text, from) != b'"' || at(text, end) != b'"' || !has_gap {
        return from;
    }
    if let Some(secret) = secret_name(part(text, from + 1, end)).filter(|secret| secret.promise == Promise::Secret) {
        let end = run(text, value, |b| !matches!(b, b'\n' | b'\r'));
        if !is_harmless(part(text, value, end), Promise::Secret) {
            edits.push(value, end, secret.kind);
        }
    }
    from
}
