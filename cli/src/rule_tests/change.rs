//! Snapshots that are not as they were accepted: what changed in them, which of them changed alike, and where that was decided.

use std::collections::BTreeSet;

use gardener_engine::case::{self, SnapshotKind};
use gardener_engine::diagnostic::Span;
use gardener_engine::pack::Pack;
use gardener_engine::report::Report;
use similar::{ChangeTag, DiffOp, TextDiff};

use super::snapshot_store::Comparison;
use super::{CaseResult, Results};

/// Lines of two texts beyond which they are not compared line by line.
const COMPARED: usize = 100_000;
/// Places that are shown of a change.
const PLACES: usize = 6;

/// Snapshots that changed in the same way: decided upon once.
#[derive(Debug)]
pub(crate) struct Change<'r> {
    /// Each with its case; there is always one.
    pub(crate) members: Vec<(&'r CaseResult, &'r Comparison)>,
    signature: Signature,
}

/// What makes two changes the same: the lines that went and came.
#[derive(Debug, PartialEq, Eq)]
struct Signature {
    kind: SnapshotKind,
    is_new: bool,
    lines: Vec<(bool, String)>,
    damage: Option<&'static str>,
}

/// The snapshots that differ, those that changed alike together, in the order of the first of each.
pub(crate) fn changes(results: &Results) -> Vec<Change<'_>> {
    let mut changes: Vec<Change<'_>> = Vec::new();
    for (case, comparison) in results.differences() {
        let signature = signature(comparison);
        match changes.iter_mut().find(|change| change.signature == signature) {
            Some(change) => change.members.push((case, comparison)),
            None => changes.push(Change { members: vec![(case, comparison)], signature }),
        }
    }
    changes
}

fn signature(comparison: &Comparison) -> Signature {
    let old = comparison.old.as_deref();
    let new = comparison.new.contents.trim_end();
    let lines = match old.filter(|old| is_comparable(old, new)) {
        None => vec![(true, new.to_owned())],
        Some(old) => {
            let diff = TextDiff::from_lines(old, new);
            let changed = diff.iter_all_changes().filter(|change| change.tag() != ChangeTag::Equal);
            // The last line has no end, which is no difference.
            changed.map(|change| (change.tag() == ChangeTag::Insert, change.value().trim_end().to_owned())).collect()
        }
    };
    Signature { kind: comparison.kind, is_new: old.is_none(), lines, damage: comparison.damage }
}

/// Whether two texts are short enough to be compared line by line.
pub(crate) fn is_comparable(old: &str, new: &str) -> bool {
    old.lines().count() + new.lines().count() <= COMPARED
}

/// Where it was decided what is in the lines of a snapshot that changed.
pub(crate) fn places(pack: &Pack, case: &CaseResult, comparison: &Comparison) -> Vec<(Span, String)> {
    let (Some(old), Some(report)) = (&comparison.old, &case.report) else { return Vec::new() };
    // Neither ends in a line break, which would be a difference.
    let new = comparison.new.contents.trim_end();
    if !is_comparable(old, new) {
        return Vec::new();
    }
    let diff = TextDiff::from_lines(old.as_str(), new);
    let lines: Vec<&str> = new.lines().collect();
    let mut clusters = BTreeSet::new();
    let mut gone: Vec<&str> = Vec::new();
    for op in diff.ops() {
        if let DiffOp::Equal { .. } = op {
            continue;
        }
        let changed = op.new_range();
        let at = if changed.is_empty() { changed.start.saturating_sub(1)..changed.start } else { changed };
        clusters.extend(at.filter_map(|line| cluster_at(case, report, comparison.kind, &lines, line)));
        let went = old.lines().skip(op.old_range().start).take(op.old_range().len());
        gone.extend(went.filter_map(|line| line.strip_prefix("  - id: ")));
    }
    let of_clusters = clusters.iter().filter_map(|at| report.clusters.get(*at));
    let mut places: Vec<(Span, String)> = of_clusters.flat_map(|cluster| case::places(pack, cluster)).collect();
    let gone = pack.definitions.iter().filter(|d| gone.contains(&d.id.as_str()));
    places.extend(gone.map(|definition| (definition.span, format!("declares {}", definition.severity))));
    let mut seen = BTreeSet::new();
    places.retain(|(span, text)| seen.insert((*span, text.clone())));
    places.truncate(PLACES);
    places
}

/// The cluster that a line of a snapshot is about, by its place in the report.
fn cluster_at(case: &CaseResult, report: &Report, kind: SnapshotKind, lines: &[&str], line: usize) -> Option<usize> {
    match kind {
        SnapshotKind::Decision => case.decision.as_ref()?.clusters.iter().position(|lines| lines.contains(&line)),
        // A worklog is a template's: the cluster whose title stands nearest above is the one it speaks of.
        SnapshotKind::Worklog => lines.get(..=line)?.iter().rev().find_map(|text| {
            let titled =
                report.clusters.iter().enumerate().filter(|(_, c)| !c.title.is_empty() && text.contains(&c.title));
            titled.max_by_key(|(at, cluster)| (cluster.title.len(), std::cmp::Reverse(*at))).map(|(at, _)| at)
        }),
    }
}

#[cfg(test)]
mod tests {
    use gardener_engine::diagnostic::FileId;

    use super::*;
    use crate::rule_tests::Status;
    use crate::rule_tests::snapshot_file::SnapshotFile;

    fn case(name: &str, snapshots: &[(Option<&str>, &str)]) -> CaseResult {
        let compared = snapshots.iter().map(|(old, new)| Comparison {
            kind: SnapshotKind::Decision,
            name: format!("{name}.decision.snap"),
            shown: name.to_owned(),
            old: old.map(str::to_owned),
            new: SnapshotFile {
                source: "tests/a.yaml".to_owned(),
                description: None,
                expression: name.to_owned(),
                contents: (*new).to_owned(),
            },
            damage: None,
            is_accepted: false,
        });
        CaseResult {
            name: name.to_owned(),
            span: Span::new(FileId(0), 0..1),
            status: Status::Differs,
            failures: Vec::new(),
            unreadable: Vec::new(),
            snapshots: compared.collect(),
            report: None,
            decision: None,
            duration: std::time::Duration::ZERO,
        }
    }

    #[test]
    fn the_same_change_in_different_snapshots_is_one() {
        let results = Results {
            cases: vec![
                case("one", &[(Some("a\nseverity: P1\nb"), "a\nseverity: P2\nb\n")]),
                case("same", &[(Some("a\nb"), "a\nb\n")]),
                case("two", &[(Some("x\ny\nz\nseverity: P1"), "x\ny\nz\nseverity: P2")]),
                case("other way", &[(Some("severity: P2"), "severity: P1")]),
                case("new", &[(None, "severity: P2")]),
                case("as new", &[(None, "severity: P2\n")]),
                case("other kind of new", &[(None, "severity: P3")]),
            ],
            examples: Vec::new(),
        };
        let changes = changes(&results);
        let names: Vec<Vec<&str>> =
            changes.iter().map(|change| change.members.iter().map(|(case, _)| case.name.as_str()).collect()).collect();
        assert_eq!(names, [vec!["one", "two"], vec!["other way"], vec!["new", "as new"], vec!["other kind of new"]]);
    }
}
