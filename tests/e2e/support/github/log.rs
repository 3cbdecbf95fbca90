//! What was asked, for tests to look at.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::limits::{Measured, measure};
use super::references;
use super::world::{Event, World};

/// One request and what came of it.
#[derive(Clone, Debug)]
pub struct Logged {
    pub method: String,
    /// The path and query, as they came.
    pub target: String,
    /// The path without base and query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// Its body; text where it is no JSON, null where there is none.
    pub body: Value,
    /// The status that it would have been answered with; nothing where it was not carried out.
    pub inner: Option<u16>,
    /// The status that it was answered with; nothing where there was no answer.
    pub status: Option<u16>,
    pub began: Instant,
    /// Just before the answer was sent: no client can act on it earlier.
    pub ended: Option<Instant>,
    /// Whether the client went before there was an answer.
    pub was_left: bool,
}

impl Logged {
    /// Whether it changes something of a repository.
    pub fn is_write(&self) -> bool {
        is_write(&self.method, &self.path)
    }

    /// Whether it was carried out and has changed something.
    pub fn has_changed(&self) -> bool {
        self.is_write() && self.inner.is_some_and(|status| status < 300)
    }

    pub fn end(&self) -> Instant {
        self.ended.unwrap_or_else(Instant::now)
    }
}

/// Whether a request changes something of a repository.
pub fn is_write(method: &str, path: &str) -> bool {
    method != "GET" && !path.ends_with("/access_tokens")
}

/// Whether a path is one of a pattern; `*` is any one segment.
pub fn fits(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    let all = pattern.split('/').all(|part| segments.next().is_some_and(|it| part == "*" || part == it));
    all && segments.next().is_none()
}

impl World {
    /// How many requests of this method to this path there were; `*` is any one segment.
    pub fn count_of(&self, method: &str, path: &str) -> usize {
        self.requests(method, path).len()
    }

    /// The requests of this method to this path.
    pub fn requests(&self, method: &str, path: &str) -> Vec<&Logged> {
        self.log.iter().filter(|it| it.method == method && fits(path, &it.path)).collect()
    }

    /// The requests that were to change something.
    pub fn writes(&self) -> Vec<&Logged> {
        self.log.iter().filter(|it| it.is_write()).collect()
    }

    pub fn measured(&self) -> Measured {
        measure(&self.log)
    }

    /// Asserts that no request was wrong, and that writes came one at a time and so far apart.
    #[track_caller]
    pub fn assert_clean(&self, gap: Duration) {
        assert!(self.violations.is_empty(), "{:#?}", self.violations);
        let measured = self.measured();
        assert!(!measured.overlapping_writes, "two writes at once: {:#?}", self.lines());
        let least = measured.gap.unwrap_or(gap);
        assert!(least >= gap, "a write came {least:?} after the one before, not {gap:?}: {:#?}", self.lines());
    }

    /// Whom the texts of a login ping.
    pub fn pinged_by(&self, login: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for issue in self.repos.iter().flat_map(|repo| repo.issues.values()) {
            texts.extend(issue.body.as_deref().filter(|_| issue.user == login));
            let comments = issue.comments.iter().filter(|comment| comment.user == login);
            texts.extend(comments.map(|comment| comment.body.as_str()));
        }
        texts.into_iter().flat_map(references::mentions).collect()
    }

    /// The issues at which it can be seen that a text of a login links them: repositories and numbers.
    pub fn linked_by(&self, login: &str) -> Vec<(String, u64)> {
        let mut linked = Vec::new();
        for repo in &self.repos {
            for issue in repo.issues.values() {
                let by = |event: &Event| event.name == "cross-referenced" && event.actor == login;
                linked.extend(issue.events.iter().any(by).then(|| (repo.name.clone(), issue.number)));
            }
        }
        linked
    }

    /// The log in short, for messages.
    pub fn lines(&self) -> Vec<String> {
        let line = |it: &Logged| format!("{} {} → {:?} ({:?})", it.method, it.target, it.status, it.inner);
        self.log.iter().map(line).collect()
    }

    /// Forgets requests, their violations and counts; what there is stays.
    pub fn forget_requests(&mut self) {
        self.log.clear();
        self.violations.clear();
        self.searches = 0;
    }
}
