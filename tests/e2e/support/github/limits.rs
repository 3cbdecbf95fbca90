//! GitHub's limits: the primary one holds, the others are measured.

use std::time::Duration;

use super::clock::Seconds;
use super::faults::Secondary;
use super::http::Response;
use super::log::Logged;
use super::world::World;

/// The primary limit.
#[derive(Clone, Copy, Debug)]
pub struct Primary {
    pub limit: u64,
    pub remaining: u64,
    /// For how long it holds, in seconds.
    pub window: Seconds,
    reset: Option<Seconds>,
    /// How many requests came while nothing remained.
    pub refused: u64,
}

impl Default for Primary {
    fn default() -> Self {
        Self { limit: 5000, remaining: 5000, window: 3600, reset: None, refused: 0 }
    }
}

impl World {
    /// Lets so many further requests pass; those after them are refused for so many seconds.
    pub fn limit(&mut self, requests: u64, window: Seconds) {
        self.primary = Primary { remaining: requests, window, ..Primary::default() };
    }

    /// Counts a request; the answer where there were too many.
    pub fn count(&mut self) -> Option<Response> {
        let now = self.clock();
        let primary = &mut self.primary;
        let reset = *primary.reset.get_or_insert(now + primary.window);
        if now >= reset {
            *primary = Primary { refused: primary.refused, reset: Some(now + 3600), ..Primary::default() };
        }
        if let Some(left) = primary.remaining.checked_sub(1) {
            primary.remaining = left;
            return None;
        }
        primary.refused += 1;
        let message = "API rate limit exceeded for user ID 1001. If you reach out to GitHub Support for help, please \
                       include the request ID 0001:0001:1.";
        Some(self.limited(Response::error(403, message)))
    }

    /// An answer with what remains.
    pub fn limited(&self, response: Response) -> Response {
        let primary = &self.primary;
        let reset = primary.reset.unwrap_or_else(|| self.clock() + primary.window);
        response
            .header("x-ratelimit-limit", primary.limit.to_string())
            .header("x-ratelimit-remaining", primary.remaining.to_string())
            .header("x-ratelimit-used", (primary.limit - primary.remaining.min(primary.limit)).to_string())
            .header("x-ratelimit-reset", reset.to_string())
            .header("x-ratelimit-resource", "core")
    }
}

/// The answer of the secondary limit.
pub fn secondary(how: Secondary) -> Response {
    let message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. If you \
                   reach out to GitHub Support for help, please include the request ID 0001:0001:2.";
    match how {
        Secondary::RetryAfter(status, seconds) => {
            Response::error(status, message).header("retry-after", seconds.to_string())
        }
        Secondary::Bare(status) => Response::error(status, message),
    }
}

/// What a log comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The most points in any sixty seconds: a read is one, a write five.
    pub points: u64,
    /// The most writes that make or change content in any sixty seconds.
    pub content: u64,
    /// The least time between the end of a write and the start of the next.
    pub gap: Option<Duration>,
    /// Whether two requests were ever under way at the same time.
    pub overlap: bool,
    /// Whether two writes were.
    pub overlapping_writes: bool,
}

/// Measures a log. What gets a token is no write of the kind that must be spaced out.
pub fn measure(log: &[Logged]) -> Measured {
    let mut sorted: Vec<&Logged> = log.iter().collect();
    sorted.sort_by_key(|it| it.began);
    let writes: Vec<&Logged> = sorted.iter().copied().filter(|it| it.is_write()).collect();
    let gaps = writes.windows(2).map(|pair| pair[1].began.saturating_duration_since(pair[0].end()));
    Measured {
        points: peak(&sorted, |it| if it.method == "GET" { 1 } else { 5 }),
        content: peak(&writes, |it| u64::from(it.method != "DELETE")),
        gap: gaps.min(),
        overlap: overlaps(&sorted),
        overlapping_writes: overlaps(&writes),
    }
}

fn peak(log: &[&Logged], weight: impl Fn(&Logged) -> u64) -> u64 {
    let minute = Duration::from_secs(60);
    let from = |at: usize| log[at..].iter().take_while(move |it| it.began.duration_since(log[at].began) < minute);
    (0..log.len()).map(|at| from(at).map(|it| weight(it)).sum()).max().unwrap_or(0)
}

fn overlaps(sorted: &[&Logged]) -> bool {
    // A client that has gone is noticed a moment later.
    let grace = |it: &Logged| if it.was_left { Duration::from_millis(50) } else { Duration::ZERO };
    let meet = |one: &Logged, other: &Logged| other.began + grace(one) < one.end();
    sorted.iter().enumerate().any(|(at, one)| sorted[at + 1..].iter().any(|other| meet(one, other)))
}
