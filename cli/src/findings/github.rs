//! Annotations of GitHub Actions.

use super::{Finding, Findings, level};
use crate::terminal::clean;

/// Each finding as a workflow command, one a line; see
/// <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>.
pub(crate) fn github(findings: &Findings) -> String {
    findings.checks.iter().flat_map(|check| &check.findings).map(command).collect()
}

fn command(finding: &Finding) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &finding.place {
        let (line, column) = place.start;
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={line}"));
        if let Some((end_line, _)) = place.end {
            properties.push(format!("endLine={end_line}"));
        }
        properties.push(format!("col={column}"));
        // GitHub takes an end column for one of the first line, and the last column for included.
        if let Some((end_line, end_column)) = place.end
            && end_line == line
            && end_column > column
        {
            properties.push(format!("endColumn={}", end_column - 1));
        }
    }
    properties.push(format!("title={}", property(finding.code.id)));
    format!("::{} {}::{}\n", level(finding.code), properties.join(","), data(&finding.text()))
}

/// What stands behind the second `::`, as `actions/toolkit` escapes it.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which the separators are escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
