//! Endpoints of issues.

use serde_json::{Value, json};

use super::call::{Call, moved};
use super::clock;
use super::http::{self, Response};
use super::pages::page;
use super::validate::{self, Field};
use super::world::{Fate, Issue, World};

/// What a locked issue answers.
const LOCKED: &str = "Unable to create comment because issue is locked.";
/// Fields of a new issue.
const NEW: &[Field] = &[
    ("title", validate::title),
    ("body", validate::text),
    ("labels", validate::labels),
    ("assignee", validate::string_or_null),
    ("assignees", validate::strings),
    ("milestone", validate::milestone),
    ("type", validate::string_or_null),
];
/// Fields of an issue that can be changed.
const CHANGES: &[Field] = &[
    ("title", validate::title),
    ("body", validate::text_or_null),
    ("state", validate::state),
    ("state_reason", validate::state_reason),
    ("labels", validate::labels),
    ("assignee", validate::string_or_null),
    ("assignees", validate::strings),
    ("milestone", validate::milestone),
    ("type", validate::string_or_null),
];

impl World {
    /// Whether an issue is there; else what became of it.
    pub fn check_here(&self, repo: &str, number: u64, rest: &[&str]) -> Result<(), Response> {
        let issue = self.repo(repo).issues.get(&number).ok_or_else(|| Response::error(404, "Not Found"))?;
        match issue.fate {
            Fate::Here => Ok(()),
            Fate::Deleted => Err(Response::error(410, "This issue was deleted")),
            Fate::Transferred(id, new) => {
                let rest: String = rest.iter().skip(1).map(|segment| format!("/{}", http::encode(segment))).collect();
                Err(moved(301, &format!("{}/repositories/{id}/issues/{new}{rest}", self.api())))
            }
        }
    }

    /// Refuses what a locked issue does not take.
    pub fn check_unlocked(&self, repo: &str, number: u64) -> Result<(), Response> {
        if self.repo(repo).issue(number).locked { Err(Response::error(403, LOCKED)) } else { Ok(()) }
    }

    pub fn list_issues(&mut self, call: &Call, repo: &str) -> Result<Response, Response> {
        let mut known: Vec<(&str, &[&str])> = vec![
            ("state", &["open", "closed", "all"]),
            ("creator", &[]),
            ("labels", &[]),
            ("sort", &["created", "updated", "comments"]),
            ("direction", &["asc", "desc"]),
            ("since", &[]),
            ("per_page", &[]),
            ("page", &[]),
        ];
        if self.has_cursors {
            known.push(("after", &[]));
        }
        validate::query(self, call, &known)?;
        let repo = self.repo(repo);
        let issues = repo.as_of(call.stale);
        let mut found: Vec<&Issue> = issues.values().map(|issue| &**issue).filter(|it| is_asked(call, it)).collect();
        found.sort_by_key(|issue| match call.parameter("sort") {
            Some("updated") => (issue.updated_at, issue.number),
            Some("comments") => (i64::try_from(issue.comments.len()).unwrap(), issue.number),
            _ => (issue.created_at, issue.number),
        });
        if call.parameter("direction") != Some("asc") {
            found.reverse();
        }
        let page = page(self, call, Some(repo.id), &found);
        Ok(page.answer(page.items.iter().map(|issue| self.issue_json(repo, issue)).collect()))
    }

    pub fn get_issue(&self, repo: &str, number: u64) -> Response {
        let repo = self.repo(repo);
        Response::json(200, self.issue_json(repo, repo.issue(number)))
    }

    pub fn create_issue(&mut self, call: &Call, repo: &str) -> Result<Response, Response> {
        validate::body(self, call, NEW, &["title"])?;
        let labels = if self.repo(repo).push { call.texts("labels").unwrap_or_default() } else { Vec::new() };
        let title = call.text("title").unwrap_or_default();
        let number = self.open_with(repo, call.login(), title, call.text("body"), &labels);
        let mut response = self.get_issue(repo, number);
        response.status = 201;
        let url = format!("{}/repos/{repo}/issues/{number}", self.api());
        Ok(response.header("Location", url))
    }

