//! The repository, and what is read of it.

use std::collections::BTreeMap;

use gardener_engine::entry::Timestamp;

use super::super::{
    Answer, Filter, Kind, Order, Page, Paged, Place, RemoteComment, RemoteIssue, Repository, Request, Trouble,
};
use super::REPOSITORY;

/// Things on a page.
const PAGE: usize = 100;
/// Things on a page of the newest.
const FEW: usize = 10;

/// An issue's place: nothing for the repository itself.
pub(super) type Key = (Option<String>, u64);
pub(super) type Result<T> = std::result::Result<T, Trouble>;

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
    pub(super) issues: BTreeMap<Key, Kept>,
    pub(super) labels: Vec<String>,
    pub(super) comments: u64,
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

    pub(super) fn find(&self, key: Key) -> Result<(&Kept, Key)> {
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

    pub(super) fn next_number(&self, repository: Option<&str>) -> u64 {
        let of = |(of, _): &&Key| of.as_deref() == repository;
        self.issues.keys().filter(of).map(|(_, number)| *number).max().unwrap_or(0) + 1
    }

    /// The repository's own spelling of a label, which is made if there is none.
    pub(super) fn label(&mut self, name: &str) -> String {
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

    pub(super) fn key(&self, place: &Place) -> Key {
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

pub(super) fn not_found() -> Trouble {
    Trouble::new(Kind::NotFound, "Not Found")
}

pub(super) fn no_issues() -> Trouble {
    Trouble::new(Kind::Gone, "Issues are disabled for this repo")
}
