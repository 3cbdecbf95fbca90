//! The repository, and what becomes of requests to it.

use std::collections::BTreeMap;

use gardener_engine::entry::Timestamp;

use super::super::{
    Answer, Draft, Edit, Filter, Kind, Order, Page, Paged, Place, RemoteComment, RemoteIssue, Repository, Request,
    Trouble,
};
use super::REPOSITORY;

/// Code points of a title.
const TITLE: usize = 256;
/// Code points of a text.
const BODY: usize = 65_536;
/// Code points of a label's name.
const LABEL: usize = 50;
/// Labels of an issue.
const LABELS: usize = 100;
/// Things on a page.
const PAGE: usize = 100;
/// Things on a page of the newest.
const FEW: usize = 10;

/// An issue's place: nothing for the repository itself.
type Key = (Option<String>, u64);
type Result<T> = std::result::Result<T, Trouble>;

/// All that there is.
pub(super) struct World {
    pub(super) repository: Repository,
    pub(super) login: String,
    pub(super) now: Timestamp,
    pub(super) is_dropping_labels: bool,
    pub(super) shelf: Shelf,
    /// What there was before each of our writes.
    past: Vec<Shelf>,
    pub(super) log: Vec<(usize, Request)>,
    pub(super) lines: usize,
}

/// What can be listed.
#[derive(Clone, Default)]
pub(super) struct Shelf {
    issues: BTreeMap<Key, Kept>,
    pub(super) labels: Vec<String>,
    comments: u64,
}

/// An issue or a pull request.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) issue: RemoteIssue,
    pub(super) comments: Vec<RemoteComment>,
    pub(super) fate: Fate,
}

/// What became of an issue.
#[derive(Clone, PartialEq)]
pub(super) enum Fate {
    Here,
    Deleted,
    Hidden,
    Moved(Key),
}

impl Shelf {
    /// One that is there: tests know which are.
    pub(super) fn kept(&mut self, key: Key) -> &mut Kept {
        let told = format!("there is no {key:?}");
        self.issues.get_mut(&key).expect(&told)
    }

    /// All that the repository shows, the oldest first.
    pub(super) fn here(&self) -> impl DoubleEndedIterator<Item = &RemoteIssue> {
        let is_here = |(key, kept): &(&Key, &Kept)| key.0.is_none() && kept.fate == Fate::Here;
        self.issues.iter().filter(is_here).map(|(_, kept)| &kept.issue)
    }

    fn find(&self, key: Key) -> Result<(&Kept, Key)> {
        match self.issues.get(&key) {
            None => Err(not_found()),
            Some(kept) => match &kept.fate {
                Fate::Here => Ok((kept, key)),
                Fate::Deleted => Err(Trouble::new(Kind::Gone, "this issue was deleted")),
                Fate::Hidden => Err(not_found()),
                Fate::Moved(to) => self.find(to.clone()),
            },
        }
    }

    fn next_number(&self, repository: Option<&str>) -> u64 {
        let of = |(of, _): &&Key| of.as_deref() == repository;
        self.issues.keys().filter(of).map(|(_, number)| *number).max().unwrap_or(0) + 1
    }

    /// The repository's own spelling of a label, which is made if there is none.
    fn label(&mut self, name: &str) -> String {
        match self.labels.iter().find(|label| label.eq_ignore_ascii_case(name)) {
            Some(label) => label.clone(),
            None => {
                self.labels.push(name.to_owned());
                name.to_owned()
            }
        }
    }
}

impl World {
    pub(super) fn new(login: &str) -> Self {
        Self {
            repository: Repository {
                name: REPOSITORY.to_owned(),
                is_public: false,
                is_archived: false,
                has_issues: true,
            },
            login: login.to_owned(),
            now: Timestamp::parse("2025-06-02T00:00:00Z").unwrap(),
            is_dropping_labels: false,
            shelf: Shelf::default(),
            past: Vec::new(),
            log: Vec::new(),
            lines: 0,
        }
    }

    /// Answers a request as GitHub does.
    pub(super) fn carry_out(&mut self, request: &Request) -> Result<Answer> {
        if !request.is_write() {
            return self.read(&self.shelf, request);
        }
        let before = self.shelf.clone();
        let written = self.write(request);
        match &written {
            Ok(_) => self.past.push(before),
            Err(_) => self.shelf = before,
        }
        written
    }

    /// Answers a read with what there was so many writes ago.
    pub(super) fn read_as_before(&self, writes: usize, request: &Request) -> Result<Answer> {
        let shelf = self.past.get(self.past.len().saturating_sub(writes)).unwrap_or(&self.shelf);
        self.read(shelf, request)
    }

    fn key(&self, place: &Place) -> Key {
        (place.repository.clone().filter(|name| *name != self.repository.name), place.number)
    }

    fn read(&self, shelf: &Shelf, request: &Request) -> Result<Answer> {
        Ok(match request {
            Request::Repository => Answer::Repository(self.repository.clone()),
            Request::Author => Answer::Author(self.login.clone()),
            Request::Issues(..) if !self.repository.has_issues => return Err(no_issues()),
            Request::Issues(filter, Order::Oldest, page) => {
                Answer::Issues(paged(shelf.here().filter(|issue| is_meant(filter, issue)), page, PAGE)?)
            }
            Request::Issues(filter, Order::Newest, page) => {
                Answer::Issues(paged(shelf.here().rev().filter(|issue| is_meant(filter, issue)), page, FEW)?)
            }
            Request::Issue(place) => Answer::Issue(Box::new(shelf.find(self.key(place))?.0.issue.clone())),
            Request::Comments(place, page) => {
                Answer::Comments(paged(shelf.find(self.key(place))?.0.comments.iter(), page, PAGE)?)
            }
            Request::Labels(page) => Answer::Labels(paged(shelf.labels.iter(), page, PAGE)?),
            other => unreachable!("{other:?} is a write"),
        })
    }

    fn write(&mut self, request: &Request) -> Result<Answer> {
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

/// What a listing of nothing says.
pub(super) fn empty(request: &Request) -> Answer {
    match request {
        Request::Issues(..) => Answer::Issues(Paged { items: Vec::new(), next: None }),
        Request::Comments(..) => Answer::Comments(Paged { items: Vec::new(), next: None }),
        _ => Answer::Labels(Paged { items: Vec::new(), next: None }),
    }
}

fn is_meant(filter: &Filter, issue: &RemoteIssue) -> bool {
    let is = |wanted: &Option<String>, found: &[String]| {
        wanted.as_ref().is_none_or(|wanted| found.iter().any(|found| found.eq_ignore_ascii_case(wanted)))
    };
    is(&filter.creator, issue.author.as_slice()) && is(&filter.label, &issue.labels)
}

/// A page of what there is now: what was there before may have moved to another page.
fn paged<'w, T: Clone + 'w>(all: impl Iterator<Item = &'w T>, page: &Page, size: usize) -> Result<Paged<T>> {
    let unknown = || Trouble::new(Kind::Invalid, "there is no such page");
    let number: usize = match page {
        Page::First => 1,
        Page::Next(name) => name.strip_prefix("page=").and_then(|page| page.parse().ok()).ok_or_else(unknown)?,
    };
    let mut all = all.skip(number.saturating_sub(1) * size).peekable();
    let items = all.by_ref().take(size).cloned().collect();
    let next = all.peek().map(|_| format!("page={}", number + 1));
    Ok(Paged { items, next })
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

fn not_found() -> Trouble {
    Trouble::new(Kind::NotFound, "Not Found")
}

fn no_issues() -> Trouble {
    Trouble::new(Kind::Gone, "Issues are disabled for this repo")
}
