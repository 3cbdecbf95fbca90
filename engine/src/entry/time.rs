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
        let day = date(bytes.get(..10)?)?;
        if bytes.len() == 10 {
            return Self::from_unix(day * 86_400, 0);
        }
        if !matches!(bytes.get(10)?, b'T' | b't' | b' ') {
            return None;
        }
        let second = clock(bytes.get(11..19)?)?;
        let mut rest = bytes.get(19..)?;
        let mut nanos = 0;
        if let Some((b'.', after)) = rest.split_first() {
            let digits = after.iter().take_while(|b| b.is_ascii_digit()).count();
            nanos = fraction(after.get(..digits)?)?;
            rest = after.get(digits..)?;
        }
        Self::from_unix(day * 86_400 + second - offset(rest)?, nanos)
    }
}

fn number(digits: &[u8]) -> Option<i64> {
    // All are looked at, which takes less time than to stop at one that is none.
    let (sum, largest) = digits.iter().fold((0, 0), |(sum, largest), b| {
        let digit = b.wrapping_sub(b'0');
        (sum * 10 + i64::from(digit), digit.max(largest))
    });
    (largest <= 9).then_some(sum)
}

fn date(text: &[u8]) -> Option<i64> {
    let (&[a, b, c, d, b'-', m, n, b'-', x, y], []) = text.split_first_chunk::<10>()? else { return None };
    day(number(&[a, b, c, d])?, number(&[m, n])?, number(&[x, y])?)
}

/// Days from 1970-01-01 to a day, if there is that day, by Howard Hinnant's `days_from_civil`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
pub(super) fn day(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

fn clock(text: &[u8]) -> Option<i64> {
    let (&[h, i, b':', m, n, b':', s, t], []) = text.split_first_chunk::<8>()? else { return None };
    let (hour, minute, second) = (number(&[h, i])?, number(&[m, n])?, number(&[s, t])?);
    // A leap second is the second before it, as Cloud Logging smears them.
    (hour < 24 && minute < 60 && second <= 60).then(|| hour * 3600 + minute * 60 + second.min(59))
}

/// The nanoseconds of the digits behind a second.
pub(super) fn fraction(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    let mut nanos = 0;
    for place in 0..9 {
        nanos = nanos * 10 + digits.get(place).map_or(0, |b| u32::from(b - b'0'));
    }
    Some(nanos)
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
