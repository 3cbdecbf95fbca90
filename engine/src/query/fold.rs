//! Texts compared without regard to case.
//!
//! Cloud Logging compares texts after NFKC case folding. Here each character is folded by itself: ASCII as usual, others to
//! their lower-case letter where that is one letter and not an ASCII one (`K`, the sign for kelvin, stays), and the two small
//! sigmas are one. That needs no table and no allocation; what differs are compositions (`é` as one or two characters) and
//! compatibility forms (`ﬁ`). An ASCII character is equal only to an ASCII character, on which [`super::literals`] relies.

use std::cmp::Ordering;

fn fold(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some('ς'), None) => 'σ',
        (Some(folded), None) if !folded.is_ascii() => folded,
        _ => c,
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().map(fold)
}

/// A text that others are compared with.
#[derive(Clone, Debug)]
pub(super) struct Needle {
    /// Folded.
    text: String,
    is_ascii: bool,
    /// The place of the byte that is rarest in logs, and its two cases.
    anchor: usize,
    anchor_bytes: (u8, u8),
}

impl Needle {
    pub(super) fn new(text: &str) -> Self {
        let text: String = folded(text).collect();
        let rarest = text.bytes().enumerate().max_by_key(|(at, b)| (rarity(*b), usize::MAX - at));
        let (anchor, byte) = rarest.unwrap_or((0, 0));
        let is_ascii = text.is_ascii();
        Self { text, is_ascii, anchor, anchor_bytes: (byte, byte.to_ascii_uppercase()) }
    }

    /// The text, folded.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether `text` is this.
    pub(super) fn equals(&self, text: &str) -> bool {
        if self.is_ascii {
            return self.text.eq_ignore_ascii_case(text);
        }
        folded(text).eq(self.text.chars())
    }

    /// How `text` stands to this.
    pub(super) fn order_of(&self, text: &str) -> Ordering {
        folded(text).cmp(self.text.chars())
    }

    /// Whether `text` has this in it.
    pub(super) fn is_in(&self, text: &str) -> bool {
        self.find(text, 0).is_some()
    }

    /// Where this is in `text`, from byte `from` on.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        if self.text.is_empty() {
            return (from <= text.len()).then_some((from, from));
        }
        if self.is_ascii { self.find_ascii(text.as_bytes(), from) } else { self.find_folded(text, from) }
    }

    fn find_ascii(&self, text: &[u8], from: usize) -> Option<(usize, usize)> {
        let length = self.text.len();
        let last = text.len().checked_sub(length)?;
        let (lower, upper) = self.anchor_bytes;
        let mut at = from;
        while at <= last {
            let window = text.get(at + self.anchor..=last + self.anchor)?;
            let skip =
                if lower == upper { memchr::memchr(lower, window) } else { memchr::memchr2(lower, upper, window) }?;
            at += skip;
            if text.get(at..at + length).is_some_and(|part| part.eq_ignore_ascii_case(self.text.as_bytes())) {
                return Some((at, at + length));
            }
            at += 1;
        }
        None
    }

    fn find_folded(&self, text: &str, from: usize) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        let first = self.text.chars().next()?;
        rest.char_indices().filter(|(_, c)| fold(*c) == first).find_map(|(at, _)| {
            let mut here = rest.get(at..)?.chars();
            let mut wanted = self.text.chars();
            if !wanted.all(|wanted| here.next().map(fold) == Some(wanted)) {
                return None;
            }
            Some((from + at, text.len() - here.as_str().len()))
        })
    }
}

/// How seldom a byte is in logs, roughly: letters and digits of English text and identifiers come last.
fn rarity(byte: u8) -> u8 {
    match byte {
        b' ' | b'e' | b't' | b'a' | b'o' | b'n' | b'i' | b's' | b'r' => 0,
        b'0' | b'1' | b'2' | b'-' | b'.' | b':' | b'/' | b'"' | b'_' | b'=' => 1,
        b'l' | b'd' | b'c' | b'u' | b'm' | b'p' | b'h' => 2,
        b'3'..=b'9' | b',' | b'g' | b'f' | b'b' | b'v' | b'y' => 3,
        b'w' | b'k' | b'x' => 4,
        _ => 5,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_within_and_beyond_ascii() {
        for (needle, text, found) in [
            ("ABC", "xxabcxx", true),
            ("", "", true),
            ("a", "", false),
            ("aab", "aaab", true),
            ("Größe", "die GRÖSSE", false),
            ("Größe", "die GRÖßE", true),
            ("ΣΊΣΥΦΟΣ", "ο σίσυφος", true),
            ("k", "\u{212a}", false),
            ("日本", "in 日本語", true),
            ("é", "É", true),
        ] {
            assert_eq!(Needle::new(needle).is_in(text), found, "{needle} in {text}");
        }
        assert_eq!(Needle::new("b").order_of("A"), Ordering::Less);
        assert!(Needle::new("ABC").equals("aBc") && !Needle::new("ABC").equals("aBcd"));
    }

    #[test]
    fn the_search_agrees_with_the_plain_one() {
        let texts = ["aXbXAx.b", "xx", "X.x", "", "..", "abcabcabd", "é.X"];
        for text in texts {
            for start in 0..text.len() {
                for end in start..=text.len() {
                    let Some(part) = text.get(start..end) else { continue };
                    assert!(Needle::new(&part.to_uppercase()).is_in(text), "{part} in {text}");
                }
            }
            for needle in ["q", "x.", "abd", "XBX", "bx"] {
                assert_eq!(Needle::new(needle).is_in(text), text.to_lowercase().contains(&needle.to_lowercase()));
            }
        }
    }
}
