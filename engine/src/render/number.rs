//! Numbers and times for people: short, rounded, the same everywhere.

use crate::entry::Timestamp;

/// A number to four significant digits, whole ones from a thousand on: `92.1`, `0.024`, `12,345`, `1.5e300`.
///
/// ```
/// use gardener_engine::render::number;
/// assert_eq!(number(91.649_999), "91.65");
/// assert_eq!(number(-0.0), "0");
/// ```
#[must_use]
pub fn number(value: f64) -> String {
    let size = value.abs();
    if value.is_nan() {
        "not a number".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "∞" } else { "-∞" }.to_owned()
    } else if size == 0.0 {
        "0".to_owned()
    } else if !(1e-4..1e15).contains(&size) {
        let text = format!("{value:.3e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        format!("{}e{exponent}", without_zeros(digits))
    } else {
        // One digit before the point leaves three behind it, and so on; each zero behind the point adds one.
        let places = (1..=7).find(|places| size * 10_f64.powi(*places) >= 999.95).unwrap_or(7);
        let places = if size >= 999.95 { 0 } else { usize::try_from(places).unwrap_or(3) };
        let text = format!("{value:.places$}");
        let text = without_zeros(&text);
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
        let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        format!("{sign}{}{fraction}", grouped(whole))
    }
}

fn without_zeros(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

/// A whole number with commas between thousands: `12,345`.
#[must_use]
pub fn count(value: u64) -> String {
    grouped(&value.to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count with its noun: `1 occurrence`, `19 occurrences`. Without a plural of its own, the noun takes an `s`.
#[must_use]
pub fn counted(value: u64, one: &str, many: Option<&str>) -> String {
    match (value, many) {
        (1, _) => format!("1 {one}"),
        (_, Some(many)) => format!("{} {many}", count(value)),
        (_, None) => format!("{} {one}s", count(value)),
    }
}

/// A span of time in its two largest units: `6 hours`, `1 hour 30 minutes`, `less than a second`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    const UNITS: [(&str, u64); 4] = [("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)];
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "such casts saturate, and NaN is 0")]
    let whole = seconds.round() as u64;
    let Some(largest) = UNITS.iter().position(|(_, size)| whole >= *size) else {
        return "less than a second".to_owned();
    };
    let mut rest = whole;
    let mut parts = Vec::new();
    for (name, size) in UNITS.iter().skip(largest).take(2) {
        let (here, left) = (rest / size, rest % size);
        rest = left;
        if here > 0 {
            parts.push(counted(here, name, None));
        }
    }
    parts.join(" ")
}

/// The day of an instant in UTC: `2025-09-14`.
#[must_use]
pub(super) fn day(at: Timestamp) -> String {
    at.to_string().get(..10).unwrap_or("").to_owned()
}

/// An instant in UTC to the second, as people write it: `2025-09-14 04:55:00`.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    at.to_string().get(..19).unwrap_or("").replace('T', " ")
}

/// The time of day of an instant in UTC: `04:55`.
#[must_use]
pub(super) fn time_of_day(at: Timestamp) -> String {
    at.to_string().get(11..16).unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, text) in [
            (92.1, "92.1"),
            (0.024, "0.024"),
            (0.3, "0.3"),
            (1.0 / 3.0, "0.3333"),
            (19.0, "19"),
            (999.949, "999.9"),
            (999.96, "1,000"),
            (1234.5, "1,234"),
            (-1_234_567.9, "-1,234,568"),
            (1e300, "1e300"),
            (1.234_567e-9, "1.235e-9"),
            (0.000_123_45, "0.0001234"),
            (-0.0, "0"),
            (100.0, "100"),
            (9.999_96, "10"),
            (f64::NAN, "not a number"),
            (f64::NEG_INFINITY, "-∞"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn durations_have_two_units() {
        for (seconds, text) in [
            (21_600.0, "6 hours"),
            (5400.0, "1 hour 30 minutes"),
            (90_061.0, "1 day 1 hour"),
            (86_461.0, "1 day"),
            (59.7, "1 minute"),
            (1.2, "1 second"),
            (0.2, "less than a second"),
            (-5.0, "less than a second"),
            (f64::NAN, "less than a second"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
