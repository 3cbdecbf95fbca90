//! What holds a cluster's action back, and which clusters wait for it.

use super::cluster::reason;
use crate::explain::ClusterExplanation;
use crate::render::number::counted;
use crate::render::tree::{Role, Tree};

/// Symptoms that are shown.
const SYMPTOMS: usize = 20;

/// Mutes and the cause, each in a line; then the symptoms.
pub(super) fn trees(explained: &ClusterExplanation) -> Vec<Tree> {
    // What the action has said is not said again.
    let held_back = explained.held_back.iter().filter(|held| **held != explained.action_because);
    let mut trees: Vec<Tree> = held_back.map(reason).collect();
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
