//! What becomes of writes to the repository.

use gardener_engine::entry::Timestamp;

use super::super::{Answer, Draft, Edit, Kind, Paged, Place, RemoteComment, RemoteIssue, Request, Trouble};
use super::world::{Fate, Kept, Key, Result, World, no_issues, not_found};

/// Code points of a title.
const TITLE: usize = 256;
/// Code points of a text.
const BODY: usize = 65_536;
/// Code points of a label's name.
const LABEL: usize = 50;
/// Labels of an issue.
const LABELS: usize = 100;

impl World {
    pub(super) fn write(&mut self, request: &Request) -> Result<Answer> {
        if self.repository.is_archived {
            return Err(Trouble::new(Kind::Forbidden, "repository was archived so is read-only"));
        }
        Ok(match request {
            Request::CreateLabel { name, .. } => {
                check("name", name, LABEL)?;
                if self.shelf.labels.iter().any(|label| label.eq_ignore_ascii_case(name)) {
                    return Err(Trouble::new(Kind::Invalid, "name already_exists"));
                }
                self.shelf.labels.push(name.clone());
                Answer::Done
            }
            Request::Create(draft) => self.create(draft)?,
            Request::Edit(place, edit) => self.edit(self.writable(place, false)?, edit)?,
            Request::AddLabels(place, labels) => {
                check_labels(labels)?;
                let key = self.writable(place, true)?;
                if !self.is_dropping_labels {
                    let labels: Vec<_> = labels.iter().map(|label| self.shelf.label(label)).collect();
                    self.change(key.clone(), |issue| add(&mut issue.labels, labels))?;
                }
                self.labels_of(key)
            }
            Request::RemoveLabel(place, label) => {
                let key = self.writable(place, true)?;
                let is_it = |other: &String| other.eq_ignore_ascii_case(label);
                if !self.shelf.kept(key.clone()).issue.labels.iter().any(is_it) {
                    return Err(Trouble::new(Kind::NotFound, "Label does not exist"));
                }
                self.change(key.clone(), |issue| issue.labels.retain(|label| !is_it(label)))?;
                self.labels_of(key)
            }
            Request::Comment(place, body) => {
                check("body", body, BODY)?;
                let (key, login) = (self.writable(place, false)?, self.login.clone());
                Answer::Comment(self.comment(key, &login, body)?)
            }
            Request::EditComment(place, id, body) => {
                check("body", body, BODY)?;
                let key = self.writable(place, false)?;
                Answer::Comment(self.edit_comment(key, *id, body)?)
            }
            other => unreachable!("{other:?} is a read"),
        })
    }

    /// The issue at a place, if it may be written there.
    fn writable(&self, place: &Place, is_lock_open: bool) -> Result<Key> {
        let asked = self.key(place);
        let (kept, found) = self.shelf.find(asked.clone())?;
        if found != asked {
            return Err(Trouble::new(Kind::Moved, "Moved Permanently"));
        }
        if kept.issue.is_locked && !is_lock_open {
            return Err(Trouble::new(Kind::Locked, "Unable to create comment because issue is locked."));
        }
        Ok(found)
    }

    fn create(&mut self, draft: &Draft) -> Result<Answer> {
        if !self.repository.has_issues {
            return Err(no_issues());
        }
        check("title", &draft.title, TITLE)?;
        check_labels(&draft.labels)?;
        if !draft.body.is_empty() {
            check("body", &draft.body, BODY)?;
        }
        let labels = if self.is_dropping_labels { Vec::new() } else { draft.labels.clone() };
        let login = self.login.clone();
        Ok(Answer::Issue(Box::new(self.open(&login, &Draft { labels, ..draft.clone() }))))
    }

    pub(super) fn open(&mut self, author: &str, draft: &Draft) -> RemoteIssue {
        let number = self.shelf.next_number(None);
        let mut labels = Vec::new();
        add(&mut labels, draft.labels.iter().map(|label| self.shelf.label(label)).collect());
        let issue = RemoteIssue {
            repository: Some(self.repository.name.clone()),
            number,
            title: draft.title.clone(),
            body: draft.body.clone(),
            labels,
            is_open: true,
            state_reason: None,
            closed_at: None,
            created_at: Some(self.now),
            updated_at: Some(self.now),
            url: Some(url(&self.repository.name, number)),
            author: Some(author.to_owned()),
            is_locked: false,
            is_pull_request: false,
            comments: Some(0),
        };
        let kept = Kept { issue: issue.clone(), comments: Vec::new(), fate: Fate::Here };
        self.shelf.issues.insert((None, number), kept);
        issue
    }

