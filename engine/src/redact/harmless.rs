//! Values that are no secrets although their name promises one.

use std::sync::LazyLock;

use super::ascii::{at, is_name, is_space, part, run, run_word};
use super::name::Promise;

/// Values longer than this are never looked through: they are no words.
const LONGEST: usize = 96;

/// Words that are looked for as a whole.
type Words = LazyLock<Vec<&'static str>>;

/// What stands where nothing is.
static NOTHING: Words = LazyLock::new(|| {
    "true false null none nil undefined empty unset not_set notset n/a na nan yes no omitted hidden masked \
     filtered"
        .split(' ')
        .collect()
});

/// What is said of a token or of authentication, rather than being one.
static STATES: Words = LazyLock::new(|| {
    "enabled disabled on off required optional ok success successful succeeded failed failure invalid valid \
     expired missing present absent unknown anonymous basic bearer digest oauth oauth2 jwt saml oidc ldap iam \
     mtls denied granted rejected error pending revoked refreshed malformed default internal external \
     permissive strict unauthorized unauthenticated authenticated"
        .split(' ')
        .collect()
});

/// Words that a sentence goes on with after a colon.
static PROSE: Words = LazyLock::new(|| {
    "a an the this that it its your you we i is was are were be been must should shall can cannot can't could \
     couldn't will won't would may might do does did didn't has have had not no non at in on of for from to \
     with without by as and or if when while after before because too only please unable access permission \
     permissions authentication authorization request response required field value string str type length \
     invalid wrong incorrect bad missing expired expires failed failure failing fail error errors denied \
     forbidden unauthorized malformed unknown unexpected unsupported revoked rejected refused mismatch found \
     got expected using reading loading fetching refreshing rotating rotated timeout timed jwt optional all \
     set changed updated reset sent created stored loaded generated validation verification accepted login"
        .split(' ')
        .collect()
});

/// Whether a whole value is none, or a mask, or a word that says something about the secret.
pub(super) fn is_harmless(value: &[u8], promise: Promise) -> bool {
    let value = value.trim_ascii();
    if value.is_empty() || value == b"REDACTED" {
        return true;
    }
    if value.len() > LONGEST {
        return false;
    }
    let is_word = |list: &Words| is_one_of(value, list);
    let says_state = !matches!(promise, Promise::Secret | Promise::Cookies) && is_word(&STATES);
    // Of these, names are counted as well: `pass=5 fail=1`, `retry_token: 3`.
    let is_count =
        matches!(promise, Promise::Token | Promise::Topic) && value.len() <= 3 && value.iter().all(u8::is_ascii_digit);
    is_count || is_word(&NOTHING) || says_state || is_mask(value) || is_placeholder(value) || is_resource(value)
}

fn is_one_of(word: &[u8], list: &Words) -> bool {
    word.len() <= 16 && list.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}

/// `***`, `xxxx`, `…`, `<redacted>`, `[FILTERED]`.
fn is_mask(value: &[u8]) -> bool {
    let is_dots =
        value.iter().all(|b| matches!(b, b'*' | b'.' | b'-' | b'?' | b'#' | b'_' | 0xe2 | 0x80 | 0xa6 | 0xa2));
    let is_crosses = value.len() >= 3 && value.iter().all(|b| matches!(b, b'x' | b'X' | b'*'));
    let from = run(value, 0, |b| !b.is_ascii_alphanumeric());
    let word = value.get(from..).unwrap_or(&[]);
    let to = word.iter().rposition(u8::is_ascii_alphanumeric).map_or(0, |last| last + 1);
    let word = word.get(..to).unwrap_or(&[]);
    let is_said = [&b"redacted"[..], b"filtered", b"hidden", b"masked", b"removed", b"sensitive", b"null", b"none"]
        .iter()
        .any(|mask| word.eq_ignore_ascii_case(mask));
    is_dots || is_crosses || is_said
}

/// `${DB_PASSWORD}`, `$(pass)`, `{{ token }}`, `{password}`, `%s`, `%(pw)s`, `<your token>`, `$SECRET`, `?`.
fn is_placeholder(value: &[u8]) -> bool {
    // Most values are told by their first sign.
    if !matches!(value.first(), Some(b'$' | b'{' | b'%' | b'<' | b'[' | b'(' | b':')) {
        return false;
    }
    let inner = |open: &[u8], close: &[u8]| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let is_names = |inside: &[u8]| {
        !inside.is_empty()
            && inside.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.' | b' ' | b':' | b'/'))
    };
    let forms: [(&[u8], &[u8]); 6] =
        [(b"${", b"}"), (b"$(", b")"), (b"{{", b"}}"), (b"{", b"}"), (b"%(", b")s"), (b"<", b">")];
    forms.iter().any(|(open, close)| inner(open, close).is_some_and(is_names))
        || matches!(value, b"%s" | b"%v" | b"%q" | b"%r" | b"{}" | b"[]" | b"()" | b"{{" | b"{{-" | b"${{")
        || value
            .strip_prefix(b":")
            .is_some_and(|name| name.len() >= 2 && name.iter().all(|b| b.is_ascii_alphabetic() || *b == b'_'))
        || value
            .strip_prefix(b"$")
            .is_some_and(|name| !name.is_empty() && name.iter().all(|b| b.is_ascii_uppercase() || *b == b'_'))
}

