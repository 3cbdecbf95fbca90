//! What there is: repositories, issues, comments, labels.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use serde_json::Value;

use super::auth::{App, Token};
use super::clock::{self, Seconds};
use super::faults::Rule;
use super::limits::Primary;
use super::log::Logged;

/// The token that is valid from the start, a person's own.
pub const TOKEN: &str = "ghp_emulated0token0of0the0tests0000000000";
/// Whose it is.
pub const LOGIN: &str = "gardener-bot";
/// How many states of a repository's issues are kept.
const PAST: usize = 256;

/// All that the emulator knows.
pub struct World {
    /// `http://127.0.0.1:PORT`.
    pub host: String,
    /// `/api/v3` as on Enterprise, or nothing.
    pub base: &'static str,
    pub repos: Vec<Repo>,
    pub tokens: BTreeMap<String, Token>,
    pub app: App,
    /// The time that issues are stamped with; each change takes a second of it.
    pub now: Seconds,
    /// By how much the clock of `Date`, limits and tokens is ahead of the machine's.
    pub ahead: Seconds,
    /// How far behind the search index is, in changes; `usize::MAX` for an index that knows nothing.
    pub search_lag: usize,
    /// Whether labels that the repository lacks are made when they are set, or silently dropped.
    pub makes_labels: bool,
    /// Whether listings are continued by a cursor, without telling the last page, as github.com does it.
    pub has_cursors: bool,
    pub primary: Primary,
    pub rules: Vec<Rule>,
    pub log: Vec<Logged>,
    /// What was wrong with requests.
    pub violations: Vec<String>,
    /// How often the search was asked.
    pub searches: usize,
    /// The request that is being carried out, for violations.
    pub current: String,
    next_id: u64,
}

/// Who can read a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visibility {
    Public,
    Private,
    Internal,
}

pub struct Repo {
    pub id: u64,
    /// `owner/name`.
    pub name: String,
    /// What it was called before.
    pub former: Vec<String>,
    pub visibility: Visibility,
    pub archived: bool,
    pub has_issues: bool,
    /// Whether the token can see it at all.
    pub visible: bool,
    /// Whether the token may write issues.
    pub writable: bool,
    /// Whether the token may set labels; where not, those of new issues are silently dropped.
    pub push: bool,
    pub labels: Vec<Label>,
    pub issues: BTreeMap<u64, Arc<Issue>>,
    pub next_number: u64,
    past: VecDeque<BTreeMap<u64, Arc<Issue>>>,
}

#[derive(Clone, Debug)]
pub struct Label {
    pub id: u64,
    pub name: String,
    pub color: String,
    pub description: Option<String>,
}

/// Where an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Here,
    Deleted,
    /// In the repository of this id, under this number.
    Transferred(u64, u64),
}

#[derive(Clone, Debug)]
pub struct Issue {
    pub id: u64,
    pub number: u64,
    pub title: String,
    pub body: Option<String>,
    /// Who opened it.
    pub user: String,
    pub labels: Vec<String>,
    pub open: bool,
    pub state_reason: Option<String>,
    pub locked: bool,
    pub pull_request: bool,
    pub comments: Vec<Comment>,
    pub created_at: Seconds,
    pub updated_at: Seconds,
    pub closed_at: Option<Seconds>,
    pub closed_by: Option<String>,
    pub events: Vec<Event>,
    pub fate: Fate,
}

#[derive(Clone, Debug)]
pub struct Comment {
    pub id: u64,
    pub body: String,
    pub user: String,
    pub created_at: Seconds,
    pub updated_at: Seconds,
}

/// Something that happened to an issue.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: u64,
    pub name: &'static str,
    pub actor: String,
    pub at: Seconds,
    /// The fields that events of this name have besides.
    pub more: Value,
}

impl World {
    pub fn new(host: String, base: &'static str) -> Self {
        Self {
            host,
            base,
            repos: Vec::new(),
            tokens: BTreeMap::from([(TOKEN.to_owned(), Token::of_person(LOGIN))]),
            app: App::default(),
            now: clock::parse("2025-09-14T05:00:00Z").unwrap(),
            ahead: 0,
            search_lag: 0,
            makes_labels: true,
            has_cursors: false,
            primary: Primary::default(),
            rules: Vec::new(),
            log: Vec::new(),
            violations: Vec::new(),
            searches: 0,
            current: String::new(),
            next_id: 1000,
        }
    }

