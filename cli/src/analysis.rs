//! The analysis of captures on all cores.
//!
//! One thread reads and cuts the captures into chunks; the others parse, redact, classify and tally one chunk each at a
//! time. Only one step must happen in the order of the input: telling duplicates. Each worker waits for its chunk's turn at
//! it, so that of two equal deliveries of one entry the first counts, however the threads are scheduled. Of two that differ
//! one counts whatever their order; where it came too late for that, the captures are read once more.

pub(crate) mod seen;
mod turn;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, mpsc};

use gardener_engine::classify::Classifier;
use gardener_engine::clusters::Clusters;
use gardener_engine::diagnostic::Diagnostic;
use gardener_engine::entry::{Batch, Malformed, Timestamp};
use gardener_engine::pack::Pack;
use gardener_engine::plan::Memory;
use gardener_engine::report::{MalformedQuote, Report};
use gardener_engine::script::Sandbox;
use gardener_engine::triage::{Frame, Triage, triage};

use crate::source::{Again, Capture, CaptureReader, Chunk, InputError, Take};
use seen::{Rivals, Seen};
use turn::Turn;

/// Malformed records that a report quotes.
const QUOTES: usize = 20;
/// Characters of a quote.
const QUOTE_LENGTH: usize = 160;

/// What to analyse.
pub struct Request<'r> {
    /// The rules.
    pub pack: &'r Pack,
    /// Where their scripts run.
    pub sandbox: &'r Sandbox,
    /// What to read.
    pub captures: Vec<Capture>,
    /// What earlier runs saw, and the issues that there are.
    pub memory: &'r Memory,
    /// The run's `now`.
    pub now: Timestamp,
    /// The beginning of the window, included.
    pub since: Option<Timestamp>,
    /// The end of the window, excluded.
    pub until: Option<Timestamp>,
    /// How many threads work beside the one that reads.
    pub jobs: usize,
    /// Whether the first malformed record ends the run.
    pub strict: bool,
    /// Told from time to time how many records have been read.
    pub progress: &'r (dyn Fn(u64) + Sync),
}

/// What came of it.
#[derive(Debug)]
pub struct Outcome {
    /// The report on all that could be read.
    pub report: Report,
    /// Failures of policy scripts.
    pub failures: Vec<Diagnostic>,
    /// Captures that could not be read to their end.
    pub errors: Vec<InputError>,
}

/// What all workers share.
struct Shared<'r> {
    request: &'r Request<'r>,
    names: &'r [String],
    turn: Turn<Seen>,
    stop: AtomicBool,
    read: AtomicU64,
}

/// What one worker has counted.
struct Worker<'r> {
    clusters: Clusters<'r>,
    read: u64,
    malformed: u64,
    duplicate: u64,
    outside_window: u64,
    /// Entries that were not asked whether they are in the window, because they have no time.
    timeless: u64,
    quotes: Vec<(usize, u64, MalformedQuote)>,
}

/// The records of a chunk.
struct Parsed<'c, Q> {
    batch: Batch<'c>,
    malformed: u64,
    /// Told of what cannot be read: its line, why, and its bytes.
    quote: Q,
}

impl<'c, Q: FnMut(u64, &str, &[u8])> Take<'c> for Parsed<'c, Q> {
    fn json(&mut self, _: u64, text: &'c str) -> Result<(), Malformed> {
        self.batch.push_whole_json(text)
    }

    fn text(&mut self, _: u64, text: &'c str) {
        self.batch.push_text(text);
    }

    fn malformed(&mut self, line: u64, reason: &str, bytes: &'c [u8]) {
        self.malformed += 1;
        (self.quote)(line, reason, bytes);
    }
}

/// Reads the captures and reports on them.
#[must_use]
pub fn run(request: Request<'_>, reader: CaptureReader) -> Outcome {
    let classifier = Classifier::new(request.pack);
    let mut reading = Reading::of(&request, &classifier, reader, Rivals::new());
    let mut rivals = reading.seen.take_rivals();
    let can_be_read_again = request.captures.iter().all(|capture| capture.size.is_some());
    if !rivals.is_empty() && can_be_read_again && !(request.strict && reading.sum.malformed > 0) {
        let again = CaptureReader::open(request.captures.clone());
        reading = Reading::of(&request, &classifier, again, rivals);
        rivals = reading.seen.take_rivals();
    }
    let Reading { sum, seen, errors } = reading;
    let frame = sum.frame(&request, notes(seen.forgets(), &rivals, sum.timeless));
    let Triage { report, failures } = triage(request.pack, request.sandbox, &sum.clusters, request.memory, frame);
    Outcome { report, failures, errors }
}

/// What people should know of how duplicates were told, and entries outside the window.
fn notes(forgets: bool, rivals: &Rivals, timeless: u64) -> Vec<String> {
    let mut notes = Vec::new();
    if forgets {
        notes.push(format!(
            "duplicates more than {} entries apart were not recognised: the captures are too large",
            seen::HORIZON
        ));
    }
    let entries = |count: u64| if count == 1 { "an entry".to_owned() } else { format!("{count} entries") };
    if timeless > 0 {
        notes.push(format!("the window does not leave out {} without a time that is understood", entries(timeless)));
    }
    if !rivals.is_empty() {
        notes.push(format!(
            "{} came more than once with different content, and what came first counted, because what is piped in cannot be \
             read twice: name a file, and it does not depend on the order",
            entries(rivals.len() as u64)
        ));
    }
    notes
}

/// What came of reading all captures.
struct Reading<'r> {
    sum: Worker<'r>,
    seen: Seen,
    errors: Vec<InputError>,
}

