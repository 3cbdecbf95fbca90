//! A definition drafted from one entry: a query of what stays the same in it, captures of its amounts, examples that are tried.
//!
//! A draft is a beginning for a person to look over. What it says is true of the entry at hand: the query matches it, the
//! near misses are none, each capture reads its number.

mod near;
mod numbers;
pub(crate) mod parts;
pub(crate) mod record;
mod skeleton;
pub(crate) mod words;
mod write;
mod yaml;

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::entry::{Batch, Entry, FieldPath, LogSeverity, Timestamp};
use crate::pack::check::example::records;
use crate::pack::examples::with;
use crate::pack::raw::Example;
use crate::pack::{Definition, Pack};
use crate::query::Query;
use crate::severity::Severity;
use near::{NearMiss, Trial};
use numbers::Capture;
pub(crate) use parts::{Kind, Part};

pub use skeleton::skeleton;
pub use yaml::{text as yaml_text, word as yaml_word};

/// Fields that are worth counting, in the order of what they tell; those of single instances, pods or users are left out.
const FACETS: [&str; 16] = [
    "labels.module",
    "labels.logger",
    "labels.python_logger",
    "jsonPayload.logger",
    "jsonPayload.module",
    "labels.function",
    "resource.labels.revision_name",
    "resource.labels.service_name",
    "resource.labels.namespace_name",
    "resource.labels.container_name",
    "resource.labels.job_name",
    "resource.labels.function_name",
    "resource.labels.version_id",
    "resource.labels.database_id",
    "httpRequest.status",
    "sourceLocation.file",
];
/// Facets of a draft.
const MAX_FACETS: usize = 4;
/// Characters of an example's message where the part that tells is enough.
const EXAMPLE: usize = 600;
/// Words of an id.
const ID_WORDS: usize = 4;
/// Characters of an id.
const ID_LENGTH: usize = 48;

/// A definition drafted from an entry.
#[derive(Debug)]
pub struct Draft {
    /// Its id.
    pub id: String,
    /// Its query, which matches the entry.
    pub query: Query,
    /// The id of the definition that the entry belongs to in the pack as it is, if it belongs to one.
    pub taker: Option<String>,
    /// The severity that it declares.
    pub severity: Severity,
    query_text: String,
    title: String,
    /// Its priority, and what is said of that.
    priority: Option<(i64, String)>,
    captures: Vec<Capture>,
    facets: Vec<&'static str>,
    log_severity: LogSeverity,
    timestamp: Option<Timestamp>,
    example: Example,
    near_misses: Vec<NearMiss>,
    fixture: Vec<Value>,
    was: Vec<String>,
    /// What is said of it above it, a line each, and beside its severity; what is said of a draft from an entry if nothing.
    remarks: Option<(Vec<String>, String)>,
}

/// That nothing in an entry stays the same, so that nothing can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NothingConstant;

/// Drafts a definition from an entry, to stand in this very pack or, if `is_above` is set, in one that builds on it. The id is
/// made of the entry's words if none is given.
///
/// # Errors
/// Where the entry holds only values.
pub fn draft(entry: &Entry<'_>, pack: &Pack, id: Option<&str>, is_above: bool) -> Result<Draft, NothingConstant> {
    let mut parts = parts::parts(entry);
    // A part that does not hold for the very entry, for whatever reason, is no part of the query.
    parts.retain(|part| Query::parse(&part.query).query.is_some_and(|query| query.matches(entry)));
    if parts.iter().all(|part| matches!(part.kind, Kind::Floor)) {
        return Err(NothingConstant);
    }
    let words = telling(&parts);
    let id = id.map_or_else(|| free_id(&words, pack, "new", &BTreeSet::new()), ToOwned::to_owned);
    of_parts(entry, pack, (&id, &title(&parts)), is_above, &parts).ok_or(NothingConstant)
}

