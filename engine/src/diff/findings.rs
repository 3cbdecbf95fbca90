//! The changes of a diff one by one, each with its code and its place: for gates and for reports of pipelines.

use super::{ClusterChange, ClusterState, Diff, FieldChange, Flow, Place, RedactionChange, What, codes};
use crate::diagnostic::Code;
use crate::witness::cut;

/// Characters of a line of details.
const DETAIL: usize = 600;
/// Places that a cluster's entries came from or went to.
const FLOWS: usize = 5;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding<'d> {
    /// What kind of change.
    pub code: &'static Code,
    /// What changed, in a sentence: lower case, names in backticks. Not neutralised.
    pub message: String,
    /// More of it, line by line: the reasons on both sides, where entries came from or went, what to do. Not neutralised.
    pub details: Vec<String>,
    /// Where the definition concerned stands; nothing where it is no definition's doing alone.
    pub place: Option<&'d Place>,
}

impl Diff {
    /// Every change, in the order of the diff.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding<'_>> {
        let mut found: Vec<Finding<'_>> = Vec::new();
        let (before, after) = (&self.base.pack.name, &self.head.pack.name);
        if before != after {
            let message =
                format!("the pack `{before}` is now called `{after}`: every cluster gets another fingerprint");
            found.push(Finding { code: &codes::CLUSTER_RENAMED, message, details: Vec::new(), place: None });
        }
        for cluster in &self.clusters {
            let place = cluster.place.as_ref();
            found.extend(existence(cluster).map(|(code, message)| {
                let reasons = if cluster.before.is_some() { Vec::new() } else { reasons(cluster) };
                let details = [reasons, flows(cluster), cluster.advice.clone().into_iter().collect()].concat();
                Finding { code, message, details, place }
            }));
            let name = cluster.after.as_ref().or(cluster.before.as_ref()).map(name_of).unwrap_or_default();
            found.extend(cluster.changes.iter().map(|change| Finding {
                code: change.code,
                message: format!("`{name}`: {}", sentence(change)),
                details: match change.field.as_str() {
                    "severity" | "declared_severity" | "policy" => reasons(cluster),
                    "count" => flows(cluster),
                    _ => Vec::new(),
                },
                place,
            }));
        }
        found.extend(self.moves.iter().map(|moved| Finding {
            code: moved.code,
            message: format!("{} from `{}` to `{}`", entries(moved.count, "goes", "go"), moved.from, moved.to),
            details: moved.sample.iter().map(|one| format!("one is {} {}", one.severity, one.text)).collect(),
            place: moved.place.as_ref(),
        }));
        if self.other_moves > 0 {
            let message = format!("{} elsewhere in many other ways", entries(self.other_moves, "goes", "go"));
            found.push(Finding { code: &codes::ENTRIES_MOVED, message, details: Vec::new(), place: None });
        }
        found.extend(self.redactions.iter().map(|redaction| Finding {
            code: redaction.code,
            message: match redaction {
                RedactionChange { name, is_gone: true, .. } => format!("the redaction `{name}` is gone"),
                RedactionChange { name, before, after, .. } => {
                    format!("the redaction `{name}` takes out {after} instead of {before}")
                }
            },
            details: Vec::new(),
            place: None,
        }));
        found
    }
}

fn existence(cluster: &ClusterChange) -> Option<(&'static Code, String)> {
    let (before, after) = (cluster.before.as_ref(), cluster.after.as_ref());
    let shown = |state: &ClusterState| format!("`{}` ({}, {})", name_of(state), state.severity, counted(state.count));
    Some(match cluster.what {
        What::Lost => (&codes::CLUSTER_LOST, format!("the cluster {} is lost", before.map(shown)?)),
        What::Gained => (&codes::CLUSTER_GAINED, format!("the cluster {} is gained", after.map(shown)?)),
        What::Renamed => {
            (&codes::CLUSTER_RENAMED, format!("`{}` is now `{}`", before.map(name_of)?, after.map(name_of)?))
        }
        What::Changed => return None,
    })
}

/// Why the severity is what it was, and what it is, with the lines of scripts.
fn reasons(cluster: &ClusterChange) -> Vec<String> {
    let of = |side: &str, state: &Option<ClusterState>| {
        let state = state.as_ref().filter(|state| !state.reasons.is_empty())?;
        Some(cut(&format!("{side}: {}", state.reasons.join("; ")), DETAIL))
    };
    [of("before", &cluster.before), of("after", &cluster.after)].into_iter().flatten().collect()
}

/// Where entries came from, and where they went.
fn flows(cluster: &ClusterChange) -> Vec<String> {
    let of = |way: &'static str, flows: &[Flow]| -> Vec<String> {
        flows.iter().take(FLOWS).map(|flow| format!("{} {way} `{}`", counted(flow.count), flow.place)).collect()
    };
    [of("from", &cluster.from), of("to", &cluster.to)].concat()
}

/// A cluster's id and its group.
fn name_of(state: &ClusterState) -> String {
    let group: String = state.group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    format!("{}{group}", state.id)
}

/// `severity P1 → P2`.
fn sentence(change: &FieldChange) -> String {
    let shown = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
    format!("{} {} → {}", change.field, shown(&change.before), shown(&change.after))
}

fn counted(count: u64) -> String {
    entries(count, "", "").trim_end().to_owned()
}

fn entries(count: u64, one: &str, many: &str) -> String {
    if count == 1 { format!("1 entry {one}") } else { format!("{count} entries {many}") }
}
