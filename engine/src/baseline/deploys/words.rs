//! What a deploy did to a cluster, in words.

use super::Field;
use super::began::Start;
use super::rates::Change;
use crate::entry::{FieldPath, Timestamp};
use crate::report::{ClusterDeploy, DeployKind};

/// Characters of a value.
const VALUE: usize = 80;

/// `since revision api-00611-cr5, first seen 4 minutes after it began`
pub(super) fn began(field: &Field, start: &Start, rate: f64) -> ClusterDeploy {
    let after = start.began.is_exact.then(|| start.first.seconds_since(start.began.at));
    let what = called(&field.name, &start.value);
    let text = match after {
        None => format!("since {what}, which came while nothing was read"),
        Some(after) if after < 1.0 => format!("since {what}, from its first entry on"),
        Some(after) => format!("since {what}, first seen {} after it began", duration(after)),
    };
    ClusterDeploy {
        kind: DeployKind::Began,
        text,
        field: field.name.clone(),
        value: start.value.clone(),
        began: start.began.at,
        after_seconds: after,
        rate_before: 0.0,
        rate_after: rounded(rate),
    }
}

/// `rate rose with revision api-00611-cr5, which began 2025-09-14 04:12 UTC: from 1.2 to 14 an hour`
pub(super) fn changed(field: &Field, change: &Change<'_>) -> ClusterDeploy {
    let (before, after) = (rounded(change.before), rounded(change.after));
    let what = format!("{}, which began {} UTC", called(&field.name, change.value), minute(change.began.at));
    let (kind, text) = if change.after > change.before {
        (DeployKind::RateRose, format!("rate rose with {what}: from {before} to {after} an hour"))
    } else if change.after > 0.0 {
        (DeployKind::RateFell, format!("rate fell with {what}: from {before} to {after} an hour"))
    } else {
        (DeployKind::RateFell, format!("gone with {what}: {before} an hour before"))
    };
    ClusterDeploy {
        kind,
        text,
        field: field.name.clone(),
        value: change.value.to_owned(),
        began: change.began.at,
        after_seconds: None,
        rate_before: before,
        rate_after: after,
    }
}

/// What people call a field: `resource.labels.revision_name` is a revision.
pub(super) fn label(field: &str) -> String {
    let path = FieldPath::parse(field).ok();
    let last = path.as_ref().and_then(|path| path.segments().last()).map_or(field, |segment| segment.name());
    last.strip_suffix("_name").unwrap_or(last).to_owned()
}

fn called(field: &str, value: &str) -> String {
    let label = label(field);
    match value.char_indices().nth(VALUE) {
        Some((end, _)) => format!("{label} {}…", value.get(..end).unwrap_or("")),
        None => format!("{label} {value}"),
    }
}

fn minute(at: Timestamp) -> String {
    at.to_string().get(..16).unwrap_or("").replace('T', " ")
}

/// A span of time, of its largest unit.
fn duration(seconds: f64) -> String {
    let (size, unit) = match seconds {
        _ if seconds < 90.0 => (1.0, "second"),
        _ if seconds < 5_400.0 => (60.0, "minute"),
        _ if seconds < 129_600.0 => (3_600.0, "hour"),
        _ => (86_400.0, "day"),
    };
    let whole = (seconds / size).floor();
    format!("{whole} {unit}{}", if whole == 1.0 { "" } else { "s" })
}

/// To two digits that say something, so that it reads the same anywhere.
fn rounded(rate: f64) -> f64 {
    let step = match rate {
        _ if rate >= 10.0 => 1.0,
        _ if rate >= 1.0 => 0.1,
        _ if rate >= 0.1 => 0.01,
        _ => 0.001,
    };
    // Divided by a power of ten, and not multiplied by a part of one, so that no digits trail behind.
    let parts: f64 = 1.0 / step;
    (rate * parts.round()).round() / parts.round()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_called_by_the_last_name_of_their_field() {
        assert_eq!(called("resource.labels.revision_name", "api-00611-cr5"), "revision api-00611-cr5");
        assert_eq!(called("labels.\"app.kubernetes.io/version\"", "1.2"), "app.kubernetes.io/version 1.2");
        assert_eq!(called("trace", &"é".repeat(90)), format!("trace {}…", "é".repeat(80)));
    }

    #[test]
    fn spans_and_rates_are_short() {
        let spans = [1.0, 59.9, 89.0, 90.0, 240.0, 5_399.0, 7_200.0, 172_800.0];
        let words =
            ["1 second", "59 seconds", "89 seconds", "1 minute", "4 minutes", "89 minutes", "2 hours", "2 days"];
        assert_eq!(spans.map(duration), words);
        assert_eq!([0.0123, 0.126, 1.26, 12.6, 1_234.5].map(rounded), [0.012, 0.13, 1.3, 13.0, 1_235.0]);
    }
}
