//! Instants, as LogEntry has them: RFC 3339 with up to nine digits behind the second, always shown in UTC.

use std::fmt;
use std::num::NonZeroU32;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant, to the nanosecond, from year 1 to year 9999.
///
/// ```
/// use gardener_engine::entry::Timestamp;
/// let at = Timestamp::parse("2025-09-14T06:54:36.449574+02:00").unwrap();
/// assert_eq!(at.to_string(), "2025-09-14T04:54:36.449574Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    seconds: i64,
    /// One more than the nanoseconds, so that an instant that may be none takes no more room than one.
    nanos_after: NonZeroU32,
}

/// Seconds of 0001-01-01T00:00:00Z and of 9999-12-31T23:59:59Z: what a proto Timestamp may hold.
const SECONDS: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

impl Timestamp {
    /// The instant so many seconds (and nanoseconds after them) from 1970 on, if it is between year 1 and 9999.
    #[must_use]
    pub fn from_unix(seconds: i64, nanos: u32) -> Option<Self> {
        let nanos_after = NonZeroU32::MIN.checked_add(nanos)?;
        (SECONDS.contains(&seconds) && nanos < 1_000_000_000).then_some(Self { seconds, nanos_after })
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.seconds
    }

    /// Nanoseconds since that second.
    #[must_use]
    pub fn nanos(self) -> u32 {
        self.nanos_after.get() - 1
    }

    /// Nanoseconds since 1970.
    #[must_use]
    pub fn as_nanos(self) -> i128 {
        i128::from(self.seconds) * 1_000_000_000 + i128::from(self.nanos())
    }

    /// Seconds since 1970, to a microsecond.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "to compare moments; a microsecond is lost")]
    pub fn as_seconds(self) -> f64 {
        self.as_nanos() as f64 / 1e9
    }

    /// Seconds from `earlier` to `self`, negative where it is later.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "for rates and for people; a microsecond in a century is lost")]
    pub fn seconds_since(self, earlier: Self) -> f64 {
        (self.as_nanos() - earlier.as_nanos()) as f64 / 1e9
    }

    /// The instant so many seconds later (earlier if negative), kept within year 1 to 9999.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        let moved = self.seconds.saturating_add(seconds).clamp(*SECONDS.start(), *SECONDS.end());
        Self { seconds: moved, nanos_after: self.nanos_after }
    }

    /// The instant of an RFC 3339 text. A date alone is its midnight in UTC; a space instead of `T`, and ` UTC` instead of
    /// `Z`, as BigQuery writes them, are understood. What has no zone is UTC: log times are never local times.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let Some((moment, rest)) = bytes.split_first_chunk::<19>() else {
            return Self::from_unix(date(bytes.first_chunk().filter(|_| bytes.len() == 10)?)? * 86_400, 0);
        };
        let (day, second) = (date(moment.first_chunk()?)?, clock(moment.last_chunk()?)?);
        if !matches!(moment.get(10)?, b'T' | b't' | b' ') {
            return None;
        }
        let (nanos, rest) = if let [b'.', ..] = rest { nanos(rest)? } else { (0, rest) };
        Self::from_unix(day * 86_400 + second - offset(rest)?, nanos)
    }
}

/// Zeros, as they are written.
const ZEROS: u64 = u64::from_le_bytes([b'0'; 8]);

/// Any of the highest four bits of each byte that is more than nine; of bytes behind such a one it may be wrong.
#[inline]
fn no_digits(values: u64) -> u64 {
    (values | values.wrapping_add(u64::from_le_bytes([6; 8]))) & u64::from_le_bytes([0xf0; 8])
}

/// Of eight bytes that are to be digits but where the pattern has signs, for each place what it and the next one make together;
/// nothing where they are anything else.
#[inline]
fn pairs(text: [u8; 8], pattern: &[u8; 8]) -> Option<[i64; 8]> {
    let values = u64::from_le_bytes(text) ^ u64::from_le_bytes(*pattern);
    let signs = u64::from_le_bytes(pattern.map(|b| if b == b'0' { 0 } else { 0x0f }));
    (no_digits(values) | values & signs == 0)
        .then(|| (values.wrapping_mul(10).wrapping_add(values >> 8)).to_le_bytes().map(i64::from))
}

fn number(digits: &[u8]) -> Option<i64> {
    // All are looked at, which takes less time than to stop at one that is none.
    let (sum, largest) = digits.iter().fold((0, 0), |(sum, largest), b| {
        let digit = b.wrapping_sub(b'0');
        (sum * 10 + i64::from(digit), digit.max(largest))
    });
    (largest <= 9).then_some(sum)
}

