//! A request, taken apart, and which of the endpoints it is for.

use serde_json::{Value, json};

use super::auth::{Bearer, Token};
use super::http::{self, Raw, Response};
use super::validate;
use super::world::{Repo, Visibility, World};

/// A request, taken apart.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: String,
    /// Without base and query, as it came.
    pub path: String,
    pub segments: Vec<String>,
    pub query: Vec<(String, String)>,
    pub body: Value,
    /// Whose token it bears; nothing for the App itself.
    pub token: Option<Token>,
    /// A listing is that of so many changes ago.
    pub stale: usize,
}

impl Call {
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whose token it bears.
    pub fn login(&self) -> &str {
        self.token.as_ref().map_or("", |token| &token.login)
    }

    pub fn is_write(&self) -> bool {
        self.method != "GET"
    }

    /// A field of the body, where it is there.
    pub fn field(&self, name: &str) -> Option<&Value> {
        self.body.get(name)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.field(name).and_then(Value::as_str)
    }

    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let list = self.field(name)?.as_array()?;
        Some(list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }
}

/// The path of a request without base and query; the whole one where the base is another.
pub fn path_of(base: &str, target: &str) -> String {
    let path = target.split('?').next().unwrap_or_default();
    let rest = path.strip_prefix(base).filter(|rest| rest.starts_with('/'));
    rest.unwrap_or(path).to_owned()
}

impl World {
    /// Carries out a request.
    pub fn answer(&mut self, raw: &Raw, stale: usize) -> Response {
        self.current = format!("{} {}", raw.method, raw.target);
        if let Some(response) = self.count() {
            return response;
        }
        let call = self.call(raw, stale);
        let response = call.and_then(|call| self.changing(|world| world.route(&call)));
        self.limited(response.unwrap_or_else(|response| response))
    }

