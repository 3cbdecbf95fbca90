//! The changes of a diff one by one, each with its code and its place: for gates and for reports of pipelines.

use super::{ClusterChange, ClusterState, Diff, FieldChange, Place, RedactionChange, What, codes};
use crate::diagnostic::Code;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding<'d> {
    /// What kind of change.
    pub code: &'static Code,
    /// What changed, in a sentence: lower case, names in backticks. Not neutralised.
    pub message: String,
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
            found.push(Finding { code: &codes::CLUSTER_RENAMED, message, place: None });
        }
        for cluster in &self.clusters {
            let place = cluster.place.as_ref();
            found.extend(existence(cluster).map(|(code, message)| Finding { code, message, place }));
            let name = cluster.after.as_ref().or(cluster.before.as_ref()).map(name_of).unwrap_or_default();
            found.extend(cluster.changes.iter().map(|change| Finding {
                code: change.code,
                message: format!("`{name}`: {}", sentence(change)),
                place,
            }));
        }
        found.extend(self.moves.iter().map(|moved| Finding {
            code: moved.code,
            message: format!("{} from `{}` to `{}`", entries(moved.count, "goes", "go"), moved.from, moved.to),
            place: moved.place.as_ref(),
        }));
        if self.other_moves > 0 {
            let message = format!("{} elsewhere in many other ways", entries(self.other_moves, "goes", "go"));
            found.push(Finding { code: &codes::ENTRIES_MOVED, message, place: None });
        }
        found.extend(self.redactions.iter().map(|redaction| Finding {
            code: redaction.code,
            message: match redaction {
                RedactionChange { name, is_gone: true, .. } => format!("the redaction `{name}` is gone"),
                RedactionChange { name, before, after, .. } => {
                    format!("the redaction `{name}` takes out {after} instead of {before}")
                }
            },
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
