//! Definitions that changed, and of which the entries say nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::compare::Side;
use super::moves::{known_as, renamed};
use super::places::place_of;
use super::{Part, Place, Untried};
use crate::pack::{Definition, IssueReference, ScriptPlace};
use crate::phrase::Phrase;

/// New, gone and changed definitions that no entry got to on either side.
pub(super) fn untried(base: &Side<'_>, head: &Side<'_>) -> Vec<Untried> {
    let seen = |side: &Side<'_>| -> BTreeSet<String> {
        let clusters = side.report.clusters.iter().map(|cluster| cluster.id.clone());
        clusters.chain(side.report.ignored.iter().map(|ignored| ignored.id.clone())).collect()
    };
    let (seen_before, seen_after) = (seen(base), seen(head));
    let renamed = renamed(head.pack);
    let before: BTreeMap<&str, &Definition> =
        base.pack.definitions.iter().map(|definition| (known_as(&definition.id, &renamed), definition)).collect();
    let after: BTreeMap<&str, &Definition> =
        head.pack.definitions.iter().map(|definition| (definition.id.as_str(), definition)).collect();
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let mut found = Vec::new();
    for id in ids {
        let (old, new) = (before.get(id).copied(), after.get(id).copied());
        let is_seen =
            old.is_some_and(|old| seen_before.contains(&old.id)) || new.is_some_and(|new| seen_after.contains(&new.id));
        let what = match (old, new) {
            _ if is_seen => continue,
            (None, Some(_)) => "new",
            (Some(_), None) => "gone",
            (Some(old), Some(new)) if written(old, base) != written(new, head) => "changed",
            _ => continue,
        };
        let place: Option<Place> = match new {
            Some(new) => Some(place_of(new, head, "head")),
            None => old.map(|old| place_of(old, base, "base")),
        };
        found.push(Untried { part: Part::Definition, id: id.to_owned(), what, place });
    }
    found
}

/// All of a definition that decides something, as one text.
fn written(definition: &Definition, side: &Side<'_>) -> String {
    let phrase = |phrase: &Phrase| phrase.source().to_owned();
    let queries: Vec<&str> = definition.queries.iter().map(|query| query.text().trim()).collect();
    let captures: Vec<_> = definition
        .captures
        .iter()
        .map(|capture| (&capture.name, capture.from.to_string(), capture.regex.as_str(), capture.group))
        .collect();
    let names = |keys: &[crate::pack::FacetKey]| keys.iter().map(crate::pack::FacetKey::name).collect::<Vec<_>>();
    let business = definition.impact.business.as_ref().map(|(level, text)| (level, text.as_ref().map(phrase)));
    let issue = match &definition.issue {
        IssueReference::Found => String::new(),
        IssueReference::Pinned { number, title, url } => format!("{number} {title:?} {url:?}"),
        IssueReference::Never { reason } => phrase(reason),
    };
    let recommend = definition.recommend.as_ref();
    let recommend = recommend.map(|it| (phrase(&it.title), it.text.as_ref().map(phrase), it.horizon));
    let scripts: Vec<&String> = side
        .pack
        .scripts
        .iter()
        .filter_map(|script| match script {
            ScriptPlace::Inline { definition: owner, text, .. } if *owner == definition.id => Some(text),
            _ => None,
        })
        .collect();
    let policy = &definition.policy;
    let functions = [&policy.severity, &policy.impact, &policy.action, &policy.group];
    let functions = functions.map(|function| function.as_ref().map(|function| function.name.clone()));
    let decides = (queries, definition.priority, definition.severity, &definition.ignore, captures);
    let counts = (names(&definition.facets), names(&definition.group_by), &definition.related, issue);
    let says = (
        phrase(&definition.title),
        definition.pattern.as_ref().map(phrase),
        &definition.kind,
        &definition.category,
        business,
        definition.impact.technical.as_ref().map(phrase),
        recommend,
        definition.follow_up.as_ref().map(phrase),
    );
    format!("{decides:?} {counts:?} {says:?} {scripts:?} {functions:?}")
}
