//! What can be done to issues, by whomever: by people in tests, and by requests.

use std::sync::Arc;

use serde_json::{Value, json};

use super::references;
use super::world::{Comment, Event, Fate, Issue, World};

impl World {
    /// Opens an issue; its number.
    pub fn open(&mut self, repo: &str, login: &str, title: &str, body: &str, labels: &[&str]) -> u64 {
        let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
        self.open_with(repo, login, title, Some(body), &labels)
    }

    /// Opens so many issues at once; the number of the first.
    pub fn crowd(&mut self, repo: &str, login: &str, count: usize, of: impl Fn(usize) -> (String, String)) -> u64 {
        let first = self.repo(repo).next_number;
        for nth in 0..count {
            let (title, body) = of(nth);
            self.open(repo, login, &title, &body, &[]);
        }
        first
    }

    /// Opens a pull request, which takes a number as an issue does.
    pub fn open_pull(&mut self, repo: &str, login: &str, title: &str) -> u64 {
        let number = self.open(repo, login, title, "", &[]);
        self.repo_mut(repo).issue_mut(number).pull_request = true;
        number
    }

    pub fn open_with(&mut self, repo: &str, login: &str, title: &str, body: Option<&str>, labels: &[String]) -> u64 {
        let (id, now) = (self.next_id(), self.tick());
        let there = self.repo_mut(repo);
        let number = there.next_number;
        there.next_number += 1;
        let issue = Issue {
            id,
            number,
            title: title.to_owned(),
            body: body.map(str::to_owned),
            user: login.to_owned(),
            labels: Vec::new(),
            open: true,
            state_reason: None,
            locked: false,
            pull_request: false,
            comments: Vec::new(),
            created_at: now,
            updated_at: now,
            closed_at: None,
            closed_by: None,
            events: Vec::new(),
            fate: Fate::Here,
        };
        there.issues.insert(number, Arc::new(issue));
        self.label(repo, number, login, labels);
        self.refer(repo, number, login, body.unwrap_or_default());
        number
    }

    /// Comments an issue; the comment's id.
    pub fn comment(&mut self, repo: &str, number: u64, login: &str, body: &str) -> u64 {
        let (id, now) = (self.next_id(), self.tick());
        let comment = Comment { id, body: body.to_owned(), user: login.to_owned(), created_at: now, updated_at: now };
        let issue = self.repo_mut(repo).issue_mut(number);
        issue.comments.push(comment);
        issue.updated_at = now;
        self.refer(repo, number, login, body);
        id
    }

    /// Replaces the text of a comment.
    pub fn edit_comment(&mut self, repo: &str, number: u64, id: u64, body: &str) {
        let now = self.tick();
        let issue = self.repo_mut(repo).issue_mut(number);
        let comment = issue.comments.iter_mut().find(|comment| comment.id == id).expect("the comment");
        (comment.body, comment.updated_at) = (body.to_owned(), now);
        issue.updated_at = now;
    }

    /// Takes a comment away.
    pub fn delete_comment(&mut self, repo: &str, number: u64, id: u64) {
        self.tick();
        self.repo_mut(repo).issue_mut(number).comments.retain(|comment| comment.id != id);
    }

    pub fn retitle(&mut self, repo: &str, number: u64, login: &str, title: &str) {
        let from = std::mem::replace(&mut self.repo_mut(repo).issue_mut(number).title, title.to_owned());
        if from != title {
            self.happen(repo, number, login, "renamed", json!({ "rename": { "from": from, "to": title } }));
        }
    }

    /// Replaces an issue's text.
    pub fn edit_body(&mut self, repo: &str, number: u64, login: &str, body: Option<&str>) {
        let now = self.tick();
        let issue = self.repo_mut(repo).issue_mut(number);
        (issue.body, issue.updated_at) = (body.map(str::to_owned), now);
        self.refer(repo, number, login, body.unwrap_or_default());
    }

    /// Adds labels, and makes those that the repository lacks, where that is so.
    pub fn label(&mut self, repo: &str, number: u64, login: &str, labels: &[String]) {
        for name in labels {
            if self.repo(repo).label(name).is_none() && self.makes_labels {
                self.add_label(repo, name, "ededed");
            }
            let Some(name) = self.repo(repo).label(name).map(|label| label.name.clone()) else { continue };
            let issue = self.repo_mut(repo).issue_mut(number);
            if !issue.labels.contains(&name) {
                issue.labels.push(name.clone());
                self.happen(repo, number, login, "labeled", json!({ "label": { "name": name, "color": "ededed" } }));
            }
        }
    }

