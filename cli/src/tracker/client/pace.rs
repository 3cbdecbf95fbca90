//! How many requests a tracker bears.
//!
//! The limits are GitHub's secondary ones (900 points a minute, of which a read is one and a write five; about 80 requests a
//! minute and 500 an hour that make something), with room left for what else works with the same token.

use std::collections::VecDeque;
use std::time::Duration;

use super::super::Request;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);
/// Points that may be spent in a minute.
const POINTS: u64 = 800;
/// Points of a write; a read is one.
const WRITE: u64 = 5;
/// Requests in a minute that make something anew.
const MADE_A_MINUTE: u64 = 75;
/// And in an hour.
const MADE_AN_HOUR: u64 = 480;

/// What was sent lately.
#[derive(Debug)]
pub(super) struct Pace {
    interval: Duration,
    last_write: Option<Duration>,
    points: Window,
    made: [Window; 2],
}

impl Pace {
    pub(super) fn new(interval: Duration) -> Self {
        Self {
            interval,
            last_write: None,
            points: Window::new(MINUTE, POINTS),
            made: [Window::new(MINUTE, MADE_A_MINUTE), Window::new(HOUR, MADE_AN_HOUR)],
        }
    }

    /// When a request may be sent: now or later.
    pub(super) fn free_at(&mut self, request: &Request, now: Duration) -> Duration {
        let mut free = self.points.free_at(now, points(request));
        if request.is_write() {
            free = free.max(self.last_write.map_or(now, |end| end.saturating_add(self.interval)));
        }
        if request.makes_anew() {
            free = self.made.iter_mut().fold(free, |free, window| free.max(window.free_at(now, 1)));
        }
        free
    }

    /// A request has come to its end. It reached the tracker no later than that, so whoever counts from here on counts no
    /// less than the tracker does.
    pub(super) fn sent(&mut self, request: &Request, end: Duration) {
        self.points.spend(end, points(request));
        if request.is_write() {
            self.last_write = Some(end);
        }
        if request.makes_anew() {
            self.made.iter_mut().for_each(|window| window.spend(end, 1));
        }
    }
}

fn points(request: &Request) -> u64 {
    if request.is_write() { WRITE } else { 1 }
}

/// What was spent in a span that moves along.
#[derive(Debug)]
struct Window {
    span: Duration,
    most: u64,
    spent: VecDeque<(Duration, u64)>,
}

impl Window {
    fn new(span: Duration, most: u64) -> Self {
        Self { span, most, spent: VecDeque::new() }
    }

    /// When there is room for so much more.
    fn free_at(&mut self, now: Duration, cost: u64) -> Duration {
        while self.spent.front().is_some_and(|(at, _)| at.saturating_add(self.span) <= now) {
            self.spent.pop_front();
        }
        let mut sum: u64 = self.spent.iter().map(|(_, cost)| cost).sum();
        let mut free = now;
        for (at, gone) in &self.spent {
            if sum + cost <= self.most {
                break;
            }
            sum -= gone;
            free = at.saturating_add(self.span);
        }
        free
    }

    fn spend(&mut self, at: Duration, cost: u64) {
        self.spent.push_back((at, cost));
    }
}
