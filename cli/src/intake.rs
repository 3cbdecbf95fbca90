//! The reading of captures on all cores, the same whatever is made of the entries.
//!
//! Workers take turns at reading the captures, a chunk at a time; what they have read they parse, each for itself, and hand its
//! entries to a [`Gather`] of their own, which are merged in the end. So a chunk stays with the core that has read it, and there are
//! no more threads than cores. Only one step must happen in the order of the input: telling
//! duplicates, and with it the numbering of records. Each worker waits for its chunk's turn at it, so that of two equal
//! deliveries of one entry the first counts, however the threads are scheduled. Of two that differ one counts whatever their
//! order; where it came too late for that, the captures are read once more.

mod edge;
mod feed;
pub(crate) mod seen;
mod turn;
mod worker;

use std::sync::atomic::{AtomicBool, AtomicU64};

use gardener_engine::entry::{Batch, Timestamp};
use gardener_engine::report::MalformedQuote;
use gardener_engine::triage::Frame;

use crate::marks::{Noted, Reach};
use crate::source::{Capture, CaptureReader, InputError};
pub(crate) use edge::Edge;
use edge::{Held, Met, Watch};
use feed::Feed;
use seen::{Rivals, Seen};
use turn::Turn;
use worker::Worker;
pub(crate) use worker::is_within;

/// Malformed records that are quoted.
const QUOTES: usize = 20;
/// Characters of a quote.
const QUOTE_LENGTH: usize = 160;

/// What to read, and how.
pub(crate) struct Intake<'r> {
    /// The captures.
    pub(crate) captures: Vec<Capture>,
    /// The beginning of the window, included.
    pub(crate) since: Option<Timestamp>,
    /// The end of the window, excluded.
    pub(crate) until: Option<Timestamp>,
    /// How it adjoins those of earlier runs.
    pub(crate) edge: Edge,
    /// How many threads work.
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

impl Intake<'_> {
    /// The names of the captures.
    pub(crate) fn names(&self) -> Vec<String> {
        self.captures.iter().map(|capture| capture.name.clone()).collect()
    }
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
    notes: Vec<String>,
    noted: Option<Noted>,
    /// Where the window begins that is told of.
    begin: Option<Timestamp>,
}

/// Where records went that no worker makes anything of.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    read: u64,
    malformed: u64,
    duplicate: u64,
    outside_window: u64,
    /// Entries that were not asked whether they are in the window, because they have no time.
    timeless: u64,
    /// Entries from before the window that no earlier run has counted.
    late: u64,
}

/// What all workers share.
struct Shared<'r> {
    intake: &'r Intake<'r>,
    watch: Watch<'r>,
    names: Vec<String>,
    turn: Turn<Order>,
    stop: AtomicBool,
    read: AtomicU64,
}

/// What depends on the order of the input.
struct Order {
    seen: Seen,
    met: Met,
    capture: usize,
    records: u64,
}

/// Reads the captures; `new` makes what each worker gathers into. Where of deliveries that differ one counted that should
/// not have, files are read once more.
pub(crate) fn gather<G: Gather>(intake: &Intake<'_>, reader: CaptureReader, new: impl Fn() -> G + Sync) -> Gathered<G> {
    let mut pass = Pass::of(intake, reader, Rivals::new(), &new);
    let mut rivals = pass.seen.take_rivals();
    let can_be_read_again = intake.captures.iter().all(|capture| capture.size.is_some());
    if !rivals.is_empty() && can_be_read_again && !(intake.strict && pass.sum.counts.malformed > 0) {
        // There need not be room for what both have gathered.
        drop(pass);
        pass = Pass::of(intake, CaptureReader::open(intake.captures.clone()), rivals, &new);
        rivals = pass.seen.take_rivals();
    }
    let Pass { sum, seen, errors } = pass;
    let mut notes = notes(seen.forgets(), &rivals, sum.counts);
    let (begin, hole) = begin(intake, sum.earliest);
    notes.splice(0..0, intake.edge.notes.iter().cloned().chain(hole));
    Gathered { of: sum.gather, errors, counts: sum.counts, quotes: sum.quotes, notes, noted: sum.noted, begin }
}

