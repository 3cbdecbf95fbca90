//! One issue for many clusters.

use super::super::neutral::{code_span, inline, shortened};
use super::super::number::{self, counted};
use super::{Document, finished};
use crate::report::{Cluster, Report};

/// Characters of a title in the list.
const TITLE: usize = 200;

/// The text of the one issue that stands for clusters which are to have none of their own, and why that is.
#[must_use]
pub fn roll_up(report: &Report, clusters: &[&Cluster], why: &str) -> Document {
    let number = u64::try_from(clusters.len()).unwrap_or(u64::MAX);
    // Not when it was looked at: looked at again, the same entries make the same text.
    let latest = clusters.iter().filter_map(|cluster| cluster.last_seen).max();
    let mut text = format!(
        "**{} without an issue of {} own**\n\n{}\n\nAs of {} UTC, by the rules of {}:\n\n",
        counted(number, "cluster", None),
        if number == 1 { "its" } else { "their" },
        inline(why),
        number::moment(latest.unwrap_or(report.generated)),
        inline(&report.pack.name),
    );
    for cluster in clusters {
        text.push_str(&line(cluster));
    }
    finished(&text, Vec::new())
}

/// A cluster in a line of a list.
pub(super) fn line(cluster: &Cluster) -> String {
    let group: Vec<String> = cluster
        .group
        .iter()
        .map(|(key, value)| format!("; {} {}", inline(&shortened(key, 60)), code_span(&shortened(value, 60))))
        .collect();
    format!(
        "- **{}** {} ({}{}) {}\n",
        cluster.severity,
        inline(&shortened(&cluster.title, TITLE)),
        counted(cluster.count, "occurrence", None),
        group.concat(),
        code_span(&shortened(&cluster.id, TITLE)),
    )
}
