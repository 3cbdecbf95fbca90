//! How text is cut: by one look at each byte into a table.

use super::WILDCARD;

/// A letter, or any byte of a character beyond ASCII.
pub(super) const WORD: u8 = 0;
/// A digit.
pub(super) const DIGIT: u8 = 1;
/// `@` and `\`, which no word holds.
pub(super) const SIGN: u8 = 2;
/// `/`
pub(super) const SLASH: u8 = 4;
/// `.`
pub(super) const DOT: u8 = 8;
/// `*`, which redaction leaves.
pub(super) const STAR: u8 = 16;
/// White space and control characters.
pub(super) const SPACE: u8 = 32;
/// Signs that end a token and stay in the skeleton.
pub(super) const DELIMITER: u8 = 64;
/// What ends a token.
pub(super) const BREAK: u8 = SPACE | DELIMITER;

static CLASSES: [u8; 256] = classes();

#[expect(clippy::indexing_slicing, reason = "evaluated when compiled, over the table's own length")]
#[expect(clippy::cast_possible_truncation, reason = "the table has as many places as a byte has values")]
const fn classes() -> [u8; 256] {
    let mut table = [WORD; 256];
    let mut at = 0;
    while at < table.len() {
        table[at] = match at as u8 {
            b'0'..=b'9' => DIGIT,
            b'@' | b'\\' => SIGN,
            b'/' => SLASH,
            b'.' => DOT,
            b'*' => STAR,
            0..=b' ' | 0x7f => SPACE,
            b'=' | b':' | b',' | b';' | b'|' | b'"' | b'\'' | b'`' => DELIMITER,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'<' | b'>' => DELIMITER,
            _ => WORD,
        };
        at += 1;
    }
    table
}

/// What a byte is.
pub(super) fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(WORD)
}

/// Whether a byte ends tokens.
pub(super) fn is_break(byte: u8) -> bool {
    class(byte) & BREAK != 0
}

/// Whether the text begins with three equal signs, as rulers and the leaders of tables do.
pub(super) fn is_leader(text: &[u8]) -> bool {
    matches!(text, [a @ (b'.' | b'-' | b'*' | b'_' | b'#' | b'~'), b, c, ..] if a == b && b == c)
}

/// Whether `::` between names stands here, as in `std::io`: it is part of the word.
pub(super) fn is_scope(text: &[u8], at: usize) -> bool {
    let is_name = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
    text.get(at..at + 2) == Some(b"::")
        && is_name(text.get(at + 2))
        && is_name(at.checked_sub(1).and_then(|before| text.get(before)))
}

/// Cuts a skeleton into words, wildcards, leaders and single signs; together they are the skeleton.
///
/// Where a sign such as `-` stands for itself, it is a word of its own.
pub(super) fn tokens(skeleton: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = skeleton;
    while let Some(first) = rest.bytes().next() {
        let length = if rest.starts_with(WILDCARD) {
            WILDCARD.len()
        } else if is_break(first) {
            1
        } else {
            length_of_word(rest.as_bytes())
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

fn length_of_word(text: &[u8]) -> usize {
    if is_leader(text) {
        return 3;
    }
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        if is_scope(text, at) {
            at += 2;
        } else if is_break(*byte) || text.get(at..).is_some_and(is_leader) {
            break;
        } else {
            at += 1;
        }
    }
    at
}

/// Whether a token is a word, rather than a wildcard or signs.
pub(super) fn is_word(token: &str) -> bool {
    token != WILDCARD && token.chars().any(char::is_alphabetic)
}

/// Whether a sign may stand within a value of several parts: `10.0.0.1:80, 7`.
pub(super) fn is_joiner(byte: u8) -> bool {
    matches!(
        byte,
        b' ' | b',' | b':' | b';' | b'.' | b'/' | b'-' | b'_' | b'+' | b'|' | b'&' | b'=' | b'#' | b'~' | b'^' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_words_wildcards_leaders_and_single_signs() {
        let cut = tokens("wait <*>....<*> (a-b, 'c'):<*>");
        assert_eq!(
            cut,
            ["wait", " ", "<*>", "...", ".", "<*>", " ", "(", "a-b", ",", " ", "'", "c", "'", ")", ":", "<*>"]
        );
        assert!(tokens("").is_empty());
        assert_eq!(tokens("wörter --- é"), ["wörter", " ", "---", " ", "é"]);
    }
}
