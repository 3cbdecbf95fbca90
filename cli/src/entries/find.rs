//! One record of a capture, and what became of it before any rule saw it.

use std::collections::BTreeMap;

use gardener_engine::entry::{Entry, FieldPath, Timestamp};
use gardener_engine::explain::{ClusterKey, Explainer, Standing};
use gardener_engine::redact::Redactor;
use gardener_engine::report::Cluster;

use super::{Place, Record, for_each};
use crate::intake::is_within;
use crate::intake::seen::Seen;
use crate::source::{Capture, Content, InputError};

/// Which record is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// The one with this number, from 1.
    Number(u64),
    /// The one that stands at this line, from 1.
    Line(u64),
}

/// A record.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) standing: Standing,
    pub(crate) content: FoundContent,
    /// Where an entry of the same identity came before: the first one.
    pub(crate) duplicate_of: Option<Standing>,
    /// Whether its time is in the window.
    pub(crate) is_within: bool,
    /// Captures that could not be read to their end: there may be more that is like it.
    pub(crate) errors: Vec<InputError>,
}

/// What a record holds. Raw text is never to be shown.
#[derive(Debug)]
pub(crate) enum FoundContent {
    /// A JSON value, and the entry's place among those that it holds.
    Json(String, usize),
    /// Text.
    Text(String),
    /// What cannot be read: why, and its beginning, redacted.
    Malformed(String, String),
}

/// Why there is no record to be shown.
#[derive(Debug)]
pub(crate) enum NotFound {
    /// There are only so many.
    Beyond(u64),
    /// No record stands at that line; those around it, if there are any.
    Between(Option<Standing>, Option<Standing>),
    /// Records with these numbers stand there.
    Several(u64, u64),
    /// A capture cannot be read.
    Unreadable(Vec<InputError>),
}

/// What is looked for, and where.
#[derive(Debug)]
pub(crate) struct Search<'s> {
    /// The captures, in their order.
    pub(crate) captures: &'s [Capture],
    pub(crate) redactor: &'s Redactor,
    pub(crate) message: &'s [FieldPath],
    pub(crate) since: Option<Timestamp>,
    pub(crate) until: Option<Timestamp>,
}

/// A record that has been found, with what is of use only until its twin is.
struct Hit {
    found: Found,
    identity: Option<u64>,
    is_repeated: bool,
}

/// What the walk over the capture that is meant has come to.
#[derive(Default)]
struct Progress {
    hit: Option<Hit>,
    /// The number of the last record at the line that is meant.
    last_there: u64,
    /// The number of the last record.
    last: u64,
    before: Option<Standing>,
    after: Option<Standing>,
}

