//! Looking up the issues that a run may be about.

use std::collections::{BTreeMap, BTreeSet};

use gardener_engine::issue::{IssuePlace, IssueState, Issues, KnownComment, KnownIssue, Listing};
use gardener_engine::pack::IssueSettings;
use gardener_engine::triage::Wanted;

use super::duplicates;
use super::looking::Looking;
use crate::tracker::{Client, Place, RemoteComment, RemoteIssue, Repository, Trouble};

/// Where issues are, and which of them may be written to.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// `owner/name`.
    pub(crate) repository: String,
    /// Further repositories into which issues may have moved.
    pub(crate) also: Vec<String>,
    /// The label that every issue of ours bears, unless somebody took it off.
    pub(crate) label: String,
}

/// What a tracker says.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    pub(crate) repository: Repository,
    /// Who writes.
    pub(crate) author: String,
    pub(crate) issues: Issues,
    /// What was odd, for people.
    pub(crate) notes: Vec<String>,
    /// Whether the tracker has failed to answer something.
    pub(crate) has_failed: bool,
}

impl Survey {
    /// Whether the list of issues is whole, so that something may be created.
    pub(crate) fn is_whole(&self) -> bool {
        self.issues.listing != Listing::Partial
    }
}

impl Target {
    /// The one that a pack names, or nothing where it names none.
    pub(crate) fn of(settings: &IssueSettings, repository: &str) -> Self {
        Self {
            repository: repository.to_owned(),
            also: settings.also.clone(),
            label: settings.tracking_label().to_owned(),
        }
    }

    /// Whether issues there may be written to.
    pub(crate) fn allows(&self, repository: &str) -> bool {
        std::iter::once(&self.repository).chain(&self.also).any(|named| named.eq_ignore_ascii_case(repository))
    }

    pub(super) fn is_here(&self, issue: &RemoteIssue) -> bool {
        issue.repository.as_ref().is_none_or(|there| there.eq_ignore_ascii_case(&self.repository))
    }

    /// The place of an issue: nothing names the tracker's own repository.
    pub(crate) fn place(&self, place: &IssuePlace) -> Place {
        let is_here = place.repository.eq_ignore_ascii_case(&self.repository);
        Place { repository: (!is_here).then(|| place.repository.clone()), number: place.number }
    }
}

/// Looks up the issues of ours, and those that are wanted.
///
/// All of ours are listed by who opened them, for labels may be dropped or taken off, and by their label as well: where the two do not
/// agree, or an issue that is there is missing from them, the list is not whole.
///
/// # Errors
/// Where the repository cannot be seen, or nobody knows who is asking: then nothing can be told of its issues.
pub(crate) fn survey(client: &mut Client<'_>, target: &Target, wanted: &Wanted) -> Result<Survey, Trouble> {
    let repository = client.repository()?;
    let author = client.author()?;
    let issues = Issues { known: Vec::new(), listing: Listing::Complete };
    let survey = Survey { repository, author, issues, notes: Vec::new(), has_failed: false };
    let mut looking = Looking { client, target, survey, found: BTreeMap::new() };
    looking.list()?;
    for number in &wanted.numbers {
        looking.look_up(*number)?;
    }
    for (number, place) in &wanted.elsewhere {
        looking.look_elsewhere(*number, place)?;
    }
    duplicates::follow(&mut looking, wanted)?;
    let Looking { mut survey, found, .. } = looking;
    survey.issues.known = found.into_values().collect();
    Ok(survey)
}

/// Whether a login is ours; logins do not tell capitals apart.
pub(super) fn is_author(login: Option<&str>, ours: &str) -> bool {
    login.is_some_and(|login| login.eq_ignore_ascii_case(ours))
}

pub(super) fn in_state(number: u64, state: IssueState) -> KnownIssue {
    KnownIssue { state, ..KnownIssue::open(number, "") }
}

/// An issue as the engine knows it.
pub(super) fn known(issue: &RemoteIssue, author: &str) -> KnownIssue {
    let at = issue.closed_at;
    let state = match (issue.is_open, issue.state_reason.as_deref()) {
        (true, _) => IssueState::Open,
        (false, Some("not_planned")) => IssueState::NotPlanned { at },
        (false, Some("duplicate")) => IssueState::Duplicate { of: None, at },
        (false, _) => IssueState::Completed { at },
    };
    KnownIssue {
        number: issue.number,
        title: issue.title.clone(),
        body: issue.body.clone(),
        labels: issue.labels.clone(),
        state,
        url: issue.url.clone(),
        is_ours: is_author(issue.author.as_deref(), author),
        is_locked: issue.is_locked,
        updated_at: issue.updated_at,
        created_at: issue.created_at,
        moved_to: None,
        comments: Vec::new(),
    }
}

/// Reads the comments of the issues with these numbers; the numbers of those that could not be read, with notes for people.
pub(super) fn comments(
    client: &mut Client<'_>,
    target: &Target,
    survey: &mut Survey,
    numbers: &BTreeSet<u64>,
) -> BTreeSet<u64> {
    let mut unread = BTreeSet::new();
    let Survey { author, issues, notes, has_failed, .. } = survey;
    for issue in issues.known.iter_mut().filter(|issue| numbers.contains(&issue.number)) {
        let place = issue.moved_to.as_ref().map_or(Place::here(issue.number), |place| target.place(place));
        match client.comments(&place) {
            Ok(comments) => issue.comments = comments.iter().map(|comment| known_comment(comment, author)).collect(),
            Err(trouble) => {
                *has_failed = true;
                notes.push(format!("the comments of #{} cannot be read: {trouble}", issue.number));
                unread.insert(issue.number);
            }
        }
    }
    unread
}

pub(super) fn known_comment(comment: &RemoteComment, author: &str) -> KnownComment {
    KnownComment { id: comment.id, body: comment.body.clone(), is_ours: is_author(comment.author.as_deref(), author) }
}
