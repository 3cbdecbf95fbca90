//! What keeps a flood of clusters from becoming a flood of issues.

use crate::entry::Timestamp;
use crate::id::Fingerprint;
use crate::issue::{IssueState, Issues, KnownIssue};
use crate::pack::Pack;
use crate::render::{Document, counted, roll_up};
use crate::report::{Action, ActionKind, Cluster, Rejected, Report};
use crate::severity::Severity;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What the brake has gathered into one issue.
#[derive(Clone, Debug)]
pub struct RollUp {
    /// Its title.
    pub title: String,
    /// The worst severity in it.
    pub severity: Severity,
    /// Which limit was reached, in words.
    pub why: String,
    /// Its text.
    pub document: Document,
}

/// Takes back the creation of all issues beyond the limits of the pack, the least severe first, and gathers their clusters into one.
/// Nothing where the limits are kept.
///
/// The issues of a day and those that are open are counted by what the tracker lists, for a history may be lost. A day ends with
/// `now` or with the latest issue, whichever is later.
#[must_use]
pub fn brake(pack: &Pack, report: &mut Report, issues: &Issues) -> Option<RollUp> {
    let Allowed { left: allowed, limit, why } = allowed(pack, report.generated, issues);
    let is_created = |cluster: &&mut Cluster| cluster.action.kind == ActionKind::Create;
    let held: Vec<&mut Cluster> = report.clusters.iter_mut().filter(is_created).skip(allowed).collect();
    if held.is_empty() {
        return None;
    }
    let count = held.len();
    let told =
        |why: &str| format!("{} not filed, but listed in one issue: {why}", counted(count as u64, "cluster", None));
    let (limit, why) = (told(&limit), told(&why));
    let mut fingerprints = Vec::with_capacity(count);
    for cluster in held {
        let created = std::mem::replace(&mut cluster.action, Action::none());
        let rejected = Rejected { kind: ActionKind::Create, reason: created.reason };
        cluster.action = Action {
            reason: format!("held back, and listed in the roll-up issue: {why}"),
            rejected: std::iter::once(rejected).chain(created.rejected).collect(),
            links: created.links,
            by: created.by,
            ..Action::none()
        };
        fingerprints.push(cluster.fingerprint.clone());
    }
    report.totals = report.totals.held_back(count as u64);
    let clusters: Vec<&Cluster> =
        report.clusters.iter().filter(|cluster| fingerprints.contains(&cluster.fingerprint)).collect();
    Some(RollUp {
        title: format!("{}: clusters that have no issue of their own", pack.name),
        severity: clusters.iter().map(|cluster| cluster.severity).min().unwrap_or(Severity::P5),
        document: roll_up(report, &clusters, &limit),
        why,
    })
}

/// How many issues may be created.
struct Allowed {
    left: usize,
    /// The limit, as the issue says it: the same run over the same entries must not find other words.
    limit: String,
    /// The limit and what has come of it so far, as the run is told.
    why: String,
}

fn allowed(pack: &Pack, now: Timestamp, issues: &Issues) -> Allowed {
    let limits = &pack.issue.limits;
    let ours: Vec<&KnownIssue> = issues.known.iter().filter(|issue| issue.is_ours).collect();
    let latest = ours.iter().filter_map(|issue| issue.created_at).max();
    let end = latest.map_or(now, |latest| latest.max(now));
    let begin = end.plus_seconds(-DAY);
    let today = ours.iter().filter(|issue| issue.created_at.is_some_and(|at| at > begin)).count() as u64;
    let open = ours.iter().filter(|issue| issue.state == IssueState::Open).count() as u64;
    let limits = [
        (limits.per_run, format!("a run may create {}", limits.per_run), String::new()),
        (
            limits.per_day.saturating_sub(today),
            format!("a day may have {}", limits.per_day),
            format!(", and {today} were created within one"),
        ),
        (limits.open.saturating_sub(open), format!("{} of ours may be open", limits.open), format!(", and {open} are")),
    ];
    let least = limits.into_iter().min_by_key(|(left, ..)| *left);
    least.map_or(Allowed { left: usize::MAX, limit: String::new(), why: String::new() }, |(left, limit, so_far)| {
        Allowed { left: usize::try_from(left).unwrap_or(usize::MAX), why: format!("{limit}{so_far}"), limit }
    })
}

/// The identity of the roll-up: there is one for a pack.
pub(super) fn fingerprint(pack: &Pack) -> Fingerprint {
    Fingerprint::new(&pack.name, "gardener/roll-up", &[])
}