    /// Takes a request apart.
    fn call(&mut self, raw: &Raw, stale: usize) -> Result<Call, Response> {
        validate::headers(self, raw)?;
        let bearer = self.bearer(raw.header("authorization"))?;
        let path = path_of(self.base, &raw.target);
        let based = raw.target.strip_prefix(self.base).is_some_and(|rest| rest.starts_with('/'));
        let segments = path.split('/').skip(1).map(|segment| http::decode(segment, false)).collect();
        let (Some(segments), true) = (segments, based) else { return Err(self.unknown()) };
        let query = raw.target.split_once('?').map_or("", |(_, query)| query);
        let pair = |pair: &str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((http::decode(name, true)?, http::decode(value, true)?))
        };
        let query = query.split('&').filter(|it| !it.is_empty()).map(pair).collect::<Option<Vec<_>>>();
        let query = query.ok_or_else(|| validate::invalid(self, "query", "is not encoded as it should be"))?;
        let body = validate::json(self, raw)?;
        let token = match bearer {
            Bearer::Token(token) => Some(token),
            Bearer::App => None,
        };
        Ok(Call { method: raw.method.clone(), path, segments, query, body, token, stale })
    }

    /// An endpoint that is not there.
    fn unknown(&mut self) -> Response {
        self.violate("no such endpoint");
        Response::error(404, "Not Found")
    }

    fn route(&mut self, call: &Call) -> Result<Response, Response> {
        let segments: Vec<&str> = call.segments.iter().map(String::as_str).collect();
        let is_for_app = matches!(&segments[..], ["app", ..] | ["repos", _, _, "installation"]);
        if is_for_app != call.token.is_none() {
            self.violate("a JSON web token is for the App's own endpoints, and only they take one");
            return Err(Response::error(401, "A JSON web token could not be decoded"));
        }
        match (call.method.as_str(), &segments[..]) {
            ("GET", ["user"]) => validate::query(self, call, &[]).map(|()| self.get_user(call)),
            ("GET", ["app"]) => validate::query(self, call, &[]).map(|()| self.get_app()),
            ("GET", ["repos", owner, repo, "installation"]) => Ok(self.get_installation(&format!("{owner}/{repo}"))),
            ("POST", ["app", "installations", id, "access_tokens"]) => Ok(self.post_access_token(call, id)),
            ("GET", ["search", "issues"]) => self.search(call),
            (_, ["repos", owner, repo, rest @ ..]) => {
                let name = self.find(call, &format!("{owner}/{repo}"), rest)?;
                self.route_repo(call, &name, rest)
            }
            (_, ["repositories", id, rest @ ..]) => {
                let repo = self.repos.iter().find(|repo| repo.id.to_string() == *id && repo.visible);
                let name = repo.map(|repo| repo.name.clone()).ok_or_else(|| Response::error(404, "Not Found"))?;
                self.route_repo(call, &name, rest)
            }
            _ => Err(self.unknown()),
        }
    }

    /// The repository of this name, or where it is now.
    fn find(&self, call: &Call, name: &str, rest: &[&str]) -> Result<String, Response> {
        let same = |it: &str| it.eq_ignore_ascii_case(name);
        if let Some(repo) = self.repos.iter().find(|repo| same(&repo.name) && repo.visible) {
            return Ok(repo.name.clone());
        }
        let Some(repo) = self.repos.iter().find(|repo| repo.former.iter().any(|it| same(it)) && repo.visible) else {
            return Err(Response::error(404, "Not Found"));
        };
        let mut path: Vec<String> = rest.iter().map(|segment| http::encode(segment)).collect();
        path.insert(0, format!("{}/repositories/{}", self.api(), repo.id));
        let query: Vec<String> =
            call.query.iter().map(|(name, value)| format!("{name}={}", http::encode(value))).collect();
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        Err(moved(if call.is_write() { 307 } else { 301 }, &format!("{}{query}", path.join("/"))))
    }

    fn route_repo(&mut self, call: &Call, repo: &str, rest: &[&str]) -> Result<Response, Response> {
        self.check_writable(call, repo)?;
        match (call.method.as_str(), rest) {
            ("GET", []) => validate::query(self, call, &[]).map(|()| self.get_repo(repo)),
            (_, ["labels"]) => self.route_labels(call, repo),
            (_, ["issues", rest @ ..]) => self.route_issues(call, repo, rest),
            _ => Err(self.unknown()),
        }
    }

    fn route_labels(&mut self, call: &Call, repo: &str) -> Result<Response, Response> {
        match call.method.as_str() {
            "GET" => self.list_labels(call, repo),
            "POST" => self.create_label(call, repo),
            _ => Err(self.unknown()),
        }
    }

    fn route_issues(&mut self, call: &Call, repo: &str, rest: &[&str]) -> Result<Response, Response> {
        if !self.repo(repo).has_issues {
            return Err(Response::error(410, "Issues has been disabled in this repository."));
        }
        let method = call.method.as_str();
        match (method, rest) {
            ("GET", []) => return self.list_issues(call, repo),
            ("POST", []) => return self.create_issue(call, repo),
            ("GET" | "PATCH", ["comments", id]) => return self.route_comment(call, repo, id),
            _ => {}
        }
        let known = matches!(
            (method, rest),
            ("GET" | "PATCH", [_])
                | ("GET" | "POST", [_, "comments"])
                | ("POST", [_, "labels"])
                | ("DELETE", [_, "labels", _])
                | ("GET", [_, "timeline" | "events"])
        );
        let number = rest.first().and_then(|number| number.parse::<u64>().ok()).filter(|_| known);
        let Some(number) = number else { return Err(self.unknown()) };
        self.check_here(repo, number, rest)?;
        match (method, &rest[1..]) {
            ("GET", []) => validate::query(self, call, &[]).map(|()| self.get_issue(repo, number)),
            (_, []) => self.update_issue(call, repo, number),
            ("GET", ["comments"]) => self.list_comments(call, repo, number),
            (_, ["comments"]) => self.create_comment(call, repo, number),
            (_, ["labels"]) => self.add_labels(call, repo, number),
            (_, ["labels", name]) => self.remove_label(call, repo, number, name),
            (_, rest) => self.list_events(call, repo, number, rest == ["timeline"]),
        }
    }

    /// Refuses writes to what cannot be written.
    fn check_writable(&self, call: &Call, repo: &str) -> Result<(), Response> {
        let repo = self.repo(repo);
        if call.is_write() && repo.archived {
            return Err(Response::error(403, "Repository was archived so is read-only."));
        }
        if call.is_write() && !repo.writable {
            return Err(Response::error(403, "Resource not accessible by integration"));
        }
        Ok(())
    }

    fn get_repo(&self, repo: &str) -> Response {
        let repo: &Repo = self.repo(repo);
        let (owner, short) = repo.name.split_once('/').unwrap_or_default();
        let visibility = match repo.visibility {
            Visibility::Public => "public",
            Visibility::Private => "private",
            Visibility::Internal => "internal",
        };
        let value = json!({
            "id": repo.id, "node_id": format!("R_{}", repo.id), "name": short, "full_name": repo.name,
            "private": repo.visibility != Visibility::Public, "visibility": visibility,
            "owner": super::json::user(owner), "html_url": format!("{}/{}", self.site(), repo.name),
            "url": format!("{}/repos/{}", self.api(), repo.name), "description": null, "fork": false,
            "archived": repo.archived, "disabled": false, "has_issues": repo.has_issues, "default_branch": "main",
            "open_issues_count": repo.issues.values().filter(|issue| issue.open).count(),
            "permissions": { "admin": false, "maintain": false, "push": repo.push, "triage": repo.push, "pull": true },
        });
        Response::json(200, value)
    }
}

/// An answer that says where something is now.
pub fn moved(status: u16, to: &str) -> Response {
    let message = if status == 301 { "Moved Permanently" } else { "Temporary Redirect" };
    let value = json!({ "message": message, "url": to, "documentation_url": "https://docs.github.com/rest" });
    Response::json(status, value).header("Location", to)
}
