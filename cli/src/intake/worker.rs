//! One of the threads that parse chunks and hand their entries on.

use std::sync::atomic::Ordering;

use gardener_engine::entry::{Batch, Forms, Head, Malformed, Timestamp};
use gardener_engine::report::MalformedQuote;

use super::edge::Key;
use super::feed::Feed;
use super::{Counts, Gather, Intake, Places, QUOTE_LENGTH, QUOTES, Shared};
use crate::marks::{Mark, Noted};
use crate::source::{Again, Chunk, Take};

/// One worker.
pub(super) struct Worker<G> {
    pub(super) gather: G,
    pub(super) counts: Counts,
    pub(super) quotes: Vec<(usize, u64, MalformedQuote)>,
    pub(super) noted: Option<Noted>,
    /// The earliest time of all that was read, counted or not.
    pub(super) earliest: Option<Timestamp>,
    /// The forms of records that it has met.
    forms: Forms,
}

/// The records of a chunk.
struct Parsed<'c, Q> {
    batch: Batch<'c>,
    /// The number of each entry among the records of the chunk, from 1.
    numbers: Vec<u64>,
    malformed: u64,
    /// Told of what cannot be read: its line, why, and its bytes.
    quote: Q,
}

impl<Q> Parsed<'_, Q> {
    fn number(&mut self) {
        while self.numbers.len() < self.batch.len() {
            self.numbers.push(self.numbers.len() as u64 + self.malformed + 1);
        }
    }
}

impl<'c, Q: FnMut(u64, &str, &[u8])> Take<'c> for Parsed<'c, Q> {
    fn json(&mut self, _: u64, text: &'c str) -> Result<(), Malformed> {
        self.batch.push_whole_json(text)?;
        self.number();
        Ok(())
    }

    fn text(&mut self, _: u64, text: &'c str) {
        self.batch.push_text(text);
        self.number();
    }

    fn malformed(&mut self, line: u64, reason: &str, bytes: &'c [u8]) {
        self.malformed += 1;
        (self.quote)(line, reason, bytes);
    }
}

impl<G: Gather> Worker<G> {
    pub(super) fn new(gather: G, intake: &Intake<'_>) -> Self {
        let noted = intake.edge.noting.map(Noted::new);
        Self { gather, counts: Counts::default(), quotes: Vec::new(), noted, earliest: None, forms: Forms::default() }
    }

    /// Takes chunks as long as there are any, and leaves behind those that it has read.
    pub(super) fn work(mut self, shared: &Shared<'_>, feed: &Feed) -> Self {
        while !shared.stop.load(Ordering::Relaxed)
            && let Some((number, chunk)) = feed.next()
        {
            self.chunk(number, &chunk, shared);
            feed.leave(chunk);
        }
        self
    }

    fn chunk(&mut self, number: u64, chunk: &Chunk, shared: &Shared<'_>) {
        let intake = shared.intake;
        let again = Again::default();
        let mut parsed = Parsed {
            batch: Batch::knowing(std::mem::take(&mut self.forms), chunk.byte_len()),
            numbers: Vec::new(),
            malformed: 0,
            quote: |line, reason: &str, bytes: &[u8]| self.quote(chunk.capture, line, reason, bytes, shared),
        };
        chunk.read(&again, &mut parsed);
        let Parsed { mut batch, numbers, malformed, .. } = parsed;
        self.forms = batch.take_forms();
        let read = batch.len() as u64 + malformed;
        self.earliest = batch.heads().iter().filter_map(Head::timestamp).chain(self.earliest).min();
        let mut entries = Entries { keys: shared.watch.keys(&batch), batch, numbers };
        self.counts.read += read;
        self.counts.malformed += malformed;
        (intake.progress)(shared.read.fetch_add(read, Ordering::Relaxed) + read);
        if intake.strict && malformed > 0 {
            shared.stop.store(true, Ordering::Relaxed);
        }
        let (duplicate, before) = shared.turn.take(number, |order| {
            order.seen.expect(entries.batch.heads().iter().filter_map(Head::identity));
            let is_new = |head: &Head, key| {
                if shared.watch.is_counted(head, key, &mut order.met) {
                    self.note_late(head, key);
                    return false;
                }
                head.identity().is_none_or(|identity| order.seen.is_new(identity, head.content()))
            };
            (entries.retain(is_new), order.begin(chunk.capture, read))
        });
        self.counts.duplicate += duplicate;
        if intake.since.is_some() || intake.until.is_some() {
            self.counts.outside_window +=
                entries.retain(|head, _| is_within(head.timestamp(), intake.since, intake.until));
        }
        self.note(&entries);
        let Entries { batch, mut numbers, .. } = entries;
        self.counts.late += batch.heads().iter().filter(|head| shared.watch.is_late(head)).count() as u64;
        if intake.since.is_some() || intake.until.is_some() {
            self.counts.timeless += batch.heads().iter().filter(|head| head.timestamp().is_none()).count() as u64;
        }
        numbers.iter_mut().for_each(|number| *number += before);
        self.gather.take(batch, Places { capture: chunk.capture, numbers: &numbers });
    }

