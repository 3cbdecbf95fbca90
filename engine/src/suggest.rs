//! Definitions for clusters that no definition knows, with queries that match exactly their entries on the captures at hand.
//!
//! The clusters come from a report. What all entries of a cluster have are its *terms* (`terms`); every entry of the captures is
//! held against them (`probe`), and the fewest terms are taken that no other entry has all of (`choose`). The queries made of them
//! are then held against all entries once more (`trial`): what is told of them is what was counted.

mod choose;
mod examples;
mod make;
mod owner;
mod probe;
mod terms;
mod trial;
mod witnesses;
mod write;

use std::collections::BTreeSet;

use serde::Serialize;

use crate::draft::{self, Part};
use crate::entry::{Batch, Entry, FieldPath, LogSeverity, Timestamp};
use crate::id::Fingerprint;
use crate::pack::Pack;
use crate::render::counted;
use crate::report::{Cluster, Conservation, Origin, PackIdentity, Report};
use crate::severity::Severity;
use owner::Owners;
use probe::Probed;

pub use make::{Entries, Look, suggestions};
pub use trial::{Outcome, Taken};
pub use write::{suggestions_json, suggestions_said, suggestions_yaml};

/// The version of the report's shape.
pub const SCHEMA: &str = "gardener/suggest/v1";

/// Which clusters definitions are wanted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The ids of these clusters; of all where none is named.
    pub ids: Vec<String>,
    /// How many at most.
    pub top: usize,
    /// Of so many entries at least.
    pub min_count: u64,
}

/// The clusters of a report that definitions are wanted for, by their places in it, those of most entries first; and how many
/// more there are that no definition knows.
#[must_use]
fn targets(report: &Report, wanted: &Wanted) -> (Vec<usize>, u64) {
    let clusters = report.clusters.iter().enumerate();
    let mut unknown: Vec<(usize, &Cluster)> = clusters.filter(|(_, cluster)| is_minable(cluster)).collect();
    let all = unknown.len();
    unknown.retain(|(_, cluster)| wanted.ids.is_empty() || wanted.ids.contains(&cluster.id));
    unknown.retain(|(_, cluster)| cluster.count >= wanted.min_count);
    unknown.sort_by_key(|(_, cluster)| std::cmp::Reverse(cluster.count));
    unknown.truncate(wanted.top);
    let left = all - unknown.len();
    (unknown.into_iter().map(|(at, _)| at).collect(), left as u64)
}

/// Whether a definition can be made for a cluster: no definition knows it, its entries are of one kind, and they say something: who
/// asked for the absence of a payload would ask for much else that comes some day.
#[must_use]
pub fn is_minable(cluster: &Cluster) -> bool {
    let says = cluster.pattern != "no payload" && cluster.pattern != crate::clusters::OTHER;
    cluster.origin == Origin::Template && says && cluster.group.is_empty()
}

/// Unknown clusters of which no definition can be made, that are wanted.
fn unasked(report: &Report, wanted: &Wanted) -> Vec<String> {
    let unknown = report.clusters.iter().filter(|it| it.origin == Origin::Template && !is_minable(it));
    let unknown = unknown.filter(|it| wanted.ids.is_empty() || wanted.ids.contains(&it.id));
    let ids: BTreeSet<&String> = unknown.filter(|it| it.count >= wanted.min_count).map(|it| &it.id).collect();
    ids.into_iter().take(wanted.top).cloned().collect()
}

/// Definitions for the unknown clusters of captures, `gardener/suggest/v1`.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestions {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// The pack.
    pub pack: PackIdentity,
    /// The captures read, as they were named.
    pub captures: Vec<String>,
    /// The least log severity at which entries that no definition matches are clustered.
    pub attention: &'static str,
    /// Every record read, in exactly one bucket.
    pub entries: Conservation,
    /// The definitions, that of most entries first.
    pub suggestions: Vec<Suggestion>,
    /// Clusters that nothing can be asked for: all that their entries hold are values.
    pub not_asked_for: Vec<String>,
    /// Clusters that no definition knows and that none was made for.
    pub left_out: u64,
    /// Remarks on the reading.
    pub notes: Vec<String>,
}

/// A definition for a cluster.
#[derive(Clone, Debug, Serialize)]
pub struct Suggestion {
    /// The id that it has.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The cluster's id.
    pub cluster: String,
    /// The cluster's identity, which the definition keeps.
    pub fingerprint: Fingerprint,
    /// The cluster's template.
    pub template: String,
    /// Its severity, as policy judged the cluster.
    pub severity: Severity,
    /// Why.
    pub reasons: Vec<String>,
    /// The earliest entry of the cluster.
    pub first_seen: Option<Timestamp>,
    /// The latest.
    pub last_seen: Option<Timestamp>,
    /// The query.
    #[serde(rename = "match")]
    pub query: String,
    /// What it matches.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The definition as YAML: the one element of a list, as a file of `clusters/` holds it.
    pub yaml: String,
}

/// What is known of a cluster that a definition is made for.
#[derive(Debug)]
struct Target<'r> {
    cluster: &'r Cluster,
    /// The place of the cluster in its report.
    at: usize,
    /// Entries of it, redacted, as JSON.
    records: Vec<String>,
    /// What all of these have, the best first.
    terms: Vec<terms::Term>,
    /// The terms that the query asks for.
    chosen: Vec<usize>,
}

impl<'r> Target<'r> {
    /// What is to be found out about a cluster, given a few entries of it.
    fn new(at: usize, cluster: &'r Cluster, records: Vec<String>, pack: &Pack) -> Self {
        let terms = with_entries(&records, pack, |entries| terms::terms(cluster, entries, pack.attention));
        Self { cluster, at, records, terms, chosen: Vec::new() }
    }

