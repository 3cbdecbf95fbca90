//! The reading of captures on all cores, the same whatever is made of the entries.
//!
//! One thread reads and cuts the captures into chunks; the others parse one chunk each at a time and hand its entries to a
//! [`Gather`] of their own, which are merged in the end. Only one step must happen in the order of the input: telling
//! duplicates, and with it the numbering of records. Each worker waits for its chunk's turn at it, so that of two deliveries
//! of one entry the first counts, however the threads are scheduled.

pub(crate) mod seen;
mod turn;
mod worker;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};

use gardener_engine::entry::{Batch, Timestamp};
use gardener_engine::report::MalformedQuote;
use gardener_engine::triage::Frame;

use crate::source::{CaptureReader, Chunk, InputError};
use seen::Seen;
use turn::Turn;
use worker::Worker;
pub(crate) use worker::is_within;

/// Malformed records that are quoted.
const QUOTES: usize = 20;
/// Characters of a quote.
const QUOTE_LENGTH: usize = 160;

/// What to read, and how.
pub(crate) struct Intake<'r> {
    /// The names of the captures.
    pub(crate) names: Vec<String>,
    /// The beginning of the window, included.
    pub(crate) since: Option<Timestamp>,
    /// The end of the window, excluded.
    pub(crate) until: Option<Timestamp>,
    /// How many threads work beside the one that reads.
    pub(crate) jobs: usize,
    /// Whether the first malformed record ends the run.
    pub(crate) strict: bool,
    /// Told from time to time how many records have been read.
    pub(crate) progress: &'r (dyn Fn(u64) + Sync),
}

/// What one worker makes of entries, and how that merges with what others made: in any order to the same.
pub(crate) trait Gather: Send {
    /// Takes up entries of one capture: none that was seen before, none outside of the window.
    fn take(&mut self, batch: Batch<'_>, places: Places<'_>);

    /// The beginning of a record that cannot be read, redacted.
    fn quote(&self, bytes: &[u8], length: usize) -> String;

    /// Takes up what another worker has made.
    fn merge(&mut self, other: Self);
}

/// Where the entries of a batch stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Places<'p> {
    /// The capture, by its place among those that are read.
    pub(crate) capture: usize,
    /// The number of each entry among the records of its capture, from 1; what cannot be read counts too.
    pub(crate) numbers: &'p [u64],
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Gathered<G> {
    /// What the workers made of the entries.
    pub(crate) of: G,
    /// Captures that could not be read to their end.
    pub(crate) errors: Vec<InputError>,
    counts: Counts,
    quotes: Vec<(usize, u64, MalformedQuote)>,
    forgets: bool,
}

/// Where records went that no worker makes anything of.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    read: u64,
    malformed: u64,
    duplicate: u64,
    outside_window: u64,
}

/// What all workers share.
struct Shared<'r> {
    intake: &'r Intake<'r>,
    turn: Turn<Order>,
    stop: AtomicBool,
    read: AtomicU64,
}

/// What depends on the order of the input.
#[derive(Default)]
struct Order {
    seen: Seen,
    capture: usize,
    records: u64,
}

/// Reads the captures; `new` makes what each worker gathers into.
pub(crate) fn gather<G: Gather>(intake: &Intake<'_>, reader: CaptureReader, new: impl Fn() -> G + Sync) -> Gathered<G> {
    let shared =
        Shared { intake, turn: Turn::new(Order::default()), stop: AtomicBool::new(false), read: AtomicU64::new(0) };
    let jobs = intake.jobs.max(1);
    let (send, receive) = mpsc::sync_channel::<(u64, Chunk)>(jobs * 2);
    let receive = Mutex::new(receive);
    let mut errors = Vec::new();
    let mut workers = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..jobs).map(|_| scope.spawn(|| Worker::new(new()).work(&shared, &receive))).collect();
        read_all(reader, &send, &shared, &mut errors);
        drop(send);
        handles.into_iter().filter_map(|handle| handle.join().ok()).collect::<Vec<_>>()
    });
    let mut sum = workers.pop().unwrap_or_else(|| Worker::new(new()));
    for worker in workers {
        sum.merge(worker);
    }
    let forgets = shared.turn.into_inner().seen.forgets();
    Gathered { of: sum.gather, errors, counts: sum.counts, quotes: sum.quotes, forgets }
}

fn read_all(
    reader: CaptureReader,
    send: &mpsc::SyncSender<(u64, Chunk)>,
    shared: &Shared<'_>,
    errors: &mut Vec<InputError>,
) {
    let mut number = 0;
    for chunk in reader {
        if shared.stop.load(Ordering::Relaxed) {
            return;
        }
        match chunk {
            Ok(chunk) => {
                if send.send((number, chunk)).is_err() {
                    return;
                }
                number += 1;
            }
            Err(error) => errors.push(error),
        }
    }
}

impl Order {
    /// How many records of this capture came before a chunk with so many.
    fn begin(&mut self, capture: usize, records: u64) -> u64 {
        if capture != self.capture {
            (self.capture, self.records) = (capture, 0);
        }
        let before = self.records;
        self.records += records;
        before
    }
}

impl<G> Gathered<G> {
    /// What a run knows beside what was gathered.
    pub(crate) fn frame(&self, intake: &Intake<'_>, now: Timestamp) -> Frame {
        let horizon = self.forgets.then(|| {
            format!(
                "duplicates more than {} entries apart were not recognised: the captures are too large",
                seen::HORIZON
            )
        });
        Frame {
            now,
            since: intake.since,
            until: intake.until,
            captures: intake.names.clone(),
            read: self.counts.read,
            malformed: self.counts.malformed,
            duplicate: self.counts.duplicate,
            outside_window: self.counts.outside_window,
            quotes: self.quotes.iter().map(|(_, _, quote)| quote.clone()).collect(),
            notes: horizon.into_iter().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
