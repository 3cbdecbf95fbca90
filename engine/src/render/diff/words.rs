//! What a diff comes to, in a sentence.

use crate::diagnostic::Code;
use crate::diff::{Diff, Part, SideSummary, codes};

use crate::render::neutral::flat;
use crate::render::number::counted;

/// What each code counts, one and many.
const KINDS: [(&Code, &str, &str); 12] = [
    (&codes::CLUSTER_LOST, "cluster lost", "clusters lost"),
    (&codes::CLUSTER_GAINED, "cluster gained", "clusters gained"),
    (&codes::CLUSTER_RENAMED, "cluster renamed", "clusters renamed"),
    (&codes::SEVERITY_RAISED, "severity raised", "severities raised"),
    (&codes::SEVERITY_LOWERED, "severity lowered", "severities lowered"),
    (&codes::ACTION_CHANGED, "action changed", "actions changed"),
    (&codes::IMPACT_CHANGED, "impact changed", "impacts changed"),
    (&codes::COUNT_CHANGED, "count changed", "counts changed"),
    (&codes::VALUES_CHANGED, "metric or facet changed", "metrics or facets changed"),
    (&codes::TEXT_CHANGED, "text changed", "texts changed"),
    (&codes::REASONS_CHANGED, "reason for a severity changed", "reasons for severities changed"),
    (&codes::FAILURE_CHANGED, "failure of policy come or gone", "failures of policy come or gone"),
];

/// What is listed of definitions that no entry tried.
pub(super) const UNTRIED_DEFINITIONS: &str = "no entry of these captures gets to";

/// What is listed of other parts of the rules.
pub(super) const UNTRIED_PARTS: &str = "changed, and nothing shows of it here (earlier runs, which much of policy looks at, and what templates make are not tried)";

/// What kind of part of the rules follows.
pub(super) fn part(part: Part) -> &'static str {
    match part {
        Part::Definition => "",
        Part::Policy => "policy ",
        Part::Redaction => "redaction ",
        Part::Template => "template ",
    }
}

/// `1 cluster lost, 2 severities lowered, 8 entries silenced`.
pub(super) fn headline(diff: &Diff) -> String {
    let total = |code: &Code| diff.totals.get(code.id).copied().unwrap_or(0);
    let mut parts: Vec<String> = KINDS
        .into_iter()
        .map(|(code, one, many)| (total(code), one, many))
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| counted(count, one, Some(many)))
        .collect();
    let entries =
        |code: &Code| -> u64 { diff.moves.iter().filter(|moved| moved.code == code).map(|moved| moved.count).sum() };
    let ways = [
        (entries(&codes::ENTRIES_SILENCED), "silenced"),
        (entries(&codes::ENTRIES_LOWERED), "less urgent"),
        (entries(&codes::ENTRIES_SURFACED), "surfaced"),
        (entries(&codes::ENTRIES_MOVED) + diff.other_moves, "moved"),
    ];
    let shown = ways.into_iter().filter(|(count, _)| *count > 0);
    parts.extend(shown.map(|(count, way)| format!("{} {way}", counted(count, "entry", Some("entries")))));
    let redactions = total(&codes::REDACTION_REDUCED) + total(&codes::REDACTION_EXTENDED);
    if redactions > 0 {
        parts.push(counted(redactions, "redaction changed", Some("redactions changed")));
    }
    parts.join(", ")
}

/// That nothing changed, and whether anything was meant to.
pub(super) fn nothing(diff: &Diff) -> String {
    let read = counted(diff.head.entries.read, "record", None);
    if diff.base.pack.digest == diff.head.pack.digest {
        return format!("the packs are the same; no decision over {read} changes");
    }
    format!("the packs differ, but no decision over {read} changes")
}

/// Remarks on either run, with whose they are where only one has them.
pub(super) fn notes(diff: &Diff) -> Vec<String> {
    let only = |own: &SideSummary, other: &SideSummary, name: &str| -> Vec<String> {
        own.notes
            .iter()
            .filter(|note| !other.notes.contains(note))
            .map(|note| format!("{name}: {}", flat(note)))
            .collect()
    };
    let shared = diff.head.notes.iter().filter(|note| diff.base.notes.contains(note)).map(|note| flat(note));
    let base = only(&diff.base, &diff.head, "base");
    shared.chain(base).chain(only(&diff.head, &diff.base, "head")).take(20).collect()
}