#[inline]
fn date(text: &[u8; 10]) -> Option<i64> {
    let [century, _, year, _, _, month, ..] = pairs(*text.first_chunk()?, b"0000-00-")?;
    day(century * 100 + year, month, number(text.last_chunk::<2>()?)?)
}

/// Days from 1970-01-01 to a day of a year from 0 on, if there is that day, by Howard Hinnant's
/// `days_from_civil` (<https://howardhinnant.github.io/date_algorithms.html>).
#[inline]
pub(super) fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    /// Of each month, from January, the days from the first of March to its first, and how long it is at least.
    const MONTHS: [(u32, u32); 12] = [
        (306, 31),
        (337, 28),
        (0, 31),
        (31, 30),
        (61, 31),
        (92, 30),
        (122, 31),
        (153, 31),
        (184, 30),
        (214, 31),
        (245, 30),
        (275, 31),
    ];
    let (year, month, day) = (u32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?);
    let (before, length) = *MONTHS.get((month as usize).wrapping_sub(1))?;
    let is_leap = || year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if day.wrapping_sub(1) >= length && !(day == 29 && month == 2 && is_leap()) {
        return None;
    }
    // Counted from 400 years earlier on, so that nothing is negative.
    let year = year + 400 - u32::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + before + day - 1;
    Some(i64::from(days) - 719_468 - 146_097)
}

#[inline]
fn clock(text: &[u8; 8]) -> Option<i64> {
    let [hour, _, _, minute, _, _, second, _] = pairs(*text, b"00:00:00")?;
    // A leap second is the second before it, as Cloud Logging smears them.
    (hour < 24 && minute < 60 && second <= 60).then(|| hour * 3600 + minute * 60 + second.min(59))
}

/// The nanoseconds that a text begins with, behind a point, and what stands behind them.
#[inline]
fn nanos(text: &[u8]) -> Option<(u32, &[u8])> {
    // Six digits, as most have, are one word with the point before them and a sign behind them.
    if let Some((word, _)) = text.split_first_chunk() {
        let values = u64::from_le_bytes(*word) >> 8 ^ ZEROS;
        let count = no_digits(values).trailing_zeros() as usize / 8;
        if (1..7).contains(&count) {
            let digits = values & !(u64::MAX << (8 * count));
            return Some((eight(digits) * 10, text.get(1 + count..)?));
        }
    }
    let after = text.get(1..)?;
    let count = after.iter().take_while(|b| b.is_ascii_digit()).count();
    let (digits, rest) = after.split_at_checked(count)?;
    Some((fraction(digits)?, rest))
}

/// The number that eight digits are, given their values.
#[inline]
fn eight(values: u64) -> u32 {
    let pairs = (values.wrapping_mul(10).wrapping_add(values >> 8)) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs.wrapping_mul(100).wrapping_add(pairs >> 16)) & 0x0000_ffff_0000_ffff;
    let all = fours.wrapping_mul(10_000).wrapping_add(fours >> 32);
    u32::try_from(all & 0xffff_ffff).unwrap_or(0)
}

/// The nanoseconds of the digits behind a second.
pub(super) fn fraction(digits: &[u8]) -> Option<u32> {
    if let Some((first, rest)) = digits.split_first_chunk() {
        let last = rest.first().map_or(0, |b| u32::from(b - b'0'));
        return Some(eight(u64::from_le_bytes(*first) ^ ZEROS) * 10 + last);
    }
    if digits.is_empty() {
        return None;
    }
    Some((0..9).fold(0, |nanos, place| nanos * 10 + digits.get(place).map_or(0, |b| u32::from(b - b'0'))))
}