    /// The address of the API.
    pub fn api(&self) -> String {
        format!("{}{}", self.host, self.base)
    }

    /// The address that people use.
    pub fn site(&self) -> &str {
        if self.base.is_empty() { "https://github.com" } else { &self.host }
    }

    pub fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The time of a change; a second later than the last one.
    pub fn tick(&mut self) -> Seconds {
        self.now += 1;
        self.now
    }

    /// What the clock of `Date`, limits and tokens says.
    pub fn clock(&self) -> Seconds {
        clock::machine() + self.ahead
    }

    /// Lets the time of issues be this one.
    pub fn set_now(&mut self, time: &str) {
        self.now = clock::parse(time).expect("a time as in 2025-09-14T05:00:00Z");
    }

    pub fn violate(&mut self, what: impl Into<String>) {
        self.violations.push(format!("{}: {}", self.current, what.into()));
    }

    /// A new, private repository with the labels that all new repositories have some of.
    pub fn add_repo(&mut self, name: &str) -> &mut Repo {
        let id = self.next_id();
        self.repos.push(Repo {
            id,
            name: name.to_owned(),
            former: Vec::new(),
            visibility: Visibility::Private,
            archived: false,
            has_issues: true,
            visible: true,
            writable: true,
            push: true,
            labels: Vec::new(),
            issues: BTreeMap::new(),
            next_number: 1,
            past: VecDeque::new(),
        });
        self.add_label(name, "bug", "d73a4a");
        self.repo_mut(name)
    }

    pub fn repo(&self, name: &str) -> &Repo {
        self.repos.iter().find(|repo| repo.name == name).unwrap_or_else(|| panic!("no repository {name}"))
    }

    pub fn repo_mut(&mut self, name: &str) -> &mut Repo {
        self.repos.iter_mut().find(|repo| repo.name == name).unwrap_or_else(|| panic!("no repository {name}"))
    }

    /// Carries something out, and keeps what there was before where that has changed.
    pub fn changing<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        let before: Vec<_> = self.repos.iter().map(|repo| repo.issues.clone()).collect();
        let result = act(self);
        for (repo, before) in self.repos.iter_mut().zip(before) {
            let same = |(one, other): (&Arc<Issue>, &Arc<Issue>)| Arc::ptr_eq(one, other);
            if before.len() == repo.issues.len() && before.values().zip(repo.issues.values()).all(same) {
                continue;
            }
            if repo.past.len() == PAST {
                repo.past.pop_front();
            }
            repo.past.push_back(before);
        }
        result
    }

    pub fn add_label(&mut self, repo: &str, name: &str, color: &str) {
        let id = self.next_id();
        let label = Label { id, name: name.to_owned(), color: color.to_owned(), description: None };
        self.repo_mut(repo).labels.push(label);
    }
}

impl Repo {
    /// Its issue of this number, wherever that is now.
    pub fn issue(&self, number: u64) -> &Issue {
        self.issues.get(&number).unwrap_or_else(|| panic!("no issue {number} in {}", self.name))
    }

    pub fn issue_mut(&mut self, number: u64) -> &mut Issue {
        Arc::make_mut(self.issues.get_mut(&number).unwrap_or_else(|| panic!("no issue {number}")))
    }

    /// Its issues that are still here and no pull requests, the oldest first.
    pub fn all(&self) -> Vec<&Issue> {
        self.issues.values().map(|issue| &**issue).filter(|it| it.fate == Fate::Here && !it.pull_request).collect()
    }

    /// Those that this login has opened.
    pub fn by(&self, login: &str) -> Vec<&Issue> {
        self.all().into_iter().filter(|issue| issue.user == login).collect()
    }

    /// Its issues as they were so many changes ago; at the most as long ago as is known.
    pub fn as_of(&self, changes: usize) -> BTreeMap<u64, Arc<Issue>> {
        if changes == 0 {
            return self.issues.clone();
        }
        let place = self.past.len().saturating_sub(changes);
        self.past.get(place).cloned().unwrap_or_default()
    }

    /// The label of this name; names are the same in any case.
    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name.to_lowercase() == name.to_lowercase())
    }
}
