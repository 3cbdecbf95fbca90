//! Numbers of credit cards.
//!
//! A number counts if it has the length and the beginning that an issuer gives out
//! (<https://en.wikipedia.org/wiki/Payment_card_number>), its check digit is right (ISO/IEC 7812-1, Annex B), and it stands
//! alone, in one piece or in the groups that cards show. One number in ten of any kind passes the check, so the rarer lengths
//! count only where the text speaks of a card.

use super::ascii::{at, before, begins, part, run};
use super::block::Block;
use super::edit::Edits;
use super::kind::Kind;

pub(super) const LEAST: usize = 13;
const MOST: usize = 19;
/// The least number with so many digits.
const SHORTEST: u64 = 10_u64.pow(LEAST as u32 - 1);

/// Notes every number of a card in a text.
#[inline(never)]
pub(super) fn find(text: &[u8], edits: &mut Edits) {
    if !edits.has(Kind::CreditCard) {
        return;
    }
    // A number has no two signs in a row that are not digits, so every twelfth pair of places shows whether there is one.
    let mut probe = 11;
    let mut done = 0;
    while probe < text.len() {
        if !at(text, probe).is_ascii_digit() && !at(text, probe + 1).is_ascii_digit() {
            probe += 12;
            continue;
        }
        let mut start = probe;
        while start > done && (is_part(before(text, start)) && probe - start < MOST * 2) {
            start -= 1;
        }
        done = find_in(text, start, edits).max(probe + 1);
        probe = done + 11;
    }
}

/// Whether bytes of a text may have a number of a card among them, whose first thirteen these are: thirteen digits in a row, or
/// four and four more with one sign between them, before which stands no letter or digit but at the end of an escape. Of the first
/// bytes it is not known what stands before them.
#[inline]
pub(super) fn may_be(Block { signs, digits }: Block) -> bool {
    let two = digits & digits >> 1;
    let four = two & two >> 2;
    if four == 0 {
        return false;
    }
    let eight = four & four >> 4;
    let found = eight & eight >> 5 | four & signs >> 4 & four >> 5;
    found != 0 && (0b111 | signs << 1 | signs << 2 | signs << 3) & found != 0
}

fn is_part(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'.')
}

/// Looks at the digits, spaces and dashes from a place on; gives the place behind them.
fn find_in(text: &[u8], from: usize, edits: &mut Edits) -> usize {
    let end = run(text, from, is_part);
    if end - from < LEAST {
        return end;
    }
    let mut place = from;
    while place < end {
        if !at(text, place).is_ascii_digit() {
            place += 1;
            continue;
        }
        let group = run(text, place, |b| b.is_ascii_digit());
        match card_at(text, place) {
            Some(card) => {
                edits.push(place, card, Kind::CreditCard);
                place = card;
            }
            None => place = group,
        }
    }
    end
}

/// The end of the card that begins at a place.
fn card_at(text: &[u8], place: usize) -> Option<usize> {
    let group = run(text, place, |b| b.is_ascii_digit());
    if !begins(text, place) || matches!(before(text, place), b'_' | b'.' | b'+' | b'/' | b'%') {
        return None;
    }
    if group - place >= LEAST {
        let is_whole = before(text, place) != b'-' && at(text, group) != b'-';
        return (is_whole && stands_alone(text, group) && is_card(text, place, group, false)).then_some(group);
    }
    let separator = at(text, group);
    if !matches!(separator, b' ' | b'-' | b'.') || !matches!(group - place, 4) {
        return None;
    }
    let mut lengths = [0_usize; 5];
    let mut ends = [0_usize; 5];
    let mut count = 0;
    let mut next = place;
    for (length, end) in lengths.iter_mut().zip(&mut ends) {
        let stop = run(text, next, |b| b.is_ascii_digit());
        if stop == next || stop - next > 7 {
            break;
        }
        (*length, *end) = (stop - next, stop);
        count += 1;
        if at(text, stop) != separator {
            break;
        }
        next = stop + 1;
    }
    // The longest of the groupings that fit, for `4111 1111 1111 1111 12/27` goes on with other digits.
    (3..=count).rev().find_map(|count| {
        let end = ends.get(count - 1).copied()?;
        let is_usual = match lengths.get(..count)? {
            [4, 4, 4, 4] => true,
            _ if separator == b'.' => false,
            [4, 6, 5] | [4, 6, 4] => true,
            [4, 4, 4, 4, rest] => (1..=3).contains(rest),
            [4, 4, 4, 1] => true,
            _ => false,
        };
        let is_dashed_on = separator == b'-' && (at(text, end) == b'-' || before(text, place) == b'-');
        (is_usual && !is_dashed_on && stands_alone(text, end) && is_card(text, place, end, true)).then_some(end)
    })
}

