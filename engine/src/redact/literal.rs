//! Finding any of some hundred literals in short texts.
//!
//! The texts of log entries are some thirty bytes long on average, and nearly none holds any of the literals. An automaton
//! pays for every byte, and searchers with vector instructions for every call; this looks at three bytes at every second
//! place and asks a table of 65 536 bits whether a literal could begin there, just before or just behind.

use super::ascii::is_base64url;

/// The literals to look for, each at least three bytes long.
#[derive(Debug)]
pub(super) struct Literals {
    /// By a hash of three bytes: whether one of the literals may begin with them, or with some byte and then them, or
    /// with all but the first.
    table: Box<[u64; 1024]>,
    /// The literals, sorted by their bytes, with what each is found as.
    sorted: Vec<(&'static [u8], usize)>,
    /// By first byte: from which of them on.
    first: [u16; 257],
}

impl Literals {
    pub(super) fn new(literals: &[&'static str]) -> Self {
        let mut sorted: Vec<_> = literals.iter().enumerate().map(|(at, literal)| (literal.as_bytes(), at)).collect();
        sorted.sort_unstable();
        let mut table = Box::new([0_u64; 1024]);
        let mut mark = |one: u8, two: u8, three: u8| {
            let hash = hash(one, two, three);
            if let Some(word) = table.get_mut(hash >> 6) {
                *word |= 1 << (hash & 63);
            }
        };
        for (literal, _) in &sorted {
            match literal {
                [one, two, three, four, ..] => {
                    mark(*one, *two, *three);
                    mark(*two, *three, *four);
                }
                // Too short for that. What begins with a letter goes on with more of them, or it is nothing; what begins
                // with a sign is rare enough to be told by two bytes.
                [one, two, three] => {
                    mark(*one, *two, *three);
                    if one.is_ascii_alphanumeric() {
                        (0..=u8::MAX).filter(|b| is_base64url(*b)).for_each(|four| mark(*two, *three, four));
                    } else {
                        (0..=u8::MAX).for_each(|zero| mark(zero, *one, *two));
                    }
                }
                _ => {}
            }
        }
        let mut first = [0_u16; 257];
        for (byte, slot) in first.iter_mut().enumerate() {
            let place = sorted.partition_point(|(literal, _)| literal.first().is_some_and(|b| usize::from(*b) < byte));
            *slot = u16::try_from(place).unwrap_or(u16::MAX);
        }
        Self { table, sorted, first }
    }

    /// Calls `found` with each place where a literal stands, and which. It says where to look on.
    pub(super) fn find(&self, text: &[u8], mut found: impl FnMut(usize, usize) -> usize) {
        let mut from = 0;
        for (at, bytes) in text.windows(3).enumerate().step_by(2) {
            let [one, two, three] = bytes else { continue };
            let hash = hash(*one, *two, *three);
            if self.table.get(hash >> 6).is_none_or(|word| word & (1 << (hash & 63)) == 0) {
                continue;
            }
            for place in at.saturating_sub(1)..=at + 1 {
                if place >= from {
                    from = self.found_at(text, place, &mut found).max(place + 1);
                }
            }
        }
    }

    /// Looks for the literals that begin at a place.
    fn found_at(&self, text: &[u8], place: usize, found: &mut impl FnMut(usize, usize) -> usize) -> usize {
        let Some(rest) = text.get(place..) else { return place };
        let Some(byte) = rest.first().copied().map(usize::from) else { return place };
        let range = self.first.get(byte).zip(self.first.get(byte + 1));
        let Some(candidates) = range.and_then(|(from, to)| self.sorted.get(usize::from(*from)..usize::from(*to)))
        else {
            return place;
        };
        let mut next = place;
        for (literal, at) in candidates {
            // Most differ in the second byte already; so a call to compare all is saved.
            if rest.get(1) == literal.get(1) && rest.starts_with(literal) {
                next = next.max(found(place, *at));
            }
        }
        next
    }
}

/// Sixteen bits of three bytes (Knuth's multiplicative hashing).
fn hash(one: u8, two: u8, three: u8) -> usize {
    let bytes = u32::from(one) | u32::from(two) << 8 | u32::from(three) << 16;
    (bytes.wrapping_mul(0x9e37_79b1) >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_literal_is_found_at_every_place() {
        let all = ["eyJ", "sk-", "sk_live_", "</a", " --", "%3D", "Bearer", "-----BEGIN "];
        let literals = Literals::new(&all);
        for (which, literal) in all.iter().enumerate() {
            for before in 0..9 {
                for after in ["", "x", "xy", "xyz"] {
                    let text = format!("{}{literal}{after}", "é.b c,d/e".get(..before).unwrap_or("1234567890"));
                    let mut found = Vec::new();
                    literals.find(text.as_bytes(), |place, which| {
                        found.push((place, which));
                        place
                    });
                    // A token of three letters is nothing by itself.
                    let is_bare = literal.len() == 3 && !literal.starts_with([' ', '<', '%']) && after.is_empty();
                    let place = text.len() - literal.len() - after.len();
                    assert!(found.contains(&(place, which)) || is_bare, "{text}: {found:?}");
                }
            }
        }
    }
}