    pub fn update_issue(&mut self, call: &Call, repo: &str, number: u64) -> Result<Response, Response> {
        validate::body(self, call, CHANGES, &[])?;
        self.check_unlocked(repo, number)?;
        let login = call.login();
        if let Some(title) = call.text("title") {
            self.retitle(repo, number, login, title);
        }
        if let Some(body) = call.field("body") {
            self.edit_body(repo, number, login, body.as_str());
        }
        if let Some(labels) = call.texts("labels").filter(|_| self.repo(repo).push) {
            let kept = |name: &String| labels.iter().any(|label| label.to_lowercase() == name.to_lowercase());
            let has = self.repo(repo).issue(number).labels.clone();
            for gone in has.iter().filter(|name| !kept(name)) {
                self.unlabel(repo, number, login, gone);
            }
            self.label(repo, number, login, &labels);
        }
        self.update_state(call, repo, number)?;
        Ok(self.get_issue(repo, number))
    }

    fn update_state(&mut self, call: &Call, repo: &str, number: u64) -> Result<(), Response> {
        let reason = call.text("state_reason");
        let (open, was) = {
            let issue = self.repo(repo).issue(number);
            (issue.open, issue.state_reason.clone())
        };
        match call.text("state") {
            Some("closed") => {
                if reason == Some("reopened") {
                    return Err(validate::invalid(self, "state_reason", "is not one to close"));
                }
                let reason = reason.unwrap_or("completed");
                if open || was.as_deref() != Some(reason) {
                    self.close(repo, number, call.login(), reason);
                }
            }
            Some(_) => {
                if reason.is_some_and(|reason| reason != "reopened") {
                    return Err(validate::invalid(self, "state_reason", "is not one to open"));
                }
                if !open {
                    self.reopen(repo, number, call.login());
                }
            }
            None if reason.is_some() => return Err(validate::invalid(self, "state_reason", "has no `state`")),
            None => {}
        }
        Ok(())
    }

    /// What happened to an issue: events, and for its timeline comments too.
    pub fn list_events(
        &mut self,
        call: &Call,
        repo: &str,
        number: u64,
        is_timeline: bool,
    ) -> Result<Response, Response> {
        validate::query(self, call, &[("per_page", &[]), ("page", &[])])?;
        let repo = self.repo(repo);
        let issue = repo.issue(number);
        let shown = issue.events.iter().filter(|event| is_timeline || event.name != "cross-referenced");
        let mut all: Vec<(i64, Value)> = shown.map(|event| (event.at, self.event_json(repo, event))).collect();
        for comment in issue.comments.iter().filter(|_| is_timeline) {
            let mut value = self.comment_json(repo, issue, comment);
            value["event"] = json!("commented");
            value["actor"] = value["user"].clone();
            all.push((comment.created_at, value));
        }
        all.sort_by_key(|(at, _)| *at);
        let all: Vec<&Value> = all.iter().map(|(_, value)| value).collect();
        let page = page(self, call, Some(repo.id), &all);
        Ok(page.answer(page.items.iter().copied().cloned().collect()))
    }
}

/// Whether an issue is one of those that a listing asks for.
fn is_asked(call: &Call, issue: &Issue) -> bool {
    let state = match call.parameter("state").unwrap_or("open") {
        "open" => issue.open,
        "closed" => !issue.open,
        _ => true,
    };
    let creator = call.parameter("creator").is_none_or(|login| login.eq_ignore_ascii_case(&issue.user));
    let since = call.parameter("since").and_then(clock::parse).is_none_or(|since| issue.updated_at >= since);
    let has = |name: &str| issue.labels.iter().any(|label| label.to_lowercase() == name.trim().to_lowercase());
    let labels = call.parameter("labels").is_none_or(|names| names.split(',').all(has));
    issue.fate == Fate::Here && state && creator && since && labels
}
