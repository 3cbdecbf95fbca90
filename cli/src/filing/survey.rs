//! Looking up the issues that a run may be about.

use std::collections::{BTreeMap, BTreeSet};

use gardener_engine::issue::{IssuePlace, IssueState, Issues, KnownComment, KnownIssue, Listing};
use gardener_engine::pack::IssueSettings;
use gardener_engine::triage::Wanted;

use super::duplicates;
use crate::tracker::{Client, Filter, Kind, Place, RemoteComment, RemoteIssue, Repository, Trouble};

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

    fn is_here(&self, issue: &RemoteIssue) -> bool {
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

/// A survey under way.
pub(super) struct Looking<'l, 'c> {
    pub(super) client: &'l mut Client<'c>,
    target: &'l Target,
    survey: Survey,
    pub(super) found: BTreeMap<u64, KnownIssue>,
}

impl Looking<'_, '_> {
    fn list(&mut self) -> Result<(), Trouble> {
        let by_author = Filter { creator: Some(self.survey.author.clone()), label: None };
        let by_label = Filter { creator: None, label: Some(self.target.label.clone()) };
        let Some(ours) = self.listed(&by_author)? else { return Ok(()) };
        let Some(labelled) = self.listed(&by_label)? else { return Ok(()) };
        let numbers: BTreeSet<u64> = ours.iter().map(|issue| issue.number).collect();
        let is_missing = |issue: &&RemoteIssue| self.is_ours(issue) && !numbers.contains(&issue.number);
        if let Some(missing) = labelled.iter().find(is_missing).map(|issue| issue.number) {
            self.doubt(format!(
                "#{missing} bears our label, and is missing from the list of the issues that we opened"
            ));
        }
        for issue in ours.into_iter().chain(labelled) {
            self.keep(issue.number, &issue);
        }
        Ok(())
    }

    /// A list, or nothing where it cannot be had.
    fn listed(&mut self, filter: &Filter) -> Result<Option<Vec<RemoteIssue>>, Trouble> {
        match self.client.issues(filter) {
            Ok(issues) => Ok(Some(issues)),
            Err(trouble) => {
                self.fatal(&trouble)?;
                self.survey.has_failed = true;
                self.doubt(format!("issues cannot be listed: {trouble}"));
                Ok(None)
            }
        }
    }

    /// Looks up one issue of the repository, unless it is listed.
    pub(super) fn look_up(&mut self, number: u64) -> Result<(), Trouble> {
        if self.found.contains_key(&number) {
            return Ok(());
        }
        match self.client.issue(&Place::here(number)) {
            Ok(issue) => {
                if self.is_ours(&issue) && self.target.is_here(&issue) && !issue.is_pull_request {
                    self.doubt(format!("#{number} is one of ours, and is missing from the list of them"));
                }
                self.keep(number, &issue);
            }
            Err(trouble) => self.lost(number, &trouble)?,
        }
        Ok(())
    }

    fn look_elsewhere(&mut self, number: u64, place: &IssuePlace) -> Result<(), Trouble> {
        if self.found.contains_key(&number) {
            let told = format!("a definition names {}#{number}, and #{number} here is another one", place.repository);
            self.survey.notes.push(told);
            return Ok(());
        }
        if !self.target.allows(&place.repository) {
            let told = format!("a definition names an issue of {}: add that to `issue.also`", place.repository);
            self.survey.notes.push(told);
            self.found.insert(number, in_state(number, IssueState::Transferred { to: Some(place.repository.clone()) }));
            return Ok(());
        }
        match self.client.issue(&self.target.place(place)) {
            Ok(issue) => self.keep(number, &issue),
            Err(trouble) => self.lost(number, &trouble)?,
        }
        Ok(())
    }

    /// What is known of an issue that cannot be had.
    fn lost(&mut self, number: u64, trouble: &Trouble) -> Result<(), Trouble> {
        self.fatal(trouble)?;
        let state = match trouble.kind {
            Kind::Gone => IssueState::Deleted,
            Kind::Moved => IssueState::Transferred { to: None },
            Kind::NotFound => IssueState::Unreadable,
            _ => {
                self.survey.has_failed = true;
                self.survey.notes.push(format!("#{number} cannot be read: {trouble}"));
                IssueState::Unreadable
            }
        };
        self.found.insert(number, in_state(number, state));
        Ok(())
    }

    /// Trouble that will be the same with every request ends the survey.
    fn fatal(&self, trouble: &Trouble) -> Result<(), Trouble> {
        match trouble.kind {
            Kind::Unauthorized | Kind::Deferred => Err(trouble.clone()),
            _ => Ok(()),
        }
    }

    /// Something about an issue that could not be found out, although it is there.
    pub(super) fn doubtful(&mut self, number: u64, trouble: &Trouble) -> Result<(), Trouble> {
        self.fatal(trouble)?;
        self.survey.has_failed = true;
        self.survey.notes.push(format!("what #{number} is a duplicate of cannot be read: {trouble}"));
        Ok(())
    }

    fn doubt(&mut self, told: String) {
        self.survey.issues.listing = Listing::Partial;
        self.survey.notes.push(told);
    }

    fn is_ours(&self, issue: &RemoteIssue) -> bool {
        is_author(issue.author.as_deref(), &self.survey.author)
    }

    fn keep(&mut self, number: u64, issue: &RemoteIssue) {
        let mut known = known(issue, &self.survey.author);
        known.number = number;
        let there = issue.repository.clone().filter(|_| !self.target.is_here(issue));
        if let Some(repository) = there {
            if self.target.allows(&repository) {
                known.moved_to = Some(IssuePlace { repository, number: issue.number });
            } else {
                known.state = IssueState::Transferred { to: issue.url.clone() };
            }
        }
        if issue.is_pull_request {
            self.survey.notes.push(format!("#{number} is a pull request, and no issue"));
            known.state = IssueState::Unreadable;
        }
        self.found.entry(number).or_insert(known);
    }
}

/// Whether a login is ours; logins do not tell capitals apart.
pub(super) fn is_author(login: Option<&str>, ours: &str) -> bool {
    login.is_some_and(|login| login.eq_ignore_ascii_case(ours))
}

fn in_state(number: u64, state: IssueState) -> KnownIssue {
    KnownIssue { state, ..KnownIssue::open(number, "") }
}

/// An issue as the engine knows it.
fn known(issue: &RemoteIssue, author: &str) -> KnownIssue {
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
