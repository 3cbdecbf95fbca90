//! Which actions a pack's own definitions could come to, whatever the entries are.

use std::collections::BTreeMap;

use crate::pack::{Definition, IssueReference, Pack};
use crate::report::ActionKind;
use crate::severity::Severity;

/// The actions that a pack could come to with its own definitions, each with why: an update where a definition is pinned to an
/// issue; none where a definition wants none, or one of the `severities` (those that the pack could come to) is less urgent
/// than those from which issues are filed; a new issue where a definition leaves its issue to be found, and one of the
/// severities is urgent enough.
#[must_use]
pub fn possible(pack: &Pack, severities: &[Severity]) -> BTreeMap<ActionKind, Vec<String>> {
    let own = || pack.definitions.iter().filter(|definition| definition.layer == 0 && definition.ignore.is_none());
    let with = |is: fn(&IssueReference) -> bool| own().filter(|definition| is(&definition.issue)).collect::<Vec<_>>();
    let file_from = pack.issue.file_from;
    let mut possible: BTreeMap<ActionKind, Vec<String>> = BTreeMap::new();
    let mut add = |kind: ActionKind, because: String| possible.entry(kind).or_default().push(because);
    let pinned = with(|issue| matches!(issue, IssueReference::Pinned { .. }));
    if !pinned.is_empty() {
        add(ActionKind::Update, format!("{} pinned to an issue", are(&pinned)));
    }
    let never = with(|issue| matches!(issue, IssueReference::Never { .. }));
    if !never.is_empty() {
        let want = if never.len() == 1 { "wants" } else { "want" };
        add(ActionKind::None, format!("{} {want} no issue", named(&never)));
    }
    let is_found = |issue: &IssueReference| matches!(issue, IssueReference::Found);
    let found: Vec<&Definition> = own().filter(|definition| is_found(&definition.issue)).collect();
    if let Some(least) = severities.iter().max().filter(|least| **least > file_from && !found.is_empty()) {
        add(ActionKind::None, format!("{least} is less urgent than {file_from}, from which issues are filed"));
    }
    if !found.is_empty() && severities.iter().any(|severity| *severity <= file_from) {
        let leave = if found.len() == 1 { "leaves its issue" } else { "leave their issues" };
        add(ActionKind::Create, format!("{} {leave} to be found", named(&found)));
    }
    possible
}

/// `a`, `b` and 3 more.
pub(crate) fn named(definitions: &[&Definition]) -> String {
    const NAMED: usize = 2;
    let names: Vec<String> = definitions.iter().take(NAMED).map(|definition| format!("`{}`", definition.id)).collect();
    match definitions.len() - names.len() {
        0 => names.join(" and "),
        more => format!("{} and {more} more", names.join(", ")),
    }
}

fn are(definitions: &[&Definition]) -> String {
    format!("{} {}", named(definitions), if definitions.len() == 1 { "is" } else { "are" })
}
