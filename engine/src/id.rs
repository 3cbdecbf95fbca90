//! Stable hashes: the identity of clusters, the choice of samples, the recognition of duplicates.
//!
//! All that is written or shown is XXH3 (<https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md>) without a seed: the same bytes
//! give the same number on every machine and in every version. They are not cryptographic and guard no secret.

use std::fmt;

use serde::{Deserialize, Serialize};
use twox_hash::{XxHash3_64, XxHash3_128};

/// The 64-bit hash of some bytes.
///
/// ```
/// assert_eq!(gardener_engine::id::hash64(b"a"), gardener_engine::id::hash64(b"a"));
/// ```
#[must_use]
pub fn hash64(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

/// What hashes are multiplied with that need only be quick: the golden ratio (Knuth).
pub(crate) const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// Texts of fewer bytes that are none of them zero have marks of their own.
pub(crate) const WHOLE_MARK: usize = 8;

/// What tells most texts apart at little cost: a hash of their lengths and some of their bytes. It is no XXH3, and nothing that is
/// written may depend on it: only where a text is kept to be found again, and held against what is there.
#[inline]
pub(crate) fn mark(text: &[u8]) -> u64 {
    let eight = |from: usize| text.get(from..).and_then(<[u8]>::first_chunk).map(|bytes| u64::from_le_bytes(*bytes));
    let length = text.len();
    match (eight(0), length.checked_sub(8).and_then(eight)) {
        (Some(first), Some(last)) => {
            let middle = eight(length / 2 - 4).unwrap_or(0);
            let some = (first.rotate_left(7) ^ middle).wrapping_mul(MIX).rotate_left(32);
            (some ^ last ^ length as u64).wrapping_mul(MIX)
        }
        _ => text.iter().fold(0, |all, b| all << 8 | u64::from(*b)).wrapping_mul(MIX),
    }
}

/// Where among so many, a power of two, something is kept by its hash, of which the upper half is the better one.
#[inline]
pub(crate) fn slot(hash: u64, count: usize) -> usize {
    usize::try_from(hash >> 32).unwrap_or(0) & count.wrapping_sub(1)
}

/// The 64-bit hash of several parts, in which `["ab", "c"]` differs from `["a", "bc"]`.
#[must_use]
pub fn hash_parts(parts: &[&[u8]]) -> u64 {
    // The same bytes in one piece have the same hash, and a short piece is put together sooner than a hasher is made.
    match parts.iter().map(|part| part.len() + 8).sum() {
        0 => hash64(&[]),
        1..=256 => hash_in_one::<256>(parts),
        257..=512 => hash_in_one::<512>(parts),
        513..=2048 => hash_in_one::<2048>(parts),
        _ => hash64(&joined(parts)),
    }
}

/// The hash of parts that have this room together.
fn hash_in_one<const ROOM: usize>(parts: &[&[u8]]) -> u64 {
    let mut whole = [0_u8; ROOM];
    let mut length = 0;
    for part in parts {
        let slots = whole.get_mut(length..).and_then(<[u8]>::split_first_chunk_mut);
        let Some((size, behind)) = slots else { return hash64(&joined(parts)) };
        *size = (part.len() as u64).to_le_bytes();
        let Some(slot) = behind.get_mut(..part.len()) else { return hash64(&joined(parts)) };
        slot.copy_from_slice(part);
        length += 8 + part.len();
    }
    hash64(whole.get(..length).unwrap_or_default())
}

/// Parts in one piece, each behind its length.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut whole = Vec::new();
    for part in parts {
        whole.extend_from_slice(&(part.len() as u64).to_le_bytes());
        whole.extend_from_slice(part);
    }
    whole
}

/// What the identity of a template's cluster begins with, before its text; a definition lists it in `was` like a former id.
pub const TEMPLATE: &str = "template:";

/// The id of a template's cluster, for people: `template-` and the first half of its hash.
///
/// ```
/// assert_eq!(gardener_engine::id::template_id("took <*> ms").len(), "template-".len() + 8);
/// ```
#[must_use]
pub fn template_id(template: &str) -> String {
    id_of_hash(hash64(template.as_bytes()))
}

