//! A few entries of a cluster, to be shown.
//!
//! Kept are the latest entry and the few whose hash is least: which they are does not depend on the order in which entries
//! came, nor on how they were shared out among threads.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value as Json};

use super::kept::Merge;
use crate::entry::{Data, Entry, EntryCopy, Field, Timestamp, Value};
use crate::id::hash_parts;

/// Entries kept beside the latest.
const BY_HASH: usize = 2;
/// Characters kept of one text in a sample.
const TEXT: usize = 2_000;
/// Elements kept of one list or map in a sample.
const ELEMENTS: usize = 40;
/// Levels kept of a sample.
const LEVELS: u32 = 12;
/// Nodes kept of a sample in all.
const NODES: u32 = 400;

/// One entry kept to be shown: redacted, and cut to a bounded size.
///
/// It is the copy that was made when the entry was counted, shared with the tally: its JSON is several times as large, and of most
/// samples nobody asks for it but to write it down.
#[derive(Clone, Debug)]
pub struct Sample(Arc<Candidate>);

impl Sample {
    /// A sample that is this JSON.
    #[must_use]
    pub fn new(json: Json) -> Self {
        Self(Arc::new(Candidate { time: None, rank: 0, copy: None, shown: OnceLock::from(Shown::of(json)) }))
    }

    /// The entry as JSON, in LogEntry's names; of most samples it is made anew each time.
    #[must_use]
    pub fn json(&self) -> Cow<'_, Json> {
        self.0.json()
    }
}

impl PartialEq for Sample {
    fn eq(&self, other: &Self) -> bool {
        self.json() == other.json()
    }
}

impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json().serialize(serializer)
    }
}

/// The samples of a cluster while it grows. Of most clusters of unknown kinds there is one entry, which is all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Samples {
    latest: Option<Arc<Candidate>>,
    least: Vec<Arc<Candidate>>,
}

#[derive(Debug)]
struct Candidate {
    time: Option<Timestamp>,
    rank: u64,
    /// What the sample is made of, once somebody asks for it; nothing where it was made at once.
    copy: Option<EntryCopy>,
    shown: OnceLock<Box<Shown>>,
}

/// A sample that was made.
#[derive(Debug)]
struct Shown {
    json: Json,
    /// It as text, once another one of its rank must be told from it.
    text: OnceLock<String>,
}

impl Shown {
    fn of(json: Json) -> Box<Self> {
        Box::new(Self { json, text: OnceLock::new() })
    }
}

impl Candidate {
    /// An entry, of which a copy is kept, in the room of one that nobody needs any more; or if it is too large, its sample.
    fn new(entry: &Entry<'_>, time: Option<Timestamp>, rank: u64, room: Option<EntryCopy>) -> Self {
        let copy = EntryCopy::of(entry, room);
        let shown = if copy.is_some() { OnceLock::new() } else { OnceLock::from(Shown::of(sample_of(entry))) };
        Self { time, rank, copy, shown }
    }

    fn key(&self) -> (Option<Timestamp>, u64) {
        (self.time, self.rank)
    }

    fn show(&self) -> Json {
        self.copy.as_ref().map_or(Json::Null, |copy| copy.show(sample_of))
    }

    /// The sample; it is not kept, as it is much larger than what it is made of.
    fn json(&self) -> Cow<'_, Json> {
        self.shown.get().map_or_else(|| Cow::Owned(self.show()), |shown| Cow::Borrowed(&shown.json))
    }

    fn text(&self) -> &str {
        let shown = self.shown.get_or_init(|| Shown::of(self.show()));
        shown.text.get_or_init(|| shown.json.to_string())
    }

    /// Whether it is shown as another one is.
    fn is_as(&self, other: &Arc<Self>) -> bool {
        std::ptr::eq(self, Arc::as_ptr(other)) || self.text() == other.text()
    }
}

/// A hash that tells an entry from others and says nothing of where it stood.
#[must_use]
pub fn rank(entry: &Entry<'_>) -> u64 {
    let time = entry.timestamp().map_or(i128::MIN, Timestamp::as_nanos).to_le_bytes();
    let id = entry.field_text(Field::InsertId).unwrap_or("");
    hash_parts(&[&time, id.as_bytes(), entry.message().unwrap_or("").as_bytes()])
}

impl Samples {
    pub(super) fn add(&mut self, entry: &Entry<'_>, time: Option<Timestamp>, rank: u64) {
        // Of equal rank only the text can tell which is less: then the sample must be made to know.
        let is_latest = self.latest.as_ref().is_none_or(|latest| (time, rank) >= latest.key());
        let is_least = self.least.len() < BY_HASH || self.least.last().is_some_and(|last| rank <= last.rank);
        if !(is_latest || is_least) {
            return;
        }
        // Where the key is greater, no text is needed to tell which is the latest, and the room of the other is free.
        let is_sure = is_latest && self.latest.as_ref().is_none_or(|latest| (time, rank) > latest.key());
        let free = if is_sure { self.latest.take().and_then(Arc::into_inner) } else { None };
        let candidate = Arc::new(Candidate::new(entry, time, rank, free.and_then(|latest| latest.copy)));
        if is_least {
            self.take_least(Arc::clone(&candidate));
        }
        if is_latest {
            self.take_latest(candidate);
        }
    }