/// Seconds east of UTC.
fn offset(text: &[u8]) -> Option<i64> {
    match text {
        b"" | b"Z" | b"z" | b" UTC" => Some(0),
        [sign @ (b'+' | b'-'), hours @ .., b':', m, n] if hours.len() == 2 => {
            let (hours, minutes) = (number(hours)?, number(&[*m, *n])?);
            let seconds = hours * 3600 + minutes * 60;
            (hours < 24 && minutes < 60).then_some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => None,
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with 0, 3, 6 or 9 digits behind the second, as Cloud Logging writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let second = self.seconds.rem_euclid(86_400);
        let (year, month, day) = civil(self.seconds.div_euclid(86_400));
        let nanos = i64::from(self.nanos());
        // At once, for each line of text with a time is written so.
        let digit = |value: i64, of: i64| u8::try_from(value / of % 10).unwrap_or(0) + b'0';
        let two = |value: i64| [digit(value, 10), digit(value, 1)];
        let [year, of_year] = [two(year / 100), two(year % 100)];
        let [month, day] = [two(month), two(day)];
        let [hour, minute, second] = [second / 3600, second / 60 % 60, second % 60].map(two);
        let [a, b, c, d, e] = [nanos / 10_000_000, nanos / 100_000, nanos / 1000, nanos / 10, nanos % 10].map(two);
        let mut text = [
            year[0], year[1], of_year[0], of_year[1], b'-', month[0], month[1], b'-', day[0], day[1], b'T', hour[0],
            hour[1], b':', minute[0], minute[1], b':', second[0], second[1], b'.', a[0], a[1], b[0], b[1], c[0], c[1],
            d[0], d[1], e[1], b'Z',
        ];
        let length = match nanos {
            0 => 19,
            n if n % 1_000_000 == 0 => 23,
            n if n % 1000 == 0 => 26,
            _ => 29,
        };
        if let Some(end) = text.get_mut(length) {
            *end = b'Z';
        }
        let written = text.get(..=length).and_then(|text| str::from_utf8(text).ok());
        f.write_str(written.unwrap_or_default())
    }
}

/// Year, month and day of a day counted from 1970-01-01: Hinnant's `civil_from_days`.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = Timestamp;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time such as 2025-09-14T04:55:00Z")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Timestamp, E> {
                Timestamp::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a text of digits is.
    fn whole(text: &str) -> Option<i64> {
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
    }

    /// The same as [`Timestamp::parse`] of a text with a time, sign by sign and day by day.
    fn parse_slowly(text: &str) -> Option<Timestamp> {
        let part = |from: usize, to: usize| text.get(from..to);
        let is_sign = |at: usize, signs: &str| part(at, at + 1).is_some_and(|sign| signs.contains(sign));
        if !(is_sign(4, "-") && is_sign(7, "-") && is_sign(10, "Tt ") && is_sign(13, ":") && is_sign(16, ":")) {
            return None;
        }
        let [year, month, day, hour, minute, second] =
            [(0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19)].map(|(from, to)| part(from, to).and_then(whole));
        let is_leap = |year: i64| year % 4 == 0 && year % 100 != 0 || year % 400 == 0;
        let length = |month: i64| match month {
            2 => 28 + i64::from(is_leap(year.unwrap_or(0))),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        let (month, day) = (month.filter(|month| (1..=12).contains(month))?, day?);
        let (hour, minute, second) =
            (hour.filter(|n| *n < 24)?, minute.filter(|n| *n < 60)?, second.filter(|n| *n < 61)?);
        if !(1..=length(month)).contains(&day) {
            return None;
        }
        let years: i64 = (0..year?).map(|year| 365 + i64::from(is_leap(year))).sum();
        let days = years + (1..month).map(length).sum::<i64>() + day - 1 - 719_528;
        let mut rest = text.get(19..)?;
        let mut nanos = 0;
        if let Some(behind) = rest.strip_prefix('.') {
            let digits: String = behind.chars().take_while(char::is_ascii_digit).collect();
            rest = &behind[digits.len()..];
            nanos = format!("{digits:0<9}")[..9].parse().ok().filter(|_| !digits.is_empty())?;
        }
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second.min(59);
        Timestamp::from_unix(seconds - offset(rest.as_bytes())?, nanos)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn many_digits_at_once_are_read_as_one_by_one(
            (year, month, day) in (0..10_000_u32, 0..14_u32, 0..33_u32),
            (hour, minute, second) in (0..26_u32, 0..62_u32, 0..62_u32),
            fraction in "(\\.[0-9]{0,12})?",
            zone in prop::sample::select(vec!["", "Z", "z", " UTC", "+02:00", "-11:30", "+2:00", "x"]),
            odd in prop::option::weighted(0.3, (any::<prop::sample::Index>(), prop::sample::select(b"0-9/:;. TtZ\x01".to_vec()))),
        ) {
            let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}").into_bytes();
            if let Some((at, byte)) = odd {
                let at = at.index(text.len());
                text[at] = byte;
            }
            let text = String::from_utf8(text).unwrap();
            prop_assert_eq!(Timestamp::parse(&text), parse_slowly(&text), "{}", text);
        }
    }
}