/// The name of a secret in a store, which lets nobody in.
fn is_resource(value: &[u8]) -> bool {
    let is_path = value.starts_with(b"projects/") && value.windows(9).any(|part| part == b"/secrets/");
    is_path || value.starts_with(b"arn:aws:secretsmanager:") || value.starts_with(b"sm://")
}

/// Whether a sentence goes on where a value could stand: `token: has expired`. `value` is the first word.
pub(super) fn is_prose(value: &[u8], text: &[u8], end: usize, promise: Promise) -> bool {
    let word = value.trim_ascii_end();
    let word = word.strip_suffix(b",").or(word.strip_suffix(b";")).or(word.strip_suffix(b":")).unwrap_or(word);
    let word = word.strip_suffix(b".").or(word.strip_suffix(b"!")).or(word.strip_suffix(b"?")).unwrap_or(word);
    if word.len() > 24 {
        return false;
    }
    if is_one_of(word, &PROSE) {
        return true;
    }
    let is_plain = word.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'\'' | b'-' | b'_'));
    let goes_on = at(text, end) == b' ' && at(text, end + 1).is_ascii_alphabetic() && !names_next(text, end + 1);
    match promise {
        Promise::Token | Promise::Authorization => is_plain && goes_on,
        Promise::Topic => is_plain || word.iter().all(u8::is_ascii_digit),
        Promise::Cookies => !word.contains(&b'='),
        _ => false,
    }
}

/// Whether a name with its `=` or `:` stands at a place, perhaps of several words as in `User Id=`.
pub(super) fn names_next(text: &[u8], from: usize) -> bool {
    let is_mark = |b: u8| matches!(b, b'"' | b'\'' | b'\\');
    let mut place = run(text, from, is_mark);
    for _ in 0..3 {
        let end = run(part(text, 0, place + 40), place, |b| is_name(b) || b == b'$');
        let next = run(text, end, is_mark);
        let behind = run(text, next, |b| b == b' ');
        if end == place || end == place + 40 {
            return false;
        }
        let word = part(text, place, end);
        let is_word = word.iter().all(u8::is_ascii_alphabetic) && word.first().is_some_and(u8::is_ascii_uppercase);
        if matches!(at(text, behind), b'=' | b':') && (behind == next || is_word) {
            return true;
        }
        if behind != end + 1 || !is_word {
            return false;
        }
        place = behind;
    }
    false
}

/// Whether a value, of which this is the beginning, is a piece of a program, as stack traces show them: `password = get_password(user)`,
/// `token=self.token`, `password=password`.
pub(super) fn is_code(window: &[u8], name: &[u8]) -> bool {
    static ROOTS: Words = LazyLock::new(|| {
        "self cls this os process request req config settings env args kwargs ctx context options opts params \
         data payload form app super"
            .split(' ')
            .collect()
    });
    static FUNCTIONS: Words = LazyLock::new(|| {
        "str int len get getpass input format bytes repr encode decode string open read".split(' ').collect()
    });
    let word = run_word(window, 0, |b| b == b'_');
    let root = window.get(..word).unwrap_or(&[]);
    let next = at(window, word);
    if root.eq_ignore_ascii_case(name) && (next == 0 || is_space(next) || matches!(next, b',' | b')')) {
        return true;
    }
    if !root.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
        return false;
    }
    let chain = run_word(window, word, |b| matches!(b, b'_' | b'.'));
    let path = part(window, 0, chain);
    let behind = at(window, chain);
    if path.iter().any(u8::is_ascii_digit) || chain >= LONGEST {
        return false;
    }
    if matches!(next, b'.' | b'[') && is_one_of(root, &ROOTS) && !path.ends_with(b".") {
        // A password may begin like code; code ends with what ends a statement or an argument.
        let after = at(window, run(window, chain, |b| matches!(b, b',' | b')' | b';')));
        return match behind {
            b'[' => matches!(at(window, chain + 1), b'"' | b'\'' | b'\\' | b'`'),
            b'(' => closes(window, chain),
            _ => after == 0 || is_space(after),
        };
    }
    let has_hump = path.windows(2).any(|two| matches!(two, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
    let is_function =
        (has_hump && chain >= 6) || path.contains(&b'_') || path.contains(&b'.') || is_one_of(path, &FUNCTIONS);
    behind == b'(' && is_function && closes(window, chain)
}

/// Whether a bracket is closed soon, and nothing comes right behind that could belong to a password.
fn closes(window: &[u8], bracket: usize) -> bool {
    let mut depth = 0_usize;
    for (place, b) in window.iter().enumerate().skip(bracket) {
        match b {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'\n' => return false,
            _ => {}
        }
        if depth == 0 {
            let next = at(window, place + 1);
            return next == 0 || is_space(next) || matches!(next, b',' | b')' | b'.' | b';' | b'[' | b':');
        }
    }
    false
}
