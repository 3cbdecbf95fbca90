//! The times that runs have looked at.

use crate::report::Window;

/// Spans of time in seconds, apart from each other, the earliest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Watched(Vec<(i64, i64)>);

impl Watched {
    /// All that these windows cover. One without an end is left out: nobody knows what it covers.
    pub(super) fn of(windows: impl Iterator<Item = Window>) -> Self {
        let known = windows.filter_map(|window| Some((window.from?.seconds(), window.to?.seconds())));
        let mut spans: Vec<(i64, i64)> = known.filter(|(from, to)| from <= to).collect();
        spans.sort_unstable();
        let mut apart: Vec<(i64, i64)> = Vec::new();
        for (from, to) in spans {
            match apart.last_mut() {
                Some((_, end)) if from <= *end => *end = (*end).max(to),
                _ => apart.push((from, to)),
            }
        }
        Self(apart)
    }

    /// Seconds of a span that were looked at.
    pub(super) fn between(&self, from: i64, to: i64) -> i64 {
        let first = self.0.partition_point(|(_, end)| *end <= from);
        let there = self.0.iter().skip(first).take_while(|(start, _)| *start < to);
        there.map(|(start, end)| (*end).min(to) - (*start).max(from)).sum()
    }

    /// Since when it has been looked at without a gap up to a time.
    pub(super) fn without_gap(&self, until: i64) -> Option<i64> {
        let (start, end) = self.0.iter().rfind(|(start, _)| *start <= until)?;
        (until <= *end).then_some(*start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entry::Timestamp;

    fn window(from: i64, to: i64) -> Window {
        Window { from: Timestamp::from_unix(from, 0), to: Timestamp::from_unix(to, 0) }
    }

    #[test]
    fn windows_that_touch_or_overlap_are_one_span() {
        let unknown = Window { from: Timestamp::from_unix(0, 0), to: None };
        let windows = [window(50, 60), window(10, 20), unknown, window(20, 30), window(25, 28), window(9, 5)];
        let watched = Watched::of(windows.into_iter());
        assert_eq!(watched.0, [(10, 30), (50, 60)]);
        let all = [(0, 100), (0, 10), (15, 25), (25, 55), (30, 50), (60, 99), (i64::MIN, 12)];
        assert_eq!(all.map(|(from, to)| watched.between(from, to)), [30, 0, 10, 10, 0, 0, 2]);
        assert_eq!(
            [5, 10, 30, 31, 55, 61].map(|at| watched.without_gap(at)),
            [None, Some(10), Some(10), None, Some(50), None]
        );
    }
}
