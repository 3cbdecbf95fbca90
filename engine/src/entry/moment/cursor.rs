//! Takes a time apart from its beginning on.

use super::super::time::{Timestamp, day, fraction};

/// What is left of a text.
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How much was taken.
    pub(super) fn taken(&self) -> usize {
        self.at
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Takes one of these bytes.
    pub(super) fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let byte = self.peek().filter(|byte| bytes.contains(byte))?;
        self.at += 1;
        Some(byte)
    }

    /// Takes these bytes.
    pub(super) fn literal(&mut self, literal: &[u8]) -> Option<()> {
        self.bytes.get(self.at..)?.starts_with(literal).then(|| self.at += literal.len())
    }

    /// Takes a number of so many digits.
    pub(super) fn number(&mut self, digits: usize) -> Option<i64> {
        let text = self.bytes.get(self.at..self.at + digits)?;
        let number = text.iter().try_fold(0, |sum, b| b.is_ascii_digit().then(|| sum * 10 + i64::from(b - b'0')))?;
        self.at += digits;
        Some(number)
    }

    /// Takes a day of a month, which may have a space instead of its first digit.
    pub(super) fn day_of_month(&mut self) -> Option<i64> {
        if self.one_of(b" ").is_some() { self.number(1) } else { self.number(2).or_else(|| self.number(1)) }
    }

    /// Takes the English name of a month, shortened.
    pub(super) fn month(&mut self) -> Option<i64> {
        const NAMES: &[u8] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
        let name = self.bytes.get(self.at..self.at + 3)?;
        let month = NAMES.chunks(3).position(|month| month.eq_ignore_ascii_case(name))?;
        self.at += 3;
        i64::try_from(month + 1).ok()
    }

    /// Takes the English name of a weekday, shortened.
    pub(super) fn weekday(&mut self) -> Option<()> {
        const NAMES: &[u8] = b"MonTueWedThuFriSatSun";
        let name = self.bytes.get(self.at..self.at + 3)?;
        NAMES.chunks(3).find(|day| *day == name)?;
        self.at += 3;
        Some(())
    }

    /// Takes `04:54:36`, as seconds of the day; a leap second is the one before it.
    pub(super) fn clock(&mut self) -> Option<i64> {
        let hour = self.number(2)?;
        self.one_of(b":")?;
        let minute = self.number(2)?;
        self.one_of(b":")?;
        let second = self.number(2)?;
        (hour < 24 && minute < 60 && second <= 60).then_some(hour * 3600 + minute * 60 + second.min(59))
    }

    /// Takes a fraction of a second, if there is one: `.449574`, `,449`.
    pub(super) fn nanos(&mut self) -> u32 {
        let behind = self.bytes.get(self.at..).unwrap_or_default();
        let digits = match behind.split_first() {
            Some((b'.' | b',', digits)) => digits,
            _ => return 0,
        };
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let Some(nanos) = digits.get(..count).and_then(fraction) else { return 0 };
        self.at += count + 1;
        nanos
    }

    /// Takes a zone, if there is one, as seconds east of UTC: `Z`, `+02:00`, `+0200`, `+02`, ` UTC`, ` +0200`.
    pub(super) fn zone(&mut self) -> i64 {
        let start = self.at;
        let is_apart = self.one_of(b" ").is_some();
        let zone = self.named_zone().or_else(|| self.offset(is_apart));
        if zone.is_none() {
            self.at = start;
        }
        zone.unwrap_or(0)
    }

    fn named_zone(&mut self) -> Option<i64> {
        let start = self.at;
        let found = [b"Z".as_slice(), b"z", b"UTC", b"GMT"].into_iter().find_map(|name| self.literal(name));
        let ends = !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if found.is_some() && ends {
            return Some(0);
        }
        self.at = start;
        None
    }

    fn offset(&mut self, is_apart: bool) -> Option<i64> {
        let sign = if self.one_of(b"+-")? == b'-' { -1 } else { 1 };
        let hours = self.number(2)?;
        let minutes = if self.one_of(b":").is_some() { self.number(2)? } else { self.number(2).unwrap_or(-1) };
        let is_whole = minutes >= 0 || !is_apart;
        let ends = !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
        (is_whole && ends && hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes.max(0) * 60))
    }

    /// The instant that was taken.
    pub(super) fn instant(
        &self,
        date: (i64, i64, i64),
        second: i64,
        nanos: u32,
        zone: i64,
    ) -> Option<(Timestamp, usize)> {
        let (year, month, day_of_month) = date;
        let seconds = day(year, month, day_of_month)? * 86_400 + second - zone;
        Some((Timestamp::from_unix(seconds, nanos)?, self.taken()))
    }
}
