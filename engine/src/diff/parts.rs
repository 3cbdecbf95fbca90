//! Parts of a pack beside its definitions that changed, and of which the entries show nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Side;
use super::{ClusterChange, Part, Place, RedactionChange, Untried};
use crate::diagnostic::{FileId, Span};
use crate::pack::ScriptPlace;

/// A file by how many packs stand before its own, and by its path in it.
type Key<'s> = (usize, &'s str);

/// Policy, redactions and templates that are new, gone or changed without a trace in the decisions.
pub(super) fn without_effect(
    base: &Side<'_>,
    head: &Side<'_>,
    clusters: &[ClusterChange],
    redactions: &[RedactionChange],
) -> Vec<Untried> {
    let mut found = policy(base, head, clusters);
    let rules = changed(Part::Redaction, &base.pack.redactor.rules(), &head.pack.redactor.rules());
    found.extend(rules.into_iter().filter(|rule| !redactions.iter().any(|change| change.name == rule.id)));
    found.extend(changed(Part::Template, &templates(base), &templates(head)));
    found
}

fn templates<'s>(side: &Side<'s>) -> BTreeMap<&'s str, &'s str> {
    let texts = side.pack.templates.texts.iter();
    texts.map(|(name, template)| (name.as_str(), template.text.as_str())).collect()
}

fn policy(base: &Side<'_>, head: &Side<'_>, clusters: &[ClusterChange]) -> Vec<Untried> {
    let (before, after) = (files(base), files(head));
    let keys: BTreeSet<Key<'_>> = before.keys().chain(after.keys()).copied().collect();
    let text = |side: &Side<'_>, file: Option<&FileId>| -> String {
        file.map(|file| without_remarks(side.sources.text(*file))).unwrap_or_default()
    };
    let mut found = Vec::new();
    for key in keys {
        let (old, new) = (before.get(&key), after.get(&key));
        if text(base, old) == text(head, new) || is_seen(key.1, clusters) {
            continue;
        }
        let place =
            |side: &Side<'_>, file: &FileId, name| Place { side: name, at: side.sources.place(Span::new(*file, 0..0)) };
        let place = new.map(|file| place(head, file, "head")).or_else(|| old.map(|file| place(base, file, "base")));
        let what = what(old.is_some(), new.is_some());
        found.push(Untried { part: Part::Policy, id: key.1.to_owned(), what, place });
    }
    found
}

/// A script without empty lines and lines that are remarks.
fn without_remarks(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of policy of one side.
fn files<'s>(side: &Side<'s>) -> BTreeMap<Key<'s>, FileId> {
    let scripts = side.pack.scripts.iter().zip(&side.pack.script_layers);
    let files = scripts.filter_map(|(script, layer)| match script {
        ScriptPlace::File(file) => {
            let path = side.sources.path(*file);
            Some(((*layer, path.rfind("policy/").map_or(path, |at| path.get(at..).unwrap_or(path))), *file))
        }
        ScriptPlace::Inline { .. } => None,
    });
    files.collect()
}

/// Whether a reason of a cluster that changed stands in the file.
fn is_seen(path: &str, clusters: &[ClusterChange]) -> bool {
    let place = format!("{path}:");
    let states = clusters.iter().flat_map(|cluster| cluster.before.iter().chain(&cluster.after));
    states.into_iter().any(|state| state.reasons.iter().any(|reason| reason.contains(&place)))
}

/// What differs between two maps, by name.
fn changed<T: PartialEq>(part: Part, before: &BTreeMap<&str, T>, after: &BTreeMap<&str, T>) -> Vec<Untried> {
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let differing = names.into_iter().filter(|name| before.get(name) != after.get(name));
    let untried = differing.map(move |name| Untried {
        part,
        id: name.to_owned(),
        what: what(before.contains_key(name), after.contains_key(name)),
        place: None,
    });
    untried.collect()
}

fn what(was: bool, is: bool) -> &'static str {
    match (was, is) {
        (false, _) => "new",
        (_, false) => "gone",
        _ => "changed",
    }
}
