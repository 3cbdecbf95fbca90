//! The lines that end a run.

use gardener_engine::filing::{Outcome, Plan, ResultKind, Step};
use gardener_engine::render::counted;
use gardener_engine::report::{ActionKind, Cluster, Report};
use gardener_engine::severity::Severity;

use super::clean;

/// What was read and found, in two lines.
pub(crate) fn text(report: &Report) -> String {
    let entries = &report.entries;
    let buckets = [
        (entries.malformed, "malformed"),
        (entries.duplicate, "duplicate"),
        (entries.outside_window, "outside the window"),
        (entries.ignored, "ignored"),
        (entries.clustered, "clustered"),
        (entries.routine, "routine"),
    ];
    let buckets: Vec<String> = buckets.iter().map(|(count, name)| format!("{count} {name}")).collect();
    let severities: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, report.clusters.iter().filter(|cluster| cluster.severity == severity).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    let clusters = report.clusters.len();
    let of = if severities.is_empty() { String::new() } else { format!(": {}", severities.join(", ")) };
    let count = |is_so: fn(&Cluster) -> bool| report.clusters.iter().filter(|cluster| is_so(cluster)).count();
    let held_back = [
        (count(|cluster| cluster.restraint.muted.is_some()), "muted"),
        (count(|cluster| cluster.restraint.symptom_of.is_some()), "as symptoms of others"),
    ];
    let held_back: Vec<String> =
        held_back.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    let held_back = if held_back.is_empty() { String::new() } else { format!(" ({})", held_back.join(", ")) };
    let plural = if clusters == 1 { "" } else { "s" };
    format!("read {} = {}\n{clusters} cluster{plural}{of}{held_back}\n", entries.read, buckets.join(" + "))
}

/// What a plan comes to, in a line.
pub(crate) fn plan(plan: &Plan) -> String {
    let writes: usize = plan.steps.iter().map(|step| step.writes.len()).sum();
    let requests = counted(writes as u64, "request", None);
    let kinds: Vec<String> = ActionKind::ALL
        .into_iter()
        .map(|kind| (plan.steps.iter().filter(|step| step.kind == kind).count(), kind.name()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let of = if kinds.is_empty() { "nothing".to_owned() } else { kinds.join(", ") };
    format!("plan: {of}; {requests} to write\n")
}

/// What became of a step, in a line.
pub(crate) fn outcome(step: &Step, outcome: &Outcome) -> String {
    let issue = outcome.number.map(|number| format!(" #{number}")).unwrap_or_default();
    let line = format!("{}{issue} {}: {}, {}", step.kind.name(), step.id, outcome.result.words(), outcome.detail);
    format!("{}\n", clean(&line))
}

/// What became of a plan, in a line.
pub(crate) fn carried_out(plan: &Plan, outcomes: &[Outcome]) -> String {
    let written = plan.steps.iter().zip(outcomes).filter(|(step, _)| !step.writes.is_empty());
    let results: Vec<ResultKind> = written.map(|(_, outcome)| outcome.result).collect();
    let counts: Vec<String> = ResultKind::ALL
        .into_iter()
        .map(|kind| (results.iter().filter(|result| **result == kind).count(), kind.words()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    if counts.is_empty() {
        return "nothing was to be written\n".to_owned();
    }
    format!("{}: {}\n", counted(results.len() as u64, "action", None), counts.join(", "))
}
