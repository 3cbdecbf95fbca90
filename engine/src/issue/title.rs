//! The severity that titles and labels of issues say.

use std::ops::Range;

use crate::severity::Severity;

/// The severity in a title, if there is one.
pub(super) fn severity(title: &str) -> Option<Severity> {
    token(title).map(|(_, severity)| severity)
}

/// The title with another severity in the place of the one that it says; the same where it says none, for nothing else in
/// it is the program's to change.
///
/// ```
/// use gardener_engine::issue::with_severity;
/// use gardener_engine::severity::Severity;
/// assert_eq!(with_severity("GCP-auth | P1 | Golden Path", Severity::P0), "GCP-auth | P0 | Golden Path");
/// assert_eq!(with_severity("GCP-staging-P2-Sessions", Severity::P0), "GCP-staging-P2-Sessions");
/// ```
#[must_use]
pub fn with_severity(title: &str, severity: Severity) -> String {
    match token(title) {
        Some((range, _)) => {
            let (before, after) = (title.get(..range.start), title.get(range.end..));
            format!("{}{severity}{}", before.unwrap_or(""), after.unwrap_or(""))
        }
        None => title.to_owned(),
    }
}

/// Where a title says a severity: between bars (`a | P1 | b`), in brackets (`[P1] a`), or before a colon (`P1: a`). A `P1`
/// anywhere else may be a word of a person's.
fn token(title: &str) -> Option<(Range<usize>, Severity)> {
    let bytes = title.as_bytes();
    title.match_indices(['P', 'p']).find_map(|(start, _)| {
        let range = start..start + 2;
        let severity: Severity = title.get(range.clone())?.parse().ok()?;
        let before = title.get(..start)?.trim_end();
        let after = title.get(range.end..)?.trim_start();
        let is_between = |open: &str, close: &str| before.ends_with(open) && after.starts_with(close);
        let is_barred = (before.is_empty() || before.ends_with('|')) && (after.is_empty() || after.starts_with('|'));
        let is_head = before.is_empty() && bytes.get(range.end) == Some(&b':');
        (is_barred || is_head || is_between("[", "]") || is_between("(", ")")).then_some((range, severity))
    })
}
