//! What holds a cluster's action back, and which clusters wait for it.

use super::cluster::reason;
use crate::explain::ClusterExplanation;
use crate::render::number::counted;
use crate::render::tree::{Role, Tree};

/// Symptoms that are shown.
const SYMPTOMS: usize = 20;

/// Mutes and the cause, where there are any; then the symptoms.
pub(super) fn trees(explained: &ClusterExplanation) -> Vec<Tree> {
    let mut trees = Vec::new();
    if !explained.held_back.is_empty() {
        trees.push(Tree::new(Role::Strong, "held back").all_below(explained.held_back.iter().map(reason)));
    }
    let symptoms = &explained.cluster.restraint.symptoms;
    if !symptoms.is_empty() {
        let shown = symptoms.iter().take(SYMPTOMS).map(|symptom| {
            let entries = counted(symptom.count, "entry", Some("entries"));
            Tree::new(Role::Severity(symptom.severity), symptom.severity.name())
                .with(Role::Plain, &format!(" {} ({}, {entries})", symptom.title, symptom.words()))
        });
        let more = symptoms.len().saturating_sub(SYMPTOMS) as u64;
        let more = (more > 0).then(|| Tree::new(Role::Faint, &counted(more, "more cluster", None)));
        trees.push(Tree::new(Role::Strong, "symptoms").all_below(shown).all_below(more));
    }
    trees
}
