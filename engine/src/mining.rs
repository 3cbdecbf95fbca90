//! The templates of all entries, whatever their definitions and severities, `gardener/templates/v1`: a log parser.
//!
//! As with clusters, each entry is counted by its skeleton, and skeletons become templates in the end. Which templates there
//! are depends on the set of skeletons alone: neither on the order of entries nor on how they were shared out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::clusters::OTHER;
use crate::entry::{Entry, LogSeverity, Timestamp};
use crate::id::hash64;
use crate::pack::Pack;
use crate::report::{PackIdentity, Window};
use crate::tally::{Kept, Merge, Place};
use crate::template::{self, Form, Templates};
use crate::triage::Frame;
use crate::witness::{self, Seat, Specimen, Witness};

/// The version of the report's shape.
pub const SCHEMA: &str = "gardener/templates/v1";

/// Skeletons kept; entries of skeletons beyond them form one template together.
const SKELETONS: usize = 50_000;

/// The templates of the entries of captures.
#[derive(Clone, Debug, Serialize)]
pub struct Mined {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The pack, whose redaction and whose paths to the message were used.
    pub pack: PackIdentity,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
    /// The time that was looked at: as asked for, else from the first entry to the last.
    pub window: Window,
    /// Every record read, in exactly one bucket.
    pub entries: Counted,
    /// The templates: by count, most first, then by text.
    pub templates: Vec<Template>,
    /// Remarks on the reading.
    pub notes: Vec<String>,
}

/// Every record read is counted in exactly one of the other buckets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// All records.
    pub read: u64,
    /// Those that cannot be read.
    pub malformed: u64,
    /// Those that were seen before.
    pub duplicate: u64,
    /// Those outside of the window.
    pub outside_window: u64,
    /// Those of the templates: the sum of their counts.
    pub of_templates: u64,
}

/// A template and its entries.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Template {
    /// `template-` and the beginning of its hash: the same as that of its cluster in other reports.
    pub id: String,
    /// Its text, `<*>` where values stand; `(other)` for entries of more kinds than are kept.
    pub template: String,
    /// How many entries.
    pub count: u64,
    /// Their share of all entries of templates, 0 to 1.
    pub share: f64,
    /// How many of them have each log severity.
    pub log_severities: BTreeMap<&'static str, u64>,
    /// The earliest of them, as far as they have times.
    pub first_seen: Option<Timestamp>,
    /// The latest of them.
    pub last_seen: Option<Timestamp>,
    /// One of them, redacted.
    pub example: Option<Specimen>,
}

/// Entries counted by their skeletons. Merges in any order to the same.
///
/// ```
/// use gardener_engine::entry::Batch;
/// use gardener_engine::mining::Mining;
/// use gardener_engine::redact::Redactor;
/// use gardener_engine::witness::Seat;
/// let redactor = Redactor::default();
/// let mut batch = Batch::new();
/// batch.push_text("order 5 failed");
/// batch.push_text("order 7 failed");
/// let batch = redactor.batch(batch);
/// let mut mining = Mining::new();
/// let path = [gardener_engine::entry::FieldPath::parse("textPayload").unwrap()];
/// let hashes: Vec<u64> =
///     batch.entries(&path).map(|entry| mining.add(&entry, Seat { capture: 0, number: 1 })).collect();
/// let solved = mining.solved();
/// assert_eq!(solved.template(hashes[1]), "order <*> failed");
/// ```
#[derive(Debug)]
pub struct Mining {
    skeletons: Kept<(Form, Box<str>), Seen>,
    skeleton: String,
}

/// What is counted of a skeleton.
#[derive(Clone, Debug, Default)]
struct Seen {
    count: u64,
    span: Option<(Timestamp, Timestamp)>,
    severities: [u64; 9],
    witness: Witness,
}

impl Merge for Seen {
    fn merge(&mut self, other: Self) {
        self.count += other.count;
        self.span = joined(self.span, other.span);
        for (sum, count) in self.severities.iter_mut().zip(other.severities) {
            *sum += count;
        }
        self.witness.merge(other.witness);
    }
}