impl Search<'_> {
    /// The record of the capture at `target`.
    pub(crate) fn find(&self, target: usize, which: Which) -> Result<Found, NotFound> {
        let mut seen = Seen::default();
        let before = self.captures.get(..target).unwrap_or_default().to_vec();
        let mut errors = self.walk(before, |_, record| {
            is_repeated(&record, &mut seen);
            true
        });
        let mut progress = Progress::default();
        let capture = self.captures.get(target).cloned().into_iter().collect();
        errors.extend(self.walk(capture, |place, record| self.look(place, &record, which, &mut seen, &mut progress)));
        let Progress { hit, last_there, last, before, after } = progress;
        match hit {
            Some(hit) if last_there > hit.found.standing.record => {
                Err(NotFound::Several(hit.found.standing.record, last_there))
            }
            Some(hit) => Ok(Found { errors, ..self.with_twin(target, hit) }),
            None if !errors.is_empty() => Err(NotFound::Unreadable(errors)),
            None if matches!(which, Which::Line(_)) && last > 0 => Err(NotFound::Between(before, after)),
            None => Err(NotFound::Beyond(last)),
        }
    }

    fn walk(&self, captures: Vec<Capture>, visit: impl FnMut(&Place, Record<'_>) -> bool) -> Vec<InputError> {
        for_each(captures, self.redactor, self.message, visit)
    }

    /// Looks at a record of the capture that is meant; says whether to go on.
    fn look(&self, place: &Place, record: &Record<'_>, which: Which, seen: &mut Seen, progress: &mut Progress) -> bool {
        progress.last = place.number;
        let is_repeated = is_repeated(record, seen);
        let is_meant = match which {
            Which::Number(number) => number == place.number,
            Which::Line(line) => place.line <= line && line <= place.line + line_breaks(record),
        };
        if is_meant {
            progress.last_there = place.number;
            if progress.hit.is_none() {
                progress.hit = Some(self.hit(place, record, is_repeated));
            }
            // At a line there may be more of them.
            return matches!(which, Which::Line(_));
        }
        let Which::Line(line) = which else { return true };
        if place.line > line {
            progress.after = Some(standing(place));
            return false;
        }
        progress.before = Some(standing(place));
        true
    }

    fn hit(&self, place: &Place, record: &Record<'_>, is_repeated: bool) -> Hit {
        let (content, entry) = match record {
            Record::Entry { raw: Content::Json(text), at, entry } => {
                (FoundContent::Json((*text).to_owned(), *at), Some(*entry))
            }
            Record::Entry { raw: Content::Text(text), entry, .. } => {
                (FoundContent::Text((*text).to_owned()), Some(*entry))
            }
            Record::Malformed { reason, quote } => (FoundContent::Malformed((*reason).to_owned(), quote.clone()), None),
        };
        let found = Found {
            standing: standing(place),
            content,
            duplicate_of: None,
            is_within: is_within(entry.and_then(Entry::timestamp), self.since, self.until),
            errors: Vec::new(),
        };
        Hit { found, identity: entry.and_then(Entry::identity), is_repeated }
    }

    /// A repeated record with the first of its identity.
    fn with_twin(&self, target: usize, hit: Hit) -> Found {
        let Hit { mut found, identity, is_repeated } = hit;
        if is_repeated {
            let captures = self.captures.get(..=target).unwrap_or_default().to_vec();
            self.walk(captures, |place, record| {
                let is_twin = matches!(record, Record::Entry { entry, .. } if entry.identity() == identity);
                if is_twin {
                    found.duplicate_of = Some(standing(place));
                }
                !is_twin
            });
        }
        found
    }

    /// So many records of each of these clusters at most, the first ones. Stops when all have theirs.
    pub(crate) fn records_of(&self, explainer: &Explainer<'_>, wanted: &[&Cluster], most: u64) -> Vec<Vec<Standing>> {
        let keys = wanted
            .iter()
            .enumerate()
            .flat_map(|(at, cluster)| ClusterKey::all_of(cluster).into_iter().map(move |key| (key, at)));
        let keys: BTreeMap<ClusterKey, usize> = keys.collect();
        let mut found: Vec<Vec<Standing>> = vec![Vec::new(); wanted.len()];
        let mut left: u64 = wanted.iter().map(|cluster| cluster.count.min(most)).sum();
        let mut seen = Seen::default();
        let mut scratch = explainer.scratch();
        // What cannot be read has been told by the analysis.
        self.walk(self.captures.to_vec(), |place, record| {
            let is_repeated = is_repeated(&record, &mut seen);
            let Record::Entry { entry, .. } = record else { return left > 0 };
            if is_repeated || !is_within(entry.timestamp(), self.since, self.until) {
                return left > 0;
            }
            let Some(key) = explainer.key(entry, &mut scratch) else { return left > 0 };
            let records = keys.get(&key).and_then(|at| found.get_mut(*at));
            if let Some(records) = records.filter(|records| (records.len() as u64) < most) {
                records.push(standing(place));
                left = left.saturating_sub(1);
            }
            left > 0
        });
        found
    }
}

fn standing(place: &Place) -> Standing {
    Standing { capture: place.capture.clone(), record: place.number, line: place.line }
}

/// Lines of a record beyond its first.
fn line_breaks(record: &Record<'_>) -> u64 {
    match record {
        Record::Entry { raw: Content::Json(text) | Content::Text(text), .. } => {
            text.bytes().filter(|b| *b == b'\n').count() as u64
        }
        _ => 0,
    }
}

/// Whether an entry was seen before; from now on it was.
fn is_repeated(record: &Record<'_>, seen: &mut Seen) -> bool {
    match record {
        Record::Entry { entry, .. } => entry.identity().is_some_and(|identity| !seen.is_new(identity, entry.content())),
        Record::Malformed { .. } => false,
    }
}
