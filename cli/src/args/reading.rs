//! What every command understands that reads captures.

use clap::Args;
use gardener_engine::entry::Timestamp;

/// Which captures, which of their entries, and how they are read.
#[derive(Clone, Debug, Args)]
pub(crate) struct Reading {
    /// Files, directories or quoted globs, in Cloud Storage too (gs://BUCKET/FOLDER/); `-` or nothing is standard input
    #[arg(value_name = "CAPTURE")]
    pub(crate) captures: Vec<String>,
    /// Take this as the time now (RFC 3339), so that the same input gives the same output
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(crate) now: Option<Timestamp>,
    /// Leave out entries before this time: RFC 3339, a date, or so long ago (30m, 6h, 7d, 1h30m); where runs
    /// are recorded also `last`, where the last one in the history ended
    #[arg(long, value_name = "TIME", value_parser = beginning)]
    pub(crate) since: Option<Beginning>,
    /// Leave out entries from this time on: as for --since, without `last`
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) until: Option<Moment>,
    /// Stop at the first record that cannot be read, with exit code 6
    #[arg(long)]
    pub(crate) strict: bool,
    /// Take it for right that there are no entries to read
    #[arg(long)]
    pub(crate) allow_empty: bool,
    /// Threads that work (default: one a core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) jobs: Option<u16>,
}

/// A time as it may be given: itself, or so many seconds before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    At(Timestamp),
    Ago(i64),
}

impl Moment {
    pub(crate) fn seen_from(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(time) => time,
            Self::Ago(seconds) => now.plus_seconds(-seconds),
        }
    }
}

/// Where a window begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Beginning {
    Moment(Moment),
    /// Where the last run in the history ended.
    Last,
}

pub(super) fn beginning(text: &str) -> Result<Beginning, String> {
    if text == "last" {
        return Ok(Beginning::Last);
    }
    moment(text).map(Beginning::Moment).map_err(|error| format!("{error}; or `last`"))
}

pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).ok_or_else(|| "expected a time such as 2025-09-14T04:55:00Z".to_owned())
}

pub(super) fn moment(text: &str) -> Result<Moment, String> {
    if let Some(time) = Timestamp::parse(text) {
        return Ok(Moment::At(time));
    }
    let seconds = seconds(text).ok_or_else(|| {
        "expected a time such as 2025-09-14T04:55:00Z, a date, or a duration such as 30m, 6h, 7d or 1h30m".to_owned()
    })?;
    Ok(Moment::Ago(seconds))
}

/// A duration such as `30s` or `1h30m`.
pub(super) fn duration(text: &str) -> Result<std::time::Duration, String> {
    let seconds = seconds(text).and_then(|seconds| u64::try_from(seconds).ok());
    let seconds = seconds.ok_or_else(|| "expected a duration such as 30s, 10m or 1h30m".to_owned())?;
    Ok(std::time::Duration::from_secs(seconds))
}

/// The seconds of a duration: numbers with their units, one behind the other.
fn seconds(text: &str) -> Option<i64> {
    let mut sum = 0_i64;
    let mut rest = text;
    while !rest.is_empty() {
        let (digits, behind) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
        let unit = match behind.chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        let number: u32 = digits.parse().ok()?;
        sum = sum.checked_add(i64::from(number) * unit)?;
        rest = behind.get(1..)?;
    }
    (!text.is_empty()).then_some(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_instants_dates_or_durations() {
        let now = Timestamp::parse("2025-09-14T12:00:00Z").unwrap();
        for (text, expected) in [
            ("2025-09-14T04:55:00Z", "2025-09-14T04:55:00Z"),
            ("2025-09-13", "2025-09-13T00:00:00Z"),
            ("90s", "2025-09-14T11:58:30Z"),
            ("6h", "2025-09-14T06:00:00Z"),
            ("7d", "2025-09-07T12:00:00Z"),
            ("1w", "2025-09-07T12:00:00Z"),
            ("1h30m", "2025-09-14T10:30:00Z"),
            ("1d12h", "2025-09-13T00:00:00Z"),
        ] {
            assert_eq!(moment(text).unwrap().seen_from(now).to_string(), expected, "{text}");
        }
        for text in ["", "h", "-6h", "6 h", "6y", "6h30", "99999999999999h", "yesterday", "é"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
