//! Where strings end.

use wide::u8x16;

/// How many bytes are looked at together.
const STEP: usize = 16;

/// Where the first byte is that ends a string whose inside some bytes begin with, or is not just itself in it.
#[inline]
pub(super) fn first_sign(bytes: &[u8]) -> Option<usize> {
    let mut rest = bytes;
    while let Some((step, behind)) = rest.split_first_chunk::<STEP>() {
        let signs = signs(*step);
        if signs != 0 {
            return Some(bytes.len() - rest.len() + signs.trailing_zeros() as usize);
        }
        rest = behind;
    }
    let mut last = [b'0'; STEP];
    last.get_mut(..rest.len())?.copy_from_slice(rest);
    let signs = signs(last);
    (signs != 0).then(|| bytes.len() - rest.len() + signs.trailing_zeros() as usize)
}

/// A bit for each byte that is a quote, the beginning of an escape, or a control character, which JSON's strings have none of.
#[inline(always)]
fn signs(step: [u8; STEP]) -> u32 {
    let bytes = u8x16::new(step);
    let is = |byte| bytes.simd_eq(u8x16::splat(byte));
    let last_control = u8x16::splat(b' ' - 1);
    (is(b'"') | is(b'\\') | bytes.max(last_control).simd_eq(last_control)).to_bitmask()
}

/// How long the string is whose inside some bytes begin with, and whether it has escapes; nothing where it does not end, or has a
/// control character in it.
#[inline]
pub(super) fn end(bytes: &[u8]) -> Option<(usize, bool)> {
    let first = first_sign(bytes)?;
    match bytes.get(first)? {
        b'"' => Some((first, false)),
        b'\\' => end_behind(bytes, first),
        _ => None,
    }
}

/// The same where the first escape is known.
#[cold]
fn end_behind(bytes: &[u8], mut escape: usize) -> Option<(usize, bool)> {
    loop {
        let from = escape + 2;
        // What is escaped is looked at as well: it may be a control character.
        if bytes.get(escape + 1)?.is_ascii_control() {
            return None;
        }
        escape = from + first_sign(bytes.get(from..)?)?;
        match bytes.get(escape)? {
            b'"' => return Some((escape, true)),
            b'\\' => {}
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_sign_is_found_wherever_it_is(bytes in prop::collection::vec(prop_oneof![any::<u8>(), b' '..=b'~'], 0..80)) {
            let is_sign = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < b' ';
            prop_assert_eq!(first_sign(&bytes), bytes.iter().position(is_sign));
        }

        #[test]
        fn strings_end_where_the_parser_says(inside in r#"([a-z ]|é|\\["\\n]|\\u00e9|\PC|[\x00-\x1f]|"){0,40}"#) {
            let quoted = format!("\"{inside}\"");
            let mut values = serde_json::Deserializer::from_str(&quoted).into_iter::<String>();
            let is_read = matches!(values.next(), Some(Ok(_)));
            match end(&quoted.as_bytes()[1..]) {
                Some((length, has_escapes)) if is_read => {
                    prop_assert_eq!(values.byte_offset(), length + 2);
                    prop_assert_eq!(has_escapes, quoted[..length + 2].contains('\\'));
                }
                end => prop_assert!(!is_read || end.is_some()),
            }
        }
    }
}
