//! Page after page, to the end of the window, with as much patience as there is time.

use std::time::Duration;

use gardener_engine::entry::Timestamp;
use gardener_engine::render::counted;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pace::{Pace, backoff};
use super::page::{Head, Page, lines, place};
use super::request::{Request, Window};
use super::seen::Seen;
use super::trouble::{Kind, Trouble};
use crate::context::Clock;
use crate::error::Failure;

/// How often a server is tried that cannot be reached, and has not been before.
const TRIES_AT_FIRST: u32 = 5;
/// How often one whose answers cannot be read, none of them yet.
const TRIES_OF_STRANGERS: u32 = 8;
/// How often a window is begun again without anything having come since: tokens of pages may be lost more than once.
const BEGUN_AGAIN: u32 = 5;
/// Bytes of an answer beyond which fewer entries are asked for at a time: all of a page is in memory.
const LARGE: usize = 32 << 20;
/// Waits of this length are told.
const WORTH_TELLING: Duration = Duration::from_secs(5);

/// Something that gives pages.
pub(crate) trait Server {
    /// Sends one request, and waits for its answer for so long at most.
    fn list(&mut self, body: &Value, within: Duration) -> Result<Vec<u8>, Trouble>;

    /// Lets go of credentials that were just refused; whether there may be others.
    fn renew(&mut self) -> bool;
}

/// Something that takes entries, a page at a time.
pub(crate) trait Sink {
    /// Takes the entries of a page, JSON Lines, and how far they go; it has them for good when it comes back.
    fn page(&mut self, lines: &[u8], cursor: &Cursor) -> Result<(), Failure>;
}

/// How far a pull has come: all that is needed to go on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Cursor {
    /// Of the next page; nothing at the beginning.
    pub(crate) token: Option<String>,
    /// The time of the last entry.
    pub(crate) last: Option<Timestamp>,
    /// From where the window is asked for, since a token has grown old.
    pub(crate) from: Option<Timestamp>,
    /// Entries that were handed on.
    pub(crate) entries: u64,
    /// Entries that came again and were left out.
    pub(crate) duplicates: u64,
    pub(crate) pages: u64,
    /// Entries that are asked for at a time, since a page was large.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_size: Option<u32>,
}

/// How a pull ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// With the last page.
    Whole,
    /// There are as many entries as were asked for, and perhaps more on the server.
    Limit,
    /// Before its end.
    Stopped(Trouble),
}

/// What bounds a pull.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Requests a minute.
    pub(crate) quota: u32,
    /// For all of it, counted from when it begins.
    pub(crate) deadline: Duration,
    /// Entries.
    pub(crate) entries: Option<u64>,
}

/// What is told while it goes on.
pub(crate) trait Watch {
    /// So much is read.
    fn reached(&mut self, cursor: &Cursor);
    /// Nothing happens for a while, and why.
    fn waiting(&mut self, duration: Duration, why: &str);
}

/// Nobody is told.
pub(crate) struct Unwatched;

impl Watch for Unwatched {
    fn reached(&mut self, _: &Cursor) {}

    fn waiting(&mut self, _: Duration, _: &str) {}
}

/// A pull.
pub(crate) struct Pull<'p> {
    pub(crate) server: Box<dyn Server + 'p>,
    pub(crate) clock: Box<dyn Clock + 'p>,
    /// Numbers between 0 and 1 by chance, for the length of waits.
    pub(crate) chance: Box<dyn FnMut() -> f64 + 'p>,
    pub(crate) watch: Box<dyn Watch + 'p>,
    pub(crate) request: Request,
    pub(crate) window: Window,
    pub(crate) limits: Limits,
    /// Requests of the last minute: whoever pulls again keeps them.
    pub(crate) pace: Pace,
}

/// What was read of a page.
struct Taken {
    lines: Vec<u8>,
    next: Option<String>,
    is_full: bool,
    /// How many entries are to be asked for at a time from now on, where it is fewer.
    fewer: Option<u32>,
}