/// The same, by the template's hash.
pub(crate) fn id_of_hash(hash: u64) -> String {
    format!("template-{:08x}", hash >> 32)
}

/// Whether `was`, as a definition lists it, is what a cluster was called: its id, or the template it was mined by.
///
/// ```
/// use gardener_engine::id::{is_former, template_id};
/// assert!(is_former("slow-queue", "slow-queue"));
/// assert!(is_former("template:took <*> ms", &template_id("took <*> ms")));
/// ```
#[must_use]
pub fn is_former(was: &str, id: &str) -> bool {
    was == id || was.strip_prefix(TEMPLATE).is_some_and(|text| template_id(text) == id)
}

/// The stable identity of a cluster: a version tag and 32 hexadecimal digits.
///
/// It covers the pack's name, the definition's id (or the mined template) and the group's values; never counts, times or
/// titles, so that it stays while the trouble stays.
///
/// ```
/// use gardener_engine::id::Fingerprint;
/// let print = Fingerprint::new("netra-staging", "buffer-utilization", &[("user", "u1")]);
/// assert!(print.as_str().starts_with("v1:"));
/// assert_eq!(print.as_str().len(), 35);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Fingerprint(String);

impl TryFrom<String> for Fingerprint {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("`{text}` is no fingerprint"))
    }
}

impl Fingerprint {
    /// The fingerprint of a cluster of `pack`, of the definition or template `identity`, with these group values.
    #[must_use]
    pub fn new(pack: &str, identity: &str, group: &[(&str, &str)]) -> Self {
        let mut parts: Vec<&[u8]> = vec![pack.as_bytes(), identity.as_bytes()];
        for (name, value) in group {
            parts.push(name.as_bytes());
            parts.push(value.as_bytes());
        }
        Self(format!("v1:{:032x}", XxHash3_128::oneshot(&joined(&parts))))
    }

    /// The fingerprint that a text is, as it was shown or stored; nothing for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("v1:")?;
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        (digits.len() == 32 && digits.bytes().all(is_digit)).then(|| Self(text.to_owned()))
    }

    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprints_are_the_same_for_ever() {
        // If this changes, every open issue of every user loses its cluster: bump the version tag instead.
        let print = Fingerprint::new("p", "id", &[]);
        assert_eq!(print.as_str(), Fingerprint::new("p", "id", &[]).as_str());
        assert_ne!(print, Fingerprint::new("pi", "d", &[]));
        assert_ne!(print, Fingerprint::new("p", "id", &[("a", "")]));
    }

    #[test]
    fn short_texts_have_marks_of_their_own() {
        let mut marks = std::collections::BTreeSet::new();
        let texts: Vec<Vec<u8>> =
            (0..WHOLE_MARK).flat_map(|length| (1..=255_u8).map(move |byte| vec![byte; length])).collect();
        let different: std::collections::BTreeSet<&Vec<u8>> = texts.iter().collect();
        different.iter().for_each(|text| assert!(marks.insert(mark(text)), "{text:?}"));
    }

    #[test]
    fn parts_have_one_hash_however_long_they_are() {
        for length in [0, 1, 16, 100, 231, 232, 240, 241, 248, 249, 488, 489, 999, 1000, 2040, 2041, 5000] {
            let long = "x".repeat(length);
            for parts in [vec![long.as_bytes()], vec![b"a", long.as_bytes(), b""]] {
                assert_eq!(hash_parts(&parts), hash64(&joined(&parts)), "{length}");
            }
        }
        assert_ne!(hash_parts(&[b"ab", b"c"]), hash_parts(&[b"a", b"bc"]));
    }

    #[test]
    fn a_stored_fingerprint_is_read_back_and_nothing_else_is_one() {
        let print = Fingerprint::new("p", "id", &[]);
        assert_eq!(Fingerprint::parse(print.as_str()), Some(print.clone()));
        let digits = print.as_str().trim_start_matches("v1:");
        for wrong in [
            digits.to_owned(),
            format!("v2:{digits}"),
            format!("v1:{digits}0"),
            format!("v1:{}", digits.to_uppercase()),
            "v1:".to_owned(),
        ] {
            assert_eq!(Fingerprint::parse(&wrong), None, "{wrong}");
        }
    }
}
