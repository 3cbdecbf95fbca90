//! Where a cluster stands: new, ongoing, regressed, escalating, quiet.

use std::collections::BTreeSet;

use super::watched::Watched;
use super::{Baseline, DAY, HOUR, PastCluster, Recall, Seen};
use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::report::{State, Window};

/// Seconds of silence below which nothing counts as quiet.
const LEAST_SILENCE: i64 = DAY;
/// The chance below which a silence is no accident.
const CHANCE: f64 = 0.01;
/// Seconds behind the closing of an issue within which entries may be late ones of the trouble that was closed.
const GRACE: f64 = 3_600.0;
/// Days without any run that do not break a row of days.
const UNWATCHED: i64 = 7;

/// A cluster that history knows and this run did not see, silent for too long for that to be chance.
#[derive(Clone, Copy, Debug)]
pub struct Quiet<'h> {
    /// Its identity.
    pub fingerprint: &'h Fingerprint,
    /// As it was last seen.
    pub last: Seen<'h>,
    /// Since when it is silent.
    pub since: Timestamp,
}

impl Baseline {
    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        let end = self.now.window.to.unwrap_or(self.now.at);
        if self.now.cluster.last_seen.is_some_and(|last| self.activity(true).is_quiet(last, end, || self.watched())) {
            State::Quiet
        } else if self.is_empty() {
            State::New
        } else if self.forecast().is_some_and(|forecast| forecast.is_escalating) {
            State::Escalating
        } else if self.is_back_after_closing() || self.silence_before().is_some() {
            State::Regressed
        } else {
            State::Ongoing
        }
    }

    /// Since when it is quiet; where it is back, since when it had been.
    #[must_use]
    pub fn quiet_since(&self) -> Option<Timestamp> {
        let end = self.now.window.to.unwrap_or(self.now.at);
        let last = self.now.cluster.last_seen;
        last.filter(|last| self.activity(true).is_quiet(*last, end, || self.watched()))
            .or_else(|| self.silence_before())
    }

    fn is_back_after_closing(&self) -> bool {
        self.closed_at.zip(self.now.cluster.last_seen).is_some_and(|(at, last)| last.seconds_since(at) > GRACE)
    }

    /// The last entry before a silence that this run broke, where runs had looked in vain meanwhile.
    fn silence_before(&self) -> Option<Timestamp> {
        if self.runs_missed() == 0 {
            return None;
        }
        let before = self.previous()?;
        let last = before.cluster.last_seen.unwrap_or(before.run.at);
        let first = self.now.cluster.first_seen.unwrap_or(self.now.at);
        self.activity(false).is_quiet(last, first, || self.watched()).then_some(last)
    }

    /// What runs have looked at. A run that is known by history counts with the window that it had, for that of `now` may be
    /// stretched up to the end of later ones.
    fn watched(&self) -> Watched {
        let runs = &self.history.runs;
        let now = (!runs.iter().any(|run| run.at == self.now.at)).then(|| up_to(self.now.window, self.now.at));
        Watched::of(runs.iter().map(|run| run.window).chain(now))
    }

    fn activity(&self, with_now: bool) -> Activity {
        let mut activity = Activity::default();
        self.seen().for_each(|seen| activity.add(seen.cluster, seen.run.at));
        if with_now {
            activity.add(&self.now.cluster, self.now.at);
        }
        activity
    }

    /// Days (UTC) on which earlier runs saw it; that of its latest entry counts for each run.
    #[must_use]
    pub fn days_seen(&self) -> u64 {
        self.days().len() as u64
    }

    fn days(&self) -> BTreeSet<i64> {
        self.seen().map(|seen| day(seen.cluster.last_seen.unwrap_or(seen.run.at))).collect()
    }

    /// Days (UTC) in a row on which it was seen, up to this run's. A day on which there was no run breaks no row, unless
    /// there were more than seven of them.
    #[must_use]
    pub fn days_in_a_row(&self) -> u64 {
        let seen = self.days();
        let watched: BTreeSet<i64> = self.runs().map(|run| day(run.at)).collect();
        let (mut row, mut unwatched) = (1, 0);
        let mut at = day(self.now.cluster.last_seen.unwrap_or(self.now.at)) - 1;
        loop {
            if seen.contains(&at) {
                (row, unwatched) = (row + 1, 0);
            } else if watched.contains(&at) || unwatched >= UNWATCHED || seen.first().is_none_or(|first| at < *first) {
                return row;
            } else {
                unwatched += 1;
            }
            at -= 1;
        }
    }
}

