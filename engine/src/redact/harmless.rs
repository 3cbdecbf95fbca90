//! Values that are no secrets although their name promises one.

use super::ascii::{at, is_name, is_space, part, run};
use super::name::Promise;

/// Values longer than this are never looked through: they are no words.
const LONGEST: usize = 96;

/// What stands where nothing is.
const NOTHING: [&[u8]; 19] = [
    b"true",
    b"false",
    b"null",
    b"none",
    b"nil",
    b"undefined",
    b"empty",
    b"unset",
    b"not_set",
    b"notset",
    b"n/a",
    b"na",
    b"nan",
    b"yes",
    b"no",
    b"omitted",
    b"hidden",
    b"masked",
    b"filtered",
];

/// What is said of a token or of authentication, rather than being one.
const STATES: [&[u8]; 47] = [
    b"enabled",
    b"disabled",
    b"on",
    b"off",
    b"required",
    b"optional",
    b"ok",
    b"success",
    b"successful",
    b"succeeded",
    b"failed",
    b"failure",
    b"invalid",
    b"valid",
    b"expired",
    b"missing",
    b"present",
    b"absent",
    b"unknown",
    b"anonymous",
    b"basic",
    b"bearer",
    b"digest",
    b"oauth",
    b"oauth2",
    b"jwt",
    b"saml",
    b"oidc",
    b"ldap",
    b"iam",
    b"mtls",
    b"denied",
    b"granted",
    b"rejected",
    b"error",
    b"pending",
    b"revoked",
    b"refreshed",
    b"malformed",
    b"default",
    b"internal",
    b"external",
    b"permissive",
    b"strict",
    b"unauthorized",
    b"unauthenticated",
    b"authenticated",
];

/// Words that a sentence goes on with after a colon.
const PROSE: [&[u8]; 115] = [
    b"a",
    b"an",
    b"the",
    b"this",
    b"that",
    b"it",
    b"its",
    b"your",
    b"you",
    b"we",
    b"i",
    b"is",
    b"was",
    b"are",
    b"were",
    b"be",
    b"been",
    b"must",
    b"should",
    b"shall",
    b"can",
    b"cannot",
    b"can't",
    b"could",
    b"couldn't",
    b"will",
    b"won't",
    b"would",
    b"may",
    b"might",
    b"do",
    b"does",
    b"did",
    b"didn't",
    b"has",
    b"have",
    b"had",
    b"not",
    b"no",
    b"non",
    b"at",
    b"in",
    b"on",
    b"of",
    b"for",
    b"from",
    b"to",
    b"with",
    b"without",
    b"by",
    b"as",
    b"and",
    b"or",
    b"if",
    b"when",
    b"while",
    b"after",
    b"before",
    b"because",
    b"too",
    b"only",
    b"please",
    b"unable",
    b"access",
    b"permission",
    b"permissions",
    b"authentication",
    b"authorization",
    b"request",
    b"response",
    b"required",
    b"field",
    b"value",
    b"string",
    b"str",
    b"type",
    b"length",
    b"invalid",
    b"wrong",
    b"incorrect",
    b"bad",
    b"missing",
    b"expired",
    b"expires",
    b"failed",
    b"failure",
    b"failing",
    b"fail",
    b"error",
    b"errors",
    b"denied",
    b"forbidden",
    b"unauthorized",
    b"malformed",
    b"unknown",
    b"unexpected",
    b"unsupported",
    b"revoked",
    b"rejected",
    b"refused",
    b"mismatch",
    b"found",
    b"got",
    b"expected",
    b"using",
    b"reading",
    b"loading",
    b"fetching",
    b"refreshing",
    b"rotating",
    b"rotated",
    b"timeout",
    b"timed",
    b"jwt",
    b"optional",
];

/// Whether a whole value is none, or a mask, or a word that says something about the secret.
pub(super) fn is_harmless(value: &[u8], promise: Promise) -> bool {
    let value = value.trim_ascii();
    if value.is_empty() {
        return true;
    }
    if value.len() > LONGEST {
        return false;
    }
    let is_word = |list: &[&[u8]]| list.iter().any(|word| value.eq_ignore_ascii_case(word));
    let says_state = !matches!(promise, Promise::Secret | Promise::Cookies) && is_word(&STATES);
    is_word(&NOTHING) || says_state || is_mask(value) || is_placeholder(value) || is_resource(value)
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
    let inner = |open: &[u8], close: &[u8]| value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    let is_names = |inside: &[u8]| {
        !inside.is_empty()
            && inside.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.' | b' ' | b':' | b'/'))
    };
    let forms: [(&[u8], &[u8]); 6] =
        [(b"${", b"}"), (b"$(", b")"), (b"{{", b"}}"), (b"{", b"}"), (b"%(", b")s"), (b"<", b">")];
    forms.iter().any(|(open, close)| inner(open, close).is_some_and(is_names))
        || matches!(value, b"%s" | b"%v" | b"%q" | b"%r" | b"{}" | b"[]" | b"()")
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
    if PROSE.iter().any(|known| word.eq_ignore_ascii_case(known)) {
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
    const ROOTS: [&[u8]; 22] = [
        b"self",
        b"cls",
        b"this",
        b"os",
        b"process",
        b"request",
        b"req",
        b"config",
        b"settings",
        b"env",
        b"args",
        b"kwargs",
        b"ctx",
        b"context",
        b"options",
        b"opts",
        b"params",
        b"data",
        b"payload",
        b"form",
        b"app",
        b"super",
    ];
    let word = run(window, 0, |b| b.is_ascii_alphanumeric() || b == b'_');
    let root = window.get(..word).unwrap_or(&[]);
    let next = at(window, word);
    if root.eq_ignore_ascii_case(name) && (next == 0 || is_space(next) || matches!(next, b',' | b')')) {
        return true;
    }
    if !root.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
        return false;
    }
    if matches!(next, b'.' | b'[') && ROOTS.contains(&root) {
        return true;
    }
    let call = run(window, 0, |b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'));
    let is_lower = root.iter().any(|b| *b == b'_' || b.is_ascii_lowercase());
    let has_digit = window.get(..call).is_some_and(|name| name.iter().any(u8::is_ascii_digit));
    call < LONGEST && at(window, call) == b'(' && is_lower && !has_digit
}
