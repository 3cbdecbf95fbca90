//! From an issue that was closed as a duplicate to the one that it is a duplicate of.

use std::collections::BTreeSet;

use gardener_engine::issue::{IssueState, KnownIssue, Marker};
use gardener_engine::triage::Wanted;

use super::looking::Looking;
use crate::tracker::{Place, RemoteComment, Trouble};

/// Duplicates that are followed, one after the other.
const FOLLOWED: usize = 8;

/// Finds out of the wanted issues that were closed as duplicates what they are duplicates of, and looks that up as well.
pub(super) fn follow(looking: &mut Looking<'_, '_>, wanted: &Wanted) -> Result<(), Trouble> {
    let mut next: Vec<u64> = (looking.found.values())
        .filter(|issue| is_duplicate(issue) && is_wanted(issue, wanted) && !has_open(looking, issue))
        .map(|issue| issue.number)
        .collect();
    let mut seen = BTreeSet::new();
    for _ in 0..FOLLOWED {
        let mut found = Vec::new();
        for number in std::mem::take(&mut next) {
            if seen.insert(number) {
                found.extend(canonical(looking, number)?);
            }
        }
        for number in found {
            looking.look_up(number)?;
            next.extend(looking.found.get(&number).filter(|issue| is_duplicate(issue)).map(|issue| issue.number));
        }
    }
    Ok(())
}

fn is_duplicate(issue: &KnownIssue) -> bool {
    matches!(issue.state, IssueState::Duplicate { of: None, .. }) && issue.moved_to.is_none()
}

fn is_wanted(issue: &KnownIssue, wanted: &Wanted) -> bool {
    let is_about = |marker: &Marker| wanted.fingerprints.contains(&marker.fingerprint);
    wanted.numbers.contains(&issue.number) || issue.is_ours && Marker::find(&issue.body).iter().any(is_about)
}

/// Whether there is an open one of ours about the same cluster, which is found before it: we close duplicates ourselves.
fn has_open(looking: &Looking<'_, '_>, issue: &KnownIssue) -> bool {
    let own: Vec<Marker> = Marker::find(&issue.body);
    let is_same = |other: &&KnownIssue| {
        other.is_ours
            && other.state == IssueState::Open
            && Marker::find(&other.body)
                .iter()
                .any(|marker| own.iter().any(|own| own.fingerprint == marker.fingerprint))
    };
    issue.is_ours && looking.found.values().any(|other| is_same(&other))
}

/// What an issue is a duplicate of: whoever closes one says so in a comment, `Duplicate of #5`, or GitHub does.
fn canonical(looking: &mut Looking<'_, '_>, number: u64) -> Result<Option<u64>, Trouble> {
    let comments = match looking.client.comments(&Place::here(number)) {
        Ok(comments) => comments,
        Err(trouble) => return looking.doubtful(number, &trouble).map(|()| None),
    };
    let named = comments.iter().rev().find_map(|comment| of_comment(comment, number));
    if let (Some(issue), Some(named)) = (looking.found.get_mut(&number), named)
        && let IssueState::Duplicate { of, .. } = &mut issue.state
    {
        *of = Some(named);
    }
    Ok(named)
}

/// The number behind `Duplicate of #`, at the beginning of a line.
fn of_comment(comment: &RemoteComment, own: u64) -> Option<u64> {
    const WORDS: &str = "duplicate of ";
    comment.body.lines().find_map(|line| {
        let line = line.trim();
        let words = line.get(..WORDS.len()).filter(|words| words.eq_ignore_ascii_case(WORDS))?;
        let rest = line.get(words.len()..)?.trim_start();
        let digits = rest.strip_prefix('#').or_else(|| rest.rsplit_once("/issues/").map(|(_, digits)| digits))?;
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits.get(..end)?.parse().ok().filter(|number| *number != own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_duplicate_are_read_as_people_and_github_write_them() {
        let of = |body: &str| of_comment(&RemoteComment { id: 1, body: body.to_owned(), author: None }, 9);
        assert_eq!(of("Duplicate of #5"), Some(5));
        assert_eq!(of("thanks!\n\n  duplicate of #12, see there"), Some(12));
        assert_eq!(of("Duplicate of https://github.com/acme/shop/issues/7"), Some(7));
        assert_eq!(of("<!-- gardener:v1 x -->\nDuplicate of #5\n<!-- /gardener:v1 -->"), Some(5));
        for none in
            ["", "a duplicate of #5", "Duplicate of #9", "Duplicate of", "Duplicate of #x", "Duplicat\u{e9} of #5"]
        {
            assert_eq!(of(none), None, "{none}");
        }
    }
}