    /// Notes what is counted for the next run.
    fn note(&mut self, entries: &Entries<'_>) {
        for (head, key) in entries.batch.heads().iter().zip(&entries.keys) {
            if let (Some(noted), Some(at), Some(Key { hash: key, .. })) = (&mut self.noted, head.timestamp(), *key) {
                noted.add(Mark { at, key });
            }
            self.note_late(head, *key);
        }
    }

    /// Notes what the next run would take for late, whether it is counted here or was before.
    fn note_late(&mut self, head: &Head, key: Option<Key>) {
        if let (Some(noted), Some(at), Some(Key { hash: key, is_late: true })) =
            (&mut self.noted, head.timestamp(), key)
        {
            noted.add_late(Mark { at, key });
        }
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
            quote: self.gather.quote(bytes, QUOTE_LENGTH),
        };
        self.quotes.insert(place, (capture, line, quote));
        self.quotes.truncate(QUOTES);
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.gather.merge(other.gather);
        self.counts.read += other.counts.read;
        self.counts.malformed += other.counts.malformed;
        self.counts.duplicate += other.counts.duplicate;
        self.counts.outside_window += other.counts.outside_window;
        self.counts.timeless += other.counts.timeless;
        self.counts.late += other.counts.late;
        self.earliest = self.earliest.into_iter().chain(other.earliest).min();
        if let (Some(ours), Some(theirs)) = (&mut self.noted, other.noted) {
            ours.merge(theirs);
        }
        self.quotes.extend(other.quotes);
        // Of one line in the order in which they stand there, as one thread has them.
        self.quotes.sort_by_key(|(capture, line, _)| (*capture, *line));
        self.quotes.truncate(QUOTES);
    }
}

/// The entries of a chunk, with what is known of each beside it.
struct Entries<'c> {
    batch: Batch<'c>,
    numbers: Vec<u64>,
    /// See [`super::edge::Watch::keys`]; there are none where nobody asks for them.
    keys: Vec<Option<Key>>,
}

impl Entries<'_> {
    /// Keeps the entries that shall be kept; says how many were dropped.
    fn retain(&mut self, mut keep: impl FnMut(&Head, Option<Key>) -> bool) -> u64 {
        let before = self.batch.len();
        let Self { batch, numbers, keys } = self;
        let (mut at, mut kept) = (0, 0);
        batch.retain(|head| {
            let is_kept = keep(head, keys.get(at).copied().flatten());
            if is_kept {
                move_to(numbers, at, kept);
                move_to(keys, at, kept);
                kept += 1;
            }
            at += 1;
            is_kept
        });
        numbers.truncate(kept);
        keys.truncate(kept);
        (before - self.batch.len()) as u64
    }
}

/// Moves an element forward, where there is one and it is not there already.
fn move_to<T>(list: &mut [T], from: usize, to: usize) {
    if from != to && from < list.len() {
        list.swap(from, to);
    }
}

/// Whether a time is in the window. An entry without one cannot be said to be outside of it.
pub(crate) fn is_within(time: Option<Timestamp>, since: Option<Timestamp>, until: Option<Timestamp>) -> bool {
    let Some(time) = time else { return true };
    since.is_none_or(|since| time >= since) && until.is_none_or(|until| time < until)
}
