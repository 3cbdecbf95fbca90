//! Sparklines: a timeline in a few characters.

use crate::report::Report;
use crate::tally::Timeline;

/// More buckets than this are not laid out for a window; the entries' own span is shown then.
const BUCKETS: u64 = 100_000;

/// Counts as blocks, so many characters at most: `▁▁▃█▂`. Neighbouring counts are added where there are more of them.
///
/// Nothing at all is `▁`; anything is higher, however little it is beside the highest.
///
/// ```
/// use gardener_engine::render::sparkline;
/// assert_eq!(sparkline(&[0, 1, 50, 100], 4), "▁▂▅█");
/// assert_eq!(sparkline(&[0, 1, 50, 100], 2), "▂█");
/// ```
#[must_use]
pub fn sparkline(counts: &[u64], width: usize) -> String {
    drawn(counts, width, ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'])
}

/// The same in ASCII.
pub(super) fn ascii(counts: &[u64], width: usize) -> String {
    drawn(counts, width, ['_', '.', ':', '-', '=', '+', '*', '#'])
}

fn drawn(counts: &[u64], width: usize, [none, levels @ ..]: [char; 8]) -> String {
    let sums = fitted(counts, width);
    let most = sums.iter().copied().max().unwrap_or(0);
    sums.into_iter()
        .map(|sum| {
            let level = (u128::from(sum) * levels.len() as u128).div_ceil(u128::from(most.max(1)));
            usize::try_from(level).ok().and_then(|level| levels.get(level.checked_sub(1)?)).copied().unwrap_or(none)
        })
        .collect()
}

/// The counts, neighbours added until there are `width` at most.
fn fitted(counts: &[u64], width: usize) -> Vec<u64> {
    if counts.len() <= width {
        return counts.to_vec();
    }
    let mut sums = vec![0_u64; width];
    for (at, count) in counts.iter().enumerate() {
        if let Some(sum) = sums.get_mut(at * width / counts.len()) {
            *sum = sum.saturating_add(*count);
        }
    }
    sums
}

/// The buckets that all timelines of a report are laid out on, so that sparklines stand under each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    width: u64,
    /// In seconds since 1970.
    start: i64,
    buckets: usize,
}

impl Axis {
    /// The axis of a report: its window, or what its timelines span where that is not known or too long.
    pub(super) fn of(report: &Report) -> Option<Self> {
        let timelines = || report.clusters.iter().map(|cluster| &cluster.timeline);
        let width = timelines().map(|timeline| timeline.bucket_seconds).max().filter(|width| *width > 0)?;
        let ends = |timeline: &Timeline| {
            let start = timeline.start?.seconds();
            let length = (timeline.counts.len() as u64).saturating_mul(timeline.bucket_seconds);
            Some((start, start.saturating_add(i64::try_from(length).unwrap_or(i64::MAX))))
        };
        let start = timelines().filter_map(ends).map(|(start, _)| start).min()?;
        let end = timelines().filter_map(ends).map(|(_, end)| end).max()?;
        let from = report.window.from.map_or(start, |from| from.seconds().min(start));
        let to = report.window.to.map_or(end, |to| to.seconds().max(end));
        Self::spanning(width, from, to).or_else(|| Self::spanning(width, start, end))
    }

    fn spanning(width: u64, from: i64, to: i64) -> Option<Self> {
        let step = i64::try_from(width).ok()?;
        let start = from.div_euclid(step).checked_mul(step)?;
        let buckets = to.checked_sub(start).and_then(|span| u64::try_from(span).ok())?.div_ceil(width);
        (buckets <= BUCKETS).then_some(())?;
        Some(Self { width, start, buckets: usize::try_from(buckets).ok()? })
    }

    /// A timeline's counts on this axis, in so many cells at most.
    pub(super) fn cells(&self, timeline: &Timeline, width: usize) -> Vec<u64> {
        let mut cells = vec![0_u64; self.buckets.min(width)];
        let Some(start) = timeline.start else { return cells };
        for (at, count) in timeline.counts.iter().enumerate() {
            let offset = i64::try_from((at as u64).saturating_mul(timeline.bucket_seconds)).unwrap_or(i64::MAX);
            let seconds = start.seconds().saturating_add(offset).saturating_sub(self.start);
            let bucket = u64::try_from(seconds).ok().and_then(|seconds| usize::try_from(seconds / self.width).ok());
            let cell = bucket.map(|bucket| bucket.saturating_mul(cells.len()) / self.buckets.max(1));
            if let Some(cell) = cell.and_then(|cell| cells.get_mut(cell)) {
                *cell = cell.saturating_add(*count);
            }
        }
        cells
    }
}