fn stands_alone(text: &[u8], end: usize) -> bool {
    let next = at(text, end);
    let is_fraction = next == b'.' && at(text, run(text, end + 1, |b| b == b'0')).is_ascii_digit();
    !(next.is_ascii_alphanumeric() || next == b'_' || next == b'%' || is_fraction)
}

fn is_card(text: &[u8], start: usize, end: usize, is_grouped: bool) -> bool {
    let mut digits = [0_u8; MOST];
    let mut count = 0;
    for b in part(text, start, end).iter().filter(|b| b.is_ascii_digit()) {
        let Some(slot) = digits.get_mut(count) else { return false };
        *slot = b - b'0';
        count += 1;
    }
    let digits = digits.get(..count).unwrap_or(&[]);
    let is_sure = (is_grouped || matches!(count, 14..=16)) && has_issuer(digits);
    passes(digits) && (is_sure || (may_have_issuer(digits) && speaks_of_card(text, start)))
}

/// Whether an issuer gives out numbers of this length with this beginning.
fn has_issuer(digits: &[u8]) -> bool {
    let (two, three, four) = (first(digits, 2), first(digits, 3), first(digits, 4));
    match digits.len() {
        13 => two / 10 == 4,
        14 => matches!(two, 36 | 38 | 39) || matches!(three, 300..=305),
        15 => matches!(two, 34 | 37),
        16 => {
            matches!(two, 40..=49 | 51..=55 | 62 | 65)
                || matches!(four, 2221..=2720 | 6011 | 3528..=3589)
                || matches!(three, 644..=649)
        }
        17..=19 => matches!(two, 40..=49 | 62 | 65),
        _ => false,
    }
}

/// Whether an issuer might: Visa's of all lengths, Maestro's.
fn may_have_issuer(digits: &[u8]) -> bool {
    has_issuer(digits) || matches!(first(digits, 2), 40..=49 | 50 | 56..=69)
}

fn first(digits: &[u8], count: usize) -> u32 {
    digits.iter().take(count).fold(0, |n, d| n * 10 + u32::from(*d))
}

fn passes(digits: &[u8]) -> bool {
    let sum = digits.iter().rev().enumerate().fold(0_u32, |sum, (place, digit)| {
        let digit = u32::from(*digit);
        let doubled = if place % 2 == 1 { digit * 2 } else { digit };
        sum + doubled / 10 + doubled % 10
    });
    sum % 10 == 0
}

/// Whether the words before a number are about cards.
fn speaks_of_card(text: &[u8], start: usize) -> bool {
    let words = part(text, start.saturating_sub(32), start).to_ascii_lowercase();
    [&b"card"[..], b"visa", b"pan", b"amex", b"maestro", b"credit", b"payment"]
        .iter()
        .any(|word| words.windows(word.len()).any(|part| part == *word))
}

/// Whether a number of JSON is that of a card.
pub(super) fn is_number_of_card(number: u64) -> bool {
    if number < SHORTEST {
        return false;
    }
    let text = number.to_string();
    text.len() >= LEAST && is_card(text.as_bytes(), 0, text.len(), false)
}