impl Recall {
    /// The clusters that history knows and that are silent at `now` for too long for that to be chance, without those that
    /// this run has seen. Silences that are older than `reach` seconds are old news.
    #[must_use]
    pub fn quiet(
        &self,
        seen_now: &BTreeSet<Fingerprint>,
        (window, now): (Window, Timestamp),
        reach: i64,
    ) -> Vec<Quiet<'_>> {
        let silent = self.latest().filter(|(fingerprint, _)| !seen_now.contains(*fingerprint));
        let windows = || self.order.iter().filter_map(|at| self.history.runs.get(*at)).map(|run| run.window);
        let watched = std::cell::LazyCell::new(|| Watched::of(windows().chain([up_to(window, now)])));
        let quiet = silent.filter_map(|(fingerprint, last)| {
            let since = last.cluster.last_seen.unwrap_or(last.run.at);
            let mut activity = Activity::default();
            self.sightings(fingerprint).for_each(|seen| activity.add(seen.cluster, seen.run.at));
            let is_news = now.seconds().saturating_sub(since.seconds()) <= reach;
            (is_news && activity.is_quiet(since, now, || watched.clone())).then_some(Quiet { fingerprint, last, since })
        });
        quiet.collect()
    }
}

/// The window of a run; where nobody has said its end, up to the time of the run.
fn up_to(window: Window, now: Timestamp) -> Window {
    Window { to: window.to.or(Some(now)), ..window }
}

fn day(time: Timestamp) -> i64 {
    time.seconds().div_euclid(DAY)
}

/// The hours in which a cluster is known to have had entries.
#[derive(Debug, Default)]
struct Activity(BTreeSet<i64>);

impl Activity {
    fn add(&mut self, cluster: &PastCluster, at: Timestamp) {
        let hour = |time: Timestamp| time.seconds().div_euclid(HOUR);
        self.0.extend(cluster.hourly.iter().filter(|(_, count)| **count > 0).map(|(start, _)| hour(*start)));
        self.0.extend(cluster.first_seen.map(hour));
        self.0.insert(hour(cluster.last_seen.unwrap_or(at)));
    }

    /// Whether a silence from one time to another is no accident for something that was active in these hours: were its
    /// hours spread at random over the whole time, `(span / (span + silence))^(n − 1)` would be the chance that none fell
    /// into the silence. (The rule by which Go's watchflakes takes a failure for fixed.)
    ///
    /// Of both, only what runs have looked at counts: where nobody has looked, nobody knows of a silence. Where runs look at a
    /// part of each day only, as large a part of the least silence will do.
    fn is_quiet(&self, from: Timestamp, to: Timestamp, watched: impl FnOnce() -> Watched) -> bool {
        let silence = to.seconds().saturating_sub(from.seconds());
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return false };
        let span = (last - first + 1).saturating_mul(HOUR);
        let others = i32::try_from(self.0.len() - 1).unwrap_or(i32::MAX);
        if silence < LEAST_SILENCE || others == 0 {
            return false;
        }
        let watched = watched();
        let start = first.saturating_mul(HOUR);
        let active = watched.between(start, start.saturating_add(span));
        let silent = watched.between(from.seconds(), to.seconds());
        // Of runs that do not say what they have looked at, the time itself is all that is known.
        let (active, silent) = if active > 0 { (active, silent) } else { (span, silence) };
        share(active, silent).powi(others) < CHANCE && share_of(silent, LEAST_SILENCE) >= share_of(active, span)
    }
}

/// Which part of a time another is.
#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
fn share_of(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[expect(clippy::cast_precision_loss, reason = "seconds of some years")]
fn share(span: i64, silence: i64) -> f64 {
    span as f64 / (span as f64 + silence as f64)
}