    fn edit(&mut self, key: Key, edit: &Edit) -> Result<Answer> {
        if let Some(title) = &edit.title {
            check("title", title, TITLE)?;
        }
        if let Some(body) = edit.body.as_ref().filter(|body| !body.is_empty()) {
            check("body", body, BODY)?;
        }
        let now = self.now;
        self.change(key.clone(), |issue| {
            issue.title = edit.title.clone().unwrap_or_else(|| issue.title.clone());
            issue.body = edit.body.clone().unwrap_or_else(|| issue.body.clone());
            match edit.state {
                Some(("closed", reason)) => close(issue, reason, now),
                Some((_, reason)) if !issue.is_open => {
                    (issue.is_open, issue.closed_at, issue.state_reason) = (true, None, Some(reason.to_owned()));
                }
                _ => {}
            }
        })?;
        Ok(Answer::Issue(Box::new(self.shelf.kept(key).issue.clone())))
    }

    pub(super) fn change(&mut self, key: Key, change: impl FnOnce(&mut RemoteIssue)) -> Result<()> {
        let issue = &mut self.shelf.issues.get_mut(&key).ok_or_else(not_found)?.issue;
        change(issue);
        issue.updated_at = Some(self.now);
        Ok(())
    }

    pub(super) fn comment(&mut self, key: Key, author: &str, body: &str) -> Result<RemoteComment> {
        self.shelf.comments += 1;
        // No comment has an issue's number.
        let id = 1_000_000 + self.shelf.comments;
        let comment = RemoteComment { id, body: body.to_owned(), author: Some(author.to_owned()) };
        self.change(key.clone(), |issue| issue.comments = issue.comments.map(|count| count + 1))?;
        self.shelf.kept(key).comments.push(comment.clone());
        Ok(comment)
    }

    pub(super) fn edit_comment(&mut self, key: Key, id: u64, body: &str) -> Result<RemoteComment> {
        let kept = self.shelf.issues.get_mut(&key).ok_or_else(not_found)?;
        let comment = kept.comments.iter_mut().find(|comment| comment.id == id).ok_or_else(not_found)?;
        comment.body = body.to_owned();
        let edited = comment.clone();
        self.change(key, |_| {})?;
        Ok(edited)
    }

    pub(super) fn transfer(&mut self, number: u64, repository: &str) -> u64 {
        let there = self.shelf.next_number(Some(repository));
        let to = (Some(repository.to_owned()), there);
        let here = self.shelf.kept((None, number));
        let mut moved = here.clone();
        here.fate = Fate::Moved(to.clone());
        (moved.issue.repository, moved.issue.number) = to.clone();
        moved.issue.url = Some(url(repository, there));
        self.shelf.issues.insert(to, moved);
        there
    }

    fn labels_of(&mut self, key: Key) -> Answer {
        Answer::Labels(Paged { items: self.shelf.kept(key).issue.labels.clone(), next: None })
    }
}

pub(super) fn close(issue: &mut RemoteIssue, reason: &str, now: Timestamp) {
    issue.closed_at = issue.closed_at.filter(|_| !issue.is_open).or(Some(now));
    (issue.is_open, issue.state_reason) = (false, Some(reason.to_owned()));
}

fn check(name: &str, text: &str, most: usize) -> Result<()> {
    match text.chars().count() {
        0 => Err(Trouble::new(Kind::Invalid, format!("{name} can't be blank"))),
        count if count > most => Err(Trouble::new(Kind::Invalid, format!("{name} is too long (maximum is {most})"))),
        _ => Ok(()),
    }
}

fn check_labels(labels: &[String]) -> Result<()> {
    if labels.len() > LABELS {
        return Err(Trouble::new(Kind::Invalid, format!("labels are too many (maximum is {LABELS})")));
    }
    labels.iter().try_for_each(|label| check("name", label, LABEL))
}

fn add(labels: &mut Vec<String>, more: Vec<String>) {
    for label in more {
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
}

fn url(repository: &str, number: u64) -> String {
    format!("https://tracker.example/{repository}/issues/{number}")
}