    /// Takes a label off; whether it was there.
    pub fn unlabel(&mut self, repo: &str, number: u64, login: &str, name: &str) -> bool {
        let labels = &mut self.repo_mut(repo).issue_mut(number).labels;
        let Some(at) = labels.iter().position(|label| label.to_lowercase() == name.to_lowercase()) else {
            return false;
        };
        let name = labels.remove(at);
        self.happen(repo, number, login, "unlabeled", json!({ "label": { "name": name, "color": "ededed" } }));
        true
    }

    /// Closes an issue as `completed`, `not_planned` or `duplicate`.
    pub fn close(&mut self, repo: &str, number: u64, login: &str, reason: &str) {
        self.happen(repo, number, login, "closed", json!({ "state_reason": reason }));
        let now = self.now;
        let issue = self.repo_mut(repo).issue_mut(number);
        (issue.open, issue.state_reason) = (false, Some(reason.to_owned()));
        (issue.closed_at, issue.closed_by) = (Some(now), Some(login.to_owned()));
    }

    /// Closes an issue as people close duplicates: with a comment that says of which.
    pub fn close_as_duplicate(&mut self, repo: &str, number: u64, login: &str, of: u64) {
        self.comment(repo, number, login, &format!("Duplicate of #{of}"));
        self.happen(repo, number, login, "marked_as_duplicate", json!({}));
        self.close(repo, number, login, "duplicate");
    }

    pub fn reopen(&mut self, repo: &str, number: u64, login: &str) {
        self.happen(repo, number, login, "reopened", json!({ "state_reason": null }));
        let issue = self.repo_mut(repo).issue_mut(number);
        (issue.open, issue.state_reason) = (true, Some("reopened".to_owned()));
        (issue.closed_at, issue.closed_by) = (None, None);
    }

    pub fn lock(&mut self, repo: &str, number: u64, login: &str) {
        self.happen(repo, number, login, "locked", json!({ "lock_reason": "too heated" }));
        self.repo_mut(repo).issue_mut(number).locked = true;
    }

    pub fn unlock(&mut self, repo: &str, number: u64, login: &str) {
        self.happen(repo, number, login, "unlocked", json!({}));
        self.repo_mut(repo).issue_mut(number).locked = false;
    }

    /// Deletes an issue for good.
    pub fn delete(&mut self, repo: &str, number: u64) {
        self.tick();
        self.repo_mut(repo).issue_mut(number).fate = Fate::Deleted;
    }

    /// Moves an issue to another repository; its number there.
    pub fn transfer(&mut self, repo: &str, number: u64, login: &str, to: &str) -> u64 {
        self.tick();
        let mut issue = self.repo(repo).issue(number).clone();
        let there = self.repo_mut(to);
        let (id, new) = (there.id, there.next_number);
        there.next_number += 1;
        // Labels that are not there too are lost.
        issue.labels.retain(|name| there.label(name).is_some());
        issue.number = new;
        there.issues.insert(new, Arc::new(issue));
        self.repo_mut(repo).issue_mut(number).fate = Fate::Transferred(id, new);
        self.happen(to, new, login, "transferred", json!({}));
        new
    }

    /// Gives a repository another name; the old one leads to it.
    pub fn rename_repo(&mut self, repo: &str, to: &str) {
        let repo = self.repo_mut(repo);
        let former = std::mem::replace(&mut repo.name, to.to_owned());
        repo.former.push(former);
    }

    /// Notes that something has happened to an issue, now.
    fn happen(&mut self, repo: &str, number: u64, login: &str, name: &'static str, more: Value) {
        let (id, at) = (self.next_id(), self.tick());
        let issue = self.repo_mut(repo).issue_mut(number);
        issue.events.push(Event { id, name, actor: login.to_owned(), at, more });
        issue.updated_at = at;
    }

    /// Notes, at the issues that a text refers to, that it does.
    fn refer(&mut self, repo: &str, number: u64, login: &str, text: &str) {
        for (other, to) in references::of(text) {
            let name = other.unwrap_or_else(|| repo.to_owned());
            let is_there = self.repos.iter().any(|it| it.name == name && it.issues.contains_key(&to));
            if is_there && (name.as_str(), to) != (repo, number) {
                let (id, at) = (self.next_id(), self.now);
                let more = json!({ "repo": repo, "number": number });
                let event = Event { id, name: "cross-referenced", actor: login.to_owned(), at, more };
                self.repo_mut(&name).issue_mut(to).events.push(event);
            }
        }
    }
}
