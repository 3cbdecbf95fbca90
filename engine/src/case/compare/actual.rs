//! What is there, in words.

use super::cluster;
use crate::pack::Pack;
use crate::pack::examples::with;
use crate::render::neutral::shortened;
use crate::report::{Cluster, Report};

/// Clusters that a help line lists.
pub(super) const SHOWN: usize = 6;
/// Characters of a message that a help line quotes.
const MESSAGE: usize = 160;

/// The places of the clusters of which something holds.
pub(super) fn places(clusters: &[Cluster], is_so: impl Fn(&Cluster) -> bool) -> Vec<usize> {
    clusters.iter().enumerate().filter(|(_, cluster)| is_so(cluster)).map(|(at, _)| at).collect()
}

/// What a report has, in a line.
pub(super) fn overview(report: &Report) -> String {
    let clusters = &report.clusters;
    let mut parts: Vec<String> = clusters
        .iter()
        .take(SHOWN)
        .map(|cluster| format!("{} ({})", cluster::name(cluster), super::entries(cluster.count)))
        .collect();
    if clusters.len() > SHOWN {
        parts.push(format!("{} more", clusters.len() - SHOWN));
    }
    let came = if parts.is_empty() { "no cluster came".to_owned() } else { format!("there are: {}", parts.join(", ")) };
    let entries = report.entries;
    let beside: Vec<String> = [
        (entries.routine, "routine"),
        (entries.ignored, "ignored"),
        (entries.outside_window, "outside the window"),
        (entries.duplicate, "duplicate"),
        (entries.malformed, "malformed"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{count} {what}"))
    .collect();
    match beside.as_slice() {
        [] => came,
        beside => format!("{came}; of {} read, {}", super::entries(entries.read), beside.join(", ")),
    }
}

/// The message of one of a cluster's entries, shortened.
pub(super) fn message(pack: &Pack, cluster: &Cluster) -> Option<String> {
    let record = cluster.samples.last()?.json().to_string();
    // Samples are of entries, and so redacted already.
    let message = with(&[record], None, &pack.message, |entries| entries.first()?.message().map(ToOwned::to_owned));
    let text = message.ok()??;
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("").trim();
    Some(shortened(line, MESSAGE))
}