/// A definition whose query asks for these parts, if that holds for the entry.
pub(crate) fn of_parts(
    entry: &Entry<'_>,
    pack: &Pack,
    (id, title): (&str, &str),
    is_above: bool,
    parts: &[Part],
) -> Option<Draft> {
    let query_text = parts.iter().map(|part| part.query.as_str()).collect::<Vec<_>>().join(" AND ");
    let query = Query::parse(&query_text).query.filter(|query| query.matches(entry))?;
    let holds = |example: &Example| holds(&query, pack, example);
    let message_at = message_at(entry, &pack.message);
    let mut record = least(entry, parts, &message_at);
    let example = example(entry, parts, &record, &holds);
    if let Example::Message(text) = &example {
        record::set(&mut record, &message_at, text.as_str().into());
    }
    let trial = Trial {
        message: example_text(&example, entry),
        message_at: &message_at,
        example: &example,
        record: &record,
        holds: &holds,
    };
    let near_misses = trial.near_misses(parts);
    let taker = pack.definitions.iter().find(|definition| definition.queries.iter().any(|query| query.matches(entry)));
    let captures = entry.message().map(numbers::captures).unwrap_or_default();
    let mut fixture = vec![record::whole(entry)];
    fixture.extend(near_misses.iter().map(|miss| record::changed(entry, &miss.change.0, miss.change.1.clone())));
    Some(Draft {
        id: id.to_owned(),
        title: title.to_owned(),
        priority: taker.and_then(|taker| {
            let said = format!("before `{}`, which takes the entry too", taker.id);
            Some((priority_before(taker, is_above)?, said))
        }),
        taker: taker.map(|taker| taker.id.clone()),
        severity: severity(entry.severity()),
        captures,
        facets: facets(entry),
        log_severity: entry.severity(),
        timestamp: entry.timestamp(),
        example,
        near_misses,
        fixture,
        was: Vec::new(),
        remarks: None,
        query_text,
        query,
    })
}

/// Whether a query matches an example as the pack reads it.
fn holds(query: &Query, pack: &Pack, example: &Example) -> bool {
    let found = with(&records(example, &pack.message), Some(&pack.redactor), &pack.message, |entries| {
        entries.iter().any(|entry| query.matches(entry))
    });
    found == Ok(true)
}

/// What a draft for a cluster has that one from a single entry has not.
#[derive(Debug)]
pub(crate) struct ForCluster {
    /// The severity of the cluster.
    pub(crate) severity: Severity,
    /// The priority that leaves entries to the definitions that have them, where it would take some.
    pub(crate) priority: Option<i64>,
    /// What the cluster was known by.
    pub(crate) was: Vec<String>,
    /// What is said of it above it, a line each.
    pub(crate) above: Vec<String>,
    /// What is said beside its severity.
    pub(crate) beside: String,
    /// Entries of others, and what they are of.
    pub(crate) no_match: Vec<(Value, String)>,
}

