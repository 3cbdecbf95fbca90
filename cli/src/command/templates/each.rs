//! The template of each record, in the order of the input: a log parser.
//!
//! Templates are known only when all has been read. So the records are read once, and of each the hash of its skeleton is noted
//! in a file; then the file is read. Memory holds the skeletons, which are bounded, and a few chunks.

use std::io;

use gardener_engine::entry::{Batch, Malformed};
use gardener_engine::mining::{Mining, Solved};
use gardener_engine::pack::Pack;
use gardener_engine::render::Row;
use gardener_engine::report::MalformedQuote;

use super::spool::{Fate, Noted, Spool};
use super::unread::Unread;
use crate::command::reading::Asked;
use crate::command::write_by;
use crate::context::Context;
use crate::error::{Exit, Failure};
use crate::intake::is_within;
use crate::output_file::OutputFile;
use crate::source::{Again, Capture, CaptureReader, Chunk, InputError, Take};
use crate::terminal::progress::Progress;

/// Bytes of output that are put together before they are written.
const BLOCK: usize = 1 << 16;
/// Characters of a quote.
const QUOTE: usize = 160;

/// What is written for each record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EachFormat {
    Csv,
    Json,
    Tsv,
}

/// A run.
pub(super) struct Each<'e> {
    pub(super) context: &'e Context,
    pub(super) asked: &'e Asked,
    pub(super) pack: &'e Pack,
    pub(super) format: EachFormat,
}

impl Each<'_> {
    /// Reads the captures and writes a line a record.
    pub(super) fn run(
        &self,
        captures: Vec<Capture>,
        missing: &[InputError],
        output: Option<&OutputFile>,
    ) -> Result<Vec<InputError>, Failure> {
        let names: Vec<String> = captures.iter().map(|capture| capture.name.clone()).collect();
        let mut reader = CaptureReader::open(captures);
        let progress = Progress::new(self.context, reader.size(), reader.consumed());
        let mut spool =
            Spool::new(&self.context.temporary().join(format!("gardener-records-{}", self.context.unique())))
                .map_err(|error| unspooled(&error))?;
        let mut workers: Vec<Mining> = std::iter::repeat_with(Mining::new).take(self.asked.jobs.max(1)).collect();
        let (mut read, mut capture, mut unread, mut errors) = (0_u64, usize::MAX, Unread::default(), Vec::new());
        loop {
            let chunks = next(&mut reader, workers.len(), &mut errors);
            if chunks.is_empty() || self.asked.is_strict && unread.count > 0 {
                break;
            }
            for (chunk, found) in chunks.iter().zip(self.found(&chunks, &mut workers)) {
                if chunk.capture != capture {
                    capture = chunk.capture;
                    spool.push(Noted { fate: Fate::Capture(capture as u64), line: 0 }).map_err(|e| unspooled(&e))?;
                }
                read += found.noted.len() as u64;
                found.noted.iter().try_for_each(|noted| spool.push(*noted)).map_err(|error| unspooled(&error))?;
                let file = names.get(capture).cloned().unwrap_or_default();
                unread.add(found.unread, &file);
            }
            progress.entries(read);
        }
        progress.finish();
        self.asked.refuse(&names, read, unread.quotes.first(), &[missing, &errors].concat())?;
        let mining = workers.into_iter().reduce(|mut all, one| {
            all.merge(one);
            all
        });
        let solved = mining.unwrap_or_default().solved();
        self.write(&names, &solved, spool, output)?;
        unread.tell(self.context);
        Ok(errors)
    }

    /// What the chunks hold, each worked on by a thread of its own.
    fn found(&self, chunks: &[Chunk], workers: &mut [Mining]) -> Vec<Found> {
        std::thread::scope(|scope| {
            let threads: Vec<_> = chunks
                .iter()
                .zip(workers)
                .map(|(chunk, mining)| scope.spawn(move || self.found_in(chunk, mining)))
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().ok()).collect()
        })
    }

    fn found_in(&self, chunk: &Chunk, mining: &mut Mining) -> Found {
        let again = Again::default();
        let mut parsed = Parsed {
            pack: self.pack,
            batch: Batch::with_room_for(chunk.byte_len()),
            found: Found { noted: Vec::new(), unread: Unread::default() },
        };
        chunk.read(&again, &mut parsed);
        let Parsed { batch, mut found, .. } = parsed;
        let batch = self.pack.redactor.batch(batch);
        let places = found.noted.iter_mut().filter(|noted| noted.fate != Fate::Malformed);
        for (noted, entry) in places.zip(batch.entries(&self.pack.message)) {
            noted.fate = match is_within(entry.timestamp(), self.asked.since, self.asked.until) {
                true => Fate::Entry(mining.note(&entry)),
                false => Fate::Outside,
            };
        }
        found
    }

    fn write(
        &self,
        names: &[String],
        solved: &Solved,
        spool: Spool,
        output: Option<&OutputFile>,
    ) -> Result<(), Failure> {
        let names: Vec<String> = names.iter().map(|name| self.pack.redactor.text(name).into_string()).collect();
        write_by(self.context, output, |out| {
            let mut text = if self.format == EachFormat::Csv { Row::csv_heading() } else { String::new() };
            let (mut capture, mut record) = ("", 0);
            spool.for_each(|noted| {
                let template = match noted.fate {
                    Fate::Capture(at) => {
                        let name = usize::try_from(at).ok().and_then(|at| names.get(at));
                        (capture, record) = (name.map_or("", String::as_str), 0);
                        return Ok(());
                    }
                    Fate::Entry(hash) => Some(solved.named(hash)),
                    Fate::Malformed | Fate::Outside => None,
                };
                record += 1;
                if noted.fate == Fate::Outside {
                    return Ok(());
                }
                let row = Row { capture, line: noted.line, record, template };
                match self.format {
                    EachFormat::Csv => row.csv(&mut text),
                    EachFormat::Json => row.json(&mut text),
                    EachFormat::Tsv => row.tsv(&mut text),
                }
                if text.len() >= BLOCK {
                    out.write_all(text.as_bytes())?;
                    text.clear();
                }
                Ok::<_, io::Error>(())
            })?;
            out.write_all(text.as_bytes())
        })
    }
}