/// Where the window begins that is told of, and what people should know of that. What no capture reaches back to was not read:
/// taken for silence, it would make rates fall and clusters quiet.
fn begin(intake: &Intake<'_>, earliest: Option<Timestamp>) -> (Option<Timestamp>, Option<String>) {
    let begin = intake.edge.window.or(intake.since);
    let said = |time: Option<Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
    let way_out = "if the service was silent, nothing is lost; if not, do this run again, with the same --now and captures \
                   that reach back further";
    match intake.edge.held(earliest, intake.until) {
        Held::All => (begin, None),
        Held::From(earliest) => {
            let note = format!(
                "nothing between {} and {earliest} was in the captures: that part is taken as not read; {way_out}",
                said(begin)
            );
            (Some(earliest), Some(note))
        }
        Held::Nothing => {
            let note = format!(
                "nothing between {} and {} was in the captures, and all of it is taken as silence; {way_out}",
                said(begin),
                said(intake.until)
            );
            (begin, Some(note))
        }
    }
}

/// What came of reading all captures.
struct Pass<G> {
    sum: Worker<G>,
    seen: Seen,
    errors: Vec<InputError>,
}

impl<G: Gather> Pass<G> {
    fn of(intake: &Intake<'_>, reader: CaptureReader, winners: Rivals, new: &(impl Fn() -> G + Sync)) -> Self {
        let order = Order { seen: Seen::knowing(winners), met: Met::new(), capture: 0, records: 0 };
        let shared = Shared {
            intake,
            watch: Watch::of(&intake.edge),
            names: intake.names(),
            turn: Turn::new(order),
            stop: AtomicBool::new(false),
            read: AtomicU64::new(0),
        };
        let jobs = intake.jobs.max(1);
        let feed = Feed::of(reader);
        let work = || Worker::new(new(), intake).work(&shared, &feed);
        let sum = std::thread::scope(|scope| {
            let others: Vec<_> = (1..jobs).map(|_| scope.spawn(work)).collect();
            // This thread works, too: allocators give each thread memory of its own, which no other makes anything of.
            let mut sum = work();
            others.into_iter().filter_map(|other| other.join().ok()).for_each(|other| sum.merge(other));
            sum
        });
        Self { sum, seen: shared.turn.into_inner().seen, errors: feed.into_errors() }
    }
}

/// What people should know of how duplicates were told, and entries outside the window.
fn notes(forgets: bool, rivals: &Rivals, counts: Counts) -> Vec<String> {
    let mut notes = Vec::new();
    if forgets {
        notes.push(format!(
            "duplicates more than {} entries apart were not recognised: the captures are too large",
            seen::HORIZON
        ));
    }
    let entries = |count: u64| if count == 1 { "an entry".to_owned() } else { format!("{count} entries") };
    let Counts { timeless, late, .. } = counts;
    if timeless > 0 {
        notes.push(format!("the window does not leave out {} without a time that is understood", entries(timeless)));
    }
    if late > 0 {
        let came = if late == 1 { "that came late is" } else { "that came late are" };
        notes.push(format!("{} from before the window {came} counted here, and nowhere else", entries(late)));
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
    /// How far was read, as the next run needs to know it; nothing where nothing was to be noted.
    pub(crate) fn reach(&mut self, intake: &Intake<'_>) -> Option<Reach> {
        let noted = self.noted.take()?;
        let reach = noted.reach(intake.since, intake.edge.counted.as_ref())?;
        if reach.is_cut {
            self.notes.push(format!(
                "more entries came shortly before {} than can be remembered: of entries that come late, the next run leaves \
                 out those from before {}",
                reach.until, reach.marks.from
            ));
        }
        Some(reach)
    }

    /// What a run knows beside what was gathered.
    pub(crate) fn frame(&self, intake: &Intake<'_>, now: Timestamp) -> Frame {
        Frame {
            now,
            since: self.begin,
            until: intake.until,
            captures: intake.names(),
            read: self.counts.read,
            malformed: self.counts.malformed,
            duplicate: self.counts.duplicate,
            outside_window: self.counts.outside_window,
            quotes: self.quotes.iter().map(|(_, _, quote)| quote.clone()).collect(),
            notes: self.notes.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