impl<'r> Reading<'r> {
    fn of(request: &'r Request<'r>, classifier: &'r Classifier<'r>, reader: CaptureReader, winners: Rivals) -> Self {
        let names: Vec<String> = request.captures.iter().map(|capture| capture.name.clone()).collect();
        let shared = Shared {
            request,
            names: &names,
            turn: Turn::new(Seen::knowing(winners)),
            stop: AtomicBool::new(false),
            read: AtomicU64::new(0),
        };
        let jobs = request.jobs.max(1);
        let (send, receive) = mpsc::sync_channel::<(u64, Chunk)>(jobs * 2);
        let receive = Mutex::new(receive);
        let mut errors = Vec::new();
        let mut workers = std::thread::scope(|scope| {
            let handles: Vec<_> =
                (0..jobs).map(|_| scope.spawn(|| Worker::new(classifier, request).work(&shared, &receive))).collect();
            read_all(reader, &send, &shared, &mut errors);
            drop(send);
            handles.into_iter().filter_map(|handle| handle.join().ok()).collect::<Vec<_>>()
        });
        let mut sum = workers.pop().unwrap_or_else(|| Worker::new(classifier, request));
        for worker in workers {
            sum.merge(worker);
        }
        Self { sum, seen: shared.turn.into_inner(), errors }
    }
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

impl<'r> Worker<'r> {
    fn new(classifier: &'r Classifier<'r>, request: &'r Request<'r>) -> Self {
        Self {
            clusters: Clusters::new(classifier, request.sandbox),
            read: 0,
            malformed: 0,
            duplicate: 0,
            outside_window: 0,
            timeless: 0,
            quotes: Vec::new(),
        }
    }

    fn work(mut self, shared: &Shared<'_>, receive: &Mutex<mpsc::Receiver<(u64, Chunk)>>) -> Self {
        loop {
            // The lock is held only while waiting for a chunk; a poisoned one means that another worker has panicked.
            let next = match receive.lock() {
                Ok(receive) => receive.recv(),
                Err(_) => return self,
            };
            let Ok((number, chunk)) = next else { return self };
            self.chunk(number, &chunk, shared);
        }
    }

    fn chunk(&mut self, number: u64, chunk: &Chunk, shared: &Shared<'_>) {
        let request = shared.request;
        let again = Again::default();
        let mut parsed = Parsed {
            batch: Batch::new(),
            malformed: 0,
            quote: |line, reason: &str, bytes: &[u8]| self.quote(chunk.capture, line, reason, bytes, shared),
        };
        chunk.read(&again, &mut parsed);
        let Parsed { mut batch, malformed, .. } = parsed;
        let read = batch.len() as u64 + malformed;
        self.read += read;
        self.malformed += malformed;
        (request.progress)(shared.read.fetch_add(read, Ordering::Relaxed) + read);
        if request.strict && malformed > 0 {
            shared.stop.store(true, Ordering::Relaxed);
        }
        self.drop_duplicates(number, &mut batch, shared);
        let before = batch.len();
        batch.retain(|head| is_within(head.timestamp(), request.since, request.until));
        self.outside_window += (before - batch.len()) as u64;
        if request.since.is_some() || request.until.is_some() {
            self.timeless += batch.heads().iter().filter(|head| head.timestamp().is_none()).count() as u64;
        }
        self.clusters.add(&request.pack.redactor.batch(batch));
    }

    fn drop_duplicates(&mut self, number: u64, batch: &mut Batch<'_>, shared: &Shared<'_>) {
        let before = batch.len();
        shared.turn.take(number, |seen| {
            batch.retain(|head| head.identity().is_none_or(|identity| seen.is_new(identity, head.content())))
        });
        self.duplicate += (before - batch.len()) as u64;
    }

    /// Keeps a quote if it is among the first of all, by capture and line.
    fn quote(&mut self, capture: usize, line: u64, reason: &str, bytes: &[u8], shared: &Shared<'_>) {
        let place = self.quotes.partition_point(|(c, l, _)| (*c, *l) <= (capture, line));
        if place >= QUOTES {
            return;
        }
        let quote = MalformedQuote {
            file: shared.names.get(capture).cloned().unwrap_or_default(),
            line,
            reason: reason.to_owned(),
            quote: shared.request.pack.redactor.quote(bytes, QUOTE_LENGTH).into_string(),
        };
        self.quotes.insert(place, (capture, line, quote));
        self.quotes.truncate(QUOTES);
    }

    fn merge(&mut self, other: Self) {
        self.clusters.merge(other.clusters);
        self.read += other.read;
        self.malformed += other.malformed;
        self.duplicate += other.duplicate;
        self.outside_window += other.outside_window;
        self.timeless += other.timeless;
        self.quotes.extend(other.quotes);
        self.quotes.sort();
        self.quotes.truncate(QUOTES);
    }

    fn frame(&self, request: &Request<'_>, notes: Vec<String>) -> Frame {
        Frame {
            now: request.now,
            since: request.since,
            until: request.until,
            captures: request.captures.iter().map(|capture| capture.name.clone()).collect(),
            read: self.read,
            malformed: self.malformed,
            duplicate: self.duplicate,
            outside_window: self.outside_window,
            quotes: self.quotes.iter().map(|(_, _, quote)| quote.clone()).collect(),
            notes,
        }
    }
}

/// Whether a time is in the window. An entry without one cannot be said to be outside of it.
pub(crate) fn is_within(time: Option<Timestamp>, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    let Some(time) = time else { return true };
    since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
}

#[cfg(test)]
mod tests;