/// The next few chunks, one a worker.
fn next(reader: &mut CaptureReader, most: usize, errors: &mut Vec<InputError>) -> Vec<Chunk> {
    let mut chunks = Vec::with_capacity(most);
    while chunks.len() < most
        && let Some(chunk) = reader.next()
    {
        match chunk {
            Ok(chunk) => chunks.push(chunk),
            Err(error) => errors.push(error),
        }
    }
    chunks
}

fn unspooled(error: &io::Error) -> Failure {
    let message = format!("what is known of the records cannot be kept in a temporary file: {error}");
    Failure::new(Exit::Unreadable, message).help("`TMPDIR` names another directory for it; a record takes 17 bytes")
}

/// What a chunk holds.
struct Found {
    noted: Vec<Noted>,
    unread: Unread,
}

/// The records of a chunk.
struct Parsed<'c, 'p> {
    pack: &'p Pack,
    batch: Batch<'c>,
    found: Found,
}

impl Parsed<'_, '_> {
    /// Notes the entries that have come, for their templates to be put in.
    fn note(&mut self, line: u64, before: usize) {
        let noted = Noted { fate: Fate::Entry(0), line };
        self.found.noted.extend(std::iter::repeat_n(noted, self.batch.len() - before));
    }
}

impl<'c> Take<'c> for Parsed<'c, '_> {
    fn json(&mut self, line: u64, text: &'c str) -> Result<(), Malformed> {
        let before = self.batch.len();
        self.batch.push_whole_json(text)?;
        self.note(line, before);
        Ok(())
    }

    fn text(&mut self, line: u64, text: &'c str) {
        let before = self.batch.len();
        self.batch.push_text(text);
        self.note(line, before);
    }

    fn malformed(&mut self, line: u64, reason: &str, bytes: &'c [u8]) {
        self.found.noted.push(Noted { fate: Fate::Malformed, line });
        let pack = self.pack;
        self.found.unread.note(|| {
            let quote = pack.redactor.quote(bytes, QUOTE).into_string();
            MalformedQuote { file: String::new(), line, reason: reason.to_owned(), quote }
        });
    }
}