impl Pull<'_> {
    /// Reads on from where `cursor` is, whose entries are `seen`. An error is one of the sink, which may lack the last page.
    pub(crate) fn run(&mut self, cursor: &mut Cursor, seen: &mut Seen, sink: &mut dyn Sink) -> Result<End, Failure> {
        let until = self.clock.elapsed().saturating_add(self.limits.deadline);
        let mut begun_again = (cursor.entries, 0_u32);
        loop {
            if self.limits.entries.is_some_and(|most| cursor.entries >= most) {
                return Ok(End::Limit);
            }
            let body = self.request.body(self.window, cursor);
            let taken = self.answer(&body, until, cursor.pages == 0).and_then(|answer| {
                // What cannot be read has been asked for again already.
                self.take(answer, cursor, seen).map_err(|why| unreadable(&why))
            });
            let taken = match taken {
                Ok(taken) => taken,
                // The window is begun again where it has been read up to; not for ever, unless something has come since.
                Err(trouble)
                    if trouble.kind == Kind::StaleToken && may_begin_again(&mut begun_again, cursor.entries) =>
                {
                    cursor.token = None;
                    cursor.from = cursor.last;
                    continue;
                }
                Err(trouble) => return Ok(End::Stopped(trouble)),
            };
            cursor.pages += 1;
            cursor.token.clone_from(&taken.next);
            if taken.fewer.is_some() && taken.next.is_some() && cursor.last.is_some() {
                // Tokens are for pages of the size that was asked for.
                (cursor.page_size, cursor.token, cursor.from) = (taken.fewer, None, cursor.last);
            }
            sink.page(&taken.lines, cursor)?;
            self.watch.reached(cursor);
            match (taken.is_full, taken.next) {
                (true, _) => return Ok(End::Limit),
                (false, None) => return Ok(End::Whole),
                (false, Some(_)) => {}
            }
        }
    }

    /// Takes the entries of a page that have not come yet, up to the limit.
    fn take(&self, answer: Vec<u8>, cursor: &mut Cursor, seen: &mut Seen) -> Result<Taken, String> {
        let page = Page::parse(&answer)?;
        let (mut entries, mut is_full) = (Vec::new(), false);
        for entry in &page.entries {
            let head = Head::of(entry.get());
            if head.key.is_some_and(|key| !seen.is_new(key)) {
                cursor.duplicates += 1;
                continue;
            }
            if self.limits.entries.is_some_and(|most| cursor.entries >= most) {
                is_full = true;
                break;
            }
            entries.push(place(&answer, entry));
            cursor.entries += 1;
            cursor.last = head.timestamp.or(cursor.last);
        }
        let (next, fewer) = (page.next().map(str::to_owned), fewer(answer.len(), page.entries.len(), entries.len()));
        Ok(Taken { lines: lines(answer, &entries), next, is_full, fewer })
    }

    /// Asks for a page until it has come, or there is no time left.
    fn answer(&mut self, body: &Value, until: Duration, is_first: bool) -> Result<Vec<u8>, Trouble> {
        let (mut failed, mut is_renewed) = (0_u32, false);
        loop {
            let wait = self.pace.wait(self.clock.elapsed());
            self.wait(wait, until, "the quota allows no more requests in this minute", None)?;
            let now = self.clock.elapsed();
            if now >= until {
                return Err(late("the time for this pull is over", None));
            }
            self.pace.sent(now);
            let answer = self.server.list(body, until.saturating_sub(now));
            self.pace.answered(self.clock.elapsed());
            let trouble = match answer.and_then(|answer| match Page::parse(&answer) {
                Ok(_) => Ok(answer),
                Err(why) => Err(unreadable(&why)),
            }) {
                Ok(answer) => return Ok(answer),
                Err(trouble) => trouble,
            };
            // A token may end in the middle. One that is new and refused as well is no good.
            if trouble.kind == Kind::Unauthorized && !is_renewed && self.server.renew() {
                is_renewed = true;
                continue;
            }
            failed = failed.saturating_add(1);
            if !trouble.may_pass() || (is_first && failed >= tries_at_first(trouble.kind)) {
                return Err(trouble);
            }
            let wait = match trouble.kind {
                Kind::Limited(asked) => backoff(failed, true, (self.chance)()).max(asked.unwrap_or_default()),
                Kind::FailedFor(asked) => backoff(failed, false, (self.chance)()).max(asked),
                _ => backoff(failed, false, (self.chance)()),
            };
            let why = trouble.message.clone();
            self.wait(wait, until, &why, Some(trouble))?;
        }
    }

    /// Waits, unless that takes longer than there is time.
    fn wait(&mut self, wait: Duration, until: Duration, why: &str, cause: Option<Trouble>) -> Result<(), Trouble> {
        if wait.is_zero() {
            return Ok(());
        }
        if self.clock.elapsed().saturating_add(wait) > until {
            let seconds = counted(wait.as_millis().div_ceil(1000).try_into().unwrap_or(u64::MAX), "second", None);
            return Err(late(
                &format!("it would have to wait for {seconds}, and there is no time left ({why})"),
                cause,
            ));
        }
        if wait >= WORTH_TELLING {
            self.watch.waiting(wait, why);
        }
        self.clock.wait(wait);
        Ok(())
    }
}

/// How many entries are to be asked for at a time where an answer with so many of them was large, so that the next has half of what is
/// large. Not where nothing of it was new, for then it would come again.
fn fewer(bytes: usize, entries: usize, new: usize) -> Option<u32> {
    if bytes <= LARGE || entries < 2 || new == 0 {
        return None;
    }
    let fitting = LARGE / 2 / (bytes / entries).max(1);
    u32::try_from(fitting.clamp(1, entries - 1)).ok()
}

/// Whether a window may be begun again: how often it was, since there were so many entries.
fn may_begin_again((entries, times): &mut (u64, u32), now: u64) -> bool {
    *times = if *entries == now { *times + 1 } else { 1 };
    *entries = now;
    *times <= BEGUN_AGAIN
}

/// How often something is tried that has never gone right: a wrong address is not asked for half an hour. A server that says
/// that it failed is there.
fn tries_at_first(kind: Kind) -> u32 {
    match kind {
        Kind::Unreachable => TRIES_AT_FIRST,
        Kind::NoAnswer => TRIES_OF_STRANGERS,
        _ => u32::MAX,
    }
}

fn late(why: &str, cause: Option<Trouble>) -> Trouble {
    let trouble = Trouble::new(Kind::Late, why);
    match cause.and_then(|cause| cause.help) {
        Some(help) => trouble.help(help),
        None => trouble.help("--deadline gives it more"),
    }
}

fn unreadable(why: &str) -> Trouble {
    Trouble::new(Kind::NoAnswer, crate::http::fit(&format!("Cloud Logging's answer cannot be read: {why}")))
}

#[cfg(test)]
mod tests;
