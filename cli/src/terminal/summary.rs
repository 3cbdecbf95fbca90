//! The lines that end a run.

use gardener_engine::entry::Timestamp;
use gardener_engine::filing::{Outcome, Plan, ResultKind, Step};
use gardener_engine::render::counted;
use gardener_engine::report::{ActionKind, Cluster, Report};
use gardener_engine::severity::Severity;

use super::clean;

/// What was read and found, in two lines.
pub(crate) fn text(report: &Report) -> String {
    format!("{}\n{}\n", conserved(report), found(report))
}

/// What became of the issues of a run.
#[derive(Debug)]
pub(crate) enum Issues<'o> {
    /// These steps, with these outcomes.
    Carried(&'o Plan, &'o [Outcome]),
    /// Nothing was to be written.
    DryRun(&'o Plan),
}

/// What a run came to, all in one line: the window, what was read and found, what became of issues, where the worklog is, and whether
/// the next run goes on from there.
pub(crate) fn run(report: &Report, issues: &Issues<'_>, worklog: Option<&str>, is_recorded: bool) -> String {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "?".to_owned(), |time| time.to_string());
    let window = match (report.window.from, report.window.to) {
        (None, None) => "no time".to_owned(),
        (from, to) => format!("{} to {}", time(from), time(to)),
    };
    let mut parts = vec![format!("run of {window}: {}", conserved(report)), found(report)];
    match issues {
        Issues::Carried(plan, outcomes) => parts.push(format!("issues: {}", became(plan, outcomes))),
        Issues::DryRun(plan) => {
            let writes: usize = plan.steps.iter().map(|step| step.writes.len()).sum();
            let requests = counted(writes as u64, "request", None);
            parts.push(format!("issues: nothing written, {requests} shown"));
        }
    }
    parts.extend(worklog.map(|worklog| format!("worklog: {}", clean(worklog))));
    parts.extend((!is_recorded).then(|| "not recorded".to_owned()));
    format!("{}\n", parts.join("; "))
}

/// How many issues were created, updated and so on, and what became of the others that were to be.
fn became(plan: &Plan, outcomes: &[Outcome]) -> String {
    let is_done = |result| matches!(result, ResultKind::Done | ResultKind::AlreadyDone);
    let written: Vec<(&Step, ResultKind)> = plan
        .steps
        .iter()
        .zip(outcomes)
        .filter(|(step, _)| !step.writes.is_empty())
        .map(|(step, outcome)| (step, outcome.result))
        .collect();
    let count = |is_so: &dyn Fn(&Step, ResultKind) -> bool| written.iter().filter(|(s, r)| is_so(s, *r)).count();
    let kinds = ActionKind::ALL.map(|kind| {
        let name = match kind {
            ActionKind::Create => "created",
            ActionKind::Update => "updated",
            ActionKind::Escalate => "escalated",
            ActionKind::Deescalate => "de-escalated",
            ActionKind::Reopen => "reopened",
            ActionKind::None => "tidied up",
        };
        (count(&|step, result| step.kind == kind && is_done(result)), name)
    });
    let others = ResultKind::ALL.map(|kind| (count(&|_, result| result == kind && !is_done(kind)), kind.words()));
    let parts: Vec<String> = kinds
        .iter()
        .chain(&others)
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    if parts.is_empty() { "nothing to write".to_owned() } else { parts.join(", ") }
}

/// Where all records went that were read.
fn conserved(report: &Report) -> String {
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
    format!("read {} = {}", entries.read, buckets.join(" + "))
}

/// How many clusters there are, of which severities.
fn found(report: &Report) -> String {
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
    format!("{clusters} cluster{plural}{of}{held_back}")
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
