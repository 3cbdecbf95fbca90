//! A survey under way.

use std::collections::{BTreeMap, BTreeSet};

use gardener_engine::issue::{IssuePlace, IssueState, KnownIssue, Listing};

use super::survey::{Survey, Target, in_state, is_author, known};
use crate::tracker::{Client, Filter, Kind, Place, RemoteIssue, Trouble};

/// A survey under way.
pub(super) struct Looking<'l, 'c> {
    pub(super) client: &'l mut Client<'c>,
    pub(super) target: &'l Target,
    pub(super) survey: Survey,
    pub(super) found: BTreeMap<u64, KnownIssue>,
}

impl Looking<'_, '_> {
    pub(super) fn list(&mut self) -> Result<(), Trouble> {
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

    pub(super) fn look_elsewhere(&mut self, number: u64, place: &IssuePlace) -> Result<(), Trouble> {
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
