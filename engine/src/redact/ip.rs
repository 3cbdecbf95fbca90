//! IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::ascii::{at, before, part, run};
use super::edit::Edits;
use super::kind::Kind;

/// How long an address may be: IPv6 with IPv4 at its end.
const LONGEST: usize = 45;

/// Notes every address in a text. `0.0.0.0` and `::` are nobody's.
#[inline(never)]
pub(super) fn find(text: &[u8], edits: &mut Edits) {
    if !edits.has(Kind::IpAddress) {
        return;
    }
    let mut place = 0;
    while place < text.len() {
        let is_start = at(text, place).is_ascii_hexdigit() || at(text, place) == b':';
        let follows = before(text, place).is_ascii_alphanumeric() || matches!(before(text, place), b'.' | b':' | b'_');
        if !is_start || follows {
            place += 1;
            continue;
        }
        let end = run(text, place, |b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.'));
        if let Some(end) = v6(text, place, end).or_else(|| v4(text, place)) {
            edits.push(place, end, Kind::IpAddress);
        }
        place = end.max(place + 1);
    }
}

fn v6(text: &[u8], start: usize, end: usize) -> Option<usize> {
    let end = end - part(text, start, end).iter().rev().take_while(|b| **b == b'.').count();
    let candidate = part(text, start, end);
    let colons = candidate.iter().filter(|b| **b == b':').count();
    if colons < 2 || end - start > LONGEST || at(text, end).is_ascii_alphanumeric() {
        return None;
    }
    let candidate = std::str::from_utf8(candidate).ok()?;
    let whole = candidate.parse::<Ipv6Addr>().ok().map(|address| (address, end));
    let (address, end) = whole.or_else(|| {
        let cut = candidate.strip_suffix(':')?;
        cut.parse::<Ipv6Addr>().ok().map(|address| (address, end - 1))
    })?;
    (!address.is_unspecified() && candidate.bytes().any(|b| b.is_ascii_digit())).then_some(end)
}

fn v4(text: &[u8], start: usize) -> Option<usize> {
    let end = run(text, start, |b| b.is_ascii_digit() || b == b'.');
    let end = end - part(text, start, end).iter().rev().take_while(|b| **b == b'.').count();
    let address = std::str::from_utf8(part(text, start, end)).ok()?.parse::<Ipv4Addr>().ok()?;
    let next = at(text, end);
    (!address.is_unspecified() && !next.is_ascii_alphanumeric() && next != b'_').then_some(end)
}
