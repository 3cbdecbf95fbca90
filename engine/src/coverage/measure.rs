//! So many of so many.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

/// So many of so many are covered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// So many.
    pub covered: u64,
    /// Of so many.
    pub all: u64,
}

impl Measure {
    /// Counts one more.
    pub fn add(&mut self, is_covered: bool) {
        self.covered += u64::from(is_covered);
        self.all += 1;
    }

    /// The percentage in tenths, rounded down, so that only all of them are 100 %; nothing where there are none.
    #[must_use]
    pub fn tenths(self) -> Option<u64> {
        (self.all > 0).then(|| self.covered.saturating_mul(1000) / self.all)
    }

    /// Whether it is as much as asked for, exactly and not as it is shown; none of none is not.
    #[must_use]
    pub fn reaches(self, minimum: Minimum) -> bool {
        self.all > 0 && u128::from(self.covered) * 10_000 >= u128::from(self.all) * u128::from(minimum.hundredths)
    }
}

impl Add for Measure {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { covered: self.covered + other.covered, all: self.all + other.all }
    }
}

/// `84.9 %`, or `–` of none.
impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tenths() {
            Some(tenths) => f.pad(&format!("{}.{} %", tenths / 10, tenths % 10)),
            None => f.pad("–"),
        }
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Measure", 3)?;
        fields.serialize_field("covered", &self.covered)?;
        fields.serialize_field("all", &self.all)?;
        #[expect(clippy::cast_precision_loss, reason = "at most 1000")]
        fields.serialize_field("percent", &self.tenths().map(|tenths| tenths as f64 / 10.0))?;
        fields.end()
    }
}

/// The percentage that is asked for, in hundredths of a per cent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minimum {
    hundredths: u64,
}

/// A text that is no percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoPercentage;

impl fmt::Display for NoPercentage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a percentage from 0 to 100, such as 80 or 87.5")
    }
}

impl std::error::Error for NoPercentage {}

impl FromStr for Minimum {
    type Err = NoPercentage;

    fn from_str(text: &str) -> Result<Self, NoPercentage> {
        let text = text.strip_suffix('%').unwrap_or(text).trim_end();
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || whole.len() > 3 || fraction.len() > 2 {
            return Err(NoPercentage);
        }
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| NoPercentage);
        let hundredths = number(whole)? * 100 + number(&format!("{fraction:0<2}"))?;
        if hundredths > 10_000 { Err(NoPercentage) } else { Ok(Self { hundredths }) }
    }
}

/// `87.5 %`, as it was given.
impl fmt::Display for Minimum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.hundredths / 100, self.hundredths % 100);
        match (fraction, fraction % 10) {
            (0, _) => write!(f, "{whole} %"),
            (_, 0) => write!(f, "{whole}.{} %", fraction / 10),
            _ => write!(f, "{whole}.{fraction:02} %"),
        }
    }
}
