//! How often the server is asked, and how long is waited where it does not answer.

use std::collections::VecDeque;
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
/// The first wait; it doubles.
const FIRST: Duration = Duration::from_millis(250);
/// The first wait where there were too many requests.
const FIRST_LIMITED: Duration = Duration::from_secs(2);
/// The longest: quotas are for a minute; who fails or is not heard may be well again any moment.
const LONGEST: Duration = Duration::from_secs(15);
const LONGEST_LIMITED: Duration = MINUTE;

/// Requests of the last minute.
#[derive(Debug)]
pub(crate) struct Pace {
    quota: usize,
    sent: VecDeque<Duration>,
}

impl Pace {
    /// So many requests a minute.
    pub(crate) fn new(quota: u32) -> Self {
        Self { quota: usize::try_from(quota.max(1)).unwrap_or(usize::MAX), sent: VecDeque::new() }
    }

    /// How long to wait before the next request.
    pub(super) fn wait(&mut self, now: Duration) -> Duration {
        while self.sent.front().is_some_and(|at| at.saturating_add(MINUTE) <= now) {
            self.sent.pop_front();
        }
        match self.sent.len().checked_sub(self.quota).and_then(|before| self.sent.get(before)) {
            Some(at) => at.saturating_add(MINUTE).saturating_sub(now),
            None => Duration::ZERO,
        }
    }

    /// A request is sent.
    pub(super) fn sent(&mut self, now: Duration) {
        self.sent.push_back(now);
    }

    /// The last request was answered. It may have arrived as late as this, and the server counts from there.
    pub(super) fn answered(&mut self, now: Duration) {
        if let Some(last) = self.sent.back_mut() {
            *last = now.max(*last);
        }
    }
}

/// The wait before the try with this number, of which the first failed is 1: twice as long each time, up to the longest, and by
/// chance up to half less, so that those who were refused together do not come back together.
pub(super) fn backoff(failed: u32, is_limited: bool, chance: f64) -> Duration {
    let (first, longest) = if is_limited { (FIRST_LIMITED, LONGEST_LIMITED) } else { (FIRST, LONGEST) };
    let whole = first.saturating_mul(1 << failed.saturating_sub(1).min(10)).min(longest);
    whole.mul_f64(1.0 - chance.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_has_more_requests_than_the_quota() {
        let mut pace = Pace::new(3);
        let mut now = Duration::ZERO;
        let mut sent = Vec::new();
        for _ in 0..20 {
            now += pace.wait(now);
            assert_eq!(pace.wait(now), Duration::ZERO);
            pace.sent(now);
            sent.push(now);
            now += Duration::from_secs(1);
        }
        for (at, later) in sent.iter().zip(&sent[3..]) {
            assert!(*later >= *at + MINUTE, "{sent:?}");
        }
        assert_eq!(sent[2], Duration::from_secs(2), "and none waits without need");
    }

    #[test]
    fn a_request_counts_until_a_minute_after_it_can_have_arrived() {
        let mut pace = Pace::new(1);
        pace.sent(Duration::ZERO);
        pace.answered(Duration::from_secs(3));
        assert_eq!(pace.wait(Duration::from_secs(4)), Duration::from_secs(59));
    }

    #[test]
    fn waits_double_up_to_the_longest_and_differ_by_chance() {
        let seconds = |failed, chance| backoff(failed, false, chance).as_secs_f64();
        assert_eq!([1, 2, 3].map(|failed| seconds(failed, 0.0)), [0.25, 0.5, 1.0]);
        assert_eq!([seconds(30, 0.0), seconds(u32::MAX, 0.0)], [15.0, 15.0]);
        assert_eq!(seconds(2, 1.0), 0.25);
        assert_eq!([1, 30].map(|failed| backoff(failed, true, 0.0).as_secs()), [2, 60]);
    }
}
