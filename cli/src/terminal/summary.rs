//! The line that ends an analysis.

use gardener_engine::report::{Cluster, Report};
use gardener_engine::severity::Severity;

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
