//! Asks a tracker, at a pace it can bear and with the patience it asks for.
//!
//! Reads are tried again; writes only where it is certain that they were not done. What waits, waits within one deadline for
//! the whole run: what would have to wait longer is deferred at once, so that a run ends when it is expected to.

mod calls;
mod pace;

use std::time::Duration;

use super::{Answer, Kind, Request, Tracker, Trouble};
pub(crate) use crate::context::Clock;
#[cfg(test)]
pub(crate) use crate::context::FakeClock;
use pace::Pace;

/// How long a run may take, where nobody says otherwise.
pub(crate) const DEADLINE: Duration = Duration::from_secs(600);
/// How far apart writes are, where nobody says otherwise.
pub(crate) const INTERVAL: Duration = Duration::from_secs(1);

/// How often something is sent that may pass, in all.
const TRIES: u32 = 4;
/// The wait before the second of these; it doubles.
const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The shortest wait where a tracker asks for one.
const LEAST_LIMITED: Duration = Duration::from_secs(1);
/// The first wait where a tracker does not say how long; it doubles.
const UNSAID: Duration = Duration::from_secs(60);
/// Waits of this length are told.
const WORTH_TELLING: Duration = Duration::from_secs(5);

/// How long a run may take, and how far apart its writes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Counted from when the client was made.
    pub(crate) deadline: Duration,
    /// Between the end of a write and the next.
    pub(crate) interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: DEADLINE, interval: INTERVAL }
    }
}

/// What was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Requests, writes among them.
    pub(crate) requests: u64,
    pub(crate) writes: u64,
}

/// A tracker, asked with patience.
pub(crate) struct Client<'c> {
    tracker: Box<dyn Tracker + 'c>,
    clock: Box<dyn Clock + 'c>,
    tell: Box<dyn FnMut(&str) + 'c>,
    /// By the clock, when there is no time left.
    until: Duration,
    pace: Pace,
    deferred: Deferred,
    counts: Counts,
}

/// What is not sent any more.
#[derive(Debug)]
enum Deferred {
    Nothing,
    /// Writes, for this reason.
    Writes(Trouble),
    /// What cannot even be read cannot be written.
    Everything(Trouble),
}

impl<'c> Client<'c> {
    /// `tell` gets what people are told while it waits, a line each.
    pub(crate) fn new(
        tracker: impl Tracker + 'c,
        clock: impl Clock + 'c,
        limits: Limits,
        tell: impl FnMut(&str) + 'c,
    ) -> Self {
        Self {
            until: clock.elapsed().saturating_add(limits.deadline),
            tracker: Box::new(tracker),
            clock: Box::new(clock),
            tell: Box::new(tell),
            pace: Pace::new(limits.interval),
            deferred: Deferred::Nothing,
            counts: Counts::default(),
        }
    }

    #[cfg(test)]
    /// What was sent so far.
    pub(crate) fn counts(&self) -> Counts {
        self.counts
    }

    /// Lets time pass, as far as there is any left: for whoever looks later what became of something.
    pub(crate) fn pause(&mut self, duration: Duration) -> Result<(), Trouble> {
        if self.is_too_long(duration) {
            return Err(Trouble::new(Kind::Deferred, "there is no time left to look again"));
        }
        self.clock.wait(duration);
        Ok(())
    }

    /// Sends a request as often as it may be, and as late as it must.
    fn send(&mut self, request: &Request) -> Result<Answer, Trouble> {
        let (mut failed, mut retry, mut unsaid) = (0, FIRST_WAIT, UNSAID);
        loop {
            self.keep_pace(request)?;
            let trouble = match self.send_once(request) {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            match trouble.kind {
                Kind::Limited { wait } => {
                    let wait = wait.unwrap_or_else(|| {
                        let wait = unsaid;
                        unsaid = unsaid.saturating_mul(2);
                        wait
                    });
                    self.wait(request, wait.max(LEAST_LIMITED), "the tracker asks for it")?;
                }
                kind if trouble.may_pass() && (!request.is_write() || kind == Kind::Unreachable) => {
                    failed += 1;
                    if failed >= TRIES || self.is_too_long(retry) {
                        return Err(trouble);
                    }
                    (self.tell)(&format!("trying again in {}: {trouble}", seconds(retry)));
                    self.clock.wait(retry);
                    retry = retry.saturating_mul(2);
                }
                _ => return Err(trouble),
            }
        }
    }

    fn send_once(&mut self, request: &Request) -> Result<Answer, Trouble> {
        let answer = self.tracker.send(request);
        self.pace.sent(request, self.clock.elapsed());
        if !matches!(&answer, Err(trouble) if matches!(trouble.kind, Kind::Unreachable | Kind::Deferred)) {
            self.counts.requests += 1;
            self.counts.writes += u64::from(request.is_write());
        }
        answer
    }

    /// Waits until a request may be sent.
    fn keep_pace(&mut self, request: &Request) -> Result<(), Trouble> {
        match &self.deferred {
            Deferred::Everything(trouble) => return Err(trouble.clone()),
            Deferred::Writes(trouble) if request.is_write() => return Err(trouble.clone()),
            Deferred::Nothing | Deferred::Writes(_) => {}
        }
        let now = self.clock.elapsed();
        let wait = self.pace.free_at(request, now).saturating_sub(now);
        self.wait(request, wait, "so many requests at once are too many for the tracker")
    }

    /// Waits, or defers the request and its like where there is no time for it.
    fn wait(&mut self, request: &Request, wait: Duration, why: &str) -> Result<(), Trouble> {
        if self.is_too_long(wait) {
            let left = seconds(self.until.saturating_sub(self.clock.elapsed()));
            let told = match wait {
                Duration::ZERO => "not sent: the time for this run is over".to_owned(),
                wait => format!("not sent: it would have to wait {}, and {left} are left ({why})", seconds(wait)),
            };
            let trouble = Trouble::new(Kind::Deferred, told);
            self.deferred = match request.is_write() {
                true => Deferred::Writes(trouble.clone()),
                false => Deferred::Everything(trouble.clone()),
            };
            return Err(trouble);
        }
        if wait >= WORTH_TELLING {
            (self.tell)(&format!("waiting {}: {why}", seconds(wait)));
        }
        if !wait.is_zero() {
            self.clock.wait(wait);
        }
        Ok(())
    }

    fn is_too_long(&self, wait: Duration) -> bool {
        self.clock.elapsed().saturating_add(wait) > self.until
    }
}

impl std::fmt::Debug for Client<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("until", &self.until).field("counts", &self.counts).finish_non_exhaustive()
    }
}

/// For people: whole seconds, rounded up.
fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_millis().div_ceil(1000))
}

#[cfg(test)]
mod tests;
