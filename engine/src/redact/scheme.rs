//! Credentials behind the name of their scheme, where no header names them: `with Bearer …`.

use super::ascii::{at, begins, is_space, part, run, run_word};
use super::edit::Edits;
use super::kind::Kind;

/// How much of a credential is looked at to say whether it is one.
const WINDOW: usize = 512;

/// Looks at the credential behind a scheme, whose word begins at `place` and is `width` long; says where to look on.
///
/// Prose speaks of schemes too (`Bearer token expired`, `Basic authentication`), so the credential has to look like one.
pub(super) fn find(text: &[u8], place: usize, width: usize, edits: &mut Edits) -> usize {
    let word = place + width;
    let mut start = run(text, word, |b| matches!(b, b' ' | b'\t' | b':' | b'+'));
    if part(text, start, start + 3) == b"%20" {
        start += 3;
    }
    if !begins(text, place) || start == word {
        return word;
    }
    let joins = |b: u8| matches!(b, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=');
    let credential = part(text, start, run_word(part(text, 0, start + WINDOW), start, joins));
    let credential = credential.strip_suffix(b".").unwrap_or(credential);
    let has_digit = credential.iter().any(u8::is_ascii_digit);
    let has_letter = credential.iter().any(u8::is_ascii_alphabetic);
    let is_secret = match at(text, place) | 0x20 {
        b'b' if part(text, place, word).eq_ignore_ascii_case(b"basic") => is_basic(credential),
        b'b' => {
            let has_both =
                credential.iter().any(u8::is_ascii_uppercase) && credential.iter().any(u8::is_ascii_lowercase);
            (has_digit && credential.len() >= 6) || (credential.len() >= 24 && has_both)
        }
        _ => has_digit && has_letter && credential.len() >= 20,
    };
    if is_secret && (is_space(at(text, word)) || at(text, start) != b'/') {
        let end = run_word(text, start, joins);
        let dots = part(text, start, end).iter().rev().take_while(|b| **b == b'.').count();
        edits.push(start, end - dots, Kind::Credential);
        return end;
    }
    word
}

/// Whether this is the base64 of `user:password`.
fn is_basic(credential: &[u8]) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut has_colon = false;
    for b in credential.iter().take_while(|b| **b != b'=') {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = (bits << 6) | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            let byte = (bits >> count) & 0xff;
            if byte < 0x20 {
                return false;
            }
            has_colon |= byte == u32::from(b':');
        }
    }
    credential.len() >= 6 && has_colon
}
