//! Numbers and durations as queries and entries write them.

use std::cmp::Ordering;
use std::fmt;

use crate::entry::Number;

/// A number of a query: whole ones exactly, for `double` cannot tell large identifiers apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Decimal {
    Whole(i128),
    Float(f64),
}

impl Decimal {
    /// A number with or without sign and exponent, `NaN`, `Infinity` or `-Infinity` in any case.
    pub(super) fn parse(text: &str) -> Option<Self> {
        if let Some(whole) = Self::parse_whole(text) {
            return Some(Self::Whole(whole));
        }
        let bare = text.strip_prefix(['+', '-']).unwrap_or(text);
        let is_named = ["nan", "infinity"].iter().any(|name| name.eq_ignore_ascii_case(bare));
        if !is_named && !bare.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        text.parse().ok().map(Self::Float)
    }

    /// A whole number of at most 64 bits.
    pub(super) fn parse_whole(text: &str) -> Option<i128> {
        text.parse::<i64>().map(i128::from).or_else(|_| text.parse::<u64>().map(i128::from)).ok()
    }

    #[expect(clippy::cast_precision_loss, reason = "beside a fraction, the other side is a double as well")]
    fn as_f64(self) -> f64 {
        match self {
            Self::Whole(n) => n as f64,
            Self::Float(n) => n,
        }
    }

    /// How this stands to `other`; nothing if either is no number.
    pub(super) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Whole(left), Self::Whole(right)) => Some(left.cmp(&right)),
            (left, right) => left.as_f64().partial_cmp(&right.as_f64()),
        }
    }
}

impl From<Number> for Decimal {
    fn from(number: Number) -> Self {
        match number {
            Number::Unsigned(n) => Self::Whole(n.into()),
            Number::Signed(n) => Self::Whole(n.into()),
            Number::Float(n) => Self::Float(n),
        }
    }
}

/// Nanoseconds of a signed decimal number with one of the units `ns`, `us`, `ms`, `s`, `m` and `h`; a finer fraction is
/// cut off, what is too large is nothing.
pub(super) fn duration(text: &str) -> Option<i128> {
    let (is_negative, bare) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let split = bare.find(|c: char| c.is_ascii_alphabetic())?;
    let (number, unit) = (bare.get(..split)?, bare.get(split..)?);
    let unit: i128 = match unit {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) || (whole.is_empty() && fraction.is_empty()) || whole.len() > 18 {
        return None;
    }
    let mut nanos = whole.parse::<i128>().unwrap_or(0) * unit;
    let mut place = unit;
    for digit in fraction.bytes().take(14) {
        nanos += i128::from(digit - b'0') * place / 10;
        place /= 10;
    }
    Some(if is_negative { -nanos } else { nanos })
}

/// A number as text, on the stack: the search over all fields must not allocate.
pub(super) struct Rendered {
    bytes: [u8; Self::MAX],
    length: usize,
}

impl Rendered {
    /// More than the longest `f64` has.
    const MAX: usize = 352;

    pub(super) fn new(number: Number) -> Self {
        let mut rendered = Self { bytes: [0; Self::MAX], length: 0 };
        let _ = fmt::Write::write_fmt(&mut rendered, format_args!("{number}"));
        rendered
    }

    pub(super) fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or("")
    }
}

impl fmt::Write for Rendered {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Whether a text may be part of a number as [`Rendered`] shows it.
pub(super) fn may_be_in_number(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'.')) || ["inf", "nan"].contains(&text)
}