    fn take_latest(&mut self, candidate: Arc<Candidate>) {
        let wins = self.latest.as_ref().is_none_or(|latest| {
            candidate.key().cmp(&latest.key()).then_with(|| latest.text().cmp(candidate.text())).is_gt()
        });
        if wins {
            self.latest = Some(candidate);
        }
    }

    fn take_least(&mut self, candidate: Arc<Candidate>) {
        let is_before = |kept: &Arc<Candidate>| {
            kept.rank.cmp(&candidate.rank).then_with(|| kept.text().cmp(candidate.text())).is_lt()
        };
        let at = self.least.partition_point(is_before);
        if self.least.len() < BY_HASH {
            self.least.reserve_exact(1);
        } else if at >= BY_HASH {
            return;
        } else {
            self.least.pop();
        }
        self.least.insert(at, candidate);
    }

    /// By time, the latest last; none twice.
    pub(super) fn list(&self) -> Vec<Sample> {
        let is_latest = |candidate: &Arc<Candidate>| self.latest.as_ref().is_some_and(|latest| latest.is_as(candidate));
        let mut others: Vec<&Arc<Candidate>> = self.least.iter().filter(|candidate| !is_latest(candidate)).collect();
        others.sort_by_key(|candidate| (candidate.time, candidate.rank));
        others.dedup_by(|a, b| a.is_as(b));
        others.into_iter().chain(&self.latest).map(|candidate| Sample(Arc::clone(candidate))).collect()
    }
}

impl Merge for Samples {
    fn merge(&mut self, other: Self) {
        if let Some(latest) = other.latest {
            self.take_latest(latest);
        }
        for candidate in other.least {
            self.take_least(candidate);
        }
    }
}

/// An entry as people read it: its severity, message, the rest of its payload, labels, resource and time, in this order
/// and cut to a bounded size. When it was received is left out, so that two deliveries of one entry are one sample.
#[must_use]
pub fn sample_of(entry: &Entry<'_>) -> Json {
    let mut left = NODES;
    let mut sample = Map::new();
    sample.insert("severity".to_owned(), entry.severity().name().into());
    if let Some(message) = entry.message() {
        sample.insert("message".to_owned(), cut(message).into());
    }
    for field in [Field::JsonPayload, Field::ProtoPayload, Field::TextPayload] {
        let Some(payload) = entry.field(field) else { continue };
        match payload.data() {
            Data::Map(map) => {
                for (key, value) in map {
                    let is_shown = field != Field::JsonPayload || entry.is_of_payload(value);
                    let is_message = value.as_text().is_some_and(|text| Some(text) == entry.message());
                    if is_shown && !is_message && sample.len() < ELEMENTS && !sample.contains_key(key) {
                        sample.insert(cut(key), bounded(value, LEVELS, &mut left));
                    }
                }
            }
            Data::Text(text) if Some(text) != entry.message() => {
                sample.insert(field.name().to_owned(), cut(text).into());
            }
            _ => {}
        }
    }
    for field in SHOWN {
        if let Some(value) = entry.field(field) {
            // A payload may have `labels` of its own: both are shown, the entry's under its own name.
            let name = if sample.contains_key(field.name()) {
                format!("entry.{}", field.name())
            } else {
                field.name().to_owned()
            };
            sample.insert(name, bounded(value, LEVELS, &mut left));
        }
    }
    Json::Object(sample)
}

/// The fields of a sample beside its payload, in their order.
const SHOWN: [Field; 9] = [
    Field::Labels,
    Field::HttpRequest,
    Field::Operation,
    Field::SourceLocation,
    Field::Resource,
    Field::Trace,
    Field::LogName,
    Field::InsertId,
    Field::Timestamp,
];

fn bounded(value: Value<'_>, levels: u32, left: &mut u32) -> Json {
    if levels == 0 || *left == 0 {
        return "…".into();
    }
    *left -= 1;
    match value.data() {
        Data::Text(text) => cut(text).into(),
        Data::List(list) => {
            let mut elements: Vec<Json> =
                list.take(ELEMENTS).map(|element| bounded(element, levels - 1, left)).collect();
            if list.count() > ELEMENTS {
                elements.push("…".into());
            }
            elements.into()
        }
        Data::Map(map) => {
            let mut object: Map<String, Json> =
                map.take(ELEMENTS).map(|(key, value)| (cut(key), bounded(value, levels - 1, left))).collect();
            if map.count() > ELEMENTS {
                object.insert("…".to_owned(), "…".into());
            }
            object.into()
        }
        _ => value.to_json(),
    }
}

fn cut(text: &str) -> String {
    // By far the most texts have fewer bytes than that.
    if text.len() <= TEXT {
        return text.to_owned();
    }
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or("")),
        None => text.to_owned(),
    }
}