impl Draft {
    /// The draft as one for the cluster that its entry is of.
    pub(crate) fn for_cluster(mut self, pack: &Pack, cluster: ForCluster) -> Self {
        let mut misses: Vec<NearMiss> = Vec::new();
        for (record, remark) in cluster.no_match {
            let message = message_of(&record, pack);
            let examples = message.map(Example::Message).into_iter().chain([Example::Entry(record)]);
            let found = examples.into_iter().find(|example| !holds(&self.query, pack, example));
            misses.extend(found.map(|example| NearMiss { example, change: (Vec::new(), Value::Null), remark }));
        }
        misses.append(&mut self.near_misses);
        Self {
            severity: cluster.severity,
            priority: cluster.priority.map(|it| (it, "behind what matches entries like these".to_owned())),
            was: cluster.was,
            remarks: Some((cluster.above, cluster.beside)),
            near_misses: misses,
            ..self
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
}

/// The message of a record, if it is short enough for an example.
fn message_of(record: &Value, pack: &Pack) -> Option<String> {
    let text = record.to_string();
    let mut batch = Batch::new();
    batch.push_json(&text, &mut Vec::new());
    let batch = pack.redactor.batch(batch);
    let message = batch.entries(&pack.message).next()?.message().map(ToOwned::to_owned)?;
    (message.chars().count() <= EXAMPLE && !message.trim().is_empty()).then_some(message)
}

/// Where a message is found that the pack looks for.
fn message_at(entry: &Entry<'_>, paths: &[FieldPath]) -> Vec<String> {
    let found = paths.iter().find(|path| entry.first_text(path).is_some()).or(paths.first());
    found.map(record::names).unwrap_or_else(|| vec!["textPayload".to_owned()])
}

/// The least of an entry that its query asks for, and its message.
fn least(entry: &Entry<'_>, parts: &[Part], message_at: &[String]) -> Value {
    let mut record = Value::Object(Map::new());
    if entry.severity() != LogSeverity::Default {
        record::set(&mut record, &["severity".to_owned()], entry.severity().name().into());
    }
    for part in parts {
        if let Kind::Field { names, value, .. } = &part.kind {
            record::set(&mut record, names, value.clone());
        }
    }
    if let Some(message) = entry.message() {
        record::set(&mut record, message_at, message.into());
    }
    record
}

/// The entry as an example: its message, or its telling part if all of it is long; else the least of its record.
fn example(entry: &Entry<'_>, parts: &[Part], record: &Value, holds: &dyn Fn(&Example) -> bool) -> Example {
    let asks_for_fields = parts.iter().any(|part| matches!(part.kind, Kind::Field { .. }));
    // What is asked for may be more than is in the least of it.
    let least = Example::Entry(record.clone());
    let entry_as_it_is = || if holds(&least) { least.clone() } else { Example::Entry(record::whole(entry)) };
    let Some(message) = entry.message().filter(|message| !asks_for_fields && !message.trim().is_empty()) else {
        return entry_as_it_is();
    };
    let telling = crate::template::telling_part(message);
    let short: String = telling.chars().take(EXAMPLE).collect();
    let candidates = [(message.chars().count() <= EXAMPLE).then_some(message), Some(short.as_str()), Some(message)];
    let found = candidates.into_iter().flatten().map(|text| Example::Message(text.to_owned())).find(holds);
    found.unwrap_or_else(entry_as_it_is)
}

fn example_text<'e>(example: &'e Example, entry: &Entry<'e>) -> Option<&'e str> {
    match example {
        Example::Message(text) => Some(text),
        Example::Entry(_) => entry.message(),
    }
}

/// The words that tell most, of a message or of fields.
fn telling(parts: &[Part]) -> Vec<&str> {
    let mut words = Vec::new();
    for part in parts {
        match &part.kind {
            Kind::Phrase { text, telling } => words.extend(telling.iter().filter_map(|word| text.get(word.clone()))),
            Kind::Field { title, .. } => words.extend(title.split(['/', ' ']).filter(|word| !word.is_empty())),
            Kind::Floor | Kind::Other => {}
        }
    }
    words
}

/// An id of small letters, digits and hyphens that neither the pack has yet nor `taken`; `fallback` where no word has a Latin
/// letter in it.
pub(crate) fn free_id(words: &[&str], pack: &Pack, fallback: &str, taken: &BTreeSet<String>) -> String {
    let mut id = String::new();
    for word in words.iter().take(ID_WORDS) {
        // Of `asyncpg.exceptions.TimeoutError` the last name is the one that tells.
        let name = word.rsplit('.').next().unwrap_or(word).to_lowercase();
        let parts: Vec<&str> =
            name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let word = parts.join("-");
        if !word.is_empty() && id.len() + word.len() < ID_LENGTH {
            id.push_str(if id.is_empty() { "" } else { "-" });
            id.push_str(&word);
        }
    }
    let id = if id.is_empty() { fallback.to_owned() } else { id };
    let is_taken = |id: &str| {
        let has = |other: &Definition| other.id == id || other.was.iter().any(|former| former == id);
        taken.contains(id) || pack.definitions.iter().any(has) || pack.switched_off.iter().any(|(off, _)| off == id)
    };
    if !is_taken(&id) {
        return id;
    }
    (2_u32..).map(|number| format!("{id}-{number}")).find(|id| !is_taken(id)).unwrap_or(id)
}

/// The first phrase, or what fields say, without what templates and Markdown would read.
fn title(parts: &[Part]) -> String {
    let phrase = parts.iter().find_map(|part| match &part.kind {
        Kind::Phrase { text, .. } => Some(text.clone()),
        Kind::Field { .. } | Kind::Floor | Kind::Other => None,
    });
    let text = phrase.unwrap_or_else(|| {
        let titles = parts.iter().filter_map(|part| match &part.kind {
            Kind::Field { title, .. } => Some(title.as_str()),
            Kind::Phrase { .. } | Kind::Floor | Kind::Other => None,
        });
        titles.collect::<Vec<_>>().join(" ")
    });
    titled(&text)
}

/// A text as a title.
pub(crate) fn titled(text: &str) -> String {
    let is_kept =
        |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | ':' | '/' | '(' | ')' | '…');
    let kept: String = text.chars().filter(is_kept).collect();
    let words = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut chars = words.trim_end_matches(':').chars();
    chars.next().map_or_else(|| "New".to_owned(), |first| first.to_uppercase().chain(chars).collect())
}

/// As the built-in policy judges what no definition knows.
fn severity(log_severity: LogSeverity) -> Severity {
    match log_severity {
        LogSeverity::Critical | LogSeverity::Alert | LogSeverity::Emergency => Severity::P1,
        LogSeverity::Error => Severity::P3,
        LogSeverity::Warning => Severity::P4,
        _ => Severity::P5,
    }
}

/// The priority from which a draft comes before the definition that takes its entry now; nothing if it does without one.
fn priority_before(taker: &Definition, is_above: bool) -> Option<i64> {
    // A pack comes before its bases; inside it, the order of files would decide.
    let is_before = taker.priority < 0 || (taker.priority == 0 && (is_above || taker.layer > 0));
    (!is_before).then(|| taker.priority.saturating_add(1))
}

fn facets(entry: &Entry<'_>) -> Vec<&'static str> {
    let has = |path: &&str| {
        FieldPath::parse(path).is_ok_and(|path| entry.text_at(&path).is_some_and(|text| !text.trim().is_empty()))
    };
    FACETS.into_iter().filter(has).take(MAX_FACETS).collect()
}

#[cfg(test)]
mod tests;
