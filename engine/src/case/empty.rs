//! Lists and mappings in which nothing stands: what they seem to expect, they do not.

use super::codes;
use crate::diagnostic::{Diagnostic, Span};
use crate::pack::yaml::{Kind, Node};

/// The keys of a case that must hold something; of the others an empty one means that there is none of it.
const FILLED: [&str; 8] = ["absent", "captures", "counts", "diagnostics", "entries", "ignored", "quiet", "unmatched"];

/// Tells of every part of a case that expects nothing.
pub(super) fn tell(case: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let Kind::Map(items) = &case.kind else { return };
    for item in items {
        if item.key == "expect" {
            let clusters = match &item.value.kind {
                Kind::List(clusters) => clusters.as_slice(),
                _ => std::slice::from_ref(&item.value),
            };
            for cluster in clusters {
                below(cluster, "", diagnostics);
            }
        } else if FILLED.contains(&item.key.as_str()) && is_empty(&item.value) {
            diagnostics.push(nothing(&item.key, item.key_span));
        }
    }
}

fn below(node: &Node, path: &str, diagnostics: &mut Vec<Diagnostic>) {
    let Kind::Map(items) = &node.kind else { return };
    for item in items {
        let path = if path.is_empty() { item.key.clone() } else { format!("{path}.{}", item.key) };
        if is_empty(&item.value) {
            diagnostics.push(nothing(&path, item.key_span));
        } else {
            below(&item.value, &path, diagnostics);
        }
    }
}

fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::List(elements) => elements.is_empty(),
        Kind::Map(items) => items.is_empty(),
        _ => false,
    }
}

fn nothing(path: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::CASE_EXPECTS_NOTHING, span, format!("`{path}` holds nothing, so that it cannot fail"))
        .label("nothing is expected")
        .help("write what must be there, or take the key out")
}
