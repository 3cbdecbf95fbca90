//! A diff for people: as text for a terminal, as Markdown for a comment on a pull request.

mod markdown;
mod text;
mod words;

use crate::diff::{ClusterChange, ClusterState, Diff, Landing};
use crate::severity::Severity;

use super::json::document;
use super::neutral::flat;

pub use markdown::diff_markdown;
pub use text::diff_text;

/// The diff as JSON, indented, with a final line break: the contract `gardener/diff/v1`.
#[must_use]
pub fn diff_json(diff: &Diff) -> String {
    document(diff)
}

/// The state of a cluster that it is known by: what it is, else what it was.
fn known_by(change: &ClusterChange) -> Option<&ClusterState> {
    change.after.as_ref().or(change.before.as_ref())
}

/// The id of a cluster and its group, on one line.
fn name_of(state: &ClusterState) -> String {
    let group: String = state.group.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    flat(&format!("{}{group}", state.id))
}

/// Where entries are, on one line.
fn place_of(landing: &Landing) -> String {
    flat(&landing.to_string())
}

/// A severity before what has it, where there is one.
fn with_severity(severity: Option<Severity>, what: &str) -> String {
    severity.map_or_else(|| what.to_owned(), |severity| format!("{severity} {what}"))
}

/// Both sides of something, or one where they are the same: `P1 → P3`.
fn both(before: Option<String>, after: Option<String>, nothing: &str) -> String {
    let shown = |text: Option<String>| text.unwrap_or_else(|| nothing.to_owned());
    if before == after { shown(after) } else { format!("{} → {}", shown(before), shown(after)) }
}

/// The severity of a cluster on both sides.
fn severities(change: &ClusterChange) -> String {
    let of = |state: &Option<ClusterState>| state.as_ref().map(|state| state.severity.name().to_owned());
    match (of(&change.before), of(&change.after)) {
        (None, Some(one)) | (Some(one), None) => one,
        (before, after) => both(before, after, ""),
    }
}

/// How many entries a cluster has on both sides.
fn counts(change: &ClusterChange) -> String {
    let of = |state: &Option<ClusterState>| Some(super::count(state.as_ref().map_or(0, |state| state.count)));
    both(of(&change.before), of(&change.after), "0")
}

/// The reasons that are worth telling: those of both sides where the severity moved, and of what is new.
fn reasons(change: &ClusterChange) -> Vec<(&'static str, String)> {
    let joined = |state: &ClusterState| flat(&state.reasons.join("; "));
    match (&change.before, &change.after) {
        (Some(before), Some(after)) if before.severity != after.severity => {
            vec![("before", joined(before)), ("after", joined(after))]
        }
        (None, Some(after)) => vec![("because", joined(after))],
        _ => Vec::new(),
    }
}

/// What changed beside the severity and the count, which stand in the line of the cluster.
fn others(change: &ClusterChange) -> impl Iterator<Item = &crate::diff::FieldChange> {
    change.changes.iter().filter(|change| !matches!(change.field.as_str(), "severity" | "count"))
}

#[cfg(test)]
mod tests;
