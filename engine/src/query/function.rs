//! The functions of the language.

use std::net::IpAddr;

use super::number::Rendered;
use super::search::Search;
use crate::entry::{Data, Entry, Field, FieldPath, Root};
use crate::id::hash64;

/// A function with its arguments.
#[derive(Debug)]
pub(super) enum Function {
    LogId(String),
    InNet { path: FieldPath, net: Net },
    Sample { path: FieldPath, fraction: f64, when_absent: bool },
    Search { path: Option<FieldPath>, search: Search },
}

impl Function {
    pub(super) fn path(&self) -> Option<FieldPath> {
        match self {
            Self::LogId(_) => FieldPath::from_names(&["logName"]).ok(),
            Self::InNet { path, .. } | Self::Sample { path, .. } => Some(path.clone()),
            Self::Search { path, .. } => path.clone(),
        }
    }

    pub(super) fn holds(&self, entry: &Entry<'_>) -> bool {
        match self {
            Self::LogId(id) => entry
                .field(Field::LogName)
                .and_then(|value| value.as_text())
                .is_some_and(|name| same_decoded(log_id_of(name), id)),
            Self::InNet { path, net } => {
                any_text_at(entry, path, &mut |text| Net::parse(text).is_some_and(|ip| net.holds(ip)))
            }
            Self::Sample { path, fraction, when_absent } => {
                let mut is_absent = true;
                let found = any_scalar_at(entry, path, &mut |text| {
                    is_absent = false;
                    in_sample(text, *fraction)
                });
                found || (is_absent && *when_absent)
            }
            Self::Search { path: None, search } => {
                search.terms().all(|term| entry.any_text(&mut |text| term.is_in(text)))
            }
            Self::Search { path: Some(path), search } => {
                search.terms().all(|term| any_text_at(entry, path, &mut |text| term.is_in(text)))
            }
        }
    }
}

/// The texts that `path` leads to and those below them.
fn any_text_at(entry: &Entry<'_>, path: &FieldPath, holds: &mut dyn FnMut(&str) -> bool) -> bool {
    if path.root() == Root::Message {
        return entry.message().is_some_and(holds);
    }
    entry.any(path, &mut |value| value.any_text(&mut |text| holds(text)))
}

/// The texts, numbers and truth values that `path` leads to, as text.
fn any_scalar_at(entry: &Entry<'_>, path: &FieldPath, holds: &mut dyn FnMut(&str) -> bool) -> bool {
    if path.root() == Root::Message {
        return entry.message().is_some_and(holds);
    }
    if path.root() == Root::Field(Field::Severity) {
        return holds(entry.severity().name());
    }
    entry.any(path, &mut |value| match value.data() {
        Data::Text(text) => holds(text),
        Data::Number(number) => holds(Rendered::new(number).as_str()),
        Data::Bool(boolean) => holds(if boolean { "true" } else { "false" }),
        Data::List(mut list) => list.any(|element| element.as_text().is_some_and(&mut *holds)),
        Data::Null | Data::Map(_) => false,
    })
}

/// Whether the hash of a value, as a fraction of the greatest hash, is within the sample, as Google describes it. The hash
/// is ours (Google's is not public), so the share is the same and the entries are not.
#[expect(clippy::cast_precision_loss, reason = "a share is a fraction")]
pub(super) fn in_sample(value: &str, fraction: f64) -> bool {
    hash64(value.as_bytes()) as f64 / u64::MAX as f64 <= fraction
}

/// The last part of a log's name: what follows `/logs/`, else what follows the last slash.
fn log_id_of(name: &str) -> &str {
    match name.find("/logs/") {
        Some(at) => name.get(at + 6..).unwrap_or(""),
        None => name.rsplit('/').next().unwrap_or(name),
    }
}

/// Whether two texts are the same after percent-decoding and without regard to the case of ASCII letters.
fn same_decoded(left: &str, right: &str) -> bool {
    let decoded = |text| Decoded { bytes: str::as_bytes(text) }.map(|b| b.to_ascii_lowercase());
    decoded(left).eq(decoded(right))
}

struct Decoded<'t> {
    bytes: &'t [u8],
}

impl Iterator for Decoded<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        let digit = |b: &u8| char::from(*b).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        if let [b'%', high, low, rest @ ..] = self.bytes
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            self.bytes = rest;
            return Some(high * 16 + low);
        }
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }
}

/// Addresses that begin with the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Net {
    /// The address's bits, first bit first.
    bits: u128,
    is_v4: bool,
    prefix: u32,
}

impl Net {
    /// A network such as `10.0.0.0/8` or `1:2::/48`; an address alone is the network of itself.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let is_number = !prefix.is_empty() && prefix.len() <= 3 && prefix.bytes().all(|b| b.is_ascii_digit());
                (address, Some(prefix.parse::<u32>().ok().filter(|_| is_number)?))
            }
            None => (text, None),
        };
        let (bits, is_v4, width) = match address.trim().parse::<IpAddr>().ok()? {
            IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, true, 32),
            // An IPv4 address in the clothes of IPv6 is that IPv4 address.
            IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
                Some(v4) if prefix.is_none() => (u128::from(u32::from(v4)) << 96, true, 32),
                _ => (u128::from(v6), false, 128),
            },
        };
        let prefix = prefix.unwrap_or(width);
        (prefix <= width).then_some(Self { bits, is_v4, prefix })
    }

    /// Whether `other` is within it.
    pub(super) fn holds(self, other: Self) -> bool {
        let mask = u128::MAX.checked_shl(128 - self.prefix).unwrap_or(0);
        self.is_v4 == other.is_v4 && other.prefix >= self.prefix && (self.bits ^ other.bits) & mask == 0
    }
}
