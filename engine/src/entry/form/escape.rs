//! Strings with escapes.

use std::borrow::Cow;

use memchr::memchr;

use super::super::tape::Node;
use super::parsed;

/// The node of a string with escapes, its quotes included, as the parser reads it.
///
/// Escapes are read here, which takes a fraction of the time in which the parser is set up; where one is odd (half of a pair of
/// surrogates, or none of JSON's), it is left to the parser to say what becomes of it.
pub(super) fn string(quoted: &str) -> Option<Node<'_>> {
    match quoted.get(1..quoted.len().checked_sub(1)?).and_then(unescaped) {
        Some(text) => Some(Node::Text(Cow::Owned(text))),
        None => parsed(quoted).filter(|node| matches!(node, Node::Text(_))),
    }
}

/// What the inside of a string stands for, if all its escapes are plain.
fn unescaped(inside: &str) -> Option<String> {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (before, escape) = rest.split_at_checked(at)?;
        text.push_str(before);
        let (sign, length) = sign(escape.as_bytes())?;
        text.push(sign);
        rest = escape.get(length..)?;
    }
    text.push_str(rest);
    Some(text)
}

/// What the escape stands for that some bytes begin with, and how long it is.
fn sign(bytes: &[u8]) -> Option<(char, usize)> {
    let sign = match bytes.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(bytes),
        _ => return None,
    };
    Some((sign, 2))
}

/// The same for one that gives the number of a character, or of two that make a pair.
fn unicode(bytes: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = bytes.get(at..)?.strip_prefix(b"\\u")?.first_chunk::<4>()?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    };
    let first = unit(0)?;
    if let Some(sign) = char::from_u32(first) {
        return Some((sign, 6));
    }
    let second = unit(6).filter(|second| (0xdc00..0xe000).contains(second))?;
    let pair = first.checked_sub(0xd800).filter(|high| *high < 0x400)? << 10 | (second - 0xdc00);
    Some((char::from_u32(0x10000 + pair)?, 12))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn strings_are_read_as_the_parser_reads_them(
            inside in r#"([a-c ]|é|🔑|\\["\\/bfnrtxu0]|\\u(00[0-9a-fA-F]{2}|d[89abAB][0-9a-f]{2}|D[c-fC-F][0-9a-f]{2}|[0-9a-f]{3,4})){0,8}"#,
        ) {
            let quoted = format!("\"{inside}\"");
            let slow = parsed(&quoted).filter(|node| matches!(node, Node::Text(_)));
            prop_assert_eq!(string(&quoted), slow.clone());
            if let Some(text) = unescaped(&inside) {
                prop_assert_eq!(Some(Node::Text(text.into())), slow);
            }
        }
    }
}