fn joined(
    one: Option<(Timestamp, Timestamp)>,
    other: Option<(Timestamp, Timestamp)>,
) -> Option<(Timestamp, Timestamp)> {
    match (one, other) {
        (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
        (one, other) => one.or(other),
    }
}

impl Default for Mining {
    fn default() -> Self {
        Self::new()
    }
}

impl Mining {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { skeletons: Kept::new(SKELETONS), skeleton: String::new() }
    }

    /// Counts an entry, and tells the hash of its skeleton, by which [`Solved::template`] knows its template.
    pub fn add(&mut self, entry: &Entry<'_>, seat: Seat) -> u64 {
        let form = template::of_entry(entry, &mut self.skeleton);
        let text = &self.skeleton;
        let hash = hash64(text.as_bytes());
        match self.skeletons.place(hash, || (form, text.as_str().into())) {
            Place::Kept((_, seen)) | Place::Rest(seen) => {
                seen.count += 1;
                seen.span = joined(seen.span, entry.timestamp().map(|time| (time, time)));
                if let Some(count) = seen.severities.get_mut(entry.severity().index()) {
                    *count += 1;
                }
                seen.witness.consider(entry, seat, || witness::text(entry));
            }
        }
        hash
    }

    /// Notes only of what kind an entry is, for [`Mining::solved`].
    pub fn note(&mut self, entry: &Entry<'_>) -> u64 {
        let form = template::of_entry(entry, &mut self.skeleton);
        let text = &self.skeleton;
        let hash = hash64(text.as_bytes());
        self.skeletons.place(hash, || (form, text.as_str().into()));
        hash
    }

    /// Takes up what another worker has counted.
    pub fn merge(&mut self, other: Self) {
        self.skeletons.merge(other.skeletons);
    }

    /// The template of each skeleton.
    #[must_use]
    pub fn solved(&self) -> Solved {
        let of_messages = self.skeletons.iter().filter(|((form, _), _)| *form == Form::Message);
        let texts = of_messages.map(|((_, text), _)| &**text).collect();
        let templates = Templates::solve(&texts, &BTreeSet::new());
        let mut ids: BTreeMap<&str, String> = BTreeMap::new();
        let mut of = BTreeMap::new();
        for ((form, skeleton), _) in self.skeletons.iter() {
            let template = templates.of_form(*form, skeleton);
            let id = ids.entry(template).or_insert_with(|| template::id(template));
            of.insert(hash64(skeleton.as_bytes()), (id.as_str().into(), template.into()));
        }
        Solved { of, other: (template::id(OTHER).into(), OTHER.into()) }
    }

    /// The templates with their counts, as a report.
    #[must_use]
    pub fn report(&self, pack: &Pack, frame: Frame) -> Mined {
        let solved = self.solved();
        let mut seen: BTreeMap<(&str, &str), Seen> = BTreeMap::new();
        for ((_, skeleton), counted) in self.skeletons.iter() {
            seen.entry(solved.named(hash64(skeleton.as_bytes()))).or_default().merge(counted.clone());
        }
        if let Some(rest) = self.skeletons.rest() {
            seen.entry(solved.named_other()).or_default().merge(rest.clone());
        }
        let all: u64 = seen.values().map(|seen| seen.count).sum();
        let span = seen.values().fold(None, |span, seen| joined(span, seen.span));
        let captures: Vec<String> = frame.captures.iter().map(|name| pack.redactor.text(name).into_string()).collect();
        let mut templates: Vec<Template> =
            seen.into_iter().map(|((id, text), seen)| templated(id, text, &seen, all, &captures)).collect();
        templates.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.template.cmp(&b.template)));
        let mut notes = frame.notes;
        if self.skeletons.rest().is_some() {
            notes.push(format!(
                "there are some {} kinds of messages, and {SKELETONS} of them are told apart: the others are `{OTHER}`",
                self.skeletons.distinct()
            ));
        }
        Mined {
            schema: SCHEMA,
            pack: PackIdentity { name: pack.name.clone(), digest: pack.digest.clone() },
            captures,
            window: Window { from: frame.since.or(span.map(|it| it.0)), to: frame.until.or(span.map(|it| it.1)) },
            entries: Counted {
                read: frame.read,
                malformed: frame.malformed,
                duplicate: frame.duplicate,
                outside_window: frame.outside_window,
                of_templates: all,
            },
            templates,
            notes,
        }
    }
}

fn templated(id: &str, text: &str, seen: &Seen, all: u64, captures: &[String]) -> Template {
    let severities = LogSeverity::ALL.into_iter().zip(seen.severities).filter(|(_, count)| *count > 0);
    #[expect(clippy::cast_precision_loss, reason = "a share")]
    let share = seen.count as f64 / all.max(1) as f64;
    Template {
        id: id.to_owned(),
        template: text.to_owned(),
        count: seen.count,
        share,
        log_severities: severities.map(|(severity, count)| (severity.name(), count)).collect(),
        first_seen: seen.span.map(|(first, _)| first),
        last_seen: seen.span.map(|(_, last)| last),
        example: seen.witness.specimen(captures),
    }
}

/// The template of each skeleton, by the skeleton's hash.
#[derive(Clone, Debug)]
pub struct Solved {
    of: BTreeMap<u64, (Box<str>, Box<str>)>,
    other: (Box<str>, Box<str>),
}

impl Solved {
    /// The id and the text of a skeleton's template; `(other)` for one that was not kept.
    #[must_use]
    pub fn named(&self, skeleton: u64) -> (&str, &str) {
        let (id, text) = self.of.get(&skeleton).unwrap_or(&self.other);
        (id, text)
    }

    /// The text of a skeleton's template.
    #[must_use]
    pub fn template(&self, skeleton: u64) -> &str {
        self.named(skeleton).1
    }

    fn named_other(&self) -> (&str, &str) {
        (&self.other.0, &self.other.1)
    }
}

#[cfg(test)]
mod tests;