    /// Whether there is anything to ask for.
    fn can_be_asked_for(&self) -> bool {
        self.terms.iter().any(|term| term.is_telling())
    }

    /// Takes the fewest terms that no other entry has. Where what others were picked by is something that not all entries of the
    /// cluster have, that is left out instead, and true says that all is to be probed once more.
    fn choose(&mut self, probed: &Probed) -> bool {
        let was_blind = choose::leave_out(&mut self.terms, probed);
        if !was_blind {
            self.chosen = choose::choose(&self.terms, probed);
        }
        was_blind
    }

    /// The parts of the query.
    fn parts(&self) -> Vec<Part> {
        self.chosen.iter().filter_map(|at| self.terms.get(*at)).map(|term| term.part.clone()).collect()
    }

    /// The query.
    fn query(&self) -> String {
        self.parts().iter().map(|part| part.query.as_str()).collect::<Vec<_>>().join(" AND ")
    }
}

/// The definition for a cluster, whose query comes to this; nothing where it has no entry that it matches. `taken` are ids that
/// it may not have.
fn suggestion(
    target: &Target<'_>,
    probed: &Probed,
    outcome: Outcome,
    (owners, is_above): (&Owners<'_>, bool),
    taken: &BTreeSet<String>,
) -> Option<Suggestion> {
    let (cluster, pack) = (target.cluster, owners.classifier.pack());
    let parts = target.parts();
    let title = draft::titled(&cluster.title);
    let id = id_of(cluster, pack, taken);
    let draft = with_entries(&target.records, pack, |entries| {
        entries.iter().find_map(|entry| draft::of_parts(entry, pack, (&id, &title), is_above, &parts))
    })?;
    let nearest = examples::nearest(&target.terms, &target.chosen, probed, owners);
    let query = draft.query_text().to_owned();
    let draft = draft.for_cluster(
        pack,
        draft::ForCluster {
            severity: cluster.severity,
            priority: outcome.priority,
            was: was(cluster),
            above: above(cluster, &outcome),
            beside: beside(cluster),
            no_match: nearest,
        },
    );
    let title = draft.title().to_owned();
    Some(Suggestion {
        id,
        title,
        cluster: cluster.id.clone(),
        fingerprint: cluster.fingerprint.clone(),
        template: cluster.pattern.clone(),
        severity: cluster.severity,
        reasons: cluster.reasons.clone(),
        first_seen: cluster.first_seen,
        last_seen: cluster.last_seen,
        query,
        outcome,
        yaml: draft.definition(),
    })
}

/// The words of the title that tell; the beginning of the template's hash where it has none in Latin letters.
fn id_of(cluster: &Cluster, pack: &Pack, taken: &BTreeSet<String>) -> String {
    let stretches = draft::words::stretches(&cluster.title);
    let words = stretches.iter().flat_map(|it| it.telling.iter().filter_map(|word| it.text.get(word.clone())));
    let mut words: Vec<&str> = words.collect();
    if words.is_empty() {
        let letters = |word: &&str| word.chars().filter(char::is_ascii_alphabetic).count() > 2;
        words = cluster.title.split(|c: char| !c.is_alphanumeric()).filter(letters).collect();
    }
    let hash = cluster.id.strip_prefix("template-").unwrap_or(&cluster.id);
    draft::free_id(&words, pack, &format!("unknown-{hash}"), taken)
}

/// What its cluster was known by: its template, and those that have become it.
fn was(cluster: &Cluster) -> Vec<String> {
    let former = cluster.mined.iter().flat_map(|mined| mined.former.iter().map(String::as_str));
    std::iter::once(cluster.pattern.as_str())
        .chain(former)
        .map(|text| format!("{}{text}", crate::id::TEMPLATE))
        .collect()
}

/// What stands above the definition.
fn above(cluster: &Cluster, outcome: &Outcome) -> Vec<String> {
    let times = match (cluster.first_seen, cluster.last_seen) {
        (Some(first), Some(last)) if first != last => format!(", {first} to {last}"),
        (Some(at), _) => format!(", {at}"),
        _ => String::new(),
    };
    let entries = counted(cluster.count, "entry", Some("entries"));
    vec![format!("{}: {entries}{times}", cluster.id), outcome.said()]
}

/// What stands beside the severity.
fn beside(cluster: &Cluster) -> String {
    let mut logged: Vec<(&LogSeverity, u64)> = Vec::new();
    for severity in &LogSeverity::ALL {
        if let Some(count) = cluster.log_severities.get(severity.name()) {
            logged.push((severity, *count));
        }
    }
    let logged: Vec<&str> = logged.iter().rev().map(|(severity, _)| severity.name()).collect();
    let why = cluster.reasons.join("; ");
    let why = if why.is_empty() { String::new() } else { format!("{why}; ") };
    format!("{why}logged as {}", logged.join(", "))
}

/// Shows entries that stand in records of JSON.
fn with_entries<T>(records: &[String], pack: &Pack, with: impl FnOnce(&[Entry<'_>]) -> T) -> T {
    let mut batch = Batch::new();
    for record in records {
        batch.push_json(record, &mut Vec::new());
    }
    let batch = pack.redactor.batch(batch);
    let message: &[FieldPath] = &pack.message;
    let entries: Vec<Entry<'_>> = batch.entries(message).collect();
    with(&entries)
}

#[cfg(test)]
mod tests;
