//! Times as programs write them that do not write for Cloud Logging.
//!
//! A time without a zone is UTC. One without a year (RFC 3164, klog) is none: the year would have to be guessed.

mod cursor;
mod formats;

use self::formats::{access_log, compact, ctime, http_date, numeric};
use super::tape::Number;
use super::time::Timestamp;

/// The instant of a text that holds nothing else: a time in any of the forms that are known, or a number since 1970.
pub(super) fn of_text(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(time) = Timestamp::parse(text) {
        return Some(time);
    }
    match at_start(text) {
        Some((time, length)) if length == text.len() => Some(time),
        _ => text.parse().map_or_else(|_| of_float(text.parse().ok()?), of_whole),
    }
}

/// The instant that a text begins with, and how many bytes of it that takes.
pub(super) fn at_start(text: &str) -> Option<(Timestamp, usize)> {
    [numeric, compact, ctime, http_date, access_log].iter().find_map(|format| format(text.as_bytes()))
}

/// The instant of a number since 1970: seconds, milliseconds, microseconds or nanoseconds, as its size tells.
pub(super) fn of_number(number: Number) -> Option<Timestamp> {
    match number {
        Number::Unsigned(number) => of_whole(number),
        Number::Float(number) => of_float(number),
        Number::Signed(_) => None,
    }
}

/// Less than this is no time since 1970, but a counter, or so many seconds since something else.
const LEAST: u64 = 100_000_000;
/// As seconds, the year 5138; as milliseconds, 1973. What is more than that is counted in a smaller unit.
const SECONDS: u64 = 100_000_000_000;

fn of_whole(number: u64) -> Option<Timestamp> {
    let per_second = match number {
        ..LEAST => return None,
        LEAST..SECONDS => 1,
        n if n < SECONDS * 1_000 => 1_000,
        n if n < SECONDS * 1_000_000 => 1_000_000,
        _ => 1_000_000_000,
    };
    let nanos = number % per_second * (1_000_000_000 / per_second);
    Timestamp::from_unix(i64::try_from(number / per_second).ok()?, u32::try_from(nanos).ok()?)
}

/// Of a fraction of a second, a double holds microseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "the number is not negative, and casts of floats saturate"
)]
fn of_float(number: f64) -> Option<Timestamp> {
    if !(LEAST as f64..1e19).contains(&number) {
        return None;
    }
    if number.fract() == 0.0 || number >= (SECONDS * 1_000) as f64 {
        return of_whole(number as u64);
    }
    let per_unit = if number < SECONDS as f64 { 1e6 } else { 1e3 };
    let micros = (number * per_unit).round() as u64;
    Timestamp::from_unix(i64::try_from(micros / 1_000_000).ok()?, u32::try_from(micros % 1_000_000 * 1_000).ok()?)
}
