//! Endpoints of comments and labels.

use serde_json::Value;

use super::call::Call;
use super::http::Response;
use super::pages::page;
use super::validate;
use super::world::{Comment, Fate, Label, World};

impl World {
    pub fn list_comments(&mut self, call: &Call, repo: &str, number: u64) -> Result<Response, Response> {
        validate::query(self, call, &[("since", &[]), ("per_page", &[]), ("page", &[])])?;
        let repo = self.repo(repo);
        let then = repo.as_of(call.stale);
        let issue = then.get(&number).ok_or_else(|| Response::error(404, "Not Found"))?;
        let since = call.parameter("since").and_then(super::clock::parse).unwrap_or(i64::MIN);
        let all: Vec<&Comment> = issue.comments.iter().filter(|comment| comment.updated_at >= since).collect();
        let page = page(self, call, Some(repo.id), &all);
        Ok(page.answer(page.items.iter().map(|comment| self.comment_json(repo, issue, comment)).collect()))
    }

    pub fn create_comment(&mut self, call: &Call, repo: &str, number: u64) -> Result<Response, Response> {
        validate::body(self, call, &[("body", validate::said)], &["body"])?;
        self.check_unlocked(repo, number)?;
        let id = self.comment(repo, number, call.login(), call.text("body").unwrap_or_default());
        Ok(self.show_comment(201, repo, number, id))
    }

    /// `GET` and `PATCH` of a comment, by its id.
    pub fn route_comment(&mut self, call: &Call, repo: &str, id: &str) -> Result<Response, Response> {
        let mut here = self.repo(repo).issues.values().filter(|issue| issue.fate == Fate::Here);
        let found = here.find_map(|issue| {
            let comment = issue.comments.iter().find(|comment| comment.id.to_string() == id)?;
            Some((issue.number, comment.id))
        });
        let (number, id) = found.ok_or_else(|| Response::error(404, "Not Found"))?;
        if call.is_write() {
            validate::body(self, call, &[("body", validate::said)], &["body"])?;
            self.check_unlocked(repo, number)?;
            self.edit_comment(repo, number, id, call.text("body").unwrap_or_default());
        } else {
            validate::query(self, call, &[])?;
        }
        Ok(self.show_comment(200, repo, number, id))
    }

    fn show_comment(&self, status: u16, repo: &str, number: u64, id: u64) -> Response {
        let repo = self.repo(repo);
        let issue = repo.issue(number);
        let comment = issue.comments.iter().find(|comment| comment.id == id).expect("the comment");
        Response::json(status, self.comment_json(repo, issue, comment))
    }

    pub fn list_labels(&mut self, call: &Call, repo: &str) -> Result<Response, Response> {
        validate::query(self, call, &[("per_page", &[]), ("page", &[])])?;
        let repo = self.repo(repo);
        let all: Vec<&Label> = repo.labels.iter().collect();
        let page = page(self, call, Some(repo.id), &all);
        Ok(page.answer(page.items.iter().map(|label| self.label_json(repo, label)).collect()))
    }

    pub fn create_label(&mut self, call: &Call, repo: &str) -> Result<Response, Response> {
        let known: &[validate::Field] =
            &[("name", validate::label), ("color", validate::color), ("description", validate::description)];
        validate::body(self, call, known, &["name"])?;
        if !self.repo(repo).push {
            return Err(Response::error(403, "Resource not accessible by integration"));
        }
        let name = call.text("name").unwrap_or_default();
        if self.repo(repo).label(name).is_some() {
            // Somebody was faster; that is nobody's fault.
            let mut response = Response::error(422, "Validation Failed");
            if let super::http::Body::Json(value) = &mut response.body {
                value["errors"] =
                    serde_json::json!([{ "resource": "Label", "code": "already_exists", "field": "name" }]);
            }
            return Err(response);
        }
        self.add_label(repo, name, call.text("color").unwrap_or("ededed"));
        let there = self.repo_mut(repo);
        let label = there.labels.last_mut().expect("the label just added");
        label.description = call.text("description").map(str::to_owned);
        let label = label.clone();
        Ok(Response::json(201, self.label_json(self.repo(repo), &label)))
    }

    pub fn add_labels(&mut self, call: &Call, repo: &str, number: u64) -> Result<Response, Response> {
        validate::body(self, call, &[("labels", validate::labels)], &["labels"])?;
        if !self.repo(repo).push {
            return Err(Response::error(403, "Resource not accessible by integration"));
        }
        let labels = call.texts("labels").unwrap_or_default();
        if self.repo(repo).issue(number).labels.len() + labels.len() > 100 {
            return Err(validate::invalid(self, "labels", "would be more than 100"));
        }
        self.label(repo, number, call.login(), &labels);
        Ok(self.show_labels(repo, number))
    }

    pub fn remove_label(&mut self, call: &Call, repo: &str, number: u64, name: &str) -> Result<Response, Response> {
        validate::query(self, call, &[])?;
        if !self.repo(repo).push {
            return Err(Response::error(403, "Resource not accessible by integration"));
        }
        if !self.unlabel(repo, number, call.login(), name) {
            return Err(Response::error(404, "Label does not exist"));
        }
        Ok(self.show_labels(repo, number))
    }

    fn show_labels(&self, repo: &str, number: u64) -> Response {
        let repo = self.repo(repo);
        Response::json(200, Value::Array(self.labels_json(repo, repo.issue(number))))
    }
}
