//! Shards of a sink in Cloud Storage, `LOG_ID/2026/01/13/08:00:00_08:59:59_S0.json`, which name the hour of the entries in them
//! (<https://cloud.google.com/logging/docs/export/storage#gcs-organization>).

use gardener_engine::entry::Timestamp;

use super::Capture;

/// Seconds behind the end of a window from which on shards hold nothing of it: a sink writes an hour two or three hours after it,
/// and what comes later still has been in no hurry.
const LATE: i64 = 3 * 3600;
/// Seconds before the beginning of a window up to which shards are read: clocks differ.
const EARLY: i64 = 3600;

/// What was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Left {
    /// Shards whose hour is before the window: the captures reach back to it.
    pub(crate) before: usize,
    /// Shards whose hour is behind it.
    pub(crate) behind: usize,
}

impl Left {
    /// All of them.
    pub(crate) fn all(self) -> usize {
        self.before + self.behind
    }
}

/// The captures without those that hold nothing of a window by their names, and how many these were. What is no shard is kept.
pub(crate) fn within(
    captures: Vec<Capture>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> (Vec<Capture>, Left) {
    let mut left = Left::default();
    let mut captures = captures;
    captures.retain(|capture| {
        let Some((from, to)) = hour(&capture.name) else { return true };
        let is_before = since.is_some_and(|since| to < since.plus_seconds(-EARLY));
        let is_behind = until.is_some_and(|until| from >= until.plus_seconds(LATE));
        left.before += usize::from(is_before);
        left.behind += usize::from(is_behind && !is_before);
        !is_before && !is_behind
    });
    (captures, left)
}

/// The first and the last second of the entries in a shard of this name.
fn hour(name: &str) -> Option<(Timestamp, Timestamp)> {
    let mut parts = name.rsplit('/');
    let (file, day, month, year) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let mut words = file.split('.').next()?.splitn(3, '_');
    let (from, to, shard) = (words.next()?, words.next()?, words.next()?);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // `S0`, and `A0` or `A0:4837947391` for what came late.
    let is_shard = shard.strip_prefix(['S', 'A']).is_some_and(|number| number.split(':').all(is_number));
    let time = |clock: &str| Timestamp::parse(&format!("{year}-{month}-{day}T{clock}Z"));
    let (from, to) = (time(from)?, time(to)?);
    (is_shard && from <= to).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_name_tells_the_hour() {
        let shown = |name: &str| hour(name).map(|(from, to)| format!("{from} {to}"));
        let expected = Some("2026-01-13T08:00:00Z 2026-01-13T08:59:59Z".to_owned());
        for name in [
            "gs://b/syslog/2026/01/13/08:00:00_08:59:59_S0.json",
            "export/run.googleapis.com/stderr/2026/01/13/08:00:00_08:59:59_S17.json.gz",
            "2026/01/13/08:00:00_08:59:59_A0.json",
            "x/2026/01/13/08:00:00_08:59:59_A1:4837947391.json",
        ] {
            assert_eq!(shown(name), expected, "{name}");
        }
        for name in [
            "08:00:00_08:59:59_S0.json",
            "x/2026/13/01/08:00:00_08:59:59_S0.json",
            "x/2026/01/13/08:00:00_08:59:59_B0.json",
            "x/2026/01/13/08:00:00_08:59:59_S.json",
            "x/2026/01/13/08:00:00_S0.json",
            "x/2026/01/13/09:00:00_08:59:59_S0.json",
            "x/2026/01/13/8:00_9:00_S0.json",
        ] {
            assert_eq!(shown(name), None, "{name}");
        }
    }

    #[test]
    fn shards_near_a_window_are_read_and_others_are_not() {
        let shards = (0..24).map(|h| format!("l/2026/01/13/{h:02}:00:00_{h:02}:59:59_S0.json"));
        let names: Vec<String> = shards.chain(["l/2026/01/13/notes.json".to_owned()]).collect();
        let left = |since: Option<&str>, until: Option<&str>| {
            let captures = names.iter().map(|name| Capture::in_memory(name.as_str(), *b"")).collect();
            let (kept, left) = within(captures, since.map(time), until.map(time));
            let hours: Vec<String> = kept.iter().map(|capture| capture.name[13..15].to_owned()).collect();
            (hours.join(" "), left)
        };
        let (since, until) = (Some("2026-01-13T08:30:00Z"), Some("2026-01-13T09:30:00Z"));
        assert_eq!(left(since, until), ("07 08 09 10 11 12 no".to_owned(), Left { before: 7, behind: 11 }));
        assert_eq!(left(None, None).1.all(), 0);
        assert_eq!(left(since, None).1, Left { before: 7, behind: 0 });
        assert_eq!(
            left(None, Some("2026-01-13T00:00:00Z")),
            ("00 01 02 no".to_owned(), Left { before: 0, behind: 21 })
        );
    }
}
