//! What GitHub answers, as far as we need it. Everything that we can do without may be missing, unknown or null.

use gardener_engine::entry::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::base::Base;
use super::transport::{Heard, elsewhere};
use crate::http::fit;
use crate::tracker::{Answer, Kind, Paged, RemoteComment, RemoteIssue, Repository, Request, Trouble};

/// Somebody.
#[derive(Deserialize)]
struct User {
    #[serde(default)]
    login: Option<String>,
}

#[derive(Deserialize)]
struct RawRepository {
    full_name: String,
    #[serde(default)]
    private: Option<bool>,
    #[serde(default)]
    visibility: Option<String>,
    #[serde(default)]
    archived: Option<bool>,
    #[serde(default)]
    has_issues: Option<bool>,
}

#[derive(Deserialize)]
struct RawIssue {
    number: u64,
    #[serde(default)]
    repository_url: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    labels: Option<Vec<Value>>,
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    state_reason: Option<String>,
    #[serde(default)]
    closed_at: Option<String>,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    html_url: Option<String>,
    #[serde(default)]
    user: Option<User>,
    #[serde(default)]
    locked: Option<bool>,
    #[serde(default)]
    pull_request: Option<Value>,
    #[serde(default)]
    comments: Option<u64>,
}

#[derive(Deserialize)]
struct RawComment {
    id: u64,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    user: Option<User>,
}

/// What a success says.
pub(super) fn answer(request: &Request, heard: &Heard, base: &Base) -> Result<Answer, Trouble> {
    Ok(match request {
        Request::Repository => Answer::Repository(repository(read(heard)?)),
        Request::Author => {
            Answer::Author(read::<User>(heard)?.login.ok_or_else(|| unreadable(heard, "it names no login"))?)
        }
        Request::Issues(..) => {
            let issues: Vec<RawIssue> = read(heard)?;
            Answer::Issues(paged(heard, base, issues.into_iter().map(issue).collect())?)
        }
        Request::Issue(_) | Request::Create(_) | Request::Edit(..) => Answer::Issue(Box::new(issue(read(heard)?))),
        Request::Comments(..) => {
            let comments: Vec<RawComment> = read(heard)?;
            Answer::Comments(paged(heard, base, comments.into_iter().map(comment).collect())?)
        }
        Request::Comment(..) | Request::EditComment(..) => Answer::Comment(comment(read(heard)?)),
        Request::Labels(_) => Answer::Labels(paged(heard, base, labels(&read::<Vec<Value>>(heard)?))?),
        Request::RemoveLabel(..) if heard.status == 204 => Answer::Done,
        Request::AddLabels(..) | Request::RemoveLabel(..) => {
            Answer::Labels(Paged { items: labels(&read::<Vec<Value>>(heard)?), next: None })
        }
        Request::CreateLabel { .. } => {
            read::<Value>(heard)?;
            Answer::Done
        }
    })
}

/// Reads the body. That it cannot be read does not say what was done.
fn read<T: DeserializeOwned>(heard: &Heard) -> Result<T, Trouble> {
    serde_json::from_slice(&heard.body).map_err(|error| unreadable(heard, &error.to_string()))
}

fn unreadable(heard: &Heard, why: &str) -> Trouble {
    let is_json = heard.header("content-type").is_none_or(|kind| kind.contains("json"));
    let what =
        if is_json { "the answer cannot be read" } else { "the answer is no JSON, as if this were not GitHub's API" };
    Trouble::new(Kind::NoAnswer, fit(&format!("HTTP {}: {what}: {why}", heard.status)))
}

fn repository(raw: RawRepository) -> Repository {
    Repository {
        name: raw.full_name,
        // What does not say that it is private is taken for public: nothing is to be shown to everybody by mistake.
        is_public: match raw.visibility.as_deref() {
            Some(visibility) => visibility == "public",
            None => raw.private != Some(true),
        },
        is_archived: raw.archived.unwrap_or(false),
        has_issues: raw.has_issues.unwrap_or(true),
    }
}

fn issue(raw: RawIssue) -> RemoteIssue {
    let time = |text: Option<String>| text.as_deref().and_then(Timestamp::parse);
    RemoteIssue {
        repository: raw.repository_url.as_deref().and_then(last_two_parts),
        number: raw.number,
        title: raw.title.unwrap_or_default(),
        body: raw.body.unwrap_or_default(),
        labels: labels(&raw.labels.unwrap_or_default()),
        is_open: raw.state.as_deref() != Some("closed"),
        state_reason: raw.state_reason,
        closed_at: time(raw.closed_at),
        created_at: time(raw.created_at),
        updated_at: time(raw.updated_at),
        url: raw.html_url,
        author: raw.user.and_then(|user| user.login),
        is_locked: raw.locked.unwrap_or(false),
        is_pull_request: raw.pull_request.is_some_and(|pull_request| !pull_request.is_null()),
        comments: raw.comments,
    }
}

fn comment(raw: RawComment) -> RemoteComment {
    RemoteComment { id: raw.id, body: raw.body.unwrap_or_default(), author: raw.user.and_then(|user| user.login) }
}

/// Names of labels, which come as texts or as objects.
fn labels(raw: &[Value]) -> Vec<String> {
    let name = |label: &Value| label.as_str().or_else(|| label.get("name")?.as_str()).map(str::to_owned);
    raw.iter().filter_map(name).collect()
}

/// `owner/name` at the end of an address.
fn last_two_parts(url: &str) -> Option<String> {
    let mut parts = url.trim_end_matches('/').rsplit('/');
    let (name, owner) = (parts.next()?, parts.next()?);
    (!name.is_empty() && !owner.is_empty()).then(|| format!("{owner}/{name}"))
}

/// A page, with the address of the next one. A listing whose rest is somewhere else is no listing.
fn paged<T>(heard: &Heard, base: &Base, items: Vec<T>) -> Result<Paged<T>, Trouble> {
    let links = heard.headers.get_all("link").iter().filter_map(|link| link.to_str().ok());
    let Some(next) = links.flat_map(next_of).next() else { return Ok(Paged { items, next: None }) };
    match base.address(next) {
        Some(url) if !next.starts_with('/') => Ok(Paged { items, next: Some(url.into()) }),
        _ => Err(elsewhere("the next page", next)),
    }
}

/// The address that a `Link` header calls `next`: `<https://…?page=2>; rel="next", <…>; rel="last"`.
fn next_of(header: &str) -> Option<&str> {
    let mut rest = header;
    loop {
        let (url, after) = rest.split_once('<')?.1.split_once('>')?;
        let end = after.find('<').unwrap_or(after.len());
        let (parameters, further) = after.split_at(end);
        let is_next = parameters.split([';', ',']).filter_map(|parameter| parameter.trim().split_once('=')).any(
            |(name, value)| {
                name.trim().eq_ignore_ascii_case("rel")
                    && value.trim().trim_matches('"').split(' ').any(|rel| rel.eq_ignore_ascii_case("next"))
            },
        );
        if is_next {
            return Some(url);
        }
        rest = further;
    }
}
