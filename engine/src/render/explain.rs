//! An explanation as a tree for people, and as JSON for programs.

mod cluster;
mod definition;
mod entry;
mod related;
mod restraint;

use super::document;
use super::number::{count, counted};
use super::tree::{Role, Tree, TreeStyle};
use crate::explain::{Explanation, Place};

/// An explanation as JSON, indented, with a final line break: the contract `gardener/explain/v1`.
#[must_use]
pub fn explanation_json(explanation: &Explanation) -> String {
    document(explanation)
}

/// An explanation as a tree, or several: the record, then its cluster; or all clusters.
#[must_use]
pub fn explanation(explanation: &Explanation, style: &TreeStyle) -> String {
    let marks = if style.ascii { &ASCII } else { &UNICODE };
    let clusters = explanation.clusters.iter().map(|cluster| cluster::tree(cluster, marks));
    let mut trees: Vec<Tree> = match &explanation.entry {
        Some(entry) => {
            let entry = entry::tree(entry, marks);
            // Where a record has no cluster, its bucket has said so.
            vec![entry.all_below(clusters)]
        }
        None => clusters.collect(),
    };
    if explanation.entry.is_none() {
        trees.push(end(explanation, marks));
    }
    let mut drawn: Vec<String> = trees.iter().map(|tree| tree.draw(style)).collect();
    drawn.extend(explanation.notes.iter().map(|note| Tree::new(Role::Plain, &format!("note: {note}")).draw(style)));
    drawn.join("\n")
}

/// What stands behind all clusters: how many there are, where all records went, and how to ask on.
fn end(explanation: &Explanation, marks: &Marks) -> Tree {
    let (shown, all) = (explanation.clusters.len(), explanation.clusters_in_all);
    let mut text = if shown == all {
        counted(all as u64, "cluster", None)
    } else {
        format!("{shown} of {}", counted(all as u64, "cluster", None))
    };
    if let Some(entries) = &explanation.entries {
        text.push_str(&format!(
            "{}{} read = {} malformed + {} duplicate + {} outside the window + {} ignored + {} clustered + {} routine",
            marks.dot,
            count(entries.read),
            count(entries.malformed),
            count(entries.duplicate),
            count(entries.outside_window),
            count(entries.ignored),
            count(entries.clustered),
            count(entries.routine)
        ));
    }
    let record = explanation.clusters.iter().find_map(|cluster| cluster.records.first());
    let line = Tree::new(Role::Faint, &text);
    match record {
        Some(record) => line.below(
            Tree::new(Role::Help, "why a record landed where it did: ")
                .with(Role::Plain, &format!("gardener explain {}:{}", record.capture, record.record)),
        ),
        None => line,
    }
}

/// The marks that a tree is drawn with.
struct Marks {
    yes: &'static str,
    no: &'static str,
    dot: &'static str,
    arrow: &'static str,
    open: &'static str,
    close: &'static str,
    more: &'static str,
}

const UNICODE: Marks =
    Marks { yes: "✓ ", no: "✗ ", dot: " · ", arrow: " → ", open: "“", close: "”", more: ", …" };
const ASCII: Marks = Marks { yes: "+ ", no: "x ", dot: ", ", arrow: " -> ", open: "\"", close: "\"", more: ", ..." };

/// `clusters/auth.yaml:12`.
fn shown(place: &Place) -> String {
    format!("{}:{}", place.file, place.line)
}
